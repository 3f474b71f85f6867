//! Opening media in processes of their own, behind walls.
//!
//! [`Workers`] are a program that calls [`serve`] and does nothing else: the command starts itself as one. Each worker first
//! gives up all that it does not need (see [`sandbox`](crate::sandbox)). Then it hears requests: the hashes of a file, the
//! members of an archive. A file comes as an open descriptor, never as a name. What the worker answers is bounded, checked
//! and made printable.
//!
//! A worker that dies, hangs or takes too much costs the file that it was at. A worker that had served other files before is
//! given a second try by a fresh one, so that nothing is blamed for what came before it. A worker that was taken over can
//! give wrong hashes of its file, and of files that it is given later. It is replaced after some files for that reason. It
//! cannot reach the lists, other files or the network.

mod message;
mod open;
mod process;
mod serve;
mod setup;
mod spawner;
#[cfg(test)]
mod tests;
mod wire;

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

pub(crate) use open::RemoteMembers;
pub(crate) use process::memory_file;
pub use serve::serve;

use super::{Fingerprint, Hasher};
use crate::error::{Problem, Reason, system_text};
use crate::media::video::child::Silence;
use crate::media::{ClipMeter, Format, SmallPicture};
use crate::sandbox::{Profile, Wall};
use crate::{Error, Result};
use message::{Answer, Request};
use process::{Patience, Process};
use setup::Setup;
use spawner::Spawner;
use wire::SentContainer;

/// How many idle workers of each kind are kept.
const IDLE_MAX: usize = 256;

/// The largest answer, in bytes: all pictures of a clip that the default limits let through, in all views.
const ANSWER_BYTES_MAX: usize = 512 << 20;

/// The largest answer about anything but a clip. A picture has some hundred frames of some hundred hashes.
const PICTURE_ANSWER_BYTES_MAX: usize = 64 << 20;

/// The largest answer with a small picture.
const SMALL_ANSWER_BYTES_MAX: usize = 16 << 20;

/// How long a worker may compute beside what decoding may take: hashing, looking for parts.
const OVERHEAD: Duration = Duration::from_secs(if cfg!(test) { 0 } else { 30 });

/// Memory for the program itself, its stack and what it does not count.
const MEMORY_BYTES: u64 = 1 << 30;

/// A program that opens media for this one, and the processes of it that wait for work. Clones share them.
///
/// ```no_run
/// use basma::hash::HashType;
/// use basma::hasher::{Hasher, workers::{Workers, serve}};
/// // The program starts itself again, and then does nothing but open media.
/// if std::env::args().nth(1).as_deref() == Some("open-media") {
///     std::process::exit(serve().is_err().into());
/// }
/// let workers = Workers::new("/proc/self/exe", ["open-media"])?;
/// println!("the wall is {}", workers.wall()?);
/// let hasher = Hasher::new([HashType::Pdq]).with_workers(workers);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Workers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    program: PathBuf,
    /// Before the spawner: workers end while the thread that started them is there.
    idle: Mutex<Vec<Process>>,
    spawner: Spawner,
    wall: OnceLock<Wall>,
}

/// What a worker found out of a file.
pub(crate) struct Looked {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) container: Option<RemoteContainer>,
}

/// A container that a worker recognised.
#[derive(Clone, Debug)]
pub(crate) struct RemoteContainer(SentContainer);

impl RemoteContainer {
    /// An archive of this kind.
    pub(crate) fn archive(kind: crate::archive::Kind) -> RemoteContainer {
        RemoteContainer(SentContainer::Archive(kind as u8))
    }
}

/// A file as it is handed to a worker.
#[derive(Clone, Copy)]
pub(crate) struct Media<'a> {
    pub(crate) file: &'a File,
    pub(crate) bytes: u64,
    /// What its first bytes are.
    pub(crate) format: Option<Format>,
    /// Whether it stands for bytes in memory.
    pub(crate) is_memory: bool,
}

