//! Files that a program writes through memory.
//!
//! What is written through a mapping changes the time of modification once, when a page is touched first. Until the
//! system has written that page to the disk, half a minute later, more can be written unnoticed. On a file system in
//! memory, that can happen at any time. So a file that is mapped for writing is not remembered. A mapping that is made
//! later shows: touching it first changes the time.
//!
//! Some mappings cannot be seen. They are those of other users, unless this process is root. Others are those of other machines
//! and of virtual machines. On systems other than Linux no mapping can be seen.

use std::collections::HashSet;
use std::fs::{self, File};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::log::FileStamp;

/// How long what is mapped is taken for what was found. A file that was touched later is younger than a tick of the clock,
/// and so not [settled](FileStamp::is_settled) either.
const FRESH: Duration = Duration::from_millis(50);

/// How long a file can be written unnoticed after its last change. Linux writes pages after 30 seconds, and checks
/// every 5 seconds.
const UNNOTICED: Duration = Duration::from_secs(40);

/// The inodes of files that any visible program has mapped for writing, as they were found last.
#[derive(Debug, Default)]
pub(super) struct Mappings(Mutex<Option<(Instant, HashSet<u64>)>>);

impl Mappings {
    /// Whether the file may be changed through memory without its stamp's showing it.
    pub(super) fn may_change(&self, file: &File, stamp: &FileStamp) -> bool {
        if !stamp.changed_within(UNNOTICED) && !is_in_memory(file) {
            return false;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |found: &(Instant, _)| found.0.elapsed() < FRESH;
        if !known.as_ref().is_some_and(is_fresh) {
            *known = Some((Instant::now(), mapped()));
        }
        let inodes = known.as_ref().map(|(_, inodes)| inodes);
        inodes.is_some_and(|inodes| inodes.contains(&stamp.inode()))
    }
}

/// Whether the file system never writes pages anywhere.
#[cfg(target_os = "linux")]
fn is_in_memory(file: &File) -> bool {
    const TMPFS: i64 = 0x0102_1994;
    const RAMFS: i64 = 0x8584_58f6;
    #[allow(
        clippy::unnecessary_cast,
        reason = "the field has another type on other processors"
    )]
    let is_one = |of: rustix::fs::StatFs| [TMPFS, RAMFS].contains(&(of.f_type as i64));
    rustix::fs::fstatfs(file).is_ok_and(is_one)
}

#[cfg(not(target_os = "linux"))]
fn is_in_memory(_: &File) -> bool {
    false
}

/// What the programs of this system have mapped for writing, as far as it shows that.
fn mapped() -> HashSet<u64> {
    let mut inodes = HashSet::new();
    let Ok(entries) = fs::read_dir("/proc") else {
        return inodes;
    };
    for entry in entries.flatten() {
        let is_process = entry.file_name().as_encoded_bytes()[0].is_ascii_digit();
        if is_process && let Ok(maps) = fs::read(entry.path().join("maps")) {
            inodes.extend(maps.split(|&byte| byte == b'\n').filter_map(written));
        }
    }
    inodes
}

/// The inode of a line of `maps` that writes to a file: "address rw-s offset device inode path". Devices are left out:
/// some file systems name another than their files do.
fn written(line: &[u8]) -> Option<u64> {
    let mut words = line
        .split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty());
    let rights = words.nth(1)?;
    if rights.get(1) != Some(&b'w') || rights.get(3) != Some(&b's') {
        return None;
    }
    let inode = std::str::from_utf8(words.nth(2)?).ok()?;
    inode.parse().ok().filter(|&inode| inode > 0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::{Command, Stdio};

    #[test]
    fn mappings_for_writing_to_files_are_told_from_others() {
        for (line, inode) in [
            (
                "7f01-7f02 rw-s 00000000 fd:01 4711                       /dump/a b.jpg",
                Some(4711),
            ),
            ("7f01-7f02 -w-s 00000000 fd:01 12 /x (deleted)", Some(12)),
            ("7f01-7f02 rw-p 00000000 fd:01 4711 /lib/x.so", None),
            ("7f01-7f02 r--s 00000000 fd:01 4711 /lib/x.so", None),
            ("7f01-7f02 rw-s 00000000 00:00 0", None),
            ("7f01-7f02", None),
            ("", None),
        ] {
            assert_eq!(written(line.as_bytes()), inode, "{line}");
        }
    }

    #[test]
    fn a_file_that_a_program_has_mapped_may_change_unnoticed() {
        let script = "import mmap,sys\nf=open('mapped','r+b')\nm=mmap.mmap(f.fileno(),0)\nprint('mapped',flush=True)\nsys.stdin.read()";
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["mapped", "plain"] {
            fs::write(path(name), "what is in it").unwrap();
        }
        let python = Command::new("python3")
            .args(["-c", script])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut python) = python else {
            println!("not run: it needs python3");
            return;
        };
        let mut said = String::new();
        BufReader::new(python.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        assert_eq!(said, "mapped\n");
        let may_change = |name: &str| {
            let file = File::open(path(name)).unwrap();
            let stamp = FileStamp::of(&file.metadata().unwrap());
            Mappings::default().may_change(&file, &stamp)
        };
        assert!(may_change("mapped") && !may_change("plain"));
        python.stdin.take().unwrap().write_all(b"").unwrap();
        python.wait().unwrap();
        assert!(!may_change("mapped"), "nobody has it mapped any more");
    }
}
