//! Any bytes as a database of SQLite, its log, or what a browser keeps: its members, the same whatever is known of them, within
//! the limits.
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
    let front: &[u8] = match kind % 5 {
        0 => b"SQLite format 3\0",
        1 => b"\x37\x7F\x06\x82\0\x2D\xE2\x18",
        2 => b"\xD9\xD5\x05\xF9\x20\xA1\x63\xD7",
        3 => b"\x30\x5C\x72\xA7\x1B\x6D\xFB\xFC\x05\0\0\0",
        _ => b"\xC3\xCA\x04\xC1\0\0\x02\0\x01\0\0\0\0\x01\0\0",
    };
    limits.hold_to(&[front, bytes].concat(), 1 << 16);
});
