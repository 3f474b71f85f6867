//! BK-tree: hashes sorted by their distance from a pivot, again and again, until few are left (Burkhard and Keller,
//! "Some approaches to best-match file searching", 1973).
//!
//! All hashes of a child are at one distance `d` from the parent's pivot. If the query is at distance `q` from it, the
//! triangle inequality keeps every hash of the child at least `|q - d|` from the query: children with `|q - d| > radius`
//! hold no answer, and nothing else is ever left out.
//!
//! It is right for small radii and short hashes. Distances of unrelated 256-bit hashes crowd around 128 +- 8, so at
//! radius 31 nearly every child must be visited, and no layout changes that; the bench `lookup` shows from where on
//! exhaustive search wins. Built in bulk: flat nodes in preorder, leaves of up to [`LEAF_HASHES`] contiguous hashes that
//! are scanned like a small list, no recursion on either side.
//!
//! A list can be made so that pivots do not split it (all hashes at one distance from each pivot). [`DEPTH_MAX`] bounds
//! what that costs: what is still together at that depth becomes one leaf, however large. So building looks at each
//! hash at most `DEPTH_MAX` times, and a query compares with each hash at most once, as exhaustive search does.

use std::ops::Range;

use zerocopy::little_endian::U32;

use super::blocks::Blocks;
use super::format::{Node, Section, Table};
use super::linear;
use crate::Result;

/// The most hashes of a leaf, except at [`DEPTH_MAX`]. Scanning 256 hashes costs about as much as visiting the nodes
/// they would make.
const LEAF_HASHES: usize = 256;
/// The most edges between the root and a leaf: 100 million unrelated hashes need 6.
const DEPTH_MAX: usize = 8;

/// The tree over distinct hashes of `size` bytes each, end to end: its nodes, and the order in which the hashes must
/// stand.
pub(super) fn build(hashes: &[u8], size: usize) -> (Vec<Node>, Vec<u32>) {
    let total = u32::try_from(hashes.len() / size).expect("the format's limit on hashes");
    let hash = |ordinal: u32| &hashes[ordinal as usize * size..][..size];
    let mut order: Vec<u32> = (0..total).collect();
    let mut sorted = order.clone();
    let mut distances = vec![0u16; order.len()];

    // The subtrees still to be written, the next one last, each at `range` of the order.
    let mut subtrees = vec![(0..order.len(), 0u16, 0)];
    let mut written: Vec<(Range<usize>, u16)> = Vec::new();
    while let Some((range, distance, depth)) = subtrees.pop() {
        written.push((range.clone(), distance));
        if range.len() <= LEAF_HASHES || depth == DEPTH_MAX {
            continue;
        }
        // The middle one of the subtree: hashes start in ascending order and stay so within a subtree.
        let members = &mut order[range.clone()];
        members[..=range.len() / 2].rotate_right(1);
        let (pivot, members) = members.split_first_mut().expect("more than a leaf");

        // A counting sort by distance.
        let pivot = hash(*pivot);
        let mut ends = vec![0usize; size * 8 + 1];
        for (distance, &member) in distances.iter_mut().zip(&*members) {
            let bits = distance_of(pivot, hash(member));
            *distance = bits;
            ends[usize::from(bits)] += 1;
        }
        let mut children = Vec::new();
        let mut end = 0;
        for (bits, place) in ends.iter_mut().enumerate() {
            let start = end;
            end += std::mem::replace(place, start);
            if end > start {
                let first = range.start + 1;
                children.push((first + start..first + end, bits as u16, depth + 1));
            }
        }
        for (&bits, &member) in distances.iter().zip(&*members) {
            let place = &mut ends[usize::from(bits)];
            sorted[*place] = member;
            *place += 1;
        }
        members.copy_from_slice(&sorted[..members.len()]);
        subtrees.extend(children.into_iter().rev());
    }
    (nodes(&written), order)
}

fn distance_of(a: &[u8], b: &[u8]) -> u16 {
    let mut distance = 0;
    linear::scan(a, b, u32::MAX, |_, bits| distance = bits as u16);
    distance
}

/// The nodes of subtrees in preorder, from the hashes and the distance of each: a subtree ends where its hashes do.
fn nodes(subtrees: &[(Range<usize>, u16)]) -> Vec<Node> {
    let u32 = |count: usize| U32::new(u32::try_from(count).expect("at most as many as hashes"));
    let node = |(hashes, distance): &(Range<usize>, u16)| Node {
        nodes: u32(1),
        hashes: u32(hashes.len()),
        distance: (*distance).into(),
        zeros: 0.into(),
    };
    let mut nodes: Vec<Node> = subtrees.iter().map(node).collect();
    let mut open: Vec<usize> = Vec::new();
    for next in 0..=nodes.len() {
        let start = subtrees
            .get(next)
            .map_or(usize::MAX, |(hashes, _)| hashes.start);
        while let Some(&subtree) = open.last()
            && subtrees[subtree].0.end <= start
        {
            nodes[subtree].nodes = u32(next - subtree);
            open.pop();
        }
        open.push(next);
    }
    nodes
}

/// Calls `found(ordinal, distance)` for each hash within `radius` of the query.
///
/// # Errors
/// A damaged block, or nodes that are no tree over the hashes.
pub(super) fn search(
    blocks: &Blocks,
    table: &Table,
    tree: &Section,
    query: &[u8],
    radius: u32,
    mut found: impl FnMut(usize, u32),
) -> Result<()> {
    let mut walk = Walk::new(blocks, table, tree);
    while let Some(subtree) = walk.next()? {
        if subtree.parent.abs_diff(subtree.distance) > radius {
            continue;
        }
        if subtree.is_leaf() {
            let hashes = walk.hashes(subtree.hashes.clone())?;
            linear::scan(hashes, query, radius, |position, distance| {
                found(subtree.hashes.start + position, distance);
            });
        } else {
            let pivot = subtree.hashes.start;
            let distance = u32::from(distance_of(walk.hashes(pivot..pivot + 1)?, query));
            if distance <= radius {
                found(pivot, distance);
            }
            walk.enter(subtree, distance)?;
        }
    }
    Ok(())
}

