//! Texts for people, without a language.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Occurrence, Reason, ReasonValue, Reasons};

/// A text for people in any language: a stable id, the values in the text, and the text in English.
///
/// ```
/// use basma::error::{MessageValue, Problem};
/// let problem = Problem::GenerationNotKept { generation: 7, kept: "8, 9".to_owned() };
/// let message = problem.message();
/// assert_eq!(message.id(), "problem-generation-not-kept");
/// assert_eq!(message.value("generation"), Some(&MessageValue::Number(7)));
/// assert_eq!(message.to_string(), "generation 7 is not kept; kept are: 8, 9");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    id: String,
    text: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<String, MessageValue>,
}

impl Message {
    pub(crate) fn new<'n>(
        id: impl Into<String>,
        text: impl Into<String>,
        values: impl IntoIterator<Item = (&'n str, MessageValue)>,
    ) -> Message {
        let values = values.into_iter();
        Message {
            id: id.into(),
            text: text.into(),
            values: values
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }

    /// The family and the code of its kind, with a hyphen between them.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The values, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, &MessageValue)> {
        self.values.iter().map(|(name, value)| (&**name, value))
    }

    /// The value of this name.
    pub fn value(&self, name: &str) -> Option<&MessageValue> {
        self.values.get(name)
    }
}

/// The text in English.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A value in the text of a [`Message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MessageValue {
    /// A count or a size.
    Number(u64),
    /// A number with a decimal point.
    Decimal(String),
    /// A time in seconds since 1970-01-01 UTC.
    Time(i64),
    /// How long something lasts, in seconds.
    Span(u64),
    /// What belongs to no language: a name, a path, a quotation of another program.
    Text(String),
    /// Another message.
    Message(Box<Message>),
    /// Several messages, each on its line.
    Lines(Vec<Message>),
}

impl From<Message> for MessageValue {
    fn from(message: Message) -> MessageValue {
        MessageValue::Message(Box::new(message))
    }
}

impl From<&Box<Message>> for MessageValue {
    fn from(message: &Box<Message>) -> MessageValue {
        MessageValue::Message(message.clone())
    }
}

impl From<&Message> for MessageValue {
    fn from(message: &Message) -> MessageValue {
        message.clone().into()
    }
}

impl From<&u64> for MessageValue {
    fn from(number: &u64) -> MessageValue {
        MessageValue::Number(*number)
    }
}

impl From<&u32> for MessageValue {
    fn from(number: &u32) -> MessageValue {
        MessageValue::Number(u64::from(*number))
    }
}

impl From<&u16> for MessageValue {
    fn from(number: &u16) -> MessageValue {
        MessageValue::Number(u64::from(*number))
    }
}

impl From<&String> for MessageValue {
    fn from(text: &String) -> MessageValue {
        MessageValue::Text(text.clone())
    }
}

impl From<&&'static str> for MessageValue {
    fn from(text: &&'static str) -> MessageValue {
        MessageValue::Text((*text).to_owned())
    }
}

impl From<&Reason> for MessageValue {
    fn from(reason: &Reason) -> MessageValue {
        reason.message().into()
    }
}

impl From<&Moment> for MessageValue {
    fn from(moment: &Moment) -> MessageValue {
        MessageValue::Time(moment.0)
    }
}

impl From<&TimeSpan> for MessageValue {
    fn from(span: &TimeSpan) -> MessageValue {
        MessageValue::Span(span.0)
    }
}

impl From<&Decimal> for MessageValue {
    fn from(number: &Decimal) -> MessageValue {
        MessageValue::Decimal(number.0.clone())
    }
}

/// A time, in seconds since 1970-01-01 UTC. Its text is that of RFC 3339; seconds beyond the calendar.
///
/// ```
/// use basma::error::Moment;
/// assert_eq!(Moment(0).to_string(), "1970-01-01T00:00:00Z");
/// assert_eq!(Moment(i64::MAX).to_string(), "9223372036854775807");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(time) => write!(f, "{time}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// How long something lasts, in seconds. Its text has days, hours, minutes and seconds, without those that are zero.
///
/// ```
/// use basma::error::TimeSpan;
/// assert_eq!(TimeSpan(0).to_string(), "0 s");
/// assert_eq!(TimeSpan(93_601).to_string(), "1 d 2 h 1 s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeSpan(pub u64);

