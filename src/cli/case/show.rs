//! `basma case show`: what is in a case, in the order of its records.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use basma::evidence::record::{Coverage, Finding, Match, Report};
use basma::evidence::{Body, CaseReader, Decided, Record, Standing};
use basma::{Error, Result};
use jiff::Timestamp;

use super::shown;
use crate::cli::args::case::ShowCaseArgs;
use crate::cli::args::store::StoreFormat;
use crate::cli::html::words;
use crate::cli::output::{Output, Stopped};
use crate::cli::prose::{Prose, Value};
use crate::cli::{Context, Verdict};

pub(super) fn run(args: &ShowCaseArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let case = CaseReader::open(&args.case)?;
    let prose = context.output_prose(None);
    let decided = case.decided()?;
    let mut out = Output::open(None)?;
    let mut stopped = None;
    let shown = case.each(&[], |record, line| {
        let text = match args.format {
            StoreFormat::Jsonl => Some(line.to_owned()),
            StoreFormat::Text => told(&prose, &record, &decided),
        };
        let Some(text) = text else {
            return Ok(ControlFlow::Continue(()));
        };
        out.write(&(text + "\n")).map_err(|reason| {
            stopped = Some(reason);
            Error::Cancelled
        })?;
        Ok(ControlFlow::Continue(()))
    });
    if let Some(reason) = stopped {
        return Err(reason);
    }
    shown?;
    out.finish()?;
    Ok(Verdict::Done)
}

/// The line of a record; none of one that says nothing of its own.
fn told(prose: &Prose, record: &Record, decided: &BTreeMap<u64, Decided>) -> Option<String> {
    let number = ("number", Value::from(record.number.to_string()));
    let by = ("by", shown(&record.by.id).into());
    let text = |text: &str| Value::from(shown(text));
    Some(match &record.body {
        Body::Opened(opened) => {
            let values = [
                number,
                by,
                ("title", text(&opened.title)),
                ("purpose", text(&opened.purpose)),
                ("basis", text(&opened.legal_basis)),
                ("case", text(&record.case)),
            ];
            prose.say("case-show-opened", values)
        }
        Body::Examiner(examiner) => {
            let values = [
                number,
                ("person", text(&examiner.person.id)),
                ("role", text(&examiner.person.role)),
            ];
            prose.say("case-show-examiner", values)
        }
        Body::Report(report) => told_report(prose, number, report),
        Body::Scan(scan) => {
            let values = [number, by, ("tool", text(&scan.tool))];
            prose.say("case-show-scan", values)
        }
        Body::Finding(finding) => {
            let standing = decided
                .get(&record.number)
                .map_or(Standing::Open, Decided::standing);
            told_finding(prose, number, finding, standing)
        }
        Body::Coverage(coverage) => told_coverage(prose, coverage),
        Body::Note(note) => prose.say("case-show-note", [number, by, ("text", text(&note.text))]),
        Body::Export(export) => {
            let paper = ("paper", text(&export.paper));
            match export
                .thumbnails
                .as_ref()
                .filter(|t| !t.findings.is_empty())
            {
                None => prose.say("case-show-export", [number, by, paper]),
                Some(thumbnails) => {
                    let style = ("style", text(&thumbnails.style));
                    let findings = ("findings", numbers(&thumbnails.findings).into());
                    let values = [number, by, paper, style, findings];
                    prose.say("case-show-export-pictures", values)
                }
            }
        }
        Body::Refused(refused) => {
            let why = Value::said(words::refusal(prose, &refused.refusal));
            prose.say("case-show-refused", [number, by, ("why", why)])
        }
        Body::Unsealed(unsealed) => {
            let values = [
                number,
                by,
                ("file", text(&unsealed.sealed.file)),
                ("why", text(&unsealed.why)),
            ];
            prose.say("case-show-unsealed", values)
        }
        Body::Timestamp(stamp) => {
            let values = [number, ("of", stamp.of.number.to_string().into())];
            prose.say("case-show-timestamp", values)
        }
        Body::Withdrawn(withdrawn) => {
            let values = [number, ("erased", withdrawn.erased.into())];
            prose.say("case-show-erased", values)
        }
        Body::Purged(purged) => {
            let values = [number, ("erased", purged.erased.into())];
            prose.say("case-show-erased", values)
        }
        Body::Recovered(recovered) => {
            let values = [number, ("file", text(&recovered.file))];
            prose.say("case-show-recovered", values)
        }
        Body::Clock(clock) => {
            prose.say("case-show-clock", [number, ("before", text(&clock.before))])
        }
        _ => return None,
    })
}

