//! What viewers show of a picture, against the hash of those pixels.

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

#[test]
fn every_format_with_alpha_is_seen_over_white_and_over_black() {
    for image in [shape(), veiled()] {
        for format in [
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Tiff,
            ImageFormat::Bmp,
            ImageFormat::Ico,
            ImageFormat::Tga,
            ImageFormat::Qoi,
            ImageFormat::Pnm,
        ] {
            let file = encoded(image.clone(), format);
            for (rendering, ground) in [(Rendering::OverWhite, 255), (Rendering::OverBlack, 0)] {
                let expected = rated(over(&image, ground));
                // Dark colours over black are as flat as they are stored, or show alpha as over white.
                assert_near(seen(&file, rendered(rendering)), expected, 2);
            }
            let stored = rated(DynamicImage::from(image.clone()).into_rgb8());
            assert_near(seen(&file, View::ORIGINAL), stored, 0);
        }
    }
}

#[test]
fn grey_and_samples_of_sixteen_bits_have_alpha_too() {
    let eight = DynamicImage::from(veiled());
    let expected = |image: &DynamicImage| rated(over(&image.to_rgba8(), 255));
    for image in [
        eight.to_luma_alpha8().into(),
        DynamicImage::from(eight.to_luma_alpha16()),
        DynamicImage::from(eight.to_rgba16()),
    ] {
        let file = encoded(image.clone(), ImageFormat::Png);
        assert_near(
            seen(&file, rendered(Rendering::OverWhite)),
            expected(&image),
            2,
        );
    }
}

#[test]
fn a_palette_with_transparent_colours_is_seen_over_white() {
    // A GIF of two colours, the second of which is transparent.
    let bit = |x: u32, y: u32| u8::from(level(x, y) > 120);
    let samples: Vec<u8> = (0..HEIGHT)
        .flat_map(|y| (0..WIDTH).map(move |x| bit(x, y)))
        .collect();
    let mut file = Vec::new();
    let palette = [0, 0, 0, 0, 0, 0];
    let mut encoder = gif::Encoder::new(&mut file, WIDTH as u16, HEIGHT as u16, &palette).unwrap();
    let frame = gif::Frame::from_indexed_pixels(WIDTH as u16, HEIGHT as u16, samples, Some(1));
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let expected = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([bit(x, y) * 255]));
    assert_near(
        seen(&file, rendered(Rendering::OverWhite)),
        rated(expected),
        0,
    );
    assert_eq!(seen(&file, View::ORIGINAL).unwrap().quality, 0);
}

/// What a frame leaves when it is taken away is transparent.
#[test]
fn each_frame_of_an_animation_is_seen_over_white() {
    let mut file = Vec::new();
    let bit = |frame: u32, x: u32, y: u32| u8::from(level(x + 37 * frame, y) > 120);
    let mut encoder =
        gif::Encoder::new(&mut file, WIDTH as u16, HEIGHT as u16, &[9, 9, 9, 0, 0, 0]).unwrap();
    for number in 0..3 {
        let samples = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| bit(number, x, y)));
        let samples: Vec<u8> = samples.collect();
        let (width, height) = (WIDTH as u16, HEIGHT as u16);
        let mut frame = gif::Frame::from_indexed_pixels(width, height, samples, Some(1));
        (frame.dispose, frame.delay) = (gif::DisposalMethod::Background, 10);
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    let fingerprint = hashed(&file, Views::Upright);
    for number in 0..3 {
        let expected = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
            Luma([if bit(number, x, y) == 1 { 255 } else { 9 }])
        });
        let view = rendered(Rendering::OverWhite);
        let mut prints = fingerprint.prints.iter();
        let print = prints
            .find(|p| p.frame == number && p.view == view)
            .unwrap();
        assert_eq!(print.hash.as_pdq().unwrap(), rated(expected).hash);
    }
}

