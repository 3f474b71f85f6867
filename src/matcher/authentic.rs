//! Authentic notices: lists of what is genuine.
//!
//! A picture that shows all of a listed notice, and is very near to it, is told to be authentic. Matches of lists that the list
//! allows are suppressed where the notice is the nearer one, by a margin. Where another entry is nearer, it is the other: a
//! forged notice on the same template. In between nobody can tell, and a person compares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[cfg(feature = "media")]
use super::located::Parts;
use super::matches::keep_nearest;
use super::query::{Candidate, Query, QueryHash};
use super::radius::min_quality;
use super::rows::ListRows;
use super::tier::Tier;
use super::tracks::PictureSeen;
use super::{Found, Match};
use crate::Result;
use crate::hash::{AreaKind, Hash, HashType, View};
use crate::index::{Record, Row};
use crate::list::Opinion;
use crate::store::{Layer, MaxAction, Standing};

/// Up to how many bits a picture is taken for a listed notice, whatever the radius of its list is. Of 14,850 pairs of different
/// notices on one template the nearest were 20 bits apart. Copies were within 8, and small ones within 14.
const RADIUS: u32 = 14;

/// By so many bits a notice must be nearer than another entry, or the other nearer than the notice. Copies of a notice were
/// nearer to it than to others on its template by at least this much.
const MARGIN: u32 = 4;

/// A notice that a file is near to, and the terms of its list.
struct Notice {
    found: Match,
    standing: Arc<Standing>,
    #[cfg(feature = "media")]
    parts: Option<Parts>,
}

/// Which of two entries a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nearer {
    Notice,
    Listed,
    Either,
}

/// Whether the view shows all of the picture that is listed. A part of a notice says nothing of the rest.
fn shows_all(view: View) -> bool {
    matches!(
        view.area.kind,
        AreaKind::Whole
            | AreaKind::Turned
            | AreaKind::Resampled
            | AreaKind::Rotated
            | AreaKind::Trimmed
            | AreaKind::Inset
            | AreaKind::Framed
            | AreaKind::Screen
    )
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

/// Whether a notice so near answers a match at this distance with another entry.
pub(super) fn is_nearer(hash_type: HashType, view: View, notice: u32, listed: u32) -> bool {
    shows_all(view) && notice <= reach(hash_type) && notice + margin(hash_type) <= listed
}

fn is_authentic(standing: Option<&Arc<Standing>>) -> bool {
    standing.is_some_and(|standing| standing.terms.authentic && standing.terms.is_allow_list())
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
        let mut notices = self.notices(asked, is_clip, seen)?;
        if notices.is_empty() {
            return Ok(());
        }
        let mut beaten: BTreeSet<usize> = BTreeSet::new();
        let mut matches = Vec::with_capacity(found.matches.len());
        for mut m in std::mem::take(&mut found.matches) {
            let mut answer = None;
            for (place, notice) in notices.iter().enumerate() {
                if !notice.is_about(&m) {
                    continue;
                }
                match self.nearer(&m, notice, seen)? {
                    Nearer::Notice => answer = Some(notice.found.list.clone()),
                    Nearer::Listed => _ = beaten.insert(place),
                    Nearer::Either if m.is_beyond_appeal => {}
                    Nearer::Either => {
                        let most = MaxAction::Review;
                        m.at_most = Some(m.at_most.map_or(most, |known| known.min(most)));
                    }
                }
            }
            if answer.is_some() {
                m.allowed_by = answer;
                found.suppressed.push(m);
            } else {
                matches.push(m);
            }
        }
        found.matches = matches;
        let mut place = 0;
        notices.retain(|_| {
            place += 1;
            !beaten.contains(&(place - 1))
        });
        let mut weak = Vec::with_capacity(found.weak.len());
        for mut m in std::mem::take(&mut found.weak) {
            for notice in notices.iter().filter(|notice| notice.is_about(&m)) {
                if self.nearer(&m, notice, seen)? == Nearer::Notice {
                    m.allowed_by = Some(notice.found.list.clone());
                    break;
                }
            }
            let kept = if m.allowed_by.is_some() {
                &mut found.suppressed
            } else {
                &mut weak
            };
            kept.push(m);
        }
        found.weak = weak;
        found.authentic = notices.into_iter().map(|notice| notice.found).collect();
        for matches in [&mut found.suppressed, &mut found.authentic] {
            keep_nearest(matches, self.policy.limit);
        }
        if found.matches.is_empty() {
            found.cluster = None;
        } else if let (Some(_), Some(leading)) = (found.cluster, Match::leading(&found.matches)) {
            let is_gone = found.suppressed.iter().any(|m| m.allowed_by.is_some());
            if is_gone && leading.clip.is_none() {
                found.cluster = Some(self.cluster(&leading.hash, false)?);
            }
        }
        Ok(())
    }

    /// The notices that a file is near to, each once, by its best view.
    fn notices(
        &self,
        asked: &[QueryHash],
        is_clip: bool,
        seen: PictureSeen<'_>,
    ) -> Result<Vec<Notice>> {
        let mut near: BTreeMap<Hash, Candidate> = BTreeMap::new();
        let layers = self.layers().map(|(_, layer)| layer);
        for layer in layers.filter(|layer| is_authentic(layer.standing.as_ref())) {
            for hash_type in layer.hash_types() {
                self.add_near(&mut near, layer, hash_type, asked, is_clip)?;
            }
        }
        let mut notices = Vec::new();
        for (hash, way) in near {
            let mut places = Vec::new();
            for (ordinal, (_, layer)) in self.layers().enumerate() {
                if is_authentic(layer.standing.as_ref())
                    && let Some(hit) = layer.find(&hash)?
                {
                    places.push((ordinal, hit));
                }
            }
            let said = self.said(&places)?;
            for said in said.into_iter().filter(|said| {
                is_authentic(said.standing.as_ref()) && said.opinion() != Opinion::Negative
            }) {
                notices.extend(of_list(hash, way, said));
            }
        }
        #[cfg(feature = "media")]
        if let Some((planes, _)) = seen.picture {
            notices.retain(|notice| {
                let parts = notice.parts.as_ref();
                parts.is_none_or(|parts| !super::located::is_changed(&notice.found, parts, planes))
            });
        }
        #[cfg(not(feature = "media"))]
        let _ = seen;
        Ok(notices)
    }

    /// Adds the hashes of a layer that are near enough for a notice.
    fn add_near(
        &self,
        near: &mut BTreeMap<Hash, Candidate>,
        layer: &Layer,
        hash_type: HashType,
        asked: &[QueryHash],
        is_clip: bool,
    ) -> Result<()> {
        let least = min_quality(layer);
        let is_looked_up = |asked: &&QueryHash| {
            let is_trusted = asked.quality.is_none_or(|quality| quality >= least);
            let is_perceptual = hash_type.is_perceptual();
            let is_seen = !is_perceptual || (!is_clip && shows_all(asked.view));
            asked.hash.hash_type() == hash_type && is_trusted && is_seen
        };
        let asked: Vec<&QueryHash> = asked.iter().filter(is_looked_up).collect();
        let hashes: Vec<Hash> = asked.iter().map(|asked| asked.hash).collect();
        let reach = reach(hash_type).min(self.radius(layer, hash_type));
        for (asked, hits) in asked.iter().zip(layer.lookup_batch(&hashes, reach)?) {
            for hit in hits {
                let way = Candidate {
                    distance: hit.distance,
                    frame: asked.frame,
                    view: asked.view,
                    ms: asked.ms,
                };
                let known = near.entry(hit.hash).or_insert(way);
                if way.order() < known.order() {
                    *known = way;
                }
            }
        }
        Ok(())
    }

    /// Which of the two a picture is: by the parts of both pages where these are known, else by the whole picture.
    fn nearer(&self, m: &Match, notice: &Notice, seen: PictureSeen<'_>) -> Result<Nearer> {
        let (own, listed) = (&notice.found, m.hash.hash_type());
        if m.tier == Tier::Identical {
            // The notice is one of these bytes, too: `allows` suppressed the match unless it is beyond appeal.
            let is_same = own.tier == Tier::Identical;
            return Ok(if is_same {
                Nearer::Either
            } else {
                Nearer::Listed
            });
        }
        if own.tier == Tier::Identical {
            return Ok(Nearer::Notice);
        }
        #[cfg(feature = "media")]
        if let (Some((planes, _)), Some(parts)) = (seen.picture, &notice.parts)
            && let Some((to_listed, to_notice)) = self.sums_of(m, parts, planes)?
        {
            let by = super::located::NEARER_BY;
            return Ok(if to_notice + by <= to_listed {
                Nearer::Notice
            } else if to_listed + by <= to_notice {
                Nearer::Listed
            } else {
                Nearer::Either
            });
        }
        #[cfg(not(feature = "media"))]
        let _ = seen;
        let margin = margin(listed);
        Ok(if own.distance + margin <= m.distance {
            Nearer::Notice
        } else if m.distance + margin <= own.distance {
            Nearer::Listed
        } else {
            Nearer::Either
        })
    }
}

