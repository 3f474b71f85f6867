//! Files made to exhaust a decoder: each is answered in bounded time and memory, and none brings a decoder down.
//!
//! The same files, and whole folders of broken ones, by `cargo bench --bench torture`, which measures.

mod bombs;

use basma::error::Reason;
use basma::media::{Decoded, Limits, decode};
use basma::{Error, Result};
use bombs::{apng, bmp, bombs, gif, png, tiff, webp};

/// Decodes and gives up what was decoded, which must not be lost to a panic in a decoder.
fn answer(bytes: &[u8]) -> Result<Decoded> {
    let mut frames = 0;
    let answer = decode(bytes, &Limits::default(), |_| frames += 1);
    let text = match &answer {
        Ok(decoded) => {
            assert_eq!(decoded.frames, frames);
            let reason = decoded.partial.as_ref().map(ToString::to_string);
            reason.unwrap_or_default()
        }
        Err(error) => error.to_string(),
    };
    assert!(!text.contains("gave up"), "{text}");
    answer
}

#[test]
fn every_bomb_is_known_for_what_it_is_and_answered() {
    for (name, bytes) in bombs() {
        let answer = answer(&bytes);
        let unknown = matches!(answer, Err(Error::Unsupported(Reason::FormatUnknown)));
        assert!(!unknown, "{name}");
        // As much as fits is looked at; what does not is refused.
        if let Ok(decoded) = answer {
            assert!(decoded.frames <= 256, "{name}");
        }
    }
}

#[test]
fn too_large_is_refused_before_it_is_decoded() {
    for bytes in [
        png(16384, 16384, &[]),
        png(100_000, 100_000, &[]),
        gif(65535, 1, 1),
        webp(16000),
        bmp(60_000, 0),
        tiff(60_000, &[], 0),
        b"P6\n99999 99999\n255\n".to_vec(),
    ] {
        let answer = answer(&bytes);
        assert!(matches!(answer, Err(Error::OverLimit { .. })), "{answer:?}");
    }
}

#[test]
fn animations_end_at_the_limits() {
    for bytes in [apng(1, 1, 1000), gif(5000, 1, 1000)] {
        let decoded = answer(&bytes).unwrap();
        assert!(decoded.capped && decoded.frames <= 256, "{decoded:?}");
    }
}

#[test]
fn a_decode_that_takes_too_long_is_ended() {
    let limits = Limits::default().with_time(std::time::Duration::ZERO);
    for (name, bytes) in bombs() {
        let answer = decode(&bytes, &limits, |_| {});
        assert!(answer.is_err(), "{name}");
    }
    let time = decode(&gif(9, 9, 1), &limits, |_| {});
    let Err(error) = time else {
        panic!("no time was left")
    };
    assert_eq!(
        error.to_string(),
        "1 milliseconds of decoding are over the limit of 0"
    );
}
