//! The review: pages where a person decides about what matched.
//!
//! | module | |
//! |---|---|
//! | `case`, `finding`, `queue`, `journal` | what was seen and done, by cluster, in memory and on disk |
//! | `load`, `sightings` | findings of scans, and matches of requests |
//! | `plan` | what a decision changes in the lists |
//! | `visitor`, `language` | who asks, that it is no other site, and in which language |
//! | `page`, `card`, `choices`, `scale` | HTML of every page, of a case, of its forms, of a distance |
//! | `decisions`, `cases`, `lists`, `overturned`, `pictures`, `login` | the pages |
//!
//! Pages come whole from the service. A small script adds keys of the keyboard; everything works without it.

mod card;
mod case;
mod cases;
mod choices;
mod decisions;
mod finding;
mod journal;
mod language;
mod lists;
mod load;
mod login;
mod overturned;
mod page;
mod pictures;
mod plan;
mod queue;
mod scale;
mod sightings;
mod visitor;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use basma::Result;
use basma::scan::Passwords;

use queue::Queue;
use visitor::Sessions;

use super::service::Service;

/// What the operator asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReviewOptions {
    /// Findings that are loaded at the start.
    pub(crate) findings: Vec<PathBuf>,
    /// The folder whose pictures can be shown.
    pub(crate) media_root: Option<PathBuf>,
    /// What is tried on encrypted archives below it.
    pub(crate) passwords: Passwords,
    /// The lists from which one person alone removes nothing; `*` is every list.
    pub(crate) two_person: Vec<String>,
}

/// What the pages share.
#[derive(Debug)]
pub(super) struct Review {
    /// Why there is none where a journal is damaged, or where the service changes nothing.
    queue: std::result::Result<Arc<Queue>, Unavailable>,
    options: ReviewOptions,
    sessions: Sessions,
    writer: Option<sightings::Writer>,
}

/// Why there is no queue.
#[derive(Debug)]
enum Unavailable {
    ReadOnly,
    Damaged(basma::Error),
}

impl Review {
    /// Opens the queue of a store, and loads the findings that were named. A queue that is damaged stops no look-up: its
    /// pages say what is wrong.
    ///
    /// # Errors
    /// [`basma::Error::Io`], [`basma::Error::Argument`] for findings that cannot be read.
    pub(super) fn open(
        store: &std::path::Path,
        options: &ReviewOptions,
        is_read_only: bool,
    ) -> Result<Review> {
        let opened = if is_read_only {
            Err(Unavailable::ReadOnly)
        } else {
            Queue::open(store)
                .map(Arc::new)
                .map_err(Unavailable::Damaged)
        };
        let queue = match opened {
            Err(Unavailable::Damaged(error)) if !options.findings.is_empty() => return Err(error),
            opened => opened,
        };
        if let Ok(queue) = &queue {
            for path in &options.findings {
                load::file(queue, path)?;
            }
            queue.flush()?;
        }
        let writer = queue.as_ref().ok().map(sightings::Writer::start);
        Ok(Review {
            queue,
            options: options.clone(),
            sessions: Sessions::new()?,
            writer,
        })
    }
}

impl Review {
    /// Keeps matches that hold one of these texts out of the queue from now on.
    pub(super) fn withhold(&self, texts: BTreeSet<String>) {
        if let Ok(queue) = &self.queue {
            queue.withhold(texts);
        }
    }

    /// Erases the cases of the queue that hold one of these texts. Gives how many.
    ///
    /// # Errors
    /// Those of the journal of the queue.
    pub(super) fn erase(&self, store: &Path, texts: &BTreeSet<String>) -> Result<u64> {
        match &self.queue {
            Ok(queue) => queue.erase(store, texts),
            // Nothing of it is in memory: a damaged file is left to a person.
            Err(_) => crate::cli::rights::rewrite_queue(store, texts),
        }
    }
}

/// The pages, which only visitors that may decide reach.
pub(super) fn routes(service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new()
        .route("/review", get(cases::queue))
        .route("/review/case/{case}", get(cases::one).post(decisions::take))
        .route("/review/case/{case}/view", post(decisions::view))
        .route("/review/picture/{case}/{file}", get(pictures::picture))
        .route("/review/lists", get(lists::lists))
        .route("/review/overturned", get(overturned::overturned))
        .route(
            "/review/load",
            get(load::form)
                .post(load::sent)
                .layer(DefaultBodyLimit::disable()),
        )
        .route("/review/login", get(login::form).post(login::sent))
        .route("/review/logout", post(login::leave))
        .route("/review/style.css", get(style))
        .route("/review/app.js", get(script))
        .layer(from_fn_with_state(service.clone(), visitor::admit))
}

async fn style() -> Response {
    let text = concat!(
        include_str!("../../cli/page/style.css"),
        include_str!("style.css")
    );
    of("text/css; charset=utf-8", text)
}

async fn script() -> Response {
    of("text/javascript; charset=utf-8", include_str!("app.js"))
}

fn of(kind: &'static str, text: &'static str) -> Response {
    let mut response = text.into_response();
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The messages whose names are made of a name.
#[cfg(test)]
pub(crate) fn messages() -> Vec<String> {
    use case::{Act, State};
    let done = Act::ALL.map(|act| format!("review-done-{}", act.name()));
    let forms = decisions::ACTS.map(|act| format!("review-act-{}", act.name()));
    let states = State::ALL.map(|state| format!("review-state-{}", state.name()));
    let tabs = cases::TABS.map(|(name, _)| format!("review-tab-{name}"));
    let kinds = basma::store::Kind::ALL.map(|kind| format!("review-kind-{kind}"));
    let proposals = [Act::ProposeReject, Act::ProposeWithdraw];
    let proposals = proposals.map(|act| format!("review-proposed-{}", act.name()));
    let all = done.into_iter().chain(forms).chain(states);
    all.chain(tabs).chain(kinds).chain(proposals).collect()
}
