//! `basma scan` and `basma hash`: files in, findings out.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use basma::Error;
use basma::hash::HashType;
use basma::hasher::Hasher;
use basma::matcher::Matcher;
use basma::media::Limits;
use basma::scan::{Scan, Summary};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::args::{HashArgs, MediaArgs, OutputArgs, ScanArgs};
use super::output::{Output, Stopped};
use super::print::{Job, Printer};
use super::progress::Progress;
use super::{Context, FAILED, Verdict, lists};

pub(super) fn scan(args: &ScanArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    // A list that names no types holds the one that is asked for, where that is a single one.
    let hash_type = (args.types.len() == 1).then(|| args.types[0]);
    let opened = lists::open(
        &args.lists,
        &args.import,
        args.matching.min_quality,
        hash_type,
        context,
    )?;
    let matcher = Matcher::new(opened.indexes).with_policy(lists::policy(&args.matching));
    let types = types_to_compute(&args.types, &matcher.hash_types())?;
    let scan = Scan::new(matcher).with_hasher(hasher(types, &args.media));
    let summary = run(
        Job::Scan,
        scan,
        &args.paths,
        &args.media,
        &args.output,
        context,
    )?;
    Ok(match () {
        () if summary.matched() > 0 => Verdict::Matched,
        () if summary.interrupted => Verdict::Interrupted,
        () if summary.gaps() > 0 => Verdict::Gaps,
        () => Verdict::Clean,
    })
}

pub(super) fn hash(args: &HashArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher(args.types.clone(), &args.media));
    let summary = run(
        Job::Hash,
        scan,
        &args.paths,
        &args.media,
        &args.output,
        context,
    )?;
    Ok(match () {
        () if summary.interrupted => Verdict::Interrupted,
        () if summary.gaps() > 0 => Verdict::Gaps,
        () => Verdict::Clean,
    })
}

/// The types asked for, or all that the lists hold. Types that no list holds may be asked for beside others, for the
/// record; but a scan that could not match anything is a mistake.
fn types_to_compute(asked: &[HashType], listed: &[HashType]) -> Result<Vec<HashType>, Error> {
    if asked.is_empty() {
        return Ok(listed.to_vec());
    }
    if asked.iter().any(|t| listed.contains(t)) {
        return Ok(asked.to_vec());
    }
    let names = |types: &[HashType]| {
        types
            .iter()
            .map(|t| t.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    Err(Error::Argument(format!(
        "no list holds hashes of type {}; the lists hold: {}",
        names(asked),
        names(listed)
    )))
}

fn hasher(types: Vec<HashType>, args: &MediaArgs) -> Hasher {
    let limits = Limits {
        file_bytes: args.max_file_bytes,
        pixels: args.max_pixels,
        decoded_bytes: args.max_decoded_bytes,
        frames: args.max_frames,
        ..Limits::default()
    };
    Hasher::new(types)
        .with_limits(limits)
        .with_views(args.views.into())
}

/// Runs the scan, prints every finding as it comes, and the summary.
fn run(
    job: Job,
    scan: Scan,
    paths: &[PathBuf],
    media: &MediaArgs,
    output: &OutputArgs,
    context: &Context<'_>,
) -> Result<Summary, Stopped> {
    let started = Instant::now();
    let mut scan = scan.with_stop(stop_on_signal());
    if let Some(jobs) = media.jobs {
        scan = scan.with_jobs(jobs);
    }
    let printer = Printer {
        format: output.format,
        prose: context.prose,
    };
    let mut out = Output::open(output.output.as_deref())?;
    out.write(&printer.head(job))?;
    let mut progress = Progress::new(paths, context);
    let mut stopped = None;
    let summary = scan.run(paths, |finding| {
        let text = printer.finding(job, &finding);
        match progress.step(&finding, context, || out.write(&text)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(reason) => {
                stopped = Some(reason);
                ControlFlow::Break(())
            }
        }
    });
    drop(progress);
    if let Some(reason) = stopped {
        return Err(reason);
    }
    let summary = summary?;
    out.write(&printer.tail(job, &summary))?;
    out.finish()?;
    context.tell(&printer.farewell(job, &summary, started.elapsed()));
    Ok(summary)
}

/// A flag that is set when the user interrupts: files that were begun are finished, and what was found is kept. A
/// second interruption ends the process at once.
fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first interruption finds the flag not yet set. Without a handler an interruption ends the
        // process, which leaves an output file as it was: nothing depends on its being there.
        let _ = flag::register_conditional_shutdown(signal, FAILED.into(), stop.clone());
        let _ = flag::register(signal, stop.clone());
    }
    stop
}
