//! For people: a line for each file that matches nothing and of which there is something to say, and hashes.

use basma::error::Reasons;
use basma::escape;
use basma::hash::{Hash, View};
use basma::list::Opinion;
use basma::matcher::{Found, Match, Segment};
use basma::scan::{Finding, Status};
use basma::store::MaxAction;
use unicode_width::UnicodeWidthStr as _;

use super::columns::{cut, short};
use super::tracks;
use crate::cli::prose::Prose;

/// How many columns names of lists, ids, labels, all labels of a match, and reasons take: lists and files say what they
/// like, and for people a line must stay one. Other forms of output hold all of it.
const LIST_COLUMNS: usize = 64;
const ID_COLUMNS: usize = 160;
const LABEL_COLUMNS: usize = 64;
const LABELS_COLUMNS: usize = 200;
const REASON_COLUMNS: usize = 400;

/// How many parts of a clip are shown.
const SEGMENTS_SHOWN: usize = 4;

/// A file that belongs to no group.
pub(super) fn finding(prose: &Prose, finding: &Finding) -> String {
    let path = escape::path(&finding.path);
    let status = prose.word(&format!("status-{}", finding.status.name()));
    let text = match (&finding.reason, finding.status) {
        (_, Status::NoMatch) if finding.suppressed.is_empty() && finding.weak.is_empty() => {
            return String::new();
        }
        (Some(reason), _) => format!("{status} {path}: {}\n", message(reason)),
        (None, _) => format!("{status} {path}\n"),
    };
    text + &weak(prose, &finding.weak) + &suppressed(prose, &finding.suppressed, finding.more)
}

fn matches(prose: &Prose, found: &Found) -> String {
    let text: String = found.matches.iter().map(|m| matched(prose, m)).collect();
    text + &weak(prose, &found.weak) + &suppressed(prose, &found.suppressed, found.more)
}

/// Listed clips that too little speaks for.
pub(super) fn weak(prose: &Prose, weak: &[Match]) -> String {
    let why = prose.word("match-weak");
    let each = weak
        .iter()
        .map(|m| matched(prose, m) + &format!("    {why}\n"));
    each.collect()
}

/// What would match but for negative entries and lists of what is allowed, and how much is not shown.
pub(super) fn suppressed(prose: &Prose, suppressed: &[Match], more: u64) -> String {
    let mut text = String::new();
    for m in suppressed {
        text += &matched(prose, m);
        let why = match &m.allowed_by {
            Some(list) => prose.say(
                "match-allowed",
                [("list", short(list, LIST_COLUMNS).into())],
            ),
            None => prose.word("match-suppressed"),
        };
        text += &format!("    {why}\n");
    }
    if more > 0 {
        text += &format!(
            "    {}\n",
            prose.say("match-more", [("count", more.into())])
        );
    }
    text
}

/// Why a file that matches was not wholly examined.
pub(super) fn not_examined(prose: &Prose, reason: &Reasons) -> String {
    let reason = prose.say("match-reason", [("reason", message(reason).into())]);
    format!("    {reason}\n")
}

/// One line for each hash: type, hash, quality, path.
pub(super) fn hashes(prose: &Prose, finding: &Finding) -> String {
    let path = escape::path(&finding.path);
    let mut text = String::new();
    let all = tracks(finding).flat_map(|(track, prints, _)| prints.iter().map(move |p| (track, p)));
    for (track, print) in all {
        let track = match track {
            1 => String::new(),
            _ => prose.say("match-track", [("track", track.into())]),
        };
        let view = view(prose, print.view);
        let frame = match finding.frames {
            0 | 1 => String::new(),
            _ => {
                let frame = prose.say("match-frame", [("frame", print.frame.into())]);
                match finding.decoder.is_some() {
                    true => format!("{frame} ({})", time(print.ms)),
                    false => frame,
                }
            }
        };
        let (hash_type, quality) = (print.hash.hash_type(), print.quality);
        text += &format!(
            "{hash_type} {} {quality:>3} {path}{track}{frame}{view}\n",
            print.hash
        );
    }
    for digest in &finding.digests {
        text += &format!("{} {digest}   - {path}\n", digest.hash_type());
    }
    if finding.status != Status::NoMatch {
        let status = prose.word(&format!("status-{}", finding.status.name()));
        text += &format!(
            "{status} {path}: {}\n",
            finding.reason.as_ref().map(message).unwrap_or_default()
        );
    }
    text
}

