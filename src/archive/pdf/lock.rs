//! Passwords of PDF: the standard security handler, revisions 2 to 6 (ISO 32000-2, 7.6.4).
//!
//! Most encrypted documents open with an empty password: the encryption only asks readers not to print or copy. That one is
//! always tried. Others are tried as for all archives. The document itself says whether a password is right.

use std::io;

use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha384, Sha512};

use super::cipher::{Method, decrypt_256, encrypt_128, rc4};
use super::dictionary;
use super::file::File;
use super::object::{Dictionary, Object};
use crate::archive::gap::Gap;
use crate::archive::passwords::{Fit, Keyring, Steps};
use crate::error::Reason;

/// What a password is filled up with to 32 bytes.
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
    0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

/// The longest password of revisions 5 and 6.
const PASSWORD_BYTES_MAX: usize = 127;

/// The most named filters.
const FILTERS_MAX: usize = 64;

/// About how often a password of revision 6 is hashed, with 64 copies of itself each time, and encrypted.
const ROUNDS: u64 = 100;

/// What decrypts the streams and texts of a document.
#[derive(Clone)]
pub(super) struct Crypt {
    key: Vec<u8>,
    methods: Methods,
}

#[derive(Clone, Debug)]
struct Methods {
    streams: Method,
    strings: Method,
    files: Method,
    named: Vec<(Vec<u8>, Method)>,
    /// Metadata is encrypted like other streams.
    takes_metadata: bool,
}

impl Crypt {
    /// Decrypts a text in an object.
    pub(super) fn text(&self, object: (u32, u16), text: Vec<u8>) -> Vec<u8> {
        self.methods.strings.decrypt(&self.key, object, text)
    }

    /// Decrypts the data of a stream. `named` is the filter that the stream itself names.
    pub(super) fn stream(
        &self,
        object: (u32, u16),
        about: &Dictionary,
        named: Option<&[u8]>,
        data: Vec<u8>,
    ) -> Vec<u8> {
        let methods = &self.methods;
        let kind = about.get(&[b"Type"]);
        let is = |name: &[u8]| matches!(kind, Some(Object::Name(known)) if known == name);
        let method = match named {
            Some(named) => methods.named(named),
            None if is(b"XRef") => Method::Identity,
            None if is(b"Metadata") && !methods.takes_metadata => Method::Identity,
            None if is(b"EmbeddedFile") => methods.files,
            None => methods.streams,
        };
        method.decrypt(&self.key, object, data)
    }
}

impl Methods {
    fn named(&self, name: &[u8]) -> Method {
        let mut named = self.named.iter();
        let found = named.find(|(known, _)| known == name);
        found.map_or(Method::Identity, |(_, method)| *method)
    }
}

/// What a document says of its encryption.
pub(super) struct Lock {
    revision: i64,
    /// How long the key may be, in bytes: programs state it in several places.
    lengths: Vec<usize>,
    owner: Vec<u8>,
    user: Vec<u8>,
    owner_key: Vec<u8>,
    user_key: Vec<u8>,
    permissions: u32,
    id: Vec<u8>,
    methods: Methods,
}

