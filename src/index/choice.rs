//! Which structure is built, and which one answers a query.
//!
//! A query costs what the steps of its search cost, in the unit of `work`. The cost of exhaustive search is known
//! beforehand. That of a BK-tree is estimated from the radius, and that of multi-index hashing from what its buckets
//! hold. The cheapest one answers.

use super::Index;
use super::layout::{MihSection, Section, Table};
use super::mih::Mih;
use super::work::{COMPARE, Costs};
use crate::error::Problem;
use crate::hash::HashType;
use crate::{Error, Result};

/// A way to search.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// use basma::index::{Builder, Structure, StructureReason};
/// use basma::list::{ReadOptions, read_bytes};
/// let pdq = Hash::parse(HashType::Pdq, &"f0".repeat(32))?;
/// let text = format!("pdq {pdq}\n");
/// let mut builder = Builder::new().structure(Structure::Mih);
/// builder.add(read_bytes("demo.txt".as_ref(), text.as_bytes(), &ReadOptions::default())?)?;
/// let (index, _) = builder.build_in_memory()?;
///
/// let table = &index.describe()?.tables[0];
/// let asked = table.structures.iter().find(|structure| structure.name == "mih");
/// let why = asked.map(|structure| &structure.why);
/// assert!(matches!(why, Some(StructureReason::ChunksAsked { .. })));
///
/// let explanation = index.explain(&pdq, 31)?.expect("it holds hashes of the type");
/// assert_eq!(explanation.hits, 1);
/// let nearest = index.lookup_nearest(&pdq, 31, 10)?;
/// assert_eq!((nearest.total, nearest.hits[0].distance), (1, 0));
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Structure {
    /// When building: what pays for the hash type and the size. When looking up: what is cheapest for the query.
    #[default]
    Auto,
    /// Compare with every hash.
    Exhaustive,
    /// BK-tree (Burkhard and Keller 1973), for small radii and where bytes count.
    BkTree,
    /// Multi-index hashing (Norouzi, Punjani and Fleet 2012), for large lists.
    Mih,
}

named!(Structure {
    Auto = "auto",
    Exhaustive = "exhaustive",
    BkTree = "bk-tree",
    Mih = "mih",
});

/// The smallest number of hashes a tree is built over. Below, exhaustive search takes a few microseconds at most.
pub(super) const TREE_HASHES_MIN: usize = 2_000;

/// The smallest number of hashes multi-index hashing is built over instead. Below, at the default radius of PDQ,
/// exhaustive search is as fast (the bench `lookup`).
pub(super) const MIH_HASHES_MIN: usize = 20_000;

/// The radius from which a tree is no faster than exhaustive search. In the bench `lookup`, both are equal near radius
/// 18 of 256 bits and radius 7 of 64. Below, the tree's share falls about with the square of the radius.
pub(super) const fn tree_radius_max(hash_type: HashType) -> u32 {
    match hash_type.bits() {
        64 => 7,
        _ => 18,
    }
}

/// Whether a tree over so many hashes of a type belongs into the file.
pub(super) fn builds_tree(structure: Structure, hash_type: HashType, hashes: usize) -> bool {
    hash_type.is_perceptual()
        && match structure {
            Structure::Auto => (TREE_HASHES_MIN..MIH_HASHES_MIN).contains(&hashes),
            Structure::Exhaustive | Structure::Mih => false,
            Structure::BkTree => true,
        }
}

/// Whether multi-index hashing over so many hashes of a type belongs into the file.
pub(super) fn builds_mih(structure: Structure, hash_type: HashType, hashes: usize) -> bool {
    hash_type.is_perceptual()
        && match structure {
            Structure::Auto => hashes >= MIH_HASHES_MIN,
            Structure::Exhaustive | Structure::BkTree => false,
            Structure::Mih => true,
        }
}

/// The radius that counts for a type.
pub(super) fn radius(hash_type: HashType, radius: u32) -> u32 {
    if hash_type.is_perceptual() {
        radius.min(hash_type.bits())
    } else {
        0
    }
}

/// How a query is to be answered.
pub(super) enum Search<'a> {
    Exhaustive,
    BkTree(&'a Section),
    /// Multi-index hashing, unless it turns out to cost more than this.
    Mih(Mih<'a>, u64),
    /// Binary search for an equal hash.
    Sorted,
}

impl Search<'_> {
    /// The name used in output.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Search::Exhaustive => Structure::Exhaustive.name(),
            Search::BkTree(_) => Structure::BkTree.name(),
            Search::Mih(..) => Structure::Mih.name(),
            Search::Sorted => "sorted",
        }
    }
}

/// What a query of this radius is answered by, and what that is estimated to cost.
pub(super) fn search<'a>(
    index: &'a Index,
    table: &'a Table,
    structure: Structure,
    radius: u32,
) -> Result<(Search<'a>, u64)> {
    let exhaustive = table.hashes.count as u64 * COMPARE;
    let tree = |tree: &'a Section| {
        let of = u64::from(tree_radius_max(table.hash_type));
        let seen = u64::from(radius).min(of).pow(2);
        (Search::BkTree(tree), exhaustive / of.pow(2) * seen)
    };
    let mih = |at: &'a MihSection, budget: u64| {
        let section = index.blocks.view(&at.section);
        let mih = Mih::new(section, index.blocks.view(&table.hashes), &at.layout);
        let probes = mih.probes(radius);
        let postings = probes as f64 * at.layout.postings_per_bucket();
        let estimate = Costs::of(table.hash_type.bits()).of_buckets(probes, postings as u64);
        (Search::Mih(mih, budget), estimate)
    };
    match structure {
        Structure::Exhaustive => Ok((Search::Exhaustive, exhaustive)),
        _ if !table.hash_type.is_perceptual() => Ok((Search::Sorted, COMPARE)),
        Structure::Auto => {
            // Giving up costs half of exhaustive search at most. So a query costs at most 1.5 of it, whatever the list.
            let mih = table.mih.as_ref().map(|at| mih(at, exhaustive / 2));
            Ok(std::iter::once((Search::Exhaustive, exhaustive))
                .chain(table.tree.as_ref().map(tree))
                .chain(mih.filter(|&(_, estimate)| estimate <= exhaustive / 2))
                .min_by_key(|&(_, estimate)| estimate)
                .expect("one is always possible"))
        }
        Structure::BkTree => table
            .tree
            .as_ref()
            .map(tree)
            .ok_or_else(|| absent(table, structure)),
        Structure::Mih => {
            let mih = table.mih.as_ref().map(|at| mih(at, u64::MAX));
            mih.ok_or_else(|| absent(table, structure))
        }
    }
}

fn absent(table: &Table, structure: Structure) -> Error {
    Error::Argument(Problem::IndexMissingStructure {
        structure: structure.name().to_owned(),
        hash_type: table.hash_type.to_string(),
    })
}
