//! What encrypted archives are opened with, once a password is known: AES of zip and 7z, and the older cipher of zip.
//!
//! AES and SHA are crates; what is made of them here stands beside vectors of others in the tests.

use std::io::{self, Read};

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// The bytes that AES takes at a time.
const BLOCK: usize = 16;

/// HMAC with SHA-1 (RFC 2104).
#[derive(Clone)]
pub(super) struct HmacSha1 {
    inner: Sha1,
    outer: Sha1,
}

impl HmacSha1 {
    pub(super) fn new(key: &[u8]) -> HmacSha1 {
        let mut padded = [0; 64];
        if key.len() > padded.len() {
            padded[..20].copy_from_slice(&Sha1::digest(key));
        } else {
            padded[..key.len()].copy_from_slice(key);
        }
        HmacSha1 {
            inner: Sha1::new_with_prefix(padded.map(|byte| byte ^ 0x36)),
            outer: Sha1::new_with_prefix(padded.map(|byte| byte ^ 0x5C)),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.inner.update(bytes);
    }

    pub(super) fn finalize(self) -> [u8; 20] {
        let inner = self.inner.finalize();
        self.outer.chain_update(inner).finalize().into()
    }
}

/// One block of PBKDF2 with HMAC-SHA-1 (RFC 8018, 5.2), by its number from 1.
pub(super) fn pbkdf2(password: &HmacSha1, salt: &[u8], rounds: u32, number: u32) -> [u8; 20] {
    let mut first = password.clone();
    first.update(salt);
    first.update(&number.to_be_bytes());
    let mut last = first.finalize();
    let mut all = last;
    for _ in 1..rounds {
        let mut next = password.clone();
        next.update(&last);
        last = next.finalize();
        all.iter_mut()
            .zip(last)
            .for_each(|(all, last)| *all ^= last);
    }
    all
}

/// The key of 7z: SHA-256 over the salt, the password in UTF-16 and a counter, 2 to the power of `cycles` times.
pub(super) fn sevenzip_key(password: &[u8], salt: &[u8], cycles: u8) -> [u8; 32] {
    if cycles == 0x3F {
        let mut key = [0; 32];
        let bytes = salt.iter().chain(password);
        key.iter_mut()
            .zip(bytes)
            .for_each(|(key, byte)| *key = *byte);
        return key;
    }
    let mut round = [salt, password, &[0; 8]].concat();
    let counter = round.len() - 8;
    let mut hasher = Sha256::new();
    for number in 0..1u64 << cycles {
        round[counter..].copy_from_slice(&number.to_le_bytes());
        hasher.update(&round);
    }
    hasher.finalize().into()
}

/// A password as 7z hashes it: UTF-16. What is no UTF-8 is taken for Latin-1.
pub(super) fn utf16(password: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(password) {
        Ok(text) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Err(_) => password.iter().flat_map(|byte| [*byte, 0]).collect(),
    }
}

/// Reads what AES-256 encrypted in CBC. A last block that is not whole is left out.
pub(super) struct CbcReader<R> {
    inner: R,
    cipher: aes::Aes256,
    last: [u8; BLOCK],
    /// What is decrypted, and how much of it was given.
    block: [u8; BLOCK],
    given: usize,
}

impl<R> CbcReader<R> {
    pub(super) fn new(inner: R, key: &[u8; 32], iv: [u8; BLOCK]) -> CbcReader<R> {
        CbcReader {
            inner,
            cipher: aes::Aes256::new(&Array::from(*key)),
            last: iv,
            block: [0; BLOCK],
            given: BLOCK,
        }
    }
}

impl<R: Read> CbcReader<R> {
    /// Decrypts the next block; `false` where there is none.
    fn refill(&mut self) -> io::Result<bool> {
        let mut encrypted = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.inner.read(&mut encrypted[filled..]) {
                Ok(0) => return Ok(false),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let mut block = Array::from(encrypted);
        self.cipher.decrypt_block(&mut block);
        self.block = block.into();
        let last = std::mem::replace(&mut self.last, encrypted);
        let pairs = self.block.iter_mut().zip(last);
        pairs.for_each(|(byte, last)| *byte ^= last);
        self.given = 0;
        Ok(true)
    }
}

impl<R: Read> Read for CbcReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            if self.given == BLOCK {
                match self.refill() {
                    Ok(true) => {}
                    // An error of the source comes again.
                    Ok(false) | Err(_) if done > 0 => break,
                    Ok(false) => break,
                    Err(error) => return Err(error),
                }
            }
            let len = (buf.len() - done).min(BLOCK - self.given);
            buf[done..done + len].copy_from_slice(&self.block[self.given..self.given + len]);
            self.given += len;
            done += len;
        }
        Ok(done)
    }
}

