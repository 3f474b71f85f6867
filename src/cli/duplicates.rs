//! `basma duplicates`: files in, groups of copies out.

use std::sync::Arc;
use std::time::Instant;

use basma::escape;
use basma::hasher::Sampling;
use basma::matcher::{Matcher, Policy};
use basma::media::Meter;
use basma::report::{self, DuplicatesSummary};
use basma::scan::{CommonPart, Duplicate, Finding, Group, Scan, Summary};

use super::args::{DuplicatesArgs, Format};
use super::config::{configured, hasher};
use super::context::{Context, Gaps, Verdict, tell_bare};
use super::lists;
use super::output::{Output, Stopped};
use super::pictures::Pictures;
use super::print::{Table, may_hold_media, view};
use super::progress::Progress;
use super::prose::{Prose, Value};
use super::stdin::Files;
use super::style::{Style, Tone};

pub(super) fn run(args: &DuplicatesArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let started = Instant::now();
    lists::keep_apart(args.output.output.as_deref(), &[], &args.files.paths)?;
    let table = Table::new(&args.output)?;
    let hasher = hasher(
        Pictures::TYPES.to_vec(),
        &args.media,
        args.views.views,
        Sampling::Distinct,
    )?;
    let meter = Arc::new(Meter::default());
    let scan = Scan::new(Matcher::new([])).with_hasher(hasher);
    let files = Files::new(&args.files)?;
    let scan = files.within(configured(scan, &args.files, &args.media)?);
    let scan = scan.with_meter(meter.clone());
    let radii = args.radius.iter();
    let policy = radii.fold(Policy::default(), |policy, radius| {
        policy.with_radius(radius.hash_type, radius.bits)
    });
    let paths = match &args.files.paths_from {
        Some(file) => {
            super::files::named_in(file, args.files.null)?.collect::<basma::Result<Vec<_>>>()?
        }
        None => args.files.paths.clone(),
    };
    let roots = if args.files.paths_from.is_some() {
        &paths
    } else {
        &files.roots
    };
    let progress = Progress::of_hashing(roots, meter, context);
    let mut gaps = Gaps::new(context);
    let gap = |finding: &Finding| {
        if finding.status.is_gap() && may_hold_media(finding) {
            progress.aside(|| gaps.add(finding));
        }
    };
    let found = scan.duplicates(paths, policy, gap);
    drop(progress);
    let (groups, summary) = found?;
    gaps.finish();
    let mut out = Output::open(args.output.output.as_deref())?;
    match args.output.format {
        Format::Text => {
            let prose = context.output_prose(args.output.output.as_deref());
            let style = context.output_style(args.output.output.as_deref());
            for group in &groups {
                out.write(&text(&prose, style, group))?;
            }
        }
        Format::Jsonl => {
            for group in &groups {
                out.write(&report::line(&report::Group::from(group)))?;
            }
            out.write(&report::line(&DuplicatesSummary::new(&groups, &summary)))?;
        }
        Format::Csv => {
            out.write(&table.duplicates_head())?;
            for (number, group) in (1..).zip(&groups) {
                out.write(&table.duplicates(number, group))?;
            }
        }
    }
    if summary.interrupted {
        context.interrupt(out, false)?;
    } else {
        out.finish()?;
    }
    tell(&groups, &summary, started, context);
    Ok(match () {
        () if summary.interrupted => Verdict::Interrupted,
        () if !groups.is_empty() => Verdict::Matched,
        () if summary.gaps() > 0 || summary.is_bare() => Verdict::Gaps,
        () => Verdict::Done,
    })
}

/// The first file, and beneath it its copies.
fn text(prose: &Prose, style: Style, group: &Group) -> String {
    let path = |file: &Duplicate| {
        let path = escape::path(&file.path);
        style.link(&file.path, &prose.value(&path))
    };
    let mut text = path(&group.first) + "\n";
    for copy in &group.copies {
        let how = match (&copy.near, &copy.same_as) {
            (_, Some(other)) => {
                let other = [("path", escape::path(other).into())];
                style.paint(Tone::Match, &prose.say("duplicate-same-as", other))
            }
            (None, None) => style.paint(Tone::Match, &prose.word("duplicate-same")),
            (Some(near), None) => {
                let values = [
                    ("distance", near.distance.into()),
                    ("radius", near.radius.into()),
                ];
                let near_by = prose.say("line-near", values);
                let common = near.common.map(|common| common_part(prose, common));
                near_by + &view(prose, near.view) + &common.unwrap_or_default()
            }
        };
        let values = [("path", Value::said(path(copy))), ("how", Value::said(how))];
        text += &format!("    {}\n", prose.say("duplicate", values));
    }
    text
}

/// What a clip has in common with the first: its own times, then those of the first.
fn common_part(prose: &Prose, common: CommonPart) -> String {
    let span = |(from, to)| {
        let span = [("from", prose.place(from)), ("to", prose.place(to))];
        Value::said(prose.say("line-span", span))
    };
    let spans = [
        ("here", span(common.copy_ms)),
        ("there", span(common.first_ms)),
    ];
    prose.say("line-segment", spans)
}

fn tell(groups: &[Group], summary: &Summary, started: Instant, context: &Context<'_>) {
    tell_bare(summary, context);
    if summary.interrupted {
        context.complain("warning", &context.prose.word("summary-interrupted"));
    }
    let copies = || groups.iter().flat_map(|group| &group.copies);
    let is_near = |copy: &&Duplicate| copy.near.is_some() && copy.same_as.is_none();
    let near = copies().filter(is_near).count();
    let seconds = started.elapsed().as_secs_f64();
    let values = [
        ("discovered", summary.discovered.into()),
        (
            "seconds",
            context.prose.language().decimal(seconds, 1).into(),
        ),
        ("groups", groups.len().into()),
        ("same", (copies().count() - near).into()),
        ("near", near.into()),
    ];
    context.tell(&context.prose.say("duplicates-summary", values));
    if summary.gaps() > 0 {
        let values = [("count", summary.gaps().into())];
        context.tell(&context.prose.say("duplicates-gaps", values));
    }
}
