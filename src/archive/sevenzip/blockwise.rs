//! A block of a 7z file as it is unpacked, and the packed streams that it is read from.

use std::any::Any;
use std::io::{self, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::lock;
use crate::archive::codec::panic_text;
use crate::archive::gap::{Gap, GapKind, gap_error, gap_of};
use crate::archive::limits::Budget;
use crate::archive::source::Source;
use crate::error::Reason;

/// A packed stream. Several are read by turns.
pub(super) struct Packed {
    pub(super) source: Arc<Mutex<Source>>,
    pub(super) at: u64,
    pub(super) end: u64,
    /// How far it was read.
    pub(super) reached: Arc<AtomicU64>,
}

impl Read for Packed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = left.min(buf.len());
        let mut source = lock(&self.source);
        source.go_to(self.at)?;
        let read = source.read(&mut buf[..most])?;
        self.at += read as u64;
        self.reached.store(self.at, Ordering::Relaxed);
        Ok(read)
    }
}

/// What a block unpacks to, charged as it is read.
pub(super) struct Blockwise {
    pub(super) coded: Box<dyn Read + Send>,
    /// None where it is only seen whether a password fits.
    pub(super) budget: Option<Arc<Budget>>,
    pub(super) failed: Option<Gap>,
    /// How far each packed stream was read, and where it stands.
    pub(super) streams: Vec<(Arc<AtomicU64>, Range<u64>)>,
    /// How many bytes beyond what is unpacked may have been read.
    pub(super) ahead: u64,
}

impl Blockwise {
    /// What packed streams have behind all contents, where these came whole. It begins no later than it does.
    pub(super) fn unread(&self) -> impl Iterator<Item = Range<u64>> {
        let is_whole = self.failed.is_none();
        let streams = self.streams.iter().filter(move |_| is_whole);
        streams.filter_map(|(reached, stream)| {
            let reached = reached.load(Ordering::Relaxed);
            let from = reached.saturating_sub(self.ahead).max(stream.start);
            (reached < stream.end).then_some(from..stream.end)
        })
    }
}

impl Read for Blockwise {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, reasons)) = &self.failed {
            return Err(gap_error(*kind, reasons.clone()));
        }
        // A filter that panics has met bytes its authors did not think of. It is not asked again.
        let read = catch_unwind(AssertUnwindSafe(|| self.coded.read(buf)));
        let read = read.unwrap_or_else(|panic: Box<dyn Any + Send>| {
            let message = panic_text(&*panic).to_owned();
            let reason = Reason::DecoderPanicked { message };
            Err(gap_error(GapKind::Damaged, reason))
        });
        let read = match read {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                let (kind, reasons) = gap_of(error);
                self.failed = Some((kind, reasons.clone()));
                return Err(gap_error(kind, reasons));
            }
            Ok(read) => read,
        };
        let Some(budget) = &self.budget else {
            return Ok(read);
        };
        let allowed = budget.take_up_to(read as u64) as usize;
        if allowed < read {
            // What is allowed is given to its last byte.
            self.failed = Some((GapKind::OverLimit, budget.reason().into()));
            if allowed == 0 {
                return self.read(buf);
            }
        }
        Ok(allowed)
    }
}
