//! Different pictures of one template: how often is one taken for another?

use basma::hash::HashType;
use basma::hasher::Hasher;
use image::{Rgb, RgbImage, imageops};
use rayon::prelude::*;

use super::edits::{ORDINARY, OTHERS, fill, resized, words};
use super::notices::{Language, forged, notice};
use super::{CHOICES, bound, encoded, entries, matcher, outcome};

/// How many pictures a stratum has.
const COUNT: u32 = 60;

/// A name, and the picture of a number.
type Stratum<'p> = (&'static str, Box<dyn Fn(u32) -> RgbImage + Sync + 'p>);

/// Prints, for each stratum, what of it is taken for another of its pictures.
pub(super) fn print(photographs: &[RgbImage]) {
    let strata: [Stratum<'_>; 12] = [
        ("notices, left", Box::new(|number| bars(number, false))),
        ("notices, right", Box::new(|number| bars(number, true))),
        ("notices, one line changed", Box::new(changed_bars)),
        (
            "notices in Arabic",
            Box::new(|number| notice(Language::Arabic, number)),
        ),
        (
            "notices in French",
            Box::new(|number| notice(Language::French, number)),
        ),
        (
            "notices in English",
            Box::new(|number| notice(Language::English, number)),
        ),
        (
            "Arabic, other numbers in one line",
            Box::new(|number| forged(Language::Arabic, 9, number)),
        ),
        (
            "French, other numbers in one line",
            Box::new(|number| forged(Language::French, 9, number)),
        ),
        (
            "English, other numbers in one line",
            Box::new(|number| forged(Language::English, 9, number)),
        ),
        ("chats without pictures", Box::new(chat)),
        (
            "one application, other pictures",
            Box::new(|number| shop(&photographs[number as usize % photographs.len()], number)),
        ),
        ("series of one product", Box::new(product)),
    ];
    print_copies();
    let pairs = f64::from(COUNT * (COUNT - 1));
    println!("\nPictures of one template, {pairs:.0} pairs in each stratum:\n");
    println!("| stratum | views | above lead | bound, 95 % | leads |\n|---|---|---|---|---|");
    for (name, draw) in strata {
        let pictures: Vec<RgbImage> = (0..COUNT).map(&draw).collect();
        let lists = [false, true].map(|is_own| matcher(entries(&pictures, is_own), 0));
        for choice in CHOICES {
            let matcher = &lists[usize::from(choice.is_own)];
            let of_each: Vec<(u64, u64)> = pictures
                .par_iter()
                .enumerate()
                .map(|(place, picture)| {
                    let hasher = Hasher::new([HashType::Pdq]).with_views(choice.views);
                    let fingerprint = hasher.hash_bytes(&encoded(picture));
                    let found = matcher.find(&fingerprint).expect("a sound index");
                    let outcome = outcome(&found, place);
                    (outcome.accused, outcome.led)
                })
                .collect();
            let accused: u64 = of_each.iter().map(|(accused, _)| accused).sum();
            let led: u64 = of_each.iter().map(|(_, led)| led).sum();
            println!(
                "| {name} | {} | {accused} | {:.1e} | {led} |",
                choice.name,
                bound(accused) / pairs
            );
        }
    }
}

/// What is found of copies of notices.
fn print_copies() {
    const GROUPS: [&str; 5] = [
        "tone and size",
        "borders",
        "screenshots",
        "chats",
        "photographed screens",
    ];
    let edits: Vec<_> = ORDINARY
        .iter()
        .chain(&OTHERS)
        .filter(|(group, ..)| GROUPS.contains(group))
        .collect();
    println!("\nCopies of notices, found and found with leads, %:\n");
    println!(
        "| notices | edits | {} |",
        CHOICES.map(|choice| choice.name).join(" | ")
    );
    println!("|---|---|---|---|---|---|---|");
    for language in Language::ALL {
        let pictures: Vec<RgbImage> = (0..8).map(|number| notice(language, number)).collect();
        let lists = [false, true].map(|is_own| matcher(entries(&pictures, is_own), 0));
        for group in GROUPS {
            let edits = edits.iter().filter(|(of, ..)| *of == group);
            let copies: Vec<(usize, Vec<u8>)> = edits
                .flat_map(|(.., change)| {
                    let each = pictures.iter().enumerate();
                    each.map(|(place, page)| (place, encoded(&change(page, place as u32))))
                })
                .collect();
            let cells = CHOICES.map(|choice| {
                let matcher = &lists[usize::from(choice.is_own)];
                let counts: Vec<[u32; 2]> = copies
                    .par_iter()
                    .map(|(place, copy)| {
                        let hasher = Hasher::new([HashType::Pdq]).with_views(choice.views);
                        let found = matcher
                            .find(&hasher.hash_bytes(copy))
                            .expect("a sound index");
                        let outcome = outcome(&found, *place);
                        [u32::from(outcome.found), u32::from(outcome.led_to)]
                    })
                    .collect();
                let share = |at: usize| {
                    let sum: u32 = counts.iter().map(|counts| counts[at]).sum();
                    f64::from(sum) * 100.0 / copies.len() as f64
                };
                format!("{:.0}, {:.0}", share(0), share(1))
            });
            println!("| {} | {group} | {} |", language.name(), cells.join(" | "));
        }
    }
}

