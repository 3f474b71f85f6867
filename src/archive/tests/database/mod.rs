//! Databases of SQLite and their logs, as SQLite wrote them (`make.py`), and all that can be wrong with them.

use std::collections::BTreeMap;

use super::disk_image::unpacked;
use super::*;

macro_rules! vectors {
    ($($name:ident = $file:literal,)*) => {
        $(fn $name() -> Vec<u8> {
            unpacked(include_bytes!($file))
        })*
    };
}

mod logs;

vectors! {
    small = "small.db.xz",
    utf16 = "utf16.db.xz",
    large = "large.db.xz",
    deleted = "deleted.db.xz",
    logged = "logged.db.xz",
    log = "logged.db-wal.xz",
    journal = "changed.db-journal.xz",
}

/// As `make.py` has it.
fn picture(number: usize, length: usize) -> Vec<u8> {
    let png = b"\x89PNG\r\n\x1a\n";
    let byte = |i: usize| ((i * 7 + number * 13 + i / 251) % 251) as u8;
    let rest = (0..length - png.len()).map(byte);
    png.iter().copied().chain(rest).collect()
}

/// The contents by their paths.
fn contents(members: &[Member]) -> BTreeMap<String, Vec<u8>> {
    let whole = members.iter().filter(|member| member.gap.is_none());
    let contents = whole.filter_map(|member| match &member.content {
        Content::Bytes(bytes) => Some((
            String::from_utf8_lossy(&member.path).into_owned(),
            bytes.clone(),
        )),
        _ => None,
    });
    contents.collect()
}

/// What [`small`] and its like hold.
fn expected() -> BTreeMap<String, Vec<u8>> {
    let lengths = [20, 100, 400, 470, 600, 5000, 20000];
    let mut all: BTreeMap<String, Vec<u8>> = (1..)
        .zip(lengths)
        .map(|(number, length)| (format!("thumbnails/{number}/data"), picture(number, length)))
        .collect();
    all.insert("thumbnails/-8/name".into(), picture(8, 3000));
    all.insert("thumbnails/-8/more".into(), picture(9, 700));
    all
}

#[test]
fn values_that_are_pictures_are_members_by_table_row_and_column() {
    for bytes in [small(), utf16(), large()] {
        let (members, gap) = walk(&bytes);
        assert_eq!(end(gap), "sound");
        let mut found = contents(&members);
        for (path, content) in expected() {
            assert_eq!(found.remove(&path), Some(content), "{path}");
        }
        // A picture behind a header, and rows of a table that is its own index.
        let behind = found.remove("thumbnails/-8/data/within.png").unwrap();
        assert!(behind.starts_with(b"\x89PNG") && behind.ends_with(b"IEND\xAE\x42\x60\x82"));
        let keyed: Vec<Vec<u8>> = found
            .iter()
            .filter(|(path, _)| path.starts_with("keyed/"))
            .map(|(_, content)| content.clone())
            .collect();
        let all: Vec<Vec<u8>> = (10..14).map(|number| picture(number, 300)).collect();
        assert_eq!(keyed, all);
        found.retain(|path, _| !path.starts_with("keyed/"));
        // An index has each picture again.
        let is_of_table = |content: &Vec<u8>| expected().values().any(|of| of == content);
        let indexed = found.iter().filter(|(path, content)| {
            path.starts_with("by_data/") && (is_of_table(content) || path.ends_with("within.png"))
        });
        assert_eq!(indexed.count(), 8);
        found.retain(|path, _| !path.starts_with("by_data/"));
        assert_eq!(found.keys().collect::<Vec<_>>(), [""; 0]);
    }
}

#[test]
fn deleted_rows_are_found_where_they_stand() {
    let (members, gap) = walk(&deleted());
    assert_eq!(end(gap), "sound");
    let found = contents(&members);
    assert_eq!(found["kept/1/data"], picture(1, 500));
    // The first pages of a list of free ones were written over, and so was the root.
    let gone = (20..32).map(|number| picture(number, 500));
    let gone = gone.filter(|gone| found.values().any(|found| found == gone));
    assert!(gone.count() >= 8, "{:?}", found.keys());
    let pixel = found.iter().find(|(path, _)| path.ends_with("within.png"));
    assert!(
        pixel.is_some_and(|(path, _)| path.starts_with("page-")),
        "{:?}",
        found.keys()
    );
}

