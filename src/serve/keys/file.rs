//! The file of keys: a TOML table for each key, with a digest of it in its place.
//!
//! ```toml
//! [[key]]
//! name = "coop"
//! roles = ["matcher"]
//! sha256 = "…"                        # of the key; a key of 256 random bits needs no slower digest
//! expires = "2027-01-31T00:00:00Z"    # optional
//! rate = 100                          # optional: requests a second
//! ```

use std::fs;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, Problem};
use basma::{Error, Result, escape};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::serve::caller::{Role, Roles};
use crate::serve::io_error;

/// The largest file of keys, in bytes: some 50,000 keys.
const BYTES_MAX: u64 = 16 << 20;

/// What each key that is made begins with, so that it is known for one where it should not be.
const MARK: &str = "basma_";

/// A key as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) roles: Roles,
    pub(crate) digest: [u8; 32],
    pub(crate) expires: Option<Timestamp>,
    /// Requests a second.
    pub(crate) rate: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    key: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    roles: Vec<String>,
    sha256: String,
    expires: Option<String>,
    rate: Option<u32>,
}

/// The digest that stands for a key.
pub(crate) fn digest(key: &[u8]) -> [u8; 32] {
    Sha256::digest(key).into()
}

/// A name of a key: it stands in decisions, logs and metrics.
pub(crate) fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Reads the keys of a file.
///
/// # Errors
/// [`Error::Io`] where it cannot be read. [`Error::Argument`] where it is not a file of keys or others may write to it.
pub(crate) fn read(path: &Path) -> Result<Vec<Key>> {
    let failed = io_error(Action::Read, path);
    let metadata = fs::metadata(path).map_err(&failed)?;
    let shown = || escape::path(path).into_owned();
    if !metadata.is_file() {
        return Err(Problem::NotRegularFile { path: shown() }.into());
    }
    if is_writable_by_others(&metadata) {
        return Err(Problem::KeysWritable { path: shown() }.into());
    }
    let damaged = |message: String| {
        let path = shown();
        Error::from(Problem::KeysDamaged { path, message })
    };
    if metadata.len() > BYTES_MAX {
        return Err(damaged(format!("more than {BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(path).map_err(&failed)?;
    parse(&text).map_err(damaged)
}

fn parse(text: &str) -> std::result::Result<Vec<Key>, String> {
    let table: Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start].lines().count());
        let line = line.map_or(String::new(), |line| format!("line {}: ", line.max(1)));
        line + error.message()
    })?;
    let mut keys: Vec<Key> = Vec::with_capacity(table.key.len());
    for row in table.key {
        let name = row.name.clone();
        let key = checked(row).map_err(|what| format!("key {name:?}: {what}"))?;
        if keys.iter().any(|other| other.name == key.name) {
            return Err(format!("two keys are named {name:?}"));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn checked(row: Row) -> std::result::Result<Key, String> {
    if !is_name(&row.name) {
        return Err("a name has 1 to 64 letters, digits or . _ @ -".to_owned());
    }
    let mut roles = Vec::new();
    for name in &row.roles {
        roles.push(
            name.parse::<Role>()
                .map_err(|()| format!("unknown role {name:?}"))?,
        );
    }
    let expires = match &row.expires {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| format!("expires is no time: {text:?}"))?,
        ),
    };
    if row.rate == Some(0) {
        return Err("a rate of 0 lets nothing pass".to_owned());
    }
    let digest = blake3::Hash::from_hex(&row.sha256);
    Ok(Key {
        name: row.name,
        roles: roles.into_iter().collect(),
        digest: *digest
            .map_err(|_| "sha256 is not 64 hexadecimal digits".to_owned())?
            .as_bytes(),
        expires,
        rate: row.rate,
    })
}

/// What is asked for of a key that is made.
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) rate: Option<u32>,
}

