//! `basma refresh`: the nightly job.

use std::collections::BTreeSet;

use basma::report::{self, RefreshSummary, RefreshedList};
use basma::store::{Config, Guard, GuardViolation, ListRefreshed, Refresh, Refreshed, Store};

use super::super::output::{Output, Stopped};
use super::super::prose::Value;
use super::super::{Context, Verdict};
use super::{operator, shown};
use crate::cli::args::store::{RefreshArgs, StoreFormat};
use crate::cli::config::cancel_on_signal;

pub(crate) fn refresh(args: &RefreshArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    if args.init {
        let store = Store::init(&args.store.path()?)?;
        let path = basma::escape::path(&store.sources_path()).into_owned();
        context.tell(&context.prose.say("store-made", [("path", path.into())]));
        return Ok(Verdict::Done);
    }
    let store = args.store.open()?;
    let config = Config::read(&store.sources_path())?;
    let by = operator();
    let how = Refresh::new(&by)
        .with_only(&args.lists)
        .with_dry_run(args.dry_run)
        .with_overridden(args.overrides.iter().copied().collect())
        .with_reason(args.reason.as_deref())
        .with_environment(&|name| std::env::var_os(name))
        .with_cancel(cancel_on_signal());
    let refreshed = store.refresh(&config, &how)?;
    let mut out = Output::open(None)?;
    // What was added by hand counts too. A dry run leaves it as it was.
    let lists = if args.dry_run {
        Vec::new()
    } else {
        store.status()?.lists
    };
    for list in &refreshed.lists {
        let in_force = lists.iter().find(|known| known.terms.list == list.list);
        let entries = in_force.map_or(list.difference.after, |known| known.entries);
        match args.format {
            StoreFormat::Text => context.tell(&told(list, entries, context)),
            StoreFormat::Jsonl => out.write(&report::line(&RefreshedList::from(list)))?,
        }
        for warning in &list.warnings {
            context.complain("warning", &context.prose.message(warning));
        }
        for violation in &list.overridden {
            context.complain(
                "warning",
                &tripped("refresh-overridden", list, violation, context),
            );
        }
        for (number, violation) in list.held.iter().enumerate() {
            let mut text = tripped("refresh-held", list, violation, context);
            if number + 1 == list.held.len() {
                text += &way_out(list, args, context);
            }
            context.complain("error", &text);
        }
        if let Some(error) = &list.failed {
            let values = [
                ("list", shown(&list.list).into()),
                ("error", context.prose.cause(error)),
            ];
            context.complain("error", &context.prose.say("refresh-failed", values));
        }
    }
    for name in &refreshed.dropped {
        let said = context
            .prose
            .say("refresh-dropped", [("list", shown(name).into())]);
        context.complain("warning", &said);
    }
    for warning in &refreshed.warnings {
        context.complain("warning", &context.prose.error(warning));
    }
    out.write(&match args.format {
        StoreFormat::Text => summary(&refreshed, args.dry_run, context),
        StoreFormat::Jsonl => report::line(&RefreshSummary::new(&refreshed, args.dry_run)),
    })?;
    out.finish()?;
    Ok(verdict(&refreshed, args.dry_run))
}

fn verdict(refreshed: &Refreshed, dry_run: bool) -> Verdict {
    let lists = &refreshed.lists;
    match () {
        () if lists.iter().any(|list| !list.is_good()) => Verdict::Held,
        () if dry_run && refreshed.generation.is_some() => Verdict::Matched,
        () if lists.iter().any(|list| list.set_aside > 0) => Verdict::Gaps,
        () => Verdict::Done,
    }
}

fn told(list: &ListRefreshed, entries: u64, context: &Context<'_>) -> String {
    let d = list.difference;
    let values = [
        ("list", shown(&list.list).into()),
        ("entries", entries.into()),
        ("added", d.added.into()),
        ("changed", d.changed.into()),
        ("removed", d.removed.into()),
        ("set_aside", list.set_aside.into()),
    ];
    let id = match (list.is_good(), list.changed) {
        (false, _) => "refresh-list-kept",
        (true, true) => "refresh-list-changed",
        (true, false) => "refresh-list-unchanged",
    };
    context.prose.say(id, values)
}

fn tripped(
    id: &str,
    list: &ListRefreshed,
    violation: &GuardViolation,
    context: &Context<'_>,
) -> String {
    let values = [
        ("list", shown(&list.list).into()),
        ("guard", violation.guard.name().into()),
        (
            "why",
            Value::said(context.prose.message(&violation.finding.message())),
        ),
    ];
    context.prose.say(id, values)
}

/// The one command that lets all pass what holds a list back, to be pasted.
fn way_out(list: &ListRefreshed, args: &RefreshArgs, context: &Context<'_>) -> String {
    let held = list.held.iter().chain(&list.overridden);
    let guards: BTreeSet<&str> = held.map(|violation| violation.guard.name()).collect();
    let guards: Vec<&str> = guards.into_iter().collect();
    let store = args.store.store.as_deref();
    let store = store.map(|path| format!(" --store {}", basma::escape::shell(path)));
    let is_of_all = |held: &GuardViolation| matches!(held.guard, Guard::Clock | Guard::Dropped);
    let name = shlex::try_quote(&list.list);
    let name = match name {
        Ok(name) if !list.held.iter().any(is_of_all) => format!(" {name}"),
        _ => String::new(),
    };
    let values = [
        ("name", name.into()),
        ("store", store.unwrap_or_default().into()),
        ("guards", guards.join(",").into()),
    ];
    context.prose.say("refresh-way-out", values)
}

fn outcome(list: &ListRefreshed) -> &'static str {
    match () {
        () if list.failed.is_some() => "failed",
        () if !list.held.is_empty() => "held",
        () if list.changed => "changed",
        () => "unchanged",
    }
}

/// One line: what a mail is about.
fn summary(refreshed: &Refreshed, dry_run: bool, context: &Context<'_>) -> String {
    let count = |kind: &str| {
        refreshed
            .lists
            .iter()
            .filter(|list| outcome(list) == kind)
            .count()
    };
    let not_current = refreshed.lists.iter().filter(|list| !list.is_good());
    let names: Vec<String> = not_current.map(|list| shown(&list.list)).collect();
    let aside: u64 = refreshed.lists.iter().map(|list| list.set_aside).sum();
    let id = match (refreshed.generation, dry_run) {
        (Some(_), false) => "refresh-published",
        (Some(_), true) => "refresh-would-publish",
        (None, _) => "refresh-nothing",
    };
    let generation = refreshed.generation.unwrap_or_default();
    let mut line = context.prose.say(id, [("generation", generation.into())]);
    let values = [
        ("changed", count("changed").into()),
        ("unchanged", count("unchanged").into()),
        ("held", count("held").into()),
        ("failed", count("failed").into()),
        ("set_aside", aside.into()),
    ];
    line += &context.prose.say("refresh-counts", values);
    if !names.is_empty() {
        line += &context
            .prose
            .say("refresh-not-current", [("lists", names.join(", ").into())]);
    }
    line + "\n"
}
