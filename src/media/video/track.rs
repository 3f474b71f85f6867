//! What a container says of its pictures.

use crate::error::Reason;
use std::io::{self, Read, Seek, SeekFrom};

/// The most coded pictures of one clip that are listed, of all its tracks: 19 hours at 60 a second. Each takes 24 bytes of
/// memory.
pub(super) const SAMPLES_MAX: usize = 1 << 22;

/// The most bytes of one coded picture. Keyframes of 4K video have one or two million.
pub(super) const SAMPLE_BYTES_MAX: u32 = 64 << 20;

/// A video track of a container. It holds what is needed to decode its pictures, in the order in which they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// How the pictures are coded, in one way or, where that changes in the middle, several.
    pub descriptions: Vec<Description>,
    /// How the pictures have to be turned to stand upright: EXIF orientation, 1 (upright) to 8.
    pub orientation: u8,
    /// The coded pictures.
    pub samples: Vec<Sample>,
    /// What the container calls it.
    pub id: u64,
    /// Its place among the video tracks of the container, from 0.
    pub place: u32,
    /// Why the list of pictures is not whole, if it is not.
    pub partial: Option<Reason>,
    /// Whether all tracks together have more than [`SAMPLES_MAX`].
    pub capped: bool,
    /// How many pictures other tracks have.
    pub(super) others: usize,
}

/// How pictures are coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The codec.
    pub codec: Codec,
    /// What the decoder needs to know before the first picture: `avcC`, `hvcC` or what Matroska calls private.
    pub private: Vec<u8>,
    /// Pixels in a row, as the container has it.
    pub width: u32,
    /// Rows, as the container has it.
    pub height: u32,
    /// Bytes that stand before each picture and are stored once (header stripping of Matroska).
    pub prefix: Vec<u8>,
}

/// A way to code moving pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Codec {
    /// H.264, AVC (ITU-T H.264).
    H264,
    /// H.265, HEVC (ITU-T H.265).
    Hevc,
    /// VP8 (RFC 6386).
    Vp8,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
    /// A JPEG file for each picture.
    Jpeg,
    /// Encrypted, whatever it is beneath.
    Encrypted,
    /// Another, as the container names it.
    Other(String),
}

impl Codec {
    /// The name that people know it by.
    pub fn name(&self) -> &str {
        match self {
            Codec::H264 => "H.264",
            Codec::Hevc => "HEVC",
            Codec::Vp8 => "VP8",
            Codec::Vp9 => "VP9",
            Codec::Av1 => "AV1",
            Codec::Jpeg => "Motion JPEG",
            Codec::Encrypted => "encrypted",
            Codec::Other(name) => name,
        }
    }
}

/// One coded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its first byte in the file.
    pub offset: u64,
    /// When it is shown, in milliseconds from the start of the film. What is cut away at the start by an edit list is
    /// shown before it.
    pub ms: i64,
    /// How many bytes it has, at least 1.
    pub size: u32,
    /// Which of the track's descriptions holds for it.
    pub description: u16,
    /// Whether the container says that it can be decoded by itself.
    pub key: bool,
    /// Whether a player shows it. What an edit list leaves out is stored, and not shown.
    pub shown: bool,
}

impl Track {
    /// How long the film is: from the first picture that is shown to the last, in milliseconds.
    pub fn ms(&self) -> u64 {
        let shown = || self.samples.iter().filter(|sample| sample.shown);
        let times = || shown().map(|sample| sample.ms);
        match (times().min(), times().max()) {
            (Some(first), Some(last)) => last.saturating_sub(first).max(0).unsigned_abs(),
            _ => 0,
        }
    }

    /// The pictures that can be decoded by themselves. Each has its number in the order in which they are shown, from 0.
    #[cfg(any(test, fuzzing))]
    pub fn keyframes(&self) -> impl Iterator<Item = (u32, &Sample)> {
        let times = self.times();
        self.samples
            .iter()
            .filter(|sample| sample.key)
            .map(move |sample| {
                let before = times.partition_point(|&ms| ms < sample.ms);
                (before as u32, sample)
            })
    }

    /// When each picture is shown, in that order.
    pub(super) fn times(&self) -> Vec<i64> {
        let mut times: Vec<i64> = self.samples.iter().map(|sample| sample.ms).collect();
        times.sort_unstable();
        times
    }

    /// The first bytes of one picture, as many as there are of so many.
    ///
    /// # Errors
    /// Those of the reader.
    pub(super) fn head(
        &self,
        sample: &Sample,
        bytes: u32,
        reader: &mut (impl Read + Seek),
    ) -> io::Result<Vec<u8>> {
        let head = Sample {
            size: sample.size.min(bytes),
            ..*sample
        };
        self.read(&head, reader)
    }

    /// The bytes of one picture.
    ///
    /// # Errors
    /// Those of the reader; `UnexpectedEof` where the file ends before the picture does.
    pub fn read(&self, sample: &Sample, reader: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
        let prefix = self.descriptions.get(usize::from(sample.description));
        let mut bytes = prefix.map_or_else(Vec::new, |d| d.prefix.clone());
        reader.seek(SeekFrom::Start(sample.offset))?;
        let read = reader.take(sample.size.into()).read_to_end(&mut bytes)?;
        if read < sample.size as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }

    /// Adds a picture; says whether more can be added.
    pub(super) fn push(&mut self, sample: Sample, len: u64) -> bool {
        let end = sample.offset.saturating_add(sample.size.into());
        if end > len {
            self.is_cut();
        } else if self.samples.len() + self.others >= SAMPLES_MAX {
            self.capped = true;
        } else if sample.size > 0 && sample.size <= SAMPLE_BYTES_MAX {
            self.samples.push(sample);
        } else if sample.size > 0 {
            self.is_broken(Reason::ClipPictureSize);
        }
        !self.capped
    }

    /// Notes that the file ends too early.
    pub(super) fn is_cut(&mut self) {
        self.is_broken(Reason::ClipCut);
    }

    /// Notes what is wrong, the first time.
    pub(super) fn is_broken(&mut self, reason: Reason) {
        self.partial.get_or_insert(reason);
    }
}
