//! The structure of a TIFF file: a header and directories of fields. EXIF is written in it too.
//!
//! Every number comes from the file and leads nowhere but into the file. Layout: TIFF 6.0, section 2, and the BigTIFF
//! design.

/// The most fields of a directory: as many as the count of classic TIFF can say.
const FIELDS_MAX: u64 = 65_535;

/// The two things that vary between TIFF files.
#[derive(Clone, Copy, Debug)]
pub(in crate::media) struct Layout {
    pub(super) big_endian: bool,
    big_tiff: bool,
}

impl Layout {
    /// The layout that a header states.
    pub(in crate::media) fn read(bytes: &[u8]) -> Option<Layout> {
        match bytes {
            [b'I', b'I', version, 0, ..] => Some(Layout {
                big_endian: false,
                big_tiff: *version == 43,
            }),
            [b'M', b'M', 0, version, ..] => Some(Layout {
                big_endian: true,
                big_tiff: *version == 43,
            }),
            _ => None,
        }
    }

    /// The offset of the first directory.
    pub(in crate::media) fn first(self, bytes: &[u8]) -> Option<u64> {
        if self.big_tiff {
            self.number(bytes, 8, 8)
        } else {
            self.number(bytes, 4, 4)
        }
    }

    /// The bytes of an offset, and of a count of values.
    fn offset_bytes(self) -> usize {
        if self.big_tiff { 8 } else { 4 }
    }

    fn number(self, bytes: &[u8], at: usize, width: usize) -> Option<u64> {
        let field = bytes.get(at..at.checked_add(width)?)?;
        let digit = |number: u64, &byte: &u8| number << 8 | u64::from(byte);
        Some(if self.big_endian {
            field.iter().fold(0, digit)
        } else {
            field.iter().rev().fold(0, digit)
        })
    }
}

/// One image file directory.
#[derive(Clone, Debug)]
pub(in crate::media) struct Directory<'a> {
    bytes: &'a [u8],
    pub(super) layout: Layout,
    fields: Vec<Field>,
    /// The offset of the directory that follows; 0 for none.
    pub(super) next: u64,
}

#[derive(Clone, Copy, Debug)]
struct Field {
    tag: u16,
    kind: u16,
    count: u64,
    /// Where the values begin.
    at: usize,
}

impl<'a> Directory<'a> {
    /// The directory at this offset; of one that is cut off, the fields that are there.
    pub(in crate::media) fn read(
        bytes: &'a [u8],
        layout: Layout,
        offset: u64,
    ) -> Option<Directory<'a>> {
        let offset = usize::try_from(offset).ok()?;
        let (count_bytes, field_bytes) = if layout.big_tiff { (8, 20) } else { (2, 12) };
        let count = layout.number(bytes, offset, count_bytes)?.min(FIELDS_MAX);
        let first = offset.checked_add(count_bytes)?;
        let fields = (0..count as usize).map_while(|i| {
            let at = first.checked_add(i * field_bytes)?;
            Field::read(bytes, layout, at)
        });
        let fields: Vec<Field> = fields.collect();
        let end = first.checked_add(count as usize * field_bytes)?;
        let next = layout.number(bytes, end, layout.offset_bytes());
        Some(Directory {
            bytes,
            layout,
            fields,
            next: next.unwrap_or(0),
        })
    }

    pub(in crate::media) fn has(&self, tag: u16) -> bool {
        self.fields.iter().any(|field| field.tag == tag)
    }

    /// The first of the field's values.
    pub(in crate::media) fn value(&self, tag: u16) -> Option<u64> {
        self.values(tag, 1)?.first().copied()
    }

    /// The values of a field of whole numbers, at most `most` of them. `None` for other fields, and where they do not
    /// lie in the file.
    pub(in crate::media) fn values(&self, tag: u16, most: u64) -> Option<Vec<u64>> {
        let field = self.fields.iter().find(|field| field.tag == tag)?;
        let width = match field.kind {
            1 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 13 => 4,
            16..=18 => 8,
            _ => return None,
        };
        // What is not there cannot be read, however many values are announced.
        let rest = self.bytes.len().checked_sub(field.at)? / width;
        let count = usize::try_from(field.count.min(most)).ok()?.min(rest);
        let values =
            (0..count).map(|i| self.layout.number(self.bytes, field.at + i * width, width));
        values.collect()
    }

    /// Every value of every field with this tag: a field may stand twice.
    pub(in crate::media) fn stated(&self, tag: u16) -> Vec<u64> {
        let fields = self.fields.iter().filter(|field| field.tag == tag);
        let alone = |field: &Field| {
            let only = Directory {
                fields: vec![*field],
                ..self.clone()
            };
            only.value(tag)
        };
        fields.filter_map(alone).collect()
    }

    /// The bytes of a field of bytes.
    pub(in crate::media) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let field = self.fields.iter().find(|field| field.tag == tag)?;
        let count = usize::try_from(field.count).ok()?;
        match field.kind {
            1 | 2 | 6 | 7 => self.bytes.get(field.at..field.at.checked_add(count)?),
            _ => None,
        }
    }
}

impl Field {
    fn read(bytes: &[u8], layout: Layout, at: usize) -> Option<Field> {
        let tag = layout.number(bytes, at, 2)? as u16;
        let kind = layout.number(bytes, at + 2, 2)? as u16;
        let width = layout.offset_bytes();
        let count = layout.number(bytes, at + 4, width)?;
        let value_at = at + 4 + width;
        // A field of another type is not read at all.
        let size: u64 = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => 1,
        };
        let at = if count.saturating_mul(size) <= width as u64 {
            value_at
        } else {
            let offset = layout.number(bytes, value_at, width)?;
            usize::try_from(offset).unwrap_or(usize::MAX)
        };
        Some(Field {
            tag,
            kind,
            count,
            at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_every_whole_type_are_read_in_both_orders() {
        for (kind, value) in [
            (1, "\x06\0\0\0"),
            (3, "\x06\0\0\0"),
            (4, "\x06\0\0\0"),
            (9, "\x06\0\0\0"),
        ] {
            let field = [&[0x12, 1, kind, 0, 1, 0, 0, 0], value.as_bytes()].concat();
            let file = [b"II\x2a\0\x08\0\0\0\x01\0", &field[..], &[0; 4]].concat();
            let layout = Layout::read(&file).unwrap();
            let directory = Directory::read(&file, layout, layout.first(&file).unwrap()).unwrap();
            assert_eq!(directory.value(0x112), Some(6), "type {kind}");
            assert_eq!(directory.next, 0);
        }
        let big = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x03\0\0\0\x09";
        let layout = Layout::read(big).unwrap();
        let directory = Directory::read(big, layout, 8).unwrap();
        assert_eq!((directory.value(0x112), directory.next), (Some(3), 9));
        for cut in 0..big.len() {
            let _ = Directory::read(&big[..cut], layout, 8).map(|d| d.value(0x112));
        }
    }

    #[test]
    fn a_field_that_announces_more_than_the_file_holds_gives_what_is_there() {
        let file = b"II\x2a\0\x08\0\0\0\x01\0\x11\x01\x04\0\xff\xff\xff\xff\x08\0\0\0\0\0\0\0";
        let layout = Layout::read(file).unwrap();
        let directory = Directory::read(file, layout, 8).unwrap();
        assert_eq!(directory.values(0x111, u64::MAX).unwrap().len(), 4);
        assert!(Directory::read(file, layout, u64::MAX).is_none());
    }
}
