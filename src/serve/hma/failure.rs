//! The ways in which a request has no other answer.

use axum::response::{IntoResponse, Response};

use super::params::Invalid;
use crate::serve::answer::{self, Refusal};
use crate::serve::decide;
use crate::verdict::Verdict;

/// Why a request has no other answer.
#[derive(Debug)]
pub(super) enum Failure {
    Refused(Refusal),
    Invalid(Invalid),
    /// The path is not there, as a page.
    NotFound,
    /// A file could not be examined, for the reason of this code.
    Unexamined(&'static str),
}

pub(super) type Answered = Result<Response, Failure>;

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Failure {
        Failure::Invalid(invalid)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::Refused(refusal) => refusal.into_response(),
            Failure::Invalid(invalid) => invalid.into_response(),
            Failure::NotFound => answer::not_found(),
            // A client that tries again gets the same: the header tells it from other faults of a server.
            Failure::Unexamined(code) => {
                let mut response = decide::internal().into_response();
                Verdict::NotExamined(code).state_alone(&mut response);
                response
            }
        }
    }
}
