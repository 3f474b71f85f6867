//! What Chromium, and programs that are made of it, keep of the web: an entry a file ("simple cache"), or blocks of many entries
//! in one file ("blockfile cache", `data_1` to `data_3`). Layouts: the sources of Chromium, `net/disk_cache`.
//!
//! Larger answers of a blockfile cache are files of their own (`f_000001`), and so are entries of Firefox (`cache2/entries`), which
//! begin with the answer: they are recognised as what they hold.

mod blocks;
mod simple;

use std::collections::VecDeque;
use std::io::{self, Read};

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::margins::Margins;
use super::pieces::Pieces;
use super::source::Source;
use crate::error::Reason;
use crate::media::parts::Part;

pub(super) use blocks::begins as begins_blocks;
pub(super) use simple::begins as begins_entry;

/// An entry, or blocks of entries.
pub(super) struct WebCache {
    source: Source,
    step: Step,
    gaps: Gaps,
}

enum Step {
    Entry,
    Blocks(Box<blocks::Blocks>),
    /// What was found in an entry, the part that it is at first.
    Parts(VecDeque<Part>, Box<Margins>),
    Margins(Box<Margins>),
}

impl WebCache {
    pub(super) fn of_entry(source: Source) -> WebCache {
        WebCache {
            source,
            step: Step::Entry,
            gaps: Gaps::default(),
        }
    }

    pub(super) fn of_blocks(source: Source) -> WebCache {
        let blocks = Box::new(blocks::Blocks::new(source.len()));
        WebCache {
            source,
            step: Step::Blocks(blocks),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            match &mut self.step {
                Step::Entry => {
                    let read = simple::read(&mut self.source)?;
                    if read.is_broken {
                        self.gaps.add(GapKind::Damaged, Reason::WebCacheBroken);
                    }
                    let entry = read.parts.first().map(simple::entry);
                    self.step = Step::Parts(read.parts.into(), Box::new(read.margins));
                    if entry.is_some() {
                        return Ok(entry);
                    }
                }
                Step::Parts(parts, margins) => {
                    parts.pop_front();
                    if let Some(part) = parts.front() {
                        return Ok(Some(simple::entry(part)));
                    }
                    self.step = Step::Margins(std::mem::take(margins));
                }
                Step::Blocks(blocks) => {
                    let entry = blocks.next_entry(&mut self.source, &mut self.gaps)?;
                    if entry.is_some() {
                        return Ok(entry);
                    }
                    self.step = Step::Margins(Box::new(blocks.margins()));
                }
                Step::Margins(margins) => {
                    return margins.next_entry(&mut self.source, &mut self.gaps);
                }
            }
        }
    }
}

impl Container for WebCache {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            self.step = Step::Margins(Box::default());
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        let source = &mut self.source;
        let content = match &self.step {
            Step::Parts(parts, _) => parts.front().map(|part| Pieces::boxed(source, part)),
            Step::Blocks(blocks) => blocks.part().map(|part| Pieces::boxed(source, part)),
            Step::Margins(margins) => margins.content(source),
            Step::Entry => None,
        };
        content.unwrap_or_else(|| Box::new(io::empty()))
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}
