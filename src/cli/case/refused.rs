//! Uses of lists that are refused: the output says so, and the case.

use basma::Result;
use basma::evidence::Body;
use basma::evidence::record::Refused;
use basma::report::{self, Refusal};
use basma::store::Use;

use super::open;
use crate::cli::Context;
use crate::cli::args::case::RecordArgs;
use crate::cli::args::{Format, OutputArgs};
use crate::cli::output::{Output, Stopped};

/// Before a scan begins: says in its output, and in the case that it is for, that its use of the lists was refused.
/// Other errors pass.
pub(in crate::cli) fn tell_refused<T>(
    opened: Result<T>,
    wanted: &Use,
    record: Option<&RecordArgs>,
    output: &OutputArgs,
    context: &Context<'_>,
) -> Result<T, Stopped> {
    let error = match opened {
        Ok(opened) => return Ok(opened),
        Err(error) => error,
    };
    let Some(refusal) = Refusal::of(&error, wanted) else {
        return Err(error.into());
    };
    if let Err(failed) = keep(&refusal, record) {
        // Both are to be known: what was refused, and that no record says so.
        context.complain("error", &context.prose.error(&error));
        return Err(failed.into());
    }
    if output.format == Format::Jsonl {
        let mut out = Output::open(output.output.as_deref())?;
        out.write(&report::line(&report::Refused::new(refusal)))?;
        out.finish()?;
    }
    Err(Stopped::Failed(error))
}

/// Adds the refusal to the case, if there is one.
fn keep(refusal: &Refusal, record: Option<&RecordArgs>) -> Result<()> {
    let Some((record, path)) = record.and_then(|r| Some((r, r.case.as_ref()?))) else {
        return Ok(());
    };
    let mut case = open(path, &record.signer())?;
    let refusal = refusal.clone();
    let refused = Refused {
        refusal,
        scan: None,
    };
    case.add(Body::Refused(Box::new(refused)))?;
    case.sync()
}
