//! What the details of listed pictures find, and what they do not.

use image::{DynamicImage, GrayImage, Luma, imageops};

use crate::Matcher;
use crate::hash::{AreaKind, HashType};
use crate::hasher::{Fingerprint, Hasher, Views};
use crate::index::Builder;
use crate::list::{Entry, List, Opinion, Source};
use crate::matcher::{Found, Tier};
use crate::media::Picture;
use crate::store::MaxAction;

/// Numbers without an order.
fn salt(seed: u32, place: u32) -> u32 {
    let mixed = (seed.wrapping_mul(0x9e37_79b9) ^ place).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    mixed ^ mixed >> 16
}

/// Shaded cells of many greys, no two alike: at each corner three or four of them meet.
fn cells(width: u32, height: u32, seed: u32) -> GrayImage {
    const PITCH: i32 = 27;
    let part = |cell: [i32; 2], place: u32| {
        let number = (cell[0] + 99) as u32 * 1009 + (cell[1] + 99) as u32;
        salt(seed ^ (place * 7919), number) % 1000
    };
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as i32, y as i32);
        let (column, row) = (x / PITCH, y / PITCH);
        let mut nearest = (i32::MAX, [0, 0]);
        for cell in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| [column + dx, row + dy])) {
            let middle = [0, 1]
                .map(|axis| cell[axis] * PITCH + part(cell, axis as u32) as i32 * PITCH / 1000);
            let (dx, dy) = (x - middle[0], y - middle[1]);
            nearest = nearest.min((dx * dx + dy * dy, cell));
        }
        let cell = nearest.1;
        let slope = |place: u32| part(cell, place) as f32 / 500.0 - 1.0;
        let (dx, dy) = ((x - cell[0] * PITCH) as f32, (y - cell[1] * PITCH) as f32);
        let level = 30.0 + part(cell, 5) as f32 * 0.19 + slope(6) * dx + slope(7) * dy;
        Luma([level.clamp(0.0, 255.0) as u8])
    })
}

fn photograph(seed: u32) -> GrayImage {
    cells(416, 312, seed)
}

fn hashed(image: GrayImage, hasher: &Hasher) -> Fingerprint {
    hasher.hash_pixels(Picture::new(DynamicImage::from(image)).unwrap())
}

fn entry(image: &GrayImage, id: &str, with_details: bool) -> Entry {
    let hasher = Hasher::new([HashType::Pdq]).with_details(with_details);
    let fingerprint = hashed(image.clone(), &hasher);
    let details = fingerprint.details().into_iter().next();
    Entry::new(fingerprint.prints[0].hash, 1)
        .with_id(id.to_owned())
        .with_quality(fingerprint.prints[0].quality)
        .with_details(details.map(|(_, details)| Box::new(details)))
}

fn matcher(entries: impl IntoIterator<Item = Entry>) -> Matcher {
    let mut builder = Builder::new();
    let entries = entries.into_iter().collect();
    builder
        .add(List::new(Source::new("own", "own", "jsonl"), entries))
        .unwrap();
    Matcher::new([builder.build_in_memory().unwrap().0])
}

fn find(matcher: &Matcher, image: GrayImage) -> Found {
    let hasher = Hasher::new([HashType::Pdq]).with_views(Views::Standard);
    matcher.find(&hashed(image, &hasher)).unwrap()
}

/// A third of each side is cut off, and something stands before what is left.
fn changed(image: &GrayImage) -> GrayImage {
    let mut copy = imageops::crop_imm(image, 60, 50, 266, 200).to_image();
    for (x, y, level) in copy.enumerate_pixels_mut() {
        if (110..160).contains(&x) && (20..65).contains(&y) {
            *level = Luma([250]);
        }
    }
    copy
}

#[test]
fn a_picture_that_was_cropped_and_covered_is_found_by_its_details() {
    let images: Vec<GrayImage> = (1..6).map(photograph).collect();
    let listed = |with_details| {
        let ids = (0..4).map(|place| (place, place.to_string()));
        matcher(ids.map(|(place, id)| entry(&images[place], &id, with_details)))
    };
    let (plain, own) = (listed(false), listed(true));
    let mut count = 0;
    for (place, image) in images[..4].iter().enumerate() {
        let copy = changed(image);
        assert!(find(&plain, copy.clone()).matches.is_empty());
        let turned = imageops::rotate90(&copy);
        let mirrored = imageops::flip_horizontal(&copy);
        for (number, copy) in [copy, mirrored, turned].into_iter().enumerate() {
            let found = find(&own, copy);
            assert!(
                found.matches.len() <= 1 && found.weak.len() <= 1,
                "{found:?}"
            );
            let Some(best) = found.matches.first() else {
                continue;
            };
            count += 1;
            assert_eq!(best.id.as_deref(), Some(place.to_string().as_str()));
            assert_eq!(
                (best.tier, best.at_most),
                (Tier::Derived, Some(MaxAction::Review))
            );
            assert_eq!(best.view.area.kind, AreaKind::Located);
            let details = best.details.unwrap();
            assert!(details.features >= 6 || details.tiles >= 1);
            assert!(best.distance <= best.radius && found.cluster.is_some());
            // It says where: the listed picture reaches out of the copy at each side.
            let region = best.view.area.region;
            let near = |a: i16, b: i16| (a - b).abs() <= 40;
            if number == 0 {
                assert!(
                    near(region.left, -226) && near(region.right, 1338),
                    "{region:?}"
                );
                assert!(
                    near(region.top, -250) && near(region.bottom, 1310),
                    "{region:?}"
                );
            }
        }
    }
    // Painted cells have fewer features that return than photographs have.
    assert!(count >= 6, "{count} of 12");
    // What is not listed is not found, whole or changed.
    for image in [images[4].clone(), changed(&images[4])] {
        let found = find(&own, image);
        assert!(
            found.matches.is_empty() && found.weak.is_empty(),
            "{found:?}"
        );
    }
}

