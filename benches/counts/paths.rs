//! The hot paths, and the files that they are run on.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use basma::Matcher;
use basma::hash::{Hash, HashType};
use basma::hasher::{Hasher, Views, pdq};
use basma::index::{Builder, Index, Structure};
use basma::list::{ReadOptions, read_bytes};
use basma::media::{Limits, Picture, decode, decode_luma};
use basma::report::{Lookup, line};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

use crate::lists::{self, Random};

/// One path: `load` reads what it needs and gives back what is counted.
pub(crate) struct HotPath {
    pub(crate) name: &'static str,
    pub(crate) load: fn(&Path) -> Box<dyn FnMut()>,
}

pub(crate) const ALL: &[HotPath] = &[
    path("JPEG of 0.5 MP, decoded", |f| jpeg(f, SMALL)),
    path("JPEG of 2 MP, decoded", |f| jpeg(f, MIDDLE)),
    path("JPEG of 12 MP, decoded", |f| jpeg(f, LARGE)),
    path("PNG of 0.5 MP, decoded", png),
    path("PDQ of luma of 2 MP", pdq_of_luma),
    path("60 views of a JPEG of 0.5 MP", views),
    path("400 look-ups by multi-index hashing", |f| {
        one_by_one(f, Structure::Mih, 31, 400)
    }),
    path("400 look-ups in a batch", batch),
    path("10 exhaustive look-ups", |f| {
        one_by_one(f, Structure::Exhaustive, 31, 10)
    }),
    path("100 look-ups by BK-tree", |f| {
        one_by_one(f, Structure::BkTree, 8, 100)
    }),
    path("list of 4,000 lines, read", list_read),
    path("4,000 look-ups as JSON Lines", json_lines),
];

const fn path(name: &'static str, load: fn(&Path) -> Box<dyn FnMut()>) -> HotPath {
    HotPath { name, load }
}

const SEED: u64 = 0xba53a;
const SMALL: (u32, u32) = (816, 612);
const MIDDLE: (u32, u32) = (1632, 1224);
const LARGE: (u32, u32) = (4000, 3000);
const ENTRIES: u64 = 50_000;
const LINES: u64 = 4_000;

/// Makes all files, outside of what is counted.
pub(crate) fn write_inputs(folder: &Path) {
    for (width, height) in [SMALL, MIDDLE, LARGE] {
        let mut encoded = Vec::new();
        JpegEncoder::new_with_quality(&mut encoded, 85)
            .encode_image(&photograph(width, height))
            .expect("an encoded picture");
        write(folder, &format!("{width}.jpg"), &encoded);
    }
    let mut encoded = std::io::Cursor::new(Vec::new());
    photograph(SMALL.0, SMALL.1)
        .write_to(&mut encoded, ImageFormat::Png)
        .expect("an encoded picture");
    write(folder, "small.png", encoded.get_ref());

    let hashes: Vec<[u8; 32]> = Random(SEED).hashes(ENTRIES).collect();
    for structure in [Structure::Mih, Structure::BkTree] {
        let mut builder = Builder::new().structure(structure);
        let list = lists::list(HashType::Pdq, &hashes);
        builder.add(list).expect("entries within the limits");
        let (bytes, _) = builder.build().expect("a sound list");
        write(folder, &index_name(structure), &bytes);
    }
    let lines = hashes.iter().take(LINES as usize).zip(1_u64..);
    let line = |(hash, id): (&[u8; 32], u64)| {
        let hash = lists::cut(HashType::Pdq, hash);
        format!("pdq,{hash},{id},known abuse\n")
    };
    let text: String = lines.map(line).collect();
    write(
        folder,
        "list.csv",
        format!("type,hash,id,labels\n{text}").as_bytes(),
    );
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join(name), bytes).expect("a file in a folder of our own");
}

fn bytes_of(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).expect("a file that was made before")
}

