//! Lists of authentic notices: what is told, what is suppressed, and which of two notices a picture is.

use super::*;
use crate::hash::{FrameHash, Pdq, View};
use crate::list::Opinion;
use crate::matcher::{Policy, Tier};

const FORGED: &str = "forged";

/// A list that may block, and one of authentic notices.
fn config(world: &World, more: &str) -> String {
    world
        .source(FORGED, "local", more)
        .replace("at_most = \"review\"", "at_most = \"block\"")
        + &world.source(
            "genuine",
            "local",
            "suppresses = [\"*\"]\nauthentic = true\n",
        )
}

/// A hash that is so many bits from the genuine one, and the others from the forged one, which is 20 bits from it.
fn between(from_genuine: usize) -> Hash {
    off(from_genuine)
}

/// The genuine hash with so many bits changed.
fn off(bits: usize) -> Hash {
    let mut hash: Pdq = PDQ.parse().unwrap();
    for bit in 0..bits {
        hash.0[bit / 8] ^= 1 << (bit % 8);
    }
    hash.into()
}

fn list(world: &World, list: &str, hash: Hash, id: &str) {
    let entry = Entry::new(hash, 1).with_id(id.to_owned());
    world.decide(list, Act::Add(Box::new(entry))).unwrap();
}

fn world(more: &str) -> World {
    let world = World::new();
    world.refresh(&config(&world, more));
    list(&world, "genuine", off(0), "notice-1");
    world
}

