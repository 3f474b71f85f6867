//! Messages of the library in a language. Their English is that of the library.

use basma::error::{LineProblem, Message, MessageValue, TimeSpan};
use basma::index::{Conflict, SharedId};
use basma::scan::MediaList;
use basma::store::ListStatus;
use basma::{Error, escape};

use super::{Prose, Value};
use crate::cli::args::Language;

impl Prose {
    /// What went wrong and the way out.
    pub(crate) fn error(&self, error: &Error) -> String {
        if self.language() == Language::En {
            return error.to_string();
        }
        self.message(&error.message())
    }

    /// The same, as a value of a message.
    pub(crate) fn cause(&self, error: &Error) -> Value {
        Value::said(self.error(error))
    }

    /// A message of the library: its English where this language has none.
    ///
    /// A store can hold messages of a later release.
    pub(crate) fn message(&self, message: &Message) -> String {
        let values = message.values();
        let values = values.map(|(name, value)| (name, self.value_of(value)));
        match self.render(message.id(), values) {
            Some((text, errors)) if errors.is_empty() => text,
            _ => message.to_string(),
        }
    }

    /// Several messages on one line.
    pub(crate) fn messages(&self, messages: &[Message]) -> String {
        let texts: Vec<String> = messages.iter().map(|one| self.message(one)).collect();
        texts.join(&self.word("reason-between"))
    }

    /// Why the last attempt to refresh a list failed.
    pub(crate) fn failure(&self, list: &ListStatus) -> Value {
        // Another release noted a text alone.
        if list.errors.is_empty() {
            return list.error.clone().unwrap_or_default().into();
        }
        Value::said(self.messages(&list.errors))
    }

    /// The name of a format of lists. Output for programs has the English.
    pub(crate) fn list_format(&self, name: &str) -> Value {
        const NAMES: [(&str, &str); 10] = [
            ("typed lines", "list-format-typed"),
            ("bare hashes", "list-format-bare"),
            ("csv with vertical bars", "list-format-bars"),
            ("csv with semicolons", "list-format-semicolons"),
            ("checksums", "list-format-checksums"),
            ("pages of ncmec", "list-format-ncmec"),
            ("pages of stopncii", "list-format-stopncii"),
            ("pages of tat", "list-format-tat"),
            ("pages of threatexchange", "list-format-threatexchange"),
            (MediaList::FORMAT, "list-format-media"),
        ];
        let known = NAMES.iter().find(|(known, _)| *known == name);
        match known {
            Some((_, id)) if self.language() != Language::En => Value::said(self.word(id)),
            _ => name.into(),
        }
    }

    fn value_of(&self, value: &MessageValue) -> Value {
        match value {
            MessageValue::Number(number) => Value::Number(*number),
            MessageValue::Decimal(number) => self.language().point(number).into(),
            MessageValue::Time(seconds) => self.moment(*seconds),
            MessageValue::Span(seconds) => self.span(TimeSpan(*seconds)),
            MessageValue::Text(text) => escape::message(text).into(),
            MessageValue::Message(message) => Value::said(self.message(message)),
            MessageValue::Lines(messages) => {
                let lines: Vec<String> = messages.iter().map(|one| self.message(one)).collect();
                Value::said(lines.join("\n"))
            }
            // A kind of value that is newer than these messages: then the English is shown.
            _ => Value::said(""),
        }
    }

    /// A line that was not imported, or looks wrong, with its place.
    pub(crate) fn line_at(&self, path: &str, problem: &LineProblem) -> String {
        self.message(&problem.message_at(path))
    }

    /// Two rows of one list that contradict each other.
    pub(crate) fn conflict(&self, conflict: &Conflict) -> String {
        if self.language() == Language::En {
            return conflict.to_string();
        }
        let values = [
            ("second", conflict.second.to_string().into()),
            ("list", escape::escape(conflict.list.as_bytes()).into()),
            ("hash", format!("{:?}", conflict.hash).into()),
            ("first", conflict.first.to_string().into()),
        ];
        self.say("list-conflict", values)
    }

    /// One id of a list with different hashes.
    pub(crate) fn shared_id(&self, shared: &SharedId) -> String {
        if self.language() == Language::En {
            return shared.to_string();
        }
        let values = [
            ("second", shared.second.to_string().into()),
            ("id", escape::message(&shared.id).into()),
            ("list", escape::escape(shared.list.as_bytes()).into()),
            ("type", shared.hash_type.name().into()),
            ("first", shared.first.to_string().into()),
        ];
        self.say("list-shared-id", values)
    }
}
