//! What an AVIF file says of its colours. The program that decodes it does not apply that.
//!
//! Layout: ISO/IEC 14496-12, 12.1.5. Boxes are found by their names: whatever box they stand in, some viewer may read them.

use std::sync::Arc;

use super::{Management, Samples, of_code_points, of_icc, together};

/// The most boxes that are read of one file: some for each item.
const BOXES: usize = 64;

/// What the file has viewers do to the colours of its pictures.
pub(in crate::media) fn management(bytes: &[u8]) -> Option<Arc<Management>> {
    let places = memchr::memmem::find_iter(bytes, b"colr").take(BOXES);
    let sayings: Vec<_> = places.map(|place| of_box(bytes, place)).collect();
    together(&sayings)
}

/// What the box says whose name stands at this place.
fn of_box(bytes: &[u8], place: usize) -> Option<Arc<Management>> {
    let start = place.checked_sub(4)?;
    let (length, _) = bytes[start..].split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let content = bytes.get(place + 4..start.checked_add(length)?)?;
    let (kind, content) = content.split_first_chunk::<4>()?;
    match (kind, content) {
        (b"prof" | b"rICC", profile) => of_icc(profile, Samples::GreyOrRgb),
        (b"nclx", [0, primaries, 0, transfer, ..]) => of_code_points(*primaries, *transfer),
        _ => None,
    }
}
