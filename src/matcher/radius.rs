//! How near a listed hash must be to match, and how good the hash of a file.

use super::Policy;
use crate::hash::{HashType, Pdq, View};
use crate::store::{Layer, Standing};

/// The radius of the query, or else of the list, or else the default of the type.
pub(super) fn radius(policy: &Policy, standing: Option<&Standing>, hash_type: HashType) -> u32 {
    let asked = policy.asked_radius(hash_type);
    let own = || standing.and_then(|standing| standing.terms.radius(hash_type));
    asked
        .or_else(own)
        .unwrap_or_else(|| hash_type.default_radius())
}

/// Up to how many bits a hash in this view matches. What undoes a change was measured within the radius of PDQ alone. So a
/// wider one is for the picture itself.
pub(super) fn view_radius(
    policy: &Policy,
    standing: Option<&Standing>,
    hash_type: HashType,
    view: View,
) -> u32 {
    let radius = radius(policy, standing, hash_type);
    if view.area.kind.is_whole() {
        radius
    } else {
        radius.min(Pdq::RADIUS)
    }
}

/// The quality below which a list trusts no hash of a picture.
pub(super) fn min_quality(layer: &Layer) -> u8 {
    let terms = layer.standing.as_ref().map(|standing| &standing.terms);
    terms.and_then(|terms| terms.min_quality).unwrap_or(0)
}
