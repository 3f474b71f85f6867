//! As much of a text as has a place on a line.

use std::path::Path;

use basma::escape;
use unicode_width::UnicodeWidthChar as _;

/// The text, or so many columns of it, the last of which says that there is more.
pub(super) fn cut(text: &str, columns: usize) -> String {
    let (mut wide, mut kept) = (0, 0);
    for (at, c) in text.char_indices() {
        wide += c.width().unwrap_or(0);
        if wide > columns {
            return format!("{}…", &text[..kept]);
        }
        if wide < columns {
            kept = at + c.len_utf8();
        }
    }
    text.to_owned()
}

/// What a list says, or so many columns of it. Ids of files are escaped already: backslashes stay as they are.
pub(super) fn short(text: &str, columns: usize) -> String {
    cut(&apart(&escape::message(text)), columns)
}

/// The name of a file at the front of a line. What is behind it begins at the first colon with a blank.
pub(super) fn name(path: &Path) -> String {
    apart(&escape::path(path))
}

/// A text that looks like no border between the parts of a line: who searches lines for `: MATCH` finds matches alone.
pub(super) fn apart(text: &str) -> String {
    text.replace(": ", ":\\x20")
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr as _;

    #[test]
    fn what_is_too_wide_is_cut_and_says_so() {
        assert_eq!(cut("abcd", 4), "abcd");
        assert_eq!(cut("abcde", 4), "abc…");
        assert_eq!(cut("", 4), "");
        // Characters of two columns, and marks of none.
        assert_eq!(cut("图图图", 6), "图图图");
        assert_eq!(cut("图图图", 5), "图图…");
        assert_eq!(
            cut("e\u{301}e\u{301}e\u{301}", 3),
            "e\u{301}e\u{301}e\u{301}"
        );
        assert_eq!(short(&"x\n".repeat(5000), 20).width(), 20);
    }
}
