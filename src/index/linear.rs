//! Exhaustive search: compare with every hash. Right for small lists, and the oracle for everything cleverer.

use super::simd;

/// Calls `found(position, distance)` for each hash within `radius` of the query, in the order of `hashes`.
///
/// `hashes` holds hashes of the query's size, end to end. The sizes of perceptual hashes take the fast path.
#[inline]
pub(super) fn scan(hashes: &[u8], query: &[u8], radius: u32, mut found: impl FnMut(usize, u32)) {
    debug_assert_eq!(hashes.len() % query.len(), 0);
    if let Ok(query) = <&[u8; 32]>::try_from(query) {
        return simd::scan_256(hashes, query, radius, &mut found);
    }
    if let Ok(query) = <&[u8; 8]>::try_from(query) {
        return simd::scan_64(hashes, query, radius, &mut found);
    }
    for (position, hash) in hashes.chunks_exact(query.len()).enumerate() {
        let distance = distance(hash, query);
        if distance <= radius {
            found(position, distance);
        }
    }
}

/// In how many bits two hashes differ.
pub(super) fn distance(a: &[u8], b: &[u8]) -> u32 {
    let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("a chunk of 8"));
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail = a.remainder().iter().zip(b.remainder());
    let tail: u32 = tail.map(|(x, y)| (x ^ y).count_ones()).sum();
    tail + a
        .zip(b)
        .map(|(x, y)| (word(x) ^ word(y)).count_ones())
        .sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_hash_within_the_radius_is_found(
            size in proptest::sample::select(vec![8usize, 16, 20, 32]),
            bytes in proptest::collection::vec(prop_oneof![Just(0u8), Just(255), any::<u8>()], 0..600),
            query: [u8; 32],
            radius in 0u32..=256,
        ) {
            let query = &query[..size];
            let hashes = &bytes[..bytes.len() / size * size];
            let bit = |bytes: &[u8], i: usize| bytes[i / 8] >> (i % 8) & 1;
            let expected: Vec<(usize, u32)> = hashes
                .chunks(size)
                .map(|hash| (0..size * 8).filter(|&i| bit(hash, i) != bit(query, i)).count() as u32)
                .enumerate()
                .filter(|&(_, distance)| distance <= radius)
                .collect();
            let mut found = Vec::new();
            scan(hashes, query, radius, |position, distance| found.push((position, distance)));
            prop_assert_eq!(found, expected);
        }
    }
}
