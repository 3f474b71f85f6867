//! `basma calibrate`: lawful files in, a signed file of how often lists match them out.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use basma::error::Problem;
use basma::evidence::calibration::{Calibration, Counter};
use basma::evidence::statement;
use basma::hash::HashType;
use basma::hasher::Sampling;
use basma::media::Meter;
use basma::scan::{ArchiveLimits, Finding, Scan};

use crate::cli::args::{CalibrateArgs, FilesArgs};
use crate::cli::config::{configured, hasher};
use crate::cli::context::{Gaps, tell_bare};
use crate::cli::output::{Output, Stopped};
use crate::cli::pictures::Pictures;
use crate::cli::progress::Progress;
use crate::cli::prose::{Prose, Value};
use crate::cli::{Context, Verdict, case, conditions, lists};

pub(in crate::cli) fn run(args: &CalibrateArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let mut signature = args.output.clone().into_os_string();
    signature.push(".minisig");
    let signature = PathBuf::from(signature);
    for output in [&args.output, &signature] {
        lists::keep_apart(Some(output), &args.lists, &args.corpus)?;
    }
    if !args.matching.tier.is_empty() {
        return Err(basma::Error::from(Problem::CalibrationOfTiers).into());
    }
    let key = case::signing_key(&args.signer)?;
    let min_quality = args.matching.min_quality;
    let types = Pictures::TYPES.to_vec();
    let pictures = Pictures::new(types, &args.media, min_quality, context);
    let wanted = args.matching.uses.wanted();
    let opened = lists::open(
        &args.lists,
        &args.import,
        min_quality,
        None,
        &wanted,
        &pictures,
        context,
    )?;
    let shared_store = args.import.shared_store;
    let made = conditions::of_lists(&opened, &args.lists, &wanted, shared_store)?;
    let policy = lists::policy(&args.matching);
    let matcher = opened.into_matcher().with_policy(policy);
    let listed = matcher.hash_types();
    let sampling = if matcher.has_sparse_clips()? {
        Sampling::Distinct
    } else {
        Sampling::Keyframes
    };
    let files = FilesArgs {
        paths: args.corpus.clone(),
        paths_from: None,
        null: false,
        no_archives: false,
        carve: None,
        max_archive_depth: ArchiveLimits::default().depth,
        max_ratio: ArchiveLimits::default().ratio,
        exclude: Vec::new(),
        shard: None,
    };
    let made = made.with_rules(&listed, matcher.policy());
    let mut made = conditions::of_scan(made, &files, &args.media, args.views.views, sampling);
    conditions::digest_stores(&args.lists, shared_store, &mut made)?;
    let types = listed.into_iter().chain([HashType::Sha256]).collect();
    let hasher = hasher(types, &args.media, args.views.views, sampling)?.with_strata(true);
    let meter = Arc::new(Meter::default());
    let scan = Scan::new(matcher).with_hasher(hasher);
    let scan = configured(scan, &files, &args.media)?.with_meter(meter.clone());
    let progress = Progress::new(&args.corpus, meter, context);
    let mut counter = Counter::new(&std::env::temp_dir());
    let mut gaps = Gaps::new(context);
    let mut failed = None;
    let summary = scan.run(&args.corpus, |finding: Finding| {
        if finding.status.is_gap() {
            progress.aside(|| gaps.add(&finding));
        }
        match counter.add(&finding) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    drop(progress);
    if let Some(error) = failed {
        return Err(error.into());
    }
    let summary = summary?;
    gaps.finish();
    tell_bare(&summary, context);
    if summary.interrupted {
        // A part of the files is another population.
        context.complain("warning", &context.prose.word("summary-interrupted"));
        return Ok(Verdict::Interrupted);
    }
    let now = jiff::Timestamp::now();
    let time = jiff::Timestamp::from_second(now.as_second()).unwrap_or(now);
    let calibration = Calibration::new(counter, &made, &args.population, time.to_string())?;
    let text = calibration.text(key.as_ref())?;
    let mut out = Output::open(Some(&args.output))?;
    out.write(&text)?;
    out.finish()?;
    if let Some(key) = &key
        && args.output != std::path::Path::new("-")
        && let Some(detached) = statement::minisign(&args.output, &text, key)?
    {
        let mut out = Output::open(Some(&signature))?;
        out.write(&detached)?;
        out.finish()?;
    }
    context.tell(&told(context.prose, &calibration));
    if key.is_none() {
        context.complain("warning", &context.prose.word("calibration-unsigned"));
    }
    Ok(if summary.gaps() > 0 {
        Verdict::Gaps
    } else {
        Verdict::Done
    })
}

/// The counts as lines: of each list, and of each stratum in which there are files.
fn told(prose: &Prose, calibration: &Calibration) -> String {
    let corpus = &calibration.corpus;
    let left: u64 = corpus.not_examined.values().sum();
    let values = [
        ("files", corpus.files.into()),
        ("repeated", corpus.repeated.into()),
        ("left", left.into()),
    ];
    let mut text = prose.say("calibration-corpus", values) + "\n";
    for list in &calibration.lists {
        text += &(prose.say("calibration-of", [("list", list.list.clone().into())]) + "\n");
        for row in &list.strata {
            let stratum = prose.word(&format!("stratum-{}", row.stratum));
            let values = [
                ("stratum", Value::said(stratum)),
                ("files", row.files.into()),
                ("matched", row.matched.count.into()),
                ("of", (1_000_000_000 / row.matched.high_ppb.max(1)).into()),
            ];
            text += &format!("  {}\n", prose.say("calibration-row", values));
        }
    }
    text
}
