//! Any bytes as the records of a case, as its details, and as a signed statement.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::evidence::hold_case_to(bytes));
