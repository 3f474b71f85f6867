//! Whether a JPEG file is all there, by its markers.
//!
//! Decoders fill what is missing with grey and report success, so the end is looked for here.

/// Whether the last scan is closed by an end-of-image marker (ITU-T T.81, annex B).
///
/// Markers inside segments, such as the end of an embedded thumbnail, do not count.
pub(in crate::media) fn is_complete(bytes: &[u8]) -> bool {
    markers(bytes).any(|marker| marker == 0xD9)
}

/// Whether the picture is sent in several scans, each a part of every coefficient: whoever decodes that wholly has to hold
/// all coefficients.
pub(in crate::media) fn is_progressive(bytes: &[u8]) -> bool {
    markers(bytes)
        .take_while(|&marker| marker != 0xDA)
        .any(|marker| matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE))
}

/// The markers of a file, but for those inside segments.
fn markers(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let mut at = 2;
    std::iter::from_fn(move || {
        let marker = next_marker(bytes, &mut at)?;
        // Standalone markers: no length follows.
        if !matches!(marker, 0x01 | 0xD0..=0xD9) {
            let length = bytes.get(at..at + 2)?;
            at += usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
        }
        Some(marker)
    })
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
