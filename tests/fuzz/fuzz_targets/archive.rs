//! Any bytes as an archive: its members, the same whatever is known of them, within the limits.
#![no_main]

use basma::scan::ArchiveLimits;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // A decoder's panic is an answer too (the member is damaged), but one to be named.
    std::panic::set_hook(Box::new(|panic| eprintln!("panic: {panic}")));
    let limits = ArchiveLimits::default()
        .with_depth(3)
        .with_ratio(20)
        .with_unpacked_bytes(1 << 18)
        .with_held_bytes(1 << 18)
        .with_window_bytes(1 << 18)
        .with_directory_bytes(1 << 12)
        .with_members(1000);
    limits.hold_to(bytes, 1 << 16);
});
