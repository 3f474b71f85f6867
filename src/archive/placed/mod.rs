//! Containers whose members stand in them as they are, in one stretch or several: cpio, ar, rpm, images of discs.
//!
//! Each format only says where its members are. What belongs to none of them is searched as in other containers: headers,
//! padding, bytes between members and behind the last.

mod ar;
mod cpio;
mod disc;
mod rpm;

use std::io::{self, Read};
use std::ops::Range;

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_error, gap_of};
use super::margins::Margins;
use super::source::Source;
use crate::error::Reason;

pub(super) use ar::{Ar, begins as begins_ar};
pub(super) use cpio::{Cpio, begins as begins_cpio};
pub(super) use disc::{Disc, begins as begins_disc, may_begin as may_begin_disc};
pub(super) use rpm::{Rpm, begins as begins_rpm};

/// The most stretches that are remembered as those of members.
const STRETCHES_MAX: usize = 1 << 20;

/// Stretches of members that are no further apart leave no room for a picture between them.
const APART_BYTES: u64 = 128;

/// A member, and where its content is.
pub(super) struct Placed {
    pub(super) entry: Entry,
    pub(super) pieces: Vec<Range<u64>>,
    /// The sum of its bytes that it states.
    pub(super) sum: Option<u32>,
}

impl Placed {
    pub(super) fn new(entry: Entry, content: Range<u64>) -> Placed {
        Placed {
            entry,
            pieces: vec![content],
            sum: None,
        }
    }
}

/// A format: where its members are.
pub(super) trait Walk: Send {
    /// Goes to the next member. The number of members is finite for any bytes.
    ///
    /// # Errors
    /// Those of the source, and what ends the archive too early.
    fn next(&mut self, source: &mut Source, gaps: &mut Gaps) -> io::Result<Option<Placed>>;
}

/// A container of such a format.
pub(super) struct Standing<W> {
    source: Source,
    /// None after the last member.
    walk: Option<W>,
    /// The content of the member that it is at.
    pieces: Vec<Range<u64>>,
    sum: Option<u32>,
    /// Where content of members is.
    taken: Vec<Range<u64>>,
    is_cut: bool,
    margins: Margins,
    gaps: Gaps,
}

impl<W: Walk> Standing<W> {
    pub(super) fn new(source: Source, walk: W) -> Standing<W> {
        Standing {
            source,
            walk: Some(walk),
            pieces: Vec::new(),
            sum: None,
            taken: Vec::new(),
            is_cut: false,
            margins: Margins::default(),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        if let Some(walk) = &mut self.walk {
            let next = walk.next(&mut self.source, &mut self.gaps);
            let next = next.unwrap_or_else(|error| {
                let (kind, reasons) = gap_of(error);
                self.gaps.add(kind, reasons);
                None
            });
            if let Some(placed) = next {
                if placed.entry.refused.is_none() {
                    placed.pieces.iter().for_each(|piece| self.take(piece));
                }
                (self.pieces, self.sum) = (placed.pieces, placed.sum);
                return Ok(Some(placed.entry));
            }
            self.walk = None;
            self.set_margins();
        }
        self.margins.next_entry(&mut self.source, &mut self.gaps)
    }

    /// Notes a stretch as one of a member.
    fn take(&mut self, piece: &Range<u64>) {
        if piece.is_empty() {
            return;
        }
        if let Some(last) = self.taken.last_mut()
            && (last.start..=last.end.saturating_add(APART_BYTES)).contains(&piece.start)
        {
            last.end = last.end.max(piece.end);
        } else if self.taken.len() < STRETCHES_MAX {
            self.taken.push(piece.clone());
        } else {
            self.is_cut = true;
        }
    }

    /// What belongs to no member.
    fn set_margins(&mut self) {
        if self.is_cut {
            self.gaps
                .add(GapKind::OverLimit, Reason::ZipMarginsTooLarge);
            return;
        }
        let mut taken = std::mem::take(&mut self.taken);
        taken.sort_by_key(|piece| piece.start);
        let mut until = 0;
        for piece in taken {
            self.margins.add(until..piece.start.max(until));
            until = until.max(piece.end);
        }
        self.margins.add(until..self.source.len().max(until));
    }
}

impl<W: Walk> Container for Standing<W> {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        if self.walk.is_none() {
            return match self.margins.content(&mut self.source) {
                Some(content) => content,
                None => Box::new(io::empty()),
            };
        }
        Box::new(Content {
            source: &mut self.source,
            pieces: std::mem::take(&mut self.pieces).into_iter(),
            piece: 0..0,
            sum: self.sum.take(),
            found: 0,
        })
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

/// The content of a member.
struct Content<'s> {
    source: &'s mut Source,
    pieces: std::vec::IntoIter<Range<u64>>,
    /// What is left of the piece that it is at.
    piece: Range<u64>,
    /// The sum of all bytes that is stated, and that of those that were read.
    sum: Option<u32>,
    found: u32,
}

impl Read for Content<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        while self.piece.is_empty() {
            let Some(piece) = self.pieces.next() else {
                let is_wrong = self.sum.take().is_some_and(|sum| sum != self.found);
                let wrong = || gap_error(GapKind::Damaged, Reason::MemberChecksum);
                return if is_wrong { Err(wrong()) } else { Ok(0) };
            };
            self.piece = piece;
        }
        let left = self.piece.end - self.piece.start;
        self.source.go_to(self.piece.start)?;
        let read = self.source.by_ref().take(left).read(buf)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.piece.start += read as u64;
        if self.sum.is_some() {
            let bytes = buf[..read].iter().map(|byte| u32::from(*byte));
            self.found = bytes.fold(self.found, u32::wrapping_add);
        }
        Ok(read)
    }
}

/// Where the next sound header begins, from a place on. `mark` is what each has in it, so far behind its begin.
fn find_header(
    source: &mut Source,
    from: u64,
    (mark, behind): (&[u8], u64),
    is_sound: impl Fn(&mut Source, u64) -> io::Result<bool>,
) -> io::Result<Option<u64>> {
    const STEP: u64 = 1 << 20;
    let mut at = from.saturating_add(behind);
    while at < source.len() {
        let bytes = source.up_to(STEP, at)?;
        for found in memchr::memmem::find_iter(&bytes, mark) {
            let begin = at + found as u64 - behind;
            if begin >= from && is_sound(source, begin)? {
                return Ok(Some(begin));
            }
        }
        let overlap = mark.len() as u64 - 1;
        at += (bytes.len() as u64).saturating_sub(overlap).max(1);
    }
    Ok(None)
}

/// A number in digits, with blanks or zero bytes around it.
fn digits(field: &[u8], radix: u32) -> Option<u64> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let end = field.iter().rposition(|byte| !is_blank(byte))? + 1;
    let start = field.iter().position(|byte| !is_blank(byte))?;
    let text = std::str::from_utf8(&field[start..end]).ok()?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    u64::from_str_radix(text, radix).ok().filter(|_| is_plain)
}
