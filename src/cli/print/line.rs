//! For people: one line for each file of which there is something to say. Its path is first, as `grep` prints it.

use basma::hash::{Hash, HashType};
use basma::list::Opinion;
use basma::matcher::{ClipMatch, Found, Match, Segment};
use basma::scan::Finding;

use super::columns::{name, short};
use super::text::{ID_COLUMNS, LIST_COLUMNS, at_most, labels, message, place};
use crate::cli::prose::{Prose, Value};
use crate::cli::style::{Style, Tone};

/// The status of a match that does not count.
const SUPPRESSED: &str = "status-suppressed";

/// How many parts of a clip are shown.
const SEGMENTS_SHOWN: usize = 2;

/// A matched file and the nearest of what it matches; how much else it matches is counted. The same bytes are nearer than the
/// same hash of a picture.
pub(super) fn matched(prose: &Prose, style: Style, finding: &Finding, leading: &Match) -> String {
    let is_same = |m: &&Match| !m.hash.hash_type().is_perceptual();
    let leading = finding.matches.iter().find(is_same).unwrap_or(leading);
    let others = finding.matches.len() as u64 - 1 + finding.more;
    of_match(
        prose,
        style,
        finding,
        leading,
        "status-matched",
        Tone::Match,
        others,
    )
}

/// A file that may be a copy of something listed: too little speaks for it, and a person looks.
pub(super) fn lead(prose: &Prose, style: Style, finding: &Finding) -> String {
    let Some(leading) = finding.weak.first() else {
        return String::new();
    };
    let status = if leading.view.area.kind.is_whole() {
        "status-weak"
    } else {
        "status-lead"
    };
    let others = finding.weak.len() as u64 - 1;
    of_match(prose, style, finding, leading, status, Tone::Lead, others)
}

/// A file that would match, but for a negative entry or a list of what is allowed.
pub(super) fn suppressed(prose: &Prose, style: Style, finding: &Finding) -> String {
    let Some(leading) = finding.suppressed.first() else {
        return String::new();
    };
    let others = finding.suppressed.len() as u64 - 1;
    let status = SUPPRESSED;
    of_match(prose, style, finding, leading, status, Tone::Gap, others)
}

/// A file that shows an authentic notice.
pub(super) fn authentic(prose: &Prose, style: Style, finding: &Finding) -> String {
    let is_same = |m: &&Match| !m.hash.hash_type().is_perceptual();
    let same = finding.authentic.iter().find(is_same);
    let Some(nearest) = same.or(finding.authentic.first()) else {
        return String::new();
    };
    let others = finding.authentic.len() as u64 - 1;
    let status = "status-authentic";
    of_match(prose, style, finding, nearest, status, Tone::Plain, others)
}

fn of_match(
    prose: &Prose,
    style: Style,
    finding: &Finding,
    m: &Match,
    status: &str,
    tone: Tone,
    others: u64,
) -> String {
    let path = style.link(&finding.path, &prose.value(&name(&finding.path)));
    about(prose, style, path, m, status, tone, others)
}

/// What was looked up, and one thing that it matches.
fn about(
    prose: &Prose,
    style: Style,
    what: String,
    m: &Match,
    status: &str,
    tone: Tone,
    others: u64,
) -> String {
    let others = match others {
        0 => String::new(),
        count => prose.say("line-others", [("count", count.into())]),
    };
    let worth = if status == SUPPRESSED {
        prose.word("reason-between") + &why_suppressed(prose, m)
    } else {
        worth(prose, m)
    };
    let values = [
        ("what", Value::said(what)),
        (
            "status",
            Value::said(style.paint(tone, &prose.word(status))),
        ),
        ("item", item(m).into()),
        ("labels", Value::said(labels(prose, m))),
        ("how", Value::said(how(prose, m))),
        ("others", Value::said(others)),
        ("at_most", Value::said(worth)),
    ];
    prose.say("line-match", values) + "\n"
}