impl Notice {
    /// Whether the list of the notice allows what a match is with, and both are of the same picture of the file.
    fn is_about(&self, m: &Match) -> bool {
        let own = &self.found;
        let is_same_store = m.generation == Some(self.standing.generation);
        let is_same_type = own.hash.hash_type() == m.hash.hash_type();
        let is_same_picture = own.frame == m.frame && is_same_type;
        let is_of_file = [own.tier, m.tier].contains(&Tier::Identical);
        is_same_store
            && self.standing.terms.allows(&m.list)
            && m.clip.is_none()
            && (is_same_picture || is_of_file)
    }
}

/// The notices of one list that have this hash: one for each item.
fn of_list(hash: Hash, way: Candidate, said: ListRows) -> Vec<Notice> {
    let standing = said.standing.clone().expect("only lists of a store allow");
    let is_perceptual = hash.hash_type().is_perceptual();
    let mut items: BTreeMap<Option<String>, Vec<Row>> = BTreeMap::new();
    for row in said.rows {
        let item = items.entry(row.entry.id.clone()).or_default();
        item.push(row);
    }
    let each = items.into_iter().map(|(id, rows)| {
        #[cfg(feature = "media")]
        let parts = super::located::parts_of(&rows);
        let item = Record::merge(said.list.clone(), rows);
        let tier = if is_perceptual {
            Tier::of(way.view, way.distance)
        } else {
            Tier::Identical
        };
        let found = Match {
            list: item.list,
            generation: Some(standing.generation),
            at_most: Some(MaxAction::Log),
            id,
            hash,
            distance: way.distance,
            radius: reach(hash.hash_type()),
            tier,
            view: way.view,
            frame: way.frame,
            ms: way.ms,
            track: 1,
            listed_ms: None,
            details: None,
            clip: None,
            labels: item.labels,
            severity: item.severity,
            opinion: Opinion::Positive,
            media: item.media,
            allowed_by: None,
            is_beyond_appeal: false,
            is_quarantined: false,
        };
        Notice {
            found,
            standing: standing.clone(),
            #[cfg(feature = "media")]
            parts,
        }
    });
    each.collect()
}
