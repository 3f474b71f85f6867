//! Names of findings in the language of the page. A name of a later version stands as it is.

use std::str::FromStr as _;

use basma::error::ReasonCode;
use basma::report::{Finding, Refusal};
use basma::scan::Status;
use jiff::Timestamp;

use super::{english, html, plain, value};
use crate::cli::prose::{Prose, Value};

/// A status, as counts have it.
pub(crate) fn status(prose: &Prose, name: &str) -> String {
    if Status::ALL.iter().any(|status| status.name() == name) {
        prose.word(&format!("count-{name}"))
    } else {
        plain(name)
    }
}

/// What a match is worth.
pub(crate) fn tier(prose: &Prose, name: &str) -> String {
    match name {
        "identical" => prose.word("page-tier-identical"),
        "near" => prose.word("page-tier-near"),
        "derived" => prose.word("page-tier-derived"),
        "lead" => prose.word("page-tier-lead"),
        name => plain(name),
    }
}

/// What a file is: media type, size in bytes, size in pixels, length.
pub(crate) fn kind(prose: &Prose, finding: &Finding) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(media) = &finding.media {
        parts.push(plain(media));
    }
    if let Some(bytes) = finding.bytes {
        parts.push(prose.language().bytes(bytes));
    }
    if let (Some(width), Some(height)) = (finding.width, finding.height) {
        parts.push(format!("{width} × {height}"));
    }
    if let Some(ms) = finding.clip_ms {
        parts.push(prose.language().place(ms));
    }
    parts
}

/// What a match may lead to at most.
pub(crate) fn at_most(prose: &Prose, name: &str) -> String {
    match name {
        "block" => prose.word("page-at-most-block"),
        "review" => prose.word("page-at-most-review"),
        "log" => prose.word("page-at-most-log"),
        name => plain(name),
    }
}

/// Whom a list protects.
pub(crate) fn protects(prose: &Prose, name: &str) -> String {
    match name {
        "children" => prose.word("protects-children"),
        "adults" => prose.word("protects-adults"),
        name => plain(name),
    }
}

/// What was hashed of a picture, of names with `+` between them.
pub(crate) fn view(prose: &Prose, name: &str) -> String {
    let part = |name: &str| {
        let families = ["turn", "rendering", "area"];
        let known = families
            .iter()
            .find_map(|f| prose.known(&format!("{f}-{name}")));
        known.unwrap_or_else(|| plain(name))
    };
    let parts: Vec<String> = name.split('+').map(part).collect();
    parts.join(", ")
}

/// Why a file was not examined as a whole, as HTML. It is in the language of the page if the text tells the values.
pub(crate) fn reason(prose: &Prose, code: &str, text: &str) -> String {
    let known = ReasonCode::from_str(code).ok();
    let values = known.and_then(|code| values_of(code.template(), text));
    let said = values.and_then(|values| {
        let values = values.iter().map(|(name, text)| (*name, number_or(text)));
        prose.known_with(&format!("reason-{code}"), values)
    });
    said.map_or_else(|| english(text), |said| html(&said))
}

/// Why a use of lists was refused. A reason of a later version stands in English.
pub(crate) fn refusal(prose: &Prose, refusal: &Refusal) -> String {
    match refusal.problem() {
        Some(problem) => prose.error(&problem.into()),
        None => plain(&refusal.message),
    }
}

/// A value chooses a plural if it is a number.
fn number_or(text: &str) -> Value {
    text.parse::<u64>()
        .map_or_else(|_| value(text), Value::from)
}

/// The values of a text by its template; `None` if it is not of that template.
fn values_of<'a>(template: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut parts = template.split('{');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    for part in parts {
        let (name, literal) = part.split_once('}')?;
        let end = if literal.is_empty() {
            rest.len()
        } else {
            rest.find(literal)?
        };
        values.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
    }
    rest.is_empty().then_some(values)
}

/// A time of the findings, which is RFC 3339.
pub(crate) fn moment(prose: &Prose, text: &str) -> Value {
    let time: Result<Timestamp, _> = text.parse();
    time.map_or_else(|_| value(text), |time| prose.moment(time.as_second()))
}

#[cfg(test)]
mod tests {
    use basma::error::Reason;

    use super::*;
    use crate::cli::args::Language;

    #[test]
    fn values_are_told_from_a_text_by_its_template() {
        assert_eq!(values_of("empty", "empty"), Some(vec![]));
        assert_eq!(values_of("empty", "empty too"), None);
        assert_eq!(
            values_of("only {n} of {all} frames", "only 3 of 12 frames"),
            Some(vec![("n", "3"), ("all", "12")])
        );
        assert_eq!(
            values_of("{mime} is not", "a {b} is not"),
            Some(vec![("mime", "a {b}")])
        );
        assert_eq!(values_of("at {n}", "beyond 3"), None);
    }

    #[test]
    fn a_reason_is_in_the_language_and_one_that_is_not_known_in_english() {
        let french = Prose::new(Language::Fr);
        let empty = reason(&french, "file-empty", "the file is empty");
        assert_eq!(empty, "le fichier est vide");
        let capped = Reason::FramesCapped { frames: 3 };
        let said = reason(&french, capped.code().name(), &capped.to_string());
        assert!(
            said.contains('3') && !said.contains("lang=\"en\""),
            "{said}"
        );
        let unknown = reason(&french, "later", "a <later> reason");
        assert!(unknown.contains("lang=\"en\"") && unknown.contains("&lt;later&gt;"));
    }
}
