//! 7z files: those of 7-Zip 26.02 and of py7zr 1.x, and those that no program writes.

use std::io::Write as _;

use super::write::{stored, zip};
use super::*;
use crate::error::Reason;

macro_rules! packed {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("sevenzip/", $name, ".7z")).as_slice())),*]
    };
}

/// The same files, packed by different methods.
const BY_7ZIP: [(&str, &[u8]); 13] = packed![
    "copy",
    "lzma",
    "lzma2",
    "each",
    "bzip2",
    "deflate",
    "deflate64",
    "delta",
    "bcj",
    "bcj2",
    "arm64",
    "arm",
    "ppmd",
];

const BY_PY7ZR: [(&str, &[u8]); 1] = packed!["py7zr"];

const CLOSED: [(&str, &[u8]); 2] = packed!["encrypted", "hidden"];

/// Branches of a program, whose targets the filters move.
fn calls() -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..40 {
        let at = bytes.len() as i32;
        bytes.extend(b"\x55\x89\xe5\xe8");
        bytes.extend((0x1000 - at).to_le_bytes());
        bytes.extend(b"\x0f\x84");
        bytes.extend((0x2000 - at).to_le_bytes());
        bytes.push(0xc3);
    }
    bytes
}

fn of_name<'m>(members: &'m [Member], name: &str) -> &'m Member {
    let mut members = members.iter();
    let found = members.find(|member| member.path == name.as_bytes());
    found.unwrap_or_else(|| panic!("no member {name}"))
}

#[test]
fn every_method_and_filter_gives_what_was_packed() {
    for (method, bytes) in BY_7ZIP.into_iter().chain(BY_PY7ZR) {
        let (members, gap) = walk(bytes);
        assert_eq!(gap, None, "{method}");
        let told = told(&members);
        assert_eq!(told.len(), 5, "{method}: {told:?}");
        let content = |name| &of_name(&members, name).content;
        let is = |name, bytes: &[u8]| assert_eq!(content(name), &Content::Bytes(bytes.to_vec()));
        is("a.txt", "alpha ".repeat(50).as_bytes());
        is("empty", b"");
        is("é ж.txt", b"names");
        is("dir/calls.bin", &calls());
        assert!(members.iter().all(|member| member.gap.is_none()));
        let target = "a.txt".to_owned();
        let link = Reason::MemberSymbolicLink { target };
        assert_eq!(
            content("link"),
            &Content::Refused(GapKind::Skipped, link.into()),
            "{method}"
        );
    }
}

#[test]
fn what_cannot_be_unpacked_is_named() {
    let [(_, encrypted), (_, hidden)] = CLOSED;
    let (members, gap) = unsound(encrypted);
    assert_eq!(gap, "sound");
    assert_eq!(members.len(), 5);
    let closed = "a.txt [Unsupported: encrypted: not looked into]".to_owned();
    assert!(members.contains(&closed), "{members:?}");
    let (members, gap) = unsound(hidden);
    assert_eq!(
        (members.len(), gap.as_str()),
        (0, "Unsupported: encrypted: not looked into")
    );
}

#[test]
fn every_cut_and_every_wrong_byte_ends_and_the_cut_ones_say_so() {
    let all = BY_7ZIP.into_iter().chain(BY_PY7ZR).chain(CLOSED);
    for (method, bytes) in all {
        for len in 6..bytes.len() {
            let limits = ArchiveLimits::default();
            let (_, gap) = walk_within(&bytes[..len], &limits, &|_| false);
            assert!(gap.is_some(), "{method} cut to {len}");
        }
        let mut wrong = bytes.to_vec();
        for at in 6..bytes.len() {
            for value in [0, 0xFF, bytes[at] ^ 1, bytes[at] ^ 0x80] {
                wrong[at] = value;
                walk_within(&wrong, &ArchiveLimits::default(), &|_| false);
            }
            wrong[at] = bytes[at];
        }
    }
}

/// A number of a header.
fn number(number: u64) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        _ => [&[0xFF][..], &number.to_le_bytes()].concat(),
    }
}

