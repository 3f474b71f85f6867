//! Any bytes as a message: its members, the same whatever is known of them, within the limits.
#![no_main]

use basma::scan::ArchiveLimits;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = ArchiveLimits::default()
        .with_depth(3)
        .with_ratio(20)
        .with_unpacked_bytes(1 << 18)
        .with_held_bytes(1 << 18)
        .with_window_bytes(1 << 18)
        .with_directory_bytes(1 << 12)
        .with_members(1000);
    let file = [b"From: a\nMIME-Version: 1.0\n".as_slice(), bytes].concat();
    limits.hold_to(&file, 1 << 16);
});