#[test]
fn alpha_that_is_the_same_everywhere_adds_no_view() {
    for alpha in [255, 128, 0] {
        let mut image = veiled();
        image.pixels_mut().for_each(|pixel| pixel.0[3] = alpha);
        let file = encoded(image, ImageFormat::Png);
        let views: Vec<View> = hashed(&file, Views::Upright)
            .prints
            .iter()
            .map(|p| p.view)
            .collect();
        assert_eq!(views, [View::ORIGINAL], "{alpha}");
    }
}

#[test]
fn stored_views_stay_as_they_are_stored() {
    let file = encoded(shape(), ImageFormat::Png);
    let fingerprint = hashed(&file, Views::Stored);
    assert_eq!(fingerprint.prints.len(), 1);
    assert_eq!(fingerprint.prints[0].view, View::ORIGINAL);
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

/// EXIF that says this orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    [b"II\x2a\0\x08\0\0\0\x01\0".as_slice(), &entry, &[0; 4]].concat()
}

#[test]
fn turned_pictures_are_seen_upright_over_white() {
    for orientation in 1..=8 {
        let png = with_chunk(
            &encoded(veiled(), ImageFormat::Png),
            b"eXIf",
            &exif(orientation),
        );
        let mut shown = DynamicImage::from(over(&veiled(), 255));
        shown.apply_orientation(Orientation::from_exif(orientation).unwrap());
        let fingerprint = hashed(&png, Views::Upright);
        let view = View {
            rendering: Rendering::OverWhite,
            turn: Turn::from_exif(orientation.into()).unwrap(),
            ..View::ORIGINAL
        };
        let mut prints = fingerprint.prints.iter();
        let print = prints.find(|print| print.view == view).unwrap();
        let expected = rated(shown).hash;
        assert!(
            print.hash.as_pdq().unwrap().distance(&expected) <= 2,
            "{orientation}"
        );
    }
}

/// The colours that a viewer shows of a stored picture.
fn shown_by(curve: impl Fn(f64) -> f64, image: &RgbImage) -> RgbImage {
    let mut shown = image.clone();
    for level in shown.iter_mut() {
        *level = (curve(f64::from(*level) / 255.0) * 255.0).round() as u8;
    }
    shown
}

fn to_srgb(light: f64) -> f64 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

fn with_profile(mut encoder: impl ImageEncoder, profile: Vec<u8>, image: &RgbImage) {
    encoder.set_icc_profile(profile).unwrap();
    let color = ExtendedColorType::Rgb8;
    encoder
        .write_image(image, image.width(), image.height(), color)
        .unwrap();
}

/// The same picture with a profile in every format that holds one.
fn profiled(profile: &[u8], image: &RgbImage) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = Vec::new();
    let mut file = Vec::new();
    with_profile(PngEncoder::new(&mut file), profile.to_vec(), image);
    files.push(("PNG", std::mem::take(&mut file)));
    with_profile(
        WebPEncoder::new_lossless(&mut file),
        profile.to_vec(),
        image,
    );
    files.push(("WebP", std::mem::take(&mut file)));
    with_profile(
        JpegEncoder::new_with_quality(&mut file, 95),
        profile.to_vec(),
        image,
    );
    files.push(("JPEG", std::mem::take(&mut file)));
    // In several segments.
    let long = [profile, &[0; 150_000]].concat();
    with_profile(JpegEncoder::new_with_quality(&mut file, 95), long, image);
    files.push(("JPEG of a long profile", std::mem::take(&mut file)));
    let mut tiff = Cursor::new(Vec::new());
    with_profile(TiffEncoder::new(&mut tiff), profile.to_vec(), image);
    files.push(("TIFF", tiff.into_inner()));
    files
}

#[test]
fn a_picture_that_its_profile_shows_is_seen_in_every_format() {
    let profile = inverting().encode().unwrap();
    let expected = rated(shown_by(|stored| 1.0 - stored, &photograph()));
    for (format, file) in profiled(&profile, &photograph()) {
        eprintln!("{format}");
        assert_near(seen(&file, rendered(Rendering::Managed)), expected, 6);
        assert_near(seen(&file, View::ORIGINAL), rated(photograph()), 6);
    }
}

