//! What the log holds of one file, as bytes.

use std::borrow::Cow;
use std::path::PathBuf;

use bincode::{Decode, Encode};

use crate::disk::file_stamp::FileStamp;
use crate::error::Reasons;
use crate::hash::{Hash, HashType};
use crate::hasher::{Planes, StoredArea, StoredPrint, StoredReason};
use crate::scan::examined::{Examined, sha256};
use crate::scan::{Flag, Status, VideoTrack};

/// One file or member with its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scan) struct Record {
    /// Which file: a digest of its path.
    pub(in crate::scan) id: [u8; 32],
    /// Under which settings.
    pub(in crate::scan) settings: [u8; 16],
    pub(in crate::scan) stamp: FileStamp,
    /// The path, unless paths are not kept.
    pub(in crate::scan) path: Option<PathBuf>,
    /// Of a member: its place within the archive.
    pub(in crate::scan) member: Option<Vec<u8>>,
    /// Of an archive: how many members it has, nested ones included.
    pub(in crate::scan) members: Option<u64>,
    pub(in crate::scan) examined: Examined,
}

/// The largest record, in bytes: all pictures of a clip that the default limits let through, in all views.
pub(super) const RECORD_BYTES_MAX: usize = 512 << 20;

/// How much memory a record may claim for decoding. Claims count as bytes in memory before they are read.
const CLAIMED_BYTES_MAX: usize = 2 * RECORD_BYTES_MAX;

/// The bytes of a record: bincode 2, standard configuration, fields in this order. Behind it stand the areas of hashes
/// that are not of whole pictures, if there are any. They are a `Vec` of [`StoredArea`], those of further tracks last.
#[derive(Encode, Decode)]
struct Stored {
    id: [u8; 32],
    settings: [u8; 16],
    stamp: FileStamp,
    path: Option<Vec<u8>>,
    member: Option<Vec<u8>>,
    members: Option<u64>,
    bytes: Option<u64>,
    mime: Option<String>,
    size: Option<(u32, u32)>,
    frames: u32,
    /// The places of these in [`Flag::ALL`].
    flags: Vec<u8>,
    /// The place of this in [`Status::ALL`], and the reasons.
    gap: Option<(u8, Vec<StoredReason>)>,
    /// [`HashType::code`] and bytes.
    digests: Vec<(u16, Vec<u8>)>,
    prints: Vec<StoredPrint>,
    /// What decoded a clip.
    decoder: Option<String>,
    clip_ms: Option<u64>,
    /// The further video tracks of a clip.
    tracks: Vec<StoredTrack>,
}

#[derive(Encode, Decode)]
struct StoredTrack {
    prints: Vec<StoredPrint>,
    clip_ms: Option<u64>,
}

impl Record {
    /// The result of a file or member; the log fills in which it is.
    pub(in crate::scan) fn new(stamp: FileStamp, examined: Examined) -> Record {
        Record {
            id: [0; 32],
            settings: [0; 16],
            stamp,
            path: None,
            member: None,
            members: None,
            examined,
        }
    }

