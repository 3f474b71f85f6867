//! Whether a list is from whom it should be: detached signatures as minisign makes them.
//!
//! A signature is four lines of text. Two of them are Ed25519 signatures. One is of the BLAKE2b-512 of the file. The
//! other is of that signature and the *trusted comment*. That comment has the time of signing and the name of the file.
//! Nothing of a list is read before [`Keys::verify`] has given a [`Signed`]. What that says is then held to what is
//! known:
//!
//! | attack | noticed by |
//! |---|---|
//! | other content, another signer | [`Keys::verify`] |
//! | another list of the same signer under this one's name (mix and match) | [`Signed::check_file`] |
//! | an old list that was rightly signed then (rollback) | [`Signed::check_not_before`] |
//! | the same list for ever (freeze) | [`Signed::check_age`] |
//!
//! The format is that of <https://jedisct1.github.io/minisign/>. Its old kind, a signature of the file itself, is
//! refused. It cannot be checked without having all of the file in memory.

use std::io::{self, Read};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign_verify::{PublicKey, Signature};
use serde::Deserialize;

use crate::error::{Action, Moment, SignatureProblem, TimeSpan};
use crate::store::layout::raw::CHUNK_BYTES;
use crate::{Error, Result, escape};

/// The suffix of the name of a signature file.
pub(crate) const SUFFIX: &str = ".minisig";

/// How long a signature may be: minisign's comments have at most 1,024 and 8,192 bytes.
pub(crate) const BYTES_MAX: u64 = 16 * 1024;

/// The largest time in seconds by which a signature can be ahead of the clock: a day.
pub(crate) const AHEAD_MAX: i64 = 24 * 60 * 60;

/// The keys that may sign a list: one, or two while the publisher changes its key.
///
/// Deserialized from a list of texts, as [`parse`](Keys::parse) takes them.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(crate) struct Keys(Vec<Key>);

#[derive(Clone, Debug)]
struct Key {
    id: [u8; 8],
    key: PublicKey,
}

impl Keys {
    /// Reads keys, each as minisign prints it: 56 characters, or the two lines of a `.pub` file.
    ///
    /// # Errors
    /// [`Error::Signature`] where there is none, or one is no key.
    pub(crate) fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Keys> {
        let texts = texts.into_iter().enumerate();
        let keys = texts.map(|(index, text)| {
            let problem = SignatureProblem::Key {
                number: index as u64 + 1,
            };
            // Of a file the last line is the key, the first a comment.
            let line = text
                .as_ref()
                .trim()
                .lines()
                .next_back()
                .unwrap_or("")
                .trim();
            Key::parse(line).ok_or_else(|| failed("keys", problem))
        });
        let keys: Vec<Key> = keys.collect::<Result<_>>()?;
        if keys.is_empty() {
            Err(failed("keys", SignatureProblem::NoKey))
        } else {
            Ok(Keys(keys))
        }
    }

    /// Reads all of a list and says what its signature does, if it is right. `name` is what errors call the list.
    ///
    /// # Errors
    /// [`Error::Signature`]; [`Error::Io`] where the list cannot be read; [`Error::Cancelled`].
    pub(crate) fn verify(
        &self,
        name: &str,
        signature: &[u8],
        list: &mut dyn Read,
        stop: &dyn Fn() -> bool,
    ) -> Result<Signed> {
        let failed = |problem| failed(name, problem);
        let (id, signature) = parse(signature).ok_or_else(|| failed(SignatureProblem::Garbage))?;
        // Ids are 8 bytes that a key's owner chose: several keys may have one.
        let keys: Vec<&Key> = self.0.iter().filter(|key| key.id == id).collect();
        if keys.is_empty() {
            return Err(failed(SignatureProblem::OtherKey { key: shown(id) }));
        }
        let streams = keys.iter().map(|key| key.key.verify_stream(&signature));
        let mut streams: Vec<_> = streams
            .collect::<Result<_, _>>()
            .map_err(|_| failed(SignatureProblem::Legacy))?;
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            if stop() {
                return Err(Error::Cancelled);
            }
            match list.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => streams
                    .iter_mut()
                    .for_each(|stream| stream.update(&buffer[..count])),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io(Action::Read, Path::new(name))(error)),
            }
        }
        if !streams.iter_mut().any(|stream| stream.finalize().is_ok()) {
            return Err(failed(SignatureProblem::Mismatch));
        }
        Ok(Signed {
            name: name.to_owned(),
            key: shown(id),
            comment: signature.trusted_comment().to_owned(),
        })
    }
}

