//! A whole file to all the hashes that are wanted of it, in one read and one decode.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;

use image::metadata::Orientation;

use super::copies::{self, CopyHash, Planes};
use super::pdq::pdq_turned;
use super::{Digests, Family, Sampling};
use crate::error::{Limit, Reason};
use crate::hash::{Area, AreaKind, FrameHash, Hash, HashType, Pdq, Rendering, Turn, View};
use crate::media::video::{Decoders, Source};
use crate::media::{
    Converter, Decoded, Format, Frame, Limits, Meter, Picture, decode, decode_until, foreign_mime,
    unknown_of_avif,
};
use crate::{CancelToken, Error, Result};

/// Computes the wanted hashes of files.
///
/// ```
/// use basma::hash::HashType;
/// use basma::hasher::Hasher;
/// let hasher = Hasher::new([HashType::Md5]);
/// let fingerprint = hasher.hash_bytes(b"abc");
/// assert_eq!(fingerprint.digests[0].to_string(), "900150983cd24fb0d6963f7d28e17f72");
/// ```
#[derive(Clone, Debug)]
pub struct Hasher {
    types: Vec<HashType>,
    family: Arc<Family>,
    limits: Limits,
    views: Views,
    exact: bool,
    converter: Option<Converter>,
    decoders: Decoders,
    sampling: Sampling,
    cancel: CancelToken,
    meter: Option<Arc<Meter>>,
}

/// What is hashed of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Views {
    /// The pixels as they are stored.
    Stored,
    /// The pixels as they are stored and as viewers show them: turned upright, where their EXIF orientation says so,
    /// composed over white and over black, where they have alpha, and in the colours that their profile or gamma
    /// makes of them, where these are far from those that are stored.
    #[default]
    Upright,
    /// These turned and mirrored in all eight ways: mirrored and turned copies are found too.
    All,
    /// PDQ of pictures in all eight ways, and of what undoes the commonest changes: some 15 hashes.
    Fast,
    /// PDQ of pictures in all eight ways, and of what undoes crops, rotations, borders, captions and screenshots: some 50
    /// hashes.
    Standard,
    /// PDQ of pictures in all eight ways, and of all that is known to undo changes: some 200 to 400 hashes.
    Thorough,
}

impl Views {
    /// Every choice, the one with the fewest hashes first.
    pub const ALL: [Views; 6] = [
        Views::Stored,
        Views::Upright,
        Views::All,
        Views::Fast,
        Views::Standard,
        Views::Thorough,
    ];

    /// The name used in options.
    pub const fn name(self) -> &'static str {
        match self {
            Views::Stored => "stored",
            Views::Upright => "upright",
            Views::All => "all",
            Views::Fast => "fast",
            Views::Standard => "standard",
            Views::Thorough => "thorough",
        }
    }

    /// Whether pictures are hashed in views that undo changes.
    pub const fn find_copies(self) -> bool {
        matches!(self, Views::Fast | Views::Standard | Views::Thorough)
    }
}

/// Everything known of one file's content.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Fingerprint {
    /// The digests that were asked for, of the whole file.
    pub digests: Vec<Hash>,
    /// The perceptual hashes that were asked for: by frame, then by view, then by type. A frame whose hashes equal
    /// those of the frame before it is left out.
    pub prints: Vec<FrameHash>,
    /// What was decoded, where anything was.
    pub media: Option<Decoded>,
    /// The format, where it is known, decoded or not.
    pub mime: Option<&'static str>,
    /// Why there are no perceptual hashes, or too few of them, although they were asked for.
    pub error: Option<Error>,
    /// The further video tracks of a clip, each as a clip of its own, without digests.
    pub tracks: Vec<Fingerprint>,
    /// What a second look at views needs.
    pub(crate) planes: Planes,
}

impl Fingerprint {
    /// Whether it is of pictures that follow each other in time: of a clip, or an animation.
    pub fn is_clip(&self) -> bool {
        let is_clip = self
            .media
            .as_ref()
            .is_some_and(|media| media.clip.is_some());
        let mut times = self.prints.iter().map(|print| print.ms);
        let first = times.next();
        is_clip || times.any(|ms| Some(ms) != first)
    }

