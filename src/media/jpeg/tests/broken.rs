//! Files that are cut, changed, hostile.

use crate::error::{Limit, Reason};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

use super::writer::{Scan, Sketch};
use super::*;

/// A file as cameras write them, with some noise.
fn photograph(width: usize, height: usize, restart_interval: u16, progressive: bool) -> Vec<u8> {
    let mut state = 1u32;
    let mut rgb = Vec::new();
    for i in 0..width * height * 3 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (x, y) = ((i / 3 % width) as f64, (i / 3 / width) as f64);
        rgb.push((wave(i % 3, x, y) + f64::from(state >> 28)) as u8);
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 70);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive(progressive);
    encoder.set_restart_interval(restart_interval);
    let (width, height) = (width as u16, height as u16);
    encoder.encode(&rgb, width, height, ColorType::Rgb).unwrap();
    bytes
}

fn partial(bytes: &[u8], luma: bool) -> Option<Reason> {
    let (decoded, frames) = decoded(bytes, luma);
    assert_eq!(frames.len(), 1);
    decoded.unwrap().partial
}

#[test]
fn every_cut_has_one_verdict_both_ways() {
    for progressive in [false, true] {
        let bytes = photograph(520, 516, 0, progressive);
        let whole = verdict(&bytes, true);
        assert_eq!(whole, verdict(&bytes, false));
        assert!(whole.contains("partial: None"));
        let cuts = (0..700).step_by(37).chain((700..bytes.len()).step_by(3989));
        for cut in cuts.chain([bytes.len() - 1]) {
            let cut_off = verdict(&bytes[..cut], true);
            assert_eq!(cut_off, verdict(&bytes[..cut], false), "cut at {cut}");
            let said = !cut_off.contains("partial: None");
            assert!(said, "cut at {cut}: {cut_off}");
        }
    }
}

#[test]
fn every_lost_table_has_one_verdict_both_ways() {
    for progressive in [false, true] {
        let bytes = photograph(530, 512, 0, progressive);
        let is_table = |at: &usize| matches!(bytes[*at..], [0xFF, 0xDB, ..]);
        let tables: Vec<usize> = (0..bytes.len()).filter(is_table).collect();
        assert!(!tables.is_empty());
        for at in tables {
            let mut damaged = bytes.clone();
            damaged[at + 1] = 0xE9;
            let one = verdict(&damaged, true);
            assert_eq!(one, verdict(&damaged, false), "progressive: {progressive}");
            assert!(!one.contains("partial: None"), "{one}");
        }
    }
}

#[test]
fn lost_data_is_noticed_and_so_is_some_of_what_is_changed() {
    let bytes = photograph(200, 200, 0, false);
    let middle = bytes.len() / 3..bytes.len() - 100;
    let (mut lost, mut zeroed, mut changed, mut tried) = (0, 0, 0, 0);
    for at in middle.step_by(31) {
        let is_partial = |damaged: &[u8]| u32::from(partial(damaged, true).is_some());
        lost += is_partial(&[&bytes[..at], &bytes[at + 50..]].concat());
        zeroed += is_partial(&[&bytes[..at], &[0; 50], &bytes[at + 50..]].concat());
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x5A;
        changed += is_partial(&damaged);
        tried += 1;
    }
    eprintln!("of {tried}: {lost} lost, {zeroed} zeroed, {changed} changed");
    assert!(tried > 50 && lost * 100 >= tried * 95 && zeroed * 2 >= tried && changed * 20 >= tried);
}

#[test]
fn what_stands_before_and_behind_a_lost_interval_is_seen() {
    let bytes = photograph(640, 640, 40, false);
    let restart = |n: u8| {
        bytes
            .windows(2)
            .position(|w| w == [0xFF, 0xD0 + n])
            .unwrap()
    };
    let whole = pixels(&bytes);
    let row = 640 * 3;
    // An interval is one row of MCUs. Rows at its edges are blended with their neighbours.
    let same = |found: &[u8], rows: std::ops::Range<usize>| {
        found[rows.start * row..rows.end * row] == whole[rows.start * row..rows.end * row]
    };
    let lost = [&bytes[..restart(1)], &bytes[restart(2)..]].concat();
    let repeated = [&bytes[..restart(2)], &bytes[restart(1)..]].concat();
    let mut broken = bytes.clone();
    let middle = restart(1) + (restart(2) - restart(1)) / 2;
    broken[middle..middle + 8].copy_from_slice(&[0xFE; 8]);
    for (name, damaged) in [("lost", lost), ("repeated", repeated), ("broken", broken)] {
        for luma in [false, true] {
            let partial = partial(&damaged, luma);
            assert_eq!(partial, Some(Flaw::Broken.reason()), "{name}");
        }
        let (_, frames) = decoded(&damaged, false);
        let found = frames[0].picture.as_image().unwrap().as_bytes();
        assert!(same(found, 0..31), "{name}");
        assert!(same(found, 50..639), "{name}");
    }
}

