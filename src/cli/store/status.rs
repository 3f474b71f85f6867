//! `basma status`: is everything in force that should be?

use basma::disk::atomic_file::AtomicFile;
use basma::error::Action;
use basma::report::{self, ListState, StoreSummary};
use basma::store::ListStatus;

use super::super::lists::keep_apart;
use super::super::output::{Output, Stopped};
use super::super::prose::{self, Prose};
use super::super::{Context, Verdict};
use super::generations::generations;
use super::{metrics, shown};
use crate::cli::args::store::{StatusArgs, StoreFormat};

pub(crate) fn status(args: &StatusArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    if args.generations {
        return generations(&store, args.format, context);
    }
    let status = store.status()?;
    keep_apart(args.metrics.as_deref(), &[store.path().to_owned()], &[])?;
    if let Some(path) = &args.metrics {
        use std::io::Write as _;
        let mut draft = AtomicFile::create(path)?;
        let written = draft.write_all(metrics::text(&status).as_bytes());
        written.map_err(|source| basma::Error::Io {
            action: Action::Write,
            path: path.clone(),
            source,
        })?;
        draft.publish()?;
    }
    let mut out = Output::open(None)?;
    match args.format {
        StoreFormat::Text => {
            let prose = context.output_prose(None);
            let path = basma::escape::path(store.path());
            let head = match status.generation {
                0 => prose.say("status-new", [("path", path.into())]),
                generation => {
                    let values = [
                        ("path", path.into()),
                        ("generation", generation.into()),
                        ("created", prose.moment(status.created)),
                        ("tool", shown(&status.tool).into()),
                    ];
                    prose.say("status-head", values)
                }
            };
            out.write(&format!("{head}\n"))?;
            for list in &status.lists {
                out.write(&text(list, &prose))?;
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
    let is_good = |list: &ListStatus| !list.is_stale() && !list.is_failing() && !list.is_expired();
    Ok(
        if status.generation > 0 && status.lists.iter().all(is_good) {
            Verdict::Done
        } else {
            Verdict::Gaps
        },
    )
}

fn text(list: &ListStatus, prose: &Prose) -> String {
    let terms = &list.terms;
    let by_type = list
        .by_type
        .iter()
        .map(|(name, count)| format!("{name} {count}"));
    let by_type = by_type.collect::<Vec<_>>().join(", ");
    let types = if by_type.is_empty() {
        String::new()
    } else {
        prose.say("status-types", [("types", by_type.into())])
    };
    let mut lines = vec![prose.say(
        "status-list",
        [
            ("list", shown(&terms.list).into()),
            ("entries", list.entries.into()),
            ("types", prose::Value::said(types)),
            (
                "kind",
                prose::Value::said(prose.word(&format!("list-kind-{}", terms.kind.name()))),
            ),
            (
                "at_most",
                prose::Value::said(prose.word(&format!("act-{}", terms.at_most.name()))),
            ),
        ],
    )];
    let mut line = |id: &str, values: Vec<(&'static str, prose::Value)>| {
        lines.push(format!("  {}", prose.say(id, values)));
    };
    if let Some(fail) = terms.fail {
        line("status-fail", vec![("fail", fail.name().into())]);
    }
    if let (Some(name), Some(sha256)) = (&list.name, &list.sha256) {
        let mut values = vec![
            ("name", name.as_str().into()),
            ("sha256", sha256[..12.min(sha256.len())].into()),
        ];
        match list.version {
            Some(version) => {
                values.push(("version", version.to_string().into()));
                line("status-source", values);
            }
            None => line("status-source-unversioned", values),
        }
    }
    if let (Some(as_of), Some(age)) = (list.as_of, list.age) {
        let mut values = vec![("as_of", prose.moment(as_of)), ("age", prose.lasting(age))];
        match terms.max_age {
            Some(most) => {
                values.push(("most", prose.lasting(most)));
                line("status-age", values);
            }
            None => line("status-age-unlimited", values),
        }
    }
    if let Some(succeeded) = list.succeeded {
        line("status-succeeded", vec![("time", prose.moment(succeeded))]);
    }
    if let Some(next) = list.next_expiry {
        line("status-expiry", vec![("time", prose.moment(next))]);
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
    if let Some(end) = terms.expires {
        let id = if list.is_expired() {
            "status-expired"
        } else {
            "status-expires"
        };
        line(id, vec![("time", prose.moment(end))]);
    }
    if list.is_stale() {
        line("status-stale", vec![]);
    }
    if list.is_failing() {
        let error = prose.failure(list);
        line(
            "status-failing",
            vec![("count", list.failures.into()), ("error", error)],
        );
    }
    lines.join("\n") + "\n"
}
