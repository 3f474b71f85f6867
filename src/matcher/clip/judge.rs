//! Whether hits make a match.

use std::collections::BTreeSet;

use super::coverage::covered;
use super::offset::{Aligned, align};
use super::{ClipMatch, Evidence, Hit, Played, Segment, share};
use crate::vpdq::Rule;

/// From what quality on a single picture may speak for a clip.
const STRONG_QUALITY: u8 = 80;

/// With how many pictures a clip has enough of them to be found by two.
const ENOUGH: u32 = 4;

/// For how long hits must go on that show the same thing.
const APART_MS: u64 = 500;

/// How many hits are compared with all others.
const PAIRS_MAX: usize = 64;

/// How many parts of a file are told apart.
const SEGMENTS_MAX: usize = 32;

/// How much of a file may go by unmatched within one segment, in milliseconds.
const PAUSE_MS: u64 = 5_000;

/// What hits come to.
#[derive(Debug)]
pub(in crate::matcher) struct Verdict {
    /// Whether they make a match; else they are weak.
    pub(in crate::matcher) is_match: bool,
    /// The nearest hit.
    pub(in crate::matcher) leading: Hit,
    /// None for a picture: it is in the clip, and no part of it.
    pub(in crate::matcher) clip: Option<ClipMatch>,
}

impl Evidence {
    /// What those hits come to that are wanted, if there are any.
    pub(in crate::matcher) fn judge(
        &self,
        played: &Played,
        rule: Option<Rule>,
        wanted: impl Fn(&Hit) -> bool,
    ) -> Option<Verdict> {
        let all: Vec<Hit> = self
            .hits
            .iter()
            .filter(|hit| wanted(hit))
            .cloned()
            .collect();
        let leading = all.iter().min_by_key(|hit| hit.order())?.clone();
        if !played.is_clip {
            // A picture is in as few clips as it can be told from others.
            return Some(Verdict {
                is_match: all.iter().any(|hit| !hit.is_common),
                leading,
                clip: None,
            });
        }
        if let Some(rule) = rule {
            let clip = Findings::new(&all, played, rule).clip;
            return Some(Verdict {
                is_match: share::is_match(rule, &clip),
                leading,
                clip: Some(clip),
            });
        }
        let rule = Rule::Py;
        let telling: Vec<Hit> = all.iter().filter(|hit| !hit.is_common).cloned().collect();
        let whole = Findings::new(&all, played, rule);
        let tells = telling.len() == all.len() || whole.is_half() || whole.shows_many();
        let findings = match tells {
            true => whole,
            false if telling.is_empty() => {
                return Some(Verdict {
                    is_match: false,
                    leading,
                    clip: Some(whole.clip),
                });
            }
            false => {
                let mut findings = Findings::new(&telling, played, rule);
                findings.clip.pictures = whole.clip.pictures;
                findings.clip.listed_pictures = whole.clip.listed_pictures;
                findings
            }
        };
        Some(Verdict {
            is_match: findings.is_match(played),
            leading,
            clip: Some(findings.clip),
        })
    }
}

/// Hits put in order.
struct Findings<'h> {
    /// By the time between file and listed clip.
    aligned: Vec<Vec<&'h Hit>>,
    clip: ClipMatch,
    /// How many pictures of the clip are listed, if the list says.
    listed: Option<u32>,
}

