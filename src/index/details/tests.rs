//! Details read back the same, and are searched as comparing all does.

use std::path::Path;

use proptest::prelude::*;

use super::{Key, linear};
use crate::hash::{Details, Hash, HashType, LocalFeature, Pdq, SeenFeature};
use crate::index::{Builder, FeatureHit, Index, Structure};
use crate::list::{Entry, List, Source};

/// Numbers without an order.
fn numbers(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 16
    }
}

fn code(number: &mut impl FnMut() -> u64) -> [u8; 32] {
    std::array::from_fn(|_| number() as u8)
}

fn details(number: &mut impl FnMut() -> u64, features: usize) -> Details {
    let mut details = Details::new(416, 312);
    for tile in &mut details.tiles {
        *tile = (!number().is_multiple_of(4)).then(|| Pdq(code(number)));
    }
    for _ in 0..features {
        let place = [number() as u8, number() as u8];
        let mut feature = LocalFeature::new(place, code(number));
        feature.pose = (number() % 224) as u8;
        details.features.push(feature);
    }
    details
}

/// Entries of pictures, each third one without details, and one hash in two rows.
fn entries(seed: u64, pictures: usize, features: usize) -> Vec<Entry> {
    let mut number = numbers(seed);
    let mut entries: Vec<Entry> = (0..pictures)
        .map(|place| {
            let hash = Hash::from(Pdq(code(&mut number)));
            let of = (place % 3 < 2).then(|| Box::new(details(&mut number, features)));
            Entry::new(hash, place as u64 + 1)
                .with_id(format!("p{place}"))
                .with_details(of)
        })
        .collect();
    let twin = entries[0].clone().with_id("twin".to_owned());
    entries.push(twin.with_details(Box::new(details(&mut number, features))));
    entries
}

fn index(structure: Structure, entries: Vec<Entry>) -> Index {
    let mut builder = Builder::new().structure(structure);
    builder
        .add(List::new(Source::new("own", "own", "jsonl"), entries))
        .unwrap();
    let (index, _) = builder.build_in_memory().unwrap();
    index.verify().unwrap();
    index
}

#[test]
fn details_are_those_of_their_rows_in_every_structure() {
    for structure in Structure::ALL {
        let listed = entries(3, 40, 9);
        let index = index(structure, listed.clone());
        assert_eq!(index.describe().unwrap().version, 4);
        let mut read: Vec<(Option<String>, Option<Box<Details>>)> = Vec::new();
        index
            .each_entry(|_, entry| {
                read.push((entry.id, entry.details));
                Ok(())
            })
            .unwrap();
        for entry in &listed {
            let place = read.iter().position(|(id, _)| *id == entry.id).unwrap();
            assert_eq!(read[place].1, entry.details, "{:?}", entry.id);
        }
        // Each picture is of the hash of its row.
        for picture in 0..listed
            .iter()
            .filter(|entry| entry.details.is_some())
            .count()
        {
            let (hit, details) = index.detailed_picture(picture as u32).unwrap();
            let is_it = |entry: &&Entry| entry.details.as_deref() == Some(&details);
            let entry = listed.iter().find(is_it).unwrap();
            assert_eq!(hit.hash, entry.hash);
            let number = (0..index.entry_count(HashType::Pdq))
                .find(|number| index.entry(HashType::Pdq, *number).unwrap().entry.id == entry.id);
            let row = index.entry(HashType::Pdq, number.unwrap()).unwrap();
            assert_eq!(row.entry.details, entry.details);
        }
        assert!(index.detailed_picture(1000).is_err());
    }
}

#[test]
fn an_index_without_details_is_written_as_ever() {
    let mut listed = entries(4, 9, 9);
    listed.iter_mut().for_each(|entry| entry.details = None);
    let index = index(Structure::Auto, listed);
    assert_eq!(index.describe().unwrap().version, 2);
    assert!(!index.has_details());
}

