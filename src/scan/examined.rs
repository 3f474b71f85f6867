//! What was found out of a file's content, before any list is asked.

use std::borrow::Cow;
use std::io::{self, Read, Seek};

use super::{Flag, Status, VideoTrack};
use crate::Error;
use crate::archive::Kind;
use crate::error::{Reason, Reasons};
use crate::hash::{Details, FrameHash, Hash, HashType, Rendering};
use crate::hasher::{Digests, Fingerprint, Hasher, Known, Planes, Stratum};
use crate::media::{Decoded, Format, PartialCause};

/// All that a finding says of the content of a file, without the lists. It is the same for the same bytes and settings,
/// whatever the name and the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Examined {
    pub(super) bytes: Option<u64>,
    pub(super) mime: Option<Cow<'static, str>>,
    /// Width and height in pixels, where it was decoded.
    pub(super) size: Option<(u32, u32)>,
    pub(super) frames: u32,
    /// Of a clip, what decoded it.
    pub(super) decoder: Option<String>,
    /// How long a clip is.
    pub(super) clip_ms: Option<u64>,
    pub(super) flags: Vec<Flag>,
    /// What kept it from being wholly examined, if anything did.
    pub(super) gap: Option<(Status, Reasons)>,
    /// Those that were wanted.
    pub(super) digests: Vec<Hash>,
    /// SHA-256, where it was computed, wanted or not: it ties a finding to these very bytes.
    pub(super) sha256: Option<Hash>,
    pub(super) prints: Vec<FrameHash>,
    /// The further video tracks of a clip.
    pub(super) tracks: Vec<VideoTrack>,
    /// The kind of picture, where it was judged. It is not remembered.
    pub(super) stratum: Option<Stratum>,
    /// Whether another examination can have another result.
    pub(super) fleeting: bool,
    /// What a second look at the picture needs. It is not remembered.
    pub(super) planes: Planes,
    /// The details of each rendering, where they were wanted. No log remembers them.
    pub(super) details: Vec<(Rendering, Details)>,
}

impl Examined {
    pub(super) fn new(bytes: u64, fingerprint: &Fingerprint, hasher: &Hasher) -> Examined {
        let media = fingerprint.media.as_ref();
        let is_transient = tracks(fingerprint).any(|track| {
            let media = track.media.as_ref();
            let clip = media.and_then(|media| media.clip.as_ref());
            track.error.as_ref().is_some_and(Error::is_transient)
                || media.is_some_and(|media| media.is_transient)
                || clip.is_some_and(|clip| clip.is_transient)
        });
        // A program that failed may not fail the next time.
        let not_converted = hasher.has_converter()
            && fingerprint.error.is_some()
            && fingerprint.mime == Some(Format::Avif.mime());
        Examined {
            bytes: Some(bytes),
            mime: fingerprint.mime.map(Cow::Borrowed),
            size: media.map(|m| (m.width, m.height)),
            frames: all(fingerprint)
                .map(|m| m.frames)
                .fold(0, u32::saturating_add),
            decoder: media.and_then(|m| Some(m.clip.as_ref()?.decoder.clone())),
            clip_ms: media.and_then(|m| Some(m.clip.as_ref()?.ms)),
            flags: flags(fingerprint),
            gap: gap(fingerprint, bytes),
            sha256: sha256(&fingerprint.digests),
            digests: fingerprint.digests.clone(),
            prints: fingerprint.prints.clone(),
            tracks: fingerprint.tracks.iter().map(VideoTrack::new).collect(),
            stratum: fingerprint.stratum,
            fleeting: all(fingerprint).any(|m| m.capped) || is_transient || not_converted,
            details: if hasher.keeps_details() {
                fingerprint.details()
            } else {
                Vec::new()
            },
            planes: fingerprint.planes.clone(),
        }
    }

    /// Of something whose content was not seen.
    pub(super) fn refused(status: Status, reasons: Reasons) -> Examined {
        Examined {
            gap: Some((status, reasons)),
            ..Examined::default()
        }
    }

