//! How far are the hashes that are made by default, of luma at a reduced scale, from the exact ones?
//!
//! `cargo bench --bench drift -- FOLDER` hashes every JPEG photograph in a folder (of quality 50 or more) both ways. It prints
//! how many bits of PDQ differ, and by how much the quality. Then it prints the same by scale. It fails unless the mean is at
//! most 1 bit. No photograph may differ by more than 6, and no quality by more than 15. Without a folder it takes the bundled
//! example.
//!
//! Of 412 photographs 397 have a shorter side below 1024 pixels. Of these all pixels of luma are made. Of the others:
//!
//! | decoded at | n | mean | p95 | max | quality, max |
//! |---|---|---|---|---|---|
//! | 1/4 | 3 | 0.67 | 2 | 2 | 0 |
//! | 1/8 | 12 | 0.83 | 4 | 4 | 0 |
//!
//! Of all 412 the mean is 0.04. Three kinds of files are made of them to lead the decoder astray, 69 of each. They are blocks
//! that leave the range of pixels, sawteeth within blocks, and halftones. None moves by more than 2 bits. Some of the drift of
//! photographs is that luma does not show which colours are cut off. That is so at full size too.

#[path = "drift/steered.rs"]
mod steered;
#[path = "../src/media/jpeg/tests/writer.rs"]
#[allow(dead_code, reason = "the tests of the decoder use the rest")]
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use basma::hash::{HashType, Pdq};
use basma::hasher::{Hasher, RatedPdq, pdq};
use basma::media::{Format, Limits, Pixels, decode_luma};
use image::GrayImage;

const MEAN_MAX: f64 = 1.0;
const BITS_MAX: u32 = 6;
const QUALITY_MAX: u8 = 15;

/// Of how many photographs files are made that are to lead the decoder astray.
const STEERED_MAX: usize = 24;
/// The shorter sides of these files: one for each scale.
const STEERED_SIDES: [u32; 3] = [600, 1200, 2200];

/// One file hashed both ways.
struct Pair {
    name: String,
    scale: u32,
    bits: u32,
    quality: u8,
}

fn main() {
    // Cargo passes options of its own; what is no option is the folder.
    let folder = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let folder = folder.map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump").into(),
        PathBuf::from,
    );
    let files = walkdir::WalkDir::new(&folder).sort_by_file_name();
    let files = files
        .into_iter()
        .flatten()
        .filter(|e| e.file_type().is_file());
    let mut pairs = Vec::new();
    let mut photographs = Vec::new();
    for file in files {
        if let Some(pair) = of_file(file.path()) {
            photographs.push(file.path().to_owned());
            pairs.push(pair);
        }
    }
    assert!(
        !pairs.is_empty(),
        "no JPEG photograph of quality 50 or more in {}",
        folder.display()
    );
    println!(
        "| decoded at | n | mean | p50 | p95 | p99 | max | <= 2 | <= 6 | quality, mean | quality, max |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let mut kept = table("photographs", &pairs);
    let step = photographs.len().div_ceil(STEERED_MAX);
    let chosen: Vec<PathBuf> = photographs.into_iter().step_by(step).collect();
    for (kind, pairs) in led_astray(&chosen) {
        kept &= table(kind, &pairs);
    }
    if !kept {
        println!(
            "\nthe contract is broken: mean at most {MEAN_MAX}, bits at most {BITS_MAX}, quality at most {QUALITY_MAX}"
        );
        std::process::exit(1);
    }
}

