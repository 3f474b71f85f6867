//! What a client says of a content, and what pydantic says where that cannot be.

use serde_json::{Map, Value};

use super::kinds::bad_request;
use crate::serve::answer::Refusal;
use crate::serve::curation::Metadata;

/// The longest note, in characters.
const NOTE_MAX: usize = 255;

/// Reads metadata.
///
/// # Errors
/// 400 with each field that cannot be there.
pub(super) fn read(value: &Value) -> Result<Option<Metadata>, Refusal> {
    let fields = match value {
        Value::Null => return Ok(None),
        Value::Object(fields) => fields,
        other => {
            return Err(bad_request(format!(
                "Invalid metadata: {}",
                not_a_model(other)
            )));
        }
    };
    let mut faults = Vec::new();
    let mut text = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => {
            faults.push(fault(
                name,
                "Input should be a valid string",
                "string_type",
                other,
            ));
            None
        }
    };
    let (content_id, content_uri) = (text("content_id"), text("content_uri"));
    let json = match fields.get("json") {
        None | Some(Value::Null) => None,
        Some(Value::Object(object)) => Some(object.clone()),
        Some(other) => {
            faults.push(fault(
                "json",
                "Input should be a valid dictionary",
                "dict_type",
                other,
            ));
            None
        }
    };
    let known = ["content_id", "content_uri", "json", "collab"];
    for (name, value) in fields
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
    {
        faults.push(fault(
            name,
            "Extra inputs are not permitted",
            "extra_forbidden",
            value,
        ));
    }
    if !faults.is_empty() {
        let errors = if faults.len() == 1 { "error" } else { "errors" };
        let (count, faults) = (faults.len(), faults.concat());
        return Err(bad_request(format!(
            "Invalid metadata: {count} validation {errors} for BankedContentMetadata{faults}"
        )));
    }
    Ok(Some(Metadata {
        content_id,
        content_uri,
        json,
    }))
}

/// Reads metadata that is written as text, as in a form.
///
/// # Errors
/// As [`read`].
pub(super) fn read_text(text: &str) -> Result<Option<Metadata>, Refusal> {
    let value = serde_json::from_str(text);
    let value = value.map_err(|_| bad_request("Invalid metadata: it is not JSON"))?;
    read(&value)
}

/// Checks a note.
///
/// # Errors
/// 400 where it is too long.
pub(super) fn note(note: Option<String>) -> Result<Option<String>, Refusal> {
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_MAX)
    {
        let message = format!("note must have at most {NOTE_MAX} characters");
        return Err(bad_request(message));
    }
    Ok(note)
}

/// A note in a body of JSON.
///
/// # Errors
/// As [`note`].
pub(super) fn note_of(value: Option<&Value>) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => note(Some(text.clone())),
        Some(_) => Err(bad_request("note must be a string")),
    }
}

/// Checks the digest of a withdrawal token.
///
/// # Errors
/// 400 where it is no SHA-256.
pub(super) fn withdrawal(digest: Option<String>) -> Result<Option<String>, Refusal> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_digest = |text: &String| text.len() == 64 && text.bytes().all(is_digit);
    if digest.as_ref().is_some_and(|digest| !is_digest(digest)) {
        let message = "withdrawal must be the SHA-256 of a token, 64 lowercase hexadecimal digits";
        return Err(bad_request(message));
    }
    Ok(digest)
}

/// The digest of a withdrawal token in a body of JSON.
///
/// # Errors
/// As [`withdrawal`].
pub(super) fn withdrawal_of(value: Option<&Value>) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => withdrawal(Some(text.clone())),
        Some(_) => Err(bad_request("withdrawal must be a string")),
    }
}

/// Metadata as clients read it.
pub(super) fn told(metadata: &Metadata) -> Map<String, Value> {
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
    let json = metadata.json.clone().map_or(Value::Null, Value::from);
    let fields = [
        ("content_id", text(&metadata.content_id)),
        ("content_uri", text(&metadata.content_uri)),
        ("json", json),
    ];
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn fault(place: &str, message: &str, kind: &str, value: &Value) -> String {
    let (shown, name) = (python(value), type_name(value));
    format!(
        "\n{place}\n  {message} [type={kind}, input_value={shown}, input_type={name}]\n    For further information visit \
         https://errors.pydantic.dev/2.14/v/{kind}"
    )
}

fn not_a_model(value: &Value) -> String {
    let message = "Input should be a valid dictionary or instance of BankedContentMetadata";
    let (shown, name) = (python(value), type_name(value));
    format!(
        "1 validation error for BankedContentMetadata\n  {message} [type=model_type, input_value={shown}, \
         input_type={name}]\n    For further information visit https://errors.pydantic.dev/2.14/v/model_type"
    )
}

/// How Python writes a value.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(python).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(fields) => {
            let pair =
                |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), python(value));
            let fields: Vec<String> = fields.iter().map(pair).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut quoted = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            '\t' => quoted += "\\t",
            '\\' => quoted += "\\\\",
            letter if letter == quote => {
                quoted.push('\\');
                quoted.push(letter);
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push(quote);
    quoted
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_are_written_as_pydantic_writes_them() {
        let told = read(&json!({"case": "x"})).unwrap_err().message;
        assert_eq!(
            told,
            "Invalid metadata: 1 validation error for BankedContentMetadata\ncase\n  Extra inputs are not permitted \
             [type=extra_forbidden, input_value='x', input_type=str]\n    For further information visit \
             https://errors.pydantic.dev/2.14/v/extra_forbidden"
        );
        let told = read(&json!({"content_id": 7, "b": [true, null, 1.5]}))
            .unwrap_err()
            .message;
        assert!(told.contains("2 validation errors for"), "{told}");
        assert!(
            told.contains("input_value=[True, None, 1.5], input_type=list"),
            "{told}"
        );
        assert!(read(&json!([])).is_err() && read(&Value::Null).unwrap().is_none());
        assert_eq!(
            python(&json!({"it's": "\"", "b": "'\""})),
            r#"{"it's": '"', 'b': '\'"'}"#
        );
    }

    #[test]
    fn a_withdrawal_is_the_digest_of_a_token() {
        assert!(withdrawal_of(Some(&json!("0a".repeat(32)))).is_ok());
        for wrong in [json!("0A".repeat(32)), json!("0a"), json!(""), json!(7)] {
            assert!(withdrawal_of(Some(&wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_note_has_so_many_characters_of_any_length() {
        assert!(note(Some("é".repeat(255))).is_ok());
        assert!(note(Some("é".repeat(256))).is_err());
        assert!(note_of(Some(&json!(5))).is_err());
    }
}
