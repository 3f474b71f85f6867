//! The head of a page: what it is, what is missing, and the counts.

use basma::scan::Status;

use super::chart;
use super::evidence::{Ending, Evidence, tier_rank};
use crate::cli::html::words;
use crate::cli::html::{code, html, paragraph, value};
use crate::cli::prose::{Prose, Value};

/// The title, and everything that limits what the page can say.
pub(super) fn head(prose: &Prose, evidence: &Evidence, made: i64) -> String {
    let counts = &evidence.counts;
    let tool = concat!("basma ", env!("CARGO_PKG_VERSION"));
    let values = [
        ("file", value(&evidence.file)),
        ("time", prose.moment(made)),
        ("tool", tool.into()),
    ];
    let mut text = format!(
        "<header>\n<h1>{}</h1>\n{}{}",
        html(&prose.word("page-title")),
        paragraph("verdict", &prose.word("page-verdict")),
        paragraph("made", &prose.say("page-made", values)),
    );
    let mut alert = |message: &str| text += &paragraph("alert", message);
    if let Some(refusal) = &counts.refused {
        let why = Value::said(words::refusal(prose, refusal));
        alert(&prose.say("page-refused", [("why", why)]));
    }
    match &counts.ending {
        None if counts.refused.is_some() => {}
        None => alert(&prose.word("page-without-summary")),
        Some(ending) if ending.is_interrupted() => alert(&prose.word("page-interrupted")),
        Some(_) => {}
    }
    if evidence.is_cut {
        alert(&prose.word("page-cut"));
    }
    if let Some(Ending::Scan(summary)) = &counts.ending
        && (summary.discovered, summary.matched) != (counts.files, counts.matched())
    {
        let values = [
            ("stated", summary.discovered.into()),
            ("stated_matches", summary.matched.into()),
            ("found", counts.files.into()),
            ("found_matches", counts.matched().into()),
        ];
        alert(&prose.say("page-counts-differ", values));
    }
    if counts
        .ending
        .as_ref()
        .is_some_and(|e| e.conditions().is_none())
    {
        alert(&prose.word("page-without-conditions"));
    }
    if let Some(Ending::Scan(summary)) = &counts.ending
        && (summary.examined == 0 || summary.bare_roots > 0)
    {
        alert(&prose.word("page-bare"));
        for root in &summary.bare_roots_shown {
            text += &format!("<p class=\"alert\">{}</p>\n", code(root));
        }
    }
    text + "</header>\n"
}

/// The counts: the most important as large numbers, all of them as a bar and a table.
pub(super) fn result(prose: &Prose, evidence: &Evidence, clusters: u64) -> String {
    let counts = &evidence.counts;
    let gaps = counts.gaps.values().map(|gap| gap.count).sum::<u64>();
    let title = prose.word("page-result");
    let mut text = format!(
        "<section>\n<h2>{}</h2>\n<div class=\"tiles\">\n",
        html(&title)
    );
    let examined = match &counts.ending {
        Some(Ending::Rematch(summary)) => summary.remembered,
        _ => counts.files,
    };
    let tiles = [
        ("all", "page-tile-files", examined),
        ("matched", "page-tile-matched", counts.matched()),
        ("matched", "page-tile-clusters", clusters),
        ("gap", "page-tile-gaps", gaps),
        ("lead", "page-tile-leads", counts.leads.count),
    ];
    for (class, id, count) in tiles {
        let (count, name) = (number(prose, count), html(&prose.word(id)));
        text += &format!("<p class=\"tile {class}\"><b>{count}</b> {name}</p>\n");
    }
    text += "</div>\n";
    let known = Status::ALL.iter().map(|status| status.name());
    let later = counts.statuses.keys().map(String::as_str);
    let later = later.filter(|name| Status::ALL.iter().all(|status| status.name() != *name));
    let parts = known.chain(later).filter_map(|name| {
        let count = *counts.statuses.get(name)?;
        Some((class(name), words::status(prose, name), count))
    });
    let parts: Vec<(&str, String, u64)> = parts.collect();
    if !parts.is_empty() {
        text += &chart::bar(&title, &parts);
        text += "<table class=\"legend\">\n";
        for (class, name, count) in &parts {
            text += &format!(
                "<tr><th scope=\"row\"><i class=\"swatch {class}\"></i> {}</th><td>{}</td></tr>\n",
                html(name),
                number(prose, *count)
            );
        }
        text += "</table>\n";
    }
    if counts.matched() == 0 {
        text += &paragraph("note", &prose.word("page-nothing-matched"));
    }
    if !counts.tiers.is_empty() {
        text += &format!("<h3>{}</h3>\n<table>\n", html(&prose.word("page-tiers")));
        let mut tiers: Vec<(&String, &u64)> = counts.tiers.iter().collect();
        tiers.sort_by_key(|(tier, _)| tier_rank(tier));
        for (tier, count) in tiers {
            let label = words::tier(prose, tier);
            text += &crate::cli::html::row(&label, &number(prose, *count));
        }
        text += "</table>\n";
    }
    text + "</section>\n"
}

/// How near files are to what is listed, for each type of hash.
pub(super) fn distances(prose: &Prose, evidence: &Evidence) -> String {
    let distances = &evidence.counts.distances;
    if distances.is_empty() {
        return String::new();
    }
    let title = prose.word("page-distances");
    let mut text = format!("<section>\n<h2>{}</h2>\n", html(&title));
    text += &paragraph("note", &prose.word("page-distances-note"));
    let (equal, near): (Vec<_>, Vec<_>) = distances.iter().partition(|(_, of)| of.radius == 0);
    for (hash_type, of_type) in near {
        let name = prose.say("page-distances-of", [("type", value(hash_type))]);
        text += &format!("<figure>\n<figcaption>{}</figcaption>\n", html(&name));
        text += &chart::histogram(prose, &name, of_type);
        text += "</figure>\n";
    }
    for (hash_type, of_type) in equal {
        let files = of_type.matches.values().sum::<u64>();
        let values = [("type", value(hash_type)), ("files", files.into())];
        text += &paragraph("", &prose.say("page-equal", values));
    }
    text + "</section>\n"
}

/// A number as the language writes it.
pub(super) fn number(prose: &Prose, count: u64) -> String {
    html(&prose.say("page-number", [("number", count.into())]))
}

/// The class that colours a status.
fn class(status: &str) -> &'static str {
    match status {
        "matched" => "matched",
        "no_match" => "none",
        "unsupported" | "skipped" => "other",
        "low_quality" => "flat",
        _ => "gap",
    }
}
