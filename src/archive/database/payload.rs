//! The bytes of a row, which may go on from its page to a chain of others.

use std::io;
use std::ops::Range;

use super::super::gap::{GapKind, gap_error};
use super::pages::Pages;
use crate::error::Reason;

/// The bytes of a row, which are read or passed over from the first to the last.
pub(super) struct Payload {
    len: u64,
    at: u64,
    /// What is left of the page that it is at.
    range: Range<u64>,
    /// The next page of the chain.
    next: u32,
    is_broken: bool,
}

impl Payload {
    /// Of so many bytes, of which the first stand here; the others on a chain of pages.
    pub(super) fn new(len: u64, range: Range<u64>, next: u32) -> Payload {
        Payload {
            len,
            at: 0,
            range,
            next,
            is_broken: false,
        }
    }

    /// Whether its chain is broken: what is left cannot be read.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Reads up to so many bytes, fewer at the end and where the chain is broken.
    pub(super) fn up_to(&mut self, pages: &mut Pages, bytes: u64) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        while (read.len() as u64) < bytes {
            let mut step = [0; 8192];
            let most = (bytes - read.len() as u64).min(step.len() as u64) as usize;
            let more = self.read(pages, &mut step[..most])?;
            if more == 0 {
                break;
            }
            read.extend_from_slice(&step[..more]);
        }
        Ok(read)
    }

    /// Reads what is next; nothing at the end and where the chain is broken.
    pub(super) fn read(&mut self, pages: &mut Pages, buf: &mut [u8]) -> io::Result<usize> {
        if !self.has_more(pages)? || buf.is_empty() {
            return Ok(0);
        }
        let most = (self.range.end - self.range.start).min(buf.len() as u64) as usize;
        pages.source.go_to(self.range.start)?;
        let read = io::Read::read(&mut pages.source, &mut buf[..most])?;
        self.is_broken |= read == 0;
        self.range.start += read as u64;
        self.at += read as u64;
        Ok(read)
    }

    /// Passes over what stands before a place.
    pub(super) fn go_to(&mut self, pages: &mut Pages, place: u64) -> io::Result<()> {
        while self.at < place && self.has_more(pages)? {
            let step = (place - self.at).min(self.range.end - self.range.start);
            self.range.start += step;
            self.at += step;
        }
        Ok(())
    }

    /// The error of one whose chain is broken.
    pub(super) fn error(pages: &Pages) -> io::Error {
        if pages.is_log() {
            gap_error(GapKind::Unsupported, Reason::DatabaseElsewhere)
        } else {
            gap_error(GapKind::Damaged, Reason::DatabaseBroken)
        }
    }

    /// Goes on to the next page where that is due. Whether there is more.
    fn has_more(&mut self, pages: &mut Pages) -> io::Result<bool> {
        while self.at < self.len && self.range.is_empty() && !self.is_broken {
            let named = pages.named(self.next);
            let met = named.filter(|page| pages.met.meet(page.id).is_ok());
            let Some(page) = met else {
                self.is_broken = true;
                break;
            };
            let next = pages.source.array(page.at)?;
            self.next = next.map_or(0, u32::from_be_bytes);
            let left = (self.len - self.at).min(pages.usable as u64 - 4);
            let begin = page.at + 4;
            self.range = begin..(begin + left).min(pages.source.len());
            self.is_broken = self.range.is_empty();
        }
        Ok(self.at < self.len && !self.is_broken)
    }
}
