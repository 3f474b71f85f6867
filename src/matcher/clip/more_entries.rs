//! What is listed more is found no less: by more pictures of the same clip, of others, in other lists.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::tests::{entries, find, find_with, ids, index, near, pictures, scene};
use crate::hash::Hash;
use crate::list::{ClipFrame, Entry, Media, Opinion};
use crate::matcher::{Found, Matcher};

/// One row of a list. It holds the list, clip, scene, bits off, time, quality and what the list says of the clip.
#[derive(Clone, Debug)]
struct Row {
    list: usize,
    clip: u32,
    hash: Hash,
    ms: Option<u64>,
    quality: Option<u8>,
    distinct: Option<u32>,
    is_picture: bool,
}

fn hash() -> impl Strategy<Value = Hash> {
    let bits = prop::sample::select(vec![0usize, 8, 15, 16, 25, 31, 40]);
    (0u32..4, 0usize..200, bits).prop_map(|(number, at, bits)| near(scene("x", number), at, bits))
}

fn row() -> impl Strategy<Value = Row> {
    let times = prop::option::of((0u64..16).prop_map(|n| n * 400));
    let quality = prop::sample::select(vec![None, Some(60), Some(100)]);
    let distinct = prop::sample::select(vec![None, Some(2), Some(40)]);
    let of = (0usize..2, 0u32..12);
    (
        of,
        hash(),
        times,
        quality,
        distinct,
        prop::bool::weighted(0.1),
    )
        .prop_map(
            |((list, clip), hash, ms, quality, distinct, is_picture)| Row {
                list,
                clip,
                hash,
                ms,
                quality,
                distinct,
                is_picture,
            },
        )
}

fn matcher(rows: &[Row]) -> Matcher {
    let entry = |row: &Row| Entry {
        id: Some(format!("clip {}", row.clip)),
        media: Some(Media::Video),
        quality: row.quality,
        frame: (!row.is_picture).then(|| {
            Box::new(ClipFrame {
                index: row.ms.map_or(0, |ms| (ms / 40) as u32),
                ms: row.ms,
                clip_ms: Some(8_000),
                distinct: row.distinct,
                ..ClipFrame::default()
            })
        }),
        ..Entry::new(row.hash, 1)
    };
    let lists = (0..2).map(|list| {
        let of_list = rows.iter().filter(move |row| row.list == list);
        (
            format!("list {list}"),
            of_list.map(entry).collect::<Vec<_>>(),
        )
    });
    let built = lists.filter(|(_, entries)| !entries.is_empty());
    Matcher::new(built.map(|(list, entries)| index(&list, entries)))
}