#[test]
fn most_of_a_picture_may_be_covered_where_a_tile_is_left() {
    let image = photograph(11);
    let own = matcher([entry(&image, "a", true), entry(&photograph(12), "b", true)]);
    let mut copy = image.clone();
    for (x, y, level) in copy.enumerate_pixels_mut() {
        if x >= 250 {
            *level = Luma([(salt(3, x / 9 * 1000 + y / 9) % 256) as u8]);
        }
    }
    let found = find(&own, copy);
    let best = found.matches.iter().chain(&found.weak).next();
    assert_eq!(best.and_then(|m| m.id.as_deref()), Some("a"), "{found:?}");
}

/// What a list matches without details it matches with them, and in the same way.
#[test]
fn a_list_matches_what_it_matched_before_it_had_details() {
    let images: Vec<GrayImage> = (21..25).map(photograph).collect();
    let listed = |with_details| matcher(images.iter().map(|image| entry(image, "x", with_details)));
    let (plain, own) = (listed(false), listed(true));
    for image in &images {
        for copy in [
            image.clone(),
            imageops::flip_vertical(image),
            imageops::crop_imm(image, 10, 8, 396, 296).to_image(),
        ] {
            let (before, with) = (find(&plain, copy.clone()), find(&own, copy));
            for found in &before.matches {
                assert!(with.matches.contains(found), "{found:?}");
            }
            assert!(!before.matches.is_empty());
        }
    }
}

#[test]
fn without_the_picture_it_is_said_that_it_is_needed() {
    let own = matcher([entry(&photograph(31), "a", true)]);
    let hasher = Hasher::new([HashType::Pdq]).with_views(Views::Standard);
    let copy = hashed(changed(&photograph(31)), &hasher);
    let found = own.find_hashes(&[], &copy.prints, None).unwrap();
    assert!(found.matches.is_empty() && found.unaligned >= 1);
    let plain = matcher([entry(&photograph(32), "a", false)]);
    assert_eq!(
        plain
            .find_hashes(&[], &copy.prints, None)
            .unwrap()
            .unaligned,
        0
    );
    // Where no views undo changes, nobody asked for changed copies.
    let whole = hashed(changed(&photograph(31)), &Hasher::new([HashType::Pdq]));
    assert_eq!(
        own.find_hashes(&[], &whole.prints, None).unwrap().unaligned,
        0
    );
    assert_eq!(own.find(&whole).unwrap(), Found::default());
}

#[test]
fn what_a_list_takes_back_is_suppressed_by_its_details_too() {
    let image = photograph(41);
    let negative = entry(&image, "a", true).with_opinion(Opinion::Negative);
    let found = find(&matcher([negative]), changed(&image));
    assert!(found.matches.is_empty() && found.weak.is_empty());
    assert_eq!(found.suppressed.len(), 1);
    let expired = entry(&image, "a", true).with_valid_until(1);
    assert_eq!(find(&matcher([expired]), changed(&image)), Found::default());
}

/// A notice of many lines of letters on one template, with another text for each number.
fn notice(number: u32) -> GrayImage {
    let mut page = GrayImage::from_pixel(600, 800, Luma([250]));
    let mut fill = |x: u32, y: u32, width: u32, height: u32, level: u8| {
        for row in y..(y + height).min(800) {
            for column in x..(x + width).min(600) {
                page.put_pixel(column, row, Luma([level]));
            }
        }
    };
    fill(0, 0, 600, 90, 60);
    for letter in 0..9 {
        fill(150 + letter * 34, 30, 22, 34, 240);
    }
    for line in 0..20 {
        let mut x = 40;
        let mut letter = 0;
        while x < 500 + salt(number, line) % 60 {
            let form = salt(number * 100 + line, letter);
            let width = 4 + form % 9;
            if !form.is_multiple_of(6) {
                fill(x, 140 + line * 30, width, 3 + form % 12, 20);
                fill(x, 140 + line * 30, 3, 16, 20);
            }
            x += width + 3;
            letter += 1;
        }
    }
    fill(430, 730, 110, 50, 90);
    page
}

#[test]
fn notices_on_one_template_are_told_apart() {
    let own = matcher((0..6).map(|number| entry(&notice(number), &number.to_string(), true)));
    for number in 0..6 {
        let found = find(&own, notice(number));
        let ids: Vec<_> = found
            .matches
            .iter()
            .map(|m| m.id.clone().unwrap())
            .collect();
        assert_eq!(ids, [number.to_string()]);
        let other = find(&own, notice(number + 100));
        assert!(other.matches.is_empty(), "{other:?}");
    }
}

/// One picture shows another that stands in many listed ones: it is a lead at most, and no flood.
#[test]
fn a_flood_of_one_picture_is_bounded() {
    let image = photograph(51);
    let mut entries: Vec<Entry> = Vec::new();
    for number in 0..60_u8 {
        let mut one = entry(&image, &number.to_string(), true);
        let mut hash = *one.hash.as_bytes().first_chunk::<32>().unwrap();
        hash[0] ^= number;
        one.hash = crate::hash::Pdq(hash).into();
        entries.push(one);
    }
    let found = find(&matcher(entries), changed(&image));
    assert!(found.matches.len() + found.weak.len() <= 60);
}
