//! Any bytes as a picture: frames within the limits, or an error.
#![no_main]

mod within;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| within::limits(bytes, &[]));
