//! Compressed bytes to what they were: one interface to the decompressors.

use std::any::Any;
use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::beside::Beside;
use super::gap::{Gap, gap_error, gap_of};
use crate::archive::gap::GapKind;
use crate::error::Reason;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Deflate,
    Deflate64,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    /// As zip stores it (APPNOTE 5.8): the size is not in the stream, unless it is marked by an end.
    Lzma {
        size: Option<u64>,
    },
    /// As 7z stores it: what it needs to be known stands elsewhere.
    RawLzma {
        props: u8,
        dictionary: u32,
        size: u64,
    },
    Lzma2 {
        dictionary: u32,
    },
    /// Variant H, as 7z stores it, with so many letters before each and so much memory.
    Ppmd7 {
        order: u32,
        memory: u32,
    },
    /// Variant I, as zip stores it (APPNOTE 5.10).
    Ppmd8 {
        size: Option<u64>,
    },
}

impl Codec {
    /// Whether another frame may follow, by its first byte: these formats may be concatenated.
    fn begins(self, first: u8) -> bool {
        match self {
            Codec::Gzip => first == 0x1F,
            Codec::Bzip2 => first == b'B',
            Codec::Xz => first == 0xFD,
            Codec::Zstd => matches!(first, 0x28 | 0x50..=0x5F),
            Codec::Deflate | Codec::Deflate64 | Codec::Lzma { .. } => false,
            Codec::RawLzma { .. } | Codec::Lzma2 { .. } => false,
            Codec::Ppmd7 { .. } | Codec::Ppmd8 { .. } => false,
        }
    }

    /// How large a window it takes of one that has so many bytes.
    pub(super) fn window_bytes(self, most: u64) -> u64 {
        match self {
            Codec::Deflate | Codec::Deflate64 | Codec::Gzip => 1 << 16,
            Codec::Bzip2 => 4 << 20,
            Codec::Xz | Codec::Zstd | Codec::Lzma { .. } | Codec::Ppmd8 { .. } => most,
            // Up to 12 bits of literals and places have tables of their own, of 1,536 numbers each.
            Codec::RawLzma {
                props, dictionary, ..
            } => {
                let (literal, place) = (props % 9, props / 9 % 5);
                u64::from(dictionary).max(0xC00 << (literal + place))
            }
            // The tables beside it have some 100 KiB.
            Codec::Lzma2 { dictionary } => u64::from(dictionary),
            Codec::Ppmd7 { memory, .. } => u64::from(memory),
        }
    }
}

/// All frames of a compressed stream, one after another. What is unpacked before it breaks is given, then an error. There is
/// one also where anything but zeros follows the last frame.
pub(super) struct Frames<R: BufRead> {
    codec: Codec,
    window_bytes: u64,
    state: State<R>,
    beside: Beside,
}

enum State<R: BufRead> {
    First(R),
    Within(Box<Decoder<R>>),
    Ended,
    Failed(Gap),
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(codec: Codec, source: R, window_bytes: u64) -> Frames<R> {
        Frames {
            codec,
            window_bytes,
            state: State::First(source),
            beside: Beside::default(),
        }
    }

    /// What is passed over, as far as it was read.
    pub(super) fn beside(&self) -> Beside {
        self.beside.clone()
    }

    fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::First(source) => {
                    let decoder = Decoder::new(self.codec, source, self.window_bytes)?;
                    self.state = State::Within(Box::new(decoder));
                }
                State::Within(mut decoder) => {
                    let read = decoder.read(buf);
                    if !matches!(read, Ok(1..)) {
                        decoder.add_header(&self.beside);
                    }
                    let read = read?;
                    if read > 0 {
                        self.state = State::Within(decoder);
                        return Ok(read);
                    }
                    let mut source = decoder.finish()?;
                    // Their decoders read ahead.
                    if let Codec::RawLzma { .. } | Codec::Lzma2 { .. } | Codec::Ppmd7 { .. } =
                        self.codec
                    {
                        return Ok(0);
                    }
                    let mut first = skip_zeros(&mut source)?;
                    while let (Codec::Zstd, Some(0x50..=0x5F)) = (self.codec, first) {
                        skip_frame(&mut source, &self.beside)?;
                        first = skip_zeros(&mut source)?;
                    }
                    match first {
                        None => {}
                        Some(first) if self.codec.begins(first) => {
                            self.state = State::First(source);
                        }
                        Some(_) => {
                            let reason = Reason::MemberTrailingData;
                            return Err(gap_error(GapKind::Damaged, reason));
                        }
                    }
                }
                State::Ended => return Ok(0),
                State::Failed((kind, reasons)) => return Err(gap_error(kind, reasons)),
            }
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        // A decoder that panics has met bytes its authors did not think of. Nothing of its state survives the panic.
        let read = catch_unwind(AssertUnwindSafe(|| self.step(buf))).unwrap_or_else(|panic| {
            let message = panic_text(&*panic).to_owned();
            Err(gap_error(
                GapKind::Damaged,
                Reason::DecoderPanicked { message },
            ))
        });
        read.map_err(|error| {
            let (kind, reasons) = gap_of(error);
            self.state = State::Failed((kind, reasons.clone()));
            gap_error(kind, reasons)
        })
    }
}

