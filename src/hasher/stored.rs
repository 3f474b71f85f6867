//! Hashes and reasons as bytes: in the log of a scan, and between a process that opens media and its owner.

use bincode::{Decode, Encode};

use crate::error::{Occurrence, Reason};
use crate::hash::{Area, AreaKind, FrameHash, Hash, HashType, Region, View};

/// A reason, and how often and where it holds.
#[derive(Debug, Encode, Decode)]
pub(crate) struct StoredReason {
    /// [`ReasonCode::name`](crate::error::ReasonCode::name).
    code: String,
    /// The values in its text.
    pub(crate) values: Vec<String>,
    times: u64,
    track: Option<u64>,
}

/// A hash of a picture, but for its area.
#[derive(Debug, Encode, Decode)]
pub(crate) struct StoredPrint {
    hash_type: u16,
    hash: Vec<u8>,
    quality: u8,
    frame: u32,
    ms: u64,
    /// [`View::code`], and [`HAS_AREA`].
    view: u8,
}

/// In the code of a view: its area stands behind the record.
const HAS_AREA: u8 = 0x80;

/// The part of a picture that was hashed.
#[derive(Debug, Encode, Decode)]
pub(crate) struct StoredArea {
    /// The place of this in [`AreaKind::ALL`].
    kind: u8,
    /// Where it is, unless it is the whole picture: left, top, right, bottom, rotation.
    region: Option<[i16; 5]>,
    is_document: bool,
}

impl StoredReason {
    pub(crate) fn new(occurrence: &Occurrence) -> StoredReason {
        let values = occurrence.reason.values();
        StoredReason {
            code: occurrence.reason.code().name().to_owned(),
            values: values.iter().map(ToString::to_string).collect(),
            times: occurrence.times,
            track: occurrence.track,
        }
    }

    /// The same with other values; `None` where one has no other.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_values(
        self,
        other: impl Fn(&str) -> Option<String>,
    ) -> Option<StoredReason> {
        let values = self.values.iter().map(|value| other(value));
        Some(StoredReason {
            values: values.collect::<Option<_>>()?,
            ..self
        })
    }

    /// `None` for a code that is not known, or values that are not its own.
    pub(crate) fn occurrence(&self) -> Option<Occurrence> {
        let values = self.values.iter().map(String::as_str);
        let reason = Reason::from_values(self.code.parse().ok()?, values)?;
        Some(Occurrence::new(reason, self.times, self.track))
    }
}

impl StoredPrint {
    /// These; what is not of whole pictures adds its area.
    pub(crate) fn all(prints: &[FrameHash], areas: &mut Vec<StoredArea>) -> Vec<StoredPrint> {
        let stored = |print: &FrameHash| {
            let mut view = print.view.code();
            if print.view.area != Area::WHOLE {
                areas.push(StoredArea::new(print.view.area));
                view |= HAS_AREA;
            }
            StoredPrint {
                hash_type: print.hash.hash_type().code(),
                hash: print.hash.as_bytes().to_vec(),
                quality: print.quality,
                frame: print.frame,
                ms: print.ms,
                view,
            }
        };
        prints.iter().map(stored).collect()
    }

    pub(crate) fn has_area(&self) -> bool {
        self.view & HAS_AREA != 0
    }

    /// The hash, with the next of these areas where it has one.
    pub(crate) fn print(self, areas: &mut impl Iterator<Item = StoredArea>) -> Option<FrameHash> {
        let area = if self.has_area() {
            areas.next()?.area()?
        } else {
            Area::WHOLE
        };
        Some(FrameHash {
            hash: Hash::new(HashType::from_code(self.hash_type)?, &self.hash)?,
            quality: self.quality,
            frame: self.frame,
            ms: self.ms,
            view: View {
                area,
                ..View::from_code(self.view & !HAS_AREA)?
            },
        })
    }
}

impl StoredArea {
    pub(crate) fn new(area: Area) -> StoredArea {
        let of = area.region;
        let region = [of.left, of.top, of.right, of.bottom, of.rotation];
        StoredArea {
            kind: area.kind as u8,
            region: (of != Region::WHOLE).then_some(region),
            is_document: area.is_document,
        }
    }

    pub(crate) fn area(self) -> Option<Area> {
        let region = self
            .region
            .map(|[left, top, right, bottom, rotation]| Region {
                left,
                top,
                right,
                bottom,
                rotation,
            });
        Some(Area {
            kind: *AreaKind::ALL.get(usize::from(self.kind))?,
            region: region.unwrap_or_default(),
            is_document: self.is_document,
        })
    }
}
