//! Tone, compression and size.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageFormat, RgbImage};

use super::draw::{salt, share};
use image::Rgb;

pub(crate) fn fitted(p: &RgbImage, side: u32) -> RgbImage {
    let longest = p.width().max(p.height());
    if longest <= side {
        return p.clone();
    }
    resized(p, side as f32 / longest as f32)
}

pub(crate) fn resized(p: &RgbImage, by: f32) -> RgbImage {
    let side = |of: u32| share(of, by).max(1);
    imageops::resize(p, side(p.width()), side(p.height()), FilterType::CatmullRom)
}

pub(crate) fn toned(p: &RgbImage, tone: impl Fn([f32; 3]) -> [f32; 3]) -> RgbImage {
    let mut changed = p.clone();
    for pixel in changed.pixels_mut() {
        pixel.0 = tone(pixel.0.map(f32::from)).map(|v| v.round().clamp(0.0, 255.0) as u8);
    }
    changed
}

pub(crate) fn gamma(p: &RgbImage, gamma: f32) -> RgbImage {
    toned(p, |c| c.map(|v| 255.0 * (v / 255.0).powf(gamma)))
}

pub(crate) fn vignette(p: &RgbImage) -> RgbImage {
    let (width, height) = (p.width() as f32, p.height() as f32);
    RgbImage::from_fn(p.width(), p.height(), |x, y| {
        let (dx, dy) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
        let light = 1.0 - 1.2 * (dx * dx + dy * dy);
        Rgb(p.get_pixel(x, y).0.map(|v| (f32::from(v) * light) as u8))
    })
}

pub(crate) fn blurred(p: &RgbImage, by: f32) -> RgbImage {
    imageops::fast_blur(p, (p.width().max(p.height()) as f32 * by).max(0.5))
}

pub(crate) fn noisy(p: &RgbImage, levels: f32) -> RgbImage {
    let mut changed = p.clone();
    for (place, sample) in (0..).zip(changed.iter_mut()) {
        // Three numbers together are nearly a normal one, of a deviation of a half.
        let normal = salt(place * 3) + salt(place * 3 + 1) + salt(place * 3 + 2) - 1.5;
        *sample = (f32::from(*sample) + normal * 2.0 * levels).clamp(0.0, 255.0) as u8;
    }
    changed
}

/// In 256 colours.
pub(crate) fn gif(p: &RgbImage) -> RgbImage {
    let mut bytes = Cursor::new(Vec::new());
    p.write_to(&mut bytes, ImageFormat::Gif)
        .expect("an encoded picture");
    image::load_from_memory(bytes.get_ref())
        .expect("what was just encoded")
        .into_rgb8()
}

pub(crate) fn grey(p: &RgbImage) -> RgbImage {
    DynamicImage::from(imageops::grayscale(p)).into_rgb8()
}

pub(crate) fn sepia(p: &RgbImage) -> RgbImage {
    toned(p, |[r, g, b]| {
        let of = |w: [f32; 3]| r * w[0] + g * w[1] + b * w[2];
        [
            of([0.393, 0.769, 0.189]),
            of([0.349, 0.686, 0.168]),
            of([0.272, 0.534, 0.131]),
        ]
    })
}

/// Colours twice as far from grey.
pub(crate) fn saturated(p: &RgbImage) -> RgbImage {
    toned(p, |c| {
        let mean = (c[0] + c[1] + c[2]) / 3.0;
        c.map(|v| mean + (v - mean) * 2.0)
    })
}

/// Stretched to all levels.
pub(crate) fn levelled(p: &RgbImage) -> RgbImage {
    let mut levels: Vec<u8> = p.iter().copied().collect();
    levels.sort_unstable();
    let at = |share: usize| f32::from(levels[(levels.len() - 1) * share / 100]);
    let (low, high) = (at(1), at(99).max(at(1) + 1.0));
    toned(p, |c| c.map(|v| (v - low) * 255.0 / (high - low)))
}
