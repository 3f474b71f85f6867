//! Which changed copies does each choice of views find, what does it cost, and whom does it accuse?
//!
//! `cargo bench --bench copies -- FOLDER [COUNT]` lists plain PDQ of every photograph in a folder. These have quality 50 or
//! more, and are reduced to at most 1024 pixels a side. It changes the first COUNT of them (40) by 78 ordinary edits and 40
//! others. Another 15 edits have a strength that is drawn for each. Then it looks the copies up among a million hashes. It
//! prints the share found by plain PDQ within 31 bits, which is what other tools do. It also prints the share by each
//! choice of views, as a match, and as a match or a lead. So it does for an own list, which holds details of the pictures
//! beside their hashes. It prints how often a copy met another photograph than its own, by
//! tier, with the 95 % bound. It prints the same for documents and screens of one template. Then it prints what of all this an
//! exhaustive search finds more, and hashes and milliseconds for each picture. Without a folder it takes the bundled example.
//! With a COUNT of 0 it measures what views cost and nothing else.

mod edits;
#[path = "../../fixtures/notices/mod.rs"]
mod notices;
#[path = "../photographs/mod.rs"]
mod photographs;
mod strata;

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Instant;

use basma::Matcher;
use basma::hash::{HashType, Pdq};
use basma::hasher::{Hasher, Views, pdq};
use basma::list::{Entry, List, Source};
use basma::matcher::{Found, Match, Tier};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, RgbImage};
use rayon::prelude::*;

use edits::{DRAWN, Edit, ORDINARY, OTHERS, fitted};
use photographs::picture;

/// A choice of views, and whether lists hold details of their pictures, as those do that an institution makes itself.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    views: Views,
    is_own: bool,
}

const fn plain(name: &'static str, views: Views) -> Choice {
    Choice {
        name,
        views,
        is_own: false,
    }
}

const CHOICES: [Choice; 5] = [
    plain("plain", Views::Upright),
    plain("fast", Views::Fast),
    plain("standard", Views::Standard),
    plain("thorough", Views::Thorough),
    Choice {
        name: "own list, standard",
        views: Views::Standard,
        is_own: true,
    },
];

/// The columns of tables of what is found.
const HEAD: &str = "plain | fast | standard | thorough | own list | fast, with leads | standard, with leads | thorough, with leads | own list, with leads |\n|---|---|---|---|---|---|---|---|---|---|";

/// What was found of one copy by one choice of views. It says whether it was a match, and a match or a lead. It also says how
/// many others were accused, and named as leads.
#[derive(Clone, Copy, Default)]
struct Outcome {
    found: bool,
    led_to: bool,
    accused: u64,
    led: u64,
}

/// The groups of edits that hide most of a picture, or cut it off: plain hashes find few of them.
const HARD: [&str; 5] = [
    "overlays",
    "captions added",
    "larger crops",
    "crops of one side",
    "faces, arrows, bars",
];

/// With more photographs than this no random hashes are listed beside them: it is others of the folder that are met.
const FEW: usize = 2_000;

/// A list of the photographs among many other hashes, and alone.
struct Lists {
    among: Matcher,
    alone: Matcher,
}

type Outcomes = [Outcome; CHOICES.len()];

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
    let lists = [false, true].map(|is_own| {
        let listed = entries(&photographs, is_own);
        let alone = matcher(listed.clone(), 0);
        let among = matcher(
            listed,
            if photographs.len() > FEW {
                0
            } else {
                1_000_000
            },
        );
        Lists { among, alone }
    });
    let changed = &photographs[..count.min(photographs.len())];
    println!(
        "{} photographs listed, {} changed",
        photographs.len(),
        changed.len()
    );

    if changed.is_empty() {
        costs(&photographs, &lists);
        return;
    }
    let (mut all, mut missed) = (Vec::new(), [0_u64; CHOICES.len()]);
    let sets: [(&str, &[Edit]); 3] = [
        ("78 ordinary edits", &ORDINARY),
        ("40 others", &OTHERS),
        ("15 of drawn strength", &DRAWN),
    ];
    for (name, edits) in sets {
        let of_set = outcomes(edits, changed, &lists, &mut missed);
        print_found(name, edits, &of_set);
        all.extend(of_set.into_iter().flatten());
    }
    print_accused(&all, photographs.len());
    println!("\nFound by exhaustive search, and missed in the index of a million:\n");
    println!("| views | copies |\n|---|---|");
    for (choice, missed) in CHOICES.iter().zip(missed) {
        println!("| {} | {missed} of {} |", choice.name, all.len());
    }
    strata::print(&photographs);
    costs(&photographs, &lists);
}

/// For each edit what is found of each photograph; and what an exhaustive search finds beside.
fn outcomes(
    edits: &[Edit],
    changed: &[RgbImage],
    lists: &[Lists; 2],
    missed: &mut [u64; CHOICES.len()],
) -> Vec<Vec<Outcomes>> {
    let mut all = Vec::new();
    for (.., change) in edits {
        let of_edit: Vec<(Outcomes, [bool; CHOICES.len()])> = changed
            .par_iter()
            .enumerate()
            .map(|(place, photograph)| {
                let copy = encoded(&change(photograph, place as u32));
                let mut lost = [false; CHOICES.len()];
                let mut outcomes = Outcomes::default();
                for (at, choice) in CHOICES.into_iter().enumerate() {
                    let fingerprint = Hasher::new([HashType::Pdq])
                        .with_views(choice.views)
                        .hash_bytes(&copy);
                    let find = |matcher: &Matcher| {
                        outcome(&matcher.find(&fingerprint).expect("a sound index"), place)
                    };
                    let lists = &lists[usize::from(choice.is_own)];
                    outcomes[at] = find(&lists.among);
                    lost[at] = find(&lists.alone).led_to && !outcomes[at].led_to;
                }
                (outcomes, lost)
            })
            .collect();
        for (_, lost) in &of_edit {
            for (missed, lost) in missed.iter_mut().zip(lost) {
                *missed += u64::from(*lost);
            }
        }
        all.push(of_edit.into_iter().map(|(outcomes, _)| outcomes).collect());
    }
    all
}

