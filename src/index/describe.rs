//! What an index file holds, for people.

use super::Index;
use super::choice::{self, Structure};
use super::format::Role;
use super::layout::Table;
use crate::Result;
use crate::error::kinds;
use crate::hash::HashType;
use crate::list::Source;

/// What an index file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The version of its format.
    pub version: u32,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it holds of each hash type.
    pub tables: Vec<TableDescription>,
    /// The names of the lists, in the order in which they were first added.
    pub lists: Vec<String>,
    /// The files it was built from, in the order in which they were added.
    pub sources: Vec<Source>,
    /// Where everything lies.
    pub sections: Vec<SectionDescription>,
}

/// What an index holds of one hash type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableDescription {
    /// The type.
    pub hash_type: HashType,
    /// How many distinct hashes.
    pub hashes: u64,
    /// How many rows hold them.
    pub rows: u64,
    /// The ways to search them.
    pub structures: Vec<StructureDescription>,
}

/// A way to search the hashes of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StructureDescription {
    /// The name: `sorted`, `exhaustive`, `bk-tree`, `mih`.
    pub name: &'static str,
    /// Its size in bytes, the hashes apart.
    pub bytes: u64,
    /// Why it is there, in English.
    pub why: StructureReason,
}

/// One section of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SectionDescription {
    /// What it holds.
    pub role: &'static str,
    /// The type whose hashes it serves.
    pub hash_type: Option<HashType>,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many elements it has.
    pub count: u64,
}

impl Index {
    /// What the file holds.
    ///
    /// ```
    /// use basma::{list::ReadOptions, matcher::Lists, report};
    /// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    /// let lists = Lists::open(["hashsets/demo.csv"], &ReadOptions::default())?;
    /// let description = lists.indexes[0].describe()?;
    /// assert_eq!(description.lists, ["demo"]);
    /// let printed = report::line(&report::Index::from(&description));
    /// assert!(printed.starts_with(r#"{"v":1,"version":"#));
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) if the names of lists or sources are damaged.
    pub fn describe(&self) -> Result<Description> {
        let lists = 0..self.layout.lists.count;
        let sections = self.layout.sections.iter();
        Ok(Description {
            version: self.layout.version,
            bytes: self.blocks.file_bytes() as u64,
            tables: self.layout.tables.iter().map(describe_table).collect(),
            lists: lists
                .map(|list| self.list(list as u32))
                .collect::<Result<_>>()?,
            sources: self.sources()?,
            sections: sections
                .map(|section| SectionDescription {
                    role: section.role.name(),
                    hash_type: section.hash_type,
                    offset: section.range.start as u64,
                    bytes: section.range.len() as u64,
                    count: section.count as u64,
                })
                .collect(),
        })
    }
}

kinds! {
    /// Why an index has a structure, or none.
    StructureReason in "structure" {
        Digests "digests" "digests are equal or nothing";
        Always "always" "always possible";
        LargeRadii "large-radii" "for radii where nothing else is faster";
        FewHashes { hashes: u64 } "few-hashes" "fastest below {hashes} hashes";
        SmallRadii { radius: u32 } "small-radii" "faster up to radius {radius}";
        Chunks { chunks: u64, bits: u64 } "chunks" "{chunks} chunks of up to {bits} bits; faster wherever its buckets are not too full";
        ChunksAsked { chunks: u64, bits: u64 } "chunks-asked" "{chunks} chunks of up to {bits} bits; asked for";
        Asked "asked" "asked for";
    }
}

fn describe_table(table: &Table) -> TableDescription {
    let hash_type = table.hash_type;
    let mut structures = Vec::new();
    let mut add = |name, bytes, why| structures.push(StructureDescription { name, bytes, why });
    if !hash_type.is_perceptual() {
        add("sorted", 0, StructureReason::Digests);
    }
    add(
        Structure::Exhaustive.name(),
        0,
        match (
            table.tree.is_some() || table.mih.is_some(),
            hash_type.is_perceptual(),
        ) {
            (_, false) => StructureReason::Always,
            (true, _) => StructureReason::LargeRadii,
            (false, _) if table.hashes.count < choice::TREE_HASHES_MIN => {
                StructureReason::FewHashes {
                    hashes: choice::TREE_HASHES_MIN as u64,
                }
            }
            (false, _) => StructureReason::Asked,
        },
    );
    if let Some(tree) = &table.tree {
        let radius = choice::tree_radius_max(hash_type);
        let bytes = tree.range.len() as u64;
        let why = if choice::builds_tree(Structure::Auto, hash_type, table.hashes.count) {
            StructureReason::SmallRadii { radius }
        } else {
            StructureReason::Asked
        };
        add(Role::BkTree.name(), bytes, why);
    }
    if let Some(mih) = &table.mih {
        let chunks = mih.section.count as u64;
        let bits = u64::from(hash_type.bits()).div_ceil(chunks);
        let why = if choice::builds_mih(Structure::Auto, hash_type, table.hashes.count) {
            StructureReason::Chunks { chunks, bits }
        } else {
            StructureReason::ChunksAsked { chunks, bits }
        };
        add(Role::Mih.name(), mih.section.range.len() as u64, why);
    }
    TableDescription {
        hash_type,
        hashes: table.hashes.count as u64,
        rows: table.rows.count as u64,
        structures,
    }
}
