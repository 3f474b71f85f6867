//! Any bytes as a JPEG file. Of luma alone and of all colours there is a picture or none. Where the file is whole and its
//! colours are in range, both are the same picture.
#![no_main]

use std::time::Duration;

use basma::hasher::{Grid, pdq};
use basma::media::{Limits, Picture, Pixels, decode, decode_luma};
use libfuzzer_sys::fuzz_target;

fn limits() -> Limits {
    Limits::default()
        .with_file_bytes(1 << 20)
        .with_pixels(1 << 21)
        // All coefficients of a picture of that size, which luma alone does not need.
        .with_decoded_bytes(1 << 26)
        .with_frames(1)
        .with_total_pixels(1 << 21)
        // Time is not a verdict here.
        .with_time(Duration::from_secs(3600))
}

fuzz_target!(|data: &[u8]| {
    // Everything is a JPEG file here.
    let bytes = [b"\xFF\xD8\xFF", data.strip_prefix(b"\xFF\xD8\xFF").unwrap_or(data)].concat();
    let (mut exact, mut fast) = (None, None);
    let one = decode(&bytes, &limits(), |frame| exact = Some(frame.picture));
    let other = decode_luma(&bytes, &limits(), |frame| fast = Some(frame.picture));
    assert_eq!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let (Some(exact), Some(fast)) = (exact, fast) else {
        return;
    };
    if !matches!(fast.pixels(), Pixels::Reduced { .. }) {
        assert_eq!(pdq(&exact), pdq(&fast));
    } else if one.is_ok_and(|decoded| decoded.partial.is_none()) && in_range(&exact) {
        let (exact, fast) = (Grid::new(&exact), Grid::new(&fast));
        let pairs = exact.0.as_flattened().iter().zip(fast.0.as_flattened());
        let off = pairs.map(|(a, b)| (a - b).abs()).sum::<f32>() / 4096.0;
        // Photographs are within 1; patterns finer than the samples are not.
        assert!(off < 24.0, "{off} grey levels");
    }
});

/// Whether next to nothing is cut off at black or white, which luma alone does not show.
fn in_range(picture: &Picture) -> bool {
    let (Pixels::Luma8(samples) | Pixels::Rgb8(samples)) = picture.pixels() else {
        return false;
    };
    let cut_off = samples.iter().filter(|s| matches!(s, 0 | 255)).count();
    cut_off * 100 < samples.len()
}
