//! A worker, from the outside.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::super::child::{Conversation, end, is_of_shortage};
use super::protocol::{Answer, Request};
use crate::CancelToken;
use crate::error::Reason;

/// How long a process may take to end once it has said its last.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Silence {
    TooLong,
    Died(Reason),
    /// By what a system short of memory does, or its own bounds do: the picture may not be to blame.
    Killed(Reason),
}

/// A process that waits for work, and ends with this.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    socket: UnixStream,
}

impl Process {
    pub(super) fn start(program: &Path, arguments: &[OsString]) -> io::Result<Process> {
        let (socket, theirs) = UnixStream::pair()?;
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // An interruption of this process is not one of the worker, which would look like a crash.
            .process_group(0)
            .spawn()?;
        Ok(Process { child, socket })
    }

    /// Asks and waits for the answer. It waits for so long as the worker may compute, and longer on a busy machine. It waits no
    /// longer than until it is stopped.
    pub(super) fn ask(
        &mut self,
        request: &Request<'_>,
        cancel: &CancelToken,
    ) -> Result<Answer, Silence> {
        let until = Instant::now() + request.time * 4 + Duration::from_secs(5);
        let mut line = Conversation {
            socket: &self.socket,
            until,
            cancel,
        };
        let mut writer = BufWriter::new(&mut line);
        // One that dies before it has read everything may have answered all the same.
        let asked = request.write(&mut writer).and_then(|()| writer.flush());
        drop(writer);
        let answer = Answer::read(&mut line, request.pixels);
        match (asked, answer) {
            (Ok(()), Ok(answer)) => Ok(answer),
            (asked, answer) => {
                let error = answer.err().or(asked.err());
                Err(self.silence(error.map_or(io::ErrorKind::Other, |error| error.kind())))
            }
        }
    }

    fn silence(&mut self, kind: io::ErrorKind) -> Silence {
        match kind {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => return Silence::TooLong,
            io::ErrorKind::InvalidData => {
                return Silence::Died(Reason::WorkerAnswer);
            }
            _ => {}
        }
        let until = Instant::now() + FAREWELL;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.child.try_wait() {
                let signalled = |signal: i32| Reason::WorkerSignal {
                    signal: signal.unsigned_abs().into(),
                };
                return match status.signal() {
                    Some(signal) if signal == Signal::XCPU.as_raw() => Silence::TooLong,
                    Some(signal) if is_of_shortage(signal) => Silence::Killed(signalled(signal)),
                    Some(signal) => Silence::Died(signalled(signal)),
                    None => Silence::Died(Reason::WorkerExit {
                        status: status.to_string(),
                    }),
                };
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Silence::Died(Reason::WorkerSilent)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
