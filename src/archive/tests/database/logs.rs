//! Logs in which a row goes on in pages of another time, and trees that are no table of rows with numbers.

use super::*;
use crate::error::ReasonCode;

vectors! {
    later = "later.db-wal.xz",
    elsewhere = "elsewhere.db-wal.xz",
    twice = "twice.db-wal.xz",
    anew = "anew.db-wal.xz",
    parts = "parts.db-journal.xz",
    trees = "trees.db.xz",
}

fn holds(members: &[Member], content: &[u8]) -> bool {
    contents(members).values().any(|found| found == content)
}

#[test]
fn a_row_is_read_as_the_log_has_it_last() {
    let (members, gap) = walk(&later());
    assert!(holds(&members, &picture(1, 6000)), "{:?}", told(&members));
    // The pages that it went on in before belong to no row any more.
    let (kind, reasons) = gap.unwrap();
    assert_eq!(kind, GapKind::Unsupported);
    assert_eq!(reasons.code(), ReasonCode::DatabaseElsewhere);
}

#[test]
fn pages_whose_row_stands_in_the_database_are_told() {
    let (members, gap) = walk(&elsewhere());
    assert!(!holds(&members, &picture(1, 6000)));
    let (kind, reasons) = gap.unwrap();
    assert_eq!(kind, GapKind::Unsupported);
    assert_eq!(reasons.code(), ReasonCode::DatabaseElsewhere);
}

#[test]
fn what_a_row_was_before_is_read_as_of_then() {
    let (members, gap) = walk(&twice());
    assert_eq!(end(gap), "sound");
    for number in [6, 7] {
        assert!(
            holds(&members, &picture(number, 6000)),
            "{:?}",
            told(&members)
        );
    }
}

#[test]
fn what_stands_behind_a_log_takes_nothing_from_it() {
    let (members, _) = walk(&anew());
    assert!(holds(&members, &picture(3, 6000)), "{:?}", told(&members));
}

#[test]
fn every_part_of_a_journal_is_read() {
    let bytes = parts();
    let magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    assert!(memchr::memmem::find_iter(&bytes, &magic).count() > 10);
    let (members, _) = walk(&bytes);
    let whole = (40..60).filter(|number| holds(&members, &picture(*number, 3000)));
    assert!(
        whole.clone().count() >= 18,
        "{:?}",
        whole.collect::<Vec<_>>()
    );
}

#[test]
fn lying_counts_of_a_journal_hide_nothing() {
    let png = {
        let mut bytes = Cursor::new(Vec::new());
        let picture = image::RgbImage::new(3, 3);
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    };
    assert!(png.len() < 400);
    let mut bytes = parts();
    // In the rest of the sector of the first header.
    bytes[100..100 + png.len()].copy_from_slice(&png);
    for frames in [0, 1, 2, 1000, u32::MAX] {
        for sector in [0, 1, 512, 513, 65_536, 1 << 31, u32::MAX] {
            let mut bytes = bytes.clone();
            bytes[8..12].copy_from_slice(&frames.to_be_bytes());
            bytes[20..24].copy_from_slice(&sector.to_be_bytes());
            let (members, _) = walk(&bytes);
            assert!(holds(&members, &png), "{frames} frames, {sector}");
        }
    }
}

#[test]
fn trees_of_every_kind_are_read() {
    let (members, gap) = walk(&trees());
    assert_eq!(end(gap), "sound");
    let found = contents(&members);
    let by_bytes = found.iter().find(|(path, _)| path.starts_with("by_bytes/"));
    assert_eq!(
        by_bytes.map(|(_, content)| content),
        Some(&picture(4, 3000))
    );
    // Rows do not hold a column that is computed: its names would be those of others.
    assert_eq!(found["computed/1/1"], picture(5, 700));
    let gone = (20..32).filter(|number| holds(&members, &picture(*number, 3000)));
    assert!(gone.clone().count() >= 8, "{:?}", gone.collect::<Vec<_>>());
}

#[test]
fn a_tree_that_is_called_an_index_hides_nothing() {
    let mut bytes = trees();
    let row = b"tablecomputedcomputed";
    let at = memchr::memmem::find(&bytes, row).unwrap();
    bytes[at..at + 5].copy_from_slice(b"index");
    let (members, _) = walk(&bytes);
    assert!(holds(&members, &picture(5, 700)));
}

#[test]
fn damaged_logs_end() {
    for whole in [later(), elsewhere(), twice(), anew()] {
        for at in (0..whole.len()).step_by(61).chain(0..64) {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut broken = whole.clone();
                broken[at] = value;
                if Kind::sniff(&broken).is_some() {
                    let (members, _) = walk(&broken);
                    let total: usize = contents(&members).values().map(Vec::len).sum();
                    assert!(total <= 2 * whole.len(), "{total} at {at}");
                }
            }
        }
    }
    // Headers alone.
    let header = parts()[..512].to_vec();
    assert_eq!(sound(&header.repeat(3000)), [""; 0]);
}
