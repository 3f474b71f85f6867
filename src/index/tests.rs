//! The index as a whole: every structure against the oracle, damage, building, the golden file.

mod building;
mod damage;
mod exact;
mod golden;
mod search;
mod spilling;

use super::*;
use crate::list::List;

/// A list of this name with these entries.
fn list(name: &str, entries: Vec<Entry>) -> List {
    let source = Source {
        sha256: [name.len() as u8; 32],
        bytes: 1000,
        ..Source::new(name, format!("lists/{name}.csv"), "csv")
    };
    List::new(source, entries)
}

/// Entries of one type on lines 1, 2, ...
fn entries(hash_type: HashType, hashes: impl IntoIterator<Item = [u8; 32]>) -> Vec<Entry> {
    let cut = |bytes: [u8; 32]| Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap();
    let entry = |(line, bytes)| Entry::new(cut(bytes), line);
    (1..).zip(hashes).map(entry).collect()
}

fn index(structure: Structure, lists: Vec<List>) -> Index {
    Index::from_bytes(Path::new("test.basma"), bytes(structure, lists)).unwrap()
}

fn bytes(structure: Structure, lists: Vec<List>) -> Vec<u8> {
    let mut builder = Builder::new().structure(structure);
    lists
        .into_iter()
        .for_each(|list| builder.add(list).unwrap());
    builder.build().unwrap().0
}

/// Seeded hashes (SplitMix64), alike on every machine.
fn random(seed: u64) -> impl Iterator<Item = [u8; 32]> + Clone {
    let mut state = seed;
    let mut word = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    std::iter::repeat_with(move || {
        let mut hash = [0; 32];
        hash.chunks_mut(8)
            .for_each(|chunk| chunk.copy_from_slice(&word().to_le_bytes()));
        hash
    })
}

/// A hash with these bits changed.
fn flipped(mut hash: [u8; 32], bits: impl IntoIterator<Item = usize>) -> [u8; 32] {
    bits.into_iter()
        .for_each(|bit| hash[bit / 8] ^= 1 << (bit % 8));
    hash
}
