//! A worker, from the inside.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, IoSliceMut, Read as _, Seek as _, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use rustix::process::{Signal, set_parent_process_death_signal};
use rustix::time::{ClockId, clock_gettime};

use super::message::{
    self, Answer, Message, Request, SentContent, SentMember, Start, decode, encoded,
};
use super::process::read_all;
use super::setup::Setup;
use super::wire::{SentContainer, SentError, SentFingerprint, SentGap, SentParts, kind};
use crate::Error;
use crate::archive::{Archive, Content, Member, Passwords};
use crate::error::Reason;
use crate::hasher::{Container, Fingerprint, Hasher, Known, behind};

use crate::media::{Format, Meter, SmallPicture};
use crate::sandbox::{allow_time, confine};

/// The longest first message, in bytes.
const START_BYTES_MAX: usize = 1 << 20;

/// How often the owner hears how far a clip is.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Opens media for the process at the other end of standard input, until it is gone. The program of
/// [`Workers`](super::Workers) does nothing else. Before anything is opened, the process gives up what it does not need.
///
/// # Errors
/// Where standard input is no socket, or the process may not give up what it should.
pub fn serve() -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.peer_addr()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let (start, readable) = first(&socket)?;
    let confined = confine(&start.profile(), readable.as_ref());
    drop(readable);
    let mut worker = Worker {
        socket,
        hasher: None,
        holder: None,
        passwords: Passwords::default(),
    };
    let wall = match confined {
        Ok(wall) => wall,
        Err(error) => {
            worker.say(&Answer::unreadable(&error))?;
            return Err(error);
        }
    };
    worker.say(&Answer::Ready {
        landlock: wall.landlock,
        seccomp: wall.seccomp,
    })?;
    while let Some((message, file)) = worker.hear()? {
        worker.answer(message.request, file)?;
    }
    Ok(())
}

/// The first message, and the file that may be opened again.
fn first(socket: &UnixStream) -> io::Result<(Start, Option<File>)> {
    let mut length = [0; 4];
    let (read, file) = receive(socket, &mut length)?;
    let mut from = socket;
    from.read_exact(&mut length[read..])?;
    let start = message::read_rest(&mut from, length, START_BYTES_MAX)?;
    Ok((start, file))
}

struct Worker {
    socket: UnixStream,
    /// The last, with its setup: most requests are for the same.
    hasher: Option<(Vec<u8>, Hasher)>,
    /// The last picture that held others.
    holder: Option<(Arc<Vec<u8>>, Known<'static>)>,
    passwords: Passwords,
}

impl Worker {
    /// The next request, and the file that came with it. None where no more come.
    fn hear(&mut self) -> io::Result<Option<(Message, Option<File>)>> {
        let mut length = [0; 4];
        let (read, file) = receive(&self.socket, &mut length)?;
        if read == 0 {
            return Ok(None);
        }
        let mut from = &self.socket;
        from.read_exact(&mut length[read..])?;
        let message = message::read_request(&mut from, length)?;
        allow_time(now().saturating_add(message.time))?;
        Ok(Some((message, file)))
    }

    /// A meter that tells the owner how far a clip is, some times a second.
    fn meter(&self) -> io::Result<Meter> {
        let socket = self.socket.try_clone()?;
        let told = Mutex::new(Instant::now());
        Ok(Meter::with_listener(move |bytes, ms| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.elapsed() >= TELL_EVERY {
                *told = Instant::now();
                // An owner that is gone ends the process anyway.
                let _ = message::write(&mut &socket, &Answer::Progress { bytes, ms });
            }
        }))
    }

    fn say(&self, answer: &Answer) -> io::Result<()> {
        message::write(&mut &self.socket, answer)
    }

