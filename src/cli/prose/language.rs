//! Which language is spoken, and its files.

use std::env;

use clap::ValueEnum as _;

use crate::cli::args::Language;

macro_rules! files {
    ($language:literal: $( $name:literal )+) => {
        &[$( include_str!(concat!("../lang/", $language, "/", $name, ".ftl")) ),+]
    };
}

impl Language {
    /// Its tag (BCP 47).
    pub(super) fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
            Language::Ar => "ar",
        }
    }

    /// Its messages.
    pub(super) fn files(self) -> &'static [&'static str] {
        match self {
            Language::En => {
                files!("en": "messages" "page" "reasons" "review" "case" "papers" "rights")
            }
            Language::Fr => {
                files!("fr": "messages" "page" "reasons" "review" "problems" "errors" "damage" "sources" "help" "case" "papers" "rights")
            }
            Language::Ar => {
                files!("ar": "messages" "page" "reasons" "review" "problems" "errors" "damage" "sources" "help" "case" "papers" "rights")
            }
        }
    }

    /// That of a locale, such as `fr_MA.UTF-8`; English for all that are not spoken here.
    fn of_locale(locale: &str) -> Language {
        let name = locale
            .split(['_', '-', '.', '@'])
            .next()
            .unwrap_or_default();
        Language::from_str(name, true).unwrap_or(Language::En)
    }
}

/// The language that the arguments or the environment choose: `--lang`, `BASMA_LANG`, then what POSIX says of messages.
///
/// It is read before the arguments are, whose errors are told in it.
pub(crate) fn chosen(
    arguments: impl IntoIterator<Item = String>,
    variable: impl Fn(&str) -> Option<String>,
) -> Language {
    let mut named = None;
    let mut arguments = arguments.into_iter().take_while(|text| text != "--");
    while let Some(text) = arguments.next() {
        if text == "--lang" {
            named = arguments.next();
        } else if let Some(name) = text.strip_prefix("--lang=") {
            named = Some(name.to_owned());
        }
    }
    let names = ["BASMA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
    let set = names
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty());
    named
        .or(set)
        .map_or(Language::En, |name| Language::of_locale(&name))
}

/// [`chosen`] of this process.
pub(crate) fn of_process() -> Language {
    let arguments = env::args_os().skip(1);
    chosen(
        arguments.map(|text| text.to_string_lossy().into_owned()),
        |name| env::var(name).ok(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_that_of_the_first_that_names_one() {
        let of = |arguments: &[&str], variables: &[(&str, &str)]| {
            let arguments = arguments.iter().map(ToString::to_string);
            chosen(arguments, |name| {
                let found = variables.iter().find(|variable| variable.0 == name);
                found.map(|variable| variable.1.to_owned())
            })
        };
        let lang = ("LANG", "fr_MA.UTF-8");
        assert_eq!(of(&[], &[]), Language::En);
        assert_eq!(of(&["scan"], &[lang]), Language::Fr);
        assert_eq!(of(&[], &[lang, ("LC_MESSAGES", "ar_MA")]), Language::Ar);
        assert_eq!(of(&[], &[lang, ("LC_MESSAGES", "")]), Language::Fr);
        assert_eq!(of(&[], &[lang, ("LC_ALL", "C")]), Language::En);
        assert_eq!(of(&[], &[lang, ("BASMA_LANG", "ar")]), Language::Ar);
        assert_eq!(of(&[], &[lang, ("BASMA_LANG", "de")]), Language::En);
        assert_eq!(of(&["scan", "--lang", "en"], &[lang]), Language::En);
        assert_eq!(of(&["--lang=ar"], &[lang]), Language::Ar);
        assert_eq!(of(&["--", "--lang=ar"], &[lang]), Language::Fr);
        assert_eq!(of(&[], &[("LANG", "FR")]), Language::Fr);
    }
}
