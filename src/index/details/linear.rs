//! Every feature compared with every other: the oracle, and the search where there are few.

use super::search::FeatureHit;
use crate::hash::{LocalFeature, SeenFeature, hamming};

/// The listed features within `radius` bits of each that is looked up, of pictures by their numbers.
pub(crate) fn near(
    listed: impl Iterator<Item = (u32, LocalFeature)>,
    asked: &[SeenFeature],
    radius: u32,
) -> Vec<FeatureHit> {
    let mut hits = Vec::new();
    for (picture, feature) in listed {
        for (query, seen) in (0..).zip(asked) {
            let distance = hamming(&seen.feature.descriptor, &feature.descriptor);
            if distance <= radius && seen.feature.tile() == feature.tile() {
                hits.push(FeatureHit {
                    query,
                    picture,
                    feature,
                    distance,
                });
            }
        }
    }
    hits
}