/// List and item, as one word; the hash, where the list names no item.
fn item(m: &Match) -> String {
    let item = m.id.as_ref().map(|id| short(id, ID_COLUMNS));
    let item = item.unwrap_or_else(|| m.hash.to_string());
    format!("{}:{item}", short(&m.list, LIST_COLUMNS))
}

/// Why a match does not count. It leads to nothing, whatever its list lets it lead to.
fn why_suppressed(prose: &Prose, m: &Match) -> String {
    match &m.allowed_by {
        Some(list) => prose.say("line-allowed", [("list", short(list, LIST_COLUMNS).into())]),
        None => prose.word("line-off-subject"),
    }
}

/// What it may lead to at most, and whether its list is of two minds.
fn worth(prose: &Prose, m: &Match) -> String {
    let mut worth = at_most(prose, m);
    if m.opinion == Opinion::Disputed {
        worth += &(prose.word("reason-between") + &prose.word("match-disputed"));
    }
    if m.is_quarantined {
        worth += &(prose.word("reason-between") + &prose.word("match-quarantined"));
    }
    worth
}

/// How near it is, what was done to it, and where it was found.
fn how(prose: &Prose, m: &Match) -> String {
    let hash_type = ("type", m.hash.hash_type().name().into());
    let mut how = if m.hash.hash_type().is_perceptual() {
        let mut values = vec![("distance", m.distance.into()), ("radius", m.radius.into())];
        if m.hash.hash_type() == HashType::Pdq {
            prose.say("line-near", values)
        } else {
            values.push(hash_type);
            prose.say("line-near-type", values)
        }
    } else {
        prose.say("line-exact", [hash_type])
    };
    how += &place(prose, m);
    if let Some(clip) = &m.clip {
        how += &common(prose, clip);
    }
    how
}

/// Which parts of a clip are which of the listed one, and how much of each that is.
fn common(prose: &Prose, clip: &ClipMatch) -> String {
    let part = |segment: &Segment| {
        let span = |(from, to)| {
            let span = [("from", prose.place(from)), ("to", prose.place(to))];
            Value::said(prose.say("line-span", span))
        };
        let here = span((segment.start_ms, segment.end_ms));
        match segment.listed_ms {
            Some(listed) => prose.say("line-segment", [("here", here), ("there", span(listed))]),
            None => prose.say("line-segment-here", [("here", here)]),
        }
    };
    let shown = clip.segments.iter().take(SEGMENTS_SHOWN);
    let mut text: String = shown.map(part).collect();
    let more = clip.segments.len().saturating_sub(SEGMENTS_SHOWN);
    if more > 0 {
        text += &prose.say("line-segments-more", [("count", more.into())]);
    }
    let here = match percent(clip.covered_ms, clip.clip_ms) {
        100 => prose.word("line-of-file-all"),
        percent => prose.say("line-of-file", [("percent", percent.into())]),
    };
    let there = clip
        .listed_ms
        .map(|whole| percent(clip.listed_covered_ms, whole));
    let there = match there {
        None => String::new(),
        Some(100) => prose.word("line-of-listed-all"),
        Some(percent) => prose.say("line-of-listed", [("percent", percent.into())]),
    };
    let shares = [("here", Value::said(here)), ("there", Value::said(there))];
    text + &prose.say("line-shares", shares)
}

/// Rounded to the nearest. It is never 0 of something, nor 100 of what lacks more than a hundredth of a second.
fn percent(part: u64, whole: u64) -> u64 {
    match whole {
        0 => 0,
        _ if part + 10 >= whole => 100,
        _ => ((part * 100 + whole / 2) / whole).clamp(u64::from(part > 0), 99),
    }
}

/// A file of which not all was examined, and why; or one that was looked at and matches nothing.
pub(in crate::cli) fn status(prose: &Prose, style: Style, finding: &Finding) -> String {
    let word = if finding.matches.is_empty() {
        format!("status-{}", finding.status.name())
    } else {
        "status-incomplete".to_owned()
    };
    let tone = if finding.status.is_gap() || !finding.matches.is_empty() {
        Tone::Gap
    } else {
        Tone::Plain
    };
    let path = style.link(&finding.path, &prose.value(&name(&finding.path)));
    let mut values = vec![
        ("status", Value::said(style.paint(tone, &prose.word(&word)))),
        ("path", Value::said(path)),
    ];
    let id = match &finding.reason {
        Some(reason) => {
            values.push(("reason", message(prose, reason)));
            "finding-reason"
        }
        None => "finding",
    };
    prose.say(id, values) + "\n"
}

