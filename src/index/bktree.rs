//! BK-tree: hashes sorted by their distance from a pivot, again and again, until few are left. See Burkhard and Keller,
//! "Some approaches to best-match file searching", 1973.
//!
//! All hashes of a child are at distances `nearest..=farthest` from the parent's pivot. That is one distance, except
//! where small children were joined. Let the query be at distance `q` from the pivot. By the triangle inequality every
//! hash `d` from the pivot is at least `|q - d|` from the query. So children with `nearest > q + radius` or `q >
//! farthest + radius` hold no answer. Nothing else is ever left out.
//!
//! It is right for small radii and short hashes. Distances of unrelated 256-bit hashes crowd around 128 +- 8. So at
//! radius 31 nearly every child must be visited, and no layout changes that. The bench `lookup` shows from where on
//! exhaustive search wins. Built in bulk: flat nodes in preorder, and leaves of up to [`LEAF_HASHES`] contiguous
//! hashes. A leaf is scanned like a small list. Neither side has recursion.
//!
//! A list can be made so that pivots do not split it (all hashes at one distance from each pivot). [`DEPTH_MAX`] bounds
//! what that costs: what is still together at that depth becomes one leaf, however large. So building looks at each
//! hash at most `DEPTH_MAX` times. A query compares with each hash at most once, as exhaustive search does.

use std::ops::Range;

use zerocopy::little_endian::U32;

use super::blocks::Blocks;
use super::format::Node;
use super::layout::{Section, Table};
use super::work::Work;
use super::{choice, linear};
use crate::Result;
use crate::error::IndexDamage;

/// The most hashes of a leaf, except at [`DEPTH_MAX`]. Scanning 256 hashes costs about as much as visiting the nodes
/// they would make.
pub(super) const LEAF_HASHES: usize = 256;
/// The most edges between the root and a leaf: 100 million unrelated hashes need 6.
pub(super) const DEPTH_MAX: usize = 8;

/// The tree over distinct hashes of `size` bytes each, end to end. The result is its nodes, and the order in which the
/// hashes must stand.
pub(super) fn build(hashes: &[u8], size: usize) -> (Vec<Node>, Vec<u32>) {
    let total = u32::try_from(hashes.len() / size).expect("the format's limit on hashes");
    let hash = |ordinal: u32| &hashes[ordinal as usize * size..][..size];
    let mut order: Vec<u32> = (0..total).collect();
    let mut sorted = order.clone();
    let mut distances = vec![0u32; order.len()];

    // The subtrees still to be written, the next one last.
    let mut subtrees = vec![NewSubtree {
        hashes: 0..order.len(),
        nearest: 0,
        farthest: 0,
        depth: 0,
    }];
    let mut written = Vec::new();
    while let Some(subtree) = subtrees.pop() {
        let (range, depth) = (subtree.hashes.clone(), subtree.depth);
        written.push(subtree);
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
            let bits = linear::distance(pivot, hash(member));
            *distance = bits;
            ends[bits as usize] += 1;
        }
        let mut children: Vec<NewSubtree> = Vec::new();
        let mut end = range.start + 1;
        for (bits, place) in (0u16..).zip(&mut ends) {
            let start = end;
            end += std::mem::replace(place, start - range.start - 1);
            if end == start {
                continue;
            }
            // Small children are joined while they fit one leaf. Scanning them costs less than a node each, and most
            // nodes would be at the far ends of the distances.
            match children.last_mut() {
                Some(before) if end - before.hashes.start <= LEAF_HASHES => {
                    before.hashes.end = end;
                    before.farthest = bits;
                }
                _ => children.push(NewSubtree {
                    hashes: start..end,
                    nearest: bits,
                    farthest: bits,
                    depth: depth + 1,
                }),
            }
        }
        for (&bits, &member) in distances.iter().zip(&*members) {
            let place = &mut ends[bits as usize];
            sorted[*place] = member;
            *place += 1;
        }
        members.copy_from_slice(&sorted[..members.len()]);
        subtrees.extend(children.into_iter().rev());
    }
    (nodes(&written), order)
}

/// A subtree on its way into the tree.
struct NewSubtree {
    /// Its place in the order.
    hashes: Range<usize>,
    nearest: u16,
    farthest: u16,
    depth: usize,
}

/// The nodes of subtrees in preorder: a subtree ends where its hashes do.
fn nodes(subtrees: &[NewSubtree]) -> Vec<Node> {
    let u32 = |count: usize| U32::new(u32::try_from(count).expect("at most as many as hashes"));
    let node = |subtree: &NewSubtree| Node {
        nodes: u32(1),
        hashes: u32(subtree.hashes.len()),
        nearest: subtree.nearest.into(),
        farthest: subtree.farthest.into(),
    };
    let mut nodes: Vec<Node> = subtrees.iter().map(node).collect();
    let mut open: Vec<usize> = Vec::new();
    for next in 0..=nodes.len() {
        let start = subtrees
            .get(next)
            .map_or(usize::MAX, |subtree| subtree.hashes.start);
        while let Some(&subtree) = open.last()
            && subtrees[subtree].hashes.end <= start
        {
            nodes[subtree].nodes = u32(next - subtree);
            open.pop();
        }
        open.push(next);
    }
    nodes
}

