//! The result of one file.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use crate::Result;
use crate::archive::{Gap, GapKind};
use crate::error::Reasons;
use crate::hash::{Details, FrameHash, Hash, HashType, Rendering, View};
use crate::hasher::Stratum;
use crate::matcher::{Cluster, Match, Matcher};

/// The result of one discovered file, or of one member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// The perceptual hashes that were computed. A scan leaves out those of [areas](crate::hash::AreaKind) that undo changes.
    pub prints: Vec<FrameHash>,
    /// The further video tracks of a clip.
    pub tracks: Vec<VideoTrack>,
    /// The kind of picture, where the [hasher](crate::hasher::Hasher::with_strata) judges it.
    pub stratum: Option<Stratum>,
    /// The details of each rendering of a picture, where the
    /// [hasher](crate::hasher::Hasher::with_details) makes them.
    pub details: Vec<(Rendering, Details)>,
    /// What it matches, nearest first.
    pub matches: Vec<Match>,
    /// What it would match but for the lists' own negative entries.
    pub suppressed: Vec<Match>,
    /// Listed clips that too little speaks for to call it a match ([`Found::weak`](crate::matcher::Found::weak)).
    pub weak: Vec<Match>,
    /// The authentic notices that it shows ([`Found::authentic`](crate::matcher::Found::authentic)).
    pub authentic: Vec<Match>,
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
#[non_exhaustive]
pub struct VideoTrack {
    /// Its perceptual hashes.
    pub prints: Vec<FrameHash>,
    /// How long it is, in milliseconds.
    pub clip_ms: Option<u64>,
}

impl Finding {
    /// A finding with a status, of which nothing else is known.
    pub fn new(path: impl Into<PathBuf>, status: Status) -> Finding {
        Finding {
            path: path.into(),
            is_member: false,
            status,
            reason: None,
            mime: None,
            bytes: None,
            size: None,
            frames: 0,
            decoder: None,
            clip_ms: None,
            digests: Vec::new(),
            prints: Vec::new(),
            tracks: Vec::new(),
            stratum: None,
            details: Vec::new(),
            matches: Vec::new(),
            suppressed: Vec::new(),
            weak: Vec::new(),
            authentic: Vec::new(),
            more: 0,
            cluster: None,
            flags: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }

    /// The details of the picture that a hash was made of, for the entry of a list. They are those of the whole picture as
    /// it is stored.
    pub fn details_of(&self, print: &FrameHash) -> Option<Box<Details>> {
        let view = View::ORIGINAL.with_rendering(print.view.rendering);
        let is_pdq = print.hash.hash_type() == HashType::Pdq;
        if !is_pdq || print.view != view || print.frame > 0 || print.ms > 0 {
            return None;
        }
        let mut all = self.details.iter();
        let (_, details) = all.find(|(rendering, _)| *rendering == view.rendering)?;
        (!details.is_empty()).then(|| Box::new(details.clone()))
    }

    /// The finding of a clip of which only the hashes of its frames are known.
    ///
    /// ```
    /// use basma::hash::{FrameHash, Pdq};
    /// use basma::scan::{Finding, Status};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let matcher = basma::Matcher::open(["hashsets/demo.csv"])?;
    /// let flat = FrameHash::new(Pdq::default().into(), 3);
    /// let finding = Finding::of_frames("clip.txt", vec![flat], &matcher)?;
    /// assert_eq!(finding.status, Status::LowQuality);
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Matcher::lookup`].
    pub fn of_frames(
        path: impl Into<PathBuf>,
        frames: Vec<FrameHash>,
        matcher: &Matcher,
    ) -> Result<Finding> {
        let found = matcher.find_hashes(&[], &frames, None)?;
        let status = if !found.matches.is_empty() {
            Status::Matched
        } else if frames.iter().any(|frame| matcher.trusts(frame)) {
            Status::NoMatch
        } else {
            Status::LowQuality
        };
        Ok(Finding {
            frames: u32::try_from(frames.len()).unwrap_or(u32::MAX),
            clip_ms: frames.iter().map(|frame| frame.ms).max(),
            prints: frames,
            matches: found.matches,
            suppressed: found.suppressed,
            weak: found.weak,
            flags: if found.authentic.is_empty() {
                Vec::new()
            } else {
                vec![Flag::Authentic]
            },
            authentic: found.authentic,
            more: found.more,
            cluster: found.cluster,
            ..Finding::new(path, status)
        })
    }
}

/// How the examination of a file ended. Every discovered file has exactly one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
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

named!(Status {
    Matched = "matched",
    NoMatch = "no_match",
    LowQuality = "low_quality",
    Unsupported = "unsupported",
    Damaged = "damaged",
    Unreadable = "unreadable",
    OverLimit = "over_limit",
    Skipped = "skipped",
});

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
#[non_exhaustive]
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
    /// It shows an authentic notice.
    Authentic,
    /// Of a part of a picture: a smaller copy of that picture, remembered and given as no finding.
    Reduction,
}

named!(Flag {
    Partial = "partial",
    Capped = "capped",
    Turned = "turned",
    Unstable = "unstable",
    Sparse = "sparse",
    Weak = "weak",
    Authentic = "authentic",
    Reduction = "reduction",
});
