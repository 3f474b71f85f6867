//! A database that SQLite 3.40 wrote, with pages so small that its trees are deep and a row overflows; and all that can be
//! wrong with it. The rows are digests of the texts `file 0` to `file 39`.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::super::sample::{faults, message, read};
use super::super::{List, ReadOptions, read_bytes};
use super::*;
use crate::Error;
use crate::hash::Hash;

const RDS: &[u8] = include_bytes!("rds3.db");

const PAGE: usize = 512;

fn digests() -> BTreeSet<Hash> {
    let sha256 = |number: u32| hex(&Sha256::digest(format!("file {number}")));
    let all = (0..40).map(|number| Hash::parse(HashType::Sha256, &sha256(number)).unwrap());
    all.collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hashes(list: &List) -> BTreeSet<Hash> {
    let hashes = list.entries.iter().map(|entry| entry.hash);
    hashes
        .filter(|hash| hash.hash_type() == HashType::Sha256)
        .collect()
}

#[test]
fn every_row_is_read_with_all_its_digests() {
    let list = read(RDS);
    assert_eq!(list.source.format, "nsrl sqlite");
    assert_eq!(list.entries.len(), 120);
    assert_eq!(hashes(&list), digests());
    let md5 = Hash::parse(HashType::Md5, "ad2170c530bf8ff9f9b8635a56ede279").unwrap();
    assert!(
        list.entries
            .iter()
            .any(|entry| entry.line == 1 && entry.hash == md5)
    );
    let row = |number: u64| {
        list.entries
            .iter()
            .find(|entry| entry.line == number)
            .unwrap()
    };
    assert_eq!(
        row(1).meta[0],
        ("file_name".to_owned(), "café 0.dll".to_owned())
    );
    assert_eq!(row(2).meta[1], ("file_size".to_owned(), "995".to_owned()));
    assert_eq!(row(8).meta[0].1.len(), 1504, "its row is in four pages");
}

#[cfg(feature = "refresh")]
#[test]
fn what_is_known_allows_nothing() {
    assert!(crate::list::never_allows("nsrl sqlite"));
}

#[test]
fn a_database_without_the_table_is_no_list() {
    for (table, column) in [(&b"TABLE FILE"[..], &b"sha256 VARCHAR NOT NULL, sha1"[..])] {
        for (from, to) in [
            (table, &b"TABLE FYLE"[..]),
            (column, &b"sha999 VARCHAR NOT NULL, sha1"[..]),
        ] {
            let other = replaced(RDS, from, to);
            let other = replaced(
                &other,
                b"tableFILEFILE",
                if to == b"TABLE FYLE" {
                    b"tableFYLEFYLE"
                } else {
                    b"tableFILEFILE"
                },
            );
            assert_eq!(faults(&other), ["1:1 E001"]);
            assert!(message(&other).contains("no table of it is one of the NSRL"));
        }
    }
    // Beside pictures there are databases of many programs.
    for end in [16, 100, 4096, RDS.len()] {
        let other = replaced(&RDS[..end], b"TABLE FILE", b"TABLE FYLE");
        assert!(!crate::list::is_list(&other), "{end}");
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    while let Some(at) = memchr::memmem::find(&bytes, from).filter(|_| from != to) {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

/// What comes of a database, however damaged: a list, or an error that says where.
fn outcome(bytes: &[u8]) -> Option<List> {
    let options = ReadOptions::default().with_max_reject(crate::list::MaxReject::Percent(100.0));
    match read_bytes(std::path::Path::new("x"), bytes, &options) {
        Ok(list) => Some(list),
        Err(Error::List(rejection)) => {
            assert!(!rejection.problems.is_empty());
            None
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_database_that_was_cut_is_refused_at_every_length() {
    for end in (0..RDS.len()).filter(|end| end % 97 < 3 || end % PAGE < 3) {
        assert!(outcome(&RDS[..end]).is_none(), "{end}");
    }
    // Without a count in the header, a file of whole pages still lacks the pages that are named.
    let mut uncounted = RDS.to_vec();
    uncounted[28..32].fill(0);
    assert_eq!(read(&uncounted).entries.len(), 120);
    for pages in 1..RDS.len() / PAGE {
        let list = outcome(&uncounted[..pages * PAGE]);
        assert!(list.is_none_or(|list| list.entries.len() == 120), "{pages}");
    }
}

#[test]
fn no_byte_that_is_wrong_is_a_panic_or_an_entry_of_another_table() {
    let known = digests();
    let mut whole = 0;
    for at in 0..RDS.len() {
        // Of a page its header, the places of its rows, and some of its rows.
        let is_tried = at < 200 || at % PAGE < 24 || at % 11 == 0;
        if !is_tried {
            continue;
        }
        let mut bytes = RDS.to_vec();
        bytes[at] ^= [0x01, 0x80, 0xff][at % 3];
        if let Some(list) = outcome(&bytes) {
            whole += usize::from(hashes(&list) == known);
            assert!(list.entries.len() <= 120 + 3, "{at}");
        }
    }
    assert!(whole > 0);
}

/// The places of pages of a kind, in bytes.
fn pages(is_wanted: impl Fn(&[u8]) -> bool) -> Vec<usize> {
    let pages = RDS.chunks(PAGE).enumerate().skip(1);
    let wanted = pages.filter(|(_, page)| is_wanted(page));
    wanted.map(|(number, _)| number * PAGE).collect()
}

/// What is said where four bytes at each of some places name the page itself, or one that is not there. Some pages are of the
/// index, which nobody looks at.
fn said_of(places: &[usize], offset: usize, wrong: Option<u32>) -> Vec<String> {
    let one = |start: &usize| {
        let own = u32::try_from(start / PAGE + 1).unwrap();
        let mut bytes = RDS.to_vec();
        let at = start + offset;
        bytes[at..at + 4].copy_from_slice(&wrong.unwrap_or(own).to_be_bytes());
        match read_bytes(std::path::Path::new("x"), &bytes, &ReadOptions::default()) {
            Ok(list) => format!("{}", list.entries.len()),
            Err(error) => error.to_string(),
        }
    };
    places.iter().map(one).collect()
}

#[test]
fn trees_and_chains_that_lead_back_end() {
    let inner = pages(|page| page[0] == 0x05);
    let chained = pages(|page| page[4..].iter().all(|byte| *byte == b'x'));
    for (places, offset) in [(&inner, 8), (&chained, 0)] {
        for (wrong, expected) in [
            (None, "it belongs to two places of the table"),
            (Some(0), "page 0"),
            (Some(u32::MAX), "it is not in the file"),
        ] {
            let said = said_of(places, offset, wrong);
            let is_refused = |said: &String| said.contains("E073");
            assert!(said.iter().any(is_refused), "{said:?}");
            let is_right =
                |said: &String| said == "120" || said.contains(expected) || wrong == Some(0);
            assert!(said.iter().all(is_right), "{said:?}");
        }
    }
}

#[test]
fn what_this_reader_does_not_read_is_said() {
    for (at, value, said) in [
        (18, 2, "journal_mode"),
        (59, 2, "UTF-16"),
        (16, 3, "size of its pages"),
        (20, 255, "too little"),
    ] {
        let mut bytes = RDS.to_vec();
        bytes[at] = value;
        assert_eq!(faults(&bytes), ["1:1 E073"], "{said}");
        assert!(message(&bytes).contains(said), "{}", message(&bytes));
    }
    let without =
        "CREATE TABLE FILE (sha256 T, sha1 T, md5 T, PRIMARY KEY (sha256, sha1)) WITHOUT ROWID";
    assert!(schema::Table::new(2, without, &COLUMNS).is_err());
}

#[test]
fn columns_are_found_wherever_the_statement_has_them() {
    let columns = |sql: &str| {
        schema::Table::new(2, sql, &COLUMNS)
            .unwrap()
            .map(|table| table.columns)
    };
    assert_eq!(
        columns(
            "CREATE TABLE \"FILE\" (\"a,b(\" DECIMAL(1,2), [md5] x, `SHA1` y DEFAULT (1), 'sha256', CHECK (md5 <> ','), file_size int)"
        ),
        Some(vec![Some(3), Some(2), Some(1), None, Some(4)])
    );
    // Comments are no part of the statement.
    assert_eq!(
        columns(
            "CREATE TABLE FILE ( -- sha1, md5 (\n sha256 /* , ( */ T, sha1 T, '--' T, md5 T /* WITHOUT ROWID */)"
        ),
        Some(vec![Some(0), Some(1), Some(3), None, None])
    );
    assert_eq!(
        columns("CREATE TABLE FILE (sha256, sha1, md5 /* no end)"),
        None
    );
    for sql in [
        "",
        "CREATE TABLE FILE",
        "CREATE TABLE FILE (",
        "(((",
        ")",
        "CREATE TABLE FILE (md5 x, sha1 y)",
        "(\"é",
    ] {
        assert_eq!(columns(sql), None, "{sql}");
    }
}

#[test]
fn a_bad_digest_is_told_with_its_row_and_its_page() {
    let good = "426D539B91225ABC6F8858494BF658A2";
    // The first byte of this digest in the table, which stands before the index.
    let at = memchr::memmem::find(RDS, good.as_bytes()).unwrap();
    let mut bytes = RDS.to_vec();
    bytes[at] = b'z';
    let said = message(&bytes);
    assert!(said.contains("E012 record 4 (page "), "{said}");
    assert_eq!(outcome(&bytes).unwrap().entries.len(), 119);
}

#[test]
fn a_row_without_values_is_told_and_not_passed_over() {
    for payload in [&[0_u8][..], &[1], &[0, 1, 2], &[0x80, 1, 9], &[]] {
        assert!(row::Row::new(7, payload).broken.is_some(), "{payload:?}");
    }
    // A row of one column without a value is one.
    assert_eq!(row::Row::new(7, &[2, 0]).cell(0), Some(Cell::Null));
}
