//! Any bytes as cpio, ar, a package, an image of a disc or a cabinet: its members, the same whatever is known of them, within the
//! limits.
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
        .with_directory_bytes(1 << 12)
        .with_members(1000);
    let front: &[u8] = match kind % 5 {
        0 => b"070702",
        1 => b"!<arch>\n",
        2 => b"\xED\xAB\xEE\xDB\x03",
        3 => b"MSCF\0\0\0\0",
        _ => &[0; 0x8000],
    };
    limits.hold_to(&[front, bytes].concat(), 1 << 16);
});
