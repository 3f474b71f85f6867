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
fn an_attribute_that_cannot_be_read_is_told() {
    let mut image = ntfs();
    let data = attribute_of(&image, record_of(&image, "frag.bin"), 0x80);
    // Its runs stand behind its end.
    set(&mut image, data + 32, &[0xFF, 0x7F]);
    let (_, gap) = walk_once(&image);
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
    // It has no end within the record.
    let mut image = ntfs();
    set(&mut image, data + 4, &[0xFF, 0x7F]);
    let (_, gap) = walk_once(&image);
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
}

#[test]
fn the_table_is_read_whichever_of_its_records_tell_of_its_parts() {
    // Each part is told by a record in one before; the second by one behind the first sixteen.
    let (members, gap) = walk_once(&written::image(&[20, 40, 70]));
    let names: Vec<_> = members.iter().map(|one| one.path.clone()).collect();
    assert_eq!(names, [&b"f30"[..], b"f50", b"f80", b"f110"]);
    let is_sound = |one: &Member| one.content == Content::Bytes(written::content(&one.path));
    assert!(members.iter().all(is_sound), "{:?}", told(&members));
    assert_eq!(gap, None);
    // A part that stands in itself alone, and those behind it, have no place: what is before them is read, and they are told.
    let (members, gap) = walk_once(&written::image(&[20, 70, 41]));
    let names: Vec<_> = members.iter().map(|one| one.path.clone()).collect();
    assert_eq!(names, [&b"f30"[..], b"f50"]);
    assert!(members.iter().all(is_sound), "{:?}", told(&members));
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
}

/// Images in sectors of 512 bytes whose table of files stands in parts of 32 records.
mod written {
    use super::set;

    const PART: usize = 32;

    /// The content of the file of a name.
    pub(super) fn content(name: &[u8]) -> Vec<u8> {
        name.repeat(100)
    }

    /// An image; these are the numbers of the records that tell of the parts behind the first.
    pub(super) fn image(telling: &[usize]) -> Vec<u8> {
        let parts = telling.len() + 1;
        let mut image = vec![0; 1 << 20];
        // Parts stand apart.
        let place = |part: usize| 16 + part * 100;
        let total = (parts * PART * 1024) as u64;
        let part = |number: usize| {
            let (first, clusters) = (number as u64 * 64, 64);
            let runs = [0x21, 64, place(number) as u8, (place(number) >> 8) as u8, 0];
            placed(
                &runs,
                (first, clusters),
                if number == 0 { total } else { 0 },
            )
        };
        set(&mut image, 0, b"\xEB\x52\x90NTFS    \0\x02\x01");
        set(&mut image, 40, &2048_u64.to_le_bytes());
        set(&mut image, 48, &(place(0) as u64).to_le_bytes());
        image[64] = 0xF6;
        set(&mut image, 510, &[0x55, 0xAA]);
        let mut list = Vec::new();
        for (number, record) in [0].iter().chain(telling).enumerate() {
            let mut entry = [0; 32];
            set(&mut entry, 0, &[0x80, 0, 0, 0, 32, 0, 0, 26]);
            set(&mut entry, 8, &(number as u64 * 64).to_le_bytes());
            set(&mut entry, 16, &(*record as u64 | 1 << 48).to_le_bytes());
            list.extend(entry);
        }
        for number in 0..parts * PART {
            let of = telling.iter().position(|one| *one == number);
            let at = place(number / PART) * 512 + number % PART * 1024;
            let written = match (number, of) {
                (0, _) => record(&[held(0x20, &list), part(0)], 0),
                (_, Some(of)) => record(&[part(of + 1)], 1 << 48),
                (30 | 50 | 80 | 110, _) => {
                    let name = format!("f{number}");
                    let content = held(0x80, &content(name.as_bytes()));
                    record(&[named(&name), content], 0)
                }
                _ => continue,
            };
            set(&mut image, at, &written);
        }
        image
    }

    fn record(attributes: &[Vec<u8>], base: u64) -> Vec<u8> {
        let mut record = vec![0; 1024];
        set(&mut record, 0, b"FILE\x30\0\x03\0");
        set(&mut record, 20, &[56, 0, 1, 0]);
        set(&mut record, 32, &base.to_le_bytes());
        let all = [&attributes.concat()[..], &[0xFF; 4]].concat();
        set(&mut record, 56, &all);
        // The last bytes of each sector stand elsewhere.
        record[48] = 1;
        for sector in 1..=2 {
            let end = sector * 512 - 2;
            let last = [record[end], record[end + 1]];
            set(&mut record, 48 + 2 * sector, &last);
            set(&mut record, end, &[1, 0]);
        }
        record
    }

    fn padded(mut attribute: Vec<u8>) -> Vec<u8> {
        let len = attribute.len().next_multiple_of(8);
        attribute.resize(len, 0);
        set(&mut attribute, 4, &(len as u32).to_le_bytes());
        attribute
    }

    /// An attribute that holds its value.
    fn held(kind: u8, value: &[u8]) -> Vec<u8> {
        let mut attribute = vec![0; 24];
        attribute[0] = kind;
        set(&mut attribute, 16, &(value.len() as u32).to_le_bytes());
        attribute[20] = 24;
        padded([&attribute, value].concat())
    }

    /// A part of a stream.
    fn placed(runs: &[u8], (first, clusters): (u64, u64), size: u64) -> Vec<u8> {
        let mut attribute = vec![0; 64];
        (attribute[0], attribute[8], attribute[32]) = (0x80, 1, 64);
        set(&mut attribute, 16, &first.to_le_bytes());
        set(&mut attribute, 24, &(first + clusters - 1).to_le_bytes());
        for at in [40, 48, 56] {
            set(&mut attribute, at, &size.to_le_bytes());
        }
        padded([&attribute, runs].concat())
    }

    /// The name of a file in the root folder.
    fn named(name: &str) -> Vec<u8> {
        let mut value = vec![0; 66];
        value[0] = 5;
        (value[64], value[65]) = (name.len() as u8, 1);
        value.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        held(0x30, &value)
    }
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
