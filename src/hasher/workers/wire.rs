//! Hashes of a file as a worker sends them, and as its owner believes them: within bounds, and printable.

use bincode::{Decode, Encode};

use crate::archive::{Gap, GapKind, Kind};
use crate::error::{Limit, Occurrence, Reason, Reasons};
use crate::hash::FrameHash;
use crate::hasher::copies::PlaneParts;
use crate::hasher::{Fingerprint, Planes, StoredArea, StoredPrint, StoredReason, Stratum};
use crate::media::parts::{Part, Parts, Piece};
use crate::media::video::Clip;
use crate::media::{Decoded, Format, PartialCause};
use crate::{Error, escape};

/// The longest text of an answer, in bytes.
const TEXT_BYTES_MAX: usize = 4096;

/// A file that was hashed, without its digests and its media type: these its owner makes itself.
#[derive(Debug, Encode, Decode)]
pub(super) struct SentFingerprint {
    first: SentTrack,
    /// The further video tracks of a clip.
    further: Vec<SentTrack>,
    /// The place of this in [`Stratum::ALL`].
    stratum: Option<u8>,
    planes: Option<PlaneParts>,
}

#[derive(Debug, Encode, Decode)]
struct SentTrack {
    prints: Vec<StoredPrint>,
    /// The areas of those that are not of whole pictures.
    areas: Vec<StoredArea>,
    media: Option<SentMedia>,
    error: Option<SentError>,
}

#[derive(Debug, Encode, Decode)]
struct SentMedia {
    format: u8,
    width: u32,
    height: u32,
    orientation: u8,
    frames: u32,
    partial: Option<StoredReason>,
    /// 0 damaged, 1 over a limit, 2 unsupported.
    partial_cause: u8,
    is_transient: bool,
    capped: bool,
    clip: Option<SentClip>,
}

#[derive(Debug, Encode, Decode)]
struct SentClip {
    codec: Option<String>,
    decoder: String,
    ms: u64,
    sparse: bool,
    is_transient: bool,
    seen_percent: u8,
}

#[derive(Debug, Encode, Decode)]
enum SentCause {
    Unsupported(StoredReason),
    Damaged(StoredReason),
    /// The place of the limit in [`Limit::ALL`], what was found, and the limit.
    OverLimit(u8, u64, u64),
    Cancelled,
}

/// What went wrong with a file.
#[derive(Debug, Encode, Decode)]
pub(super) struct SentError {
    cause: SentCause,
    is_transient: bool,
}

impl SentFingerprint {
    pub(super) fn new(fingerprint: &Fingerprint) -> SentFingerprint {
        SentFingerprint {
            first: SentTrack::new(fingerprint),
            further: fingerprint.tracks.iter().map(SentTrack::new).collect(),
            stratum: fingerprint.stratum.map(|stratum| stratum as u8),
            planes: (fingerprint.planes != Planes::default()).then(|| fingerprint.planes.parts()),
        }
    }

    /// `None` where it is none that an honest worker sends.
    pub(super) fn received(self) -> Option<Fingerprint> {
        let tracks = self.further.into_iter().map(SentTrack::received);
        let planes = match self.planes {
            Some(parts) => Planes::from_parts(parts)?,
            None => Planes::default(),
        };
        let stratum = match self.stratum {
            Some(place) => Some(*Stratum::ALL.get(usize::from(place))?),
            None => None,
        };
        Some(Fingerprint {
            tracks: tracks.collect::<Option<_>>()?,
            stratum,
            planes,
            ..self.first.received()?
        })
    }
}

impl SentTrack {
    fn new(fingerprint: &Fingerprint) -> SentTrack {
        let mut areas = Vec::new();
        SentTrack {
            prints: StoredPrint::all(&fingerprint.prints, &mut areas),
            areas,
            media: fingerprint.media.as_ref().map(SentMedia::new),
            error: fingerprint.error.as_ref().map(SentError::new),
        }
    }

    fn received(self) -> Option<Fingerprint> {
        let mut areas = self.areas.into_iter();
        let prints = self.prints.into_iter().map(|print| print.print(&mut areas));
        let prints: Vec<FrameHash> = prints.collect::<Option<_>>()?;
        let is_sound = |print: &FrameHash| print.quality <= 100 && print.view.area.region.is_near();
        if !prints.iter().all(is_sound) {
            return None;
        }
        Some(Fingerprint {
            prints,
            media: transposed(self.media.map(SentMedia::received))?,
            error: transposed(self.error.map(SentError::received))?,
            ..Fingerprint::default()
        })
    }
}

impl SentMedia {
    fn new(media: &Decoded) -> SentMedia {
        SentMedia {
            format: media.format as u8,
            width: media.width,
            height: media.height,
            orientation: media.orientation,
            frames: media.frames,
            partial: media.partial.as_ref().map(stored),
            partial_cause: match media.partial_cause {
                PartialCause::Damaged => 0,
                PartialCause::OverLimit => 1,
                PartialCause::Unsupported => 2,
            },
            is_transient: media.is_transient,
            capped: media.capped,
            clip: media.clip.as_ref().map(|clip| SentClip {
                codec: clip.codec.clone(),
                decoder: clip.decoder.clone(),
                ms: clip.ms,
                sparse: clip.sparse,
                is_transient: clip.is_transient,
                seen_percent: clip.seen_percent,
            }),
        }
    }

