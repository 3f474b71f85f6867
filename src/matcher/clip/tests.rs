//! Clips made of pictures that are as far apart as those of different scenes.

use proptest::prelude::*;

use crate::hash::{FrameHash, Hash, HashType, View};
use crate::index::{Builder, Index};
use crate::list::vpdq::Frame;
use crate::list::{ClipPrint, Entry, List, Opinion, Source as ListSource, Spacing, clip_entries};
use crate::matcher::{Found, Match, Matcher, Policy, VpdqRule, compare_vpdq};

/// A hash that is some 128 bits from any other's.
pub(super) fn scene(clip: &str, number: u32) -> Hash {
    let digest = blake3::hash(format!("{clip} {number}").as_bytes());
    Hash::new(HashType::Pdq, digest.as_bytes()).unwrap()
}

/// The hash with so many bits changed, from a place on.
pub(super) fn near(hash: Hash, at: usize, bits: usize) -> Hash {
    let mut bytes = hash.as_bytes().to_vec();
    for bit in at..at + bits {
        bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    }
    Hash::new(HashType::Pdq, &bytes).unwrap()
}

/// Pictures, one each half second.
pub(super) fn pictures(clip: &str, numbers: impl IntoIterator<Item = u32>) -> Vec<(u64, Hash)> {
    let numbers = numbers.into_iter();
    numbers
        .map(|number| (u64::from(number) * 500, scene(clip, number)))
        .collect()
}

pub(super) fn entries(id: &str, pictures: &[(u64, Hash)], clip_ms: u64) -> Vec<Entry> {
    let prints: Vec<ClipPrint> = pictures
        .iter()
        .map(|&(ms, hash)| ClipPrint {
            hash,
            quality: 100,
            index: (ms / 33) as u32,
            ms: Some(ms),
        })
        .collect();
    let entries = clip_entries(&prints, Some(clip_ms), Spacing::Distinct);
    let of_id = |entry| Entry {
        id: Some(id.to_owned()),
        ..entry
    };
    entries.into_iter().map(of_id).collect()
}

pub(super) fn index(list: &str, mut entries: Vec<Entry>) -> Index {
    for (line, entry) in entries.iter_mut().enumerate() {
        entry.line = line as u64 + 1;
    }
    let source = ListSource {
        list: list.to_owned(),
        path: list.to_owned(),
        format: "jsonl".to_owned(),
        sha256: [0; 32],
        bytes: 0,
        protects: None,
        uses: Vec::new(),
    };
    let mut builder = Builder::new();
    builder.add(List::new(source, entries)).unwrap();
    builder.build_in_memory().unwrap().0
}

/// A list of one clip of 40 pictures, 20 seconds.
fn one_clip() -> Matcher {
    Matcher::new([index("a", entries("x", &pictures("x", 0..40), 20_000))])
}

/// Looks pictures up as those of a clip that begins with the first of them.
pub(super) fn find(matcher: &Matcher, pictures: &[(u64, Hash)], clip_ms: u64) -> Found {
    find_with(matcher, pictures, Some(clip_ms))
}

pub(super) fn find_with(
    matcher: &Matcher,
    pictures: &[(u64, Hash)],
    clip_ms: Option<u64>,
) -> Found {
    let prints: Vec<FrameHash> = pictures
        .iter()
        .map(|&(ms, hash)| FrameHash {
            hash,
            quality: 100,
            frame: (ms / 33) as u32,
            ms,
            view: View::ORIGINAL,
        })
        .collect();
    matcher.find_hashes(&[], &prints, clip_ms).unwrap()
}

fn shifted(pictures: Vec<(u64, Hash)>, by: i64) -> Vec<(u64, Hash)> {
    let shift = |(ms, hash): (u64, Hash)| (ms.checked_add_signed(by).unwrap(), hash);
    pictures.into_iter().map(shift).collect()
}

pub(super) fn ids(matches: &[Match]) -> Vec<&str> {
    matches.iter().map(|m| m.id.as_deref().unwrap()).collect()
}

