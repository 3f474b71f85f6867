//! cpio, ar, rpm, images of discs and cabinets: those of GNU cpio 2.13, GNU ar, dpkg-deb, rpmbuild 4.18, genisoimage 1.1.11 and
//! gcab 1.5, and those that no program writes.

use std::collections::BTreeMap;
use std::io::Read as _;

use super::write::{stored, zip};
use super::*;
use crate::error::Reason;

macro_rules! vectors {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("placed/", $name)).as_slice())),*]
    };
}

const CPIO: [(&str, &[u8]); 4] = vectors!["newc.cpio", "crc.cpio", "odc.cpio", "bin.cpio"];

const AR: [(&str, &[u8]); 3] = vectors!["gnu.ar", "bsd.ar", "x.deb"];

const CAB: [(&str, &[u8]); 2] = vectors!["stored.cab", "mszip.cab"];

const DISCS: [(&str, &[u8]); 4] = vectors![
    "both.iso.xz",
    "rock.iso.xz",
    "joliet.iso.xz",
    "plain.iso.xz"
];

const RPM: &[u8] = include_bytes!("placed/x.rpm");

const LONG: &str = "dir/a rather long name of a file.bin";

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut reader = lzma_rust2::XzReader::new(bytes, false);
    reader.read_to_end(&mut all).unwrap();
    all
}

fn disc(place: usize) -> Vec<u8> {
    unpacked(DISCS[place].1)
}

/// Every vector, as it is opened.
fn all() -> Vec<(&'static str, Vec<u8>)> {
    let plain = CPIO.into_iter().chain(AR).chain(CAB);
    let plain = plain.chain([("x.rpm", RPM)]);
    let plain = plain.map(|(name, bytes)| (name, bytes.to_vec()));
    let discs = DISCS
        .into_iter()
        .map(|(name, bytes)| (name, unpacked(bytes)));
    plain.chain(discs).collect()
}

/// Contents by their names.
fn contents(members: &[Member]) -> BTreeMap<String, Vec<u8>> {
    let of = |member: &Member| match &member.content {
        Content::Bytes(bytes) => {
            assert_eq!(member.gap, None, "{:?}", told(std::slice::from_ref(member)));
            let name = String::from_utf8(member.path.clone()).unwrap();
            Some((name, bytes.clone()))
        }
        _ => None,
    };
    members.iter().filter_map(of).collect()
}

fn alpha() -> Vec<u8> {
    "alpha ".repeat(50).into_bytes()
}

/// The checksum of the file with the long name.
const NOISE: u32 = 0x899f_9599;

fn assert_common(members: &[Member], of: &str) {
    let contents = contents(members);
    assert_eq!(contents["a.txt"], alpha(), "{of}");
    assert_eq!(contents["empty"], b"", "{of}");
    assert_eq!(crc32fast::hash(&contents[LONG]), NOISE, "{of}");
}

#[test]
fn cpio_is_read_in_each_of_its_forms() {
    for (name, bytes) in CPIO {
        let (members, gap) = walk(bytes);
        assert_eq!(gap, None, "{name}");
        assert_common(&members, name);
        assert_eq!(contents(&members)["dir/é ж.txt"], b"names");
        let link = "link [Skipped: a symbolic link: a.txt]".to_owned();
        assert!(
            told(&members).contains(&link),
            "{name}: {:?}",
            told(&members)
        );
        assert_eq!(members.len(), 5, "{name}");
    }
}

#[test]
fn a_wrong_sum_of_cpio_is_told_and_the_content_given() {
    let (_, bytes) = CPIO[1];
    let mut wrong = bytes.to_vec();
    let at = memchr::memmem::find(bytes, b"alpha").unwrap();
    wrong[at] = b'A';
    let (members, _) = walk(&wrong);
    let first = members
        .iter()
        .find(|member| member.path == b"a.txt")
        .unwrap();
    assert_eq!(
        first.gap,
        Some((GapKind::Damaged, Reason::MemberChecksum.into()))
    );
    assert!(matches!(&first.content, Content::Bytes(bytes) if bytes.starts_with(b"Alpha")));
}

