use super::*;
use crate::error::{Reason, ReasonCode};

/// Where the set of entries is that has a name, and this is the second of its entries.
fn stream_of(image: &[u8], name: &str) -> usize {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = [&[0xC1, 0][..], &name].concat();
    memchr::memmem::find(image, &entry).unwrap() - 32
}

#[test]
fn files_and_folders_are_read() {
    let (members, gap) = walk(&exfat());
    assert_common(&members, "");
    assert_eq!(members.len(), 6, "{:?}", told(&members));
    assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated]);
}

#[test]
fn free_space_is_told_and_searched_where_asked() {
    hold_free_space(&exfat());
}

#[test]
fn the_table_that_the_flags_name_is_followed() {
    let mut image = exfat();
    let number = |at: usize| u32::from_le_bytes(image[at..at + 4].try_into().unwrap());
    // The table is the second of two.
    let before = number(80).checked_sub(number(84)).unwrap();
    set(&mut image, 80, &before.to_le_bytes());
    (image[110], image[106]) = (2, 1);
    let (members, _) = walk_once(&image);
    assert_common(&members, "");
}

#[test]
fn what_was_not_written_reads_as_zeros() {
    let mut image = exfat();
    let stream = stream_of(&image, "frag.bin");
    set(&mut image, stream + 8, &100_u64.to_le_bytes());
    let (members, _) = walk_once(&image);
    let mut expected = numbers();
    expected[100..].fill(0);
    let file = member(&members, "frag.bin");
    assert_eq!(
        (&file.content, &file.gap),
        (&Content::Bytes(expected), &None)
    );
}

#[test]
fn chains_are_followed_and_end_where_they_lead_round_in_circles() {
    let mut image = exfat();
    let stream = stream_of(&image, "frag.bin");
    assert_eq!(image[stream + 1] & 2, 0);
    let number =
        |image: &[u8], at: usize| u32::from_le_bytes(image[at..at + 4].try_into().unwrap());
    let table_at = 512 * number(&image, 80) as usize;
    let first = number(&image, stream + 20);
    // The second cluster is followed by the first.
    let second = number(&image, table_at + 4 * first as usize);
    set(
        &mut image,
        table_at + 4 * second as usize,
        &first.to_le_bytes(),
    );
    let (members, _) = walk_once(&image);
    let cut = member(&members, "frag.bin");
    assert_eq!(cut.gap, Some((GapKind::Damaged, Reason::MemberCut.into())));
    let Content::Bytes(bytes) = &cut.content else {
        panic!("{cut:?}");
    };
    assert!(bytes.starts_with(&numbers()[..2 * 4096]) && bytes.len() < 24_000);
}

#[test]
fn sizes_that_lie_and_folders_in_themselves_are_told() {
    let mut image = exfat();
    let stream = stream_of(&image, "frag.bin");
    for at in [stream + 8, stream + 24] {
        set(&mut image, at, &(1_u64 << 50).to_le_bytes());
    }
    let (members, _) = walk_once(&image);
    let told = member(&members, "frag.bin");
    assert!(matches!(told.content, Content::Refused(GapKind::OverLimit, _)) || told.gap.is_some());
    let mut image = exfat();
    let stream = stream_of(&image, "a.txt");
    // It is a folder, at the root.
    image[stream - 32 + 4] = 0x10;
    let root = image[96..100].to_vec();
    set(&mut image, stream + 20, &root);
    let (members, gap) = walk_once(&image);
    assert_eq!(members.len(), 5, "{:?}", super::told(&members));
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
}

#[test]
fn every_cut_and_wrong_byte_ends() {
    let image = exfat();
    let small = &image[..200_000];
    hold_damage(small, (512, 5), 1024..60_000);
    hold_damage(small, (60_000, 401), 0..0);
}
