//! The page of lists: their age, size and guards, what was decided, and the generations that are kept.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use basma::report::AuditRecord;
use basma::store::{Generation, ListStatus, Status};

use super::cases::waiting;
use super::language::with_prose;
use super::page::{Place, fault_of, moment, number, page};
use super::visitor::Visitor;
use crate::cli::html::{code, html, paragraph, plain, row, words};
use crate::cli::prose::Prose;
use crate::serve::service::Service;

/// The number of records of the audit that are shown.
const RECORDS_MAX: usize = 30;

/// The page.
pub(super) async fn lists(State(service): State<Arc<Service>>, visitor: Visitor) -> Response {
    waiting(move || {
        let store = &service.store;
        let read = || -> basma::Result<_> { Ok((store.status()?, store.history()?, last(store)?)) };
        let (status, generations, records) = match read() {
            Ok(read) => read,
            Err(error) => {
                let said = with_prose(visitor.language, |prose| prose.error(&error));
                return fault_of(&visitor, StatusCode::SERVICE_UNAVAILABLE, &said);
            }
        };
        page(&visitor, StatusCode::OK, Place::Lists, |prose| {
            let title = prose.word("review-lists");
            let mut text = format!("<h1>{}</h1>\n", html(&title));
            text += &in_force(prose, &status);
            for list in &status.lists {
                text += &one(prose, list, &service.review.options.two_person);
            }
            text += &kept(prose, &generations);
            text += &audit(prose, &records);
            (title, text)
        })
    })
    .await
}

/// The last records of the audit.
fn last(store: &basma::store::Store) -> basma::Result<VecDeque<AuditRecord>> {
    let mut records = VecDeque::with_capacity(RECORDS_MAX);
    store.audit(|line| {
        if let Ok(record) = serde_json::from_str(line) {
            if records.len() == RECORDS_MAX {
                records.pop_front();
            }
            records.push_back(record);
        }
        Ok(())
    })?;
    Ok(records)
}

fn in_force(prose: &Prose, status: &Status) -> String {
    let values = [
        ("generation", status.generation.into()),
        ("time", prose.moment(status.created)),
    ];
    paragraph("made", &prose.say("review-generation", values))
}

fn one(prose: &Prose, list: &ListStatus, two_person: &[String]) -> String {
    let terms = &list.terms;
    let mut text = format!("<article class=\"list\">\n<h2>{}</h2>\n", code(&terms.list));
    if list.is_stale() {
        text += &paragraph("alert", &prose.word("page-stale"));
    }
    text += "<table>\n";
    let mut add = |id: &str, cell: String| text += &row(&prose.word(id), &cell);
    add(
        "page-purpose",
        format!("<bdi>{}</bdi>", html(&plain(&terms.purpose))),
    );
    add("page-entries", number(prose, list.entries));
    let types = list
        .by_type
        .iter()
        .map(|(name, count)| format!("{name} {count}"));
    let types: Vec<String> = types.collect();
    if !types.is_empty() {
        add("page-types", code(&types.join(", ")));
    }
    add(
        "page-at-most",
        html(&words::at_most(prose, terms.at_most.name())),
    );
    add(
        "review-kind",
        html(&prose.word(&format!("review-kind-{}", terms.kind))),
    );
    if terms.is_allow_list() {
        add("review-allows", code(&terms.suppresses.join(", ")));
    }
    let radii = terms
        .radius
        .iter()
        .map(|(name, bits)| format!("{name} {bits}"));
    let radii: Vec<String> = radii.collect();
    if !radii.is_empty() {
        add("page-radius", code(&radii.join(", ")));
    }
    if let Some(version) = list.version {
        add("page-version", number(prose, version));
    }
    if let (Some(as_of), Some(age)) = (list.as_of, list.age) {
        let values = [("time", prose.moment(as_of)), ("age", prose.lasting(age))];
        add("review-age", html(&prose.say("page-age-old", values)));
    }
    if let Some(most) = terms.max_age {
        add(
            "review-max-age",
            html(&prose.say("review-span", [("span", prose.lasting(most))])),
        );
    }
    if let Some(time) = list.succeeded {
        add("review-succeeded", moment(prose, time));
    }
    let held = if list.is_failing() {
        let values = [
            ("count", list.failures.into()),
            ("error", prose.failure(list)),
        ];
        format!(
            "<strong>{}</strong>",
            html(&prose.say("status-failing", values))
        )
    } else {
        html(&prose.word("review-guards-silent"))
    };
    add("review-guards", held);
    if list.set_aside > 0 {
        add("review-set-aside", number(prose, list.set_aside));
    }
    add("review-added", number(prose, list.added));
    add("review-revoked", number(prose, list.revoked));
    let is_two = two_person
        .iter()
        .any(|name| *name == terms.list || name == "*");
    if is_two {
        add("review-removals", html(&prose.word("review-two-person")));
    }
    if let Some(sha256) = &list.sha256 {
        add("page-sha256", code(sha256));
    }
    text + "</table>\n</article>\n"
}