/// AES in counter mode, as zip has it: the counter is little-endian and begins at 1.
pub(super) struct Counter {
    cipher: Cipher,
    counter: u128,
    block: [u8; BLOCK],
    used: usize,
}

enum Cipher {
    Aes128(Box<aes::Aes128>),
    Aes192(Box<aes::Aes192>),
    Aes256(Box<aes::Aes256>),
}

impl Counter {
    /// `None` for a key of a length that AES has not.
    pub(super) fn new(key: &[u8]) -> Option<Counter> {
        let cipher = match key.len() {
            16 => Cipher::Aes128(Box::new(aes::Aes128::new_from_slice(key).ok()?)),
            24 => Cipher::Aes192(Box::new(aes::Aes192::new_from_slice(key).ok()?)),
            32 => Cipher::Aes256(Box::new(aes::Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        };
        Some(Counter {
            cipher,
            counter: 0,
            block: [0; BLOCK],
            used: BLOCK,
        })
    }

    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.used == BLOCK {
                self.counter += 1;
                let mut block = Array::from(self.counter.to_le_bytes());
                match &self.cipher {
                    Cipher::Aes128(cipher) => cipher.encrypt_block(&mut block),
                    Cipher::Aes192(cipher) => cipher.encrypt_block(&mut block),
                    Cipher::Aes256(cipher) => cipher.encrypt_block(&mut block),
                }
                self.block = block.into();
                self.used = 0;
            }
            *byte ^= self.block[self.used];
            self.used += 1;
        }
    }
}

/// The older cipher of zip (APPNOTE 6.1).
#[derive(Clone)]
pub(super) struct ZipCipher([u32; 3]);

impl ZipCipher {
    pub(super) fn new(password: &[u8]) -> ZipCipher {
        let mut cipher = ZipCipher([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        password.iter().for_each(|byte| cipher.update(*byte));
        cipher
    }

    fn update(&mut self, byte: u8) {
        let [first, second, third] = &mut self.0;
        *first = crc32_step(*first, byte);
        *second = second
            .wrapping_add(*first & 0xFF)
            .wrapping_mul(134_775_813)
            .wrapping_add(1);
        *third = crc32_step(*third, (*second >> 24) as u8);
    }

    pub(super) fn decrypt(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            let key = (self.0[2] | 2) as u16;
            *byte ^= (key.wrapping_mul(key ^ 1) >> 8) as u8;
            self.update(*byte);
        }
    }
}

/// One byte of CRC-32, without the inversions at its ends.
fn crc32_step(crc: u32, byte: u8) -> u32 {
    TABLE[((crc ^ u32::from(byte)) & 0xFF) as usize] ^ (crc >> 8)
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut number = 0;
    while number < 256 {
        let mut crc = number as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
            bit += 1;
        }
        table[number] = crc;
        number += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn keys_are_those_of_the_published_vectors() {
        // RFC 2202, 3: cases 2 and 6.
        let mut hmac = HmacSha1::new(b"Jefe");
        hmac.update(b"what do ya want for nothing?");
        assert_eq!(
            hex(&hmac.finalize()),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        let mut hmac = HmacSha1::new(&[0xAA; 80]);
        hmac.update(b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            hex(&hmac.finalize()),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        );
        // RFC 6070.
        let password = HmacSha1::new(b"password");
        let of = |rounds| hex(&pbkdf2(&password, b"salt", rounds, 1));
        assert_eq!(of(1), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
        assert_eq!(of(2), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
        assert_eq!(of(4096), "4b007901b765489abead49d926f721d065a429c1");
    }

    #[test]
    fn steps_of_the_checksum_are_those_of_crc_32() {
        let bytes = b"any bytes, and more";
        let steps = bytes.iter().fold(!0, |crc, byte| crc32_step(crc, *byte));
        assert_eq!(!steps, crc32fast::hash(bytes));
    }

    #[test]
    fn aes_gives_the_vectors_of_nist() {
        // FIPS 197, C.3, backwards; an initial vector of zeros changes nothing.
        let key: [u8; 32] = std::array::from_fn(|place| place as u8);
        let plain: [u8; 16] = std::array::from_fn(|place| place as u8 * 0x11);
        let encrypted = [
            0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49,
            0x60, 0x89,
        ];
        let mut read = Vec::new();
        let mut reader = CbcReader::new(&encrypted[..], &key, [0; 16]);
        reader.read_to_end(&mut read).unwrap();
        assert_eq!(read, plain);
    }
}