#[test]
fn joined_archives_of_cpio_are_read_to_the_last() {
    let joined = [CPIO[0].1, &[0; 1000], CPIO[2].1].concat();
    let (members, gap) = walk(&joined);
    assert_eq!((members.len(), gap), (10, None));
}

#[test]
fn contents_are_filled_up_from_where_an_archive_begins() {
    let (all, _) = walk(CPIO[0].1);
    for zeros in 1..8 {
        for (_, first) in CPIO {
            let joined = [first, &vec![0; zeros], CPIO[0].1].concat();
            let (members, gap) = walk(&joined);
            assert_eq!(gap, None, "{zeros} zeros between");
            let second: Vec<_> = members[members.len() - all.len()..].iter().collect();
            for (member, same) in second.into_iter().zip(&all) {
                assert_eq!((&member.path, &member.content), (&same.path, &same.content));
            }
        }
    }
}

#[test]
fn ar_is_read_with_the_names_of_gnu_and_of_bsd() {
    let (members, gap) = walk(AR[0].1);
    assert_eq!(gap, None);
    // GNU ar leaves the folders of names out.
    let contents = contents(&members);
    assert_eq!(contents["a.txt"], alpha());
    let long = LONG.strip_prefix("dir/").unwrap();
    let long = contents.get(long).or(contents.get(LONG)).unwrap();
    assert_eq!(crc32fast::hash(long), NOISE);
    assert_eq!(
        sound(AR[1].1),
        ["dir/a rather long name.txt=content of it", "short=xy"]
    );
}

#[test]
fn packages_are_opened_to_their_files() {
    for (name, bytes) in [AR[2], ("x.rpm", RPM)] {
        let (members, gap) = walk(bytes);
        assert_eq!(gap, None, "{name}");
        let is_file = |member: &&Member| member.path.ends_with(b"usr/share/x/a.txt");
        let file = members.iter().find(is_file);
        let file = file.unwrap_or_else(|| panic!("{name}: {:?}", told(&members)));
        assert_eq!(file.content, Content::Bytes(alpha()));
    }
}

#[test]
fn discs_are_read_with_their_fullest_names() {
    for (name, bytes) in [("both", disc(0)), ("rock", disc(1)), ("joliet", disc(2))] {
        let (members, gap) = walk(&bytes);
        assert_eq!(gap, None, "{name}");
        assert_common(&members, name);
        assert_eq!(contents(&members)["dir/é ж.txt"], b"names");
        let links = usize::from(name != "joliet");
        assert_eq!(members.len(), 4 + links, "{name}: {:?}", told(&members));
    }
    let link = "link [Skipped: a symbolic link: a.txt]".to_owned();
    assert!(told(&walk(&disc(1)).0).contains(&link));
    let (members, gap) = walk(&disc(3));
    assert_eq!(gap, None);
    let contents = contents(&members);
    assert_eq!(contents["A.TXT"], alpha());
    assert_eq!(members.len(), 4, "{:?}", told(&members));
}

/// The places of the records of a file with this content, by the block that it begins at.
fn record_of(disc: &[u8], name: &[u8]) -> usize {
    let at = memchr::memmem::find(disc, name).unwrap();
    at - 33
}

#[test]
fn files_in_several_extents_are_put_together() {
    let mut bytes = disc(3);
    let first = record_of(&bytes, b"A.TXT;1");
    // The record before says that the file goes on in the next, which has the same name then.
    let len = usize::from(bytes[first]);
    let mut twice = bytes[first..first + len].to_vec();
    twice[25] |= 0x80;
    let half = 100_u32;
    twice[10..14].copy_from_slice(&half.to_le_bytes());
    bytes.splice(first..first, twice);
    let end = (first / 2048 + 1) * 2048;
    bytes.drain(end..end + len);
    let (members, _) = walk(&bytes);
    let file = members
        .iter()
        .find(|member| member.path == b"A.TXT")
        .unwrap();
    let expected = [&alpha()[..100], &alpha()].concat();
    assert_eq!(file.content, Content::Bytes(expected));
}

