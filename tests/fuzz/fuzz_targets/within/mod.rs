//! What holds of every file, whatever decodes it.

#![allow(dead_code, reason = "each target uses what it needs")]

use std::io::Cursor;
use std::time::Duration;

use basma::error::FileError;
use basma::hash::HashType;
use basma::hasher::Hasher;
use basma::media::video::{ClipLimits, Decoders, demux};
use basma::media::{Format, Limits, decode};

/// Decodes a file of one of these formats, or of any format where none is named. It gives frames within the limits, or an
/// error.
pub fn limits(bytes: &[u8], formats: &[Format]) {
    let known = || Format::sniff(bytes).is_some_and(|format| formats.contains(&format));
    if !formats.is_empty() && !known() {
        return;
    }
    // A decoder's panic is an answer too (the file is damaged), but one to be named.
    std::panic::set_hook(Box::new(|panic| eprintln!("panic: {panic}")));
    let limits = Limits::default()
        .with_file_bytes(1 << 20)
        .with_pixels(1 << 18)
        .with_decoded_bytes(1 << 23)
        .with_frames(16)
        .with_total_pixels(1 << 20);
    let mut pixels = 0;
    let decoded = decode(bytes, &limits, |frame| {
        pixels += u64::from(frame.picture.width()) * u64::from(frame.picture.height());
    });
    assert!(pixels <= limits.total_pixels);
    if let Ok(decoded) = decoded {
        assert!(decoded.frames > 0 && decoded.frames <= limits.frames || decoded.capped);
    }
}

/// Reads a file as a clip of this format. Its pictures lie within it. In any number of these, only those that are there cost
/// memory. What safe decoders make of them are pictures within the limits.
pub fn clip(format: Format, bytes: &[u8]) {
    std::panic::set_hook(Box::new(|panic| eprintln!("panic: {panic}")));
    let tracks = match demux(format, Cursor::new(bytes)) {
        Ok(tracks) => tracks,
        Err(FileError::Unreadable(error)) => panic!("memory can be read: {error}"),
        Err(FileError::Other(_)) => return,
    };
    let len = bytes.len() as u64;
    for track in &tracks {
        for sample in &track.samples {
            assert!(sample.size > 0 && sample.offset + u64::from(sample.size) <= len);
        }
        assert!(track.keyframes().count() <= track.samples.len());
    }
    if Format::sniff(bytes) != Some(format) {
        return;
    }
    let limits = Limits::default()
        .with_pixels(1 << 16)
        .with_decoded_bytes(1 << 22)
        .with_time(Duration::from_secs(1));
    let clips = ClipLimits::default()
        .with_frames(8)
        .with_time(Duration::from_secs(1));
    let decoders = Decoders::default().with_limits(clips);
    let hasher = Hasher::new([HashType::Pdq])
        .with_limits(limits)
        .with_decoders(decoders);
    let fingerprint = hasher.hash_bytes(bytes);
    assert!(fingerprint.error.is_some() || fingerprint.media.is_some());
    assert!(fingerprint.prints.len() <= 16, "upright and as it is stored");
}
