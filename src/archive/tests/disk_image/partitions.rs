use super::*;
use crate::error::ReasonCode;

#[test]
fn partitions_of_a_mbr_and_within_extended_ones_are_read() {
    let (members, gap) = walk_once(&mbr());
    assert_common(&members, "p1/");
    assert_common(&members, "p5/");
    // The one of zeros holds nothing.
    assert_eq!(refusals(&members), ["p6 Unsupported disk-file-system"]);
    assert_eq!(members.len(), 13);
    assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated]);
    hold_free_space(&mbr());
}

#[test]
fn an_old_file_system_or_gpt_in_the_first_sectors_hides_no_partition() {
    let (sound, _) = walk_once(&mbr());
    let is_first = |one: &Member| one.path.starts_with(b"p");
    let hold = |image: &[u8]| {
        let (members, gap) = walk_once(image);
        let found: Vec<_> = members.iter().filter(|one| is_first(one)).collect();
        assert_eq!(found.len(), sound.len(), "{:?}", told(&members));
        for (one, expected) in found.iter().zip(&sound) {
            assert_eq!(
                (&one.path, &one.content),
                (&expected.path, &expected.content)
            );
        }
        codes(&gap)
    };
    // The super block of ext, and the boot sector of FAT up to the table of partitions.
    let mut image = mbr();
    image[1024..2048].copy_from_slice(&ext2()[1024..2048]);
    assert!(!hold(&image).contains(&ReasonCode::DiskPartitions));
    let mut image = mbr();
    image[..446].copy_from_slice(&fat12()[..446]);
    assert!(!hold(&image).contains(&ReasonCode::DiskPartitions));
    // A GPT that no MBR announces.
    let mut image = mbr();
    image[512..34 * 512].copy_from_slice(&gpt()[512..34 * 512]);
    assert_eq!(hold(&image), [ReasonCode::DiskUnallocated]);
    // One that is announced counts beside an old boot sector.
    let mut image = gpt();
    image[..446].copy_from_slice(&fat12()[..446]);
    let (members, _) = walk_once(&image);
    assert_common(&members, "p1/");
}

#[test]
fn a_mbr_beside_a_gpt_is_read_where_it_names_others() {
    let mut image = gpt();
    let entry = |image: &[u8], number: usize| {
        let at = 1024 + number * 128;
        let of = |at: usize| u64::from_le_bytes(image[at..at + 8].try_into().unwrap());
        (of(at + 32) as u32, (of(at + 40) + 1 - of(at + 32)) as u32)
    };
    let (first, count) = entry(&image, 0);
    let second = 446 + 16;
    image[second + 4] = 0x0C;
    set(&mut image, second + 8, &first.to_le_bytes());
    set(&mut image, second + 12, &count.to_le_bytes());
    // The same again is read once; another place is read too.
    assert_eq!(walk_once(&image), walk_once(&gpt()));
    set(&mut image, second + 12, &(count - 1).to_le_bytes());
    let (members, gap) = walk_once(&image);
    assert_common(&members, "p1/");
    assert_common(&members, "p2/");
    assert!(codes(&gap).contains(&ReasonCode::DiskPartitions));
}

#[test]
fn a_partition_of_unknown_content_is_told() {
    let mut image = mbr();
    set(&mut image, 10240 * 512, b"unknown ");
    let (members, _) = walk_once(&image);
    assert_eq!(
        refusals(&members),
        ["p6 Unsupported disk-file-system-unknown"]
    );
}

#[test]
fn partitions_of_a_gpt_are_read_and_its_copy_stands_in() {
    let sound = gpt();
    let (members, gap) = walk_once(&sound);
    assert_common(&members, "p1/");
    assert_eq!(refusals(&members), ["p3 Unsupported disk-file-system"]);
    assert_eq!(codes(&gap), [ReasonCode::DiskUnallocated]);
    for at in [512 + 40, 1024 + 33] {
        let mut image = sound.clone();
        image[at] ^= 1;
        let (again, gap) = walk_once(&image);
        assert_eq!(again, members);
        assert!(codes(&gap).contains(&ReasonCode::DiskPartitions));
    }
    // Where both are lost, nothing is hidden in silence.
    let mut image = sound;
    let len = image.len();
    image[512 + 40] ^= 1;
    image[len - 512 + 40] ^= 1;
    let (members, gap) = walk_once(&image);
    assert!(members.is_empty());
    assert!(codes(&gap).contains(&ReasonCode::DiskPartitions));
    assert!(codes(&gap).contains(&ReasonCode::DiskUnallocated));
}