#[test]
fn folders_that_lead_round_in_circles_are_read_once() {
    let mut bytes = disc(1);
    let root = u32::from_le_bytes(bytes[0x809E..0x80A2].try_into().unwrap());
    let dir = record_of(&bytes, b"DIR");
    bytes[dir + 2..dir + 6].copy_from_slice(&root.to_le_bytes());
    let (members, _) = walk(&bytes);
    assert!(members.len() <= 5, "{:?}", told(&members));
}

#[test]
fn what_no_record_names_is_searched() {
    let hidden = zip(&[stored("deep.txt", b"hidden behind")]);
    for (name, bytes) in all() {
        // rpm says nowhere where its archive ends, and cpio may go on behind its end.
        if name == "x.rpm" {
            continue;
        }
        let (members, _) = walk(&[&bytes, &[7; 200][..], &hidden].concat());
        let found = members
            .iter()
            .any(|member| member.content == Content::Bytes(b"hidden behind".to_vec()));
        assert!(found, "{name}: {:?}", told(&members));
    }
    // In what a disc leaves to systems.
    let mut bytes = disc(0);
    bytes[4096..4096 + hidden.len()].copy_from_slice(&hidden);
    let (members, _) = walk(&bytes);
    let found = members
        .iter()
        .any(|member| member.content == Content::Bytes(b"hidden behind".to_vec()));
    assert!(found, "{:?}", told(&members));
}

#[test]
fn containers_are_opened_within_others() {
    for (name, bytes) in all() {
        let (members, gap) = walk(&zip(&[stored("inner", &bytes)]));
        assert_eq!(gap, None, "{name}");
        let is_opened = |member: &Member| member.path.starts_with(b"inner!/");
        assert!(
            members.iter().any(is_opened),
            "{name}: {:?}",
            told(&members)
        );
    }
}

#[test]
fn cabinets_are_unpacked_and_their_checksums_held_to() {
    for (name, bytes) in CAB {
        let (members, gap) = walk(bytes);
        assert_eq!(gap, None, "{name}");
        assert_common(&members, name);
    }
    let (_, bytes) = CAB[1];
    let (members, _) = walk(bytes);
    assert_eq!(
        crc32fast::hash(&contents(&members)["words.txt"]),
        0x75f9_fa76
    );
    // A byte within the stored cabinet.
    let (_, bytes) = CAB[0];
    let mut wrong = bytes.to_vec();
    let at = memchr::memmem::find(bytes, b"alpha").unwrap();
    wrong[at] = b'A';
    let (members, _) = walk(&wrong);
    let first = members
        .iter()
        .find(|member| member.path == b"a.txt")
        .unwrap();
    assert_eq!(
        first.gap,
        Some((GapKind::Damaged, Reason::MemberChecksum.into()))
    );
    assert!(matches!(&first.content, Content::Bytes(bytes) if bytes.starts_with(b"Alpha")));
}

/// A cabinet of one folder with one block.
fn cabinet(method: u16, size: u32, packed: &[u8], flags: u16, folder: u16) -> Vec<u8> {
    let mut cab = b"MSCF\0\0\0\0".to_vec();
    let data_at = 36 + 8 + 16 + 2_u32;
    cab.extend((data_at + 8 + packed.len() as u32).to_le_bytes());
    cab.extend([0; 4]);
    cab.extend(44_u32.to_le_bytes());
    cab.extend([0; 4]);
    cab.extend([3, 1, 1, 0, 1, 0]);
    cab.extend(flags.to_le_bytes());
    cab.extend([0; 4]);
    cab.extend(data_at.to_le_bytes());
    cab.extend([1, 0]);
    cab.extend(method.to_le_bytes());
    cab.extend(size.to_le_bytes());
    cab.extend([0; 4]);
    cab.extend(folder.to_le_bytes());
    cab.extend([0; 6]);
    cab.extend(b"f\0");
    cab.extend([0; 4]);
    cab.extend((packed.len() as u16).to_le_bytes());
    cab.extend((size as u16).to_le_bytes());
    cab.extend(packed);
    cab
}

