use super::*;
use crate::error::ReasonCode;

/// Where the record of a file is that has a name.
fn record_of(image: &[u8], name: &str) -> usize {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = memchr::memmem::find_iter(image, &name).find_map(|at| {
        let record = at / 1024 * 1024;
        image[record..].starts_with(b"FILE").then_some(record)
    });
    found.unwrap()
}

/// Where the first attribute of a kind is in a record.
fn attribute_of(image: &[u8], record: usize, kind: u8) -> usize {
    let mut at = record + usize::from(image[record + 20]);
    while image[at] != kind {
        at += u32::from_le_bytes(image[at + 4..at + 8].try_into().unwrap()) as usize;
    }
    at
}

#[test]
fn files_folders_and_streams_are_read() {
    let (members, gap) = walk(&ntfs());
    assert_common(&members, "");
    let content = |of| &member(&members, of).content;
    assert_eq!(*content("a.txt:stream"), Content::Bytes(b"hidden".to_vec()));
    let mut sparse = vec![0; 100_000];
    sparse.extend(b"end\n");
    assert_eq!(*content("sparse.bin"), Content::Bytes(sparse));
    assert_eq!(*content("pieces.bin"), Content::Bytes(alpha().repeat(60)));
    let packed = "packed/small.bin Unsupported disk-file-compressed";
    assert_eq!(refusals(&members), [packed]);
    assert_eq!(
        codes(&gap),
        [ReasonCode::DiskUnallocated],
        "{:?}",
        told(&members)
    );
}

#[test]
fn free_space_is_told_and_searched_where_asked() {
    hold_free_space(&ntfs());
}

#[test]
fn folders_that_lead_round_in_circles_and_lost_ones_hide_nothing() {
    let mut image = ntfs();
    let folder = record_of(&image, "dir");
    let name = attribute_of(&image, folder, 0x30) + 24;
    let number = u32::from_le_bytes(image[folder + 44..folder + 48].try_into().unwrap());
    for parent in [number, 4000] {
        set(&mut image, name, &parent.to_le_bytes());
        let (members, _) = walk_once(&image);
        let long = LONG.replace("dir/", "$lost/");
        let Content::Bytes(bytes) = &member(&members, &long).content else {
            panic!("{:?}", told(&members));
        };
        assert_eq!(crc32fast::hash(bytes), NOISE);
    }
}

#[test]
fn sizes_that_lie_and_what_is_encrypted_are_told() {
    let mut image = ntfs();
    let data = attribute_of(&image, record_of(&image, "frag.bin"), 0x80);
    for at in [data + 48, data + 56] {
        set(&mut image, at, &(1_u64 << 50).to_le_bytes());
    }
    let (members, _) = walk_once(&image);
    let told = member(&members, "frag.bin");
    assert_eq!(
        told.gap.as_ref().map(|(kind, _)| *kind),
        Some(GapKind::Damaged)
    );
    let mut image = ntfs();
    image[data + 13] |= 0x40;
    let (members, _) = walk_once(&image);
    assert!(refusals(&members).contains(&"frag.bin Unsupported disk-file-encrypted".to_owned()));
}

#[test]
fn a_record_that_was_half_written_is_not_believed() {
    let mut image = ntfs();
    let record = record_of(&image, "frag.bin");
    image[record + 510] ^= 1;
    let (members, gap) = walk_once(&image);
    assert!(!members.iter().any(|one| one.path == b"frag.bin"));
    assert!(
        codes(&gap).contains(&ReasonCode::DiskFileSystemBroken),
        "{gap:?}"
    );
}

#[test]
fn every_cut_and_wrong_byte_ends() {
    let image = ntfs();
    hold_damage(&image[..1 << 20], (512, 7), 1024..20_000);
    let table = record_of(&image, "$MFT");
    let mut wrong = image.clone();
    let limits = ArchiveLimits::default();
    for at in (table..table + 1024).step_by(31) {
        for value in [0, 0xFF, image[at] ^ 1] {
            wrong[at] = value;
            walk_within(&wrong, &limits, &|_| false);
        }
        wrong[at] = image[at];
    }
    let first = record_of(&image, "a.txt");
    for at in (first..first + 1024).step_by(31) {
        wrong[at] = 0xFF;
        walk_within(&wrong, &limits, &|_| false);
        wrong[at] = image[at];
    }
}
