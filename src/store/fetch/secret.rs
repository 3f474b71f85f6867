//! Secrets for a server: where they are, never what they are, in the configuration.

use std::ffi::OsString;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use ureq::http::{HeaderName, HeaderValue, header};

use super::file::{Links, open};
use crate::error::{SecretProblem, system_text};
use crate::escape;

/// How long a secret may be, in bytes.
const BYTES_MAX: u64 = 16 * 1024;

/// The authentication at a server.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Auth {
    /// `Authorization: Bearer SECRET` (RFC 6750).
    Bearer(SecretFrom),
    /// `Authorization: Basic ...` (RFC 7617).
    Basic(Basic),
    /// A header of the server's own.
    Header(Header),
}

/// A name and a password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basic {
    /// The name. It is not secret and contains no colon.
    pub(crate) user: String,
    /// The password.
    pub(crate) password: SecretFrom,
}

/// A header whose value is the secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    /// Its name, `X-Api-Key` for instance.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: SecretFrom,
}

/// The place of a secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecretFrom {
    /// In the environment variable of that name.
    Env(String),
    /// In a file that only its owner may read. A line end at its end is not part of it.
    File(PathBuf),
}

/// A header to send. Neither this nor the value that it holds shows the secret.
pub(super) struct Credential {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential")
    }
}

impl Auth {
    /// That the configuration can be right.
    pub(super) fn check(&self) -> Result<(), SecretProblem> {
        match self {
            Auth::Bearer(_) => Ok(()),
            Auth::Basic(basic) if basic.user.contains(':') => Err(SecretProblem::Unusable),
            Auth::Basic(_) => Ok(()),
            Auth::Header(header) => header.name().map(|_| ()),
        }
    }

