//! What the operating system refused, and why.

use std::io::{self, ErrorKind};

use basma::Error;
use basma::error::{Reason, Reasons};
use basma::escape;

use super::Prose;

impl Prose {
    /// What could not be done.
    pub(super) fn action(&self, action: &str) -> String {
        let id = format!("action-{}", action.replace(' ', "-"));
        if self.messages.has_message(&id) {
            return self.word(&id);
        }
        self.say("action-other", [("action", action.into())])
    }

    /// Why the system refused it.
    pub(super) fn system(&self, error: &io::Error) -> String {
        // Readers of the library hand their own errors through those of the system.
        let inner = error.get_ref();
        if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<Error>()) {
            return self.error(inner);
        }
        if let Some(reason) = inner.and_then(|inner| inner.downcast_ref::<Reason>()) {
            return self.reason(reason);
        }
        if let Some(reasons) = inner.and_then(|inner| inner.downcast_ref::<Reasons>()) {
            return self.reasons(reasons);
        }
        match name(error) {
            Some(name) => self.word(&format!("system-{name}")),
            None => {
                let message = escape::message(&error.to_string()).into_owned();
                self.say("system-other", [("message", message.into())])
            }
        }
    }
}

/// The message for an error of the system, where there is one.
fn name(error: &io::Error) -> Option<&'static str> {
    if let Some(name) = error.raw_os_error().and_then(name_of_number) {
        return Some(name);
    }
    Some(match error.kind() {
        ErrorKind::NotFound => "not-found",
        ErrorKind::PermissionDenied => "permission-denied",
        ErrorKind::AlreadyExists => "already-exists",
        ErrorKind::IsADirectory => "is-a-directory",
        ErrorKind::NotADirectory => "not-a-directory",
        ErrorKind::StorageFull => "storage-full",
        ErrorKind::QuotaExceeded => "quota-exceeded",
        ErrorKind::ReadOnlyFilesystem => "read-only",
        ErrorKind::OutOfMemory => "out-of-memory",
        ErrorKind::FileTooLarge => "file-too-large",
        ErrorKind::InvalidFilename => "invalid-name",
        ErrorKind::ResourceBusy | ErrorKind::WouldBlock => "busy",
        ErrorKind::TimedOut => "timed-out",
        ErrorKind::Interrupted => "interrupted",
        ErrorKind::UnexpectedEof => "unexpected-end",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::ConnectionRefused
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable => "connection",
        _ => return None,
    })
}

/// Errors that have no kind of their own.
#[cfg(unix)]
fn name_of_number(number: i32) -> Option<&'static str> {
    use rustix::io::Errno;
    let names = [
        (Errno::MFILE, "too-many-open"),
        (Errno::NFILE, "too-many-open"),
        (Errno::LOOP, "loop"),
        (Errno::IO, "input-output"),
    ];
    let found = names
        .into_iter()
        .find(|(errno, _)| errno.raw_os_error() == number);
    found.map(|(_, name)| name)
}

#[cfg(not(unix))]
fn name_of_number(_: i32) -> Option<&'static str> {
    None
}
