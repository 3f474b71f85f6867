//! One JSON object a line, version 1: fields may be added, none changes.

use basma::error::Reasons;
use basma::escape;
use basma::hash::{FrameHash, Hash, HashType, Region, View};
use basma::list::Opinion;
use basma::matcher::{ClipMatch, Found, Match, Segment, Share, Tier};
use basma::scan::{Finding, Flag, Rematch, Status, Summary, Tally};
use serde_json::{Map, Value, json};

use super::{Job, tracks};

pub(super) fn finding(job: Job, finding: &Finding) -> String {
    let mut object = Map::new();
    object.insert("v".into(), 1.into());
    object.insert("path".into(), escape::path(&finding.path).into());
    // Of a file that was only hashed nothing is known but that it was.
    if job == Job::Scan || finding.status != Status::NoMatch {
        object.insert("status".into(), finding.status.name().into());
    }
    let mut optional = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.into(), value);
        }
    };
    let reasons = finding.reason.as_ref();
    optional("reason", reasons.map(|reasons| reasons.to_string().into()));
    let code = |reasons: &Reasons| reasons.code().name().into();
    optional("reason_code", reasons.map(code));
    let is_single = |reasons: &&Reasons| reasons.iter().len() == 1;
    let several = reasons.filter(|reasons| !is_single(reasons));
    let codes = several.map(|reasons| reasons.iter().map(|each| each.reason.code().name().into()));
    optional("reason_codes", codes.and_then(list));
    optional("media", finding.mime.as_deref().map(Value::from));
    optional("bytes", finding.bytes.map(Value::from));
    for digest in &finding.digests {
        optional(digest.hash_type().name(), Some(digest.to_string().into()));
    }
    optional("width", finding.size.map(|s| s.0.into()));
    optional("height", finding.size.map(|s| s.1.into()));
    let animated = finding.frames > 1 || finding.decoder.is_some();
    optional("decoded", animated.then(|| finding.frames.into()));
    optional("decoder", finding.decoder.as_deref().map(Value::from));
    optional("clip_ms", finding.clip_ms.map(Value::from));
    optional(
        "flags",
        list(finding.flags.iter().map(|f: &Flag| f.name().into())),
    );
    match animated {
        true => optional("frames", list(frames(&finding.prints).into_iter())),
        false => optional("hashes", list(finding.prints.iter().map(print))),
    }
    optional("tracks", list(tracks(finding).skip(1).map(further_track)));
    optional("cluster", finding.cluster.map(|c| c.to_string().into()));
    optional(
        "matches",
        list(
            finding
                .matches
                .iter()
                .map(|m| matched(m, animated, Tier::Identical)),
        ),
    );
    optional(
        "suppressed",
        list(
            finding
                .suppressed
                .iter()
                .map(|m| matched(m, animated, Tier::Identical)),
        ),
    );
    optional(
        "weak",
        list(
            finding
                .weak
                .iter()
                .map(|m| matched(m, animated, Tier::Lead)),
        ),
    );
    optional("more", (finding.more > 0).then(|| finding.more.into()));
    line(object)
}

pub(super) fn summary(job: Job, summary: &Summary) -> String {
    let mut object = Map::new();
    object.insert("discovered".into(), summary.discovered.into());
    for status in Status::ALL {
        let name = match (job, status) {
            (Job::Hash(_), Status::NoMatch) => "hashed",
            _ => status.name(),
        };
        object.insert(name.into(), summary.count(status).into());
    }
    object.insert("bytes".into(), summary.bytes.into());
    object.insert("examined".into(), summary.examined.into());
    if summary.bare_roots > 0 {
        let shown = summary.bare_roots_shown.iter();
        let shown: Vec<Value> = shown.map(|root| escape::path(root).into()).collect();
        object.insert("bare_roots".into(), summary.bare_roots.into());
        object.insert("bare_roots_shown".into(), shown.into());
    }
    if summary.members > 0 {
        object.insert("members".into(), summary.members.into());
    }
    if summary.excluded > 0 {
        object.insert("excluded".into(), summary.excluded.into());
    }
    if job == Job::Scan {
        object.insert("suppressed".into(), summary.suppressed.into());
        object.insert("weak".into(), summary.weak.into());
        object.insert("clusters".into(), summary.clusters().into());
        tally(&mut object, "lists", &summary.by_list);
        tally(&mut object, "labels", &summary.by_label);
    }
    tally(&mut object, "unsupported_kinds", &summary.unsupported);
    object.insert("interrupted".into(), summary.interrupted.into());
    line(Map::from_iter([
        ("v".into(), 1.into()),
        ("summary".into(), object.into()),
    ]))
}

