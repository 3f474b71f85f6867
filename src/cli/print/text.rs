//! For people: the parts that lines are made of, all that is known of a match, and hashes.

use basma::error::Reasons;
use basma::hash::{Rendering, Turn, View};
use basma::list::Opinion;
use basma::matcher::{Match, Segment};

use basma::store::MaxAction;
use unicode_width::UnicodeWidthStr as _;

use super::columns::{cut, short};
use crate::cli::prose::{Prose, Value};

/// How many columns names of lists, ids, labels, all labels of a match, and reasons take. Lists and files say what they like,
/// and for people a line must stay one. Other forms of output hold all of it.
pub(super) const LIST_COLUMNS: usize = 64;
pub(super) const ID_COLUMNS: usize = 160;
const LABEL_COLUMNS: usize = 64;
const LABELS_COLUMNS: usize = 200;
const REASON_COLUMNS: usize = 400;

/// How many parts of a clip are shown.
const SEGMENTS_SHOWN: usize = 4;

/// Leads: listed clips that too little speaks for, and pictures that may be others.
pub(super) fn weak(prose: &Prose, weak: &[Match]) -> String {
    let why = |m: &Match| {
        prose.word(if m.view.area.kind.is_whole() {
            "match-weak"
        } else {
            "match-lead"
        })
    };
    let each = weak.iter();
    each.map(|m| matched(prose, m) + &format!("    {}\n", why(m)))
        .collect()
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

/// The authentic notices that a file shows. Beside a match a person compares.
pub(super) fn authentic(prose: &Prose, authentic: &[Match], is_matched: bool) -> String {
    let word = if is_matched {
        "match-authentic-too"
    } else {
        "match-authentic"
    };
    let each = authentic.iter();
    each.map(|m| matched(prose, m) + &format!("    {}\n", prose.word(word)))
        .collect()
}

/// Why a file that matches was not wholly examined.
pub(super) fn not_examined(prose: &Prose, reason: &Reasons) -> String {
    let reason = prose.say("match-reason", [("reason", message(prose, reason))]);
    format!("    {reason}\n")
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
    let values = [
        ("place", name(prose, m).into()),
        ("how", Value::said(how)),
        ("labels", Value::said(labels(prose, m))),
        ("at_most", Value::said(at_most(prose, m))),
    ];
    let mut text = format!("    {}\n", prose.say("match", values));
    if m.opinion == Opinion::Disputed {
        text += &format!("    {}\n", prose.word("match-disputed"));
    }
    if m.is_quarantined {
        text += &format!("    {}\n", prose.word("match-quarantined"));
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
            ("bits", m.distance.into()),
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
    let name = name(prose, m);
    let mut text = format!(
        "{}{}{}",
        prose.value(&name),
        labels(prose, m),
        at_most(prose, m)
    );
    if m.opinion == Opinion::Disputed {
        text += &(prose.word("reason-between") + &prose.word("match-disputed"));
    }
    if m.is_quarantined {
        text += &(prose.word("reason-between") + &prose.word("match-quarantined"));
    }
    text
}

/// Where in the file it was found.
pub(super) fn place(prose: &Prose, m: &Match) -> String {
    let mut place = String::new();
    place += &view(prose, m.view);
    if let Some(found) = m.details {
        let values = [
            ("features", found.features.into()),
            ("tiles", found.tiles.into()),
        ];
        place += &prose.say("match-details", values);
    }
    if m.track > 1 {
        place += &prose.say("match-track", [("track", m.track.into())]);
    }
    if m.frame > 0 {
        place += &prose.say("match-frame", [("frame", m.frame.into())]);
    }
    if let (Some(ms), None) = (m.listed_ms, &m.clip) {
        place += &prose.say("match-listed-at", [("time", prose.place(ms))]);
    }
    place
}

/// What was hashed, unless it is the picture as it is stored.
pub(in crate::cli) fn view(prose: &Prose, view: View) -> String {
    if view == View::ORIGINAL {
        String::new()
    } else if view.area.kind.is_whole() {
        prose.say("match-view", [("view", viewed(prose, view))])
    } else {
        let area = prose.word(&format!("area-{}", view.area.kind.name()));
        let region = prose.region(view.area.region);
        let text = prose.say(
            "match-area",
            [("area", Value::said(area)), ("region", region)],
        );
        if view.rendering == Rendering::Stored && view.turn == Turn::Original {
            return text;
        }
        text + &prose.say("match-view", [("view", viewed(prose, view))])
    }
}

/// Which parts of a clip are which of the listed one, and how much of each that is.
fn segments(prose: &Prose, m: &Match) -> String {
    let Some(clip) = &m.clip else {
        return String::new();
    };
    let part = |segment: &Segment| {
        let here = [
            ("from", prose.place(segment.start_ms)),
            ("to", prose.place(segment.end_ms)),
        ];
        let here = prose.say("match-segment", here);
        match segment.listed_ms {
            Some((start, end)) => {
                let there = [("from", prose.place(start)), ("to", prose.place(end))];
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
        text += &prose.word("match-segments-more");
    }
    let covered = [
        ("covered", prose.place(clip.covered_ms)),
        ("whole", prose.place(clip.clip_ms)),
    ];
    text += &prose.say("match-covered", covered);
    if let Some(whole) = clip.listed_ms {
        let covered = [
            ("covered", prose.place(clip.listed_covered_ms)),
            ("whole", prose.place(whole)),
        ];
        text += &prose.say("match-covered-listed", covered);
    }
    text
}

/// How a picture was turned, shown, or both.
fn viewed(prose: &Prose, view: View) -> Value {
    let turn = || prose.word(&format!("turn-{}", view.turn.name()));
    let rendering = || prose.word(&format!("rendering-{}", view.rendering.name()));
    Value::said(match (view.rendering, view.turn) {
        (Rendering::Stored, _) => turn(),
        (_, Turn::Original) => rendering(),
        _ => format!("{}+{}", rendering(), turn()),
    })
}

/// List and item; the hash, where the list names none.
fn name(prose: &Prose, m: &Match) -> String {
    let list = short(&m.list, LIST_COLUMNS);
    let item = match &m.id {
        Some(id) => short(id, ID_COLUMNS),
        None => m.hash.to_string(),
    };
    prose.say(
        "match-place",
        [("list", list.into()), ("item", item.into())],
    )
}

/// What a match in a store may lead to at most, where that is less than to act at once.
pub(super) fn at_most(prose: &Prose, m: &Match) -> String {
    match m.at_most {
        None | Some(MaxAction::Block) => String::new(),
        Some(MaxAction::Review) => prose.word("match-review"),
        Some(MaxAction::Log) => prose.word("match-log"),
    }
}

pub(super) fn labels(prose: &Prose, m: &Match) -> String {
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
    if text.is_empty() {
        text
    } else {
        format!(" [{}]", prose.value(&text))
    }
}

/// Why something is so, on one line.
pub(super) fn message(prose: &Prose, reason: &Reasons) -> Value {
    let text = prose.reasons(reason);
    // A reason names files, whose names say what they like.
    let matched = prose.word("status-matched");
    let text = text.replace(&format!(": {matched}"), &format!(":\\x20{matched}"));
    Value::said(cut(&text, REASON_COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::super::line;
    use super::*;
    use crate::cli::args::Language;
    use crate::cli::style::Style;
    use basma::Matcher;
    use basma::error::Reason;
    use basma::hash::Hash;
    use basma::index::Builder;
    use basma::list::{Entry, List, Source};
    use basma::scan::{Finding, Status};

    #[test]
    fn a_reason_is_one_line_that_moves_no_cursor() {
        let prose = Prose::new(Language::En);
        let mut broken = Finding::new("a", Status::Damaged);
        let message = "first\nMATCH forged\x1b[2J\r".to_owned() + &"y".repeat(9000);
        broken.reason = Some(Reason::MemberBroken { message }.into());
        for text in [
            line::status(&prose, Style::default(), &broken),
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
            let entry = Entry::new(hash, 1).with_labels(labels);
            let mut builder = Builder::new();
            let list = List::new(Source::new("l", "l", "rows"), vec![entry]);
            builder.add(list).unwrap();
            let matcher = Matcher::new([builder.build_in_memory().unwrap().0]);
            let m = matcher.lookup(&hash).unwrap().matches.remove(0);
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
