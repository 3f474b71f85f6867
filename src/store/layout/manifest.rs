//! What a generation is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::error::{Action, Problem};
use crate::store::layout::baseline::Baseline;
use crate::store::layout::folder::{Folder, read_bounded, write_private};
use crate::store::layout::terms::Terms;
use crate::store::layout::uses::UseRule;
use crate::{Error, Result, escape};

/// What is in force: the one file that is replaced to publish a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Pointer {
    v: u64,
    pub(in crate::store) generation: u64,
    /// SHA-256 of the manifest, in hexadecimal.
    manifest: String,
}

/// A generation: lists, their terms, and the files that hold them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Manifest {
    v: u64,
    pub(in crate::store) generation: u64,
    /// When it was published, in seconds since 1970-01-01 UTC.
    pub(in crate::store) created: i64,
    /// The version of basma that built it.
    pub(in crate::store) tool: String,
    /// By the names of the lists.
    pub(in crate::store) lists: Vec<ListManifest>,
    /// The decisions and rollbacks of lists that were removed, in case the lists return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) dormant: Vec<ListManifest>,
    /// What lists may be used for where, as the institution decided it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) rules: Vec<UseRule>,
    /// Generations before this one hold what was withdrawn by a token, and are removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) oldest: Option<u64>,
    /// SHA-256 of the audit's last record when it was built: records before it cannot go missing unnoticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) audit_head: Option<String>,
    /// The record of its publication that goes into the audit.
    pub(in crate::store) record: serde_json::Value,
}

/// One list of a generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct ListManifest {
    pub(in crate::store) terms: Terms,
    /// What its source says, lower layers first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) layers: Vec<LayerFiles>,
    /// What was added by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) added: Option<IndexFile>,
    /// What was withdrawn by hand: an index of targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) revoked: Option<IndexFile>,
    /// What was added by hand and withdrawn afterwards: it comes back when that is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) shelved: Option<IndexFile>,
    pub(in crate::store) counts: Counts,
    /// The last edition that was confirmed, and what has changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) baseline: Option<Baseline>,
    /// What was fetched last and is in force; nothing of it is known to readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) source: Option<SourceState>,
    /// SHA-256 of what was fetched and rolled back from: it is not taken again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) refused: Vec<String>,
}

/// One edition of a source, or one change to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct LayerFiles {
    pub(in crate::store) index: IndexFile,
    /// What it takes out of the layers below: an index of targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) withdrawn: Option<IndexFile>,
}

/// An index among the store's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct IndexFile {
    pub(in crate::store) file: String,
    /// The digest that all of it is proven against.
    pub(in crate::store) root: String,
    pub(in crate::store) rows: u64,
}

/// How many entries of a list count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Counts {
    /// What the source says, less what was withdrawn by hand; and what was added by hand.
    pub(in crate::store) entries: u64,
    /// By the name of the hash type.
    pub(in crate::store) by_type: BTreeMap<String, u64>,
    /// Withdrawn by hand.
    pub(in crate::store) revoked: u64,
    /// Added by hand.
    pub(in crate::store) added: u64,
    /// Malformed records of the source that were set aside.
    pub(in crate::store) set_aside: u64,
    /// When the next entry expires, in seconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) next_expiry: Option<i64>,
}

/// What a source was at when it was last taken over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct SourceState {
    /// SHA-256 of what was fetched last.
    pub(in crate::store) sha256: String,
    /// SHA-256 of all that made this edition of the one before.
    pub(in crate::store) files: Vec<String>,
    /// SHA-256 of deltas with malformed records, which are kept as long as the list goes on from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::store) incomplete: Vec<String>,
    /// What the last was called where it came from.
    pub(in crate::store) name: String,
    pub(in crate::store) bytes: u64,
    /// The list that its manifest names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) list: Option<String>,
    /// The edition that its manifest names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) version: Option<u64>,
    /// Of when it says it is, in seconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) as_of: Option<i64>,
    /// When its signature says it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) signed: Option<i64>,
    /// The id of the key whose signature was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) signed_by: Option<String>,
    /// When it was fetched.
    pub(in crate::store) fetched: i64,
    /// The release that read it, and with which options: another may read what this one set aside.
    pub(in crate::store) read_by: String,
    /// What the fetcher wants to know the next time. It may learn more while nothing new comes.
    #[serde(default)]
    pub(in crate::store) known: serde_json::Value,
}

/// The largest manifest, in bytes.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

impl ListManifest {
    /// The files that hold what its source says.
    pub(in crate::store) fn source_files(&self) -> impl Iterator<Item = &IndexFile> {
        let layers = self.layers.iter();
        let files = layers.flat_map(|layer| [Some(&layer.index), layer.withdrawn.as_ref()]);
        files.flatten()
    }
}

