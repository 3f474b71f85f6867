//! The keys of age: public ones, which files are sealed to, and secret ones, which open them.

use std::fmt;
use std::path::Path;

use bech32::{Bech32, Hrp};
use ring::aead::Aad;
use x25519_dalek::{PublicKey, StaticSecret};

use super::FILE_KEY;
use super::primitives::{nonce, wrapping_key};
use crate::Result;
use crate::error::CaseProblem;
use crate::evidence::folder::{check_private, failed, read_bounded, write_new};

const RECIPIENT_PREFIX: &str = "age";
const IDENTITY_PREFIX: &str = "age-secret-key-";
const IDENTITY_BYTES_MAX: u64 = 64 * 1024;

/// A public key that files are sealed to: `age1...`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(pub(super) [u8; 32]);

impl Recipient {
    /// Reads a key as `age-keygen` prints it.
    ///
    /// # Errors
    /// [`Error::Case`](crate::Error::Case) if it is none.
    pub fn parse(text: &str) -> Result<Recipient> {
        let none = || {
            let text = crate::escape::message(text).into_owned();
            failed(Path::new("age"), CaseProblem::RecipientNone { text })
        };
        let (prefix, bytes) = bech32::decode(text.trim()).map_err(|_| none())?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| none())?;
        let is_one = prefix.to_lowercase() == RECIPIENT_PREFIX;
        is_one.then_some(Recipient(key)).ok_or_else(none)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = Hrp::parse_unchecked(RECIPIENT_PREFIX);
        let text = bech32::encode::<Bech32>(prefix, &self.0);
        f.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// A secret key that opens sealed files: `AGE-SECRET-KEY-1...`.
pub struct Identity(pub(super) StaticSecret);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.recipient())
    }
}

impl Identity {
    /// Makes a key of random bytes.
    pub fn create() -> Identity {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system has random bytes");
        Identity(StaticSecret::from(bytes))
    }

    /// Reads the keys of a file as `age-keygen` writes it: one on a line, and remarks behind `#`.
    ///
    /// # Errors
    /// [`Error::Case`](crate::Error::Case) if it holds none, or others can read it; [`Error::Io`](crate::Error::Io).
    pub fn read(path: &Path) -> Result<Vec<Identity>> {
        check_private(path, |mode| CaseProblem::KeyReadable { mode })?;
        let none = || failed(path, CaseProblem::IdentityNone);
        let text = String::from_utf8(read_bounded(path, IDENTITY_BYTES_MAX)?);
        let text = text.map_err(|_| none())?;
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<_> = lines
            .map(Identity::parse)
            .collect::<Option<_>>()
            .ok_or_else(none)?;
        if keys.is_empty() {
            Err(none())
        } else {
            Ok(keys)
        }
    }

    /// Writes it to a new file, for its owner alone.
    ///
    /// # Errors
    /// [`Error::Case`](crate::Error::Case) if the file is there already; [`Error::Io`](crate::Error::Io).
    pub fn write(&self, path: &Path) -> Result<()> {
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(failed(path, CaseProblem::KeyExists));
        }
        write_new(path, self.file().as_bytes())
    }

    pub(super) fn parse(text: &str) -> Option<Identity> {
        let (prefix, bytes) = bech32::decode(text).ok()?;
        let key: [u8; 32] = bytes.try_into().ok()?;
        (prefix.to_lowercase() == IDENTITY_PREFIX).then(|| Identity(StaticSecret::from(key)))
    }

    /// The public key.
    pub fn recipient(&self) -> Recipient {
        Recipient(PublicKey::from(&self.0).to_bytes())
    }

    /// The text of a file that holds it.
    pub(super) fn file(&self) -> String {
        let prefix = Hrp::parse_unchecked(IDENTITY_PREFIX);
        let text = bech32::encode_upper::<Bech32>(prefix, self.0.as_bytes());
        let text = text.expect("32 bytes are short enough");
        format!("# public key: {}\n{text}\n", self.recipient())
    }

    /// The file key in a stanza, if it is for this key.
    pub(super) fn open(&self, share: &[u8; 32], wrapped: &[u8]) -> Option<[u8; FILE_KEY]> {
        let mine = PublicKey::from(&self.0);
        let shared = self.0.diffie_hellman(&PublicKey::from(*share));
        // A share of low order would give everybody the same secret.
        if !shared.was_contributory() {
            return None;
        }
        let key = wrapping_key(shared.as_bytes(), share, mine.as_bytes());
        let mut wrapped = wrapped.to_vec();
        let opened = key.open_in_place(nonce(0, false), Aad::empty(), &mut wrapped);
        (*opened.ok()?).try_into().ok()
    }
}
