//! Allow lists: what they hold near to a file, and which entries of other lists that suppresses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::authentic;
use super::query::{Candidate, CandidateSet, Query};
use super::rows::ListRows;
use crate::Result;
use crate::hash::{Area, Hash, HashType, Rendering, View};
use crate::store::{Layer, Standing};

/// How near allow lists come: the smallest distance of each list. There is one entry for each store and type of hash,
/// and of perceptual types for each frame, rendering and area. What is allowed of one says nothing of another.
pub(super) type Allowed =
    BTreeMap<(usize, HashType, Option<Seen>), BTreeMap<String, (u32, Arc<Standing>)>>;

/// A rendering of a frame, and the part of it that was hashed, unless it is the whole picture. Pixels that are transparent can
/// hide another picture, so renderings can show different ones.
pub(super) type Seen = (u32, Rendering, Option<Area>);

/// What was hashed of a frame.
pub(super) fn seen(frame: u32, view: View) -> Seen {
    let area = (!view.area.kind.is_whole()).then_some(view.area);
    (frame, view.rendering, area)
}

impl Query<'_> {
    /// What lists of what is allowed hold near to the file's hashes.
    pub(super) fn allowed(&self, near: &[(Hash, CandidateSet)]) -> Result<Allowed> {
        let layers = self.layers();
        let allow_lists: Vec<bool> = layers.map(|(_, layer)| is_of_allow_list(layer)).collect();
        let mut allowed = Allowed::new();
        for (hash, (ways, places)) in near {
            if !places.iter().any(|(ordinal, _)| allow_lists[*ordinal]) {
                continue;
            }
            let hash_type = hash.hash_type();
            for said in self.said(places)?.into_iter().filter(is_allow_list) {
                let standing = said.standing.expect("only lists of a store allow");
                let store = said.store.expect("only lists of a store allow");
                for way in ways {
                    let seen = seen(way.frame, way.view);
                    let seen = hash_type.is_perceptual().then_some(seen);
                    let near = allowed.entry((store, hash_type, seen)).or_default();
                    let near = near.entry(said.list.clone());
                    let (distance, _) = near.or_insert((way.distance, standing.clone()));
                    *distance = way.distance.min(*distance);
                }
            }
        }
        Ok(allowed)
    }
}

pub(super) fn is_allow_list(said: &ListRows) -> bool {
    let standing = said.standing.as_ref();
    standing.is_some_and(|standing| standing.terms.is_allow_list())
}

pub(super) fn is_of_allow_list(layer: &Layer) -> bool {
    let standing = layer.standing.as_ref();
    standing.is_some_and(|standing| standing.terms.is_allow_list())
}

/// The list of the same store that allows what another holds. It holds the very file, or comes as near to the frame by
/// the same type of hash. Lists of authentic notices are named where no other list allows it: these are looked into again.
pub(super) fn allows<'a>(
    allowed: &'a Allowed,
    said: &ListRows,
    hash: Hash,
    way: &Candidate,
) -> Option<&'a str> {
    let store = said.store?;
    let is_exact = !hash.hash_type().is_perceptual();
    let is_beyond_appeal = |standing: &Arc<Standing>| standing.terms.beyond_appeal;
    if allowed.is_empty() || is_exact && said.standing.as_ref().is_some_and(is_beyond_appeal) {
        return None;
    }
    let whole = HashType::ALL.into_iter().filter(|t| !t.is_perceptual());
    let of_file = whole.filter_map(|t| allowed.get(&(store, t, None)));
    // What is allowed of a whole picture is allowed of its parts.
    let mut seen = vec![(seen(way.frame, way.view), way.view)];
    let (frame, rendering, area) = seen[0].0;
    if area.is_some() {
        let whole = View::ORIGINAL.with_rendering(rendering);
        seen.push(((frame, rendering, None), whole));
    }
    let of_frame = seen.into_iter().filter_map(|(seen, view)| {
        let of_frame = allowed.get(&(store, hash.hash_type(), Some(seen)))?;
        Some(of_frame.iter().map(move |(list, of)| (list, of, view)))
    });
    let is_nearer = |near: u32, standing: &Standing, view: View| {
        if standing.terms.authentic {
            let own = (way.view, way.distance);
            authentic::is_nearer(hash.hash_type(), (view, near), own)
        } else {
            near <= way.distance
        }
    };
    let of_file = of_file.flatten().map(|(list, of)| (list, of, true));
    let of_frame = of_frame.flatten();
    let of_frame = of_frame.map(|(list, of, view)| (list, of, is_nearer(of.0, &of.1, view)));
    let near = of_file.chain(of_frame);
    let suppresses = |(_, (_, standing), is_near): &(&String, &(u32, Arc<Standing>), bool)| {
        *is_near && standing.terms.allows(&said.list)
    };
    let near = near.filter(suppresses);
    let first = near.min_by_key(|(_, (_, standing), _)| standing.terms.authentic);
    first.map(|(list, ..)| list.as_str())
}