impl TimeSpan {
    /// Days, hours, minutes and seconds.
    pub const fn parts(self) -> [u64; 4] {
        [
            self.0 / 86_400,
            self.0 / 3600 % 24,
            self.0 / 60 % 60,
            self.0 % 60,
        ]
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0 s");
        }
        let parts = self.parts().into_iter().zip(["d", "h", "min", "s"]);
        let mut between = "";
        for (count, unit) in parts.filter(|(count, _)| *count > 0) {
            write!(f, "{between}{count} {unit}")?;
            between = " ";
        }
        Ok(())
    }
}

/// A number with a decimal point, as it is shown.
///
/// ```
/// use basma::error::Decimal;
/// assert_eq!(Decimal::exact(0.25).to_string(), "0.25");
/// assert_eq!(Decimal::tenths(16.44).to_string(), "16.4");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(String);

impl Decimal {
    /// With as many digits as the number has.
    pub fn exact(number: f64) -> Decimal {
        Decimal(number.to_string())
    }

    /// With one digit after the point.
    pub fn tenths(number: f64) -> Decimal {
        Decimal(format!("{number:.1}"))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Reason {
    /// Its text as a message for any language.
    pub fn message(&self) -> Message {
        let names = self.code().arguments().iter().copied();
        let values = self.values().into_iter().map(|value| match value {
            ReasonValue::Number(number) => MessageValue::Number(number),
            ReasonValue::Text(text) => MessageValue::Text(text),
        });
        let id = format!("reason-{}", self.code());
        Message::new(id, self.to_string(), names.zip(values))
    }
}

impl Occurrence {
    /// Its text as a message for any language.
    pub fn message(&self) -> Message {
        let mut message = self.reason.message();
        if let Some(track) = self.track {
            let text = format!("video track {track}: {}", self.reason);
            let values = [
                ("track", MessageValue::Number(track)),
                ("reason", message.into()),
            ];
            message = Message::new("reason-of-track", text, values);
        }
        if self.times > 1 {
            let values = [
                ("reason", message.into()),
                ("times", MessageValue::Number(self.times)),
            ];
            message = Message::new("reason-repeated", self.to_string(), values);
        }
        message
    }
}

impl Reasons {
    /// Their texts on one line, as a message for any language.
    pub fn message(&self) -> Message {
        let both = |first: Message, second: Message| {
            let text = format!("{first}; {second}");
            let values = [("first", first.into()), ("second", second.into())];
            Message::new("reason-both", text, values)
        };
        let messages = self.iter().map(Occurrence::message);
        let message = messages.reduce(both);
        message.expect("there is at least one reason")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problem;

    #[test]
    fn a_message_is_the_same_when_it_is_read_again() {
        let inner = Problem::CsvOnly.message();
        let values = [
            ("a", MessageValue::Number(u64::MAX)),
            ("b", MessageValue::Decimal("0.5".to_owned())),
            ("c", MessageValue::Time(-1)),
            ("g", MessageValue::Span(61)),
            ("d", MessageValue::Text("قائمة\n".to_owned())),
            ("e", inner.clone().into()),
            ("f", MessageValue::Lines(vec![inner.clone(), inner])),
        ];
        let message = Message::new("x", "text", values);
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
    }

    #[test]
    fn a_moment_is_shown_as_a_date_or_as_it_is() {
        assert_eq!(Moment(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Moment(i64::MAX).to_string(), i64::MAX.to_string());
        assert_eq!(Decimal::tenths(1.25).to_string(), "1.2");
        assert_eq!(Decimal::exact(0.1).to_string(), "0.1");
    }
}
