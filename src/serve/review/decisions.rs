//! Decisions: what a form asks for is planned, taken in the store, then noted in the queue.
//!
//! The store comes first: a decision that is noted acts. A process that dies between the two leaves the case open, and
//! deciding again does the same.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use basma::store::Terms;
use serde::Deserialize;

use super::case::{Act, Step};
use super::cases::terms;
use super::language::with_prose;
use super::page::{fault, fault_of};
use super::pictures;
use super::plan::{Fault, Plan, Wish, plan};
use super::queue::{Cases, Queue};
use super::visitor::{Sent, Visitor};
use crate::cli::html::value;
use crate::serve::answer::Refusal;
use crate::serve::decide::{decide, now, refusal};
use crate::serve::service::Service;

/// The longest reason, in letters.
const REASON_MAX: usize = 2000;

/// The form of a card.
#[derive(Debug, Deserialize)]
pub(super) struct Form {
    act: String,
    /// How often the case had changed when the card was made.
    revision: u64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    add_to: String,
    #[serde(default)]
    entry: usize,
    #[serde(default)]
    show: String,
}

/// What people can ask for by a form.
pub(super) const ACTS: [Act; 8] = [
    Act::Confirm,
    Act::Reject,
    Act::Withdraw,
    Act::Approve,
    Act::Decline,
    Act::Escalate,
    Act::Skip,
    Act::Undo,
];

/// Why a form changed nothing.
enum Refused {
    Unknown,
    /// The case has changed since the card was made.
    Changed,
    Fault(Fault),
    Store(Refusal),
}

/// Takes a decision.
pub(super) async fn take(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    sent: Sent<Form>,
) -> Response {
    let Sent { visitor, form } = sent;
    let queue = match service.review.queue(&visitor) {
        Ok(queue) => queue.clone(),
        Err(refused) => return *refused,
    };
    let act = ACTS.into_iter().find(|act| act.name() == form.act);
    let Some(act) = act.filter(|_| form.reason.chars().count() <= REASON_MAX) else {
        return fault(&visitor, StatusCode::BAD_REQUEST, "review-fault-form");
    };
    let show = form.show.clone();
    let (name, who) = (id.clone(), visitor.clone());
    let taken =
        service.change(move |service| Ok(decided(service, &queue, &name, &who, act, &form)));
    match taken.await {
        Ok(Ok(())) => Redirect::to(&back(&id, &show)).into_response(),
        Ok(Err(refused)) => refused_page(&visitor, refused),
        Err(refused) => refused_page(&visitor, Refused::Store(refused)),
    }
}

/// The queue, with a message about what was done. Both parts are names of our own.
fn back(id: &str, show: &str) -> String {
    let show = if show.bytes().all(|byte| byte.is_ascii_lowercase()) {
        show
    } else {
        "open"
    };
    format!("/review?show={show}&done={id}")
}

fn decided(
    service: &Service,
    queue: &Queue,
    id: &str,
    visitor: &Visitor,
    act: Act,
    form: &Form,
) -> Result<(), Refused> {
    let case = Cases::get(&queue.cases(), id).cloned();
    let case = case.ok_or(Refused::Unknown)?;
    if case.revision != form.revision {
        return Err(Refused::Changed);
    }
    let lists: Vec<Terms> = terms(service);
    let wish = Wish {
        act,
        reason: &form.reason,
        add_to: Some(form.add_to.as_str()).filter(|list| !list.is_empty()),
        entry: form.entry,
        by: visitor.name(),
        is_admin: visitor.is_admin(),
        at: now(),
    };
    let two_person = &service.review.options.two_person;
    let Plan { step, decisions } =
        plan(&case, &wish, &lists, two_person).map_err(Refused::Fault)?;
    if !decisions.is_empty() {
        decide(&service.store, &decisions).map_err(Refused::Store)?;
    }
    let noted = queue.step(id, step);
    noted.map_err(|error| Refused::Store(refusal(&error)))
}

fn refused_page(visitor: &Visitor, refused: Refused) -> Response {
    let bad = StatusCode::BAD_REQUEST;
    match refused {
        Refused::Unknown => fault(visitor, StatusCode::NOT_FOUND, "review-fault-case"),
        Refused::Changed => fault(visitor, StatusCode::CONFLICT, "review-fault-changed"),
        Refused::Fault(fault_kind) => match fault_kind {
            Fault::State => fault(visitor, StatusCode::CONFLICT, "review-fault-state"),
            Fault::Reason => fault(visitor, bad, "review-fault-reason"),
            Fault::SamePerson => fault(visitor, StatusCode::FORBIDDEN, "review-fault-same-person"),
            Fault::NotYours => fault(visitor, StatusCode::FORBIDDEN, "review-fault-not-yours"),
            Fault::NoHash => fault(visitor, bad, "review-fault-no-hash"),
            Fault::NoAllowList(list) => of_list(visitor, "review-no-allow-list", &list),
            Fault::NoList(list) => of_list(visitor, "review-fault-list", &list),
        },
        Refused::Store(refusal) => {
            let id = match refusal.status {
                StatusCode::SERVICE_UNAVAILABLE => "review-fault-busy",
                StatusCode::INSUFFICIENT_STORAGE => "review-fault-full",
                _ => "review-fault-store",
            };
            fault(visitor, refusal.status, id)
        }
    }
}

fn of_list(visitor: &Visitor, id: &str, list: &str) -> Response {
    let said = with_prose(visitor.language, |prose| {
        prose.say(id, [("list", value(list))])
    });
    fault_of(visitor, StatusCode::BAD_REQUEST, &said)
}

/// How clearly pictures are shown.
#[derive(Debug, Deserialize)]
pub(super) struct Look {
    look: String,
}

/// Shows the pictures of a case clearly, and notes who looked.
pub(super) async fn view(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    sent: Sent<Look>,
) -> Response {
    let Sent { visitor, form } = sent;
    let queue = match service.review.queue(&visitor) {
        Ok(queue) => queue.clone(),
        Err(refused) => return *refused,
    };
    let Some(query) = pictures::seal(&service, &visitor, &id, &form.look) else {
        return fault(&visitor, StatusCode::BAD_REQUEST, "review-fault-form");
    };
    let step = Step {
        act: Act::View,
        at: now(),
        by: visitor.name().to_owned(),
        reason: String::new(),
        entry: None,
        changes: Vec::new(),
    };
    let name = id.clone();
    let noted = tokio::task::spawn_blocking(move || {
        if Cases::get(&queue.cases(), &name).is_none() {
            return Err(Refused::Unknown);
        }
        let noted = queue.step(&name, step);
        noted.map_err(|error| Refused::Store(refusal(&error)))
    });
    match noted.await {
        Ok(Ok(())) => Redirect::to(&format!("/review/case/{id}?{query}")).into_response(),
        Ok(Err(refused)) => refused_page(&visitor, refused),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