impl Pointer {
    pub(in crate::store) fn read(folder: &Folder) -> Result<Option<Pointer>> {
        let path = folder.current();
        let bytes = match read_bounded(&path, 4096) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(Action::Read, &path)(error)),
        };
        let pointer: Pointer = parse(&path, &bytes)?;
        check_version(&path, pointer.v)?;
        Ok(Some(pointer))
    }

    /// One that names a generation and is written nowhere.
    pub(in crate::store) fn of(generation: u64) -> Pointer {
        Pointer {
            v: 1,
            generation,
            manifest: String::new(),
        }
    }

    /// Puts a generation in force whose manifest has been written.
    pub(in crate::store) fn publish(
        folder: &Folder,
        generation: u64,
        manifest: &[u8],
    ) -> Result<()> {
        let pointer = Pointer {
            v: 1,
            generation,
            manifest: hex_sha256(manifest),
        };
        write_private(&folder.current(), &to_line(&pointer))
    }
}

impl Manifest {
    pub(in crate::store) fn new(
        generation: u64,
        created: i64,
        lists: Vec<ListManifest>,
    ) -> Manifest {
        Manifest {
            v: 1,
            generation,
            created,
            tool: concat!("basma ", env!("CARGO_PKG_VERSION")).to_owned(),
            lists,
            dormant: Vec::new(),
            rules: Vec::new(),
            oldest: None,
            audit_head: None,
            record: serde_json::Value::Null,
        }
    }

    /// The manifest that the pointer names, held to its digest.
    pub(in crate::store) fn read(folder: &Folder, pointer: &Pointer) -> Result<Manifest> {
        let (manifest, bytes) = Manifest::read_kept(folder, pointer.generation)?;
        if hex_sha256(&bytes) != pointer.manifest {
            return Err(Error::Store {
                path: folder.manifest(pointer.generation),
                problem: Problem::ManifestForeign,
            });
        }
        Ok(manifest)
    }

    /// The manifest of a generation that was kept, and its bytes.
    pub(in crate::store) fn read_kept(
        folder: &Folder,
        generation: u64,
    ) -> Result<(Manifest, Vec<u8>)> {
        let path = folder.manifest(generation);
        let bytes =
            read_bounded(&path, MANIFEST_BYTES_MAX).map_err(Error::io(Action::Read, &path))?;
        let manifest: Manifest = parse(&path, &bytes)?;
        check_version(&path, manifest.v)?;
        if manifest.generation != generation {
            return Err(Error::Store {
                path,
                problem: Problem::ManifestOfAnother {
                    generation: manifest.generation,
                },
            });
        }
        Ok((manifest, bytes))
    }

    pub(in crate::store) fn list(&self, name: &str) -> Option<&ListManifest> {
        self.lists.iter().find(|list| list.terms.list == name)
    }

    /// A named list.
    pub(in crate::store) fn known(&self, name: &str) -> Result<&ListManifest> {
        self.list(name).ok_or_else(|| {
            let lists = self.lists.iter();
            let known: Vec<&str> = lists.map(|list| list.terms.list.as_str()).collect();
            Error::from(Problem::StoreListUnknown {
                name: escape::escape(name.as_bytes()).into_owned(),
                known: escape::escape(known.join(", ").as_bytes()).into_owned(),
            })
        })
    }

    /// A list, or what is remembered of it.
    pub(in crate::store) fn remembered(&self, name: &str) -> Option<&ListManifest> {
        let mut all = self.lists.iter().chain(&self.dormant);
        all.find(|list| list.terms.list == name)
    }

    /// The files among the indexes that it names.
    pub(in crate::store) fn files(&self) -> impl Iterator<Item = &IndexFile> {
        let lists = self.lists.iter().chain(&self.dormant);
        lists.flat_map(|list| {
            let by_hand = [&list.added, &list.revoked, &list.shelved];
            list.source_files().chain(by_hand.into_iter().flatten())
        })
    }
}

pub(in crate::store) fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(in crate::store) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value as one line of JSON with its end.
pub(in crate::store) fn to_line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("names and numbers");
    line.push(b'\n');
    line
}

pub(in crate::store) fn parse<T: DeserializeOwned>(
    path: &std::path::Path,
    bytes: &[u8],
) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| Error::Store {
        path: path.to_owned(),
        problem: Problem::StoreFileDamaged {
            message: error.to_string(),
        },
    })
}

fn check_version(path: &std::path::Path, version: u64) -> Result<()> {
    match version {
        1 => Ok(()),
        other => Err(Error::Store {
            path: path.to_owned(),
            problem: Problem::StoreFileNewer { version: other },
        }),
    }
}
