//! The filters of PDF (ISO 32000-1, 7.4): what undoes them to bytes, within a limit.

use std::io::Read as _;

use super::object::{Dictionary, Object};

/// What a stream was unpacked to.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// There is more than is allowed, or it is broken at the end.
    pub(super) is_over: bool,
    pub(super) is_broken: bool,
}

/// Undoes one filter, to at most so many bytes. None where the filter is one of pictures or of no known name.
pub(super) fn undo(
    name: &[u8],
    parameters: &Dictionary,
    data: &[u8],
    most: usize,
) -> Option<Unpacked> {
    let unpacked = match name {
        b"FlateDecode" | b"Fl" => flate(data, most),
        b"LZWDecode" | b"LZW" => lzw(data, number(parameters, b"EarlyChange", 1) != 0, most),
        b"ASCIIHexDecode" | b"AHx" => ascii_hex(data, most),
        b"ASCII85Decode" | b"A85" => ascii_85(data, most),
        b"RunLengthDecode" | b"RL" => run_length(data, most),
        _ => return None,
    };
    Some(unpredict(unpacked, parameters))
}

pub(super) fn number(from: &Dictionary, name: &[u8], default: i64) -> i64 {
    match from.get(&[name]) {
        Some(Object::Number(number)) => *number,
        _ => default,
    }
}

fn flate(data: &[u8], most: usize) -> Unpacked {
    let mut unpacked = Unpacked::default();
    let zlib = flate2::read::ZlibDecoder::new(data);
    let read = zlib.take(most as u64 + 1).read_to_end(&mut unpacked.bytes);
    unpacked.is_broken = read.is_err();
    // The header may be missing or wrong.
    if unpacked.bytes.is_empty() && data.len() > 2 {
        let bare = flate2::read::DeflateDecoder::new(&data[2..]);
        let _ = bare.take(most as u64 + 1).read_to_end(&mut unpacked.bytes);
    }
    cut(unpacked, most)
}

fn cut(mut unpacked: Unpacked, most: usize) -> Unpacked {
    unpacked.is_over = unpacked.bytes.len() > most;
    unpacked.bytes.truncate(most);
    unpacked
}

fn lzw(mut data: &[u8], is_early: bool, most: usize) -> Unpacked {
    use weezl::{BitOrder, LzwStatus, decode::Decoder};
    let mut decoder = if is_early {
        Decoder::with_tiff_size_switch(BitOrder::Msb, 8)
    } else {
        Decoder::new(BitOrder::Msb, 8)
    };
    let mut unpacked = Unpacked::default();
    let mut buffer = vec![0; 1 << 15];
    while unpacked.bytes.len() <= most {
        let step = decoder.decode_bytes(data, &mut buffer);
        unpacked.bytes.extend(&buffer[..step.consumed_out]);
        data = &data[step.consumed_in..];
        match step.status {
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::Done) => break,
            Ok(LzwStatus::NoProgress) | Err(_) => {
                unpacked.is_broken = true;
                break;
            }
        }
    }
    cut(unpacked, most)
}

fn ascii_hex(data: &[u8], most: usize) -> Unpacked {
    let end = memchr::memchr(b'>', data).unwrap_or(data.len());
    let digits = data[..end].iter();
    let digits = digits.filter_map(|digit| char::from(*digit).to_digit(16));
    let mut unpacked = Unpacked::default();
    let mut high = None;
    for digit in digits {
        match high.take() {
            None => high = Some(digit),
            Some(high) => unpacked.bytes.push((high << 4 | digit) as u8),
        }
        if unpacked.bytes.len() > most {
            break;
        }
    }
    unpacked.bytes.extend(high.map(|high| (high << 4) as u8));
    cut(unpacked, most)
}

