//! Any bytes as a list: refused with reasons, or read with every line accounted for.
#![no_main]

use std::path::Path;

use basma::list::{Mapping, MaxReject, ReadOptions, VicsProfile, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions::default()
        .with_max_reject(MaxReject::Percent(50.0))
        .with_skip_unsupported(true)
        .with_lenient_hex(true)
        .with_vics_profile(VicsProfile::Raw);
    let mapping = r#"{"records":"value","fields":{"md5":"MD5","id":"MediaID","labels":["Series","Tags"]}}"#;
    let mapped = options.clone().with_mapping(Mapping::parse(mapping).unwrap());
    for options in [options, mapped] {
        check(bytes, &options);
    }
});

fn check(bytes: &[u8], options: &ReadOptions) {
    match read_bytes(Path::new("fuzzed"), bytes, options) {
        Ok(list) => {
            let c = list.counts;
            assert_eq!(c.lines, c.imported + c.structure + c.low_quality + c.skipped + c.rejected);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
