//! In which bucket a feature stands: some bits of its descriptor, the key.

use crate::hash::LocalFeature;

/// How many bits of a descriptor choose a bucket, at most.
pub(super) const BUCKET_BITS_MAX: u32 = LocalFeature::DOUBTS as u32;

/// How many features a bucket has in the mean, at least.
const BUCKET_FEATURES: u64 = 8;

/// Of so many bits that are most likely to differ, any two may differ.
#[cfg(feature = "media")]
const DOUBTED: usize = 10;

/// Which bits of a descriptor are its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) enum Key {
    /// The first ones, in version 3 of the format. Most features have some of them alike, so that few buckets hold most.
    First,
    /// Those of [`LocalFeature::KEY`].
    Even,
}

impl Key {
    /// The key in a version of the format.
    pub(in crate::index) fn of_version(version: u32) -> Key {
        if version <= 3 { Key::First } else { Key::Even }
    }

    /// The bucket of a descriptor, where so many bits choose it.
    pub(super) fn bucket(self, descriptor: &[u8; 32], bits: u32) -> u32 {
        let bit = |place: u8| u32::from(descriptor[usize::from(place / 8)] >> (7 - place % 8) & 1);
        let joined = |bucket: u32, place: u8| bucket << 1 | bit(place);
        let bits = bits as usize;
        match self {
            Key::First => (0..bits as u8).fold(0, joined),
            Key::Even => LocalFeature::KEY[..bits].iter().copied().fold(0, joined),
        }
    }

    /// In which bits of its bucket a feature that is near may differ. `doubts` are the places in [`LocalFeature::KEY`], those
    /// that are most likely to differ first. Which of the first bits do is not known, so that any two may.
    #[cfg(feature = "media")]
    pub(super) fn probes(
        self,
        bits: u32,
        doubts: &[u8; LocalFeature::DOUBTS],
    ) -> impl Iterator<Item = u32> + use<> {
        let one = move |place: u32| 1 << (bits - 1 - place);
        let mut doubted = [0; LocalFeature::DOUBTS];
        let places = doubts.iter().map(|&place| u32::from(place));
        let most = match self {
            Key::First => LocalFeature::DOUBTS,
            Key::Even => DOUBTED,
        };
        let mut count = 0;
        for place in places.filter(|place| *place < bits).take(most) {
            doubted[count] = one(place);
            count += 1;
        }
        let pairs = (0..count).flat_map(move |a| (0..a).map(move |b| doubted[a] | doubted[b]));
        std::iter::once(0).chain((0..bits).map(one)).chain(pairs)
    }
}

/// How many bits choose a bucket among so many features.
pub(super) fn bucket_bits(features: u64) -> u32 {
    (features / BUCKET_FEATURES)
        .max(2)
        .ilog2()
        .min(BUCKET_BITS_MAX)
}
