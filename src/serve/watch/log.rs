//! The log on standard error. It holds no hashes, no names of files and no URLs, unless that is asked for.

use std::io;

use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::Registry;

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
    Off,
}

/// What the log holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogOptions {
    /// Whether each request is logged.
    pub(crate) requests: bool,
    /// Whether requests are logged with their URLs.
    pub(crate) values: bool,
}

/// What the log is about: what libraries log is not in it.
pub(crate) const TARGET: &str = "basma";

/// Begins the log of this process.
pub(crate) fn start(form: Form) {
    let ours = || Targets::new().with_target(TARGET, Level::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false);
    // A log that was begun already goes on.
    let _ = match form {
        Form::Off => Ok(()),
        Form::Text => {
            let subscriber = Registry::default().with(lines.with_filter(ours()));
            tracing::subscriber::set_global_default(subscriber)
        }
        Form::Json => {
            let lines = lines.json().flatten_event(true);
            let subscriber = Registry::default().with(lines.with_filter(ours()));
            tracing::subscriber::set_global_default(subscriber)
        }
    };
}