/// Calls `found(ordinal, distance)` for each hash within `radius` of the query, and says what that took.
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
) -> Result<Work> {
    let mut work = Work::default();
    let mut scan = |walk: &Walk, run: Range<usize>, work: &mut Work| -> Result<()> {
        work.compared += run.len() as u64;
        let hashes = walk.hashes(run.clone())?;
        linear::scan(hashes, query, radius, |position, distance| {
            found(run.start + position, distance);
        });
        Ok(())
    };
    let mut walk = Walk::new(blocks, table, tree);
    if radius > choice::tree_radius_max(table.hash_type) {
        // Nearly every leaf would be visited: all of them are one.
        scan(&walk, 0..table.hashes.count, &mut work)?;
        return Ok(work);
    }
    // Hashes to be compared that stand in a row. At large radii nearly all do, and scanning leaf by leaf would take
    // twice as long as exhaustive search.
    let mut run = 0..0;
    while let Some(subtree) = walk.next()? {
        work.nodes += 1;
        if subtree.nearest > subtree.pivot.saturating_add(radius)
            || subtree.pivot > subtree.farthest.saturating_add(radius)
        {
            continue;
        }
        let pivot = subtree.hashes.start;
        let compared = if subtree.is_leaf() {
            subtree.hashes.clone()
        } else {
            pivot..pivot + 1
        };
        if run.end != compared.start {
            scan(&walk, run, &mut work)?;
            run = compared.start..compared.start;
        }
        run.end = compared.end;
        if !subtree.is_leaf() {
            let distance = linear::distance(walk.hashes(compared)?, query);
            walk.enter(subtree, distance)?;
        }
    }
    scan(&walk, run, &mut work)?;
    Ok(work)
}

/// Proves that a tree over the hashes of `table` loses none and holds none twice.
pub(super) fn check(blocks: &Blocks, table: &Table, tree: &Section) -> Result<()> {
    let mut walk = Walk::new(blocks, table, tree);
    let size = table.hash_type.bytes();
    // The pivots above the current subtree, and how far the hashes of their children have come.
    let mut above: Vec<(&[u8], u32)> = Vec::new();
    while let Some(subtree) = walk.next()? {
        above.truncate(subtree.depth);
        let hashes = walk.hashes(subtree.hashes.clone())?;
        if let Some((pivot, before)) = above.last_mut() {
            // Ascending from 1: equal hashes stand in one leaf, where they are found below.
            if std::mem::replace(before, subtree.farthest) >= subtree.nearest {
                return Err(walk.wrong(|hash_type| IndexDamage::TreeChildren { hash_type }));
            }
            let mut strays = hashes.chunks_exact(size);
            if strays.any(|hash| {
                !(subtree.nearest..=subtree.farthest).contains(&linear::distance(pivot, hash))
            }) {
                return Err(walk.wrong(|hash_type| IndexDamage::TreeDistances { hash_type }));
            }
        }
        if subtree.is_leaf() {
            let mut distinct: Vec<&[u8]> = hashes.chunks_exact(size).collect();
            distinct.sort_unstable();
            if distinct.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(walk.wrong(|hash_type| IndexDamage::TreeRepeats { hash_type }));
            }
        } else {
            above.push((&hashes[..size], 0));
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
    /// How far the nearest and the farthest of its hashes are from the parent's pivot.
    nearest: u32,
    farthest: u32,
    /// How far the query is from the parent's pivot.
    pivot: u32,
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
                    return Err(self.wrong(|hash_type| IndexDamage::TreeStrays { hash_type }));
                }
                if depth == 0 {
                    return Ok(None);
                }
                self.entered.pop();
                continue;
            }
            let node: &Node = self.blocks.element(self.tree, within.nodes.start)?;
            let (nodes, hashes) = (node.nodes.get() as usize, node.hashes.get() as usize);
            let (nearest, farthest) = (node.nearest.get(), node.farthest.get());
            let fits = 1 <= nodes && nodes <= within.nodes.len();
            if !fits || hashes < nodes || hashes > within.hashes.len() {
                return Err(self.wrong(|hash_type| IndexDamage::TreeNode { hash_type }));
            }
            if depth == 0 && (nodes != within.nodes.len() || (nearest, farthest) != (0, 0)) {
                return Err(self.wrong(|hash_type| IndexDamage::TreeRoot { hash_type }));
            }
            let within = self.entered.last_mut().expect("it was there above");
            let subtree = Subtree {
                nodes: within.nodes.start..within.nodes.start + nodes,
                hashes: within.hashes.start..within.hashes.start + hashes,
                nearest: nearest.into(),
                farthest: farthest.into(),
                pivot: within.distance,
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
            return Err(self.wrong(|hash_type| IndexDamage::TreeDepth { hash_type }));
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

    fn wrong(&self, damage: impl FnOnce(String) -> IndexDamage) -> crate::Error {
        let hash_type = self.table.hash_type.name().to_owned();
        self.blocks.damaged(damage(hash_type))
    }
}