#[test]
fn what_stands_in_a_log_alone_is_found() {
    let (members, gap) = walk(&logged());
    assert_eq!(end(gap), "sound");
    let found = contents(&members);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [("sent/1/data".into(), picture(1, 3000))]
    );
    let (members, gap) = walk(&log());
    assert_eq!(end(gap), "sound");
    let found = contents(&members);
    let of = |content: &[u8]| found.iter().any(|(_, found)| found == content);
    assert!(
        of(&picture(2, 300)) && of(&picture(3, 6000)),
        "{:?}",
        found.keys()
    );
    // The first picture goes on in pages of the database itself.
    let cut = members.iter().filter_map(|member| member.gap.as_ref());
    assert!(cut.clone().count() > 0);
    for (kind, reasons) in cut {
        assert_eq!(*kind, GapKind::Unsupported);
        assert_eq!(reasons.code(), crate::error::ReasonCode::DatabaseElsewhere);
    }
}

#[test]
fn pages_as_they_were_before_a_change_are_found() {
    let (members, _) = walk(&journal());
    let found = contents(&members);
    assert!(
        found.values().any(|found| *found == picture(1, 300)),
        "{:?}",
        told(&members)
    );
}

/// The gap and the members that could be read whole.
fn outcome(bytes: &[u8]) -> (BTreeMap<String, Vec<u8>>, bool) {
    let (members, gap) = walk(bytes);
    let is_told = gap.is_some() || members.iter().any(|member| member.gap.is_some());
    (contents(&members), is_told)
}

#[test]
fn every_database_that_was_cut_says_so() {
    let whole = small();
    for len in (16..whole.len()).step_by(whole.len() / 97) {
        let (_, is_told) = outcome(&whole[..len]);
        assert!(is_told, "cut to {len}");
    }
    for bytes in [large(), utf16(), log(), journal()] {
        for len in (16..bytes.len()).step_by(bytes.len() / 23) {
            if Kind::sniff(&bytes[..len]).is_some() {
                walk(&bytes[..len]);
            }
        }
    }
}

#[test]
fn rows_are_found_whatever_the_schema_says() {
    // Pages of the schema and the inner pages are wiped one after another.
    let whole = small();
    for page in 1..whole.len() / 512 {
        let is_inner = matches!(whole[page * 512], 2 | 5);
        if page > 4 && !is_inner {
            continue;
        }
        let mut broken = whole.clone();
        broken[page * 512..][..512].fill(0);
        let (found, _) = outcome(&broken);
        let found: Vec<&Vec<u8>> = found.values().collect();
        // Those that stand on one page are found without a tree, unless that is the page.
        let stands = memchr::memmem::find(&broken, &picture(3, 400)).is_some();
        assert_eq!(found.contains(&&picture(3, 400)), stands, "page {page}");
    }
    let mut broken = whole.clone();
    broken[100] = 0;
    let (found, is_told) = outcome(&broken);
    assert!(is_told && found.values().any(|found| *found == picture(7, 20000)));
}

#[test]
fn chains_and_trees_that_lead_back_end() {
    let whole = small();
    let pages = (whole.len() / 512) as u32;
    let mut told = 0;
    for page in 1..whole.len() / 512 {
        let at = page * 512;
        for to in [0, 1, page as u32 + 1, 2, pages, u32::MAX] {
            let mut broken = whole.clone();
            // The next page of a chain, or the last child of an inner page.
            let place = if matches!(whole[at], 2 | 5) {
                at + 8
            } else {
                at
            };
            broken[place..place + 4].copy_from_slice(&to.to_be_bytes());
            let limits = ArchiveLimits::default();
            let (members, gap) = walk_within(&broken, &limits, &|_| false);
            assert!(members.len() < 100);
            told += usize::from(gap.is_some());
        }
    }
    assert!(told > 100, "{told}");
}

#[test]
fn lying_lengths_give_no_more_than_the_file() {
    let whole = small();
    let limits = ArchiveLimits::default();
    for at in (0..whole.len()).step_by(61).chain(0..120) {
        for value in [0, 0x7F, 0x81, 0xFF] {
            let mut broken = whole.clone();
            broken[at] = value;
            if Kind::sniff(&broken).is_none() {
                continue;
            }
            let (members, _) = walk_within(&broken, &limits, &|_| false);
            let total: usize = contents(&members).values().map(Vec::len).sum();
            assert!(total <= 2 * whole.len(), "{total} at {at}");
        }
    }
}

