//! `basma serve`: a store answers over HTTP.

use super::args::serve::ServeArgs;
use super::output::Stopped;
use super::{Context, Verdict};

#[cfg(feature = "serve")]
pub(super) fn run(args: &ServeArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    use std::time::Duration;

    use basma::hasher::Sampling;

    use super::pictures::Pictures;
    use crate::serve::{self, Options};

    let options = Options {
        store: args.store.path()?,
        access: args.store.access(),
        listen: args.listen,
        jobs: jobs(&args.media),
        body_bytes: args.max_body_bytes,
        connections: args.max_connections as usize,
        deadline: Duration::from_secs(args.deadline.into()),
        grace: Duration::from_secs(args.deadline.into()),
    };
    let stop = super::config::cancel_on_signal();
    let types = Pictures::TYPES.to_vec();
    let hasher = super::config::hasher(types, &args.media, Sampling::Keyframes)?;
    serve::run(&options, hasher, &stop, |address| {
        let url = [("url", format!("http://{address}").into())];
        context.tell(&context.prose.say("serve-ready", url));
    })?;
    Ok(Verdict::Done)
}

#[cfg(not(feature = "serve"))]
pub(super) fn run(_: &ServeArgs, _: &Context<'_>) -> Result<Verdict, Stopped> {
    Err(basma::Error::from(basma::error::Problem::ServeNotBuiltIn).into())
}

/// How many files are hashed at a time: one for each core, unless the operator says otherwise.
#[cfg(feature = "serve")]
fn jobs(media: &super::args::MediaArgs) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    media.jobs.map_or_else(cores, usize::from)
}