impl TryFrom<Vec<String>> for Keys {
    type Error = Error;

    fn try_from(texts: Vec<String>) -> Result<Keys> {
        Keys::parse(texts)
    }
}

impl Key {
    fn parse(line: &str) -> Option<Key> {
        let key = PublicKey::from_base64(line).ok()?;
        Some(Key { id: id(line)?, key })
    }
}

/// The statements of a valid signature about a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    name: String,
    /// The id of the key.
    key: String,
    comment: String,
}

impl Signed {
    /// The id of the key that signed.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// When the list was signed, in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Error::Signature`] where the comment does not say it, or not clearly.
    pub(crate) fn timestamp(&self) -> Result<i64> {
        let text = self.field("timestamp")?;
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let seconds = text.parse().ok().filter(|_| digits);
        seconds.ok_or_else(|| failed(&self.name, SignatureProblem::Unclear { field: "timestamp" }))
    }

    /// The name of the file when it was signed.
    ///
    /// # Errors
    /// [`Error::Signature`] where the comment does not say it, or not clearly.
    pub(crate) fn file(&self) -> Result<&str> {
        self.field("file")
    }

    /// Checks that the file was signed under the expected name.
    ///
    /// # Errors
    /// [`Error::Signature`], [`SignatureProblem::OtherFile`].
    pub(crate) fn check_file(&self, expected: &str) -> Result<()> {
        let found = self.file()?;
        if found == expected {
            Ok(())
        } else {
            Err(failed(
                &self.name,
                SignatureProblem::OtherFile {
                    found: escape::escape(found.as_bytes()).into_owned(),
                    expected: escape::escape(expected.as_bytes()).into_owned(),
                },
            ))
        }
    }

    /// Checks that it was not signed before `last`, the time of the last accepted signature. The same time is valid.
    ///
    /// # Errors
    /// [`Error::Signature`], [`SignatureProblem::Rollback`].
    pub(crate) fn check_not_before(&self, last: i64) -> Result<()> {
        let found = self.timestamp()?;
        if found < last {
            let (found, last) = (Moment(found), Moment(last));
            let problem = SignatureProblem::Rollback { found, last };
            Err(failed(&self.name, problem))
        } else {
            Ok(())
        }
    }

    /// Checks that it was signed at most `age_max` seconds before `now`, and at most [`AHEAD_MAX`] after it.
    ///
    /// # Errors
    /// [`Error::Signature`], [`SignatureProblem::Frozen`] or [`SignatureProblem::Future`].
    pub(crate) fn check_age(&self, now: i64, age_max: i64) -> Result<()> {
        let age = now.saturating_sub(self.timestamp()?);
        if age < -AHEAD_MAX {
            let ahead = TimeSpan(age.unsigned_abs());
            return Err(failed(&self.name, SignatureProblem::Future { ahead }));
        }
        if age > age_max {
            let [age, age_max] = [age, age_max].map(|seconds| TimeSpan(seconds.unsigned_abs()));
            let problem = SignatureProblem::Frozen { age, age_max };
            Err(failed(&self.name, problem))
        } else {
            Ok(())
        }
    }

    /// minisign writes `timestamp:NUMBER`, `file:NAME` and what was hashed, with tabs between them.
    fn field(&self, field: &'static str) -> Result<&str> {
        let parts = self.comment.split('\t');
        let mut found = parts.filter_map(|part| part.strip_prefix(field)?.strip_prefix(':'));
        let missing = SignatureProblem::Missing { field };
        let first = found.next().ok_or_else(|| failed(&self.name, missing))?;
        match found.next() {
            Some(_) => Err(failed(&self.name, SignatureProblem::Unclear { field })),
            None => Ok(first),
        }
    }
}

