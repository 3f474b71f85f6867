//! Pictures with alpha, seen over white and over black.

use super::*;

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

#[test]
fn transparent_grey_keeps_its_colours_as_they_are_stored() {
    let image = image::ImageBuffer::from_fn(WIDTH, HEIGHT, |x, y| {
        LumaA([level(x, y), 255 - level(y, x)])
    });
    let file = encoded(DynamicImage::from(image), ImageFormat::Png);
    let grey = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([level(x, y)]));
    assert_near(seen(&file, View::ORIGINAL), rated(grey), 0);
}