fn kept(prose: &Prose, generations: &[Generation]) -> String {
    let title = html(&prose.word("review-generations"));
    let mut text = format!(
        "<section>\n<h2>{title}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\">\n<table class=\"grid\">\n"
    );
    text += &head(
        prose,
        &[
            "review-number",
            "review-time",
            "review-by",
            "review-what",
            "page-entries",
        ],
    );
    for generation in generations.iter().rev() {
        let entries: u64 = generation
            .lists
            .iter()
            .map(|list| list.entries + list.added)
            .sum();
        let mut what = code(&generation.did);
        if generation.in_force {
            what += &format!(" <b>{}</b>", html(&prose.word("review-in-force")));
        }
        if let Some(by) = generation.rolled_back_by {
            let said = prose.say("review-rolled-back", [("generation", by.into())]);
            what += &format!(" {}", html(&said));
        }
        if let Some(reason) = &generation.reason {
            what += &format!(" <q><bdi>{}</bdi></q>", html(&plain(reason)));
        }
        let cells = [
            number(prose, generation.number),
            moment(prose, generation.created),
            code(&generation.by),
            what,
            number(prose, entries),
        ];
        text += &line(&cells);
    }
    text + "</table>\n</div>\n</section>\n"
}

fn audit(prose: &Prose, records: &VecDeque<AuditRecord>) -> String {
    let title = html(&prose.word("review-audit"));
    let mut text = format!("<section>\n<h2>{title}</h2>\n");
    if records.is_empty() {
        return text + &paragraph("note", &prose.word("review-audit-empty")) + "</section>\n";
    }
    text += &format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\">\n<table class=\"grid\">\n"
    );
    text += &head(
        prose,
        &[
            "review-number",
            "review-time",
            "review-by",
            "review-what",
            "review-list",
            "review-why",
        ],
    );
    for record in records.iter().rev() {
        let of = |key: &str| record.more.get(key).and_then(|value| value.as_str());
        let cells = [
            number(prose, record.seq),
            html(&time(prose, &record.at)),
            of("by").map(code).unwrap_or_default(),
            code(&record.did),
            of("list").map(code).unwrap_or_default(),
            of("reason")
                .map(|why| format!("<bdi>{}</bdi>", html(&plain(why))))
                .unwrap_or_default(),
        ];
        text += &line(&cells);
    }
    text + "</table>\n</div>\n</section>\n"
}

fn time(prose: &Prose, text: &str) -> String {
    prose.say("review-span", [("span", words::moment(prose, text))])
}

/// The first row of a table.
pub(super) fn head(prose: &Prose, ids: &[&str]) -> String {
    let cells = ids
        .iter()
        .map(|id| format!("<th scope=\"col\">{}</th>", html(&prose.word(id))));
    format!("<thead><tr>{}</tr></thead>\n", cells.collect::<String>())
}

/// A further row, of cells of HTML.
pub(super) fn line(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| format!("<td>{cell}</td>"));
    format!("<tr>{}</tr>\n", cells.collect::<String>())
}
