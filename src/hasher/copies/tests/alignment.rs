//! Frames that are moved to where a listed picture is, and those that are not.

use super::*;

/// However much was cut off at each side, the frame of the whole picture is moved to where it was.
#[test]
fn a_frame_is_moved_to_where_a_cropped_picture_was() {
    let resampled = Area {
        kind: AreaKind::Resampled,
        ..Area::WHOLE
    };
    let mut moves = 0;
    for seed in 0..12 {
        let image = photograph(640, 480, seed);
        let cut = |place: u32| salt(seed, place) % 34;
        let [left, top, right, bottom] = std::array::from_fn(|side| cut(900 + side as u32));
        let (width, height) = (640 - left - right, 480 - top - bottom);
        let cropped = imageops::crop_imm(&image, left, top, width, height).to_image();
        for turn in [Turn::Original, Turn::FlipHorizontal, Turn::Rotate90] {
            let listed = pdq_dihedral(&picture(image.clone())).hash(turn);
            let before = pdq_dihedral(&picture(cropped.clone())).hash(turn);
            let aligned = moved(&cropped, resampled, turn, &listed);
            assert!(aligned.distance <= 31, "{seed} {turn:?}: {aligned:?}");
            if before.distance(&listed) > 31 {
                moves += 1;
                let of = aligned.area.region;
                let place = |share: i16, side: u32| f64::from(share) / 1000.0 * f64::from(side);
                let edges = [
                    place(of.left, width) + f64::from(left),
                    place(of.top, height) + f64::from(top),
                    place(of.right, width) - f64::from(width + right),
                    place(of.bottom, height) - f64::from(height + bottom),
                ];
                // Within a twentieth of a side.
                assert!(edges.iter().all(|edge| edge.abs() < 32.0), "{edges:?}");
                assert_ne!(aligned.area.kind, AreaKind::Resampled);
            }
        }
    }
    assert!(moves >= 12, "{moves}");
}

#[test]
fn a_frame_is_turned_to_where_a_rotated_picture_was() {
    let rotated = |rotation: i16| Area {
        kind: AreaKind::Rotated,
        region: Region {
            rotation,
            ..Region::WHOLE
        },
        is_document: false,
    };
    for seed in 0..4 {
        let image = photograph(640, 480, seed);
        for tenths in [-45, 20, 45] {
            let turned = changed(&image, &rotated(tenths));
            let start = rotated(-32 * tenths.signum());
            let aligned = moved(&turned, start, Turn::Original, &rated(&image));
            let off = aligned.area.region.rotation + tenths;
            assert!(
                aligned.distance <= 31 && off.abs() <= 15,
                "{seed} {tenths}: {aligned:?}"
            );
        }
    }
}

/// What was cropped before it was put on a page has nothing of the page around it.
#[test]
fn a_cropped_picture_on_a_page_is_moved_within_itself() {
    for seed in 0..6 {
        let image = photograph(640, 480, seed);
        let cropped = imageops::crop_imm(&image, 26, 20, 588, 440).to_image();
        let mut page = GrayImage::from_pixel(900, 1200, Luma([245]));
        imageops::replace(&mut page, &cropped, 150, 300);
        let share = |place: i32, side: i32| (place * 1000 / side) as i16;
        let area = Area {
            kind: AreaKind::Inset,
            region: Region {
                left: share(150, 900),
                right: share(738, 900),
                top: share(300, 1200),
                bottom: share(740, 1200),
                rotation: 0,
            },
            is_document: false,
        };
        let aligned = moved(&page, area, Turn::Original, &rated(&image));
        assert!(aligned.distance <= 31, "{seed}: {aligned:?}");
        assert_eq!(aligned.area.kind, AreaKind::Inset);
    }
}

/// Another picture stays another one, whatever frame is moved.
#[test]
fn no_frame_of_another_picture_is_moved_to_a_listed_one() {
    for seed in 0..6 {
        let image = photograph(500, 400, seed);
        let views = hashes(&picture(image.clone()), Views::Standard, Turn::Original);
        let others: Vec<Pdq> = (100..140)
            .map(|seed| rated(&photograph(500, 400, seed)))
            .collect();
        let near = others.iter().flat_map(|other| {
            let of = views.iter().filter(|view| view.area.kind.can_align());
            of.map(move |view| (view.hash.distance(other), *view, *other))
        });
        let (_, view, other) = near.min_by_key(|(distance, ..)| *distance).unwrap();
        let aligned = moved(&image, view.area, view.turn, &other);
        assert!(aligned.distance > 45, "{seed}: {aligned:?}");
    }
}

/// No part of a picture is so small or so far outside that moving its frame fails.
#[test]
fn frames_of_hostile_pictures_are_moved_or_refused() {
    let images = [
        GrayImage::from_fn(416, 24, |x, y| Luma([salt(x, y) as u8])),
        GrayImage::from_fn(24, 416, |x, y| Luma([salt(x, y) as u8])),
        GrayImage::from_pixel(40, 40, Luma([7])),
        GrayImage::from_fn(33, 31, |x, y| Luma([salt(x, y) as u8])),
    ];
    for image in images {
        let levels = Levels::of(&Plane::of(&picture(image), DETAIL_SIDE));
        for [left, top, right, bottom] in [
            [0, 0, 1000, 1000],
            [-250, -250, 1250, 1250],
            [990, 990, 1000, 1000],
            [0, 0, 1, 1],
            [-3000, -3000, -2000, -2000],
            [4000, 4000, 4001, 4001],
        ] {
            for rotation in [0, 32, -50] {
                let region = Region {
                    left,
                    top,
                    right,
                    bottom,
                    rotation,
                };
                let area = Area {
                    kind: AreaKind::Cut,
                    region,
                    is_document: false,
                };
                if let Some(aligned) = align::align(&levels, area, Turn::Original, &Pdq([0x5a; 32]))
                {
                    assert!(aligned.distance <= 256);
                }
            }
        }
    }
}
