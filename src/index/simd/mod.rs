//! Comparing many hashes at once. Vector instructions are used where the processor has them, as found at run time. A
//! portable twin of each defines their answers.
//!
//! Everything here is a pure function of its arguments. The `unsafe` blocks are of two kinds. One calls a function
//! compiled for instructions that were just detected. The other loads vectors from slices whose length was just
//! compared.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

/// The best vector forms that the processor has instructions for.
#[cfg(target_arch = "x86_64")]
static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let has_avx2 = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("bmi2");
    let has_avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vpopcntdq")
        && is_x86_feature_detected!("avx512bitalg");
    match (has_avx2, has_avx512) {
        (true, true) => Forms::Avx512,
        (true, false) => Forms::Avx2,
        (false, _) => Forms::Portable,
    }
});

#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Forms {
    Portable,
    Avx2,
    Avx512,
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn forms() -> Forms {
    #[cfg(test)]
    if let Some(forms) = tests::ONLY.get() {
        return forms;
    }
    *FORMS
}

/// Calls the form that the processor has: of [`avx512`], of [`avx2`], or the portable one.
macro_rules! best_form {
    ($name:ident($($argument:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        match forms() {
            // SAFETY: the processor has all instructions that the function asks for.
            Forms::Avx512 => return unsafe { avx512::$name($($argument),*) },
            // SAFETY: as above.
            Forms::Avx2 => return unsafe { avx2::$name($($argument),*) },
            Forms::Portable => {}
        }
        portable::$name($($argument),*)
    }};
}

/// Calls `found(position, distance)` for each 256-bit hash within `radius` of the query, in order.
#[inline]
pub(super) fn scan_256(
    hashes: &[u8],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    best_form!(scan_256(hashes, query, radius, found))
}

/// Calls `found(position, distance)` for each 64-bit hash within `radius` of the query, in order.
#[inline]
pub(super) fn scan_64(
    hashes: &[u8],
    query: &[u8; 8],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    best_form!(scan_64(hashes, query, radius, found))
}

/// Calls `found(number, distance)` for each of these records whose last 256 bits are a hash within `radius` of the query,
/// in order. The answer is `false` for the number of a record that is not there.
#[inline]
#[cfg(feature = "media")]
pub(super) fn near_records<const BYTES: usize>(
    records: &[[u8; BYTES]],
    numbers: &[[u8; 4]],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) -> bool {
    best_form!(near_records(records, numbers, query, radius, found))
}

/// How many bytes a filter reads at a time.
pub(super) const STEP_BYTES: usize = 32;

/// Postings that stand in a row and are to be tested for a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    /// The first posting, and the one after the last.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) query: u32,
    /// The query's sketch, and in how many bits that of a posting may differ.
    pub(super) sketch: u16,
    pub(super) limit: u16,
}

impl Bucket {
    /// How many there are.
    #[inline]
    pub(super) fn postings(&self) -> u64 {
        self.end.saturating_sub(self.start).into()
    }
}

/// A posting that passed, and the query it passed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) query: u32,
    pub(super) posting: u32,
}

/// Adds the postings of each bucket whose 16-bit sketches differ from the bucket's in at most `limit` bits, in order.
///
/// `sketches` holds those of all postings, 2 bytes each; a bucket that reaches beyond them ends with them. `meanwhile`
/// is called once for each bucket: memory is asked for best while there is something to do.
#[inline]
pub(super) fn filter_sketches(
    sketches: &[u8],
    buckets: &[Bucket],
    passed: &mut Vec<Passed>,
    meanwhile: impl FnMut(),
) {
    best_form!(filter_sketches(sketches, buckets, passed, meanwhile))
}

