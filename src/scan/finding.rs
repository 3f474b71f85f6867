//! The result of one file.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use crate::archive::{Gap, GapKind};
use crate::error::Reasons;
use crate::hash::{FrameHash, Hash};
use crate::matcher::{Cluster, Match};

/// The result of one discovered file, or of one member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, as it was reached from the root. The place of a member in its archive follows a `!/`:
    /// `dump.zip!/dir/a.jpg`. So does that of a picture, clip or archive in another file: `photo.jpg!/behind.mp4`.
    pub path: PathBuf,
    /// Whether it is a member of an archive, or a part of another file.
    pub is_member: bool,
    /// Its status.
    pub status: Status,
    /// Why not all of it was examined or can be trusted, whether it matched or not.
    pub reason: Option<Reasons>,
    /// Its media type, by content.
    pub mime: Option<Cow<'static, str>>,
    /// Its size in bytes, where it could be told.
    pub bytes: Option<u64>,
    /// Width and height in pixels, as stored, where it was decoded.
    pub size: Option<(u32, u32)>,
    /// How many frames were decoded.
    pub frames: u32,
    /// Of a clip, what decoded it: `openh264`, `ffmpeg 5.1.9`, or several.
    pub decoder: Option<String>,
    /// Of a clip, how long it is, in milliseconds.
    pub clip_ms: Option<u64>,
    /// The digests that were computed: those wanted, and SHA-256 of every matched picture.
    pub digests: Vec<Hash>,
    /// The perceptual hashes that were computed, in every view that was looked up.
    pub prints: Vec<FrameHash>,
    /// The further video tracks of a clip.
    pub tracks: Vec<VideoTrack>,
    /// What it matches, nearest first.
    pub matches: Vec<Match>,
    /// What it would match but for the lists' own negative entries.
    pub suppressed: Vec<Match>,
    /// Listed clips that too little speaks for to call it a match ([`Found::weak`](crate::matcher::Found::weak)).
    pub weak: Vec<Match>,
    /// How many more listed hashes lie within the radius, beyond the limit on matches.
    pub more: u64,
    /// The listed picture that it is about, where anything matches: one decision for all findings of one cluster.
    pub cluster: Option<Cluster>,
    /// What a reader must know.
    pub flags: Vec<Flag>,
    /// How long it took to examine. It differs from run to run.
    pub elapsed: Duration,
}

/// A further video track of a clip, which is looked up as a clip of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoTrack {
    /// Its perceptual hashes.
    pub prints: Vec<FrameHash>,
    /// How long it is, in milliseconds.
    pub clip_ms: Option<u64>,
}

impl Finding {
    /// Of something whose content was not seen.
    pub(super) fn without_content(
        path: PathBuf,
        status: Status,
        reason: Option<Reasons>,
    ) -> Finding {
        Finding {
            path,
            is_member: false,
            status,
            reason,
            mime: None,
            bytes: None,
            size: None,
            frames: 0,
            decoder: None,
            clip_ms: None,
            digests: Vec::new(),
            prints: Vec::new(),
            tracks: Vec::new(),
            matches: Vec::new(),
            suppressed: Vec::new(),
            weak: Vec::new(),
            more: 0,
            cluster: None,
            flags: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }
}

/// How the examination of a file ended. Every discovered file has exactly one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It matches a listed hash.
    Matched,
    /// All of it was examined and nothing matches. Pictures, clips and archives in it have findings of their own.
    NoMatch,
    /// It is a picture too flat for its hash to be trusted; its digests match nothing.
    LowQuality,
    /// It is in no format that is decoded, or empty; its digests match nothing.
    Unsupported,
    /// It is broken: not all of it could be examined, and what could matches nothing.
    Damaged,
    /// The system would not let it be read, or it changed while it was; what was read matches nothing.
    Unreadable,
    /// It exceeds a limit: not all of it was examined, and what was matches nothing.
    OverLimit,
    /// It is a link, pipe, socket or device.
    Skipped,
}

impl From<GapKind> for Status {
    fn from(kind: GapKind) -> Status {
        match kind {
            GapKind::Unsupported => Status::Unsupported,
            GapKind::Damaged => Status::Damaged,
            GapKind::OverLimit => Status::OverLimit,
            GapKind::Unreadable => Status::Unreadable,
            GapKind::Skipped => Status::Skipped,
        }
    }
}

impl Status {
    /// The status of a finding that has a gap, with the reason.
    pub(super) fn of_gap((kind, reasons): Gap) -> (Status, Reasons) {
        (kind.into(), reasons)
    }

    /// Every status, in the order of reports.
    pub const ALL: [Status; 8] = [
        Status::Matched,
        Status::NoMatch,
        Status::LowQuality,
        Status::Unsupported,
        Status::Damaged,
        Status::Unreadable,
        Status::OverLimit,
        Status::Skipped,
    ];

    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Matched => "matched",
            Status::NoMatch => "no_match",
            Status::LowQuality => "low_quality",
            Status::Unsupported => "unsupported",
            Status::Damaged => "damaged",
            Status::Unreadable => "unreadable",
            Status::OverLimit => "over_limit",
            Status::Skipped => "skipped",
        }
    }

    /// Whether some content of the file was left unexamined.
    pub const fn is_gap(self) -> bool {
        matches!(
            self,
            Status::Unsupported | Status::Damaged | Status::Unreadable | Status::OverLimit
        )
    }
}

/// What a reader of a finding must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Not all of the picture was there: what was decoded was used.
    Partial,
    /// Frames beyond a limit were left out.
    Capped,
    /// The EXIF orientation says that the picture is to be shown turned; it was looked up upright too.
    Turned,
    /// The file changed while it was read: what was examined is no state that it ever had.
    Unstable,
    /// Too few pictures of a clip were examined to find a copy by them: nothing here decodes more of them.
    Sparse,
    /// Something speaks for listed clips, but too little to call it a match.
    Weak,
    /// Of a part of a picture: a smaller copy of that picture, remembered and given as no finding.
    Reduction,
}

impl Flag {
    /// Every flag; `Flag::ALL[flag as usize] == flag`.
    pub const ALL: [Flag; 7] = [
        Flag::Partial,
        Flag::Capped,
        Flag::Turned,
        Flag::Unstable,
        Flag::Sparse,
        Flag::Weak,
        Flag::Reduction,
    ];

    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Flag::Partial => "partial",
            Flag::Capped => "capped",
            Flag::Turned => "turned",
            Flag::Unstable => "unstable",
            Flag::Sparse => "sparse",
            Flag::Weak => "weak",
            Flag::Reduction => "reduction",
        }
    }
}