/// A file that is made by hand: one block of these coders, with these contents.
struct Made<'m> {
    /// Coders, and what goes where.
    block: Vec<u8>,
    packed: Vec<Vec<u8>>,
    sizes: Vec<u64>,
    contents: Vec<(&'m str, &'m [u8])>,
    /// Names of files without content, and whether these are files, folders or deletions.
    empty: Vec<(&'m str, &'m str)>,
    checksum: u32,
}

impl Made<'_> {
    fn stored<'m>(contents: &[(&'m str, &'m [u8])]) -> Made<'m> {
        let all: Vec<u8> = contents
            .iter()
            .flat_map(|(_, bytes)| *bytes)
            .copied()
            .collect();
        Made {
            block: vec![1, 0x01, 0x00],
            sizes: vec![all.len() as u64],
            packed: vec![all],
            contents: contents.to_vec(),
            empty: Vec::new(),
            checksum: 0,
        }
    }

    fn header(&self) -> Vec<u8> {
        let mut header = vec![1, 4, 6, 0];
        header.extend(number(self.packed.len() as u64));
        header.push(9);
        for packed in &self.packed {
            header.extend(number(packed.len() as u64));
        }
        header.extend([0, 7, 11, 1, 0]);
        header.extend(&self.block);
        header.push(12);
        self.sizes
            .iter()
            .for_each(|size| header.extend(number(*size)));
        header.extend([0, 8, 13]);
        header.extend(number(self.contents.len() as u64));
        header.push(9);
        for (_, content) in self.contents.iter().rev().skip(1).rev() {
            header.extend(number(content.len() as u64));
        }
        header.extend([10, 1]);
        for (_, content) in &self.contents {
            header.extend((crc32fast::hash(content) ^ self.checksum).to_le_bytes());
        }
        header.extend([0, 0, 5]);
        let count = self.contents.len() + self.empty.len();
        header.extend(number(count as u64));
        let bits = |flags: Vec<bool>| -> Vec<u8> {
            let byte = |flags: &[bool]| {
                (0..8).fold(0, |byte, bit| {
                    byte << 1 | u8::from(flags.get(bit).copied().unwrap_or(false))
                })
            };
            flags.chunks(8).map(byte).collect()
        };
        let mut property = |id: u8, value: Vec<u8>| {
            header.push(id);
            header.extend(number(value.len() as u64));
            header.extend(value);
        };
        property(
            14,
            bits((0..count).map(|file| file >= self.contents.len()).collect()),
        );
        let kinds = self.empty.iter().map(|(_, kind)| *kind);
        property(15, bits(kinds.clone().map(|kind| kind == "file").collect()));
        property(16, bits(kinds.map(|kind| kind == "deletion").collect()));
        let names = self.contents.iter().map(|(name, _)| *name);
        let names = names.chain(self.empty.iter().map(|(name, _)| *name));
        let units = names.flat_map(|name| name.encode_utf16().chain([0]));
        let units = units.flat_map(u16::to_le_bytes);
        property(17, [0].into_iter().chain(units).collect());
        header.extend([0, 0]);
        header
    }

    fn bytes(&self) -> Vec<u8> {
        around(&self.packed.concat(), &self.header())
    }
}

/// A file of a header, and what it names.
fn around(packed: &[u8], header: &[u8]) -> Vec<u8> {
    let places = [packed.len() as u64, header.len() as u64].map(u64::to_le_bytes);
    let mut places = places.concat();
    places.extend(crc32fast::hash(header).to_le_bytes());
    let mut bytes = b"7z\xBC\xAF\x27\x1C\0\x04".to_vec();
    bytes.extend(crc32fast::hash(&places).to_le_bytes());
    bytes.extend(places);
    bytes.extend(packed);
    bytes.extend(header);
    bytes
}

