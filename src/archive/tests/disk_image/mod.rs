//! Images of disks: those of mkfs.fat 4.2 with mtools 4.0, mkfs.exfat 1.2 with exfat-fuse 1.3, mke2fs 1.47 with Linux 6.18,
//! mkntfs with ntfs-3g 2022.10, sfdisk and sgdisk; and those that no program writes.

mod exfat;
mod ext;
mod fat;
mod ntfs;
mod partitions;

use std::collections::BTreeMap;
use std::io::Read as _;

use proptest::prelude::*;

use super::*;

macro_rules! vectors {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(fn $name() -> Vec<u8> {
            unpacked(include_bytes!($file))
        })*
    };
}

vectors! {
    fat12 = "fat12.img.xz",
    fat16 = "fat16.img.xz",
    fat32 = "fat32.img.xz",
    exfat = "exfat.img.xz",
    ext2 = "ext2.img.xz",
    ext3 = "ext3.img.xz",
    ext4 = "ext4.img.xz",
    bigalloc = "bigalloc.img.xz",
    ntfs = "ntfs.img.xz",
    mbr = "mbr.img.xz",
    gpt = "gpt.img.xz",
}

pub(super) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut reader = lzma_rust2::XzReader::new(bytes, false);
    reader.read_to_end(&mut all).unwrap();
    all
}

const LONG: &str = "dir/a rather long name of a file.bin";

/// The checksum of the file with the long name.
const NOISE: u32 = 0x899f_9599;

fn alpha() -> Vec<u8> {
    "alpha ".repeat(50).into_bytes()
}

/// A file that stands in several stretches.
fn numbers() -> Vec<u8> {
    let lines = (0..3000).map(|number| format!("{number:07}\n"));
    lines.collect::<String>().into_bytes()
}

/// Walks an image, whose whole content is told once.
fn walk_once(bytes: &[u8]) -> (Vec<Member>, Option<Gap>) {
    let limits = ArchiveLimits::default();
    walk_within(bytes, &limits, &|_| false)
}

/// Contents of sound files by their names.
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

/// The files that each image has, behind the path of a partition.
fn assert_common(members: &[Member], partition: &str) {
    let contents = contents(members);
    let of = |name: &str| &contents[&format!("{partition}{name}")];
    assert_eq!(*of("a.txt"), alpha());
    assert_eq!(*of("keep.txt"), alpha());
    assert_eq!(of("empty"), b"");
    assert_eq!(crc32fast::hash(of(LONG)), NOISE);
    assert_eq!(of("dir/é ж.txt"), b"names");
    assert_eq!(*of("frag.bin"), numbers());
}

fn set(image: &mut [u8], at: usize, bytes: &[u8]) {
    image[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The member of a name.
fn member<'m>(members: &'m [Member], name: &str) -> &'m Member {
    let found = members.iter().find(|one| one.path == name.as_bytes());
    found.unwrap_or_else(|| panic!("{name}: {:?}", told(members)))
}

/// Members whose content is not given, and why.
fn refusals(members: &[Member]) -> Vec<String> {
    let of = |one: &Member| match &one.content {
        Content::Refused(kind, reasons) => {
            let path = one.path.escape_ascii();
            Some(format!("{path} {kind:?} {}", reasons.code()))
        }
        _ => None,
    };
    members.iter().filter_map(of).collect()
}

/// The codes of the reasons why an image was not looked into as a whole.
fn codes(gap: &Option<Gap>) -> Vec<crate::error::ReasonCode> {
    let reasons = gap.iter().flat_map(|(_, reasons)| reasons.iter());
    reasons.map(|one| one.reason.code()).collect()
}

/// What stands where a file was deleted: the file that held it, and what is left.
fn deleted_at(image: &[u8]) -> usize {
    memchr::memmem::find(image, &[b'z'; 4096]).unwrap()
}

/// Puts a picture where a file was deleted, and where that is.
fn with_deleted_picture(image: &[u8]) -> (Vec<u8>, usize, Vec<u8>) {
    let (mut image, at, png) = (image.to_vec(), deleted_at(image), png());
    image[at..at + png.len()].copy_from_slice(&png);
    (image, at, png)
}

/// Walks an image whose free space is searched, with members of at most so many bytes.
fn walk_carving(image: &[u8], member_bytes_max: u64) -> (Vec<Member>, Option<Gap>) {
    let len = image.len() as u64;
    let (source, name) = (Cursor::new(image.to_vec()), Path::new("disk.img"));
    let limits = ArchiveLimits::default();
    let kind = Kind::DiskImageBlocks;
    let mut archive = Archive::open(kind, source, len, name, &limits, member_bytes_max);
    let members = std::iter::from_fn(|| archive.next_member(&|_| false)).collect();
    (members, archive.end())
}

