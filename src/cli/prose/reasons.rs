//! Reasons in a language: one message for each code, with the values of the reason.

use basma::error::{Reason, Reasons};
use basma::escape;

use super::{Prose, Value};
use crate::cli::args::Language;

impl Prose {
    /// Why a file, or a part of it, was not examined.
    pub(crate) fn reason(&self, reason: &Reason) -> String {
        let code = reason.code();
        let id = format!("reason-{}", code.name());
        // English stands in the library; the messages hold what has a plural.
        if self.language() == Language::En && !self.messages.has_message(&id) {
            return escape::message(&reason.to_string()).into_owned();
        }
        self.message(&reason.message())
    }

    /// All reasons of a file, on one line.
    pub(crate) fn reasons(&self, reasons: &Reasons) -> String {
        let mut text = String::new();
        for (place, occurrence) in reasons.iter().enumerate() {
            if place > 0 {
                text += &self.word("reason-between");
            }
            let mut reason = self.reason(&occurrence.reason);
            if let Some(track) = occurrence.track {
                let values = [("track", track.into()), ("reason", Value::said(reason))];
                reason = self.say("reason-of-track", values);
            }
            text += &reason;
            if occurrence.times > 1 {
                text += &self.say("reason-times", [("times", occurrence.times.into())]);
            }
        }
        text
    }
}
