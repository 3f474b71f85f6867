//! Ids that are the same each time: UUIDs made of names (RFC 9562, version 5).

use std::fmt;

use sha1::{Digest as _, Sha1};

/// A UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Uuid([u8; 16]);

impl Uuid {
    /// The namespace in which STIX makes the ids of observables (STIX 2.1, section 2.9).
    pub(super) const STIX: Uuid = Uuid([
        0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9,
        0xb7,
    ]);

    /// The namespace of URLs (RFC 9562, section 6.6).
    const URL: Uuid = Uuid([
        0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30,
        0xc8,
    ]);

    /// The namespace of a case.
    pub(super) fn of_case(case: &str) -> Uuid {
        Uuid::URL.named(&format!("urn:basma:case:{case}"))
    }

    /// The id of a name in this namespace.
    pub(super) fn named(self, name: &str) -> Uuid {
        let mut digest = Sha1::new();
        digest.update(self.0);
        digest.update(name.as_bytes());
        let digest = digest.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x50;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Uuid(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if matches!(at, 4 | 6 | 8 | 10) {
                "-"
            } else {
                ""
            };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9562, appendix A.4, has the name `www.example.com` in the namespace of domains, which ends in 10 instead of 11.
    #[test]
    fn an_id_is_that_of_the_standard() {
        let mut domains = Uuid::URL;
        domains.0[3] = 0x10;
        let id = domains.named("www.example.com").to_string();
        assert_eq!(id, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
}
