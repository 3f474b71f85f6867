//! XML: elements with text, in the order in which they are written.

use std::fmt::Write as _;

use crate::escape;

/// A text as the content of an element. What XML forbids, and what would move its neighbours, is shown as an escape.
pub(super) fn text(text: &str) -> String {
    let shown = escape::message(text);
    let mut out = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // XML 1.0, section 2.2, has no such characters.
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{{{:04x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// An element with a text, on a line of its own.
pub(super) fn element(depth: usize, name: &str, content: &str) -> String {
    format!("{:1$}<{name}>{2}</{name}>\n", "", depth * 2, text(content))
}

/// At most so many characters of a text; a cut text ends with an ellipsis.
pub(super) fn at_most(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            kept + "…"
        }
    }
}
