//! What streams hold beside their members. These are names, comments and extra fields of gzip (RFC 1952, 2.3), and skippable
//! frames of Zstandard (RFC 8878, 3.1.2). Extended headers of tar are such bytes too.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::container::Entry;
use super::gap::{Gap, GapKind};
use super::pieces::Pieces;
use crate::error::Reason;
use crate::media::parts::{Collector, Part};

/// The most bytes that are searched.
pub(super) const BYTES_MAX: usize = 16 << 20;

/// Shorter stretches hold no picture.
const STRETCH_MIN: usize = 128;

/// The bytes that were passed over so far.
#[derive(Clone, Default)]
pub(super) struct Beside(Arc<Mutex<Stretches>>);

#[derive(Default)]
struct Stretches {
    bytes: Vec<u8>,
    is_cut: bool,
}

impl Beside {
    /// Adds a stretch.
    pub(super) fn add(&self, stretch: &[u8]) {
        if stretch.len() < STRETCH_MIN {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = BYTES_MAX.saturating_sub(all.bytes.len());
        all.is_cut |= stretch.len() > room;
        all.bytes.extend(&stretch[..stretch.len().min(room)]);
        // Nothing goes on from one stretch to another.
        all.bytes.extend([0; 16]);
    }

    /// Adds what a reader gives; how many bytes it gave.
    pub(super) fn add_all(&self, mut from: impl Read) -> io::Result<u64> {
        let mut stretch = Vec::new();
        let most = BYTES_MAX as u64 + 1;
        let read = from.by_ref().take(most).read_to_end(&mut stretch)?;
        self.add(&stretch);
        Ok(read as u64 + io::copy(&mut from, &mut io::sink())?)
    }

    /// The pictures, clips and archives in it, named by its place, and why some may be missing.
    pub(super) fn parts(&self, place: &str) -> (BesideParts, Option<Gap>) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut collector = Collector::new(all.bytes.len() as u64);
        collector.search_owned(place, &all.bytes);
        let parts = collector.finish();
        let cut = all.is_cut.then_some(Reason::PartsTooFarOutside {
            limit: BYTES_MAX as u64,
        });
        let reason = parts.over_limit.or(cut);
        let gap = reason.map(|reason| (GapKind::OverLimit, reason.into()));
        let parts = BesideParts {
            parts: parts.parts.into_iter(),
            at: None,
        };
        (parts, gap)
    }
}

/// What was found beside, part by part.
#[derive(Default)]
pub(super) struct BesideParts {
    parts: std::vec::IntoIter<Part>,
    at: Option<Part>,
}

impl BesideParts {
    /// Goes to the next part.
    pub(super) fn next_entry(&mut self) -> Option<Entry> {
        self.at = self.parts.next();
        self.at.as_ref().map(Entry::of_part)
    }

    /// Whether it is at a part.
    pub(super) fn is_at_part(&self) -> bool {
        self.at.is_some()
    }

    /// The content of the part that it is at.
    pub(super) fn content(&self) -> Box<dyn Read + '_> {
        match &self.at {
            Some(part) => Box::new(Pieces::of_bytes(part)),
            None => Box::new(io::empty()),
        }
    }
}
