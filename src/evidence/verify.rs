//! Whether a case holds: its chain, its signatures, what its records refer to, its details and its sealed files.
//!
//! Nothing is needed but the folder. The public key of who opened the case, from elsewhere, shows that it is theirs. The
//! digest of the last record, from elsewhere, shows that no record is missing at the end: a chain that is cut there
//! holds. A paper, a signature of `basma case sign` or a time-stamp states such a digest.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rayon::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::canonical;
use super::details::hex;
use super::folder::{Folder, failed, open_part};
use super::keyring::{Admitted, Keyring};
use super::keys::PublicKey;
use super::meaning::Meaning;
use super::reader::{Line, Lines, RECORD_BYTES_MAX};
use super::record::{Body, Head, NONE, Opened, Record, SCHEMA};
use super::surroundings::{self, Strays};
use crate::error::{Action, CaseProblem, RecordFault};
use crate::{Error, Result, escape};

/// What is known of a case from elsewhere.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Expected {
    /// The public key of who opened it.
    pub key: Option<PublicKey>,
    /// The SHA-256 of a record, as a paper or a time-stamp states it.
    pub head: Option<String>,
}

setters!(Expected {
    with_key key?: PublicKey;
    with_head head?: String;
});

/// What a case that holds is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// The id of the case.
    pub case: String,
    /// Its first record.
    pub opened: Opened,
    /// Its last record.
    pub head: Head,
    /// How many records there are of each kind.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Its keys, and how many records each signed.
    pub keys: Vec<Admitted>,
    /// How many details are there, each as its record committed to it.
    pub details: u64,
    /// How many details are not there.
    pub details_absent: u64,
    /// How many details its records say were erased.
    pub details_erased: u64,
    /// How many details are of records after the last: a process was killed, or records at the end were removed.
    pub details_beyond: u64,
    /// How many sealed files are there, each as its record names it.
    pub sealed: u64,
    /// How many sealed files are not there.
    pub sealed_absent: u64,
    /// How many files of public keys are not there. Those that are there are what the records name.
    pub keys_absent: u64,
    /// Files of the folder that are no part of the case.
    pub strays: Strays,
    /// Scans without a record of their end.
    pub unfinished_scans: Vec<u64>,
    /// Whether `records.jsonl.minisig` is there and holds: up to which record.
    pub signed_up_to: Option<Head>,
}

/// How many lines are checked at a time, and how many bytes they may have.
const PART_LINES: usize = 2048;
const PART_BYTES: usize = 16 << 20;

/// A line that was taken apart.
struct Parsed {
    record: Record,
    body: Value,
    digest: String,
    /// What its signature is of.
    signed: String,
}

/// Checks a case from its first record to its last.
///
/// # Errors
/// [`Error::Case`] names the first record that does not hold, and why; [`Error::Io`].
pub fn verify(root: &Path, expected: &Expected) -> Result<Verified> {
    let folder = Folder::open(root)?;
    let mut check = Check::new(&folder, expected)?;
    let mut lines = Lines::open(&folder)?;
    let mut unfinished = None;
    while unfinished.is_none() {
        let mut part: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut bytes = 0;
        while part.len() < PART_LINES && bytes < PART_BYTES {
            match lines.next_line()? {
                None => break,
                Some(Line::Whole(line)) => {
                    bytes += line.text.len();
                    part.push((line.number, line.text.to_vec()));
                }
                Some(Line::Unfinished {
                    number,
                    is_too_long,
                }) => {
                    let fault = if is_too_long {
                        RecordFault::TooLong {
                            limit: RECORD_BYTES_MAX,
                        }
                    } else {
                        RecordFault::Unfinished
                    };
                    unfinished = Some((number, fault));
                    break;
                }
            }
        }
        if part.is_empty() {
            break;
        }
        check.part(part)?;
    }
    if let Some((number, fault)) = unfinished {
        return Err(check.broken(number, fault));
    }
    check.finish()
}