#[test]
fn a_copy_is_found_whole() {
    let found = find(&one_clip(), &pictures("x", 0..40), 20_000);
    assert_eq!(ids(&found.matches), ["x"]);
    let clip = found.matches[0].clip.as_deref().unwrap();
    assert_eq!(clip.segments.len(), 1);
    let segment = clip.segments[0];
    assert_eq!((segment.start_ms, segment.end_ms), (0, 20_000));
    assert_eq!((segment.listed_ms, segment.hits), (Some((0, 20_000)), 40));
    assert_eq!((clip.covered_ms, clip.listed_covered_ms), (20_000, 20_000));
    assert_eq!(clip.pictures.percent(), 100.0);
    assert_eq!(clip.listed_pictures.unwrap().percent(), 100.0);
    assert!(found.weak.is_empty() && found.cluster.is_some());
}

#[test]
fn a_part_within_another_clip_is_found_where_it_is() {
    // Eight seconds of a minute are the listed clip's from its fifth second on.
    let mut query = pictures("other", 0..60);
    query.extend(shifted(pictures("x", 10..26), 25_000));
    query.extend(shifted(pictures("more", 0..44), 38_000));
    let found = find(&one_clip(), &query, 60_000);
    let clip = found.matches[0].clip.as_deref().unwrap();
    let [segment] = clip.segments.as_slice() else {
        panic!("{:?}", clip.segments);
    };
    assert_eq!((segment.start_ms, segment.end_ms), (29_750, 37_750));
    assert_eq!(segment.listed_ms, Some((4_750, 12_750)));
    assert_eq!((clip.covered_ms, clip.listed_covered_ms), (8_000, 8_000));
    assert_eq!((clip.clip_ms, clip.listed_ms), (60_000, Some(20_000)));
    assert_eq!(clip.pictures.percent(), 16.0 * 100.0 / 120.0);
    assert_eq!(clip.listed_pictures.unwrap().percent(), 40.0);
}

#[test]
fn parts_in_another_order_are_told_apart() {
    let mut query = shifted(pictures("x", 24..36), -12_000);
    query.extend(shifted(pictures("x", 0..12), 6_000));
    let found = find(&one_clip(), &query, 12_000);
    let segments = &found.matches[0].clip.as_deref().unwrap().segments;
    let listed: Vec<_> = segments.iter().map(|s| s.listed_ms.unwrap().0).collect();
    assert_eq!(listed, [12_000, 0]);
}

#[test]
fn one_picture_alone_is_weak() {
    let mut query = pictures("other", 0..40);
    query[7].1 = near(scene("x", 5), 0, 20);
    let found = find(&one_clip(), &query, 20_000);
    assert_eq!((found.matches.len(), ids(&found.weak)), (0, vec!["x"]));
    assert_eq!(found.cluster, None);
}

#[test]
fn pictures_that_are_not_as_far_apart_as_in_the_listed_clip_are_weak() {
    let mut query = pictures("other", 0..40);
    query[2].1 = scene("x", 2);
    let at = |place: usize| {
        let mut query = query.clone();
        query[place].1 = scene("x", 8);
        find(&one_clip(), &query, 20_000)
    };
    assert_eq!(ids(&at(8).matches), ["x"]);
    assert_eq!(
        ids(&at(9).matches),
        ["x"],
        "half a second off is a change of pace"
    );
    let found = at(30);
    assert_eq!((found.matches.len(), ids(&found.weak)), (0, vec!["x"]));
}

#[test]
fn a_short_clip_is_found_by_one_picture_that_is_near() {
    let matcher = one_clip();
    let by = |bits| {
        let picture = (0, near(scene("x", 5), 0, bits));
        find(&matcher, &[picture], 1_500)
    };
    assert_eq!(ids(&by(15).matches), ["x"]);
    let beside = |bits| {
        let picture = (0, near(scene("x", 5), 0, bits));
        find(&matcher, &[picture, (500, scene("other", 0))], 1_500)
    };
    assert_eq!(ids(&beside(15).matches), ["x"]);
    assert_eq!(
        (beside(16).matches.len(), ids(&beside(16).weak)),
        (0, vec!["x"])
    );
    let longer = |count| {
        let mut query = pictures("other", 0..count);
        query[1].1 = scene("x", 5);
        find(&matcher, &query, u64::from(count) * 500)
    };
    assert_eq!(longer(3).matches.len(), 1);
    assert_eq!(longer(4).matches.len(), 0);
}

