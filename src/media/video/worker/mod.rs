//! Decoding in a process of its own. What a decoder in C++ does to that process, it does not do to this one.
//!
//! A [`Worker`] is a program that calls [`serve`] and does nothing else: the command starts itself as one. It has no
//! files, no network connection that was open before, and no environment. Its memory and time are bounded, and its
//! answers are checked. On Linux it stands behind a [wall](crate::sandbox). Elsewhere one that was taken over can open
//! sockets where the system lets a process do that.
//!
//! One process serves many clips. One that dies or hangs is replaced; the picture that did it costs its clip alone. One that
//! was taken over may live on, and answer for later clips what it likes. Such answers are pictures that are none of theirs.
//! What it cannot do is reach the lists, or make this process do anything.

mod process;
mod protocol;
mod serve;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use serve::serve;

use super::child::Silence;
use super::keyframe::Luma;
use crate::error::{Reason, system_text};
use crate::{CancelToken, Error, Result};
use process::Process;
use protocol::{Answer, Request};

/// A program that decodes H.264 for this one, and the processes of it that wait for work. Clones share them.
///
/// ```no_run
/// use basma::media::video::{Decoders, H264, Worker, serve};
/// // The program starts itself again, and then does nothing but decode.
/// if std::env::args().nth(1).as_deref() == Some("decode") {
///     std::process::exit(serve().is_err().into());
/// }
/// let worker = Worker::new(std::env::current_exe().unwrap(), ["decode"]);
/// let decoders = Decoders::default().with_h264(H264::Worker(worker));
/// ```
#[derive(Clone, Debug)]
pub struct Worker(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    program: PathBuf,
    arguments: Vec<OsString>,
    idle: Mutex<Vec<Process>>,
}

impl Worker {
    /// The program with these arguments, which must call [`serve`]. It is started when it is needed, once for each thread that
    /// decodes. It ends with the last clone of this.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Worker {
        Worker(Arc::new(Pool {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            idle: Mutex::default(),
        }))
    }

    /// The program, and its arguments.
    #[cfg(target_os = "linux")]
    pub(crate) fn command(&self) -> (&std::path::Path, &[OsString]) {
        (&self.0.program, &self.0.arguments)
    }

    /// The luma of one keyframe and the time of the processor that it took.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the program cannot be started. [`Error::OverLimit`] where it takes longer than `time` or
    /// would give more pixels. [`Error::Cancelled`]. [`Error::Damaged`] where it makes nothing of it, or dies of it.
    pub(super) fn decode(
        &self,
        stream: &[u8],
        pixels: u64,
        time: Duration,
        cancel: &CancelToken,
    ) -> Result<(Luma, Duration)> {
        let request = Request {
            time,
            pixels,
            stream: stream.into(),
        };
        let idle = self.idle().pop();
        // One that waited may have died of something else meanwhile.
        let answer = match idle.map(|process| self.ask(process, &request, cancel)) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(Silence::TooLong)) => Err(Silence::TooLong),
            Some(Err(_)) | None => match self.start() {
                Ok(process) => self.ask(process, &request, cancel),
                Err(error) => {
                    let reason = Reason::WorkerNotStarted {
                        program: crate::escape::path(&self.0.program).into_owned(),
                        problem: system_text(&error),
                    };
                    return Err(Error::Unsupported(reason).because_of(&error));
                }
            },
        };
        match answer {
            Ok(Answer { took, picture }) => Ok((picture?, took)),
            Err(Silence::TooLong) if cancel.is_cancelled() => Err(Error::Cancelled),
            Err(Silence::TooLong) => Err(super::super::clock::out_of_time(time)),
            Err(Silence::Died(reason)) => Err(Error::Damaged(reason)),
            Err(Silence::Killed(reason)) => Err(Error::Damaged(reason).transient()),
        }
    }

    fn ask(
        &self,
        mut process: Process,
        request: &Request<'_>,
        cancel: &CancelToken,
    ) -> Result<Answer, Silence> {
        let answer = process.ask(request, cancel)?;
        self.idle().push(process);
        Ok(answer)
    }

    fn start(&self) -> io::Result<Process> {
        Process::start(&self.0.program, &self.0.arguments)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Process>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_worker_that_is_killed_says_nothing_of_the_picture() {
        let time = Duration::from_secs(9);
        for (script, is_transient) in [
            ("kill -KILL $$", true),
            ("kill -ABRT $$", true),
            ("kill -SEGV $$", false),
            ("exit 3", false),
        ] {
            let error = shell(script)
                .decode(b"stream", 100, time, &CancelToken::new())
                .unwrap_err();
            assert_eq!(error.is_transient(), is_transient, "{script}: {error}");
            assert!(matches!(error.cause(), Error::Damaged(_)), "{error}");
        }
    }

    fn shell(script: &str) -> Worker {
        Worker::new("/bin/sh", ["-c", script])
    }

    fn error(worker: &Worker) -> String {
        let time = Duration::from_millis(300);
        let answer = worker.decode(b"stream", 100, time, &CancelToken::new());
        answer.unwrap_err().to_string()
    }

    #[test]
    fn a_worker_that_dies_lies_or_hangs_costs_one_picture() {
        let died = "H.264: the decoder died of it: ";
        assert_eq!(error(&shell("exit 3")), format!("{died}exit status: 3"));
        assert_eq!(error(&shell("kill -SEGV $$")), format!("{died}signal 11"));
        assert_eq!(
            error(&shell("kill -XCPU $$")),
            "301 milliseconds of decoding are over the limit of 300"
        );
        // What it says goes to where it was asked from.
        assert_eq!(
            error(&shell("echo nonsense, and more of it >&0")),
            "H.264: the decoder gave no valid answer"
        );
        assert!(error(&Worker::new("/nowhere/at/all", [""; 0])).contains("cannot be started"));
    }

    #[test]
    fn a_job_that_was_cancelled_is_not_said_to_have_taken_too_long() {
        let cancel = CancelToken::new();
        cancel.cancel();
        let worker = shell("sleep 1000 & wait");
        let answer = worker.decode(b"stream", 100, Duration::from_secs(9), &cancel);
        assert!(matches!(answer, Err(Error::Cancelled)), "{answer:?}");
    }

    #[test]
    fn a_worker_that_hangs_is_ended() {
        let started = Instant::now();
        let text = error(&shell("sleep 1000 & wait"));
        assert!(text.contains("milliseconds of decoding"), "{text}");
        assert!(started.elapsed() < Duration::from_secs(100));
    }
}
