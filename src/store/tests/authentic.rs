//! Lists of authentic notices: what is told, what is suppressed, and which of two notices a picture is.

use super::*;
use crate::hash::{Area, AreaKind, FrameHash, Pdq, Region, Rendering, View};
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
    let off_subject = notice_with(Opinion::Negative);
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

/// The genuine notice, with what its list thinks of it.
fn notice_with(opinion: Opinion) -> Entry {
    let entry = Entry::new(off(0), 1).with_id("notice-1".to_owned());
    entry.with_opinion(opinion)
}

/// So many bits from the genuine hash, in this part of a picture.
fn print_of(bits: usize, kind: AreaKind, [left, top, right, bottom]: [i16; 4]) -> FrameHash {
    let region = Region {
        left,
        top,
        right,
        bottom,
        ..Region::WHOLE
    };
    let area = Area::new(kind, region);
    FrameHash {
        view: View::ORIGINAL.with_area(area),
        ..FrameHash::new(off(bits), 100)
    }
}

const WHOLE: [i16; 4] = [0, 0, 1000, 1000];

/// A notice that is pasted into another picture, or beside it, or that another one is pasted into.
#[test]
fn a_notice_answers_for_its_own_place_alone() {
    let world = world("");
    list(&world, FORGED, off(60), "forged-1");
    let corner = [600, 600, 1000, 1000];
    let [left, right] = [[0, 0, 480, 1000], [520, 0, 1000, 1000]];
    for (notice, listed) in [
        ((AreaKind::Inset, corner), (AreaKind::Whole, WHOLE)),
        ((AreaKind::Framed, corner), (AreaKind::Located, WHOLE)),
        ((AreaKind::Screen, corner), (AreaKind::Erased, WHOLE)),
        ((AreaKind::Framed, left), (AreaKind::Framed, right)),
        ((AreaKind::Whole, WHOLE), (AreaKind::Inset, corner)),
        ((AreaKind::Whole, WHOLE), (AreaKind::Quarter, corner)),
        ((AreaKind::Whole, WHOLE), (AreaKind::Half, left)),
    ] {
        let prints = [
            print_of(0, notice.0, notice.1),
            print_of(52, listed.0, listed.1),
        ];
        let found = world.matcher().find_hashes(&[], &prints, None).unwrap();
        assert_eq!(said(&found), [pair(FORGED, "forged-1")], "{notice:?}");
        assert!(found.suppressed.is_empty() && found.cluster.is_some());
        let most = if listed.0 == AreaKind::Whole {
            MaxAction::Block
        } else {
            MaxAction::Review
        };
        assert_eq!(found.matches[0].at_most, Some(most));
        assert_eq!(told(&found), [pair("genuine", "notice-1")]);
    }
}

/// Several views of one place are of one picture, and so is the whole of one with a flat border.
#[test]
fn a_notice_answers_in_every_view_of_its_place() {
    let world = world("");
    list(&world, FORGED, off(20), "forged-1");
    let inner = [120, 120, 880, 880];
    for (notice, listed) in [
        ((AreaKind::Trimmed, inner), (AreaKind::Whole, WHOLE)),
        ((AreaKind::Trimmed, inner), (AreaKind::Inset, inner)),
        (
            (AreaKind::Inset, inner),
            (AreaKind::Framed, [100, 100, 900, 900]),
        ),
        (
            (AreaKind::Whole, WHOLE),
            (AreaKind::Extended, [-100, -100, 1100, 1100]),
        ),
        ((AreaKind::Whole, WHOLE), (AreaKind::Cut, [0, 0, 1000, 900])),
        (
            (AreaKind::Whole, WHOLE),
            (AreaKind::Erased, [0, 0, 1000, 790]),
        ),
    ] {
        let prints = [
            print_of(1, notice.0, notice.1),
            print_of(36, listed.0, listed.1),
        ];
        let found = world.matcher().find_hashes(&[], &prints, None).unwrap();
        assert!(found.matches.is_empty(), "{notice:?} {found:?}");
        assert_eq!(found.suppressed.len(), 1);
        assert_eq!(told(&found), [pair("genuine", "notice-1")]);
        assert!(found.cluster.is_none());
    }
}

