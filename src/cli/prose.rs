//! What the command says to people, in their language.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::args::Language;

/// The messages of one language.
pub(crate) struct Prose(FluentBundle<FluentResource>);

impl Prose {
    pub(crate) fn new(language: Language) -> Prose {
        let (tag, text) = source(language);
        let id: LanguageIdentifier = tag.parse().expect("the tag is well-formed");
        let resource =
            FluentResource::try_new(text.to_owned()).expect("the messages are well-formed");
        let mut bundle = FluentBundle::new(vec![id]);
        // Values are escaped before they are printed; isolation marks would break copying them from a terminal.
        bundle.set_use_isolating(false);
        bundle
            .add_resource(resource)
            .expect("no message stands twice");
        Prose(bundle)
    }

    /// A message with its values put in.
    pub(crate) fn say<'a>(
        &self,
        id: &str,
        values: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> String {
        let message = self.0.get_message(id).and_then(|m| m.value());
        let message = message.unwrap_or_else(|| panic!("no message is called {id}"));
        let values: FluentArgs = values
            .into_iter()
            .map(|(name, value)| (name, value.0))
            .collect();
        let text = self
            .0
            .format_pattern(message, Some(&values), &mut Vec::new());
        text.into_owned()
    }

    /// A message without values.
    pub(crate) fn word(&self, id: &str) -> String {
        self.say(id, [])
    }
}

/// A value in a message. Numbers are put in as they are: no grouping, Western digits, so that they can be copied.
pub(crate) struct Value(FluentValue<'static>);

impl<T: ToString> From<T> for Value {
    fn from(value: T) -> Value {
        Value(FluentValue::from(value.to_string()))
    }
}

/// The language's tag (BCP 47) and its messages.
fn source(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::En => ("en", include_str!("en.ftl")),
        Language::Fr => ("fr", include_str!("fr.ftl")),
        Language::Ar => ("ar", include_str!("ar.ftl")),
    }
}

/// A number of bytes as people read it.
pub(crate) fn bytes(count: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut scaled = count as f64;
    let mut unit = 0;
    while scaled >= 1024.0 && unit + 1 < units.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => format!("{count} B"),
        _ => format!("{scaled:.1} {}", units[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Message ids and the variables each uses.
    fn messages(language: Language) -> Vec<(String, Vec<String>)> {
        let mut messages = Vec::new();
        for line in source(language)
            .1
            .lines()
            .filter(|l| !l.starts_with('#') && l.contains(" = "))
        {
            let (id, text) = line.split_once(" = ").unwrap();
            let mut variables: Vec<String> = text
                .split("{ $")
                .skip(1)
                .map(|v| v.split(' ').next().unwrap().to_owned())
                .collect();
            variables.sort();
            messages.push((id.to_owned(), variables));
        }
        messages.sort();
        messages
    }

    #[test]
    fn every_language_says_the_same_things() {
        let english = messages(Language::En);
        assert!(english.len() > 30);
        assert_eq!(messages(Language::Fr), english);
        assert_eq!(messages(Language::Ar), english);
    }

    #[test]
    fn values_are_put_in() {
        let say =
            |language| Prose::new(language).say("progress-matches", [("count", 12_345.into())]);
        assert_eq!(say(Language::En), "matches: 12345");
        assert_eq!(say(Language::Fr), "correspondances : 12345");
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1536), "1.5 KiB");
    }
}