#[test]
fn lzx_is_unpacked_and_other_methods_are_named() {
    // A block that is not compressed: its kind and size in words, three places, and the bytes ([MS-PATCH], 2.4).
    let text = b"stored within LZX, of an even length";
    let head = 3_u32 << 28 | (text.len() as u32) << 4;
    let mut packed = Vec::new();
    for word in [(head >> 16) as u16, head as u16] {
        packed.extend(word.to_le_bytes());
    }
    for place in [1_u32; 3] {
        packed.extend(place.to_le_bytes());
    }
    packed.extend(text);
    let size = text.len() as u32;
    let lzx = cabinet(3 | 15 << 8, size, &packed, 0, 0);
    assert_eq!(sound(&lzx), ["f=stored within LZX, of an even length"]);
    for (method, told) in [
        (2, "compressed by Quantum, which is not unpacked"),
        (9, "compressed by the unknown method 9"),
    ] {
        let (members, _) = unsound(&cabinet(method, size, &packed, 0, 0));
        assert_eq!(members, [format!("f [Unsupported: {told}]")]);
    }
    let (members, _) = unsound(&cabinet(3 | 30 << 8, size, &packed, 0, 0));
    assert!(members[0].contains("Damaged"), "{members:?}");
}

#[test]
fn what_no_file_of_a_cabinet_names_is_a_member() {
    let mut cab = cabinet(0, 7, b"ABCdefg", 0, 0);
    // The file has three bytes, and begins behind the first.
    let file = 44;
    cab[file..file + 4].copy_from_slice(&3_u32.to_le_bytes());
    cab[file + 4..file + 8].copy_from_slice(&1_u32.to_le_bytes());
    assert_eq!(
        sound(&cab),
        ["folder-0/rest-0=A", "f=BCd", "folder-0/rest-4=efg"]
    );
}

#[test]
fn files_that_go_on_in_another_cabinet_are_told() {
    let (members, _) = unsound(&cabinet(0, 4, b"part", 0, 0xFFFF));
    assert!(members[0].contains("one of several volumes"), "{members:?}");
}

#[test]
fn every_cut_and_wrong_byte_ends() {
    for (name, bytes) in all() {
        let limits = ArchiveLimits::default();
        let is_disc = name.ends_with("xz");
        // Discs are mostly empty.
        let step = if is_disc { 331 } else { 7 };
        let first = if is_disc { 0x8800 } else { 200 };
        for len in (first..bytes.len()).step_by(step) {
            if Kind::sniff(&bytes[..len]).is_none() {
                continue;
            }
            let (members, gap) = walk_within(&bytes[..len], &limits, &|_| false);
            let is_told = gap.is_some()
                || members.iter().any(|member| {
                    member.gap.is_some()
                        || matches!(
                            &member.content,
                            Content::Refused(GapKind::Damaged, _)
                                | Content::Archive { gap: Some(_), .. }
                        )
                });
            let is_padding = bytes[len..].iter().all(|byte| *byte == 0);
            // What is cut to nothing that is known is unsupported.
            let is_unknown = |member: &Member| {
                member.path == b"payload" && matches!(&member.content, Content::Bytes(_))
            };
            let is_told = is_told || members.iter().any(is_unknown);
            // An archive of ar may end behind each member.
            let is_ar = name.ends_with(".ar") || name.ends_with(".deb");
            let rest = bytes[len..].strip_prefix(b"\n").unwrap_or(&bytes[len..]);
            let is_end = is_ar && rest.get(58..60).is_none_or(|end| end == b"`\n");
            assert!(
                is_told || is_padding || is_end,
                "{name} cut to {len}: {:?}",
                told(&members)
            );
        }
        let mut wrong = bytes.clone();
        for at in (0..bytes.len()).step_by(step) {
            for value in [0xFF, bytes[at] ^ 1] {
                wrong[at] = value;
                if Kind::sniff(&wrong).is_some() {
                    walk_within(&wrong, &limits, &|_| false);
                }
            }
            wrong[at] = bytes[at];
        }
    }
}

