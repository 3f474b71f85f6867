//! `basma store check`: is what the operator wrote well-formed?

use basma::store::Config;

use super::super::output::{Output, Stopped};
use super::super::{Context, Verdict};
use super::shown;
use crate::cli::args::store::CheckArgs;

/// # Errors
/// Names the file, the line and what is wrong there.
pub(crate) fn check(args: &CheckArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let path = args.store.open()?.sources_path();
    let config = Config::read(&path)?;
    let prose = context.output_prose(None);
    let lists: Vec<String> = config
        .sources
        .iter()
        .map(|source| shown(&source.terms().list))
        .collect();
    let values = [
        ("path", basma::escape::path(&path).into()),
        ("count", lists.len().into()),
        ("lists", lists.join(", ").into()),
    ];
    let mut out = Output::open(None)?;
    out.write(&(prose.say("sources-checked", values) + "\n"))?;
    out.finish()?;
    Ok(Verdict::Done)
}
