use proptest::prelude::*;
use zerocopy::FromBytes;

use super::*;
use crate::error::Action;
use crate::index::blocks::BLOCK_BYTES;
use crate::index::format::{HEADER_BYTES, Header};
use crate::index::seal::seal;

/// What a reader learns from an index: every answer to some queries.
type Answers = Vec<(Vec<Hit>, Vec<Vec<Record>>)>;

fn answers(structure: Structure, bytes: Vec<u8>, queries: &[Hash]) -> Result<Answers> {
    let index = Index::from_bytes(Path::new("damaged.basma"), bytes)?;
    index.sources()?;
    let answer = |query: &Hash| {
        let hits = if query.hash_type().is_perceptual() {
            index.lookup_with(structure, query, 31)?
        } else {
            index.lookup(query, 0)?
        };
        let records = hits.iter().take(3).map(|hit| index.records(hit));
        let records = records.collect::<Result<_>>()?;
        Ok((hits, records))
    };
    queries.iter().map(answer).collect()
}

/// A small index with this structure, and queries that touch every part of it.
fn small(structure: Structure) -> (Vec<u8>, Vec<Hash>) {
    let mut pdq = entries(HashType::Pdq, random(1).take(70));
    for entry in &mut pdq {
        entry.id = Some(format!("item-{}", entry.line % 7));
        entry.labels = vec!["deepfake".to_owned()];
    }
    let short = entries(HashType::GradientIh3, random(2).take(40));
    let md5 = entries(HashType::Md5, random(3).take(20));
    let queries = [&pdq[3], &pdq[69], &short[0], &short[11], &md5[5]].map(|entry| entry.hash);
    let lists = vec![
        list("pictures", pdq),
        list("short", short),
        list("files", md5),
    ];
    let bytes = bytes(structure, lists);
    let size = match structure {
        Structure::Mih => 40_000..60_000,
        _ => 4096..9000,
    };
    assert!(size.contains(&bytes.len()), "{} bytes", bytes.len());
    (bytes, queries.to_vec())
}

/// The answer is the right one, or an error of the index.
fn is_right_or_an_error(answers: Result<Answers>, right: &Answers) -> bool {
    match answers {
        Ok(answers) => answers == *right,
        Err(Error::Index { .. }) => true,
        Err(_) => false,
    }
}