#[test]
fn the_time_ends_a_decode() {
    let over = |bytes: &[u8], luma: bool| {
        let clock = Clock::start(Duration::ZERO);
        let file = File::open(bytes).ok().unwrap();
        matches!(file.decode(luma, &clock), Err(Refusal::Late)) && clock.ran_out()
    };
    for progressive in [false, true] {
        let bytes = photograph(520, 512, 0, progressive);
        assert!(over(&bytes, true) && over(&bytes, false));
    }
}

/// A scan of nothing takes a few bytes, and going through all blocks for it takes time.
#[test]
fn thousands_of_scans_end_with_the_time() {
    let mut sketch = Sketch::new((4000, 4000), &[(1, 1)], 1, |_, _, _| 128.0);
    sketch.frame = 0xC2;
    let header = super::writer::segment(0xDA, &[1, 1, 0, 1, 63, 0]);
    let mut bytes = sketch.head();
    for _ in 0..100_000 {
        bytes.extend(&header);
    }
    let limits = Limits {
        time: Duration::from_millis(100),
        ..Limits::default()
    };
    let error = decode(&bytes, &limits, |_| ()).unwrap_err();
    assert!(matches!(error, Error::OverLimit { .. }), "{error}");
}

#[test]
fn coefficients_count_as_memory() {
    let bytes = photograph(640, 640, 0, true);
    let pixels = 640 * 640 * 3;
    // Of half as many chroma samples as luma: blocks of 64 coefficients of two bytes, and a bit for each.
    let held = 640 * 640 * 3 / 2 / 64 * (64 * 2 + 8);
    for (decoded_bytes, fits) in [(pixels + held, true), (pixels + held - 1, false)] {
        let limits = Limits {
            decoded_bytes,
            ..Limits::default()
        };
        let decoded = decode(&bytes, &limits, |_| ());
        assert_eq!(decoded.is_ok(), fits, "{decoded:?}");
    }
}

#[test]
fn a_size_beyond_the_limits_is_refused_before_anything_is_read() {
    let mut sketch = Sketch::new((8, 8), &[(1, 1); 3], 1, |_, _, _| 128.0);
    (sketch.width, sketch.height) = (65535, 65535);
    let mut bytes = sketch.head();
    bytes.extend(super::writer::segment(
        0xDA,
        &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0],
    ));
    for luma in [false, true] {
        let error = decoded(&bytes, luma).0.unwrap_err();
        assert!(
            matches!(
                error,
                Error::OverLimit {
                    what: Limit::Pixels,
                    ..
                }
            ),
            "{error}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever is changed, there is an answer, and a picture both ways or none.
    #[test]
    fn changed_bytes_are_an_answer(
        kind in 0usize..4, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut sketch = super::sketch((530, 513), &[(2, 1), (1, 1), (1, 1)]);
        let all = Scan::of(&[0, 1, 2]);
        let mut bytes = match kind {
            0 => sketch.file(&[all]),
            1 => sketch.file(&[Scan::of(&[1]), Scan::of(&[0, 2])]),
            2 => {
                sketch.restart_interval = 7;
                sketch.file(&[all])
            }
            _ => {
                sketch.frame = 0xC2;
                let dc = Scan::band(&[0, 1, 2], (0, 0), (0, 1));
                let ac = |bits| Scan::band(&[0], (1, 63), bits);
                sketch.file(&[dc, ac((0, 1)), ac((1, 0)), Scan::band(&[0, 1, 2], (0, 0), (1, 0))])
            }
        };
        for (at, byte) in changes {
            // Most of them among the headers.
            let at = 2 + at.index(bytes.len() - 2) % if byte % 4 == 0 { bytes.len() - 2 } else { 900 };
            bytes[at] = byte;
        }
        let (one, exact) = decoded(&bytes, false);
        let (other, fast) = decoded(&bytes, true);
        let text = |decoded: &crate::Result<Decoded>| format!("{decoded:?}");
        if !matches!(one, Err(Error::OverLimit { .. })) {
            prop_assert_eq!(exact.len(), fast.len(), "{} {}", text(&one), text(&other));
        }
        prop_assert!(!text(&one).contains("gave up") && !text(&other).contains("gave up"));
    }
}
