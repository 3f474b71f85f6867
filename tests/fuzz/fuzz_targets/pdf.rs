//! Any bytes as a document of PDF: its members, the same whatever is known of them, within the limits.
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
    let file = [b"%PDF-1.7\n".as_slice(), bytes].concat();
    limits.hold_to(&file, 1 << 16);
});
