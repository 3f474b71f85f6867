//! The vector forms for processors with AVX-512 and its instructions that count bits (VPOPCNTDQ, BITALG).

use std::arch::x86_64::*;

#[cfg(feature = "media")]
pub(super) use super::avx2::near_records;
use super::{Bucket, Passed, portable};

/// How many 256-bit hashes are looked at in one step: two times eight.
const HASHES_PER_STEP: usize = 16;

/// Compares the first 128 bits of sixteen hashes at a time. Few unrelated hashes pass; those are compared whole.
#[target_feature(
    enable = "avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi2,popcnt"
)]
pub(super) fn scan_256(
    hashes: &[u8],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    // SAFETY: 16 bytes are read of 32.
    let half = unsafe { _mm_loadu_si128(query.as_ptr().cast()) };
    let half = _mm512_broadcast_i32x4(half);
    let limit = _mm512_set1_epi64(i64::from(radius));
    let mut steps = hashes.chunks_exact(HASHES_PER_STEP * 32);
    let mut position = 0;
    for step in &mut steps {
        let near = [0, 1].map(|eight| {
            let bytes = &step[eight * 256..][..256];
            _mm512_cmple_epu64_mask(first_halves(bytes, half), limit)
        });
        if near != [0; 2] {
            for (eight, near) in near.into_iter().enumerate() {
                for place in 0..8 {
                    // The sums of the first four hashes are the even ones.
                    if near >> (place % 4 * 2 + place / 4) & 1 == 1 {
                        let at = eight * 8 + place;
                        let hash = &step[at * 32..][..32];
                        portable::scan_256(hash, query, radius, &mut |_, distance| {
                            found(position + at, distance);
                        });
                    }
                }
            }
        }
        position += HASHES_PER_STEP;
    }
    portable::scan_256(steps.remainder(), query, radius, &mut |i, distance| {
        found(position + i, distance);
    });
}

/// In how many bits the first halves of eight hashes differ from the query's. Those of the first four hashes stand at even
/// places, of the others at odd ones.
#[inline]
#[target_feature(
    enable = "avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi2,popcnt"
)]
fn first_halves(bytes: &[u8], query: __m512i) -> __m512i {
    let at = bytes[..256].as_ptr();
    // SAFETY: 64 bytes from 0, 64, 128 and 192 are read of 256.
    let [a, b, c, d] =
        unsafe { [0, 64, 128, 192].map(|from| _mm512_loadu_si512(at.add(from).cast())) };
    // The first two words of each of the four hashes in two vectors.
    let halves = _mm512_setr_epi64(0, 1, 4, 5, 8, 9, 12, 13);
    let count = |one, other| {
        let halves = _mm512_permutex2var_epi64(one, halves, other);
        _mm512_popcnt_epi64(_mm512_xor_si512(halves, query))
    };
    let (first, second) = (count(a, b), count(c, d));
    _mm512_add_epi64(
        _mm512_unpacklo_epi64(first, second),
        _mm512_unpackhi_epi64(first, second),
    )
}

/// How many 64-bit hashes are looked at in one step.
const WORDS_PER_STEP: usize = 8;

/// Compares eight hashes at a time, whole.
#[target_feature(
    enable = "avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi2,popcnt"
)]
pub(super) fn scan_64(
    hashes: &[u8],
    query: &[u8; 8],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    let wanted = _mm512_set1_epi64(i64::from_le_bytes(*query));
    let limit = _mm512_set1_epi64(i64::from(radius));
    let mut steps = hashes.chunks_exact(WORDS_PER_STEP * 8);
    let mut position = 0;
    for step in &mut steps {
        // SAFETY: 64 bytes are read of 64.
        let eight = unsafe { _mm512_loadu_si512(step.as_ptr().cast()) };
        let distances = _mm512_popcnt_epi64(_mm512_xor_si512(eight, wanted));
        if _mm512_cmple_epu64_mask(distances, limit) != 0 {
            portable::scan_64(step, query, radius, &mut |i, distance| {
                found(position + i, distance);
            });
        }
        position += WORDS_PER_STEP;
    }
    portable::scan_64(steps.remainder(), query, radius, &mut |i, distance| {
        found(position + i, distance);
    });
}

