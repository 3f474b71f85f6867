//! The doorway of the fuzzer: any bytes as a log, and as the records of one.

use std::io::Write as _;
use std::ops::ControlFlow;

use super::frames::{HEADER_BYTES, Header, frame};
use super::{Log, Record};

impl Log {
    /// Reads a file of these bytes, and one whose frames hold them as records with the right checksums. A record that is
    /// read is written alike.
    pub fn hold_to(bytes: &[u8]) {
        read(bytes);
        let header = Header {
            is_cache: bytes.first().is_some_and(|byte| byte % 2 == 1),
            is_keyed: bytes.first().is_some_and(|byte| byte % 4 > 1),
            settings: [0; 16],
            key_check: [0; 16],
        };
        let mut file = header.to_bytes().to_vec();
        // Records are between bytes that no text has.
        for part in bytes.split(|byte| *byte == 0xf7) {
            if let Some(record) = Record::from_bytes(part) {
                let again = record.to_bytes().expect("it is no longer than it was");
                assert_eq!(Record::from_bytes(&again), Some(record));
            }
            let at = file.len() as u64;
            file.extend(frame(part, at));
        }
        let records = read(&file);
        assert!(records.is_some(), "frames with right checksums are a log");
        // A cut log is a log of fewer records.
        let cut = file.len() - bytes.len() % 9;
        assert!(cut < HEADER_BYTES || read(&file[..cut]) <= records);
    }
}

/// How many files a log of these bytes knows; `None` where it is no log.
fn read(bytes: &[u8]) -> Option<u64> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("a temporary file");
    let log = Log::read(file.path()).ok()?;
    let mut files = 0;
    let each = |_| {
        files += 1;
        Ok(ControlFlow::Continue(()))
    };
    log.each(each).expect("its file can be read");
    Some(files)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/golden/");
        std::fs::read(format!("{folder}{name}")).unwrap()
    }

    /// The records of a log that was kept, with a byte between them that the doorway splits at.
    fn records(file: &[u8]) -> Vec<u8> {
        let mut records = Vec::new();
        let mut from = &file[HEADER_BYTES..];
        let mut at = HEADER_BYTES as u64;
        while let Some(record) = super::super::read_frame(&mut from, at).unwrap() {
            at += super::super::frame_bytes(&record);
            records.extend(record);
            records.push(0xf7);
        }
        records
    }

    #[test]
    fn kept_logs_are_read() {
        let files = ["scan.cache", "scan.journal", "scan.no-paths.cache"].map(kept);
        assert_eq!(files.map(|file| read(&file)), [Some(31), Some(31), Some(8)]);
    }

    proptest! {
        #[test]
        fn damaged_logs_are_an_answer_or_none(
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            framed in any::<bool>(),
        ) {
            let file = kept("scan.no-paths.cache");
            let mut bytes = if framed { records(&file) } else { file };
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            Log::hold_to(&bytes);
        }
    }
}