pub(super) fn lookup(prose: &Prose, hash: &Hash, found: &Found) -> String {
    if found.matches.is_empty() && found.suppressed.is_empty() && found.weak.is_empty() {
        return prose.say("nothing-found", [("hash", format!("{hash:?}").into())]) + "\n";
    }
    let status = match (found.matches.is_empty(), found.weak.is_empty()) {
        (true, true) => "status-suppressed",
        (true, false) => "status-weak",
        (false, _) => "status-matched",
    };
    let cluster = found.cluster.map(|cluster| {
        let cluster = [("cluster", cluster.into())];
        prose.say("match-cluster", cluster)
    });
    let (status, cluster) = (prose.word(status), cluster.unwrap_or_default());
    let text = format!("{status} {hash:?}{cluster}\n");
    text + &matches(prose, found)
}

/// One match, with its listed item.
pub(super) fn matched(prose: &Prose, m: &Match) -> String {
    let mut how = if m.hash.hash_type().is_perceptual() {
        let values = [
            ("type", m.hash.hash_type().name().into()),
            ("distance", m.distance.into()),
            ("radius", m.radius.into()),
        ];
        prose.say("match-near", values)
    } else {
        prose.say("match-exact", [("type", m.hash.hash_type().name().into())])
    };
    how += &place(prose, m);
    how += &segments(prose, m);
    let mut text = format!("    {}: {how}{}{}\n", name(m), labels(m), at_most(prose, m));
    if m.opinion == Opinion::Disputed {
        text += &format!("    {}\n", prose.word("match-disputed"));
    }
    text
}

/// How near a file is to a listed hash, in a few words that begin with the distance.
pub(super) fn how_near(prose: &Prose, m: &Match) -> String {
    let hash_type = ("type", m.hash.hash_type().name().into());
    let how = if m.hash.hash_type().is_perceptual() {
        let distance = format!("{:>3}", m.distance);
        let values = [
            hash_type,
            ("distance", distance.into()),
            ("radius", m.radius.into()),
        ];
        prose.say("group-near", values)
    } else {
        prose.say("group-exact", [hash_type])
    };
    how + &place(prose, m) + &segments(prose, m)
}

/// A listed item, and what its list says of it.
pub(super) fn item(prose: &Prose, m: &Match) -> String {
    let mut text = format!("{}{}{}", name(m), labels(m), at_most(prose, m));
    if m.opinion == Opinion::Disputed {
        text += &format!("; {}", prose.word("match-disputed"));
    }
    text
}

/// Where in the file it was found.
fn place(prose: &Prose, m: &Match) -> String {
    let mut place = String::new();
    place += &view(prose, m.view);
    if m.track > 1 {
        place += &prose.say("match-track", [("track", m.track.into())]);
    }
    if m.frame > 0 {
        place += &prose.say("match-frame", [("frame", m.frame.into())]);
    }
    if let (Some(ms), None) = (m.listed_ms, &m.clip) {
        place += &prose.say("match-listed-at", [("time", time(ms).into())]);
    }
    place
}

/// What was hashed, unless it is the picture as it is stored.
fn view(prose: &Prose, view: View) -> String {
    let name = ("view", view.to_string().into());
    if view == View::ORIGINAL {
        String::new()
    } else if view.area.kind.is_whole() {
        prose.say("match-view", [name])
    } else {
        let region = view.area.region.to_string();
        prose.say("match-area", [name, ("region", region.into())])
    }
}