    /// How long the clip is, in milliseconds, where it is known.
    pub fn clip_ms(&self) -> Option<u64> {
        Some(self.media.as_ref()?.clip.as_ref()?.ms)
    }
}

/// A file that was read, and hashed where it need not be held for that.
#[derive(Debug)]
pub(crate) enum Content {
    /// The bytes of a picture that is to be hashed.
    Picture(Vec<u8>),
    /// What is known of anything else.
    Other(Box<Fingerprint>),
}

impl Hasher {
    /// A hasher for these types, with the default limits, of pictures as they are stored and as viewers show them.
    pub fn new(types: impl IntoIterator<Item = HashType>) -> Hasher {
        let mut types: Vec<HashType> = types.into_iter().collect();
        types.sort();
        types.dedup();
        Hasher {
            family: Arc::new(Family::new(types.iter().copied())),
            types,
            limits: Limits::default(),
            views: Views::default(),
            exact: false,
            converter: None,
            decoders: Decoders::default(),
            sampling: Sampling::default(),
            cancel: CancelToken::new(),
            meter: None,
        }
    }

    /// Sets the limits on one file.
    pub fn with_limits(self, limits: Limits) -> Hasher {
        Hasher { limits, ..self }
    }

    /// Sets what is hashed of pictures.
    pub fn with_views(self, views: Views) -> Hasher {
        Hasher { views, ..self }
    }

    /// Sets whether PDQ is made of every pixel, bit for bit as the reference makes it, or, as it is by default, of luma
    /// that was decoded no larger than need be, several times as fast. On photographs of quality 50 and more the
    /// two differ by at most 1 bit in the mean and by at most 6 (`cargo bench --bench drift`).
    ///
    /// The other hashes are exact in any case; where one of them is wanted, so is PDQ.
    pub fn with_exact(self, exact: bool) -> Hasher {
        Hasher { exact, ..self }
    }

    /// Has AVIF decoded by a program of the user's, in a process of its own, instead of leaving it out.
    pub fn with_converter(self, converter: Converter) -> Hasher {
        Hasher {
            converter: Some(converter),
            ..self
        }
    }

    /// Has clips decoded by these, instead of just those that are safe on any bytes.
    pub fn with_decoders(self, decoders: Decoders) -> Hasher {
        Hasher { decoders, ..self }
    }

    /// Sets which pictures of clips are hashed.
    pub fn with_sampling(self, sampling: Sampling) -> Hasher {
        Hasher { sampling, ..self }
    }

    /// Everything that decides what is found out of a file beside its bytes, the digests aside: two hashers with the same
    /// settings find the same.
    pub(crate) fn settings(&self) -> String {
        let perceptual: Vec<&str> = self
            .types
            .iter()
            .filter(|t| t.is_perceptual())
            .map(|t| t.name())
            .collect();
        format!(
            "basma {} heif={} jxl={} types={perceptual:?} {:?} {:?}{} exact={} converter={:?} {} clips={}",
            env!("CARGO_PKG_VERSION"),
            cfg!(feature = "heif"),
            cfg!(feature = "jxl"),
            self.limits,
            self.views,
            // It is known of each position whether the file asks for it.
            if self.views == Views::All {
                " areas"
            } else {
                ""
            },
            self.exact,
            self.converter.as_ref().map(Converter::identity),
            self.sampling,
            self.decoders.identity(),
        )
    }

    /// What is hashed of pictures.
    pub(crate) fn views(&self) -> Views {
        self.views
    }

    pub(super) fn decoders(&self) -> &Decoders {
        &self.decoders
    }

    pub(super) fn sampling(&self) -> Sampling {
        self.sampling
    }

    pub(super) fn meter(&self) -> Option<Arc<Meter>> {
        self.meter.clone()
    }

