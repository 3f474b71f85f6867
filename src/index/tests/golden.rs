//! The file of each version, kept: what was written once stays readable, and is still written alike.

use super::*;
use crate::list::{Media, Opinion, Severity};

const V1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/index/v1.basma");
const V2: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/index/v2.basma");

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
    let bytes = bytes(Structure::Mih, lists());
    // A changed format is a new version with a new file. This file is only ever written anew before its release.
    if std::env::var_os("BASMA_WRITE_GOLDEN").is_some() {
        std::fs::write(V2, &bytes).unwrap();
    }
    assert!(
        std::fs::read(V2).unwrap() == bytes,
        "the bytes of {V2} differ"
    );
    answers_as_written(V2, 2, &[Structure::Mih]);
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