#[test]
fn every_flipped_bit_is_an_error_or_changes_nothing() {
    for structure in STRUCTURES {
        let (mut bytes, queries) = small(structure);
        let right = answers(structure, bytes.clone(), &queries).unwrap();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            let answers = answers(structure, bytes.clone(), &queries);
            assert!(
                is_right_or_an_error(answers, &right),
                "{structure:?}, bit {bit}"
            );
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn every_flipped_bit_is_found_by_verifying() {
    for structure in [Structure::BkTree, Structure::Mih] {
        let (mut bytes, _) = small(structure);
        for bit in (0..bytes.len() * 8).step_by(7) {
            bytes[bit / 8] ^= 1 << (bit % 8);
            let index = Index::from_bytes(Path::new("x"), bytes.clone());
            assert!(index.and_then(|index| index.verify()).is_err(), "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

const STRUCTURES: [Structure; 3] = [Structure::Exhaustive, Structure::BkTree, Structure::Mih];

#[test]
fn flipped_bits_in_a_file_of_many_blocks_are_errors_or_change_nothing() {
    let known: Vec<[u8; 32]> = random(1).take(4000).collect();
    let entries = entries(HashType::Pdq, known.clone());
    let queries = [0, 1999, 3999].map(|i| entries[i].hash);
    for structure in STRUCTURES {
        let mut bytes = bytes(structure, vec![list("a", entries.clone())]);
        assert!(bytes.len() > 10 * BLOCK_BYTES);
        let right = answers(structure, bytes.clone(), &queries).unwrap();
        let mut unnoticed = 0;
        for bit in (0..bytes.len() * 8).step_by(4099) {
            bytes[bit / 8] ^= 1 << (bit % 8);
            let answers = answers(structure, bytes.clone(), &queries);
            unnoticed += u32::from(answers.is_ok());
            assert!(
                is_right_or_an_error(answers, &right),
                "{structure:?}, bit {bit}"
            );
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        // Otherwise the file was read as a whole, and blocks prove nothing here.
        assert!(unnoticed > 0);
    }
}

/// `cargo test --release --lib -- --ignored 64_kib` takes minutes: every bit of files of four blocks and more.
#[test]
#[ignore = "takes minutes"]
fn every_flipped_bit_and_every_truncation_of_64_kib_is_an_error_or_changes_nothing() {
    for (structure, hash_type, count) in [
        (Structure::Exhaustive, HashType::Pdq, 1200),
        (Structure::BkTree, HashType::Pdq, 1200),
        (Structure::Mih, HashType::Pdq, 300),
        (Structure::BkTree, HashType::GradientIh3, 2300),
        (Structure::Mih, HashType::GradientIh3, 600),
    ] {
        let entries = entries(hash_type, random(1).take(count));
        let queries = [0, count / 2, count - 1].map(|i| entries[i].hash);
        let mut bytes = bytes(structure, vec![list("a", entries)]);
        assert!(
            bytes.len() >= 64 << 10,
            "{structure:?}: {} bytes",
            bytes.len()
        );
        let right = answers(structure, bytes.clone(), &queries).unwrap();
        let mut errors = 0;
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            let answers = answers(structure, bytes.clone(), &queries);
            errors += u32::from(answers.is_err());
            assert!(
                is_right_or_an_error(answers, &right),
                "{structure:?} {hash_type}, bit {bit}"
            );
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        for length in 0..bytes.len() {
            assert!(Index::from_bytes(Path::new("x"), bytes[..length].to_vec()).is_err());
        }
        println!(
            "{structure:?} {hash_type}: {} bits flipped, {errors} errors, the others changed nothing; {} truncations, \
             all errors",
            bytes.len() * 8,
            bytes.len()
        );
    }
}

#[test]
fn every_truncation_and_every_extension_is_an_error() {
    for structure in STRUCTURES {
        let (bytes, _) = small(structure);
        for length in 0..bytes.len() {
            let error = Index::from_bytes(Path::new("x"), bytes[..length].to_vec()).unwrap_err();
            assert!(matches!(error, Error::Index { .. }));
            let text = error.to_string();
            assert!(
                text.contains("truncated") || length == 0,
                "{length}: {text}"
            );
        }
        let longer = [&bytes[..], b"x"].concat();
        let error = Index::from_bytes(Path::new("x"), longer).unwrap_err();
        assert!(error.to_string().contains("1 bytes follow"), "{error}");
    }
}

#[test]
fn each_kind_of_damage_is_named_with_its_way_out() {
    let (bytes, queries) = small(Structure::BkTree);
    let error = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        answers(Structure::BkTree, bytes, &queries)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error(&|bytes| bytes.clear()),
        "damaged.basma: not a basma index: the file is empty; a text list is read as it is, or compiled with `basma build`"
    );
    assert!(
        error(&|bytes| *bytes = b"type,hash\npdq,00".to_vec()).contains("it does not begin as one")
    );
    assert_eq!(
        error(&|bytes| bytes[8] = 7),
        "damaged.basma: index version 7 is newer than 4: rebuild it with `basma build` or upgrade basma"
    );
    assert!(error(&|bytes| bytes[8] = 0).contains("version 0 does not exist"));
    assert!(error(&|bytes| bytes.truncate(1000)).contains("1000 are there; copy it again"));
    assert!(error(&|bytes| bytes[50] ^= 1).contains("the header or the section table has changed"));
    assert!(
        error(&|bytes| bytes[100] ^= 1).contains("the header or the section table has changed")
    );
    let changed = error(&|bytes| bytes[2000] ^= 1);
    assert!(
        changed.contains("have changed since they were written"),
        "{changed}"
    );
    assert!(
        changed.contains("restore it from a copy or rebuild it"),
        "{changed}"
    );
}

#[test]
fn an_index_is_told_from_a_text_list_by_its_first_bytes() {
    let (bytes, _) = small(Structure::Auto);
    assert!(Index::is_index(&bytes[..8]));
    assert!(!Index::is_index(&bytes[..7]));
    assert!(!Index::is_index(b"pdq 00ff00ff"));
}

#[test]
fn what_cannot_be_mapped_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Index::open(&folder.path().join("missing")).unwrap_err();
    assert!(matches!(
        missing,
        Error::Io {
            action: Action::Open,
            ..
        }
    ));
    let a_folder = Index::open(folder.path()).unwrap_err();
    assert!(
        a_folder.to_string().contains("not a regular file"),
        "{a_folder}"
    );
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    assert!(
        Index::open(&empty)
            .unwrap_err()
            .to_string()
            .contains("empty")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_hostile_file_with_right_checksums_neither_panics_nor_hangs(
        at in any::<proptest::sample::Index>(),
        value in prop_oneof![Just(0u32), Just(1), Just(u32::MAX), 0u32..600, any::<u32>()],
        width in 1usize..=4,
        which in 0usize..3,
    ) {
        thread_local! {
            static SMALL: [(Structure, Vec<u8>, Vec<Hash>); 3] = [
                // Large enough for inner nodes.
                (Structure::BkTree, HashType::Pdq, 600),
                (Structure::Mih, HashType::Pdq, 600),
                (Structure::Mih, HashType::GradientIh3, 600),
            ]
            .map(|(structure, hash_type, count)| {
                let entries = entries(hash_type, random(1).take(count));
                let queries = vec![entries[0].hash, entries[599].hash];
                (structure, bytes(structure, vec![list("a", entries)]), queries)
            });
        }
        SMALL.with(|small| {
            let (structure, bytes, queries) = &small[which];
            let mut bytes = bytes.clone();
            let (header, _) = Header::read_from_prefix(&bytes).unwrap();
            let end = header.body_end.get() as usize;
            // Half of the changes fall into the section table and the structure, where they do most.
            let at = match at.index(2) {
                0 => HEADER_BYTES + at.index(200),
                _ => end - 4 - at.index(end - 4 - HEADER_BYTES),
            };
            bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
            assert!(seal(&mut bytes));
            let Ok(index) = Index::from_bytes(Path::new("hostile.basma"), bytes) else {
                return;
            };
            let _ = index.verify();
            let _ = index.describe();
            for radius in [0, 31, 256] {
                for query in queries {
                    for structure in [Structure::Auto, Structure::Exhaustive, *structure] {
                        for hit in index.lookup_with(structure, query, radius).unwrap_or_default().iter().take(2) {
                            let _ = index.records(hit);
                        }
                    }
                }
                let _ = index.lookup_batch_with(*structure, queries, radius.min(31));
            }
        });
    }
}
