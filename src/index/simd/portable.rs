//! What the vector forms must answer, in plain Rust. Always inlined, so that they are compiled for the instructions of
//! the vector forms that end with them.

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

#[inline(always)]
pub(super) fn scan_sketches(
    sketches: &[u8],
    count: usize,
    query: u16,
    limit: u32,
    found: &mut impl FnMut(usize),
) {
    for (position, sketch) in sketches.chunks_exact(2).take(count).enumerate() {
        let sketch = u16::from_le_bytes([sketch[0], sketch[1]]);
        if (sketch ^ query).count_ones() <= limit {
            found(position);
        }
    }
}

#[inline(always)]
fn words<const WORDS: usize>(bytes: &[u8]) -> [u64; WORDS] {
    std::array::from_fn(|i| u64::from_le_bytes(bytes[i * 8..][..8].try_into().expect("8 bytes")))
}

#[inline(always)]
fn distance(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}