/// The largest number of numbers in one line.
const NUMBERS_MAX: usize = 20;

/// Numbers of records on one line.
fn numbers(numbers: &[u64]) -> String {
    let shown = numbers.iter().take(NUMBERS_MAX);
    let shown: Vec<String> = shown.map(u64::to_string).collect();
    let more = if numbers.len() > NUMBERS_MAX {
        " …"
    } else {
        ""
    };
    shown.join(", ") + more
}

fn told_report(prose: &Prose, number: (&str, Value), report: &Report) -> String {
    let sealed = report.identity.as_ref().map_or("-", |sealed| &sealed.file);
    let values = [
        number,
        ("from", shown(&report.reporter).into()),
        ("channel", shown(&report.channel).into()),
        ("sealed", shown(sealed).into()),
    ];
    let mut told = prose.say("case-show-report", values);
    let deadline = report
        .deadline
        .as_deref()
        .and_then(|time| time.parse::<Timestamp>().ok());
    if let Some(deadline) = deadline {
        let left = deadline.as_second() - Timestamp::now().as_second();
        let id = if left < 0 {
            "case-show-overdue"
        } else {
            "case-show-due"
        };
        let values = [
            ("deadline", prose.moment(deadline.as_second())),
            ("left", prose.lasting(left.unsigned_abs())),
        ];
        told += &prose.say(id, values);
    }
    told
}

fn told_finding(
    prose: &Prose,
    number: (&str, Value),
    finding: &Finding,
    standing: Standing,
) -> String {
    let values = [
        number,
        ("match", Value::said(best(prose, finding))),
        ("standing", Value::said(standing_word(prose, standing))),
    ];
    prose.say("case-show-finding", values)
}

/// The match that a finding is known by.
fn best(prose: &Prose, finding: &Finding) -> String {
    let matches = &finding.matches;
    let same = matches.iter().find(|m| is_same(m));
    same.or(matches.first())
        .map_or_else(String::new, |m| near(prose, m))
}

/// Whether a match is of the very bytes.
fn is_same(m: &Match) -> bool {
    m.distance == 0 && m.radius == 0
}

/// A match in a few words.
pub(super) fn near(prose: &Prose, m: &Match) -> String {
    let values = [
        ("list", shown(&m.list).into()),
        ("entry", shown(m.entry.as_deref().unwrap_or("-")).into()),
        ("algorithm", shown(&m.algorithm).into()),
        ("distance", u64::from(m.distance).into()),
        ("radius", u64::from(m.radius).into()),
    ];
    let id = if is_same(m) {
        "case-match-same"
    } else {
        "case-match"
    };
    prose.say(id, values)
}

fn told_coverage(prose: &Prose, coverage: &Coverage) -> String {
    let values = [
        ("scan", coverage.scan.to_string().into()),
        ("discovered", coverage.discovered.into()),
        ("findings", coverage.findings.into()),
        ("gaps", coverage.gaps.into()),
    ];
    let id = if coverage.interrupted {
        "case-show-coverage-interrupted"
    } else {
        "case-show-coverage"
    };
    prose.say(id, values)
}

/// How a finding stands, in words.
pub(super) fn standing_word(prose: &Prose, standing: Standing) -> String {
    prose.word(match standing {
        Standing::Proposed => "case-standing-proposed",
        Standing::Confirmed => "case-standing-confirmed",
        Standing::Rejected => "case-standing-rejected",
        Standing::Escalated => "case-standing-escalated",
        Standing::Undecided => "case-standing-undecided",
        Standing::Appealed => "case-standing-appealed",
        _ => "case-standing-open",
    })
}
