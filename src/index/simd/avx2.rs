//! The vector forms for processors with AVX2, BMI2 and POPCNT.
//!
//! Bits are counted nibble by nibble with a table in a register (W. Mula, N. Kurz, D. Lemire, "Faster population counts
//! using AVX2 instructions", 2018).

use std::arch::x86_64::*;

use super::{Bucket, Passed, portable};

/// How many 256-bit hashes are looked at in one step.
const HASHES_PER_STEP: usize = 8;

/// Compares the first 128 bits of eight hashes at a time. Few unrelated hashes pass; those are compared whole.
#[target_feature(enable = "avx2,bmi2,popcnt")]
pub(super) fn scan_256(
    hashes: &[u8],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    // SAFETY: 16 bytes are read of 32.
    let half = unsafe { _mm_loadu_si128(query.as_ptr().cast()) };
    let half = _mm256_broadcastsi128_si256(half);
    let limit = _mm256_set1_epi16(radius.min(256) as i16 + 1);
    let mut steps = hashes.chunks_exact(HASHES_PER_STEP * 32);
    let mut position = 0;
    for step in &mut steps {
        // The sums of pair `i`, hashes 2i and 2i + 1, in bits 16i.. of each 64-bit lane. They are at most 64, so they
        // do not meet.
        let (a, b) = (quarters(step, 0, half), quarters(step, 1, half));
        let (c, d) = (quarters(step, 2, half), quarters(step, 3, half));
        let ab = _mm256_or_si256(a, _mm256_slli_epi64::<16>(b));
        let cd = _mm256_or_si256(_mm256_slli_epi64::<32>(c), _mm256_slli_epi64::<48>(d));
        let all = _mm256_or_si256(ab, cd);
        let sums = _mm256_add_epi16(all, _mm256_shuffle_epi32::<0x4e>(all));
        let within = _mm256_movemask_epi8(_mm256_cmpgt_epi16(limit, sums)) as u32;
        if within & 0x00ff_00ff != 0 {
            for i in 0..HASHES_PER_STEP {
                // Even hashes in the lower half of the vector, odd ones in the upper one.
                if within >> (i % 2 * 16 + i / 2 * 2) & 1 == 1 {
                    portable::scan_256(&step[i * 32..][..32], query, radius, &mut |_, distance| {
                        found(position + i, distance);
                    });
                }
            }
        }
        position += HASHES_PER_STEP;
    }
    portable::scan_256(steps.remainder(), query, radius, &mut |i, distance| {
        found(position + i, distance);
    });
}

/// In how many bits each 64-bit word of the first halves of two hashes differs from the query's. The even hash of the
/// pair is in the lower half.
#[inline]
#[target_feature(enable = "avx2,bmi2,popcnt")]
fn quarters(step: &[u8], pair: usize, query: __m256i) -> __m256i {
    let at = step[pair * 64..][..64].as_ptr();
    // SAFETY: 16 bytes from 0 and 16 from 32 are read of 64.
    let (even, odd) = unsafe {
        (
            _mm_loadu_si128(at.cast()),
            _mm_loadu_si128(at.add(32).cast()),
        )
    };
    let bits = count_bytes(_mm256_xor_si256(_mm256_set_m128i(odd, even), query));
    _mm256_sad_epu8(bits, _mm256_setzero_si256())
}

/// Counts bits by an instruction: the records stand anywhere, and waiting for them takes longer than comparing.
#[cfg(feature = "media")]
#[target_feature(enable = "avx2,bmi2,popcnt")]
pub(super) fn near_records<const BYTES: usize>(
    records: &[[u8; BYTES]],
    numbers: &[[u8; 4]],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) -> bool {
    portable::near_records(records, numbers, query, radius, found)
}

/// Compares four hashes at a time, whole.
#[target_feature(enable = "avx2,bmi2,popcnt")]
pub(super) fn scan_64(
    hashes: &[u8],
    query: &[u8; 8],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    let wanted = _mm256_set1_epi64x(i64::from_le_bytes(*query));
    let limit = _mm256_set1_epi64x(i64::from(radius) + 1);
    let mut steps = hashes.chunks_exact(32);
    let mut position = 0;
    for step in &mut steps {
        // SAFETY: 32 bytes are read of 32.
        let four = unsafe { _mm256_loadu_si256(step.as_ptr().cast()) };
        let bits = count_bytes(_mm256_xor_si256(four, wanted));
        let sums = _mm256_sad_epu8(bits, _mm256_setzero_si256());
        let within = _mm256_cmpgt_epi64(limit, sums);
        if _mm256_testz_si256(within, within) == 0 {
            portable::scan_64(step, query, radius, &mut |i, distance| {
                found(position + i, distance);
            });
        }
        position += 4;
    }
    portable::scan_64(steps.remainder(), query, radius, &mut |i, distance| {
        found(position + i, distance);
    });
}