fn outcome(found: &Found, photograph: usize) -> Outcome {
    let own = photograph.to_string();
    let is_own = |m: &Match| m.id.as_deref() == Some(own.as_str());
    assert!(found.weak.iter().all(|m| m.tier == Tier::Lead));
    let is_found = found.matches.iter().any(is_own);
    Outcome {
        found: is_found,
        led_to: is_found || found.weak.iter().any(is_own),
        accused: found.matches.iter().filter(|m| !is_own(m)).count() as u64,
        led: found.weak.iter().filter(|m| !is_own(m)).count() as u64,
    }
}

/// Prints what was found of a set of edits: of all, of each group, and of each edit.
fn print_found(name: &str, edits: &[Edit], outcomes: &[Vec<Outcomes>]) {
    println!("\nFound of {name}, %:\n\n| | {HEAD}");
    let row = |name: &str, wanted: &dyn Fn(usize) -> bool| {
        let of: Vec<&Outcomes> = (0..edits.len())
            .filter(|edit| wanted(*edit))
            .flat_map(|edit| &outcomes[edit])
            .collect();
        let share = |is_so: &dyn Fn(&Outcomes) -> bool| {
            let hits = of.iter().filter(|outcomes| is_so(outcomes)).count();
            format!("{:.1}", hits as f64 * 100.0 / of.len() as f64)
        };
        let mut cells = vec![name.to_owned()];
        cells.extend((0..CHOICES.len()).map(|at| share(&|of: &Outcomes| of[at].found)));
        cells.extend((1..CHOICES.len()).map(|at| share(&|of: &Outcomes| of[at].led_to)));
        println!("| {} |", cells.join(" | "));
    };
    row("all", &|_| true);
    let is_hard = |edit: usize| HARD.contains(&edits[edit].0);
    if (0..edits.len()).any(is_hard) {
        row("hard for plain lists", &is_hard);
    }
    for (place, (group, ..)) in edits.iter().enumerate() {
        let is_first = edits[..place].iter().all(|(known, ..)| known != group);
        if is_first {
            row(group, &|edit| edits[edit].0 == *group);
        }
    }
    println!("\n| edit | {HEAD}");
    for (place, (_, name, _)) in edits.iter().enumerate() {
        row(name, &|edit| edit == place);
    }
}

fn print_accused(all: &[Outcomes], listed: usize) {
    let pairs = (all.len() * (listed - 1)) as f64;
    println!("\nCopies against other photographs, {pairs:.3e} pairs:\n");
    println!("| views | above lead | bound, 95 % | leads | bound, 95 % |\n|---|---|---|---|---|");
    for (place, choice) in CHOICES.iter().enumerate() {
        let accused: u64 = all.iter().map(|of| of[place].accused).sum();
        let led: u64 = all.iter().map(|of| of[place].led).sum();
        println!(
            "| {} | {accused} | {:.1e} | {led} | {:.1e} |",
            choice.name,
            bound(accused) / pairs,
            bound(led) / pairs
        );
    }
}

/// The most events that are to be expected where so many were seen, with 95 % confidence. It is the exact bound of Garwood
/// (1936) for none, and its usual approximation for more.
fn bound(seen: u64) -> f64 {
    if seen == 0 {
        return 3.0;
    }
    let seen = seen as f64 + 1.0;
    seen * (1.0 - 1.0 / (9.0 * seen) + 1.645 / (3.0 * seen.sqrt())).powi(3)
}

/// What each choice of views costs on JPEG files of 2 megapixels, against a list of a million hashes.
fn costs(photographs: &[RgbImage], lists: &[Lists; 2]) {
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
    for choice in CHOICES {
        let hasher = Hasher::new([HashType::Pdq]).with_views(choice.views);
        let matcher = &lists[usize::from(choice.is_own)].among;
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
            choice.name,
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

/// Entries of pictures, each under its place; those of an own list with details.
fn entries(pictures: &[RgbImage], is_own: bool) -> Vec<Entry> {
    let hasher = Hasher::new([HashType::Pdq]).with_details(is_own);
    let entry = |(place, image): (usize, &RgbImage)| {
        let details = hasher.hash_bytes(&encoded(image)).details();
        let details = details
            .into_iter()
            .next()
            .map(|(_, details)| Box::new(details));
        Entry::new(hash_of(image).into(), place as u64 + 1)
            .with_id(place.to_string())
            .with_details(details)
    };
    pictures.par_iter().enumerate().map(entry).collect()
}

/// A list of these, and of so many others: random ones are as far apart as photographs.
fn matcher(mut listed: Vec<Entry>, others: u32) -> Matcher {
    for place in 0..others {
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
        let line = listed.len() as u64 + 1;
        listed.push(Entry::new(Pdq(hash).into(), line).with_id(format!("other{place}")));
    }
    let source = Source::new("listed", "listed", "rows");
    Matcher::of_lists([List::new(source, listed)]).expect("a list")
}

fn hash_of(image: &RgbImage) -> Pdq {
    pdq(&picture(image.clone())).hash
}

fn encoded(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Pnm)
        .expect("an encoded picture");
    bytes.into_inner()
}
