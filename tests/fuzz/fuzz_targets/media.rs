//! Any bytes as a picture: frames within the limits, or an error.
#![no_main]

use basma::media::{Limits, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        file_bytes: 1 << 20,
        pixels: 1 << 18,
        decoded_bytes: 1 << 21,
        frames: 16,
        total_pixels: 1 << 20,
        ..Limits::default()
    };
    let mut pixels = 0;
    let decoded = decode(bytes, &limits, |frame| {
        pixels += u64::from(frame.picture.width()) * u64::from(frame.picture.height());
    });
    assert!(pixels <= limits.total_pixels);
    if let Ok(decoded) = decoded {
        assert!(decoded.frames > 0 && decoded.frames <= limits.frames || decoded.capped);
    }
});