impl Lock {
    /// Reads the dictionary of the encryption. None where it is of a handler or version that is not known here.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn read(
        file: &mut File,
        about: &Dictionary,
        id: Vec<u8>,
    ) -> io::Result<Option<Lock>> {
        let mut value = |name: &[u8]| match about.get(&[name]) {
            Some(object) => file.resolve(object),
            None => Ok(Object::Other),
        };
        if value(b"Filter")? != Object::Name(b"Standard".to_vec()) {
            return Ok(None);
        }
        let mut number = |name: &[u8]| {
            Ok::<i64, io::Error>(match value(name)? {
                Object::Number(number) => number,
                _ => 0,
            })
        };
        let (version, revision) = (number(b"V")?, number(b"R")?);
        let (length, permissions) = (number(b"Length")?, number(b"P")? as u32);
        let mut text = |name: &[u8]| {
            Ok::<Vec<u8>, io::Error>(match value(name)? {
                Object::Text(text) => text,
                _ => Vec::new(),
            })
        };
        let [owner, user] = [text(b"O")?, text(b"U")?];
        let [owner_key, user_key] = [text(b"OE")?, text(b"UE")?];
        let takes_metadata = value(b"EncryptMetadata")? != Object::Bool(false);
        let methods = match (version, revision) {
            (1 | 2, 2 | 3) => Some(Methods {
                streams: Method::Rc4,
                strings: Method::Rc4,
                files: Method::Rc4,
                named: Vec::new(),
                takes_metadata: true,
            }),
            (4, 4) | (5, 5 | 6) => methods(file, about, takes_metadata)?,
            _ => None,
        };
        let lengths = match (version, usize::try_from(length / 8)) {
            (1, _) => vec![5],
            (_, Ok(length @ 6..=15)) => vec![length, 16, 5],
            _ => vec![16, 5],
        };
        Ok(methods.map(|methods| Lock {
            revision,
            lengths,
            owner,
            user,
            owner_key,
            user_key,
            permissions,
            id,
            methods,
        }))
    }

    /// Finds the password: the empty one, or one of those that were given.
    pub(super) fn open(self, keyring: &Keyring) -> Result<Crypt, Gap> {
        let key = match self.try_password(b"") {
            Some(key) => key,
            None => keyring.open(Reason::PdfEncrypted, |password, steps| {
                if !self.take_steps(password, steps) {
                    return Ok(None);
                }
                let mut spellings = self.spellings(password).into_iter();
                let key = spellings.find_map(|password| self.try_password(&password));
                Ok(Some(key.map_or(Fit::No, Fit::Whole)))
            })?,
        };
        let methods = self.methods;
        Ok(Crypt { key, methods })
    }

    /// Takes what trying a password costs, as the one of the user and that of the owner.
    fn take_steps(&self, password: &[u8], steps: &mut Steps) -> bool {
        let len = password.len().min(PASSWORD_BYTES_MAX) as u64;
        steps.take(match self.revision {
            2 => 10,
            3 | 4 => 400 * self.lengths.len() as u64,
            5 => 10,
            // Twice for the owner, whose password is hashed with 48 bytes more.
            _ => ROUNDS * (2 * len + 2 * 64 + 48),
        })
    }

    /// How a password may be meant: UTF-8 from revision 5 on, and Latin-1 or bytes before that.
    fn spellings(&self, password: &[u8]) -> Vec<Vec<u8>> {
        let text = std::str::from_utf8(password);
        let of_bytes = || password.iter().map(|byte| char::from(*byte));
        let mut all = vec![match text {
            Err(_) if self.revision >= 5 => of_bytes().collect::<String>().into_bytes(),
            _ => password.to_vec(),
        }];
        if let Ok(text) = text
            && self.revision < 5
            && !text.is_ascii()
        {
            let bytes = text.chars().map(|letter| u8::try_from(u32::from(letter)));
            all.extend(bytes.collect::<Result<Vec<u8>, _>>());
        }
        all
    }

    /// The key of the document, if this is the password of its user or owner.
    fn try_password(&self, password: &[u8]) -> Option<Vec<u8>> {
        if self.revision >= 5 {
            return self.try_long(&password[..password.len().min(PASSWORD_BYTES_MAX)]);
        }
        let padded = pad(password);
        let mut lengths = self.lengths.iter();
        lengths.find_map(|length| {
            let of_user = |password: &[u8; 32]| {
                let key = self.key_of(password, *length);
                self.is_key(&key).then_some(key)
            };
            of_user(&padded).or_else(|| of_user(&self.user_of(&padded, *length)?))
        })
    }

    /// The key that the password of a user gives (algorithm 2).
    fn key_of(&self, padded: &[u8; 32], length: usize) -> Vec<u8> {
        let mut hasher = Md5::new_with_prefix(padded);
        hasher.update(self.owner.get(..32).unwrap_or(&self.owner));
        hasher.update(self.permissions.to_le_bytes());
        hasher.update(&self.id);
        if self.revision >= 4 && !self.methods.takes_metadata {
            hasher.update([0xFF; 4]);
        }
        let mut digest = hasher.finalize();
        for _ in 0..self.times() {
            digest = Md5::digest(&digest[..length]);
        }
        digest[..length].to_vec()
    }

    /// How often what was hashed is hashed again.
    fn times(&self) -> u32 {
        if self.revision >= 3 { 50 } else { 0 }
    }

    /// Whether a key is that of the document (algorithms 4 to 6).
    fn is_key(&self, key: &[u8]) -> bool {
        if self.revision == 2 {
            let mut expected = PADDING;
            rc4(key, &mut expected);
            return self.user.get(..32) == Some(&expected);
        }
        let hasher = Md5::new_with_prefix(PADDING);
        let mut expected: [u8; 16] = hasher.chain_update(&self.id).finalize().into();
        for turn in 0..20 {
            rc4(&turned(key, turn), &mut expected);
        }
        self.user.get(..16) == Some(&expected)
    }

    /// The password of the user, which that of the owner encrypts (algorithm 7).
    fn user_of(&self, padded: &[u8; 32], length: usize) -> Option<[u8; 32]> {
        let mut digest = Md5::digest(padded);
        for _ in 0..self.times() {
            digest = Md5::digest(digest);
        }
        let key = &digest[..length];
        let mut user: [u8; 32] = self.owner.get(..32)?.try_into().ok()?;
        let turns = if self.revision == 2 { 1 } else { 20 };
        for turn in (0..turns).rev() {
            rc4(&turned(key, turn), &mut user);
        }
        Some(user)
    }

    /// The key by the password of revisions 5 and 6 (algorithm 2.A).
    fn try_long(&self, password: &[u8]) -> Option<Vec<u8>> {
        let (user, owner) = (self.user.get(..48)?, self.owner.get(..48)?);
        let key_of = |salt: &[u8], of_user: &[u8], encrypted: &[u8]| {
            let mut key: [u8; 32] = encrypted.get(..32)?.try_into().ok()?;
            let opens = self.long_hash(password, salt, of_user);
            decrypt_256(&opens, [0; 16], &mut key);
            Some(key.to_vec())
        };
        if self.long_hash(password, &user[32..40], &[]) == user[..32] {
            return key_of(&user[40..48], &[], &self.user_key);
        }
        if self.long_hash(password, &owner[32..40], user) == owner[..32] {
            return key_of(&owner[40..48], user, &self.owner_key);
        }
        None
    }

    /// The hash of revisions 5 and 6 (algorithm 2.B).
    fn long_hash(&self, password: &[u8], salt: &[u8], of_user: &[u8]) -> [u8; 32] {
        let first = Sha256::new_with_prefix(password).chain_update(salt);
        let first: [u8; 32] = first.chain_update(of_user).finalize().into();
        if self.revision == 5 {
            return first;
        }
        let mut hash = first.to_vec();
        // A last byte ends it at round 287 at the latest.
        for round in 1u32.. {
            let mut data = [password, &hash, of_user].concat().repeat(64);
            let (key, rest) = hash.split_first_chunk::<16>().expect("a hash is longer");
            let (iv, _) = rest.split_first_chunk::<16>().expect("a hash is longer");
            encrypt_128(key, *iv, &mut data);
            let sum: u32 = data[..16].iter().map(|byte| u32::from(*byte)).sum();
            hash = match sum % 3 {
                0 => Sha256::digest(&data).to_vec(),
                1 => Sha384::digest(&data).to_vec(),
                _ => Sha512::digest(&data).to_vec(),
            };
            let last = data.last().copied().unwrap_or(0);
            if round >= 64 && u32::from(last) <= round - 32 {
                break;
            }
        }
        *hash.first_chunk().expect("a hash is longer")
    }
}