    /// Its bytes; `None` where they are too many.
    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let examined = &self.examined;
        let place = |status: Status| Status::ALL.iter().position(|s| *s == status);
        let digest = |hash: &Hash| (hash.hash_type().code(), hash.as_bytes().to_vec());
        let mut digests = examined.digests.clone();
        if sha256(&digests).is_none() {
            digests.extend(examined.sha256);
        }
        let mut areas = Vec::new();
        let stored = Stored {
            id: self.id,
            settings: self.settings,
            stamp: self.stamp,
            path: self.path.clone().map(bytes_of_path),
            member: self.member.clone(),
            members: self.members,
            bytes: examined.bytes,
            mime: examined.mime.as_deref().map(str::to_owned),
            size: examined.size,
            frames: examined.frames,
            flags: examined.flags.iter().map(|f| *f as u8).collect(),
            gap: match &examined.gap {
                Some((status, reasons)) => {
                    let reasons = reasons.iter().map(StoredReason::new).collect();
                    Some((u8::try_from(place(*status)?).ok()?, reasons))
                }
                None => None,
            },
            digests: digests.iter().map(digest).collect(),
            prints: StoredPrint::all(&examined.prints, &mut areas),
            decoder: examined.decoder.clone(),
            clip_ms: examined.clip_ms,
            tracks: examined
                .tracks
                .iter()
                .map(|track| StoredTrack {
                    prints: StoredPrint::all(&track.prints, &mut areas),
                    clip_ms: track.clip_ms,
                })
                .collect(),
        };
        let config = bincode::config::standard();
        let mut bytes = bincode::encode_to_vec(stored, config).ok()?;
        if !areas.is_empty() {
            bytes.extend(bincode::encode_to_vec(areas, config).ok()?);
        }
        (bytes.len() <= RECORD_BYTES_MAX).then_some(bytes)
    }

    /// The record in these bytes; `None` if there is none.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Record> {
        let config = bincode::config::standard().with_limit::<CLAIMED_BYTES_MAX>();
        let (stored, read): (Stored, usize) = bincode::decode_from_slice(bytes, config).ok()?;
        let of_tracks = stored.tracks.iter().flat_map(|track| &track.prints);
        let mut prints = stored.prints.iter().chain(of_tracks);
        let areas: Vec<StoredArea> = if prints.any(StoredPrint::has_area) {
            let (areas, further) = bincode::decode_from_slice(&bytes[read..], config).ok()?;
            (read + further == bytes.len()).then_some(areas)?
        } else {
            (read == bytes.len()).then(Vec::new)?
        };
        let mut areas = areas.into_iter();
        // These are printed: a forged log must not control a terminal.
        let reasons = stored.gap.iter().flat_map(|(_, reasons)| reasons);
        let values = reasons.flat_map(|reason| &reason.values);
        let mut texts = values.chain(&stored.mime).chain(&stored.decoder);
        if texts.any(|text| text.chars().any(char::is_control)) {
            return None;
        }
        let hash = |(code, bytes): (u16, Vec<u8>)| Hash::new(HashType::from_code(code)?, &bytes);
        let digests: Vec<Hash> = stored
            .digests
            .into_iter()
            .map(hash)
            .collect::<Option<_>>()?;
        let flag = |place: u8| Flag::ALL.get(usize::from(place)).copied();
        let gap = match stored.gap {
            Some((place, reasons)) => {
                let reasons = reasons.iter().map(StoredReason::occurrence);
                let reasons = Reasons::new(reasons.collect::<Option<_>>()?)?;
                Some((*Status::ALL.get(usize::from(place))?, reasons))
            }
            None => None,
        };
        let record = Record {
            id: stored.id,
            settings: stored.settings,
            stamp: stored.stamp,
            path: match stored.path {
                Some(bytes) => Some(path_of_bytes(bytes)?),
                None => None,
            },
            member: stored.member,
            members: stored.members,
            examined: Examined {
                bytes: stored.bytes,
                mime: stored.mime.map(Cow::Owned),
                size: stored.size,
                frames: stored.frames,
                decoder: stored.decoder,
                clip_ms: stored.clip_ms,
                stratum: None,
                flags: stored.flags.into_iter().map(flag).collect::<Option<_>>()?,
                gap,
                sha256: sha256(&digests),
                digests,
                prints: stored
                    .prints
                    .into_iter()
                    .map(|print| print.print(&mut areas))
                    .collect::<Option<_>>()?,
                tracks: stored
                    .tracks
                    .into_iter()
                    .map(|track| track.track(&mut areas))
                    .collect::<Option<_>>()?,
                fleeting: false,
                planes: Planes::default(),
                details: Vec::new(),
            },
        };
        areas.next().is_none().then_some(record)
    }
}

impl StoredTrack {
    fn track(self, areas: &mut impl Iterator<Item = StoredArea>) -> Option<VideoTrack> {
        let prints = self.prints.into_iter().map(|print| print.print(areas));
        Some(VideoTrack {
            prints: prints.collect::<Option<_>>()?,
            clip_ms: self.clip_ms,
        })
    }
}

