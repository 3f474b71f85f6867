//! ffmpeg as a process: what it may use, how it ends, what it says.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::super::child::{Conversation, end, is_of_shortage};
use crate::CancelToken;

/// How much of what it says is kept.
const WORDS_BYTES_MAX: usize = 4096;

/// How long to wait for what it said last.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How long it may take to end once it has written everything.
const FAREWELL: Duration = Duration::from_secs(5);

/// What it may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// All the memory that it may map.
    pub(super) memory: u64,
    /// Time of the processor.
    pub(super) time: Duration,
}

/// A run, which ends with this.
pub(super) struct Run {
    child: Child,
    output: UnixStream,
    words: Option<Words>,
    until: Instant,
    bounds: Bounds,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) status: Option<ExitStatus>,
    /// What it said first, without what differs from run to run.
    pub(super) words: String,
    /// Whether it was ended because it took too long.
    pub(super) too_long: bool,
}

impl Ending {
    /// Whether it may have ended for want of something, not for what the file is. What it says is the C library's
    /// wording of the error, in the language that an empty environment gives.
    pub(super) fn is_of_shortage(&self) -> bool {
        let words = [
            "Cannot allocate memory",
            "Resource temporarily unavailable",
            "Too many open files",
        ];
        let signal = self.status.and_then(|status| status.signal());
        signal.is_some_and(is_of_shortage) || words.iter().any(|said| self.words.contains(said))
    }
}

