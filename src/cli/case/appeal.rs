//! `basma appeal`: an appeal comes in, and another person decides it.

use std::path::PathBuf;

use basma::error::CaseProblem;
use basma::evidence::record::{Appeal, AppealDecided, Choice, Finding};
use basma::evidence::{Body, CaseWriter, Decided, Detail, Standing};
use basma::{Matcher, Result};

use super::effect::{Subject, finding, hashes};
use super::{failed, moment, open, shown, tell_added};
use crate::cli::args::case::AppealArgs;
use crate::cli::output::Stopped;
use crate::cli::{Context, Verdict};

pub(in crate::cli) fn run(args: &AppealArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    if args.grounds.why.trim().is_empty() {
        return Err(failed(&args.case, CaseProblem::WithoutReason).into());
    }
    let mut case = open(&args.case, &args.grounds.signer)?;
    let reader = case.reader()?;
    let (of, details) = finding(&reader, args.finding)?;
    let decided = reader.decided()?.remove(&args.finding).unwrap_or_default();
    let body = match &args.outcome {
        None => receive(args, &of, &details, &decided)?,
        Some(outcome) => decide(args, &case, of, details, &decided, outcome == "overturn")?,
    };
    let number = case.add(body)?;
    case.sync()?;
    tell_added(&case, number, context);
    Ok(Verdict::Done)
}

fn receive(args: &AppealArgs, of: &Finding, details: &[Detail], decided: &Decided) -> Result<Body> {
    let number = args.finding;
    if !matches!(decided.standing(), Standing::Confirmed | Standing::Rejected) {
        return Err(failed(&args.case, CaseProblem::NotDecided { number }));
    }
    let still_matches = if args.lists.is_empty() {
        None
    } else {
        Some(matches(&args.lists, of, details, args)?)
    };
    Ok(Body::Appeal(Appeal {
        finding: number,
        decision: decided.in_force().map(|made| made.number),
        why: args.grounds.why.clone(),
        received: moment(args.received).to_string(),
        identity: None,
        still_matches,
    }))
}

/// Whether the file matches these lists, by the hashes that the case has of it.
fn matches(lists: &[PathBuf], of: &Finding, details: &[Detail], args: &AppealArgs) -> Result<bool> {
    let hashes = hashes(of, details);
    if hashes.is_empty() {
        let number = args.finding;
        return Err(failed(&args.case, CaseProblem::WithoutDigest { number }));
    }
    let found = Matcher::open(lists)?.lookup_batch(&hashes)?;
    Ok(found.iter().any(|found| !found.matches.is_empty()))
}

fn decide(
    args: &AppealArgs,
    case: &CaseWriter,
    of: Finding,
    details: Vec<Detail>,
    decided: &Decided,
    overturned: bool,
) -> Result<Body> {
    let number = args.finding;
    let appeal = decided.open_appeal().ok_or_else(|| {
        let kind = "appeal".to_owned();
        failed(&args.case, CaseProblem::NotThere { number, kind })
    })?;
    if decided.has_decided(&case.by().id) {
        let person = shown(&case.by().id);
        return Err(failed(&args.case, CaseProblem::SamePerson { person }));
    }
    let subject = Subject {
        path: &args.case,
        case,
        number,
        finding: &of,
        details,
        grounds: &args.grounds,
    };
    let before = decided.in_force();
    let effects = match before.filter(|_| overturned) {
        None => Vec::new(),
        Some(made) if made.body.decision == Choice::Confirm => subject.reject()?,
        Some(made) => {
            let mut effects = subject.lift(&made.body.effects)?;
            effects.extend(subject.confirm()?);
            effects
        }
    };
    Ok(Body::AppealDecided(AppealDecided {
        appeal: appeal.number,
        finding: number,
        overturned,
        why: args.grounds.why.clone(),
        seen: args.grounds.seen,
        effects,
    }))
}
