//! Mistakes in the command line, in a language. The English is clap's.

use std::error::Error as _;

use basma::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Prose, Value};

impl Prose {
    /// What is wrong with the command line, and the way out.
    pub(crate) fn usage(&self, error: &clap::Error) -> String {
        let named = |kind| error.get(kind).map(listed).unwrap_or_default();
        let argument = || ("argument", named(ContextKind::InvalidArg).into());
        let value = named(ContextKind::InvalidValue);
        let text = match error.kind() {
            ErrorKind::UnknownArgument => self.say("usage-unknown-argument", [argument()]),
            ErrorKind::InvalidSubcommand => {
                let command = named(ContextKind::InvalidSubcommand);
                self.say("usage-unknown-command", [("argument", command.into())])
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                self.word("usage-missing-command")
            }
            ErrorKind::MissingRequiredArgument => {
                let arguments = named(ContextKind::InvalidArg);
                self.say("usage-missing-argument", [("arguments", arguments.into())])
            }
            ErrorKind::InvalidValue if value.is_empty() => {
                self.say("usage-missing-value", [argument()])
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                self.say("usage-invalid-value", [("value", value.into()), argument()])
            }
            ErrorKind::NoEquals
            | ErrorKind::TooManyValues
            | ErrorKind::TooFewValues
            | ErrorKind::WrongNumberOfValues => self.say("usage-wrong-number", [argument()]),
            ErrorKind::ArgumentConflict => {
                let other = named(ContextKind::PriorArg);
                if other.is_empty() || other == named(ContextKind::InvalidArg) {
                    self.say("usage-repeated", [argument()])
                } else {
                    self.say("usage-conflict", [argument(), ("other", other.into())])
                }
            }
            ErrorKind::InvalidUtf8 => self.word("usage-not-utf8"),
            _ => self.word("usage-other"),
        };
        let source = error
            .source()
            .and_then(|source| source.downcast_ref::<Error>());
        let text = match source {
            Some(source) => {
                let values = [("what", Value::said(text)), ("why", self.cause(source))];
                self.say("usage-because", values)
            }
            None => text,
        };
        let mut lines = vec![self.complaint("error", &text)];
        let valid = named(ContextKind::ValidValue);
        if !valid.is_empty() {
            lines.push(self.say("help-possible", [("values", valid.into())]));
        }
        let kinds = [
            ContextKind::SuggestedArg,
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedValue,
        ];
        let suggestions: Vec<String> = kinds
            .map(named)
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect();
        if !suggestions.is_empty() {
            let suggestions = suggestions.join(", ");
            lines.push(self.say("usage-suggestion", [("suggestions", suggestions.into())]));
        }
        if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
            lines.push(format!("\n{}", self.usage_line(&usage.to_string())));
        }
        lines.push(format!("\n{}", self.word("usage-more-help")));
        lines.join("\n") + "\n"
    }
}

impl Prose {
    /// A line of usage as clap writes it, with its own words in the language. Names of values stand in help texts too, and
    /// stay.
    pub(super) fn usage_line(&self, usage: &str) -> String {
        let usage = usage.trim_start_matches("Usage:").trim();
        let usage = usage
            .replace("[OPTIONS]", &self.word("usage-options"))
            .replace("COMMAND", &self.word("usage-command"));
        self.say("usage", [("usage", usage.into())])
    }
}

/// What an error names: a word, or several.
fn listed(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            texts.join(", ")
        }
        ContextValue::Number(number) => number.to_string(),
        ContextValue::Bool(_) | ContextValue::None => String::new(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::{Cli, Language};

    #[test]
    fn mistakes_are_told_in_the_language_with_what_was_typed() {
        let lines: [(&[&str], &str); 8] = [
            (&["scna"], "scna"),
            (&["scan", "--wrong", "a"], "--wrong"),
            (&["scan", "a"], "--list"),
            (&["scan", "-l", "x", "a", "--min-quality", "101"], "101"),
            (&["scan", "-l", "x", "a", "--format", "xml"], "jsonl"),
            (&["scan", "-l", "x", "a", "--radius", "sha9=1"], "sha9"),
            (
                &["scan", "-l", "x", "a", "--ffmpeg", "p", "--no-ffmpeg"],
                "--no-ffmpeg",
            ),
            (&["hash", "a", "--bom", "--bom"], "--bom"),
        ];
        for language in [Language::Fr, Language::Ar] {
            let prose = Prose::new(language);
            for (line, named) in lines {
                let command = prose.translate(Cli::command());
                let line = ["basma"].iter().chain(line);
                let error = command.try_get_matches_from(line).unwrap_err();
                let text = prose.usage(&error);
                assert!(text.contains(named), "{text}");
                for english in ["error", "Usage", "OPTIONS", "the ", "argument '", "value '"] {
                    assert!(!text.contains(english), "{text}");
                }
            }
        }
    }
}