impl<'h> Findings<'h> {
    fn new(hits: &'h [Hit], played: &Played, rule: Rule) -> Findings<'h> {
        let mut left: Vec<usize> = (0..hits.len()).collect();
        let mut aligned: Vec<Vec<&Hit>> = Vec::new();
        let mut parts: Vec<(Vec<&Hit>, Option<i64>)> = Vec::new();
        while parts.len() < SEGMENTS_MAX
            && let Some(Aligned {
                hits: chosen,
                offset_ms,
            }) = align(hits, &left)
        {
            let used: BTreeSet<u32> = chosen.iter().map(|&at| hits[at].frame).collect();
            left.retain(|&at| !used.contains(&hits[at].frame));
            let chosen: Vec<&Hit> = chosen.iter().map(|&at| &hits[at]).collect();
            let split = split(&chosen, played).into_iter();
            parts.extend(split.map(|part| (part, offset_ms)));
            aligned.push(chosen);
        }
        let listed = |of: fn(&Hit) -> Option<u32>| hits.iter().find_map(of);
        let clip_ms = hits.iter().find_map(|hit| hit.listed.clip_ms);
        let mut segments = Vec::new();
        let (mut spans, mut listed_spans) = (Vec::new(), Vec::new());
        for (part, offset_ms) in &parts {
            let span = |hit: &&Hit| played.place(hit.frame).map(|place| played.span(place));
            let of_part: Vec<(u64, u64)> = part.iter().filter_map(span).collect();
            let (Some(&(start_ms, _)), Some(&(_, end_ms))) = (of_part.first(), of_part.last())
            else {
                continue;
            };
            let there = |ms: u64, offset: i64| {
                let ms = i64::try_from(ms).unwrap_or(i64::MAX).saturating_sub(offset);
                let ms = ms.max(0).unsigned_abs();
                clip_ms.map_or(ms, |end| ms.min(end))
            };
            let both =
                |(start, end)| offset_ms.map(|offset| (there(start, offset), there(end, offset)));
            listed_spans.extend(of_part.iter().filter_map(|&span| both(span)));
            segments.push(Segment {
                start_ms,
                end_ms,
                listed_ms: both((start_ms, end_ms)),
                hits: part.len() as u32,
                distance: part.iter().map(|hit| hit.distance).min().unwrap_or(0),
            });
            spans.extend(of_part);
        }
        segments.sort_unstable_by_key(|segment| (segment.start_ms, segment.end_ms));
        let distinct = listed(|hit| hit.listed.distinct);
        Findings {
            clip: ClipMatch {
                segments,
                clip_ms: played.clip_ms,
                covered_ms: covered(spans),
                listed_ms: clip_ms,
                listed_covered_ms: covered(listed_spans),
                pictures: share::of_file(hits, played, rule),
                listed_pictures: share::of_listed(hits, rule),
            },
            aligned,
            listed: distinct,
        }
    }

    fn is_match(&self, played: &Played) -> bool {
        let two = self.aligned.iter().any(|part| shows_two_things(part))
            || (self.is_half() && self.aligned.iter().any(|part| is_held(part)));
        let few = played.shown.len() < ENOUGH as usize
            || self.listed.is_some_and(|listed| listed < ENOUGH);
        two || (few && self.aligned.iter().flatten().any(|hit| is_strong(hit)))
    }

    /// Whether the hits of one offset show as many things as no slate does.
    fn shows_many(&self) -> bool {
        let shows_many = |part: &Vec<&Hit>| things(part).len() >= ENOUGH as usize;
        self.aligned.iter().any(shows_many)
    }

    /// Whether half of either is in the other.
    fn is_half(&self) -> bool {
        let clip = &self.clip;
        let is_half = |covered: u64, whole: u64| covered.saturating_mul(2) >= whole;
        is_half(clip.covered_ms, clip.clip_ms)
            || clip
                .listed_ms
                .is_some_and(|whole| is_half(clip.listed_covered_ms, whole))
    }
}

/// Cuts hits in the order of time where too much of the file between them is none.
fn split<'h>(hits: &[&'h Hit], played: &Played) -> Vec<Vec<&'h Hit>> {
    let mut parts: Vec<Vec<&Hit>> = Vec::new();
    let span = |hit: &Hit| {
        played
            .place(hit.frame)
            .map_or((hit.ms, hit.ms), |place| played.span(place))
    };
    for &hit in hits {
        match parts.last_mut() {
            Some(part) if span(hit).0.saturating_sub(span(part[part.len() - 1]).1) <= PAUSE_MS => {
                part.push(hit);
            }
            _ => parts.push(vec![hit]),
        }
    }
    parts
}

/// Different things among what hits show, each further than the radius from those before it; no more than it takes to know
/// that they are many.
fn things<'h>(part: &[&'h Hit]) -> Vec<&'h Hit> {
    let mut things: Vec<&Hit> = Vec::new();
    for hit in part {
        let differs = |other: &&Hit| match hit.hash.distance(&other.hash) {
            Some(bits) => bits > hit.hash.hash_type().default_radius() && hit.ms != other.ms,
            // Of different types, which say the same of one picture.
            None => false,
        };
        if things.iter().all(differs) {
            things.push(hit);
            if things.len() == ENOUGH as usize {
                break;
            }
        }
    }
    things
}

/// Whether hits at different times show different things. That two are near to a third does not make them near.
fn shows_two_things(part: &[&Hit]) -> bool {
    let few = &part[..part.len().min(PAIRS_MAX)];
    (0..few.len()).any(|at| things(&few[at..]).len() > 1) || things(part).len() > 1
}

/// Whether a thing is held for some time.
fn is_held(part: &[&Hit]) -> bool {
    match (part.first(), part.last()) {
        (Some(first), Some(last)) => last.ms.saturating_sub(first.ms) >= APART_MS,
        _ => false,
    }
}

/// Whether a hit speaks for itself: of PDQ, within 15 bits.
fn is_strong(hit: &Hit) -> bool {
    hit.distance <= hit.hash.hash_type().default_radius() / 2
        && hit.quality >= STRONG_QUALITY
        && hit
            .listed_quality
            .is_none_or(|quality| quality >= STRONG_QUALITY)
}
