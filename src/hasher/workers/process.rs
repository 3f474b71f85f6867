//! A worker, from the outside.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, IoSlice, Read, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use super::message::{self, Answer, Message, Request, Start};
use crate::CancelToken;
use crate::error::Reason;
use crate::media::video::child::{self, Conversation, Endings, Silence, end};
use crate::sandbox::{Profile, Wall};

/// After how many files, and how many bytes of them, a worker is replaced.
const FILES_MAX: u32 = 2000;
const BYTES_MAX: u64 = 16 << 30;

/// How long a process may take until its wall stands, in time of the processor.
const START: Duration = Duration::from_secs(15);

/// The longest answer to the first message, in bytes: that the wall stands, or the error of the system.
const GREETING_BYTES_MAX: usize = 1024;

/// Until when an answer is waited for.
#[derive(Clone, Copy)]
pub(super) struct Patience<'a> {
    /// How long the worker may compute.
    pub(super) time: Duration,
    pub(super) cancel: &'a CancelToken,
}

/// A process that waits for work, and ends with this.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    socket: UnixStream,
    profile: Profile,
    wall: Wall,
    /// How many files it was given, and their bytes.
    pub(super) files: u32,
    pub(super) bytes: u64,
    /// Which passwords it was told, by their id.
    pub(super) passwords: u64,
    /// The one folder in which it may write.
    _scratch: Option<tempfile::TempDir>,
}

impl Process {
    /// Starts the program, which then has to be [greeted](Self::greet).
    pub(super) fn start(
        program: &Path,
        arguments: &[OsString],
        mut profile: Profile,
    ) -> io::Result<Process> {
        let mut folder = None;
        if let Profile::Programs {
            scratch: Some(scratch),
            ..
        } = &mut profile
        {
            let made = tempfile::Builder::new().prefix("basma-").tempdir()?;
            *scratch = made.path().to_owned();
            folder = Some(made);
        }
        let (socket, theirs) = UnixStream::pair()?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(OwnedFd::from(theirs))
            .stdout(child::null()?)
            .stderr(child::null()?)
            // An interruption of this process is not one of the worker, which would look like a crash.
            .process_group(0);
        if let Some(folder) = &folder {
            command.env("TMPDIR", folder.path());
        }
        Ok(Process {
            child: command.spawn()?,
            socket,
            profile,
            wall: Wall::NONE,
            files: 0,
            bytes: 0,
            passwords: 0,
            _scratch: folder,
        })
    }

    /// Tells the process its profile, and waits until its wall stands. It may open this one file again, which programs such as
    /// ffmpeg do.
    pub(super) fn greet(&mut self, readable: Option<&File>) -> io::Result<()> {
        self.wall = self.greeted(readable).map_err(|error| {
            use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
            match error.kind() {
                BrokenPipe | ConnectionReset | UnexpectedEof => self.ended(error),
                _ => error,
            }
        })?;
        Ok(())
    }

