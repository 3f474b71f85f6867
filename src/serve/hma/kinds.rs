//! Kinds of files, and the types of hashes of each.

use axum::http::StatusCode;

use crate::serve::answer::Refusal;
use crate::serve::curation::{SignalType, State};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentType {
    Photo,
    Video,
}

impl ContentType {
    pub(super) const ALL: [ContentType; 2] = [ContentType::Photo, ContentType::Video];

    pub(super) const fn name(self) -> &'static str {
        match self {
            ContentType::Photo => "photo",
            ContentType::Video => "video",
        }
    }

    pub(super) fn named(name: &str) -> Result<ContentType, Refusal> {
        let mut all = ContentType::ALL.into_iter();
        let unknown = || bad_request(format!("no such content_type: '{name}'"));
        all.find(|known| known.name() == name).ok_or_else(unknown)
    }

    /// The type of hash that is made of such files.
    pub(super) const fn signal_type(self) -> SignalType {
        match self {
            ContentType::Photo => SignalType::Pdq,
            ContentType::Video => SignalType::VideoMd5,
        }
    }

    /// The types of hashes that are asked for, of those that are on.
    pub(super) fn selection(
        self,
        types: Option<&str>,
        state: &State,
    ) -> Result<SignalType, Refusal> {
        let own = self.signal_type();
        let is_on = state.is_type_on(own);
        let names = types.map_or_else(Vec::new, |types| types.split(',').collect());
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            if !is_on || name != own.name() {
                let message = format!("signal type '{name}' doesn't exist or is disabled");
                return Err(bad_request(message));
            }
        }
        if !is_on || types == Some("") {
            return Err(bad_request("empty signal type selection"));
        }
        Ok(own)
    }
}

/// A type of hash that is looked up.
pub(super) fn signal_type(name: &str, state: &State) -> Result<SignalType, Refusal> {
    let unknown = || bad_request(format!("No such SignalType '{name}'"));
    let known = SignalType::named(name).ok_or_else(unknown)?;
    if !state.is_type_on(known) {
        return Err(bad_request(format!("SignalType '{name}' is not enabled")));
    }
    Ok(known)
}

pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}
