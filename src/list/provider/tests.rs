//! What the pages of all providers have in common.

use super::super::sample::{MD5, faults, read};
use super::*;

fn tat(records: &[(&str, bool)]) -> String {
    let records: Vec<String> = records
        .iter()
        .map(|(hash, deleted)| {
            format!("{{\"hash_digest\":\"{hash}\",\"algorithm\":\"MD5\",\"deleted\":{deleted},\"id\":1}}")
        })
        .collect();
    let records = records.join(",\n ");
    format!("{{\"next\":null,\"checkpoint\":\"1,1\",\"results\":[{records}]}}\n")
}

fn with_head(mode: Mode, pages: &str) -> Vec<u8> {
    let head = Head::new(Provider::Tat, mode, &[]);
    [head.line(), pages.as_bytes().to_vec()].concat()
}

/// How many rows an index of a text has.
fn rows(text: &[u8]) -> u64 {
    let mut builder = crate::index::Builder::new();
    builder.add(read(text)).unwrap();
    builder.build_in_memory().unwrap().1.rows
}

#[test]
fn a_later_record_of_a_key_replaces_an_earlier_one() {
    let twice = tat(&[(MD5, false)]) + &tat(&[(MD5, false)]);
    for mode in [Mode::Snapshot, Mode::Delta] {
        assert_eq!(rows(&with_head(mode, &twice)), 1);
        let gone = twice.clone() + &tat(&[(MD5, true)]);
        assert_eq!(rows(&with_head(mode, &gone)), 0);
        let back = gone + &tat(&[(MD5, false)]);
        assert_eq!(rows(&with_head(mode, &back)), 1);
    }
    // The whole list begins with nothing, so that what comes once withdraws nothing.
    let once = tat(&[(MD5, false)]);
    assert_eq!(read(with_head(Mode::Snapshot, &once)).removals.len(), 0);
    assert_eq!(read(with_head(Mode::Delta, &once)).removals.len(), 1);
}

#[test]
fn what_is_wrong_is_told_with_its_record_and_its_place() {
    let text = tat(&[(MD5, false), ("900z", false), (MD5, false)]);
    assert_eq!(faults(&text), ["2:4 E012"]);
    let message = super::super::sample::message(&text);
    assert!(message.contains("record 2 (byte "), "{message}");
    // A page that was cut condemns the file: nothing tells what is missing.
    assert_eq!(faults(&text[..text.len() - 10])[0], "3:1 E071");
    assert_eq!(
        faults(with_head(Mode::Delta, "{\"results\":[")),
        ["2:1 E071"]
    );
    assert_eq!(
        faults("{\"basma_pages\":2,\"provider\":\"tat\",\"mode\":\"delta\"}\n"),
        ["1:1 E060"]
    );
}

#[test]
fn lines_of_our_own_are_no_pages() {
    let line = format!(
        "{{\"v\":1,\"type\":\"md5\",\"hash\":\"{MD5}\",\"meta\":{{\"indicator\":\"x\",\"data\":\"y\",\"hashRecords\":\"z\"}}}}\n"
    );
    assert_eq!(read(line).source.format, "jsonl");
}
