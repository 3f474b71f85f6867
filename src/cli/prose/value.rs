//! Values in messages.

use std::borrow::Cow;

use fluent_bundle::FluentValue;

/// A value in a message.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Chooses the plural. Western digits in every language: Morocco writes them, and they can be copied.
    Number(u64),
    /// A path, a hash, a name, a time: what belongs to no language.
    Text(String),
    /// A text in the language of the message.
    Said(String),
}

/// Larger numbers are not exact as the numbers of Fluent are kept.
const EXACT_MAX: u64 = 1 << 53;

impl Value {
    pub(crate) fn said(text: impl Into<String>) -> Value {
        Value::Said(text.into())
    }

    pub(super) fn into_fluent(self, is_isolating: bool) -> FluentValue<'static> {
        match self {
            Value::Number(number) if number <= EXACT_MAX => FluentValue::from(number as f64),
            Value::Number(number) => FluentValue::from(number.to_string()),
            Value::Text(text) if is_isolating => FluentValue::from(isolated(&text)),
            Value::Text(text) | Value::Said(text) => FluentValue::from(text),
        }
    }
}

/// A text in an isolate of its own direction, so that neither takes apart what stands beside the other.
pub(super) fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

macro_rules! numbers {
    ($( $number:ty )+) => {
        $( impl From<$number> for Value {
            fn from(number: $number) -> Value {
                Value::Number(u64::try_from(number).unwrap_or(u64::MAX))
            }
        } )+
    };
}

numbers! { u8 u16 u32 u64 usize }

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Value {
        Value::Text(text.into_owned())
    }
}
