//! Scans that look into images of disks.

use image::ImageFormat;

use crate::test_dir::{TestDir, encode, scene};

const SECTOR: usize = 512;
const SECTORS: usize = 2000;
const FAT_SECTORS: usize = 6;
/// The sector of the first cluster: behind the boot sector, the table of clusters and a root folder of 16 entries.
const CLUSTERS: usize = 1 + FAT_SECTORS + 1;

/// A memory card with FAT12, one file of these bytes, and others where no file is.
fn card(file: &[u8], deleted: &[u8]) -> Vec<u8> {
    let mut image = vec![0; SECTORS * SECTOR];
    let mut put = |at: usize, bytes: &[u8]| image[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &[0xeb, 0x3c, 0x90]);
    put(3, b"MSDOS5.0");
    put(11, &(SECTOR as u16).to_le_bytes());
    // Sectors of a cluster, reserved sectors, tables.
    put(13, &[1, 1, 0, 1]);
    put(17, &16_u16.to_le_bytes());
    put(19, &(SECTORS as u16).to_le_bytes());
    put(21, &[0xf8]);
    put(22, &(FAT_SECTORS as u16).to_le_bytes());
    put(38, &[0x29]);
    put(43, b"CARD       FAT12   ");
    put(510, &[0x55, 0xaa]);
    // The clusters of the file stand one behind the other.
    let count = file.len().div_ceil(SECTOR) as u16;
    let next = |cluster: u16| match cluster {
        0 => 0xff8,
        1 => 0xfff,
        cluster if cluster < count + 1 => cluster + 1,
        cluster if cluster == count + 1 => 0xfff,
        _ => 0,
    };
    for pair in 0..count / 2 + 2 {
        let (one, other) = (next(2 * pair), next(2 * pair + 1));
        let bytes = [
            one as u8,
            (one >> 8) as u8 | (other << 4) as u8,
            (other >> 4) as u8,
        ];
        put(SECTOR + usize::from(pair) * 3, &bytes);
    }
    let root = (1 + FAT_SECTORS) * SECTOR;
    put(root, b"PHOTO   JPG ");
    put(root + 26, &2_u16.to_le_bytes());
    put(root + 28, &(file.len() as u32).to_le_bytes());
    put(CLUSTERS * SECTOR, file);
    put((CLUSTERS + usize::from(count) + 8) * SECTOR, deleted);
    image
}

fn jpeg(number: u64) -> Vec<u8> {
    encode(&scene(number), ImageFormat::Jpeg)
}

/// Path, status and code of the reason of all that a scan met.
fn told(image: &[u8], more: &[&str]) -> (i32, Vec<String>) {
    let test_dir = TestDir::new();
    test_dir.file("dump/card.img", image);
    test_dir.list("list.txt", &[1]);
    let scan = ["scan", "dump", "-l", "list.txt", "-f", "jsonl"];
    let outcome = test_dir.run(&[&scan[..], more].concat());
    let mut objects = outcome.objects();
    objects.pop();
    let told = objects.into_iter().map(|object| {
        let of = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", of("path"), of("status"), of("reason_code"))
    });
    (outcome.code, told.collect())
}

#[test]
fn a_file_of_a_card_is_found_and_the_card_is_looked_into_as_a_whole() {
    assert_eq!(
        told(&card(&jpeg(1), &[]), &[]),
        (
            1,
            vec![
                "dump/card.img!/PHOTO.JPG matched ".to_owned(),
                "dump/card.img no_match ".to_owned(),
            ]
        )
    );
}

#[test]
fn what_was_deleted_is_told_and_found_where_that_is_asked() {
    let image = card(&jpeg(2), &jpeg(1));
    assert_eq!(
        told(&image, &[]),
        (
            3,
            vec![
                "dump/card.img!/PHOTO.JPG no_match ".to_owned(),
                "dump/card.img unsupported disk-unallocated".to_owned(),
            ]
        )
    );
    let (code, told) = told(&image, &["--carve"]);
    assert_eq!((code, told.len()), (1, 3), "{told:?}");
    let carved = told.iter().find(|one| one.contains("!/@0x"));
    assert!(
        carved.is_some_and(|one| one.contains(".jpg matched ")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|one| one.ends_with(" disk-unallocated-carved")),
        "{told:?}"
    );
}
