//! `basma verify`, and `basma case verify`.

use basma::Result;
use basma::evidence::{Expected, PublicKey, Verified};
use jiff::Timestamp;

use super::shown;
use crate::cli::args::case::VerifyArgs;
use crate::cli::output::{Output, Stopped};
use crate::cli::prose::Prose;
use crate::cli::{Context, Verdict};

pub(in crate::cli) fn run(args: &VerifyArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let key = args.key.as_deref().map(PublicKey::read).transpose()?;
    let expected = Expected::default()
        .with_key(key)
        .with_head(args.head.clone());
    let verified = basma::evidence::verify(&args.case, &expected)?;
    let prose = context.output_prose(None);
    let mut out = Output::open(None)?;
    out.write(&told(&prose, &verified))?;
    out.finish()?;
    warn(&verified, args, context);
    Ok(Verdict::Done)
}

fn told(prose: &Prose, verified: &Verified) -> String {
    let values = [
        ("case", shown(&verified.case).into()),
        ("records", verified.head.number.into()),
    ];
    let mut text = prose.say("case-verified", values) + "\n";
    let head = [("head", verified.head.sha256.clone().into())];
    text += &(prose.say("case-head", head) + "\n");
    for admitted in &verified.keys {
        let values = [
            ("key", admitted.key.id().into()),
            ("person", shown(&admitted.person.id).into()),
            ("role", shown(&admitted.person.role).into()),
            ("records", admitted.records.into()),
        ];
        text += &(prose.say("case-key", values) + "\n");
    }
    let values = [
        ("present", verified.details.into()),
        ("absent", verified.details_absent.into()),
    ];
    text += &(prose.say("case-details", values) + "\n");
    if verified.sealed + verified.sealed_absent > 0 {
        let values = [
            ("present", verified.sealed.into()),
            ("absent", verified.sealed_absent.into()),
        ];
        text += &(prose.say("case-sealed", values) + "\n");
    }
    if let Some(head) = &verified.signed_up_to {
        let values = [("number", head.number.to_string().into())];
        text += &(prose.say("case-signed-up-to", values) + "\n");
    }
    text
}

/// Says what does not show by the records alone.
fn warn(verified: &Verified, args: &VerifyArgs, context: &Context<'_>) {
    let prose = context.prose;
    let complain = |text: String| context.complain("warning", &text);
    if args.key.is_none() {
        complain(prose.word("case-own-key"));
    }
    if args.head.is_none() {
        complain(prose.word("case-open-end"));
    }
    // Where paths are sealed, their details are in sealed files alone.
    let are_sealed = verified.opened.policy.sealed_paths;
    if verified.details_absent > verified.details_erased && !are_sealed {
        let count = verified.details_absent - verified.details_erased;
        complain(prose.say("case-details-missing", [("count", count.into())]));
    }
    if verified.details_beyond > 0 {
        let count = [("count", verified.details_beyond.into())];
        complain(prose.say("case-details-beyond", count));
    }
    if verified.keys_absent > 0 {
        let count = [("count", verified.keys_absent.into())];
        complain(prose.say("case-keys-absent", count));
    }
    let strays = &verified.strays;
    if !strays.files.is_empty() {
        let count = strays.files.len() as u64 + strays.more;
        let mut names = strays.files.join(", ");
        if strays.more > 0 {
            names += ", …";
        }
        let values = [("count", count.into()), ("names", names.into())];
        complain(prose.say("case-strays", values));
    }
    for scan in &verified.unfinished_scans {
        let values = [("number", scan.to_string().into())];
        complain(prose.say("case-scan-unfinished", values));
    }
    let now = Timestamp::now();
    let expired = verified
        .keys
        .iter()
        .filter(|key| key.expires.is_some_and(|end| end < now));
    for key in expired {
        let values = [("key", key.key.id().into())];
        complain(prose.say("case-key-expired", values));
    }
}
