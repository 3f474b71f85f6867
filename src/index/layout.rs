//! What the header and the section table of an index say, proven before it is believed.

use std::ops::Range;
use std::path::Path;

use zerocopy::FromBytes;

use super::blocks::{self, Digest};
use super::details::{DetailSections, Key};
use super::format::Role::{self, *};
use super::format::{
    ALIGNMENT, HASHES_MAX, HEADER_BYTES, Header, MAGIC, ROWS_MAX, SECTION_BYTES, SECTIONS_MAX,
    SectionRecord, VERSION, checksum,
};
use super::mih::{self, Chunks};
use crate::error::{IndexDamage, Problem};
use crate::hash::HashType;
use crate::{Error, Result};

/// A section whose place is proven to lie in the body.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) role: Role,
    pub(super) hash_type: Option<HashType>,
    pub(super) range: Range<usize>,
    pub(super) count: usize,
}

/// The sections of one hash type.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) hash_type: HashType,
    pub(super) hashes: Section,
    pub(super) starts: Section,
    pub(super) rows: Section,
    pub(super) tree: Option<Section>,
    pub(super) mih: Option<MihSection>,
    pub(super) details: Option<DetailSections>,
}

/// A section of multi-index hashing, and where everything stands in it.
#[derive(Clone, Debug)]
pub(super) struct MihSection {
    pub(super) section: Section,
    pub(super) layout: mih::Layout,
}

/// What the header and the section table say, proven against the size of the file and their checksum.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) version: u32,
    pub(super) body: Range<usize>,
    pub(super) root: Digest,
    pub(super) sections: Vec<Section>,
    pub(super) records: Section,
    pub(super) lists: Section,
    pub(super) sources: Section,
    pub(super) tables: Vec<Table>,
}

impl Layout {
    /// Reads header and section table; looks at nothing else, so it takes the same time for every file.
    pub(super) fn read(name: &Path, bytes: &[u8]) -> Result<Layout> {
        read(bytes).map_err(|problem| Error::Index {
            path: name.to_owned(),
            problem,
        })
    }

    pub(super) fn table(&self, hash_type: HashType) -> Option<&Table> {
        self.tables.iter().find(|t| t.hash_type == hash_type)
    }
}

fn damaged(damage: IndexDamage) -> Problem {
    Problem::IndexDamaged { damage }
}

fn read(bytes: &[u8]) -> Result<Layout, Problem> {
    let header = read_header(bytes)?;
    let table_bytes = header.sections.get() as usize * SECTION_BYTES;
    let table = &bytes[HEADER_BYTES..HEADER_BYTES + table_bytes];
    if checksum(&header, table) != header.checksum {
        return Err(damaged(IndexDamage::HeaderChanged));
    }
    let body_end = usize::try_from(header.body_end.get())
        .ok()
        .filter(|&end| end >= HEADER_BYTES + table_bytes && end <= bytes.len())
        .ok_or_else(|| damaged(IndexDamage::BodyOutside))?;
    let body = HEADER_BYTES + table_bytes..body_end;
    if blocks::digests_bytes(body.len()) != Some(bytes.len() - body_end) {
        return Err(damaged(IndexDamage::DigestsUnfit));
    }

    let records = <[SectionRecord]>::ref_from_bytes(table).expect("cut to whole records");
    let sections = read_sections(records, &body)?;
    let whole = |role: Role| {
        let mut all = sections.iter();
        all.find(|s| s.role == role).cloned().ok_or_else(|| {
            let section = role.name().to_owned();
            damaged(IndexDamage::SectionMissing { section })
        })
    };
    if header.version.get() == 1 && sections.iter().any(|s| s.role == Mih) {
        return Err(damaged(IndexDamage::MihTooEarly));
    }
    let is_of_details = |s: &Section| Role::OF_DETAILS.contains(&s.role);
    if header.version.get() < 3 && sections.iter().any(is_of_details) {
        return Err(damaged(IndexDamage::DetailsTooEarly));
    }
    let key = Key::of_version(header.version.get());
    Ok(Layout {
        version: header.version.get(),
        root: header.root,
        records: whole(Records)?,
        lists: whole(Lists)?,
        sources: whole(Sources)?,
        tables: sections
            .chunk_by(|a, b| a.hash_type == b.hash_type)
            .filter_map(|of_type| Some((of_type[0].hash_type?, of_type)))
            .map(|(hash_type, of_type)| read_table(hash_type, of_type, key))
            .collect::<Result<_, _>>()?,
        body,
        sections,
    })
}

/// The header, with the magic, the version, the sizes of file and section table compared.
fn read_header(bytes: &[u8]) -> Result<Header, Problem> {
    let magic = &bytes[..bytes.len().min(MAGIC.len())];
    if bytes.is_empty() || !MAGIC.starts_with(magic) {
        return Err(if bytes.is_empty() {
            Problem::IndexEmpty
        } else {
            Problem::IndexForeign
        });
    }
    let truncated = |needed: u64| Problem::IndexTruncated {
        needed,
        found: bytes.len() as u64,
    };
    let Ok((header, rest)) = Header::read_from_prefix(bytes) else {
        return Err(truncated(HEADER_BYTES as u64));
    };
    match header.version.get() {
        1..=VERSION => {}
        0 => return Err(damaged(IndexDamage::VersionZero)),
        newer => {
            return Err(Problem::IndexNewer {
                version: newer.into(),
                known: VERSION.into(),
            });
        }
    }
    let file_bytes = header.file_bytes.get();
    if (bytes.len() as u64) < file_bytes {
        return Err(truncated(file_bytes));
    }
    if bytes.len() as u64 > file_bytes {
        return Err(damaged(IndexDamage::BytesFollow {
            extra: bytes.len() as u64 - file_bytes,
            bytes: file_bytes,
        }));
    }
    let sections = header.sections.get() as usize;
    if sections > SECTIONS_MAX || sections * SECTION_BYTES > rest.len() {
        return Err(damaged(IndexDamage::SectionsTooMany {
            sections: sections as u64,
        }));
    }
    Ok(header)
}

