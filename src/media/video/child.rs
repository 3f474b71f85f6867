//! Processes that this one starts: talking to them in bounded time, and ending them with all that they started.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::error::{Action, Reason, is_shortage};
use crate::{CancelToken, Error};

/// The interval at which a waiting thread checks whether it should stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Whether a process that ended by this signal may have wanted memory. The system kills one of those that hold most,
/// and a program that gets no more aborts.
pub(crate) fn is_of_shortage(signal: i32) -> bool {
    [Signal::KILL, Signal::ABORT, Signal::BUS]
        .iter()
        .any(|of| of.as_raw() == signal)
}

/// How long a process may take to end once it has said its last.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a process gives no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    TooLong,
    Died(Reason),
    /// By what a system short of memory does, or its own bounds do: the file may not be to blame.
    Killed(Reason),
}

/// How it is told that a process of some kind gave no answer.
pub(crate) struct Endings {
    /// What it said is none.
    pub(crate) answer: Reason,
    /// It died by a signal.
    pub(crate) signal: fn(u64) -> Reason,
    /// It ended by itself.
    pub(crate) exit: fn(String) -> Reason,
    /// It lives, and says nothing.
    pub(crate) silent: Reason,
}

/// What it means that reading the answer of a process failed in this way.
pub(crate) fn silence(child: &mut Child, kind: io::ErrorKind, endings: Endings) -> Silence {
    match kind {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => return Silence::TooLong,
        io::ErrorKind::InvalidData => return Silence::Died(endings.answer),
        _ => {}
    }
    let until = Instant::now() + FAREWELL;
    while Instant::now() < until {
        let Ok(Some(status)) = child.try_wait() else {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        let Some(signal) = status.signal() else {
            return Silence::Died((endings.exit)(status.to_string()));
        };
        let reason = (endings.signal)(signal.unsigned_abs().into());
        return match signal {
            _ if signal == Signal::XCPU.as_raw() => Silence::TooLong,
            _ if is_of_shortage(signal) => Silence::Killed(reason),
            _ => Silence::Died(reason),
        };
    }
    Silence::Died(endings.silent)
}

/// The device that holds nothing, for what a process reads or writes and nobody needs. Where there is no such device, as in a
/// bare chroot, the error names it: the error of starting the process would blame the program.
pub(crate) fn null() -> io::Result<Stdio> {
    let path = Path::new("/dev/null");
    let opened = File::options().read(true).write(true).open(path);
    opened.map(Stdio::from).map_err(|error| {
        if is_shortage(&error) {
            error
        } else {
            io::Error::new(error.kind(), Error::io(Action::Open, path)(error))
        }
    })
}

/// Ends a process that leads its group, and all that it started.
pub(crate) fn end(child: &mut Child) {
    // Of one that was waited for, the number may be another's.
    if let Ok(None) = child.try_wait() {
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// One end of a conversation that ends at a time, or when it is cancelled.
pub(crate) struct Conversation<'a> {
    pub(crate) socket: &'a UnixStream,
    pub(crate) until: Instant,
    pub(crate) cancel: &'a CancelToken,
}

impl Conversation<'_> {
    /// How long to wait before looking again.
    fn wait(&self) -> io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if self.cancel.is_cancelled() || left.is_zero() {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            Ok(Some(left.min(LOOK_EVERY)))
        }
    }
}

impl Read for Conversation<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.socket.set_read_timeout(self.wait()?)?;
            match self.socket.read(buffer) {
                Err(error) if is_early(&error) => {}
                done => return done,
            }
        }
    }
}

impl io::Write for Conversation<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            self.socket.set_write_timeout(self.wait()?)?;
            match io::Write::write(&mut self.socket, bytes) {
                Err(error) if is_early(&error) => {}
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether nothing came so far.
fn is_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