fn lzma2(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::Lzma2Options {
        lzma_options: lzma_rust2::LzmaOptions::with_preset(0),
        ..Default::default()
    };
    let mut writer = lzma_rust2::Lzma2Writer::new(Vec::new(), options);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[test]
fn folders_and_deletions_are_no_files() {
    let made = Made {
        empty: vec![
            ("dir", "folder"),
            ("gone.jpg", "deletion"),
            ("none", "file"),
        ],
        ..Made::stored(&[("a", b"first"), ("b", b"second")])
    };
    assert_eq!(
        sound(&made.bytes()),
        [
            "a=first",
            "b=second",
            "gone.jpg [Skipped: a mark that a file was deleted]",
            "none=",
        ]
    );
}

#[test]
fn a_wrong_checksum_is_said_and_the_content_given() {
    let made = Made {
        checksum: 1,
        ..Made::stored(&[("a", b"first"), ("b", b"second")])
    };
    let (members, gap) = unsound(&made.bytes());
    let wrong = |content| format!("{content} [Damaged: its checksum does not hold]");
    assert_eq!(members, [wrong("a=first"), wrong("b=second")]);
    assert_eq!(gap, "sound");
    // So is that of the header.
    let mut bytes = Made::stored(&[("a", b"first")]).bytes();
    bytes[28] ^= 1;
    let (members, gap) = unsound(&bytes);
    assert_eq!(members, ["a=first"]);
    assert_eq!(
        gap,
        "Damaged: the checksum of its directory does not hold (2 times)"
    );
}

#[test]
fn what_is_broken_in_a_block_keeps_the_rest_of_it_closed_and_no_other_block() {
    let (_, each) = BY_7ZIP[3];
    let whole = sound(each);
    // The first packed stream begins behind the start.
    let mut broken = each.to_vec();
    broken[40] ^= 0xFF;
    let (members, _) = unsound(&broken);
    assert_eq!(members.len(), whole.len());
    let alike = members.iter().filter(|told| whole.contains(told)).count();
    assert_eq!(alike, whole.len() - 1, "{members:?}");
    let (_, solid) = BY_7ZIP[2];
    let mut broken = solid.to_vec();
    broken[40] ^= 0xFF;
    let (members, gap) = unsound(&broken);
    let closed = members
        .iter()
        .filter(|told| told.contains("[Damaged"))
        .count();
    assert!(closed >= 3, "{members:?} {gap}");
}

#[test]
fn a_bomb_is_bounded_by_what_all_of_the_archive_may_unpack_to() {
    let zeros = vec![0; 40 << 20];
    let packed = lzma2(&zeros);
    assert!(packed.len() < 1 << 16);
    let names: Vec<String> = (0..80).map(|name| name.to_string()).collect();
    let half = &zeros[..1 << 19];
    let contents: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), half)).collect();
    let made = Made {
        block: vec![1, 0x21, 0x21, 1, 24],
        packed: vec![packed],
        sizes: vec![40 << 20],
        contents,
        empty: Vec::new(),
        checksum: 0,
    };
    let bytes = made.bytes();
    let limits = ArchiveLimits {
        ratio: 10,
        unpacked_bytes: 3 << 20,
        ..ArchiveLimits::default()
    };
    let all = walk_within(&bytes, &limits, &|_| false);
    held_whatever_is_known(&bytes, &limits, &all);
    let given: usize = all
        .0
        .iter()
        .map(|member| match &member.content {
            Content::Bytes(bytes) => bytes.len(),
            _ => 0,
        })
        .sum();
    assert!(given >= 3 << 20 && given <= (3 << 20) + 10 * bytes.len());
    let last = all.0.last().unwrap();
    assert!(
        matches!(last.content, Content::Refused(GapKind::OverLimit, _)),
        "{last:?}"
    );
    assert_eq!(all.0.len(), 80);
    // A window that is larger than allowed is refused before memory is taken.
    let limits = ArchiveLimits {
        window_bytes: 1 << 16,
        ..ArchiveLimits::default()
    };
    let (members, _) = walk_within(&bytes, &limits, &|_| false);
    assert!(matches!(
        members[0].content,
        Content::Refused(GapKind::OverLimit, _)
    ));
}

