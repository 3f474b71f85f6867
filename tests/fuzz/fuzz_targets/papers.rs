//! Whatever bodies a key of a case signs: a case that holds or not, and its papers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::papers::hold_to(bytes));