#[test]
fn a_still_picture_that_is_a_clip_is_found_by_it() {
    let matcher = Matcher::new([index("a", entries("x", &pictures("x", 0..1), 30_000))]);
    let mut query = Vec::new();
    for number in 0..60 {
        query.push((number * 500, near(scene("x", 0), number as usize, 6)));
    }
    assert_eq!(ids(&find(&matcher, &query, 30_000).matches), ["x"]);
}

#[test]
fn what_hardly_moves_is_found_where_it_is_half_of_either() {
    // Pictures that drift: each within the radius of all others.
    let still = |n: u32| near(scene("x", 0), 0, n as usize);
    let drift: Vec<(u64, Hash)> = (0..12u32)
        .map(|n| (u64::from(n) * 500, still(n * 2)))
        .collect();
    let matcher = Matcher::new([index("a", entries("x", &drift, 6_000))]);
    assert_eq!(ids(&find(&matcher, &drift, 6_000).matches), ["x"]);
    // The last second of it within half a minute of something else.
    let mut query = pictures("other", 0..60);
    query[40].1 = still(4);
    query[41].1 = still(6);
    query[42].1 = still(8);
    let found = find(&matcher, &query, 30_000);
    assert_eq!((found.matches.len(), ids(&found.weak)), (0, vec!["x"]));
}

/// Clips with the same two pictures at their ends.
fn with_end_card(count: u32) -> Vec<Entry> {
    let clip = |n: u32| {
        let mut pictures = pictures(&format!("clip {n}"), 0..20);
        pictures.push((10_000, scene("card", 0)));
        pictures.push((11_000, scene("card", 1)));
        entries(&format!("{n:02}"), &pictures, 12_000)
    };
    (0..count).flat_map(clip).collect()
}

#[test]
fn an_end_card_that_many_clips_share_is_a_match_of_one() {
    let mut query = pictures("other", 0..20);
    query.push((10_000, scene("card", 0)));
    query.push((11_000, scene("card", 1)));
    let many = Matcher::new([index("a", with_end_card(9))]);
    let found = find(&many, &query, 12_000);
    assert_eq!((ids(&found.matches), found.weak.len()), (vec!["00"], 8));
    // What shows more than the card is found.
    let mut query = pictures("clip 4", 0..20);
    query.push((10_000, scene("card", 0)));
    query.push((11_000, scene("card", 1)));
    let found = find(&many, &query, 12_000);
    assert_eq!((ids(&found.matches), found.weak.len()), (vec!["04"], 8));
}

#[test]
fn copies_of_one_clip_may_all_be_listed() {
    let copies = (0..20).flat_map(|n| entries(&format!("{n:02}"), &pictures("x", 0..40), 20_000));
    let matcher = Matcher::new([index("a", copies.collect())]);
    let part = shifted(pictures("x", 10..20), -5_000);
    assert_eq!(find(&matcher, &part, 5_000).matches.len(), 20);
}

#[test]
fn a_picture_of_a_clip_matches_as_pictures_do() {
    let picture = near(scene("x", 7), 3, 30);
    let found = find_with(&one_clip(), &[(0, picture)], None);
    let m = &found.matches[0];
    assert_eq!((m.id.as_deref(), m.distance), (Some("x"), 30));
    assert_eq!((m.listed_ms, m.clip.as_deref()), (Some(3_500), None));
    assert_eq!(found.matches.len(), 1);
}

#[test]
fn a_picture_that_is_listed_is_found_in_a_clip() {
    let mut entry = Entry::new(near(scene("x", 9), 0, 25), 1);
    entry.id = Some("still".to_owned());
    let found = find(
        &Matcher::new([index("a", vec![entry])]),
        &pictures("x", 0..40),
        20_000,
    );
    let m = &found.matches[0];
    assert_eq!((m.ms, m.listed_ms, m.clip.is_none()), (4_500, None, true));
}

