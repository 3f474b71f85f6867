//! Any bytes as keys of minisign and of age.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::evidence::hold_keys_to(bytes));