#[test]
fn members_that_share_their_bytes_are_a_bomb() {
    // Each record of a folder of the disc names the whole image.
    let mut bytes = disc(3);
    let root = u32::from_le_bytes(bytes[0x809E..0x80A2].try_into().unwrap()) as usize * 2048;
    let mut record = bytes[root..root + 34].to_vec();
    record[33] = b'X';
    record[25] = 0;
    record[2..6].copy_from_slice(&0_u32.to_le_bytes());
    let len = bytes.len() as u32;
    record[10..14].copy_from_slice(&len.to_le_bytes());
    let sector: Vec<u8> = record.repeat(60);
    let at = bytes.len();
    for _ in 0..100 {
        bytes.extend(&sector);
        bytes.resize(bytes.len().next_multiple_of(2048), 0);
    }
    let size = (bytes.len() - at) as u32;
    bytes[0x809E..0x80A2].copy_from_slice(&(at as u32 / 2048).to_le_bytes());
    bytes[0x80A6..0x80AA].copy_from_slice(&size.to_le_bytes());
    let limits = ArchiveLimits {
        ratio: 10,
        unpacked_bytes: 1 << 20,
        ..ArchiveLimits::default()
    };
    let (members, _) = walk_within(&bytes, &limits, &|_| false);
    let over = members
        .iter()
        .filter(|member| matches!(&member.content, Content::Refused(GapKind::OverLimit, _)));
    assert!(members.len() >= 6000 && over.count() > 5000);
}

#[test]
fn a_hundred_thousand_members_are_read() {
    let mut cpio = Vec::new();
    for number in 0..100_000 {
        let name = format!("{number:05}\0");
        cpio.extend(format!("070701{:08X}{:08X}", number, 0o100_644).bytes());
        cpio.extend([b'0'; 32]);
        cpio.extend(format!("{:08X}", 2).bytes());
        cpio.extend([b'0'; 32]);
        cpio.extend(format!("{:08X}", name.len()).bytes());
        cpio.extend([b'0'; 8]);
        cpio.extend(name.bytes());
        cpio.resize(cpio.len().next_multiple_of(4), 0);
        cpio.extend(b"xy\0\0");
    }
    let (members, gap) = walk_within(&cpio, &ArchiveLimits::default(), &|_| false);
    // No trailer ends it.
    assert_eq!(
        (members.len(), gap),
        (100_000, Some((GapKind::Damaged, Reason::MemberCut.into())))
    );
    assert!(
        members
            .iter()
            .all(|member| member.content == Content::Bytes(b"xy".to_vec()))
    );
}

#[test]
fn folders_of_a_cabinet_that_share_their_blocks_take_no_longer() {
    // As many folders as there can be, each with as many blocks, all of them the same empty ones.
    let mut cab = b"MSCF\0\0\0\0".to_vec();
    cab.extend([0; 8]);
    let files_at = 36 + 8 * 65_535_u32;
    cab.extend(files_at.to_le_bytes());
    cab.extend([0, 0, 0, 0, 3, 1, 0xFF, 0xFF, 1, 0, 0, 0, 0, 0, 0, 0]);
    for _ in 0..65_535 {
        cab.extend((files_at + 20).to_le_bytes());
        cab.extend([0xFF, 0xFF, 0, 0]);
    }
    cab.extend([0; 16]);
    cab.extend(b"f\0\0\0");
    cab.resize(cab.len() + 8 * 65_535, 0);
    let (_, gap) = walk_within(&cab, &ArchiveLimits::default(), &|_| false);
    assert_eq!(gap.map(|(kind, _)| kind), Some(GapKind::Damaged));
}