/// A notice with a seal and lines that differ.
fn bars(number: u32, is_right: bool) -> RgbImage {
    let [width, height] = [900, 1200];
    let mut page = RgbImage::from_pixel(width, height, Rgb([252; 3]));
    fill(&mut page, [0, 0], [width, 120], [20, 60, 120]);
    words(&mut page, [250, 40], [420, 44], [255; 3]);
    for line in 0..16 {
        // Where a line begins and ends is another's in each notice.
        let long = 420 + (number * 97 + line * 211) % 300;
        let x = if is_right {
            width - 80 - long
        } else {
            80 + number % 3
        };
        words(&mut page, [x, 220 + line * 48], [long, 26], [25; 3]);
    }
    fill(&mut page, [620, 1040], [160, 110], [150, 30, 40]);
    page
}

/// The same notice with another number in one line.
fn changed_bars(number: u32) -> RgbImage {
    let mut page = bars(0, false);
    fill(&mut page, [80, 600], [400, 40], [252; 3]);
    words(&mut page, [80 + number, 604], [300, 26], [25; 3]);
    page
}

/// A chat of nothing but words.
fn chat(number: u32) -> RgbImage {
    let mut page = RgbImage::from_pixel(1080, 2100, Rgb([236, 229, 221]));
    fill(&mut page, [0, 0], [1080, 150], [7, 94, 84]);
    let mut y = 220;
    for line in 0..9 {
        let salt = number * 37 + line * 53;
        let (long, lines) = (300 + salt * 29 % 500, 1 + salt % 3);
        let x = if salt.is_multiple_of(2) {
            40
        } else {
            1040 - long
        };
        fill(&mut page, [x, y], [long, 40 + lines * 52], [255; 3]);
        for row in 0..lines {
            words(
                &mut page,
                [x + 24, y + 24 + row * 52],
                [long - 60, 32],
                [30; 3],
            );
        }
        y += 80 + lines * 52;
    }
    page
}

/// The page of a shop with another picture each time.
fn shop(photograph: &RgbImage, number: u32) -> RgbImage {
    let mut page = RgbImage::from_pixel(1080, 2000, Rgb([255; 3]));
    fill(&mut page, [0, 0], [1080, 170], [240, 120, 20]);
    words(&mut page, [60, 60], [500, 44], [255; 3]);
    let scale = (1000.0 / photograph.width() as f32).min(1100.0 / photograph.height() as f32);
    imageops::replace(&mut page, &resized(photograph, scale), 40, 220);
    for line in 0..6 {
        words(
            &mut page,
            [60 + number % 7, 1400 + line * 80],
            [880, 40],
            [40; 3],
        );
    }
    page
}

/// One thing on a white ground, each time with another label.
fn product(number: u32) -> RgbImage {
    let mut page = RgbImage::from_pixel(1000, 1000, Rgb([255; 3]));
    for y in 120..900_u32 {
        let half = 140 + (y - 120) / 8;
        let level = 60 + (y / 9) as u8;
        fill(
            &mut page,
            [500 - half, y],
            [2 * half, 1],
            [level, level, 200],
        );
    }
    fill(&mut page, [340, 420], [320, 260], [250, 240, 200]);
    for line in 0..4 {
        let x = 360 + (number * 13 + line * 29) % 40;
        words(&mut page, [x, 450 + line * 56], [240, 30], [120, 20, 20]);
    }
    page
}
