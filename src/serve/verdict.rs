//! Verdicts in answers over HTTP.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use basma::hasher::Fingerprint;
use serde_json::json;

use super::answer::{self, Refusal};
use super::inspect::TOO_LARGE;
use super::service::Service;
use crate::verdict::{Unchecked, Verdict};

/// What is known of the file: `block`, `review`, `log`, `lead`, `no-match`, `not-examined` or `not-checked`.
const DECISION: HeaderName = HeaderName::from_static("x-basma-decision");

/// The generation of the lists that answered.
const GENERATION: HeaderName = HeaderName::from_static("x-basma-generation");

/// The code of what kept the file from being examined.
pub(super) const NOT_EXAMINED: HeaderName = HeaderName::from_static("x-basma-not-examined");

/// The code of what kept the lists from being asked.
const NOT_CHECKED: HeaderName = HeaderName::from_static("x-basma-not-checked");

/// The code of what kept a file from being examined as a whole.
pub(super) fn not_examined(fingerprint: &Fingerprint) -> Option<&'static str> {
    Some(fingerprint.gap()?.reasons.code().name())
}

impl Verdict {
    /// States the verdict in the head of an answer, with the generation of the lists.
    pub(super) fn state(&self, service: &Service, response: &mut Response) {
        if let Some(state) = service.state() {
            let generation = state.generation.into();
            response.headers_mut().insert(GENERATION, generation);
        }
        self.state_alone(response);
    }

    /// States the verdict in the head of an answer.
    pub(super) fn state_alone(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(DECISION, HeaderValue::from_static(self.name()));
        if let Some(code) = self.unknown() {
            let name = match self {
                Verdict::NotChecked(_) => NOT_CHECKED,
                _ => NOT_EXAMINED,
            };
            headers.insert(name, HeaderValue::from_static(code));
        }
    }

    /// An answer of its own, for callers that know no other.
    pub(super) fn answer(&self, service: &Service, status: StatusCode) -> Response {
        let mut object = json!({ "checked": self.is_checked(), "decision": self.name() });
        if let Some(code) = self.unknown() {
            object["reason"] = code.into();
        }
        let mut response = answer::json(status, &object);
        self.state(service, &mut response);
        response
    }
}

impl From<&Refusal> for Verdict {
    fn from(refusal: &Refusal) -> Verdict {
        match refusal.status {
            StatusCode::PAYLOAD_TOO_LARGE => Verdict::NotExamined(TOO_LARGE),
            StatusCode::REQUEST_TIMEOUT => Verdict::NotChecked(Unchecked::Deadline),
            _ => Verdict::NotChecked(Unchecked::Service),
        }
    }
}
