//! The doorway of the fuzzer: any bytes as the files of a store.

use std::io::Write as _;
use std::path::Path;

use super::layout::manifest::{Manifest, Pointer, parse, to_line};
use super::{audit, decisions};

/// Reads these bytes as each file that a store has: an error or an answer. What is read is written alike.
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzzer calls it"))]
pub fn hold_to(bytes: &[u8]) {
    let path = Path::new("fuzzed");
    if let Ok(manifest) = parse::<Manifest>(path, bytes) {
        let again: Manifest = parse(path, &to_line(&manifest)).expect("a manifest of ours");
        assert_eq!(again, manifest);
        assert!(manifest.files().count() < bytes.len());
    }
    if let Ok(pointer) = parse::<Pointer>(path, bytes) {
        assert_eq!(
            parse::<Pointer>(path, &to_line(&pointer)).ok(),
            Some(pointer)
        );
    }
    decisions::hold_to(bytes);

    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("a temporary file");
    let _ = audit::each(file.path(), |_, _| Ok(()));
    let _ = decisions::read_from(file.path(), decisions::ReadPosition::default());
}

/// Reads these bytes as the answers of a server.
#[cfg(all(fuzzing, feature = "refresh"))]
pub fn hold_answers_to(bytes: &[u8]) {
    super::fetch::Http::hold_to(bytes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILES: [&str; 5] = [
        "current",
        "generations/000001.json",
        "generations/000002.json",
        "decisions/000002.jsonl",
        "audit.jsonl",
    ];

    fn kept(name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/golden/store/");
        std::fs::read(format!("{folder}{name}")).unwrap()
    }

    #[test]
    fn kept_files_of_a_store_are_read_and_written_alike() {
        for name in FILES {
            hold_to(&kept(name));
        }
        let path = Path::new("kept");
        let pointer: Pointer = parse(path, &kept(FILES[0])).unwrap();
        assert_eq!(to_line(&pointer), kept(FILES[0]));
        for name in &FILES[1..3] {
            let manifest: Manifest = parse(path, &kept(name)).unwrap();
            assert_eq!(to_line(&manifest), kept(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn damaged_files_of_a_store_are_an_error_or_an_answer(
            name in prop::sample::select(FILES.to_vec()),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in any::<prop::sample::Index>(),
            from in any::<bool>(),
        ) {
            let mut bytes = kept(name);
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let cut = cut.index(bytes.len());
            hold_to(if from { &bytes[cut..] } else { &bytes });
        }
    }
}
