//! What stands beside the records of a case: keys and papers as records name them, and files that no record names.
//!
//! The records decide, whatever stands beside them. But people read the keys and the papers, and a program that checks a
//! signature is given a file of `keys/`. So one that is not what a record names is a fault of the case.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::folder::{Folder, failed, read_bounded};
use super::keyring::Keyring;
use super::keys::PublicKey;
use super::verify::sha256_of;
use crate::error::{Action, CaseProblem, RecordFault};
use crate::{Error, Result, escape};

/// A paper that a record names.
pub(super) struct Paper {
    pub(super) record: u64,
    /// Its name, escaped.
    pub(super) file: String,
    pub(super) sha256: String,
}

/// Files of the folder that are no part of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Strays {
    /// Their names within the folder, escaped: of the first ones, in order.
    pub files: Vec<String>,
    /// How many more there are.
    pub more: u64,
}

/// How many names are held.
const STRAYS_MAX: usize = 20;

/// The largest file of a public key, in bytes.
const KEY_BYTES_MAX: u64 = 16 << 10;

/// The names of files and folders in a case.
const PARTS: [&str; 7] = [
    "records.jsonl",
    "records.jsonl.minisig",
    "details",
    "sealed",
    "keys",
    "exports",
    "lock",
];

/// Checks the keys: those that are there must be what the records name. Gives how many are not there.
pub(super) fn check_keys(folder: &Folder, keyring: &Keyring) -> Result<u64> {
    let mut absent = 0;
    for admitted in keyring.all() {
        let path = folder.keys().join(format!("{}.pub", admitted.key.id()));
        let there = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                absent += 1;
                continue;
            }
            there => there.map_err(Error::io(Action::Open, &path))?,
        };
        if !there.is_file() {
            return Err(failed(&path, CaseProblem::NotAFile));
        }
        let text = read_bounded(&path, KEY_BYTES_MAX)?;
        let found = PublicKey::parse(&String::from_utf8_lossy(&text));
        let is_same = found.as_ref() == Some(&admitted.key);
        if !is_same {
            return Err(failed(&path, CaseProblem::KeyFileChanged));
        }
    }
    Ok(absent)
}

/// The first paper in the folder that is not what the records of this name state.
pub(super) fn changed_paper(
    folder: &Folder,
    papers: &[Paper],
) -> Result<Option<(u64, RecordFault)>> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for paper in papers.iter().rev() {
        // Of several with one name the last is there, or one before it that came back from a copy.
        if !seen.insert(&paper.file) || !is_name(&paper.file) {
            continue;
        }
        let Some(found) = sha256_of(&folder.exports().join(&paper.file))? else {
            continue;
        };
        let is_of = |known: &Paper| known.file == paper.file && known.sha256 == found;
        if !papers.iter().any(is_of) {
            let file = escape::message(&paper.file).into_owned();
            return Ok(Some((paper.record, RecordFault::PaperChanged { file })));
        }
    }
    Ok(None)
}

/// Whether a name leads to a file of a folder and nowhere else.
fn is_name(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|file| file == name)
}

/// Whether a name in a folder is that of a part of the case.
type IsPart<'a> = &'a dyn Fn(&str) -> bool;

/// Files that are no part of the case.
pub(super) fn strays(
    folder: &Folder,
    keyring: &Keyring,
    sealed: &BTreeSet<String>,
    papers: &[Paper],
    set_aside: &BTreeSet<String>,
) -> Result<Strays> {
    let papers: BTreeSet<&str> = papers.iter().map(|paper| paper.file.as_str()).collect();
    let is_key = |name: &str| {
        let id = name.strip_suffix(".pub");
        id.is_some_and(|id| keyring.get(id).is_some())
    };
    let is_detail = |name: &str| {
        let number = name.strip_suffix(".jsonl");
        number.is_some_and(|number| number.parse::<u64>().is_ok())
    };
    // What the issuer of a list is told of a rejection is no paper, and the record of the decision states it.
    let is_feedback = |name: &str| name.starts_with("feedback-") && name.ends_with(".jsonl");
    let is_part: [(&Path, IsPart<'_>); 5] = [
        (folder.root(), &|name| {
            PARTS.contains(&name) || set_aside.contains(name)
        }),
        (&folder.details(), &is_detail),
        (&folder.sealed(), &|name| sealed.contains(name)),
        (&folder.keys(), &is_key),
        (&folder.exports(), &|name| {
            papers.contains(name) || is_feedback(name)
        }),
    ];
    let mut strays = Strays::default();
    for (path, is_part) in is_part {
        let entries = match fs::read_dir(path) {
            // A bundle leaves folders out.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(Error::io(Action::List, path))?,
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let name = entry.map_err(Error::io(Action::List, path))?.file_name();
            let name = escape::escape(name.as_encoded_bytes()).into_owned();
            if is_part(&name) {
                continue;
            }
            names.insert(name);
            if names.len() > STRAYS_MAX {
                names.pop_last();
                strays.more += 1;
            }
        }
        let within = path.strip_prefix(folder.root()).unwrap_or(path);
        for name in names {
            if strays.files.len() == STRAYS_MAX {
                strays.more += 1;
            } else {
                let name = within.join(name);
                strays.files.push(name.to_string_lossy().into_owned());
            }
        }
    }
    Ok(strays)
}