impl Run {
    /// Starts the program with these arguments and the file as standard input.
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        mut file: File,
        bounds: Bounds,
    ) -> io::Result<Run> {
        // Where the system opens standard input for what it is, it is read from where it stands.
        file.seek(SeekFrom::Start(0))?;
        let (output, theirs) = UnixStream::pair()?;
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(OwnedFd::from(file))
            .stdout(OwnedFd::from(theirs))
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        confine(&child, bounds);
        let words = child.stderr.take().map(listen).transpose();
        let words = words.inspect_err(|_| end(&mut child))?;
        Ok(Run {
            child,
            output,
            words,
            until: Instant::now() + bounds.time * 4 + Duration::from_secs(5),
            bounds,
        })
    }

    /// What it writes, until it is cancelled.
    pub(super) fn output<'a>(&'a self, cancel: &'a CancelToken) -> Conversation<'a> {
        Conversation {
            socket: &self.output,
            until: self.until,
            cancel,
        }
    }

    /// Waits for its end, which comes soon: it has nothing more to write. `cut` says that it is ended although it had.
    pub(super) fn finish(mut self, cut: bool) -> Ending {
        let until = Instant::now() + FAREWELL;
        let mut status = None;
        while !cut && status.is_none() && Instant::now() < until {
            status = self.child.try_wait().ok().flatten();
            std::thread::sleep(Duration::from_millis(1));
        }
        end(&mut self.child);
        let words = self.words.take().map(Words::said);
        let signal = status.and_then(|status| status.signal());
        let by_time = [rustix::process::Signal::XCPU, rustix::process::Signal::KILL];
        Ending {
            // The hard limit on its time ends it as the soft one does.
            too_long: signal.is_some_and(|signal| by_time.iter().any(|by| by.as_raw() == signal))
                || Instant::now() > self.until
                || (!cut && status.is_none()),
            status,
            words: first_line(&words.unwrap_or_default()),
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// What it says, as far as it did.
struct Words {
    said: Arc<Mutex<Vec<u8>>>,
    listener: JoinHandle<()>,
}

impl Words {
    /// Its messages. A process that inherited the pipe can hold it open for ever, and is not waited for.
    fn said(self) -> Vec<u8> {
        let until = Instant::now() + LAST_WORDS;
        while !self.listener.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        let said = self.said.lock();
        std::mem::take(&mut *said.unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps the first of what it says, and has it say the rest to nobody.
fn listen(mut from: ChildStderr) -> io::Result<Words> {
    let said = Arc::new(Mutex::new(Vec::new()));
    let kept = said.clone();
    let listener = std::thread::Builder::new().spawn(move || {
        let mut bytes = [0; 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let room = WORDS_BYTES_MAX.saturating_sub(kept.len());
            kept.extend_from_slice(&bytes[..read.min(room)]);
        }
    })?;
    Ok(Words { said, listener })
}

/// The first line, without the addresses in it, which no two runs share, and safe to print.
fn first_line(words: &[u8]) -> String {
    let line = words
        .split(|&byte| byte == b'\n')
        .find(|line| !line.is_empty());
    let mut rest = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once(" @ 0x") {
        text.push_str(before);
        rest = after
            .trim_start_matches(|c: char| c.is_ascii_hexdigit())
            .to_owned();
    }
    text.push_str(&rest);
    crate::escape::escape(text.trim().as_bytes()).to_string()
}

/// Memory and time, and nothing written but to the pipe, as far as the system can bound another process.
#[cfg(target_os = "linux")]
fn confine(child: &Child, bounds: Bounds) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    for (resource, most) in [
        (Resource::As, bounds.memory),
        (Resource::Cpu, bounds.time.as_secs().saturating_add(1)),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // It fails for a process that has ended, which needs no bounds.
        let _ = prlimit(Some(Pid::from_child(child)), resource, limit);
    }
}

#[cfg(not(target_os = "linux"))]
fn confine(_: &Child, _: Bounds) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_the_same_in_every_run_and_safe_to_print() {
        let said = b"\n[mov,mp4 @ 0x55b3be835d80] moov \x1b[31m not found\r\nand more";
        assert_eq!(first_line(said), "[mov,mp4] moov \\u{001b}[31m not found");
        assert_eq!(first_line(b""), "");
    }

    #[test]
    fn what_a_system_that_is_short_does_is_told_from_what_a_file_does() {
        let bounds = Bounds {
            memory: 1 << 30,
            time: Duration::from_secs(9),
        };
        let ended = |script: &str| {
            let file = tempfile::tempfile().unwrap();
            let arguments = ["-c".to_owned(), script.to_owned()];
            let run = Run::start(Path::new("/bin/sh"), &arguments, file, bounds).unwrap();
            run.finish(false)
        };
        for script in [
            "kill -ABRT $$",
            "echo '[h264] Cannot allocate memory' >&2; exit 1",
            "echo 'x: Resource temporarily unavailable' >&2; exit 244",
        ] {
            assert!(ended(script).is_of_shortage(), "{script}");
        }
        for script in ["exit 0", "kill -SEGV $$", "echo 'Invalid data' >&2; exit 1"] {
            assert!(!ended(script).is_of_shortage(), "{script}");
        }
    }

    #[test]
    fn a_run_that_is_cut_leaves_nothing_behind() {
        let script = "sleep 1000 & echo $!; wait".to_owned();
        let bounds = Bounds {
            memory: 1 << 30,
            time: Duration::from_secs(9),
        };
        let file = tempfile::tempfile().unwrap();
        let arguments = ["-c".to_owned(), format!("PATH=/usr/bin:/bin; {script}")];
        let run = Run::start(Path::new("/bin/sh"), &arguments, file, bounds).unwrap();
        let mut line = String::new();
        let never = CancelToken::new();
        let mut output = io::BufReader::new(run.output(&never));
        io::BufRead::read_line(&mut output, &mut line).unwrap();
        drop(output);
        assert_eq!(run.finish(true).status, None);
        let child = std::path::PathBuf::from(format!("/proc/{}", line.trim()));
        // It is no child of this process, so another process reaps it.
        let gone =
            || std::fs::read_to_string(child.join("stat")).map_or(true, |s| s.contains(") Z"));
        let until = Instant::now() + Duration::from_secs(60);
        while !gone() {
            assert!(Instant::now() < until, "it still runs");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
