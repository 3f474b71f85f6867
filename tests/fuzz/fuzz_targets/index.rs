//! Any bytes as an index: opened, described, verified and looked up in, they are an error or an answer.
#![no_main]

use std::path::Path;

use basma::hash::{Hash, HashType};
use basma::index::Index;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(index) = Index::from_bytes(Path::new("fuzzed"), bytes.to_vec()) else {
        return;
    };
    let _ = index.describe();
    for hash_type in HashType::ALL {
        let hash = Hash::new(hash_type, &[0x5a; 32][..hash_type.bytes()]).expect("of its size");
        for radius in [0, 31] {
            for hit in index.lookup(&hash, radius).unwrap_or_default() {
                let _ = index.records(&hit);
            }
        }
    }
    let _ = index.verify();
});
