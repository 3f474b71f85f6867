//! The boxes of a HEIF file, so that the library that reads them meets sound ones.
//!
//! Phones append data of their own behind the last box, and transfers cut files short. Neither is a reason to read nothing.
//! Layout: ISO/IEC 14496-12, 4.2.

use std::borrow::Cow;

use heifer_isobmff::BoxIter;

use super::item::{damaged, within};
use crate::Error;
use crate::error::{Limit, Reason};
use crate::media::progress::Refusal;

/// The most bytes that describe a file's pictures. 200 megapixels in tiles take 40 KB; beyond, looking items up by
/// number would take too long.
const DESCRIPTION: u64 = 256 << 10;

/// The most descriptions of pictures that are read.
const DESCRIPTIONS_MAX: usize = 4;

/// A box at the top of a file.
struct TopBox {
    kind: [u8; 4],
    start: usize,
    content: usize,
}

/// The sound boxes of a file, and where they end.
fn parts(bytes: &[u8]) -> (Vec<TopBox>, usize) {
    let mut end = 0;
    let parts = BoxIter::new(bytes).map_while(Result::ok).map(|part| {
        end = part.offset + part.header.header_size as usize + part.content.len();
        TopBox {
            kind: part.header.box_type.0,
            start: part.offset,
            content: part.content.len(),
        }
    });
    let parts = parts.collect();
    (parts, end)
}

/// How many descriptions of pictures there are.
///
/// # Errors
/// [`Error::OverLimit`] for too many or too long ones, [`Error::Unsupported`] for a file of a sequence alone.
pub(super) fn descriptions(bytes: &[u8]) -> Result<usize, Refusal> {
    let (parts, _) = parts(bytes);
    let metas = parts.iter().filter(|part| part.kind == *b"meta");
    let mut count = 0;
    for part in metas {
        within(Limit::DescriptionBytes, part.content, DESCRIPTION)?;
        count += 1;
    }
    within(Limit::Descriptions, count, DESCRIPTIONS_MAX as u64)?;
    if count == 0 {
        let is_sequence = parts.iter().any(|part| part.kind == *b"moov");
        return Err(if is_sequence {
            Error::Unsupported(Reason::HeifSequenceAlone).into()
        } else {
            damaged(Reason::HeifWithoutDescription)
        });
    }
    Ok(count)
}

/// The file with sound boxes alone and one description of pictures, all bytes of pictures at their places.
pub(super) fn readable(bytes: &[u8], description: usize) -> Cow<'_, [u8]> {
    let (parts, end) = parts(bytes);
    let metas = parts.iter().filter(|part| part.kind == *b"meta");
    let others: Vec<usize> = metas
        .enumerate()
        .filter_map(|(i, part)| (i != description).then_some(part.start))
        .collect();
    let rest = &bytes[end..];
    if others.is_empty() && rest.len() < 8 {
        // Too short for a box.
        return Cow::Borrowed(&bytes[..end]);
    }
    let mut changed = bytes.to_vec();
    for start in others {
        changed[start + 4..start + 8].copy_from_slice(b"skip");
    }
    if rest.len() < 8 {
        changed.truncate(end);
    } else {
        // A box that goes on to the end of the file.
        changed[end..end + 8].copy_from_slice(b"\0\0\0\0skip");
    }
    Cow::Owned(changed)
}

/// What is wrong with a file whose data of pictures is cut off.
pub(super) fn cut_off(bytes: &[u8]) -> Option<Error> {
    let (_, end) = parts(bytes);
    let kind = bytes[end..].get(4..8)?;
    (kind == b"mdat").then_some(Error::Damaged(Reason::HeifDataCut))
}
