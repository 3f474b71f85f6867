//! The life of a list store: refresh, status, rollback, diff, audit, add, revoke.

mod audit;
mod check;
pub(super) mod decide;
mod feedback;
mod from_list;
mod generations;
mod history;
mod init;
mod list;
mod listed;
mod metrics;
mod refresh;
mod status;

pub(super) use audit::audit;
pub(super) use decide::{add, revoke};
pub(super) use feedback::feedback;
pub(super) use history::{diff, rollback};
pub(super) use list::{list, list_names};
pub(super) use refresh::refresh;
pub(super) use status::status;

use super::output::Stopped;
use super::{Context, Verdict};
use crate::cli::args::store::StoreCommand;

pub(super) fn run(command: &StoreCommand, context: &Context<'_>) -> Result<Verdict, Stopped> {
    match command {
        StoreCommand::Init(args) => init::init(args, context),
        StoreCommand::Check(args) => check::check(args, context),
        StoreCommand::History(args) => {
            generations::generations(&args.store.open()?, args.format, context)
        }
    }
}

/// Who does it, for the audit: the name that the environment gives, and the user that the system knows.
pub(super) fn operator() -> String {
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

/// What a list or a person says. Ids of files are escaped already: backslashes stay as they are.
fn shown(text: &str) -> String {
    basma::escape::message(text).into_owned()
}
