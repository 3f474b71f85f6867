//! Which variants are read, which are named, and what colours are made of components.

use super::writer::{Scan, Sketch, segment};
use super::*;

/// A picture of one colour in three components.
fn plain(components: [u8; 3], ids: [u8; 3], marks: &[&[u8]]) -> [u8; 3] {
    let mut sketch = Sketch::new((16, 16), &[(1, 1); 3], 1, |i, _, _| components[i].into());
    for (component, id) in sketch.components.iter_mut().zip(ids) {
        component.id = id;
    }
    sketch.marks = marks.concat();
    let pixels = pixels(&sketch.file(&[Scan::of(&[0, 1, 2])]));
    *pixels.first_chunk().unwrap()
}

fn jfif() -> Vec<u8> {
    segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
}

fn adobe(transform: u8) -> Vec<u8> {
    segment(
        0xEE,
        &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat(),
    )
}

#[test]
fn marks_and_names_say_what_the_components_are_as_in_libjpeg() {
    let (jfif, zero, one, two) = (jfif(), adobe(0), adobe(1), adobe(2));
    let short = segment(0xEE, b"Adobe\0\x64\0\0\0");
    let values = [100, 90, 180];
    // 100 + 1.402 * 52; 100 + 0.344 * 38 - 0.714 * 52; 100 - 1.772 * 38.
    let converted = [173, 76, 33];
    for (ids, marks, is_rgb) in [
        ([1, 2, 3], vec![], false),
        (*b"RGB", vec![], true),
        ([0, 1, 2], vec![], false),
        (*b"rgb", vec![], false),
        ([1, 2, 3], vec![&jfif], false),
        (*b"RGB", vec![&jfif], false),
        ([1, 2, 3], vec![&zero], true),
        ([1, 2, 3], vec![&one], false),
        (*b"RGB", vec![&one], false),
        ([1, 2, 3], vec![&two], false),
        ([1, 2, 3], vec![&jfif, &zero], false),
        ([1, 2, 3], vec![&zero, &jfif], false),
        ([1, 2, 3], vec![&one, &zero], true),
        (*b"RGB", vec![&short], true),
    ] {
        let marks: Vec<&[u8]> = marks.iter().map(|mark| mark.as_slice()).collect();
        let expected = if is_rgb { values } else { converted };
        assert_eq!(plain(values, ids, &marks), expected, "{ids:?} {marks:x?}");
    }
}

#[test]
fn four_components_are_inks_on_paper() {
    let shown = |components: [u8; 4], marks: &[u8]| {
        let mut sketch = Sketch::new((8, 8), &[(1, 1); 4], 1, |i, _, _| components[i].into());
        sketch.marks = marks.to_vec();
        *pixels(&sketch.file(&[Scan::of(&[0, 1, 2, 3])]))
            .first_chunk::<3>()
            .unwrap()
    };
    // Inverted: 255 is no ink.
    assert_eq!(shown([255, 0, 128, 255], &[]), [255, 0, 128]);
    assert_eq!(shown([255, 0, 128, 100], &adobe(0)), [100, 0, 50]);
    assert_eq!(shown([255, 255, 255, 0], &adobe(0)), [0, 0, 0]);
    // In YCCK the three are the colour's opposite.
    assert_eq!(shown([155, 128, 128, 255], &adobe(2)), [100, 100, 100]);
    assert_eq!(shown([0, 128, 128, 80], &adobe(2)), [80, 80, 80]);
}

