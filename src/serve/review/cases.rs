//! The page of the queue, and the page of one case.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use basma::store::Terms;
use serde::Deserialize;

use super::card::{Desk, name};
use super::case::{Act, Case, EntryName, Sighting, State as Stands};
use super::language::with_prose;
use super::page::{Place, fault, fault_of, number, page, token_field};
use super::pictures;
use super::queue::{Cases, Queue};
use super::visitor::Visitor;
use super::{Review, Unavailable};
use crate::cli::html::{code, html, paragraph, value};
use crate::cli::prose::Prose;
use crate::serve::service::Service;

/// The number of cards on a page: each is read by a person.
const CARDS: usize = 10;

/// The tabs: their names, and what is in them.
pub(super) const TABS: [(&str, &[Stands]); 4] = [
    ("open", &[Stands::Open]),
    ("escalated", &[Stands::Escalated]),
    ("proposed", &[Stands::Proposed]),
    (
        "decided",
        &[Stands::Confirmed, Stands::Rejected, Stands::Withdrawn],
    ),
];

/// What the address of the queue says.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    show: String,
    #[serde(default)]
    from: usize,
    /// The case that was decided last, for the message and for taking it back.
    #[serde(default)]
    done: String,
}

/// What the address of a case says: the seal that shows pictures clearly.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Clear {
    #[serde(default)]
    look: String,
    #[serde(default)]
    until: i64,
    #[serde(default)]
    seal: String,
}

impl Review {
    /// The queue, or the page that says why there is none.
    pub(super) fn queue(&self, visitor: &Visitor) -> Result<&Arc<Queue>, Box<Response>> {
        let refused = match &self.queue {
            Ok(queue) => return Ok(queue),
            Err(Unavailable::ReadOnly) => {
                fault(visitor, StatusCode::FORBIDDEN, "review-fault-read-only")
            }
            Err(Unavailable::Damaged(error)) => {
                let said = with_prose(visitor.language, |prose| prose.error(error));
                fault_of(visitor, StatusCode::SERVICE_UNAVAILABLE, &said)
            }
        };
        Err(Box::new(refused))
    }
}

/// The terms of the store's lists; none where they cannot be read, which the page of lists says.
pub(super) fn terms(service: &Service) -> Vec<Terms> {
    let status = service.store.status();
    let lists = status.map(|status| status.lists).unwrap_or_default();
    lists.into_iter().map(|list| list.terms).collect()
}

