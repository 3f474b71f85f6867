//! Authentic notices: lists of what is genuine.
//!
//! A picture that shows all of a listed notice, and is very near to it, is told to be authentic. Matches of lists that the list
//! allows are suppressed where the notice is the nearer one, by a margin. Where another entry is nearer, it is the other: a
//! forged notice on the same template. In between nobody can tell, and a person compares.
//!
//! A notice answers for the place that it fills and for nothing beside it. What matches at another place of the picture stays a
//! match. Nothing is suppressed by a notice that is not told.

mod notice;
mod place;

use std::collections::BTreeSet;

#[cfg(feature = "media")]
use super::located::nearer_page;
use super::matches::keep_nearest;
use super::query::{Query, QueryHash};
use super::tier::Tier;
use super::tracks::PictureSeen;
use super::{Found, Match};
use crate::Result;
use crate::hash::{HashType, View};
use crate::list::Opinion;
use crate::store::{MaxAction, Terms};
use notice::Notice;
use place::{is_one_place, shows_all};

/// Up to how many bits a picture is taken for a listed notice, whatever the radius of its list is. Of 14,850 pairs of different
/// notices on one template the nearest were 20 bits apart. Copies were within 8, and small ones within 14.
const RADIUS: u32 = 14;

/// By so many bits a notice must be nearer than another entry, or the other nearer than the notice. Copies of a notice were
/// nearer to it than to others on its template by at least this much.
const MARGIN: u32 = 4;

/// Which of two entries a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nearer {
    Notice,
    Listed,
    Either,
}

/// A match, and what each notice says of it.
struct Judged {
    found: Match,
    each: Vec<Option<Nearer>>,
    /// Whether it was a match before.
    was_match: bool,
}

/// Up to how many bits a hash of the type is taken for a listed notice: in the proportion that was measured of PDQ.
fn reach(hash_type: HashType) -> u32 {
    if hash_type.is_perceptual() {
        RADIUS * hash_type.bits() / HashType::Pdq.bits()
    } else {
        0
    }
}

/// By how many bits one of two entries must be nearer.
fn margin(hash_type: HashType) -> u32 {
    (MARGIN * hash_type.bits())
        .div_ceil(HashType::Pdq.bits())
        .max(1)
}

/// Whether a notice in one view, so near, answers a match in another view, at this distance, with another entry.
pub(super) fn is_nearer(
    hash_type: HashType,
    (of_notice, notice): (View, u32),
    (of_match, listed): (View, u32),
) -> bool {
    shows_all(of_notice)
        && is_one_place(of_notice, of_match)
        && notice <= reach(hash_type)
        && notice + margin(hash_type) <= listed
}

