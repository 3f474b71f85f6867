//! The findings on the page.

use basma::evidence::record::Seen;
use basma::papers::{Actor, CaseFinding, Decision, Dossier, ListedMatch};

use super::super::pictures::Shown;
use super::sections::{number, section, table, text, time};
use crate::cli::html::words;
use crate::cli::html::{code, html, paragraph, plain, row, value};
use crate::cli::prose::{Prose, Value};
use crate::cli::rights;

/// The largest number of matches of one finding.
const MATCHES_MAX: usize = 20;

/// The findings that are shown, of so many.
pub(super) fn all(
    prose: &Prose,
    dossier: &Dossier,
    shown: &[CaseFinding],
    pictures: Option<&Shown>,
) -> String {
    let mut content = String::new();
    if shown.is_empty() {
        content += &paragraph("note", &prose.word("paper-findings-none"));
    }
    let total = dossier.tally.findings;
    if (shown.len() as u64) < total {
        let values = [("shown", shown.len().into()), ("total", total.into())];
        content += &paragraph("alert", &prose.say("paper-findings-more", values));
    }
    if pictures.is_some() {
        content += &paragraph("note", &prose.word("page-thumbnails-note"));
    }
    for finding in shown {
        let picture = pictures.map(|pictures| pictures.of(prose, finding));
        content += &one(prose, dossier, finding, &picture.unwrap_or_default());
    }
    section(prose, "paper-findings", &content)
}

/// A finding, with its picture as HTML.
fn one(prose: &Prose, dossier: &Dossier, finding: &CaseFinding, picture: &str) -> String {
    let name = prose.say("paper-finding", [("number", finding.record.into())]);
    let outcome = outcome(prose, finding.outcome());
    let mut rows = String::new();
    let mut add = |label: &str, cell: String| rows += &row(label, &cell);
    let path = match &finding.path {
        Some(path) => code(path),
        None => html(&prose.word("paper-path-sealed")),
    };
    add(&prose.word("paper-path"), path);
    let kind = kind(prose, finding);
    if !kind.is_empty() {
        add(&prose.word("paper-file"), html(&kind));
    }
    for (name, digest) in [
        ("SHA-256", &finding.sha256),
        ("SHA-1", &finding.sha1),
        ("MD5", &finding.md5),
    ] {
        if let Some(digest) = digest {
            add(name, code(digest));
        }
    }
    add(&prose.word("paper-found"), time(prose, &finding.time));
    for listed in finding.matches.iter().take(MATCHES_MAX) {
        let measured = dossier.calibration(finding, listed);
        let measured = html(&rights::of_match(prose, measured.as_ref()));
        let said = format!(
            "{}<br/>{}: {measured}",
            matched(prose, listed),
            html(&prose.word("page-calibration"))
        );
        add(&prose.word("paper-match"), said);
    }
    let more = finding.matches.len().saturating_sub(MATCHES_MAX);
    if more > 0 {
        let more = prose.say("page-matches-more", [("count", more.into())]);
        add(&prose.word("paper-match"), html(&more));
    }
    if let Some(decision) = &finding.decision {
        decided(prose, decision, &mut rows);
    }
    let mut notes = String::new();
    for (is_so, id) in [
        (finding.status == "weak", "paper-weak"),
        (finding.status == "suppressed", "paper-suppressed"),
        (finding.status == "authentic", "paper-authentic"),
        (finding.is_appealed, "paper-appealed"),
        (finding.is_erased, "paper-erased"),
    ] {
        if is_so {
            notes += &paragraph("note", &prose.word(id));
        }
    }
    format!(
        "<div class=\"file\">\n<h3>{}: {outcome}</h3>\n{picture}{notes}{}</div>\n",
        html(&name),
        table(&rows)
    )
}

/// The word for a decision, with its colour.
fn outcome(prose: &Prose, outcome: &str) -> String {
    let word = match outcome {
        "confirmed" => prose.word("case-standing-confirmed"),
        "rejected" => prose.word("case-standing-rejected"),
        "escalated" => prose.word("case-standing-escalated"),
        "undecided" => prose.word("case-standing-undecided"),
        _ => prose.word("case-standing-open"),
    };
    format!("<span class=\"outcome {outcome}\">{}</span>", html(&word))
}

/// What a file is: media type, size in bytes, size in pixels.
fn kind(prose: &Prose, finding: &CaseFinding) -> String {
    let mut parts = Vec::new();
    if let Some(media) = &finding.media {
        parts.push(prose.value(&plain(media)).into_owned());
    }
    if let Some(bytes) = finding.bytes {
        let bytes = prose.language().bytes(bytes);
        parts.push(prose.value(&bytes).into_owned());
    }
    if let (Some(width), Some(height)) = (finding.width, finding.height) {
        let size = format!("{width} × {height}");
        parts.push(prose.value(&size).into_owned());
    }
    parts.join(" · ")
}

fn matched(prose: &Prose, listed: &ListedMatch) -> String {
    let list = ("list", value(&listed.list));
    let mut lines = vec![match &listed.entry {
        Some(entry) => html(&prose.say("paper-entry", [list, ("entry", value(entry))])),
        None => html(&prose.say("paper-list-only", [list])),
    }];
    let values = [
        ("type", value(&listed.hash_type)),
        ("distance", listed.distance.into()),
        ("radius", listed.radius.into()),
    ];
    let mut near = html(&prose.say("page-near", values));
    if let Some(tier) = &listed.tier {
        let tier = html(&words::tier(prose, tier));
        near += &format!(" <span class=\"tier\">{tier}</span>");
    }
    lines.push(near);
    if let Some(view) = listed.view.as_ref().filter(|view| *view != "original") {
        let view = Value::said(words::view(prose, view));
        lines.push(html(&prose.say("page-view", [("view", view)])));
    }
    if let (Some(frame), Some(ms)) = (listed.frame, listed.ms) {
        let place = prose.language().place(ms);
        let values = [("frame", frame.into()), ("time", place.into())];
        lines.push(html(&prose.say("page-frame", values)));
    }
    if !listed.labels.is_empty() {
        let labels = listed
            .labels
            .iter()
            .take(MATCHES_MAX)
            .map(|label| format!("<bdi class=\"label\">{}</bdi>", html(&plain(label))));
        lines.push(labels.collect::<Vec<_>>().join(" "));
    }
    lines.join("<br/>")
}

fn decided(prose: &Prose, decision: &Decision, rows: &mut String) {
    let person = |actor: &Actor| {
        let values = [("person", value(&actor.id)), ("role", value(&actor.role))];
        html(&prose.say("paper-by", values))
    };
    let mut add = |id: &str, cell: String| *rows += &row(&prose.word(id), &cell);
    let decided = format!(
        "{}<br/>{} · {} {}",
        person(&decision.by),
        time(prose, &decision.time),
        html(&prose.word("paper-record")),
        number(prose, decision.record)
    );
    add("paper-decision", decided);
    if let Some(second) = &decision.second {
        add("paper-second", person(second));
    }
    let seen = match decision.seen {
        Seen::Viewed => html(&prose.word("paper-seen-file")),
        Seen::Reduced => html(&prose.word("paper-seen-reduced")),
        Seen::Facts => html(&prose.word("paper-seen-facts")),
    };
    add("paper-seen", seen);
    if !decision.why.is_empty() {
        add("paper-why", text(&decision.why));
    }
}