impl Workers {
    /// The program with these arguments, which must call [`serve`]. Its processes are started when they are needed, once for
    /// each thread that opens media. They end with the last clone of this.
    ///
    /// # Errors
    /// [`Error::Argument`] where the thread that starts processes cannot be started.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Result<Workers> {
        let program = program.into();
        let arguments = arguments.into_iter().map(Into::into).collect();
        let spawner = Spawner::new(program.clone(), arguments).map_err(|error| {
            let message = system_text(&error);
            Error::from(Problem::ThreadsNotStarted { message })
        })?;
        Ok(Workers(Arc::new(Pool {
            program,
            idle: Mutex::default(),
            spawner,
            wall: OnceLock::new(),
        })))
    }

    /// The wall around each process, which is found out by starting one.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the program cannot be started, or is none that opens media.
    pub fn wall(&self) -> Result<Wall> {
        if let Some(wall) = self.0.wall.get() {
            return Ok(*wall);
        }
        let memory = decoder_memory(&Hasher::new([]), 0);
        let process = self.start(&Profile::Decoder { memory }, None)?;
        let wall = process.wall();
        self.put_back(process);
        Ok(wall)
    }

    /// The hashes of a file, and what else it holds where `parts` asks for that and says whether archives are opened.
    ///
    /// # Errors
    /// Those of reading the file. What the file does to a worker is an error of its hashes.
    pub(crate) fn look(
        &self,
        hasher: &Hasher,
        media: Media<'_>,
        parts: Option<bool>,
    ) -> io::Result<Looked> {
        let is_clip = media.format.is_some_and(Format::is_video);
        let profile = profile(hasher, media.format, 0);
        let request = || Request::Look {
            setup: Setup::of(hasher, is_clip),
            bytes: media.bytes,
            is_memory: media.is_memory,
            parts,
        };
        let time = if is_clip {
            hasher.decoders.limits.time * 2 + hasher.limits.time
        } else {
            hasher.limits.time * 3
        };
        let patience = Patience {
            time: time.saturating_add(OVERHEAD),
            cancel: &hasher.cancel,
        };
        let most = if is_clip {
            ANSWER_BYTES_MAX
        } else {
            PICTURE_ANSWER_BYTES_MAX
        };
        let ask = |process: &mut Process| {
            let asked = process.ask(request(), Some(media.file), patience);
            asked.map_err(|error| process.silence(error.kind()))?;
            process.bytes = process.bytes.saturating_add(media.bytes);
            let meter = hasher.meter().filter(|_| is_clip);
            let mut meter = meter.map(|meter| ClipMeter::remote(meter, media.bytes));
            let progress = |bytes, ms| {
                if let Some(meter) = &mut meter {
                    meter.hear(bytes, ms);
                }
            };
            let (answer, _) = process.hear(most, |_| 0, progress, patience)?;
            Looked::believed(answer).ok_or(Silence::Died(Reason::SandboxAnswer))
        };
        match self.with_process(&profile, media, ask) {
            Ok(looked) => looked,
            Err(failure) => Ok(Looked::failed(failure.error(patience))),
        }
    }

    /// The first frame of a file, made small.
    ///
    /// # Errors
    /// Those of decoding it, and what the file does to a worker.
    pub(crate) fn small_picture(
        &self,
        hasher: &Hasher,
        media: Media<'_>,
        side: u32,
        is_grey: bool,
    ) -> Result<SmallPicture> {
        let patience = Patience {
            time: hasher
                .limits
                .time
                .saturating_mul(3)
                .saturating_add(OVERHEAD),
            cancel: &hasher.cancel,
        };
        let ask = |process: &mut Process| {
            let request = Request::Small {
                bytes: media.bytes,
                side,
                is_grey,
            };
            let asked = process.ask(request, Some(media.file), patience);
            asked.map_err(|error| process.silence(error.kind()))?;
            let (answer, _) = process.hear(SMALL_ANSWER_BYTES_MAX, |_| 0, |_, _| {}, patience)?;
            let made = match answer {
                Answer::Small(Ok((width, height, is_grey, samples))) => {
                    SmallPicture::new((width, height), is_grey, samples, side).map(Ok)
                }
                Answer::Small(Err(error)) => error.received().map(Err),
                _ => None,
            };
            made.ok_or(Silence::Died(Reason::SandboxAnswer))
        };
        let made = self.with_process(&profile(hasher, None, 0), media, ask);
        made.map_err(|failure| failure.error(patience))?
    }

    /// Has one process do something, and a fresh one where a used one failed.
    fn with_process<T>(
        &self,
        profile: &Profile,
        media: Media<'_>,
        mut ask: impl FnMut(&mut Process) -> Result<T, Silence>,
    ) -> Result<T, Failure> {
        if let Some(mut process) = self.idle(profile) {
            match ask(&mut process) {
                Ok(answer) => {
                    self.put_back(process);
                    return Ok(answer);
                }
                Err(Silence::TooLong) => return Err(Failure::Silent(Silence::TooLong)),
                Err(_) => {}
            }
        }
        // What is in memory can be opened again in any case.
        let is_named = !media.is_memory && matches!(profile, Profile::Programs { .. });
        let readable = is_named.then_some(media.file);
        let mut process = self.start(profile, readable).map_err(Failure::NotStarted)?;
        let answer = ask(&mut process).map_err(Failure::Silent)?;
        self.put_back(process);
        Ok(answer)
    }

    fn start(&self, profile: &Profile, readable: Option<&File>) -> Result<Process> {
        let started = self.0.spawner.start(profile).and_then(|mut process| {
            process.greet(readable)?;
            Ok(process)
        });
        let process = started.map_err(|error| {
            let reason = not_started(&self.0.program, &error);
            Error::Unsupported(reason).because_of(&error)
        })?;
        if let Profile::Decoder { .. } = profile {
            let _ = self.0.wall.set(process.wall());
        }
        Ok(process)
    }

    /// Ends the processes that wait, as the system does when memory is short.
    #[cfg(test)]
    fn end_idle(&self) {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.iter_mut().for_each(Process::kill);
    }

    fn idle(&self, profile: &Profile) -> Option<Process> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let place = idle.iter().rposition(|process| process.serves(profile))?;
        Some(idle.remove(place))
    }

    /// Keeps a process for later, unless it has served long enough.
    fn put_back(&self, mut process: Process) {
        process.files += 1;
        if !process.is_reusable() {
            return;
        }
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(process);
        }
    }
}

