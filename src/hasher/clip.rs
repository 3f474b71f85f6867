//! The pictures of a clip to hashes: which are decoded, and which of these are kept.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::time::Duration;

use super::{Fingerprint, Hasher, Sampling, Stratum};
use crate::error::{FileError, Reason};
use crate::hash::{FrameHash, Pdq};
#[cfg(unix)]
use crate::media::video::Pick;
use crate::media::video::{Opened, Source};
use crate::media::{Decoded, Format, Frame};
use crate::{Error, Result};

impl Hasher {
    /// Hashes a file. Of a clip only the wanted pictures are read. At most one is held in memory at a time. Clips may have any
    /// size. Anything else is hashed as [`hash_reader`](Self::hash_reader) does it. The file must be one that can be read again
    /// from its start.
    ///
    /// # Errors
    /// Those of the file.
    pub fn hash_file(&self, mut file: &File) -> io::Result<Fingerprint> {
        file.seek(SeekFrom::Start(0))?;
        let head = Format::head(file)?;
        file.seek(SeekFrom::Start(0))?;
        #[cfg(target_os = "linux")]
        if self.workers.is_some() && self.wants_pixels() {
            return self.hash_file_there(&head, file);
        }
        match Format::sniff(&head) {
            Some(format) if format.is_video() && self.wants_pixels() => {
                let mut fingerprint = self.hash_digests(&head, file)?;
                self.hash_clip(format, Source::File(file), &mut fingerprint)?;
                if self.is_cancelled() {
                    fingerprint.error = Some(Error::Cancelled);
                }
                Ok(fingerprint)
            }
            _ => self.hash_reader(file),
        }
    }

    /// Adds the hashes of a clip's pictures to what is known of it.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn hash_clip(
        &self,
        format: Format,
        source: Source<'_>,
        fingerprint: &mut Fingerprint,
    ) -> io::Result<()> {
        fingerprint.stratum = self.judges_strata.then_some(Stratum::Clip);
        let decoders = self.decoders();
        let cancel = self.cancel().clone();
        let mut opened = match Opened::open(format, source, decoders, self.limits(), cancel) {
            Ok(opened) => opened.with_meter(self.meter())?,
            Err(FileError::Unreadable(error)) => return Err(error),
            Err(FileError::Other(error)) => {
                fingerprint.error = Some(error);
                return Ok(());
            }
        };
        self.hash_track(&opened, fingerprint)?;
        let is_read = opened.track().is_some();
        while (is_read || fingerprint.media.is_some()) && opened.next_track() {
            let mut track = Fingerprint::default();
            self.hash_track(&opened, &mut track)?;
            // How many there are is not known beforehand of what is not read here.
            let is_none =
                |error: &Error| matches!(error, Error::Unsupported(Reason::ClipWithoutVideo));
            if !is_read && track.error.as_ref().is_some_and(is_none) {
                break;
            }
            fingerprint.tracks.push(track);
        }
        Ok(())
    }

    /// Adds the hashes of the pictures of one track.
    fn hash_track(&self, clip: &Opened<'_>, fingerprint: &mut Fingerprint) -> io::Result<()> {
        match self.sampling() {
            Sampling::Keyframes => self.hash_keyframes(clip, fingerprint),
            Sampling::Vpdq(_) => self.hash_vpdq(clip, fingerprint),
            sampling => self.hash_dense(clip, sampling, fingerprint),
        }
    }

    /// Keyframes and, where these are too few, others.
    fn hash_keyframes(&self, clip: &Opened<'_>, fingerprint: &mut Fingerprint) -> io::Result<()> {
        let mut selector = FrameSelector::new(self, Sampling::Keyframes);
        let mut decoded = match clip.keyframes(&mut |frame| selector.add(&frame)) {
            Ok(decoded) => decoded,
            Err(FileError::Unreadable(error)) => return Err(error),
            Err(FileError::Other(error)) => {
                fingerprint.error = Some(error);
                return Ok(());
            }
        };
        fingerprint.error = selector.error.take();
        let ms = decoded.clip.as_ref().map_or(0, |clip| clip.ms);
        // How long it is, and so how many there should be, is known of what is demuxed here alone.
        let seen = decoded.clip.as_ref().map_or(0, |clip| clip.seen_percent);
        let few = clip.track().is_none()
            || selector.usable < Sampling::keyframes_min(ms)
            || selector.longest_gap(ms) > Sampling::GAP_MS
            || seen < Sampling::SEEN_PERCENT;
        let few = few && !clip.is_whole(&decoded);
        // What is broken or beyond a limit is not asked for more.
        if few && decoded.partial.is_none() && !decoded.capped {
            // What equals the one before it is left out of these too.
            let mut more = FrameSelector::new(self, Sampling::Keyframes);
            match decode_more(clip, Sampling::dense(ms), &mut more) {
                Ok(denser) => {
                    selector.join(more, clip.track().is_some());
                    fingerprint.error = selector.error.take().or(fingerprint.error.take());
                    decoded = together(decoded, denser);
                }
                Err(FileError::Unreadable(error)) => return Err(error),
                Err(FileError::Other(error)) => {
                    if let Some(clip) = &mut decoded.clip {
                        clip.is_transient |= error.is_transient();
                        clip.sparse = true;
                    }
                    fingerprint.error.get_or_insert(error);
                }
            }
        }
        fingerprint.prints = selector.prints;
        fingerprint.media = Some(decoded);
        Ok(())
    }

    /// The pictures that vPDQ takes. Others are no substitute for them.
    fn hash_vpdq(&self, clip: &Opened<'_>, fingerprint: &mut Fingerprint) -> io::Result<()> {
        let mut selector = FrameSelector::new(self, self.sampling());
        match decode(clip, self.sampling(), &mut selector) {
            Ok(decoded) => {
                fingerprint.error = selector.error;
                fingerprint.prints = selector.prints;
                fingerprint.media = Some(decoded);
            }
            Err(FileError::Unreadable(error)) => return Err(error),
            Err(FileError::Other(error)) => fingerprint.error = Some(error),
        }
        Ok(())
    }

    /// Pictures wherever they are; where nothing decodes them, keyframes, and it is said why these are all.
    fn hash_dense(
        &self,
        clip: &Opened<'_>,
        sampling: Sampling,
        fingerprint: &mut Fingerprint,
    ) -> io::Result<()> {
        let mut selector = FrameSelector::new(self, sampling);
        let whole = if clip.is_all_keyframes() {
            clip.keyframes(&mut |frame| selector.add(&frame))
        } else {
            Err(without_ffmpeg().into())
        };
        let decoded = match whole {
            Ok(decoded) if clip.is_whole(&decoded) => Ok(decoded),
            Err(FileError::Unreadable(error)) => return Err(error),
            _ => {
                selector = FrameSelector::new(self, sampling);
                decode(clip, sampling, &mut selector)
            }
        };
        match decoded {
            Ok(decoded) => {
                fingerprint.error = selector.error;
                fingerprint.prints = selector.prints;
                fingerprint.media = Some(decoded);
            }
            Err(FileError::Unreadable(error)) => return Err(error),
            Err(FileError::Other(error)) => {
                self.hash_keyframes(clip, fingerprint)?;
                // What another try may overcome must not hide behind what it would not.
                if error.is_transient() {
                    fingerprint.error = Some(error)
                } else {
                    _ = fingerprint.error.get_or_insert(error)
                }
            }
        }
        Ok(())
    }
}

