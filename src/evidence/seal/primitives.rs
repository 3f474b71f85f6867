//! The primitives of age: what keys are derived by, and what encrypts.

use ring::aead::{CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};

const X25519_INFO: &str = "age-encryption.org/v1/X25519";

pub(super) fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the system has random bytes");
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(secret: &[u8], salt: &[u8], info: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let info = [info.as_bytes()];
    let expanded = secret.expand(&info, Length(32));
    let filled = expanded.and_then(|expanded| expanded.fill(&mut key));
    filled.expect("32 bytes are few enough");
    key
}

fn chacha(key: [u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
    LessSafeKey::new(key.expect("the key has the length of the algorithm"))
}

pub(super) fn wrapping_key(shared: &[u8], share: &[u8], recipient: &[u8]) -> LessSafeKey {
    chacha(derive(shared, &[share, recipient].concat(), X25519_INFO))
}

pub(super) fn mac_key(file_key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &derive(file_key, &[], "header"))
}

pub(super) fn payload_key(file_key: &[u8], start: &[u8]) -> LessSafeKey {
    chacha(derive(file_key, start, "payload"))
}

/// The number of a chunk in eleven bytes, and whether it is the last.
pub(super) fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[3..11].copy_from_slice(&number.to_be_bytes());
    bytes[11] = u8::from(is_last);
    Nonce::assume_unique_for_key(bytes)
}
