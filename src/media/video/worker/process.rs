//! A worker, from the outside.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::super::child::{self, Conversation, Endings, Silence, end};
use super::protocol::{Answer, Request};
use crate::CancelToken;
use crate::error::Reason;

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
            .stdout(child::null()?)
            .stderr(child::null()?)
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
        let endings = Endings {
            answer: Reason::WorkerAnswer,
            signal: |signal| Reason::WorkerSignal { signal },
            exit: |status| Reason::WorkerExit { status },
            silent: Reason::WorkerSilent,
        };
        child::silence(&mut self.child, kind, endings)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
