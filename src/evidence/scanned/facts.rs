//! What a record holds of a finding: its file, its hashes and its matches, no longer than a record may be.
//!
//! Names and labels come from lists of others, and a list can give one entry a megabyte of them. They are cut where they
//! are too long, and a flag says so: an entry must not end the scan that matches it.

use std::collections::BTreeSet;

use crate::evidence::canonical::NUMBER_MAX;
use crate::evidence::details::Details;
use crate::evidence::record::{Commitment, FileFacts, FileHash, Finding, Match};
use crate::report;

/// The most hashes of its own that are kept of a file: by them it can be listed or allowed later.
const HASHES_MAX: usize = 16;

/// The longest text of a list, in characters.
const TEXT_MAX: usize = 4096;

/// How many bytes the texts of all matches of a file may have in its record.
const TEXTS_BYTES_MAX: usize = 512 << 10;

/// About how many bytes a match has in a record beside its texts.
const MATCH_BYTES: usize = 400;

/// The flag of a finding whose texts do not stand in its record as a whole.
const CUT: &str = "record-cut";

/// The record of a finding.
pub(super) fn finding(
    scan: u64,
    found: &report::Finding,
    path: Commitment,
    reason_codes: Vec<String>,
    details: &mut Details,
) -> Finding {
    let file = facts(found, details);
    let hashes = hashes(found, details);
    let mut room = Room {
        left: TEXTS_BYTES_MAX,
        is_cut: false,
    };
    let (matches, dropped) = matches(found, details, &mut room);
    let mut flags: Vec<String> = found.flags.iter().map(ToString::to_string).collect();
    flags.extend(room.is_cut.then(|| CUT.to_owned()));
    Finding {
        scan,
        status: standing(found).to_owned(),
        path,
        file,
        hashes,
        flags,
        reason_codes,
        stratum: found.stratum.as_ref().map(ToString::to_string),
        matches,
        more: found.more.saturating_add(dropped).min(NUMBER_MAX),
    }
}

/// The room for texts of lists.
struct Room {
    left: usize,
    is_cut: bool,
}

impl Room {
    /// A text as far as there is room for it.
    fn text(&mut self, text: &str) -> String {
        let kept = shortened(text);
        // As it stands in JSON, where one character can take six bytes.
        let bytes = serde_json::to_string(&kept).map_or(usize::MAX, |json| json.len());
        self.is_cut |= kept != text;
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                kept
            }
            None => {
                (self.left, self.is_cut) = (0, true);
                String::new()
            }
        }
    }

    fn some(&mut self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.text(text))
    }
}

/// A text of a list, at most so long.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A number that every reader of JSON keeps. A file can claim any.
fn kept(number: Option<u64>) -> Option<u64> {
    number.filter(|number| *number <= NUMBER_MAX)
}

pub(super) fn reason_codes(found: &report::Finding) -> Vec<String> {
    if found.reason_codes.is_empty() {
        found.reason_code.iter().map(ToString::to_string).collect()
    } else {
        found.reason_codes.iter().map(ToString::to_string).collect()
    }
}

fn standing(found: &report::Finding) -> &'static str {
    match found {
        found if !found.matches.is_empty() => "matched",
        found if !found.authentic.is_empty() => "authentic",
        found if !found.suppressed.is_empty() => "suppressed",
        _ => "weak",
    }
}

fn facts(found: &report::Finding, details: &mut Details) -> FileFacts {
    let mut digest = |name: &str, value: &Option<String>| {
        value
            .as_ref()
            .map(|value| details.commit(format!("file/{name}"), value))
    };
    FileFacts {
        sha256: digest("sha256", &found.sha256),
        sha1: digest("sha1", &found.sha1),
        md5: digest("md5", &found.md5),
        bytes: kept(found.bytes),
        media: found.media.clone(),
        width: found.width,
        height: found.height,
        clip_ms: kept(found.clip_ms),
    }
}

