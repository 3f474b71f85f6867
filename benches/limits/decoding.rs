//! Decoding JPEG for PDQ against what its bits and blocks cost.
//!
//! A picture of one size has the same blocks at every quality, and more bits the higher it is. So the times by quality tell what
//! a byte costs, and what a block costs without any.

use std::hint::black_box;

use basma::media::{Limits, decode_luma};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use crate::fastest;
use crate::lists::Random;

const SIZES: [(&str, u32, u32); 3] = [
    ("0.5 MP", 816, 612),
    ("2 MP", 1632, 1224),
    ("12 MP", 4000, 3000),
];
const QUALITIES: [u8; 4] = [50, 75, 85, 95];
const PASSES: usize = 5;
/// Luma in blocks of 8 by 8, and as many of two components of colour: the encoder keeps colour at full size.
const BLOCKS_PER_PIXEL: f64 = 3.0 / 64.0;

/// One file: its bytes, its blocks, and the nanoseconds of decoding.
struct Sample {
    quality: u8,
    bytes: f64,
    blocks: f64,
    ns: f64,
}

pub(crate) fn print() {
    println!("| picture | quality | kB | bits a block | ms | ms by the model | MB/s |");
    println!("|---|---|---|---|---|---|---|");
    let mut costs = Vec::new();
    for (name, width, height) in SIZES {
        let picture = photograph(width, height);
        let samples = QUALITIES.map(|quality| sample(&picture, quality));
        let (byte, block) = fit(&samples);
        for Sample {
            quality,
            bytes,
            blocks,
            ns,
        } in &samples
        {
            println!(
                "| {name} | {quality} | {:.0} | {:.1} | {:.2} | {:.2} | {:.0} |",
                bytes / 1e3,
                bytes * 8.0 / blocks,
                ns / 1e6,
                (bytes * byte + blocks * block) / 1e6,
                bytes / ns * 1e3,
            );
        }
        costs.push((name, byte, block));
    }
    println!();
    for (name, byte, block) in costs {
        println!("{name}: a byte takes {byte:.2} ns, a block without any {block:.1} ns");
    }
}

fn sample(picture: &RgbImage, quality: u8) -> Sample {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .expect("an encoded picture");
    let ns = fastest(PASSES, || {
        let decoded = decode_luma(&bytes, &Limits::default(), |frame| drop(black_box(frame)));
        decoded.expect("a whole picture");
    });
    Sample {
        quality,
        bytes: bytes.len() as f64,
        blocks: f64::from(picture.width()) * f64::from(picture.height()) * BLOCKS_PER_PIXEL,
        ns,
    }
}

/// What a byte and a block cost, by least squares: all files have the same blocks, so it is a straight line.
fn fit(samples: &[Sample]) -> (f64, f64) {
    let count = samples.len() as f64;
    let mean = |value: fn(&Sample) -> f64| samples.iter().map(value).sum::<f64>() / count;
    let (bytes, ns) = (mean(|sample| sample.bytes), mean(|sample| sample.ns));
    let along: f64 = samples
        .iter()
        .map(|sample| (sample.bytes - bytes) * (sample.ns - ns))
        .sum();
    let square: f64 = samples
        .iter()
        .map(|sample| (sample.bytes - bytes).powi(2))
        .sum();
    let byte = along / square;
    (byte, (ns - byte * bytes) / samples[0].blocks)
}

/// Waves of several lengths, and noise.
fn photograph(width: u32, height: u32) -> RgbImage {
    let mut random = Random(0xdec0de);
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = |k: f32| ((u * k).sin() + (v * k * 1.3 + u * 5.0).cos()) * 30.0;
        let noise = (random.word() >> 60) as f32;
        let base = 128.0 + wave(7.0) + wave(23.0) * 0.7 + wave(61.0) * 0.4 + noise;
        Rgb([base, base * 0.9, 255.0 - base].map(|sample| sample as u8))
    })
}
