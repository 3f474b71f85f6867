//! Whether a JPEG file is all there.
//!
//! Decoders fill what is missing with grey and report success, so the end is looked for here.

/// Whether the last scan is closed by an end-of-image marker (ITU-T T.81, annex B).
///
/// Markers inside segments, such as the end of an embedded thumbnail, do not count.
pub(in crate::media) fn is_complete(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some(marker) = next_marker(bytes, &mut at) else {
            return false;
        };
        match marker {
            0xD9 => return true,
            // Standalone markers: no length follows.
            0x01 | 0xD0..=0xD8 => {}
            _ => {
                let Some(length) = bytes.get(at..at + 2) else {
                    return false;
                };
                at += usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
            }
        }
    }
}

/// Moves past the next marker and gives its code. Entropy-coded data holds no marker but restarts: a 0xFF in it is
/// followed by a stuffed zero.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        *at += bytes.get(*at..)?.iter().position(|&byte| byte == 0xFF)? + 1;
        match *bytes.get(*at)? {
            0x00 | 0xFF => {}
            code => {
                *at += 1;
                return Some(code);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_the_picture_itself_counts() {
        let whole = b"\xFF\xD8\xFF\xE1\x00\x08thm\xFF\xD9\x00\xFF\xDA\x00\x02data\xFF\x00\xFF\xD0data\xFF\xD9";
        assert!(is_complete(whole));
        for end in 0..whole.len() {
            assert!(!is_complete(&whole[..end]), "cut at {end}");
        }
        assert!(is_complete(&[whole.as_slice(), b"appended"].concat()));
    }
}
