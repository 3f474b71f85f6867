//! Any bytes as requests to a decoder in a process of its own, and as its answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::media::video::Worker::hold_to(bytes));
