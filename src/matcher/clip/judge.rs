//! Whether hits make a match.

use std::collections::BTreeSet;

use super::coverage::covered;
use super::offset::{Aligned, align};
use super::{ClipMatch, Evidence, Hit, Played, Segment, pairs, share};
use crate::matcher::VpdqRule;

/// From what quality on a single picture may speak for a clip.
const STRONG_QUALITY: u8 = 80;

/// With how many pictures a clip has enough of them to be found by two.
const ENOUGH: u32 = 4;

/// For how long hits must go on that show the same thing.
const APART_MS: u64 = 500;

/// How many parts of a file are told apart.
const SEGMENTS_MAX: usize = 32;

/// How much of a file may go by unmatched within one segment, in milliseconds.
const PAUSE_MS: u64 = 5_000;

/// The result of hits.
#[derive(Debug)]
pub(in crate::matcher) struct Verdict {
    /// Whether they make a match; else they are weak.
    pub(in crate::matcher) is_match: bool,
    /// Whether they would make one if fewer listed clips had it in common.
    pub(in crate::matcher) is_common: bool,
    /// The nearest hit.
    pub(in crate::matcher) leading: Hit,
    /// None for a picture: it is in the clip, and no part of it.
    pub(in crate::matcher) clip: Option<ClipMatch>,
}

impl Evidence {
    /// The result of the wanted hits, if there are any.
    pub(in crate::matcher) fn judge(
        &self,
        played: &Played,
        rule: Option<VpdqRule>,
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
            let is_match = all.iter().any(|hit| !hit.is_common);
            return Some(Verdict {
                is_match,
                is_common: !is_match,
                leading,
                clip: None,
            });
        }
        if let Some(rule) = rule {
            let clip = Findings::new(&all, played, rule).clip;
            return Some(Verdict {
                is_match: share::is_match(rule, &clip),
                is_common: false,
                leading,
                clip: Some(clip),
            });
        }
        let rule = VpdqRule::Py;
        let telling: Vec<Hit> = all.iter().filter(|hit| !hit.is_common).cloned().collect();
        let whole = Findings::new(&all, played, rule);
        let would_match = whole.is_match();
        let tells = telling.len() == all.len() || whole.is_half() || whole.shows_many();
        let (is_match, clip) = if tells || !would_match {
            (would_match, whole.clip)
        } else {
            let findings = Findings::new(&telling, played, rule);
            if findings.is_match() {
                (
                    true,
                    ClipMatch {
                        pictures: whole.clip.pictures,
                        listed_pictures: whole.clip.listed_pictures,
                        ..findings.clip
                    },
                )
            } else {
                (false, whole.clip)
            }
        };
        Some(Verdict {
            is_match,
            is_common: would_match && !is_match,
            leading,
            clip: Some(clip),
        })
    }
}

/// Hits put in order.
struct Findings<'h> {
    hits: &'h [Hit],
    /// By the time between file and listed clip.
    aligned: Vec<Vec<&'h Hit>>,
    clip: ClipMatch,
    /// How many pictures the file has, and how many of them are hits.
    pictures: (usize, usize),
    /// How much of the file all hits stand for, whatever they agree on.
    near_ms: u64,
}

impl<'h> Findings<'h> {
    fn new(hits: &'h [Hit], played: &Played, rule: VpdqRule) -> Findings<'h> {
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
        let clip_ms = hits.iter().filter_map(|hit| hit.listed.clip_ms).min();
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
        let places: BTreeSet<usize> = hits
            .iter()
            .filter_map(|hit| played.place(hit.frame))
            .collect();
        Findings {
            hits,
            pictures: (played.len(), places.len()),
            near_ms: covered(places.into_iter().map(|place| played.span(place)).collect()),
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
        }
    }

    /// Whether they make a match. Each of these asks whether there is something among the hits. So more hits never turn a match
    /// into none.
    fn is_match(&self) -> bool {
        let (pictures, near) = self.pictures;
        let few = pictures < ENOUGH as usize;
        let few_listed = |hit: &Hit| hit.listed.distinct.is_some_and(|listed| listed < ENOUGH);
        let is_enough = |hit: &Hit| is_strong(hit) && (few || few_listed(hit));
        // What is nothing but listed pictures matches as each of them does.
        (few && pictures == near)
            || self.hits.iter().any(is_enough)
            || pairs::show_two_things(self.hits)
            || (self.is_half() && pairs::go_on_for(self.hits, APART_MS))
    }

    /// Whether the hits of one offset show as many things as no slate does.
    fn shows_many(&self) -> bool {
        let shows_many = |part: &Vec<&Hit>| things(part).len() >= ENOUGH as usize;
        self.aligned.iter().any(shows_many)
    }

    /// Whether the hits stand for half of the file, or for as much as half of the listed clip.
    fn is_half(&self) -> bool {
        let is_half = |whole: u64| self.near_ms.saturating_mul(2) >= whole;
        is_half(self.clip.clip_ms) || self.clip.listed_ms.is_some_and(is_half)
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

/// Different things among what hits show, each further than the radius from those before it. No more are collected than
/// it takes to know that they are many.
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

/// Whether a hit speaks for itself: of PDQ, within 15 bits.
fn is_strong(hit: &Hit) -> bool {
    hit.distance <= hit.hash.hash_type().default_radius() / 2
        && hit.quality >= STRONG_QUALITY
        && hit
            .listed_quality
            .is_none_or(|quality| quality >= STRONG_QUALITY)
}
