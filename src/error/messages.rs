//! Errors as messages for any language.

use std::io::{self, ErrorKind};

use super::{Error, LineProblem, Message, MessageValue, Reason, Reasons, Rejection, system_text};
use crate::escape;

impl Error {
    /// Its text as a message for any language.
    ///
    /// ```
    /// let error = basma::Matcher::open(["no-such-list"]).err().unwrap();
    /// let message = error.message();
    /// assert_eq!(message.to_string(), error.to_string());
    /// ```
    pub fn message(&self) -> Message {
        let message = |id, values| Message::new(id, self.to_string(), values);
        match self {
            Error::Io {
                action,
                path,
                source,
            } => {
                let values = [
                    ("path", shown(path)),
                    ("action", action.into()),
                    ("problem", of_system(source).into()),
                ];
                message("error-io", values.into())
            }
            Error::HashText { hash_type, problem } => {
                let values = [("type", hash_type.into()), ("problem", problem.into())];
                message("error-hash-text", values.into())
            }
            Error::HashTypeName { found, known } => {
                let found = found.escape_default().to_string();
                let values = [
                    ("found", MessageValue::Text(found)),
                    ("known", MessageValue::Text(known.join(", "))),
                ];
                message("error-hash-type-name", values.into())
            }
            Error::Unsupported(reason) | Error::Damaged(reason) => reason.message(),
            Error::OverLimit { .. } => self.reason().message(),
            Error::List(rejection) => rejection.message(),
            Error::Index { path, problem } | Error::Store { path, problem } => message(
                "error-at",
                vec![("place", shown(path)), ("error", problem.into())],
            ),
            #[cfg(feature = "evidence")]
            Error::Case { path, problem } => message(
                "error-at",
                vec![("place", shown(path)), ("error", problem.into())],
            ),
            Error::Raw { path } => message("error-raw", vec![("path", shown(path))]),
            #[cfg(feature = "refresh")]
            Error::Fetch { location, problem } => message(
                "error-at",
                vec![("place", location.into()), ("error", problem.into())],
            ),
            #[cfg(feature = "refresh")]
            Error::Signature { name, problem } => message(
                "error-at",
                vec![("place", name.into()), ("error", problem.into())],
            ),
            Error::Transient(cause) => cause.message(),
            Error::Cancelled => message("error-cancelled", Vec::new()),
            Error::Busy { path, holder } => message(
                "error-busy",
                vec![("path", shown(path)), ("holder", holder.into())],
            ),
            Error::PixelCount {
                width,
                height,
                expected,
                found,
            } => {
                let values = [
                    ("width", u64::from(*width)),
                    ("height", u64::from(*height)),
                    ("expected", *expected),
                    ("found", *found),
                ];
                let values = values.map(|(name, value)| (name, MessageValue::Number(value)));
                message("error-pixel-count", values.into())
            }
            Error::Argument(problem) => problem.message(),
            Error::At { place, error } => message(
                "error-at",
                vec![("place", place.into()), ("error", error.message().into())],
            ),
        }
    }
}

fn shown(path: &std::path::Path) -> MessageValue {
    MessageValue::Text(escape::path(path).into_owned())
}

impl Rejection {
    /// Its text as a message for any language: the bad lines that are shown, and how many there are.
    pub fn message(&self) -> Message {
        let path = escape::path(&self.path);
        let shown = self.problems.iter().take(Rejection::SHOWN);
        let mut lines: Vec<Message> = shown.map(|problem| problem.message_at(&path)).collect();
        let mut values = vec![
            ("path", MessageValue::Text(path.to_string())),
            ("total", MessageValue::Number(self.total)),
        ];
        let id = if self.total > Rejection::SHOWN as u64 {
            values.push(("shown", MessageValue::Number(Rejection::SHOWN as u64)));
            "error-list-shown"
        } else {
            "error-list-total"
        };
        let text = self.to_string();
        let last = text.lines().next_back().unwrap_or_default().to_owned();
        lines.push(Message::new(id, last, values));
        Message::new("error-list", text, [("lines", MessageValue::Lines(lines))])
    }
}

