//! Any bytes as a file of age, and as what follows a header that a key opens.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::evidence::hold_sealed_to(bytes));
