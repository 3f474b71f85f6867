//! The pictures of `fixtures/conformance` against the figures that other implementations give for them.
//!
//! `pdqhash.csv` holds what PyPI `pdqhash` 0.2.8 gives, `image_hasher.csv` what `image_hasher` 3.1 gives. Files were
//! decoded by Pillow, JPEG by the libjpeg-turbo in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use basma::Matcher;
use basma::hash::{HashType, Pdq, View};
use basma::hasher::{Hasher, Views};
use basma::list::{Entry, List, Source};
use basma::matcher::Tier;
use basma::store::MaxAction;

/// A hash and its quality.
#[derive(Debug, PartialEq)]
struct Rated {
    hash: Pdq,
    quality: u8,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance")
}

/// The rows of a table beside the pictures, without its header.
fn table(name: &str, header: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header));
    let fields = |line: &str| line.split(',').map(str::to_owned).collect();
    lines.map(fields).collect()
}

/// What PyPI `pdqhash` gives for each file with this ending.
fn reference(ending: &str) -> BTreeMap<String, Rated> {
    let rows = table("pdqhash.csv", "file,hash,quality");
    let rated = rows.into_iter().map(|row| {
        let [file, hash, quality] = row.try_into().unwrap();
        let hash: Pdq = hash.parse().unwrap();
        let quality = quality.parse().unwrap();
        (file, Rated { hash, quality })
    });
    rated.filter(|(file, _)| file.ends_with(ending)).collect()
}

/// PDQ of a file as it is stored, by the way that a scan takes.
fn hashed(file: &str, exact: bool) -> Rated {
    let bytes = fs::read(folder().join(file)).unwrap();
    let hasher = Hasher::new([HashType::Pdq]);
    let hasher = hasher.with_views(Views::Stored).with_exact(exact);
    let fingerprint = hasher.hash_bytes(&bytes);
    assert!(fingerprint.error.is_none(), "{file}: {fingerprint:?}");
    let [print] = fingerprint.prints.as_slice() else {
        panic!("{file}: one picture has one hash: {fingerprint:?}");
    };
    assert_eq!(print.view, View::ORIGINAL);
    Rated {
        hash: print.hash.as_pdq().unwrap(),
        quality: print.quality,
    }
}

#[test]
fn every_picture_has_its_figures() {
    let mut files: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".png") || name.ends_with(".jpg"))
        .collect();
    files.sort();
    let listed: Vec<String> = reference("").into_keys().collect();
    assert_eq!(files, listed);
    assert!(files.len() > 80, "{}", files.len());
}

/// Files with sides of 8 or 16 pixels. The 64 samples of PDQ repeat these pixels, so many coefficients are zero but for
/// rounding. The median is among them. Beside the transform a test holds their bits to the reference.
const TIED: [&str; 3] = ["jpeg-8x8.jpg", "size-16x16.png", "size-8x8.png"];

#[test]
fn png_and_exact_jpeg_have_the_hash_and_quality_of_the_reference_bit_by_bit() {
    for (file, expected) in reference("") {
        let found = hashed(&file, true);
        if TIED.contains(&file.as_str()) {
            assert_eq!(found.quality, expected.quality, "{file}");
        } else {
            assert_eq!(found, expected, "{file}");
        }
    }
}

#[test]
fn jpeg_at_a_reduced_scale_is_near_the_hash_of_every_pixel() {
    let mut reduced = 0;
    for file in reference(".jpg").into_keys() {
        let (fast, exact) = (hashed(&file, false), hashed(&file, true));
        let distance = fast.hash.distance(&exact.hash);
        assert!(distance <= 6, "{file}: {distance} bits");
        assert!(fast.quality.abs_diff(exact.quality) <= 15, "{file}");
        reduced += u32::from(fast != exact);
    }
    assert!(reduced > 0, "some files are large enough");
}

#[test]
fn png_has_the_64_bit_hashes_of_image_hasher_bit_by_bit() {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table("image_hasher.csv", "file,type,hash") {
        let [file, hash_type, hash] = row.try_into().unwrap();
        let hashes = expected.entry(file).or_default();
        hashes.push(format!("{hash_type}:{hash}"));
    }
    assert_eq!(
        expected.keys().collect::<Vec<_>>(),
        reference(".png").keys().collect::<Vec<_>>()
    );
    let family = HashType::ALL.into_iter().filter(|t| t.bytes() == 8);
    let hasher = Hasher::new(family).with_views(Views::Stored);
    for (file, expected) in expected {
        let fingerprint = hasher.hash_bytes(&fs::read(folder().join(&file)).unwrap());
        let prints = fingerprint.prints.iter();
        let found: Vec<String> = prints.map(|print| format!("{:?}", print.hash)).collect();
        assert_eq!(found, expected, "{file}");
    }
}

/// Files that `tx` hashes by samples that are no colours, with the hash that it lists and its quality.
fn listed_by_tx() -> Vec<(Vec<u8>, String, Pdq, u8)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tx");
    let table = fs::read_to_string(folder.join("tx.csv")).unwrap();
    let rows = table.lines().skip(1).map(|row| {
        let fields: Vec<&str> = row.split(',').collect();
        let bytes = fs::read(folder.join(fields[0])).unwrap();
        let (hash, quality) = (fields[1].parse().unwrap(), fields[2].parse().unwrap());
        (bytes, fields[0].to_owned(), hash, quality)
    });
    rows.collect()
}

#[test]
fn entries_that_tx_made_of_samples_match_on_request_and_for_review() {
    let mut compared = 0;
    for (bytes, name, listed, quality) in listed_by_tx() {
        // tx lists nothing of less, and nothing of less is looked up.
        if quality < Pdq::QUALITY {
            continue;
        }
        let source = Source::new("tx", "rows", "rows");
        let list = List::new(source, vec![Entry::new(listed.into(), 1)]);
        let matcher = Matcher::of_lists([list]).unwrap();
        let matches = |views| {
            let hasher = Hasher::new([HashType::Pdq]).with_views(views);
            matcher.find(&hasher.hash_bytes(&bytes)).unwrap().matches
        };
        assert!(matches(Views::Upright).is_empty(), "{name}");
        let matches = matches(Views::TxCompat);
        assert_eq!(matches.len(), 1, "{name}");
        assert_eq!(matches[0].distance, 0, "{name}");
        assert_eq!(matches[0].view.to_string(), "raw-samples");
        assert_eq!(matches[0].tier, Tier::Derived);
        assert_eq!(matches[0].at_most, Some(MaxAction::Review));
        compared += 1;
    }
    assert_eq!(compared, 6);
}