fn failed(name: &str, problem: SignatureProblem) -> Error {
    let name = name.to_owned();
    Error::Signature { name, problem }
}

/// The id of the key that a signature is by, and the signature.
fn parse(bytes: &[u8]) -> Option<([u8; 8], Signature)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let signature = Signature::decode(text).ok()?;
    Some((id(text.lines().nth(1)?)?, signature))
}

/// The id in a key or a signature: two bytes tell the algorithm, the next eight are the id.
fn id(base64: &str) -> Option<[u8; 8]> {
    let bytes = BASE64_STANDARD.decode(base64.trim()).ok()?;
    bytes.get(2..10)?.try_into().ok()
}

/// As minisign prints it: a little-endian number in hexadecimal.
fn shown(id: [u8; 8]) -> String {
    format!("{:016X}", u64::from_le_bytes(id))
}

#[cfg(test)]
pub(in crate::store) mod tests {
    use super::*;

    // Made with the `minisign` crate, 0.10; the secret keys are gone.
    pub(in crate::store) const KEY_A: &str =
        "RWRvv0pYVKEAt/5KMgWvXpTvr2cEHwXMbou3cn7tXnxOqn1oanFLnvB3";
    pub(in crate::store) const KEY_B: &str =
        "untrusted comment: minisign public key: 1F135222B11D275E
RWReJx2xIlITH0kfE7tfLEPQMuQCSLe+AtpecJE3LQ332C3c/qLkDgzx
";
    pub(in crate::store) const LIST: &[u8] =
        b"pdq f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22\n";
    pub(in crate::store) const OTHER: &[u8] =
        b"pdq d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22\n";
    pub(in crate::store) const BY_A: &str = "untrusted comment: signature from minisign secret key
RURvv0pYVKEAt5nnS1Hbc8x/iRgNMANA65VTsEIcwmkMwIDCi4E3/69CteJWjlJHGCtg1mg+jLRSGhICTQyszFPQeY4okDzT+w0=
trusted comment: timestamp:1795132800\tfile:list.csv\thashed
4oB8kdY/g1df4Iekwyjdijaa3CZstPBjNZK/+MSQISWUyoBovMY1FgRuvUnz9CGUNraVhWNO7zZX/q95mT/0Ag==
";
    pub(in crate::store) const OTHER_BY_A: &str =
        "untrusted comment: signature from minisign secret key
RURvv0pYVKEAt0zituRS+gM6whAn5RkYTDPwD3G5eIJ51mUmVF+pqYzvMc028Y3vYJ1qg0V9+0JK/ZxLo9VQaUIntqepWsZHhQ4=
trusted comment: timestamp:1795132800\tfile:other.csv\thashed
gAUZKP1mkU9wwK/AZw8xqAiGfrQxcPQMpe2TSr45hl8ddM2jQGfVzdrIznKPJrEvmTSbdQCflj2EjMfrTGFHCA==
";
    pub(in crate::store) const BY_B: &str = "untrusted comment: signature from minisign secret key
RUReJx2xIlITH1D+aQsS04q3JNxrj/Bet18rW05DGVcLzyqM3jWQwQJZOVwWP8JUKdAJkLGK2o/S0j6AoA3w0KAHNKVXbm4YwwY=
trusted comment: timestamp:1795219200\tfile:list.csv\thashed
SGLm3fi+G1Zhi/88Ww+rnTd2NVViihKx+zu0BgicAsAgU/Tu3m0A3MWDK3rfnjDYZMen3EPymnwHCDxlQLq/DQ==
";
    const BARE_BY_A: &str = "untrusted comment: signature from minisign secret key
RURvv0pYVKEAt5FD2pnDHj5WseDud+lhjhp4fWVDbCglXt9FGWW23sU0cWFMURjJ6U6MpVsjyud+v+51ZabaaHQaVShksb0iegM=
trusted comment: nightly
57FrPyARE52qhvQQmewRrwRQQZEg4470fvaPjhSs3eplTZoL0Ag+kZfcp96Wd2IncoBXQsCnFILgCb6fdEklCw==
";
    const DOUBLE_BY_A: &str = "untrusted comment: signature from minisign secret key
RURvv0pYVKEAtxEcxrDrcG/CDThC7j3d8GpYBsG/n6LM6kktdxLxRk7zuNZsU5lUMyk0EO/u8AiMR4PDnNQlgd+8Pe2dIGITggY=
trusted comment: timestamp:1\ttimestamp:2\tfile:list.csv
klFGj0pIskWFSG+QLwg9EluEaMrIn/agq+2G+HumgbPZhMrdVxQAidSfML8gi+LWfJzK+ixnUHV2CPatFccfDA==
";

