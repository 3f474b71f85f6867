//! Any bytes as a list: refused with reasons, or read with every line accounted for. A list reads alike from memory and from a
//! stream, and as it was once it is written.
#![no_main]

use std::path::Path;

use basma::hash::HashType;
use basma::list::{
    Change, List, Mapping, MaxReject, ReadOptions, VicsProfile, is_list, read_bytes, read_stream,
    write_jsonl,
};
use libfuzzer_sys::fuzz_target;

/// Small enough that what is unpacked of a few bytes takes no time.
const SIZE_MAX: u64 = 1 << 20;

const MAPPING: &str =
    r#"{"records":"value","fields":{"md5":"MD5","id":"MediaID","labels":["Series","Tags"]}}"#;

fuzz_target!(|bytes: &[u8]| {
    let plain = ReadOptions::default().with_size_max(SIZE_MAX);
    let lenient = plain
        .clone()
        .with_max_reject(MaxReject::Percent(50.0))
        .with_skip_unsupported(true)
        .with_lenient_hex(true)
        .with_vics_profile(VicsProfile::Raw);
    let mapped = lenient
        .clone()
        .with_mapping(Mapping::parse(MAPPING).unwrap());
    let all = lenient
        .clone()
        .with_hash_type(HashType::Md5)
        .with_allow_unusual_pdq(true)
        .with_skip_meaningless(true)
        .with_min_quality(0);
    for options in [plain, lenient, mapped, all] {
        check(bytes, &options);
    }
    is_list(bytes);
});

fn check(bytes: &[u8], options: &ReadOptions) {
    let path = Path::new("fuzzed");
    let read = read_bytes(path, bytes, options);
    let mut changes = 0_usize;
    let streamed = read_stream(path, bytes, options, |_, change| {
        if let Change::Add(entry) = change {
            assert!(entry.line > 0);
        }
        changes += 1;
        Ok(())
    });
    let (list, streamed) = match (read, streamed) {
        (Ok(list), Ok(streamed)) => (list, streamed),
        (Err(error), Err(streamed)) => {
            assert!(!error.to_string().is_empty());
            return assert_eq!(error.to_string(), streamed.to_string());
        }
        (read, streamed) => panic!("{read:?} in memory, {streamed:?} as a stream"),
    };
    let c = list.counts;
    assert_eq!(
        c.lines,
        c.imported + c.structure + c.low_quality + c.skipped + c.rejected
    );
    assert_eq!((c, &list.source), (streamed.counts, &streamed.source));
    assert_eq!(changes, list.entries.len() + list.removals.len());
    written(&list);
}

/// A list that was read is written, and what is written reads as the same list.
fn written(list: &List) {
    let mut text = Vec::new();
    write_jsonl(&mut text, list).expect("memory holds it");
    let options = ReadOptions::default()
        .with_allow_unusual_pdq(true)
        .with_min_quality(0);
    let again = read_bytes(Path::new("written"), &text, &options).expect("a written list is read");
    let without_lines = |list: &List| {
        let mut list = list.clone();
        list.entries.iter_mut().for_each(|entry| entry.line = 0);
        list.removals
            .iter_mut()
            .for_each(|removal| removal.line = 0);
        (list.entries, list.removals)
    };
    assert_eq!(without_lines(&again), without_lines(list));
}
