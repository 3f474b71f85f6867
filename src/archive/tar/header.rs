//! A header block of tar, and the records that extend it (POSIX.1-2017, pax; the GNU tar manual, "Basic Tar Format").

use super::BLOCK;
use super::sparse::PIECES_MAX;

/// One header block.
pub(super) struct Header<'a>(pub(super) &'a [u8; BLOCK]);

impl Header<'_> {
    pub(super) fn kind(&self) -> u8 {
        self.0[156]
    }

    /// Whether the sum of all bytes is what the header says. Bytes are unsigned or, by some old writers, signed.
    pub(super) fn checksum_holds(&self) -> bool {
        let Some(stored) = number(&self.0[148..156]) else {
            return false;
        };
        let with_spaces = |at: usize| match at {
            148..156 => b' ',
            _ => self.0[at],
        };
        let unsigned: i64 = (0..BLOCK).map(|at| i64::from(with_spaces(at))).sum();
        let signed: i64 = (0..BLOCK)
            .map(|at| i64::from(with_spaces(at).cast_signed()))
            .sum();
        i64::try_from(stored).is_ok_and(|stored| stored == unsigned || stored == signed)
    }

    pub(super) fn has_magic(&self) -> bool {
        &self.0[257..262] == b"ustar"
    }

    pub(super) fn size(&self) -> Option<u64> {
        number(&self.0[124..136])
    }

    /// The name, with the prefix that POSIX puts before it.
    pub(super) fn name(&self) -> Vec<u8> {
        let name = text(&self.0[..100]);
        let prefix = text(&self.0[345..500]);
        if &self.0[257..263] == b"ustar\0" && !prefix.is_empty() {
            return [prefix, b"/", name].concat();
        }
        name.to_vec()
    }

    pub(super) fn link_name(&self) -> Vec<u8> {
        text(&self.0[157..257]).to_vec()
    }
}

/// A field up to its first NUL.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A number: octal digits, or base 256 where they would not do.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    if let [0x80, rest @ ..] = field {
        let (high, low) = rest.split_at(rest.len().checked_sub(8)?);
        return (high.iter().all(|&byte| byte == 0)).then(|| {
            low.iter()
                .fold(0, |value, &byte| value << 8 | u64::from(byte))
        });
    }
    let digits = text(field).trim_ascii();
    digits.iter().try_fold(0_u64, |value, &byte| match byte {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// What extended headers say of the member that follows them.
#[derive(Default, PartialEq)]
pub(super) struct Extended {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link_path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) sparse: Sparse,
}

/// A sparse file as pax headers describe it (GNU tar manual, "Storing Sparse Files").
#[derive(Default, PartialEq)]
pub(super) struct Sparse {
    /// Version 1: the map stands before the content.
    pub(super) major: Option<u64>,
    pub(super) name: Option<Vec<u8>>,
    pub(super) real_size: Option<u64>,
    /// Versions 0.0 and 0.1: offsets and lengths, in turns.
    pub(super) map: Vec<u64>,
}

impl Extended {
    /// Whether nothing was said that is read here.
    pub(super) fn is_empty(&self) -> bool {
        *self == Extended::default()
    }

    /// Reads pax records, `LENGTH KEY=VALUE\n` each; `false` if they are broken.
    pub(super) fn read(&mut self, mut records: &[u8]) -> bool {
        while !records.is_empty() {
            if records.iter().all(|&byte| byte == 0) {
                return true;
            }
            let Some((record, rest)) = split_record(records) else {
                return false;
            };
            records = rest;
            let Some(equals) = record.iter().position(|&byte| byte == b'=') else {
                return false;
            };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            if self.set(key, value).is_none() {
                return false;
            }
        }
        true
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"linkpath" => self.link_path = Some(value.to_vec()),
            b"size" => self.size = Some(decimal(value)?),
            b"GNU.sparse.major" => self.sparse.major = Some(decimal(value)?),
            b"GNU.sparse.name" => self.sparse.name = Some(value.to_vec()),
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => {
                self.sparse.real_size = Some(decimal(value)?);
            }
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => {
                // Any number of headers may come before one member.
                if self.sparse.map.len() >= 2 * PIECES_MAX {
                    return None;
                }
                self.sparse.map.push(decimal(value)?);
            }
            b"GNU.sparse.map" => {
                self.sparse.map = value
                    .split(|&byte| byte == b',')
                    .map(decimal)
                    .collect::<Option<_>>()?;
            }
            _ => {}
        }
        Some(())
    }
}

fn split_record(records: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = records.iter().take(20).position(|&byte| byte == b' ')?;
    let length = usize::try_from(decimal(&records[..space])?).ok()?;
    let record = records.get(space + 1..length)?;
    Some((record.strip_suffix(b"\n")?, &records[length..]))
}

/// Decimal digits.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &byte| match byte {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_in_base_256() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0"), Some(0));
        assert_eq!(number(b"000000000009"), None);
        assert_eq!(
            number(&[0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]),
            Some(1 << 32 | 2)
        );
        assert_eq!(number(&[0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]), None);
        assert_eq!(number(&[0xFF; 12]), None);
    }

    #[test]
    fn pax_records_are_read_whole_or_not_at_all() {
        let read = |records: &[u8]| {
            let mut extended = Extended::default();
            extended.read(records).then_some(extended)
        };
        let extended = read(b"12 path=a=b\n11 size=12\n").unwrap();
        assert_eq!(extended.path.unwrap(), b"a=b");
        assert_eq!(extended.size, Some(12));
        for broken in [
            &b"12 path=a=b"[..],
            b"99999999999999999999 path=a\n",
            b"0 path=a\n",
            b"3 \n",
            b"10 size=-1\n",
            b"path=a\n",
        ] {
            assert!(read(broken).is_none(), "{}", broken.escape_ascii());
        }
    }
}