/// Copies of photographs at each scale, of three kinds. The first have blocks that overshoot so that their means are those of
/// the next photograph. The second have teeth that means hide, and the third are halftones of low quality.
fn led_astray(photographs: &[PathBuf]) -> [(&'static str, Vec<Pair>); 3] {
    let (mut steered, mut sawteeth, mut halftones) = (Vec::new(), Vec::new(), Vec::new());
    let grey = |path: &PathBuf| {
        image::open(path)
            .expect("it was decoded before")
            .into_luma8()
    };
    for (i, path) in photographs.iter().enumerate() {
        let (one, other) = (grey(path), grey(&photographs[(i + 1) % photographs.len()]));
        for side in STEERED_SIDES {
            let one = resized(&one, side);
            let (width, height) = one.dimensions();
            let other = image::imageops::resize(
                &other,
                width,
                height,
                image::imageops::FilterType::Triangle,
            );
            let name = format!("{} at {side}", path.display());
            steered.extend(of_bytes(&name, &steered::overshooting(&one, &other)));
            sawteeth.extend(of_bytes(&name, &steered::sawtooth(&one)));
            halftones.extend(of_bytes(&name, &steered::halftone(&one)));
        }
    }
    [
        ("steered", steered),
        ("sawteeth", sawteeth),
        ("halftones", halftones),
    ]
}

fn resized(picture: &GrayImage, side: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let scale = f64::from(side) / f64::from(width.min(height));
    let [width, height] = [width, height].map(|s| (f64::from(s) * scale).round() as u32);
    image::imageops::resize(
        picture,
        width,
        height,
        image::imageops::FilterType::CatmullRom,
    )
}

/// Prints one kind of files by scale, and what is beyond the contract. Whether it is kept.
fn table(kind: &str, pairs: &[Pair]) -> bool {
    let mut by_scale: BTreeMap<u32, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        by_scale.entry(pair.scale).or_default().push(pair);
    }
    for (scale, pairs) in &by_scale {
        row(&format!("{kind}, 1/{scale}"), pairs);
    }
    let all: Vec<&Pair> = pairs.iter().collect();
    if all.is_empty() {
        return true;
    }
    let mean = row(&format!("**{kind}**"), &all);

    let far = |p: &&Pair| p.bits > BITS_MAX || p.quality > QUALITY_MAX;
    let far: Vec<&Pair> = pairs.iter().filter(far).collect();
    for pair in &far {
        let Pair {
            name,
            scale,
            bits,
            quality,
            ..
        } = pair;
        eprintln!("{kind}: {name}: {bits} bits, quality {quality}, at 1/{scale}");
    }
    mean <= MEAN_MAX && far.is_empty()
}

/// `None` for what is no JPEG file, or no photograph of sufficient quality.
fn of_file(path: &Path) -> Option<Pair> {
    let bytes = std::fs::read(path).ok()?;
    of_bytes(&path.display().to_string(), &bytes)
}

fn of_bytes(name: &str, bytes: &[u8]) -> Option<Pair> {
    if Format::sniff(bytes) != Some(Format::Jpeg) {
        return None;
    }
    let exact = Hasher::new([HashType::Pdq])
        .with_exact(true)
        .hash_bytes(bytes);
    let exact = exact.prints.first()?;
    if exact.quality < Pdq::QUALITY {
        return None;
    }
    let mut fast = None;
    let each = |frame: basma::media::Frame| {
        let scale = match frame.picture.pixels() {
            Pixels::Reduced { scale, .. } => scale,
            Pixels::Luma8(_) | Pixels::Rgb8(_) => 1,
        };
        fast = Some((scale, pdq(&frame.picture)));
    };
    decode_luma(bytes, &Limits::default(), each).ok()?;
    let (scale, RatedPdq { hash, quality, .. }) = fast?;
    Some(Pair {
        name: name.to_owned(),
        scale,
        bits: exact.hash.distance(&hash.into())?,
        quality: exact.quality.abs_diff(quality),
    })
}

/// Prints one line, and gives the mean of the bits.
fn row(name: &str, pairs: &[&Pair]) -> f64 {
    let mut bits: Vec<u32> = pairs.iter().map(|p| p.bits).collect();
    bits.sort_unstable();
    let n = bits.len();
    let at = |percent: usize| bits[(n * percent / 100).min(n - 1)];
    let share = |most: u32| 100.0 * bits.iter().filter(|&&b| b <= most).count() as f64 / n as f64;
    let mean = f64::from(bits.iter().sum::<u32>()) / n as f64;
    let quality: u32 = pairs.iter().map(|p| u32::from(p.quality)).sum();
    println!(
        "| {name} | {n} | {mean:.2} | {} | {} | {} | {} | {:.1} % | {:.1} % | {:.2} | {} |",
        at(50),
        at(95),
        at(99),
        bits[n - 1],
        share(2),
        share(6),
        f64::from(quality) / n as f64,
        pairs.iter().map(|p| p.quality).max().unwrap_or(0),
    );
    mean
}
