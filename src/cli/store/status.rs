//! `basma status`: is everything in force that should be?

use basma::disk::atomic_file::AtomicFile;
use basma::report::{self, ListState, StoreSummary};
use basma::store::ListStatus;

use super::super::lists::keep_apart;
use super::super::output::{Output, Stopped};
use super::super::{Context, Verdict};
use super::generations::generations;
use super::{metrics, shown, time};
use crate::cli::args::store::{StatusArgs, StoreFormat};

pub(crate) fn status(args: &StatusArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    if args.generations {
        return generations(&store, args.format, context);
    }
    let status = store.status()?;
    keep_apart(
        args.metrics.as_deref(),
        std::slice::from_ref(&args.store.store),
        &[],
    )?;
    if let Some(path) = &args.metrics {
        use std::io::Write as _;
        let mut draft = AtomicFile::create(path)?;
        let written = draft.write_all(metrics::text(&status).as_bytes());
        written.map_err(|source| basma::Error::Io {
            action: "write",
            path: path.clone(),
            source,
        })?;
        draft.publish()?;
    }
    let mut out = Output::open(None)?;
    match args.format {
        StoreFormat::Text => {
            let path = basma::escape::path(&args.store.store).into_owned();
            let head = [
                ("path", path.into()),
                ("generation", status.generation.into()),
                (
                    "created",
                    match status.generation {
                        0 => "-".into(),
                        _ => time(status.created).into(),
                    },
                ),
                ("tool", shown(&status.tool).into()),
            ];
            out.write(&format!("{}\n", context.prose.say("status-head", head)))?;
            for list in &status.lists {
                out.write(&text(list, context))?;
            }
        }
        StoreFormat::Jsonl => {
            for list in &status.lists {
                out.write(&report::line(&ListState::from(list)))?;
            }
            out.write(&report::line(&StoreSummary::new(&status)))?;
        }
    }
    out.finish()?;
    let is_good = |list: &ListStatus| !list.is_stale() && !list.is_failing();
    Ok(
        match status.generation > 0 && status.lists.iter().all(is_good) {
            true => Verdict::Done,
            false => Verdict::Gaps,
        },
    )
}

fn text(list: &ListStatus, context: &Context<'_>) -> String {
    let prose = context.prose;
    let terms = &list.terms;
    let by_type = list
        .by_type
        .iter()
        .map(|(name, count)| format!("{name} {count}"));
    let mut lines = vec![prose.say(
        "status-list",
        [
            ("list", shown(&terms.list).into()),
            ("entries", list.entries.into()),
            ("types", by_type.collect::<Vec<_>>().join(", ").into()),
            ("kind", terms.kind.name().into()),
            ("at_most", terms.at_most.name().into()),
        ],
    )];
    let mut line = |id: &str, values: Vec<(&'static str, super::super::prose::Value)>| {
        lines.push(format!("  {}", prose.say(id, values)));
    };
    if let (Some(name), Some(sha256)) = (&list.name, &list.sha256) {
        let version = list.version.map(|version| version.to_string());
        line(
            "status-source",
            vec![
                ("name", name.clone().into()),
                ("version", version.unwrap_or_else(|| "-".to_owned()).into()),
                ("sha256", sha256[..12.min(sha256.len())].into()),
            ],
        );
    }
    if let (Some(as_of), Some(age)) = (list.as_of, list.age) {
        let most = terms.max_age.map_or_else(|| "-".to_owned(), lasting);
        line(
            "status-age",
            vec![
                ("as_of", time(as_of).into()),
                ("age", lasting(age).into()),
                ("most", most.into()),
            ],
        );
    }
    if let Some(succeeded) = list.succeeded {
        line("status-succeeded", vec![("time", time(succeeded).into())]);
    }
    if let Some(next) = list.next_expiry {
        line("status-expiry", vec![("time", time(next).into())]);
    }
    if list.added + list.revoked + list.unbuilt > 0 {
        line(
            "status-decided",
            vec![
                ("added", list.added.into()),
                ("revoked", list.revoked.into()),
                ("unbuilt", list.unbuilt.into()),
            ],
        );
    }
    if list.set_aside > 0 {
        line("status-set-aside", vec![("count", list.set_aside.into())]);
    }
    if list.is_stale() {
        line("status-stale", vec![]);
    }
    if list.is_failing() {
        let error = list.error.clone().unwrap_or_default();
        line(
            "status-failing",
            vec![("count", list.failures.into()), ("error", error.into())],
        );
    }
    lines.join("\n") + "\n"
}

/// A time that lasts, as people read it.
fn lasting(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86400),
    }
}
