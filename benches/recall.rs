//! Which edits of a picture does a plain PDQ lookup at radius 31 find, and which does it miss?
//!
//! `cargo bench --bench recall -- FOLDER` takes every photograph in a folder (PDQ quality 50 or more). It makes the edits
//! people make, and prints for each the share found and the median distance. Then it prints the same with all eight views
//! looked up. Then how many pairs of different files lie within how many bits, for every type of hash. Those that are no copies
//! of each other would be false matches. Without a folder it takes the bundled example.
//!
//! The defaults of [`HashType::default_radius`] come from 300 everyday snapshots, many of them alike (44,850 pairs):
//!
//! | within bits | 0 | 1 | 2 | 4 | 6 | 8 | 10 |
//! |---|---|---|---|---|---|---|---|
//! | `mean64-ih3-lsb` | 1 | 4 | 21 | 76 | 288 | 721 | 1455 |
//! | `mean-dct64-ih3-lsb` | 14 | 100 | 341 | 1974 | 5976 | 12239 | 19575 |
//! | `gradient64-ih3-lsb` | 0 | 0 | 1 | 3 | 9 | 20 | 42 |
//! | `gradient-dct64-ih3-lsb` | 0 | 0 | 0 | 0 | 0 | 0 | 1 |
//! | `vert-gradient64-ih3-lsb` | 0 | 1 | 1 | 2 | 11 | 21 | 48 |
//! | `vert-gradient-dct64-ih3-lsb` | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
//! | `double-gradient64-ih3-lsb` | 2 | 6 | 16 | 131 | 514 | 1537 | 3482 |
//! | `double-gradient-dct64-ih3-lsb` | 0 | 0 | 7 | 99 | 452 | 1479 | 3790 |
//! | `blockhash64-ih3-lsb` | 0 | 1 | 11 | 90 | 273 | 693 | 1380 |
//!
//! Of PDQ none lies within 31, and the nearest two are 66 bits apart.

mod photographs;

use std::path::PathBuf;

use basma::hash::{Hash, HashType, Pdq};
use basma::hasher::{Family, pdq, pdq_dihedral};
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb, RgbImage};

use photographs::{jpeg, picture};

type Edit = fn(&RgbImage) -> RgbImage;

const EDITS: [(&str, Edit); 17] = [
    ("JPEG quality 70", |p| jpeg(p, 70)),
    ("JPEG quality 30", |p| jpeg(p, 30)),
    ("JPEG quality 10", |p| jpeg(p, 10)),
    ("half size", |p| resized(p, 0.5)),
    ("quarter size", |p| resized(p, 0.25)),
    ("stretched by a fifth", |p| {
        imageops::resize(p, p.width() * 6 / 5, p.height(), FilterType::Triangle)
    }),
    ("grey", |p| {
        DynamicImage::from(imageops::grayscale(p)).into_rgb8()
    }),
    ("brighter by a fifth", |p| imageops::brighten(p, 50)),
    ("more contrast", |p| imageops::contrast(p, 30.0)),
    ("blurred", |p| {
        imageops::blur(p, p.width().min(p.height()) as f32 / 200.0)
    }),
    ("cropped by 2 % a side", |p| cropped(p, 0.02)),
    ("cropped by 5 % a side", |p| cropped(p, 0.05)),
    ("cropped by 10 % a side", |p| cropped(p, 0.10)),
    ("caption over 8 %", |p| captioned(p, 0.08)),
    ("border of 5 %", |p| bordered(p, 0.05)),
    ("mirrored", |p| imageops::flip_horizontal(p)),
    ("turned by a quarter", |p| imageops::rotate90(p)),
];

