//! Documents of one template are told apart by their parts.
//!
//! Whole pages of one template have like hashes, whatever is written on them. A list that holds details has the hashes of 15
//! parts of a page. Where some of them differ, the page is another one, and a match is no more than a lead. The very hash of a
//! list beyond appeal stays a match. A list of what is allowed can hold the genuine page. Then the parts tell which of the two a
//! page is, also where whole pages are as near. Lists of authentic notices are asked later (`authentic`).

use super::super::allow::{is_allow_list, is_of_allow_list};
use super::super::authentic::Nearer;
use super::super::matches::keep_nearest;
use super::super::query::Query;
use super::super::tier::Tier;
use super::super::{Found, Match};
use crate::Result;
use crate::hash::{FrameHash, Pdq, Placement, Turn, View};
use crate::hasher::Planes;
use crate::index::Row;
use crate::list::Opinion;
use crate::store::MaxAction;

/// A part of a page differs from that of another by at least so many bits, where it shows something else. Copies of a part, also
/// small and compressed ones, differ by less.
const PART_RADIUS: u32 = 72;

/// So many parts differ at least between two pages of one template. Of a copy fewer are blotted.
const PARTS_MIN: usize = 3;

/// So many parts say at least that two pages are one, where all of them agree.
const KNOWN_MIN: usize = 6;

/// So many bits must be between two pages for one of them to be the nearer one.
const NEARER_BY: u32 = 12;

/// The parts of a page; those that are too flat have none.
pub(in super::super) type Parts = Vec<Option<Pdq>>;

/// The parts of a page that a file shows, and of the listed one that it matches.
pub(in super::super) struct Page {
    seen: Parts,
    listed: Parts,
}

/// A page that a list holds.
struct ListedPage {
    parts: Parts,
    /// Whether no list allows what its list holds, and no part takes back what its hash says.
    is_beyond_appeal: bool,
}

/// What parts tell of a match.
enum Told {
    /// Nothing: the list or the page has no parts.
    Nothing,
    /// It is another page of the template.
    Another,
    /// It is a page that this list allows.
    Allowed(String),
    /// It is the listed page.
    Listed,
    /// It is one of the two, and the parts do not tell which.
    Either,
}

