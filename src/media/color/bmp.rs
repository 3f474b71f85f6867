//! What a BMP file says of its colours, in the headers that Windows calls versions 4 and 5.
//!
//! Source: the headers `BITMAPV4HEADER` and `BITMAPV5HEADER`.

use std::sync::Arc;

use super::curves::of_gamma;
use super::{Management, Samples, of_icc};

/// How long the header of the file is, behind which that of the bitmap begins with its length.
const FILE_HEADER: usize = 14;
const VERSION_4: u32 = 108;
const VERSION_5: u32 = 124;

/// What the file has viewers do to its colours.
pub(in crate::media) fn management(bytes: &[u8]) -> Option<Arc<Management>> {
    let header = bytes.get(FILE_HEADER..)?;
    let length = number(header, 0)?;
    match (number(header, 56)?.to_be_bytes().as_slice(), length) {
        // Gamma of red, green and blue, in 65,536ths. Files that do not say any hold zeros.
        ([0, 0, 0, 0], VERSION_4..) => {
            let gamma = f64::from(number(header, 100)?) / 65_536.0;
            (gamma > 0.0).then(|| of_gamma(gamma, None)).flatten()
        }
        (b"MBED", VERSION_5..) => {
            let start = usize::try_from(number(header, 112)?).ok()?;
            let size = usize::try_from(number(header, 116)?).ok()?;
            let profile = header.get(start..)?;
            of_icc(&profile[..profile.len().min(size)], Samples::GreyOrRgb)
        }
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*field))
}