/// A key as its turn has it.
fn turned(key: &[u8], turn: u8) -> Vec<u8> {
    key.iter().map(|byte| byte ^ turn).collect()
}

fn pad(password: &[u8]) -> [u8; 32] {
    let mut bytes = password.iter().chain(&PADDING);
    std::array::from_fn(|_| *bytes.next().expect("the padding is long enough"))
}

/// What the filters of a dictionary encrypt with (7.6.6). None where one is not known here.
fn methods(
    file: &mut File,
    about: &Dictionary,
    takes_metadata: bool,
) -> io::Result<Option<Methods>> {
    let mut value = |names: &[&[u8]]| match about.get(names) {
        Some(object) => file.resolve(object),
        None => Ok(Object::Other),
    };
    let filters = dictionary(value(&[b"CF"])?).unwrap_or_default();
    let used = [
        value(&[b"StmF"])?,
        value(&[b"StrF"])?,
        value(&[b"EFF", b"StmF"])?,
    ];
    let mut methods = Methods {
        streams: Method::Identity,
        strings: Method::Identity,
        files: Method::Identity,
        named: Vec::new(),
        takes_metadata,
    };
    for (name, filter) in filters.iter().take(FILTERS_MAX) {
        let filter = dictionary(file.resolve(filter)?).unwrap_or_default();
        let method = match filter.get(&[b"CFM"]) {
            Some(Object::Name(name)) if name == b"V2" => Method::Rc4,
            Some(Object::Name(name)) if name == b"AESV2" => Method::Aes128,
            Some(Object::Name(name)) if name == b"AESV3" => Method::Aes256,
            Some(Object::Name(name)) if name != b"None" => return Ok(None),
            _ => Method::Identity,
        };
        methods.named.push((name.clone(), method));
    }
    let [streams, strings, files] = used.map(|used| match used {
        Object::Name(name) => methods.named(&name),
        _ => Method::Identity,
    });
    (methods.streams, methods.strings, methods.files) = (streams, strings, files);
    Ok(Some(methods))
}

/// The first part of the identifier of a document.
pub(super) fn identifier(file: &mut File, trailer: &Dictionary) -> io::Result<Vec<u8>> {
    let Some(id) = trailer.get(&[b"ID"]) else {
        return Ok(Vec::new());
    };
    let Object::Array(parts) = file.resolve(id)? else {
        return Ok(Vec::new());
    };
    match parts.first() {
        Some(part) => match file.resolve(part)? {
            Object::Text(text) => Ok(text),
            _ => Ok(Vec::new()),
        },
        None => Ok(Vec::new()),
    }
}

/// The name of the filter that a stream says it is encrypted with (7.4.10).
pub(super) fn named(filters: &[(Vec<u8>, Dictionary)]) -> Option<Vec<u8>> {
    let mut filters = filters.iter();
    let (_, parameters) = filters.find(|(name, _)| name == b"Crypt")?;
    Some(match parameters.get(&[b"Name"]) {
        Some(Object::Name(name)) => name.clone(),
        _ => b"Identity".to_vec(),
    })
}
