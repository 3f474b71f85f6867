//! Encrypted members of zip files: the cipher of PKWARE, and AES as WinZip has it (versions AE-1 and AE-2).

use std::io::{self, Read};

use super::record::{AesField, Record};
use crate::archive::codec::Frames;
use crate::archive::crypt::{Counter, HmacSha1, ZipCipher, pbkdf2};
use crate::archive::gap::Gap;
use crate::archive::passwords::{Fit, Keyring, Steps};
use crate::archive::source::Source;
use crate::error::Reason;

/// What stands before content in the cipher of PKWARE.
const HEADER_BYTES: u64 = 12;

/// What stands behind content in AES: the begin of an HMAC.
const MAC_BYTES: u64 = 10;

const ROUNDS: u32 = 1000;

/// What opens a member.
#[derive(Clone)]
pub(super) enum Key {
    Pkware(ZipCipher),
    Aes(Vec<u8>),
}

/// Where the content of an encrypted member is, and what opens it.
#[derive(Clone)]
pub(super) struct Unlocked {
    key: Key,
    pub(super) at: u64,
    pub(super) len: u64,
    /// Whether something vouches for the content that is no checksum of it.
    pub(super) is_vouched: bool,
}

/// Finds the password of a member.
pub(super) fn unlock(
    source: &mut Source,
    record: &Record,
    at: u64,
    window_bytes: u64,
    keyring: &Keyring,
) -> Result<Unlocked, Gap> {
    let mut member = Member {
        source,
        record,
        at,
        window_bytes,
    };
    let closed = Reason::ZipEncrypted;
    match record.aes {
        Some(aes) => keyring.open(closed, |password, steps| {
            member.try_aes(aes, password, steps)
        }),
        None if record.is_pkware() => {
            keyring.open(closed, |password, steps| member.try_pkware(password, steps))
        }
        // Ciphers that only PKWARE's own program has.
        None => Err((crate::archive::GapKind::Unsupported, closed.into())),
    }
}

struct Member<'s> {
    source: &'s mut Source,
    record: &'s Record,
    at: u64,
    window_bytes: u64,
}