fn told(found: &Found) -> Vec<(String, String)> {
    let all = found.authentic.iter();
    all.map(|m| (m.list.clone(), m.id.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn a_notice_is_told_where_no_other_one_is_as_near() {
    let world = world("");
    for (bits, is_told) in [(0, true), (14, true), (15, false), (31, false)] {
        let found = world.matcher().lookup(&off(bits)).unwrap();
        assert!(found.matches.is_empty() && found.suppressed.is_empty());
        assert_eq!(told(&found).len(), usize::from(is_told), "{bits}");
        if let Some(notice) = found.authentic.first() {
            assert_eq!(
                (notice.tier, notice.distance as usize, notice.radius),
                (Tier::Near, bits, 14)
            );
            assert_eq!(notice.at_most, Some(MaxAction::Log));
        }
    }
    // In batches it is the same.
    let hashes = [off(0), off(16)];
    let each = world.matcher().lookup_batch(&hashes).unwrap();
    for (hash, found) in hashes.iter().zip(each) {
        assert_eq!(found, world.matcher().lookup(hash).unwrap());
    }
}

/// The forged notice is 20 bits from the genuine one. Copies of either are in between.
#[test]
fn the_nearer_of_two_notices_is_told_and_a_person_compares_where_none_is() {
    let world = world("");
    list(&world, FORGED, off(20), "forged-1");
    let found = |bits| world.matcher().lookup(&between(bits)).unwrap();
    for bits in 0..=8 {
        let found = found(bits);
        assert!(found.matches.is_empty(), "{bits}: {found:?}");
        assert!(found.cluster.is_none());
        assert_eq!(told(&found), [pair("genuine", "notice-1")], "{bits}");
        assert_eq!(found.suppressed[0].allowed_by.as_deref(), Some("genuine"));
    }
    for bits in 9..=11 {
        let found = found(bits);
        assert_eq!(said(&found), [pair(FORGED, "forged-1")], "{bits}");
        assert_eq!(found.matches[0].at_most, Some(MaxAction::Review));
        assert_eq!(told(&found).len(), 1, "{bits}");
        assert!(found.cluster.is_some());
    }
    for bits in 12..=20 {
        let found = found(bits);
        assert_eq!(said(&found), [pair(FORGED, "forged-1")], "{bits}");
        assert_eq!(found.matches[0].at_most, Some(MaxAction::Block));
        assert!(told(&found).is_empty() && found.suppressed.is_empty());
    }
}

/// Where both lists hold one hash of a picture, neither is believed.
#[test]
fn a_tie_is_told_as_both() {
    let world = world("");
    list(&world, FORGED, off(0), "forged-1");
    let found = world.matcher().lookup(&off(0)).unwrap();
    assert_eq!(said(&found), [pair(FORGED, "forged-1")]);
    assert_eq!(found.matches[0].at_most, Some(MaxAction::Review));
    assert_eq!(told(&found), [pair("genuine", "notice-1")]);
}

#[test]
fn the_very_file_of_a_notice_is_authentic_unless_a_list_is_beyond_appeal() {
    let pdq = |bits| FrameHash::new(off(bits), 100);
    let find = |world: &World, bits| {
        let matcher = world.matcher();
        matcher.find_hashes(&[md5(1)], &[pdq(bits)], None).unwrap()
    };
    for is_beyond_appeal in [false, true] {
        let world = world(&format!("beyond_appeal = {is_beyond_appeal}"));
        list(&world, "genuine", md5(1), "notice-1");
        list(&world, FORGED, off(20), "forged-1");
        // The bytes say more than the picture.
        let found = find(&world, 20);
        assert!(found.matches.is_empty(), "{found:?}");
        assert_eq!(found.authentic[0].tier, Tier::Identical);
        list(&world, FORGED, md5(1), "forged-1");
        let found = find(&world, 0);
        assert_eq!(
            said(&found).len(),
            usize::from(is_beyond_appeal),
            "{found:?}"
        );
        if let Some(m) = found.matches.first() {
            assert_eq!(
                (m.tier, m.at_most),
                (Tier::Identical, Some(MaxAction::Block))
            );
        }
        let mut notices = found.authentic.iter();
        assert!(notices.any(|m| m.tier == Tier::Identical), "{found:?}");
    }
    // Against the very file of another list, a picture that looks the same says nothing.
    let world = world("");
    list(&world, FORGED, md5(1), "forged-1");
    let found = find(&world, 0);
    assert_eq!(said(&found), [pair(FORGED, "forged-1")]);
    assert_eq!(found.matches[0].at_most, Some(MaxAction::Block));
    assert!(told(&found).is_empty());
}

#[test]
fn a_notice_in_a_clip_does_not_make_the_clip_authentic() {
    let world = world("");
    let frame = |number: u32, bits| FrameHash {
        frame: number,
        ms: u64::from(number) * 1000,
        ..FrameHash::new(off(bits), 100)
    };
    let frames = [frame(0, 0), frame(1, 120)];
    let found = world
        .matcher()
        .find_hashes(&[], &frames, Some(2000))
        .unwrap();
    assert_eq!(found, Found::default());
    list(&world, "genuine", md5(1), "clip-1");
    let found = world.matcher().find_hashes(&[md5(1)], &frames, Some(2000));
    assert_eq!(told(&found.unwrap()), [pair("genuine", "clip-1")]);
}

/// A part of a notice says nothing of the rest, which may be forged.
#[test]
fn a_view_that_shows_a_part_of_a_notice_tells_nothing() {
    use crate::hash::{Area, AreaKind, Region};
    let world = world("");
    let told = |kind| {
        let print = FrameHash {
            view: View {
                area: Area::new(kind, Region::WHOLE),
                ..View::ORIGINAL
            },
            ..FrameHash::new(off(2), 100)
        };
        let found = world.matcher().find_hashes(&[], &[print], None).unwrap();
        told(&found).len()
    };
    for kind in [
        AreaKind::Cut,
        AreaKind::Erased,
        AreaKind::Half,
        AreaKind::Extended,
    ] {
        assert_eq!(told(kind), 0, "{kind:?}");
    }
    for kind in [AreaKind::Whole, AreaKind::Inset, AreaKind::Screen] {
        assert_eq!(told(kind), 1, "{kind:?}");
    }
}

#[test]
fn what_a_list_takes_back_or_a_query_does_not_want_is_not_told() {
    let world = world("");
    let off_subject = Entry::new(off(0), 1)
        .with_id("notice-1".to_owned())
        .with_opinion(Opinion::Negative);
    let found = |tiers: &[Tier]| {
        let policy = Policy::default().with_tiers(tiers.to_vec());
        let found = world.matcher().with_policy(policy).lookup(&off(0));
        told(&found.unwrap()).len()
    };
    assert_eq!((found(&[Tier::Near]), found(&[Tier::Identical])), (1, 0));
    world
        .decide("genuine", Act::Add(Box::new(off_subject)))
        .unwrap();
    assert_eq!(found(&[]), 0);
}

#[test]
fn a_list_of_authentic_notices_names_what_it_allows() {
    let world = World::new();
    let source = world.source("genuine", "local", "authentic = true");
    let error = Config::parse(&source).unwrap_err();
    assert!(error.to_string().contains("suppresses"), "{error}");
}
