//! Lists that are compressed: gzip and Zstandard, recognised by their first bytes.
//!
//! What comes out has a limit by what went in, so that a small file cannot fill the disk.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// How many bytes may come out of any file.
const FREE_BYTES: u64 = 64 << 20;

/// How many times its size may come out of a larger one. Tables of hashes shrink to a half, whole documents to a tenth.
const TIMES_MAX: u64 = 200;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstandard,
}

impl Packing {
    /// Of a file that begins so.
    pub(super) fn of(head: &[u8]) -> Option<Packing> {
        match head {
            [0x1f, 0x8b, ..] => Some(Packing::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Packing::Zstandard),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstandard => "Zstandard",
        }
    }
}

/// A file whose bytes are counted and digested as they are read.
pub(super) struct Digested<R> {
    reader: R,
    digest: Sha256,
    bytes: u64,
}

impl<R: Read> Digested<R> {
    pub(super) fn new(reader: R) -> Digested<R> {
        Digested {
            reader,
            digest: Sha256::new(),
            bytes: 0,
        }
    }

    /// How many bytes were read.
    pub(super) fn count(&self) -> u64 {
        self.bytes
    }

    pub(super) fn finish(self) -> [u8; 32] {
        self.digest.finalize().into()
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.digest.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Why a compressed list is not unpacked.
#[derive(Debug)]
pub(super) enum Unpacking {
    /// The file cannot be read.
    Read(io::Error),
    /// What was unpacked cannot be kept.
    Keep(crate::Error),
    /// The compressed data is damaged, cut, or followed by something else.
    Damaged,
    /// Too much comes out.
    TooLarge(u64),
    /// This build does not unpack it.
    Unavailable,
}

/// Unpacks a file that begins with `head`, and hands on what comes out.
pub(super) fn unpack<R: Read>(
    packing: Packing,
    head: &[u8],
    file: &mut Digested<R>,
    size_max: u64,
    keep: &mut dyn FnMut(&[u8]) -> crate::Result<()>,
) -> Result<(), Unpacking> {
    match packing {
        #[cfg(any(feature = "media", feature = "evidence"))]
        Packing::Gzip => {
            let mut input = Input::new(head, file);
            let buffered = io::BufReader::with_capacity(PART_BYTES, &mut input);
            let mut decoder = flate2::bufread::MultiGzDecoder::new(buffered);
            drain(&mut decoder, size_max, keep, |decoder| {
                let input = decoder.get_mut().get_mut();
                (input.file.count(), input.error.take())
            })
        }
        #[cfg(feature = "archives")]
        Packing::Zstandard => {
            let mut input = Input::new(head, file);
            let mut buffered = io::BufReader::with_capacity(PART_BYTES, &mut input);
            // A file may be several frames, one after the other.
            let mut kept = 0;
            loop {
                use std::io::BufRead as _;
                let frame = ruzstd::decoding::StreamingDecoder::new(&mut buffered);
                let mut frame = frame.map_err(|_| Unpacking::Damaged)?;
                let mut count = |part: &[u8]| {
                    kept += part.len() as u64;
                    keep(part)
                };
                drain(&mut frame, size_max, &mut count, |frame| {
                    let input = frame.get_mut().get_mut();
                    (input.file.count(), input.error.take())
                })?;
                drop(frame);
                let more = buffered.fill_buf().map_err(Unpacking::Read)?;
                if more.is_empty() {
                    return Ok(());
                }
                let bytes = buffered.get_ref().file.count();
                limit(kept, bytes, size_max)?;
            }
        }
        #[allow(
            unreachable_patterns,
            reason = "without the features nothing else is left"
        )]
        _ => {
            let _ = (head, file, size_max, keep);
            Err(Unpacking::Unavailable)
        }
    }
}

/// How much is read at a time.
const PART_BYTES: usize = 256 << 10;

/// A file with the bytes in front that were looked at. An error of the disk is told apart from one of the data.
struct Input<'h, 'f, R> {
    head: &'h [u8],
    file: &'f mut Digested<R>,
    error: Option<io::Error>,
}

impl<'h, 'f, R: Read> Input<'h, 'f, R> {
    fn new(head: &'h [u8], file: &'f mut Digested<R>) -> Input<'h, 'f, R> {
        Input {
            head,
            file,
            error: None,
        }
    }
}

impl<R: Read> Read for Input<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.head.is_empty() {
            return self.head.read(buffer);
        }
        self.file.read(buffer).map_err(|error| {
            let kind = error.kind();
            self.error = Some(error);
            io::Error::from(kind)
        })
    }
}

fn limit(kept: u64, bytes: u64, size_max: u64) -> Result<(), Unpacking> {
    let most = FREE_BYTES
        .max(bytes.saturating_mul(TIMES_MAX))
        .min(size_max);
    if kept > most {
        Err(Unpacking::TooLarge(most))
    } else {
        Ok(())
    }
}

fn drain<D: Read>(
    decoder: &mut D,
    size_max: u64,
    keep: &mut dyn FnMut(&[u8]) -> crate::Result<()>,
    state: impl Fn(&mut D) -> (u64, Option<io::Error>),
) -> Result<(), Unpacking> {
    let mut buffer = vec![0; PART_BYTES];
    let mut kept = 0;
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                kept += count as u64;
                let (bytes, _) = state(decoder);
                limit(kept, bytes, size_max)?;
                keep(&buffer[..count]).map_err(Unpacking::Keep)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => {
                let (_, error) = state(decoder);
                return Err(error.map_or(Unpacking::Damaged, Unpacking::Read));
            }
        }
    }
}
