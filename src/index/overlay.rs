//! A BK-tree that grows one hash at a time: what is added in memory between two builds.
//!
//! The tree is that of `bktree`: its leaves have up to `LEAF_HASHES` hashes and are scanned like a small list. A full
//! leaf becomes a node: its first hash is the pivot, and each distance from it gets a leaf. At [`DEPTH_MAX`] leaves
//! grow without limit. So a list made to defeat the pivots costs as much as exhaustive search, no more.

use std::collections::{BTreeMap, HashSet};

use super::bktree::{DEPTH_MAX, LEAF_HASHES};
use super::{choice, linear};
use crate::hash::{Hash, HashType};

/// Hashes of one type, searched exactly and added to at any time.
#[derive(Clone, Debug)]
pub(crate) struct Overlay {
    hash_type: HashType,
    hashes: HashSet<Hash>,
    /// The root first.
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    /// Hashes end to end.
    Leaf(Vec<u8>),
    /// A pivot, and a node for each distance at which there are others.
    Inner(Vec<u8>, BTreeMap<u32, usize>),
}

impl Overlay {
    /// No hashes of this type.
    pub(crate) fn new(hash_type: HashType) -> Overlay {
        Overlay {
            hash_type,
            hashes: HashSet::new(),
            nodes: vec![Node::Leaf(Vec::new())],
        }
    }

    /// Adds a hash; `false` if it is there already, or of another type.
    pub(crate) fn insert(&mut self, hash: Hash) -> bool {
        if hash.hash_type() != self.hash_type || !self.hashes.insert(hash) {
            return false;
        }
        let bytes = hash.as_bytes();
        let (mut at, mut depth) = (0, 0);
        let leaf = loop {
            let end = self.nodes.len();
            match &mut self.nodes[at] {
                Node::Leaf(leaf) => break leaf,
                Node::Inner(pivot, children) => {
                    let distance = linear::distance(pivot, bytes);
                    at = *children.entry(distance).or_insert(end);
                    depth += 1;
                }
            }
            if at == end {
                self.nodes.push(Node::Leaf(Vec::new()));
            }
        };
        leaf.extend(bytes);
        if leaf.len() > LEAF_HASHES * bytes.len() && depth < DEPTH_MAX {
            self.split(at, bytes.len());
        }
        true
    }

    /// Every hash within `radius` bits of the given one, with its distance: nearest first, then by their bytes. Digests
    /// of files are equal or nothing.
    pub(crate) fn lookup(&self, hash: &Hash, radius: u32) -> Vec<(u32, Hash)> {
        let mut found = Vec::new();
        if hash.hash_type() != self.hash_type {
            return found;
        }
        let (query, radius) = (hash.as_bytes(), choice::radius(self.hash_type, radius));
        let mut add = |distance, bytes: &[u8]| {
            let hash = Hash::new(self.hash_type, bytes).expect("cut to the type's size");
            found.push((distance, hash));
        };
        let mut left = vec![0];
        while let Some(at) = left.pop() {
            match &self.nodes[at] {
                Node::Leaf(leaf) => linear::scan(leaf, query, radius, |position, distance| {
                    add(distance, &leaf[position * query.len()..][..query.len()]);
                }),
                Node::Inner(pivot, children) => {
                    let distance = linear::distance(pivot, query);
                    if distance <= radius {
                        add(distance, pivot);
                    }
                    // By the triangle inequality, as in `bktree`.
                    let near = distance.saturating_sub(radius)..=distance + radius;
                    left.extend(children.range(near).map(|(_, &child)| child));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Makes a node of a full leaf.
    fn split(&mut self, at: usize, size: usize) {
        let mut end = self.nodes.len();
        let Node::Leaf(leaf) = &mut self.nodes[at] else {
            unreachable!("only leaves are split");
        };
        let mut members = std::mem::take(leaf);
        let others = members.split_off(size);
        let mut by_distance: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for hash in others.chunks_exact(size) {
            let distance = linear::distance(&members, hash);
            by_distance.entry(distance).or_default().extend(hash);
        }
        let mut children = BTreeMap::new();
        for (distance, leaf) in by_distance {
            children.insert(distance, end);
            self.nodes.push(Node::Leaf(leaf));
            end += 1;
        }
        self.nodes[at] = Node::Inner(members, children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hash(hash_type: HashType, bytes: &[u8; 32]) -> Hash {
        Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap()
    }

    #[test]
    fn a_hash_is_added_once_and_only_of_its_type() {
        let mut overlay = Overlay::new(HashType::Pdq);
        let zeros = hash(HashType::Pdq, &[0; 32]);
        assert!(overlay.hashes.is_empty() && overlay.lookup(&zeros, 256).is_empty());
        assert!(overlay.insert(zeros) && !overlay.insert(zeros));
        let other = hash(HashType::Sha256, &[0; 32]);
        assert!(!overlay.insert(other));
        assert!(overlay.lookup(&other, 0).is_empty());
        assert_eq!(
            (overlay.hashes.len(), overlay.lookup(&zeros, 0)),
            (1, vec![(0, zeros)])
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_hash_within_the_radius_is_found_after_every_addition(
            known in proptest::collection::vec(any::<[u8; 32]>(), 1..1200),
            kept in 0usize..32,
            query: [u8; 32],
        ) {
            for hash_type in [HashType::Pdq, HashType::GradientIh3] {
                let mut overlay = Overlay::new(hash_type);
                let mut distinct = std::collections::BTreeSet::new();
                for (i, mut bytes) in known.iter().copied().enumerate() {
                    // With few bytes of their own, hashes are near and equal.
                    bytes[..kept.min(hash_type.bytes() - 1)].fill(0);
                    let new = hash(hash_type, &bytes);
                    prop_assert_eq!(overlay.insert(new), distinct.insert(new));
                    if i % 97 != 0 && i + 1 != known.len() {
                        continue;
                    }
                    for query in [hash(hash_type, &query), new] {
                        for radius in [0, 1, 4, 9, 31, 100, 256] {
                            let mut expected: Vec<(u32, Hash)> = distinct
                                .iter()
                                .map(|hash| (hash.distance(&query).unwrap(), *hash))
                                .filter(|&(distance, _)| distance <= radius)
                                .collect();
                            expected.sort();
                            prop_assert_eq!(overlay.lookup(&query, radius), expected);
                        }
                    }
                }
                prop_assert_eq!(overlay.hashes.len(), distinct.len());
            }
        }
    }
}
