//! `basma case admit`, `receive`, `note` and `sign`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use basma::error::{Action, CaseProblem};
use basma::evidence::record::{Examiner, Note, Person, Report};
use basma::evidence::{Body, PublicKey};
use basma::{Error, Result};
use jiff::SignedDuration;

use super::{failed, moment, open, tell_added};
use crate::cli::args::case::{AdmitArgs, NoteArgs, ReceiveArgs, SignArgs};
use crate::cli::output::Stopped;
use crate::cli::{Context, Verdict};

pub(super) fn admit(args: &AdmitArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let public = PublicKey::read(&args.public)?;
    let mut case = open(&args.case, &args.signer)?;
    if case.has_key(&public)? {
        let key = public.id();
        return Err(failed(&args.case, CaseProblem::KeyTwice { key }).into());
    }
    let examiner = Examiner {
        person: Person {
            id: args.person.clone(),
            role: args.role.clone(),
        },
        key: public.to_string(),
        expires: args.until.map(|time| moment(Some(time)).to_string()),
    };
    let number = case.add(Body::Examiner(examiner))?;
    case.sync()?;
    tell_added(&case, number, context);
    Ok(Verdict::Done)
}

/// How long there is to answer a report of a victim or a trusted flagger.
const HOURS: u32 = 48;

pub(super) fn receive(args: &ReceiveArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let identity = args.identity.as_deref().map(read).transpose()?;
    let mut case = open(&args.case, &args.signer)?;
    let received = moment(args.received);
    let is_urgent = matches!(args.from.as_str(), "victim" | "trusted-flagger");
    let hours = args.hours.or(is_urgent.then_some(HOURS));
    let deadline = hours.map(|hours| received + SignedDuration::from_hours(hours.into()));
    let identity = match &identity {
        None => None,
        Some(text) => Some(case.seal("identity", text)?),
    };
    let report = Report {
        channel: args.channel.clone(),
        reporter: args.from.clone(),
        reference: args.reference.clone(),
        received: received.to_string(),
        deadline: deadline.map(|deadline| deadline.to_string()),
        identity,
    };
    let number = case.add(Body::Report(report))?;
    case.sync()?;
    tell_added(&case, number, context);
    if let Some(deadline) = deadline {
        let values = [("deadline", context.prose.moment(deadline.as_second()))];
        context.tell(&context.prose.say("case-deadline", values));
    }
    Ok(Verdict::Done)
}

/// The largest text of an identity.
const IDENTITY_BYTES_MAX: u64 = 1 << 20;

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin()
            .take(IDENTITY_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(IDENTITY_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    read.map_err(|source| Error::Io {
        action: Action::Read,
        path: path.to_owned(),
        source,
    })?;
    if bytes.len() as u64 > IDENTITY_BYTES_MAX {
        let (bytes, limit) = (bytes.len() as u64, IDENTITY_BYTES_MAX);
        return Err(failed(path, CaseProblem::TextTooLong { bytes, limit }));
    }
    Ok(bytes)
}

pub(super) fn note(args: &NoteArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let mut case = open(&args.case, &args.signer)?;
    if let Some(number) = args.about
        && case.reader()?.record(number)?.is_none()
    {
        let kind = "record".to_owned();
        return Err(failed(&args.case, CaseProblem::NotThere { number, kind }).into());
    }
    let note = Note {
        text: args.text.clone(),
        about: args.about,
    };
    let number = case.add(Body::Note(note))?;
    case.sync()?;
    tell_added(&case, number, context);
    Ok(Verdict::Done)
}

pub(super) fn sign(args: &SignArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let mut case = open(&args.case, &args.signer)?;
    if !case.sign()? {
        return Err(failed(&args.case, CaseProblem::AgentRefused).into());
    }
    let values = [
        ("number", case.head().number.to_string().into()),
        ("head", case.head().sha256.clone().into()),
    ];
    context.tell(&context.prose.say("case-signed", values));
    Ok(Verdict::Done)
}
