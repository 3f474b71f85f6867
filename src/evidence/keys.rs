//! Keys that sign records: Ed25519, in the files of minisign, or held by an agent of SSH.
//!
//! A public key is 56 characters, as minisign writes it: two bytes name the algorithm, eight are the key's id, 32 are
//! the key.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign::{KeyPair, SecretKey, SecretKeyBox};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

use super::agent::Agent;
use super::folder::{failed, read_bounded, write_new};
use super::seal::{Identity, SealedReader};
use crate::error::{Action, CaseProblem};
use crate::{Error, Result};

/// The algorithm, as minisign names it in keys.
const ALGORITHM: &[u8; 2] = b"Ed";

/// The largest file of a key.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// A public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    id: [u8; 8],
    point: [u8; 32],
}

impl PublicKey {
    /// Reads a key: 56 characters, or the two lines of a `.pub` file of minisign.
    ///
    /// ```
    /// use basma::evidence::PublicKey;
    /// let text = "RWRvv0pYVKEAt/5KMgWvXpTvr2cEHwXMbou3cn7tXnxOqn1oanFLnvB3";
    /// let key = PublicKey::parse(text).unwrap();
    /// assert_eq!(key.id(), "B700A154584ABF6F");
    /// assert_eq!(key.to_string(), text);
    /// assert_eq!(PublicKey::parse("no key"), None);
    /// ```
    pub fn parse(text: &str) -> Option<PublicKey> {
        let line = text.trim().lines().next_back()?.trim();
        let bytes = BASE64_STANDARD.decode(line).ok()?;
        let rest = bytes.strip_prefix(ALGORITHM)?;
        let (id, point) = rest.split_first_chunk::<8>()?;
        let point = point.try_into().ok()?;
        Some(PublicKey { id: *id, point })
    }

    /// Reads the file of a key, or takes the text as the key.
    ///
    /// # Errors
    /// [`Error::Case`] if it is no key; [`Error::Io`].
    pub fn read(named: &str) -> Result<PublicKey> {
        if let Some(key) = PublicKey::parse(named) {
            return Ok(key);
        }
        let path = Path::new(named);
        let bytes = read_bounded(path, FILE_BYTES_MAX)?;
        let text = String::from_utf8_lossy(&bytes);
        PublicKey::parse(&text).ok_or_else(|| failed(path, CaseProblem::KeyPublicNone))
    }

    /// The key of an agent has no id of its own: it is the begin of its digest.
    pub(super) fn of_agent(point: [u8; 32]) -> PublicKey {
        let digest = Sha256::digest(point);
        let id = *digest.first_chunk().expect("a digest has 32 bytes");
        PublicKey { id, point }
    }

    /// Its id, as minisign prints it.
    pub fn id(&self) -> String {
        format!("{:016X}", u64::from_le_bytes(self.id))
    }

    /// Whether a signature is of these bytes, by this key.
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.point);
        key.verify(bytes, signature).is_ok()
    }

    /// The two lines of a `.pub` file.
    pub fn file(&self) -> String {
        format!(
            "untrusted comment: minisign public key {}\n{self}\n",
            self.id()
        )
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&ALGORITHM[..], &self.id, &self.point].concat();
        f.write_str(&BASE64_STANDARD.encode(bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A key that signs.
pub struct SigningKey {
    public: PublicKey,
    secret: Secret,
}

enum Secret {
    File {
        pair: Box<Ed25519KeyPair>,
        minisign: Box<SecretKey>,
    },
    Agent(Agent),
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public)
    }
}

impl SigningKey {
    /// Makes a key: the secret one in a new file, the public one beside it as `FILE.pub`. A password encrypts it.
    ///
    /// # Errors
    /// [`Error::Case`] if a file is there already; [`Error::Io`].
    pub fn create(path: &Path, password: Option<&str>) -> Result<SigningKey> {
        let none = |_| failed(path, CaseProblem::KeyNone);
        let (text, secret) = match password {
            None => {
                let made = KeyPair::generate_unencrypted_keypair().map_err(none)?;
                (made.sk.to_box(None).map_err(none)?, made.sk)
            }
            Some(password) => {
                let password = Some(password.to_owned());
                let made = KeyPair::generate_encrypted_keypair(password.clone()).map_err(none)?;
                let text = made.sk.to_box(None).map_err(none)?;
                let secret = text.clone().into_secret_key(password).map_err(none)?;
                (text, secret)
            }
        };
        let key = SigningKey::of_minisign(path, secret)?;
        let public = public_path(path);
        for file in [path, &public] {
            if fs::symlink_metadata(file).is_ok() {
                return Err(failed(file, CaseProblem::KeyExists));
            }
        }
        write_new(path, text.into_string().as_bytes())?;
        write_new(&public, key.public.file().as_bytes())?;
        Ok(key)
    }