pub(super) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
}

/// The first byte that is not zero: what was written to tapes and blocks is padded.
fn skip_zeros(source: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let buffer = source.fill_buf()?;
        let len = buffer.len();
        if len == 0 {
            return Ok(None);
        }
        if let Some(at) = buffer.iter().position(|&byte| byte != 0) {
            let first = buffer[at];
            source.consume(at);
            return Ok(Some(first));
        }
        source.consume(len);
    }
}

/// Passes over a Zstandard frame of no content (RFC 8878, 3.1.2), which is kept beside.
fn skip_frame(source: &mut impl BufRead, beside: &Beside) -> io::Result<()> {
    let mut header = [0; 8];
    source.read_exact(&mut header)?;
    if header[1..4] != [0x2A, 0x4D, 0x18] {
        let reason = Reason::MemberTrailingData;
        return Err(gap_error(GapKind::Damaged, reason));
    }
    let len = u64::from(u32::from_le_bytes([
        header[4], header[5], header[6], header[7],
    ]));
    if beside.add_all(source.by_ref().take(len))? < len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// One frame.
enum Decoder<R: BufRead> {
    #[cfg(feature = "archives")]
    Deflate(flate2::bufread::DeflateDecoder<R>),
    #[cfg(feature = "archives")]
    Deflate64(deflate64::Deflate64Decoder<R>),
    #[cfg(feature = "archives")]
    Gzip(flate2::bufread::GzDecoder<R>),
    #[cfg(feature = "archives")]
    Bzip2(bzip2::bufread::BzDecoder<R>),
    #[cfg(feature = "archives")]
    Xz(lzma_rust2::XzReader<R>),
    #[cfg(feature = "archives")]
    Lzma(lzma_rust2::LzmaReader<R>),
    #[cfg(feature = "archives")]
    Lzma2(lzma_rust2::Lzma2Reader<R>),
    #[cfg(feature = "archives")]
    Ppmd7(Box<ppmd_rust::Ppmd7Decoder<R>>),
    #[cfg(feature = "archives")]
    Ppmd8(Box<io::Take<ppmd_rust::Ppmd8Decoder<R>>>),
    #[cfg(feature = "archives")]
    Zstd(ruzstd::decoding::StreamingDecoder<R, ruzstd::decoding::FrameDecoder>),
    /// Frames of no content alone.
    Nothing(R),
}

#[cfg(feature = "archives")]
impl<R: BufRead> Decoder<R> {
    fn new(codec: Codec, mut source: R, window_bytes: u64) -> io::Result<Decoder<R>> {
        let window_kib = u32::try_from(window_bytes >> 10).unwrap_or(u32::MAX);
        Ok(match codec {
            Codec::Deflate => Decoder::Deflate(flate2::bufread::DeflateDecoder::new(source)),
            Codec::Deflate64 => {
                Decoder::Deflate64(deflate64::Deflate64Decoder::with_buffer(source))
            }
            Codec::Gzip => Decoder::Gzip(flate2::bufread::GzDecoder::new(source)),
            Codec::Bzip2 => Decoder::Bzip2(bzip2::bufread::BzDecoder::new(source)),
            Codec::Xz => Decoder::Xz(lzma_rust2::XzReader::new_mem_limit(
                source, false, window_kib,
            )),
            Codec::Zstd => {
                if let Some(0x50..=0x5F) = source.fill_buf()?.first() {
                    return Ok(Decoder::Nothing(source));
                }
                ruzstd::decoding::StreamingDecoder::new_with_max_window_size(source, window_bytes)
                    .map(Decoder::Zstd)
                    .map_err(zstd_error)?
            }
            Codec::RawLzma { .. } | Codec::Lzma2 { .. } | Codec::Ppmd7 { .. }
                if codec.window_bytes(window_bytes) > window_bytes =>
            {
                return Err(window_error());
            }
            Codec::RawLzma {
                props,
                dictionary,
                size,
            } => lzma_rust2::LzmaReader::new_with_props(source, size, props, dictionary, None)
                .map(Decoder::Lzma)?,
            Codec::Lzma2 { dictionary } => {
                Decoder::Lzma2(lzma_rust2::Lzma2Reader::new(source, dictionary, None))
            }
            Codec::Ppmd7 { order, memory } => {
                let decoder = ppmd_rust::Ppmd7Decoder::new(source, order, memory);
                Decoder::Ppmd7(Box::new(decoder.map_err(ppmd_error)?))
            }
            Codec::Ppmd8 { size } => ppmd8(source, size, window_bytes)?,
            Codec::Lzma { size } => {
                let mut header = [0; 9];
                source.read_exact(&mut header)?;
                let [_, _, 5, 0, props, dictionary @ ..] = header else {
                    return Err(gap_error(GapKind::Damaged, Reason::MemberLzmaHeader));
                };
                let dictionary = u32::from_le_bytes(dictionary);
                if u64::from(dictionary) > window_bytes {
                    return Err(window_error());
                }
                let size = size.unwrap_or(u64::MAX);
                lzma_rust2::LzmaReader::new_with_props(source, size, props, dictionary, None)
                    .map(Decoder::Lzma)?
            }
        })
    }

    /// Adds what stands in the header of the frame for people.
    fn add_header(&self, beside: &Beside) {
        let Decoder::Gzip(decoder) = self else {
            return;
        };
        let header = decoder.header();
        let fields = header.map(|header| [header.extra(), header.filename(), header.comment()]);
        for field in fields.into_iter().flatten().flatten() {
            beside.add(field);
        }
    }

    /// What follows the frame, once all of it was read.
    fn finish(self) -> io::Result<R> {
        Ok(match self {
            Decoder::Deflate(decoder) => decoder.into_inner(),
            Decoder::Deflate64(decoder) => decoder.into_inner(),
            Decoder::Gzip(decoder) => decoder.into_inner(),
            Decoder::Bzip2(decoder) => decoder.into_inner(),
            Decoder::Xz(decoder) => decoder.into_inner(),
            Decoder::Lzma(decoder) => decoder.into_inner(),
            Decoder::Lzma2(decoder) => decoder.into_inner(),
            Decoder::Ppmd7(decoder) => decoder.into_inner(),
            Decoder::Ppmd8(decoder) => {
                let mut decoder = decoder.into_inner();
                // A mark may stand at the end: what follows it is no part of the content.
                let is_marked = matches!(decoder.read(&mut [0]), Ok(0));
                let mut source = decoder.into_inner();
                if !is_marked {
                    io::copy(&mut source, &mut io::sink())?;
                }
                source
            }
            Decoder::Zstd(decoder) => {
                let (source, decoder) = decoder.into_parts();
                let stored = decoder.get_checksum_from_data();
                if stored.is_some() && stored != decoder.get_calculated_checksum() {
                    return Err(gap_error(GapKind::Damaged, Reason::MemberChecksum));
                }
                source
            }
            Decoder::Nothing(source) => source,
        })
    }
}

/// A decoder of PPMd in zip: two bytes say its order, its memory in MiB, and what happens when that is full.
#[cfg(feature = "archives")]
fn ppmd8<R: BufRead>(
    mut source: R,
    size: Option<u64>,
    window_bytes: u64,
) -> io::Result<Decoder<R>> {
    let mut parameters = [0; 2];
    source.read_exact(&mut parameters)?;
    let parameters = u32::from(u16::from_le_bytes(parameters));
    let order = (parameters & 0xF) + 1;
    let memory = ((parameters >> 4 & 0xFF) + 1) << 20;
    if u64::from(memory) > window_bytes {
        return Err(window_error());
    }
    let when_full = (parameters >> 12).into();
    let decoder = ppmd_rust::Ppmd8Decoder::new(source, order, memory, when_full);
    let decoder = decoder.map_err(ppmd_error)?;
    Ok(Decoder::Ppmd8(Box::new(
        decoder.take(size.unwrap_or(u64::MAX)),
    )))
}

#[cfg(feature = "archives")]
fn ppmd_error(error: ppmd_rust::Error) -> io::Error {
    match error {
        ppmd_rust::Error::IoError(error) => error,
        ppmd_rust::Error::MemoryAllocation => io::ErrorKind::OutOfMemory.into(),
        error => io::Error::other(error),
    }
}

#[cfg(feature = "archives")]
fn window_error() -> io::Error {
    gap_error(GapKind::OverLimit, Reason::ArchiveWindow)
}

#[cfg(feature = "archives")]
fn zstd_error(error: ruzstd::decoding::errors::FrameDecoderError) -> io::Error {
    use ruzstd::decoding::errors::FrameDecoderError;
    match error {
        FrameDecoderError::WindowSizeTooBig { .. } => window_error(),
        other => io::Error::other(other),
    }
}

#[cfg(feature = "archives")]
impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Decoder::Deflate(decoder) => decoder.read(buf),
            Decoder::Deflate64(decoder) => decoder.read(buf),
            Decoder::Gzip(decoder) => decoder.read(buf),
            Decoder::Bzip2(decoder) => decoder.read(buf),
            Decoder::Xz(decoder) => match decoder.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(window_error()),
                read => read,
            },
            Decoder::Lzma(decoder) => decoder.read(buf),
            Decoder::Lzma2(decoder) => decoder.read(buf),
            Decoder::Ppmd7(decoder) => decoder.read(buf),
            Decoder::Ppmd8(decoder) => decoder.read(buf),
            Decoder::Zstd(decoder) => decoder.read(buf),
            Decoder::Nothing(_) => Ok(0),
        }
    }
}

#[cfg(not(feature = "archives"))]
impl<R: BufRead> Decoder<R> {
    fn new(_: Codec, source: R, _: u64) -> io::Result<Decoder<R>> {
        Ok(Decoder::Nothing(source))
    }

    fn add_header(&self, _: &Beside) {}

    fn finish(self) -> io::Result<R> {
        let Decoder::Nothing(_) = self;
        Err(gap_error(GapKind::Unsupported, Reason::ArchiveNotBuiltIn))
    }
}

#[cfg(not(feature = "archives"))]
impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
}
