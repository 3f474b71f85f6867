//! Any bytes as the files of a store: manifests, decisions, the audit.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| basma::store::hold_to(bytes));