/// A small picture.
fn png() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(20, 20, |x, y| image::Rgb([x as u8 * 9, y as u8, 7]));
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// Free space is told, and searched where that is asked for; what is there is named by its place.
fn hold_free_space(image: &[u8]) {
    use crate::error::ReasonCode::{DiskUnallocated, DiskUnallocatedCarved};
    let (image, at, png) = with_deleted_picture(image);
    let (plain, gap) = walk_once(&image);
    assert!(codes(&gap).contains(&DiskUnallocated), "{gap:?}");
    let is_found = |member: &Member| {
        let name = format!("@{at:#x}.png");
        member.path == name.as_bytes() && member.content == Content::Bytes(png.clone())
    };
    assert!(!plain.iter().any(is_found));
    for kind in [Kind::DiskImageBlocks, Kind::DiskImageBytes] {
        let len = image.len() as u64;
        let (source, name) = (Cursor::new(image.clone()), Path::new("disk.img"));
        let limits = ArchiveLimits::default();
        let mut archive = Archive::open(kind, source, len, name, &limits, MEMBER_MAX);
        let members: Vec<_> = std::iter::from_fn(|| archive.next_member(&|_| false)).collect();
        assert!(members.iter().any(is_found), "{:?}", told(&members));
        let gap = archive.end();
        assert!(codes(&gap).contains(&DiskUnallocatedCarved), "{gap:?}");
        assert!(!codes(&gap).contains(&DiskUnallocated), "{gap:?}");
        // What was found without is found too, and first.
        assert_eq!(members[..plain.len()], plain);
    }
}

/// Every cut is told, and no wrong byte of the first `head` bytes does any harm.
fn hold_damage(image: &[u8], (head, step): (usize, usize), cuts: std::ops::Range<usize>) {
    let limits = ArchiveLimits::default();
    for len in cuts.step_by(1021) {
        let (_, gap) = walk_within(&image[..len], &limits, &|_| false);
        assert!(gap.is_some(), "cut to {len}");
    }
    let mut wrong = image.to_vec();
    for at in (0..head).step_by(step) {
        for value in [0, 0xFF, image[at] ^ 1, image[at] ^ 0x80] {
            wrong[at] = value;
            if Kind::sniff(&wrong) == Some(Kind::DiskImage) {
                walk_within(&wrong, &limits, &|_| false);
            }
        }
        wrong[at] = image[at];
    }
}

/// The beginnings of images, with what they keep of their files, and where bytes stand that are no zeros.
fn beginnings() -> &'static [(Vec<u8>, Vec<usize>)] {
    static BEGINNINGS: std::sync::OnceLock<Vec<(Vec<u8>, Vec<usize>)>> = std::sync::OnceLock::new();
    BEGINNINGS.get_or_init(|| {
        let all = [
            fat12(),
            fat16(),
            exfat(),
            ext2(),
            ext3(),
            ext4(),
            ntfs(),
            gpt(),
            mbr(),
        ];
        let of = |mut image: Vec<u8>| {
            image.truncate(1 << 21);
            let places = image.iter().enumerate().filter(|(_, byte)| **byte != 0);
            let places = places.map(|(at, _)| at).collect();
            (image, places)
        };
        all.into_iter().map(of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_damage_ends_and_what_is_known_changes_nothing(
        which in 0_usize..9,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        near in any::<prop::sample::Index>(),
    ) {
        let (image, places) = &beginnings()[which];
        let mut image = image.clone();
        for (at, value) in flips {
            // Some stand together, as in one header.
            let at = match value % 2 {
                0 => places[at.index(places.len())],
                _ => places[(near.index(places.len()) + at.index(40)) % places.len()],
            };
            image[at] = value;
        }
        if Kind::sniff(&image) == Some(Kind::DiskImage) {
            let limits = ArchiveLimits::default();
            let all = walk_within(&image, &limits, &|_| false);
            let known = |number: u64| number % 2 == 1;
            let (members, gap) = walk_within(&image, &limits, &known);
            prop_assert_eq!((members.len(), &gap), (all.0.len(), &all.1));
            for (member, first) in members.iter().zip(&all.0) {
                prop_assert!(known(member.number) || member == first);
            }
        }
    }
}
