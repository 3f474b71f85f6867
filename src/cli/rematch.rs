//! `basma rematch`: what earlier scans remember in, matches out.

use std::ops::ControlFlow;

use basma::scan::{Finding, Log, Rematch};

use super::args::RematchArgs;
use super::config::cancel_on_signal;
use super::output::{Output, Stopped};
use super::pictures::Pictures;
use super::print::{Job, Printer};
use super::{Context, Verdict, case, conditions, lists, rights, stdin};

pub(super) fn run(args: &RematchArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    stdin::keep_once(args.lists.iter().map(AsRef::as_ref))?;
    let read = [&args.lists[..], std::slice::from_ref(&args.cache)].concat();
    lists::keep_apart(args.output.output.as_deref(), &read, &[])?;
    lists::keep_apart(args.import.rejects.as_deref(), &read, &[])?;
    let log = Log::read(&args.cache)?;
    let min_quality = args.matching.min_quality;
    let pictures = Pictures::new(Pictures::TYPES, &args.media, min_quality, context);
    let wanted = args.matching.uses.wanted();
    let opened = lists::open(
        &args.lists,
        &args.import,
        min_quality,
        None,
        &wanted,
        &pictures,
        context,
    );
    let record = Some(&args.record);
    let opened = case::tell_refused(opened, &wanted, record, &args.output, context)?;
    let policy = lists::policy(&args.matching);
    let conditions = conditions::of_lists(&opened, &args.lists, &wanted, args.import.shared_store)?;
    let matcher = opened.into_matcher().with_policy(policy);
    let mut conditions = conditions.with_rules(&matcher.hash_types(), matcher.policy());
    let shared_store = args.import.shared_store;
    rights::add_calibration(
        &args.calibration,
        &args.lists,
        shared_store,
        &mut conditions,
    )?;
    // What was looked through is the memory of earlier scans.
    conditions.roots = vec![basma::escape::path(&args.cache).into_owned()];
    // It opens no media.
    let mut recorded = case::begin(&args.record, &conditions, None)?;
    let printer = Printer::new(&args.output, context)?;
    let mut printer = printer.showing(&args.show).quoting(&conditions);
    let mut out = Output::open(args.output.output.as_deref())?;
    out.write(&printer.head(Job::Scan))?;
    let cancel = cancel_on_signal();
    let mut stopped = None;
    let mut has_findings = false;
    let rematch = log.rematch_within(&matcher, args.flood.limit(), |finding: Finding| {
        if let Some(Err(error)) = recorded.as_mut().map(|recorded| recorded.take(&finding)) {
            stopped = Some(Stopped::Failed(error));
            return ControlFlow::Break(());
        }
        if finding.matches.is_empty()
            && finding.suppressed.is_empty()
            && finding.authentic.is_empty()
        {
            return if cancel.is_cancelled() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            };
        }
        has_findings = true;
        let text = printer.finding(Job::Scan, &finding);
        let printed = text.map_err(Stopped::Failed);
        match printed.and_then(|text| out.write(&text)) {
            Ok(()) if cancel.is_cancelled() => ControlFlow::Break(()),
            Ok(()) => ControlFlow::Continue(()),
            Err(reason) => {
                stopped = Some(reason);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(reason) = stopped {
        return Err(reason);
    }
    printer.rest(|text| out.write(text))?;
    let rematch = match rematch {
        Ok(rematch) => rematch,
        Err(error) => {
            if has_findings {
                context.interrupt(out, false)?;
            }
            return Err(error.into());
        }
    };
    out.write(&printer.rematch_tail(&rematch, conditions))?;
    if rematch.interrupted {
        context.interrupt(out, false)?
    } else {
        out.finish()?
    }
    if let Some(recorded) = recorded {
        recorded.end(&rematch.summary, context)?;
    }
    tell(&rematch, context);
    Ok(match () {
        () if rematch.interrupted => Verdict::Interrupted,
        () if rematch.matched > 0 => Verdict::Matched,
        () if rematch.has_gaps() || rematch.remembered == 0 => Verdict::Gaps,
        () => Verdict::Done,
    })
}

fn tell(rematch: &Rematch, context: &Context<'_>) {
    let counts = [
        ("remembered", rematch.remembered.into()),
        ("matched", rematch.matched.into()),
    ];
    context.tell(&context.prose.say("rematch-summary", counts));
    for (hash_type, &(held, all)) in &rematch.compared {
        if held < all {
            let values = [
                ("type", hash_type.name().into()),
                ("missing", (all - held).into()),
                ("all", all.into()),
            ];
            context.complain("warning", &context.prose.say("rematch-gap", values));
        }
    }
    if rematch.remembered == 0 {
        context.complain("warning", &context.prose.word("nothing-remembered"));
    }
    if rematch.interrupted {
        context.tell(&context.prose.word("summary-interrupted"));
    }
}