    pub(super) fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// The reader, which fails once the hasher is cancelled.
    pub(crate) fn cancellable<R: Read>(&self, reader: R) -> impl Read + use<'_, R> {
        Cancellable {
            reader,
            cancel: &self.cancel,
        }
    }

    /// Whether pictures are decoded by a program.
    pub(crate) fn has_converter(&self) -> bool {
        self.converter.is_some()
    }

    /// The limits on one file.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Lets another thread end the hashing of a file: once the token is cancelled, reading fails and decoding ends
    /// with [`Error::Cancelled`], so that what comes of the file means nothing.
    pub fn with_cancel(self, cancel: CancelToken) -> Hasher {
        Hasher { cancel, ..self }
    }

    /// Has clips counted as they are gone through, for showing how far that is.
    pub fn with_meter(self, meter: Arc<Meter>) -> Hasher {
        Hasher {
            meter: Some(meter),
            ..self
        }
    }

    /// The types that are computed, without repetition.
    pub fn types(&self) -> &[HashType] {
        &self.types
    }

    /// Hashes a file that is in memory.
    pub fn hash_bytes(&self, bytes: &[u8]) -> Fingerprint {
        let mut digests = self.digests();
        digests.update(bytes);
        let mut fingerprint = Fingerprint {
            digests: digests.finish(),
            mime: mime(bytes),
            ..Fingerprint::default()
        };
        match Format::sniff(bytes) {
            _ if !self.wants_pixels() => {}
            Some(format) if format.is_video() => {
                let source = Source::Bytes(bytes);
                if let Err(error) = self.hash_clip(format, source, &mut fingerprint) {
                    // What was to be decoded could not be handed over to the program that decodes it.
                    let reason = Reason::ClipNotHandedOver {
                        mime: format.mime().to_owned(),
                        problem: error.to_string(),
                    };
                    fingerprint.error = Some(Error::Unsupported(reason));
                }
            }
            format => self.hash_picture(format, bytes, &mut fingerprint),
        }
        if self.is_cancelled() {
            fingerprint.error = Some(Error::Cancelled);
        }
        fingerprint
    }

    /// Adds the hashes of a picture's frames to what is known of it.
    fn hash_picture(&self, format: Option<Format>, bytes: &[u8], fingerprint: &mut Fingerprint) {
        let mut last: Vec<FrameHash> = Vec::new();
        let mut unknown = None;
        let converts = self.converter.is_some() && format == Some(Format::Avif);
        if converts
            && self.views != Views::Stored
            && let Some(reason) = unknown_of_avif(bytes)
        {
            unknown = Some(Error::Unsupported(reason));
        }
        let each = |frame: Frame| {
            // Hashing a large frame can take as long as decoding it.
            if self.is_cancelled() {
                return;
            }
            if let Some(reason) = frame.picture.unknown_rendering()
                && self.views != Views::Stored
            {
                unknown.get_or_insert_with(|| Error::Unsupported(reason.clone()));
            }
            match self.hash_renderings(frame) {
                Ok((prints, planes)) => {
                    // Of an animation the first frame alone has views that undo changes.
                    let is_compared =
                        |print: &&FrameHash| !self.views.find_copies() || print.view.is_upright();
                    let compared: Vec<FrameHash> =
                        prints.iter().filter(is_compared).copied().collect();
                    if !same_hashes(&compared, &last) {
                        fingerprint.prints.extend(prints);
                        fingerprint.planes.extend(planes);
                        last = compared;
                    }
                }
                Err(error) => fingerprint.error = Some(error),
            }
        };
        let converted = match (&self.converter, format) {
            (Some(converter), Some(Format::Avif)) => {
                let png = converter.to_png_until(&self.cancel, bytes, &self.limits);
                png.map(Cow::Owned)
            }
            _ => Ok(Cow::Borrowed(bytes)),
        };
        let decoded = converted.and_then(|bytes| {
            let luma = !self.exact && !self.wants_family();
            decode_until(self.cancel.clone(), &bytes, &self.limits, luma, each)
        });
        match decoded {
            Ok(decoded) => fingerprint.media = Some(decoded),
            Err(error) => fingerprint.error = Some(error),
        }
        if fingerprint.error.is_none() {
            fingerprint.error = unknown;
        }
    }

    /// Hashes a file from its start to its end. Only a picture within the limits is held in memory; of anything else
    /// the digests are computed as it streams by, and nothing past the first bytes is read when none are wanted.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn hash_reader(&self, reader: impl Read) -> io::Result<Fingerprint> {
        Ok(match self.read(reader)? {
            Content::Picture(bytes) => self.hash_bytes(&bytes),
            Content::Other(fingerprint) => *fingerprint,
        })
    }

    /// Reads a picture into memory, and hashes anything else as it streams by.
    ///
    /// # Errors
    /// Those of the reader.
    pub(crate) fn read(&self, reader: impl Read) -> io::Result<Content> {
        let mut reader = self.cancellable(reader);
        let mut bytes = Vec::new();
        reader
            .by_ref()
            .take(Format::HEAD as u64)
            .read_to_end(&mut bytes)?;
        let mut error = None;
        if self.wants_pixels() {
            // A clip that comes by no file is held like a picture.
            if Format::sniff(&bytes).is_some() {
                let room = self
                    .limits
                    .file_bytes
                    .saturating_add(1)
                    .saturating_sub(bytes.len() as u64);
                reader.by_ref().take(room).read_to_end(&mut bytes)?;
                if bytes.len() as u64 <= self.limits.file_bytes {
                    return Ok(Content::Picture(bytes));
                }
                error = Some(Error::OverLimit {
                    what: Limit::FileBytes,
                    found: bytes.len() as u64,
                    limit: self.limits.file_bytes,
                });
            } else {
                error = decode(&bytes, &self.limits, |_| {}).err();
            }
        }
        let head = bytes.as_slice();
        let fingerprint = self.hash_digests(head, head.chain(reader))?;
        Ok(Content::Other(Box::new(Fingerprint {
            error,
            ..fingerprint
        })))
    }

    /// The digests of all that a reader gives, which begins with these bytes; nothing is read where none are wanted.
    ///
    /// # Errors
    /// Those of the reader.
    pub(super) fn hash_digests(&self, head: &[u8], reader: impl Read) -> io::Result<Fingerprint> {
        let mut digests = self.digests();
        if self.types.iter().any(|t| !t.is_perceptual()) {
            let mut reader = self.cancellable(reader);
            let mut bytes = vec![0; 1 << 16];
            loop {
                match reader.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(read) => digests.update(&bytes[..read]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Fingerprint {
            digests: digests.finish(),
            mime: mime(head),
            ..Fingerprint::default()
        })
    }

    /// The hashes of one frame as it is stored, in every turn that is wanted.
    pub(super) fn hash_frame(&self, frame: &Frame) -> Result<Hashed> {
        let positions = self.positions(frame, false);
        let place = (frame.index, frame.ms);
        self.hash_rendering(&frame.picture, Rendering::Stored, &positions, place)
    }

    /// The hashes of one frame as it is stored and as viewers show it, in every turn that is wanted. A rendering that looks
    /// like another, and is no richer in detail, is left out.
    fn hash_renderings(&self, frame: Frame) -> Result<(Vec<FrameHash>, Planes)> {
        // Of an animation the first frame stands for all.
        let finds_copies =
            self.views.find_copies() && self.types.contains(&HashType::Pdq) && frame.ms == 0;
        let positions = self.positions(&frame, finds_copies);
        let place = (frame.index, frame.ms);
        if self.views == Views::Stored || !frame.picture.is_rendered() {
            let stored = Rendering::Stored;
            let hashed = self.hash_rendering(&frame.picture, stored, &positions, place)?;
            return Ok((hashed.prints, hashed.planes));
        }
        let mut kept: Vec<Hashed> = Vec::new();
        let mut result = Ok(());
        frame.picture.each_rendering(|rendering, picture| {
            if result.is_err() || self.is_cancelled() {
                return;
            }
            match self.hash_rendering(picture, rendering, &positions, place) {
                Ok(hashed) if kept.iter().any(|known| known.covers(&hashed)) => {}
                Ok(hashed) => kept.push(hashed),
                Err(error) => result = Err(error),
            }
        });
        result?;
        let (mut prints, mut planes) = (Vec::new(), Planes::default());
        for hashed in kept {
            prints.extend(hashed.prints);
            planes.extend(hashed.planes);
        }
        prints.sort_by_key(|print| print.view.rendering);
        Ok((prints, planes))
    }

    /// The hashes of one rendering of a frame in these positions. The PDQ quality is needed whatever the types are: it
    /// tells a picture that is too flat for any hash.
    fn hash_rendering(
        &self,
        picture: &Picture,
        rendering: Rendering,
        positions: &Positions,
        (frame, ms): (u32, u64),
    ) -> Result<Hashed> {
        let turns = &positions.turns;
        let upright = turns[positions.upright - 1];
        let rated = pdq_turned(picture, turns);
        let copies = positions
            .finds_copies
            .then(|| copies::hashes(picture, self.views, upright));
        // A document that is turned or inverted is as near to others of its template as it was.
        let is_document = copies.as_ref().is_some_and(|copies| copies.is_document);
        let mut prints = Vec::new();
        let kind = |place: usize| {
            if place < positions.upright {
                AreaKind::Whole
            } else {
                AreaKind::Turned
            }
        };
        for (place, (&turn, rated)) in turns.iter().zip(&rated).enumerate() {
            let kind = kind(place);
            let area = Area {
                kind,
                is_document: is_document && kind == AreaKind::Turned,
                ..Area::WHOLE
            };
            let print = |hash| FrameHash {
                hash,
                quality: rated.quality,
                frame,
                ms,
                view: View {
                    rendering,
                    area,
                    turn,
                },
            };
            if self.types.contains(&HashType::Pdq) {
                prints.push(print(rated.hash.into()));
            }
            // Turning pixels costs more than all that finds copies.
            if self.wants_family() && (area.kind == AreaKind::Whole || self.views == Views::All) {
                let turned;
                let picture = if turn == Turn::Original {
                    picture
                } else {
                    turned = turned_pixels(picture, turn);
                    &turned
                };
                prints.extend(self.family.hash(picture)?.into_iter().map(print));
            }
        }
        let mut planes = Planes::default();
        if let Some(copies) = copies {
            if let Some(levels) = copies.levels {
                planes.add(rendering, levels);
            }
            let inverted = [Turn::Original, Turn::FlipHorizontal].map(|turn| upright.then(turn));
            let inverted = turns.iter().zip(&rated).filter_map(|(turn, rated)| {
                let is_trusted = inverted.contains(turn) && rated.quality >= Pdq::QUALITY;
                is_trusted.then_some(CopyHash {
                    // Of a picture whose levels are exchanged every coefficient changes its sign.
                    hash: Pdq(rated.hash.0.map(|byte| !byte)),
                    quality: rated.quality,
                    area: Area {
                        kind: AreaKind::Inverted,
                        is_document,
                        ..Area::WHOLE
                    },
                    turn: *turn,
                })
            });
            prints.extend(inverted.chain(copies.hashes).map(|copy| FrameHash {
                hash: copy.hash.into(),
                quality: copy.quality,
                frame,
                ms,
                view: View {
                    rendering,
                    area: copy.area,
                    turn: copy.turn,
                },
            }));
        }
        Ok(Hashed {
            pdq: rated[0].hash,
            quality: rated[0].quality,
            prints,
            planes,
        })
    }

    /// The positions that are wanted of a picture with these EXIF orientations, the stored one first.
    fn positions(&self, frame: &Frame, finds_copies: bool) -> Positions {
        let mut turns = vec![Turn::Original];
        if self.views != Views::Stored {
            let stated = [frame.orientation].into_iter();
            for orientation in stated.chain(frame.other_orientations.iter().copied()) {
                let turn = Turn::from_exif(orientation.into());
                turns.extend(turn.filter(|turn| !turns.contains(turn)));
            }
        }
        let upright = turns.len();
        if self.views == Views::All || finds_copies {
            let others = Turn::ALL.into_iter().filter(|turn| !turns.contains(turn));
            let others: Vec<Turn> = others.collect();
            turns.extend(others);
        }
        Positions {
            turns,
            upright,
            finds_copies,
        }
    }

    fn digests(&self) -> Digests {
        Digests::new(self.digest_types())
    }

    /// The types that are computed of bytes, whatever they are.
    pub(crate) fn digest_types(&self) -> Vec<HashType> {
        let types = self.types.iter().copied();
        types.filter(|t| !t.is_perceptual()).collect()
    }

    /// Whether 64-bit hashes are wanted: these need every pixel in its colours.
    fn wants_family(&self) -> bool {
        let is_family = |t: &HashType| t.is_perceptual() && *t != HashType::Pdq;
        self.types.iter().any(is_family)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    pub(crate) fn wants_pixels(&self) -> bool {
        self.types.iter().any(|t| t.is_perceptual())
    }
}

/// The positions in which a frame is hashed.
struct Positions {
    /// Those that are stored or that the file asks for first.
    turns: Vec<Turn>,
    /// How many these are.
    upright: usize,
    /// Whether views are made beside them that undo changes.
    finds_copies: bool,
}

/// One frame that was hashed.
pub(super) struct Hashed {
    /// Its PDQ hash as it is stored, wanted or not.
    pub(super) pdq: Pdq,
    pub(super) quality: u8,
    pub(super) prints: Vec<FrameHash>,
    planes: Planes,
}

impl Hashed {
    /// Whether looking the other up as well would find nothing more: its hashes are the same, and it is no richer.
    fn covers(&self, other: &Hashed) -> bool {
        let richer = self.prints.iter().zip(&other.prints);
        let mut richer = richer.filter(|(own, other)| own.quality < other.quality);
        same_hashes(&self.prints, &other.prints) && richer.next().is_none()
    }
}

/// A reader that fails once the token is cancelled.
struct Cancellable<'a, R> {
    reader: R,
    cancel: &'a CancelToken,
}

impl<R: Read> Read for Cancellable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        self.reader.read(buffer)
    }
}

