//! Any bytes as an archive: its members, the same whatever is known of them, within the limits.
#![no_main]

use basma::scan::ArchiveLimits;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // A decoder's panic is an answer too (the member is damaged), but one to be named.
    std::panic::set_hook(Box::new(|panic| eprintln!("panic: {panic}")));
    let limits = ArchiveLimits {
        depth: 3,
        ratio: 20,
        unpacked_bytes: 1 << 18,
        held_bytes: 1 << 18,
        window_bytes: 1 << 18,
        directory_bytes: 1 << 12,
        members: 1000,
    };
    limits.hold_to(bytes, 1 << 16);
});