fn read_sections(records: &[SectionRecord], body: &Range<usize>) -> Result<Vec<Section>, Problem> {
    let mut sections = Vec::with_capacity(records.len());
    let mut end_before = body.start;
    let mut before = None;
    for (ordinal, record) in (0..).zip(records) {
        let role = Role::from_code(record.role.get())
            .ok_or_else(|| damaged(IndexDamage::SectionRole { ordinal }))?;
        let hash_type = match record.hash_type.get() {
            0 => None,
            code => Some(
                HashType::from_code(code)
                    .ok_or_else(|| damaged(IndexDamage::SectionTypeUnknown { ordinal }))?,
            ),
        };
        if hash_type.is_some() != role.is_of_a_type() {
            return Err(damaged(IndexDamage::SectionTypeWrong { ordinal }));
        }
        if record.zeros.get() != 0 {
            return Err(damaged(IndexDamage::SectionReserved { ordinal }));
        }
        let order = (record.hash_type.get(), record.role.get());
        if before.replace(order).is_some_and(|before| before >= order) {
            return Err(damaged(IndexDamage::SectionOrder { ordinal }));
        }
        let place = usize::try_from(record.offset.get())
            .ok()
            .filter(|&offset| Some(offset) == end_before.checked_next_multiple_of(ALIGNMENT))
            .zip(usize::try_from(record.length.get()).ok())
            .and_then(|(offset, length)| Some(offset..offset.checked_add(length)?))
            .filter(|range| range.end <= body.end)
            .ok_or_else(|| damaged(IndexDamage::SectionPlace { ordinal }))?;
        let count = record.count.get();
        let fits = match role.element_bytes(hash_type) {
            Some(bytes) => count.checked_mul(bytes) == Some(record.length.get()),
            // Records: each has its length. Chunks: compared with the layout they make.
            None => count <= record.length.get() / 4,
        };
        let limit = match role {
            Hashes => HASHES_MAX,
            RowStarts => HASHES_MAX + 1,
            _ => ROWS_MAX,
        };
        let count = usize::try_from(count)
            .ok()
            .filter(|_| fits && (count <= limit || role == Records))
            .ok_or_else(|| damaged(IndexDamage::SectionCount { ordinal }))?;
        end_before = place.end;
        sections.push(Section {
            role,
            hash_type,
            range: place,
            count,
        });
    }
    if end_before != body.end {
        return Err(damaged(IndexDamage::SectionTrailing));
    }
    Ok(sections)
}

/// The table of one type. `key` is that of its details.
fn read_table(hash_type: HashType, sections: &[Section], key: Key) -> Result<Table, Problem> {
    let name = || hash_type.name().to_owned();
    let find = |role: Role| sections.iter().find(|s| s.role == role).cloned();
    let (Some(hashes), Some(starts), Some(rows)) = (find(Hashes), find(RowStarts), find(Rows))
    else {
        return Err(damaged(IndexDamage::TableMissing { hash_type: name() }));
    };
    if hashes.count == 0 || starts.count != hashes.count + 1 || rows.count < hashes.count {
        return Err(damaged(IndexDamage::TableDisagrees { hash_type: name() }));
    }
    let tree = find(BkTree);
    if tree.as_ref().is_some_and(|tree| {
        !hash_type.is_perceptual() || tree.count == 0 || tree.count > hashes.count
    }) {
        return Err(damaged(IndexDamage::TreeImpossible { hash_type: name() }));
    }
    let mih = match find(Mih) {
        None => None,
        Some(section) => Some(
            Chunks::new(hash_type, section.count)
                .and_then(|chunks| mih::Layout::new(chunks, hash_type, hashes.count))
                .filter(|layout| layout.bytes() == section.range.len())
                .map(|layout| MihSection { section, layout })
                .ok_or_else(|| damaged(IndexDamage::MihImpossible { hash_type: name() }))?,
        ),
    };
    let details = match Role::OF_DETAILS.map(find) {
        [None, None, None, None] => None,
        [Some(a), Some(b), Some(c), Some(d)] if hash_type == HashType::Pdq => {
            DetailSections::new([a, b, c, d], rows.count, key)
                .map(Some)
                .ok_or_else(|| damaged(IndexDamage::DetailsImpossible { hash_type: name() }))?
        }
        _ => {
            return Err(damaged(IndexDamage::DetailsImpossible {
                hash_type: name(),
            }));
        }
    };
    Ok(Table {
        hash_type,
        hashes,
        starts,
        rows,
        tree,
        mih,
        details,
    })
}