/// Which parts of a clip are which of the listed one, and how much of each that is.
fn segments(prose: &Prose, m: &Match) -> String {
    let Some(clip) = &m.clip else {
        return String::new();
    };
    let part = |segment: &Segment| {
        let here = [
            ("from", time(segment.start_ms).into()),
            ("to", time(segment.end_ms).into()),
        ];
        let here = prose.say("match-segment", here);
        match segment.listed_ms {
            Some((start, end)) => {
                let there = [("from", time(start).into()), ("to", time(end).into())];
                here + &prose.say("match-segment-listed", there)
            }
            None => here,
        }
    };
    let mut text: String = clip
        .segments
        .iter()
        .take(SEGMENTS_SHOWN)
        .map(part)
        .collect();
    if clip.segments.len() > SEGMENTS_SHOWN {
        text += ", …";
    }
    let covered = [
        ("covered", time(clip.covered_ms).into()),
        ("whole", time(clip.clip_ms).into()),
    ];
    text += &prose.say("match-covered", covered);
    if let Some(whole) = clip.listed_ms {
        let covered = [
            ("covered", time(clip.listed_covered_ms).into()),
            ("whole", time(whole).into()),
        ];
        text += &prose.say("match-covered-listed", covered);
    }
    text
}

/// Minutes and seconds.
fn time(ms: u64) -> String {
    let (minutes, seconds) = (ms / 60_000, ms % 60_000);
    format!("{minutes}:{:02}.{}", seconds / 1000, seconds % 1000 / 100)
}

/// List and item; the hash, where the list names none.
fn name(m: &Match) -> String {
    let list = short(&m.list, LIST_COLUMNS);
    match &m.id {
        Some(id) => format!("{list}: {}", short(id, ID_COLUMNS)),
        None => format!("{list}: {}", m.hash),
    }
}

/// What a match in a store may lead to at most, where that is less than to act at once.
fn at_most(prose: &Prose, m: &Match) -> String {
    match m.at_most {
        None | Some(MaxAction::Block) => String::new(),
        Some(MaxAction::Review) => prose.word("match-review"),
        Some(MaxAction::Log) => prose.word("match-log"),
    }
}

fn labels(m: &Match) -> String {
    let mut text = String::new();
    for (shown, label) in m.labels.iter().enumerate() {
        let label = short(label, LABEL_COLUMNS);
        if text.width() + label.width() > LABELS_COLUMNS {
            text += &format!(", … +{}", m.labels.len() - shown);
            break;
        }
        text += if shown > 0 { ", " } else { "" };
        text += &label;
    }
    match text.is_empty() {
        true => text,
        false => format!(" [{text}]"),
    }
}

/// Why something is so, on one line.
fn message(reason: &Reasons) -> String {
    cut(&escape::message(&reason.to_string()), REASON_COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Language;
    use crate::cli::print::tests::finding as unmatched;
    use basma::error::Reason;

    #[test]
    fn a_reason_is_one_line_that_moves_no_cursor() {
        let prose = Prose::new(Language::En);
        let broken = Finding {
            status: Status::Damaged,
            reason: Some(
                Reason::MemberBroken {
                    message: "first\nMATCH forged\x1b[2J\r".to_owned() + &"y".repeat(9000),
                }
                .into(),
            ),
            ..unmatched()
        };
        for text in [
            finding(&prose, &broken),
            hashes(&prose, &broken),
            not_examined(&prose, broken.reason.as_ref().unwrap()),
        ] {
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(
                text.contains("first\\nMATCH forged\\u{001b}[2J\\r"),
                "{text}"
            );
            assert!(text.width() < 500, "{text}");
        }
    }

    #[test]
    fn of_many_labels_it_is_said_how_many_are_not_shown() {
        let prose = Prose::new(Language::En);
        let labelled = |labels: Vec<String>| {
            let hash = Hash::new(basma::hash::HashType::Md5, &[1; 16]).unwrap();
            let m = Match {
                list: "l".to_owned(),
                generation: None,
                at_most: None,
                id: None,
                hash,
                distance: 0,
                radius: 0,
                view: View::ORIGINAL,
                track: 1,
                frame: 0,
                ms: 0,
                listed_ms: None,
                clip: None,
                labels,
                severity: None,
                opinion: Opinion::Positive,
                media: None,
                allowed_by: None,
            };
            matched(&prose, &m)
        };
        let few = labelled(vec!["a".to_owned(), "b".to_owned()]);
        assert!(few.ends_with(" [a, b]\n"), "{few}");
        let many = labelled((0..900).map(|i| format!("label {i}")).collect());
        let shown = many.matches("label ").count();
        assert!(
            many.ends_with(&format!(", … +{}]\n", 900 - shown)),
            "{many}"
        );
        assert!(many.width() < 400, "{many}");
    }
}