    fn verify(keys: &[&str], signature: &str, mut list: &[u8]) -> Result<Signed, SignatureProblem> {
        let keys = Keys::parse(keys).unwrap();
        problem(keys.verify("demo", signature.as_bytes(), &mut list, &|| false))
    }

    fn problem<T>(result: Result<T>) -> Result<T, SignatureProblem> {
        result.map_err(|error| match error {
            Error::Signature { problem, .. } => problem,
            error => panic!("{error}"),
        })
    }

    #[test]
    fn a_right_signature_says_when_and_what() {
        let signed = verify(&[KEY_A], BY_A, LIST).unwrap();
        assert_eq!(signed.timestamp().unwrap(), 1_795_132_800);
        assert_eq!(signed.file().unwrap(), "list.csv");
        assert!(signed.comment.ends_with("\thashed"));
        let windows = BY_A.replace('\n', "\r\n");
        assert_eq!(verify(&[KEY_A], &windows, LIST), Ok(signed));
    }

    #[test]
    fn either_of_two_keys_is_right() {
        let both = [KEY_A, KEY_B];
        verify(&both, BY_A, LIST).unwrap();
        verify(&both, BY_B, LIST).unwrap();
        let key = "1F135222B11D275E".to_owned();
        assert_eq!(
            verify(&[KEY_A], BY_B, LIST),
            Err(SignatureProblem::OtherKey { key })
        );
    }

    #[test]
    fn other_content_is_never_right() {
        for index in 0..LIST.len() {
            let mut changed = LIST.to_vec();
            changed[index] ^= 1;
            assert_eq!(
                verify(&[KEY_A], BY_A, &changed),
                Err(SignatureProblem::Mismatch)
            );
        }
        let shorter = &LIST[..LIST.len() - 1];
        for list in [OTHER, b"", shorter, &[LIST, b"\n"].concat()] {
            assert_eq!(
                verify(&[KEY_A], BY_A, list),
                Err(SignatureProblem::Mismatch)
            );
        }
        assert_eq!(
            verify(&[KEY_A], OTHER_BY_A, LIST),
            Err(SignatureProblem::Mismatch)
        );
    }

    #[test]
    fn no_changed_character_of_a_signature_is_right_but_in_the_untrusted_comment() {
        let trusted = BY_A.find('\n').unwrap() + 1;
        for index in 0..BY_A.len() {
            let mut changed = BY_A.as_bytes().to_vec();
            changed[index] ^= 1;
            let keys = Keys::parse([KEY_A]).unwrap();
            let result = keys.verify("demo", &changed, &mut &LIST[..], &|| false);
            let in_comment = index < trusted - 1;
            // Nothing is signed of the ends of lines.
            let unsigned = in_comment || index == BY_A.len() - 1;
            assert!(result.is_err() || unsigned, "{index}");
        }
        for length in 0..BY_A.len() - 1 {
            let keys = Keys::parse([KEY_A]).unwrap();
            let cut = &BY_A.as_bytes()[..length];
            let result = problem(keys.verify("demo", cut, &mut &LIST[..], &|| false));
            assert_eq!(result, Err(SignatureProblem::Garbage), "{length}");
        }
    }