/// Transparent pixels can show one picture over white, and hide another.
#[test]
fn what_one_rendering_shows_says_nothing_of_another() {
    for authentic in ["authentic = true", ""] {
        let world = World::new();
        let sources = world.source(FORGED, "local", "")
            + &world.source(
                "genuine",
                "local",
                &format!("suppresses = [\"*\"]\n{authentic}"),
            );
        world.refresh(&sources);
        list(&world, "genuine", off(0), "notice-1");
        list(&world, FORGED, off(60), "forged-1");
        let mut prints = [
            print_of(0, AreaKind::Whole, WHOLE),
            print_of(52, AreaKind::Whole, WHOLE),
        ];
        prints[0].view.rendering = Rendering::OverWhite;
        let found = world.matcher().find_hashes(&[], &prints, None).unwrap();
        assert_eq!(said(&found), [pair(FORGED, "forged-1")], "{authentic}");
    }
}

/// Two stores of one generation.
#[test]
fn a_notice_answers_lists_of_its_own_store() {
    let (own, other) = (world(""), World::new());
    other.refresh(&other.source(FORGED, "local", ""));
    list(&own, FORGED, off(20), "forged-1");
    list(&other, FORGED, off(20), "forged-2");
    let generation = |world: &World| world.matcher().stores()[0].generation;
    assert_eq!(generation(&own), generation(&other));
    let pdq = FrameHash::new(off(0), 100);
    for paths in [[&own, &other], [&other, &own]] {
        let matcher = Matcher::open(paths.map(|world| world.store.path())).unwrap();
        let found = matcher.lookup(&off(0)).unwrap();
        assert_eq!(said(&found), [pair(FORGED, "forged-2")]);
        assert_eq!(found.matches[0].at_most, Some(MaxAction::Review));
        assert_eq!(found.suppressed[0].id.as_deref(), Some("forged-1"));
        assert_eq!(told(&found), [pair("genuine", "notice-1")]);
    }
    // The very file, too.
    list(&own, "genuine", md5(1), "notice-1");
    let matcher = Matcher::open([own.store.path(), other.store.path()]).unwrap();
    let found = matcher.find_hashes(&[md5(1)], &[pdq], None).unwrap();
    assert_eq!(said(&found), [pair(FORGED, "forged-2")]);
}

#[test]
fn what_contributors_do_not_agree_on_is_no_reason_to_suppress() {
    for digest in [false, true] {
        for (opinion, most, is_told) in [
            (Opinion::Disputed, MaxAction::Review, true),
            (Opinion::Seed, MaxAction::Review, true),
            (Opinion::Negative, MaxAction::Block, false),
        ] {
            let world = world("");
            list(&world, FORGED, off(20), "forged-1");
            let mut entry = notice_with(opinion);
            world
                .decide("genuine", Act::Add(Box::new(entry.clone())))
                .unwrap();
            if digest {
                entry.hash = md5(1);
                world.decide("genuine", Act::Add(Box::new(entry))).unwrap();
            }
            let pdq = FrameHash::new(off(0), 100);
            let found = world.matcher().find_hashes(&[md5(1)], &[pdq], None);
            let found = found.unwrap();
            assert_eq!(said(&found), [pair(FORGED, "forged-1")], "{opinion}");
            assert_eq!(found.matches[0].at_most, Some(most), "{opinion}");
            assert_eq!(!told(&found).is_empty(), is_told, "{opinion}");
            for notice in &found.authentic {
                assert_eq!(notice.opinion, opinion);
            }
        }
    }
}

/// A file that is nearer to another entry is not the notice, which then answers nothing.
#[test]
fn nothing_is_suppressed_by_a_notice_that_is_not_told() {
    let world = world("");
    list(&world, FORGED, off(12), "forged-1");
    list(&world, FORGED, off(30), "forged-2");
    for bits in 0..=40 {
        let found = world.matcher().lookup(&off(bits)).unwrap();
        let is_suppressed = found.suppressed.iter().any(|m| m.allowed_by.is_some());
        assert!(
            !is_suppressed || !told(&found).is_empty(),
            "{bits}: {found:?}"
        );
        assert_eq!(found.cluster.is_some(), !found.matches.is_empty());
    }
    let found = world.matcher().lookup(&off(10)).unwrap();
    let all = [pair(FORGED, "forged-1"), pair(FORGED, "forged-2")];
    assert_eq!(said(&found), all);
    assert!(told(&found).is_empty() && found.suppressed.is_empty());
}

