//! `basma scan` and `basma hash`: files in, findings out.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use basma::error::Problem;
use basma::hash::HashType;
use basma::hasher::{Sampling, Views};
use basma::matcher::Matcher;
use basma::media::Meter;
use basma::report::{self, Conditions, Refusal};
use basma::scan::{Finding, Scan, Status, Summary};
use basma::{Error, escape};

use super::args::{
    CompareArgs, FailOn, FilesArgs, Format, HashArgs, HashFormat, ListFormat, MediaArgs,
    OutputArgs, ScanArgs, SearchArgs, ShowArgs,
};
use super::config::{configured, hasher};
use super::context::{Context, Gaps, Verdict, tell_bare, verdict, warn};
use super::export_matches::Exporter;
use super::files::named_in;
use super::output::{Output, Stopped};
use super::pictures::Pictures;
use super::print::{Job, Printer, Searched, farewell};
use super::progress::Progress;
use super::prose::Value;
use super::stdin::{self, Files};
use super::{case, conditions, hashed, lists, logs, rights, script, vpdq};

pub(super) fn scan(args: &ScanArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    if args.script {
        return script::run(args, context);
    }
    let limit = args.flood.limit();
    search(&args.files, &args.lists, &args.search, limit, context)
}

/// What a scan does with a list of the reference.
///
/// # Errors
/// As a scan; and where the reference lies among the files, which would match themselves.
pub(super) fn compare(args: &CompareArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let reference = args.reference.canonicalize();
    for path in &args.files.paths {
        if let (Ok(reference), Ok(searched)) = (&reference, path.canonicalize())
            && (reference.starts_with(&searched) || searched.starts_with(reference))
        {
            let reference = escape::path(&args.reference).into_owned();
            let path = escape::path(path).into_owned();
            return Err(Error::from(Problem::ComparedWithItself { reference, path }).into());
        }
    }
    let lists = std::slice::from_ref(&args.reference);
    let searched = search(&args.files, lists, &args.search, None, context);
    searched.map_err(|stopped| match stopped {
        Stopped::Failed(Error::Argument(Problem::ListFolderEmpty { path })) => {
            Error::from(Problem::ReferenceEmpty { path }).into()
        }
        stopped => stopped,
    })
}

fn search(
    files: &FilesArgs,
    lists: &[PathBuf],
    args: &SearchArgs,
    flood_limit: Option<u32>,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    if args.fail_on.contains(&FailOn::Nothing) && args.fail_on.len() > 1 {
        return Err(Error::from(Problem::FailOnNothingAlone).into());
    }
    let paths = lists.iter().chain(&files.paths_from).chain(&files.paths);
    stdin::keep_once(paths.map(AsRef::as_ref))?;
    stdin::keep_unrecorded(files, &args.logs)?;
    // A list that names no types holds the one that is asked for, where that is a single one.
    let hash_type = (args.types.len() == 1).then(|| args.types[0]);
    lists::keep_apart(args.output.output.as_deref(), lists, &files.paths)?;
    lists::keep_apart(args.import.rejects.as_deref(), lists, &files.paths)?;
    logs::keep_apart(files, lists, args)?;
    lists::keep_apart(args.record.case.as_deref(), lists, &files.paths)?;
    let types = match args.types.as_slice() {
        [] => Pictures::TYPES.to_vec(),
        asked => asked.to_vec(),
    };
    let min_quality = args.matching.min_quality;
    let pictures = Pictures::new(types, &args.media, min_quality, context);
    let wanted = args.matching.uses.wanted();
    let opened = lists::open(
        lists,
        &args.import,
        min_quality,
        hash_type,
        &wanted,
        &pictures,
        context,
    );
    let record = Some(&args.record);
    let opened = case::tell_refused(opened, &wanted, record, &args.output, context)?;
    let policy = lists::policy(&args.matching);
    let shared_store = args.import.shared_store;
    let conditions = conditions::of_lists(&opened, lists, &wanted, shared_store)?;
    let matcher = opened.into_matcher().with_policy(policy);
    let mut types = match args.types.as_slice() {
        [] => matcher.hash_types(),
        asked => asked.to_vec(),
    };
    // What is copied is told by its digest.
    if args.export_matches.is_some() && !types.contains(&HashType::Sha256) {
        types.push(HashType::Sha256);
    }
    // Of two copies one has to be sampled densely.
    let sampling = if matcher.has_sparse_clips()? {
        Sampling::Distinct
    } else {
        Sampling::Keyframes
    };
    let conditions = conditions.with_rules(&types, matcher.policy());
    let mut conditions =
        conditions::of_scan(conditions, files, &args.media, args.views.views, sampling);
    rights::add_calibration(&args.calibration, lists, shared_store, &mut conditions)?;
    // Errors are counted by the kind of picture.
    let is_judged = args.calibration.calibration.is_some();
    let hasher =
        hasher(types.clone(), &args.media, args.views.views, sampling)?.with_strata(is_judged);
    let wall = hasher.wall();
    let followed = matcher.clone();
    let scan = Scan::new(matcher).with_hasher(hasher);
    let scan = scan.with_flood_limit(flood_limit);
    let mut scan = configured(scan, files, &args.media)?;
    let logs = logs::open(args, &scan, context)?;
    for log in &logs {
        scan = scan.with_log(log.clone());
    }
    let exporter = args.export_matches.as_deref();
    let exporter = exporter.map(|folder| Exporter::new(folder, files, lists));
    let search = Search {
        exporter: exporter.transpose()?,
        recorded: case::begin(&args.record, &conditions, Some(wall))?,
        conditions,
        show: &args.show,
        media: &args.media,
        views: args.views.views,
        is_recorded: !logs.is_empty(),
        is_refused: &|| {
            let refused = lists::check_use(lists, &args.import, &wanted).err()?;
            let refusal = Refusal::of(&refused, &wanted);
            Some((refused, refusal))
        },
    };
    let summary = run(Job::Scan, scan, files, &args.output, Some(search), context)?;
    logs::tell_left_out(&logs, context);
    tell_stores(&followed, args.types.is_empty().then_some(&types), context);
    Ok(verdict(&summary, &args.fail_on))
}

