//! Keys that sign, and `basma case keygen`.

use std::env;
use std::path::{Path, PathBuf};

use basma::error::CaseProblem;
use basma::evidence::{Identity, SigningKey};
use basma::{Result, escape};

use super::failed;
use crate::cli::args::case::{KeygenArgs, SignerArgs};
use crate::cli::output::{Output, Stopped};
use crate::cli::{Context, Verdict};

/// Where the password of a key is.
const PASSWORD: &str = "BASMA_KEY_PASSWORD";

fn password() -> Option<String> {
    env::var(PASSWORD).ok().filter(|text| !text.is_empty())
}

/// The key that signs.
pub(super) fn of(args: &SignerArgs) -> Result<SigningKey> {
    let named = args.key.as_deref().filter(|named| !named.is_empty());
    let named = named.ok_or_else(|| failed(Path::new("--key"), CaseProblem::KeyUnnamed))?;
    if let Some(name) = named.strip_prefix("agent:") {
        let socket = env::var_os("SSH_AUTH_SOCK").filter(|path| !path.is_empty());
        let socket = socket.map(PathBuf::from).ok_or_else(|| {
            let variable = Path::new("SSH_AUTH_SOCK");
            failed(variable, CaseProblem::AgentAbsent)
        })?;
        return SigningKey::of_agent(&socket, name);
    }
    let path = Path::new(named);
    match &args.identity {
        None => SigningKey::read(path, password),
        Some(identity) => SigningKey::read_sealed(path, &Identity::read(identity)?, password),
    }
}

pub(super) fn generate(args: &KeygenArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let public = if args.age {
        let identity = Identity::create();
        identity.write(&args.file)?;
        identity.recipient().to_string()
    } else {
        let key = SigningKey::create(&args.file, password().as_deref())?;
        key.public().to_string()
    };
    let mut out = Output::open(None)?;
    out.write(&format!("{public}\n"))?;
    out.finish()?;
    let values = [("path", escape::path(&args.file).into_owned().into())];
    context.tell(&context.prose.say("case-key-made", values));
    if !args.age && password().is_none() {
        context.complain("warning", &context.prose.word("case-key-bare"));
    }
    Ok(Verdict::Done)
}
