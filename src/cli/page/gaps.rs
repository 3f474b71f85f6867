//! What the page has besides matches: leads, what lists suppress, what was not examined, and how to read it all.

use super::clusters::names;
use basma::report::{Finding, Match};

use super::evidence::{Counts, Named};
use super::files::file;
use super::overview::number;
use crate::cli::html::words;
use crate::cli::html::{html, paragraph};
use crate::cli::prose::Prose;

/// Which matches of a file are shown.
type Shown = fn(&Finding) -> &[Match];

/// Files without a match: leads, those whose matches lists suppress, and authentic notices.
pub(super) fn leads(prose: &Prose, counts: &Counts) -> String {
    let kinds: [(&str, &str, &Named, Shown); 3] = [
        ("page-leads", "page-leads-note", &counts.leads, |f| &f.weak),
        (
            "page-suppressed",
            "page-suppressed-note",
            &counts.suppressed,
            |f| &f.suppressed,
        ),
        (
            "page-authentic",
            "page-authentic-note",
            &counts.authentic,
            |f| &f.authentic,
        ),
    ];
    let each = kinds.into_iter();
    each.map(|(title, note, of, shown)| named(prose, title, note, of, shown))
        .collect()
}

fn named(prose: &Prose, title: &str, note: &str, named: &Named, shown: Shown) -> String {
    if named.count == 0 {
        return String::new();
    }
    let title = html(&prose.word(title));
    let mut text = format!("<section>\n<h2>{title}</h2>\n");
    text += &paragraph("note", &prose.word(note));
    for finding in &named.first {
        text += &file(prose, finding, shown(finding), None);
    }
    let more = named.count - named.first.len() as u64;
    if more > 0 {
        text += &paragraph("alert", &prose.say("page-more", [("count", more.into())]));
    }
    text + "</section>\n"
}

/// Files that were not examined as a whole, by status and reason.
pub(super) fn gaps(prose: &Prose, counts: &Counts) -> String {
    let title = html(&prose.word("page-gaps"));
    let mut text = format!("<section>\n<h2>{title}</h2>\n");
    if counts.gaps.is_empty() {
        text += &paragraph("note", &prose.word("page-no-gaps"));
        return text + "</section>\n";
    }
    text += &paragraph("note", &prose.word("page-gaps-note"));
    for ((status, code), gap) in &counts.gaps {
        let status = html(&words::status(prose, status));
        let count = number(prose, gap.count);
        text += &format!("<article class=\"missed\">\n<h3>{status}: {count}</h3>\n");
        if let Some(reason) = &gap.reason {
            let reason = words::reason(prose, code, reason);
            text += &format!("<p>{reason} {}</p>\n", crate::cli::html::code(code));
        }
        text += &names(&gap.paths);
        let more = gap.count - gap.paths.len() as u64;
        if more > 0 {
            text += &paragraph("note", &prose.say("page-more", [("count", more.into())]));
        }
        text += "</article>\n";
    }
    text + "</section>\n"
}

/// What the words of the page mean, and what they do not.
pub(super) fn reading(prose: &Prose) -> String {
    let title = html(&prose.word("page-reading"));
    let mut text = format!("<section class=\"reading\">\n<h2>{title}</h2>\n");
    for id in [
        "page-reading-verdict",
        "page-reading-distance",
        "page-reading-tiers",
        "page-reading-no-match",
        "page-reading-most",
        "page-reading-care",
    ] {
        text += &paragraph("", &prose.word(id));
    }
    text + "</section>\n"
}