#[cfg(unix)]
pub(in crate::scan) fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
pub(in crate::scan) fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

fn bytes_of_path(path: PathBuf) -> Vec<u8> {
    path.into_os_string().into_encoded_bytes()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::{Occurrence, Reason};
    use crate::hash::{Area, AreaKind, FrameHash, Region, Rendering, Turn, View};

    /// Several, with values of both kinds.
    fn reasons() -> Reasons {
        let size = Reason::MemberSize {
            found: 3,
            expected: 4,
        };
        let message = "cut short".to_owned();
        let broken = Reason::MemberBroken { message };
        let occurrences = vec![
            Occurrence::new(size, 7, None),
            Occurrence::new(broken, 1, Some(2)),
        ];
        Reasons::new(occurrences).unwrap()
    }

    pub(in crate::scan::log) fn record(seed: u8) -> Record {
        let folder = tempfile::tempdir().unwrap();
        let stamp = FileStamp::of(&std::fs::metadata(folder.path()).unwrap());
        let print = |frame| FrameHash {
            hash: Hash::new(HashType::Pdq, &[seed; 32]).unwrap(),
            quality: 100,
            frame,
            ms: 40 * u64::from(frame),
            view: View {
                rendering: Rendering::OverWhite,
                area: Area {
                    kind: AreaKind::Rotated,
                    region: Region {
                        left: -38,
                        rotation: 32,
                        ..Region::WHOLE
                    },
                    is_document: true,
                },
                turn: Turn::Transverse,
            },
        };
        let whole = FrameHash {
            view: View::ORIGINAL,
            ..print(2)
        };
        let md5 = Hash::new(HashType::Md5, &[seed; 16]).unwrap();
        let sha = Hash::new(HashType::Sha256, &[seed; 32]).unwrap();
        Record {
            id: [seed; 32],
            settings: [7; 16],
            stamp,
            path: Some(PathBuf::from("a/b\nc.gif")),
            member: Some(b"d\xff".to_vec()),
            members: Some(3),
            examined: Examined {
                bytes: Some(17),
                mime: Some("image/gif".into()),
                size: Some((3, 4)),
                frames: 2,
                decoder: Some("ffmpeg 7.1".to_owned()),
                clip_ms: Some(5000),
                stratum: None,
                flags: Flag::ALL.to_vec(),
                gap: Some((Status::Damaged, reasons())),
                digests: vec![md5, sha],
                sha256: Some(sha),
                prints: vec![print(0), print(1), whole],
                tracks: vec![VideoTrack {
                    prints: vec![print(7)],
                    clip_ms: Some(40),
                }],
                fleeting: false,
                planes: Planes::default(),
                details: Vec::new(),
            },
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let record = record(5);
        let bytes = record.to_bytes().unwrap();
        assert_eq!(Record::from_bytes(&bytes), Some(record));
        for length in 0..bytes.len() {
            assert_eq!(Record::from_bytes(&bytes[..length]), None);
        }
    }

    /// Every picture of some hours of film.
    #[test]
    fn a_record_of_many_hashes_comes_back_as_it_was() {
        let mut record = record(9);
        let print = record.examined.prints[0];
        let prints = (0..500_000).map(|frame| FrameHash {
            frame,
            ms: u64::from(frame) * 40,
            ..print
        });
        record.examined.prints = prints.collect();
        let bytes = record.to_bytes().unwrap();
        assert!(bytes.len() > 16 << 20);
        assert!(Record::from_bytes(&bytes) == Some(record));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_record_or_none(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some(record) = Record::from_bytes(&bytes) {
                prop_assert!(record.to_bytes().is_some());
            }
        }

        #[test]
        fn a_damaged_record_is_a_record_or_none(at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut bytes = record(1).to_bytes().unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Some(record) = Record::from_bytes(&bytes) {
                prop_assert!(record.to_bytes().is_some());
            }
        }
    }
}
