//! Whether a file passes.

use basma::store::{MaxAction, OnFailure, Terms};

use super::Verdict;

/// From which match on a file is refused, and what becomes of files that were not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    refuse: MaxAction,
    on_failure: OnFailure,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It passes.
    Passes,
    /// It is refused because it matches.
    Refused,
    /// It does not pass because not all of it was checked.
    Unchecked,
}

impl Policy {
    /// A file is refused whose match may lead to `refuse` or more. One list that fails closed is enough to keep out what was
    /// not checked. So is having no terms at all: then nobody decided that such files may pass.
    pub(crate) fn new(refuse: MaxAction, terms: &[Terms]) -> Policy {
        let is_closed = |terms: &Terms| terms.on_failure() == OnFailure::Closed;
        let on_failure = if terms.is_empty() || terms.iter().any(is_closed) {
            OnFailure::Closed
        } else {
            OnFailure::Open
        };
        Policy { refuse, on_failure }
    }

    /// What becomes of a file with this verdict.
    pub(crate) fn outcome(self, verdict: &Verdict) -> Outcome {
        match verdict {
            Verdict::Matched(matched) if matched.action >= self.refuse => Outcome::Refused,
            _ if verdict.is_checked() || self.on_failure == OnFailure::Open => Outcome::Passes,
            _ => Outcome::Unchecked,
        }
    }
}
