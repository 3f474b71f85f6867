//! Pictures that are to lead a decoder astray which does not make the pixels.

use std::f64::consts::PI;

use image::{GrayImage, Luma};
use jpeg_encoder::{ColorType, Encoder};

use crate::writer::{Scan, Sketch, quantised, transform};

/// The step of all coefficients: small enough for little noise, large enough for what overshoots.
const STEP: u16 = 12;

/// A file that shows one picture. Its blocks have the means of another of that size before pixels are cut off. One pixel of
/// each block is as far out of range as that takes.
pub(crate) fn overshooting(shown: &GrayImage, other: &GrayImage) -> Vec<u8> {
    let (width, height) = (shown.width() as usize, shown.height() as usize);
    let tone = |picture: &GrayImage, x: usize, y: usize| {
        let (x, y) = (x.min(width - 1), y.min(height - 1));
        f64::from(picture.get_pixel(x as u32, y as u32).0[0])
    };
    let mut sketch = Sketch::new((width, height), &[(1, 1)], STEP, |_, x, y| {
        tone(shown, x, y)
    });
    let columns = width.div_ceil(8);
    for (i, block) in sketch.components[0].blocks.iter_mut().enumerate() {
        let (left, top) = (i % columns * 8, i / columns * 8);
        let pixel = |picture, p: usize| tone(picture, left + p % 8, top + p / 8);
        let pixels: [f64; 64] = std::array::from_fn(|p| pixel(shown, p));
        let off: f64 = (0..64).map(|p| pixel(other, p) - pixels[p]).sum();
        // The pixel that is nearest to where it is cut off.
        let order = |a: &usize, b: &usize| pixels[*a].total_cmp(&pixels[*b]);
        let nearest = if off > 0.0 {
            (0..64).max_by(order)
        } else {
            (0..64).min_by(order)
        };
        let nearest = nearest.expect("there are 64");
        let steered = |p: usize| pixels[p] + if p == nearest { off } else { 0.0 };
        *block = quantised(&transform(|x, y| steered(y * 8 + x)), STEP);
    }
    sketch.file(&[Scan::of(&[0])])
}

/// The picture with teeth of 8 pixels that rise or fall with the windows of PDQ. Means of blocks hide most of what the pixels
/// add to the samples.
pub(crate) fn sawtooth(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let wave =
        |frequency: u32, at: u32| (PI / 64.0 * f64::from(frequency) * (f64::from(at) + 0.5)).cos();
    // All frequencies that PDQ looks at, with signs without order.
    let signed = |k: u32| {
        let is_positive = k.wrapping_mul(2_654_435_761) >> 31 == 0;
        if is_positive { 1.0 } else { -1.0 }
    };
    let sign = |i: u32| {
        let term = |k: u32| signed(k) * wave(k / 16 + 1, i / 64) * wave(k % 16 + 1, i % 64);
        (0..256).map(term).sum::<f64>().signum()
    };
    let signs: Vec<f64> = (0..64 * 64).map(sign).collect();
    let tooth = |at: u32, length: u32| {
        let phase = ((f64::from(at) + 0.5) * 64.0 / f64::from(length)).fract() - 0.5;
        -phase.signum() * (f64::from(at % 8) - 3.5) / 3.5
    };
    let toothed = GrayImage::from_fn(width, height, |x, y| {
        let level = f64::from(picture.get_pixel(x, y).0[0]);
        let sign = signs[(y * 64 / height * 64 + x * 64 / width) as usize];
        let teeth = sign * (tooth(x, width) + tooth(y, height));
        Luma([(level * 0.75 + 32.0 + 12.0 * teeth) as u8])
    });
    saved(toothed.as_raw(), &toothed, 95)
}

/// The picture in black and white alone, with errors diffused as Floyd and Steinberg do it, saved at low quality.
pub(crate) fn halftone(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut tones: Vec<f32> = picture.as_raw().iter().map(|&tone| tone.into()).collect();
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let dot = if tones[at] < 128.0 { 0.0 } else { 255.0 };
            let error = tones[at] - dot;
            tones[at] = dot;
            for (right, down, share) in [(1, 0, 7.0), (-1, 1, 3.0), (0, 1, 5.0), (1, 1, 1.0)] {
                let Some(x) = x.checked_add_signed(right).filter(|x| *x < width) else {
                    continue;
                };
                if let Some(tone) = tones.get_mut((y + down) * width + x) {
                    *tone += error * share / 16.0;
                }
            }
        }
    }
    let dots: Vec<u8> = tones.iter().map(|&tone| tone as u8).collect();
    saved(&dots, picture, 15)
}

fn saved(levels: &[u8], picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = Encoder::new(&mut bytes, quality);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder
        .encode(levels, width, height, ColorType::Luma)
        .expect("it is written to memory");
    bytes
}
