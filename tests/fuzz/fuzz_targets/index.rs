//! Any bytes as an index: opened, described, verified and looked up in, they are an error or an answer. As they are, and
//! with the digests that a hostile writer would give them.
#![no_main]

use std::path::Path;

use basma::hash::{Hash, HashType};
use basma::index::{Index, Structure};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    ask(bytes.to_vec());
    let mut sealed = bytes.to_vec();
    if Index::seal(&mut sealed) {
        ask(sealed);
    }
});

fn ask(bytes: Vec<u8>) {
    let Ok(index) = Index::from_bytes(Path::new("fuzzed"), bytes) else {
        return;
    };
    let _ = index.describe();
    for hash_type in HashType::ALL {
        let hash = Hash::new(hash_type, &[0x5a; 32][..hash_type.bytes()]).expect("of its size");
        for structure in [Structure::Auto, Structure::BkTree, Structure::Mih] {
            for radius in [0, 31] {
                for hit in index.lookup_with(structure, &hash, radius).unwrap_or_default() {
                    let _ = index.records(&hit);
                }
            }
            let _ = index.lookup_batch_with(structure, &[hash, hash], 10);
        }
    }
    let _ = index.verify();
}
