//! `basma hash` in a format of lists that other programs read.

use std::ops::ControlFlow;
use std::sync::Arc;

use basma::hash::HashType;
use basma::hasher::Sampling;
use basma::list::{Change, Media};
use basma::matcher::Matcher;
use basma::media::Meter;
use basma::scan::{Finding, Scan};

use super::args::{FailOn, HashArgs, ListFormat};
use super::config::{configured, hasher};
use super::context::{tell_bare, verdict, warn};
use super::convert::ListWriter;
use super::files::named_in;
use super::output::{Output, Stopped};
use super::progress::Progress;
use super::stdin::Files;
use super::{Context, Verdict};

/// The types that a format holds.
pub(super) fn types_of(format: ListFormat) -> Vec<HashType> {
    match format {
        ListFormat::Jsonl | ListFormat::Csv | ListFormat::Text => {
            vec![HashType::Pdq, HashType::Sha256]
        }
        ListFormat::Typed | ListFormat::TxCsv => vec![HashType::Pdq, HashType::Md5],
        ListFormat::PhotoHasher | ListFormat::Vpdq(_) => vec![HashType::Pdq],
        ListFormat::Md5sum => vec![HashType::Md5],
        ListFormat::Sha1sum => vec![HashType::Sha1],
        ListFormat::Sha256sum => vec![HashType::Sha256],
        ListFormat::Hashdeep => vec![HashType::Md5, HashType::Sha256],
        ListFormat::Document(_) => vec![HashType::Md5, HashType::Sha1],
    }
}

/// Whether a format names files, which other programs look for.
fn is_of_files(format: ListFormat) -> bool {
    matches!(
        format,
        ListFormat::Md5sum | ListFormat::Sha1sum | ListFormat::Sha256sum | ListFormat::Hashdeep
    )
}

pub(super) fn run(
    args: &HashArgs,
    format: ListFormat,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    let sampling = args.media.frames.unwrap_or(Sampling::Distinct);
    let types = match args.types.as_slice() {
        [] => types_of(format),
        asked => asked.to_vec(),
    };
    let meter = Arc::new(Meter::default());
    let hasher =
        hasher(types, &args.media, args.views.views, sampling)?.with_details(args.for_list);
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    let files = Files::new(&args.files)?;
    let scan = files.within(configured(scan, &args.files, &args.media)?);
    let scan = scan.with_meter(meter.clone());
    let mut out = Output::open(args.output.output.as_deref())?;
    let mut writer = ListWriter::new(format);
    out.write(&writer.head())?;
    let mut progress = Progress::of_hashing(&files.roots, meter, context);
    let mut stopped = None;
    let mut has_findings = false;
    let each = |finding: Finding| {
        has_findings = true;
        if finding.reason.is_some() {
            warn(&finding, context);
        }
        let text = written(&finding, format, args, sampling, &mut writer);
        match progress.step(&finding, &text, context, &mut out) {
            Ok(()) => ControlFlow::Continue(()),
            Err(reason) => {
                stopped = Some(reason);
                ControlFlow::Break(())
            }
        }
    };
    let summary = match &args.files.paths_from {
        Some(file) => scan.run_listed(named_in(file, args.files.null)?, each),
        None => scan.run(&args.files.paths, each),
    };
    drop(progress);
    if let Some(reason) = stopped {
        return Err(reason);
    }
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => {
            if has_findings {
                context.interrupt(out, false)?;
            }
            return Err(error.into());
        }
    };
    out.write(&writer.finish())?;
    tell_bare(&summary, context);
    if summary.interrupted {
        context.interrupt(out, false)?;
        return Ok(Verdict::Interrupted);
    }
    out.finish()?;
    writer.losses.tell_left_out(format.name(), context);
    Ok(verdict(&summary, &[FailOn::Gaps]))
}

/// The lines of a file.
fn written(
    finding: &Finding,
    format: ListFormat,
    args: &HashArgs,
    sampling: Sampling,
    writer: &mut ListWriter,
) -> Vec<u8> {
    let mime = finding.mime.as_deref().unwrap_or_default();
    let is_clip = mime.starts_with("video/");
    // Digests that nobody asked for are made for clips alone.
    let has_digests = is_clip || !args.types.is_empty() || format != ListFormat::Typed;
    let size = finding
        .bytes
        .map(|bytes| ("size".to_owned(), bytes.to_string()));
    let mut text = Vec::new();
    for mut entry in finding.entries(sampling) {
        let is_digest = !entry.hash.hash_type().is_perceptual();
        if is_digest && !has_digests {
            continue;
        }
        if finding.is_member && is_of_files(format) {
            writer.leave_out_member();
            continue;
        }
        if is_digest && is_clip {
            entry.media = Some(Media::Video);
        }
        entry.meta.extend(size.clone());
        text.extend(writer.write("", Change::Add(entry)));
    }
    text
}
