//! The ICC profile of a JPEG file, in segments APP2 of up to 64 KB each.
//!
//! Layout: ICC.1:2022, B.4. Each segment has its number, from 1, and how many there are.

use std::collections::BTreeMap;

use super::Samples;

const NAME: &[u8] = b"ICC_PROFILE\0";

/// The profile, where there is one whose segments are all there, and what it is of.
pub(in crate::media) fn profile(bytes: &[u8]) -> Option<(Vec<u8>, Samples)> {
    let mut parts: BTreeMap<u8, &[u8]> = BTreeMap::new();
    let mut count = None;
    let mut samples = Samples::GreyOrRgb;
    let mut rest = bytes.get(2..)?;
    loop {
        let (marker, after) = next_marker(rest)?;
        rest = after;
        match marker {
            // A scan, or the end: what stands behind is not read by viewers before they show the picture.
            0xDA | 0xD9 => break,
            0x01 | 0xD0..=0xD8 => continue,
            _ => {}
        }
        let (length, _) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let content = rest.get(2..length)?;
        rest = &rest[length..];
        match marker {
            0xE2 => {
                if let Some([number, of, part @ ..]) = content.strip_prefix(NAME) {
                    let fits = *count.get_or_insert(*of) == *of && *number > 0;
                    // Viewers leave a profile alone whose segments contradict each other.
                    if !fits || parts.insert(*number, part).is_some() {
                        return None;
                    }
                }
            }
            // Any frame but the markers of tables in between.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) && content.get(5) == Some(&4) => {
                samples = Samples::Inks;
            }
            _ => {}
        }
    }
    let is_whole = parts.len() == usize::from(count?) && *parts.last_key_value()?.0 == count?;
    let profile: Vec<&[u8]> = parts.into_values().collect();
    is_whole.then(|| (profile.concat(), samples))
}

/// The next marker, and what stands behind it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let start = memchr::memchr(0xFF, bytes)?;
    let fill = bytes[start..]
        .iter()
        .take_while(|&&byte| byte == 0xFF)
        .count();
    let (marker, rest) = bytes[start + fill..].split_first()?;
    if *marker == 0 {
        return next_marker(rest);
    }
    Some((*marker, rest))
}
