//! `basma scan --script`: one file, for programs that read nothing but an exit code.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use basma::error::Problem;
use basma::hasher::Sampling;
use basma::scan::{Finding, Scan};
use basma::{Error, escape};

use super::args::ScanArgs;
use super::args::store::folder;
use super::config::{configured, hasher};
use super::context::{Context, Verdict};
use super::lists;
use super::output::Stopped;
use super::pictures::Pictures;
use crate::verdict::{self, Judgement, Outcome, Policy, Unchecked};

/// Examines the file and writes nothing. A file that passes gives 0, and one that is refused 1. One that does not pass because
/// it was not checked gives 3.
///
/// # Errors
/// Those of a scan; and where there is not one file.
pub(super) fn run(args: &ScanArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let path = file(&args.files.paths)?;
    let quiet = Context {
        prose: context.prose,
        quiet: true,
        color: context.color,
    };
    let search = &args.search;
    let named = if args.lists.is_empty() {
        vec![folder(None)?]
    } else {
        args.lists.clone()
    };
    let min_quality = search.matching.min_quality;
    let types = Pictures::TYPES.to_vec();
    let pictures = Pictures::new(types, &search.media, min_quality, &quiet);
    let opened = lists::open(
        &named,
        &search.import,
        min_quality,
        None,
        &search.matching.uses.wanted(),
        &pictures,
        &quiet,
    )?;
    let matcher = opened.into_matcher();
    let matcher = matcher.with_policy(lists::policy(&search.matching));
    let types = matcher.hash_types();
    let hasher = hasher(
        types,
        &search.media,
        search.views.views,
        Sampling::Keyframes,
    )?;
    let policy = Policy::new(args.refuse, &matcher.terms());
    let scan = Scan::new(matcher).with_hasher(hasher);
    let scan = scan.with_flood_limit(args.flood.limit());
    let scan = configured(scan, &args.files, &search.media)?;
    let mut judgement = Judgement::default();
    let ran = scan.run([path], |finding: Finding| {
        judgement.add(&finding);
        ControlFlow::Continue(())
    });
    let verdict = match ran {
        Ok(summary) if summary.interrupted => return Ok(Verdict::Interrupted),
        Ok(_) => judgement.verdict(),
        Err(error) => match Unchecked::from(&error) {
            Unchecked::ListsEmpty => verdict::Verdict::NotChecked(Unchecked::ListsEmpty),
            _ => return Err(error.into()),
        },
    };
    Ok(match policy.outcome(&verdict) {
        Outcome::Passes => Verdict::Done,
        Outcome::Refused => Verdict::Matched,
        Outcome::Unchecked => Verdict::Gaps,
    })
}

/// The one file that is asked about.
fn file(paths: &[PathBuf]) -> Result<&Path, Error> {
    let [path] = paths else {
        return Err(Problem::ScriptOneFile.into());
    };
    if path.is_dir() {
        let path = escape::path(path).into_owned();
        return Err(Problem::NotRegularFile { path }.into());
    }
    Ok(path)
}
