//! The luma reader against the library's decoder, and the variants of one picture against each other.

use std::time::Duration;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

use super::*;
use crate::media::{Decoded, Frame, Limits, Pixels, decode, decode_luma};

/// How a file is written.
#[derive(Clone, Copy, Debug)]
struct Variant {
    sampling: SamplingFactor,
    progressive: bool,
    restart_interval: u16,
    optimised: bool,
}

const PLAIN: Variant = Variant {
    sampling: SamplingFactor::F_1_1,
    progressive: false,
    restart_interval: 0,
    optimised: false,
};

/// Smooth colours with some noise, far from the ends of the range: nothing is cut off.
fn pixels(width: usize, height: usize, noise: u32) -> Vec<u8> {
    let mut state = 1u32;
    let mut pixel = |x: usize, y: usize, n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wave = (x as f32 / (9.0 + n as f32)).sin() + (y as f32 / (17.0 - n as f32)).cos();
        128.0 + 20.0 * wave + ((state >> 16) % (noise + 1)) as f32
    };
    let mut pixels = Vec::new();
    for i in 0..width * height {
        pixels.extend((0..3).map(|n| pixel(i % width, i / width, n) as u8));
    }
    pixels
}

fn encode(rgb: &[u8], width: usize, height: usize, quality: u8, variant: Variant) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(variant.sampling);
    encoder.set_progressive(variant.progressive);
    // The encoder counts symbols without restarts.
    encoder.set_optimized_huffman_tables(variant.optimised && variant.restart_interval == 0);
    encoder.set_restart_interval(variant.restart_interval);
    let (width, height) = (width as u16, height as u16);
    encoder.encode(rgb, width, height, ColorType::Rgb).unwrap();
    bytes
}

/// The samples at a scale of its choice, whatever the size.
fn read<const N: usize>(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut segments = Segments::new(bytes);
    let (frame, scan) = segments.next_scan()?.unwrap();
    samples::<N>(segments, frame, scan, &no_hurry())
}

fn luma(bytes: &[u8]) -> Result<Option<Picture>, Refusal> {
    super::luma(bytes, &no_hurry())
}

fn no_hurry() -> Clock {
    Clock::start(Duration::from_secs(1000))
}

fn read_all(bytes: &[u8]) -> [Result<Vec<u8>, Refusal>; 3] {
    [read::<1>(bytes), read::<2>(bytes), read::<4>(bytes)]
}

/// The means of the library's luma over squares inside the picture.
fn means(bytes: &[u8], scale: usize) -> (usize, Vec<f64>) {
    let image = image::load_from_memory(bytes).unwrap();
    let luma = |p: &image::Rgb<u8>| {
        0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2])
    };
    let rgb = image.into_rgb8();
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    let columns = width.div_ceil(scale);
    let mut sums = vec![(0.0, 0.0); columns * height.div_ceil(scale)];
    for (x, y, pixel) in rgb.enumerate_pixels() {
        let sum = &mut sums[y as usize / scale * columns + x as usize / scale];
        *sum = (sum.0 + luma(pixel), sum.1 + 1.0);
    }
    (columns, sums.iter().map(|(sum, n)| sum / n).collect())
}

fn check_means<const N: usize>(bytes: &[u8], tolerance: f64) -> Result<(), TestCaseError> {
    let found = read::<N>(bytes).unwrap();
    let (columns, expected) = means(bytes, 8 / N);
    prop_assert_eq!(found.len(), expected.len());
    let count = found.len();
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        // The last means are of pixels beyond the edge as well, which the encoder repeats.
        let edge = (i + 1) % columns == 0 || i + columns >= count;
        let tolerance = if edge { tolerance + 12.0 } else { tolerance };
        let off = (f64::from(*found) - expected).abs();
        prop_assert!(
            off <= tolerance,
            "sample {} of {}: {} for {}",
            i,
            N,
            found,
            expected
        );
    }
    Ok(())
}