struct Check<'a> {
    folder: &'a Folder,
    expected: &'a Expected,
    keyring: Keyring,
    meaning: Meaning<'a>,
    case: String,
    head: Head,
    opened: Option<Opened>,
    line: Vec<u8>,
    has_met_head: bool,
}

impl<'a> Check<'a> {
    fn new(folder: &'a Folder, expected: &'a Expected) -> Result<Check<'a>> {
        Ok(Check {
            folder,
            expected,
            keyring: Keyring::default(),
            meaning: Meaning::new(folder)?,
            case: String::new(),
            head: Head {
                number: 0,
                sha256: NONE.to_owned(),
            },
            opened: None,
            line: Vec::new(),
            has_met_head: expected.head.is_none(),
        })
    }

    fn broken(&self, record: u64, fault: RecordFault) -> Error {
        failed(self.folder.root(), CaseProblem::Broken { record, fault })
    }

    /// Checks some lines. Of several faults that of the first line counts.
    fn part(&mut self, lines: Vec<(u64, Vec<u8>)>) -> Result<()> {
        let parsed: Vec<Result<Parsed, RecordFault>> =
            lines.par_iter().map(|(_, line)| parse(line)).collect();
        let mut fault = None;
        let mut held: Vec<(u64, Parsed, PublicKey)> = Vec::new();
        for ((number, line), parsed) in lines.into_iter().zip(parsed) {
            let followed = match parsed {
                // A copy of the line before says more than that it does not follow.
                _ if line == self.line => Err(RecordFault::Repeated { number: number - 1 }),
                Ok(parsed) => self.follow(number, &parsed).map(|key| (parsed, key)),
                Err(fault) => Err(fault),
            };
            match followed {
                Ok((parsed, key)) => held.push((number, parsed, key)),
                Err(found) => {
                    fault = Some((number, found));
                    break;
                }
            }
            self.line = line;
        }
        let unsigned = held.par_iter().position_first(|(_, parsed, key)| {
            let signature = BASE64_STANDARD.decode(&parsed.record.signature);
            !signature.is_ok_and(|signature| key.verifies(parsed.signed.as_bytes(), &signature))
        });
        if let Some(place) = unsigned {
            fault = Some((held[place].0, RecordFault::Signature));
            held.truncate(place);
        }
        for (number, parsed, _) in held {
            let Parsed { record, body, .. } = parsed;
            let meant = self.meaning.take(&record, &body)?;
            meant.map_err(|fault| self.broken(number, fault))?;
        }
        match fault {
            None => Ok(()),
            Some((number, fault)) => Err(self.broken(number, fault)),
        }
    }

    /// Whether a record is the next one of the case, and the key that it should be signed by.
    fn follow(&mut self, number: u64, parsed: &Parsed) -> Result<PublicKey, RecordFault> {
        let record = &parsed.record;
        if number == 1 {
            let Body::Opened(opened) = &record.body else {
                return Err(RecordFault::FirstNotOpened);
            };
            self.case.clone_from(&record.case);
            self.opened = Some(opened.clone());
        } else if matches!(record.body, Body::Opened(_)) && record.case == self.case {
            return Err(if record.number == 1 {
                RecordFault::Repeated { number: 1 }
            } else {
                RecordFault::OpenedTwice
            });
        }
        if record.case != self.case {
            return Err(RecordFault::OtherCase {
                case: escape::message(&record.case).into_owned(),
            });
        }
        match record.number {
            found if found < number => return Err(RecordFault::Repeated { number: found }),
            found if found > number => return Err(RecordFault::Missing { number: found }),
            _ => {}
        }
        if record.previous != self.head.sha256 {
            return Err(RecordFault::Chain);
        }
        if number == 1 {
            self.keyring.take(record)?;
        }
        let key = self.keyring.signer(record)?;
        if number > 1 {
            self.keyring.take(record)?;
        }
        self.head = Head {
            number,
            sha256: parsed.digest.clone(),
        };
        let is_head = |head: &String| head.eq_ignore_ascii_case(&parsed.digest);
        self.has_met_head |= self.expected.head.as_ref().is_some_and(is_head);
        Ok(key)
    }

    fn finish(mut self) -> Result<Verified> {
        let root = self.folder.root();
        let opened = self
            .opened
            .ok_or_else(|| failed(root, CaseProblem::Empty))?;
        if let Some(expected) = &self.expected.key
            && PublicKey::parse(&opened.key).as_ref() != Some(expected)
        {
            let found = PublicKey::parse(&opened.key).map_or_else(String::new, |key| key.id());
            let expected = expected.id();
            return Err(failed(root, CaseProblem::OpenedByOther { found, expected }));
        }
        if !self.has_met_head {
            let head = self.expected.head.as_deref().unwrap_or_default();
            let head = escape::message(head).into_owned();
            return Err(failed(root, CaseProblem::HeadMissing { head }));
        }
        if let Some((record, fault)) = self.meaning.wrong_head()? {
            return Err(failed(root, CaseProblem::Broken { record, fault }));
        }
        let signed_up_to = super::sign::verify(self.folder, &self.keyring)?;
        let counts = self.meaning.finish()?;
        let keys_absent = surroundings::check_keys(self.folder, &self.keyring)?;
        if let Some((record, fault)) = surroundings::changed_paper(self.folder, &counts.papers)? {
            return Err(failed(root, CaseProblem::Broken { record, fault }));
        }
        let strays = surroundings::strays(
            self.folder,
            &self.keyring,
            &counts.sealed_names,
            &counts.papers,
            &counts.set_aside,
        )?;
        Ok(Verified {
            keys_absent,
            strays,
            case: self.case,
            opened,
            head: self.head,
            kinds: counts.kinds,
            keys: self.keyring.into_keys(),
            details: counts.details,
            details_absent: counts.details_absent,
            details_erased: counts.details_erased,
            details_beyond: counts.details_beyond,
            sealed: counts.sealed,
            sealed_absent: counts.sealed_absent,
            unfinished_scans: counts.unfinished_scans,
            signed_up_to,
        })
    }
}

