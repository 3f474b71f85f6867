//! What a PNG file says of its colours: by code points, by a profile, and by gamma.
//!
//! The standard has the first of these count, and gamma only where the file is not said to be sRGB. But older viewers do not
//! know code points, and simple ones no profiles: each is judged by itself. Source: PNG, third edition, 4.3 and 11.3.2.
//! Browsers take primaries only together with gamma.

use std::io::Read as _;
use std::sync::Arc;

use super::curves::{Primaries, of_code_points, of_gamma};
use super::{Management, Samples, of_icc, together};

/// The most bytes of an unpacked profile that are looked at.
const PROFILE_BYTES: u64 = (16 << 20) + 1;

/// What the file has viewers do to its colours.
pub(in crate::media) fn management(bytes: &[u8]) -> Option<Arc<Management>> {
    let (mut code_points, mut profile) = (None, None);
    let (mut gamma, mut primaries) = (None, None);
    let mut rest = bytes.get(8..)?;
    while let Some((kind, content, after)) = next_chunk(rest) {
        rest = after;
        match kind {
            b"cICP" => {
                if let [primaries, transfer, 0, _] = *content {
                    code_points.get_or_insert((primaries, transfer));
                }
            }
            b"iCCP" if profile.is_none() => profile = unpacked(content),
            b"gAMA" => gamma = gamma.or_else(|| number(content, 0)),
            b"cHRM" => primaries = primaries.or_else(|| chromaticities(content)),
            // Chunks behind the pixels do not describe them.
            b"IDAT" | b"IEND" | b"fdAT" => break,
            _ => {}
        }
    }
    let gamma = gamma.filter(|&gamma| gamma > 0.0);
    together(&[
        code_points.and_then(|(primaries, transfer)| of_code_points(primaries, transfer)),
        profile.and_then(|profile| of_icc(&profile, Samples::GreyOrRgb)),
        gamma.and_then(|gamma| of_gamma(1.0 / gamma, primaries)),
    ])
}

/// The kind and content of the first chunk, and what follows it.
fn next_chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, rest) = rest.split_at_checked(length)?;
    Some((kind, content, rest.get(4..)?))
}

/// A profile: its name, a zero, the method 0, and zlib.
fn unpacked(content: &[u8]) -> Option<Vec<u8>> {
    let name = content.iter().position(|&byte| byte == 0)?;
    let packed = content.get(name + 2..)?;
    let mut profile = Vec::new();
    let unpacker = flate2::read::ZlibDecoder::new(packed);
    // What was unpacked before an error is judged: a profile that is cut short is broken.
    let _ = unpacker.take(PROFILE_BYTES).read_to_end(&mut profile);
    Some(profile)
}

/// Thousandths of a percent.
fn number(content: &[u8], place: usize) -> Option<f64> {
    let number = content.get(place * 4..)?.first_chunk()?;
    Some(f64::from(u32::from_be_bytes(*number)) / 100_000.0)
}

fn chromaticities(content: &[u8]) -> Option<Primaries> {
    let point = |place: usize| Some((number(content, place)?, number(content, place + 1)?));
    Some([point(0)?, point(2)?, point(4)?, point(6)?])
}
