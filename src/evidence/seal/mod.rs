//! Files that only the holder of a key can read: the format age, version 1, with keys of X25519.
//!
//! The format is that of <https://c2sp.org/age>: any program of age opens what is written here with the same key, and
//! the other way round. Of its kinds of recipients X25519 is read. The primitives are those of ring and x25519-dalek.

mod header;
mod keys;
mod primitives;

use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use ring::aead::{Aad, LessSafeKey};
use ring::hmac;
use x25519_dalek::PublicKey;

use super::folder::failed;
use crate::Result;
use crate::error::CaseProblem;
use header::{read_header, stanzas};
pub use keys::{Identity, Recipient};
use primitives::{mac_key, nonce, payload_key, random, wrapping_key};

const VERSION: &str = "age-encryption.org/v1";
/// The plain bytes that are encrypted together.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const FILE_KEY: usize = 16;

/// Writes a file for recipients. What is written is of use only after [`finish`](SealedWriter::finish).
#[derive(Debug)]
pub struct SealedWriter<W: Write> {
    out: W,
    key: LessSafeKey,
    chunk: Vec<u8>,
    number: u64,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of writing.
    pub fn new(mut out: W, recipients: &[Recipient]) -> io::Result<SealedWriter<W>> {
        let mut file_key = [0; FILE_KEY];
        random(&mut file_key);
        let mut header = format!("{VERSION}\n");
        for recipient in recipients {
            let ephemeral = Identity::create();
            let share = ephemeral.recipient().0;
            let shared = ephemeral.0.diffie_hellman(&PublicKey::from(recipient.0));
            if !shared.was_contributory() {
                return Err(io::Error::other("a recipient is no point of the curve"));
            }
            let key = wrapping_key(shared.as_bytes(), &share, &recipient.0);
            let mut wrapped = file_key.to_vec();
            key.seal_in_place_append_tag(nonce(0, false), Aad::empty(), &mut wrapped)
                .map_err(|_| io::Error::other("cannot be encrypted"))?;
            let [share, wrapped] =
                [&share[..], &wrapped].map(|bytes| BASE64_STANDARD_NO_PAD.encode(bytes));
            header += &format!("-> X25519 {share}\n{wrapped}\n");
        }
        header += "---";
        let mac = BASE64_STANDARD_NO_PAD.encode(hmac::sign(&mac_key(&file_key), header.as_bytes()));
        let mut start = [0; 16];
        random(&mut start);
        out.write_all(format!("{header} {mac}\n").as_bytes())?;
        out.write_all(&start)?;
        Ok(SealedWriter {
            out,
            key: payload_key(&file_key, &start),
            chunk: Vec::with_capacity(CHUNK + TAG),
            number: 0,
        })
    }

