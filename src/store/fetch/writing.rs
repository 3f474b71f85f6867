//! Which files a process has open for writing, as far as the system tells.
//!
//! Linux tells it of the processes of the same user, and the superuser of all. Other systems give no information, and
//! neither do other machines that share a file system. There the time since the last modification decides.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The files in a folder, or the one file, that are open for writing, by their whole paths without links.
#[cfg(target_os = "linux")]
pub(super) fn open_for_writing(within: &Path) -> HashSet<PathBuf> {
    use std::fs;
    let numbered = |path: &Path| {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        entries.filter(move |entry| entry.file_name().to_str().is_some_and(is_number))
    };
    let mut open = HashSet::new();
    for process in numbered(Path::new("/proc")) {
        for descriptor in numbered(&process.path().join("fd")) {
            // Processes and their descriptors come and go while they are looked at.
            let Ok(target) = fs::read_link(descriptor.path()) else {
                continue;
            };
            if target.starts_with(within) {
                let info = process.path().join("fdinfo").join(descriptor.file_name());
                let text = fs::read_to_string(info).unwrap_or_default();
                if is_for_writing(&text) {
                    open.insert(target);
                }
            }
        }
    }
    open
}

#[cfg(not(target_os = "linux"))]
pub(super) fn open_for_writing(_: &Path) -> HashSet<PathBuf> {
    HashSet::new()
}

/// Whether the flags of a descriptor, in octal, are those of one that is written to.
#[cfg(target_os = "linux")]
fn is_for_writing(text: &str) -> bool {
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 0o3 != 0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn who_reads_a_file_does_not_write_it() {
        let folder = tempfile::tempdir().unwrap();
        let whole = std::fs::canonicalize(folder.path()).unwrap();
        let path = whole.join("list.csv");
        let writer = File::create(&path).unwrap();
        assert_eq!(open_for_writing(&whole), HashSet::from([path.clone()]));
        assert_eq!(open_for_writing(&path), HashSet::from([path.clone()]));
        drop(writer);
        let _reader = File::open(&path).unwrap();
        assert_eq!(open_for_writing(&whole), HashSet::new());
    }
}
