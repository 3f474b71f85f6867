//! `basma case unseal`: opening a sealed file is itself a record.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::ControlFlow;

use basma::error::{Action, CaseProblem};
use basma::evidence::record::{Sealed, Unsealed};
use basma::evidence::{Body, CaseReader, Identity, SealedReader};
use basma::{Error, Result, escape};

use super::{failed, open, tell_added};
use crate::cli::args::case::UnsealArgs;
use crate::cli::output::{Output, Stopped};
use crate::cli::{Context, Verdict};

pub(super) fn run(args: &UnsealArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let mut case = open(&args.case, &args.signer)?;
    let sealed = sealed(&case.reader()?, &args.sealed)?;
    let file = escape::escape(args.sealed.as_bytes()).into_owned();
    let unknown = || failed(&args.case, CaseProblem::SealedUnknown { file });
    let sealed = sealed.ok_or_else(unknown)?;
    let path = args.case.join("sealed").join(&sealed.file);
    let io = |action| {
        let path = path.clone();
        move |source: io::Error| Error::Io {
            action,
            path,
            source,
        }
    };
    let identities = Identity::read(&args.identity)?;
    let input = File::open(&path).map_err(io(Action::Open))?;
    let mut reader = SealedReader::new(&path, input, &identities)?;
    // Who cannot open it leaves no record of having read it. Who can leaves one before a byte is shown.
    let unsealed = Unsealed {
        sealed,
        why: args.why.clone(),
    };
    let number = case.add(Body::Unsealed(unsealed))?;
    case.sync()?;
    let mut out = Output::open(None)?;
    let mut part = vec![0; 1 << 16];
    loop {
        match reader.read(&mut part) {
            Ok(0) => break,
            Ok(read) => out.write(&part[..read])?,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(failed(&path, CaseProblem::SealedDamaged).into());
            }
            Err(error) => return Err(io(Action::Read)(error).into()),
        }
    }
    out.finish()?;
    tell_added(&case, number, context);
    Ok(Verdict::Done)
}

/// The sealed file of this name, as a record names it.
fn sealed(case: &CaseReader, name: &str) -> Result<Option<Sealed>> {
    let mut found = None;
    case.each(&["report", "appeal", "coverage"], |record, _| {
        let sealed = match record.body {
            Body::Report(report) => report.identity,
            Body::Appeal(appeal) => appeal.identity,
            Body::Coverage(coverage) => coverage.paths,
            _ => None,
        };
        found = sealed.filter(|sealed| sealed.file == name && sealed.is_in_folder());
        Ok(if found.is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(found)
}
