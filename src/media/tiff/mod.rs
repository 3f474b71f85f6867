//! The pages of a TIFF file.
//!
//! The decoder reads the first page alone; a page further on is read by letting the header point at it. Layout: TIFF
//! 6.0, section 2, and the BigTIFF design.

mod colors;

use std::collections::BTreeSet;

use image::codecs::tiff::TiffDecoder;

use super::clock::Timed;
use super::progress::{Progress, Refusal};
use super::still;
use colors::Page;

/// Hands every page on, until the file or the limits end.
pub(super) fn each_page(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let (pages, more) = pages(bytes, progress.limits.frames);
    let file = Timed::new(bytes, progress.clock);
    page(file.clone(), progress)?;
    for &offset in pages.iter().skip(1) {
        let head = pointing_at(offset, bytes);
        let replaced = head.len();
        page(file.clone().with_head(head, replaced), progress)?;
    }
    progress.decoded.capped |= more;
    Ok(())
}

fn page(file: Timed<'_>, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    // What is wrong with a file that cannot be opened, `image` says.
    match Page::new(file.clone(), progress.memory().get()) {
        Ok(Some(page)) => still::one_twice(page, progress),
        _ => still::one_twice(TiffDecoder::new(file)?, progress),
    }
}

/// The offsets of the pages (image file directories), in order, at most `limit` of them and each at most once, and
/// whether the chain goes on beyond the limit.
fn pages(bytes: &[u8], limit: u32) -> (Vec<u64>, bool) {
    let Some(layout) = Layout::read(bytes) else {
        return (Vec::new(), false);
    };
    let (mut pages, mut seen) = (Vec::new(), BTreeSet::new());
    let mut next = layout.number(bytes, layout.first_at(), layout.offset_bytes());
    while let Some(offset) = next.filter(|&offset| offset != 0 && seen.insert(offset)) {
        if pages.len() as u64 == u64::from(limit) {
            return (pages, true);
        }
        pages.push(offset);
        next = layout.after(bytes, offset);
    }
    (pages, false)
}

/// The header of the file (its first bytes), pointing at another page.
fn pointing_at(page: u64, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes[..bytes.len().min(HEADER)].to_vec();
    let Some(layout) = Layout::read(&bytes) else {
        return bytes;
    };
    let width = layout.offset_bytes();
    let number = if layout.big_endian {
        page.to_be_bytes()[8 - width..].to_vec()
    } else {
        page.to_le_bytes()[..width].to_vec()
    };
    if let Some(field) = bytes.get_mut(layout.first_at()..layout.first_at() + width) {
        field.copy_from_slice(&number);
    }
    bytes
}

/// The length of the longest header, that of BigTIFF.
const HEADER: usize = 16;

/// The two things that vary between TIFF files.
#[derive(Clone, Copy)]
struct Layout {
    big_endian: bool,
    big_tiff: bool,
}

impl Layout {
    fn read(bytes: &[u8]) -> Option<Layout> {
        match bytes {
            [b'I', b'I', version, 0, ..] => Some(Layout {
                big_endian: false,
                big_tiff: *version == 43,
            }),
            [b'M', b'M', 0, version, ..] => Some(Layout {
                big_endian: true,
                big_tiff: *version == 43,
            }),
            _ => None,
        }
    }

    /// Where the header says where the first page is.
    fn first_at(self) -> usize {
        if self.big_tiff { 8 } else { 4 }
    }

    fn offset_bytes(self) -> usize {
        if self.big_tiff { 8 } else { 4 }
    }

    /// The page after the one at `offset`: behind a count and that many fields.
    fn after(self, bytes: &[u8], offset: u64) -> Option<u64> {
        let (count_bytes, field_bytes) = if self.big_tiff { (8, 20) } else { (2, 12) };
        let offset = usize::try_from(offset).ok()?;
        let count = usize::try_from(self.number(bytes, offset, count_bytes)?).ok()?;
        let end = count.checked_mul(field_bytes)?.checked_add(count_bytes)?;
        self.number(bytes, offset.checked_add(end)?, self.offset_bytes())
    }

    fn number(self, bytes: &[u8], at: usize, width: usize) -> Option<u64> {
        let field = bytes.get(at..at.checked_add(width)?)?;
        let digit = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        Some(if self.big_endian {
            field.iter().fold(0, digit)
        } else {
            field.iter().rev().fold(0, digit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_lead_in_a_circle_end() {
        // Header, then an empty directory at 8 whose successor is itself.
        let circle = b"II\x2a\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00";
        assert_eq!(pages(circle, 10), (vec![8], false));
        assert_eq!(
            pages(b"MM\x00\x2a\xff\xff\xff\xff", 10),
            (vec![0xffff_ffff], false)
        );
        assert_eq!(pages(b"II", 10), (vec![], false));
    }
}
