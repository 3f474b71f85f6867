//! Errors in a language. The English is that of the library.

use basma::Error;
use basma::escape;

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
            error => error.to_string(),
        }
    }

    /// The same, as a value of a message.
    pub(crate) fn cause(&self, error: &Error) -> Value {
        Value::said(self.error(error))
    }
}