#[test]
fn a_row_that_adds_details_to_another_is_no_contradiction() {
    let mut number = numbers(9);
    let bare = Entry::new(Hash::from(Pdq(code(&mut number))), 1).with_id("a".to_owned());
    let rich = bare.clone().with_details(Box::new(details(&mut number, 3)));
    for rows in [[bare.clone(), rich.clone()], [rich.clone(), bare.clone()]] {
        let mut builder = Builder::new();
        builder
            .add(List::new(Source::new("own", "own", "jsonl"), rows.to_vec()))
            .unwrap();
        let (index, report) = builder.build_in_memory().unwrap();
        assert_eq!(report.conflicts, 0);
        let (_, details) = index.detailed_picture(0).unwrap();
        assert_eq!(Some(&details), rich.details.as_deref());
    }
}

fn asked(descriptor: [u8; 32], doubts: [u8; LocalFeature::DOUBTS]) -> SeenFeature {
    SeenFeature {
        place: [0.0; 2],
        feature: LocalFeature::new([0; 2], descriptor),
        doubts,
    }
}

/// Copies of listed features with some bits changed. Those of the first that changed are named first among the doubts.
fn copies(listed: &[Entry], bits: usize, number: &mut impl FnMut() -> u64) -> Vec<SeenFeature> {
    let features = listed.iter().filter_map(|entry| entry.details.as_deref());
    let features = features.flat_map(|details| details.features.iter().take(3));
    features
        .map(|feature| {
            let mut descriptor = feature.descriptor;
            for _ in 0..bits {
                let bit = (number() % 256) as usize;
                descriptor[bit / 8] ^= 1 << (bit % 8);
            }
            let is_changed = |place: u8| {
                let bit = LocalFeature::KEY[usize::from(place)];
                let byte = usize::from(bit / 8);
                (descriptor[byte] ^ feature.descriptor[byte]) >> (7 - bit % 8) & 1 == 1
            };
            let mut doubts: [u8; LocalFeature::DOUBTS] = std::array::from_fn(|place| place as u8);
            doubts.sort_by_key(|place| !is_changed(*place));
            asked(descriptor, doubts)
        })
        .collect()
}

fn sorted(mut hits: Vec<FeatureHit>) -> Vec<FeatureHit> {
    hits.sort_by_key(|hit| (hit.query, hit.picture, hit.feature));
    hits
}

/// The search finds nothing that comparing all does not, and nearly all that it does.
#[test]
fn buckets_find_what_comparing_all_finds() {
    let listed = entries(5, 120, 96);
    let new = index(Structure::Auto, listed.clone());
    for index in [as_version_3(&new), new] {
        let sections = index.detail_sections().unwrap();
        assert!(sections.features.count > 4096);
        let mut number = numbers(6);
        for (bits, least) in [(0, 1.0), (12, 0.97), (25, 0.85)] {
            let asked = copies(&listed, bits, &mut number);
            let all = sorted(index.features_linear(sections, &asked, 31).unwrap());
            let found = sorted(index.features_near(&asked, 31).unwrap());
            assert!(all.len() >= asked.len() * 9 / 10);
            assert!(found.iter().all(|hit| all.contains(hit)));
            let share = found.len() as f64 / all.len() as f64;
            assert!(share >= least, "{bits} bits: {share}");
        }
    }
}

