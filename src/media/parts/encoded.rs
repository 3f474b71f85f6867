//! Pictures that are written as text in a file. XMP holds thumbnails and phones hold whole pictures in base64 (RFC
//! 4648). ImageMagick writes profiles into PNG in hexadecimal digits.
//!
//! A run of digits is decoded whatever stands around it. What comes before the picture may shift the digits against each other.
//! So each way to group them is tried.

use super::{Collector, exif};

/// Runs of fewer digits hold no picture.
const RUN_MIN: usize = 128;

/// How many times a text may be written as text.
const DEPTH_MAX: u32 = 2;

/// What is not a digit of base64.
const NONE: u8 = 64;

/// The values of the digits, those of the alphabet for URLs included.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < digits.len() {
        values[digits[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};

/// Adds the pictures that are written as text in some bytes.
pub(super) fn collect(bytes: &[u8], place: &str, collector: &mut Collector) {
    if collector.depth >= DEPTH_MAX {
        return;
    }
    collector.depth += 1;
    let (mut at, mut digits) = (0, Vec::new());
    while let Some(found) = bytes.get(at..).and_then(first_digit) {
        digits.clear();
        let start = at + found;
        // The first digit may be written in another way.
        let is_escaped = found > 0 && bytes[start - 1] == b'%';
        at = read_run(bytes, start - usize::from(is_escaped), &mut digits).max(start + 1);
        if digits.len() >= RUN_MIN {
            collect_run(&digits, place, collector);
        }
    }
    collector.depth -= 1;
}

fn first_digit(bytes: &[u8]) -> Option<usize> {
    bytes
        .iter()
        .position(|byte| VALUES[usize::from(*byte)] != NONE)
}

/// Reads the digits from a place on; where the run ends.
fn read_run(bytes: &[u8], from: usize, digits: &mut Vec<u8>) -> usize {
    let (mut at, mut after_zero) = (from, false);
    while let Some(&byte) = bytes.get(at) {
        if VALUES[usize::from(byte)] != NONE {
            digits.push(byte);
            (at, after_zero) = (at + 1, false);
            continue;
        }
        let Some((digit, len)) = between(&bytes[at..]) else {
            break;
        };
        // The second byte of a character of UTF-16.
        if byte == 0 && std::mem::replace(&mut after_zero, true) {
            break;
        }
        digits.extend(digit);
        at += len;
    }
    at
}

/// What may stand within a run: blanks, and what XML, JSON and URLs write instead of a character. The digit that it stands
/// for, and its length.
fn between(bytes: &[u8]) -> Option<(Option<u8>, usize)> {
    match bytes {
        [b' ' | b'\t' | b'\r' | b'\n' | 0, ..] => Some((None, 1)),
        [b'\\', b'/', ..] => Some((Some(b'/'), 2)),
        [b'\\', b'n' | b'r' | b't', ..] => Some((None, 2)),
        // Quoted-printable (RFC 2045, 6.7).
        [b'=', b'\r', b'\n', ..] => Some((None, 3)),
        [b'=', b'\n', ..] => Some((None, 2)),
        [b'%', high, low, ..] => {
            let digit = [*high, *low].map(|digit| char::from(digit).to_digit(16));
            let [Some(high), Some(low)] = digit else {
                return None;
            };
            match (high << 4 | low) as u8 {
                digit @ (b'+' | b'/') => Some((Some(digit), 3)),
                b' ' | b'\r' | b'\n' => Some((None, 3)),
                _ => None,
            }
        }
        [b'&', b'#', rest @ ..] => {
            let len = rest.iter().take(5).position(|byte| *byte == b';')?;
            matches!(
                &rest[..len],
                b"10" | b"13" | b"9" | b"xA" | b"xa" | b"xD" | b"xd" | b"x9"
            )
            .then_some((None, len + 3))
        }
        _ => None,
    }
}

fn collect_run(digits: &[u8], place: &str, collector: &mut Collector) {
    let mut rest = digits;
    let mut plain = 0;
    while let Some(begin) = rest.iter().position(u8::is_ascii_hexdigit) {
        let len = rest[begin..]
            .iter()
            .take_while(|digit| digit.is_ascii_hexdigit())
            .count();
        if len >= 2 * RUN_MIN {
            let run = &rest[begin..begin + len];
            let place = format!("{place}-hex");
            (0..2).any(|skipped| search(&from_hex(&run[skipped..]), &place, collector));
        } else {
            plain += len;
        }
        plain += begin;
        rest = &rest[begin + len..];
    }
    if plain + rest.len() >= RUN_MIN {
        let place = format!("{place}-base64");
        (0..4).any(|skipped| search(&from_base64(&digits[skipped..]), &place, collector));
    }
}

/// Searches what was decoded; whether anything is in it.
fn search(bytes: &[u8], place: &str, collector: &mut Collector) -> bool {
    let before = collector.parts.len();
    // The directories of Exif are no picture: what is in them is.
    match memchr::memmem::find(&bytes[..bytes.len().min(256)], b"Exif\0\0") {
        Some(at) => exif::collect_owned(&bytes[at + 6..], place, collector),
        None => collector.search_owned(place, bytes),
    }
    collector.parts.len() > before
}

fn from_hex(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| value(pair[0]) << 4 | value(pair[1]))
        .collect()
}

fn from_base64(digits: &[u8]) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(digits.len() * 3 / 4), 0u32, 0);
    for digit in digits {
        bits = bits << 6 | u32::from(VALUES[usize::from(*digit)]);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
