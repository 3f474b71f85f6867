use std::path::{Path, PathBuf};

use super::*;
use crate::hash::Pdq;
use crate::hasher::pdq;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tx")
}

fn read(name: &str) -> (Format, Vec<u8>) {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    (Format::sniff(&bytes).unwrap(), bytes)
}

fn samples(format: Format, bytes: &[u8]) -> Option<Picture> {
    raw_samples(&CancelToken::new(), format, bytes, &Limits::default())
}

/// File, hash, quality, hash of what is shown.
fn listed() -> Vec<(String, Pdq, u8, Pdq)> {
    let table = std::fs::read_to_string(folder().join("tx.csv")).unwrap();
    let rows = table.lines().skip(1).map(|row| {
        let fields: Vec<&str> = row.split(',').collect();
        let quality = fields[2].parse().unwrap();
        let [hash, shown] = [1, 3].map(|place| fields[place].parse().unwrap());
        (fields[0].to_owned(), hash, quality, shown)
    });
    rows.collect()
}

#[test]
fn samples_have_the_hash_that_tx_lists_bit_by_bit() {
    let mut compared = 0;
    for (name, hash, quality, shown) in listed() {
        let (format, bytes) = read(&name);
        let Some(picture) = samples(format, &bytes) else {
            // These are seen as they are shown, or are too flat to be listed.
            assert!(hash == shown && quality == 0, "{name}");
            continue;
        };
        let rated = pdq(&picture);
        assert_eq!((rated.hash, rated.quality), (hash, quality), "{name}");
        assert!(hash.distance(&shown) > 100, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 7);
}

#[test]
fn other_pictures_have_no_other_samples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dump/web");
    for name in ["skyline.png", "copy.png"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let format = Format::sniff(&bytes).unwrap();
        assert!(samples(format, &bytes).is_none(), "{name}");
    }
}

#[test]
fn every_cut_and_every_changed_byte_is_an_answer() {
    for name in [
        "palette-4.png",
        "palette.gif",
        "palette-8.bmp",
        "palette-8.tif",
        "inks.jpg",
    ] {
        let (format, whole) = read(name);
        let head = whole.len().min(900);
        for cut in (0..head).chain((head..whole.len()).step_by(97)) {
            let _ = samples(format, &whole[..cut]);
        }
        for at in 0..head {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                if let Some(picture) = samples(format, &changed) {
                    assert!(picture.width() > 0);
                }
            }
        }
    }
}

#[test]
fn limits_hold_for_samples_too() {
    let limits = Limits {
        pixels: 96 * 72 - 1,
        ..Limits::default()
    };
    for (name, ..) in listed() {
        let (format, bytes) = read(&name);
        assert!(raw_samples(&CancelToken::new(), format, &bytes, &limits).is_none());
    }
}
