//! `basma case decide`.

use basma::Result;
use basma::error::CaseProblem;
use basma::evidence::record::{Choice, Decision};
use basma::evidence::{Body, Standing};

use super::effect::{Subject, finding};
use super::{failed, open, shown, tell_added};
use crate::cli::args::case::DecideArgs;
use crate::cli::output::Stopped;
use crate::cli::{Context, Verdict};

pub(super) fn run(args: &DecideArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let refused = |problem| Stopped::from(failed(&args.case, problem));
    if args.grounds.why.trim().is_empty() {
        return Err(refused(CaseProblem::WithoutReason));
    }
    let mut case = open(&args.case, &args.grounds.signer)?;
    let reader = case.reader()?;
    let (of, details) = finding(&reader, args.finding)?;
    let decided = reader.decided()?.remove(&args.finding).unwrap_or_default();
    let same_person = || CaseProblem::SamePerson {
        person: shown(&case.by().id),
    };
    let is_final = matches!(args.choice, Choice::Confirm | Choice::Reject);
    let mut in_force = !(is_final && case.opened().policy.two_persons);
    let mut seconds = None;
    match decided.standing() {
        Standing::Confirmed | Standing::Rejected | Standing::Appealed => {
            let last = decided.in_force().map_or(args.finding, |made| made.number);
            return Err(refused(CaseProblem::DecidedAlready { number: last }));
        }
        Standing::Escalated => {
            let last = decided.decisions.last();
            if last.is_some_and(|last| last.by.id == case.by().id) {
                return Err(refused(same_person()));
            }
        }
        Standing::Proposed => {
            let proposal = decided.proposal().expect("it is proposed");
            if proposal.by.id == case.by().id {
                return Err(refused(same_person()));
            }
            // Another opinion is a proposal of its own, which waits for a second person in turn.
            if proposal.body.decision == args.choice {
                seconds = Some(proposal.number);
                in_force = true;
            }
        }
        _ => {}
    }
    let subject = Subject {
        path: &args.case,
        case: &case,
        number: args.finding,
        finding: &of,
        details,
        grounds: &args.grounds,
    };
    let effects = match (args.choice, in_force) {
        (Choice::Reject, true) => subject.reject()?,
        (Choice::Confirm, true) => subject.confirm()?,
        // What could not be carried out is not proposed either.
        (Choice::Reject, false) => {
            subject.check_rejection()?;
            Vec::new()
        }
        _ => Vec::new(),
    };
    let decision = Decision {
        finding: args.finding,
        decision: args.choice,
        why: args.grounds.why.clone(),
        seen: args.grounds.seen,
        seconds,
        in_force,
        effects,
    };
    let number = case.add(Body::Decision(decision))?;
    case.sync()?;
    tell_added(&case, number, context);
    if !in_force {
        context.tell(&context.prose.word("case-second-person"));
    }
    Ok(Verdict::Done)
}
