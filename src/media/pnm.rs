//! The pictures of a Netpbm file, which may hold any number of them, one behind the other.
//!
//! The library reads one picture and leaves open where it ends, so the length of its samples is computed here. Source: the
//! manual pages pbm, pgm, ppm and pam of Netpbm.

use std::io::Seek;

use image::codecs::pnm::{PnmDecoder, PnmHeader, PnmSubtype, SampleEncoding};

use super::clock::Timed;
use super::progress::{Progress, Refusal};
use super::{Format, still};

/// Hands every picture on.
pub(super) fn each_picture(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let mut rest = bytes;
    while Format::sniff(rest) == Some(Format::Pnm) && !progress.decoded.capped {
        let file = Timed::new(rest, progress.clock);
        let header = match PnmDecoder::new(file.clone()) {
            Ok(decoder) => decoder.into_inner(),
            Err(error) => {
                progress.miss(error);
                break;
            }
        };
        progress.attempt(|progress| still::one_twice(PnmDecoder::new(file)?, progress))?;
        let (mut reader, header) = header;
        let at = reader.stream_position().unwrap_or(u64::MAX);
        let samples = usize::try_from(at).ok().and_then(|at| rest.get(at..));
        let Some(samples) = samples else {
            break;
        };
        let end = end_of_samples(&header, samples);
        // Writers of lines end the last one too.
        rest = samples.get(end..).unwrap_or_default().trim_ascii_start();
    }
    Ok(())
}

/// How many bytes the samples take; all that there are where not all are there.
fn end_of_samples(header: &PnmHeader, samples: &[u8]) -> usize {
    let [width, height] = [header.width(), header.height()].map(u64::from);
    let channels = match header.subtype() {
        PnmSubtype::Bitmap(_) | PnmSubtype::Graymap(_) => 1,
        PnmSubtype::Pixmap(_) => 3,
        PnmSubtype::ArbitraryMap => header
            .as_arbitrary()
            .map_or(1, |header| header.depth.into()),
    };
    let count = (width * height).saturating_mul(channels);
    let bytes = match header.subtype() {
        PnmSubtype::Bitmap(SampleEncoding::Binary) => width.div_ceil(8).saturating_mul(height),
        PnmSubtype::Bitmap(SampleEncoding::Ascii) => {
            let digits = samples.iter().enumerate();
            let mut digits = digits.filter(|(_, byte)| matches!(byte, b'0' | b'1'));
            let last = usize::try_from(count)
                .unwrap_or(usize::MAX)
                .saturating_sub(1);
            return digits.nth(last).map_or(samples.len(), |(at, _)| at + 1);
        }
        subtype if subtype.sample_encoding() == SampleEncoding::Ascii => {
            return end_of_numbers(samples, count);
        }
        _ if header.maximal_sample() > 255 => count.saturating_mul(2),
        _ => count,
    };
    usize::try_from(bytes)
        .unwrap_or(usize::MAX)
        .min(samples.len())
}

/// Where so many numbers end.
fn end_of_numbers(text: &[u8], count: u64) -> usize {
    let mut found = 0;
    let mut in_number = false;
    for (at, byte) in text.iter().enumerate() {
        let is_space = byte.is_ascii_whitespace();
        if in_number && is_space {
            found += 1;
            if found == count {
                return at;
            }
        }
        in_number = !is_space;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use crate::media::{Limits, Pixels, decode};

    fn pictures(bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
        let mut pictures = Vec::new();
        let decoded = decode(bytes, &Limits::default(), |frame| {
            let (Pixels::Luma8(samples) | Pixels::Rgb8(samples)) = frame.picture.pixels() else {
                unreachable!("every pixel is decoded")
            };
            pictures.push(samples.to_vec());
        });
        (
            pictures,
            decoded.is_ok_and(|decoded| decoded.partial.is_none()),
        )
    }

    #[test]
    fn pictures_of_every_kind_follow_each_other() {
        let parts: [(&[u8], &[u8]); 8] = [
            (b"P1\n3 1\n010\n", &[255, 0, 255]),
            (b"P2 2 1 255 7\n9\n", &[7, 9]),
            (b"P3\n1 1\n255\n1 2 3\n", &[1, 2, 3]),
            (b"P4\n9 1\n\xAA\x80", &[0, 255, 0, 255, 0, 255, 0, 255, 0]),
            (b"P5\n# by hand\n2 1\n255\n\x20\x0A", &[32, 10]),
            (b"P5\n1 1\n65535\n\x12\x34", &[0x12]),
            (b"P6\n1 1\n255\nabc", b"abc"),
            (
                b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\nxyz",
                b"xyz",
            ),
        ];
        for (first, shown) in parts {
            for (second, behind) in parts {
                let file = [first, second].concat();
                let expected = vec![shown.to_vec(), behind.to_vec()];
                assert_eq!(pictures(&file), (expected, true), "{}", file.escape_ascii());
            }
        }
        let all: Vec<&[u8]> = parts.iter().map(|(bytes, _)| *bytes).collect();
        let all = all.concat();
        assert_eq!(pictures(&all).0.len(), parts.len());
        for cut in 0..all.len() {
            let _ = pictures(&all[..cut]);
        }
        // What is no picture ends the file.
        assert_eq!(pictures(b"P5\n1 1\n255\n\x07P5 is a format").0, [[7]]);
    }

    #[test]
    fn frames_of_one_file_are_counted() {
        let many = b"P5\n1 1\n255\n\x07".repeat(20);
        let limits = Limits {
            frames: 5,
            ..Limits::default()
        };
        let decoded = decode(&many, &limits, |_| {}).unwrap();
        assert_eq!((decoded.frames, decoded.capped), (5, true));
    }
}
