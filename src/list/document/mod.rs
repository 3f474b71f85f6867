//! Lists that are documents: their records are parts of one text, which need not be lines.
//!
//! A document is walked from its start to its end and never held in memory as a whole. Each hash of a record, and each
//! removal, counts as one in [`Counts`](super::Counts). A record that cannot be read is set aside by itself.

pub(super) mod json;
pub(super) mod xml;

use super::entry::Entry;
use super::ledger::{Halt, Ledger};
use super::line::{Fault, LINE_MAX_JSON, Line, LineResult};
use super::{Removal, Target};

/// What a record says.
pub(super) struct Record {
    /// What it takes out before its hashes come.
    pub(super) withdraws: Option<Target>,
    /// Whether it says of itself that it is withdrawn.
    pub(super) is_removal: bool,
    /// Its hashes, each an entry or a fault.
    pub(super) hashes: Vec<Result<Entry, Fault>>,
    /// How many of its hashes are of kinds that are not read here.
    pub(super) unread: u64,
}

impl Record {
    /// A record without any hash yet.
    pub(super) fn of(withdraws: Option<Target>) -> Record {
        Record {
            withdraws,
            is_removal: false,
            hashes: Vec::new(),
            unread: 0,
        }
    }

    /// A record that withdraws an earlier one.
    pub(super) fn removal(target: Target) -> Record {
        Record {
            is_removal: true,
            ..Record::of(Some(target))
        }
    }
}

/// The records of a text while they are read: their numbers, their places and their account.
pub(super) struct Records<'t, 'l, 'o> {
    pub(super) ledger: &'l mut Ledger<'o>,
    text: &'t [u8],
    /// The number of the record that was read last.
    pub(super) number: u64,
    /// The line at `counted`.
    line: u64,
    /// How many bytes were passed.
    counted: usize,
}