/// The hashes of the stored pixels, of the picture or of the frames that match.
fn hashes(found: &report::Finding, details: &mut Details) -> Vec<FileHash> {
    let stored = found.hashes.iter().filter(|hash| hash.view.is_none());
    let stored = stored.map(|hash| (hash.hash_type.to_string(), &hash.hash, hash.quality));
    let matched: BTreeSet<u32> = found.matches.iter().filter_map(|m| m.frame).collect();
    let frames = found
        .frames
        .iter()
        .filter(|frame| matched.contains(&frame.index));
    let frames = frames.filter_map(|frame| {
        let hash = frame.hash.as_ref()?;
        Some(("pdq".to_owned(), hash, frame.quality))
    });
    let all = stored.chain(frames).take(HASHES_MAX).enumerate();
    let all = all.map(|(place, (algorithm, hash, quality))| FileHash {
        algorithm,
        hash: details.commit(format!("hashes/{place}/hash"), hash),
        quality,
    });
    all.collect()
}

/// The matches, and how many there was no room for.
fn matches(found: &report::Finding, details: &mut Details, room: &mut Room) -> (Vec<Match>, u64) {
    let of = |standing: Option<&'static str>| move |m| (standing, m);
    let matched = found.matches.iter().map(of(None));
    let suppressed = found.suppressed.iter().map(of(Some("suppressed")));
    let weak = found.weak.iter().map(of(Some("weak")));
    let authentic = found.authentic.iter().map(of(Some("authentic")));
    let others = authentic.chain(suppressed).chain(weak);
    let mut kept_matches = Vec::new();
    let mut dropped = 0;
    for (standing, m) in matched.chain(others) {
        // The nearest stands in the record in any case.
        if room.left == 0 && !kept_matches.is_empty() {
            dropped += 1;
            continue;
        }
        room.left = room.left.saturating_sub(MATCH_BYTES);
        let place = kept_matches.len();
        kept_matches.push(Match {
            list: room.text(&m.list),
            entry: room.some(m.id.as_deref()),
            algorithm: room.text(&m.hash_type),
            hash: details.commit(format!("matches/{place}/hash"), &m.hash),
            distance: m.distance,
            radius: m.radius,
            tier: room.some(m.tier.as_deref()),
            quality: quality(found, m),
            view: room.some(m.view.as_deref()),
            area: m.region,
            frame: m.frame,
            ms: kept(m.ms),
            labels: labels(&m.labels, room),
            at_most: room.some(m.at_most.as_deref()),
            generation: kept(m.generation),
            confirmed_by: confirmed_by(found, m),
            standing: standing.map(str::to_owned),
        });
    }
    (kept_matches, dropped)
}

fn labels(labels: &[String], room: &mut Room) -> Vec<String> {
    let mut kept = Vec::new();
    for label in labels {
        if room.left == 0 {
            room.is_cut = true;
            break;
        }
        kept.push(room.text(label));
    }
    kept
}

/// The quality of the hash that matches.
fn quality(found: &report::Finding, m: &report::Match) -> Option<u8> {
    if let Some(frame) = m.frame {
        let frame = found.frames.iter().find(|known| known.index == frame);
        return frame.map(|frame| frame.quality);
    }
    let is_meant = |hash: &&report::Hash| {
        hash.hash_type == m.hash_type
            && hash.view.as_deref().unwrap_or("original") == m.view.as_deref().unwrap_or("original")
    };
    found.hashes.iter().find(is_meant).map(|hash| hash.quality)
}

/// The other types of hash by which the file matches the same item.
fn confirmed_by(found: &report::Finding, m: &report::Match) -> Vec<String> {
    let is_same = |other: &&report::Match| {
        m.id.is_some() && other.list == m.list && other.id == m.id && other.hash_type != m.hash_type
    };
    let others = found.matches.iter().filter(is_same);
    let names: BTreeSet<String> = others.map(|other| other.hash_type.to_string()).collect();
    names.into_iter().collect()
}
