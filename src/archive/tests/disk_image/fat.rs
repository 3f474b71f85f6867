use super::super::write::{stored, zip};
use super::*;
use crate::error::{Reason, ReasonCode};

/// Where the entry of a short name is.
fn entry_of(image: &[u8], name: &[u8; 11]) -> usize {
    memchr::memmem::find(image, name).unwrap()
}

#[test]
fn each_width_is_read_with_its_long_names() {
    for (name, image) in [("12", fat12()), ("16", fat16()), ("32", fat32())] {
        let (members, gap) = walk_once(&image);
        assert_common(&members, "");
        assert_eq!(members.len(), 6, "{name}: {:?}", told(&members));
        // A file was deleted.
        assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated], "{name}");
    }
}

#[test]
fn whatever_is_known_the_members_are_the_same() {
    walk(&fat12());
    // In a zip file too.
    let (members, _) = walk(&zip(&[stored("card.img", &fat12()[..1 << 19])]));
    assert!(members.iter().any(|one| one.path == b"card.img!/a.txt"));
}

#[test]
fn an_image_without_deleted_files_is_looked_into_as_a_whole() {
    let mut image = fat12();
    let at = deleted_at(&image);
    image[at..at + 9000].fill(0);
    let (members, gap) = walk_once(&image);
    assert_eq!(gap, None, "{:?}", told(&members));
}

#[test]
fn free_space_is_told_and_searched_where_asked() {
    hold_free_space(&fat12());
}

#[test]
fn what_the_file_system_keeps_for_itself_is_searched() {
    let hidden = zip(&[stored("deep.txt", b"hidden behind")]);
    let mut image = fat32();
    // Sectors that are reserved: 32 of them.
    set(&mut image, 10 * 512, &hidden);
    let (members, _) = walk_once(&image);
    let is_found = |one: &Member| one.content == Content::Bytes(b"hidden behind".to_vec());
    assert!(members.iter().any(is_found), "{:?}", told(&members));
}

#[test]
fn chains_that_lead_round_in_circles_end() {
    let mut image = fat12();
    let entry = entry_of(&image, b"FRAG    BIN");
    let first = usize::from(u16::from_le_bytes([image[entry + 26], image[entry + 27]]));
    // The first cluster follows itself.
    let at = 512 + first * 3 / 2;
    let pair = u16::from_le_bytes([image[at], image[at + 1]]);
    let own = first as u16;
    let pair = if first % 2 == 1 {
        pair & 0xF | own << 4
    } else {
        pair & 0xF000 | own
    };
    set(&mut image, at, &pair.to_le_bytes());
    let (members, _) = walk_once(&image);
    let cut = member(&members, "frag.bin");
    assert_eq!(cut.gap, Some((GapKind::Damaged, Reason::MemberCut.into())));
    assert_eq!(cut.content, Content::Bytes(numbers()[..512].to_vec()));
}

#[test]
fn a_folder_within_itself_is_read_once() {
    let mut image = fat12();
    let folder = entry_of(&image, b"DIR        ");
    let cluster = [image[folder + 26], image[folder + 27]];
    // A file in the folder says that it is the folder.
    let file = entry_of(&image, b"ARATHE~1BIN");
    image[file + 11] = 0x10;
    set(&mut image, file + 26, &cluster);
    let (members, gap) = walk_once(&image);
    assert_eq!(members.len(), 5, "{:?}", told(&members));
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
}

#[test]
fn sizes_that_lie_are_told() {
    let mut image = fat12();
    let entry = entry_of(&image, b"A       TXT");
    set(&mut image, entry + 28, &u32::MAX.to_le_bytes());
    let (members, _) = walk_once(&image);
    let cut = member(&members, "a.txt");
    assert_eq!(cut.gap, Some((GapKind::Damaged, Reason::MemberCut.into())));
    let Content::Bytes(bytes) = &cut.content else {
        panic!("{cut:?}");
    };
    assert!(bytes.starts_with(&alpha()) && bytes.len() == 512);
    // So is a file without a cluster, and a boot sector that says more than there is.
    let mut image = fat12();
    set(&mut image, entry + 26, &[0, 0]);
    let (members, _) = walk_once(&image);
    let (kind, _) = member(&members, "a.txt").gap.clone().unwrap();
    assert_eq!(kind, GapKind::Damaged);
    let mut image = fat12();
    set(&mut image, 19, &u16::MAX.to_le_bytes());
    let (_, gap) = walk_once(&image);
    assert!(codes(&gap).contains(&ReasonCode::MemberCut));
}

