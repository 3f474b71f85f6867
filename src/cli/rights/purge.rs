//! `basma purge`: what was kept for long enough, and a signed statement of what was erased.

use std::fs;
use std::path::Path;

use basma::error::Action;
use basma::evidence::statement;
use basma::scan::Log;
use basma::{Error, Result};
use jiff::Timestamp;
use serde::Serialize;

use super::queue;
use crate::cli::args::PurgeArgs;
use crate::cli::output::{Output, Stopped};
use crate::cli::{Context, Verdict, case};

/// The name of the format of the statement.
const SCHEMA: &str = "basma-deletion/1";

/// What was erased. It names no path, no person and no hash.
#[derive(Serialize)]
struct Deletion {
    made: String,
    /// What was older than this time was erased.
    before: String,
    reason: String,
    tool: &'static str,
    cases: Vec<OfCase>,
    logs: Vec<OfLog>,
    /// Cases of the queue of the review.
    queue: Option<u64>,
}

#[derive(Serialize)]
struct OfCase {
    case: String,
    details: u64,
    sealed: u64,
    /// The record of the case that says so.
    record: u64,
}

#[derive(Serialize)]
struct OfLog {
    bytes: u64,
    modified: String,
    removed: bool,
}

pub(in crate::cli) fn run(args: &PurgeArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let now = Timestamp::now().as_second();
    let before = now.saturating_sub(args.older_than).max(0);
    let before = Timestamp::from_second(before).unwrap_or(Timestamp::UNIX_EPOCH);
    let key = case::signing_key(&args.signer)?;
    let mut out = Output::open(args.output.as_deref())?;
    let mut deletion = Deletion {
        made: Timestamp::from_second(now).unwrap_or_default().to_string(),
        before: before.to_string(),
        reason: args.reason.clone(),
        tool: concat!("basma ", env!("CARGO_PKG_VERSION")),
        cases: Vec::new(),
        logs: Vec::new(),
        queue: None,
    };
    for path in &args.cases {
        let mut case = case::open(path, &args.signer)?;
        let (details, sealed) = case.purge(before, &args.reason)?;
        deletion.cases.push(OfCase {
            case: case.case().to_owned(),
            details,
            sealed,
            record: case.head().number,
        });
    }
    for path in &args.logs {
        deletion.logs.push(log(path, before)?);
    }
    if let Some(store) = &args.queue {
        deletion.queue = Some(queue::forget_older(store, before.as_second())?);
    }
    out.write(&statement::write(SCHEMA, &deletion, key.as_ref())?)?;
    out.finish()?;
    let of_cases = deletion.cases.iter();
    let values = [
        (
            "details",
            of_cases
                .clone()
                .map(|case| case.details)
                .sum::<u64>()
                .into(),
        ),
        (
            "sealed",
            of_cases.map(|case| case.sealed).sum::<u64>().into(),
        ),
        (
            "logs",
            deletion
                .logs
                .iter()
                .filter(|log| log.removed)
                .count()
                .into(),
        ),
        ("queue", deletion.queue.unwrap_or(0).into()),
    ];
    context.tell(&context.prose.say("purged", values));
    if key.is_none() {
        context.complain("warning", &context.prose.word("purged-unsigned"));
    }
    Ok(Verdict::Done)
}

/// Removes a cache or journal to which nothing was added since.
fn log(path: &Path, before: Timestamp) -> Result<OfLog> {
    // Nothing else is removed by a mistyped name, and none that a scan has open.
    let opened = Log::read(path)?;
    let failed = |action| {
        move |source| Error::Io {
            action,
            path: path.to_owned(),
            source,
        }
    };
    let metadata = fs::metadata(path).map_err(failed(Action::Read))?;
    let modified = metadata.modified().map_err(failed(Action::Read))?;
    let modified = Timestamp::try_from(modified).unwrap_or(Timestamp::MAX);
    let is_old = modified < before;
    if is_old {
        fs::remove_file(path).map_err(failed(Action::Remove))?;
    }
    drop(opened);
    let seconds = Timestamp::from_second(modified.as_second()).unwrap_or(modified);
    Ok(OfLog {
        bytes: metadata.len(),
        modified: seconds.to_string(),
        removed: is_old,
    })
}