impl Query<'_> {
    /// Looks at the parts of documents that match, and at those that are allowed.
    pub(super) fn tell_apart(
        &self,
        found: &mut Found,
        planes: &Planes,
        prints: &[FrameHash],
    ) -> Result<()> {
        let is_allowed = |m: &Match| m.allowed_by.is_some() && m.opinion != Opinion::Negative;
        let (allowed, suppressed) = std::mem::take(&mut found.suppressed)
            .into_iter()
            .partition(is_allowed);
        found.suppressed = suppressed;
        let matches = std::mem::take(&mut found.matches);
        let before = matches.len();
        for mut m in matches.into_iter().chain(allowed) {
            match self.told(&m, planes, prints)? {
                Told::Nothing if m.allowed_by.is_some() => found.suppressed.push(m),
                Told::Nothing => found.matches.push(m),
                Told::Another => {
                    m.tier = Tier::Lead;
                    m.at_most = Tier::Lead.at_most(m.at_most, m.opinion);
                    m.allowed_by = None;
                    found.weak.push(m);
                }
                Told::Allowed(list) => {
                    m.allowed_by = Some(list);
                    found.suppressed.push(m);
                }
                Told::Listed => {
                    m.allowed_by = None;
                    found.matches.push(m);
                }
                Told::Either => {
                    m.allowed_by = None;
                    let most = MaxAction::Review;
                    m.at_most = Some(m.at_most.map_or(most, |of_list| of_list.min(most)));
                    found.matches.push(m);
                }
            }
        }
        for mut m in std::mem::take(&mut found.weak) {
            if m.tier == Tier::Lead && m.clip.is_none() && self.is_same(&m, planes)? {
                m.tier = Tier::Derived;
                found.matches.push(m);
            } else {
                found.weak.push(m);
            }
        }
        let limit = self.policy.limit;
        found.more += (found.matches.len().saturating_sub(limit.max(before))) as u64;
        for matches in [&mut found.matches, &mut found.suppressed, &mut found.weak] {
            keep_nearest(matches, limit);
        }
        found.cluster = match (found.cluster, Match::leading(&found.matches)) {
            (Some(cluster), Some(_)) => Some(cluster),
            (None, Some(leading)) => Some(self.cluster(&leading.hash, false)?),
            (_, None) => None,
        };
        Ok(())
    }

    /// Whether the parts of a page that is a lead are those of the listed one.
    fn is_same(&self, m: &Match, planes: &Planes) -> Result<bool> {
        let Some(page) = shown(m, planes) else {
            return Ok(false);
        };
        let all = self.listed_pages(m)?;
        Ok(all.iter().any(|listed| {
            let pairs = page.iter().zip(&listed.parts);
            let known: Vec<u32> = pairs.filter_map(distance).collect();
            known.len() >= KNOWN_MIN && known.iter().all(|bits| *bits <= PART_RADIUS)
        }))
    }

    /// The parts of the page that matched, and of the listed one. `None` where either is not known.
    pub(in super::super) fn page_of(&self, m: &Match, planes: &Planes) -> Result<Option<Page>> {
        let Some(seen) = shown(m, planes) else {
            return Ok(None);
        };
        let listed = self.listed_pages(m)?.into_iter().next();
        let listed = listed.map(|listed| listed.parts);
        Ok(listed.map(|listed| Page { seen, listed }))
    }

    fn told(&self, m: &Match, planes: &Planes, prints: &[FrameHash]) -> Result<Told> {
        let Some(page) = shown(m, planes) else {
            return Ok(Told::Nothing);
        };
        let Some(listed) = self.listed_pages(m)?.into_iter().next() else {
            return Ok(Told::Nothing);
        };
        if listed.is_beyond_appeal && m.distance == 0 {
            return Ok(Told::Nothing);
        }
        let listed = listed.parts;
        let is_another = |listed: &Parts| {
            let pairs = page.iter().zip(listed);
            let far = pairs.filter(|pair| distance(*pair).is_some_and(|bits| bits > PART_RADIUS));
            far.count() >= PARTS_MIN
        };
        let mut nearest: Option<(u32, u32, String)> = None;
        for (list, allowed) in self.allowed_pages(m, prints)? {
            if is_another(&allowed) {
                continue;
            }
            let (own, other) = sums(&page, &listed, &allowed);
            if nearest.as_ref().is_none_or(|(_, known, _)| other < *known) {
                nearest = Some((own, other, list));
            }
        }
        Ok(match nearest {
            Some((own, other, list)) if is_another(&listed) || other + NEARER_BY <= own => {
                Told::Allowed(list)
            }
            _ if is_another(&listed) => Told::Another,
            Some((own, other, _)) if own + NEARER_BY <= other => Told::Listed,
            Some(_) => Told::Either,
            // Where whole pages decided, they still do.
            None => Told::Nothing,
        })
    }

    /// The pages that its list holds of a match.
    fn listed_pages(&self, m: &Match) -> Result<Vec<ListedPage>> {
        let mut places = Vec::new();
        for (ordinal, (_, layer)) in self.layers().enumerate() {
            if let Some(hit) = layer.find(&m.hash)? {
                places.push((ordinal, hit));
            }
        }
        let mut all = Vec::new();
        for said in self.said(&places)? {
            let standing = said.standing.as_ref();
            let is_beyond_appeal = standing.is_some_and(|standing| standing.terms.beyond_appeal);
            for row in said.rows {
                if let Some(details) = row.entry.details
                    && !details.grid.is_empty()
                    && (&said.list, said.store, &row.entry.id) == (&m.list, m.store, &m.id)
                {
                    all.push(ListedPage {
                        parts: details.grid,
                        is_beyond_appeal,
                    });
                }
            }
        }
        Ok(all)
    }

    /// The pages that lists of what is allowed hold near to the page that matched, where they allow what its list holds.
    fn allowed_pages(&self, m: &Match, prints: &[FrameHash]) -> Result<Vec<(String, Parts)>> {
        let Some(print) = prints
            .iter()
            .find(|print| print.view == m.view && print.hash.hash_type() == m.hash.hash_type())
        else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for (ordinal, (store, layer)) in self.layers().enumerate() {
            if !is_of_allow_list(layer) || m.store != Some(store) {
                continue;
            }
            let radius = self.radius(layer, m.hash.hash_type());
            for hit in layer
                .lookup_batch(&[print.hash], radius)?
                .into_iter()
                .flatten()
            {
                for said in self
                    .said(&[(ordinal, hit)])?
                    .into_iter()
                    .filter(is_allow_list)
                {
                    let terms = said.standing.as_ref().map(|standing| &standing.terms);
                    if !terms.is_some_and(|terms| terms.allows(&m.list) && !terms.authentic) {
                        continue;
                    }
                    let details = said.rows.into_iter().filter_map(|row| row.entry.details);
                    let grids = details.map(|details| details.grid);
                    let grids = grids.filter(|grid| !grid.is_empty());
                    all.extend(grids.map(|grid| (said.list.clone(), grid)));
                }
            }
        }
        Ok(all)
    }
}

