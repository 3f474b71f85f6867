//! The doorways of the fuzzer: any bytes as the records of a case, as sealed files and as keys. What is read is an
//! answer or an error, and what is written again is the same.

use std::fs;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;

use super::folder::Folder;
use super::{
    CaseReader, Expected, Identity, PublicKey, Recipient, Record, SealedReader, SigningKey,
    canonical, statement, verify,
};

/// Reads these bytes as the records and the details of a case, as one record, and as a statement.
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzzer calls it"))]
pub fn hold_case_to(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<Value>(bytes)
        && let Some(text) = canonical::text(&value)
    {
        let again: Value = serde_json::from_str(&text).expect("canonical text is JSON");
        assert_eq!(canonical::text(&again), Some(text));
    }
    if let Ok(record) = serde_json::from_slice::<Record>(bytes)
        && let Some(text) = canonical::text_of(&record)
    {
        let again: Record = serde_json::from_str(&text).expect("a record of ours");
        assert_eq!(again, record);
    }
    let _ = statement::read::<Value>("basma-calibration/1", bytes);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = Folder::create(&folder.path().join("case")).expect("a new folder");
    fs::write(case.records(), bytes).expect("a temporary file");
    fs::write(case.details_from(1), bytes).expect("a temporary file");
    // A seed can be a signed case, which is whole. What a fuzzer changes is never signed.
    if verify(case.root(), &Expected::default()).is_ok() {
        fs::write(case.records(), &bytes[..bytes.len() - 1]).expect("a temporary file");
        assert!(verify(case.root(), &Expected::default()).is_err());
    }
    let reader = CaseReader::open(case.root()).expect("there are records");
    let _ = reader.opened();
    let _ = reader.decided();
    let _ = reader.details(1);
    let _ = reader.each_with_details(&[], |_, _, _| Ok(ControlFlow::Continue(())));
}

/// Reads these bytes as a sealed file: alone, and behind a header that a key opens.
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzzer calls it"))]
pub fn hold_sealed_to(bytes: &[u8]) {
    let key = [Identity::create()];
    let path = Path::new("fuzzed");
    assert!(SealedReader::new(path, bytes, &key).is_err());
    // The header of an empty file, then any body: no byte of it may be given for content.
    let writer = super::SealedWriter::new(Vec::new(), &[key[0].recipient()]);
    let whole = writer
        .and_then(super::SealedWriter::finish)
        .expect("memory");
    let empty_chunk = 16;
    let head = &whole[..whole.len() - empty_chunk];
    let with_head = [head, bytes].concat();
    let mut plain = Vec::new();
    let mut reader = SealedReader::new(path, &with_head[..], &key).expect("its header");
    let is_read = reader.read_to_end(&mut plain).is_ok();
    assert!(!is_read || with_head == whole);
    assert!(plain.is_empty());
}

/// Reads these bytes as keys of each kind.
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzzer calls it"))]
pub fn hold_keys_to(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(key) = PublicKey::parse(&text) {
        assert_eq!(PublicKey::parse(&key.to_string()), Some(key));
        assert_eq!(PublicKey::parse(&key.file()), Some(key));
        assert!(!key.verifies(bytes, bytes));
    }
    if let Ok(key) = Recipient::parse(&text) {
        assert_eq!(Recipient::parse(&key.to_string()).ok(), Some(key));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("key");
    super::folder::write_new(&path, bytes).expect("a temporary file");
    let _ = Identity::read(&path);
    let _ = SigningKey::read(&path, || Some(String::new()));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes, texts, and lines that begin as records, keys and files of age do.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let begins = prop::sample::select(vec![
            r#"{"body":{"text":""},"by":{"id":"","role":""},"case":"","key":"","kind":"note","number":1,"previous":"","schema":"basma-case/1","signature":"","time":""}"#,
            r#"{"name":"path","record":1,"salt":"","value":""}"#,
            "age-encryption.org/v1\n-> X25519 ",
            "AGE-SECRET-KEY-1",
            "untrusted comment: minisign\nRWR",
            "age1",
            "",
        ]);
        let rest = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            ".{0,80}".prop_map(String::into_bytes),
            "[A-Za-z0-9+/=\n]{0,300}".prop_map(String::into_bytes),
        ];
        let parts = prop::collection::vec((begins, rest, any::<prop::sample::Index>()), 0..4);
        parts.prop_map(|parts| {
            let mut all = Vec::new();
            for (begin, rest, cut) in parts {
                // What is cut somewhere, and goes on with something else.
                let begin = begin.as_bytes();
                all.extend(&begin[..begin.len() - cut.index(begin.len() + 1).min(begin.len() / 4)]);
                all.extend(rest);
                all.push(b'\n');
            }
            all
        })
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_case_a_sealed_file_or_a_key_by_chance(bytes in bytes()) {
            hold_case_to(&bytes);
            hold_sealed_to(&bytes);
            hold_keys_to(&bytes);
        }
    }
}
