//! `basma hash --vpdq`: clips in, their frames out as other programs read them. `basma lookup --vpdq`: these in, matches out.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use basma::error::{Action, Limit, Problem};
use basma::hash::HashType;
use basma::hasher::Sampling;
use basma::list::vpdq::{Frame, Layout, frames, prints, read, write};
use basma::matcher::Matcher;
use basma::scan::{Finding, Scan, Status};
use basma::{Error, escape};

use super::args::{FailOn, HashArgs, LookupArgs};
use super::config::{configured, hasher};
use super::context::{tell_bare, verdict, warn};
use super::files::named_in;
use super::output::{Output, Stopped};
use super::print::{Job, Printer};
use super::stdin::{self, Files};
use super::{Context, Verdict, lists};

/// How far apart frames are that nobody chose, as in the Python package of the reference.
const EVERY: Duration = Duration::from_secs(1);

pub(super) fn hash(
    args: &HashArgs,
    layout: Layout,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    lists::keep_apart(args.output.output.as_deref(), &[], &args.files.paths)?;
    let hasher = hasher(
        vec![HashType::Pdq],
        &args.media,
        args.views.views,
        Sampling::Vpdq(EVERY),
    )?;
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    let files = Files::new(&args.files)?;
    let scan = files.within(configured(scan, &args.files, &args.media)?);
    let mut out = Output::open(args.output.output.as_deref())?;
    let mut clips = 0_u64;
    let mut stopped = None;
    let each = |finding: Finding| {
        if finding.reason.is_some() {
            warn(&finding, context);
        }
        match written(&finding, layout, &mut clips) {
            Ok(text) => match out.write(&text) {
                Ok(()) => return ControlFlow::Continue(()),
                Err(reason) => stopped = Some(reason),
            },
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
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => {
            if clips > 0 {
                context.interrupt(out, false)?;
            }
            return Err(error.into());
        }
    };
    tell_bare(&summary, context);
    if summary.interrupted {
        context.interrupt(out, false)?;
        return Ok(Verdict::Interrupted);
    }
    if clips == 0 {
        return Err(Error::from(Problem::VpdqNothing).into());
    }
    out.finish()?;
    Ok(verdict(&summary, &[FailOn::Gaps]))
}

/// The text of each video track of a clip; nothing for a file that is no clip.
fn written(finding: &Finding, layout: Layout, clips: &mut u64) -> basma::Result<String> {
    let mut text = String::new();
    // Pictures have hashes too, and no decoder that is named.
    if finding.decoder.is_none() {
        return Ok(text);
    }
    let further = finding.tracks.iter().map(|track| &track.prints);
    for prints in std::iter::once(&finding.prints).chain(further) {
        let frames = frames(prints);
        if frames.is_empty() {
            continue;
        }
        *clips += 1;
        if *clips > 1 && layout != Layout::Json {
            let path = escape::path(&finding.path).into_owned();
            return Err(Problem::VpdqOneClip { path }.into());
        }
        text += &write(layout, &frames)?;
    }
    Ok(text)
}

/// The largest file of frames that is read: a day of every picture, in each layout.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Looks clips up by their frames, and shows what comes of it as a scan does.
pub(super) fn look_up(
    args: &LookupArgs,
    matcher: &Matcher,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    // None is looked up unless all can be read.
    let mut clips: Vec<(PathBuf, u64, Vec<Frame>)> = Vec::new();
    for path in &args.vpdq {
        let bytes = read_file(path)?;
        let videos = read(path, &bytes)?;
        let several = videos.len() > 1;
        for (video, number) in videos.into_iter().zip(1_u32..) {
            let mut name = path.clone().into_os_string();
            if several {
                name.push(format!("!/{number}"));
            }
            clips.push((name.into(), bytes.len() as u64, video.frames));
        }
    }
    let mut printer = Printer::new(&args.output, context)?;
    let mut out = Output::open(args.output.output.as_deref())?;
    out.write(&printer.head(Job::Scan))?;
    let (looked_up, mut matched) = (clips.len() as u64, 0_u64);
    for (path, bytes, frames) in clips {
        let mut finding = Finding::of_frames(path, prints(&frames), matcher)?;
        finding.bytes = Some(bytes);
        matched += u64::from(finding.status == Status::Matched);
        out.write(&printer.finding(Job::Scan, &finding)?)?;
    }
    printer.rest(|text| out.write(text))?;
    out.write(&printer.lookup_tail(looked_up, matched))?;
    out.finish()?;
    let counts = [("looked_up", looked_up.into()), ("matched", matched.into())];
    context.tell(&context.prose.say("summary-lookup", counts));
    Ok(match matched {
        0 if looked_up == 0 => {
            context.complain("warning", &context.prose.word("nothing-looked-up"));
            Verdict::Gaps
        }
        0 => Verdict::Done,
        _ => Verdict::Matched,
    })
}

fn read_file(path: &Path) -> basma::Result<Vec<u8>> {
    let failed = |source| Error::Io {
        action: Action::Read,
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let limit = if stdin::is_stdin(path) {
        io::stdin()
            .lock()
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
    } else {
        let file = File::open(path).map_err(failed)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    };
    limit.map_err(failed)?;
    match bytes.len() as u64 {
        found if found > FILE_BYTES_MAX => Err(Error::OverLimit {
            what: Limit::FileBytes,
            found,
            limit: FILE_BYTES_MAX,
        }),
        _ => Ok(bytes),
    }
}