/// How many sketches are tested in one step, for the reason that `avx2` has.
const SKETCHES_PER_STEP: u32 = 32;

#[target_feature(
    enable = "avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi2,popcnt"
)]
pub(super) fn filter_sketches(
    sketches: &[u8],
    buckets: &[Bucket],
    passed: &mut Vec<Passed>,
    mut meanwhile: impl FnMut(),
) {
    for bucket in buckets {
        meanwhile();
        let wanted = _mm256_set1_epi16(bucket.sketch.cast_signed());
        let limit = _mm256_set1_epi16(bucket.limit.min(16).cast_signed());
        let mut start = bucket.start;
        while start < bucket.end {
            let Some(step) = sketches.get(start as usize * 2..start as usize * 2 + 64) else {
                let rest = Bucket { start, ..*bucket };
                portable::filter_sketches(sketches, &[rest], passed, || ());
                break;
            };
            let left = bucket.end - start;
            // The second half of a step is read only where it counts. It may be in a cache line that was not requested.
            let second = usize::from(left > SKETCHES_PER_STEP / 2) * 32;
            // SAFETY: 32 bytes from 0, and 32 from 0 or 32, are read of 64.
            let (a, b) = unsafe {
                (
                    _mm256_loadu_si256(step.as_ptr().cast()),
                    _mm256_loadu_si256(step.as_ptr().add(second).cast()),
                )
            };
            let a = _mm256_popcnt_epi16(_mm256_xor_si256(a, wanted));
            let b = _mm256_popcnt_epi16(_mm256_xor_si256(b, wanted));
            let near = u32::from(_mm256_cmple_epu16_mask(a, limit))
                | u32::from(_mm256_cmple_epu16_mask(b, limit)) << 16;
            let near = _bzhi_u32(near, left.min(SKETCHES_PER_STEP));
            if near != 0 {
                pass(bucket.query, start, near, passed);
            }
            start = start.saturating_add(SKETCHES_PER_STEP);
        }
    }
}

/// How many 64-bit hashes of a bucket are tested in one step, in two vectors.
const POSTINGS_PER_STEP: u32 = 16;

#[target_feature(
    enable = "avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi2,popcnt"
)]
pub(super) fn filter_64(
    hashes: &[u8],
    buckets: &[Bucket],
    queries: &[[u8; 32]],
    radius: u32,
    passed: &mut Vec<Passed>,
    mut meanwhile: impl FnMut(),
) {
    let limit = _mm512_set1_epi64(i64::from(radius));
    let all = u32::try_from(hashes.len() / 8).unwrap_or(u32::MAX);
    for bucket in buckets {
        meanwhile();
        let (wanted, _) = queries[bucket.query as usize].split_at(8);
        let wanted = i64::from_le_bytes(wanted.try_into().expect("8 bytes"));
        let wanted = _mm512_set1_epi64(wanted);
        let end = bucket.end.min(all);
        let mut start = bucket.start;
        while start < end {
            let left = (end - start).min(POSTINGS_PER_STEP);
            let counts = _bzhi_u32(u32::MAX, left);
            let mut near = 0;
            for eight in 0..2 {
                let counts = (counts >> (8 * eight)) as u8;
                // SAFETY: of the hashes from `start` as many are read as there are up to `end`, which is not beyond the last.
                // Of eight none of which counts nothing is read.
                let step = unsafe {
                    let at = hashes
                        .as_ptr()
                        .wrapping_add((start as usize + 8 * eight) * 8);
                    _mm512_maskz_loadu_epi64(counts, at.cast())
                };
                let distances = _mm512_popcnt_epi64(_mm512_xor_si512(step, wanted));
                let within = _mm512_mask_cmple_epu64_mask(counts, distances, limit);
                near |= u32::from(within) << (8 * eight);
            }
            if near != 0 {
                pass(bucket.query, start, near, passed);
            }
            start += left;
        }
    }
}

/// Adds the postings from `start` on that are near. It is called for few steps: apart from them, vectors stay in registers there.
#[cold]
#[inline(never)]
fn pass(query: u32, start: u32, mut near: u32, passed: &mut Vec<Passed>) {
    while near != 0 {
        passed.push(Passed {
            query,
            posting: start + near.trailing_zeros(),
        });
        near &= near - 1;
    }
}