#[test]
fn partitions_that_overlap_are_each_read_and_told() {
    let mut image = mbr();
    // The third is where the first is.
    let first: Vec<u8> = image[446 + 8..446 + 16].to_vec();
    let third = 446 + 2 * 16 + 8;
    image[third..third + 8].copy_from_slice(&first);
    let (members, gap) = walk_once(&image);
    assert_common(&members, "p1/");
    assert_common(&members, "p3/");
    assert!(codes(&gap).contains(&ReasonCode::DiskPartitions));
}

#[test]
fn an_old_file_system_in_front_is_read_beside_the_partitions_and_is_no_damage() {
    let (mut image, old) = (mbr(), super::fat12());
    let table = image[446..512].to_vec();
    image[..0xd000].copy_from_slice(&old[..0xd000]);
    image[446..512].copy_from_slice(&table);
    let (members, gap) = walk_once(&image);
    assert_common(&members, "p1/");
    assert_common(&members, "");
    let codes = codes(&gap);
    assert!(!codes.contains(&ReasonCode::DiskPartitions), "{gap:?}");
}

#[test]
fn extended_partitions_that_lead_round_in_circles_end() {
    let mut image = mbr();
    let extended = 6144 * 512;
    // The next is the first.
    let next = (1..4).map(|slot| extended + 446 + slot * 16);
    let next = next.filter(|at| image[at + 4] == 5).collect::<Vec<_>>();
    assert_eq!(next.len(), 1);
    image[next[0] + 8..next[0] + 12].fill(0);
    let (members, gap) = walk_once(&image);
    assert_common(&members, "p5/");
    assert!(codes(&gap).contains(&ReasonCode::DiskPartitions));
}

#[test]
fn extended_partitions_without_an_end_have_a_bound() {
    // Each names the next, and has no partition.
    let mut image = mbr();
    let extended = 6144;
    for sector in extended..extended + 2000 {
        let at = sector * 512;
        image[at..at + 512].fill(0);
        let next = sector as u32 + 1 - extended as u32;
        image[at + 446 + 4] = 5;
        set(&mut image, at + 446 + 8, &next.to_le_bytes());
        set(&mut image, at + 446 + 12, &1_u32.to_le_bytes());
        set(&mut image, at + 510, &[0x55, 0xAA]);
    }
    let (members, gap) = walk_once(&image);
    assert_common(&members, "p1/");
    assert!(codes(&gap).contains(&ReasonCode::DiskPartitions));
}

#[test]
fn partitions_behind_the_end_are_told() {
    let image = mbr();
    let (members, gap) = walk_once(&image[..4000 * 512]);
    assert_common(&members, "p1/");
    assert!(codes(&gap).contains(&ReasonCode::DiskPartitions), "{gap:?}");
    let (members, gap) = walk_once(&image[..3000 * 512]);
    assert_common(&members, "p1/");
    assert!(codes(&gap).contains(&ReasonCode::MemberCut), "{gap:?}");
}

#[test]
fn every_wrong_byte_of_a_table_ends() {
    let image = gpt();
    let other = mbr();
    for len in (512..6000).step_by(37) {
        walk_once(&image[..len]);
        walk_once(&other[..len]);
    }
    hold_damage(&image[..1 << 20], (512 + 92, 5), 0..0);
    let image = mbr();
    let limits = ArchiveLimits::default();
    let mut wrong = image[..1 << 20].to_vec();
    for at in 446..512 {
        for value in [0, 5, 0xEE, 0xFF, image[at] ^ 1] {
            wrong[at] = value;
            if Kind::sniff(&wrong) == Some(Kind::DiskImage) {
                walk_within(&wrong, &limits, &|_| false);
            }
        }
        wrong[at] = image[at];
    }
}