/// Has pictures decoded beside the keyframes: one in such a time, and those at which something else begins.
#[cfg(unix)]
fn decode_more(
    clip: &Opened<'_>,
    time: Duration,
    selector: &mut FrameSelector<'_>,
) -> Result<Decoded, FileError> {
    by_ffmpeg(clip, Pick::Shots(time), selector)
}

#[cfg(not(unix))]
fn decode_more(
    _: &Opened<'_>,
    _: Duration,
    _: &mut FrameSelector<'_>,
) -> Result<Decoded, FileError> {
    Err(without_ffmpeg().into())
}

/// Has the pictures decoded that a sampling asks for.
#[cfg(unix)]
fn decode(
    clip: &Opened<'_>,
    sampling: Sampling,
    selector: &mut FrameSelector<'_>,
) -> Result<Decoded, FileError> {
    let pick = match sampling {
        Sampling::Keyframes => Pick::Keyframes,
        Sampling::Interval(time) => Pick::Every(time),
        Sampling::Distinct | Sampling::All => Pick::All,
        Sampling::Vpdq(time) => Pick::Vpdq(time),
    };
    by_ffmpeg(clip, pick, selector)
}

#[cfg(unix)]
fn by_ffmpeg(
    clip: &Opened<'_>,
    pick: Pick,
    selector: &mut FrameSelector<'_>,
) -> Result<Decoded, FileError> {
    match selector.hasher.decoders().ffmpeg.as_ref() {
        Some(ffmpeg) => clip.by_ffmpeg(ffmpeg, pick, &mut |frame| selector.add(&frame)),
        None => Err(without_ffmpeg().into()),
    }
}