/// Takes a line apart, which must be the canonical text of a record.
fn parse(line: &[u8]) -> Result<Parsed, RecordFault> {
    let none = || RecordFault::NotARecord;
    let text = std::str::from_utf8(line).map_err(|_| none())?;
    let mut value: Value = serde_json::from_str(text).map_err(|_| none())?;
    // What has one text cannot be changed without changing what it says.
    if canonical::text(&value).is_none_or(|canonical| canonical != text) {
        return Err(none());
    }
    let schema = value.get("schema").and_then(Value::as_str);
    let schema = schema.ok_or_else(none)?;
    if schema != SCHEMA {
        let schema = escape::message(schema).into_owned();
        return Err(RecordFault::Newer { schema });
    }
    let record: Record = serde_json::from_str(text).map_err(|_| none())?;
    let body = value.get_mut("body").map(Value::take);
    Ok(Parsed {
        signed: without_signature(text, &record.signature).ok_or_else(none)?,
        record,
        body: body.unwrap_or_default(),
        digest: hex(&Sha256::digest(line)),
    })
}

/// The canonical text of a record without its signature.
pub(super) fn without_signature(text: &str, signature: &str) -> Option<String> {
    // No text within the record holds this: quotation marks in texts have a backslash before them.
    let field = format!(",\"signature\":\"{signature}\"");
    let place = text.rfind(&field)?;
    Some([&text[..place], &text[place + field.len()..]].concat())
}

/// The SHA-256 of a file; `None` if it is not there.
pub(super) fn sha256_of(path: &Path) -> Result<Option<String>> {
    let there = std::fs::symlink_metadata(path);
    if there.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let mut file = open_part(path)?;
    let mut hasher = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut part) {
            Ok(0) => return Ok(Some(hex(&hasher.finalize()))),
            Ok(read) => hasher.update(&part[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(Action::Read, path)(error)),
        }
    }
}