impl Looked {
    /// What an answer says, or why the file cannot be read. None for what no honest worker answers.
    fn believed(answer: Answer) -> Option<io::Result<Looked>> {
        match answer {
            Answer::Looked {
                fingerprint,
                container,
            } => Some(Ok(Looked {
                fingerprint: fingerprint.received()?,
                container: container.map(RemoteContainer),
            })),
            Answer::Unreadable { code, text } => Some(Err(message::told(code, &text))),
            _ => None,
        }
    }

    /// Of a file that was not looked at.
    fn failed(error: Error) -> Looked {
        Looked {
            fingerprint: Fingerprint {
                error: Some(error),
                ..Fingerprint::default()
            },
            container: None,
        }
    }
}

/// Why a worker did not do what it was asked.
enum Failure {
    NotStarted(Error),
    Silent(Silence),
}

impl Failure {
    fn error(self, patience: Patience<'_>) -> Error {
        match self {
            Failure::NotStarted(error) => error,
            Failure::Silent(_) if patience.cancel.is_cancelled() => Error::Cancelled,
            Failure::Silent(Silence::TooLong) => crate::media::out_of_time(patience.time),
            Failure::Silent(Silence::Died(reason)) => Error::Damaged(reason),
            Failure::Silent(Silence::Killed(reason)) => Error::Damaged(reason).transient(),
        }
    }
}

/// Why a program was not started, or gave up before its wall stood.
fn not_started(program: &Path, error: &io::Error) -> Reason {
    let carried = error.get_ref().and_then(|carried| carried.downcast_ref());
    let (needed, problem) = match carried {
        Some(Error::Io { path, source, .. }) => (path.as_path(), system_text(source)),
        _ => (program, system_text(error)),
    };
    let path = crate::escape::path(needed).into_owned();
    // Of a program that is named by the process itself, the system is what is missing.
    let is_of_system = needed != program || needed.starts_with("/proc") && !needed.exists();
    if is_of_system {
        Reason::SandboxNeedsFile { path, problem }
    } else {
        let program = path;
        Reason::SandboxNotStarted { program, problem }
    }
}

/// Behind what wall a file of this format is opened. Archives take so much memory beside pictures.
fn profile(hasher: &Hasher, format: Option<Format>, archive_memory: u64) -> Profile {
    let is_clip = format.is_some_and(Format::is_video);
    let converter = hasher
        .converter
        .as_ref()
        .filter(|_| format == Some(Format::Avif));
    let mut programs = Vec::new();
    if is_clip {
        #[cfg(feature = "h264")]
        if let crate::media::video::H264::Worker(worker) = &hasher.decoders.h264 {
            programs.push(worker.command().0.to_owned());
        }
        let ffmpeg = hasher.decoders.ffmpeg.as_ref();
        programs.extend(ffmpeg.map(|ffmpeg| ffmpeg.path().to_owned()));
    }
    // A converter is given its input as a file, whose folder it is told when it is started.
    let scratch = converter.map(|_| PathBuf::new());
    programs.extend(converter.map(|converter| converter.program().to_owned()));
    if programs.is_empty() {
        return Profile::Decoder {
            memory: decoder_memory(hasher, archive_memory),
        };
    }
    Profile::Programs { programs, scratch }
}

/// How much memory a decoder may map. A file, what it is decoded to, and views of that are held at a time.
fn decoder_memory(hasher: &Hasher, archive_memory: u64) -> u64 {
    let limits = hasher.limits;
    let of_picture = limits.file_bytes.saturating_add(limits.decoded_bytes);
    let memory = of_picture.saturating_mul(3).saturating_add(archive_memory);
    memory.saturating_add(MEMORY_BYTES)
}