/// Waves of several lengths and some noise, by whole numbers: the same pixels on every machine.
fn photograph(width: u32, height: u32) -> RgbImage {
    let mut random = Random(SEED);
    // Between 0 and 255, up and down again.
    let wave = |at: u32, length: u32| {
        let phase = at % length * 510 / length;
        if phase > 255 { 510 - phase } else { phase }
    };
    RgbImage::from_fn(width, height, |x, y| {
        let noise = (random.word() >> 60) as u32;
        let waves =
            wave(x * 2 + y, width) * 4 + wave(x + y * 3, width / 7) * 2 + wave(x * y / 64, 997);
        let base = waves / 8 + noise;
        Rgb([base, base * 9 / 10, 255 - base.min(255)].map(|sample| sample.min(255) as u8))
    })
}

fn jpeg(folder: &Path, (width, _): (u32, u32)) -> Box<dyn FnMut()> {
    let bytes = bytes_of(folder, &format!("{width}.jpg"));
    Box::new(move || {
        let decoded = decode_luma(&bytes, &Limits::default(), |frame| drop(black_box(frame)));
        decoded.expect("a whole picture");
    })
}

fn png(folder: &Path) -> Box<dyn FnMut()> {
    let bytes = bytes_of(folder, "small.png");
    Box::new(move || {
        let decoded = decode(&bytes, &Limits::default(), |frame| drop(black_box(frame)));
        decoded.expect("a whole picture");
    })
}

fn pdq_of_luma(_: &Path) -> Box<dyn FnMut()> {
    let (width, height) = MIDDLE;
    let mut random = Random(SEED);
    let words = (0..width * height / 8).flat_map(|_| random.word().to_le_bytes());
    let picture = Picture::from_luma8(width, height, words.collect()).expect("all pixels");
    Box::new(move || _ = black_box(pdq(black_box(&picture))))
}

fn views(folder: &Path) -> Box<dyn FnMut()> {
    let bytes = bytes_of(folder, &format!("{}.jpg", SMALL.0));
    let hasher = Hasher::new([HashType::Pdq]).with_views(Views::Standard);
    Box::new(move || {
        let hashed = hasher.hash_bytes(black_box(&bytes));
        assert!(hashed.prints.len() > 20, "views are made");
    })
}

fn index_name(structure: Structure) -> String {
    format!("{}.basma", structure.name())
}

/// The index and the queries, one in five of which is near to an entry.
fn index_and_queries(
    folder: &Path,
    structure: Structure,
    radius: u32,
    count: usize,
) -> (Index, Vec<Hash>) {
    let index = Index::open(&folder.join(index_name(structure))).expect("a sound index");
    let known: Vec<[u8; 32]> = Random(SEED).hashes(count as u64).collect();
    let queries = Random(SEED + 1).queries(count, &known, HashType::Pdq, radius);
    (index, queries)
}

fn one_by_one(folder: &Path, structure: Structure, radius: u32, count: usize) -> Box<dyn FnMut()> {
    let held = if structure == Structure::BkTree {
        structure
    } else {
        Structure::Mih
    };
    let (index, queries) = index_and_queries(folder, held, radius, count);
    Box::new(move || {
        for query in &queries {
            let hits = index.lookup_with(structure, query, radius);
            black_box(hits.expect("a sound index"));
        }
    })
}

fn batch(folder: &Path) -> Box<dyn FnMut()> {
    let (index, queries) = index_and_queries(folder, Structure::Mih, 31, 400);
    Box::new(move || {
        let hits = index.lookup_batch_with(Structure::Mih, &queries, 31);
        black_box(hits.expect("a sound index"));
    })
}

fn list_read(folder: &Path) -> Box<dyn FnMut()> {
    let bytes = bytes_of(folder, "list.csv");
    Box::new(move || {
        let list = read_bytes(Path::new("list.csv"), &bytes, &ReadOptions::default());
        let list = list.expect("a sound list");
        assert_eq!(list.entries.len() as u64, LINES);
    })
}

/// One in five has a match.
fn json_lines(folder: &Path) -> Box<dyn FnMut()> {
    let (index, queries) = index_and_queries(folder, Structure::Mih, 31, LINES as usize);
    let found = Matcher::new([index]).lookup_batch(&queries);
    let found = found.expect("a sound index");
    Box::new(move || {
        for (query, found) in queries.iter().zip(&found) {
            black_box(line(&Lookup::new(query, found)));
        }
    })
}