/// The pixels, turned.
fn turned_pixels(picture: &Picture, turn: Turn) -> Picture {
    let exif = (1..=8).find(|&exif| Turn::from_exif(exif.into()) == Some(turn));
    let orientation = exif
        .and_then(Orientation::from_exif)
        .expect("every turn has its number in EXIF");
    let mut image = picture
        .as_image()
        .expect("a picture for these hashes is whole")
        .clone();
    image.apply_orientation(orientation);
    Picture::new(image).expect("turning leaves the pixels")
}

pub(super) fn same_hashes(a: &[FrameHash], b: &[FrameHash]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.hash == b.hash)
}

fn mime(head: &[u8]) -> Option<&'static str> {
    let format = Format::sniff(head);
    match format {
        // Of what holds clips there are several types, which are read alike here.
        Some(format) if format.is_video() => foreign_mime(head).or(Some(format.mime())),
        Some(format) => Some(format.mime()),
        None => foreign_mime(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_hasher_neither_reads_nor_decodes() {
        let mut png = io::Cursor::new(Vec::new());
        let picture = image::RgbImage::new(64, 64);
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let token = CancelToken::new();
        let hasher = Hasher::new([HashType::Pdq, HashType::Md5]).with_cancel(token.clone());
        let whole = hasher.hash_reader(png.get_ref().as_slice()).unwrap();
        assert_eq!((whole.prints.len(), whole.digests.len()), (1, 1));
        token.cancel();
        assert!(hasher.hash_reader(png.get_ref().as_slice()).is_err());
        let cut = hasher.hash_bytes(png.get_ref());
        assert!(cut.prints.is_empty());
        assert!(matches!(cut.error, Some(Error::Cancelled)));
    }
}