/// Another list of what is allowed still allows what no notice answers.
#[test]
fn what_another_list_allows_stays_suppressed() {
    let world = World::new();
    let sources = config(&world, "") + &world.source("allowed", "local", "suppresses = [\"*\"]");
    world.refresh(&sources);
    list(&world, "genuine", off(0), "notice-1");
    list(&world, "allowed", off(9), "ours");
    for (bits, id) in [(12, "forged-1"), (30, "forged-2")] {
        list(&world, FORGED, off(bits), id);
    }
    let found = world.matcher().lookup(&off(10)).unwrap();
    assert!(found.matches.is_empty(), "{found:?}");
    let each = found.suppressed.iter().map(|m| m.allowed_by.as_deref());
    assert_eq!(each.collect::<Vec<_>>(), [Some("allowed"); 2]);
}

/// No more than a few entries are looked into. Those that a notice does not answer may be among the rest.
#[test]
fn a_notice_does_not_hide_entries_beyond_the_limit() {
    let world = World::new();
    let genuine = "suppresses = [\"forged\"]\nauthentic = true\n";
    let sources = world.source(FORGED, "local", "")
        + &world.source("genuine", "local", genuine)
        + &world.source("other", "local", "");
    world.refresh(&sources);
    list(&world, "genuine", off(0), "notice-1");
    list(&world, FORGED, off(22), "forged-1");
    list(&world, "other", off(48), "other-1");
    let inner = [120, 120, 880, 880];
    let prints = [
        print_of(2, AreaKind::Trimmed, inner),
        print_of(28, AreaKind::Whole, WHOLE),
    ];
    let found = |limit| {
        let policy = Policy::default().with_limit(limit);
        let matcher = world.matcher().with_policy(policy);
        matcher.find_hashes(&[], &prints, None).unwrap()
    };
    let all = found(100);
    assert_eq!(said(&all), [pair("other", "other-1")], "{all:?}");
    assert_eq!(all.suppressed[0].id.as_deref(), Some("forged-1"));
    let first = found(1);
    assert_eq!(said(&first), [pair(FORGED, "forged-1")]);
    assert_eq!(first.matches[0].at_most, Some(MaxAction::Review));
    assert!(first.more > 0 && first.suppressed.is_empty());
}

/// A list that holds very many notices, all near.
#[test]
fn of_very_many_notices_the_nearest_are_told() {
    let world = World::new();
    world.refresh(&config(&world, ""));
    for number in 0..40_usize {
        // Pairs of bits: each notice is another, and two bits away.
        let mut hash: Pdq = PDQ.parse().unwrap();
        hash.0[31 - number / 4] ^= 3 << (2 * (number % 4));
        list(&world, "genuine", hash.into(), &format!("n{number}"));
    }
    list(&world, "genuine", off(0), "the-one");
    list(&world, FORGED, off(20), "forged-1");
    let found = world.matcher().lookup(&off(0)).unwrap();
    assert!(found.matches.is_empty(), "{found:?}");
    assert_eq!(told(&found).len(), 32);
    assert_eq!(told(&found)[0], pair("genuine", "the-one"));
}

#[test]
fn a_notice_is_told_within_the_radius_of_its_list() {
    let world = World::new();
    world.refresh(&world.source(
        "genuine",
        "local",
        "suppresses = [\"*\"]\nauthentic = true\nradius = { pdq = 5 }\n",
    ));
    list(&world, "genuine", off(0), "notice-1");
    let found = |bits| world.matcher().lookup(&off(bits)).unwrap();
    assert_eq!(found(5).authentic[0].radius, 5);
    assert!(told(&found(6)).is_empty());
}
