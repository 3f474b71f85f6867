//! Text as HTML: every character of a page that comes from elsewhere passes here.

pub(crate) mod picture;
pub(crate) mod thumbnail;
pub(crate) mod words;

use basma::escape;

use crate::cli::prose::Value;

/// The largest number of characters of a name that is shown. Systems allow 4,096; archives allow more.
const NAME_MAX: usize = 12_000;

/// A text as the content of an element or as the value of an attribute in double quotes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}

/// A text of the findings. What does not print as itself is shown as an escape, and a very long text is cut.
pub(crate) fn plain(text: &str) -> String {
    let end = text.char_indices().nth(NAME_MAX).map(|(at, _)| at);
    let shown = escape::message(&text[..end.unwrap_or(text.len())]).into_owned();
    match end {
        Some(_) => shown + "…",
        None => shown,
    }
}

/// A text of the findings as a value of a message.
pub(crate) fn value(text: &str) -> Value {
    plain(text).into()
}

/// A path, a hash or a name of the findings, which is read from left to right in every language.
pub(crate) fn code(text: &str) -> String {
    format!(
        "<bdi class=\"code\" dir=\"ltr\">{}</bdi>",
        html(&plain(text))
    )
}

/// A text of the findings that stays in English.
pub(crate) fn english(text: &str) -> String {
    format!("<bdi lang=\"en\" dir=\"ltr\">{}</bdi>", html(&plain(text)))
}

/// A paragraph of a class.
pub(crate) fn paragraph(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>\n", html(text))
}

/// A row of a table: a label and a cell of HTML.
pub(crate) fn row(label: &str, cell: &str) -> String {
    format!(
        "<tr><th scope=\"row\">{}</th><td>{cell}</td></tr>\n",
        html(label)
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_ends_an_element_or_an_attribute(text in any::<String>()) {
            for shown in [html(&text), html(&plain(&text))] {
                prop_assert!(!shown.contains(['<', '>', '"', '\'']), "{shown}");
            }
        }

        #[test]
        fn no_text_of_the_findings_moves_its_neighbours(text in any::<String>()) {
            let is_mark = |c: char| {
                c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c)
            };
            let shown = plain(&text);
            prop_assert!(!shown.contains(is_mark), "{shown:?}");
        }
    }

    #[test]
    fn a_very_long_name_is_cut_and_says_so() {
        assert_eq!(plain(&"é".repeat(NAME_MAX)).chars().count(), NAME_MAX);
        let cut = plain(&"é".repeat(NAME_MAX + 1));
        assert!(cut.ends_with('…') && cut.chars().count() == NAME_MAX + 1);
    }
}