    fn put(&mut self, is_last: bool) -> io::Result<()> {
        let nonce = nonce(self.number, is_last);
        let sealed = self
            .key
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut self.chunk);
        sealed.map_err(|_| io::Error::other("cannot be encrypted"))?;
        self.out.write_all(&self.chunk)?;
        self.chunk.clear();
        self.number += 1;
        Ok(())
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self) -> io::Result<W> {
        self.put(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The last chunk is known by its end alone, so a full one waits for more.
        if self.chunk.len() == CHUNK {
            self.put(false)?;
        }
        let count = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The plain bytes of a sealed file, chunk by chunk: none is given before it was found whole.
#[derive(Debug)]
pub struct SealedReader<R: Read> {
    input: R,
    key: LessSafeKey,
    chunk: Vec<u8>,
    place: usize,
    number: u64,
    /// The bytes of the next chunk that were read to see whether there is one.
    ahead: Vec<u8>,
    is_over: bool,
}

impl<R: Read> SealedReader<R> {
    /// Opens a file with one of these keys. `path` is what errors call it.
    ///
    /// # Errors
    /// [`Error::Case`](crate::Error::Case) if none of the keys opens it, or it is damaged.
    pub fn new(path: &Path, mut input: R, identities: &[Identity]) -> Result<SealedReader<R>> {
        let damaged = || failed(path, CaseProblem::SealedDamaged);
        let header = read_header(&mut input).ok_or_else(damaged)?;
        let header = String::from_utf8(header).map_err(|_| damaged())?;
        let (signed, mac) = header.rsplit_once(' ').ok_or_else(damaged)?;
        let mac = BASE64_STANDARD_NO_PAD.decode(mac).map_err(|_| damaged())?;
        let stanzas = stanzas(signed).ok_or_else(damaged)?;
        let open = |(share, wrapped): &([u8; 32], Vec<u8>)| {
            identities
                .iter()
                .find_map(|identity| identity.open(share, wrapped))
        };
        let file_key = stanzas.iter().find_map(open);
        let file_key = file_key.ok_or_else(|| failed(path, CaseProblem::IdentityOther))?;
        hmac::verify(&mac_key(&file_key), signed.as_bytes(), &mac).map_err(|_| damaged())?;
        let mut start = [0; 16];
        input.read_exact(&mut start).map_err(|_| damaged())?;
        Ok(SealedReader {
            input,
            key: payload_key(&file_key, &start),
            chunk: Vec::new(),
            place: 0,
            number: 0,
            ahead: Vec::new(),
            is_over: false,
        })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let mut sealed = std::mem::take(&mut self.ahead);
        let wanted = (CHUNK + TAG + 1 - sealed.len()) as u64;
        (&mut self.input).take(wanted).read_to_end(&mut sealed)?;
        let is_last = sealed.len() <= CHUNK + TAG;
        if !is_last {
            self.ahead = sealed.split_off(CHUNK + TAG);
        }
        let nonce = nonce(self.number, is_last);
        let opened = self.key.open_in_place(nonce, Aad::empty(), &mut sealed);
        let length = opened.map_err(|_| damaged_chunk())?.len();
        // Only a file without content has an empty chunk.
        if length == 0 && self.number > 0 {
            return Err(damaged_chunk());
        }
        sealed.truncate(length);
        (self.chunk, self.place) = (sealed, 0);
        self.number += 1;
        self.is_over = is_last;
        Ok(())
    }
}

fn damaged_chunk() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "was changed or cut")
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.place == self.chunk.len() && !self.is_over {
            self.next_chunk()?;
        }
        let left = &self.chunk[self.place..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.place += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealed(plain: &[u8], recipients: &[Recipient]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), recipients).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(bytes: &[u8], identity: &[Identity]) -> Option<Vec<u8>> {
        let mut reader = SealedReader::new(Path::new("sealed"), bytes, identity).ok()?;
        let mut plain = Vec::new();
        reader.read_to_end(&mut plain).ok()?;
        Some(plain)
    }

    /// Made with the program age 1.1.1.
    const OF_AGE: &str = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBlcC9yUCt5U1RyTURpNTh2WUwvQTF2QjlMUFIxQnFYSnNmOVRFeW55\
        RmpzClI5SGRvbXVOdXphUmo1UnZDWEdCRFJHd1JCUkg5WGZXamF5aXpUdEtudkkKLS0tIGFPbWNwbEhzV3F2NEZ1SzVFSDV3RURSMjJoNnlkbVhNbnY1\
        Rk01NHc2M0EKOCuaypkEBo8oaV7bvi9nJE9CsStuNHBKje3kdnsL3qDaN42LxLY=";
    const KEY_OF_AGE: &str =
        "AGE-SECRET-KEY-1RSHDKKV6VQ82XK37HEM2LK5PTSJHE9SLU86RQEDHKVERP59065PQH2HRD2";

    #[test]
    fn a_file_of_another_program_is_opened() {
        let key = [Identity::parse(KEY_OF_AGE).unwrap()];
        let recipient = key[0].recipient();
        assert_eq!(
            recipient.to_string(),
            "age1p50lg8mgyx7l3n3hpxqcagvn0x20m0axu3hatgxj2xjn9shg3smsju6dm9"
        );
        assert_eq!(Recipient::parse(&recipient.to_string()).unwrap(), recipient);
        assert_eq!(key[0].file().lines().nth(1).unwrap(), KEY_OF_AGE);
        let bytes = base64::prelude::BASE64_STANDARD.decode(OF_AGE).unwrap();
        assert_eq!(opened(&bytes, &key).unwrap(), b"a name");
    }

    #[test]
    fn every_recipient_opens_a_file_and_nobody_else() {
        let keys = [Identity::create(), Identity::create()];
        let recipients = keys.each_ref().map(Identity::recipient);
        let bytes = sealed(b"a name", &recipients);
        for key in keys {
            assert_eq!(opened(&bytes, &[key]).unwrap(), b"a name");
        }
        let other = SealedReader::new(Path::new("x"), &bytes[..], &[Identity::create()]);
        assert!(
            other
                .unwrap_err()
                .to_string()
                .contains("not sealed to this key")
        );
        assert!(!bytes.windows(6).any(|window| window == b"a name"));
    }

    #[test]
    fn files_of_every_length_about_a_chunk_are_read_back() {
        let key = [Identity::create()];
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7] {
            let plain: Vec<u8> = (0..length).map(|place| place as u8).collect();
            let bytes = sealed(&plain, &[key[0].recipient()]);
            assert_eq!(opened(&bytes, &key).unwrap(), plain, "{length}");
            // A file that ends with a chunk is no file of its own.
            for cut in [
                bytes.len() - 1,
                bytes.len() - TAG,
                bytes.len().min(CHUNK) - 1,
            ] {
                assert_eq!(opened(&bytes[..cut], &key), None, "{length} {cut}");
            }
            let longer = [&bytes[..], &[0]].concat();
            assert_eq!(opened(&longer, &key), None, "{length}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn a_byte_that_is_changed_is_found(place in 0_usize..100_000, by in 1_u8..=255) {
            let key = [Identity::create()];
            let mut bytes = sealed(b"who reported it", &[key[0].recipient()]);
            let place = place % bytes.len();
            bytes[place] ^= by;
            prop_assert_eq!(opened(&bytes, &key), None);
        }

        #[test]
        fn no_bytes_are_a_file_by_chance(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let with_head = [format!("{VERSION}\n-> X25519 ").as_bytes(), &bytes].concat();
            let key = [Identity::create()];
            for bytes in [bytes, with_head] {
                prop_assert_eq!(opened(&bytes, &key), None);
            }
        }
    }
}