/// Large enough for the luma of a JPEG to be read at a reduced scale.
#[test]
fn a_large_jpeg_is_decoded_in_its_colours_where_its_profile_is_far() {
    let large = image::imageops::resize(
        &photograph(),
        WIDTH * 5,
        HEIGHT * 5,
        image::imageops::FilterType::Triangle,
    );
    let expected = rated(shown_by(|stored| 1.0 - stored, &large));
    let mut file = Vec::new();
    let profile = inverting().encode().unwrap();
    with_profile(
        JpegEncoder::new_with_quality(&mut file, 95),
        profile,
        &large,
    );
    assert_near(seen(&file, rendered(Rendering::Managed)), expected, 6);
}

#[test]
fn profiles_near_srgb_add_no_view() {
    for profile in [
        moxcms::ColorProfile::new_display_p3(),
        moxcms::ColorProfile::new_adobe_rgb(),
        with_curve(|stored| stored.powf(2.2)),
    ] {
        for (format, file) in profiled(&profile.encode().unwrap(), &photograph()) {
            let fingerprint = hashed(&file, Views::Upright);
            assert!(fingerprint.error.is_none(), "{format}");
            let views: Vec<View> = fingerprint.prints.iter().map(|print| print.view).collect();
            assert_eq!(views, [View::ORIGINAL], "{format}");
        }
    }
}

#[test]
fn a_profile_of_grey_is_applied_to_grey() {
    let grey = DynamicImage::from(photograph()).into_luma8();
    let mut profile = moxcms::ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = inverting().red_trc;
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile.encode().unwrap()).unwrap();
    encoder
        .write_image(&grey, WIDTH, HEIGHT, ExtendedColorType::L8)
        .unwrap();
    let negative = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        Luma([255 - grey.get_pixel(x, y).0[0]])
    });
    assert_near(
        seen(&file, rendered(Rendering::Managed)),
        rated(negative),
        4,
    );
}

#[test]
fn a_broken_profile_is_said_and_the_stored_picture_is_hashed() {
    let mut profile = inverting().encode().unwrap();
    profile.truncate(400);
    for (format, file) in profiled(&profile, &photograph()) {
        let fingerprint = hashed(&file, Views::Upright);
        let error = fingerprint.error.map(|error| error.to_string());
        assert!(
            error.is_some_and(|text| text.contains("profile")),
            "{format}"
        );
        assert_eq!(fingerprint.prints.len(), 1, "{format}");
        assert!(hashed(&file, Views::Stored).error.is_none(), "{format}");
    }
}

#[test]
fn what_a_png_says_of_its_colours_is_seen() {
    // What is stored is far darker than what is shown.
    let dark = shown_by(|stored| stored.powf(4.0), &photograph());
    let plain = encoded(dark.clone(), ImageFormat::Png);
    let gamma = with_chunk(&plain, b"gAMA", &180_000u32.to_be_bytes());
    let shown = shown_by(|stored| to_srgb(stored.powf(1.0 / 1.8)), &dark);
    assert_near(seen(&gamma, rendered(Rendering::Managed)), rated(shown), 4);
    let has_view = |file: &[u8]| seen(file, rendered(Rendering::Managed)).is_some();
    assert!(!has_view(&plain));
    assert!(!has_view(&with_chunk(
        &plain,
        b"gAMA",
        &45_455u32.to_be_bytes()
    )));
    // Not every viewer knows what counts more than gamma.
    assert!(has_view(&with_chunk(&gamma, b"sRGB", &[0])));
    assert!(has_view(&with_chunk(&gamma, b"cICP", &[1, 13, 0, 1])));
    assert!(!has_view(&with_chunk(&plain, b"sRGB", &[0])));
    assert!(!has_view(&with_chunk(&plain, b"cICP", &[1, 13, 0, 1])));
    assert!(has_view(&with_chunk(&plain, b"cICP", &[1, 8, 0, 1])));
    assert!(!has_view(&with_chunk(&plain, b"gAMA", &[0; 4])));
}

