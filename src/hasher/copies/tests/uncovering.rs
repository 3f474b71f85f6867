//! Pictures that something was put over, and what is found when it is taken off.

use super::*;

/// A bar over the lower fifth with strokes like words, as captions have.
fn captioned(image: &GrayImage) -> GrayImage {
    let mut changed = image.clone();
    let (width, height) = image.dimensions();
    for (x, y, pixel) in changed.enumerate_pixels_mut() {
        if y >= height * 4 / 5 {
            let is_word = (x * 40 / width) % 3 != 0 && (y * 60 / height) % 3 == 1;
            *pixel = Luma([if is_word { 250 } else { 8 }]);
        }
    }
    changed
}

/// Three discs, bright with a dark edge, as stickers are.
fn with_stickers(image: &GrayImage, seed: u32) -> GrayImage {
    let mut changed = image.clone();
    let (width, height) = image.dimensions();
    let radius = width.min(height) as f32 / 9.0;
    for sticker in 0..3 {
        let place = |axis: u32, side: u32| {
            (salt(seed, 500 + sticker * 2 + axis) % 800 + 100) as f32 / 1000.0 * side as f32
        };
        let (left, top) = (place(0, width), place(1, height));
        for (x, y, pixel) in changed.enumerate_pixels_mut() {
            let away = (x as f32 - left).hypot(y as f32 - top);
            if away < radius * 0.85 {
                *pixel = Luma([235]);
            } else if away < radius {
                *pixel = Luma([15]);
            }
        }
    }
    changed
}

fn resampled() -> Area {
    Area {
        kind: AreaKind::Resampled,
        ..Area::WHOLE
    }
}

fn uncovered(image: &GrayImage, area: Area, turn: Turn, listed: &Pdq) -> Option<align::Aligned> {
    let levels = Levels::of(&Plane::of(&picture(image.clone()), DETAIL_SIDE));
    uncover::uncover(&levels, area, turn, listed)
}

/// However the picture is turned, what covers it is taken off.
#[test]
fn what_covers_a_picture_is_taken_off() {
    // Copies that were no leads, and those of them that became one.
    let (mut far, mut led_to) = (0, 0);
    for seed in 0..8 {
        let image = photograph(640, 480, seed);
        for changed in [captioned(&image), with_stickers(&image, seed)] {
            for turn in [Turn::Original, Turn::FlipHorizontal, Turn::Rotate90] {
                let listed = pdq_dihedral(&picture(image.clone())).hash(turn);
                let before = pdq_dihedral(&picture(changed.clone())).hash(turn);
                let before = before.distance(&listed);
                let Some(seen) = uncovered(&changed, resampled(), turn, &listed) else {
                    assert!(before <= 36, "{seed} {turn:?}: {before}");
                    continue;
                };
                assert_eq!(seen.area.kind, AreaKind::Uncovered);
                assert_eq!(seen.area.region, Region::WHOLE);
                assert!(seen.distance < before, "{seed} {turn:?}: {before} {seen:?}");
                far += u32::from(before > 45);
                led_to += u32::from(before > 45 && seen.distance <= 45);
            }
        }
    }
    assert!(led_to >= 9 && led_to * 4 >= far * 3, "{led_to} of {far}");
}

/// What a view leaves out is left out from the beginning, and more is taken off then.
#[test]
fn an_erased_view_is_uncovered_further() {
    let area = Area {
        kind: AreaKind::Erased,
        region: Region {
            bottom: 790,
            ..Region::WHOLE
        },
        is_document: false,
    };
    let mut nearer = 0;
    for seed in 0..8 {
        let image = photograph(640, 480, seed);
        let changed = with_stickers(&captioned(&image), seed);
        let listed = rated(&image);
        let views = hashes(&picture(changed.clone()), Views::Standard, Turn::Original);
        let of_kind = |view: &&CopyHash| view.area.kind == area.kind && view.area.region.top == 0;
        let erased = views.iter().filter(of_kind);
        let before = erased
            .map(|view| view.hash.distance(&listed))
            .min()
            .unwrap();
        if let Some(seen) = uncovered(&changed, area, Turn::Original, &listed) {
            nearer += u32::from(seen.distance + 6 <= before);
        }
    }
    assert!(nearer >= 5, "{nearer}");
}

#[test]
fn a_covered_negative_is_uncovered_too() {
    let image = photograph(640, 480, 3);
    let mut negative = captioned(&image);
    imageops::invert(&mut negative);
    let area = Area {
        kind: AreaKind::Inverted,
        ..Area::WHOLE
    };
    let seen = uncovered(&negative, area, Turn::Original, &rated(&image)).unwrap();
    assert!(seen.distance <= 45, "{seen:?}");
}

/// Another picture comes no nearer than leads are, even if it was the nearest of some.
#[test]
fn another_picture_is_not_uncovered_to_a_listed_one() {
    for seed in 0..6 {
        let image = captioned(&photograph(500, 400, seed));
        let own = rated(&image);
        let others = (100..140).map(|seed| rated(&photograph(500, 400, seed)));
        let other = others.min_by_key(|other| other.distance(&own)).unwrap();
        if let Some(seen) = uncovered(&image, resampled(), Turn::Original, &other) {
            assert!(seen.distance > 45, "{seed}: {seen:?}");
        }
    }
}

/// What was found by taking something off is looked at no more, and neither are views that are not moved.
#[test]
fn few_kinds_are_uncovered() {
    let image = photograph(300, 200, 1);
    let changed = captioned(&image);
    for kind in [
        AreaKind::Whole,
        AreaKind::Half,
        AreaKind::Screen,
        AreaKind::Located,
        AreaKind::Uncovered,
    ] {
        let area = Area {
            kind,
            ..Area::WHOLE
        };
        assert_eq!(
            uncovered(&changed, area, Turn::Original, &rated(&image)),
            None
        );
    }
}

#[test]
fn hostile_pictures_are_uncovered_or_refused() {
    let images = [
        GrayImage::from_fn(416, 24, |x, y| Luma([salt(x, y) as u8])),
        GrayImage::from_pixel(40, 40, Luma([7])),
        GrayImage::from_fn(64, 64, |x, y| Luma([255 * ((x + y) % 2) as u8])),
        GrayImage::from_fn(33, 31, |x, _| Luma([if x < 16 { 0 } else { 255 }])),
    ];
    for image in images {
        for [left, top, right, bottom] in [
            [0, 0, 1000, 1000],
            [-250, -250, 1250, 1250],
            [990, 990, 1000, 1000],
            [4000, 4000, 4001, 4001],
        ] {
            let region = Region {
                left,
                top,
                right,
                bottom,
                rotation: 32,
            };
            let area = Area::new(AreaKind::Cut, region);
            if let Some(seen) = uncovered(&image, area, Turn::Original, &Pdq([0x5a; 32])) {
                assert!(seen.distance <= 256);
            }
        }
    }
}
