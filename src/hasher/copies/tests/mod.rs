//! Every view against the hash of the pixels that it stands for, and what views find of changed pictures.

mod alignment;
mod uncovering;

use std::collections::BTreeSet;

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, Luma};

use super::*;
use crate::hasher::{pdq, pdq_dihedral};

fn hashes(picture: &Picture, views: Views, upright: Turn) -> Vec<CopyHash> {
    super::hashes(picture, views, upright).hashes
}

/// Numbers without an order.
pub(super) fn salt(seed: u32, place: u32) -> u32 {
    let mixed = (seed.wrapping_mul(0x9e37_79b9) ^ place).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    mixed ^ mixed >> 16
}

/// Shaded discs and rectangles over a ground that is nowhere flat, like a photograph of things.
pub(super) fn photograph(width: u32, height: u32, seed: u32) -> GrayImage {
    let number = |place: u32, below: u32| (salt(seed, place) % below) as f32;
    let things: Vec<[f32; 6]> = (0..24)
        .map(|thing| {
            let of = |place: u32, below: u32| number(thing * 7 + place + 1, below);
            [
                of(0, 1000) / 1000.0,
                of(1, 1000) / 1000.0,
                0.04 + of(2, 200) / 1000.0,
                of(3, 230),
                of(4, 2),
                of(5, 90) - 45.0,
            ]
        })
        .collect();
    GrayImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let mut level = 90.0 + 60.0 * (u * 5.0 + v * 3.0 + number(0, 7)).sin();
        for &[left, top, size, grey, shape, slope] in &things {
            let (dx, dy) = ((u - left) / size, (v - top) / size);
            let inside = if shape > 0.5 {
                dx * dx + dy * dy < 1.0
            } else {
                dx.abs().max(dy.abs()) < 0.9
            };
            if inside {
                level = grey + slope * dx + slope * 0.6 * dy;
            }
        }
        let noise = (salt(seed ^ 77, x + y * 7919) % 13) as f32 - 6.0;
        Luma([(level + noise).clamp(0.0, 255.0) as u8])
    })
}

pub(super) fn picture(image: GrayImage) -> Picture {
    Picture::new(DynamicImage::from(image)).unwrap()
}

fn rated(image: &GrayImage) -> Pdq {
    pdq(&picture(image.clone())).hash
}

/// The pixels that a view stands for: a region of the picture, which fades to its mean outside, not turned. The window of
/// the reference is odd at this size, so that it is not shifted.
fn changed(image: &GrayImage, area: &Area) -> GrayImage {
    const SIDE: u32 = 384;
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let mean = image.iter().map(|level| f64::from(*level)).sum::<f64>() / (width * height);
    let side = |from: i16, to: i16, side: f64| {
        let place = |share: i16| f64::from(share) / 1000.0 * side;
        (place(from), place(to))
    };
    // An erased picture fades within itself; anything else where it ends.
    let is_erased = area.kind == AreaKind::Erased;
    let of = area.region;
    let (left, right) = side(of.left, of.right, width);
    let (top, bottom) = side(of.top, of.bottom, height);
    let (kept_top, kept_bottom) = if is_erased {
        (top, bottom)
    } else {
        (0.0, height)
    };
    let (top, bottom) = if is_erased {
        (0.0, height)
    } else {
        (top, bottom)
    };
    let (sin, cos) = (f64::from(of.rotation) / 10.0).to_radians().sin_cos();
    GrayImage::from_fn(SIDE, SIDE, |x, y| {
        let share = |place: u32| (f64::from(place) + 0.5) / f64::from(SIDE) - 0.5;
        let (dx, dy) = (share(x) * (right - left), share(y) * (bottom - top));
        let at_x = (left + right) / 2.0 + cos * dx - sin * dy - 0.5;
        let at_y = (top + bottom) / 2.0 + sin * dx + cos * dy - 0.5;
        let (inner_x, inner_y) = (
            at_x.clamp(0.0, width - 1.0),
            at_y.clamp(kept_top, kept_bottom - 1.0),
        );
        let level = |x: f64, y: f64| {
            let (x, y) = (x.min(width - 1.0), y.min(kept_bottom.round() - 1.0));
            f64::from(image.get_pixel(x as u32, y as u32).0[0]) - mean
        };
        let (share_x, share_y) = (inner_x.fract(), inner_y.fract());
        let row = |y: f64| level(inner_x, y) * (1.0 - share_x) + level(inner_x + 1.0, y) * share_x;
        let value = row(inner_y) * (1.0 - share_y) + row(inner_y + 1.0) * share_y;
        let out_x = (at_x - inner_x).abs() / (0.1 * width);
        let out_y = (at_y - inner_y).abs() / (0.1 * (kept_bottom - kept_top));
        let level = mean + value * (-out_x - out_y).exp();
        Luma([level.round().clamp(0.0, 255.0) as u8])
    })
}