/// Runs a page on a thread that may wait for a disk.
pub(super) async fn waiting(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The queue.
pub(super) async fn queue(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Query(shown): Query<Shown>,
) -> Response {
    waiting(move || {
        let queue = match service.review.queue(&visitor) {
            Ok(queue) => queue,
            Err(refused) => return *refused,
        };
        let lists = terms(&service);
        let tab = TABS.iter().find(|(name, _)| *name == shown.show);
        let (show, states) = tab.unwrap_or(&TABS[0]);
        let (alerts, done, counts, cases, total) = {
            let cases = queue.cases();
            let of = cases.of(states);
            let total = of.len();
            let from = shown.from.min(total);
            let some: Vec<Case> = of.into_iter().skip(from).take(CARDS).cloned().collect();
            let counts =
                TABS.map(|(_, states)| states.iter().map(|state| cases.count(*state)).sum());
            let done = cases.get(&shown.done).cloned();
            (
                (queue.count_left_out(), cases.is_failing),
                done,
                counts,
                some,
                total,
            )
        };
        page(&visitor, StatusCode::OK, Place::Queue, |prose| {
            let title = prose.word("review-queue");
            let mut text = format!("<h1>{}</h1>\n", html(&title));
            text += &flash(prose, &visitor, done.as_ref(), show);
            text += &warnings(prose, alerts);
            text += &tabs(prose, show, &counts);
            let has_picture = |seen: &Sighting| pictures::is_there(&service.review.options, seen);
            let desk = Desk {
                prose,
                visitor: &visitor,
                lists: &lists,
                show,
                has_picture: &has_picture,
                clear: None,
                is_whole: false,
            };
            if cases.is_empty() {
                text += &paragraph("empty", &prose.word("review-nothing"));
            } else {
                text += &keys(prose);
            }
            for case in &cases {
                text += &desk.card(case);
            }
            text += &turning(prose, show, shown.from.min(total), total);
            (title, text)
        })
    })
    .await
}

/// What was decided last, and the way back.
fn flash(prose: &Prose, visitor: &Visitor, done: Option<&Case>, show: &str) -> String {
    let mut text = "<div class=\"flash\" role=\"status\" aria-live=\"polite\">".to_owned();
    let step = done.and_then(|case| Some((case, &case.steps.last()?.step)));
    if let Some((case, step)) = step {
        let values = [("by", value(&step.by)), ("time", prose.moment(step.at))];
        let said = html(&prose.say(&format!("review-done-{}", step.act.name()), values));
        let entry = case.leading().map(|m| name(&EntryName::of(m)));
        text += &format!(
            "<p><a href=\"/review/case/{}\">{}</a>: {said}</p>",
            html(&case.id),
            code(&entry.unwrap_or_default())
        );
        let is_mine = case.last().is_some_and(|last| last.by == visitor.name());
        let can_undo = !matches!(step.act, Act::Undo | Act::Skip | Act::View);
        if is_mine && can_undo {
            text += &format!(
                "<form method=\"post\" action=\"/review/case/{}\">{}<input type=\"hidden\" name=\"revision\" value=\"{}\">\
                 <input type=\"hidden\" name=\"show\" value=\"{}\"><button name=\"act\" value=\"undo\" data-key=\"u\" \
                 aria-keyshortcuts=\"u\">{} <kbd aria-hidden=\"true\">u</kbd></button></form>",
                html(&case.id),
                token_field(&visitor.token),
                case.revision,
                html(show),
                html(&prose.word("review-act-undo"))
            );
        }
    }
    text + "</div>\n"
}

fn warnings(prose: &Prose, (left_out, is_failing): (u64, bool)) -> String {
    let mut text = String::new();
    if left_out > 0 {
        let count = [("count", left_out.into())];
        text += &paragraph("alert", &prose.say("review-left-out", count));
    }
    if is_failing {
        text += &paragraph("alert", &prose.word("review-not-written"));
    }
    text
}

fn tabs(prose: &Prose, show: &str, counts: &[u64; 4]) -> String {
    let label = html(&prose.word("review-tabs"));
    let mut text = format!("<nav class=\"tabs\" aria-label=\"{label}\"><ul>\n");
    for ((name, _), count) in TABS.iter().zip(counts) {
        let current = if *name == show {
            " aria-current=\"page\""
        } else {
            ""
        };
        let said = html(&prose.word(&format!("review-tab-{name}")));
        let count = number(prose, *count);
        text += &format!(
            "<li><a href=\"/review?show={name}\"{current}>{said} <b>{count}</b></a></li>\n"
        );
    }
    text + "</ul></nav>\n"
}

/// What the keyboard does, and a switch for it.
fn keys(prose: &Prose) -> String {
    let label = html(&prose.word("review-keys"));
    let said = html(&prose.word("review-keys-note"));
    format!(
        "<p class=\"note keys\" hidden><label><input type=\"checkbox\" id=\"keys\" checked> {label}</label> <span>{said}</span></p>\n"
    )
}

/// Links to the page before and the page after.
fn turning(prose: &Prose, show: &str, from: usize, total: usize) -> String {
    if total <= CARDS {
        return String::new();
    }
    let last = (from + CARDS).min(total);
    let values = [
        ("first", (from + 1).into()),
        ("last", last.into()),
        ("total", total.into()),
    ];
    let mut text = format!(
        "<nav class=\"turning\"><p>{}</p><p>",
        html(&prose.say("review-range", values))
    );
    let mut link = |id: &str, at: usize| {
        let said = html(&prose.word(id));
        text += &format!("<a href=\"/review?show={show}&amp;from={at}\">{said}</a> ");
    };
    if from > 0 {
        link("review-before", from.saturating_sub(CARDS));
    }
    if last < total {
        link("review-after", last);
    }
    text + "</p></nav>\n"
}

/// One case.
pub(super) async fn one(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(clear): Query<Clear>,
) -> Response {
    waiting(move || {
        let queue = match service.review.queue(&visitor) {
            Ok(queue) => queue,
            Err(refused) => return *refused,
        };
        let case = Cases::get(&queue.cases(), &id).cloned();
        let Some(case) = case else {
            return fault(&visitor, StatusCode::NOT_FOUND, "review-fault-case");
        };
        let lists = terms(&service);
        let is_clear = pictures::is_clear(
            &service,
            &visitor,
            &id,
            &clear.look,
            clear.until,
            &clear.seal,
        );
        let query = is_clear.then(|| {
            format!(
                "look={}&until={}&seal={}",
                clear.look, clear.until, clear.seal
            )
        });
        page(&visitor, StatusCode::OK, Place::Queue, |prose| {
            let has_picture = |seen: &Sighting| pictures::is_there(&service.review.options, seen);
            let desk = Desk {
                prose,
                visitor: &visitor,
                lists: &lists,
                show: "open",
                has_picture: &has_picture,
                clear: query.as_deref(),
                is_whole: true,
            };
            let title = case.leading().map(|m| name(&EntryName::of(m)));
            let back = html(&prose.word("review-to-queue"));
            let text = format!(
                "<p><a href=\"/review\">{back}</a></p>\n{}",
                desk.card(&case)
            );
            (crate::cli::html::plain(&title.unwrap_or_default()), text)
        })
    })
    .await
}
