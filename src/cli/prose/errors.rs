//! Errors in a language. The English is that of the library.

use basma::error::{LineProblem, Problem, Rejection};
use basma::index::{Conflict, SharedId};
use basma::{Error, escape};

use super::{Prose, Value};
use crate::cli::args::Language;

impl Prose {
    /// What went wrong and the way out.
    pub(crate) fn error(&self, error: &Error) -> String {
        if self.language() == Language::En {
            return error.to_string();
        }
        match error {
            Error::Unsupported(reason) | Error::Damaged(reason) => self.reason(reason),
            Error::OverLimit { .. } => self.reason(&error.reason()),
            Error::Transient(cause) => self.error(cause),
            Error::Cancelled => self.word("error-cancelled"),
            Error::Argument(problem) => self.problem(problem),
            Error::List(rejection) => self.rejection(rejection),
            Error::Fetch { location, problem } => {
                let problem = Value::said(self.fetch(problem));
                self.say(
                    "fetch",
                    [("location", location.as_str().into()), ("problem", problem)],
                )
            }
            Error::Signature { name, problem } => {
                let problem = Value::said(self.signature(problem));
                self.say(
                    "fetch",
                    [("location", name.as_str().into()), ("problem", problem)],
                )
            }
            Error::At { place, error } => {
                let values = [
                    ("place", place.as_str().into()),
                    ("error", self.cause(error)),
                ];
                self.say("error-at", values)
            }
            Error::HashText { hash_type, problem } => {
                let problem = Value::said(self.problem(problem));
                self.say(
                    "error-hash-text",
                    [("type", (*hash_type).into()), ("problem", problem)],
                )
            }
            Error::HashTypeName { found, known } => {
                let found = found.escape_default().to_string();
                let known = known.join(", ");
                self.say(
                    "error-hash-type-name",
                    [("found", found.into()), ("known", known.into())],
                )
            }
            Error::Index { path, problem } | Error::Store { path, problem } => {
                let values = [
                    ("place", escape::path(path).into()),
                    ("problem", Value::said(self.problem(problem))),
                ];
                self.say("error-problem", values)
            }
            Error::Raw { path } => self.say("error-raw", [("path", escape::path(path).into())]),
            Error::Busy { path, holder } => {
                let values = [
                    ("path", escape::path(path).into()),
                    ("holder", holder.as_str().into()),
                ];
                self.say("error-busy", values)
            }
            Error::Io {
                action,
                path,
                source,
            } => {
                let values = [
                    ("path", escape::path(path).into()),
                    ("action", Value::said(self.action(action))),
                    ("problem", Value::said(self.system(source))),
                ];
                self.say("error-io", values)
            }
            // Kinds that are newer than these messages.
            error => error.to_string(),
        }
    }

    /// The same, as a value of a message.
    pub(crate) fn cause(&self, error: &Error) -> Value {
        Value::said(self.error(error))
    }

    fn problem(&self, problem: &Problem) -> String {
        let values = problem.values();
        let values = values
            .iter()
            .map(|(name, value)| (*name, Value::from(value)));
        self.say(&format!("problem-{}", problem.code()), values)
    }

    fn rejection(&self, rejection: &Rejection) -> String {
        let path = escape::path(&rejection.path);
        let shown = rejection.problems.iter().take(Rejection::SHOWN);
        let mut lines: Vec<String> = shown.map(|p| self.line_at(&path, p)).collect();
        let mut values = vec![
            ("path", Value::from(&*path)),
            ("total", rejection.total.into()),
        ];
        lines.push(if rejection.total > Rejection::SHOWN as u64 {
            values.push(("shown", Rejection::SHOWN.into()));
            self.say("error-list-shown", values)
        } else {
            self.say("error-list-total", values)
        });
        lines.join("\n")
    }

    /// A line that was not imported, or looks wrong, with its place.
    pub(crate) fn line_at(&self, path: &str, problem: &LineProblem) -> String {
        let place = format!("{path}:{}:{}", problem.line, problem.column);
        let values = [
            ("place", place.into()),
            ("code", problem.code.into()),
            ("problem", Value::said(self.line(problem))),
        ];
        self.say("list-place", values)
    }

    /// In English with what was found; in other languages by its code.
    fn line(&self, problem: &LineProblem) -> String {
        let id = format!("line-{}", problem.code);
        if self.language() == Language::En {
            problem.message.clone()
        } else if self.messages.has_message(&id) {
            self.word(&id)
        } else {
            self.say("line-other", [("message", problem.message.as_str().into())])
        }
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
            ("id", escape::escape(shared.id.as_bytes()).into()),
            ("list", escape::escape(shared.list.as_bytes()).into()),
            ("type", shared.hash_type.name().into()),
            ("first", shared.first.to_string().into()),
        ];
        self.say("list-shared-id", values)
    }
}