    #[test]
    fn what_is_no_signature_or_an_old_one_is_named() {
        for garbage in ["", "\n\n\n\n", "404 not found", "a\nb\nc\nd\n"] {
            assert_eq!(
                verify(&[KEY_A], garbage, LIST),
                Err(SignatureProblem::Garbage)
            );
        }
        let keys = Keys::parse([KEY_A]).unwrap();
        let bytes = [0xff; 100];
        let result = problem(keys.verify("demo", &bytes, &mut &LIST[..], &|| false));
        assert_eq!(result, Err(SignatureProblem::Garbage));
        // "Ed" in place of "ED": a signature of the file, not of its hash.
        let old = BY_A.replace("\nRUR", "\nRWR");
        assert_eq!(verify(&[KEY_A], &old, LIST), Err(SignatureProblem::Legacy));
    }

    #[test]
    fn keys_that_are_none_are_named() {
        for none in ["", "RWQ", "not a key", BY_A] {
            let result = problem(Keys::parse([KEY_A, none]).map(|_| ()));
            assert_eq!(result, Err(SignatureProblem::Key { number: 2 }), "{none}");
        }
        let none: [&str; 0] = [];
        assert_eq!(
            problem(Keys::parse(none).map(|_| ())),
            Err(SignatureProblem::NoKey)
        );
        assert!(serde_json::from_str::<Keys>("[\"RWQ\"]").is_err());
        let json = format!("[\"{KEY_A}\"]");
        assert_eq!(serde_json::from_str::<Keys>(&json).unwrap().0.len(), 1);
    }

    #[test]
    fn rollback_freeze_and_mix_and_match_are_named() {
        let signed = verify(&[KEY_A], BY_A, LIST).unwrap();
        let at = 1_795_132_800;
        signed.check_file("list.csv").unwrap();
        let other = problem(signed.check_file("other.csv"));
        assert!(matches!(other, Err(SignatureProblem::OtherFile { .. })));

        signed.check_not_before(at).unwrap();
        let rollback = SignatureProblem::Rollback {
            found: Moment(at),
            last: Moment(at + 1),
        };
        assert_eq!(problem(signed.check_not_before(at + 1)), Err(rollback));

        signed.check_age(at + 10, 10).unwrap();
        signed.check_age(at - AHEAD_MAX, 10).unwrap();
        let frozen = SignatureProblem::Frozen {
            age: TimeSpan(11),
            age_max: TimeSpan(10),
        };
        assert_eq!(problem(signed.check_age(at + 11, 10)), Err(frozen));
        let ahead = AHEAD_MAX + 1;
        assert_eq!(
            problem(signed.check_age(at - ahead, 10)),
            Err(SignatureProblem::Future {
                ahead: TimeSpan(ahead.unsigned_abs())
            })
        );
        for now in [i64::MIN, i64::MAX] {
            assert!(signed.check_age(now, 10).is_err());
        }
    }

    #[test]
    fn a_comment_that_says_nothing_or_a_thing_twice_is_no_answer() {
        let bare = verify(&[KEY_A], BARE_BY_A, LIST).unwrap();
        let missing = |field| Some(SignatureProblem::Missing { field });
        assert_eq!(problem(bare.timestamp()).err(), missing("timestamp"));
        assert_eq!(problem(bare.check_file("list.csv")).err(), missing("file"));
        assert_eq!(problem(bare.check_age(0, 1)).err(), missing("timestamp"));
        let double = verify(&[KEY_A], DOUBLE_BY_A, LIST).unwrap();
        let field = "timestamp";
        assert_eq!(
            problem(double.timestamp()),
            Err(SignatureProblem::Unclear { field })
        );
        double.check_file("list.csv").unwrap();
        for text in [
            "timestamp:",
            "timestamp:-1",
            "timestamp:+1",
            "timestamp:1e3",
        ] {
            let signed = Signed {
                comment: text.into(),
                ..double.clone()
            };
            assert_eq!(
                problem(signed.timestamp()),
                Err(SignatureProblem::Unclear { field })
            );
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_not_verified() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let keys = Keys::parse([KEY_A]).unwrap();
        let error = keys.verify("demo", BY_A.as_bytes(), &mut Broken, &|| false);
        assert!(matches!(error, Err(Error::Io { .. })));
        let stopped = keys.verify("demo", BY_A.as_bytes(), &mut &LIST[..], &|| true);
        assert!(matches!(stopped, Err(Error::Cancelled)));
    }
}
