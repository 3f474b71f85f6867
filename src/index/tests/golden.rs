//! The file of each version, kept: what was written once stays readable, and is still written alike.

use super::*;
use crate::hash::{Details, LocalFeature, Pdq};
use crate::list::{Media, Opinion, Severity};

const V1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/index/v1.basma");
const V2: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/index/v2.basma");
const V3: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/index/v3.basma");
const V4: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/index/v4.basma");

/// The lists they were built from.
fn lists() -> Vec<List> {
    let mut pictures = entries(HashType::Pdq, random(1).take(300));
    for entry in &mut pictures {
        entry.id = Some(format!("case-{}", entry.line % 50));
        entry.labels = vec!["deepfake".to_owned()];
    }
    pictures[7].severity = Some(Severity::High);
    pictures[7].opinion = Opinion::Disputed;
    pictures[7].media = Some(Media::Image);
    pictures[7].quality = Some(91);
    pictures[7].added = Some(1_700_000_000);
    pictures[7].meta = vec![("note".to_owned(), "بصمة".to_owned())];
    let mut urgent = entries(HashType::Pdq, random(1).skip(7).take(2));
    urgent[0].list = Some("revoked".to_owned());
    let short = entries(HashType::GradientIh3, random(2).take(20));
    let md5 = entries(HashType::Md5, random(3).take(10));
    vec![
        list("pictures", pictures),
        list("urgent", [urgent, short].concat()),
        list("files", md5),
    ]
}

#[test]
fn version_1_is_answered_as_it_always_was() {
    answers_as_written(V1, 1, &[Structure::BkTree]);
}

#[test]
fn version_2_is_written_and_answered_as_it_always_was() {
    is_written_as_ever(V2, &bytes(Structure::Mih, lists()));
    answers_as_written(V2, 2, &[Structure::Mih]);
}

/// The details of some pictures, as versions 3 and 4 hold them.
fn details(number: u8) -> Details {
    let mut details = Details::new(416, 312);
    let code = |seed: u8| std::array::from_fn(|byte| (byte as u8 ^ seed).wrapping_mul(37));
    details.tiles[usize::from(number) % 5] = Some(Pdq(code(number)));
    for feature in 0..20 {
        let place = [feature * 11, number];
        details
            .features
            .push(LocalFeature::new(place, code(feature ^ number)));
    }
    details
}

#[test]
fn version_3_is_answered_as_it_always_was() {
    answers_as_written(V3, 3, &[Structure::Mih]);
    holds_details(V3);
}

#[test]
fn version_4_is_written_and_answered_as_it_always_was() {
    let mut lists = lists();
    for (number, entry) in (0..).zip(lists[0].entries.iter_mut().step_by(7)) {
        entry.details = Some(Box::new(details(number)));
    }
    is_written_as_ever(V4, &bytes(Structure::Mih, lists));
    answers_as_written(V4, 4, &[Structure::Mih]);
    holds_details(V4);
}

fn holds_details(path: &str) {
    let index = Index::open(Path::new(path)).unwrap();
    let seventh = Hash::new(HashType::Pdq, &random(1).nth(7).unwrap()).unwrap();
    let hit = index.lookup(&seventh, 0).unwrap()[0];
    let record = &index.records(&hit).unwrap()[0];
    assert_eq!(record.rows[0].entry.details.as_deref(), Some(&details(1)));
}

/// A changed format is a new version with a new file. A file is only ever written anew before its release.
fn is_written_as_ever(path: &str, bytes: &[u8]) {
    if std::env::var_os("BASMA_WRITE_GOLDEN").is_some() {
        std::fs::write(path, bytes).unwrap();
    }
    assert!(
        std::fs::read(path).unwrap() == bytes,
        "the bytes of {path} differ"
    );
}

fn answers_as_written(path: &str, version: u32, structures: &[Structure]) {
    let index = Index::open(Path::new(path)).unwrap();
    index.verify().unwrap();
    assert_eq!(index.describe().unwrap().version, version);
    let types = [HashType::Pdq, HashType::GradientIh3, HashType::Md5];
    assert!(index.hash_types().eq(types));
    let query = flipped(random(1).nth(7).unwrap(), [0, 100, 200]);
    for &structure in [&[Structure::Auto, Structure::Exhaustive], structures]
        .concat()
        .iter()
    {
        let query = Hash::new(HashType::Pdq, &query).unwrap();
        let hits = index.lookup_with(structure, &query, 31).unwrap();
        assert_eq!(hits.len(), 1);
        assert_eq!(hits[0].distance, 3);
        let records = index.records(&hits[0]).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(
            (records[0].list.as_str(), records[1].list.as_str()),
            ("pictures", "revoked")
        );
        let entry = &records[0].rows[0].entry;
        assert_eq!((entry.line, entry.quality), (8, Some(91)));
        assert_eq!(entry.opinion, Opinion::Disputed);
        assert_eq!(entry.meta, [("note".to_owned(), "بصمة".to_owned())]);
    }
}
