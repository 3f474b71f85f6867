//! The fields of a 7z header, one after the other. No number in it is believed further than the bytes go.

use std::ops::Range;
use std::sync::Arc;

/// What a header holds otherwise than the format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

pub(super) type Field<T> = Result<T, Broken>;

/// A place in a header. Clones share its bytes.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    bytes: Arc<[u8]>,
    at: usize,
}

impl Fields {
    pub(super) fn new(bytes: Vec<u8>) -> Fields {
        Fields {
            bytes: bytes.into(),
            at: 0,
        }
    }

    pub(super) fn byte(&mut self) -> Field<u8> {
        let byte = *self.bytes.get(self.at).ok_or(Broken)?;
        self.at += 1;
        Ok(byte)
    }

    /// A number: the leading ones of the first byte say how many bytes follow.
    pub(super) fn number(&mut self) -> Field<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut number = 0;
        for place in 0..more {
            number |= u64::from(self.byte()?) << (8 * place);
        }
        // The bits behind the first zero are the highest.
        let rest = u64::from(first) & (0x7F >> more.min(7));
        Ok(match more {
            0..7 => number | rest << (8 * more),
            _ => number,
        })
    }

    /// A number of things that take at least a bit each of what follows.
    pub(super) fn count(&mut self) -> Field<u64> {
        let count = self.number()?;
        let bits = (self.bytes.len() - self.at) as u64 * 8;
        if count > bits {
            return Err(Broken);
        }
        Ok(count)
    }

    pub(super) fn u32(&mut self) -> Field<u32> {
        let bytes = self.bytes.get(self.at..).ok_or(Broken)?;
        let (bytes, _) = bytes.split_first_chunk().ok_or(Broken)?;
        self.at += 4;
        Ok(u32::from_le_bytes(*bytes))
    }

    /// Passes over so many bytes: where they stand.
    pub(super) fn range(&mut self, len: u64) -> Field<Range<usize>> {
        let len = usize::try_from(len).map_err(|_| Broken)?;
        let end = self.at.checked_add(len).ok_or(Broken)?;
        if end > self.bytes.len() {
            return Err(Broken);
        }
        let range = self.at..end;
        self.at = end;
        Ok(range)
    }

    /// Bytes that were passed over.
    pub(super) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    /// So many flags, one a bit.
    pub(super) fn flags(&mut self, count: u64) -> Field<Flags> {
        let range = self.range(count.div_ceil(8))?;
        Ok(Flags::Bits {
            bytes: Arc::clone(&self.bytes),
            at: range.start,
            mask: 0x80,
            left: count,
        })
    }

    /// So many flags behind a byte that says whether all are set.
    pub(super) fn optional_flags(&mut self, count: u64) -> Field<Flags> {
        match self.byte()? {
            0 => self.flags(count),
            _ => Ok(Flags::All { left: count }),
        }
    }

    /// Two bytes of a name; `None` at the end.
    pub(super) fn unit(&mut self) -> Option<u16> {
        let (unit, _) = self.bytes.get(self.at..)?.split_first_chunk()?;
        self.at += 2;
        Some(u16::from_le_bytes(*unit))
    }
}

/// Flags, one after the other.
#[derive(Clone, Debug)]
pub(super) enum Flags {
    All {
        left: u64,
    },
    Bits {
        bytes: Arc<[u8]>,
        at: usize,
        mask: u8,
        left: u64,
    },
}

impl Flags {
    /// None are set.
    pub(super) const NONE: Flags = Flags::All { left: 0 };
}

impl Iterator for Flags {
    type Item = bool;

    fn next(&mut self) -> Option<bool> {
        match self {
            Flags::All { left } => {
                *left = left.checked_sub(1)?;
                Some(true)
            }
            Flags::Bits {
                bytes,
                at,
                mask,
                left,
            } => {
                *left = left.checked_sub(1)?;
                let is_set = bytes.get(*at)? & *mask != 0;
                *mask = mask.rotate_right(1);
                *at += usize::from(*mask == 0x80);
                Some(is_set)
            }
        }
    }
}

/// Checksums of those things that have one, in order.
#[derive(Clone, Debug)]
pub(super) struct Checksums {
    defined: Flags,
    values: Fields,
}

impl Checksums {
    /// Those of so many things, which stand next.
    pub(super) fn read(fields: &mut Fields, count: u64) -> Field<Checksums> {
        let defined = fields.optional_flags(count)?;
        let values = fields.clone();
        for is_defined in defined.clone() {
            if is_defined {
                fields.u32()?;
            }
        }
        Ok(Checksums { defined, values })
    }

    /// That of the next thing.
    pub(super) fn next(&mut self) -> Option<u32> {
        match self.defined.next() {
            Some(true) => self.values.u32().ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_format_says() {
        let of = |bytes: &[u8]| Fields::new(bytes.to_vec()).number();
        assert_eq!(of(&[0x7F]), Ok(0x7F));
        assert_eq!(of(&[0x80, 0x80]), Ok(0x80));
        assert_eq!(of(&[0xBF, 0xFF]), Ok(0x3FFF));
        assert_eq!(of(&[0xC1, 0x02, 0x03]), Ok(0x10302));
        assert_eq!(of(&[0xFE, 1, 2, 3, 4, 5, 6, 7]), Ok(0x0007_0605_0403_0201));
        assert_eq!(of(&[0xFF; 9]), Ok(u64::MAX));
        assert_eq!(of(&[0xFF; 8]), Err(Broken));
        assert_eq!(of(&[]), Err(Broken));
    }

    #[test]
    fn no_more_flags_are_given_than_there_are() {
        let mut fields = Fields::new(vec![0b1010_0000, 0b1000_0000]);
        let flags: Vec<bool> = fields.flags(9).unwrap().collect();
        assert_eq!(
            flags,
            [true, false, true, false, false, false, false, false, true]
        );
        assert_eq!(fields.flags(1).err(), Some(Broken));
        assert_eq!(Flags::NONE.count(), 0);
    }
}
