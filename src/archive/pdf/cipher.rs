//! The ciphers of PDF: RC4, and AES in CBC, for the data of streams and for texts (ISO 32000-2, 7.6.3).

use aes::cipher::{Array, BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use md5::{Digest as _, Md5};

/// The bytes that AES takes at a time.
const BLOCK: usize = 16;

/// What something is encrypted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Nothing: it is as it stands.
    Identity,
    Rc4,
    /// AES with the key of the object.
    Aes128,
    /// AES with the key of the document.
    Aes256,
}

impl Method {
    /// Decrypts what belongs to the object of this number and generation.
    pub(super) fn decrypt(self, key: &[u8], object: (u32, u16), data: Vec<u8>) -> Vec<u8> {
        match self {
            Method::Identity => data,
            Method::Rc4 => {
                let mut data = data;
                rc4(&object_key(key, object, b""), &mut data);
                data
            }
            Method::Aes128 => {
                let key = object_key(key, object, b"sAlT");
                let mut whole = [0; 16];
                whole[..key.len()].copy_from_slice(&key);
                unpad(data, |iv, data| decrypt_128(&whole, iv, data))
            }
            Method::Aes256 => {
                let mut whole = [0; 32];
                let len = key.len().min(whole.len());
                whole[..len].copy_from_slice(&key[..len]);
                unpad(data, |iv, data| decrypt_256(&whole, iv, data))
            }
        }
    }
}

/// The key of an object (algorithm 1).
fn object_key(key: &[u8], (number, generation): (u32, u16), salt: &[u8]) -> Vec<u8> {
    let mut hasher = Md5::new_with_prefix(key);
    hasher.update(&number.to_le_bytes()[..3]);
    hasher.update(generation.to_le_bytes());
    hasher.update(salt);
    hasher.finalize()[..(key.len() + 5).min(16)].to_vec()
}

/// Decrypts what has its initial vector before it and a padding behind it. A last block that is not whole is left out.
fn unpad(mut data: Vec<u8>, decrypt: impl Fn([u8; BLOCK], &mut [u8])) -> Vec<u8> {
    let Some((iv, _)) = data.split_first_chunk::<BLOCK>() else {
        return Vec::new();
    };
    let iv = *iv;
    data.drain(..BLOCK);
    data.truncate(data.len() / BLOCK * BLOCK);
    decrypt(iv, &mut data);
    if let Some(padding @ 1..=16) = data.last().copied() {
        data.truncate(data.len() - usize::from(padding));
    }
    data
}

pub(super) fn rc4(key: &[u8], data: &mut [u8]) {
    let mut state: [u8; 256] = std::array::from_fn(|place| place as u8);
    let mut other = 0u8;
    for place in 0..state.len() {
        let of_key = key.get(place % key.len().max(1)).copied().unwrap_or(0);
        other = other.wrapping_add(state[place]).wrapping_add(of_key);
        state.swap(place, usize::from(other));
    }
    let (mut first, mut second) = (0u8, 0u8);
    for byte in data {
        first = first.wrapping_add(1);
        second = second.wrapping_add(state[usize::from(first)]);
        state.swap(usize::from(first), usize::from(second));
        let sum = state[usize::from(first)].wrapping_add(state[usize::from(second)]);
        *byte ^= state[usize::from(sum)];
    }
}

fn decrypt_128(key: &[u8; 16], iv: [u8; BLOCK], data: &mut [u8]) {
    let cipher = aes::Aes128::new(&Array::from(*key));
    cbc(iv, data, |block| cipher.decrypt_block(block));
}

pub(super) fn decrypt_256(key: &[u8; 32], iv: [u8; BLOCK], data: &mut [u8]) {
    let cipher = aes::Aes256::new(&Array::from(*key));
    cbc(iv, data, |block| cipher.decrypt_block(block));
}

type Block = Array<u8, aes::cipher::consts::U16>;

fn cbc(mut last: [u8; BLOCK], data: &mut [u8], decrypt: impl Fn(&mut Block)) {
    for bytes in data.as_chunks_mut::<BLOCK>().0 {
        let encrypted = *bytes;
        let mut block = Array::from(encrypted);
        decrypt(&mut block);
        *bytes = block.into();
        bytes
            .iter_mut()
            .zip(last)
            .for_each(|(byte, last)| *byte ^= last);
        last = encrypted;
    }
}

/// Encrypts whole blocks in CBC.
pub(super) fn encrypt_128(key: &[u8; 16], mut last: [u8; BLOCK], data: &mut [u8]) {
    let cipher = aes::Aes128::new(&Array::from(*key));
    for bytes in data.as_chunks_mut::<BLOCK>().0 {
        bytes
            .iter_mut()
            .zip(last)
            .for_each(|(byte, last)| *byte ^= last);
        let mut block = Array::from(*bytes);
        cipher.encrypt_block(&mut block);
        *bytes = block.into();
        last = *bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_give_the_published_vectors() {
        // RFC 6229, 2: a key of 40 bits, and the first bytes of its stream.
        let mut stream = [0; 16];
        rc4(&[1, 2, 3, 4, 5], &mut stream);
        let expected = [
            0xb2, 0x39, 0x63, 0x05, 0xf0, 0x3d, 0xc0, 0x27, 0xcc, 0xc3, 0x52, 0x4a, 0x0a, 0x11,
            0x18, 0xa8,
        ];
        assert_eq!(stream, expected);
        // NIST SP 800-38A, F.2.1: the first two blocks.
        let hex = |text: &str| -> Vec<u8> {
            let pairs = text.as_bytes().chunks(2);
            let pairs = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
            pairs
                .map(|pair| u8::from_str_radix(pair, 16).unwrap())
                .collect()
        };
        let key: [u8; 16] = hex("2b7e151628aed2a6abf7158809cf4f3c").try_into().unwrap();
        let iv: [u8; 16] = std::array::from_fn(|place| place as u8);
        let plain = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        let encrypted = hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
        let mut data = plain.clone();
        encrypt_128(&key, iv, &mut data);
        assert_eq!(data, encrypted);
        decrypt_128(&key, iv, &mut data);
        assert_eq!(data, plain);
    }

    #[test]
    fn broken_data_decrypts_to_something() {
        for method in [Method::Rc4, Method::Aes128, Method::Aes256] {
            for len in 0..70 {
                let data = method.decrypt(&[7; 16], (1, 0), vec![3; len]);
                assert!(data.len() <= len);
            }
            assert!(method.decrypt(&[], (1, 0), vec![3; 64]).len() <= 64);
        }
    }
}
