//! The rules by which hashes match.

use std::collections::BTreeMap;

use super::{Tier, VpdqRule};
use crate::hash::{HashType, Pdq};

/// The rules by which a hash matches.
///
/// ```
/// use basma::hash::HashType;
/// use basma::matcher::Policy;
/// let policy = Policy::default().with_radius(HashType::Pdq, 20).with_limit(10);
/// assert_eq!(policy.radius(HashType::Pdq), 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The distance in bits up to which hashes match, for types whose [default](HashType::default_radius) is not wanted.
    pub radius: BTreeMap<HashType, u32>,
    /// The PDQ quality, 0 to 100, below which a picture is too flat to be looked up.
    pub min_quality: u8,
    /// The time at which entries must still be valid, in seconds since 1970-01-01 UTC; the present if `None`.
    pub at: Option<i64>,
    /// The most matches of one file or hash: the nearest are kept. Finding them compares at most half as many hashes more
    /// than an exhaustive search does, however many are near. Naming the cluster compares with each hash once more at
    /// worst. Each match that is kept costs its own texts beside that.
    pub limit: usize,
    /// Whose rule decides whether clips match, where it is not [ours](super::Matcher::find). Then PDQ hashes match within the
    /// radius of that rule, and what fails it is weak.
    pub vpdq: Option<VpdqRule>,
    /// The tiers that are wanted; all of them where none is named. What is of another tier is left out, as if it were not
    /// listed.
    pub tiers: Vec<Tier>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            radius: BTreeMap::new(),
            min_quality: Pdq::QUALITY,
            at: None,
            limit: 100,
            vpdq: None,
            tiers: Vec::new(),
        }
    }
}

impl Policy {
    /// The distance in bits up to which hashes of this type match.
    pub fn radius(&self, hash_type: HashType) -> u32 {
        self.asked_radius(hash_type)
            .unwrap_or_else(|| hash_type.default_radius())
    }

    /// The radius of the query, which overrides that of lists.
    pub(super) fn asked_radius(&self, hash_type: HashType) -> Option<u32> {
        let radius = self.radius.get(&hash_type).copied();
        let ruled = self.vpdq.filter(|_| hash_type == HashType::Pdq);
        ruled.map(VpdqRule::radius).or(radius)
    }
}

impl Policy {
    /// Sets the distance in bits up to which hashes of a type match.
    #[must_use]
    pub fn with_radius(mut self, hash_type: HashType, bits: u32) -> Policy {
        self.radius.insert(hash_type, bits);
        self
    }
}

setters!(Policy {
    with_min_quality min_quality: u8;
    with_at at?: i64;
    with_limit limit: usize;
    with_vpdq vpdq?: VpdqRule;
    with_tiers tiers: Vec<Tier>;
});