    /// What parts of the same picture are compared with.
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            size: self.size,
            prints: Cow::Borrowed(&self.prints),
        }
    }

    /// Notes an archive that a build without archives did not look into.
    pub(super) fn is_not_opened(
        &mut self,
        head: &[u8],
        whole: impl Read + Seek + Send + 'static,
        bytes: u64,
    ) {
        let is_archive = Kind::sniff(head).is_some() || Kind::sniff_end(whole, bytes).is_some();
        // That it is no picture says less.
        let is_open = matches!(self.gap, None | Some((Status::Unsupported, _)));
        if is_archive && is_open {
            self.gap = Some((Status::Unsupported, Reason::ArchiveNotBuiltIn.into()));
        }
    }

    /// Adds the hashes of types that it does not have, of the same content.
    pub(super) fn add(&mut self, other: Examined) {
        add_prints(&mut self.prints, other.prints);
        if self.tracks.is_empty() {
            self.tracks = other.tracks;
        } else {
            for (track, other) in self.tracks.iter_mut().zip(other.tracks) {
                add_prints(&mut track.prints, other.prints);
            }
        }
        let known: Vec<HashType> = self.digests.iter().map(Hash::hash_type).collect();
        let new = |digest: &Hash| !known.contains(&digest.hash_type());
        self.digests.extend(other.digests.into_iter().filter(new));
        self.sha256 = self.sha256.or(other.sha256);
        self.size = self.size.or(other.size);
        self.frames = self.frames.max(other.frames);
        self.decoder = self.decoder.take().or(other.decoder);
        self.clip_ms = self.clip_ms.or(other.clip_ms);
        if !self.planes.has_levels() {
            self.planes = other.planes;
        }
        if self.details.is_empty() {
            self.details = other.details;
        }
    }

    /// Computes SHA-256 of the same bytes where it was not.
    pub(super) fn tie_to(&mut self, content: impl Read) -> io::Result<()> {
        if self.sha256.is_none() {
            self.sha256 = digest(&[HashType::Sha256], content)?.pop();
        }
        Ok(())
    }

    /// What kept it from being wholly examined and trusted, where pictures below this quality are not.
    pub(super) fn gap(&self, min_quality: u8) -> Option<(Status, Reasons)> {
        if self.gap.is_some() {
            return self.gap.clone();
        }
        // Without a size nothing but digests was wanted, and they were computed.
        self.size?;
        let further = self.tracks.iter().flat_map(|track| &track.prints);
        let best = self.prints.iter().chain(further);
        // A part that is rich does not make up for a picture that is flat.
        let best = best.filter(|print| print.view.area.kind.is_whole());
        let best = best.map(|print| print.quality).max();
        let best = best.unwrap_or(0);
        (best < min_quality).then(|| {
            let reason = Reason::PictureTooFlat {
                quality: best.into(),
                needed: min_quality.into(),
            };
            (Status::LowQuality, reason.into())
        })
    }
}

/// Adds the hashes of types that are not among these.
fn add_prints(prints: &mut Vec<FrameHash>, others: Vec<FrameHash>) {
    let known: Vec<HashType> = prints.iter().map(|print| print.hash.hash_type()).collect();
    let new = |print: &FrameHash| !known.contains(&print.hash.hash_type());
    prints.extend(others.into_iter().filter(new));
}

