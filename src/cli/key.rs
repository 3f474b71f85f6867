//! `basma key`: a key for a caller of the service.

use super::args::network::KeyArgs;
use super::output::Stopped;
use super::{Context, Verdict};

#[cfg(feature = "serve")]
pub(super) fn run(args: &KeyArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    use super::output::Output;
    use crate::serve::keys::file::{Wanted, make};

    let role = |name: &String| name.parse().expect("one of the names that are taken");
    let wanted = Wanted {
        name: args.key_name.clone(),
        roles: args.roles.iter().map(role).collect(),
        expires: args.expires.map(|time| {
            jiff::Timestamp::from_second(time).expect("seconds of a time that was read")
        }),
        rate: args.rate,
    };
    let key = make(&args.keys, &wanted)?;
    let mut out = Output::open(None)?;
    out.write(&format!("{key}\n"))?;
    out.finish()?;
    let path = basma::escape::path(&args.keys).into_owned();
    let values = [
        ("name", args.key_name.clone().into()),
        ("path", path.into()),
    ];
    context.tell(&context.prose.say("key-made", values));
    Ok(Verdict::Done)
}

#[cfg(not(feature = "serve"))]
pub(super) fn run(_: &KeyArgs, _: &Context<'_>) -> Result<Verdict, Stopped> {
    Err(basma::Error::from(basma::error::Problem::ServeNotBuiltIn).into())
}