impl Member<'_> {
    fn try_pkware(
        &mut self,
        password: &[u8],
        steps: &mut Steps,
    ) -> io::Result<Option<Fit<Unlocked>>> {
        if !steps.take(1) {
            return Ok(None);
        }
        let Some(mut header) = self.source.array::<{ HEADER_BYTES as usize }>(self.at)? else {
            return Ok(Some(Fit::No));
        };
        let mut cipher = ZipCipher::new(password);
        cipher.decrypt(&mut header);
        if !self.record.pkware_checks().contains(&header[11]) {
            return Ok(Some(Fit::No));
        }
        let unlocked = Unlocked {
            key: Key::Pkware(cipher),
            at: self.at + HEADER_BYTES,
            len: self.content_bytes(HEADER_BYTES),
            is_vouched: false,
        };
        // One in 128 wrong passwords comes as far as this.
        Ok(Some(match self.checksum_holds(&unlocked, steps)? {
            Some(true) => Fit::Whole(unlocked),
            Some(false) | None => Fit::Likely(unlocked),
        }))
    }

    /// Whether the content has its checksum; `None` where there were not enough steps to see.
    fn checksum_holds(
        &mut self,
        unlocked: &Unlocked,
        steps: &mut Steps,
    ) -> io::Result<Option<bool>> {
        let size = self.record.size;
        if size == 0 && self.record.crc == 0 {
            return Ok(None);
        }
        let codec = match self.record.codec() {
            Ok(codec) => codec,
            Err(_) => return Ok(None),
        };
        self.source.go_to(unlocked.at)?;
        let stored = unlocked.reader(&mut *self.source);
        let mut content: Box<dyn Read + '_> = match codec {
            Some(codec) => Box::new(Frames::new(codec, stored, self.window_bytes)),
            None => Box::new(stored),
        };
        let (mut checksum, mut left) = (crc32fast::Hasher::new(), size);
        let mut buffer = [0; 1 << 14];
        loop {
            let read = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Ok(Some(false)),
            };
            let Some(rest) = left.checked_sub(read as u64) else {
                return Ok(Some(false));
            };
            left = rest;
            checksum.update(&buffer[..read]);
            if !steps.take_bytes(read as u64) {
                return Ok(None);
            }
        }
        Ok(Some(left == 0 && checksum.finalize() == self.record.crc))
    }

    fn try_aes(
        &mut self,
        aes: AesField,
        password: &[u8],
        steps: &mut Steps,
    ) -> io::Result<Option<Fit<Unlocked>>> {
        let key_bytes = aes.key_bytes();
        let salt_bytes = key_bytes as u64 / 2;
        let head = self.source.up_to(salt_bytes + 2, self.at)?;
        let Some((salt, verifier)) = head.split_at_checked(salt_bytes as usize) else {
            return Ok(Some(Fit::No));
        };
        // The last two bytes of what is derived show most wrong passwords.
        let password = HmacSha1::new(password);
        let last = (2 * key_bytes + 2).div_ceil(20);
        if !steps.take(2 * u64::from(ROUNDS)) {
            return Ok(None);
        }
        let block = pbkdf2(&password, salt, ROUNDS, last as u32);
        let place = 2 * key_bytes - 20 * (last - 1);
        if verifier != &block[place..place + 2] {
            return Ok(Some(Fit::No));
        }
        let blocks = (1..last as u32).flat_map(|number| pbkdf2(&password, salt, ROUNDS, number));
        let derived: Vec<u8> = blocks.chain(block).collect();
        let overhead = salt_bytes + 2 + MAC_BYTES;
        let unlocked = Unlocked {
            key: Key::Aes(derived[..key_bytes].to_vec()),
            at: self.at + salt_bytes + 2,
            len: self.content_bytes(overhead),
            is_vouched: false,
        };
        if !steps.take_bytes(unlocked.len) {
            return Ok(Some(Fit::Likely(unlocked)));
        }
        let mut mac = HmacSha1::new(&derived[key_bytes..2 * key_bytes]);
        self.source.go_to(unlocked.at)?;
        let mut content = self.source.by_ref().take(unlocked.len);
        let mut buffer = [0; 1 << 14];
        loop {
            match content.read(&mut buffer)? {
                0 => break,
                read => mac.update(&buffer[..read]),
            }
        }
        let end = unlocked.at + unlocked.len;
        let stored = self.source.up_to(MAC_BYTES, end)?;
        let is_whole = mac.finalize()[..MAC_BYTES as usize] == stored[..];
        Ok(Some(if is_whole {
            Fit::Whole(Unlocked {
                is_vouched: true,
                ..unlocked
            })
        } else {
            Fit::Likely(unlocked)
        }))
    }

    /// How long the content is without so many bytes beside it. A header may claim more than the file has.
    fn content_bytes(&self, beside: u64) -> u64 {
        let there = self.source.len().saturating_sub(self.at);
        self.record.packed.min(there).saturating_sub(beside)
    }
}

impl Unlocked {
    /// A reader of what was encrypted, from a source that is at its place.
    pub(super) fn reader<'s>(&self, source: &'s mut Source) -> io::BufReader<Decrypted<'s>> {
        let cipher = match &self.key {
            Key::Pkware(cipher) => Cipher::Pkware(cipher.clone()),
            Key::Aes(key) => Cipher::Aes(Box::new(
                Counter::new(key).expect("its length is one that AES has"),
            )),
        };
        io::BufReader::new(Decrypted {
            inner: source.take(self.len),
            cipher,
        })
    }
}

/// Content as it was before it was encrypted.
pub(super) struct Decrypted<'s> {
    inner: io::Take<&'s mut Source>,
    cipher: Cipher,
}

enum Cipher {
    Pkware(ZipCipher),
    Aes(Box<Counter>),
}

impl Read for Decrypted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        match &mut self.cipher {
            Cipher::Pkware(cipher) => cipher.decrypt(&mut buf[..read]),
            Cipher::Aes(counter) => counter.apply(&mut buf[..read]),
        }
        Ok(read)
    }
}
