//! The words in the fields of a row, whatever the format around them.

use jiff::Timestamp;
use jiff::civil::Date;

use super::entry::{Media, Opinion, Severity};
use super::line::{Fault, quoted};

/// The opinions, for messages.
pub(super) const OPINIONS: &str = "positive, seed, negative or disputed";

/// The opinion that a name of ours or a category of ThreatExchange stands for.
pub(super) fn opinion(name: &str) -> Option<Opinion> {
    name.parse()
        .ok()
        .or_else(|| match name.to_ascii_lowercase().as_str() {
            "positive_class" | "true_positive" => Some(Opinion::Positive),
            "investigation_seed" => Some(Opinion::Seed),
            "negative_class" | "false_positive" => Some(Opinion::Negative),
            _ => None,
        })
}

/// Labels separated by `|`, or by white space where there is none.
pub(super) fn labels(text: &str) -> impl Iterator<Item = String> {
    let piped = text.contains('|');
    text.split(move |c: char| if piped { c == '|' } else { c.is_whitespace() })
        .map(str::trim)
        .filter(|label| !label.is_empty())
        .map(str::to_owned)
}

/// A quality, 0 to 100.
pub(super) fn quality(text: &str, code: &'static str) -> Result<u8, Fault> {
    text.parse().ok().filter(|&q| q <= 100).ok_or_else(|| {
        let got = quoted(text.as_bytes());
        let message = format!("a quality is a whole number from 0 to 100; got {got}");
        Fault::new(0, code, message)
    })
}

/// `image` or `video`, or a MIME type of one of them.
pub(super) fn media(text: &str) -> Result<Media, Fault> {
    let family = text.split_once('/').map_or(text, |(family, _)| family);
    family
        .parse()
        .map_err(|_| unknown("media", "image or video", text))
}

/// One of the four severities.
pub(super) fn severity(text: &str) -> Result<Severity, Fault> {
    text.parse()
        .map_err(|_| unknown("severity", "low, medium, high or critical", text))
}

/// Seconds since 1970-01-01 UTC of a moment with its offset from UTC, or of midnight UTC of a date.
pub(super) fn time(text: &str) -> Result<i64, Fault> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_second());
    }
    let day = text
        .parse::<Date>()
        .ok()
        .filter(|_| text.len() == "2026-01-31".len());
    let midnight = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    midnight
        .map(|midnight| midnight.timestamp().as_second())
        .ok_or_else(|| unknown("time", "as in 2026-01-31T18:00:00Z or 2026-01-31", text))
}

pub(super) fn unknown(what: &str, known: &str, got: &str) -> Fault {
    let message = format!("{what} is {known}; got {}", quoted(got.as_bytes()));
    Fault::new(0, "E025", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_an_offset_or_are_days_in_utc() {
        assert_eq!(time("2026-01-01T00:00:00Z").unwrap(), 1767225600);
        assert_eq!(time("2026-01-01T01:00:00+0100").unwrap(), 1767225600);
        assert_eq!(time("2026-01-01T00:00:00+0000").unwrap(), 1767225600);
        assert_eq!(time("2026-01-01").unwrap(), 1767225600);
        for bad in [
            "",
            "2026-01-01T00:00:00",
            "20260101",
            "1767225600",
            "01/02/2026",
        ] {
            assert_eq!(time(bad).unwrap_err().code, "E025", "{bad}");
        }
    }

    #[test]
    fn categories_old_and_new_are_opinions() {
        assert_eq!(opinion("POSITIVE_CLASS"), Some(Opinion::Positive));
        assert_eq!(opinion("false_positive"), Some(Opinion::Negative));
        assert_eq!(opinion("INVESTIGATION_SEED"), Some(Opinion::Seed));
        assert_eq!(opinion("DISPUTED"), Some(Opinion::Disputed));
        assert_eq!(opinion("A1"), None);
    }

    #[test]
    fn labels_are_split_at_pipes_or_else_at_spaces() {
        let split = |text| labels(text).collect::<Vec<_>>();
        assert_eq!(split("a  b"), ["a", "b"]);
        assert_eq!(split("deep fake| b |"), ["deep fake", "b"]);
    }
}
