//! `basma status --generations`: what is kept for a rollback.

use basma::report;
use basma::store::{Generation, Store};

use super::super::output::{Output, Stopped};
use super::super::prose::{self, Prose};
use super::super::{Context, Verdict};
use super::shown;
use crate::cli::args::store::StoreFormat;

/// Tells of each generation that is kept, the last first.
pub(super) fn generations(
    store: &Store,
    format: StoreFormat,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    let mut out = Output::open(None)?;
    let prose = context.output_prose(None);
    for generation in store.history()?.iter().rev() {
        out.write(&match format {
            StoreFormat::Text => text(generation, &prose),
            StoreFormat::Jsonl => report::line(&report::Generation::from(generation)),
        })?;
    }
    out.finish()?;
    Ok(Verdict::Done)
}

fn text(generation: &Generation, prose: &Prose) -> String {
    let id = match generation.of {
        Some(_) => "history-rollback",
        None => "history-publish",
    };
    let values = [
        ("generation", generation.number.into()),
        ("created", prose.moment(generation.created)),
        ("by", shown(&generation.by).into()),
        ("of", generation.of.unwrap_or_default().into()),
    ];
    let mut lines = vec![prose.say(id, values)];
    let mut line = |id: &str, values: Vec<(&'static str, prose::Value)>| {
        lines.push(format!("  {}", prose.say(id, values)));
    };
    if generation.in_force {
        line("history-in-force", vec![]);
    }
    if let Some(by) = generation.rolled_back_by {
        line("history-rolled-back", vec![("by", by.into())]);
    }
    if let Some(reason) = &generation.reason {
        line("history-reason", vec![("reason", shown(reason).into())]);
    }
    for list in &generation.lists {
        let values = vec![
            ("list", shown(&list.list).into()),
            ("entries", list.entries.into()),
            ("added", list.added.into()),
            ("revoked", list.revoked.into()),
        ];
        line("history-list", values);
    }
    lines.join("\n") + "\n"
}