/// What a hash that was looked up matches, a line each.
pub(super) fn lookup(
    prose: &Prose,
    style: Style,
    hash: &Hash,
    id: Option<&str>,
    found: &Found,
) -> String {
    let of = id.map_or(String::new(), |id| format!(" {}", short(id, ID_COLUMNS)));
    let hash = format!("{hash:?}{of}");
    let hash = prose.value(&hash);
    let kinds = [
        (&found.matches, "status-matched", Tone::Match),
        (&found.weak, "status-weak", Tone::Lead),
        (&found.suppressed, SUPPRESSED, Tone::Gap),
        (&found.authentic, "status-authentic", Tone::Plain),
    ];
    let lines = kinds.iter().flat_map(|(matches, status, tone)| {
        let line = |m| about(prose, style, hash.to_string(), m, status, *tone, 0);
        matches.iter().map(line)
    });
    let mut text: String = lines.collect();
    if text.is_empty() {
        let values = [
            ("what", hash.as_ref().into()),
            ("status", Value::said(prose.word("status-no_match"))),
        ];
        text = prose.say("line-nothing", values) + "\n";
    }
    if found.more > 0 {
        let more = prose.say("match-more", [("count", found.more.into())]);
        text += &format!("{hash}: {more}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Language;
    use basma::error::Reason;
    use basma::escape;
    use basma::scan::Status;
    use proptest::prelude::*;

    fn shown(path: &str, language: Language, status: Status) -> String {
        let mut finding = Finding::new(path, status);
        let message = path.to_owned();
        finding.reason =
            (status == Status::Damaged).then(|| Reason::MemberBroken { message }.into());
        super::status(&Prose::new(language), Style::default(), &finding)
    }

    #[test]
    fn a_name_forges_no_match() {
        for path in [
            "x: MATCH demo:case-1",
            ": MATCH a",
            "a: : MATCH b",
            "a:\u{a0}: MATCH",
        ] {
            let line = shown(path, Language::En, Status::Damaged);
            assert!(!line.contains(": MATCH"), "{line}");
            let line = shown(path, Language::En, Status::NoMatch);
            assert!(!line.contains(": MATCH"), "{line}");
        }
        let path = ": CORRESPONDANCE a";
        let line = shown(path, Language::Fr, Status::Damaged);
        assert!(!line.contains(": CORRESPONDANCE"), "{line}");
    }

    proptest! {
        #[test]
        fn the_name_of_a_line_is_read_back(path in "([:  \n\\\\aM\u{a0}é]|: MATCH ){1,12}") {
            for (language, border) in [(Language::En, ": "), (Language::Fr, "\u{a0}: ")] {
                for status in [Status::NoMatch, Status::Damaged] {
                    let line = shown(&path, language, status);
                    let (front, rest) = line.split_once(": ").unwrap();
                    let front = format!("{front}: ");
                    let name = front.strip_suffix(border).unwrap();
                    prop_assert_eq!(escape::unescape_path(name), Some(path.clone().into()));
                    let word = Prose::new(language).word(&format!("status-{}", status.name()));
                    prop_assert!(rest.starts_with(&word), "{}", line);
                }
            }
        }
    }

    #[test]
    fn a_share_is_all_only_of_all_and_nothing_only_of_nothing() {
        assert_eq!(percent(0, 10_000), 0);
        assert_eq!(percent(1, 10_000), 1);
        assert_eq!(percent(3_900, 10_000), 39);
        assert_eq!(percent(9_980, 10_000), 99);
        assert_eq!(percent(9_990, 10_000), 100);
        assert_eq!(percent(12_000, 10_000), 100);
        assert_eq!(percent(5, 0), 0);
    }
}