/// A database of one page, whose rows all stand at one place.
fn overlapping() -> Vec<u8> {
    let mut bytes = large();
    bytes.truncate(2 * 65536);
    let page = &mut bytes[65536..];
    page.fill(0);
    // Its length, its number, the length of its types, and the type of a blob of 16,000 bytes.
    let row = [&[0xFD, 4, 1, 4, 0x81, 0xFA, 0x0C][..], &picture(1, 16000)].concat();
    let at = 65536 - 17000;
    page[at..at + row.len()].copy_from_slice(&row);
    page[0] = 0x0D;
    let cells = 20_000_u16;
    page[3..5].copy_from_slice(&cells.to_be_bytes());
    for cell in 0..usize::from(cells) {
        page[8 + 2 * cell..][..2].copy_from_slice(&(at as u16).to_be_bytes());
    }
    bytes
}

#[test]
fn rows_that_overlap_do_not_multiply() {
    let (members, gap) = walk(&overlapping());
    let total: usize = contents(&members).values().map(Vec::len).sum();
    assert!(total <= 65536, "{total}");
    assert!(gap.is_some());
}

#[test]
fn what_is_hidden_behind_the_last_page_or_in_an_unused_one_is_found() {
    let png = super::mail::png();
    let whole = small();
    let behind = [whole.as_slice(), &[7; 100], &png, &[7; 300]].concat();
    let unused = [
        whole.as_slice(),
        &[0; 612],
        &png,
        &vec![0; 2048 - 100 - png.len()],
    ]
    .concat();
    for bytes in [behind, unused] {
        let (found, _) = outcome(&bytes);
        assert!(
            found.values().any(|found| *found == png),
            "{:?}",
            found.keys()
        );
    }
}

#[test]
fn a_value_that_is_an_archive_is_opened() {
    let zip = super::write::zip(&[super::write::stored("a.txt", b"alpha")]);
    let mut bytes = small();
    let at = memchr::memmem::find(&bytes, &picture(3, 400)).unwrap();
    assert!(zip.len() <= 400, "{}", zip.len());
    bytes[at..at + zip.len()].copy_from_slice(&zip);
    let (found, _) = outcome(&bytes);
    assert_eq!(found["thumbnails/3/data!/a.txt"], b"alpha");
}

#[test]
fn a_database_without_rows_holds_nothing() {
    let mut bytes = small();
    bytes.truncate(512);
    bytes[28..32].copy_from_slice(&1_u32.to_be_bytes());
    bytes[100..].fill(0);
    bytes[100] = 0x0D;
    assert_eq!(sound(&bytes), [""; 0]);
}

/// A database of 100,000 rows, of which every thousandth has a picture.
fn many() -> Vec<u8> {
    let (pages, rows) = (50, 2000);
    let mut bytes = large();
    bytes.truncate(65536);
    bytes[28..32].copy_from_slice(&(pages + 1_u32).to_be_bytes());
    bytes[100..].fill(0);
    bytes[100] = 0x0D;
    for page in 0..pages as usize {
        let mut cells = Vec::new();
        for id in page * rows..(page + 1) * rows {
            let value = if id % 1000 == 0 {
                picture(id, 20)
            } else {
                vec![b'x'; 20]
            };
            let number =
                [0x80 | id >> 14, 0x80 | id >> 7 & 0x7F, id & 0x7F].map(|seven| seven as u8);
            cells.push([&[22], &number[..], &[2, 52], &value].concat());
        }
        let begin = 65536 - cells.iter().map(Vec::len).sum::<usize>();
        let mut at = begin;
        let mut leaf = vec![0x0D, 0, 0];
        leaf.extend((rows as u16).to_be_bytes());
        leaf.extend([0; 3]);
        for cell in &cells {
            leaf.extend((at as u16).to_be_bytes());
            at += cell.len();
        }
        leaf.resize(begin, 0);
        leaf.extend(cells.concat());
        bytes.extend(leaf);
    }
    bytes
}

#[test]
fn many_rows_are_read_to_the_last() {
    let bytes = many();
    let (members, gap) = walk_within(&bytes, &ArchiveLimits::default(), &|_| false);
    assert_eq!(end(gap), "sound");
    let found = contents(&members);
    assert_eq!(found.len(), 100);
    assert_eq!(found["free-page-51/99000/0"], picture(99_000, 20));
}
