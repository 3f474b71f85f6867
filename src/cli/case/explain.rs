//! `basma explain`: all that a finding rests on, on one screen.

use std::ops::ControlFlow;

use basma::Result;
use basma::error::CaseProblem;
use basma::evidence::record::{Calibration, Choice, Effect, Finding, List, Match, Seen};
use basma::evidence::{Body, CaseReader, Decided, Person};
use basma::report::MatchCalibration;

use super::show::{near, standing_word};
use super::{effect, failed, shown};
use crate::cli::args::case::ExplainArgs;
use crate::cli::output::{Output, Stopped};
use crate::cli::prose::{Prose, Value};
use crate::cli::{Context, Verdict, rights};

/// The most matches that are shown: one screen.
const MATCHES_MAX: usize = 5;

pub(in crate::cli) fn run(args: &ExplainArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let case = CaseReader::open(&args.case)?;
    let (finding, details) = effect::finding(&case, args.finding)?;
    let (opened, id) = case.opened()?;
    let decided = case.decided()?.remove(&args.finding).unwrap_or_default();
    let (lists, calibrations) = sources(&case, &finding)?;
    let prose = context.output_prose(None);
    let mut lines = vec![prose.say(
        "explain-head",
        [
            ("number", args.finding.to_string().into()),
            ("case", shown(&id).into()),
            (
                "standing",
                Value::said(standing_word(&prose, decided.standing())),
            ),
        ],
    )];
    let value = |name: &str| details.iter().find(|detail| detail.name == name);
    let absent = prose.word(if opened.policy.sealed_paths {
        "explain-sealed"
    } else {
        "explain-erased"
    });
    let path = value("path").map_or(Value::said(absent), |detail| detail.value.as_str().into());
    lines.push(prose.say("explain-path", [("path", path)]));
    lines.push(file(
        &prose,
        &finding,
        value("file/sha256").map(|d| d.value.as_str()),
    ));
    for m in finding.matches.iter().take(MATCHES_MAX) {
        lines.extend(matched(&prose, (m, &finding), &lists, &calibrations));
    }
    let more = finding.matches.len().saturating_sub(MATCHES_MAX) as u64 + finding.more;
    if more > 0 {
        lines.push(prose.say("explain-more", [("count", more.into())]));
    }
    let policy = if opened.policy.two_persons {
        "explain-two-persons"
    } else {
        "explain-one-person"
    };
    let beyond = match opened.policy.beyond_appeal.as_slice() {
        [] => "-".to_owned(),
        lists => shown(&lists.join(", ")),
    };
    lines.push(prose.say(policy, [("beyond", beyond.into())]));
    lines.extend(history(&prose, &decided));
    let mut out = Output::open(None)?;
    out.write(&(lines.join("\n") + "\n"))?;
    out.finish()?;
    Ok(Verdict::Done)
}