#[test]
fn what_is_not_decoded_is_named() {
    let named = |sketch: &Sketch| {
        let parts: Vec<usize> = (0..sketch.components.len()).collect();
        let file = sketch.file(&[Scan::of(&parts)]);
        for luma in [false, true] {
            match decoded(&file, luma).0 {
                Err(Error::Unsupported(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        decoded(&file, false).0.unwrap_err().to_string()
    };
    let sketch = sketch((600, 600), &[(1, 1); 3]);
    for (marker, name) in [
        (0xC3, "lossless coding"),
        (0xC5, "hierarchical coding"),
        (0xC6, "hierarchical coding"),
        (0xC7, "hierarchical coding"),
        (0xC9, "arithmetic coding"),
        (0xCA, "arithmetic coding"),
        (0xCB, "lossless arithmetic coding"),
        (0xCE, "hierarchical arithmetic coding"),
    ] {
        let other = Sketch {
            frame: marker,
            ..sketch.clone()
        };
        assert_eq!(named(&other), format!("JPEG with {name} is not decoded"));
    }
    let two = super::sketch((16, 16), &[(1, 1); 2]);
    assert!(named(&two).contains("a number of colours"));
    let fraction = super::sketch((16, 16), &[(3, 1), (2, 1), (1, 1)]);
    assert!(named(&fraction).contains("a fraction"));
    let mut twelve = sketch.file(&[Scan::of(&[0, 1, 2])]);
    let frame = twelve.windows(2).position(|w| w == [0xFF, 0xC1]).unwrap();
    twelve[frame + 4] = 12;
    let error = decoded(&twelve, false).0.unwrap_err().to_string();
    assert_eq!(error, "JPEG with samples of 12 bits is not decoded");
}

/// Motion JPEG leaves the codes out.
#[test]
fn a_file_without_codes_means_the_standard_ones() {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    let rgb: Vec<u8> = (0..640 * 520 * 3).map(|i| (i / 700 % 200) as u8).collect();
    encoder
        .encode(&rgb, 640, 520, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    let mut without = bytes.clone();
    let mut left_out = 0;
    while let Some(at) = without.windows(2).position(|w| w == [0xFF, 0xC4]) {
        let length = usize::from(u16::from_be_bytes([without[at + 2], without[at + 3]]));
        without.drain(at..at + 2 + length);
        left_out += 1;
    }
    assert!(left_out > 0);
    assert_eq!(pixels(&without), pixels(&bytes));
    assert_eq!(decoded(&without, true).1, decoded(&bytes, true).1);
    // Progressive files have no standard codes.
    let frame = without.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    without[frame + 1] = 0xC2;
    assert!(matches!(decoded(&without, false).0, Err(Error::Damaged(_))));
}

#[test]
fn a_height_behind_the_data_is_read() {
    let sketch = sketch((530, 520), &[(1, 1); 3]);
    let expected = sketch.file(&[Scan::of(&[0, 1, 2])]);
    let headless = Sketch {
        height: 0,
        ..sketch.clone()
    };
    let lines = segment(0xDC, &520u16.to_be_bytes());
    let scan = sketch.scan(&Scan::of(&[0, 1, 2]));
    let file = [&headless.head(), &scan, &lines, b"\xFF\xD9".as_slice()].concat();
    assert_eq!(pixels(&file), pixels(&expected));
    assert_eq!(decoded(&file, true).1, decoded(&expected, true).1);
    let without = [&headless.head(), &scan, b"\xFF\xD9".as_slice()].concat();
    assert!(matches!(decoded(&without, true).0, Err(Error::Damaged(_))));
}

#[test]
fn what_stands_between_segments_is_passed_over() {
    let sketch = sketch((40, 40), &[(2, 1), (1, 1), (1, 1)]);
    let plain = sketch.file(&[Scan::of(&[0, 1, 2])]);
    let mut odd = sketch.clone();
    odd.marks = [
        // Three bytes tell that it is a JPEG.
        segment(0xFE, b"a comment \xFF\xD9").as_slice(),
        b"garbage\0\xFF\0\xFF\xFF",
        b"\xFF\x01\xFF\xD3",
        &segment(0xF3, b"not known"),
        b"\xFF\xFF\xFF",
    ]
    .concat();
    let file = odd.file(&[Scan::of(&[0, 1, 2])]);
    assert_eq!(pixels(&file), pixels(&plain));
}

/// The folder of published pictures, where it stands beside the project.
#[test]
fn photographs_have_one_verdict_both_ways() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/torture");
    let files = walkdir::WalkDir::new(data).into_iter().flatten();
    for file in files.filter(|f| f.file_type().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        if bytes.starts_with(b"\xFF\xD8\xFF") {
            let path = file.path().display();
            assert_eq!(verdict(&bytes, true), verdict(&bytes, false), "{path}");
        }
    }
}