#[test]
fn a_hundred_thousand_members_are_all_given() {
    let names: Vec<String> = (0..100_000).map(|name| format!("{name:x}")).collect();
    let contents: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), name.as_bytes()))
        .collect();
    let limits = ArchiveLimits::default();
    let bytes = Made::stored(&contents).bytes();
    let (members, gap) = walk_within(&bytes, &limits, &|_| false);
    assert_eq!(gap, None);
    assert_eq!(members.len(), names.len());
    for (member, name) in members.iter().zip(&names) {
        assert_eq!(member.content, Content::Bytes(name.clone().into_bytes()));
    }
}

#[test]
fn archives_are_opened_one_within_the_other_to_a_depth() {
    let mut bytes = b"the innermost".to_vec();
    for _ in 0..8 {
        bytes = Made::stored(&[("in", &bytes)]).bytes();
    }
    let (members, _) = walk(&bytes);
    let path = ["in"; 8].join("!/");
    assert_eq!(
        of_name(&members, &path).content,
        Content::Bytes(b"the innermost".to_vec())
    );
    let bytes = Made::stored(&[("in", &bytes)]).bytes();
    let (members, _) = walk(&bytes);
    let closed = Reason::ArchiveDepth { limit: 8 };
    assert!(members.iter().any(|member| matches!(
        &member.content,
        Content::Archive { gap: Some((GapKind::OverLimit, reasons)), .. } if *reasons == closed.clone().into()
    )));
}

#[test]
fn coders_that_go_round_in_a_circle_are_refused() {
    let plain = Made::stored(&[("a", b"first")]);
    let blocks: [&[u8]; 4] = [
        // The second takes what the third gives, and the third what the second gives.
        &[4, 0x01, 0, 0x01, 0, 0x01, 0, 0x01, 0, 0, 1, 1, 2, 2, 1],
        // Inputs of one are the output of the same.
        &[
            3, 0x14, 3, 3, 1, 0x1B, 4, 1, 0x01, 0, 0x01, 0, 0, 1, 1, 1, 2, 3, 4, 5,
        ],
        // More coders than any program writes, and none.
        &[0x7F, 0x01, 0],
        &[0],
    ];
    for block in blocks {
        let count = usize::from(block[0].clamp(1, 4));
        let made = Made {
            block: block.to_vec(),
            sizes: vec![5; count],
            contents: plain.contents.clone(),
            packed: plain.packed.clone(),
            empty: Vec::new(),
            checksum: 0,
        };
        let (members, gap) = unsound(&made.bytes());
        let is_told = gap != "sound" || members.iter().any(|told| told.contains("[Damaged"));
        assert!(is_told, "{block:?}: {members:?}");
    }
}

#[test]
fn numbers_that_lie_are_no_measure_of_memory() {
    let header = Made::stored(&[("a", b"first"), ("b", b"second")]).header();
    let large = number(u64::MAX >> 1);
    for at in 0..header.len() {
        let header = [&header[..at], &large, &header[at + 1..]].concat();
        walk(&around(b"firstsecond", &header));
    }
}

#[test]
fn contents_without_names_and_names_without_contents_are_told() {
    let made = Made::stored(&[("a", b"first"), ("b", b"second")]);
    let header = made.header();
    // Without files.
    let end = header.iter().rposition(|byte| *byte == 5).unwrap();
    let bare = [&header[..end], &[0]].concat();
    assert_eq!(
        sound(&around(b"firstsecond", &bare)),
        ["unnamed-1=first", "unnamed-2=second"]
    );
    // Without streams.
    let bare = [&[1], &header[end..]].concat();
    assert_eq!(
        unsound(&around(b"firstsecond", &bare)).0,
        [
            "a [Damaged: the archive has no content for it]",
            "b [Damaged: the archive has no content for it]",
        ]
    );
}

