//! What the vector forms must answer, in plain Rust. Always inlined, so that they are compiled for the instructions of
//! the vector forms that end with them.

use super::{Bucket, Passed};

#[inline(always)]
pub(super) fn scan_256(
    hashes: &[u8],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    let query: [u64; 4] = words(query);
    for (position, hash) in hashes.chunks_exact(32).enumerate() {
        let hash: [u64; 4] = words(hash);
        // Unrelated hashes differ in half of their bits, so half of the words tells nearly always.
        let half = distance(&hash[..2], &query[..2]);
        if half <= radius {
            let distance = half + distance(&hash[2..], &query[2..]);
            if distance <= radius {
                found(position, distance);
            }
        }
    }
}

#[inline(always)]
pub(super) fn scan_64(
    hashes: &[u8],
    query: &[u8; 8],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) {
    let query = u64::from_le_bytes(*query);
    for (position, hash) in hashes.chunks_exact(8).enumerate() {
        let [hash] = words(hash);
        let distance = (hash ^ query).count_ones();
        if distance <= radius {
            found(position, distance);
        }
    }
}

#[cfg(feature = "media")]
#[inline(always)]
pub(super) fn near_records<const BYTES: usize>(
    records: &[[u8; BYTES]],
    numbers: &[[u8; 4]],
    query: &[u8; 32],
    radius: u32,
    found: &mut impl FnMut(usize, u32),
) -> bool {
    let query: [u64; 4] = words(query);
    for number in numbers {
        let number = u32::from_le_bytes(*number) as usize;
        let Some(hash) = records.get(number).and_then(|record| record.last_chunk()) else {
            return false;
        };
        let hash: [u64; 4] = words::<4>(hash as &[u8; 32]);
        let half = distance(&hash[..2], &query[..2]);
        if half <= radius {
            let distance = half + distance(&hash[2..], &query[2..]);
            if distance <= radius {
                found(number, distance);
            }
        }
    }
    true
}

#[inline(always)]
pub(super) fn filter_sketches(
    sketches: &[u8],
    buckets: &[Bucket],
    passed: &mut Vec<Passed>,
    mut meanwhile: impl FnMut(),
) {
    for bucket in buckets {
        meanwhile();
        for (posting, sketch) in postings(sketches, 2, bucket) {
            let sketch = u16::from_le_bytes([sketch[0], sketch[1]]);
            if (sketch ^ bucket.sketch).count_ones() <= bucket.limit.into() {
                let query = bucket.query;
                passed.push(Passed { query, posting });
            }
        }
    }
}

#[inline(always)]
pub(super) fn filter_64(
    hashes: &[u8],
    buckets: &[Bucket],
    queries: &[[u8; 32]],
    radius: u32,
    passed: &mut Vec<Passed>,
    mut meanwhile: impl FnMut(),
) {
    for bucket in buckets {
        meanwhile();
        let [wanted, ..]: [u64; 4] = words(&queries[bucket.query as usize]);
        for (posting, hash) in postings(hashes, 8, bucket) {
            let [hash] = words(hash);
            if (hash ^ wanted).count_ones() <= radius {
                let query = bucket.query;
                passed.push(Passed { query, posting });
            }
        }
    }
}

/// The postings of a bucket with what stands for each in `all`.
#[inline(always)]
fn postings<'a>(
    all: &'a [u8],
    size: usize,
    bucket: &Bucket,
) -> impl Iterator<Item = (u32, &'a [u8])> {
    let at = |posting: u32| (posting as usize).saturating_mul(size).min(all.len());
    let bytes = all.get(at(bucket.start)..at(bucket.end));
    (bucket.start..).zip(bytes.unwrap_or_default().chunks_exact(size))
}

#[inline(always)]
fn words<const WORDS: usize>(bytes: &[u8]) -> [u64; WORDS] {
    std::array::from_fn(|i| u64::from_le_bytes(bytes[i * 8..][..8].try_into().expect("8 bytes")))
}

#[inline(always)]
fn distance(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}