/// A bitmap with a header of version 5 in place of the short one.
fn bitmap(image: &RgbImage, space: u32, gamma: u32, profile: &[u8]) -> Vec<u8> {
    let short = encoded(image.clone(), ImageFormat::Bmp);
    let pixels = &short[54..];
    let mut header = vec![0; 124];
    header[..40].copy_from_slice(&short[14..54]);
    let mut write =
        |at: usize, value: u32| header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    write(0, 124);
    write(56, space);
    write(96, gamma);
    write(100, gamma);
    write(104, gamma);
    write(112, 124 + pixels.len() as u32);
    write(116, profile.len() as u32);
    let mut file = short[..14].to_vec();
    file[10..14].copy_from_slice(&(14 + 124u32).to_le_bytes());
    [&file, &header, pixels, profile].concat()
}

#[test]
fn what_a_bitmap_says_of_its_colours_is_seen() {
    let embedded = u32::from_be_bytes(*b"MBED");
    let profile = inverting().encode().unwrap();
    let file = bitmap(&photograph(), embedded, 0, &profile);
    let negative = shown_by(|stored| 1.0 - stored, &photograph());
    assert_near(
        seen(&file, rendered(Rendering::Managed)),
        rated(negative),
        4,
    );

    let dark = shown_by(|stored| stored.powf(4.0), &photograph());
    let shown = shown_by(|stored| to_srgb(stored.powf(1.0 / 1.8)), &dark);
    let file = bitmap(&dark, 0, 36_409, &[]);
    assert_near(seen(&file, rendered(Rendering::Managed)), rated(shown), 4);
    for (space, gamma) in [(0, 0), (u32::from_be_bytes(*b"sRGB"), 36_409), (0, 144_179)] {
        let file = bitmap(&dark, space, gamma, &[]);
        assert_eq!(seen(&file, rendered(Rendering::Managed)), None);
    }
}

#[test]
fn managed_colours_are_composed_too() {
    let image = veiled();
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder
        .set_icc_profile(inverting().encode().unwrap())
        .unwrap();
    encoder
        .write_image(&image, WIDTH, HEIGHT, ExtendedColorType::Rgba8)
        .unwrap();
    let mut negative = image.clone();
    for pixel in negative.pixels_mut() {
        let [r, g, b, alpha] = pixel.0;
        *pixel = Rgba([255 - r, 255 - g, 255 - b, alpha]);
    }
    for (rendering, expected) in [
        (Rendering::OverWhite, over(&image, 255)),
        (Rendering::OverBlack, over(&image, 0)),
        (
            Rendering::Managed,
            DynamicImage::from(negative.clone()).into_rgb8(),
        ),
        (Rendering::ManagedOverWhite, over(&negative, 255)),
        (Rendering::ManagedOverBlack, over(&negative, 0)),
    ] {
        eprintln!("{rendering}");
        assert_near(seen(&file, rendered(rendering)), rated(expected), 4);
    }
}

#[cfg(feature = "heif")]
#[test]
fn heic_is_seen_over_white_and_in_the_colours_of_its_profile() {
    let options = heifer::EncodeOptions::default();
    let image = shape();
    let file = heifer::encode_rgba8(WIDTH, HEIGHT, image.as_raw(), &options).unwrap();
    assert_near(
        seen(&file, rendered(Rendering::OverWhite)),
        rated(over(&image, 255)),
        12,
    );

    let file = heifer::encode_rgb8(WIDTH, HEIGHT, photograph().as_raw(), &options).unwrap();
    let decoded = heifer::decode(&file).unwrap();
    let metadata = heifer::Metadata {
        icc_profile: Some(inverting().encode().unwrap()),
        ..heifer::Metadata::default()
    };
    let file = heifer::encode_with_metadata(&decoded, &metadata, &options).unwrap();
    let negative = shown_by(|stored| 1.0 - stored, &photograph());
    assert_near(
        seen(&file, rendered(Rendering::Managed)),
        rated(negative),
        12,
    );
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

#[test]
fn transparent_grey_keeps_its_colours_as_they_are_stored() {
    let image = image::ImageBuffer::from_fn(WIDTH, HEIGHT, |x, y| {
        LumaA([level(x, y), 255 - level(y, x)])
    });
    let file = encoded(DynamicImage::from(image), ImageFormat::Png);
    let grey = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([level(x, y)]));
    assert_near(seen(&file, View::ORIGINAL), rated(grey), 0);
}

