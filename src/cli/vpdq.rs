//! `basma hash --vpdq`: clips in, their frames out as other programs read them.

use std::ops::ControlFlow;
use std::time::Duration;

use basma::hash::HashType;
use basma::hasher::Sampling;
use basma::matcher::Matcher;
use basma::scan::{Finding, Scan};
use basma::vpdq::{Layout, frames, write};
use basma::{Error, escape};

use super::args::{FailOn, HashArgs};
use super::files::named_in;
use super::output::{Output, Stopped};
use super::scan::{configured, hasher, verdict, warn};
use super::{Context, Verdict, lists};

/// How far apart frames are that nobody chose, as in the Python package of the reference.
const EVERY: Duration = Duration::from_secs(1);

pub(super) fn hash(
    args: &HashArgs,
    layout: Layout,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    lists::keep_apart(args.output.output.as_deref(), &[], &args.files.paths)?;
    let hasher = hasher(vec![HashType::Pdq], &args.media, Sampling::Vpdq(EVERY))?;
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    let scan = configured(scan, &args.files, &args.media)?;
    let mut out = Output::open(args.output.output.as_deref())?;
    let mut clips = 0_u64;
    let mut stopped = None;
    let each = |finding: Finding| {
        if finding.reason.is_some() {
            warn(&finding, context);
        }
        match written(&finding, layout, &mut clips) {
            Ok(Some(text)) => match out.write(&text) {
                Ok(()) => return ControlFlow::Continue(()),
                Err(reason) => stopped = Some(reason),
            },
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => stopped = Some(error.into()),
        }
        ControlFlow::Break(())
    };
    let summary = match &args.files.paths_from {
        Some(file) => scan.run_listed(named_in(file, args.files.null)?, each),
        None => scan.run(&args.files.paths, each),
    };
    if let Some(reason) = stopped {
        return Err(reason);
    }
    let summary = summary?;
    if clips == 0 {
        let message = "no clip was hashed, and none of the layouts of vPDQ holds nothing";
        return Err(Error::Argument(message.to_owned()).into());
    }
    out.finish()?;
    Ok(verdict(&summary, &[FailOn::Gaps]))
}

/// The text of a clip; nothing for a file that is none.
fn written(finding: &Finding, layout: Layout, clips: &mut u64) -> basma::Result<Option<String>> {
    // Pictures have hashes too, and no decoder that is named.
    let frames = frames(&finding.prints);
    if frames.is_empty() || finding.decoder.is_none() {
        return Ok(None);
    }
    *clips += 1;
    if *clips > 1 && layout != Layout::Json {
        return Err(Error::Argument(format!(
            "{}: this layout holds one clip, and another was written; --vpdq json holds several",
            escape::path(&finding.path)
        )));
    }
    write(layout, &frames).map(Some)
}
