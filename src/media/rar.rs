//! What a file of rar says of itself: it is not opened here, and may be one of several volumes.
//!
//! The programs that unpack all of it are in C, or their licence is not free.

use crate::error::Reason;

/// What an archive of version 4, and one of version 5, begins with.
const OLD: &[u8] = b"Rar!\x1A\x07\0";
const NEW: &[u8] = b"Rar!\x1A\x07\x01\0";

/// Why a file with these first bytes is not opened; none of what is no rar.
pub(super) fn refused(head: &[u8]) -> Option<Reason> {
    let is_volume = if let Some(rest) = head.strip_prefix(OLD) {
        is_old_volume(rest)
    } else if let Some(rest) = head.strip_prefix(NEW) {
        is_new_volume(rest)
    } else {
        return None;
    };
    Some(if is_volume.unwrap_or(false) {
        Reason::RarVolume
    } else {
        Reason::RarNotOpened
    })
}

/// The first block is that of the archive: a checksum, its kind, and marks.
fn is_old_volume(bytes: &[u8]) -> Option<bool> {
    let kind = *bytes.get(2)?;
    let marks = u16::from_le_bytes([*bytes.get(3)?, *bytes.get(4)?]);
    Some(kind == 0x73 && marks & 1 != 0)
}

/// The first block: a checksum, and numbers of seven bits a byte. They are its size, its kind, its marks, the size of what is
/// added where the first mark says so, and the marks of the archive.
fn is_new_volume(bytes: &[u8]) -> Option<bool> {
    let mut rest = bytes.get(4..)?.iter();
    let mut number = || {
        let mut number = 0u64;
        for place in 0..10 {
            let byte = *rest.next()?;
            number |= u64::from(byte & 0x7F).checked_shl(7 * place)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    };
    let (_size, kind, marks) = (number()?, number()?, number()?);
    if marks & 1 != 0 {
        number()?;
    }
    let of_archive = number()?;
    Some(kind == 1 && of_archive & 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_and_volumes_of_both_versions_are_told_apart() {
        let old = |marks: u8| [OLD, &[1, 2, 0x73, marks, 0, 13, 0]].concat();
        assert_eq!(refused(&old(0)), Some(Reason::RarNotOpened));
        assert_eq!(refused(&old(0x11)), Some(Reason::RarVolume));
        let new = |marks: u8| [NEW, &[1, 2, 3, 4, 10, 1, 5, 6, marks, 0]].concat();
        assert_eq!(refused(&new(0)), Some(Reason::RarNotOpened));
        assert_eq!(refused(&new(1)), Some(Reason::RarVolume));
        // Without anything that is added.
        let plain = [NEW, &[1, 2, 3, 4, 0x80, 1, 1, 4, 3]].concat();
        assert_eq!(refused(&plain), Some(Reason::RarVolume));
        for len in 0..new(1).len() {
            let is_whole = len >= NEW.len();
            assert_eq!(refused(&new(1)[..len]).is_some(), is_whole, "{len}");
        }
        assert_eq!(refused(b"Rar!"), None);
        assert_eq!(
            refused(&[NEW, &[0xFF; 40]].concat()),
            Some(Reason::RarNotOpened)
        );
    }
}