fn main() {
    // Cargo passes options of its own; what is no option is the folder.
    let folder = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let folder = folder.map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump").into(),
        PathBuf::from,
    );
    let mut all = Vec::new();
    photographs::each(&folder, |photograph| all.push(photograph));
    let photographs = all;
    assert!(
        !photographs.is_empty(),
        "no photograph of quality 50 or more in {}",
        folder.display()
    );
    println!(
        "{} photographs in {}\n",
        photographs.len(),
        folder.display()
    );
    println!("| edit | found | median bits | found in eight views |\n|---|---|---|---|");
    let hashes: Vec<Pdq> = photographs.iter().map(|p| rated(p).0).collect();
    for (name, edit) in EDITS {
        let mut distances = Vec::new();
        let mut nearest = Vec::new();
        for (photograph, hash) in photographs.iter().zip(&hashes) {
            let edited = picture(edit(photograph));
            distances.push(pdq(&edited).hash.distance(hash));
            let views = pdq_dihedral(&edited);
            nearest.push(
                views
                    .iter()
                    .map(|(_, view)| view.distance(hash))
                    .min()
                    .expect("eight views"),
            );
        }
        let median = median(&mut distances);
        println!(
            "| {name} | {:.0} % | {median} | {:.0} % |",
            found(&distances),
            found(&nearest)
        );
    }
    println!();
    pairs(&photographs);
}

/// Counts the pairs of different files within so many bits, for every perceptual type.
fn pairs(photographs: &[RgbImage]) {
    let family = Family::new(HashType::ALL);
    let hashes: Vec<Vec<Hash>> = photographs
        .iter()
        .map(|photograph| {
            let picture = picture(photograph.clone());
            let mut hashes = family.hash(&picture).expect("within the limits");
            hashes.push(pdq(&picture).hash.into());
            hashes
        })
        .collect();
    let bits = [0, 1, 2, 4, 6, 8, 10, 15, 20, 31];
    println!("pairs of different files within bits: {bits:?}");
    for (kind, first) in hashes[0].iter().enumerate() {
        let mut within = [0_u64; 10];
        for (i, a) in hashes.iter().enumerate() {
            for b in &hashes[..i] {
                let distance = a[kind].distance(&b[kind]).expect("one type");
                for (count, _) in within
                    .iter_mut()
                    .zip(bits)
                    .filter(|(_, most)| distance <= *most)
                {
                    *count += 1;
                }
            }
        }
        println!("{:<30} {within:?}", first.hash_type());
    }
}

fn rated(photograph: &RgbImage) -> (Pdq, u8) {
    let rated = pdq(&picture(photograph.clone()));
    (rated.hash, rated.quality)
}

fn found(distances: &[u32]) -> f64 {
    let found = distances.iter().filter(|&&d| d <= Pdq::RADIUS).count();
    found as f64 * 100.0 / distances.len() as f64
}

fn median(distances: &mut [u32]) -> u32 {
    distances.sort_unstable();
    distances[distances.len() / 2]
}

fn resized(p: &RgbImage, by: f32) -> RgbImage {
    let side = |of: u32| ((of as f32 * by) as u32).max(1);
    imageops::resize(p, side(p.width()), side(p.height()), FilterType::Lanczos3)
}

fn cropped(p: &RgbImage, by: f32) -> RgbImage {
    let (x, y) = (
        (p.width() as f32 * by) as u32,
        (p.height() as f32 * by) as u32,
    );
    imageops::crop_imm(p, x, y, p.width() - 2 * x, p.height() - 2 * y).to_image()
}

/// A black bar at the bottom with white bars where letters would be.
fn captioned(p: &RgbImage, by: f32) -> RgbImage {
    let top = p.height() - (p.height() as f32 * by) as u32;
    let bar = p.height() - top;
    RgbImage::from_fn(p.width(), p.height(), |x, y| match y.checked_sub(top) {
        None => *p.get_pixel(x, y),
        Some(y)
            if (bar / 4..bar * 3 / 4).contains(&y) && !(x * 60 / p.width()).is_multiple_of(3) =>
        {
            Rgb([255; 3])
        }
        Some(_) => Rgb([0; 3]),
    })
}

fn bordered(p: &RgbImage, by: f32) -> RgbImage {
    let (x, y) = (
        (p.width() as f32 * by) as u32,
        (p.height() as f32 * by) as u32,
    );
    let mut framed = RgbImage::new(p.width() + 2 * x, p.height() + 2 * y);
    imageops::replace(&mut framed, p, x.into(), y.into());
    framed
}
