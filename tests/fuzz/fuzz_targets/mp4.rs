//! Any bytes as MP4.
#![no_main]

mod within;

use basma::media::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| within::clip(Format::Mp4, bytes));
