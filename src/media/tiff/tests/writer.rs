//! A writer of files with any pages.

/// A page to be written.
#[derive(Clone, Default)]
pub(super) struct Page {
    /// Tag, type (1, 3 or 4), values.
    pub(super) fields: Vec<(u16, u16, Vec<u32>)>,
    pub(super) chunks: Vec<Vec<u8>>,
    /// The tags of the offsets and the lengths of the chunks.
    pub(super) chunk_tags: (u16, u16),
    /// A chain of pages below this one for each entry.
    pub(super) below: Vec<Vec<Page>>,
}

impl Page {
    pub(super) fn new(size: (u32, u32), fields: &[(u16, u32)], chunks: Vec<Vec<u8>>) -> Page {
        let all = [(256, size.0), (257, size.1)];
        let all = all.iter().chain(fields);
        Page {
            fields: all.map(|&(tag, value)| (tag, 4, vec![value])).collect(),
            chunks,
            chunk_tags: (273, 279),
            below: Vec::new(),
        }
    }

    pub(super) fn with(mut self, tag: u16, kind: u16, values: &[u32]) -> Page {
        self.fields.push((tag, kind, values.to_vec()));
        self
    }

    /// Grey of one shade.
    pub(super) fn grey(shade: u8) -> Page {
        let fields = [(258, 8), (259, 1), (262, 1)];
        Page::new((20, 10), &fields, vec![vec![shade; 200]])
    }
}

/// A file as it is written.
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    pub(super) big_endian: bool,
}

impl Writer {
    pub(super) fn number(&self, value: u32, width: usize) -> Vec<u8> {
        if self.big_endian {
            value.to_be_bytes()[4 - width..].to_vec()
        } else {
            value.to_le_bytes()[..width].to_vec()
        }
    }

    /// Writes a chain of pages and gives the place of the first.
    pub(super) fn chain(&mut self, pages: &[Page]) -> u32 {
        let mut next = 0;
        for page in pages.iter().rev() {
            next = self.page(page, next);
        }
        next
    }

    pub(super) fn page(&mut self, page: &Page, next: u32) -> u32 {
        let mut fields = page.fields.clone();
        let mut offsets = Vec::new();
        for chunk in &page.chunks {
            offsets.push(self.bytes.len() as u32);
            self.bytes.extend(chunk);
        }
        if !offsets.is_empty() {
            fields.push((page.chunk_tags.0, 4, offsets));
            let lengths = page.chunks.iter().map(|chunk| chunk.len() as u32);
            fields.push((page.chunk_tags.1, 4, lengths.collect()));
        }
        let below: Vec<u32> = page.below.iter().map(|pages| self.chain(pages)).collect();
        if !below.is_empty() {
            fields.push((330, 4, below));
        }
        fields.sort();
        let mut directory = self.number(fields.len() as u32, 2);
        for (tag, kind, values) in fields {
            let width = [0, 1, 1, 2, 4][usize::from(kind)];
            directory.extend(self.number(tag.into(), 2));
            directory.extend(self.number(kind.into(), 2));
            directory.extend(self.number(values.len() as u32, 4));
            let all: Vec<u8> = values.iter().flat_map(|&v| self.number(v, width)).collect();
            if all.len() <= 4 {
                directory.extend(&all);
                directory.resize(directory.len() + 4 - all.len(), 0);
            } else {
                directory.extend(self.number(self.bytes.len() as u32, 4));
                self.bytes.extend(all);
            }
        }
        directory.extend(self.number(next, 4));
        let at = self.bytes.len() as u32;
        self.bytes.extend(directory);
        at
    }
}

pub(super) fn file(pages: &[Page], big_endian: bool) -> Vec<u8> {
    let start = if big_endian {
        b"MM\0\x2a\0\0\0\0"
    } else {
        b"II\x2a\0\0\0\0\0"
    };
    let mut writer = Writer {
        bytes: start.to_vec(),
        big_endian,
    };
    let first = writer.chain(pages);
    let first = writer.number(first, 4);
    writer.bytes[4..8].copy_from_slice(&first);
    writer.bytes
}
