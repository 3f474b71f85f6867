//! Cryptographic digests of files.

use std::io;

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;

use crate::hash::{Hash, HashType};

/// MD5, SHA-1 and SHA-256 in one pass over the bytes of a file.
///
/// MD5 and SHA-1 are made because lists publish them. They find accidental copies and prove nothing against a person
/// who forges files.
///
/// ```
/// use basma::hash::HashType;
/// use basma::hasher::Digests;
/// let mut digests = Digests::new([HashType::Md5, HashType::Pdq]);
/// std::io::copy(&mut &b"abc"[..], &mut digests)?;
/// let hashes = digests.finish();
/// assert_eq!(hashes.len(), 1, "PDQ is not a digest");
/// assert_eq!(hashes[0].to_string(), "900150983cd24fb0d6963f7d28e17f72");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Digests {
    md5: Option<Md5>,
    sha1: Option<Sha1>,
    sha256: Option<Sha256>,
}

impl Digests {
    /// Begins the digests among `types`; the other types are ignored.
    pub fn new(types: impl IntoIterator<Item = HashType>) -> Digests {
        let mut digests = Digests::default();
        for hash_type in types {
            match hash_type {
                HashType::Md5 => digests.md5 = Some(Md5::new()),
                HashType::Sha1 => digests.sha1 = Some(Sha1::new()),
                HashType::Sha256 => digests.sha256 = Some(Sha256::new()),
                _ => {}
            }
        }
        digests
    }

    /// Adds the next bytes of the file. The answer does not depend on how the file is cut into chunks.
    pub fn update(&mut self, chunk: &[u8]) {
        if let Some(md5) = &mut self.md5 {
            md5.update(chunk);
        }
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(chunk);
        }
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(chunk);
        }
    }

    /// The digests of everything added, in the order of [`HashType::ALL`].
    pub fn finish(self) -> Vec<Hash> {
        let md5 = self.md5.map(|d| hash(HashType::Md5, &d.finalize()));
        let sha1 = self.sha1.map(|d| hash(HashType::Sha1, &d.finalize()));
        let sha256 = self.sha256.map(|d| hash(HashType::Sha256, &d.finalize()));
        [md5, sha1, sha256].into_iter().flatten().collect()
    }
}

/// For [`io::copy`]; never fails.
impl io::Write for Digests {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        self.update(chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hash(hash_type: HashType, digest: &[u8]) -> Hash {
    Hash::new(hash_type, digest).expect("a digest is as long as its type says")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [HashType; 3] = [HashType::Md5, HashType::Sha1, HashType::Sha256];

    /// RFC 1321 A.5, FIPS 180-4 examples, and the well-known digests of nothing.
    #[test]
    fn digests_are_those_of_the_standards() {
        let hex = |bytes: &[u8]| {
            let mut digests = Digests::new(ALL);
            digests.update(bytes);
            let hashes = digests.finish();
            assert!(hashes.iter().map(Hash::hash_type).eq(ALL));
            [0, 1, 2].map(|i| hashes[i].to_string())
        };
        assert_eq!(
            hex(b"abc"),
            [
                "900150983cd24fb0d6963f7d28e17f72",
                "a9993e364706816aba3e25717850c26c9cd0d89d",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ]
        );
        assert_eq!(
            hex(b""),
            [
                "d41d8cd98f00b204e9800998ecf8427e",
                "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ]
        );
    }

    #[test]
    fn only_requested_digests_are_made() {
        assert!(Digests::new([HashType::Pdq]).finish().is_empty());
        let sha1 = Digests::new([HashType::Sha1]).finish();
        assert_eq!(sha1.len(), 1);
        assert_eq!(sha1[0].hash_type(), HashType::Sha1);
    }

    proptest! {
        #[test]
        fn chunks_do_not_change_the_digest(bytes: Vec<u8>, size in 1usize..80) {
            let mut whole = Digests::new(ALL);
            whole.update(&bytes);
            let mut parts = Digests::new(ALL);
            bytes.chunks(size).for_each(|chunk| parts.update(chunk));
            prop_assert_eq!(whole.finish(), parts.finish());
        }
    }
}
