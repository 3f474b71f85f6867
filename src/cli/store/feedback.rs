//! `basma feedback`: what was decided about the entries of a list, as its provider takes it.

use basma::store::Config;

use super::super::output::{Output, Stopped};
use super::super::{Context, Verdict};
use crate::cli::args::store::FeedbackArgs;

pub(crate) fn feedback(args: &FeedbackArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    let config = Config::read(&store.sources_path())?;
    let all = store.feedback(&config, &args.source)?;
    let mut out = Output::open(args.output.as_deref())?;
    let mut without = 0_u64;
    for feedback in &all {
        without += u64::from(feedback.provider.is_some() && feedback.message.is_none());
        let line = serde_json::to_string(feedback).expect("names and texts");
        out.write(&format!("{line}\n"))?;
    }
    out.finish()?;
    let count = [("count", (all.len() as u64).into())];
    context.tell(&context.prose.say("feedback-written", count));
    if without > 0 {
        let said = context
            .prose
            .say("feedback-without", [("count", without.into())]);
        context.complain("warning", &said);
    }
    Ok(Verdict::Done)
}
