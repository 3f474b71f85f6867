//! The help of every command in a language. English is what the arguments say of themselves.

use clap::{Arg, Command};

use super::{Prose, Value};
use crate::cli::args::Language;

impl Prose {
    /// The command with its help in this language.
    pub(crate) fn translate(&self, mut command: Command) -> Command {
        if self.language() == Language::En {
            return command;
        }
        // What clap adds by itself is translated too.
        command.build();
        let command = self.translate_command(command);
        let more = ["about", "about-more", "about-exit"].map(|id| self.word(id));
        command.long_about(more.join("\n\n"))
    }

    fn translate_command(&self, mut command: Command) -> Command {
        let name = command.get_name().to_owned();
        let usage = self.usage_line(&command.render_usage().to_string());
        let template = format!("{{about-with-newline}}\n{usage}\n\n{{all-args}}{{after-help}}");
        // Clap writes the colon behind a heading.
        let command = command
            .help_template(template)
            .subcommand_help_heading(self.word("heading-commands"))
            .mut_args(|arg| self.translate_argument(&name, arg))
            .mut_subcommands(|command| {
                let name = command.get_name().to_owned();
                if command.is_hide_set() {
                    return command;
                }
                let command = self.translate_command(command);
                let about = self.word(&format!("about-{name}"));
                let more = format!("about-{name}-more");
                let command = if self.messages.has_message(&more) {
                    command.long_about(format!("{about}\n\n{}", self.word(&more)))
                } else {
                    command
                };
                command.about(about)
            });
        command.about(self.word("about"))
    }

    fn translate_argument(&self, command: &str, arg: Arg) -> Arg {
        if arg.is_hide_set() {
            return arg;
        }
        let id = self.help_id(command, &arg);
        let mut help = self.word(&id);
        let more = format!("{id}-more");
        let has_more = self.messages.has_message(&more);
        let heading = match arg.get_help_heading() {
            Some(heading) => heading.to_lowercase().replace(' ', "-"),
            None if arg.is_positional() => "arguments".to_owned(),
            None => "options".to_owned(),
        };
        let takes_value = arg.get_action().takes_values();
        let defaults: Vec<_> = arg.get_default_values().iter().collect();
        if takes_value && !defaults.is_empty() {
            let values: Vec<_> = defaults
                .iter()
                .map(|value| value.to_string_lossy())
                .collect();
            if values.iter().any(|value| !value.is_empty()) {
                let values = [("values", values.join(" ").into())];
                help += &format!(" {}", self.say("help-default", values));
            }
        }
        if let Some(name) = arg.get_env() {
            let name = [("name", name.to_string_lossy().into())];
            help += &format!(" {}", self.say("help-environment", name));
        }
        let possible = arg.get_possible_values();
        if takes_value && !possible.is_empty() && !arg.is_hide_possible_values_set() {
            let names: Vec<&str> = possible.iter().map(|value| value.get_name()).collect();
            let values = [("values", names.join(", ").into())];
            help += &format!(" {}", self.say("help-possible", values));
            for value in possible.iter().filter(|value| value.get_help().is_some()) {
                let id = format!("value-{}-{}", arg.get_id(), value.get_name());
                let values = [
                    ("value", value.get_name().into()),
                    ("help", Value::said(self.word(&id))),
                ];
                help += &format!("\n- {}", self.say("help-value", values));
            }
        }
        let long = if has_more {
            format!("{help}\n\n{}", self.word(&more))
        } else {
            help.clone()
        };
        arg.help_heading(self.word(&format!("heading-{heading}")))
            .help(help)
            .long_help(long)
            .hide_default_value(true)
            .hide_possible_values(true)
            .hide_env(true)
    }

    /// The message for an argument: of this command, or of all that have it.
    fn help_id(&self, command: &str, arg: &Arg) -> String {
        let of_command = format!("help-{}-{command}", arg.get_id());
        if self.messages.has_message(&of_command) {
            return of_command;
        }
        let of_family = match (arg.get_id().as_str(), command) {
            ("format", "doctor" | "inspect") => "help-format-object",
            ("format", "refresh" | "status" | "diff" | "history") => "help-format-lines",
            (
                "shared_store",
                "add" | "appeal" | "ask" | "audit" | "check" | "decide" | "diff" | "feedback"
                | "history" | "list" | "refresh" | "revoke" | "rollback" | "serve" | "status"
                | "withdraw",
            ) => "help-shared_store-store",
            _ => return format!("help-{}", arg.get_id()),
        };
        of_family.to_owned()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    fn each(command: &Command, see: &mut impl FnMut(&Command)) {
        see(command);
        for command in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            each(command, see);
        }
    }