#[test]
fn what_no_stream_takes_is_searched() {
    let made = Made::stored(&[("a", b"first")]);
    let hidden = zip(&[stored("hidden", &[b'x'; 200])]);
    let packed = [b"first", &hidden[..]].concat();
    let (members, gap) = walk(&around(&packed, &made.header()));
    assert_eq!(gap, None);
    let told = told(&members);
    assert!(
        told.iter().any(|told| told.contains("hidden=xxx")),
        "{told:?}"
    );
    // So it is behind the end, and where the header is gone.
    let behind = [&made.bytes()[..], &hidden].concat();
    let (members, _) = walk(&behind);
    assert!(
        members
            .iter()
            .any(|member| member.path.ends_with(b"hidden"))
    );
    let gone = [&around(&packed, b"")[..32], &packed, &[7; 40]].concat();
    let (members, _) = walk(&gone);
    assert!(
        members
            .iter()
            .any(|member| member.path.ends_with(b"hidden"))
    );
}

/// What stands in a packed stream behind its contents, or in one that no block has, is searched too.
#[test]
fn what_blocks_leave_of_their_streams_is_searched() {
    let hidden = zip(&[stored("hidden", &[b'x'; 200])]);
    let is_found = |bytes: &[u8]| {
        let (members, _) = walk(bytes);
        members
            .iter()
            .any(|member| member.path.ends_with(b"hidden"))
    };
    let behind = Made {
        packed: vec![[&b"first"[..], &hidden].concat()],
        ..Made::stored(&[("a", b"first")])
    };
    assert!(is_found(&behind.bytes()));
    let unused = Made {
        packed: vec![b"first".to_vec(), hidden.clone()],
        ..Made::stored(&[("a", b"first")])
    };
    assert!(is_found(&unused.bytes()));
    let far = [&lzma2(b"first")[..], &[7; 1 << 15], &hidden].concat();
    let packed = Made {
        block: vec![1, 0x21, 0x21, 1, 0x18],
        packed: vec![far],
        ..Made::stored(&[("a", b"first")])
    };
    assert!(is_found(&packed.bytes()));
    // It could be packed itself.
    let (_, gap) = walk(&packed.bytes());
    let trailing = (GapKind::Damaged, Reason::MemberTrailingData.into());
    assert_eq!(gap, Some(trailing));
    // A block whose contents are longer than it.
    let long = Made {
        sizes: vec![hidden.len() as u64],
        packed: vec![hidden],
        ..Made::stored(&[("a", &[0; 5000]), ("b", b"")])
    };
    assert!(is_found(&long.bytes()));
}

/// A second list of files or streams would hide those of the first.
#[test]
fn what_a_header_says_twice_is_damage() {
    let made = Made::stored(&[("a", b"first")]);
    let header = made.header();
    let files = header.iter().rposition(|byte| *byte == 5).unwrap();
    let twice = [&header[..header.len() - 1], &header[files..]].concat();
    let (_, gap) = walk(&around(b"first", &twice));
    assert!(matches!(gap, Some((GapKind::Damaged, _))), "{gap:?}");
    let none = [&[1, 3][..], &header[2..]].concat();
    let (_, gap) = walk(&around(b"first", &none));
    assert!(matches!(gap, Some((GapKind::Damaged, _))), "{gap:?}");
}

#[test]
fn a_first_volume_says_that_it_is_one() {
    let (_, whole) = BY_7ZIP[0];
    let (_, gap) = unsound(&whole[..500]);
    let told = "Damaged: its directory lies behind its end: it is cut, or the first of several volumes, which must be joined first";
    assert_eq!(gap, told);
}

#[test]
fn files_that_ppmd_packed_together_are_unpacked() {
    let (members, gap) = walk(include_bytes!("sevenzip/ppmd-solid.7z"));
    assert_eq!(gap, None);
    for (name, len) in [("words.txt", 20_092), ("noise.bin", 3000)] {
        let member = of_name(&members, name);
        assert_eq!(member.gap, None);
        assert!(matches!(&member.content, Content::Bytes(bytes) if bytes.len() == len));
    }
}
