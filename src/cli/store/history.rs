//! `basma rollback`, `diff`, `audit`: what was, and back to it.

use basma::Error;
use basma::error::Problem;
use basma::hash::Hash;
use basma::list::Entry;
use basma::report::{self, Change, DiffSummary};
use basma::store::Step;

use super::super::output::{Output, Stopped};
use super::super::{Context, Verdict};
use super::{operator, shown};
use crate::cli::args::store::{DiffArgs, RollbackArgs, StoreFormat};

pub(crate) fn rollback(args: &RollbackArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    let back = store.rollback(args.to, &operator(), &args.reason)?;
    for warning in &back.warnings {
        context.complain("warning", &context.prose.error(warning));
    }
    let values = [
        ("generation", back.generation.into()),
        ("to", back.to.into()),
    ];
    context.tell(&context.prose.say("rolled-back", values));
    Ok(Verdict::Done)
}

pub(crate) fn diff(args: &DiffArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    let kept = store.generations()?;
    let last = |nth: usize| {
        let missing = || Error::from(Problem::GenerationsTooFew);
        kept.iter().rev().nth(nth).copied().ok_or_else(missing)
    };
    let (before, after) = match (args.before, args.after) {
        (Some(before), Some(after)) => (before, after),
        (Some(before), None) => (before, last(0)?),
        (None, _) => (last(1)?, last(0)?),
    };
    let mut out = Output::open(None)?;
    let mut left = None;
    let compared = store.diff(before, after, |list, hash, step| {
        let text = match args.format {
            StoreFormat::Text => line(list, hash, &step),
            StoreFormat::Jsonl => report::line(&Change::new(list, &step)),
        };
        out.write(&text).map_err(|stopped| {
            left = Some(stopped);
            Error::Cancelled
        })
    });
    if let Some(stopped) = left {
        return Err(stopped);
    }
    let mut changed = false;
    for (list, d) in compared? {
        changed |= !d.is_empty();
        match args.format {
            StoreFormat::Text => {
                let values = [
                    ("list", shown(&list).into()),
                    ("before", d.before.into()),
                    ("after", d.after.into()),
                    ("added", d.added.into()),
                    ("changed", d.changed.into()),
                    ("removed", d.removed.into()),
                ];
                context.tell(&context.prose.say("diff-list", values));
            }
            StoreFormat::Jsonl => {
                out.write(&report::line(&DiffSummary::new(&list, &d)))?;
            }
        }
    }
    out.finish()?;
    Ok(if changed {
        Verdict::Matched
    } else {
        Verdict::Done
    })
}

fn parts<'a>(step: &Step<'a>) -> (char, &'a [Entry]) {
    match *step {
        Step::Added(is) => ('+', is),
        Step::Removed(was) => ('-', was),
        Step::Changed(_, is) => ('~', is),
    }
}

fn line(list: &str, hash: &Hash, step: &Step<'_>) -> String {
    let (sign, entries) = parts(step);
    let id = entries
        .first()
        .and_then(|entry| entry.id.as_deref())
        .unwrap_or_default();
    let line = format!(
        "{sign} {} {}:{hash} {}",
        shown(list),
        hash.hash_type(),
        shown(id)
    );
    line.trim_end().to_owned() + "\n"
}
