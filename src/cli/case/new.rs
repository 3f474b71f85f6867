//! `basma case new`.

use basma::evidence::record::{Opened, Person, Policy};
use basma::evidence::{CaseWriter, Recipient};
use basma::{Result, escape};

use super::keys;
use crate::cli::args::case::NewArgs;
use crate::cli::output::Stopped;
use crate::cli::{Context, Verdict};

pub(super) fn run(args: &NewArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    for recipient in &args.recipients {
        Recipient::parse(recipient)?;
    }
    let key = keys::of(&args.signer)?;
    let person = Person {
        id: args.person.clone(),
        role: args.role.clone(),
    };
    let policy = Policy {
        two_persons: args.two_persons,
        beyond_appeal: args.beyond_appeal.clone(),
        sealed_paths: args.seal_paths,
    };
    let opened = Opened {
        title: args.title.clone(),
        purpose: args.purpose.clone(),
        legal_basis: args.legal_basis.clone(),
        policy,
        recipients: args.recipients.clone(),
        ..Opened::default()
    };
    let case = CaseWriter::create(&args.case, opened, key, person)?;
    let values = [
        ("path", escape::path(&args.case).into_owned().into()),
        ("case", case.case().to_owned().into()),
        ("head", case.head().sha256.clone().into()),
    ];
    context.tell(&context.prose.say("case-opened", values));
    Ok(Verdict::Done)
}
