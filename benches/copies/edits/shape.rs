//! Borders, crops, shapes and rotations.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::draw::{share, words};

pub(crate) fn extended_below(p: &RgbImage, by: f32) -> RgbImage {
    let bar = share(p.height(), by);
    let mut page = RgbImage::from_pixel(p.width(), p.height() + bar, Rgb([255; 3]));
    imageops::replace(&mut page, p, 0, 0);
    let line = (bar / 6).max(2);
    for y in [p.height() + bar / 6, p.height() + bar / 2] {
        words(
            &mut page,
            [p.width() / 20, y],
            [share(p.width(), 0.85), line],
            [20; 3],
        );
    }
    page
}

pub(crate) fn bordered(p: &RgbImage, [x, y]: [f32; 2], level: u8) -> RgbImage {
    let (x, y) = (share(p.width(), x), share(p.height(), y));
    let ground = Rgb([level; 3]);
    let mut framed = RgbImage::from_pixel(p.width() + 2 * x, p.height() + 2 * y, ground);
    imageops::replace(&mut framed, p, x.into(), y.into());
    framed
}

/// With bars to a shape, of width by height.
pub(crate) fn boxed(p: &RgbImage, shape: f32) -> RgbImage {
    let (width, height) = (p.width() as f32, p.height() as f32);
    let wanted = [(height * shape).max(width), (width / shape).max(height)];
    let out = [
        (wanted[0] / width - 1.0) / 2.0,
        (wanted[1] / height - 1.0) / 2.0,
    ];
    bordered(p, out, 0)
}

/// Without these shares at the top, the bottom, the left and the right.
pub(crate) fn cropped(p: &RgbImage, [top, bottom, left, right]: [f32; 4]) -> RgbImage {
    let (x, y) = (share(p.width(), left), share(p.height(), top));
    let width = share(p.width(), 1.0 - left - right).max(1);
    let height = share(p.height(), 1.0 - top - bottom).max(1);
    imageops::crop_imm(p, x, y, width, height).to_image()
}

pub(crate) fn shaped(p: &RgbImage, shape: f32) -> RgbImage {
    let (width, height) = (p.width() as f32, p.height() as f32);
    let x = (1.0 - height * shape / width).max(0.0) / 2.0;
    let y = (1.0 - width / shape / height).max(0.0) / 2.0;
    cropped(p, [y, y, x, x])
}

pub(crate) fn stretched(p: &RgbImage, by: f32) -> RgbImage {
    imageops::resize(p, share(p.width(), by), p.height(), FilterType::Triangle)
}

/// Rotated about its centre, white outside, and cropped by a share of each side.
pub(crate) fn rotated(p: &RgbImage, degrees: f32, crop: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (x, y) = (p.width() as f32 / 2.0, p.height() as f32 / 2.0);
    let turned = RgbImage::from_fn(p.width(), p.height(), |px, py| {
        let (dx, dy) = (px as f32 - x, py as f32 - y);
        let (sx, sy) = (x + cos * dx - sin * dy, y + sin * dx + cos * dy);
        imageops::interpolate_bilinear(p, sx, sy).unwrap_or(Rgb([255; 3]))
    });
    cropped(&turned, [crop; 4])
}

/// Words on a white bar at the top.
pub(crate) fn extended_above(p: &RgbImage, by: f32) -> RgbImage {
    imageops::rotate180(&extended_below(&imageops::rotate180(p), by))
}
