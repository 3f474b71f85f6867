//! The page of what was overturned, by list and by entry: lists that are often wrong, and entries that are.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::card::name;
use super::case::{Act, Case, EntryName, State as Stands};
use super::cases::waiting;
use super::lists::{head, line};
use super::page::{Place, number, page};
use super::visitor::Visitor;
use crate::cli::html::{code, html, paragraph, value};
use crate::cli::prose::Prose;
use crate::serve::service::Service;

/// The number of entries that are shown, the most often overturned first.
const ENTRIES_MAX: usize = 100;

/// How often something was decided which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    confirmed: u64,
    rejected: u64,
    withdrawn: u64,
    taken_back: u64,
}

impl Counts {
    fn overturned(&self) -> u64 {
        self.rejected + self.withdrawn
    }

    fn add(&mut self, case: &Case) {
        match case.state {
            Stands::Confirmed => self.confirmed += 1,
            Stands::Rejected => self.rejected += 1,
            Stands::Withdrawn => self.withdrawn += 1,
            _ => {}
        }
        let undone = case.steps.iter().filter(|done| done.step.act == Act::Undo);
        self.taken_back += undone.count() as u64;
    }

    fn cells(&self, prose: &Prose) -> [String; 5] {
        let decided = self.confirmed + self.overturned();
        let share = if decided == 0 {
            String::new()
        } else {
            let percent = 100.0 * self.overturned() as f64 / decided as f64;
            html(&format!(
                "\u{2068}{}\u{a0}%\u{2069}",
                prose.language().decimal(percent, 1)
            ))
        };
        [
            number(prose, self.confirmed),
            number(prose, self.rejected),
            number(prose, self.withdrawn),
            share,
            number(prose, self.taken_back),
        ]
    }
}

/// The page.
pub(super) async fn overturned(State(service): State<Arc<Service>>, visitor: Visitor) -> Response {
    waiting(move || {
        let queue = match service.review.queue(&visitor) {
            Ok(queue) => queue,
            Err(refused) => return *refused,
        };
        let (lists, entries) = counted(queue.cases().all());
        page(&visitor, StatusCode::OK, Place::Overturned, |prose| {
            let title = prose.word("review-overturned");
            let mut text = format!("<h1>{}</h1>\n", html(&title));
            text += &paragraph("note", &prose.word("review-overturned-note"));
            if lists.is_empty() {
                text += &paragraph("empty", &prose.word("review-nothing-decided"));
                return (title, text);
            }
            let by_list = lists.iter().map(|(list, counts)| (code(list), *counts));
            text += &table(prose, "review-by-list", "review-list", by_list);
            let by_entry = entries
                .iter()
                .map(|(entry, counts)| (code(&name(entry)), *counts));
            text += &table(
                prose,
                "review-by-entry",
                "review-entry",
                by_entry.take(ENTRIES_MAX),
            );
            if entries.len() > ENTRIES_MAX {
                let more = entries.len() - ENTRIES_MAX;
                text += &paragraph("note", &prose.say("page-more", [("count", more.into())]));
            }
            text += &reasons(prose, queue.cases().all());
            (title, text)
        })
    })
    .await
}

/// The counts of decided cases by list, and by entry the most often overturned first.
fn counted<'c>(
    cases: impl Iterator<Item = &'c Case>,
) -> (BTreeMap<String, Counts>, Vec<(EntryName, Counts)>) {
    let (mut lists, mut entries) = (BTreeMap::new(), BTreeMap::new());
    for case in cases {
        let Some(entry) = case.last().and_then(|step| step.entry.clone()) else {
            continue;
        };
        if !case.state.is_decided() {
            continue;
        }
        let of_list: &mut Counts = lists.entry(entry.list.clone()).or_default();
        of_list.add(case);
        let of_entry: &mut Counts = entries.entry(entry).or_default();
        of_entry.add(case);
    }
    let mut entries: Vec<(EntryName, Counts)> = entries.into_iter().collect();
    entries.retain(|(_, counts)| counts.overturned() > 0);
    entries.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.overturned()));
    (lists, entries)
}

fn table(
    prose: &Prose,
    title: &str,
    first: &str,
    rows: impl Iterator<Item = (String, Counts)>,
) -> String {
    let title = html(&prose.word(title));
    let mut text = format!(
        "<section>\n<h2>{title}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\">\n<table class=\"grid\">\n"
    );
    let heads = [
        first,
        "review-state-confirmed",
        "review-state-rejected",
        "review-state-withdrawn",
        "review-share",
        "review-taken-back",
    ];
    text += &head(prose, &heads);
    for (name, counts) in rows {
        let mut cells = vec![name];
        cells.extend(counts.cells(prose));
        text += &line(&cells);
    }
    text + "</table>\n</div>\n</section>\n"
}

/// The last decisions against an entry, with who and why.
fn reasons<'c>(prose: &Prose, cases: impl Iterator<Item = &'c Case>) -> String {
    let overturned = [Stands::Rejected, Stands::Withdrawn];
    let mut cases: Vec<&Case> = cases
        .filter(|case| overturned.contains(&case.state))
        .collect();
    let at = |case: &&Case| case.last().map_or(0, |step| step.at);
    cases.sort_by_key(|case| (std::cmp::Reverse(at(case)), case.place));
    let title = html(&prose.word("review-last-overturned"));
    let mut text = format!("<section>\n<h2>{title}</h2>\n<ol class=\"steps\">\n");
    for case in cases.iter().take(ENTRIES_MAX) {
        let Some(step) = case.last() else { continue };
        let values = [("by", value(&step.by)), ("time", prose.moment(step.at))];
        let said = html(&prose.say(&format!("review-done-{}", step.act.name()), values));
        let entry = step.entry.as_ref().map(name).unwrap_or_default();
        text += &format!(
            "<li><a href=\"/review/case/{}\">{}</a>: {said} <q><bdi>{}</bdi></q></li>\n",
            html(&case.id),
            code(&entry),
            html(&crate::cli::html::plain(&step.reason))
        );
    }
    text + "</ol>\n</section>\n"
}
