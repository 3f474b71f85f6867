//! The vector forms for processors with AVX2 and POPCNT.
//!
//! Bits are counted nibble by nibble with a table in a register (W. Mula, N. Kurz, D. Lemire, "Faster population counts
//! using AVX2 instructions", 2018).

use std::arch::x86_64::*;

use super::portable;

/// How many 256-bit hashes are looked at in one step.
const HASHES_PER_STEP: usize = 8;

/// Compares the first 128 bits of eight hashes at a time. Few unrelated hashes pass; those are compared whole.
#[target_feature(enable = "avx2,popcnt")]
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
        // The sums of pair `i`, hashes 2i and 2i + 1, in bits 16i.. of each 64-bit lane: at most 64, so they do not meet.
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

/// In how many bits each 64-bit word of the first halves of two hashes differs from the query's: the even hash of the
/// pair in the lower half.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
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

/// Compares four hashes at a time, whole.
#[target_feature(enable = "avx2,popcnt")]
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

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn scan_sketches(
    sketches: &[u8],
    count: usize,
    query: u16,
    limit: u32,
    found: &mut impl FnMut(usize),
) {
    let wanted = _mm256_set1_epi16(query.cast_signed());
    let beyond = _mm256_set1_epi16(limit.min(16) as i16 + 1);
    let mut position = 0;
    while position < count {
        let Some(step) = sketches.get(position * 2..position * 2 + 32) else {
            let rest = sketches.get(position * 2..).unwrap_or_default();
            let rest_found = &mut |i| found(position + i);
            return portable::scan_sketches(rest, count - position, query, limit, rest_found);
        };
        // SAFETY: 32 bytes are read of 32.
        let step = unsafe { _mm256_loadu_si256(step.as_ptr().cast()) };
        let bytes = count_bytes(_mm256_xor_si256(step, wanted));
        let sums = _mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1));
        let within = _mm256_movemask_epi8(_mm256_cmpgt_epi16(beyond, sums)) as u32;
        // One of the two bits of each sketch.
        let mut within = within & 0x5555_5555;
        let left = count - position;
        if left < 16 {
            within &= (1 << (left * 2)) - 1;
        }
        while within != 0 {
            found(position + within.trailing_zeros() as usize / 2);
            within &= within - 1;
        }
        position += 16;
    }
}

/// The number of bits set in each byte.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
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