#[test]
fn every_view_is_the_hash_of_the_pixels_that_it_stands_for() {
    let mut kinds = BTreeSet::new();
    for (seed, (width, height)) in [(1, (640, 480)), (3, (400, 400))] {
        let image = photograph(width, height, seed);
        // A large and a small picture on a ground, so that there are areas to find.
        let mut page = GrayImage::from_pixel(width * 2, height * 2, Luma([240]));
        imageops::replace(
            &mut page,
            &image,
            i64::from(width / 3),
            i64::from(height / 4),
        );
        let small = imageops::resize(&image, width / 2, height / 2, FilterType::Triangle);
        imageops::replace(
            &mut page,
            &small,
            i64::from(width),
            i64::from(height * 11 / 8),
        );
        for (image, upright) in [(&image, Turn::Original), (&page, Turn::Rotate90)] {
            let views = hashes(&picture(image.clone()), Views::Thorough, upright);
            let areas: BTreeSet<Area> = views.iter().map(|view| view.area).collect();
            for area in areas
                .into_iter()
                .filter(|area| area.kind != AreaKind::Screen)
            {
                let expected = pdq_dihedral(&picture(changed(image, &area)));
                for view in views.iter().filter(|view| view.area == area) {
                    let distance = view.hash.distance(&expected.hash(view.turn));
                    // A region is known to a thousandth, and the plane has 128 samples a side.
                    assert!(distance <= 24, "{distance} bits: {view:?}");
                }
                kinds.insert(area.kind);
            }
        }
    }
    for kind in AreaKind::ALL {
        // Whole pictures are hashed elsewhere, as the reference does.
        let elsewhere = kind.is_whole()
            || [
                AreaKind::Inverted,
                AreaKind::Screen,
                AreaKind::Located,
                AreaKind::Uncovered,
            ]
            .contains(&kind);
        assert!(kinds.contains(&kind) != elsewhere, "{kind:?}");
    }
}

/// How near the views of a changed picture come to the hash of the picture.
fn nearest(original: &GrayImage, changed: GrayImage, views: Views) -> (u32, AreaKind) {
    let listed = rated(original);
    let plain = rated(&changed).distance(&listed);
    let views = hashes(&picture(changed), views, Turn::Original);
    let views = views
        .iter()
        .map(|view| (view.hash.distance(&listed), view.area.kind));
    views.chain([(plain, AreaKind::Whole)]).min().unwrap()
}

#[test]
fn a_cropped_picture_comes_back_to_the_whole_one() {
    for seed in 0..6 {
        let image = photograph(640, 480, seed);
        for percent in [5, 10] {
            let (x, y) = (640 * percent / 100, 480 * percent / 100);
            let cut = imageops::crop_imm(&image, x, y, 640 - 2 * x, 480 - 2 * y).to_image();
            let plain = rated(&cut).distance(&rated(&image));
            let (distance, kind) = nearest(&image, cut, Views::Standard);
            assert_eq!(kind, AreaKind::Extended);
            assert!(
                distance <= 45 && distance + 16 <= plain,
                "{percent}: {distance}, {plain}"
            );
        }
    }
}

