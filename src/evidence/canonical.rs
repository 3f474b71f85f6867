//! JSON as RFC 8785 writes it: one text for one value, so that a signature is of the value.
//!
//! Numbers are whole, and at most 2^53 - 1 either way, as every reader of JSON keeps them. A value with another number
//! is refused: no record has one.

use serde::Serialize;
use serde_json::Value;

/// The largest number that every reader of JSON keeps.
pub const NUMBER_MAX: u64 = (1 << 53) - 1;

/// The most levels of objects and lists within each other. No record comes near it.
const DEPTH_MAX: usize = 64;

/// The canonical text of a value.
///
/// `None` where it holds a number that is not whole or too large, or is nested too deep.
///
/// ```
/// use basma::evidence::canonical;
/// let value = serde_json::json!({ "b": [1, true], "a": "\u{e9}\n" });
/// assert_eq!(canonical::text(&value).unwrap(), "{\"a\":\"\u{e9}\\n\",\"b\":[1,true]}");
/// assert_eq!(canonical::text(&serde_json::json!(0.5)), None);
/// ```
pub fn text(value: &Value) -> Option<String> {
    let mut text = String::new();
    write(value, &mut text, 0)?;
    Some(text)
}

/// The canonical text of anything that is written as JSON.
pub fn text_of(value: &impl Serialize) -> Option<String> {
    text(&serde_json::to_value(value).ok()?)
}

fn write(value: &Value, text: &mut String, depth: usize) -> Option<()> {
    if depth > DEPTH_MAX {
        return None;
    }
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => {
            let is_kept = |number: i64| number.unsigned_abs() <= NUMBER_MAX;
            let number = number.as_i64().filter(|number| is_kept(*number))?;
            text.push_str(&number.to_string());
        }
        Value::String(value) => write_text(value, text),
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(value, text, depth + 1)?;
            }
            text.push(']');
        }
        Value::Object(values) => {
            let mut names: Vec<&String> = values.keys().collect();
            // The order of RFC 8785 is that of UTF-16, which is not that of UTF-8 beyond U+FFFF.
            names.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_text(name, text);
                text.push(':');
                write(&values[name], text, depth + 1)?;
            }
            text.push('}');
        }
    }
    Some(())
}

fn write_text(value: &str, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            c if c < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_example_of_the_rfc_about_order_is_written_as_it_says() {
        // RFC 8785, 3.2.3.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control",
            "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        let text = text(&value).unwrap();
        let places = [
            "Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew",
        ]
        .map(|name| text.find(name).unwrap());
        assert!(places.is_sorted(), "{text}");
        assert!(text.starts_with("{\"\\r\":"), "{text}");
    }

    #[test]
    fn numbers_that_readers_change_are_refused() {
        assert_eq!(text(&json!(NUMBER_MAX)).unwrap(), "9007199254740991");
        assert_eq!(text(&json!(-5)).unwrap(), "-5");
        for value in [json!(NUMBER_MAX + 1), json!(1.5), json!(u64::MAX)] {
            assert_eq!(text(&value), None, "{value}");
        }
        let deep = (0..DEPTH_MAX + 2).fold(json!(1), |value, _| json!([value]));
        assert_eq!(text(&deep), None);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (-(NUMBER_MAX as i64)..=NUMBER_MAX as i64).prop_map(Value::from),
            ".*".prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_text_is_read_back_as_its_value_and_has_no_other_text(value in value()) {
            let written = text(&value).unwrap();
            let read: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(text(&read).unwrap(), written);
        }
    }
}