    fn built() -> Command {
        let mut command = Cli::command();
        command.build();
        command
    }

    /// Every message that the help of the commands needs.
    pub(in crate::cli::prose) fn ids() -> Vec<String> {
        let prose = Prose::new(Language::Fr);
        let mut ids = vec!["heading-commands".to_owned()];
        each(&built(), &mut |command| {
            let name = command.get_name();
            if name != "basma" {
                ids.push(format!("about-{name}"));
            }
            if name != "basma" && command.get_long_about().is_some() {
                ids.push(format!("about-{name}-more"));
            }
            for arg in command.get_arguments() {
                let id = prose.help_id(name, arg);
                if arg.get_long_help().is_some() && !is_of_clap(&id) {
                    ids.push(format!("{id}-more"));
                }
                ids.push(id);
                let heading = arg.get_help_heading();
                let heading = heading.unwrap_or(if arg.is_positional() {
                    "arguments"
                } else {
                    "options"
                });
                ids.push(format!(
                    "heading-{}",
                    heading.to_lowercase().replace(' ', "-")
                ));
                for value in arg
                    .get_possible_values()
                    .iter()
                    .filter(|v| v.get_help().is_some())
                {
                    ids.push(format!("value-{}-{}", arg.get_id(), value.get_name()));
                }
            }
        });
        ids
    }

    /// Whether clap says it itself.
    fn is_of_clap(id: &str) -> bool {
        ["help-help", "help-version"].contains(&id)
    }

    /// Two arguments that say different things in English cannot share a message.
    #[test]
    fn each_argument_has_a_message_of_what_it_says() {
        let prose = Prose::new(Language::Fr);
        let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        each(&built(), &mut |command| {
            for arg in command.get_arguments() {
                let id = prose.help_id(command.get_name(), arg);
                assert!(
                    prose.messages.has_message(&id),
                    "{} {id}",
                    command.get_name()
                );
                let text = arg.get_help().map(ToString::to_string).unwrap_or_default();
                texts.entry(id).or_default().insert(text);
            }
        });
        for (id, texts) in &texts {
            assert!(texts.len() == 1 || is_of_clap(id), "{id}: {texts:?}");
        }
    }

    #[test]
    fn no_help_keeps_a_word_of_the_english() {
        for language in [Language::Fr, Language::Ar] {
            let prose = Prose::new(language);
            let mut english = BTreeSet::new();
            each(&built(), &mut |command| {
                english.extend(command.get_about().map(ToString::to_string));
                english.extend(command.get_long_about().map(ToString::to_string));
                for arg in command.get_arguments() {
                    english.extend(arg.get_help().map(ToString::to_string));
                    english.extend(arg.get_help_heading().map(str::to_owned));
                }
            });
            each(&prose.translate(Cli::command()), &mut |command| {
                for text in [
                    command.clone().render_help(),
                    command.clone().render_long_help(),
                ] {
                    let text = text.to_string();
                    for of_clap in [
                        "Usage:",
                        "Options:",
                        "Arguments:",
                        "Commands:",
                        "[default",
                        "[possible",
                        "[env",
                        "[OPTIONS]",
                        "<COMMAND>",
                        "[COMMAND]",
                    ] {
                        assert!(!text.contains(of_clap), "{of_clap} in {text}");
                    }
                    let lines = text.lines().map(str::trim);
                    for line in lines.filter(|line| line.len() > 10) {
                        assert!(!english.contains(line), "{line}");
                    }
                }
                let usage = command.clone().render_long_help().to_string();
                assert!(
                    usage.contains(command.get_name())
                        || command.get_name() == "basma"
                        || usage.contains("basma help"),
                    "{usage}"
                );
            });
        }
    }

    /// What is asked in a language means the same.
    #[test]
    fn a_translated_command_takes_the_same_arguments() {
        let line = ["basma", "scan", "--list", "a", "b", "--radius", "md5=1"];
        let line_of_words = [
            "basma", "status", "--store", "s", "--format", "jsonl", "--lang", "fr",
        ];
        for language in [Language::En, Language::Fr, Language::Ar] {
            let command = Prose::new(language).translate(Cli::command());
            assert!(command.clone().try_get_matches_from(line_of_words).is_ok());
            assert!(command.try_get_matches_from(line).is_err());
        }
    }
}