pub(super) fn hash(args: &HashArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    if let Some(layout) = args.vpdq {
        return vpdq::hash(args, layout, context);
    }
    lists::keep_apart(args.output.output.as_deref(), &[], &args.files.paths)?;
    if args.for_list {
        return hashed::run(args, ListFormat::Jsonl, context);
    }
    let output = match args.output.format {
        HashFormat::List(format) => return hashed::run(args, format, context),
        HashFormat::Printed(format) => args.output.printed(format),
    };
    let types = match args.types.as_slice() {
        [] => Pictures::TYPES.to_vec(),
        asked => asked.to_vec(),
    };
    // What is hashed may become a list, against which few pictures of a copy will do.
    let sampling = args.media.frames.unwrap_or(Sampling::Distinct);
    let hasher = hasher(types, &args.media, args.views.views, sampling)?;
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    let scan = configured(scan, &args.files, &args.media)?;
    let summary = run(
        Job::Hash(sampling),
        scan,
        &args.files,
        &output,
        None,
        context,
    )?;
    Ok(verdict(&summary, &[FailOn::Gaps]))
}

/// Says what became of stores while they were read. It names a generation that cannot be opened, or that holds hashes of a type
/// not computed of files before.
fn tell_stores(matcher: &Matcher, computed: Option<&Vec<HashType>>, context: &Context<'_>) {
    let listed = matcher.hash_types();
    for store in matcher.stores() {
        let path = escape::path(&store.path).into_owned();
        if let Some(why) = store.error {
            let generation = store.generation.into();
            let values = [
                ("path", path.clone().into()),
                ("generation", generation),
                ("why", Value::said(context.prose.message(&why))),
            ];
            context.complain("warning", &context.prose.say("store-error", values));
        }
        let new = listed
            .iter()
            .filter(|t| computed.is_some_and(|computed| !computed.contains(t)));
        let new: Vec<&str> = new.map(|t| t.name()).collect();
        if !new.is_empty() {
            let values = [("path", path.into()), ("types", new.join(", ").into())];
            context.complain("warning", &context.prose.say("store-types", values));
        }
    }
}

/// What a job has that looks hashes up.
struct Search<'a> {
    conditions: Conditions,
    show: &'a ShowArgs,
    media: &'a MediaArgs,
    views: Views,
    /// The case that it is recorded in.
    recorded: Option<case::Recorded>,
    /// What copies the files that match.
    exporter: Option<Exporter>,
    /// Whether a log has what was found until an interruption.
    is_recorded: bool,
    /// Why the use of the lists is refused, if it is: what a list may be used for can change while it is read.
    is_refused: &'a dyn Fn() -> Option<(Error, Option<Refusal>)>,
}