#[test]
fn a_picture_in_a_screenshot_is_found_on_its_ground() {
    // Some of these have dark or even corners, which are no ground.
    for seed in 0..12 {
        let image = photograph(640, 480, seed);
        for ground in [250, 18] {
            let small = imageops::resize(&image, 500, 375, FilterType::Triangle);
            let mut page = GrayImage::from_pixel(540, 1100, Luma([ground]));
            imageops::replace(&mut page, &small, 20, 400);
            // Lines of text.
            for line in 0..8 {
                for x in (30..480).filter(|x| x % 11 > 4) {
                    for y in 0..9 {
                        page.put_pixel(x, 60 + line * 30 + y, Luma([255 - ground]));
                    }
                }
            }
            let (distance, kind) = nearest(&image, page, Views::Fast);
            assert!(distance <= 16, "{seed}: {distance}");
            assert!(
                matches!(kind, AreaKind::Inset | AreaKind::Trimmed),
                "{kind:?}"
            );
        }
    }
}

#[test]
fn a_bordered_picture_is_found_without_its_border() {
    for (seed, level) in [(1, 0), (2, 255), (3, 128)] {
        let image = photograph(640, 480, seed);
        let mut framed = GrayImage::from_pixel(760, 700, Luma([level]));
        imageops::replace(&mut framed, &image, 60, 140);
        let (distance, _) = nearest(&image, framed, Views::Fast);
        assert!(distance <= 20, "{distance}");
    }
}

#[test]
fn a_rotated_picture_comes_back_upright() {
    for seed in 0..4 {
        let image = photograph(640, 480, seed);
        let rotated = |tenths: i16| Area {
            kind: AreaKind::Rotated,
            region: Region {
                rotation: tenths,
                ..Region::WHOLE
            },
            is_document: false,
        };
        for tenths in [-32, 32] {
            let changed = changed(&image, &rotated(tenths));
            let listed = rated(&image);
            let views = hashes(&picture(changed.clone()), Views::Standard, Turn::Original);
            let moves = views.iter().filter(|view| view.area.kind.can_align());
            let nearest = moves.min_by_key(|view| view.hash.distance(&listed));
            let aligned = moved(&changed, nearest.unwrap().area, Turn::Original, &listed);
            // Corners that are gone stay gone.
            assert!(aligned.distance <= 40, "{tenths}: {aligned:?}");
            assert_eq!(aligned.area.region.rotation.signum(), -tenths.signum());
        }
    }
}

#[test]
fn a_photographed_screen_is_straightened() {
    for seed in 0..4 {
        let image = photograph(640, 480, seed);
        let plane = Plane::of(&picture(image.clone()), 640);
        // A desk of one level, and the picture on it as a quadrilateral: the inverse of what is undone.
        let corners = [[80.0, 60.0], [560.0, 90.0], [600.0, 420.0], [120.0, 390.0]];
        let mut desk = GrayImage::from_pixel(640, 480, Luma([30]));
        for (row, v) in (0..1200).map(|row| (row, f64::from(row) / 1200.0)) {
            for column in 0..1200 {
                let u = f64::from(column) / 1200.0;
                let [a, b, c, d]: [[f64; 2]; 4] = corners;
                let at = |place: usize| {
                    (a[place] * (1.0 - u) + b[place] * u) * (1.0 - v)
                        + (d[place] * (1.0 - u) + c[place] * u) * v
                };
                let (x, y) = (column * 640 / 1200, row * 480 / 1200);
                let level = plane.samples[(y * 640 + x) as usize];
                desk.put_pixel(at(0) as u32, at(1) as u32, Luma([level as u8]));
            }
        }
        let (distance, kind) = nearest(&image, desk, Views::Fast);
        assert!(
            distance <= 31 && kind == AreaKind::Screen,
            "{distance} {kind:?}"
        );
    }
}

#[test]
fn levels_have_more_and_more_views() {
    let picture = picture(photograph(640, 480, 1));
    let count = |views| hashes(&picture, views, Turn::Original).len();
    let [fast, standard, thorough] = [Views::Fast, Views::Standard, Views::Thorough].map(count);
    assert!(
        fast < standard && standard < thorough,
        "{fast} {standard} {thorough}"
    );
    assert!(fast <= Views::Fast.hashes_max());
    assert!(standard <= Views::Standard.hashes_max());
    assert!(thorough <= Views::Thorough.hashes_max());
}