impl LineProblem {
    /// Its text, with its place in a file, as a message for any language.
    pub fn message_at(&self, path: &str) -> Message {
        let place = format!("{path}:{}:{}", self.line, self.column);
        let text = format!("{place}: {} {}", self.code, self.message);
        let values = [
            ("place", MessageValue::Text(place)),
            ("code", MessageValue::from(&self.code)),
            ("problem", self.message().into()),
        ];
        Message::new("list-place", text, values)
    }
}

/// Why the system refused something.
fn of_system(error: &io::Error) -> Message {
    // Readers of this crate pass their own errors through those of the system.
    let inner = error.get_ref();
    if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<Error>()) {
        return inner.message();
    }
    if let Some(reason) = inner.and_then(|inner| inner.downcast_ref::<Reason>()) {
        return reason.message();
    }
    if let Some(reasons) = inner.and_then(|inner| inner.downcast_ref::<Reasons>()) {
        return reasons.message();
    }
    let text = escape::message(&system_text(error)).into_owned();
    match id(error) {
        Some(id) => Message::new(id, text, []),
        None => {
            let quotation = MessageValue::Text(text.clone());
            Message::new("system-other", text, [("message", quotation)])
        }
    }
}

/// The id of the message for an error of the system, where it has one.
fn id(error: &io::Error) -> Option<&'static str> {
    if let Some(id) = error.raw_os_error().and_then(id_of_number) {
        return Some(id);
    }
    let kind = error.kind();
    KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, id)| *id)
}

const KINDS: [(ErrorKind, &str); 23] = [
    (ErrorKind::NotFound, "system-not-found"),
    (ErrorKind::PermissionDenied, "system-permission-denied"),
    (ErrorKind::AlreadyExists, "system-already-exists"),
    (ErrorKind::IsADirectory, "system-is-a-directory"),
    (ErrorKind::NotADirectory, "system-not-a-directory"),
    (ErrorKind::StorageFull, "system-storage-full"),
    (ErrorKind::QuotaExceeded, "system-quota-exceeded"),
    (ErrorKind::ReadOnlyFilesystem, "system-read-only"),
    (ErrorKind::OutOfMemory, "system-out-of-memory"),
    (ErrorKind::FileTooLarge, "system-file-too-large"),
    (ErrorKind::InvalidFilename, "system-invalid-name"),
    (ErrorKind::ResourceBusy, "system-busy"),
    (ErrorKind::WouldBlock, "system-busy"),
    (ErrorKind::TimedOut, "system-timed-out"),
    (ErrorKind::Interrupted, "system-interrupted"),
    (ErrorKind::UnexpectedEof, "system-unexpected-end"),
    (ErrorKind::Unsupported, "system-unsupported"),
    (ErrorKind::ConnectionRefused, "system-connection"),
    (ErrorKind::ConnectionReset, "system-connection"),
    (ErrorKind::ConnectionAborted, "system-connection"),
    (ErrorKind::NotConnected, "system-connection"),
    (ErrorKind::HostUnreachable, "system-connection"),
    (ErrorKind::NetworkUnreachable, "system-connection"),
];

/// Errors that have no kind of their own.
#[cfg(unix)]
fn id_of_number(number: i32) -> Option<&'static str> {
    use rustix::io::Errno;
    let ids = [
        (Errno::MFILE, "system-too-many-open"),
        (Errno::NFILE, "system-too-many-open"),
        (Errno::LOOP, "system-loop"),
        (Errno::IO, "system-input-output"),
    ];
    let found = ids
        .into_iter()
        .find(|(errno, _)| errno.raw_os_error() == number);
    found.map(|(_, id)| id)
}

#[cfg(not(unix))]
fn id_of_number(_: i32) -> Option<&'static str> {
    None
}