fn any_variant() -> impl Strategy<Value = Variant> {
    let samplings = [
        SamplingFactor::F_1_1,
        SamplingFactor::F_2_1,
        SamplingFactor::F_1_2,
        SamplingFactor::F_2_2,
        SamplingFactor::F_4_1,
        SamplingFactor::F_4_2,
    ];
    let sampling = prop::sample::select(samplings.to_vec());
    (sampling, any::<bool>(), 0u16..9, any::<bool>()).prop_map(
        |(sampling, progressive, restart_interval, optimised)| Variant {
            sampling,
            progressive,
            restart_interval,
            optimised,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn samples_are_the_means_of_the_librarys_luma(
        width in 1usize..150, height in 1usize..150, quality in 60u8..100, variant in any_variant(),
    ) {
        // What the encoder writes in separate scans, the library does not decode right at every size.
        let interleaved = [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_1_2, SamplingFactor::F_2_2];
        prop_assume!(interleaved.contains(&variant.sampling));
        let variant = Variant { optimised: false, ..variant };
        let bytes = encode(&pixels(width, height, 6), width, height, quality, variant);
        check_means::<1>(&bytes, 1.1)?;
        // The frequencies that are left out are those of the noise.
        check_means::<2>(&bytes, 3.0)?;
        check_means::<4>(&bytes, 6.0)?;
    }

    /// All variants hold the same coefficients of luma.
    #[test]
    fn every_variant_of_a_picture_has_the_same_samples(
        width in 1usize..100, height in 1usize..100, quality in 5u8..100, variant in any_variant(), noise in 0u32..90,
    ) {
        let pixels = pixels(width, height, noise);
        let plain = read_all(&encode(&pixels, width, height, quality, PLAIN));
        prop_assert!(plain.iter().all(Result::is_ok));
        prop_assert_eq!(read_all(&encode(&pixels, width, height, quality, variant)), plain);
    }

    /// Any change to the data gives an answer, and the verdict is the library's, but for being partial.
    #[test]
    fn changed_bytes_are_an_answer(
        variant in any_variant(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = encode(&pixels(60, 40, 30), 60, 40, 70, variant);
        for (at, byte) in changes {
            let at = 2 + at.index(bytes.len() - 2);
            bytes[at] = byte;
        }
        let mut segments = Segments::new(&bytes);
        if let Ok(Some((frame, scan))) = segments.next_scan()
            && frame.width * frame.height <= 1 << 20
        {
            let _ = samples::<1>(segments, frame, scan, &no_hurry());
            let _ = read_all(&bytes);
            if decode(&bytes, &Limits::default(), |_| ()).is_err() {
                prop_assert!(luma(&bytes).is_err() || broken_header(&bytes));
            }
        }
    }
}

fn broken_header(bytes: &[u8]) -> bool {
    image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Jpeg)
        .into_dimensions()
        .is_err()
}

fn decoded(bytes: &[u8], fast: bool) -> (crate::Result<Decoded>, Vec<Frame>) {
    let mut frames = Vec::new();
    let limits = Limits::default();
    let each = |frame| frames.push(frame);
    let decoded = if fast {
        decode_luma(bytes, &limits, each)
    } else {
        decode(bytes, &limits, each)
    };
    (decoded, frames)
}

fn verdict(bytes: &[u8], fast: bool) -> String {
    format!("{:?}", decoded(bytes, fast).0)
}

#[test]
fn the_scale_leaves_256_samples_on_the_shorter_side() {
    for (width, height, scale) in [
        (511, 900, None),
        (512, 513, Some(2)),
        (1023, 1500, Some(2)),
        (1024, 1025, Some(4)),
        (2047, 2048, Some(4)),
        (2049, 2048, Some(8)),
    ] {
        let bytes = encode(&pixels(width, height, 0), width, height, 30, PLAIN);
        let (decoded, frames) = decoded(&bytes, true);
        let decoded = decoded.unwrap();
        assert_eq!(
            (decoded.width as usize, decoded.height as usize),
            (width, height)
        );
        let found = match frames[0].picture.pixels() {
            Pixels::Reduced { scale, means } => {
                let side = |side: usize| side.div_ceil(scale as usize);
                assert_eq!(means.len(), side(width) * side(height));
                Some(scale)
            }
            _ => None,
        };
        assert_eq!(found, scale, "{width}x{height}");
    }
}

#[test]
fn small_pictures_are_decoded_by_the_library_alone() {
    let bytes = encode(&pixels(300, 200, 20), 300, 200, 80, PLAIN);
    assert_eq!(decoded(&bytes, true).1, decoded(&bytes, false).1);
}

#[test]
fn every_cut_has_one_verdict_both_ways() {
    let bytes = encode(&pixels(520, 516, 9), 520, 516, 5, PLAIN);
    let whole = verdict(&bytes, true);
    assert_eq!(whole, verdict(&bytes, false));
    assert!(whole.contains("partial: None"));
    for cut in (0..700)
        .chain((700..bytes.len()).step_by(97))
        .chain([bytes.len() - 1])
    {
        let cut_off = verdict(&bytes[..cut], true);
        assert_eq!(cut_off, verdict(&bytes[..cut], false), "cut at {cut}");
        assert!(
            !cut_off.contains("partial: None"),
            "cut at {cut}: {cut_off}"
        );
    }
}

/// A table may be lost with its header, and belong to what is passed over: without it the library has no picture.
#[test]
fn every_lost_table_has_one_verdict_both_ways() {
    for progressive in [false, true] {
        let variant = Variant {
            sampling: SamplingFactor::F_2_2,
            progressive,
            ..PLAIN
        };
        let bytes = encode(&pixels(530, 512, 20), 530, 512, 60, variant);
        let is_table = |at: &usize| matches!(bytes[*at..], [0xFF, 0xC4 | 0xDB, ..]);
        let tables: Vec<usize> = (0..bytes.len()).filter(is_table).collect();
        assert!(tables.len() >= 3, "{} tables", tables.len());
        let mut lost = 0;
        for at in tables {
            let mut damaged = bytes.clone();
            damaged[at + 1] = 0xE9;
            let (one, other) = (verdict(&damaged, true), verdict(&damaged, false));
            assert_eq!(one, other, "table at {at}, progressive: {progressive}");
            lost += usize::from(one.starts_with("Err"));
        }
        assert!(lost > 0, "some tables are needed");
    }
}

#[test]
fn the_time_ends_a_decode() {
    let bytes = encode(&pixels(512, 512, 9), 512, 512, 50, PLAIN);
    let clock = Clock::start(Duration::ZERO);
    assert_eq!(super::luma(&bytes, &clock), Err(Refusal::Late));
    assert!(clock.ran_out());
}

#[test]
fn what_stands_behind_the_end_changes_nothing() {
    let bytes = encode(&pixels(512, 512, 3), 512, 512, 40, PLAIN);
    let more = [bytes.as_slice(), b"\xFF\xD8\xFF\xDAappended"].concat();
    assert_eq!(decoded(&more, true).1, decoded(&bytes, true).1);
}

#[test]
fn lost_data_is_noticed_and_so_is_some_of_what_is_changed() {
    let bytes = encode(&pixels(200, 200, 40), 200, 200, 70, PLAIN);
    let partial = |damaged: &[u8]| {
        let (decoded, frames) = decoded(damaged, true);
        assert_eq!(frames.len(), 1);
        decoded.unwrap().partial.is_some()
    };
    let middle = bytes.len() / 3..bytes.len() - 100;
    let (mut lost, mut zeroed, mut changed, mut tried) = (0, 0, 0, 0);
    for at in middle.step_by(61) {
        lost += u32::from(partial(&[&bytes[..at], &bytes[at + 50..]].concat()));
        zeroed += u32::from(partial(
            &[&bytes[..at], &[0; 50], &bytes[at + 50..]].concat(),
        ));
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x5A;
        changed += u32::from(partial(&damaged));
        tried += 1;
    }
    eprintln!("of {tried}: {lost} lost, {zeroed} zeroed, {changed} changed");
    assert!(
        tried > 100 && lost * 100 >= tried * 95 && zeroed * 2 >= tried && changed * 20 >= tried
    );
}

#[test]
fn lost_and_repeated_restarts_are_noticed() {
    let variant = Variant {
        restart_interval: 5,
        ..PLAIN
    };
    let bytes = encode(&pixels(200, 100, 10), 200, 100, 70, variant);
    let restart = |n: u8| {
        bytes
            .windows(2)
            .position(|w| w == [0xFF, 0xD0 + n])
            .unwrap()
    };
    assert!(luma(&bytes).is_ok());
    let lost = [&bytes[..restart(1)], &bytes[restart(2)..]].concat();
    assert!(luma(&lost).is_err());
    let repeated = [&bytes[..restart(2)], &bytes[restart(1)..]].concat();
    assert!(luma(&repeated).is_err());
}

#[test]
fn what_is_not_read_here_is_left_to_the_library() {
    let rgb = pixels(40, 40, 9);
    let bytes = encode(&rgb, 40, 40, 70, PLAIN);
    assert_eq!(luma(&bytes), Ok(None));
    let frame = bytes.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    let scan = bytes.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    let changed = |at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        luma(&changed)
    };
    let foreign = Err(Refusal::Foreign);
    assert_eq!(changed(frame + 1, 0xC9), foreign, "arithmetic coding");
    assert_eq!(changed(frame + 4, 12), foreign, "12 bits");
    assert_eq!(changed(frame + 6, 0), foreign, "no height");
    assert_eq!(changed(frame + 9, 4), foreign, "four components");
    assert_eq!(changed(frame + 14, 0x22), foreign, "chroma finer than luma");
    assert_eq!(changed(scan + 5, 9), foreign, "no such component");
    assert_eq!(changed(scan + 6, 0x77), foreign, "no such table");
    let adobe = |transform: u8| {
        let mut segment = b"\xFF\xEE\x00\x0EAdobe\0\x64\0\0\0\0".to_vec();
        segment.push(transform);
        luma(&[&bytes[..2], &segment, &bytes[2..]].concat())
    };
    assert_eq!((adobe(0), adobe(1)), (foreign, Ok(None)));
    let mut encoded = Vec::new();
    let cmyk = Encoder::new(&mut encoded, 80);
    cmyk.encode(&rgb[..40 * 4 * 10], 40, 10, ColorType::Cmyk)
        .unwrap();
    assert_eq!(luma(&encoded), Err(Refusal::Foreign));
    let mut encoded = Vec::new();
    let grey = Encoder::new(&mut encoded, 80);
    grey.encode(&rgb[..1600], 40, 40, ColorType::Luma).unwrap();
    assert_eq!(luma(&encoded), Ok(None));
}

/// The folder of published pictures, where it stands beside the project.
#[test]
fn photographs_are_read_or_left_to_the_library_but_never_refused() {
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
