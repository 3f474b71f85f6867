//! What was found out about one file.

use serde::{Deserialize, Serialize};

#[cfg(feature = "media")]
use super::Conditions;
use super::{Frame, Hash, Match, Name, Track, Version, is_zero};
#[cfg(feature = "media")]
use crate::error::Reasons;
#[cfg(feature = "media")]
use crate::escape;
#[cfg(feature = "media")]
use crate::hash::HashType;
#[cfg(feature = "media")]
use crate::hasher::Sampling;
#[cfg(feature = "media")]
use crate::scan::{self, Status};

/// What was found out about one file, or one member of an archive.
///
/// ```
/// use basma::report::{Line, Match};
/// let printed = r#"{"v":1,"path":"a.jpg","status":"no_match","media":"image/jpeg","bytes":9786}"#;
/// let Line::Finding(finding) = Line::parse(printed)? else { panic!("it is a finding") };
/// assert_eq!(finding.status.as_deref(), Some("no_match"));
/// assert_eq!(finding.matches, Vec::<Match>::new());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The version of the format.
    pub v: Version,
    /// The file, escaped.
    pub path: String,
    /// The status; absent where nothing was looked up and the file was examined as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Name>,
    /// Why the file was not examined as a whole, matched or not. The text can change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The stable code of the reason; of several, the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<Name>,
    /// The codes of all reasons, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reason_codes: Vec<Name>,
    /// The media type, by content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The size of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The MD5 of the file, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// The SHA-1 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha1: Option<String>,
    /// The SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The width of the picture in pixels, as stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Its height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// The kind of picture by which errors are counted, where it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<Name>,
    /// The number of decoded frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<u32>,
    /// What decoded a clip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder: Option<String>,
    /// The length of a clip in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_ms: Option<u64>,
    /// The milliseconds between the hashed frames of a clip, if a list is made of frames at fixed intervals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_ms: Option<u32>,
    /// Flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Name>,
    /// The perceptual hashes of a picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash>,
    /// The frames of an animation, document or clip, with their hashes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<Frame>,
    /// The further video tracks of a clip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// The cluster, if anything matches: one decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The matches, nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<Match>,
    /// What would match but for negative entries of the same list, or for a list of what is allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Match>,
    /// Listed clips with too little evidence for a match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak: Vec<Match>,
    /// The authentic notices that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authentic: Vec<Match>,
    /// The number of listed hashes within the radius beyond the limit on matches.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

#[cfg(feature = "media")]
impl Finding {
    /// A finding of a scan or a rematch.
    pub fn of_scan(finding: &scan::Finding) -> Finding {
        Finding {
            status: Some(finding.status.name().into()),
            ..Finding::of_file(finding)
        }
    }

    /// A finding of a job that looked nothing up, and hashed these pictures of clips. It has a status where something was
    /// left unexamined.
    pub fn of_hashing(finding: &scan::Finding, sampling: Sampling) -> Finding {
        let is_whole = finding.status == Status::NoMatch;
        let mut printed = Finding {
            status: (!is_whole).then(|| finding.status.name().into()),
            every_ms: finding.every_ms(&finding.prints, sampling),
            ..Finding::of_file(finding)
        };
        for (track, of) in printed.tracks.iter_mut().zip(&finding.tracks) {
            track.every_ms = finding.every_ms(&of.prints, sampling);
        }
        printed
    }

    /// Adds to each match how often such matches were wrong among lawful files, as the conditions of the scan state it.
    #[must_use]
    pub fn with_calibration(mut self, conditions: &Conditions) -> Finding {
        let stratum = self.stratum.as_deref();
        let all = [&mut self.matches, &mut self.suppressed, &mut self.weak];
        for m in all.into_iter().flatten() {
            let list = conditions.lists.iter().find(|list| list.list == m.list);
            let quote = list.and_then(|list| list.calibration.as_ref());
            m.calibration = quote.map(|quote| quote.of_match(stratum, m.tier.as_deref()));
        }
        self
    }

    fn of_file(finding: &scan::Finding) -> Finding {
        let digest = |hash_type| {
            let digest = finding.digests.iter().find(|d| d.hash_type() == hash_type);
            digest.map(ToString::to_string)
        };
        let has_frames = finding.frames > 1 || finding.decoder.is_some();
        let (hashes, frames) = if has_frames {
            (Vec::new(), Frame::all(&finding.prints))
        } else {
            (finding.prints.iter().map(Hash::from).collect(), Vec::new())
        };
        let tracks = (2..).zip(&finding.tracks).map(|(track, of)| Track {
            track,
            clip_ms: of.clip_ms,
            every_ms: None,
            frames: Frame::all(&of.prints),
        });
        let reasons = finding.reason.as_ref();
        Finding {
            v: Version,
            path: escape::path(&finding.path).into_owned(),
            status: None,
            reason: reasons.map(ToString::to_string),
            reason_code: reasons.map(|reasons| reasons.code().name().into()),
            reason_codes: reasons.map(reason_codes).unwrap_or_default(),
            media: finding.mime.as_deref().map(str::to_owned),
            bytes: finding.bytes,
            md5: digest(HashType::Md5),
            sha1: digest(HashType::Sha1),
            sha256: digest(HashType::Sha256),
            width: finding.size.map(|(width, _)| width),
            height: finding.size.map(|(_, height)| height),
            stratum: finding.stratum.map(|stratum| stratum.name().into()),
            decoded: has_frames.then_some(finding.frames),
            decoder: finding.decoder.clone(),
            clip_ms: finding.clip_ms,
            every_ms: None,
            flags: finding
                .flags
                .iter()
                .map(|flag| flag.name().into())
                .collect(),
            hashes,
            frames,
            tracks: tracks.collect(),
            cluster: finding.cluster.map(|cluster| cluster.to_string()),
            matches: Match::all(&finding.matches, has_frames),
            suppressed: Match::all(&finding.suppressed, has_frames),
            weak: Match::all(&finding.weak, has_frames),
            authentic: Match::all(&finding.authentic, has_frames),
            more: finding.more,
        }
    }
}

/// The codes of all reasons, if there are several.
#[cfg(feature = "media")]
fn reason_codes(reasons: &Reasons) -> Vec<Name> {
    if reasons.iter().len() < 2 {
        return Vec::new();
    }
    let codes = reasons.iter().map(|each| each.reason.code().name().into());
    codes.collect()
}
