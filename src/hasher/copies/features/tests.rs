//! Features come back in changed copies, mirrored ones too, and those that repeat are none.

use image::{GrayImage, Luma, imageops};

use super::*;
use crate::hash::{LocalFeature, Placement, hamming};
use crate::hasher::copies::tests::salt;

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

fn plane(image: &GrayImage) -> Plane {
    Plane {
        width: image.width() as usize,
        height: image.height() as usize,
        samples: image.iter().map(|level| f32::from(*level)).collect(),
    }
}

/// How many of the first features are near one of the second, at the place that a map gives.
fn returned(listed: &[Feature], seen: &[Feature], map: impl Fn(f32, f32) -> (f32, f32)) -> usize {
    let comes_back = |feature: &&Feature| {
        let (x, y) = map(feature.x, feature.y);
        seen.iter()
            .any(|other| (other.x - x).hypot(other.y - y) < 7.0 && feature.distance(other) <= 31)
    };
    listed.iter().filter(comes_back).count()
}

#[test]
fn chosen_features_come_back_in_a_cropped_copy_with_a_sticker() {
    for seed in 1..4 {
        let image = cells(416, 312, seed);
        let listed = chosen(&plane(&image), 96);
        assert!(listed.len() >= 40, "{} features", listed.len());
        let mut copy = imageops::crop_imm(&image, 80, 60, 266, 200).to_image();
        for (x, y, level) in copy.enumerate_pixels_mut() {
            if (100..150).contains(&x) && (80..120).contains(&y) {
                *level = Luma([255]);
            }
        }
        let scale = SIDE as f32 / copy.width() as f32;
        let copy = normalised(plane(&copy));
        assert_eq!(copy.width, SIDE);
        let seen = Features::of(&copy, 320).all;
        let map = |x: f32, y: f32| ((x - 80.0) * scale, (y - 60.0) * scale);
        let count = returned(&listed, &seen, map);
        assert!(count >= 6, "{count} of {}", listed.len());
        // Another picture has hardly any of them at the places where they would be.
        let other = Features::of(&plane(&cells(416, 312, seed + 50)), 320).all;
        let strange = returned(&listed, &other, map);
        assert!(strange <= 1, "{strange}");
    }
}

/// The oracle of a mirrored descriptor: the plane, mirrored.
#[test]
fn a_mirrored_descriptor_is_that_of_the_mirrored_plane() {
    let image = cells(400, 300, 7);
    let upright = Features::of(&plane(&image), 700);
    let mirrored = Features::of(&plane(&imageops::flip_horizontal(&image)), 700).all;
    let (mut found, mut same) = (0, 0);
    for (feature, code) in upright.all.iter().zip(upright.mirrored()) {
        let twin = mirrored.iter().find(|other| {
            (400.0 - feature.x - other.x).abs() < 0.6
                && (feature.y - other.y).abs() < 0.6
                && feature.pose >> 5 == other.pose >> 5
        });
        if let Some(twin) = twin {
            found += 1;
            // A direction between two of those that are worked out can be rounded to either.
            same += u32::from(hamming(&code.descriptor, &twin.code.descriptor) <= 12);
        }
    }
    assert!(
        found * 10 >= upright.all.len() as u32 * 7,
        "{found} of {}",
        upright.all.len()
    );
    assert!(same * 10 >= found * 9, "{same} of {found}");
}

#[test]
fn what_repeats_is_no_feature() {
    let letters = GrayImage::from_fn(416, 416, |x, y| {
        let (x, y) = (x % 26, y % 26);
        let is_ink = (4..8).contains(&x) || (y > 17 && y < 22 && x < 18);
        Luma([if is_ink { 20 } else { 235 }])
    });
    let letters = plane(&letters);
    let all = all(&letters, &Pyramid::new(&letters)).len();
    assert!(all > 100);
    let left = Features::of(&letters, 320).all.len();
    assert!(left * 5 <= all, "{left} of {all}");
}

