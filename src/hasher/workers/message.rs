//! What a worker and its owner say to each other: frames of bincode with their length before them, within bounds.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::time::Duration;

use bincode::{Decode, Encode};

use super::wire::{SentContainer, SentError, SentFingerprint, SentGap};
use crate::archive::ArchiveLimits;
use crate::sandbox::Profile;

/// The longest request, in bytes: parts of a picture that stand otherwise in it.
const REQUEST_BYTES_MAX: usize = 512 << 20;

/// How much memory a frame may claim when it is decoded. Claims count before their bytes are read.
const CLAIMED_BYTES_MAX: usize = 1 << 30;

/// What a worker is told first: its profile. Paths are bytes.
#[derive(Debug, Encode, Decode)]
pub(super) enum Start {
    Decoder {
        memory: u64,
    },
    Programs {
        programs: Vec<Vec<u8>>,
        scratch: Option<Vec<u8>>,
    },
}

impl Start {
    pub(super) fn new(profile: &Profile) -> Start {
        let bytes = |path: &PathBuf| path.clone().into_os_string().into_vec();
        match profile {
            Profile::Decoder { memory } => Start::Decoder { memory: *memory },
            Profile::Programs { programs, scratch } => Start::Programs {
                programs: programs.iter().map(bytes).collect(),
                scratch: scratch.as_ref().map(bytes),
            },
        }
    }

    pub(super) fn profile(self) -> Profile {
        let path = |bytes: Vec<u8>| PathBuf::from(OsString::from_vec(bytes));
        match self {
            Start::Decoder { memory } => Profile::Decoder { memory },
            Start::Programs { programs, scratch } => Profile::Programs {
                programs: programs.into_iter().map(path).collect(),
                scratch: scratch.map(path),
            },
        }
    }
}

/// A question, and how long the answer may take in time of the processor.
#[derive(Debug, Encode, Decode)]
pub(super) struct Message {
    pub(super) time: Duration,
    pub(super) request: Request,
}

/// What a worker is asked. A file comes along with the first three.
#[derive(Debug, Encode, Decode)]
pub(super) enum Request {
    /// The hashes of a file of so many bytes.
    Look {
        /// [`Setup`](super::setup::Setup).
        setup: Vec<u8>,
        bytes: u64,
        /// Whether these are bytes that are in memory, for which no limit on files holds.
        is_memory: bool,
        /// Whether it is asked too what else the file holds; and whether archives are opened.
        parts: Option<bool>,
    },
    /// The first frame of a file of so many bytes, made small.
    Small {
        bytes: u64,
        side: u32,
        is_grey: bool,
    },
    /// Passwords for all that is opened later. There is no answer.
    Passwords(SentPasswords),
    /// The members of a container.
    Open {
        setup: Vec<u8>,
        container: SentContainer,
        name: Vec<u8>,
        bytes: u64,
        limits: Option<SentLimits>,
        /// Whether the owner may know some of them.
        asks: bool,
    },
    /// The next member.
    Next,
    /// To pass over so many.
    Skip(u64),
    /// Whether it knows the member that was asked about.
    Known(bool),
    /// It wants no more.
    Close,
}

/// Passwords, one a line. Nothing prints them.
#[derive(Encode, Decode)]
pub(super) struct SentPasswords(pub(super) Vec<u8>);

impl fmt::Debug for SentPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SentPasswords(..)")
    }
}

/// What a worker says.
#[derive(Debug, Encode, Decode)]
pub(super) enum Answer {
    /// Its wall stands.
    Ready {
        landlock: Option<u32>,
        seccomp: bool,
    },
    Looked {
        fingerprint: Box<SentFingerprint>,
        container: Option<SentContainer>,
    },
    /// How far it is with a clip: bytes that were gone through, and milliseconds of video. The answer follows.
    Progress {
        bytes: u64,
        ms: u64,
    },
    /// The file cannot be read, or the wall cannot be built: the number of the system's error, or its text.
    Unreadable {
        code: Option<i32>,
        text: String,
    },
    Opened,
    /// A small picture: its width, its height, whether it is grey, its samples.
    Small(Result<(u32, u32, bool, Vec<u8>), SentError>),
    /// Whether the owner knows the member of this number.
    Asks(u64),
    /// Its content follows behind the frame.
    Member(SentMember),
    /// There are no more: what is wrong with the container.
    End(Option<SentGap>),
}

