use super::*;
use crate::error::{Reason, ReasonCode};

const LINKS: [&str; 3] = [
    "link Skipped member-symbolic-link",
    "longlink Skipped member-symbolic-link",
    "pipe Skipped member-pipe",
];

/// Where the inode of a number is, of an image in blocks of 1 KiB with one group.
fn inode(image: &[u8], number: usize) -> usize {
    let table = u32::from_le_bytes(image[2048 + 8..2048 + 12].try_into().unwrap()) as usize;
    let size = usize::from(u16::from_le_bytes([image[1024 + 88], image[1024 + 89]]));
    table * 1024 + (number - 1) * size
}

fn large() -> Vec<u8> {
    let mut large = numbers().repeat(20);
    large.truncate(400_000);
    large
}

/// The files that are as large as they are sparse.
fn assert_sparse(members: &[Member]) {
    let mut sparse = vec![0; 100_000];
    sparse.extend(b"end\n");
    assert_eq!(
        member(members, "sparse.bin").content,
        Content::Bytes(sparse)
    );
}

#[test]
fn each_version_is_read() {
    for (name, image) in [("2", ext2()), ("3", ext3()), ("4", ext4())] {
        let (members, gap) = walk(&image);
        assert_common(&members, "");
        assert_sparse(&members);
        let content = |of| &member(&members, of).content;
        assert_eq!(*content("large.bin"), Content::Bytes(large()));
        assert_eq!(
            *content("inline.bin"),
            Content::Bytes(numbers()[..130].to_vec())
        );
        let reserved = if name == "4" {
            vec![0; 5000]
        } else {
            Vec::new()
        };
        assert_eq!(*content("pre.bin"), Content::Bytes(reserved));
        assert_eq!(refusals(&members), LINKS, "{name}");
        assert_eq!(members.len(), 13, "{name}: {:?}", told(&members));
        assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated], "{name}");
    }
    let (members, _) = walk_once(&ext4());
    let target = |name| match &member(&members, name).content {
        Content::Refused(_, reasons) => reasons.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(target("link"), "a symbolic link: a.txt");
    assert_eq!(
        target("longlink"),
        format!("a symbolic link: {}", "l".repeat(90))
    );
}

#[test]
fn free_space_is_told_and_searched_where_asked() {
    hold_free_space(&ext2());
    hold_free_space(&ext4());
}

#[test]
fn an_image_without_deleted_files_is_looked_into_as_a_whole() {
    let (_, gap) = walk_once(&without_deleted());
    assert_eq!(gap, None);
}

/// The image of ext2 whose free space holds zeros alone.
fn without_deleted() -> Vec<u8> {
    let mut image = ext2();
    for block in image.chunks_exact_mut(1024) {
        if block.iter().all(|byte| matches!(byte, 0 | b'z')) {
            block.fill(0);
        }
    }
    image
}

/// Where the content of an inode begins.
fn content_of(image: &[u8], number: usize) -> usize {
    let map = inode(image, number) + 40;
    let is_tree = image[map..map + 2] == [0x0A, 0xF3];
    let at = if is_tree { map + 12 + 8 } else { map };
    u32::from_le_bytes(image[at..at + 4].try_into().unwrap()) as usize * 1024
}

#[test]
fn what_a_link_names_beside_its_target_is_free_space() {
    let link = 0xA1FF_u16.to_le_bytes();
    // A file of one block, and one of many.
    for number in [12, 25] {
        let mut image = without_deleted();
        let (own, at) = (inode(&image, number), content_of(&image, number));
        set(&mut image, own, &link);
        set(&mut image, own + 4, &100_u32.to_le_bytes());
        let (members, gap) = walk_once(&image);
        assert_eq!(refusals(&members).len(), LINKS.len() + 1);
        assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated], "{number}");
        set(&mut image, at, &png());
        let (members, _) = walk_carving(&image, MEMBER_MAX);
        let found = member(&members, &format!("@{at:#x}.png"));
        assert_eq!(found.content, Content::Bytes(png()));
    }
    let mut image = ext4();
    let (own, at) = (inode(&image, 25), content_of(&image, 25));
    set(&mut image, own, &link);
    set(&mut image, own + 4, &100_u32.to_le_bytes());
    set(&mut image, at, &png());
    let (members, _) = walk_carving(&image, MEMBER_MAX);
    let found = member(&members, &format!("@{at:#x}.png"));
    assert_eq!(found.content, Content::Bytes(png()));
}