pub(super) fn lookup(hash: &Hash, found: &Found) -> String {
    let mut object = Map::new();
    object.insert("v".into(), 1.into());
    object.insert(
        "query".into(),
        json!({ "type": hash.hash_type().name(), "hash": hash.to_string() }),
    );
    if let Some(cluster) = found.cluster {
        object.insert("cluster".into(), cluster.to_string().into());
    }
    object.insert(
        "matches".into(),
        found
            .matches
            .iter()
            .map(|m| matched(m, false, Tier::Identical))
            .collect(),
    );
    if let Some(suppressed) = list(
        found
            .suppressed
            .iter()
            .map(|m| matched(m, false, Tier::Identical)),
    ) {
        object.insert("suppressed".into(), suppressed);
    }
    if let Some(weak) = list(found.weak.iter().map(|m| matched(m, false, Tier::Lead))) {
        object.insert("weak".into(), weak);
    }
    if found.more > 0 {
        object.insert("more".into(), found.more.into());
    }
    line(object)
}

pub(super) fn lookup_summary(looked_up: u64, matched: u64) -> String {
    let object = json!({ "v": 1, "summary": { "looked_up": looked_up, "matched": matched } });
    format!("{object}\n")
}

pub(super) fn rematch_summary(rematch: &Rematch) -> String {
    let compared = rematch.compared.iter().map(|(hash_type, (held, all))| {
        let counts = json!({ "remembered": held, "of": all });
        (hash_type.name().to_owned(), counts)
    });
    let object = json!({ "v": 1, "summary": {
        "remembered": rematch.remembered,
        "matched": rematch.matched,
        "types": Map::from_iter(compared),
        "interrupted": rematch.interrupted,
    } });
    format!("{object}\n")
}

/// A video track behind the first.
fn further_track((track, prints, clip_ms): (u32, &[FrameHash], Option<u64>)) -> Value {
    let mut object = Map::new();
    object.insert("track".into(), track.into());
    object.extend(clip_ms.map(|ms| ("clip_ms".into(), ms.into())));
    object.insert("frames".into(), frames(prints).into());
    object.into()
}

/// Frame by frame: PDQ as it is stored, then the hashes of other types and views.
fn frames(prints: &[FrameHash]) -> Vec<Value> {
    let frames = prints.chunk_by(|a, b| a.frame == b.frame);
    let frame = |prints: &[FrameHash]| {
        let is_plain =
            |p: &&FrameHash| p.hash.hash_type() == HashType::Pdq && p.view == View::ORIGINAL;
        let mut object = Map::new();
        object.insert("index".into(), prints[0].frame.into());
        object.insert("ms".into(), prints[0].ms.into());
        object.insert("quality".into(), prints[0].quality.into());
        if let Some(pdq) = prints.iter().find(is_plain) {
            object.insert("hash".into(), pdq.hash.to_string().into());
        }
        let others = prints.iter().filter(|p| !is_plain(p)).map(print);
        if let Some(others) = list(others) {
            object.insert("hashes".into(), others);
        }
        Value::from(object)
    };
    frames.map(frame).collect()
}

fn print(print: &FrameHash) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), print.hash.hash_type().name().into());
    object.insert("hash".into(), print.hash.to_string().into());
    object.insert("quality".into(), print.quality.into());
    if print.view != View::ORIGINAL {
        object.insert("view".into(), print.view.to_string().into());
        region(&mut object, print.view);
    }
    object.into()
}