/// The parts of the page that rows of a list are about, if they hold them.
pub(in super::super) fn parts_of(rows: &[Row]) -> Option<Parts> {
    let mut details = rows.iter().filter_map(|row| row.entry.details.as_ref());
    let details = details.find(|details| !details.grid.is_empty())?;
    Some(details.grid.clone())
}

/// Whether a page is the notice that has these parts, or the listed one.
pub(in super::super) fn nearer_page(page: &Page, notice: &Parts) -> Nearer {
    let (to_listed, to_notice) = sums(&page.seen, &page.listed, notice);
    if to_notice + NEARER_BY <= to_listed {
        Nearer::Notice
    } else if to_listed + NEARER_BY <= to_notice {
        Nearer::Listed
    } else {
        Nearer::Either
    }
}

/// Whether any part of a page is another than that of a listed one. Of a changed number no more than one may be.
pub(in super::super) fn is_changed(page: &Parts, listed: &Parts) -> bool {
    let mut pairs = page.iter().zip(listed);
    pairs.any(|pair| distance(pair).is_some_and(|bits| bits > PART_RADIUS))
}

/// The parts of the page that matched. `None` where it is no page, or where it lies is not known.
fn shown(m: &Match, planes: &Planes) -> Option<Parts> {
    if m.clip.is_some() {
        return None;
    }
    page_at(m.view, m.frame, planes)
}

/// The parts of the page that a view shows. `None` where it is no page, or where it lies is not known.
pub(in super::super) fn page_at(view: View, frame: u32, planes: &Planes) -> Option<Parts> {
    let region = view.area.region;
    let upright = Placement::of(&region);
    let placement = match view.turn {
        _ if region.rotation != 0 || frame > 0 => return None,
        Turn::Original => upright,
        Turn::FlipHorizontal => upright.mirrored(),
        _ => return None,
    };
    planes.document(view.rendering, &placement)
}

fn distance((one, other): (&Option<Pdq>, &Option<Pdq>)) -> Option<u32> {
    Some(one.as_ref()?.distance(other.as_ref()?))
}

/// How far a page is from each of two others, over the parts that all of them have.
fn sums(page: &Parts, one: &Parts, other: &Parts) -> (u32, u32) {
    let mut sums = (0, 0);
    for ((part, one), other) in page.iter().zip(one).zip(other) {
        if let (Some(to_one), Some(to_other)) = (distance((part, one)), distance((part, other))) {
            sums.0 += to_one;
            sums.1 += to_other;
        }
    }
    sums
}
