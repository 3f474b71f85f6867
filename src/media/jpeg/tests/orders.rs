//! Every order of scans and every subsampling shows one picture.

use proptest::prelude::*;

use super::writer::{Scan, Sketch};
use super::*;

/// Scripts of sequential scans that send all of three components once.
fn orders() -> Vec<Vec<Scan>> {
    let scans = |parts: &[&[usize]]| parts.iter().map(|part| Scan::of(part)).collect();
    vec![
        scans(&[&[0, 1, 2]]),
        scans(&[&[0], &[1], &[2]]),
        scans(&[&[0, 1], &[2]]),
        scans(&[&[1], &[2], &[0]]),
        scans(&[&[2], &[0, 1]]),
        scans(&[&[1, 2], &[0]]),
    ]
}

/// Scripts of progressive scans that do the same.
fn progressions() -> Vec<Vec<Scan>> {
    let band = Scan::band;
    let all = [0, 1, 2];
    vec![
        vec![
            band(&all, (0, 0), (0, 0)),
            band(&[0], (1, 63), (0, 0)),
            band(&[1], (1, 63), (0, 0)),
            band(&[2], (1, 63), (0, 0)),
        ],
        vec![
            band(&[2], (0, 0), (0, 1)),
            band(&[1], (0, 0), (0, 1)),
            band(&[0], (0, 0), (0, 1)),
            band(&[0], (1, 5), (0, 2)),
            band(&[2], (1, 63), (0, 1)),
            band(&[1], (1, 63), (0, 1)),
            band(&[0], (6, 63), (0, 2)),
            band(&[0], (1, 63), (2, 1)),
            band(&all, (0, 0), (1, 0)),
            band(&[2], (1, 63), (1, 0)),
            band(&[1], (1, 63), (1, 0)),
            band(&[0], (1, 63), (1, 0)),
        ],
    ]
}

/// All files that hold the coefficients of a sketch.
fn files(sketch: &Sketch) -> Vec<Vec<u8>> {
    let mut sequential = sketch.clone();
    let mut files: Vec<_> = orders()
        .iter()
        .map(|order| sequential.file(order))
        .collect();
    sequential.restart_interval = 3;
    files.extend(orders().iter().map(|order| sequential.file(order)));
    let mut progressive = sketch.clone();
    progressive.frame = 0xC2;
    files.extend(progressions().iter().map(|script| progressive.file(script)));
    progressive.restart_interval = 5;
    files.extend(progressions().iter().map(|script| progressive.file(script)));
    files
}

fn any_factors() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let usual = [
        [(1, 1), (1, 1), (1, 1)],
        [(2, 1), (1, 1), (1, 1)],
        [(1, 2), (1, 1), (1, 1)],
        [(2, 2), (1, 1), (1, 1)],
        [(4, 1), (1, 1), (1, 1)],
        [(1, 4), (1, 1), (1, 1)],
        [(4, 2), (2, 1), (1, 2)],
        [(3, 1), (1, 1), (1, 1)],
        [(1, 3), (1, 1), (1, 1)],
        [(1, 1), (2, 2), (2, 2)],
        [(2, 1), (1, 2), (2, 2)],
        [(2, 2), (2, 1), (1, 2)],
        [(1, 1), (2, 1), (1, 2)],
        [(4, 4), (1, 1), (2, 4)],
    ];
    prop::sample::select(usual.to_vec()).prop_map(|factors| factors.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_order_of_scans_shows_one_picture_near_the_one_that_was_drawn(
        width in 1usize..80, height in 1usize..80, factors in any_factors(),
    ) {
        let sketch = sketch((width, height), &factors);
        let files = files(&sketch);
        let plain = pixels(&files[0]);
        for (i, file) in files.iter().enumerate() {
            prop_assert!(pixels(file) == plain, "file {} differs", i);
        }
        // Chroma is smooth here, so that upsampling makes nearly what was drawn.
        for (i, pixel) in plain.as_chunks::<3>().0.iter().enumerate() {
            let place = ((i % width) as f64 + 0.5, (i / width) as f64 + 0.5);
            let [y, cb, cr] = [0, 1, 2].map(|part| wave(part, place.0, place.1));
            let (cb, cr) = (cb - 128.0, cr - 128.0);
            let drawn = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
            for (found, drawn) in pixel.iter().zip(drawn) {
                let off = (f64::from(*found) - drawn.clamp(0.0, 255.0)).abs();
                prop_assert!(off < 30.0, "pixel {}: {:?} for {:?}", i, pixel, drawn);
            }
        }
    }
}

