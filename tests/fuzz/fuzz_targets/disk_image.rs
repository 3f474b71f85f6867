//! Any bytes as an image of a disk, with the marks of a file system or of partitions: its files, the same whatever is known of
//! them, within the limits.
#![no_main]

use basma::scan::ArchiveLimits;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    let limits = ArchiveLimits::default()
        .with_depth(3)
        .with_ratio(20)
        .with_unpacked_bytes(1 << 18)
        .with_held_bytes(1 << 18)
        .with_window_bytes(1 << 18)
        .with_directory_bytes(1 << 16)
        .with_members(1000);
    let mut image = bytes.to_vec();
    image.resize(image.len().max(1100), 0);
    let marks: &[(usize, &[u8])] = match kind % 6 {
        0 => &[(0, b"\xEB\x3C\x90"), (11, b"\0\x02"), (510, b"\x55\xAA")],
        1 => &[(3, b"EXFAT   "), (510, b"\x55\xAA")],
        2 => &[(3, b"NTFS    "), (11, b"\0\x02"), (510, b"\x55\xAA")],
        3 => &[(1080, b"\x53\xEF")],
        4 => &[(446, b"\0"), (462, b"\0"), (478, b"\0"), (494, b"\0"), (510, b"\x55\xAA")],
        _ => &[(512, b"EFI PART\0\0\x01\0\x5C\0\0\0")],
    };
    for (at, mark) in marks {
        image[*at..*at + mark.len()].copy_from_slice(mark);
    }
    limits.hold_to(&image, 1 << 16);
});