/// Adds the postings of each bucket whose 64-bit hashes are within `radius` of the bucket's query, in order.
///
/// `hashes` holds those of all postings, 8 bytes each; a bucket that reaches beyond them ends with them.
///
/// `meanwhile` is called once for each bucket.
///
/// # Panics
/// If there is no query of a bucket's number.
#[inline]
pub(super) fn filter_64(
    hashes: &[u8],
    buckets: &[Bucket],
    queries: &[[u8; 32]],
    radius: u32,
    passed: &mut Vec<Passed>,
    meanwhile: impl FnMut(),
) {
    best_form!(filter_64(
        hashes, buckets, queries, radius, passed, meanwhile
    ))
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

    #[cfg(target_arch = "x86_64")]
    thread_local! {
        /// The forms that are called in place of the best.
        pub(super) static ONLY: std::cell::Cell<Option<Forms>> = const { std::cell::Cell::new(None) };
    }

    /// What each of the forms gives that the processor has.
    fn of_each_form<T>(mut given: impl FnMut() -> T) -> Vec<T> {
        #[cfg(target_arch = "x86_64")]
        {
            let all = [Forms::Portable, Forms::Avx2, Forms::Avx512];
            let given = all
                .into_iter()
                .filter(|forms| forms <= &FORMS)
                .map(|forms| {
                    ONLY.set(Some(forms));
                    given()
                });
            let given = given.collect();
            ONLY.set(None);
            given
        }
        #[cfg(not(target_arch = "x86_64"))]
        vec![given()]
    }

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

    /// Bytes that are often equal. Miri takes a thousand times as long: it is given fewer, still more than one step of each
    /// vector form.
    fn any_bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
        let most = if cfg!(miri) { most / 4 } else { most };
        let byte = |(kind, byte): (u8, u8)| match kind % 7 {
            0..4 => 0,
            4..6 => 255,
            _ => byte,
        };
        proptest::collection::vec(any::<(u8, u8)>().prop_map(byte), 0..most)
    }

    proptest! {
        #[test]
        fn all_forms_find_every_256_bit_hash_within_the_radius(
            bytes in any_bytes(1500), query: [u8; 32], zeros: bool, radius in 0u32..=257,
        ) {
            let query = if zeros { [0; 32] } else { query };
            let hashes = &bytes[..bytes.len() / 32 * 32];
            let expected = expected(hashes, &query, radius);
            for hits in of_each_form(|| hits_of(|mut found| scan_256(hashes, &query, radius, &mut found))) {
                prop_assert_eq!(&hits, &expected);
            }
        }

        /// Records are looked at by their numbers, in any order and more than once.
        #[cfg(feature = "media")]
        #[test]
        fn all_forms_find_every_near_record(
            bytes in any_bytes(1500), query: [u8; 32], zeros: bool, radius in 0u32..=257,
            numbers in proptest::collection::vec(0u32..60, 0..40),
        ) {
            let query = if zeros { [0; 32] } else { query };
            let (records, _) = bytes.as_chunks::<35>();
            let hashes: Vec<u8> = records.iter().flat_map(|record| record[3..].to_vec()).collect();
            let all = expected(&hashes, &query, radius);
            let is_there = |number: &&u32| (**number as usize) < records.len();
            let expected: Vec<(usize, u32)> = numbers
                .iter()
                .take_while(is_there)
                .filter_map(|number| all.iter().find(|(place, _)| *place == *number as usize).copied())
                .collect();
            let is_whole = numbers.iter().all(|number| is_there(&number));
            let numbers: Vec<[u8; 4]> = numbers.iter().map(|number| number.to_le_bytes()).collect();
            let near = || {
                let mut near = Vec::new();
                let is_whole = near_records(records, &numbers, &query, radius, &mut |n, d| near.push((n, d)));
                (is_whole, near)
            };
            for near in of_each_form(near) {
                prop_assert_eq!(near, (is_whole, expected.clone()));
            }
        }

        #[test]
        fn all_forms_find_every_64_bit_hash_within_the_radius(
            bytes in any_bytes(600), query: [u8; 8], zeros: bool, radius in 0u32..=65,
        ) {
            let query = if zeros { [0; 8] } else { query };
            let hashes = &bytes[..bytes.len() / 8 * 8];
            let expected = expected(hashes, &query, radius);
            for hits in of_each_form(|| hits_of(|mut found| scan_64(hashes, &query, radius, &mut found))) {
                prop_assert_eq!(&hits, &expected);
            }
        }

        #[test]
        fn all_forms_pass_every_near_sketch_of_each_bucket_and_no_other(
            bytes in any_bytes(400), cuts: [u32; 6], query: u16, limit in 0u16..=17,
        ) {
            let sketches = &bytes[..bytes.len() / 2 * 2];
            let count = sketches.len() as u32 / 2;
            // Some buckets are empty, and some end beyond the sketches.
            let buckets = buckets(&cuts.map(|cut| cut % (count + 20)), query, limit);
            let mut expected = Vec::new();
            for bucket in &buckets {
                let near = self::expected(sketches, &query.to_le_bytes(), limit.into());
                let near = near.into_iter().map(|(position, _)| position as u32);
                let within = near.filter(|at| (bucket.start..bucket.end).contains(at));
                expected.extend(within.map(|posting| Passed { query: bucket.query, posting }));
            }
            let passed = || {
                let (mut passed, mut calls) = (Vec::new(), 0);
                filter_sketches(sketches, &buckets, &mut passed, || calls += 1);
                (calls, passed)
            };
            for passed in of_each_form(passed) {
                prop_assert_eq!(passed, (buckets.len(), expected.clone()));
            }
        }

        #[test]
        fn all_forms_pass_every_near_64_bit_hash_of_each_bucket_and_no_other(
            bytes in any_bytes(900), cuts: [u32; 6], queries: [[u8; 32]; 3], radius in 0u32..=65,
        ) {
            let hashes = &bytes[..bytes.len() / 8 * 8];
            let count = hashes.len() as u32 / 8;
            let buckets = buckets(&cuts.map(|cut| cut % (count + 9)), 0, 0);
            let mut expected = Vec::new();
            for bucket in &buckets {
                let near = self::expected(hashes, &queries[bucket.query as usize][..8], radius);
                let near = near.into_iter().map(|(position, _)| position as u32);
                let within = near.filter(|at| (bucket.start..bucket.end).contains(at));
                expected.extend(within.map(|posting| Passed { query: bucket.query, posting }));
            }
            let passed = || {
                let (mut passed, mut calls) = (Vec::new(), 0);
                filter_64(hashes, &buckets, &queries, radius, &mut passed, || calls += 1);
                (calls, passed)
            };
            for passed in of_each_form(passed) {
                prop_assert_eq!(passed, (buckets.len(), expected.clone()));
            }
        }
    }

    /// A bucket for each pair of cuts.
    fn buckets(cuts: &[u32; 6], sketch: u16, limit: u16) -> Vec<Bucket> {
        let pairs = cuts.chunks_exact(2).zip(0..);
        let bucket = |(pair, query): (&[u32], u32)| Bucket {
            start: pair[0].min(pair[1]),
            end: pair[0].max(pair[1]),
            query,
            sketch,
            limit,
        };
        pairs.map(bucket).collect()
    }
}
