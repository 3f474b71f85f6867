//! Pictures in the colours of their profile, against those that viewers show.

use super::*;

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