fn lists(found: &Found) -> BTreeSet<&str> {
    found.matches.iter().map(|m| m.list.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn more_entries_never_turn_a_match_into_none(
        shown in prop::collection::btree_map(0u64..16, hash(), 1..7),
        rows in prop::collection::vec(row(), 1..24),
        more in prop::collection::vec(row(), 1..40),
    ) {
        let shown: Vec<(u64, Hash)> = shown.into_iter().map(|(n, hash)| (n * 500, hash)).collect();
        let all = [rows.clone(), more].concat();
        for clip_ms in [None, Some(8_000), Some(60_000)] {
            let before = find_with(&matcher(&rows), &shown, clip_ms);
            let after = find_with(&matcher(&all), &shown, clip_ms);
            for list in lists(&before) {
                prop_assert!(lists(&after).contains(list), "{before:?}\n{after:?}");
            }
        }
    }

    #[test]
    fn what_matches_as_a_picture_matches_as_the_only_picture_of_a_clip(
        shown in hash(),
        rows in prop::collection::vec(row(), 1..40),
    ) {
        let matcher = matcher(&rows);
        let picture = find_with(&matcher, &[(0, shown)], None);
        let clip = find(&matcher, &[(0, shown)], 33);
        prop_assert_eq!(lists(&picture), lists(&clip));
    }
}

#[test]
fn a_near_picture_is_found_among_many_rows_that_are_further() {
    // Rows of one clip, each near to the file's only picture, at every time but its own.
    let dense: Vec<(u64, Hash)> = (0..40u32)
        .map(|n| {
            (
                u64::from(n) * 3_000,
                near(
                    scene("x", 0),
                    0,
                    if n == 20 { 0 } else { 20 + n as usize % 10 },
                ),
            )
        })
        .collect();
    let matcher = Matcher::new([index("a", entries("x", &dense, 120_000))]);
    for count in 1..4 {
        let mut shown = pictures("other", 0..count);
        shown[0].1 = scene("x", 0);
        let found = find(&matcher, &shown, 1_500);
        assert_eq!(ids(&found.matches), ["x"]);
        assert_eq!(found.matches[0].distance, 0);
        let segment = found.matches[0].clip.as_deref().unwrap().segments[0];
        assert_eq!(segment.distance, 0);
    }
}

/// Hashes within two bits of one, each another.
fn neighbours(of: Hash, count: usize) -> Vec<Hash> {
    let pairs = (0..256usize).flat_map(|a| (0..a).map(move |b| (a, b)));
    let flip = |(a, b)| near(near(of, a, 1), b, 1);
    pairs.map(flip).take(count).collect()
}

/// A list of so many neighbours of each of some pictures, one clip each.
fn flood(pictures: &[(u64, Hash)], count: usize, opinion: Opinion, ids: bool) -> Vec<Entry> {
    let all = pictures.iter().flat_map(|(ms, hash)| {
        let near = neighbours(*hash, count).into_iter();
        near.map(move |hash| (*ms, hash))
    });
    let entry = |(number, (ms, hash)): (usize, (u64, Hash))| {
        let [mut entry]: [Entry; 1] = entries("flood", &[(ms, hash)], 60_000).try_into().unwrap();
        entry.opinion = opinion;
        if ids {
            entry.id = Some(format!("flood {number}"));
        }
        entry
    };
    all.enumerate().map(entry).collect()
}

#[test]
fn no_list_hides_what_another_holds() {
    let shown = pictures("x", 0..300);
    let further: Vec<(u64, Hash)> = pictures("x", 0..12)
        .into_iter()
        .map(|(ms, hash)| (ms, near(hash, 100, 20)))
        .collect();
    let listed = || entries("x", &further, 6_000);
    for opinion in [Opinion::Negative, Opinion::Positive] {
        for ids in [false, true] {
            // More than are kept of one picture and list, and each nearer than what is looked for.
            let rows = flood(&shown[..12], 3_400, opinion, ids);
            let matcher = Matcher::new([index("a", listed()), index("b", rows)]);
            let found = find(&matcher, &shown, 150_000);
            let of_a: Vec<_> = found.matches.iter().filter(|m| m.list == "a").collect();
            assert_eq!(of_a.len(), 1, "{opinion:?} {ids}: {:?}", lists(&found));
            let clip = of_a[0].clip.as_deref().unwrap();
            assert_eq!(clip.segments.iter().map(|s| s.hits).sum::<u32>(), 12);
            assert_eq!(
                found.matches.iter().any(|m| m.list == "b"),
                opinion == Opinion::Positive
            );
        }
    }
}

/// Of one list, what does not count takes no room from what does. Nor does one clip of many pictures from another.
#[test]
fn nothing_of_a_list_hides_another_of_its_clips() {
    let shown = pictures("x", 0..300);
    let further: Vec<(u64, Hash)> = shown[..12]
        .iter()
        .map(|&(ms, hash)| (ms, near(hash, 100, 20)))
        .collect();
    for opinion in [Opinion::Negative, Opinion::Positive] {
        let mut rows: Vec<Entry> = flood(&shown[..12], 3_400, opinion, false);
        rows.extend(entries("x", &further, 6_000));
        let found = find(&Matcher::new([index("a", rows)]), &shown, 150_000);
        assert!(ids(&found.matches).contains(&"x"), "{opinion:?}");
    }
}

/// Listed clips that do not count take no room from pictures that do, however few matches are wanted.
#[test]
fn what_does_not_count_hides_no_picture() {
    let shown = scene("x", 0);
    let rows = flood(&[(0, shown)], 150, Opinion::Negative, true);
    let mut picture = Entry::new(near(shown, 100, 20), 1);
    picture.id = Some("picture".to_owned());
    let matcher = Matcher::new([index("a", rows), index("b", vec![picture])]);
    assert_eq!(
        ids(&find_with(&matcher, &[(0, shown)], None).matches),
        ["picture"]
    );
    assert_eq!(ids(&find(&matcher, &[(0, shown)], 40).matches), ["picture"]);
}
