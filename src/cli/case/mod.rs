//! `basma case`, `verify`, `explain` and `appeal`: from a report to a decision that others can check.

mod add;
mod appeal;
mod decide;
mod effect;
mod explain;
mod keys;
mod new;
mod recorded;
mod refused;
mod show;
mod stamp;
mod unseal;
mod verify;

use std::path::Path;

use basma::Result;
use basma::evidence::{CaseReader, CaseWriter};
use jiff::Timestamp;

use super::args::case::{CaseCommand, SignerArgs};
use super::output::Stopped;
use super::{Context, Verdict, papers};

pub(super) use appeal::run as appeal;
pub(super) use explain::run as explain;
pub(super) use recorded::{Recorded, begin};
pub(super) use refused::tell_refused;
pub(super) use verify::run as verify;

pub(super) fn run(command: &CaseCommand, context: &Context<'_>) -> Result<Verdict, Stopped> {
    match command {
        CaseCommand::New(args) => new::run(args, context),
        CaseCommand::Keygen(args) => keys::generate(args, context),
        CaseCommand::Admit(args) => add::admit(args, context),
        CaseCommand::Receive(args) => add::receive(args, context),
        CaseCommand::Note(args) => add::note(args, context),
        CaseCommand::Stamp(args) => stamp::run(args, context),
        CaseCommand::Show(args) => show::run(args, context),
        CaseCommand::Decide(args) => decide::run(args, context),
        CaseCommand::Verify(args) => verify::run(args, context),
        CaseCommand::Unseal(args) => unseal::run(args, context),
        CaseCommand::Sign(args) => add::sign(args, context),
        CaseCommand::Export(args) => {
            papers::export(args, open(&args.case, &args.signer)?, context)?;
            Ok(Verdict::Done)
        }
    }
}

/// Opens a case to add to it, as the person whose key it is.
pub(super) fn open(case: &Path, signer: &SignerArgs) -> Result<CaseWriter> {
    // Without a case there is nothing to sign, whatever the key.
    CaseReader::open(case)?;
    let key = keys::of(signer)?;
    let person = CaseWriter::person_of(case, &key)?;
    CaseWriter::open(case, key, person)
}

/// The key that signs, if one is named.
pub(super) fn signing_key(signer: &SignerArgs) -> Result<Option<basma::evidence::SigningKey>> {
    let is_named = signer.key.as_deref().is_some_and(|named| !named.is_empty());
    is_named.then(|| keys::of(signer)).transpose()
}

/// A time in seconds, or now, as records have it.
fn moment(seconds: Option<i64>) -> Timestamp {
    let now = Timestamp::now().as_second();
    let seconds = seconds.unwrap_or(now);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Says that a record was added.
fn tell_added(case: &CaseWriter, number: u64, context: &Context<'_>) {
    let values = [
        ("number", number.to_string().into()),
        ("head", case.head().sha256.clone().into()),
    ];
    context.tell(&context.prose.say("case-added", values));
}

/// A text of a record, so that it stands on one line.
fn shown(text: &str) -> String {
    basma::escape::message(text).into_owned()
}

/// The failure of a case.
fn failed(case: &Path, problem: basma::error::CaseProblem) -> basma::Error {
    basma::Error::Case {
        path: case.to_owned(),
        problem,
    }
}