impl Answer {
    /// What the system refused to a worker.
    pub(super) fn unreadable(error: &io::Error) -> Answer {
        Answer::Unreadable {
            code: error.raw_os_error(),
            text: error.to_string(),
        }
    }
}

/// The error of the system that a worker met, as far as it can be believed.
pub(super) fn told(code: Option<i32>, text: &str) -> io::Error {
    match code {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::other(crate::escape::message(text).into_owned()),
    }
}

/// A member of an archive, but for its bytes.
#[derive(Debug, Encode, Decode)]
pub(super) struct SentMember {
    pub(super) number: u64,
    pub(super) path: Vec<u8>,
    pub(super) content: SentContent,
    pub(super) gap: Option<SentGap>,
    /// Whether it is a smaller copy of the picture that holds it.
    pub(super) is_reduction: bool,
    pub(super) is_in_torn: bool,
}

#[derive(Debug, Encode, Decode)]
pub(super) enum SentContent {
    /// So many bytes.
    Bytes(u64),
    Known,
    Archive {
        kind: u8,
        bytes: u64,
        gap: Option<SentGap>,
    },
    Refused(SentGap),
}

impl SentContent {
    /// How many bytes follow.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            SentContent::Bytes(bytes) | SentContent::Archive { bytes, .. } => *bytes,
            SentContent::Known | SentContent::Refused(_) => 0,
        }
    }
}

/// [`ArchiveLimits`].
#[derive(Debug, Encode, Decode)]
pub(super) struct SentLimits {
    depth: u32,
    of_bytes: [u64; 6],
}

impl SentLimits {
    pub(super) fn new(limits: &ArchiveLimits) -> SentLimits {
        SentLimits {
            depth: limits.depth,
            of_bytes: [
                limits.ratio,
                limits.unpacked_bytes,
                limits.held_bytes,
                limits.window_bytes,
                limits.directory_bytes,
                limits.members,
            ],
        }
    }

    pub(super) fn limits(&self) -> ArchiveLimits {
        let [ratio, unpacked, held, window, directory, members] = self.of_bytes;
        ArchiveLimits::default()
            .with_depth(self.depth)
            .with_ratio(ratio)
            .with_unpacked_bytes(unpacked)
            .with_held_bytes(held)
            .with_window_bytes(window)
            .with_directory_bytes(directory)
            .with_members(members)
    }
}

/// A frame with its length before it.
pub(super) fn framed(content: &impl Encode) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    let config = bincode::config::standard();
    bincode::encode_into_std_write(content, &mut frame, config).map_err(io::Error::other)?;
    let length = u32::try_from(frame.len() - 4).map_err(io::Error::other)?;
    frame[..4].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// Writes a frame.
pub(super) fn write(to: &mut impl Write, content: &impl Encode) -> io::Result<()> {
    to.write_all(&framed(content)?)
}

/// Reads a frame of at most so many bytes.
pub(super) fn read<T: Decode<()>>(from: &mut impl Read, most: usize) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    read_rest(from, length, most)
}

/// Reads a frame whose length was read.
pub(super) fn read_rest<T: Decode<()>>(
    from: &mut impl Read,
    length: [u8; 4],
    most: usize,
) -> io::Result<T> {
    let length = u32::from_le_bytes(length) as usize;
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    decode(&exactly(from, length as u64)?).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Reads a request whose first bytes were read.
pub(super) fn read_request(from: &mut impl Read, length: [u8; 4]) -> io::Result<Message> {
    read_rest(from, length, REQUEST_BYTES_MAX)
}

/// So many bytes, for which memory is taken as they come.
pub(super) fn exactly(from: &mut impl Read, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(count).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == count {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// What these bytes are, and nothing behind it.
pub(super) fn decode<T: Decode<()>>(bytes: &[u8]) -> Option<T> {
    let config = bincode::config::standard().with_limit::<CLAIMED_BYTES_MAX>();
    let (content, read) = bincode::decode_from_slice(bytes, config).ok()?;
    (read == bytes.len()).then_some(content)
}

/// The bytes of something.
pub(super) fn encoded(content: &impl Encode) -> Vec<u8> {
    let config = bincode::config::standard();
    bincode::encode_to_vec(content, config).expect("memory takes it")
}