/// The same index as version 3 of the format has it: features stand in buckets of the first bits of their descriptors.
fn as_version_3(index: &Index) -> Index {
    let mut bytes = index.as_bytes().to_vec();
    let sections = index.detail_sections().unwrap();
    let bits = sections.bits();
    let features = &bytes[sections.features.range.clone()];
    let (features, _) = features.as_chunks::<{ LocalFeature::BYTES }>();
    let bucket = |feature: &[u8; LocalFeature::BYTES]| {
        Key::First.bucket(&LocalFeature::from_bytes(*feature).descriptor, bits)
    };
    let mut order: Vec<(u32, u32)> = features.iter().map(bucket).zip(0..).collect();
    order.sort();
    let starts = (0..=1 << bits).map(|bucket| {
        let start = order.partition_point(|(of, _)| *of < bucket);
        (start as u32).to_le_bytes()
    });
    let starts: Vec<u8> = starts.flatten().collect();
    let order: Vec<u8> = order.iter().flat_map(|(_, o)| o.to_le_bytes()).collect();
    bytes[sections.starts.range.clone()].copy_from_slice(&starts);
    bytes[sections.order.range.clone()].copy_from_slice(&order);
    bytes[8..12].copy_from_slice(&3_u32.to_le_bytes());
    assert!(crate::index::seal::seal(&mut bytes));
    let old = Index::from_bytes(Path::new("old"), bytes).unwrap();
    old.verify().unwrap();
    assert_eq!(old.describe().unwrap().version, 3);
    old
}

#[test]
fn no_bit_is_in_the_key_twice() {
    let bits: std::collections::BTreeSet<u8> = LocalFeature::KEY.into();
    assert_eq!(bits.len(), LocalFeature::DOUBTS);
}

#[test]
fn tiles_are_near_to_tiles_of_their_number_alone() {
    let mut number = numbers(7);
    let hash = Pdq(code(&mut number));
    let tiles = [0, 3].map(|number| LocalFeature::of_tile(number, hash));
    let mut listed = tiles.to_vec();
    listed.push(LocalFeature::new([3, 0], hash.0));
    let doubts = std::array::from_fn(|bit| bit as u8);
    let tile = SeenFeature {
        feature: LocalFeature::of_tile(3, hash),
        ..asked(hash.0, doubts)
    };
    let feature = asked(hash.0, doubts);
    let near = |seen| linear(listed.iter().map(|f| (0, *f)), &[seen], 31);
    assert_eq!(near(tile).len(), 1);
    assert_eq!(near(tile)[0].feature, listed[1]);
    assert_eq!(near(feature).len(), 1);
    assert_eq!(near(feature)[0].feature, listed[2]);
}

/// However many features a list repeats, a look-up ends soon.
#[test]
fn a_feature_that_thousands_share_finds_nothing() {
    let mut number = numbers(8);
    let same = code(&mut number);
    let listed: Vec<Entry> = (0..6000)
        .map(|place| {
            let mut details = Details::new(9, 9);
            details.features.push(LocalFeature::new([1, 1], same));
            let hash = Hash::from(Pdq(code(&mut number)));
            Entry::new(hash, place + 1).with_details(Box::new(details))
        })
        .collect();
    let index = index(Structure::Auto, listed);
    let doubts = std::array::from_fn(|bit| bit as u8);
    assert!(
        index
            .features_near(&[asked(same, doubts)], 31)
            .unwrap()
            .is_empty()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Bytes that are changed and made to look whole give an error or an answer.
    #[test]
    fn damaged_details_never_panic(at: u64, value: u8, more: u64) {
        let mut bytes = index(Structure::Auto, entries(11, 60, 120)).as_bytes().to_vec();
        let head = 64 + 32 * 12;
        let body = bytes.len() - head;
        for at in [at, more] {
            let place = head + (at % body as u64) as usize;
            bytes[place] ^= value | 1;
        }
        crate::index::seal::seal(&mut bytes);
        let Ok(index) = Index::from_bytes(Path::new("changed"), bytes) else {
            return Ok(());
        };
        let _ = index.verify();
        let doubts = std::array::from_fn(|bit| bit as u8);
        let mut number = numbers(at);
        let asked: Vec<SeenFeature> = (0..20).map(|_| asked(code(&mut number), doubts)).collect();
        let _ = index.features_near(&asked, 120);
        let _ = index.each_entry(|_, _| Ok(()));
        for picture in 0..50 {
            let _ = index.detailed_picture(picture);
        }
    }
}
