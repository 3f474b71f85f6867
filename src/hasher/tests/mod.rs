//! What viewers show of a picture, against the hash of those pixels.

mod alpha;
mod colors;
mod large_jpeg;

use std::io::Cursor;

use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder, webp::WebPEncoder};
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, ImageFormat, Luma, LumaA, Pixel, Rgb,
    RgbImage, Rgba, RgbaImage,
};

use super::*;
use crate::hash::{FrameHash, HashType, Pdq, Rendering, Turn, View};
use crate::media::color_profiles::{inverting, with_curve};
use crate::media::{Limits, Picture, Pixels, decode_luma};

const WIDTH: u32 = 240;

const HEIGHT: u32 = 180;

/// A picture of several waves and edges, from black to white.
fn level(x: u32, y: u32) -> u8 {
    let wave = (x * x / 90 + y * 3) % 256 / 2 + (x * y / 60) % 128;
    let edge = if (x / 40) % 2 == (y / 50) % 2 { 60 } else { 0 };
    ((wave + edge) % 256) as u8
}

fn photograph() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let grey = level(x, y);
        Rgb([grey, grey / 2 + (x / 3) as u8, 200 - grey / 2])
    })
}

/// One colour everywhere, and the picture in its alpha.
fn shape() -> RgbaImage {
    RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| Rgba([30, 20, 10, level(x, y)]))
}

/// A photograph whose alpha is another picture.
fn veiled() -> RgbaImage {
    let photograph = photograph();
    RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let [r, g, b] = photograph.get_pixel(x, y).0;
        Rgba([r, g, b, level(y, x)])
    })
}

/// What is seen of a picture over a ground.
fn over(image: &RgbaImage, ground: u8) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0;
        let share = f64::from(alpha) / 255.0;
        let seen = |c: u8| f64::from(c) * share + f64::from(ground) * (1.0 - share);
        Rgb([r, g, b].map(|colour| seen(colour).round() as u8))
    })
}

fn rated(image: impl Into<DynamicImage>) -> RatedPdq {
    pdq(&Picture::new(image.into()).unwrap())
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn hashed(file: &[u8], views: Views) -> Fingerprint {
    let hasher = Hasher::new([HashType::Pdq]).with_views(views);
    hasher.hash_bytes(file)
}

/// The hash in this view; the bytes are whole.
fn seen(file: &[u8], view: View) -> Option<RatedPdq> {
    let fingerprint = hashed(file, Views::All);
    assert!(fingerprint.error.is_none(), "{:?}", fingerprint.error);
    let is_seen =
        |print: &&FrameHash| (print.view.rendering, print.view.turn) == (view.rendering, view.turn);
    let print = fingerprint.prints.iter().find(is_seen)?;
    Some(RatedPdq {
        hash: print.hash.as_pdq().unwrap(),
        quality: print.quality,
    })
}

fn rendered(rendering: Rendering) -> View {
    View {
        rendering,
        ..View::ORIGINAL
    }
}

#[track_caller]
fn assert_near(found: Option<RatedPdq>, expected: RatedPdq, bits: u32) {
    let found = found.expect("the view is hashed");
    let distance = found.hash.distance(&expected.hash);
    assert!(distance <= bits, "{distance} bits");
    assert!(
        found.quality.abs_diff(expected.quality) <= 3,
        "{found:?} {expected:?}"
    );
}

/// A PNG file with one more chunk behind its header.
fn with_chunk(png: &[u8], kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(8 + 25);
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(content);
    let length = (content.len() as u32).to_be_bytes();
    [head, &length, kind, content, &crc.sum().to_be_bytes(), rest].concat()
}

/// Every other type of hash is made of what is shown too, and of nothing twice.
#[test]
fn other_hashes_are_made_of_what_is_shown() {
    let image = shape();
    let types = [HashType::Pdq, HashType::GradientIh3];
    let fingerprint = Hasher::new(types).hash_bytes(&encoded(image.clone(), ImageFormat::Png));
    let expected = Picture::new(over(&image, 255).into()).unwrap();
    let expected = Family::new(types).hash(&expected).unwrap();
    let mut prints = fingerprint.prints.iter();
    let found = prints.find(|print| {
        print.view == rendered(Rendering::OverWhite)
            && print.hash.hash_type() == HashType::GradientIh3
    });
    assert_eq!(found.unwrap().hash, expected[0]);
    assert!(fingerprint.prints.is_sorted_by_key(|print| print.view));
    let mut seen = Vec::new();
    for print in &fingerprint.prints {
        assert!(!seen.contains(&(print.hash, print.quality)), "{print:?}");
        seen.push((print.hash, print.quality));
    }
}

/// A picture that is flat as it is stored has the status of what viewers show of it.
#[test]
fn what_viewers_show_decides_the_status() {
    use crate::scan::{Scan, Status};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shape.png");
    std::fs::write(&path, encoded(shape(), ImageFormat::Png)).unwrap();
    let visible = rated(over(&shape(), 255)).hash;
    let mut other = visible;
    other.0.iter_mut().for_each(|byte| *byte ^= 0x55);
    for (listed, status) in [(visible, Status::Matched), (other, Status::NoMatch)] {
        let list = folder.path().join("list.txt");
        std::fs::write(&list, format!("pdq {listed}\n")).unwrap();
        let matcher = crate::Matcher::open([&list]).unwrap();
        let mut findings = Vec::new();
        Scan::new(matcher)
            .with_hasher(Hasher::new([HashType::Pdq]))
            .run([&path], |finding| {
                findings.push(finding);
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(findings[0].status, status, "{:?}", findings[0].reason);
        if status == Status::Matched {
            let found = &findings[0].matches[0];
            assert_eq!(
                (found.view, found.distance),
                (rendered(Rendering::OverWhite), 0)
            );
        }
    }
    assert!(rated(over(&shape(), 255)).quality >= Pdq::QUALITY);
}