/// A picture whose blocks of 8 by 8 pixels rise or fall with the weights of PDQ's windows. So their means hide most of what
/// their pixels add to the samples.
fn with_teeth(side: (u32, u32), height_of_teeth: f64, seed: u32) -> GrayImage {
    let base = image::imageops::resize(
        &photograph(),
        side.0,
        side.1,
        image::imageops::FilterType::Triangle,
    );
    // All frequencies that PDQ looks at, with signs of their own.
    let wave = |frequency: u32, at: u32| {
        (std::f64::consts::PI / 64.0 * f64::from(frequency) * (f64::from(at) + 0.5)).cos()
    };
    let signed = |row: u32, column: u32| {
        let mixed = (row * 16 + column + 7 * seed).wrapping_mul(2_654_435_761);
        if mixed >> 31 == 0 { 1.0 } else { -1.0 }
    };
    let signs: Vec<f64> = (0..64 * 64)
        .map(|i| {
            let terms = (0..256).map(|k| {
                let (row, column) = (k / 16 + 1, k % 16 + 1);
                signed(row, column) * wave(row, i / 64) * wave(column, i % 64)
            });
            terms.sum::<f64>().signum()
        })
        .collect();
    let tooth = |at: u32, length: u32| {
        let phase = ((f64::from(at) + 0.5) * 64.0 / f64::from(length)).fract() - 0.5;
        let rise = (f64::from(at % 8) - 3.5) / 3.5;
        -phase.signum() * rise
    };
    GrayImage::from_fn(side.0, side.1, |x, y| {
        let level = f64::from(base.get_pixel(x, y).to_luma().0[0]);
        let sign = signs[(y * 64 / side.1 * 64 + x * 64 / side.0) as usize];
        let teeth = sign * (tooth(x, side.0) + tooth(y, side.1));
        Luma([(level * 0.5 + 64.0 + height_of_teeth * teeth) as u8])
    })
}

#[test]
fn the_hash_of_a_large_jpeg_is_that_of_its_pixels_whatever_is_in_its_blocks() {
    let limits = Limits::default();
    let mut hidden = 0;
    for (seed, side) in [(1032, 1104), (1500, 1031), (2056, 2050)]
        .into_iter()
        .enumerate()
    {
        for progressive in [false, true] {
            let image = with_teeth(side, 12.0, seed as u32);
            let mut file = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
            encoder.set_progressive(progressive);
            encoder
                .encode(
                    &image,
                    side.0 as u16,
                    side.1 as u16,
                    jpeg_encoder::ColorType::Luma,
                )
                .unwrap();
            let (mut exact, mut reduced) = (None, None);
            crate::media::decode(&file, &limits, |frame| exact = Some(frame.picture)).unwrap();
            decode_luma(&file, &limits, |frame| reduced = Some(frame.picture)).unwrap();
            let (exact, reduced) = (pdq_dihedral(&exact.unwrap()), reduced.unwrap());
            let Pixels::Reduced { scale, means } = reduced.pixels() else {
                panic!("{side:?} is not reduced");
            };
            let means = Picture::reduced(side.0, side.1, scale, means.to_vec(), Vec::new());
            hidden = hidden.max(
                pdq(&means.unwrap())
                    .hash
                    .distance(&exact.hash(Turn::Original)),
            );
            let views = pdq_dihedral(&reduced);
            for turn in Turn::ALL {
                let off = views.hash(turn).distance(&exact.hash(turn));
                assert!(off <= 2, "{side:?} {turn:?}: {off} bits");
                let quality = views
                    .rated(turn)
                    .quality
                    .abs_diff(exact.rated(turn).quality);
                assert!(quality <= 1, "{side:?} {turn:?}: quality {quality}");
            }
        }
    }
    assert!(hidden > 6, "the means alone are {hidden} bits off");
}
