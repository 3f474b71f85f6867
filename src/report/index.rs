//! What a compiled index holds, as `inspect` prints it.

use serde::{Deserialize, Serialize};

use super::{Name, Version};
use crate::index::{Description, SectionDescription, StructureDescription, TableDescription};
use crate::list;

/// What a compiled index holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Index {
    /// The version of the format of these lines.
    pub v: Version,
    /// The version of the format of the index.
    pub version: u32,
    /// The size of the file.
    pub bytes: u64,
    /// What it holds of each type of hash.
    pub types: Vec<Table>,
    /// The names of the lists.
    pub lists: Vec<String>,
    /// The files that it was built from.
    pub sources: Vec<Source>,
    /// Where everything lies.
    pub sections: Vec<Section>,
}

impl From<&Description> for Index {
    fn from(description: &Description) -> Index {
        Index {
            v: Version,
            version: description.version,
            bytes: description.bytes,
            types: description.tables.iter().map(Table::from).collect(),
            lists: description.lists.clone(),
            sources: description.sources.iter().map(Source::from).collect(),
            sections: description.sections.iter().map(Section::from).collect(),
        }
    }
}

/// What an index holds of one type of hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Table {
    /// The type of hash.
    #[serde(rename = "type")]
    pub hash_type: Name,
    /// The number of different hashes.
    pub hashes: u64,
    /// The number of entries that hold them.
    pub entries: u64,
    /// The ways to search them.
    pub structures: Vec<Structure>,
}

impl From<&TableDescription> for Table {
    fn from(table: &TableDescription) -> Table {
        Table {
            hash_type: table.hash_type.name().into(),
            hashes: table.hashes,
            entries: table.rows,
            structures: table.structures.iter().map(Structure::from).collect(),
        }
    }
}

/// A way to search the hashes of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Structure {
    /// Its name.
    pub name: Name,
    /// Its size, without the hashes.
    pub bytes: u64,
    /// Why it is there, as a code.
    pub why_code: Name,
    /// Why it is there. The text can change.
    pub why: String,
}

impl From<&StructureDescription> for Structure {
    fn from(structure: &StructureDescription) -> Structure {
        Structure {
            name: structure.name.into(),
            bytes: structure.bytes,
            why_code: structure.why.code().into(),
            why: structure.why.to_string(),
        }
    }
}

/// A file that an index was built from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Source {
    /// The list.
    pub list: String,
    /// The file.
    pub path: String,
    /// Its format.
    pub format: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// The names of the purposes that the list may be used for; any, if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// Whom the list protects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protects: Option<Name>,
}

impl From<&list::Source> for Source {
    fn from(source: &list::Source) -> Source {
        let digits = source.sha256.iter().map(|byte| format!("{byte:02x}"));
        Source {
            list: source.list.clone(),
            path: source.path.clone(),
            format: source.format.clone(),
            bytes: source.bytes,
            sha256: digits.collect(),
            uses: source.uses.clone(),
            protects: source.protects.map(|protects| protects.name().into()),
        }
    }
}

/// One section of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Section {
    /// What it holds.
    pub role: Name,
    /// The type of hash that it serves; `null` if it serves all.
    #[serde(rename = "type")]
    pub hash_type: Option<Name>,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// Its size.
    pub bytes: u64,
    /// The number of its elements.
    pub count: u64,
}

impl From<&SectionDescription> for Section {
    fn from(section: &SectionDescription) -> Section {
        Section {
            role: section.role.into(),
            hash_type: section.hash_type.map(|hash_type| hash_type.name().into()),
            offset: section.offset,
            bytes: section.bytes,
            count: section.count,
        }
    }
}
