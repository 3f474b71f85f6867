//! What holds of every file, whatever decodes it.

use basma::media::{Format, Limits, decode};

/// Decodes a file of one of these formats, or whatever it is where none is named: frames within the limits, or an error.
pub fn limits(bytes: &[u8], formats: &[Format]) {
    let known = || Format::sniff(bytes).is_some_and(|format| formats.contains(&format));
    if !formats.is_empty() && !known() {
        return;
    }
    // A decoder's panic is an answer too (the file is damaged), but one to be named.
    std::panic::set_hook(Box::new(|panic| eprintln!("panic: {panic}")));
    let limits = Limits {
        file_bytes: 1 << 20,
        pixels: 1 << 18,
        decoded_bytes: 1 << 23,
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
}