impl Query<'_> {
    /// Tells which notices a file shows, and decides between them and what it matches. Frames of a clip are not told: a clip
    /// is more than a notice that it shows.
    pub(super) fn tell_authentic(
        &self,
        found: &mut Found,
        asked: &[QueryHash],
        is_clip: bool,
        seen: PictureSeen<'_>,
    ) -> Result<()> {
        let notices = self.notices(asked, is_clip, seen)?;
        // What whole pictures decided is decided again, by all that is known of the notices. Of a clip there is no more.
        let allowed = if is_clip {
            Vec::new()
        } else {
            self.take_allowed(found)
        };
        if notices.is_empty() && allowed.is_empty() {
            return Ok(());
        }
        let limit = self.policy.limit;
        let was_full = found.matches.len() >= limit;
        let matches = std::mem::take(&mut found.matches);
        let others = std::mem::take(&mut found.weak).into_iter().chain(allowed);
        let all = matches.into_iter().map(|m| (m, true));
        let all = all.chain(others.map(|m| (m, false)));
        let judged = all.map(|(m, was_match)| self.judged(m, was_match, &notices, seen));
        let judged = judged.collect::<Result<Vec<Judged>>>()?;
        let beaten: BTreeSet<usize> = judged
            .iter()
            .filter(|judged| judged.found.tier != Tier::Lead)
            .flat_map(|judged| judged.each.iter().enumerate())
            .filter_map(|(place, said)| (*said == Some(Nearer::Listed)).then_some(place))
            .collect();
        let mut is_changed = false;
        let mut left = Vec::new();
        for mut judged in judged {
            let said = judged.each.iter().enumerate();
            let mut said = said.filter(|(place, _)| !beaten.contains(place));
            let answer = said
                .clone()
                .find(|(_, said)| **said == Some(Nearer::Notice));
            let is_either = said.any(|(_, said)| *said == Some(Nearer::Either));
            let m = &mut judged.found;
            if let Some((place, _)) = answer {
                m.allowed_by = Some(notices[place].found.list.clone());
                is_changed |= judged.was_match;
                left.push(judged);
            } else if m.tier == Tier::Lead {
                found.weak.push(judged.found);
            } else {
                is_changed |= !judged.was_match;
                if is_either && !self.is_final(m) {
                    to_review(m);
                }
                found.matches.push(judged.found);
            }
        }
        // Entries beyond the limit were not looked into, and no notice answers those.
        let is_unknown = was_full && found.matches.is_empty();
        for Judged {
            found: mut m,
            was_match,
            ..
        } in left
        {
            if is_unknown && was_match {
                m.allowed_by = None;
                to_review(&mut m);
                found.matches.push(m);
            } else {
                found.suppressed.push(m);
            }
        }
        let notices = notices.into_iter().enumerate();
        let notices = notices.filter(|(place, _)| !beaten.contains(place));
        found.authentic = notices.map(|(_, notice)| notice.found).collect();
        found.more += found.matches.len().saturating_sub(limit) as u64;
        for matches in [
            &mut found.matches,
            &mut found.suppressed,
            &mut found.weak,
            &mut found.authentic,
        ] {
            keep_nearest(matches, limit);
        }
        match Match::leading(&found.matches) {
            None => found.cluster = None,
            Some(leading) if is_changed && leading.clip.is_none() => {
                found.cluster = Some(self.cluster(&leading.hash, false)?);
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Takes the matches that lists of authentic notices allow.
    fn take_allowed(&self, found: &mut Found) -> Vec<Match> {
        let is_of_notice = |m: &Match| {
            let list = m.allowed_by.as_ref().filter(|_| m.clip.is_none());
            let terms = list.and_then(|list| self.terms(m.store, list));
            terms.is_some_and(|terms| terms.authentic) && m.opinion != Opinion::Negative
        };
        let (mut allowed, suppressed): (Vec<Match>, Vec<Match>) =
            std::mem::take(&mut found.suppressed)
                .into_iter()
                .partition(is_of_notice);
        found.suppressed = suppressed;
        for m in &mut allowed {
            m.allowed_by = None;
        }
        allowed
    }

    /// The terms of a list of a store.
    fn terms(&self, store: Option<usize>, list: &str) -> Option<&Terms> {
        let (_, layer) = self.layers().find(|(place, layer)| {
            let standing = layer.standing.as_ref();
            Some(*place) == store && standing.is_some_and(|standing| standing.terms.list == list)
        })?;
        layer.standing.as_ref().map(|standing| &standing.terms)
    }

    /// Whether a match is the very digest or hash of a list beyond appeal. No picture that is like it changes that.
    fn is_final(&self, m: &Match) -> bool {
        let terms = || self.terms(m.store, &m.list);
        m.is_beyond_appeal || (m.distance == 0 && terms().is_some_and(|terms| terms.beyond_appeal))
    }

    /// What each notice says of a match.
    fn judged(
        &self,
        m: Match,
        was_match: bool,
        notices: &[Notice],
        seen: PictureSeen<'_>,
    ) -> Result<Judged> {
        #[cfg(feature = "media")]
        let mut page = None;
        #[cfg(not(feature = "media"))]
        let _ = seen;
        let mut each = Vec::with_capacity(notices.len());
        for notice in notices {
            let Some(own) = notice.distance_beside(&m) else {
                each.push(None);
                continue;
            };
            let is_file = notice.found.tier == Tier::Identical;
            if m.tier == Tier::Identical || is_file {
                each.push(Some(match m.tier {
                    Tier::Identical if !is_file => Nearer::Listed,
                    _ if notice.is_certain() && !m.is_beyond_appeal => Nearer::Notice,
                    _ => Nearer::Either,
                }));
                continue;
            }
            #[cfg(not(feature = "media"))]
            let nearer = nearer_hash(&m, own);
            #[cfg(feature = "media")]
            let nearer = match (seen.picture, &notice.parts) {
                (Some((planes, _)), Some(parts)) => {
                    if page.is_none() {
                        page = Some(self.page_of(&m, planes)?);
                    }
                    let page = page.as_ref().and_then(Option::as_ref);
                    page.map(|page| nearer_page(page, parts))
                }
                _ => None,
            }
            .unwrap_or_else(|| nearer_hash(&m, own));
            let is_open = !notice.is_certain() || self.is_final(&m);
            each.push(Some(match nearer {
                Nearer::Notice if is_open => Nearer::Either,
                nearer => nearer,
            }));
        }
        Ok(Judged {
            found: m,
            each,
            was_match,
        })
    }
}

/// Which of the two a picture is, by whole pictures.
fn nearer_hash(m: &Match, notice: u32) -> Nearer {
    let margin = margin(m.hash.hash_type());
    if notice + margin <= m.distance {
        Nearer::Notice
    } else if m.distance + margin <= notice {
        Nearer::Listed
    } else {
        Nearer::Either
    }
}

/// A match that leads to no more than a review.
fn to_review(m: &mut Match) {
    let most = MaxAction::Review;
    m.at_most = Some(m.at_most.map_or(most, |known| known.min(most)));
}