    /// Reads a secret key. `password` is asked for where the key is encrypted.
    ///
    /// # Errors
    /// [`Error::Case`] if it is no key, others can read it, or the password is wrong; [`Error::Io`].
    pub fn read(path: &Path, password: impl FnOnce() -> Option<String>) -> Result<SigningKey> {
        super::folder::check_private(path, |mode| CaseProblem::KeyReadable { mode })?;
        let bytes = read_bounded(path, FILE_BYTES_MAX)?;
        SigningKey::parse(path, &bytes, password)
    }

    /// Reads a secret key that is encrypted with age.
    ///
    /// # Errors
    /// [`Error::Case`] if none of the identities opens it, or it is no key; [`Error::Io`].
    pub fn read_sealed(
        path: &Path,
        identities: &[Identity],
        password: impl FnOnce() -> Option<String>,
    ) -> Result<SigningKey> {
        let bytes = read_bounded(path, FILE_BYTES_MAX)?;
        let mut text = Vec::new();
        let mut opened = SealedReader::new(path, &bytes[..], identities)?;
        let read = opened.read_to_end(&mut text);
        read.map_err(|_| failed(path, CaseProblem::SealedDamaged))?;
        SigningKey::parse(path, &text, password)
    }

    fn parse(
        path: &Path,
        text: &[u8],
        password: impl FnOnce() -> Option<String>,
    ) -> Result<SigningKey> {
        let none = || failed(path, CaseProblem::KeyNone);
        let text = std::str::from_utf8(text).map_err(|_| none())?;
        let line = text.lines().nth(1).ok_or_else(none)?;
        let bytes = BASE64_STANDARD.decode(line.trim()).map_err(|_| none())?;
        if bytes.len() != SECRET_BYTES || !bytes.starts_with(ALGORITHM) {
            return Err(none());
        }
        let work = bytes[WORK_AT..].first_chunk().copied().ok_or_else(none)?;
        if u64::from_le_bytes(work) > WORK_MAX {
            return Err(failed(path, CaseProblem::KeyCostly));
        }
        let secret = SecretKeyBox::from_string(text).map_err(|_| none())?;
        let secret = if bytes[2..4] == [0, 0] {
            secret.into_unencrypted_secret_key().map_err(|_| none())?
        } else {
            let wrong = || failed(path, CaseProblem::KeyPassword);
            let password = password().ok_or_else(wrong)?;
            secret
                .into_secret_key(Some(password))
                .map_err(|_| wrong())?
        };
        SigningKey::of_minisign(path, secret)
    }

    fn of_minisign(path: &Path, secret: SecretKey) -> Result<SigningKey> {
        let none = || failed(path, CaseProblem::KeyNone);
        let bytes = secret.to_bytes();
        let keys = bytes.get(KEYS_AT..KEYS_AT + 72).ok_or_else(none)?;
        let (id, seed, point) = (&keys[..8], &keys[8..40], &keys[40..]);
        let pair = Ed25519KeyPair::from_seed_and_public_key(seed, point).map_err(|_| none())?;
        let point = pair.public_key().as_ref().try_into().map_err(|_| none())?;
        let id = id.try_into().map_err(|_| none())?;
        Ok(SigningKey {
            public: PublicKey { id, point },
            secret: Secret::File {
                pair: Box::new(pair),
                minisign: Box::new(secret),
            },
        })
    }

    /// The key of this name that the agent at SSH_AUTH_SOCK holds: its comment, or its text as `ssh-add -L` prints it.
    ///
    /// # Errors
    /// [`Error::Case`] if no agent answers, or it has no such key.
    pub fn of_agent(socket: &Path, name: &str) -> Result<SigningKey> {
        let agent = Agent::find(socket, name)?;
        Ok(SigningKey {
            public: PublicKey::of_agent(agent.point()),
            secret: Secret::Agent(agent),
        })
    }

    /// Its public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature of some bytes, in base64.
    ///
    /// # Errors
    /// [`Error::Case`] if the agent refuses.
    pub(super) fn sign(&self, bytes: &[u8]) -> Result<String> {
        let signature = match &self.secret {
            Secret::File { pair, .. } => pair.sign(bytes).as_ref().to_vec(),
            Secret::Agent(agent) => agent.sign(bytes)?,
        };
        Ok(BASE64_STANDARD.encode(signature))
    }

    /// A detached signature, which `minisign -V` checks. An agent cannot make one: it gives `None`.
    ///
    /// # Errors
    /// [`Error::Io`] if the bytes cannot be read.
    pub(super) fn sign_file(
        &self,
        path: &Path,
        bytes: impl Read,
        trusted_comment: &str,
    ) -> Result<Option<String>> {
        let Secret::File { minisign, .. } = &self.secret else {
            return Ok(None);
        };
        let signature = minisign::sign(None, minisign, bytes, Some(trusted_comment), None);
        let signature = signature.map_err(|error| {
            Error::io(Action::Read, path)(std::io::Error::other(error.to_string()))
        })?;
        Ok(Some(signature.into_string()))
    }
}

