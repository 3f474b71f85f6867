//! Files of unknown content, searched by signatures.

use super::mail::png;
use super::*;

fn carve(bytes: &[u8], kind: Kind) -> (Vec<String>, Option<Gap>) {
    let limits = ArchiveLimits::default().with_window_bytes(1 << 20);
    let len = bytes.len() as u64;
    let source = Cursor::new(bytes.to_vec());
    let mut archive = Archive::open(kind, source, len, Path::new("disk.dd"), &limits, MEMBER_MAX);
    let members: Vec<Member> = std::iter::from_fn(|| archive.next_member(&|_| false)).collect();
    let png = png();
    let of = |member: &Member| {
        let is_png = matches!(&member.content, Content::Bytes(bytes) if *bytes == png);
        format!(
            "{}{}",
            member.path.escape_ascii(),
            if is_png { "" } else { " other" }
        )
    };
    (members.iter().map(of).collect(), archive.end())
}

/// Noise that is the same each time.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    let byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(byte).take(len).collect()
}

#[test]
fn pictures_are_found_at_blocks_and_with_their_places() {
    let png = png();
    let mut disk = noise(5 << 20);
    // Two files side by side, across the ends of windows, and at the end.
    let last = ((disk.len() - png.len()) / 512 * 512) as u64;
    let places = [
        512u64,
        2048,
        (1 << 20) - 512,
        (2 << 20) - 1024,
        3 << 20,
        last,
    ];
    for at in places {
        disk[at as usize..at as usize + png.len()].copy_from_slice(&png);
    }
    let expected: Vec<String> = places.iter().map(|at| format!("@{at:#x}.png")).collect();
    for kind in [Kind::Blocks, Kind::Bytes] {
        let (found, gap) = carve(&disk, kind);
        let pictures: Vec<&String> = found
            .iter()
            .filter(|path| !path.ends_with("other"))
            .collect();
        assert_eq!(pictures, expected.iter().collect::<Vec<_>>(), "{kind:?}");
        assert!(
            found.len() < expected.len() + 4,
            "noise gives little: {found:?}"
        );
        assert!(end(gap).starts_with("Unsupported: it was searched by signatures alone"));
    }
}

#[test]
fn what_begins_at_no_block_is_found_where_every_byte_is_looked_at() {
    let png = png();
    let mut disk = vec![0; 3 << 20];
    let places = [700u64, (1 << 20) - 9, (2 << 20) + 1];
    for at in places {
        disk[at as usize..at as usize + png.len()].copy_from_slice(&png);
    }
    assert_eq!(carve(&disk, Kind::Blocks).0, Vec::<String>::new());
    let expected: Vec<String> = places.iter().map(|at| format!("@{at:#x}.png")).collect();
    assert_eq!(carve(&disk, Kind::Bytes).0, expected);
}

#[test]
fn beginnings_without_an_end_are_bounded() {
    // Every block begins as a file does whose end nothing tells.
    let mut block = b"8BPS\0\x01\0\0\0\0\0\0".to_vec();
    block.resize(512, 0);
    let limits = ArchiveLimits::default();
    let bytes = block.repeat(4000);
    let len = bytes.len() as u64;
    let mut archive = Archive::open(
        Kind::Blocks,
        Cursor::new(bytes),
        len,
        Path::new("x"),
        &limits,
        MEMBER_MAX,
    );
    let mut given = 0;
    while let Some(member) = archive.next_member(&|_| false) {
        if let Content::Bytes(bytes) = &member.content {
            given += bytes.len() as u64;
        }
    }
    assert!(given <= (1 << 30) + 2 * len);
    assert!(archive.end().is_some());
}

#[test]
fn a_file_of_thumbnails_by_its_name_alone_holds_some_or_is_of_unknown_content() {
    let mut bytes = noise(30_000);
    let (found, gap) = carve(&bytes, Kind::Thumbdata);
    assert_eq!(found, [""; 0]);
    let (kind, reasons) = gap.unwrap();
    assert_eq!(kind, GapKind::Unsupported);
    assert_eq!(reasons.code(), crate::error::ReasonCode::FormatUnknown);
    let png = png();
    bytes[10_013..][..png.len()].copy_from_slice(&png);
    assert_eq!(
        carve(&bytes, Kind::Thumbdata),
        (vec!["@0x271d.png".to_owned()], None)
    );
}