/// How many sketches are tested in one step.
///
/// Most buckets are shorter and some are longer, in no order that a processor could learn. A wrong guess costs as much
/// as two steps, so a step is long enough that one nearly always does.
const SKETCHES_PER_STEP: u32 = 32;

#[target_feature(enable = "avx2,bmi2,popcnt")]
pub(super) fn filter_sketches(
    sketches: &[u8],
    buckets: &[Bucket],
    passed: &mut Vec<Passed>,
    mut meanwhile: impl FnMut(),
) {
    for bucket in buckets {
        meanwhile();
        let wanted = _mm256_set1_epi16(bucket.sketch.cast_signed());
        let beyond = _mm256_set1_epi8(bucket.limit.min(16) as i8 + 1);
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
            let ones = _mm256_set1_epi8(1);
            let a = _mm256_maddubs_epi16(count_bytes(_mm256_xor_si256(a, wanted)), ones);
            let b = _mm256_maddubs_epi16(count_bytes(_mm256_xor_si256(b, wanted)), ones);
            // Packing puts the halves of `a` and of `b` in turn.
            let sums = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(a, b));
            let near = _mm256_movemask_epi8(_mm256_cmpgt_epi8(beyond, sums)).cast_unsigned();
            let mut near = _bzhi_u32(near, left.min(SKETCHES_PER_STEP));
            while near != 0 {
                passed.push(Passed {
                    query: bucket.query,
                    posting: start + near.trailing_zeros(),
                });
                near &= near - 1;
            }
            start = start.saturating_add(SKETCHES_PER_STEP);
        }
    }
}

/// How many 64-bit hashes are tested in one step, for the same reason.
const POSTINGS_PER_STEP: u32 = 16;

#[target_feature(enable = "avx2,bmi2,popcnt")]
pub(super) fn filter_64(
    hashes: &[u8],
    buckets: &[Bucket],
    queries: &[[u8; 32]],
    radius: u32,
    passed: &mut Vec<Passed>,
    mut meanwhile: impl FnMut(),
) {
    let limit = _mm256_set1_epi64x(i64::from(radius) + 1);
    for bucket in buckets {
        meanwhile();
        let (wanted, _) = queries[bucket.query as usize].split_at(8);
        let wanted = i64::from_le_bytes(wanted.try_into().expect("8 bytes"));
        let wanted = _mm256_set1_epi64x(wanted);
        let mut start = bucket.start;
        while start < bucket.end {
            let Some(step) = hashes.get(start as usize * 8..start as usize * 8 + 128) else {
                let rest = Bucket { start, ..*bucket };
                portable::filter_64(hashes, &[rest], queries, radius, passed, || ());
                break;
            };
            let mut near = 0;
            for i in 0..4 {
                // SAFETY: 32 bytes from 32 * i, at most 96, are read of 128.
                let four = unsafe { _mm256_loadu_si256(step.as_ptr().add(i * 32).cast()) };
                let bits = count_bytes(_mm256_xor_si256(four, wanted));
                let sums = _mm256_sad_epu8(bits, _mm256_setzero_si256());
                let within = _mm256_castsi256_pd(_mm256_cmpgt_epi64(limit, sums));
                near |= _mm256_movemask_pd(within).cast_unsigned() << (i * 4);
            }
            let mut near = _bzhi_u32(near, (bucket.end - start).min(POSTINGS_PER_STEP));
            while near != 0 {
                passed.push(Passed {
                    query: bucket.query,
                    posting: start + near.trailing_zeros(),
                });
                near &= near - 1;
            }
            start = start.saturating_add(POSTINGS_PER_STEP);
        }
    }
}

/// The number of bits set in each byte.
#[inline]
#[target_feature(enable = "avx2,bmi2,popcnt")]
fn count_bytes(v: __m256i) -> __m256i {
    let counts = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3,
        3, 4,
    );
    let nibble = _mm256_set1_epi8(0x0f);
    let low = _mm256_shuffle_epi8(counts, _mm256_and_si256(v, nibble));
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(v), nibble);
    _mm256_add_epi8(low, _mm256_shuffle_epi8(counts, high))
}