fn ascii_85(data: &[u8], most: usize) -> Unpacked {
    let (mut unpacked, mut group, mut count) = (Unpacked::default(), 0u64, 0);
    for &byte in data {
        match byte {
            b'z' if count == 0 => unpacked.bytes.extend([0; 4]),
            b'!'..=b'u' => {
                group = group * 85 + u64::from(byte - b'!');
                count += 1;
                if count == 5 {
                    unpacked.bytes.extend((group as u32).to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b'~' => break,
            _ => {}
        }
        if unpacked.bytes.len() > most {
            break;
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group * 85 + 84;
        }
        unpacked
            .bytes
            .extend(&(group as u32).to_be_bytes()[..count - 1]);
    }
    cut(unpacked, most)
}

fn run_length(mut data: &[u8], most: usize) -> Unpacked {
    let mut unpacked = Unpacked::default();
    while let Some((&length, rest)) = data.split_first() {
        if length == 128 || unpacked.bytes.len() > most {
            break;
        }
        if length < 128 {
            let run = rest.len().min(usize::from(length) + 1);
            unpacked.bytes.extend(&rest[..run]);
            data = &rest[run..];
        } else if let Some((&byte, rest)) = rest.split_first() {
            let until = unpacked.bytes.len() + 257 - usize::from(length);
            unpacked.bytes.resize(until, byte);
            data = rest;
        } else {
            break;
        }
    }
    cut(unpacked, most)
}

/// Undoes the prediction of rows (7.4.4.4), which makes no more bytes of them.
fn unpredict(unpacked: Unpacked, parameters: &Dictionary) -> Unpacked {
    let predictor = number(parameters, b"Predictor", 1);
    if predictor < 2 {
        return unpacked;
    }
    let positive = |name: &[u8], default: i64, most: i64| {
        number(parameters, name, default).clamp(1, most) as usize
    };
    let colors = positive(b"Colors", 1, 32);
    let bits = positive(b"BitsPerComponent", 8, 16);
    let columns = positive(b"Columns", 1, 1 << 24);
    // A row that is longer than all there is takes no memory.
    let row = (colors * bits * columns).div_ceil(8);
    let row = row.min(unpacked.bytes.len().max(1));
    let pixel = (colors * bits).div_ceil(8);
    let bytes = if predictor == 2 {
        of_tiff(unpacked.bytes, (row, colors, bits))
    } else {
        of_png(&unpacked.bytes, row, pixel)
    };
    Unpacked { bytes, ..unpacked }
}

fn of_tiff(mut bytes: Vec<u8>, (row, colors, bits): (usize, usize, usize)) -> Vec<u8> {
    for row in bytes.chunks_mut(row) {
        match bits {
            8 => {
                for at in colors..row.len() {
                    row[at] = row[at].wrapping_add(row[at - colors]);
                }
            }
            16 => {
                for at in (2 * colors..row.len().saturating_sub(1)).step_by(2) {
                    let sample = |at: usize| u16::from_be_bytes([row[at], row[at + 1]]);
                    let sum = sample(at).wrapping_add(sample(at - 2 * colors));
                    row[at..at + 2].copy_from_slice(&sum.to_be_bytes());
                }
            }
            bits => of_tiff_bits(row, colors, bits),
        }
    }
    bytes
}

/// Samples of less than a byte.
fn of_tiff_bits(row: &mut [u8], colors: usize, bits: usize) {
    let most = (1u32 << bits) - 1;
    let mut before = vec![0; colors];
    let samples = row.len() * 8 / bits;
    for sample in 0..samples {
        let (mut value, at) = (0, sample * bits);
        for bit in at..at + bits {
            value = value << 1 | u32::from(row[bit / 8] >> (7 - bit % 8) & 1);
        }
        let sum = (value + before[sample % colors]) & most;
        before[sample % colors] = sum;
        for (place, bit) in (at..at + bits).enumerate() {
            let one = (sum >> (bits - 1 - place) & 1) as u8;
            let mask = 1 << (7 - bit % 8);
            row[bit / 8] = row[bit / 8] & !mask | one << (7 - bit % 8);
        }
    }
}

/// Each row has its own filter (PNG, 9.2).
fn of_png(bytes: &[u8], row: usize, pixel: usize) -> Vec<u8> {
    let mut all = Vec::with_capacity(bytes.len());
    let mut above = vec![0; row];
    for packed in bytes.chunks(row + 1) {
        let (filter, packed) = (packed[0], &packed[1..]);
        let mut current = vec![0; row];
        for (at, &byte) in packed.iter().enumerate() {
            let left = if at >= pixel { current[at - pixel] } else { 0 };
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let up = above[at];
            let predicted = match filter {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            current[at] = byte.wrapping_add(predicted);
        }
        all.extend(&current[..packed.len()]);
        above = current;
    }
    all
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i32::from);
    let estimate = a + b - c;
    let [to_a, to_b, to_c] = [a, b, c].map(|value| (estimate - value).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(name: &[u8], data: &[u8]) -> Vec<u8> {
        undo(name, &Dictionary::default(), data, 100).unwrap().bytes
    }

    #[test]
    fn filters_are_undone_as_iso_32000_says() {
        assert_eq!(undone(b"ASCIIHexDecode", b"68 656C 6c6F7>ff"), b"hellop");
        assert_eq!(undone(b"ASCII85Decode", b"BOu!r z\nDZ~>"), b"hell\0\0\0\0o");
        assert_eq!(
            undone(b"RunLengthDecode", b"\x01he\xFFl\x00o\x80x"),
            b"hello"
        );
        // The example of 7.4.4.2.
        let lzw = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(
            undone(b"LZWDecode", &lzw),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
        assert!(undo(b"DCTDecode", &Dictionary::default(), b"", 1).is_none());
    }

    #[test]
    fn nothing_unpacks_to_more_than_it_may() {
        for (name, data) in [
            (&b"RunLengthDecode"[..], b"\x81a".repeat(1000)),
            (b"ASCII85Decode", b"z".repeat(1000)),
            (b"ASCIIHexDecode", b"0".repeat(10_000)),
        ] {
            let unpacked = undo(name, &Dictionary::default(), &data, 100).unwrap();
            assert!(unpacked.is_over && unpacked.bytes.len() == 100);
        }
    }

    #[test]
    fn rows_are_what_they_were_before_they_were_predicted() {
        // Three samples of four bits: 1, 3, 2, as differences from the left.
        assert_eq!(of_tiff(vec![0x12, 0xF0], (2, 1, 4)), [0x13, 0x22]);
        assert_eq!(of_tiff(vec![1, 2, 3, 4], (4, 2, 8)), [1, 2, 4, 6]);
        assert_eq!(of_tiff(vec![0, 255, 0, 1], (4, 1, 16)), [0, 255, 1, 0]);
        let rows = [0, 1, 2, 1, 1, 1, 2, 5, 5, 3, 2, 2, 4, 1, 1];
        assert_eq!(of_png(&rows, 2, 1), [1, 2, 1, 2, 6, 7, 5, 8, 6, 9]);
    }
}
