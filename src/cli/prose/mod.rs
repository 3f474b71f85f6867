//! What the command says to people, in their language.
//!
//! Output for programs is never translated, nor are the texts of the library: both are English. The English of reasons
//! and errors is that of the library, so it stands in no message here.

#[cfg(test)]
mod glossary;
mod help;
mod language;
mod messages;
mod reasons;
#[cfg(test)]
mod tests;
mod units;
mod usage;
mod value;

use std::borrow::Cow;
use std::rc::Rc;

use fluent_bundle::{FluentArgs, FluentBundle, FluentError, FluentResource};

use super::args::Language;
pub(crate) use language::of_process;
pub(crate) use value::Value;

/// The messages of one language, for one stream.
pub(crate) struct Prose {
    language: Language,
    messages: Rc<FluentBundle<FluentResource>>,
    /// Whether values stand in isolates: in Arabic on a terminal. Where output is piped they would break copies.
    is_isolating: bool,
}

impl Prose {
    pub(crate) fn new(language: Language) -> Prose {
        let tag = language.tag().parse().expect("the tag is well-formed");
        let mut messages = FluentBundle::new(vec![tag]);
        // Values are put into isolates here, where it is known which of them are texts of the same language.
        messages.set_use_isolating(false);
        messages.set_formatter(Some(units::formatter(language)));
        for text in language.files() {
            let resource = FluentResource::try_new((*text).to_owned());
            let resource = resource.expect("the messages are well-formed");
            messages
                .add_resource(resource)
                .expect("no message stands twice");
        }
        Prose {
            language,
            messages: Rc::new(messages),
            is_isolating: false,
        }
    }

    /// The same messages for a stream, which is a terminal or not.
    pub(crate) fn for_terminal(&self, is_terminal: bool) -> Prose {
        Prose {
            language: self.language,
            messages: self.messages.clone(),
            is_isolating: is_terminal && self.language == Language::Ar,
        }
    }

    /// The same messages for a page, whose values stand beside text of any direction.
    pub(crate) fn for_page(&self) -> Prose {
        Prose {
            is_isolating: true,
            ..self.for_terminal(true)
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A message with its values put in.
    pub(crate) fn say<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> String {
        let rendered = self.render(id, values);
        let (text, errors) = rendered.unwrap_or_else(|| panic!("no message is called {id}"));
        debug_assert!(errors.is_empty(), "{id}: {errors:?}");
        text
    }

    /// Says that something is wrong.
    pub(crate) fn complaint(&self, kind: &str, text: &str) -> String {
        let values = [
            ("kind", Value::said(self.word(kind))),
            ("text", Value::said(text)),
        ];
        self.say("complaint", values)
    }

    /// A message without values.
    pub(crate) fn word(&self, id: &str) -> String {
        self.say(id, [])
    }

    /// A message of this name, if there is one.
    pub(crate) fn known(&self, id: &str) -> Option<String> {
        self.known_with(id, [])
    }

    /// A message of this name with its values, if there is one for these values.
    pub(crate) fn known_with<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Option<String> {
        let (text, errors) = self.render(id, values)?;
        errors.is_empty().then_some(text)
    }

    /// A message and what is wrong with it; none where there is no such message.
    fn render<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Option<(String, Vec<FluentError>)> {
        let message = self.messages.get_message(id)?.value()?;
        let values: FluentArgs = values
            .into_iter()
            .map(|(name, value)| (name, value.into_fluent(self.is_isolating)))
            .collect();
        let mut errors = Vec::new();
        let text = self
            .messages
            .format_pattern(message, Some(&values), &mut errors);
        Some((text.into_owned(), errors))
    }

    /// A value that stands beside messages, in an isolate where those in messages do.
    pub(crate) fn value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_isolating {
            Cow::Owned(value::isolated(text))
        } else {
            Cow::Borrowed(text)
        }
    }
}
