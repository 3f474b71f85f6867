//! What is drawn over a picture.

use image::{Rgb, RgbImage, imageops};

use super::draw::{fill, salt, share, words};

/// A black bar over the bottom with white words.
pub(crate) fn captioned(p: &RgbImage, by: f32) -> RgbImage {
    let mut changed = p.clone();
    let bar = share(p.height(), by);
    fill(
        &mut changed,
        [0, p.height() - bar],
        [p.width(), bar],
        [0; 3],
    );
    let text = [share(p.width(), 0.9), bar / 2];
    words(
        &mut changed,
        [share(p.width(), 0.05), p.height() - bar * 3 / 4],
        text,
        [255; 3],
    );
    changed
}

pub(crate) fn meme(p: &RgbImage) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = p.dimensions();
    let line = [share(width, 0.8), share(height, 0.09)];
    for y in [share(height, 0.03), share(height, 0.87)] {
        let (x, edge) = (share(width, 0.1), share(height, 0.006).max(1));
        words(&mut changed, [x + edge, y + edge], line, [0; 3]);
        words(&mut changed, [x, y], line, [255; 3]);
    }
    changed
}

pub(crate) fn stickers(p: &RgbImage, count: u32, by: f32) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = (p.width() as f32, p.height() as f32);
    let radius = width.min(height) * by / 2.0;
    for sticker in 0..count {
        let seed = p.width() + p.height() * 3 + sticker * 11;
        let x = radius + salt(seed) * (width - 2.0 * radius);
        let y = radius + salt(seed + 5) * (height - 2.0 * radius);
        for (px, py, pixel) in changed.enumerate_pixels_mut() {
            let (dx, dy) = ((px as f32 - x) / radius, (py as f32 - y) / radius);
            if dx * dx + dy * dy < 1.0 {
                let is_eye = (dx.abs() - 0.35).powi(2) + (dy + 0.25).powi(2) < 0.03;
                let is_mouth = (0.25..0.45).contains(&dy) && dx.abs() < 0.5;
                *pixel = if is_eye || is_mouth {
                    Rgb([60, 40, 10])
                } else {
                    Rgb([255, 204, 50])
                };
            }
        }
    }
    changed
}

/// The bar of a television channel over the picture.
pub(crate) fn lower_third(p: &RgbImage) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = p.dimensions();
    let (y, bar) = (share(height, 0.72), share(height, 0.18));
    fill(&mut changed, [0, y], [width, bar], [180, 20, 30]);
    words(
        &mut changed,
        [width / 20, y + bar / 5],
        [share(width, 0.8), bar / 3],
        [255; 3],
    );
    fill(
        &mut changed,
        [share(width, 0.85), height / 20],
        [width / 8, height / 14],
        [255; 3],
    );
    changed
}

/// A name in a corner.
pub(crate) fn signed(p: &RgbImage) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = p.dimensions();
    let line = [share(width, 0.22), share(height, 0.04)];
    words(
        &mut changed,
        [share(width, 0.74), share(height, 0.93)],
        line,
        [235; 3],
    );
    changed
}

/// A name all over the picture, half seen through.
pub(crate) fn watermarked(p: &RgbImage) -> RgbImage {
    let (width, height) = p.dimensions();
    let mut over = p.clone();
    for row in 0..6 {
        for column in 0..4 {
            let x = share(
                width,
                0.25 * column as f32 + if row % 2 == 0 { 0.0 } else { 0.1 },
            );
            let y = share(height, 0.04 + row as f32 / 6.0);
            words(
                &mut over,
                [x, y],
                [share(width, 0.16), share(height, 0.04)],
                [255; 3],
            );
        }
    }
    let mut changed = p.clone();
    for (pixel, over) in changed.iter_mut().zip(over.iter()) {
        *pixel = (u16::from(*pixel) * 2 / 3 + u16::from(*over) / 3) as u8;
    }
    changed
}

/// One part blurred until nobody is known.
pub(crate) fn blurred_face(p: &RgbImage, by: f32) -> RgbImage {
    let (width, height) = p.dimensions();
    let side = share(width.min(height), by).max(2);
    let (x, y) = ((width - side) / 2, (height - side) / 4);
    let face = imageops::crop_imm(p, x, y, side, side).to_image();
    let mut changed = p.clone();
    let face = imageops::fast_blur(&face, side as f32 / 8.0);
    imageops::replace(&mut changed, &face, x.into(), y.into());
    changed
}

/// A ring around something.
pub(crate) fn circled(p: &RgbImage) -> RgbImage {
    let (x, y) = (p.width() as f32 * 0.55, p.height() as f32 * 0.45);
    let radius = p.width().min(p.height()) as f32 * 0.22;
    let mut changed = p.clone();
    for (px, py, pixel) in changed.enumerate_pixels_mut() {
        let distance = (px as f32 - x).hypot(py as f32 - y);
        if (distance - radius).abs() < radius * 0.07 {
            *pixel = Rgb([225, 20, 20]);
        }
    }
    changed
}

/// Arrows that point at something.
pub(crate) fn arrows(p: &RgbImage) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = p.dimensions();
    for (x, y) in [(0.15, 0.3), (0.6, 0.62)] {
        let (x, y) = (share(width, x), share(height, y));
        let (long, thick) = (share(width, 0.22), share(height, 0.025).max(2));
        fill(&mut changed, [x, y], [long, thick], [230, 30, 30]);
        for step in 0..thick * 3 {
            let half = thick * 3 - step;
            let top = y + thick / 2 - half.min(y + thick / 2);
            fill(
                &mut changed,
                [x + long + step, top],
                [1, 2 * half],
                [230, 30, 30],
            );
        }
    }
    changed
}