/// Makes a key, adds its digest to the file, and returns the key, which is kept nowhere else.
///
/// # Errors
/// Those of [`read`]; [`Error::Argument`] where the name is taken or no name; [`Error::Io`] where the file cannot be written.
pub(crate) fn make(path: &Path, wanted: &Wanted) -> Result<String> {
    let Wanted { name, .. } = wanted;
    if !is_name(name) {
        return Err(Problem::KeyName { name: name.clone() }.into());
    }
    let (keys, mut text) = if fs::symlink_metadata(path).is_ok() {
        let text = fs::read_to_string(path).map_err(io_error(Action::Read, path))?;
        (read(path)?, text)
    } else {
        (Vec::new(), String::new())
    };
    if keys.iter().any(|key| key.name == *name) {
        return Err(Problem::KeyTaken { name: name.clone() }.into());
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::Io {
        action: Action::MakeKey,
        path: path.to_owned(),
        source: std::io::Error::other(error),
    })?;
    let key = MARK.to_owned() + &URL_SAFE_NO_PAD.encode(bytes);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text += &row(wanted, &key);
    write(path, &text)?;
    Ok(key)
}

/// The lines of a key.
fn row(wanted: &Wanted, key: &str) -> String {
    let names: Vec<String> = wanted.roles.iter().map(|r| format!("\"{r}\"")).collect();
    let digest = blake3::Hash::from(digest(key.as_bytes())).to_hex();
    let mut text = format!(
        "[[key]]\nname = \"{}\"\nroles = [{}]\nsha256 = \"{digest}\"\n",
        wanted.name,
        names.join(", ")
    );
    if let Some(time) = wanted.expires {
        text += &format!("expires = \"{time}\"\n");
    }
    if let Some(rate) = wanted.rate {
        text += &format!("rate = {rate}\n");
    }
    text
}

fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(text.as_bytes())
        .map_err(io_error(Action::Write, path))?;
    file.publish()
}

#[cfg(unix)]
fn is_writable_by_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o022 != 0
}

#[cfg(not(unix))]
fn is_writable_by_others(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str) -> Wanted {
        Wanted {
            name: name.to_owned(),
            roles: vec![Role::Matcher, Role::Distances],
            expires: Some("2031-01-31T00:00:00Z".parse().unwrap()),
            rate: Some(7),
        }
    }

    #[test]
    fn keys_that_are_made_are_read_again_and_differ() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let first = make(&path, &wanted("a")).unwrap();
        let second = make(&path, &wanted("b@c")).unwrap();
        assert_ne!(first, second);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&first) && !text.contains(&second));
        let keys = read(&path).unwrap();
        assert_eq!(keys.len(), 2);
        for (key, (name, secret)) in keys.iter().zip([("a", &first), ("b@c", &second)]) {
            assert_eq!(key.name, name);
            assert_eq!(key.digest, digest(secret.as_bytes()));
            assert!(key.roles.include(Role::Matcher) && !key.roles.include(Role::Admin));
            assert_eq!((key.rate, key.expires), (Some(7), wanted("a").expires));
        }
        for name in ["a", "", "a b", "é", &"a".repeat(65)] {
            assert!(make(&path, &wanted(name)).is_err(), "{name}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn what_is_no_key_is_named() {
        let digest = "0".repeat(64);
        let row = |name: &str, roles: &str, more: &str| {
            format!("[[key]]\nname = {name:?}\nroles = [{roles}]\nsha256 = \"{digest}\"\n{more}\n")
        };
        let whole = row("a", "\"matcher\"", "");
        assert_eq!(parse(&whole).unwrap().len(), 1);
        assert_eq!(parse("").unwrap(), []);
        for (text, what) in [
            (whole.repeat(2), "two keys"),
            (row("a b", "", ""), "a name"),
            (row("a", "\"root\"", ""), "unknown role"),
            (row("a", "", "expires = \"soon\""), "expires"),
            (row("a", "", "rate = 0"), "a rate"),
            (row("a", "", "sha512 = 1"), "unknown field"),
            (whole.replace(&digest, "00"), "sha256"),
            ("[[key]".to_owned(), "line 1"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(what), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_write_holds_no_keys() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        make(&path, &wanted("a")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(read(&path).is_err());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(read(&path).unwrap().len(), 1);
    }
}
