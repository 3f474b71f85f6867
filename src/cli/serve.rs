//! `basma serve`: a store answers over HTTP.

use super::args::serve::ServeArgs;
use super::output::Stopped;
use super::{Context, Verdict};

#[cfg(feature = "serve")]
pub(super) fn run(args: &ServeArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    use std::time::Duration;

    use basma::hash::HashType;
    use basma::hasher::Sampling;

    use crate::serve::{self, ClamdPlace, Options};

    let options = Options {
        store: args.store.path()?,
        access: args.store.access(),
        read_only: args.read_only,
        listen: args.listen,
        clamd: args.clamd.as_deref().map(ClamdPlace::parse).transpose()?,
        refuse: args.refuse,
        jobs: jobs(&args.media),
        body_bytes: args.max_body_bytes,
        connections: args.max_connections as usize,
        deadline: Duration::from_secs(args.deadline.into()),
        grace: Duration::from_secs(args.deadline.into()),
    };
    let stop = super::config::cancel_on_signal();
    let types = vec![
        HashType::Pdq,
        HashType::Md5,
        HashType::Sha1,
        HashType::Sha256,
    ];
    let hasher = super::config::hasher(types, &args.media, Sampling::Keyframes)?;
    serve::run(&options, hasher, &stop, |listening| {
        if let Some(place) = &listening.clamd {
            let place = [("place", place.to_string().into())];
            context.tell(&context.prose.say("serve-clamd", place));
        }
        let url = [("url", format!("http://{}", listening.http).into())];
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
