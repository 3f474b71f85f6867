//! Any bytes as a journal or cache, and as records in one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::scan::Log::hold_to(bytes));