impl<'t, 'l, 'o> Records<'t, 'l, 'o> {
    pub(super) fn new(text: &'t [u8], ledger: &'l mut Ledger<'o>) -> Records<'t, 'l, 'o> {
        Records {
            ledger,
            text,
            number: 0,
            line: 1,
            counted: 0,
        }
    }

    /// The place of the next record.
    pub(super) fn next_number(&self) -> u64 {
        self.number + 1
    }

    /// Enters a record that stands at these bytes.
    pub(super) fn enter(
        &mut self,
        at: std::ops::Range<usize>,
        read: Result<Record, Fault>,
    ) -> Result<(), Halt> {
        let line = self.place(&at);
        self.number += 1;
        self.ledger.part = Some((self.number, at.start));
        let read = if line.text.len() > LINE_MAX_JSON {
            line.check(LINE_MAX_JSON).map(|()| Record::of(None))
        } else {
            read
        };
        let record = match read {
            Ok(record) => record,
            Err(fault) => {
                let fault = self.ledger.placed(fault);
                return self.ledger.record_one(&line, Err(fault));
            }
        };
        let is_readable = record.hashes.is_empty() || record.hashes.iter().any(Result::is_ok);
        if let Some(target) = record.withdraws.filter(|_| is_readable) {
            let removal = Removal {
                list: None,
                target,
                line: self.number,
            };
            // An update withdraws what it replaces, and is counted for what it brings.
            if record.is_removal || record.hashes.is_empty() {
                let removals = LineResult::Removals(vec![removal]);
                self.ledger.record_one(&line, Ok(removals))?;
            } else {
                self.ledger.withdraw(removal)?;
            }
        }
        for hash in record.hashes {
            let read = hash.map(|entry| LineResult::Entries(vec![entry]));
            let read = read.map_err(|fault| self.ledger.placed(fault));
            self.ledger.record_one(&line, read)?;
        }
        for _ in 0..record.unread {
            self.ledger.record_one(&line, Ok(LineResult::Skipped))?;
        }
        Ok(())
    }

    /// Ends the reading at a place after which nothing can be read.
    pub(super) fn halt(&mut self, at: usize, fault: Fault) -> Halt {
        let end = self.text.len().min(at + 80);
        let line = self.place(&(at.min(end)..end));
        self.ledger.part = Some((self.number + 1, at));
        let fault = self.ledger.placed(fault);
        self.ledger.counts.lines += 1;
        self.ledger.halt(line.problem(fault))
    }

    /// A warning about the document.
    pub(super) fn warn(&mut self, code: &'static str, message: String) {
        let line = Line {
            number: self.line,
            text: b"",
        };
        self.ledger.warn(&line, Fault::new(0, code, message));
    }

    /// The bytes as a line of the file. Places are asked for in rising order.
    fn place(&mut self, at: &std::ops::Range<usize>) -> Line<'t> {
        let passed = &self.text[self.counted..at.start.max(self.counted)];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.ledger.pass(passed.len());
        self.counted = at.start.max(self.counted);
        Line {
            number: self.line,
            text: &self.text[at.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::sample::{MD5, PDQ, SHA1};
    use super::super::{Mapping, ReadOptions, VicsProfile, read_bytes};

    /// A document of each format.
    fn documents() -> Vec<String> {
        let vics = |contents: &str, value: &str| {
            format!(
                "{{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#{contents}\",\"value\":[{value}]}}"
            )
        };
        let medium = format!(
            "{{\"MediaID\":1,\"Category\":1,\"MD5\":\"{MD5}\",\"SHA1\":\"{SHA1}\",\"AlternativeHashes\":[{{\"HashName\":\"x\"}}]}}"
        );
        vec![
            vics("Media", &medium),
            vics("Cases", &format!("{{\"Media\":[{medium},{medium}]}}")),
            format!(
                "<dfxml><fileobject><filename>a&amp;b</filename><hashdigest type='md5'>{MD5}</hashdigest></fileobject></dfxml>"
            ),
            format!(
                "<queryResult><images><image><member id=\"1\">M</member><id>i</id><fingerprints><md5>{MD5}</md5><pdq>{PDQ}</pdq></fingerprints></image><deletedImage><member id=\"1\"/><id>j</id></deletedImage></images><paging><next>/a?b=c&amp;d=e</next></paging></queryResult>"
            ),
            format!(
                "{{\"count\":1,\"nextSetTimestamp\":1,\"nextPageToken\":\"t\",\"hasMoreRecords\":true,\"hashRecords\":[{{\"signalType\":\"ImagePDQ\",\"hashValue\":\"{PDQ}\",\"hashStatus\":\"Active\",\"caseNumbers\":[],\"CSPFeedbacks\":[{{\"source\":\"a\",\"feedbackValue\":\"Blocked\",\"tags\":[\"x\"]}}]}}]}}"
            ),
            format!(
                "{{\"next\":null,\"checkpoint\":\"1,2\",\"results\":[{{\"hash_digest\":\"{MD5}\",\"algorithm\":\"MD5\",\"deleted\":false,\"id\":1}}]}}"
            ),
            format!(
                "{{\"data\":[{{\"id\":\"1\",\"indicator\":\"{PDQ}\",\"type\":\"HASH_PDQ\",\"last_updated\":1,\"descriptors\":{{\"data\":[{{\"owner\":{{\"id\":\"1\"}},\"status\":\"MALICIOUS\",\"reactions\":[{{\"key\":\"HELPFUL\",\"value\":\"3\"}}]}}]}}}}],\"paging\":{{\"next\":\"x\"}}}}"
            ),
            format!(
                "{{\"basma_pages\":1,\"provider\":\"tat\",\"mode\":\"delta\"}}\n{{\"results\":[{{\"hash_digest\":\"{MD5}\",\"algorithm\":\"MD5\"}}]}}\n"
            ),
            format!(
                "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;Number of submissions;File Available;Media Type;Baseline\n{MD5};{SHA1};;1;1;0;0;x;1;1;Image;1\n"
            ),
            format!(
                "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\",\"SpecialCode\"\n\"{SHA1}\",\"{MD5}\",\"8E2A4B6E\",\"a .dat\",13767,12,\"358\",\"\"\n"
            ),
        ]
    }

    fn accounts(bytes: &[u8], options: &ReadOptions) -> bool {
        match read_bytes(Path::new("list"), bytes, options) {
            Ok(list) => {
                let c = list.counts;
                assert_eq!(
                    c.lines,
                    c.imported + c.structure + c.low_quality + c.skipped + c.rejected
                );
                true
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                false
            }
        }
    }

    #[test]
    fn a_document_of_each_format_is_read() {
        let options = ReadOptions::default().with_vics_profile(VicsProfile::Raw);
        for text in documents() {
            assert!(accounts(text.as_bytes(), &options), "{text}");
        }
    }

    #[test]
    fn names_in_latin1_stand_in_tables_of_the_nsrl_alone() {
        let nsrl = documents().pop().unwrap().replace("a .dat", "caf\u{1}.dll");
        let latin: Vec<u8> = nsrl
            .bytes()
            .map(|byte| if byte == 1 { 0xe9 } else { byte })
            .collect();
        let list = read_bytes(Path::new("list"), &latin, &ReadOptions::default()).unwrap();
        assert_eq!(
            (list.source.format.as_str(), list.entries.len()),
            ("nsrl", 2)
        );
        let name = ("FileName".to_owned(), "café.dll".to_owned());
        assert!(
            list.entries[0].meta.contains(&name),
            "{:?}",
            list.entries[0].meta
        );
        // What is known is neither good nor bad: a person looks.
        assert!(
            list.entries
                .iter()
                .all(|entry| entry.opinion == super::super::Opinion::Seed)
        );
    }

    proptest! {
        #[test]
        fn damage_never_loses_a_record_without_a_word(
            which in 0..10_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), cuts in any::<bool>(),
        ) {
            let mut text = documents()[which].clone().into_bytes();
            let at = at.index(text.len());
            text[at] = byte;
            if cuts {
                text.truncate(cut.index(text.len()));
            }
            let options = ReadOptions::default()
                .with_vics_profile(VicsProfile::Raw)
                .with_max_reject(super::super::MaxReject::Percent(100.0));
            accounts(&text, &options);
            let mapping = Mapping::parse("{\"records\":\"value\",\"fields\":{\"md5\":\"MD5\",\"labels\":[\"a\",\"b\"]}}").unwrap();
            accounts(&text, &options.with_mapping(mapping));
        }
    }
}