    fn greeted(&self, readable: Option<&File>) -> io::Result<Wall> {
        let cancel = CancelToken::new();
        let mut line = self.line(Patience {
            time: START,
            cancel: &cancel,
        });
        let frame = message::framed(&Start::new(&self.profile))?;
        let sent = match readable {
            Some(file) => self.send(&frame, file)?,
            None => 0,
        };
        line.write_all(&frame[sent..])?;
        match message::read(&mut line, GREETING_BYTES_MAX)? {
            Answer::Ready { landlock, seccomp } => Ok(Wall { landlock, seccomp }),
            // Its wall cannot be built.
            Answer::Unreadable { code, text } => Err(message::told(code, &text)),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// How a process ended that said nothing more; the same error where it did not end.
    fn ended(&mut self, error: io::Error) -> io::Error {
        match self.silence(error.kind()) {
            Silence::Died(Reason::SandboxExit { status }) => io::Error::other(status),
            Silence::Died(Reason::SandboxSignal { signal })
            | Silence::Killed(Reason::SandboxSignal { signal }) => {
                io::Error::other(format!("signal: {signal}"))
            }
            _ => error,
        }
    }

    pub(super) fn wall(&self) -> Wall {
        self.wall
    }

    /// Whether it can do what this profile asks for. One that starts programs serves one file alone.
    pub(super) fn serves(&self, asked: &Profile) -> bool {
        match (&self.profile, asked) {
            (Profile::Decoder { memory }, Profile::Decoder { memory: asked }) => memory >= asked,
            _ => false,
        }
    }

    /// Whether it may serve another file after this one.
    pub(super) fn is_reusable(&self) -> bool {
        matches!(self.profile, Profile::Decoder { .. })
            && self.files <= FILES_MAX
            && self.bytes <= BYTES_MAX
    }

    #[cfg(test)]
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks for something, with the file that it is about. Which parts of it have been read is lost on the way.
    pub(super) fn ask(
        &mut self,
        request: Request,
        file: Option<&File>,
        patience: Patience<'_>,
    ) -> io::Result<()> {
        let time = patience.time;
        let frame = message::framed(&Message { time, request })?;
        let sent = match file {
            Some(file) => self.send(&frame, file)?,
            None => 0,
        };
        self.line(patience).write_all(&frame[sent..])
    }

    /// Sends the beginning of a frame with a file.
    fn send(&self, frame: &[u8], file: &File) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let files = [file.as_fd()];
        // There is room for one.
        control.push(SendAncillaryMessage::ScmRights(&files));
        let frame = [IoSlice::new(frame)];
        let flags = SendFlags::NOSIGNAL;
        loop {
            match sendmsg(&self.socket, &frame, &mut control, flags) {
                Err(rustix::io::Errno::INTR) => {}
                done => return Ok(done?),
            }
        }
    }

    /// The answer, of at most so many bytes, and the bytes that follow it. `progress` hears how far a clip is before that.
    pub(super) fn hear(
        &mut self,
        most: usize,
        following: impl Fn(&Answer) -> u64,
        mut progress: impl FnMut(u64, u64),
        patience: Patience<'_>,
    ) -> Result<(Answer, Vec<u8>), Silence> {
        let mut line = BufReader::new(self.line(patience));
        let mut heard = || {
            let answer = loop {
                match message::read(&mut line, most)? {
                    Answer::Progress { bytes, ms } => progress(bytes, ms),
                    answer => break answer,
                }
            };
            let bytes = message::exactly(&mut line, following(&answer))?;
            // A worker says nothing that it was not asked for.
            if line.buffer().is_empty() {
                Ok((answer, bytes))
            } else {
                Err(io::Error::from(io::ErrorKind::InvalidData))
            }
        };
        let heard = heard();
        heard.map_err(|error| self.silence(error.kind()))
    }

    fn line<'a>(&'a self, patience: Patience<'a>) -> Conversation<'a> {
        Conversation {
            socket: &self.socket,
            // A busy machine takes longer than the time of the processor.
            until: Instant::now() + patience.time * 4 + Duration::from_secs(5),
            cancel: patience.cancel,
        }
    }

    /// What it means that nothing more came.
    pub(super) fn silence(&mut self, kind: io::ErrorKind) -> Silence {
        let endings = Endings {
            answer: Reason::SandboxAnswer,
            signal: |signal| Reason::SandboxSignal { signal },
            exit: |status| Reason::SandboxExit { status },
            silent: Reason::SandboxSilent,
        };
        child::silence(&mut self.child, kind, endings)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A file without a name that holds these bytes, in memory.
pub(crate) fn memory_file(bytes: &[u8]) -> io::Result<File> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    let mut file = File::from(rustix::fs::memfd_create("media", flags)?);
    file.write_all(bytes)?;
    Ok(file)
}

/// All that a file holds, up to so many bytes.
pub(super) fn read_all(mut file: &File, most: u64) -> io::Result<Vec<u8>> {
    use std::io::Seek as _;
    let mut bytes = Vec::new();
    file.seek(io::SeekFrom::Start(0))?;
    if let Ok(metadata) = file.metadata() {
        // Where there is no room for them, it shows when they come.
        let _ = bytes.try_reserve_exact(metadata.len().min(most) as usize);
    }
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