#[cfg(not(unix))]
fn decode(_: &Opened<'_>, _: Sampling, _: &mut FrameSelector<'_>) -> Result<Decoded, FileError> {
    Err(without_ffmpeg().into())
}

fn without_ffmpeg() -> Error {
    Error::Unsupported(Reason::ClipTooFewPictures)
}

/// The result of two decodes of one clip.
fn together(keyframes: Decoded, denser: Decoded) -> Decoded {
    let mut clip = denser.clip.unwrap_or_default();
    if let Some(first) = keyframes.clip {
        clip.ms = clip.ms.max(first.ms);
        clip.is_transient |= first.is_transient;
        if first.decoder != clip.decoder {
            clip.decoder = format!("{}, {}", first.decoder, clip.decoder);
        }
    }
    Decoded {
        frames: keyframes.frames.saturating_add(denser.frames),
        partial: keyframes.partial.or(denser.partial),
        capped: keyframes.capped || denser.capped,
        clip: Some(clip),
        ..keyframes
    }
}

/// Hashes pictures and keeps those that are wanted.
struct FrameSelector<'h> {
    hasher: &'h Hasher,
    sampling: Sampling,
    prints: Vec<FrameHash>,
    /// Of the last picture that was kept.
    last: Option<Pdq>,
    /// Where in `prints` those of the last picture begin.
    begin: usize,
    /// When the last that was kept is shown.
    ms: Option<u64>,
    /// How many can be trusted, and differ from the one before them.
    usable: u64,
    /// When the last that can be trusted is shown, and the longest time between two.
    trusted_ms: u64,
    gap_ms: u64,
    error: Option<Error>,
}

impl<'h> FrameSelector<'h> {
    fn new(hasher: &'h Hasher, sampling: Sampling) -> FrameSelector<'h> {
        FrameSelector {
            hasher,
            sampling,
            prints: Vec::new(),
            last: None,
            begin: 0,
            ms: None,
            usable: 0,
            trusted_ms: 0,
            gap_ms: 0,
            error: None,
        }
    }

    fn add(&mut self, frame: &Frame) {
        if self.hasher.is_cancelled() {
            return;
        }
        let hashed = match self.hasher.hash_frame(frame) {
            Ok(hashed) => hashed,
            Err(error) => {
                self.error.get_or_insert(error);
                return;
            }
        };
        let trusted = hashed.quality >= Pdq::QUALITY;
        if trusted {
            self.gap_ms = self.gap_ms.max(frame.ms.saturating_sub(self.trusted_ms));
            self.trusted_ms = frame.ms;
        }
        let bits = self.last.map(|last| last.distance(&hashed.pdq));
        let wanted = match self.sampling {
            Sampling::All | Sampling::Vpdq(_) => true,
            // As in animations, what equals the one before it is left out.
            Sampling::Keyframes => {
                !super::renderings::same_hashes(&hashed.prints, &self.prints[self.begin..])
            }
            Sampling::Distinct => trusted && bits.is_none_or(|bits| bits > Sampling::DISTINCT_BITS),
            Sampling::Interval(time) => {
                let due = |last: u64| u128::from(frame.ms.saturating_sub(last)) >= time.as_millis();
                self.ms.is_none_or(due)
            }
        };
        if wanted {
            self.usable += u64::from(trusted && bits != Some(0));
            self.begin = self.prints.len();
            self.prints.extend(hashed.prints);
            self.last = Some(hashed.pdq);
            self.ms = Some(frame.ms);
        }
    }

    /// For how long a clip of this length shows nothing that can be trusted, at the longest.
    fn longest_gap(&self, clip_ms: u64) -> u64 {
        self.gap_ms.max(clip_ms.saturating_sub(self.trusted_ms))
    }

    /// Adds what another kept of the same clip, where the pictures have no common numbers by their times. Several may be shown
    /// at one time, the last of them for some time.
    fn join(&mut self, other: FrameSelector<'_>, numbered: bool) {
        let key = |print: &FrameHash| {
            if numbered {
                u64::from(print.frame)
            } else {
                print.ms
            }
        };
        let identity = |print: &FrameHash| (key(print), print.hash, print.view);
        let known: BTreeSet<_> = self.prints.iter().map(identity).collect();
        let new = |print: &FrameHash| !known.contains(&identity(print));
        self.prints.extend(other.prints.into_iter().filter(new));
        self.prints.sort_by_key(key);
        if !numbered {
            let mut last = None;
            let mut number = 0;
            for print in &mut self.prints {
                if last.is_some_and(|last| last != print.ms) {
                    number += 1;
                }
                last = Some(print.ms);
                print.frame = number;
            }
        }
        if self.error.is_none() {
            self.error = other.error;
        }
    }
}
