//! Comparing many hashes at once: vector instructions where the processor has them, found out at run time, and a
//! portable twin of each that says what they must answer.
//!
//! Everything here is a pure function of its arguments. The `unsafe` blocks are of two kinds: calling a function
//! compiled for instructions that were just detected, and loading vectors from slices whose length was just compared.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

/// Whether the processor has what `avx2` is compiled for.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    // Both are remembered by the standard library after the first time: a load and a test.
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt")
}

/// Calls `found(position, distance)` for each 256-bit hash within `radius` of the query, in order.
#[inline]
pub(super) fn scan_256(
    hashes: &[u8],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2 and POPCNT, which is all the function asks for.
        return unsafe { avx2::scan_256(hashes, query, radius, found) };
    }
    portable::scan_256(hashes, query, radius, found);
}

/// Calls `found(position, distance)` for each 64-bit hash within `radius` of the query, in order.
#[inline]
pub(super) fn scan_64(
    hashes: &[u8],
    query: &[u8; 8],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2 and POPCNT, which is all the function asks for.
        return unsafe { avx2::scan_64(hashes, query, radius, found) };
    }
    portable::scan_64(hashes, query, radius, found);
}

/// How many sketches the vector form of [`scan_sketches`] looks at in one step.
pub(super) const SKETCHES_PER_STEP: usize = 16;

/// Calls `found(position)` for each of the first `count` sketches, 2 bytes each, that differs from `query` in at most
/// `limit` bits, in order. What follows them in the slice changes nothing, but up to a multiple of
/// [`SKETCHES_PER_STEP`] it spares the slow end.
#[inline]
pub(super) fn scan_sketches(
    sketches: &[u8],
    count: usize,
    query: u16,
    limit: u32,
    found: &mut impl FnMut(usize),
) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2 and POPCNT, which is all the function asks for.
        return unsafe { avx2::scan_sketches(sketches, count, query, limit, found) };
    }
    portable::scan_sketches(sketches, count, query, limit, found);
}

/// Asks for the cache line that holds this byte; a place outside the slice is allowed, and useless.
#[inline]
pub(super) fn prefetch(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch neither faults nor changes anything at any address, and SSE is part of x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(at).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, at);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hits_of(scan: impl FnOnce(&mut dyn FnMut(usize, u32))) -> Vec<(usize, u32)> {
        let mut hits = Vec::new();
        scan(&mut |position, distance| hits.push((position, distance)));
        hits
    }

    /// The answer by the definition, bit by bit.
    fn expected(hashes: &[u8], query: &[u8], radius: u32) -> Vec<(usize, u32)> {
        let bit = |bytes: &[u8], i: usize| bytes[i / 8] >> (i % 8) & 1;
        hashes
            .chunks_exact(query.len())
            .map(|hash| {
                (0..hash.len() * 8)
                    .filter(|&i| bit(hash, i) != bit(query, i))
                    .count() as u32
            })
            .enumerate()
            .filter(|&(_, distance)| distance <= radius)
            .collect()
    }

    fn any_bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![4 => Just(0u8), 2 => Just(255), 1 => any::<u8>()];
        proptest::collection::vec(byte, 0..most)
    }

    proptest! {
        #[test]
        fn both_twins_find_every_256_bit_hash_within_the_radius(
            bytes in any_bytes(1500), query: [u8; 32], zeros: bool, radius in 0u32..=257,
        ) {
            let query = if zeros { [0; 32] } else { query };
            let hashes = &bytes[..bytes.len() / 32 * 32];
            let expected = expected(hashes, &query, radius);
            let portable = hits_of(|mut found| portable::scan_256(hashes, &query, radius, &mut found));
            prop_assert_eq!(&portable, &expected);
            let vector = hits_of(|mut found| scan_256(hashes, &query, radius, &mut found));
            prop_assert_eq!(&vector, &expected);
        }

        #[test]
        fn both_twins_find_every_64_bit_hash_within_the_radius(
            bytes in any_bytes(600), query: [u8; 8], zeros: bool, radius in 0u32..=65,
        ) {
            let query = if zeros { [0; 8] } else { query };
            let hashes = &bytes[..bytes.len() / 8 * 8];
            let expected = expected(hashes, &query, radius);
            let portable = hits_of(|mut found| portable::scan_64(hashes, &query, radius, &mut found));
            prop_assert_eq!(&portable, &expected);
            let vector = hits_of(|mut found| scan_64(hashes, &query, radius, &mut found));
            prop_assert_eq!(&vector, &expected);
        }

        #[test]
        fn both_twins_find_every_sketch_within_the_limit_and_none_beyond_the_count(
            bytes in any_bytes(200), count in 0usize..100, query: u16, limit in 0u32..=17,
        ) {
            let sketches = &bytes[..bytes.len() / 2 * 2];
            let count = count.min(sketches.len() / 2);
            let expected = expected(&sketches[..count * 2], &query.to_le_bytes(), limit);
            let expected: Vec<usize> = expected.into_iter().map(|(position, _)| position).collect();
            let mut portable = Vec::new();
            portable::scan_sketches(sketches, count, query, limit, &mut |at| portable.push(at));
            prop_assert_eq!(&portable, &expected);
            let mut vector = Vec::new();
            scan_sketches(sketches, count, query, limit, &mut |at| vector.push(at));
            prop_assert_eq!(&vector, &expected);
        }
    }
}