/// Pictures of any size and kind give a bounded number of views, none of them too flat.
#[test]
fn hostile_pictures_give_few_views() {
    let grid = GrayImage::from_fn(900, 900, |x, y| {
        Luma([if x % 45 < 30 && y % 45 < 30 {
            (x * 7 + y * 3) as u8
        } else {
            255
        }])
    });
    let noise = GrayImage::from_fn(700, 500, |x, y| Luma([salt(x, y) as u8]));
    let moire = GrayImage::from_fn(600, 600, |x, y| Luma([((x * x + y * y) / 7 % 256) as u8]));
    let gradient = GrayImage::from_fn(500, 500, |x, _| Luma([(x / 2) as u8]));
    let flat = |width, height| GrayImage::from_pixel(width, height, Luma([9]));
    let strip = GrayImage::from_fn(20_000, 20, |x, y| Luma([salt(x, y) as u8]));
    for image in [
        grid,
        noise,
        moire,
        gradient,
        strip,
        flat(1, 1),
        flat(3, 2000),
        flat(2000, 3),
        flat(500, 400),
    ] {
        let (width, height) = image.dimensions();
        for views in [Views::Fast, Views::Standard, Views::Thorough] {
            let made = hashes(&picture(image.clone()), views, Turn::Original);
            assert!(
                made.len() <= views.hashes_max(),
                "{width}x{height}: {}",
                made.len()
            );
            assert!(made.iter().all(|view| view.quality >= Pdq::QUALITY));
        }
    }
}

/// An animation that shows one picture all the time is that picture.
#[test]
fn frames_that_repeat_the_first_are_left_out() {
    use crate::hash::HashType;
    use crate::hasher::Hasher;
    use image::codecs::gif::GifEncoder;
    use image::{Delay, Frame};

    let image = DynamicImage::from(photograph(200, 150, 1)).into_rgba8();
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for _ in 0..3 {
        let delay = Delay::from_numer_denom_ms(100, 1);
        encoder
            .encode_frame(Frame::from_parts(image.clone(), 0, 0, delay))
            .unwrap();
    }
    drop(encoder);
    let hasher = Hasher::new([HashType::Pdq]).with_views(Views::Standard);
    let prints = hasher.hash_bytes(&gif).prints;
    assert!(prints.len() > 20 && prints.iter().all(|print| print.frame == 0));
}

/// Notices of one template are near each other in every position, and as negatives.
#[test]
fn a_document_is_one_in_every_position_and_inverted() {
    use crate::hash::HashType;
    use crate::hasher::Hasher;

    let notice = GrayImage::from_fn(600, 800, |x, y| {
        let is_text = (60..540).contains(&x)
            && y > 80
            && y % 40 < 18
            && !salt(x / 7, y / 40).is_multiple_of(3);
        Luma([if is_text { 20 } else { 250 }])
    });
    let kinds = [AreaKind::Turned, AreaKind::Inverted];
    for (image, expected) in [(notice, true), (photograph(600, 800, 1), false)] {
        let mut png = std::io::Cursor::new(Vec::new());
        image.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let hasher = Hasher::new([HashType::Pdq]).with_views(Views::Fast);
        let prints = hasher.hash_bytes(png.get_ref()).prints;
        let areas = prints.iter().map(|print| print.view.area);
        let areas: Vec<Area> = areas.filter(|area| kinds.contains(&area.kind)).collect();
        assert!(areas.len() >= 8, "{areas:?}");
        assert!(
            areas.iter().all(|area| area.is_document == expected),
            "{areas:?}"
        );
    }
}

/// The distance of a view of a picture from a hash after its frame is moved. The second number is the distance before.
fn moved(image: &GrayImage, area: Area, turn: Turn, listed: &Pdq) -> align::Aligned {
    let levels = Levels::of(&Plane::of(&picture(image.clone()), DETAIL_SIDE));
    align::align(&levels, area, turn, listed).unwrap()
}
