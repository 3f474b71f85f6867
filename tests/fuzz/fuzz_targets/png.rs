//! Any bytes as PNG or APNG.
#![no_main]

mod within;

use basma::media::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| within::limits(bytes, &[Format::Png]));
