//! JPEG files that the tests make themselves, against an oracle in fractions and against each other. Where libjpeg-turbo is
//! installed, they are compared with it too.

mod broken;
mod orders;
mod scales;
mod variants;
pub(crate) mod writer;

use std::time::Duration;

use super::*;
use crate::media::{Decoded, Frame, Limits, Pixels, decode, decode_luma};
use writer::Sketch;

fn no_hurry() -> Clock {
    Clock::start(Duration::from_secs(1000))
}

/// What is decoded of a file, to luma at a reduced scale where `luma`.
fn decoded(bytes: &[u8], luma: bool) -> (crate::Result<Decoded>, Vec<Frame>) {
    let mut frames = Vec::new();
    let limits = Limits::default();
    let each = |frame| frames.push(frame);
    let decoded = if luma {
        decode_luma(bytes, &limits, each)
    } else {
        decode(bytes, &limits, each)
    };
    (decoded, frames)
}

fn verdict(bytes: &[u8], luma: bool) -> String {
    format!("{:?}", decoded(bytes, luma).0)
}

/// The pixels of a sound file.
fn pixels(bytes: &[u8]) -> Vec<u8> {
    let (decoded, frames) = decoded(bytes, false);
    assert_eq!(decoded.unwrap().partial, None);
    frames[0].picture.as_image().unwrap().as_bytes().to_vec()
}

/// Smooth colours, far from the ends of the range, as luma and differences of colour at full size.
fn wave(component: usize, x: f64, y: f64) -> f64 {
    let (x, y) = (x + 3.0 * component as f64, y - 5.0 * component as f64);
    128.0 + 40.0 * (x / 23.0).sin() * (y / 31.0).cos() + 25.0 * (x / 11.0 + y / 17.0).cos()
}

/// A picture of [`wave`] whose components have these factors.
fn sketch(size: (usize, usize), factors: &[(usize, usize)]) -> Sketch {
    let largest = |factor: fn(&(usize, usize)) -> usize| factors.iter().map(factor).max().unwrap();
    let (across, down) = (largest(|f| f.0), largest(|f| f.1));
    Sketch::new(size, factors, 3, |component, x, y| {
        let (h, v) = factors[component];
        let (h, v) = (across as f64 / h as f64, down as f64 / v as f64);
        wave(component, (x as f64 + 0.5) * h, (y as f64 + 0.5) * v)
    })
}
