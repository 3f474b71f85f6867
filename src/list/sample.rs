//! Hashes and short cuts for the tests of this folder.

use std::path::Path;

use super::{Entry, List, ReadOptions, read_bytes};
use crate::Error;
use crate::error::Rejection;

/// Of a picture: 128 bits set.
pub(super) const PDQ: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
/// Of the text `abc`.
pub(super) const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";
/// Of the text `abc`.
pub(super) const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
/// Of the text `abc`.
pub(super) const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// The list in a text, read with the default options.
pub(super) fn read(text: impl AsRef<[u8]>) -> List {
    read_with(text, &ReadOptions::default())
}

pub(super) fn read_with(text: impl AsRef<[u8]>, options: &ReadOptions) -> List {
    read_bytes(Path::new("list"), text.as_ref(), options).unwrap()
}

/// The hashes of entries as `type:hex`, with their ids.
pub(super) fn hashes(entries: &[Entry]) -> Vec<(String, &str)> {
    let pair = |entry: &Entry| format!("{:?}", entry.hash);
    entries
        .iter()
        .map(|entry| (pair(entry), entry.id.as_deref().unwrap_or("")))
        .collect()
}

pub(super) fn rejection(text: impl AsRef<[u8]>, options: &ReadOptions) -> Rejection {
    match read_bytes(Path::new("list"), text.as_ref(), options) {
        Err(Error::List(rejection)) => *rejection,
        other => panic!("{other:?}"),
    }
}

/// Where and why a text is refused: `line:column code`, for each bad line.
pub(super) fn faults(text: impl AsRef<[u8]>) -> Vec<String> {
    faults_with(text, &ReadOptions::default())
}

pub(super) fn faults_with(text: impl AsRef<[u8]>, options: &ReadOptions) -> Vec<String> {
    let problems = rejection(text, options).problems;
    problems
        .iter()
        .map(|p| format!("{}:{} {}", p.line, p.column, p.code))
        .collect()
}

/// What is said about the first bad line.
pub(super) fn message(text: impl AsRef<[u8]>) -> String {
    let rejection = rejection(text, &ReadOptions::default());
    let shown = rejection.to_string();
    shown.lines().next().unwrap_or_default().to_owned()
}
