//! The life of a list store: refresh, status, rollback, diff, audit, add, revoke.

pub(super) mod decide;
mod generations;
mod history;
mod listed;
mod metrics;
mod refresh;
mod status;

pub(super) use decide::{add, revoke};
pub(super) use history::{audit, diff, rollback};
pub(super) use refresh::refresh;
pub(super) use status::status;

/// Who does it, for the audit: the name that the environment gives, and the user that the system knows.
fn operator() -> String {
    let names = ["BASMA_OPERATOR", "SUDO_USER", "USER", "LOGNAME"];
    let named = names
        .into_iter()
        .filter_map(|name| std::env::var(name).ok());
    let mut named = named.filter(|name| !name.trim().is_empty());
    match (named.next(), user()) {
        (Some(name), Some(user)) => format!("{name} ({user})"),
        (Some(name), None) => name,
        (None, user) => user.unwrap_or_else(|| "unknown".to_owned()),
    }
}

#[cfg(unix)]
fn user() -> Option<String> {
    Some(format!("uid {}", rustix::process::getuid().as_raw()))
}

#[cfg(not(unix))]
fn user() -> Option<String> {
    None
}

fn shown(text: &str) -> String {
    basma::escape::escape(text.as_bytes()).into_owned()
}
