//! Which changed copies does each choice of views find, what does it cost, and whom does it accuse?
//!
//! `cargo bench --bench copies -- FOLDER [COUNT]` lists plain PDQ of every photograph in a folder (quality 50 or more, at
//! most 1024 pixels a side), changes the first COUNT of them (40) in 86 ways, and looks the copies up. It prints the share
//! found by plain PDQ within 31 bits, which is what other tools do, and by each choice of views; how often a copy met
//! another photograph than its own, by tier, with the 95 % bound; and hashes and milliseconds for each picture. Without
//! a folder it takes the bundled example.

mod edits;
#[path = "../photographs/mod.rs"]
mod photographs;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Instant;

use basma::Matcher;
use basma::hash::{HashType, Pdq};
use basma::hasher::{Hasher, Views, pdq};
use basma::matcher::Tier;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, RgbImage};
use rayon::prelude::*;

use edits::{EDITS, fitted};
use photographs::picture;

const VIEWS: [Views; 4] = [
    Views::Upright,
    Views::Fast,
    Views::Standard,
    Views::Thorough,
];

/// What was found of one copy, for each choice of views: whether it was within the radius, and at all; and how many others
/// were accused, and named as leads.
#[derive(Clone, Copy, Default)]
struct Outcome {
    found: bool,
    lead: bool,
    accused: u64,
    led: u64,
}

fn main() {
    // Cargo passes options of its own.
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with('-'));
    let folder = arguments.next().map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump").into(),
        PathBuf::from,
    );
    let count = arguments.next();
    let count = count.map_or(40, |count| count.parse().expect("a number of photographs"));
    let mut all = Vec::new();
    photographs::each(&folder, |photograph| all.push(fitted(&photograph, 1024)));
    let photographs = all;
    assert!(
        !photographs.is_empty(),
        "no photograph in {}",
        folder.display()
    );
    let listed = photographs.len();
    let matcher = matcher(&photographs);
    let changed = &photographs[..count.min(listed)];
    println!("{listed} photographs listed, {} changed\n", changed.len());

    let queries: Vec<(usize, usize)> = (0..EDITS.len())
        .flat_map(|edit| (0..changed.len()).map(move |photograph| (edit, photograph)))
        .collect();
    let outcomes: Vec<[Outcome; VIEWS.len()]> = queries
        .par_iter()
        .map(|&(edit, photograph)| {
            let copy = encoded(&EDITS[edit].2(&changed[photograph]));
            VIEWS.map(|views| outcome(&matcher, &copy, views, photograph))
        })
        .collect();
    let share =
        |outcomes: &[&[Outcome; VIEWS.len()]], views: usize, found: fn(&Outcome) -> bool| {
            let hits = outcomes.iter().filter(|of| found(&of[views])).count();
            format!("{:.1}", hits as f64 * 100.0 / outcomes.len() as f64)
        };
    let row = |name: &str, of: &[&[Outcome; VIEWS.len()]]| {
        let mut cells = vec![name.to_owned()];
        for views in 0..VIEWS.len() {
            cells.push(share(of, views, |outcome| outcome.found));
        }
        cells.push(share(of, 2, |outcome| outcome.found || outcome.lead));
        cells.push(share(of, 3, |outcome| outcome.found || outcome.lead));
        println!("| {} |", cells.join(" | "));
    };
    let head = "plain | fast | standard | thorough | standard, with leads | thorough, with leads |";
    println!("Found, %:\n\n| | {head}\n|---|---|---|---|---|---|---|");
    let of = |wanted: &dyn Fn(usize) -> bool| -> Vec<&[Outcome; VIEWS.len()]> {
        let all = queries.iter().zip(&outcomes);
        all.filter(|((edit, _), _)| wanted(*edit))
            .map(|(_, of)| of)
            .collect()
    };
    let groups: BTreeMap<&str, usize> = EDITS
        .iter()
        .enumerate()
        .rev()
        .map(|(place, (group, ..))| (*group, place))
        .collect();
    row("all", &of(&|_| true));
    let mut groups: Vec<(&str, usize)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, place)| *place);
    for (group, _) in groups {
        row(group, &of(&|edit| EDITS[edit].0 == group));
    }
    println!("\n| edit | {head}\n|---|---|---|---|---|---|---|");
    for (place, (_, name, _)) in EDITS.iter().enumerate() {
        row(name, &of(&|edit| edit == place));
    }
    let pairs = (queries.len() * (listed - 1)) as f64;
    println!("\nCopies against other photographs, {pairs:.3e} pairs:\n");
    println!("| views | above lead | bound, 95 % | leads |\n|---|---|---|---|");
    for (place, views) in VIEWS.iter().enumerate() {
        let accused: u64 = outcomes.iter().map(|of| of[place].accused).sum();
        let led: u64 = outcomes.iter().map(|of| of[place].led).sum();
        println!(
            "| {} | {accused} | {:.1e} | {led} |",
            views.name(),
            bound(accused) / pairs
        );
    }
    costs(&photographs, &matcher);
}

