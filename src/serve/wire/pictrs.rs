//! The external validation of pict-rs, which Lemmy stores pictures in: 200 takes a file, 406 refuses it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::{receive, within};
use crate::serve::inspect::TOO_LARGE;
use crate::serve::service::Service;
use crate::verdict::{Outcome, Verdict};

/// Whether a file is taken. One that was not checked is neither taken nor refused: 503, unless the lists let it pass.
pub(super) async fn scan(State(service): State<Arc<Service>>, request: Request) -> Response {
    let work = async {
        let received = receive::file(&service, request).await?;
        Ok(service.inspect(received).await.verdict)
    };
    let verdict = match within(service.deadline, work).await {
        Ok(verdict) => verdict,
        // A request that is no file is a mistake of its sender.
        Err(refusal) if refusal.status == StatusCode::BAD_REQUEST => {
            return refusal.into_response();
        }
        Err(refusal) => Verdict::from(&refusal),
    };
    answer(&service, &verdict)
}

/// A file that was refused before it was read was not checked. What its sender has to mend stays as it is.
pub(super) fn in_its_words(service: &Service, response: Response) -> Response {
    let is_unread = response.status() == StatusCode::PAYLOAD_TOO_LARGE;
    if !is_unread {
        return response;
    }
    answer(service, &Verdict::NotExamined(TOO_LARGE))
}

fn answer(service: &Service, verdict: &Verdict) -> Response {
    let status = match service.policy().outcome(verdict) {
        Outcome::Passes => StatusCode::OK,
        Outcome::Refused => StatusCode::NOT_ACCEPTABLE,
        Outcome::Unchecked => StatusCode::SERVICE_UNAVAILABLE,
    };
    verdict.answer(service, status)
}