#[test]
fn large_pictures_have_the_same_luma_in_every_order_of_scans() {
    for size in [(513, 520), (1030, 1025), (2050, 2049)] {
        let mut first = None;
        let files = files(&sketch(size, &[(2, 2), (1, 1), (1, 1)]));
        // Of the largest a few will do.
        let step = if size.0 > 1000 { 4 } else { 1 };
        for (i, file) in files.iter().enumerate().step_by(step) {
            let (decoded, frames) = decoded(file, true);
            assert_eq!(decoded.unwrap().partial, None, "file {i}");
            let samples = match frames[0].picture.pixels() {
                Pixels::Reduced { means, .. } if size.0 >= 1024 => means,
                Pixels::Luma8(samples) if size.0 < 1024 => samples,
                _ => panic!("file {i} is not at its scale"),
            };
            let first = first.get_or_insert_with(|| samples.to_vec());
            let off = samples
                .iter()
                .zip(&*first)
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(off <= Some(1), "file {i} of {size:?}: {off:?} levels");
        }
    }
}

#[test]
fn the_last_of_two_scans_of_a_component_counts() {
    let (one, mut other) = (
        sketch((530, 520), &[(1, 1); 3]),
        sketch((530, 520), &[(1, 1); 3]),
    );
    for block in &mut other.components[0].blocks {
        // No coefficient of the first scan that stays.
        *block = [0; 64];
        block[0] = 100;
    }
    let scans = [
        other.scan(&Scan::of(&[0])),
        one.scan(&Scan::of(&[1])),
        one.scan(&Scan::of(&[2])),
    ];
    let expected = [
        one.head(),
        scans.concat(),
        one.scan(&Scan::of(&[0])),
        vec![0xFF, 0xD9],
    ]
    .concat();
    assert_eq!(
        pixels(&expected),
        pixels(&one.file(&[Scan::of(&[0, 1, 2])]))
    );
    let (_, frames) = decoded(&expected, true);
    let (_, alone) = decoded(&one.file(&[Scan::of(&[1, 2]), Scan::of(&[0])]), true);
    assert_eq!(frames, alone);
}

#[test]
fn a_second_scan_of_all_components_is_said() {
    for luma in [false, true] {
        let one = sketch((530, 520), &[(1, 1); 3]);
        let all = one.scan(&Scan::of(&[0, 1, 2]));
        let file = [one.head(), all.clone(), all, vec![0xFF, 0xD9]].concat();
        let partial = decoded(&file, luma).0.unwrap().partial;
        assert_eq!(partial, Some(Flaw::SecondScan.reason()));
    }
}

/// Where libjpeg-turbo is installed, what it shows is held to, bit for bit: with coefficients that leave the range too.
#[test]
fn pixels_are_those_of_libjpeg_turbo() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let djpeg = || {
        Command::new("djpeg")
            .args(["-pnm"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    };
    if djpeg().and_then(|mut child| child.wait()).is_err() {
        eprintln!("djpeg is not installed");
        return;
    }
    let mut tried = 0;
    for (i, factors) in [
        [(1, 1), (1, 1), (1, 1)],
        [(2, 2), (1, 1), (1, 1)],
        [(2, 1), (1, 1), (1, 1)],
        [(1, 2), (1, 1), (1, 1)],
        [(1, 1), (2, 2), (2, 2)],
        [(4, 1), (1, 1), (2, 1)],
    ]
    .iter()
    .enumerate()
    {
        let mut sketch = sketch((61, 47), factors);
        if i % 2 == 1 {
            let mut state = 7u32;
            for block in sketch.components.iter_mut().flat_map(|c| &mut c.blocks) {
                for coefficient in block.iter_mut() {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *coefficient = ((state >> 16) % 61) as i16 - 30;
                }
            }
        }
        for (i, file) in files(&sketch).into_iter().enumerate() {
            let mut child = djpeg().unwrap();
            child.stdin.take().unwrap().write_all(&file).unwrap();
            let shown = child.wait_with_output().unwrap().stdout;
            let found = pixels(&file);
            assert!(
                shown.ends_with(&found) && shown.len() < found.len() + 20,
                "{factors:?}, file {i}"
            );
            tried += 1;
        }
    }
    assert!(tried > 50);
}
