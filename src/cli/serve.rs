//! `basma serve`: a store answers over HTTP.

#[cfg(feature = "serve")]
use super::args::network::{LogForm, NetworkArgs};
use super::args::serve::ServeArgs;
use super::html::picture;
use super::output::Stopped;
use super::{Context, Verdict};

#[cfg(feature = "serve")]
pub(super) fn run(args: &ServeArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    use std::time::Duration;

    use basma::hash::HashType;
    use basma::hasher::Sampling;

    use crate::serve::watch::log::{self, LogOptions};
    use crate::serve::{self, ClamdPlace, Options, ReviewOptions};

    log::start(log_form(args.network.log));
    let scheme = if args.network.tls_cert.is_some() {
        "https"
    } else {
        "http"
    };
    let options = Options {
        store: args.store.path()?,
        access: args.store.access(),
        read_only: args.read_only,
        scratch: args.scratch.clone(),
        review: ReviewOptions {
            findings: args.review.findings.clone(),
            media_root: args.review.media_root.clone(),
            passwords: picture::passwords(args.review.passwords.as_deref())?,
            two_person: args.review.two_person.clone(),
        },
        listen: args.listen,
        clamd: args.clamd.as_deref().map(ClamdPlace::parse).transpose()?,
        refuse: args.refuse,
        flood_limit: args.flood.limit(),
        uses: args.uses.wanted(),
        jobs: jobs(&args.media),
        body_bytes: args.max_body_bytes,
        connections: args.max_connections as usize,
        deadline: Duration::from_secs(args.deadline.into()),
        grace: Duration::from_secs(args.deadline.into()),
        network: network(args),
        log: LogOptions {
            requests: args.network.log_requests,
            values: args.network.log_values,
        },
    };
    let stop = super::config::cancel_on_signal();
    let types = vec![
        HashType::Pdq,
        HashType::Md5,
        HashType::Sha1,
        HashType::Sha256,
    ];
    let hasher = super::config::hasher(types, &args.media, args.views.views, Sampling::Keyframes)?;
    serve::run(&options, hasher, &stop, |listening| {
        if let Some(place) = &listening.clamd {
            let place = [("place", place.to_string().into())];
            context.tell(&context.prose.say("serve-clamd", place));
        }
        let url = [("url", format!("{scheme}://{}", listening.http).into())];
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

#[cfg(feature = "serve")]
fn network(args: &ServeArgs) -> crate::serve::NetworkOptions {
    use crate::serve::tls::TlsFiles;

    let NetworkArgs {
        keys,
        tls_cert,
        tls_key,
        client_ca,
        fetch_from,
        max_connections_per_address,
        ..
    } = &args.network;
    let tls = tls_cert.clone().zip(tls_key.clone());
    let per_address = max_connections_per_address.unwrap_or(args.max_connections.div_ceil(2));
    crate::serve::NetworkOptions {
        keys: keys.clone(),
        tls: tls.map(|(certificate, key)| TlsFiles {
            certificate,
            key,
            client_ca: client_ca.clone(),
        }),
        fetch_from: fetch_from.clone(),
        connections_per_address: per_address as usize,
    }
}

#[cfg(feature = "serve")]
fn log_form(form: LogForm) -> crate::serve::watch::log::Form {
    use crate::serve::watch::log::Form;
    match form {
        LogForm::Text => Form::Text,
        LogForm::Json => Form::Json,
        LogForm::Off => Form::Off,
    }
}
