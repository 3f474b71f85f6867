//! The header of a file of age: its stanzas, each of which holds the key of the file for one recipient.

use std::io::Read;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use super::{FILE_KEY, TAG, VERSION};

/// The longest header, which holds a stanza of a few lines for each recipient.
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// The header up to its last line end, which is left out.
pub(super) fn read_header(input: &mut impl Read) -> Option<Vec<u8>> {
    let (mut header, mut byte) = (Vec::new(), [0]);
    while header.len() < HEADER_BYTES_MAX {
        input.read_exact(&mut byte).ok()?;
        if byte[0] == b'\n' {
            let line = header.rsplit(|byte| *byte == b'\n').next()?;
            if line.starts_with(b"--- ") {
                return Some(header);
            }
        }
        header.push(byte[0]);
    }
    None
}

/// The stanzas of X25519 in a header that ends with `---`.
pub(super) fn stanzas(header: &str) -> Option<Vec<([u8; 32], Vec<u8>)>> {
    let mut lines = header.lines();
    if lines.next()? != VERSION {
        return None;
    }
    let mut found = Vec::new();
    let mut line = lines.next()?;
    while line != "---" {
        let arguments: Vec<&str> = line.strip_prefix("-> ")?.split(' ').collect();
        let mut body = String::new();
        loop {
            let part = lines.next()?;
            body += part;
            // A line of 64 letters is followed by another of the same stanza.
            if part.len() < 64 {
                break;
            }
        }
        if let ["X25519", share] = arguments[..] {
            let share = BASE64_STANDARD_NO_PAD.decode(share).ok()?.try_into().ok()?;
            let body = BASE64_STANDARD_NO_PAD.decode(&body).ok()?;
            if body.len() != FILE_KEY + TAG {
                return None;
            }
            found.push((share, body));
        }
        line = lines.next()?;
    }
    Some(found)
}
