//! Colours and links on terminals.

use std::io;
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style as Look};

use super::args::Color;

/// What a word is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Match,
    Lead,
    Gap,
    Plain,
}

/// Whether words are painted and paths can be opened by a click.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    has_colors: bool,
    has_links: bool,
}

impl Style {
    /// Of standard output: where it is a terminal that shows colours. The environment (`NO_COLOR`, `CLICOLOR`,
    /// `CLICOLOR_FORCE`, `TERM`) or the command line may say otherwise.
    pub(crate) fn of_stdout(color: Color) -> Style {
        let stdout = io::stdout();
        let has_colors = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
        };
        Style {
            has_colors,
            has_links: has_colors && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        }
    }

    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let look = match tone {
            Tone::Match => AnsiColor::Red.on_default().bold(),
            Tone::Lead => AnsiColor::Yellow.on_default().bold(),
            Tone::Gap => AnsiColor::Yellow.on_default(),
            Tone::Plain => Look::new(),
        };
        if self.has_colors && look != Look::new() {
            format!("{look}{text}{look:#}")
        } else {
            text.to_owned()
        }
    }

    /// The text as a link to a file (OSC 8). Members of archives have no place that a terminal could open.
    pub(crate) fn link(self, path: &Path, text: &str) -> String {
        let Some(address) = self.has_links.then(|| address(path)).flatten() else {
            return text.to_owned();
        };
        format!("\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\")
    }
}

/// The address of a file, every byte that is not plain written as `%XX`.
fn address(path: &Path) -> Option<String> {
    let whole = path.canonicalize().ok()?;
    let mut address = "file://".to_owned();
    for &byte in whole.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                address.push(char::from(byte));
            }
            _ => address += &format!("%{byte:02X}"),
        }
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_added_where_nothing_shows_it() {
        let plain = Style::default();
        assert_eq!(plain.paint(Tone::Match, "MATCH"), "MATCH");
        assert_eq!(plain.link(Path::new("."), "a"), "a");
    }

    #[test]
    fn a_link_holds_no_byte_that_a_terminal_obeys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b\x1b]8;;évil\x07.jpg");
        std::fs::write(&path, "").unwrap();
        let style = Style {
            has_colors: true,
            has_links: true,
        };
        let link = style.link(&path, "shown");
        let (address, rest) = link["\x1b]8;;".len()..].split_once("\x1b\\").unwrap();
        assert!(
            address.ends_with("/a%20b%1B%5D8%3B%3B%C3%A9vil%07.jpg"),
            "{address}"
        );
        assert_eq!(rest, "shown\x1b]8;;\x1b\\");
        assert_eq!(style.link(&folder.path().join("zip!/a.jpg"), "b"), "b");
        assert!(style.paint(Tone::Match, "MATCH").contains("\x1b["));
        assert_eq!(style.paint(Tone::Plain, "no match"), "no match");
    }
}