/// The lists of the scan, and what is calibrated.
fn sources(case: &CaseReader, finding: &Finding) -> Result<(Vec<List>, Vec<Calibration>)> {
    let (mut lists, mut calibrations) = (Vec::new(), Vec::new());
    let kinds = ["list", "calibration"];
    case.each(&kinds, |record, _| {
        match record.body {
            Body::List(list) if list.scan == finding.scan => lists.push(*list),
            Body::Calibration(calibration) => calibrations.push(*calibration),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if lists.is_empty() && !finding.matches.is_empty() {
        let number = finding.scan;
        let kind = "scan".to_owned();
        return Err(failed(case.path(), CaseProblem::NotThere { number, kind }));
    }
    Ok((lists, calibrations))
}

fn file(prose: &Prose, finding: &Finding, sha256: Option<&str>) -> String {
    let file = &finding.file;
    let size = match (file.width, file.height) {
        (Some(width), Some(height)) => format!("{width} x {height}"),
        _ => "-".to_owned(),
    };
    let bytes = file.bytes.map_or("-".into(), |bytes| prose.bytes(bytes));
    let values = [
        ("media", shown(file.media.as_deref().unwrap_or("-")).into()),
        ("bytes", bytes),
        ("size", size.into()),
        ("sha256", sha256.unwrap_or("-").into()),
    ];
    prose.say("explain-file", values)
}

fn matched(
    prose: &Prose,
    (m, finding): (&Match, &Finding),
    lists: &[List],
    calibrations: &[Calibration],
) -> Vec<String> {
    let text = |text: Option<&str>| Value::from(shown(text.unwrap_or("-")));
    let number =
        |number: Option<u64>| Value::from(number.map_or("-".to_owned(), |n| n.to_string()));
    let values = [
        ("match", Value::said(near(prose, m))),
        ("tier", text(m.tier.as_deref())),
        ("quality", number(m.quality.map(u64::from))),
        ("view", text(m.view.as_deref())),
        (
            "standing",
            text(Some(m.standing.as_deref().unwrap_or("matched"))),
        ),
    ];
    let mut lines = vec![prose.say("explain-match", values)];
    let list = lists.iter().find(|list| list.list == m.list);
    let generation = m.generation.or(list.and_then(|list| list.generation));
    let values = [
        ("generation", number(generation)),
        ("sha256", text(list.and_then(|list| list.sha256.as_deref()))),
        ("as_of", text(list.and_then(|list| list.as_of.as_deref()))),
        (
            "purpose",
            text(list.and_then(|list| list.purpose.as_deref())),
        ),
    ];
    lines.push(prose.say("explain-list", values));
    let confirmed = (!m.confirmed_by.is_empty()).then(|| m.confirmed_by.join(", "));
    lines.push(match confirmed {
        Some(by) => prose.say("explain-confirmed", [("by", shown(&by).into())]),
        None => prose.word("explain-unconfirmed"),
    });
    let mut calibrations = calibrations.iter().rev();
    let measured = calibrations.find(|c| c.is_of(&m.list, finding.scan));
    let quoted = measured.map(|measured| {
        let (stratum, tier) = (finding.stratum.as_deref(), m.tier.as_deref());
        MatchCalibration::of(&measured.strata, stratum, tier)
    });
    let counted = rights::of_match(prose, quoted.as_ref());
    let population = measured.and_then(|measured| measured.statement.get("population"));
    let values = [
        ("counted", Value::said(counted)),
        ("population", text(population.map(String::as_str))),
        (
            "made",
            text(measured.map(|measured| measured.made.as_str())),
        ),
    ];
    lines.push(match measured {
        None => prose.say("explain-uncalibrated", values),
        Some(_) => prose.say("explain-calibrated", values),
    });
    lines
}

/// The decisions, appeals and their outcomes, in the order of their records.
fn history(prose: &Prose, decided: &Decided) -> Vec<String> {
    let who = |by: &Person| shown(&format!("{} ({})", by.id, by.role));
    let mut lines = Vec::new();
    for made in &decided.decisions {
        let decision = prose.word(match made.body.decision {
            Choice::Confirm => "case-standing-confirmed",
            Choice::Reject => "case-standing-rejected",
            Choice::Escalate => "case-standing-escalated",
            Choice::Undecided => "case-standing-undecided",
        });
        let values = [
            ("number", made.number.to_string().into()),
            ("time", shown(&made.time).into()),
            ("by", who(&made.by).into()),
            ("decision", Value::said(decision)),
            ("seen", Value::said(seen(prose, made.body.seen))),
            ("why", shown(&made.body.why).into()),
        ];
        lines.push((made.number, prose.say("explain-decision", values)));
        lines.extend(effects(prose, made.number, &made.body.effects));
    }
    for made in &decided.appeals {
        let values = [
            ("number", made.number.to_string().into()),
            ("time", shown(&made.body.received).into()),
            ("why", shown(&made.body.why).into()),
        ];
        lines.push((made.number, prose.say("explain-appeal", values)));
        let still = made.body.still_matches.map(|still| {
            if still {
                "explain-still-matches"
            } else {
                "explain-matches-no-more"
            }
        });
        lines.extend(still.map(|id| (made.number, prose.word(id))));
    }
    for made in &decided.outcomes {
        let id = if made.body.overturned {
            "explain-overturned"
        } else {
            "explain-upheld"
        };
        let values = [
            ("number", made.number.to_string().into()),
            ("time", shown(&made.time).into()),
            ("by", who(&made.by).into()),
            ("why", shown(&made.body.why).into()),
        ];
        lines.push((made.number, prose.say(id, values)));
        lines.extend(effects(prose, made.number, &made.body.effects));
    }
    lines.sort_by_key(|(number, _)| *number);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn seen(prose: &Prose, seen: Seen) -> String {
    prose.word(match seen {
        Seen::Facts => "explain-seen-facts",
        Seen::Reduced => "explain-seen-reduced",
        Seen::Viewed => "explain-seen-viewed",
    })
}

fn effects(prose: &Prose, number: u64, effects: &[Effect]) -> Vec<(u64, String)> {
    let line = |effect: &Effect| {
        let values = [
            ("act", shown(&effect.act).into()),
            ("list", shown(&effect.list).into()),
            ("entry", shown(&effect.entry).into()),
            (
                "until",
                shown(effect.expires.as_deref().unwrap_or("-")).into(),
            ),
        ];
        (number, prose.say("explain-effect", values))
    };
    effects.iter().map(line).collect()
}
