//! Pictures and clips that are looked up: hashed, and shown as a scan shows them.

use std::ops::ControlFlow;
use std::path::PathBuf;

use basma::error::Problem;
use basma::hasher::Sampling;
use basma::matcher::Matcher;
use basma::scan::{Finding, Scan};

use super::super::args::{FailOn, LookupArgs};
use super::super::config::{cancel_on_signal, hasher};
use super::super::context::{tell_bare, verdict};
use super::super::output::{Output, Stopped};
use super::super::print::{Job, Printer};
use super::super::stdin::{STDIN, Spooled};
use super::super::{Context, Verdict};

/// The arguments that name files; none where all are hashes.
pub(super) fn named(args: &LookupArgs) -> Result<Vec<PathBuf>, basma::Error> {
    let named = args.hashes.iter().map(PathBuf::from);
    // Standard input is read as what it is.
    let named = named.filter(|path| path.as_os_str() != STDIN);
    let files: Vec<PathBuf> = named.filter(|path| path.exists()).collect();
    if !files.is_empty() && files.len() < args.hashes.len() {
        return Err(Problem::LookupMixed.into());
    }
    Ok(files)
}

pub(super) fn look_up(
    files: Vec<PathBuf>,
    spooled: Option<Spooled>,
    args: &LookupArgs,
    matcher: Matcher,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    let types = match args.hash_type {
        Some(hash_type) => vec![hash_type],
        None => matcher.hash_types(),
    };
    // Of two copies one has to be sampled densely.
    let sampling = if matcher.has_sparse_clips()? {
        Sampling::Distinct
    } else {
        Sampling::Keyframes
    };
    let mut scan = Scan::new(matcher)
        .with_hasher(hasher(types, &args.media, args.views.views, sampling)?)
        .with_cancel(cancel_on_signal());
    if let Some(spooled) = &spooled {
        scan = scan.with_stand_in(STDIN, spooled.path());
    }
    let mut printer = Printer::new(&args.output, context)?.naming(&files);
    let mut out = Output::open(args.output.output.as_deref())?;
    out.write(&printer.head(Job::Scan))?;
    let mut stopped = None;
    let summary = scan.run(files, |finding: Finding| {
        let text = printer.finding(Job::Scan, &finding);
        match text
            .map_err(Stopped::Failed)
            .and_then(|text| out.write(&text))
        {
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
    let summary = summary?;
    printer.rest(|text| out.write(text))?;
    out.write(&printer.tail(Job::Scan, &summary, None))?;
    out.finish()?;
    tell_bare(&summary, context);
    if summary.interrupted {
        context.complain("warning", &context.prose.word("summary-interrupted"));
    }
    let counts = [
        ("files", summary.discovered.into()),
        ("matched", summary.matched().into()),
    ];
    context.tell(&context.prose.say("summary-lookup-files", counts));
    if !args.views.views.turns() {
        context.tell(&context.prose.word("lookup-upright"));
    }
    Ok(verdict(
        &summary,
        &[FailOn::Matched, FailOn::Gaps, FailOn::Weak],
    ))
}
