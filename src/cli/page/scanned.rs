//! What was scanned with what: roots, options and lists.

use basma::report::{Conditions, UsedList};
use jiff::Timestamp;

use super::overview::number;
use crate::cli::html::words;
use crate::cli::html::{code, html, paragraph, plain, row, value};
use crate::cli::prose::{Prose, Value};
use crate::cli::rights;

/// The largest number of roots and patterns that are named.
const NAMED_MAX: usize = 100;

pub(super) fn conditions(prose: &Prose, conditions: &Conditions, made: i64) -> String {
    let title = prose.word("page-conditions");
    let mut text = format!("<section>\n<h2>{}</h2>\n<table>\n", html(&title));
    let mut add = |id: &str, cell: String| text += &row(&prose.word(id), &cell);
    add("page-tool", code(&conditions.tool));
    if !conditions.roots.is_empty() {
        add("page-roots", codes(prose, &conditions.roots));
    }
    if let Some(file) = &conditions.roots_from {
        add("page-roots-from", code(file));
    }
    if !conditions.exclude.is_empty() {
        add("page-exclude", codes(prose, &conditions.exclude));
    }
    if let Some(archives) = conditions.archives {
        add("page-archives", yes_or_no(prose, archives));
    }
    let types: Vec<String> = conditions.types.iter().map(ToString::to_string).collect();
    add("page-types", codes(prose, &types));
    let stated = [
        ("page-use", &conditions.purpose),
        ("page-region", &conditions.region),
        ("page-legal-basis", &conditions.legal_basis),
    ];
    for (id, text) in stated {
        if let Some(text) = text {
            add(id, format!("<bdi>{}</bdi>", html(&plain(text))));
        }
    }
    let radii = conditions.radii.iter().map(|(name, bits)| {
        let values = [("type", value(name)), ("bits", (*bits).into())];
        prose.say("page-radius-of", values)
    });
    let radii: Vec<String> = radii.collect();
    if !radii.is_empty() {
        add("page-radius", html(&radii.join(", ")));
    }
    add(
        "page-min-quality",
        number(prose, conditions.min_quality.into()),
    );
    add("page-limit", number(prose, conditions.limit));
    if let Some(rule) = &conditions.vpdq_rule {
        add("page-vpdq-rule", code(rule));
    }
    if let Some(views) = &conditions.views {
        let meaning = match views.as_ref() {
            "stored" => prose.word("page-views-stored"),
            "upright" => prose.word("page-views-upright"),
            "all" => prose.word("page-views-all"),
            _ => prose.word("page-views-copies"),
        };
        add(
            "page-views",
            format!("{} ({})", code(views), html(&meaning)),
        );
    }
    if let Some(frames) = &conditions.frames {
        add("page-frames", code(frames));
    }
    if let Some(exact) = conditions.exact {
        add("page-exact", yes_or_no(prose, exact));
    }
    text += "</table>\n";
    text += &format!("<h2>{}</h2>\n", html(&prose.word("page-lists")));
    for list in &conditions.lists {
        text += &used(prose, list, made);
    }
    if conditions.lists_more > 0 {
        let more = prose.say("page-lists-more", [("count", conditions.lists_more.into())]);
        text += &paragraph("alert", &more);
    }
    text + "</section>\n"
}

fn used(prose: &Prose, list: &UsedList, made: i64) -> String {
    let mut text = format!(
        "<article class=\"list\">\n<h3>{}</h3>\n<table>\n",
        code(&list.list)
    );
    let mut add = |id: &str, cell: String| text += &row(&prose.word(id), &cell);
    if let Some(purpose) = &list.purpose {
        add(
            "page-purpose",
            format!("<bdi>{}</bdi>", html(&plain(purpose))),
        );
    }
    if !list.uses.is_empty() {
        add("page-uses", codes(prose, &list.uses));
    }
    if let Some(end) = &list.expires {
        let mut cell = html(&prose.say("review-span", [("span", words::moment(prose, end))]));
        if list.expired == Some(true) {
            cell += &format!(" <strong>{}</strong>", html(&prose.word("page-expired")));
        }
        add("paper-expires", cell);
    }
    if let Some(protects) = &list.protects {
        add("page-protects", html(&words::protects(prose, protects)));
    }
    if let Some(basis) = &list.legal_basis {
        add(
            "page-legal-basis",
            format!("<bdi>{}</bdi>", html(&plain(basis))),
        );
    }
    if let Some(entries) = list.entries {
        add("page-entries", number(prose, entries));
    }
    if let Some(most) = &list.at_most {
        add("page-at-most", html(&words::at_most(prose, most)));
    }
    if let Some(version) = list.version {
        add("page-version", number(prose, version));
    }
    if let Some(generation) = list.generation {
        let said = match &list.published {
            Some(time) => {
                let values = [
                    ("generation", generation.into()),
                    ("time", words::moment(prose, time)),
                ];
                prose.say("page-generation-of", values)
            }
            None => prose.say("page-number", [("number", generation.into())]),
        };
        add("page-generation", html(&said));
    }
    let counted = list.calibration.as_ref();
    let said = counted.and_then(|quote| rights::counted(prose, quote));
    let said = said.unwrap_or_else(|| prose.word(not_counted(list)));
    add("page-calibration", html(&said));
    if let Some(population) = counted.and_then(|quote| quote.population.as_ref()) {
        add(
            "page-population",
            format!("<bdi>{}</bdi>", html(&plain(population))),
        );
    }
    add("page-age", age(prose, list, made));
    add("page-file", code(&list.path));
    let format = match prose.list_format(&list.format) {
        Value::Said(words) => html(&words),
        _ => code(&list.format),
    };
    add("page-format", format);
    if let Some(sha256) = &list.sha256 {
        add("page-sha256", code(sha256));
    }
    text + "</table>\n</article>\n"
}

/// The message of why there is no figure for a list.
fn not_counted(list: &UsedList) -> &'static str {
    match list.calibration.as_ref().map(|quote| quote.state.as_ref()) {
        Some("list-differs") => "page-calibration-list",
        Some("rules-differ") => "page-calibration-rules",
        _ => "page-calibration-none",
    }
}

/// The age of a list on the day of the report.
fn age(prose: &Prose, list: &UsedList, made: i64) -> String {
    let Some(as_of) = &list.as_of else {
        return html(&prose.word("page-age-unknown"));
    };
    let time: Option<Timestamp> = as_of.parse().ok();
    let seconds = time.and_then(|time| u64::try_from(made.checked_sub(time.as_second())?).ok());
    let Some(seconds) = seconds else {
        // A list of tomorrow, or no time at all.
        return html(&prose.say("page-age-of", [("time", words::moment(prose, as_of))]));
    };
    let values = [
        ("time", words::moment(prose, as_of)),
        ("age", prose.lasting(seconds)),
    ];
    let mut text = html(&prose.say("page-age-old", values));
    if list.max_age_seconds.is_some_and(|most| seconds > most) {
        text += &format!(" <strong>{}</strong>", html(&prose.word("page-stale")));
    }
    text
}

fn codes(prose: &Prose, all: &[String]) -> String {
    let shown: Vec<String> = all.iter().take(NAMED_MAX).map(|text| code(text)).collect();
    let mut text = shown.join("<br>");
    if all.len() > NAMED_MAX {
        let more = Value::from(all.len() - NAMED_MAX);
        text += &paragraph("note", &prose.say("page-more", [("count", more)]));
    }
    text
}

fn yes_or_no(prose: &Prose, is_so: bool) -> String {
    html(&prose.word(if is_so { "page-yes" } else { "page-no" }))
}
