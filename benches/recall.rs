//! Which edits of a picture does a plain PDQ lookup at radius 31 find, and which does it miss?
//!
//! `cargo bench --bench recall -- FOLDER` takes every photograph in a folder (PDQ quality 50 or more), makes the edits
//! people make, and prints for each the share found and the median distance; then the same with all eight views looked
//! up, and the nearest distance between two different photographs. Without a folder it takes the bundled example.

use std::path::PathBuf;

use basma::hash::Pdq;
use basma::hasher::{pdq, pdq_dihedral};
use basma::media::{Limits, Picture, decode};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb, RgbImage};

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
    let photographs = photographs(&folder);
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
    let pairs = hashes
        .iter()
        .enumerate()
        .flat_map(|(i, a)| hashes[..i].iter().map(|b| a.distance(b)));
    let mut pairs: Vec<u32> = pairs.collect();
    pairs.sort_unstable();
    let below = pairs.iter().filter(|&&d| d <= Pdq::RADIUS).count();
    println!(
        "\n{} pairs of different files: {below} within {} bits",
        pairs.len(),
        Pdq::RADIUS
    );
    println!("the ten nearest: {:?}", &pairs[..pairs.len().min(10)]);
}

fn photographs(folder: &std::path::Path) -> Vec<RgbImage> {
    let mut photographs = Vec::new();
    for entry in walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .flatten()
    {
        let Ok(bytes) = std::fs::read(entry.path()) else {
            continue;
        };
        let mut first = None;
        let decoded = decode(&bytes, &Limits::default(), |frame| {
            first.get_or_insert(frame.picture.as_image().to_rgb8());
        });
        if decoded.is_ok_and(|d| d.partial.is_none())
            && let Some(photograph) = first
            && rated(&photograph).1 >= Pdq::QUALITY
        {
            photographs.push(photograph);
        }
    }
    photographs
}

fn rated(photograph: &RgbImage) -> (Pdq, u8) {
    let rated = pdq(&picture(photograph.clone()));
    (rated.hash, rated.quality)
}

fn picture(image: RgbImage) -> Picture {
    Picture::new(image.into()).expect("it has pixels")
}

fn found(distances: &[u32]) -> f64 {
    let found = distances.iter().filter(|&&d| d <= Pdq::RADIUS).count();
    found as f64 * 100.0 / distances.len() as f64
}

fn median(distances: &mut [u32]) -> u32 {
    distances.sort_unstable();
    distances[distances.len() / 2]
}

fn jpeg(p: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(p)
        .expect("an encoded picture");
    image::load_from_memory(&bytes)
        .expect("what was just encoded")
        .into_rgb8()
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