/// Proves that a tree over the hashes of `table` loses none and holds none twice.
pub(super) fn check(blocks: &Blocks, table: &Table, tree: &Section) -> Result<()> {
    let mut walk = Walk::new(blocks, table, tree);
    let size = table.hash_type.bytes();
    // The pivots above the current subtree, and the distance of the child before it.
    let mut above: Vec<(&[u8], Option<u32>)> = Vec::new();
    while let Some(subtree) = walk.next()? {
        above.truncate(subtree.depth);
        let hashes = walk.hashes(subtree.hashes.clone())?;
        if let Some((pivot, before)) = above.last_mut() {
            // Ascending from 1: equal hashes would stand in one leaf.
            if before.replace(subtree.distance) >= Some(subtree.distance) || subtree.distance == 0 {
                return Err(walk.wrong("children are out of order"));
            }
            let mut strays = hashes.chunks_exact(size);
            if strays.any(|hash| u32::from(distance_of(pivot, hash)) != subtree.distance) {
                return Err(walk.wrong("a hash is not at its node's distance"));
            }
        }
        if subtree.is_leaf() {
            let mut distinct: Vec<&[u8]> = hashes.chunks_exact(size).collect();
            distinct.sort_unstable();
            if distinct.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(walk.wrong("a hash stands twice"));
            }
        } else {
            above.push((&hashes[..size], None));
            walk.enter(subtree, 0)?;
        }
    }
    Ok(())
}

/// A walk through the tree in preorder, by someone who says which subtrees to enter.
struct Walk<'a> {
    blocks: &'a Blocks,
    table: &'a Table,
    tree: &'a Section,
    /// The nodes entered, outermost first; the first one is the whole tree.
    entered: Vec<Entered>,
}

/// What is left of the children of a node.
struct Entered {
    nodes: Range<usize>,
    hashes: Range<usize>,
    /// How far the query is from its pivot.
    distance: u32,
}

struct Subtree {
    nodes: Range<usize>,
    hashes: Range<usize>,
    /// How far its hashes are from the parent's pivot.
    distance: u32,
    /// How far the query is from the parent's pivot.
    parent: u32,
    depth: usize,
}

impl Subtree {
    fn is_leaf(&self) -> bool {
        self.nodes.len() == 1
    }
}

impl<'a> Walk<'a> {
    fn new(blocks: &'a Blocks, table: &'a Table, tree: &'a Section) -> Walk<'a> {
        let mut entered = Vec::with_capacity(DEPTH_MAX + 1);
        entered.push(Entered {
            nodes: 0..tree.count,
            hashes: 0..table.hashes.count,
            // The root has no parent: distance 0 from nothing lets every query in.
            distance: 0,
        });
        Walk {
            blocks,
            table,
            tree,
            entered,
        }
    }

    /// The next child of the node entered last, or of the last one above it that has any left.
    fn next(&mut self) -> Result<Option<Subtree>> {
        loop {
            let depth = self.entered.len() - 1;
            let within = self.entered.last().expect("the whole tree is left last");
            if within.nodes.is_empty() {
                if !within.hashes.is_empty() {
                    return Err(self.wrong("some hashes belong to no node"));
                }
                if depth == 0 {
                    return Ok(None);
                }
                self.entered.pop();
                continue;
            }
            let node: &Node = self.blocks.element(self.tree, within.nodes.start)?;
            let (nodes, hashes) = (node.nodes.get() as usize, node.hashes.get() as usize);
            let distance = u32::from(node.distance.get());
            let fits = 1 <= nodes && nodes <= within.nodes.len();
            if !fits || hashes < nodes || hashes > within.hashes.len() {
                return Err(self.wrong("a node does not fit in its parent"));
            }
            if node.zeros.get() != 0 {
                return Err(self.wrong("reserved bytes are not zero"));
            }
            if depth == 0 && (nodes != within.nodes.len() || distance != 0) {
                return Err(self.wrong("the first node is not the root"));
            }
            let within = self.entered.last_mut().expect("it was there above");
            let subtree = Subtree {
                nodes: within.nodes.start..within.nodes.start + nodes,
                hashes: within.hashes.start..within.hashes.start + hashes,
                distance,
                parent: within.distance,
                depth,
            };
            within.nodes.start = subtree.nodes.end;
            within.hashes.start = subtree.hashes.end;
            return Ok(Some(subtree));
        }
    }

    /// Goes on with the children of an inner node.
    fn enter(&mut self, subtree: Subtree, distance: u32) -> Result<()> {
        if subtree.depth == DEPTH_MAX {
            return Err(self.wrong("it is too deep"));
        }
        self.entered.push(Entered {
            nodes: subtree.nodes.start + 1..subtree.nodes.end,
            hashes: subtree.hashes.start + 1..subtree.hashes.end,
            distance,
        });
        Ok(())
    }

    fn hashes(&self, ordinals: Range<usize>) -> Result<&'a [u8]> {
        let size = self.table.hash_type.bytes();
        self.blocks.elements(&self.table.hashes, ordinals, size)
    }

    fn wrong(&self, what: &str) -> crate::Error {
        let hash_type = self.table.hash_type;
        self.blocks
            .damaged(format_args!("the BK-tree of {hash_type}: {what}"))
    }
}