#[test]
fn a_clip_that_a_list_says_is_harmless_is_suppressed() {
    let mut listed = entries("x", &pictures("x", 0..40), 20_000);
    listed
        .iter_mut()
        .for_each(|entry| entry.opinion = Opinion::Negative);
    let found = find(
        &Matcher::new([index("a", listed)]),
        &pictures("x", 0..40),
        20_000,
    );
    assert_eq!(
        (found.matches.len(), ids(&found.suppressed)),
        (0, vec!["x"])
    );
    assert!(found.weak.is_empty());
}

#[test]
fn copies_are_one_cluster_whatever_part_they_show() {
    let matcher = one_clip();
    let cluster = |numbers: std::ops::Range<u32>| {
        let by = -500 * i64::from(numbers.start);
        let query = shifted(pictures("x", numbers), by);
        find(&matcher, &query, 6_000).cluster.unwrap()
    };
    assert_eq!(cluster(0..12), cluster(25..37));
}

proptest! {
    #[test]
    fn a_trimmed_copy_is_found_and_nothing_else_is(
        from in 0u32..30,
        count in 4u32..10,
        before in 0u32..30,
        noise in 0usize..14,
        drop in prop::collection::btree_set(0usize..10, 0..3),
        split in 0usize..80,
    ) {
        let listed = ["x", "y"].map(|clip| entries(clip, &pictures(clip, 0..40), 20_000));
        let (one, other) = { let mut all = listed.concat(); let other = all.split_off(split.min(all.len())); (all, other) };
        let matcher = Matcher::new([one, other].into_iter().filter(|part| !part.is_empty()).map(|part| index("a", part)));
        let mut copy: Vec<(u64, Hash)> = pictures("x", from..from + count).into_iter()
            .map(|(ms, hash)| (ms + u64::from(before) * 500 - u64::from(from) * 500, near(hash, noise * 7, noise)))
            .collect();
        for place in drop.into_iter().rev() {
            if copy.len() > 2 && place < copy.len() {
                copy.remove(place);
            }
        }
        let mut query = pictures("other", 0..before);
        query.extend(&copy);
        let end = u64::from(before + count) * 500;
        let found = find(&matcher, &query, end);
        prop_assert_eq!(ids(&found.matches), ["x"]);
        let clip = found.matches[0].clip.as_deref().unwrap();
        prop_assert_eq!(clip.segments.iter().map(|s| s.hits as usize).sum::<usize>(), copy.len());
        let segment = clip.segments[0];
        let offset = i64::try_from(segment.start_ms).unwrap() - i64::try_from(segment.listed_ms.unwrap().0).unwrap();
        let expected = 500 * (i64::from(before) - i64::from(from));
        prop_assert!((offset - expected).abs() <= 1_000, "{} {}", offset, expected);
        prop_assert!(clip.covered_ms <= clip.clip_ms && clip.listed_covered_ms <= 20_000);
        // The other way round in the list, the same is found.
        let stranger = find(&matcher, &pictures("other", 0..before + 4), end);
        prop_assert!(stranger.matches.is_empty() && stranger.weak.is_empty());
    }
}

/// Frames of a few pictures, each some bits off, some of them equal or flat.
fn frames() -> impl Strategy<Value = Vec<Frame>> {
    let frame = (
        0u32..4,
        prop::sample::select(vec![0usize, 14, 15, 16, 17, 31]),
        prop::bool::ANY,
        prop::sample::select(vec![49u8, 50, 100]),
    );
    prop::collection::vec(frame, 0..24).prop_map(|frames| {
        let frame = |(number, (picture, bits, is_other_side, quality))| {
            let at = if is_other_side { 40 } else { 0 };
            let hash = near(scene("frames", picture), at, bits);
            Frame {
                number,
                quality,
                hash: hash.as_pdq().unwrap(),
                seconds: Some(f64::from(number) / 2.0),
            }
        };
        (0u32..).zip(frames).map(frame).collect()
    })
}

