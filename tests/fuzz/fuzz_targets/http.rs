//! Any bytes as the head of an HTTP answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::store::hold_answers_to(bytes));