    /// Looks the secret up.
    pub(super) fn credential(
        &self,
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Credential, SecretProblem> {
        self.check()?;
        let (name, value) = match self {
            Auth::Bearer(from) => {
                let token = from.read(environment)?;
                (header::AUTHORIZATION, format!("Bearer {token}"))
            }
            Auth::Basic(Basic { user, password }) => {
                let pair = format!("{user}:{}", password.read(environment)?);
                let pair = BASE64_STANDARD.encode(pair);
                (header::AUTHORIZATION, format!("Basic {pair}"))
            }
            Auth::Header(header) => (header.name()?, header.value.read(environment)?),
        };
        let value = HeaderValue::from_str(&value);
        let mut value = value.map_err(|_| SecretProblem::Unusable)?;
        value.set_sensitive(true);
        Ok(Credential { name, value })
    }
}

impl Header {
    fn name(&self) -> Result<HeaderName, SecretProblem> {
        // What decides where an answer begins and ends, and which part of the file it is.
        const OURS: [HeaderName; 12] = [
            header::HOST,
            header::CONNECTION,
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::TE,
            header::UPGRADE,
            header::EXPECT,
            header::ACCEPT_ENCODING,
            header::RANGE,
            header::IF_RANGE,
            header::IF_NONE_MATCH,
            header::IF_MODIFIED_SINCE,
        ];
        let name = HeaderName::from_bytes(self.name.as_bytes()).ok();
        let refused = name.clone().filter(|name| OURS.contains(name));
        name.filter(|name| !OURS.contains(name))
            .ok_or_else(|| match refused {
                Some(name) => SecretProblem::Header {
                    name: name.to_string(),
                },
                // What is no header at all may be the secret, in the wrong place.
                None => SecretProblem::HeaderInvalid,
            })
    }
}

impl SecretFrom {
    pub(super) fn read(
        &self,
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<String, SecretProblem> {
        let text = match self {
            SecretFrom::Env(name) => {
                let is_usual =
                    |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
                // The secret itself may stand in place of its name.
                let value = environment(name).ok_or_else(|| {
                    if name.bytes().all(is_usual) {
                        let name = escape::escape(name.as_bytes()).into_owned();
                        SecretProblem::NotSet { name }
                    } else {
                        SecretProblem::NotSetUnnamed
                    }
                })?;
                value.into_string().map_err(|_| SecretProblem::Unusable)?
            }
            SecretFrom::File(path) => read_file(path)?,
        };
        let text = text.trim_end_matches(['\r', '\n']);
        let usable = !text.is_empty() && !text.chars().any(char::is_control);
        if usable && text.len() as u64 <= BYTES_MAX {
            Ok(text.to_owned())
        } else {
            Err(SecretProblem::Unusable)
        }
    }
}

fn read_file(path: &Path) -> Result<String, SecretProblem> {
    // The secret itself may stand in place of its path.
    let is_path = path.components().count() > 1;
    let unreadable = |error: &dyn fmt::Display| {
        if is_path {
            let message = system_text(error);
            SecretProblem::Unreadable { message }
        } else {
            SecretProblem::PathNotWhole
        }
    };
    let file = open(path, Links::Follow).map_err(|error| unreadable(&error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Of the open file: what stands at the path may be another by now.
        let metadata = file.metadata().map_err(|error| unreadable(&error))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            let path = escape::path(path).into_owned();
            return Err(SecretProblem::Public { path });
        }
    }
    let mut bytes = Vec::new();
    let read = file.take(BYTES_MAX + 3).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes).map_err(|_| SecretProblem::Unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(json: &str) -> Result<(String, String), SecretProblem> {
        let auth: Auth = serde_json::from_str(json).unwrap();
        let environment = |name: &str| match name {
            "TOKEN" => Some("s3cret".into()),
            "EMPTY" => Some("\n".into()),
            "SPLIT" => Some("a\r\nHost: b".into()),
            "LONG" => Some("x".repeat(20_000).into()),
            _ => None,
        };
        let credential = auth.credential(&environment)?;
        assert!(!format!("{credential:?} {:?}", credential.value).contains("s3cret"));
        let value = credential.value.to_str().unwrap().to_owned();
        Ok((credential.name.to_string(), value))
    }

    #[test]
    fn each_kind_is_the_header_of_its_standard() {
        let pair = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(
            credential(r#"{"bearer": {"env": "TOKEN"}}"#),
            pair("authorization", "Bearer s3cret")
        );
        // printf 'me:s3cret' | base64
        assert_eq!(
            credential(r#"{"basic": {"user": "me", "password": {"env": "TOKEN"}}}"#),
            pair("authorization", "Basic bWU6czNjcmV0")
        );
        assert_eq!(
            credential(r#"{"header": {"name": "X-Api-Key", "value": {"env": "TOKEN"}}}"#),
            pair("x-api-key", "s3cret")
        );
    }

    #[test]
    fn what_cannot_be_a_secret_is_refused_without_saying_it() {
        for name in ["EMPTY", "SPLIT", "LONG"] {
            let json = format!(r#"{{"bearer": {{"env": "{name}"}}}}"#);
            assert_eq!(credential(&json), Err(SecretProblem::Unusable), "{name}");
        }
        assert!(matches!(
            credential(r#"{"bearer": {"env": "ABSENT"}}"#),
            Err(SecretProblem::NotSet { .. })
        ));
        for name in ["Host", "range", "a b", "", "Connection"] {
            let json =
                format!(r#"{{"header": {{"name": "{name}", "value": {{"env": "TOKEN"}}}}}}"#);
            assert!(matches!(
                credential(&json),
                Err(SecretProblem::Header { .. } | SecretProblem::HeaderInvalid)
            ));
        }
        let colon = r#"{"basic": {"user": "a:b", "password": {"env": "TOKEN"}}}"#;
        assert_eq!(credential(colon), Err(SecretProblem::Unusable));
    }

    #[test]
    fn a_secret_in_the_configuration_itself_is_no_configuration() {
        assert!(serde_json::from_str::<Auth>(r#"{"bearer": "s3cret"}"#).is_err());
        let unknown = r#"{"basic": {"user": "a", "password": {"env": "A"}, "more": 1}}"#;
        assert!(serde_json::from_str::<Auth>(unknown).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "s3cret\n").unwrap();
        let json = serde_json::json!({"bearer": {"file": path}}).to_string();
        for mode in [0o644, 0o640, 0o604, 0o620] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(
                credential(&json),
                Err(SecretProblem::Public { .. })
            ));
        }
        for mode in [0o600, 0o400] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(credential(&json).unwrap().1, "Bearer s3cret");
        }
        let none = r#"{"bearer": {"file": "/nonexistent/token"}}"#;
        assert!(matches!(
            credential(none),
            Err(SecretProblem::Unreadable { .. } | SecretProblem::PathNotWhole)
        ));
    }
}
