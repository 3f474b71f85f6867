//! Lists to an index.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufWriter, Cursor};
use std::path::Path;

use super::merge::{self, BuildReport, Catalogue, IdKey, NewRow, OnConflict};
use super::plan::{Plan, push_record, within_u32};
use super::{Index, Structure, metadata};
use crate::hash::HashType;
use crate::list::{List, Removal, Target};
use crate::publish::Draft;
use crate::{Error, Result};

/// How many different records are remembered in order to store equal ones once. Lists repeat themselves nearby.
const RECORDS_REMEMBERED: usize = 1 << 16;

/// Compiles lists into an [`Index`].
///
/// The same lists added in the same order give the same bytes. All rows are held in memory: about 80 bytes each, and
/// what they say.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// use basma::index::{Builder, Index};
/// use basma::list::{ReadOptions, read_bytes};
///
/// let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?;
/// let mut builder = Builder::new();
/// let text = format!("md5 {md5}\n");
/// builder.add(read_bytes("demo.txt".as_ref(), text.as_bytes(), &ReadOptions::default())?)?;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("demo.basma");
/// let report = builder.write(&path)?;
/// assert_eq!((report.hashes, report.rows), (1, 1));
/// assert_eq!(Index::open(&path)?.lookup(&md5, 0)?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Builder {
    structure: Structure,
    on_conflict: OnConflict,
    catalogue: Catalogue,
    list_ordinals: HashMap<String, u32>,
    rows: BTreeMap<HashType, Vec<NewRow>>,
    /// Where records that were added lately stand.
    remembered: HashMap<Vec<u8>, usize>,
    withdrawn: u64,
}

impl Builder {
    /// An index of nothing, with [`Structure::Auto`] and [`OnConflict::Merge`].
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Which structure to build beside the hashes. Exhaustive search is always possible.
    pub fn structure(self, structure: Structure) -> Builder {
        Builder { structure, ..self }
    }

    /// What to do when one list says different things of one hash.
    pub fn on_conflict(self, on_conflict: OnConflict) -> Builder {
        Builder {
            on_conflict,
            ..self
        }
    }

    /// Adds a list. What it withdraws is taken out of the lists of that name added before, and out of its own earlier
    /// lines: the last line wins.
    ///
    /// # Errors
    /// [`Error::OverLimit`] for a row with more than 1 MiB of metadata, a line or a number of lists or sources beyond
    /// 2^32. The builder is of no use afterwards.
    pub fn add(&mut self, list: List) -> Result<()> {
        let List {
            source,
            entries,
            removals,
            ..
        } = list;
        let source_ordinal = within_u32("sources", self.catalogue.sources.len() as u64)?;
        let file_list = source.list.clone();
        self.catalogue.sources.push(source);
        for mut entry in entries {
            let list = match entry.list.take() {
                Some(name) => self.list(&name)?,
                None => self.list(&file_list)?,
            };
            let (hash, line) = (entry.hash, within_u32("lines", entry.line)?);
            let mut row = NewRow {
                hash: [0; 32],
                metadata: 0,
                id: entry.id.as_deref().map(id_key),
                line,
                source: source_ordinal,
                list,
            };
            row.hash[..hash.as_bytes().len()].copy_from_slice(hash.as_bytes());
            row.metadata = self.record(metadata::encode_entry(entry))?;
            self.rows.entry(hash.hash_type()).or_default().push(row);
        }
        if !removals.is_empty() {
            self.withdraw(source_ordinal, &file_list, removals)?;
        }
        Ok(())
    }

    /// The bytes of the index, and what became of the rows.
    ///
    /// # Errors
    /// [`Error::List`] for a conflict, if conflicts are errors; [`Error::OverLimit`] for more than 2^32 rows of a type.
    pub fn build(self) -> Result<(Vec<u8>, BuildReport)> {
        let (out, report) = self
            .plan()?
            .write(Cursor::new(Vec::new()))
            .map_err(Error::io("write", Path::new("memory")))?;
        Ok((out.into_inner(), report))
    }