#[test]
fn a_file_with_several_names_is_read_by_the_first_of_them() {
    let mut image = ext2();
    let large = inode(&image, 25);
    set(&mut image, large + 26, &800_u16.to_le_bytes());
    // Names in all blocks of the folder for what was lost: too many to read the map for each.
    let blocks = (0..12).map(|slot| {
        let at = inode(&image, 11) + 40 + slot * 4;
        u32::from_le_bytes(image[at..at + 4].try_into().unwrap()) as usize * 1024
    });
    let blocks: Vec<usize> = blocks.collect();
    for (block, at) in blocks.iter().enumerate() {
        for slot in 0..64 {
            let number = block * 64 + slot;
            let entry = [&25_u32.to_le_bytes()[..], &[16, 0, 8, 1]].concat();
            set(&mut image, at + slot * 16, &entry);
            set(
                &mut image,
                at + slot * 16 + 8,
                format!("n{number:07}").as_bytes(),
            );
        }
    }
    let (members, gap) = walk_once(&image);
    let links = refusals(&members);
    let links = links.iter().filter(|one| one.ends_with("member-hard-link"));
    assert_eq!(links.count(), 12 * 64);
    assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated]);
    assert_eq!(
        member(&members, "large.bin").content,
        Content::Bytes(self::large())
    );
    let Content::Refused(_, reasons) = &member(&members, "lost+found/n0000007").content else {
        panic!("{:?}", told(&members));
    };
    assert_eq!(reasons.to_string(), "a link to another file: large.bin");
    // One that says that it has one name alone, and is met again.
    let mut image = ext2();
    let entry = memchr::memmem::find(&image, b"\x08\x01keep.txt").unwrap();
    set(&mut image, entry - 6, &12_u32.to_le_bytes());
    let (members, _) = walk_once(&image);
    assert!(refusals(&members).contains(&"keep.txt Damaged disk-file-system-broken".to_owned()));
}

#[test]
fn clusters_of_small_blocks_move_the_descriptors() {
    let (members, gap) = walk(&bigalloc());
    let contents = contents(&members);
    assert_eq!(contents["a.txt"], alpha());
    assert_eq!(contents["dir/frag.bin"], numbers());
    assert_eq!((contents.len(), gap), (2, None));
}

#[test]
fn what_was_refused_is_searched_with_the_free_space() {
    // An encrypted file, and one that is too large.
    for (is_encrypted, most) in [(true, MEMBER_MAX), (false, 20_000)] {
        let mut image = ext4();
        let at = content_of(&image, 25);
        if is_encrypted {
            let own = inode(&image, 25);
            image[own + 33] |= 0x08;
        }
        // Not where the file begins.
        let at = at + 2048;
        set(&mut image, at, &png());
        let is_found = |one: &Member| one.path == format!("@{at:#x}.png").into_bytes();
        let (members, _) = walk_carving(&image, most);
        assert!(
            refusals(&members)
                .iter()
                .any(|one| one.starts_with("large.bin "))
        );
        assert!(members.iter().any(is_found), "{:?}", refusals(&members));
        let (members, _) = walk_once(&image);
        assert!(!members.iter().any(is_found));
    }
    // What was looked into is not searched again.
    let mut image = ext4();
    let at = content_of(&image, 25) + 2048;
    set(&mut image, at, &png());
    let (members, _) = walk_carving(&image, MEMBER_MAX);
    let name = format!("@{at:#x}.png").into_bytes();
    assert!(!members.iter().any(|one| one.path == name));
}

#[test]
fn folders_that_share_their_blocks_cost_no_more_than_the_image() {
    let block = 65_536;
    let mut image = vec![0; 16 * block];
    let numbers = |image: &mut Vec<u8>, at: usize, numbers: &[u32]| {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        set(image, at, &bytes.collect::<Vec<u8>>());
    };
    // The super block: inodes, blocks, size of a block, sizes of a group; version, inodes of 256 bytes, extents.
    numbers(
        &mut image,
        1024,
        &[64, 16, 0, 0, 0, 0, 6, 6, 65_528, 65_528, 64],
    );
    numbers(&mut image, 1024 + 56, &[0x0001_EF53]);
    numbers(&mut image, 1024 + 76, &[1]);
    numbers(&mut image, 1024 + 88, &[256]);
    numbers(&mut image, 1024 + 96, &[0x42]);
    numbers(&mut image, block, &[2, 3, 4]);
    let inode = |image: &mut Vec<u8>, number: usize, root: &[u32]| {
        let at = 4 * block + (number - 1) * 256;
        numbers(image, at, &[0x41ED, 64 << 20]);
        numbers(image, at + 24, &[2 << 16, 0, 0x8_0000]);
        numbers(image, at + 40, root);
    };
    // The root folder has four others, each of which has one block many times; all entries of that name the root.
    inode(&mut image, 2, &[0x0001_F30A, 4, 0, 0, 1, 5]);
    for number in 0..4 {
        let at = 5 * block + number * 12;
        let len = if number == 3 { 65_500 } else { 12 };
        numbers(&mut image, at, &[12 + number as u32, len | 0x0201_0000]);
        image[at + 8] = b'a' + number as u8;
        inode(
            &mut image,
            12 + number,
            &[0x0001_F30A, 0x0001_0004, 0, 0, 6, 0],
        );
    }
    numbers(&mut image, 6 * block, &[0x0400_F30A, 5461, 0]);
    for number in 0..1024 {
        let at = 6 * block + 12 + number * 12;
        numbers(&mut image, at, &[number as u32, 1, 7]);
    }
    for number in 0..block / 12 {
        let at = 7 * block + number * 12;
        numbers(&mut image, at, &[2, 0x0201_000C, u32::from(b'x')]);
    }
    let (members, gap) = walk_once(&image);
    assert!(members.is_empty(), "{}", members.len());
    let (_, reasons) = gap.unwrap();
    let times = |code| {
        let found = reasons.iter().find(|one| one.reason.code() == code);
        found.map_or(0, |one| one.times)
    };
    let broken = times(ReasonCode::DiskFileSystemBroken);
    assert!(
        (10_000..=image.len() as u64 / 12).contains(&broken),
        "{broken}"
    );
    assert!(times(ReasonCode::DirectoryTooLarge) > 0);
}