#[test]
fn folders_of_a_disc_with_long_paths_take_bounded_memory() {
    // A folder in a folder, each with a name of 200 letters, and at the end many of them.
    let mut bytes = disc(3);
    let root = u32::from_le_bytes(bytes[0x809E..0x80A2].try_into().unwrap()) as usize * 2048;
    let own = bytes[root..root + 33].to_vec();
    let folder = |block: u32, size: u32| {
        let mut record = own.clone();
        record[2..6].copy_from_slice(&block.to_le_bytes());
        record[10..14].copy_from_slice(&size.to_le_bytes());
        record[32] = 200;
        record.extend([b'n'; 200]);
        record.push(0);
        record[0] = 234;
        record
    };
    let first = bytes.len().div_ceil(2048) as u32;
    bytes.resize(first as usize * 2048, 0);
    let (depth, many) = (79, 2000);
    let mut added = Vec::new();
    for level in 0..depth {
        let size = if level + 1 == depth {
            many * 2048
        } else {
            2048
        };
        added.extend(folder(first + level + 1, size));
        added.resize((level as usize + 1) * 2048, 0);
    }
    for number in 0..many {
        for at in 0..8 {
            added.extend(folder(first + 100_000 + 8 * number + at, 0));
        }
        added.resize(added.len().next_multiple_of(2048), 0);
    }
    bytes.extend(added);
    bytes[0x809E..0x80A2].copy_from_slice(&first.to_le_bytes());
    bytes[0x80A6..0x80AA].copy_from_slice(&2048_u32.to_le_bytes());
    let (_, gap) = walk_within(&bytes, &ArchiveLimits::default(), &|_| false);
    let gap = gap.map(|(kind, reasons)| (kind, reasons.to_string()));
    assert!(gap.is_some_and(|(_, told)| told.contains("members")));
}

/// A file of one tree is another one's only if all of their pieces are the same.
#[test]
fn a_file_with_other_extents_in_another_tree_is_read_too() {
    let mut bytes = disc(0);
    let wide: Vec<u8> = "a.txt".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let first = record_of(&bytes, &wide);
    let len = usize::from(bytes[first]);
    let size = alpha().len();
    let mut twice = bytes[first..first + len].to_vec();
    twice[25] |= 0x80;
    twice[10..14].copy_from_slice(&100_u32.to_le_bytes());
    bytes[first + 2..first + 6].copy_from_slice(&16_u32.to_le_bytes());
    bytes[first + 10..first + 14].copy_from_slice(&(size as u32 - 100).to_le_bytes());
    bytes.splice(first..first, twice);
    let end = (first / 2048 + 1) * 2048;
    bytes.drain(end..end + len);
    let (members, _) = walk(&bytes);
    let expected = [&alpha()[..100], &bytes[16 * 2048..][..size - 100]].concat();
    let mut found = members.iter().map(|member| &member.content);
    assert!(found.any(|content| *content == Content::Bytes(expected.clone())));
    assert_eq!(contents(&members)["a.txt"].len(), size);
}

#[test]
fn a_tree_of_udf_beside_the_own_one_is_told() {
    let mut bytes = disc(3);
    let end = (16..).find(|sector| bytes[sector * 2048..][..6] == *b"\xFFCD001");
    let behind = (end.unwrap() + 1) * 2048;
    bytes[behind + 1..behind + 6].copy_from_slice(b"BEA01");
    bytes[behind + 2049..behind + 2054].copy_from_slice(b"NSR02");
    let (members, gap) = walk(&bytes);
    assert_eq!(gap, Some((GapKind::Unsupported, Reason::DiscUdf.into())));
    assert_eq!(contents(&members)["A.TXT"], alpha());
}
