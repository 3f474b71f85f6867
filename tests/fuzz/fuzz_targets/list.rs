//! Any bytes as a list: refused with reasons, or read with every line accounted for.
#![no_main]

use std::path::Path;

use basma::list::{MaxReject, ReadOptions, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions::default()
        .with_max_reject(MaxReject::Percent(50.0))
        .with_skip_unsupported(true)
        .with_lenient_hex(true);
    match read_bytes(Path::new("fuzzed"), bytes, &options) {
        Ok(list) => {
            let c = list.counts;
            assert_eq!(c.lines, c.imported + c.structure + c.low_quality + c.skipped + c.rejected);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
