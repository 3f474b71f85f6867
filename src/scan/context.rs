//! What every step of a scan uses: its settings, what its logs know, what its lists say.

use std::fs::File;
use std::io::{self, Cursor, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::examined::{Examined, sha256};
use super::log::{FileStamp, Record};
use super::mappings::Mappings;
use super::memo::Memo;
use super::volume::is_named_volume;
use super::walk::FileLocation;
use super::{Finding, Flag, Scan, Status};
use crate::Result;
use crate::error::{Reason, ReasonCode, Reasons};
use crate::hash::{AreaKind, FrameHash};
use crate::hasher::{Container, Fingerprint, Hasher, Known};
use crate::matcher::{Found, Matcher};
use crate::media::Format;

/// A scan at work.
pub(super) struct ScanContext<'s> {
    pub(super) scan: &'s Scan,
    pub(super) memo: Memo,
    mappings: Mappings,
}

impl<'s> ScanContext<'s> {
    pub(super) fn new(scan: &'s Scan) -> ScanContext<'s> {
        ScanContext {
            scan,
            memo: Memo::default(),
            mappings: Mappings::default(),
        }
    }

    /// The record of a file or member in any log.
    pub(super) fn recall(
        &self,
        spot: &FileLocation,
        stamp: FileStamp,
        member: Option<u64>,
    ) -> Result<Option<Record>> {
        for (place, log) in self.scan.logs.iter().enumerate() {
            let Some(record) = log.recall(spot, stamp, member)? else {
                continue;
            };
            // The logs before it would not know it the next time.
            for other in &self.scan.logs[..place] {
                other.keep(spot, member, &record)?;
            }
            return Ok(Some(record));
        }
        Ok(None)
    }

    /// Records the result of a file or member, if it is reproducible. That of a cancelled job is not.
    pub(super) fn keep(
        &self,
        spot: &FileLocation,
        member: Option<u64>,
        record: Record,
    ) -> Result<()> {
        let given_up = self.scan.cancel.is_cancelled();
        // What could not be read of an archive may be readable the next time.
        let is_transient = |(status, reasons): &(Status, Reasons)| {
            *status == Status::Unreadable || reasons.is_transient()
        };
        let unread = record.examined.gap.as_ref().is_some_and(is_transient);
        if given_up || unread || record.examined.fleeting {
            return Ok(());
        }
        let mut logs = self.scan.logs.iter();
        logs.try_for_each(|log| log.keep(spot, member, &record))
    }

    /// The finding of what is known from a log. None where the file has to be read. That is where it matches and its SHA-256 is
    /// not known, or a second look at the picture is needed.
    pub(super) fn judge(&self, path: PathBuf, examined: Examined) -> Result<Option<Finding>> {
        let found = find(&self.scan.matcher, &examined)?;
        let is_seen = found.unaligned == 0;
        let finding = finding(&self.scan.matcher, path, &examined, found);
        let is_tied = finding.status != Status::Matched || examined.sha256.is_some();
        Ok((is_seen && is_tied).then_some(finding))
    }

    /// Whether a second look at the picture, which is not at hand, is needed.
    pub(super) fn is_unaligned(&self, examined: &Examined) -> Result<bool> {
        let finds_copies = self.scan.hasher.views().find_copies();
        Ok(finds_copies && find(&self.scan.matcher, examined)?.unaligned > 0)
    }

    /// Whether a later change of the file would show, which matters to what remembers it.
    pub(super) fn is_settled(&self, file: &File, stamp: &FileStamp) -> bool {
        let is_remembered = !self.scan.logs.is_empty();
        stamp.is_settled(SystemTime::now())
            && !(is_remembered && self.mappings.may_change(file, stamp))
    }

    /// The result for bytes in memory.
    pub(super) fn examine_bytes(&self, bytes: &[u8]) -> Examined {
        let examine = || {
            let hasher = &self.scan.hasher;
            let mut examined = Examined::new(bytes.len() as u64, &hasher.hash_bytes(bytes), hasher);
            if self.scan.lacks_archives() {
                let whole = Cursor::new(bytes.to_vec());
                examined.is_not_opened(bytes, whole, bytes.len() as u64);
            }
            examined
        };
        let (examined, is_remembered) = self.memo.examined(bytes, examine);
        // What is remembered has no picture. A damaged index is an error of the look-up that follows.
        if is_remembered && self.is_unaligned(&examined).unwrap_or(false) {
            return examine();
        }
        examined
    }

    /// What kind of container a file is, by its content. This was found out of it.
    ///
    /// # Errors
    /// Those of reading it; one too where it is none, which it was a moment ago.
    pub(super) fn container_of(
        &self,
        path: &Path,
        (file, bytes): (&mut File, u64),
        examined: &Examined,
    ) -> io::Result<Container> {
        let opens_archives = self.scan.opened_archives().is_some();
        let hasher = &self.scan.hasher;
        file.seek(SeekFrom::Start(0))?;
        let head = Format::head(file.by_ref())?;
        match self.scan.container_kind(path, &head, Format::sniff(&head)) {
            Some(kind) => Ok(Container::Archive(kind)),
            None => hasher.container_of(file, bytes, &examined.known(), opens_archives),
        }
    }

    /// Whether a part of a picture is a smaller copy of it.
    pub(super) fn is_reduction(&self, name: &[u8], part: &[u8], holder: &[u8]) -> bool {
        let known = || {
            let Examined { size, prints, .. } = self.examine_bytes(holder);
            Known {
                size,
                prints: prints.into(),
            }
        };
        self.scan.hasher.is_reduction(name, part, holder, known)
    }

    /// Looks up what is known of some content.
    pub(super) fn look_up(&self, path: PathBuf, examined: &Examined) -> Result<Finding> {
        look_up(&self.scan.matcher, path, examined)
    }
}

/// What the lists say of some content.
pub(super) fn look_up(matcher: &Matcher, path: PathBuf, examined: &Examined) -> Result<Finding> {
    let found = find(matcher, examined)?;
    Ok(finding(matcher, path, examined, found))
}

fn find(matcher: &Matcher, examined: &Examined) -> Result<Found> {
    let first = (examined.prints.as_slice(), examined.clip_ms);
    let others = examined.tracks.iter();
    let others = others.map(|track| (track.prints.as_slice(), track.clip_ms));
    matcher.find_picture(&examined.digests, first, others, &examined.planes)
}

fn finding(matcher: &Matcher, path: PathBuf, examined: &Examined, found: Found) -> Finding {
    let gap = examined.gap(matcher.policy().min_quality);
    let status = match (&gap, found.matches.is_empty()) {
        (_, false) => Status::Matched,
        (Some((status, _)), true) => *status,
        (None, true) => Status::NoMatch,
    };
    let is_unknown = |reasons: &Reasons| reasons.code() == ReasonCode::FormatUnknown;
    let reason = gap.map(|(_, reasons)| reasons).map(|reasons| {
        let is_volume = is_unknown(&reasons) && is_named_volume(&path);
        if is_volume {
            Reason::VolumeByName.into()
        } else {
            reasons
        }
    });
    let flags = flags(examined, &found);
    let mut finding = Finding {
        reason,
        mime: examined.mime.clone(),
        bytes: examined.bytes,
        size: examined.size,
        frames: examined.frames,
        decoder: examined.decoder.clone(),
        clip_ms: examined.clip_ms,
        digests: examined.digests.clone(),
        prints: shown_prints(matcher, examined),
        tracks: examined.tracks.clone(),
        stratum: examined.stratum,
        details: examined.details.clone(),
        matches: found.matches,
        suppressed: found.suppressed,
        more: found.more,
        cluster: found.cluster,
        flags,
        weak: found.weak,
        authentic: found.authentic,
        ..Finding::new(path, status)
    };
    finding.tie(examined);
    finding
}

/// What a reader must know of the file, and of what was found.
fn flags(examined: &Examined, found: &Found) -> Vec<Flag> {
    let mut flags = examined.flags.clone();
    for (matches, flag) in [
        (&found.weak, Flag::Weak),
        (&found.authentic, Flag::Authentic),
    ] {
        if !matches.is_empty() {
            flags.push(flag);
        }
    }
    flags
}

/// The hashes that a finding shows. What undoes changes is left out: it is of use to no list, and there is much of it.
fn shown_prints(matcher: &Matcher, examined: &Examined) -> Vec<FrameHash> {
    let prints = examined.prints.iter();
    let is_shown =
        |print: &&FrameHash| matcher.is_empty() || print.view.area.kind == AreaKind::Whole;
    prints.filter(is_shown).copied().collect()
}

impl Finding {
    /// The finding of a file that was hashed, `bytes` long. What is in an archive, or in another file, only a scan finds.
    ///
    /// # Errors
    /// As [`Matcher::lookup`].
    pub fn of_fingerprint(
        path: impl Into<PathBuf>,
        bytes: u64,
        fingerprint: &Fingerprint,
        hasher: &Hasher,
        matcher: &Matcher,
    ) -> Result<Finding> {
        look_up(
            matcher,
            path.into(),
            &Examined::new(bytes, fingerprint, hasher),
        )
    }

    /// Adds SHA-256 to a match, which ties it to these very bytes.
    pub(super) fn tie(&mut self, examined: &Examined) {
        if self.status == Status::Matched && sha256(&self.digests).is_none() {
            self.digests.extend(examined.sha256);
        }
    }

    /// Says that it changed while it was read.
    pub(super) fn is_unstable(&mut self) {
        self.flags.push(Flag::Unstable);
        self.reason = Some(Reason::FileChanged.into());
        if self.matches.is_empty() {
            self.status = Status::Unreadable;
        }
    }
}
