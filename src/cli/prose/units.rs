//! Numbers, sizes and times as each language writes them.

use basma::error::TimeSpan;
use basma::hash::Region;
use fluent_bundle::FluentValue;
use jiff::Timestamp;
use jiff::tz::Offset;

use super::{Prose, Value};
use crate::cli::args::Language;

impl Language {
    /// A decimal number: a comma in France and in Morocco, whose Arabic is written here, a point in English.
    pub(crate) fn decimal(self, number: f64, digits: usize) -> String {
        self.point(&format!("{number:.digits$}"))
    }

    /// A decimal number that is written with a point.
    pub(crate) fn point(self, number: &str) -> String {
        match self {
            Language::En => number.to_owned(),
            Language::Fr | Language::Ar => number.replace('.', ","),
        }
    }

    /// A number of bytes. The symbols of IEC are written in Arabic too, as on the machines that show them.
    pub(crate) fn bytes(self, count: u64) -> String {
        let units = match self {
            Language::En | Language::Ar => ["B", "KiB", "MiB", "GiB", "TiB"],
            Language::Fr => ["o", "Kio", "Mio", "Gio", "Tio"],
        };
        let space = match self {
            Language::Fr => '\u{a0}',
            Language::En | Language::Ar => ' ',
        };
        let mut scaled = count as f64;
        let mut unit = 0;
        while scaled >= 1024.0 && unit + 1 < units.len() {
            scaled /= 1024.0;
            unit += 1;
        }
        match unit {
            0 => format!("{count}{space}{}", units[0]),
            _ => format!("{}{space}{}", self.decimal(scaled, 1), units[unit]),
        }
    }

    /// A place in a clip: minutes and seconds.
    pub(crate) fn place(self, ms: u64) -> String {
        let (minutes, seconds) = (ms / 60_000, ms % 60_000);
        let point = self.decimal(0.5, 1).replace(['0', '5'], "");
        format!(
            "{minutes}:{:02}{point}{}",
            seconds / 1000,
            seconds % 1000 / 100
        )
    }

    /// A part of a picture in percent, as the texts of the library have it. Where a comma is the decimal sign, another one
    /// stands between numbers.
    pub(crate) fn region(self, region: Region) -> String {
        let text = region.to_string();
        let between = match self {
            Language::En => return text,
            Language::Fr => "\u{a0}; ",
            Language::Ar => "؛ ",
        };
        let numbers: Vec<String> = text.split(',').map(|number| self.point(number)).collect();
        numbers.join(between)
    }

    /// A time. English keeps RFC 3339, as output for programs has it.
    pub(crate) fn moment(self, seconds: i64) -> String {
        let Ok(time) = Timestamp::from_second(seconds) else {
            return seconds.to_string();
        };
        match self {
            Language::En => time.to_string(),
            // Months have other names in Morocco than in Egypt or Syria: in numbers all read the same.
            Language::Fr | Language::Ar => {
                let time = Offset::UTC.to_datetime(time);
                format!(
                    "{:02}/{:02}/{} {:02}:{:02}:{:02} UTC",
                    time.day(),
                    time.month(),
                    time.year(),
                    time.hour(),
                    time.minute(),
                    time.second()
                )
            }
        }
    }
}

/// The groups of a French number stand apart from five digits on, as in "12 345". A comma or a point between groups is a
/// decimal sign to readers of the next language. So English and Arabic have none.
pub(super) fn formatter<M>(language: Language) -> fn(&FluentValue<'_>, &M) -> Option<String> {
    match language {
        Language::En | Language::Ar => plain,
        Language::Fr => french,
    }
}

fn plain<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    whole(value).map(|number| number.to_string())
}

fn french<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let digits = whole(value)?.to_string();
    if digits.len() < 5 {
        return Some(digits);
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    Some(text)
}

/// Numbers are whole here; any other stands in a message as text.
fn whole(value: &FluentValue<'_>) -> Option<u64> {
    match value {
        FluentValue::Number(number) => Some(number.value as u64),
        _ => None,
    }
}

impl Prose {
    /// A number of bytes, for a message.
    pub(crate) fn bytes(&self, count: u64) -> Value {
        self.language().bytes(count).into()
    }

    /// A place in a clip, for a message.
    pub(crate) fn place(&self, ms: u64) -> Value {
        self.language().place(ms).into()
    }

    /// A part of a picture, for a message.
    pub(crate) fn region(&self, region: Region) -> Value {
        self.language().region(region).into()
    }

    /// A time, for a message.
    pub(crate) fn moment(&self, seconds: i64) -> Value {
        self.language().moment(seconds).into()
    }

    /// A time that lasts, in its largest unit.
    pub(crate) fn lasting(&self, seconds: u64) -> Value {
        let (id, count) = match seconds {
            0..=119 => ("lasting-seconds", seconds),
            120..=7199 => ("lasting-minutes", seconds / 60),
            7200..=172_799 => ("lasting-hours", seconds / 3600),
            _ => ("lasting-days", seconds / 86400),
        };
        Value::said(self.say(id, [("count", count.into())]))
    }

    /// A time that lasts, to the second.
    pub(super) fn span(&self, span: TimeSpan) -> Value {
        const UNITS: [&str; 4] = [
            "lasting-days",
            "lasting-hours",
            "lasting-minutes",
            "lasting-seconds",
        ];
        let parts = span.parts().into_iter().zip(UNITS);
        let mut parts: Vec<(u64, &str)> = parts.filter(|(count, _)| *count > 0).collect();
        if parts.is_empty() {
            parts.push((0, UNITS[3]));
        }
        let parts = parts.into_iter();
        let parts: Vec<String> = parts
            .map(|(count, id)| self.say(id, [("count", count.into())]))
            .collect();
        Value::said(parts.join(&self.word("lasting-between")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_written_as_in_each_language() {
        assert_eq!(Language::En.bytes(1023), "1023 B");
        assert_eq!(Language::En.bytes(1536), "1.5 KiB");
        assert_eq!(Language::Fr.bytes(17_196_646), "16,4\u{a0}Mio");
        assert_eq!(Language::Ar.bytes(1536), "1,5 KiB");
        assert_eq!(Language::Fr.decimal(0.5, 1), "0,5");
        assert_eq!(Language::En.place(61_250), "1:01.2");
        assert_eq!(Language::Fr.place(61_250), "1:01,2");
        let half = Region {
            left: 66,
            bottom: 500,
            ..Region::WHOLE
        };
        assert_eq!(Language::En.region(half), "6.6,0.0,100.0,50.0");
        assert_eq!(
            Language::Fr.region(half),
            "6,6\u{a0}; 0,0\u{a0}; 100,0\u{a0}; 50,0"
        );
        assert_eq!(Language::Ar.region(half), "6,6؛ 0,0؛ 100,0؛ 50,0");
        assert_eq!(Language::En.moment(0), "1970-01-01T00:00:00Z");
        assert_eq!(Language::Fr.moment(86_399), "01/01/1970 23:59:59 UTC");
        assert_eq!(Language::Ar.moment(i64::MAX), i64::MAX.to_string());
    }
}