/// Runs the scan, prints findings as they come or by cluster at the end, and the summary.
fn run(
    job: Job,
    scan: Scan,
    files: &FilesArgs,
    output: &OutputArgs,
    mut search: Option<Search<'_>>,
    context: &Context<'_>,
) -> Result<Summary, Stopped> {
    let started = Instant::now();
    let mut printer = Printer::new(output, context)?.naming(&files.paths);
    if let Some(search) = &search {
        printer = printer.showing(search.show).quoting(&search.conditions);
    }
    let is_recorded = search.as_ref().is_some_and(|search| search.is_recorded);
    let mut out = Output::open(output.output.as_deref())?;
    out.write(&printer.head(job))?;
    let meter = Arc::new(Meter::default());
    let named = Files::new(files)?;
    let scan = named.within(scan).with_meter(meter.clone());
    let mut progress = if job == Job::Scan {
        Progress::new(&named.roots, meter, context)
    } else {
        Progress::of_hashing(&named.roots, meter, context)
    };
    let mut stopped = None;
    let (mut has_findings, mut has_clips) = (false, false);
    let mut untold = Gaps::new(context);
    let is_silent = context.quiet && search.is_some() && output.format == Format::Text;
    let mut recorded = search.as_mut().and_then(|search| search.recorded.take());
    let mut exporter = search.as_mut().and_then(|search| search.exporter.take());
    let each = |finding: Finding| {
        has_findings = true;
        let kept = recorded.as_mut().map_or(Ok(()), |case| case.take(&finding));
        let copied = exporter.as_mut();
        let copied = copied.map_or(Ok(()), |exporter| exporter.take(&finding));
        let kept = kept.and(copied);
        if is_silent && is_lost(&finding, files) {
            untold.add(&finding);
        }
        has_clips |= finding.clip_ms.is_some();
        let text = printer.finding(job, &finding);
        // A list has no place for files without hashes, and none may be passed over in silence.
        let is_list = matches!(job, Job::Hash(_)) && output.format != Format::Jsonl;
        if is_list && finding.reason.is_some() {
            warn(&finding, context);
        }
        let printed = kept.and(text).map_err(Stopped::Failed);
        let printed = printed.and_then(|text| progress.step(&finding, &text, context, &mut out));
        match printed {
            Ok(()) => ControlFlow::Continue(()),
            Err(reason) => {
                stopped = Some(reason);
                ControlFlow::Break(())
            }
        }
    };
    let summary = match &files.paths_from {
        Some(file) => scan.run_listed(named_in(file, files.null)?, each),
        None => scan.run(&files.paths, each),
    };
    drop(progress);
    // The manifest says what was copied until then, whatever ended the scan.
    let exported = exporter.map_or(Ok(()), |exporter| exporter.finish(context));
    if let Some(reason) = stopped {
        return Err(reason);
    }
    exported?;
    // Also where the scan failed: what was found until then is not lost.
    printer.rest(|text| out.write(text))?;
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => {
            if has_findings {
                context.interrupt(out, is_recorded)?;
            }
            return Err(error.into());
        }
    };
    let refused = search.as_ref().and_then(|search| (search.is_refused)());
    if let Some((_, Some(refusal))) = &refused {
        if output.format == Format::Jsonl {
            out.write(&report::line(&report::Refused::new(refusal.clone())))?;
        }
        if let Some(case) = &mut recorded {
            case.refuse(refusal.clone())?;
        }
    }
    if let Some(case) = recorded {
        case.end(&summary, context)?;
    }
    let conditions = search.as_ref().map(|search| search.conditions.clone());
    out.write(&printer.tail(job, &summary, conditions))?;
    if summary.interrupted {
        context.interrupt(out, is_recorded)?
    } else {
        out.finish()?
    }
    if summary.interrupted && context.quiet {
        context.complain("warning", &context.prose.word("summary-interrupted"));
    }
    tell_bare(&summary, context);
    untold.finish();
    let searched = search.as_ref().map(|Search { media, views, .. }| Searched {
        views: *views,
        has_archives: !files.no_archives,
        has_keyframes: has_clips && media.frames.is_none_or(|f| f == Sampling::Keyframes),
    });
    let is_verbose = search.as_ref().is_some_and(|search| search.show.verbose);
    let time = started.elapsed();
    let mut text = farewell(context.prose, job, &summary, searched, time, is_verbose);
    let expired = search.as_ref();
    let expired =
        expired.and_then(|search| rights::expired_line(context.prose, &search.conditions));
    text.extend(expired.map(|line| line + "\n"));
    if let Some(search) = search.as_ref().filter(|_| summary.matched() > 0) {
        for line in rights::calibration_lines(context.prose, &search.conditions) {
            text += &(line + "\n");
        }
    }
    context.tell(&text);
    match refused {
        Some((error, _)) => Err(error.into()),
        None => Ok(summary),
    }
}

/// Whether what was asked for by its name could not be read at all, which no option silences.
fn is_lost(finding: &Finding, files: &FilesArgs) -> bool {
    let is_named = files.paths_from.is_some() || files.paths.contains(&finding.path);
    is_named && matches!(finding.status, Status::Unreadable | Status::Skipped)
}
