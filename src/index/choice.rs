//! Which structure is built, and which one answers a query.
//!
//! The rule is by size and radius alone; its constants come from the bench `lookup`, which shows where the BK-tree
//! stops being faster than exhaustive search.

use super::format::{Section, Table};
use crate::hash::HashType;
use crate::{Error, Result};

/// A way to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Structure {
    /// When building: what pays for the hash type and the size. When looking up: what is fastest at the radius.
    #[default]
    Auto,
    /// Compare with every hash.
    Exhaustive,
    /// BK-tree (Burkhard and Keller 1973), for small radii and 64-bit hashes.
    BkTree,
}

impl Structure {
    /// The name used in options and output.
    pub const fn name(self) -> &'static str {
        match self {
            Structure::Auto => "auto",
            Structure::Exhaustive => "exhaustive",
            Structure::BkTree => "bk-tree",
        }
    }

    /// The structure with exactly this name, in either case.
    pub fn from_name(name: &str) -> Option<Structure> {
        [Structure::Auto, Structure::Exhaustive, Structure::BkTree]
            .into_iter()
            .find(|s| s.name().eq_ignore_ascii_case(name))
    }
}

/// The smallest number of hashes a tree is built over. Below, exhaustive search takes a few microseconds at most.
pub(super) const TREE_HASHES_MIN: usize = 2_000;

/// The largest radius at which a tree answers faster than exhaustive search. In the bench `lookup`, at 100,000 and at
/// 1,000,000 hashes, both take as long at radius 20 of 256 bits and at radius 10 of 64.
pub(super) const fn tree_radius_max(hash_type: HashType) -> u32 {
    match hash_type.bits() {
        64 => 9,
        _ => 19,
    }
}

/// Whether a tree over so many hashes of a type belongs into the file.
pub(super) fn builds_tree(structure: Structure, hash_type: HashType, hashes: usize) -> bool {
    hash_type.is_perceptual()
        && match structure {
            Structure::Auto => hashes >= TREE_HASHES_MIN,
            Structure::Exhaustive => false,
            Structure::BkTree => true,
        }
}

/// The radius that counts for a type.
pub(super) fn radius(hash_type: HashType, radius: u32) -> u32 {
    match hash_type.is_perceptual() {
        true => radius.min(hash_type.bits()),
        false => 0,
    }
}

/// How a query is answered.
pub(super) enum Search<'a> {
    Exhaustive,
    BkTree(&'a Section),
    /// Binary search for an equal hash.
    Sorted,
}

pub(super) fn search(table: &Table, structure: Structure, radius: u32) -> Result<Search<'_>> {
    let pays = radius <= tree_radius_max(table.hash_type) && table.hashes.count >= TREE_HASHES_MIN;
    match (structure, &table.tree) {
        (Structure::Exhaustive, _) => Ok(Search::Exhaustive),
        (_, None) if !table.hash_type.is_perceptual() => Ok(Search::Sorted),
        (Structure::Auto, Some(tree)) if pays => Ok(Search::BkTree(tree)),
        (Structure::Auto, _) => Ok(Search::Exhaustive),
        (Structure::BkTree, Some(tree)) => Ok(Search::BkTree(tree)),
        (Structure::BkTree, None) => Err(Error::Argument(format!(
            "the index has no {} for {} hashes; rebuild it with one or search without",
            structure.name(),
            table.hash_type
        ))),
    }
}
