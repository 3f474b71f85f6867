//! Files of every layout, written here.

mod layouts;
mod pages;
mod writer;

use std::io::{Cursor, Write};

use image::{ImageFormat, Luma};

use crate::media::{Decoded, Frame, Limits, PartialCause, Pixels, decode};
use crate::{Error, Result};

use writer::*;

const WIDTH: usize = 37;

const HEIGHT: usize = 29;

/// The samples of each picture, and what was decoded.
fn pictures(bytes: &[u8]) -> (Vec<Vec<u8>>, Result<Decoded>) {
    let mut pictures = Vec::new();
    let decoded = decode(bytes, &Limits::default(), |frame: Frame| {
        let (Pixels::Rgb8(found) | Pixels::Luma8(found)) = frame.picture.pixels() else {
            unreachable!("every pixel is decoded")
        };
        pictures.push(found.to_vec());
    });
    (pictures, decoded)
}

/// The only picture of a sound file.
fn picture(bytes: &[u8]) -> Vec<u8> {
    let (mut pictures, decoded) = pictures(bytes);
    let decoded = decoded.unwrap();
    assert_eq!((decoded.frames, decoded.partial), (1, None));
    pictures.remove(0)
}

fn sample(x: usize, y: usize, channel: usize) -> u8 {
    (x * 5 + y * 3 + channel * 71 + x * y / 9) as u8
}

/// What stands in a rectangle of the picture, with 8 or 16 bits a sample; beyond the edge, zeros.
fn rectangle(
    (left, top): (usize, usize),
    (width, height): (usize, usize),
    channels: &[usize],
    (bytes, big_endian): (usize, bool),
    predicted: bool,
) -> Vec<u8> {
    let mut all = Vec::new();
    for y in top..top + height {
        let value = |x: usize, channel: usize| {
            let inside = x < WIDTH && y < HEIGHT;
            let upper = if inside { sample(x, y, channel) } else { 0 };
            // The lower byte changes too.
            u16::from(upper) << 8 | (x * 50 % 256) as u16
        };
        for x in left..left + width {
            for &channel in channels {
                let before = if predicted && x > left {
                    value(x - 1, channel)
                } else {
                    0
                };
                if bytes == 1 {
                    all.push((value(x, channel) >> 8).wrapping_sub(before >> 8) as u8);
                } else {
                    let stored = value(x, channel).wrapping_sub(before);
                    all.extend(if big_endian {
                        stored.to_be_bytes()
                    } else {
                        stored.to_le_bytes()
                    });
                }
            }
        }
    }
    all
}

fn compressed(number: u32, bytes: Vec<u8>) -> Vec<u8> {
    match number {
        5 => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            .encode(&bytes)
            .unwrap(),
        8 => {
            let level = flate2::Compression::fast();
            let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), level);
            packed.write_all(&bytes).unwrap();
            packed.finish().unwrap()
        }
        32_773 => {
            let run = |run: &[u8]| [&[run.len() as u8 - 1], run].concat();
            bytes.chunks(100).flat_map(run).collect()
        }
        _ => bytes,
    }
}