/// Digests of all that a reader gives.
pub(super) fn digest(types: &[HashType], mut content: impl Read) -> io::Result<Vec<Hash>> {
    let mut digests = Digests::new(types.iter().copied());
    let mut bytes = vec![0; 1 << 16];
    loop {
        match content.read(&mut bytes) {
            Ok(0) => return Ok(digests.finish()),
            Ok(read) => digests.update(&bytes[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// SHA-256 among some digests.
pub(super) fn sha256(digests: &[Hash]) -> Option<Hash> {
    let is_sha256 = |digest: &&Hash| digest.hash_type() == HashType::Sha256;
    digests.iter().find(is_sha256).copied()
}

impl VideoTrack {
    fn new(track: &Fingerprint) -> VideoTrack {
        VideoTrack {
            prints: track.prints.clone(),
            clip_ms: track.clip_ms(),
        }
    }
}

/// A file and, of a clip, its further video tracks.
fn tracks(fingerprint: &Fingerprint) -> impl Iterator<Item = &Fingerprint> {
    std::iter::once(fingerprint).chain(&fingerprint.tracks)
}

/// What was decoded of each.
fn all(fingerprint: &Fingerprint) -> impl Iterator<Item = &Decoded> {
    tracks(fingerprint).filter_map(|track| track.media.as_ref())
}

/// What was not examined.
fn gap(fingerprint: &Fingerprint, bytes: u64) -> Option<(Status, Reasons)> {
    let gap = fingerprint.gap()?;
    let status = match gap.cause {
        PartialCause::Unsupported => Status::Unsupported,
        PartialCause::OverLimit => Status::OverLimit,
        PartialCause::Damaged => Status::Damaged,
    };
    let is_empty = fingerprint.error.is_some() && bytes == 0;
    let reasons = if is_empty {
        Reason::FileEmpty.into()
    } else {
        gap.reasons
    };
    Some((status, reasons))
}

fn flags(fingerprint: &Fingerprint) -> Vec<Flag> {
    let any = |is_so: fn(&Decoded) -> bool| all(fingerprint).any(is_so);
    let flags = [
        (Flag::Partial, any(|media| media.partial.is_some())),
        (Flag::Capped, any(|media| media.capped)),
        (Flag::Turned, any(|media| media.orientation != 1)),
        (
            Flag::Sparse,
            any(|media| media.clip.as_ref().is_some_and(|clip| clip.sparse)),
        ),
    ];
    flags
        .into_iter()
        .filter_map(|(flag, raised)| raised.then_some(flag))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Limit, ReasonCode};

    #[test]
    fn a_part_that_memory_was_short_for_is_not_remembered() {
        let hasher = Hasher::new([HashType::Pdq]);
        let gif =
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        for is_transient in [false, true] {
            let mut fingerprint = hasher.hash_bytes(gif);
            fingerprint.media.as_mut().unwrap().is_transient = is_transient;
            let examined = Examined::new(9, &fingerprint, &hasher);
            assert_eq!(examined.fleeting, is_transient);
        }
    }

    /// What a machine that was short of something made of a file was told of it ever after.
    #[test]
    fn what_another_try_may_overcome_is_not_remembered() {
        let hasher = Hasher::new([HashType::Pdq]);
        let examined = |error: Error| {
            let fingerprint = Fingerprint {
                error: Some(error),
                ..Fingerprint::default()
            };
            Examined::new(9, &fingerprint, &hasher)
        };
        let unsupported = || Error::Unsupported(Reason::JxlColors);
        let over_limit = |what| Error::OverLimit {
            what,
            found: 2,
            limit: 1,
        };
        for (error, status, fleeting) in [
            (unsupported(), Status::Unsupported, false),
            (unsupported().transient(), Status::Unsupported, true),
            (
                Error::Damaged(Reason::PictureCut).transient(),
                Status::Damaged,
                true,
            ),
            (over_limit(Limit::DecodingTime), Status::OverLimit, true),
            (over_limit(Limit::Pixels), Status::OverLimit, false),
        ] {
            let reason = error.reason();
            assert_eq!(reason.to_string(), error.to_string());
            let examined = examined(error);
            assert_eq!(examined.fleeting, fleeting, "{reason}");
            assert_eq!(examined.gap, Some((status, reason.into())));
        }
    }

    /// A zip file of one stored member.
    fn zip() -> Vec<u8> {
        let short = |value: u16| value.to_le_bytes().to_vec();
        let long = |value: u32| value.to_le_bytes().to_vec();
        let crc = crc32fast::hash(b"text");
        // Version, flags, method, time and date; checksum and sizes; the length of the name, and no extra field.
        let about = [
            vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [long(crc), long(4), long(4)].concat(),
            [short(1), short(0)].concat(),
        ]
        .concat();
        let local = [b"PK\x03\x04".as_slice(), &about, b"atext"].concat();
        let entry = [b"PK\x01\x02\x14\0".as_slice(), &about, &[0; 14], b"a"].concat();
        let (start, len) = (local.len() as u32, entry.len() as u32);
        let end = [
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec(),
            [long(len), long(start), short(0)].concat(),
        ];
        [local, entry, end.concat()].concat()
    }

    /// Archives, from their first byte on or behind something else.
    fn archives() -> [Vec<u8>; 3] {
        let mut tar = vec![0; 1024];
        tar[257..262].copy_from_slice(b"ustar");
        [zip(), [b"#!/bin/sh\n".as_slice(), &zip()].concat(), tar]
    }

    #[test]
    fn an_archive_that_was_not_opened_is_a_gap_and_nothing_else_is() {
        let noted = |bytes: &[u8], gap: Option<(Status, Reason)>| {
            let mut examined = Examined {
                gap: gap.map(|(status, reason)| (status, reason.into())),
                ..Examined::default()
            };
            let whole = io::Cursor::new(bytes.to_vec());
            examined.is_not_opened(bytes, whole, bytes.len() as u64);
            examined
                .gap
                .map(|(status, reasons)| (status, reasons.code()))
        };
        let not_built_in = Some((Status::Unsupported, ReasonCode::ArchiveNotBuiltIn));
        let unknown = (Status::Unsupported, Reason::FormatUnknown);
        let cut = (Status::Damaged, Reason::PictureCut);
        for bytes in archives() {
            assert_eq!(noted(&bytes, None), not_built_in);
            assert_eq!(noted(&bytes, Some(unknown.clone())), not_built_in);
            let damaged = Some((Status::Damaged, ReasonCode::PictureCut));
            assert_eq!(noted(&bytes, Some(cut.clone())), damaged);
        }
        assert_eq!(noted(b"#!/bin/sh", None), None);
    }

    #[cfg(not(feature = "archives"))]
    #[test]
    fn a_build_without_archives_says_so_of_each() {
        use std::ops::ControlFlow;

        use crate::matcher::Matcher;
        use crate::scan::Scan;

        let folder = tempfile::tempdir().unwrap();
        for (place, bytes) in archives().iter().enumerate() {
            std::fs::write(folder.path().join(place.to_string()), bytes).unwrap();
        }
        let codes = |scan: Scan| {
            let mut codes = Vec::new();
            scan.run([folder.path()], |finding| {
                assert_eq!(finding.status, Status::Unsupported);
                codes.push(finding.reason.map(|reasons| reasons.code()));
                ControlFlow::Continue(())
            })
            .unwrap();
            codes
        };
        let scan = Scan::new(Matcher::new([])).with_hasher(Hasher::new([HashType::Pdq]));
        assert_eq!(
            codes(scan.clone()),
            [Some(ReasonCode::ArchiveNotBuiltIn); 3]
        );
        assert!(
            !codes(scan.clone().with_archives(None)).contains(&Some(ReasonCode::ArchiveNotBuiltIn))
        );
        assert_ne!(
            scan.settings(),
            scan.clone().with_archives(None).settings(),
            "a log must tell the two apart"
        );
    }
}