#[test]
fn folders_and_maps_that_lead_round_in_circles_end() {
    // A file of ext2 whose double map names itself.
    let mut image = ext2();
    let own = inode(&image, 25) + 40 + 13 * 4;
    let block = u32::from_le_bytes(image[own..own + 4].try_into().unwrap());
    for slot in 0..256 {
        set(
            &mut image,
            block as usize * 1024 + slot * 4,
            &block.to_le_bytes(),
        );
    }
    let (members, _) = walk_once(&image);
    assert_eq!(members.len(), 13);
    // A file of ext4 whose tree says that it is deeper than it is.
    let mut image = ext4();
    let root = inode(&image, 25) + 40;
    for depth in 1..8 {
        image[root + 6] = depth;
        let (members, _) = walk_once(&image);
        let broken = member(&members, "large.bin");
        let is_told = broken.gap.is_some() || matches!(broken.content, Content::Refused(..));
        assert!(is_told, "{broken:?}");
    }
    // A folder that has the root in it.
    let mut image = ext2();
    let name = memchr::memmem::find(&image, b"\x05\x01a.txt").unwrap();
    set(&mut image, name - 6, &2_u32.to_le_bytes());
    let (members, gap) = walk_once(&image);
    assert_eq!(members.len(), 12, "{:?}", told(&members));
    assert!(codes(&gap).contains(&ReasonCode::DiskFileSystemBroken));
}

#[test]
fn sizes_that_lie_are_told() {
    for image in [ext2(), ext4()] {
        let mut image = image;
        let at = inode(&image, 15);
        // As many terabytes as can be said.
        set(&mut image, at + 108, &0x7FFF_u32.to_le_bytes());
        let (members, _) = walk_once(&image);
        let lie = member(&members, "frag.bin");
        let over = matches!(lie.content, Content::Refused(GapKind::OverLimit, _));
        assert!(over || lie.gap.is_some(), "{lie:?}");
        assert_common_but(&members, "frag.bin");
    }
}

/// The files that are sound where one is not.
fn assert_common_but(members: &[Member], name: &str) {
    let contents = contents(members);
    assert!(!contents.contains_key(name));
    assert_eq!(contents["a.txt"], alpha());
    assert_eq!(crc32fast::hash(&contents[LONG]), NOISE);
}

#[test]
fn what_is_encrypted_or_unfinished_is_told() {
    let mut image = ext4();
    let at = inode(&image, 15);
    image[at + 33] |= 0x08;
    let (members, _) = walk_once(&image);
    assert!(refusals(&members).contains(&"frag.bin Unsupported disk-file-encrypted".to_owned()));
    let mut image = ext4();
    image[1024 + 96] |= 4;
    let (_, gap) = walk_once(&image);
    assert!(codes(&gap).contains(&ReasonCode::DiskJournal));
    // What is not known is not read as if it were.
    let mut image = ext4();
    image[1024 + 99] |= 0x40;
    let (members, _) = walk_once(&image);
    assert_eq!(
        refusals(&members),
        ["file-system Unsupported disk-file-system"]
    );
    let Content::Refused(_, reasons) = &members[0].content else {
        panic!("{members:?}");
    };
    let first = reasons.iter().next().unwrap();
    assert!(matches!(first.reason, Reason::DiskFileSystem { .. }));
}

#[test]
fn every_cut_and_wrong_byte_ends() {
    for image in [ext2(), ext4()] {
        let table = inode(&image, 1);
        hold_damage(&image[..1 << 20], (2048 + 64, 13), 3000..20_000);
        let mut wrong = image[..1 << 20].to_vec();
        let limits = ArchiveLimits::default();
        for at in (table..table + 26 * 256)
            .step_by(89)
            .chain((600 << 10..640 << 10).step_by(997))
        {
            for value in [0, 0xFF, image[at] ^ 1] {
                wrong[at] = value;
                walk_within(&wrong, &limits, &|_| false);
            }
            wrong[at] = image[at];
        }
    }
}