/// The part of the picture that was hashed, in thousandths of its sides: left, top, right, bottom; and by how many degrees it
/// is rotated.
fn region(object: &mut Map<String, Value>, view: View) {
    let region = view.area.region;
    if region != Region::WHOLE {
        let sides = [region.left, region.top, region.right, region.bottom];
        object.insert("region".into(), json!(sides));
    }
    if region.rotation != 0 {
        let degrees = f64::from(region.rotation) / 10.0;
        object.insert("rotation".into(), degrees.into());
    }
}

/// A match that is worth no more than this.
fn matched(m: &Match, animated: bool, worth: Tier) -> Value {
    let mut object = Map::new();
    object.insert("list".into(), m.list.clone().into());
    if let Some(id) = &m.id {
        object.insert("id".into(), id.clone().into());
    }
    object.insert("type".into(), m.hash.hash_type().name().into());
    object.insert("hash".into(), m.hash.to_string().into());
    object.insert("distance".into(), m.distance.into());
    object.insert("radius".into(), m.radius.into());
    object.insert("tier".into(), m.tier().max(worth).name().into());
    if m.hash.hash_type().is_perceptual() {
        object.insert("view".into(), m.view.to_string().into());
        region(&mut object, m.view);
    }
    if animated && m.hash.hash_type().is_perceptual() {
        object.insert("frame".into(), m.frame.into());
        object.insert("ms".into(), m.ms.into());
    }
    if m.track > 1 {
        object.insert("track".into(), m.track.into());
    }
    if let Some(ms) = m.listed_ms {
        object.insert("listed_ms".into(), ms.into());
    }
    if let Some(clip) = &m.clip {
        object.insert("clip".into(), in_common(clip));
    }
    object.insert("labels".into(), m.labels.clone().into());
    if let Some(severity) = m.severity {
        object.insert("severity".into(), severity.name().into());
    }
    if m.opinion != Opinion::Positive {
        object.insert("opinion".into(), m.opinion.name().into());
    }
    if let Some(generation) = m.generation {
        object.insert("generation".into(), generation.into());
    }
    if let Some(at_most) = m.at_most {
        object.insert("at_most".into(), at_most.name().into());
    }
    if let Some(list) = &m.allowed_by {
        object.insert("allowed_by".into(), list.clone().into());
    }
    object.into()
}

/// What a clip has in common with a listed one.
fn in_common(clip: &ClipMatch) -> Value {
    let segment = |segment: &Segment| {
        let mut object = Map::new();
        object.insert("start_ms".into(), segment.start_ms.into());
        object.insert("end_ms".into(), segment.end_ms.into());
        if let Some((start, end)) = segment.listed_ms {
            object.insert("listed_start_ms".into(), start.into());
            object.insert("listed_end_ms".into(), end.into());
        }
        object.insert("hits".into(), segment.hits.into());
        object.insert("distance".into(), segment.distance.into());
        Value::from(object)
    };
    let percent = |share: Share| (share.percent() * 100.0).round() / 100.0;
    json!({
        "segments": clip.segments.iter().map(segment).collect::<Vec<_>>(),
        "covered_ms": clip.covered_ms,
        "listed_covered_ms": clip.listed_covered_ms,
        "listed_clip_ms": clip.listed_ms,
        "query_percent": percent(clip.pictures),
        "compared_percent": clip.listed_pictures.map(percent),
    })
}

/// How often each name was met; how often others were, where there were too many to tell apart.
fn tally(object: &mut Map<String, Value>, name: &str, tally: &Tally) {
    object.insert(name.into(), json!(tally.counts));
    if tally.others > 0 {
        object.insert(format!("{name}_others"), tally.others.into());
    }
}

/// An array, or nothing where it would be empty.
fn list(values: impl Iterator<Item = Value>) -> Option<Value> {
    let values: Vec<Value> = values.collect();
    (!values.is_empty()).then(|| values.into())
}

fn line(object: Map<String, Value>) -> String {
    format!("{}\n", Value::from(object))
}