/// The most events that are to be expected where so many were seen, with 95 % confidence: the exact bound of Garwood (1936)
/// for none, and its usual approximation for more.
fn bound(seen: u64) -> f64 {
    if seen == 0 {
        return 3.0;
    }
    let seen = seen as f64 + 1.0;
    seen * (1.0 - 1.0 / (9.0 * seen) + 1.645 / (3.0 * seen.sqrt())).powi(3)
}

fn outcome(matcher: &Matcher, copy: &[u8], views: Views, photograph: usize) -> Outcome {
    let hasher = Hasher::new([HashType::Pdq]).with_views(views);
    let found = matcher
        .find(&hasher.hash_bytes(copy))
        .expect("a sound index");
    let own = photograph.to_string();
    let is_own = |m: &basma::matcher::Match| m.id.as_deref() == Some(own.as_str());
    assert!(found.weak.iter().all(|m| m.tier == Tier::Lead));
    Outcome {
        found: found.matches.iter().any(is_own),
        lead: found.weak.iter().any(is_own),
        accused: found.matches.iter().filter(|m| !is_own(m)).count() as u64,
        led: found.weak.iter().filter(|m| !is_own(m)).count() as u64,
    }
}

/// What each choice of views costs on JPEG files of 2 megapixels, against a list of a million hashes.
fn costs(photographs: &[RgbImage], matcher: &Matcher) {
    let files: Vec<Vec<u8>> = photographs
        .iter()
        .take(24)
        .map(|photograph| {
            let large = image::imageops::resize(
                photograph,
                1632,
                1224,
                image::imageops::FilterType::CatmullRom,
            );
            let mut bytes = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut bytes, 85);
            large
                .write_with_encoder(encoder)
                .expect("an encoded picture");
            bytes
        })
        .collect();
    println!("\nJPEG files of 2 megapixels, time of one thread:\n");
    println!("| views | hashes | decode and hash, ms | look up, ms |\n|---|---|---|---|");
    for views in VIEWS {
        let hasher = Hasher::new([HashType::Pdq]).with_views(views);
        let mut best = [f64::INFINITY; 2];
        let mut hashes = 0;
        for _ in 0..5 {
            let begun = seconds();
            let of_each: Vec<_> = files.iter().map(|file| hasher.hash_bytes(file)).collect();
            let hashed = seconds() - begun;
            let begun = seconds();
            for fingerprint in &of_each {
                matcher.find(fingerprint).expect("a sound index");
            }
            let looked_up = seconds() - begun;
            hashes = of_each.iter().map(|of| of.prints.len()).sum();
            for (best, took) in best.iter_mut().zip([hashed, looked_up]) {
                *best = best.min(took * 1000.0 / files.len() as f64);
            }
        }
        println!(
            "| {} | {:.0} | {:.2} | {:.2} |",
            views.name(),
            f64::from(u32::try_from(hashes).expect("few")) / files.len() as f64,
            best[0],
            best[1]
        );
    }
}

/// How long this thread has been at work; by the clock, where the system does not tell.
fn seconds() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|told| told.split_whitespace().next()?.parse::<u64>().ok());
    told.map_or_else(|| BEGUN.elapsed().as_secs_f64(), |ns| ns as f64 / 1e9)
}

/// The list of all photographs, filled up to a million hashes with others: random ones are as far apart as photographs.
fn matcher(photographs: &[RgbImage]) -> Matcher {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("listed.csv");
    let mut text = String::from("id,type,hash\n");
    for (place, photograph) in photographs.iter().enumerate() {
        let hash = pdq(&picture(photograph.clone())).hash;
        text += &format!("{place},pdq,{hash}\n");
    }
    for place in 0..1_000_000_u32 {
        let mut hash = [0; 32];
        let digest = blake3::hash(&place.to_le_bytes());
        // Half of the bits are set, as PDQ sets them.
        let mut order: Vec<u8> = (0..=255).collect();
        let mut state = u64::from_le_bytes(*digest.as_bytes().first_chunk().expect("longer"));
        for i in (1..256).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            order.swap(i, (state >> 33) as usize % (i + 1));
        }
        for bit in &order[..128] {
            hash[usize::from(bit / 8)] |= 1 << (bit % 8);
        }
        text += &format!("other{place},pdq,{}\n", Pdq(hash));
    }
    std::fs::write(&path, text).expect("room for the list");
    Matcher::open([&path]).expect("a list")
}

fn encoded(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Pnm)
        .expect("an encoded picture");
    bytes.into_inner()
}