/// Where the public key of a secret one is written.
fn public_path(secret: &Path) -> PathBuf {
    let mut name = secret.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// The number of bytes of a secret key in minisign's file, and where its id, its seed and its public key begin.
const SECRET_BYTES: usize = KEYS_AT + 72 + 32;
const KEYS_AT: usize = 2 + 2 + 2 + 32 + 8 + 8;
/// Where the file states how much work its password takes, in steps of scrypt. The memory is bounded by the library.
const WORK_AT: usize = 2 + 2 + 2 + 32;

/// Four times what minisign asks for at most. A file that asks for more would be waited for without end.
const WORK_MAX: u64 = 4 << 25;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::tests::desk;

    #[test]
    fn a_key_is_read_back_and_signs_what_its_public_key_verifies() {
        let desk = desk();
        let path = desk.path().join("key");
        let made = SigningKey::create(&path, None).unwrap();
        let read = SigningKey::read(&path, || None).unwrap();
        assert_eq!(read.public(), made.public());
        let beside = public_path(&path);
        let public = PublicKey::read(beside.to_str().unwrap()).unwrap();
        let signature = BASE64_STANDARD.decode(read.sign(b"text").unwrap()).unwrap();
        assert!(public.verifies(b"text", &signature));
        assert!(!public.verifies(b"texT", &signature));
        let again = SigningKey::create(&path, None).unwrap_err();
        assert!(again.to_string().contains("never replaced"), "{again}");
    }

    #[test]
    fn a_password_opens_a_key_and_no_other_does() {
        let desk = desk();
        let path = desk.path().join("key");
        let made = SigningKey::create(&path, Some("kalima")).unwrap();
        let read = SigningKey::read(&path, || Some("kalima".to_owned())).unwrap();
        assert_eq!(read.public(), made.public());
        for password in [None, Some("Kalima".to_owned())] {
            let refused = SigningKey::read(&path, || password).unwrap_err();
            assert!(
                refused.to_string().contains("BASMA_KEY_PASSWORD"),
                "{refused}"
            );
        }
    }

    /// A stranger's file could ask for work without end.
    #[test]
    fn a_key_that_asks_for_too_much_work_is_refused() {
        let desk = desk();
        let path = desk.path().join("key");
        SigningKey::create(&path, Some("kalima")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let (comment, line) = text.trim_end().split_once('\n').unwrap();
        let mut bytes = BASE64_STANDARD.decode(line).unwrap();
        for work in [WORK_MAX + 1, u64::MAX] {
            bytes[WORK_AT..WORK_AT + 8].copy_from_slice(&work.to_le_bytes());
            let text = format!("{comment}\n{}\n", BASE64_STANDARD.encode(&bytes));
            fs::write(&path, text).unwrap();
            let refused = SigningKey::read(&path, || Some("kalima".to_owned()));
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("more work"), "{refused}");
        }
    }

    #[test]
    fn a_key_that_is_sealed_is_opened_by_its_identity() {
        use std::io::Write as _;
        let desk = desk();
        let path = desk.path().join("key");
        let made = SigningKey::create(&path, None).unwrap();
        let identity = [Identity::create()];
        let recipient = [identity[0].recipient()];
        let mut sealed = crate::evidence::SealedWriter::new(Vec::new(), &recipient).unwrap();
        sealed.write_all(&fs::read(&path).unwrap()).unwrap();
        let path = desk.path().join("key.age");
        fs::write(&path, sealed.finish().unwrap()).unwrap();
        let read = SigningKey::read_sealed(&path, &identity, || None).unwrap();
        assert_eq!(read.public(), made.public());
        let other = SigningKey::read_sealed(&path, &[Identity::create()], || None);
        assert!(
            other
                .unwrap_err()
                .to_string()
                .contains("not sealed to this key")
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_key_or_is_not_private_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let desk = desk();
        let path = desk.path().join("key");
        let public = *SigningKey::create(&path, None).unwrap().public();
        let text = fs::read(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(
            SigningKey::read(&path, || None)
                .unwrap_err()
                .to_string()
                .contains("0640")
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for length in 0..text.len() - 1 {
            fs::write(&path, &text[..length]).unwrap();
            assert!(SigningKey::read(&path, || None).is_err(), "{length}");
        }
        // A changed key has another checksum.
        for place in text.iter().position(|b| *b == b'\n').unwrap() + 1..text.len() - 1 {
            let mut changed = text.clone();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            fs::write(&path, &changed).unwrap();
            let read = SigningKey::read(&path, || None);
            // Salt and costs say nothing where there is no password.
            assert!(
                read.is_ok_and(|read| *read.public() == public) || read_fails(&path),
                "{place}"
            );
        }
    }

    #[cfg(unix)]
    fn read_fails(path: &Path) -> bool {
        SigningKey::read(path, || None).is_err()
    }
}