#[test]
fn any_plane_has_few_features_inside_it() {
    let noise = GrayImage::from_fn(416, 300, |x, y| Luma([salt(x, y) as u8]));
    let flat = GrayImage::from_pixel(300, 416, Luma([90]));
    let ramp = GrayImage::from_fn(416, 200, |x, _| Luma([(x / 2) as u8]));
    for image in [
        noise,
        flat,
        ramp,
        GrayImage::new(1, 1),
        GrayImage::new(416, 3),
    ] {
        let plane = plane(&image);
        let features = Features::of(&plane, 320).all;
        assert!(features.len() <= 320);
        let inside = |feature: &Feature| {
            (0.0..=plane.width as f32).contains(&feature.x)
                && (0.0..=plane.height as f32).contains(&feature.y)
                && usize::from(feature.pose >> 5) < LocalFeature::SIZES
        };
        assert!(features.iter().all(inside));
        assert!(chosen(&plane, 96).len() <= 96);
    }
}

#[test]
fn the_doubted_bits_are_the_first_ones_once_each() {
    let features = Features::of(&plane(&cells(416, 312, 3)), 40);
    let upright = features.all.iter().map(|feature| feature.code);
    for code in upright.chain(features.mirrored()) {
        let mut sorted = code.doubts;
        sorted.sort_unstable();
        assert!(sorted.iter().copied().eq(0..LocalFeature::DOUBTS as u8));
    }
}

/// A part of a picture, looked at where it lies, has the hash and the tiles of the part alone.
#[test]
fn a_look_at_a_place_sees_what_lies_there() {
    use crate::hasher::copies::look::Look;
    use crate::hasher::copies::luma::Levels;
    let image = cells(416, 312, 9);
    let part = imageops::crop_imm(&image, 104, 78, 208, 156).to_image();
    let levels = |image: &GrayImage| Levels::of(&plane(image));
    let alone = Look::at(&levels(&part), &Placement::WHOLE).unwrap();
    let within = Placement {
        from: [0.25, 0.25],
        across: [0.5, 0.0],
        down: [0.0, 0.5],
    };
    let look = Look::at(&levels(&image), &within).unwrap();
    assert!(look.hash.distance(&alone.hash) <= 6);
    let both = look.tiles.iter().zip(&alone.tiles);
    let both: Vec<u32> = both
        .filter_map(|(a, b)| Some(a.as_ref()?.distance(b.as_ref()?)))
        .collect();
    assert!(
        both.len() >= 3 && both.iter().all(|bits| *bits <= 14),
        "{both:?}"
    );
    // The middle tile is the picture that lies there.
    let middle = Look::at(&levels(&image), &Placement::WHOLE).unwrap().tiles[4].unwrap();
    assert!(middle.distance(&alone.hash) <= 14);
    // Turned and mirrored, it is looked at upright.
    let turned = imageops::rotate90(&image);
    let placement = Placement {
        from: [1.0, 0.0],
        across: [0.0, 1.0],
        down: [-1.0, 0.0],
    };
    let whole = Look::at(&levels(&image), &Placement::WHOLE).unwrap();
    let look = Look::at(&levels(&turned), &placement).unwrap();
    assert!(look.hash.distance(&whole.hash) <= 4);
    let mirrored = levels(&imageops::flip_horizontal(&image));
    let look = Look::at(&mirrored, &Placement::WHOLE.mirrored()).unwrap();
    assert!(look.hash.distance(&whole.hash) <= 4);
    for nowhere in [
        Placement {
            from: [f64::NAN; 2],
            ..Placement::WHOLE
        },
        Placement {
            across: [0.0; 2],
            ..Placement::WHOLE
        },
        Placement {
            across: [1e9, 0.0],
            ..Placement::WHOLE
        },
    ] {
        assert!(Look::at(&mirrored, &nowhere).is_none());
    }
}
