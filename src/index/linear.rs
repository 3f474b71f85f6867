//! Exhaustive search: compare with every hash. Right for small lists, and the oracle for everything cleverer.

/// Calls `found(position, distance)` for each hash within `radius` of the query, in the order of `hashes`.
///
/// `hashes` holds hashes of the query's size, end to end.
pub(super) fn scan(hashes: &[u8], query: &[u8], radius: u32, mut found: impl FnMut(usize, u32)) {
    debug_assert_eq!(hashes.len() % query.len(), 0);
    match query.len() {
        32 => scan_words::<4>(hashes, query, radius, &mut found),
        16 => scan_words::<2>(hashes, query, radius, &mut found),
        8 => scan_words::<1>(hashes, query, radius, &mut found),
        bytes => {
            for (position, hash) in hashes.chunks_exact(bytes).enumerate() {
                let bits = |(a, b): (&u8, &u8)| (a ^ b).count_ones();
                let distance = hash.iter().zip(query).map(bits).sum();
                if distance <= radius {
                    found(position, distance);
                }
            }
        }
    }
}

fn scan_words<const WORDS: usize>(
    hashes: &[u8],
    query: &[u8],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    let word = |bytes: &[u8], i: usize| {
        u64::from_le_bytes(bytes[i * 8..][..8].try_into().expect("8 bytes"))
    };
    let query: [u64; WORDS] = std::array::from_fn(|i| word(query, i));
    for (position, hash) in hashes.chunks_exact(WORDS * 8).enumerate() {
        let bits = |i: usize| (word(hash, i) ^ query[i]).count_ones();
        let half = (0..WORDS.div_ceil(2)).map(bits).sum::<u32>();
        // Unrelated hashes differ in half of their bits, so half of the words tells nearly always.
        if half <= radius {
            let distance = half + (WORDS.div_ceil(2)..WORDS).map(bits).sum::<u32>();
            if distance <= radius {
                found(position, distance);
            }
        }
    }
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