    fn answer(&mut self, request: Request, file: Option<File>) -> io::Result<()> {
        match (request, file) {
            (
                Request::Look {
                    setup,
                    bytes,
                    is_memory,
                    parts,
                },
                Some(file),
            ) => {
                let hasher = self.hasher(setup)?.clone();
                let hasher = &hasher.with_meter(Arc::new(self.meter()?));
                let look = || look(hasher, &file, bytes, is_memory, parts);
                let looked = catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| {
                    let fingerprint = Fingerprint {
                        error: Some(Error::Damaged(Reason::ProgramDefect)),
                        ..Fingerprint::default()
                    };
                    Ok((fingerprint, None))
                });
                let answer = match looked {
                    Ok((fingerprint, container)) => Answer::Looked {
                        fingerprint: Box::new(SentFingerprint::new(&fingerprint)),
                        container: container.as_ref().map(sent),
                    },
                    Err(error) => Answer::unreadable(&error),
                };
                self.say(&answer)
            }
            (
                Request::Small {
                    bytes,
                    side,
                    is_grey,
                },
                Some(file),
            ) => {
                let bytes = read_all(&file, bytes)?;
                let make = || SmallPicture::of(&bytes, side, is_grey);
                let made = catch_unwind(AssertUnwindSafe(make))
                    .unwrap_or(Err(Error::Damaged(Reason::ProgramDefect)));
                self.say(&Answer::Small(match made {
                    Ok(small) => Ok((small.width, small.height, small.is_grey, small.samples)),
                    Err(error) => Err(SentError::new(&error)),
                }))
            }
            (Request::Passwords(lines), None) => {
                self.passwords = match lines.0.as_slice() {
                    [] => Passwords::default(),
                    lines => Passwords::sent(lines).ok_or(io::ErrorKind::InvalidData)?,
                };
                Ok(())
            }
            (
                Request::Open {
                    setup,
                    container,
                    name,
                    bytes,
                    limits,
                    asks,
                },
                Some(file),
            ) => {
                let hasher = self.hasher(setup)?.clone();
                let container = container_of(container)?;
                let name = OsString::from_vec(name);
                let limits = limits.map(|limits| limits.limits());
                let most = hasher.limits.file_bytes;
                let archive = container.open_here(Path::new(&name), file, bytes, limits, most);
                let archive = archive.with_passwords(&self.passwords);
                self.say(&Answer::Opened)?;
                self.members(archive, &hasher, asks)
            }
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Gives members until they are at an end, or no more are wanted.
    fn members(&mut self, mut archive: Archive, hasher: &Hasher, asks: bool) -> io::Result<()> {
        loop {
            let Some((message, None)) = self.hear()? else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            match message.request {
                Request::Next => {}
                Request::Skip(count) => {
                    for _ in 0..count {
                        archive.next_member(&|_| true);
                    }
                    self.say(&Answer::Opened)?;
                    continue;
                }
                Request::Close => return Ok(()),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
            let asked = std::cell::Cell::new(None);
            let failed = std::cell::RefCell::new(None);
            let this = std::cell::RefCell::new(&mut *self);
            let known = |number| {
                if !asks {
                    return false;
                }
                if let Some((last, known)) = asked.get()
                    && last == number
                {
                    return known;
                }
                let known = this.borrow_mut().is_known(number).unwrap_or_else(|error| {
                    *failed.borrow_mut() = Some(error);
                    true
                });
                asked.set(Some((number, known)));
                known
            };
            let member = archive.next_member(&known);
            if let Some(error) = failed.into_inner() {
                return Err(error);
            }
            let Some(member) = member else {
                let gap = archive.end();
                return self.say(&Answer::End(gap.as_ref().map(SentGap::new)));
            };
            self.say_member(member, hasher)?;
        }
    }

    /// Asks whether the owner knows a member.
    fn is_known(&mut self, number: u64) -> io::Result<bool> {
        self.say(&Answer::Asks(number))?;
        match self.hear()? {
            Some((
                Message {
                    request: Request::Known(known),
                    ..
                },
                None,
            )) => Ok(known),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn say_member(&mut self, member: Member, hasher: &Hasher) -> io::Result<()> {
        let is_reduction = match (&member.content, &member.holder) {
            (Content::Bytes(bytes), Some(holder)) => {
                let compare = || {
                    let known = || self.known_of(holder, hasher);
                    hasher.is_reduction(&member.path, bytes, holder, known)
                };
                catch_unwind(AssertUnwindSafe(compare)).unwrap_or(false)
            }
            _ => false,
        };
        let (content, bytes) = match member.content {
            Content::Bytes(bytes) => (SentContent::Bytes(bytes.len() as u64), bytes),
            Content::Known => (SentContent::Known, Vec::new()),
            Content::Archive { kind, bytes, gap } => {
                let content = SentContent::Archive {
                    kind: kind as u8,
                    bytes: bytes.len() as u64,
                    gap: gap.as_ref().map(SentGap::new),
                };
                (content, bytes)
            }
            Content::Refused(kind, reasons) => (
                SentContent::Refused(SentGap::new(&(kind, reasons))),
                Vec::new(),
            ),
        };
        let answer = Answer::Member(SentMember {
            number: member.number,
            path: member.path,
            content,
            gap: member.gap.as_ref().map(SentGap::new),
            is_reduction,
            is_in_torn: member.is_in_torn,
        });
        let mut writer = BufWriter::new(&self.socket);
        message::write(&mut writer, &answer)?;
        writer.write_all(&bytes)?;
        writer.flush()
    }

    /// What is known of a picture that holds others, which come one after another.
    fn known_of(&mut self, holder: &Arc<Vec<u8>>, hasher: &Hasher) -> Known<'static> {
        let is_last = |(last, _): &(Arc<Vec<u8>>, _)| Arc::ptr_eq(last, holder);
        match &self.holder {
            Some((_, known)) if self.holder.as_ref().is_some_and(is_last) => known.clone(),
            _ => {
                let known = Known::of(&hasher.hash_bytes(holder)).into_owned();
                self.holder = Some((Arc::clone(holder), known.clone()));
                known
            }
        }
    }

    fn hasher(&mut self, setup: Vec<u8>) -> io::Result<&Hasher> {
        if self.hasher.as_ref().is_none_or(|(last, _)| *last != setup) {
            let hasher = Setup::hasher(&setup);
            let hasher = hasher.ok_or(io::ErrorKind::InvalidData)?;
            self.hasher = Some((setup, hasher));
        }
        let (_, hasher) = self.hasher.as_ref().expect("it was just set");
        Ok(hasher)
    }
}

/// The hashes of a file, and what else it holds.
fn look(
    hasher: &Hasher,
    file: &File,
    bytes: u64,
    is_memory: bool,
    parts: Option<bool>,
) -> io::Result<(Fingerprint, Option<Container>)> {
    let mut from = file;
    from.seek(io::SeekFrom::Start(0))?;
    let head = Format::head(from)?;
    #[cfg(test)]
    super::tests::misbehave(&head);
    let format = Format::sniff(&head);
    let is_clip = format.is_some_and(Format::is_video);
    let (fingerprint, picture) = if is_clip && hasher.wants_pixels() {
        (hasher.hash_file(file)?, None)
    } else if is_memory {
        let bytes = read_all(file, bytes)?;
        (hasher.hash_bytes(&bytes), Some(bytes))
    } else {
        hasher.hash_still(file, bytes)?
    };
    let container = match (parts, format) {
        (None, _) => None,
        (Some(opens_archives), Some(format)) => {
            let known = Known::of(&fingerprint);
            hasher.parts_of(
                format,
                file,
                bytes,
                picture.as_deref(),
                &known,
                opens_archives,
            )?
        }
        (Some(opens_archives), None) => behind(file, bytes, opens_archives)?,
    };
    Ok((fingerprint, container))
}

fn sent(container: &Container) -> SentContainer {
    match container {
        Container::Archive(kind) => SentContainer::Archive(*kind as u8),
        Container::Parts(parts) => SentContainer::Parts(encoded(&SentParts::new(parts))),
        Container::Remote(_) => unreachable!("a worker recognises containers itself"),
    }
}

fn container_of(container: SentContainer) -> io::Result<Container> {
    let container = match container {
        SentContainer::Archive(place) => kind(place).map(Container::Archive),
        SentContainer::Parts(bytes) => decode::<SentParts>(&bytes)
            .and_then(SentParts::received)
            .map(Container::Parts),
    };
    container.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Receives some bytes, and a file that may come with them.
fn receive(socket: &UnixStream, bytes: &mut [u8]) -> io::Result<(usize, Option<File>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let read = loop {
        let mut bytes = [IoSliceMut::new(bytes)];
        match recvmsg(socket, &mut bytes, &mut control, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => {}
            done => break done?.bytes,
        }
    };
    let files = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(files) => Some(files),
        _ => None,
    });
    let file = files.flatten().next().map(|file: OwnedFd| File::from(file));
    Ok((read, file))
}

/// The time that this process has run.
fn now() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
