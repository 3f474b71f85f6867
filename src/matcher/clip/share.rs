//! How many pictures of each are near to one of the other, as vPDQ counts them.

use std::collections::{BTreeMap, BTreeSet};

use super::{ClipMatch, Hit, Played, Share};
use crate::hash::{Hash, HashType, Pdq, View};
use crate::matcher::{VpdqRule, VpdqShares};

/// Whether it counts.
fn is_counted(hit: &&Hit, rule: VpdqRule) -> bool {
    hit.hash.hash_type() == HashType::Pdq
        && hit.view == View::ORIGINAL
        && hit.quality >= Pdq::QUALITY
        && hit
            .listed_quality
            .is_none_or(|quality| quality >= Pdq::QUALITY)
        && hit.distance <= rule.radius()
}

/// Of the pictures of the file.
pub(super) fn of_file(hits: &[Hit], played: &Played, rule: VpdqRule) -> Share {
    let met: BTreeSet<u32> = hits
        .iter()
        .filter(|hit| is_counted(hit, rule))
        .map(|hit| hit.frame)
        .collect();
    let counted = played.shown.iter();
    let counted = counted.filter_map(|shown| Some((shown.vpdq()?, met.contains(&shown.frame))));
    match rule {
        VpdqRule::Cpp => {
            let (whole, part) = counted.fold((0, 0), |(whole, part), (_, met)| {
                (whole + 1, part + u32::from(met))
            });
            Share { part, whole }
        }
        VpdqRule::Py => {
            let different: BTreeMap<Hash, bool> = counted.collect();
            Share {
                part: different.values().filter(|met| **met).count() as u32,
                whole: different.len() as u32,
            }
        }
    }
}

/// Of the listed pictures, where the list says how many there are.
pub(super) fn of_listed(hits: &[Hit], rule: VpdqRule) -> Option<Share> {
    let told = |of: fn(&Hit) -> Option<u32>| hits.iter().find_map(of);
    let whole = match rule {
        VpdqRule::Py => told(|hit| hit.listed.distinct),
        VpdqRule::Cpp => told(|hit| hit.listed.listed),
    }?;
    let met = hits.iter().filter(|hit| is_counted(hit, rule));
    let alike = |hit: &Hit| match rule {
        VpdqRule::Py => 1,
        VpdqRule::Cpp => hit.listed.alike.unwrap_or(1),
    };
    let met: BTreeMap<Hash, u32> = met.map(|hit| (hit.hash, alike(hit))).collect();
    let part = met
        .values()
        .fold(0, |sum: u32, alike| sum.saturating_add(*alike));
    Some(Share {
        part: part.min(whole),
        whole,
    })
}

/// Whether a rule calls it a match. What the list does not tell cannot be judged, and is none.
pub(super) fn is_match(rule: VpdqRule, clip: &ClipMatch) -> bool {
    let listed = clip.listed_pictures.map(Share::percent);
    match (rule, listed) {
        (VpdqRule::Cpp, None) => false,
        (_, listed) => rule.is_match(VpdqShares {
            query: clip.pictures.percent(),
            listed: listed.unwrap_or(0.0),
        }),
    }
}