proptest! {
    /// The oracle compares every frame with every other.
    #[test]
    fn with_a_rule_of_vpdq_it_is_that_rule(query in frames(), listed in frames()) {
        let prints: Vec<ClipPrint> = listed.iter().map(|frame| ClipPrint {
            hash: frame.hash.into(),
            quality: frame.quality,
            index: frame.number,
            ms: Some(u64::from(frame.number) * 500),
        }).collect();
        let entries = clip_entries(&prints, Some(12_000), Spacing::Every(500));
        let of_id = |entry| Entry { id: Some("x".to_owned()), ..entry };
        let index = index("a", entries.into_iter().map(of_id).collect());
        let prints: Vec<FrameHash> = query.iter().map(|frame| FrameHash {
            hash: frame.hash.into(),
            quality: frame.quality,
            frame: frame.number,
            ms: u64::from(frame.number) * 500,
            view: View::ORIGINAL,
        }).collect();
        let matcher = Matcher::new([index]);
        for rule in [VpdqRule::Py, VpdqRule::Cpp] {
            let policy = Policy { vpdq: Some(rule), ..Policy::default() };
            let matcher = matcher.clone().with_policy(policy);
            let found = matcher.find_hashes(&[], &prints, Some(12_000)).unwrap();
            let expected = compare_vpdq(&query, &listed, rule);
            let is_match = expected.is_some_and(|shares| rule.is_match(shares));
            prop_assert_eq!(found.matches.len() == 1, is_match);
            let told = found.matches.iter().chain(&found.weak).next();
            let told = told.and_then(|m| m.clip.as_deref());
            match (told, expected) {
                (Some(clip), Some(shares)) => {
                    prop_assert_eq!(clip.pictures.percent(), shares.query);
                    prop_assert_eq!(clip.listed_pictures.unwrap().percent(), shares.listed);
                }
                (Some(_), None) => prop_assert!(false, "hits of what does not count"),
                (None, shares) => prop_assert!(shares.is_none_or(|s| s.query == 0.0 && s.listed == 0.0)),
            }
        }
    }
}

#[test]
fn many_lists_may_hold_one_clip() {
    let lists: Vec<String> = (0..12).map(|n| format!("list {n:02}")).collect();
    let one = |list: &String| index(list, entries("x", &pictures("x", 0..40), 20_000));
    let matcher = Matcher::new(lists.iter().map(one));
    let mut query = pictures("other", 0..60);
    query[20].1 = scene("x", 20);
    query[22].1 = scene("x", 22);
    assert_eq!(find(&matcher, &query, 30_000).matches.len(), 12);
    let picture = find_with(&matcher, &[(0, scene("x", 7))], None);
    assert_eq!(picture.matches.len(), 12);
}

#[test]
fn one_listed_picture_is_enough_where_it_is_held_for_half_of_the_file() {
    let matcher = one_clip();
    let held = |count: u32, of: u32| {
        let mut query = pictures("other", 0..of);
        for picture in &mut query[..count as usize] {
            picture.1 = near(scene("x", 5), picture.0 as usize / 100, 20);
        }
        find(&matcher, &query, u64::from(of) * 500).matches.len()
    };
    // As far as the list says, it is shown for half a second, and pictures may be a second off.
    assert_eq!((held(4, 6), held(4, 20)), (1, 0));
}

#[test]
fn hashes_on_their_own_and_rows_that_name_no_clip_match_as_pictures_do() {
    let listed = scene("x", 7);
    let found = one_clip().lookup(&near(listed, 0, 30)).unwrap();
    let m = &found.matches[0];
    assert_eq!(
        (m.distance, m.listed_ms, m.clip.is_none()),
        (30, Some(3_500), true)
    );
    let mut nameless = entries("x", &pictures("x", 0..2), 20_000);
    nameless.iter_mut().for_each(|entry| entry.id = None);
    let matcher = Matcher::new([index("a", nameless)]);
    let found = find(&matcher, &pictures("x", 0..40), 20_000);
    assert_eq!(found.matches.len(), 2);
    assert!(found.matches.iter().all(|m| m.clip.is_none()));
}