    /// An index in memory, for lists that are used once.
    ///
    /// # Errors
    /// As [`Builder::build`].
    pub fn build_in_memory(self) -> Result<(Index, BuildReport)> {
        let (bytes, report) = self.build()?;
        Ok((Index::from_bytes(Path::new("memory"), bytes)?, report))
    }

    /// Writes the index to a file, which is there completely and verified, or as it was before.
    ///
    /// The file is written beside its place, synced, verified byte by byte, and renamed over what was there, which
    /// whoever has open keeps. Its permissions are those of any new file.
    ///
    /// # Errors
    /// As [`Builder::build`]; [`Error::Io`] if it cannot be written; [`Error::Argument`] if something is in its place
    /// that is no file. Nothing is left behind.
    pub fn write(self, path: &Path) -> Result<BuildReport> {
        let plan = self.plan()?;
        publish(path, |draft| {
            let (_, report) = plan.write(BufWriter::with_capacity(1 << 16, draft))?;
            Ok(report)
        })
    }

    /// The ordinal of a list's name.
    fn list(&mut self, name: &str) -> Result<u32> {
        if let Some(&ordinal) = self.list_ordinals.get(name) {
            return Ok(ordinal);
        }
        let ordinal = within_u32("lists", self.catalogue.lists.len() as u64)?;
        self.catalogue.lists.push(name.to_owned());
        self.list_ordinals.insert(name.to_owned(), ordinal);
        Ok(ordinal)
    }

    /// Where a record stands, which is added unless it was lately.
    fn record(&mut self, content: Vec<u8>) -> Result<usize> {
        if let Some(&offset) = self.remembered.get(&content) {
            return Ok(offset);
        }
        let offset = self.catalogue.records.len();
        push_record(&mut self.catalogue.records, &content)?;
        if self.remembered.len() == RECORDS_REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(content, offset);
        Ok(offset)
    }

    fn withdraw(&mut self, source: u32, file_list: &str, removals: Vec<Removal>) -> Result<()> {
        // The last line that withdraws each hash and id.
        let mut hashes = HashMap::new();
        let mut ids: HashMap<_, HashMap<String, u32>> = HashMap::new();
        for removal in removals {
            let line = within_u32("lines", removal.line)?;
            let name = removal.list.as_deref().unwrap_or(file_list);
            let Some(&list) = self.list_ordinals.get(name) else {
                continue;
            };
            let last = match removal.target {
                Target::Hash(hash) => hashes.entry((list, hash)).or_insert(line),
                Target::Id(id) => {
                    let same_key = ids.entry((list, id_key(&id))).or_default();
                    same_key.entry(id).or_insert(line)
                }
            };
            *last = line.max(*last);
        }
        let catalogue = &self.catalogue;
        for (&hash_type, rows) in &mut self.rows {
            let before = rows.len();
            rows.retain(|row| {
                let by_hash = hashes.get(&(row.list, merge::hash_of(hash_type, row)));
                let by_id = row.id.and_then(|key| {
                    let same_key = ids.get(&(row.list, key))?;
                    same_key.get(&catalogue.id(row)?)
                });
                let last = by_hash.max(by_id);
                !last.is_some_and(|&line| row.source != source || row.line < line)
            });
            self.withdrawn += (before - rows.len()) as u64;
        }
        Ok(())
    }

    fn plan(self) -> Result<Plan> {
        let report = BuildReport {
            withdrawn: self.withdrawn,
            ..BuildReport::default()
        };
        let Builder {
            structure,
            on_conflict,
            ..
        } = self;
        Plan::new(self.catalogue, self.rows, structure, on_conflict, report)
    }
}

fn id_key(id: &str) -> IdKey {
    let digest = blake3::hash(id.as_bytes());
    IdKey::from_le_bytes(digest.as_bytes()[..8].try_into().expect("8 of 32 bytes"))
}

/// Publishes what `write` writes, if it is a sound index.
pub(super) fn publish<T>(
    path: &Path,
    write: impl FnOnce(&mut Draft) -> io::Result<T>,
) -> Result<T> {
    let mut draft = Draft::create(path)?;
    let written = write(&mut draft).map_err(Error::io("write", path))?;
    draft.sync()?;
    Index::open(draft.draft_path())?.verify()?;
    draft.publish()?;
    Ok(written)
}