#[test]
fn the_table_that_the_flags_name_is_followed() {
    let mut image = fat32();
    let table_bytes = 512 * u32::from_le_bytes(image[36..40].try_into().unwrap()) as usize;
    let first = 512 * usize::from(u16::from_le_bytes([image[14], image[15]]));
    // Only the second is kept.
    image[first + 8..first + table_bytes].fill(0);
    image[40] = 0x81;
    let (members, gap) = walk_once(&image);
    assert_common(&members, "");
    assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated]);
    // One that is not there.
    let mut image = fat32();
    image[40] = 0x85;
    let (members, gap) = walk_once(&image);
    assert_common(&members, "");
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
}

#[test]
fn as_many_gaps_as_entries_are_one_that_is_counted() {
    let mut image = fat12();
    let root = 19 * 512;
    let free = (0..224).filter(|slot| image[root + slot * 32] == 0);
    let free: Vec<_> = free.take(100).collect();
    // Folders without a cluster.
    for slot in &free {
        set(&mut image, root + slot * 32, b"NOWHERE    \x10");
    }
    assert_eq!(free.len(), 100);
    let (members, gap) = walk_once(&image);
    assert_common(&members, "");
    let (_, reasons) = gap.unwrap();
    let broken = reasons
        .iter()
        .find(|one| one.reason == Reason::DiskFileSystemBroken);
    assert_eq!(broken.unwrap().times, free.len() as u64);
}

#[test]
fn files_that_share_their_clusters_are_a_bomb() {
    let mut image = fat12();
    let entry = entry_of(&image, b"FRAG    BIN");
    let shared = image[entry..entry + 32].to_vec();
    // A folder of so many entries, as a file that the image has no clusters for: they stand in the root.
    let root = 19 * 512;
    for number in 0..200 {
        let at = root + number * 32;
        set(&mut image, at, &shared);
        set(&mut image, at, format!("F{number:07}").as_bytes());
    }
    let limits = ArchiveLimits {
        ratio: 1,
        unpacked_bytes: 1 << 20,
        ..ArchiveLimits::default()
    };
    let (members, _) = walk_within(&image, &limits, &|_| false);
    let is_over = |one: &&Member| matches!(one.content, Content::Refused(GapKind::OverLimit, _));
    let over = members.iter().filter(is_over).count();
    assert!((50..200).contains(&over), "{over}");
}

#[test]
fn a_hundred_thousand_files_are_given() {
    // FAT32 with a folder of 65,536 entries, and another: all empty files.
    let mut image = fat32();
    let reserved = usize::from(u16::from_le_bytes([image[14], image[15]]));
    let table_sectors = u32::from_le_bytes(image[36..40].try_into().unwrap()) as usize;
    let clusters_at = (reserved + 2 * table_sectors) * 512;
    let table_at = reserved * 512;
    let folder_clusters = 50_000 * 32 / 512;
    let mut next = 1000_usize;
    for number in 0..2_u8 {
        let first = next;
        for place in 0..folder_clusters {
            let end = place + 1 == folder_clusters;
            let value = if end { 0x0FFF_FFFF } else { next as u32 + 1 };
            set(&mut image, table_at + next * 4, &value.to_le_bytes());
            for slot in 0..16 {
                let at = clusters_at + (next - 2) * 512 + slot * 32;
                let name = format!("{:08}TXT ", place * 16 + slot);
                set(&mut image, at, name.as_bytes());
            }
            next += 1;
        }
        // In the root, behind what is there.
        let root = clusters_at;
        let at = (0..16)
            .map(|slot| root + slot * 32)
            .find(|at| image[*at] == 0)
            .unwrap();
        set(
            &mut image,
            at,
            &[b"MANY", &[b'0' + number][..], b"      \x10"].concat(),
        );
        set(&mut image, at + 20, &((first >> 16) as u16).to_le_bytes());
        set(&mut image, at + 26, &(first as u16).to_le_bytes());
    }
    let (members, _) = walk_once(&image);
    assert_eq!(members.len(), 6 + 100_000);
    assert!(members.iter().any(|one| one.path == b"MANY1/00049999.TXT"));
}

#[test]
fn every_cut_and_wrong_byte_ends() {
    let image = fat12();
    hold_damage(&image, (600, 3), 1024..40_000);
    hold_damage(&image, (20 * 512, 61), 0..0);
    hold_damage(&fat32(), (100, 3), 0..0);
}
