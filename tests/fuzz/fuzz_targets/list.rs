//! Any bytes as a list: refused with reasons, or read with every line accounted for.
#![no_main]

use std::path::Path;

use basma::list::{MaxReject, ReadOptions, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions {
        max_reject: MaxReject::Percent(50.0),
        skip_unsupported: true,
        lenient_hex: true,
        ..ReadOptions::default()
    };
    match read_bytes(Path::new("fuzzed"), bytes, &options) {
        Ok(list) => {
            let c = list.counts;
            assert_eq!(c.lines, c.imported + c.structure + c.low_quality + c.skipped + c.rejected);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