    fn received(self) -> Option<Decoded> {
        let format = Format::from_code(self.format)?;
        let clip = match self.clip {
            Some(clip) => Some(Clip {
                codec: transposed(clip.codec.map(|codec| text(&codec)))?,
                decoder: text(&clip.decoder)?,
                ms: clip.ms,
                sparse: clip.sparse,
                is_transient: clip.is_transient,
                seen_percent: clip.seen_percent.min(100),
            }),
            None => None,
        };
        Some(Decoded {
            orientation: (1..=8)
                .contains(&self.orientation)
                .then_some(self.orientation)?,
            frames: self.frames,
            partial: transposed(self.partial.map(received))?,
            partial_cause: match self.partial_cause {
                0 => PartialCause::Damaged,
                1 => PartialCause::OverLimit,
                2 => PartialCause::Unsupported,
                _ => return None,
            },
            is_transient: self.is_transient,
            capped: self.capped,
            clip,
            ..Decoded::new(format, self.width, self.height)
        })
    }
}

impl SentError {
    pub(super) fn new(error: &Error) -> SentError {
        let cause = match error.cause() {
            Error::OverLimit { what, found, limit } => {
                let place = Limit::ALL.iter().position(|one| one == what);
                let place = place.and_then(|place| u8::try_from(place).ok());
                SentCause::OverLimit(place.expect("every limit is listed"), *found, *limit)
            }
            Error::Damaged(reason) => SentCause::Damaged(stored(reason)),
            Error::Cancelled => SentCause::Cancelled,
            other => SentCause::Unsupported(stored(&other.reason())),
        };
        SentError {
            cause,
            is_transient: error.is_transient(),
        }
    }

    pub(super) fn received(self) -> Option<Error> {
        let error = match self.cause {
            SentCause::Unsupported(reason) => Error::Unsupported(received(reason)?),
            SentCause::Damaged(reason) => Error::Damaged(received(reason)?),
            SentCause::OverLimit(place, found, limit) => Error::OverLimit {
                what: *Limit::ALL.get(usize::from(place))?,
                found,
                limit,
            },
            SentCause::Cancelled => Error::Cancelled,
        };
        Some(if self.is_transient {
            error.transient()
        } else {
            error
        })
    }
}

/// What kind of container a file is. The owner passes parts on to another worker and does not read them.
#[derive(Clone, Debug, Encode, Decode)]
pub(super) enum SentContainer {
    /// The place of the kind in [`Kind::ALL`].
    Archive(u8),
    /// [`SentParts`].
    Parts(Vec<u8>),
}

/// The parts of a picture or clip.
#[derive(Debug, Encode, Decode)]
pub(super) struct SentParts {
    parts: Vec<(Vec<u8>, Vec<SentPiece>)>,
    over_limit: Option<StoredReason>,
}

#[derive(Debug, Encode, Decode)]
enum SentPiece {
    Range(u64, u64),
    Bytes(Vec<u8>),
}

impl SentParts {
    pub(super) fn new(parts: &Parts) -> SentParts {
        let piece = |piece: &Piece| match piece {
            Piece::Range(range) => SentPiece::Range(range.start, range.end),
            Piece::Bytes(bytes) => SentPiece::Bytes(bytes.clone()),
        };
        let part = |part: &Part| (part.name.clone(), part.pieces.iter().map(piece).collect());
        SentParts {
            parts: parts.parts.iter().map(part).collect(),
            over_limit: parts.over_limit.as_ref().map(stored),
        }
    }

    pub(super) fn received(self) -> Option<Parts> {
        let piece = |piece| match piece {
            SentPiece::Range(from, until) => (from <= until).then_some(Piece::Range(from..until)),
            SentPiece::Bytes(bytes) => Some(Piece::Bytes(bytes)),
        };
        let part = |(name, pieces): (Vec<u8>, Vec<SentPiece>)| {
            let pieces = pieces.into_iter().map(piece).collect::<Option<_>>()?;
            Some(Part { name, pieces })
        };
        Some(Parts {
            parts: self.parts.into_iter().map(part).collect::<Option<_>>()?,
            over_limit: transposed(self.over_limit.map(received))?,
        })
    }
}

/// Why something was not looked into: the place of its kind in [`GapKind::ALL`], and the reasons.
#[derive(Debug, Encode, Decode)]
pub(super) struct SentGap(u8, Vec<StoredReason>);

impl SentGap {
    pub(super) fn new((kind, reasons): &Gap) -> SentGap {
        SentGap(*kind as u8, reasons.iter().map(StoredReason::new).collect())
    }

    pub(super) fn received(self) -> Option<Gap> {
        let reasons = self.1.into_iter().map(occurrence);
        let reasons = Reasons::new(reasons.collect::<Option<_>>()?)?;
        Some((*GapKind::ALL.get(usize::from(self.0))?, reasons))
    }
}

/// The kind of an archive with this number.
pub(super) fn kind(place: u8) -> Option<Kind> {
    Kind::ALL.get(usize::from(place)).copied()
}

fn stored(reason: &Reason) -> StoredReason {
    StoredReason::new(&Occurrence::new(reason.clone(), 1, None))
}

fn received(reason: StoredReason) -> Option<Reason> {
    Some(occurrence(reason)?.reason)
}

/// A worker that was taken over may say anything: what it says is made printable.
fn occurrence(reason: StoredReason) -> Option<Occurrence> {
    reason.with_values(text)?.occurrence()
}

fn text(text: &str) -> Option<String> {
    (text.len() <= TEXT_BYTES_MAX).then(|| escape::message(text).into_owned())
}

/// `None` for what was sent and is not sound.
pub(super) fn transposed<T>(received: Option<Option<T>>) -> Option<Option<T>> {
    match received {
        Some(Some(value)) => Some(Some(value)),
        Some(None) => None,
        None => Some(None),
    }
}
