//! A signed file of its own: what an institution counted or did, as one object.
//!
//! ```json
//! {"body":{...},"key":"RW...","schema":"basma-calibration/1","signature":"..."}
//! ```
//!
//! The file is canonical JSON with a line end. The signature is Ed25519 of the canonical text of the object without it, in
//! base64. A statement without a key has neither. A signature proves that the body is what the holder of the key
//! signed; whose key it is, the reader has to know.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{PublicKey, SigningKey, canonical};
use crate::error::{Action, Problem};
use crate::{Error, Result, escape};

/// The largest statement, in bytes.
const BYTES_MAX: u64 = 64 << 20;

/// The text of a statement, signed where there is a key.
///
/// # Errors
/// [`Error::Case`] if an agent refuses to sign; [`Error::Argument`] for a body that canonical JSON cannot hold.
pub fn write(schema: &str, body: &impl Serialize, key: Option<&SigningKey>) -> Result<String> {
    let damaged = || {
        let message = "a number is too large".to_owned();
        Error::from(Problem::StatementDamaged { message })
    };
    let mut object = Map::new();
    object.insert("schema".into(), schema.into());
    let body = serde_json::to_value(body).map_err(|_| damaged())?;
    object.insert("body".into(), body);
    if let Some(key) = key {
        object.insert("key".into(), key.public().to_string().into());
        let text = canonical::text_of(&object).ok_or_else(damaged)?;
        object.insert("signature".into(), key.sign(text.as_bytes())?.into());
    }
    let text = canonical::text_of(&object).ok_or_else(damaged)?;
    Ok(text + "\n")
}

/// Reads a statement, and the key that signed it. A signature that is not of the bytes is an error.
///
/// # Errors
/// [`Error::Argument`] says what is wrong.
pub fn read<T: DeserializeOwned>(schema: &str, text: &[u8]) -> Result<(T, Option<PublicKey>)> {
    let damaged = |message: &str| {
        let message = escape::message(message).into_owned();
        Error::from(Problem::StatementDamaged { message })
    };
    let mut object: Map<String, Value> =
        serde_json::from_slice(text).map_err(|error| damaged(&error.to_string()))?;
    if object.get("schema").and_then(Value::as_str) != Some(schema) {
        let expected = schema.to_owned();
        return Err(Problem::StatementForeign { expected }.into());
    }
    // Two texts of one object would be two files with one signature.
    let again = canonical::text_of(&object).map(|text| text + "\n");
    if again.as_deref().map(str::as_bytes) != Some(text) {
        return Err(damaged("it is not canonical"));
    }
    let signature = object.remove("signature");
    let key = match (object.get("key"), signature) {
        (None, None) => None,
        (Some(Value::String(key)), Some(Value::String(signature))) => {
            let key = PublicKey::parse(key).ok_or_else(|| damaged("no key"))?;
            let signature = BASE64_STANDARD.decode(signature);
            let signature = signature.map_err(|_| damaged("no signature"))?;
            let signed = canonical::text_of(&object).ok_or_else(|| damaged("no text"))?;
            if !key.verifies(signed.as_bytes(), &signature) {
                return Err(Problem::StatementSignature.into());
            }
            Some(key)
        }
        _ => return Err(Problem::StatementSignature.into()),
    };
    let body = object.remove("body").unwrap_or_default();
    object.retain(|name, _| !["schema", "key"].contains(&name.as_str()));
    if !object.is_empty() {
        return Err(damaged("it has further fields"));
    }
    let body = serde_json::from_value(body).map_err(|error| damaged(&error.to_string()))?;
    Ok((body, key))
}

/// The bytes of a file of a statement.
///
/// # Errors
/// [`Error::Io`]; [`Error::Argument`] where it is too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(Error::io(Action::Open, path))?;
    let mut text = Vec::new();
    file.take(BYTES_MAX + 1)
        .read_to_end(&mut text)
        .map_err(Error::io(Action::Read, path))?;
    if text.len() as u64 > BYTES_MAX {
        let message = "it is too large".to_owned();
        return Err(Problem::StatementDamaged { message }.into());
    }
    Ok(text)
}

/// A detached signature of a text, which `minisign -V` checks. A key of an agent cannot make one.
///
/// # Errors
/// As [`write()`].
pub fn minisign(path: &Path, text: &str, key: &SigningKey) -> Result<Option<String>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = escape::escape(name.as_bytes());
    key.sign_file(path, text.as_bytes(), &format!("file:{name}"))
}

#[cfg(feature = "media")]
pub(super) fn hex_sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};

    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_a_signed_statement_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::create(&folder.path().join("key"), None).unwrap();
        let body = serde_json::json!({ "count": 3, "words": "ما \u{202e} x" });
        let text = write("test/1", &body, Some(&key)).unwrap();
        let (read_back, signed): (Value, _) = read("test/1", text.as_bytes()).unwrap();
        assert_eq!((read_back, signed), (body.clone(), Some(*key.public())));
        assert!(read::<Value>("test/2", text.as_bytes()).is_err());
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] ^= 1;
            assert!(read::<Value>("test/1", &changed).is_err(), "{place}");
            assert!(read::<Value>("test/1", &text.as_bytes()[..place]).is_err());
        }
        // Without its key and signature it is another statement, which nobody signed.
        let unsigned = write("test/1", &body, None).unwrap();
        let (_, signed): (Value, _) = read("test/1", unsigned.as_bytes()).unwrap();
        assert_eq!(signed, None);
        let half = text.replace(",\"signature\"", ",\"signaturf\"");
        assert!(read::<Value>("test/1", half.as_bytes()).is_err());
    }
}
