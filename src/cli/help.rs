//! `basma help`: that of a command, or of a topic.

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue};

use super::args::{Cli, HelpArgs};
use super::output::{Output, Stopped};
use super::{Context, Verdict};

/// What can be asked about beside commands.
pub(super) const TOPICS: [&str; 4] = ["formats", "exit-codes", "lists", "store"];

/// The command or topic that a name is like.
fn like(name: &str) -> Option<String> {
    let topics = TOPICS.map(clap::Command::new);
    let error = Cli::command()
        .subcommands(
            topics
                .into_iter()
                .filter(|topic| topic.get_name() != "store"),
        )
        .try_get_matches_from(["basma", name])
        .err()?;
    match error.get(ContextKind::SuggestedSubcommand)? {
        ContextValue::Strings(meant) => meant.last().cloned(),
        ContextValue::String(meant) => Some(meant.clone()),
        _ => None,
    }
}

pub(super) fn run(args: &HelpArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let prose = context.output_prose(None);
    let mut command = prose.translate(Cli::command());
    command.build();
    let text = match args.about.as_deref() {
        None => command.render_long_help().to_string(),
        Some(topic) if TOPICS.contains(&topic) => prose.word(&format!("topic-{topic}")) + "\n",
        Some(name) => match command.find_subcommand_mut(name) {
            Some(command) => command.render_long_help().to_string(),
            None => {
                let values = [
                    ("name", basma::escape::escape(name.as_bytes()).into()),
                    ("topics", TOPICS.join(", ").into()),
                ];
                context.complain("error", &context.prose.say("help-unknown", values));
                if let Some(meant) = like(name) {
                    let values = [("name", meant.into())];
                    context.complain("hint", &context.prose.say("help-like", values));
                }
                return Ok(Verdict::Held);
            }
        },
    };
    let mut out = Output::open(None)?;
    out.write(&text)?;
    out.finish()?;
    Ok(Verdict::Done)
}
