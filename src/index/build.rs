//! Lists to an index.

use std::collections::{HashMap, hash_map};
use std::io::{self, BufWriter, Cursor};
use std::path::{Path, PathBuf};

use super::merge::{BuildReport, OnConflict};
use super::plan::{Plan, push_record, within_u32};
use super::rows::{Catalogue, LinePlace, NewRow, WithdrawnId, WithdrawnIds, hash_record};
use super::{Index, Structure, details, metadata};
use crate::disk::atomic_file::AtomicFile;
use crate::disk::external_sort::Sorter;
use crate::disk::spool::{Scratch, Spool};
use crate::error::{Action, Limit};
use crate::hash::{Hash, HashType};
use crate::list::{
    self, Change, ClipFrame, EachChange, Entry, List, ReadOptions, Removal, Source, Target,
};
use crate::{Error, Result};

/// How many different records are remembered in order to store equal ones once. Lists repeat themselves nearby.
const RECORDS_REMEMBERED: usize = 1 << 16;
/// How many bytes of them.
const RECORDS_REMEMBERED_BYTES: usize = 16 << 20;

/// Compiles lists into an [`Index`].
///
/// The same lists added in the same order give the same bytes, on any amount of memory. What does not fit
/// [`Builder::memory_bytes`] is sorted in temporary files.
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
pub struct Builder {
    structure: Structure,
    on_conflict: OnConflict,
    scratch: Scratch,
    is_private: bool,
    lists: Vec<String>,
    list_ordinals: HashMap<String, u32>,
    sources: Vec<Source>,
    are_sparse: Vec<bool>,
    collected: Option<Collected>,
    withdrawn_ids: Vec<WithdrawnId>,
    remembered: Remembered,
    /// The entry that was added last, and where its metadata stands: the hashes of an item come one after the other.
    last: Option<(Entry, u64)>,
}

/// What was read from lists, in memory or in temporary files.
struct Collected {
    rows: Sorter<NewRow>,
    /// As in [`Catalogue::records`].
    records: Spool,
    /// As in [`Catalogue::details`].
    details: Spool,
    withdrawn_texts: Spool,
}

impl Collected {
    fn new(scratch: &Scratch) -> Collected {
        Collected {
            rows: Sorter::new(&scratch.folder, scratch.memory_bytes / 4 * 3),
            records: scratch.spool(8),
            details: scratch.spool(32),
            withdrawn_texts: scratch.spool(64),
        }
    }
}

/// Where records that were added lately stand.
#[derive(Default)]
struct Remembered {
    places: HashMap<Vec<u8>, u64>,
    bytes: usize,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder::new()
    }
}

impl Builder {
    /// How much memory is used unless [`Builder::memory_bytes`] says otherwise.
    pub const MEMORY_BYTES: usize = 512 << 20;

    /// An index of nothing, with [`Structure::Auto`] and [`OnConflict::Merge`].
    pub fn new() -> Builder {
        Builder {
            structure: Structure::default(),
            on_conflict: OnConflict::default(),
            scratch: Scratch {
                folder: std::env::temp_dir(),
                memory_bytes: Builder::MEMORY_BYTES,
            },
            is_private: false,
            lists: Vec::new(),
            list_ordinals: HashMap::new(),
            sources: Vec::new(),
            are_sparse: Vec::new(),
            collected: None,
            withdrawn_ids: Vec::new(),
            remembered: Remembered::default(),
            last: None,
        }
    }

    /// About how much memory rows and what they say may take before they go to temporary files. `usize::MAX` writes
    /// none. To be said before the first list is added.
    ///
    /// Beyond it come 32 bytes for each id that a list withdraws. Beyond it also come 12 bytes for each hash of a
    /// BK-tree. So do the conflicts of one list about a hash, and an eighth of all metadata during verification.
    /// Temporary files are read through memory maps, which the system takes back when it needs the memory.
    pub fn memory_bytes(mut self, memory_bytes: usize) -> Builder {
        self.scratch.memory_bytes = memory_bytes;
        self
    }

    /// Where temporary files go: [`std::env::temp_dir`] unless told, which may itself be in memory. They need up to
    /// three times the room of the index, and of the largest text list. To be said before the first list is added.
    ///
    /// They have no names, so nothing is left of them, however the process ends.
    pub fn scratch(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.scratch.folder = folder.into();
        self
    }

    /// Only the owner of the index will be able to read it.
    pub(crate) fn private(self) -> Builder {
        Builder {
            is_private: true,
            ..self
        }
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

    /// Adds a list. Its withdrawals apply to the lists of that name added before, and to its own earlier lines. The
    /// last line wins.
    ///
    /// # Errors
    /// [`Error::OverLimit`] for a row with more than 1 MiB of metadata, or a line beyond 2^32. The same error for a
    /// number of lists or sources beyond 2^32. The builder is of no use afterwards.
    pub fn add(&mut self, list: List) -> Result<()> {
        let name = list.source.list.clone();
        let source = self.source(stated(&list))?;
        for entry in list.entries {
            self.enter(source, &name, entry)?;
        }
        let mut removals = list.removals.into_iter();
        removals.try_for_each(|removal| self.withdraw(source, &name, removal))
    }

    /// Reads a text list as [`list::read`] does and adds it line by line. The whole list is never in memory. Gives back
    /// what was read, without entries and removals.
    ///
    /// # Errors
    /// As [`list::read`] and [`Builder::add`]. The builder is of no use afterwards, so that a list with a bad line is
    /// in no index.
    pub fn read(&mut self, path: &Path, options: &ReadOptions) -> Result<List> {
        let place = self.sources.len();
        let list = self.read_each(path, options, |change| Ok(Some(change)))?;
        self.sources[place] = stated(&list);
        Ok(list)
    }

    /// [`Builder::read`] of what becomes of each change: nothing of it is added where it becomes nothing.
    pub(crate) fn read_each(
        &mut self,
        path: &Path,
        options: &ReadOptions,
        mut become_of: impl FnMut(Change) -> Result<Option<Change>>,
    ) -> Result<List> {
        // Its place is reserved now; the content is known at the end of the list.
        let source = self.source(Source::new("", "", ""))?;
        let scratch = self.scratch.clone();
        let list = list::read_through(
            path,
            options,
            &scratch,
            &mut |name, change| match become_of(change)? {
                Some(Change::Add(entry)) => self.enter(source, name, entry),
                Some(Change::Remove(removal)) => self.withdraw(source, name, removal),
                None => Ok(()),
            },
        )?;
        self.sources[source as usize] = list.source.clone();
        Ok(list)
    }

    /// Adds the changes that `make` hands on one by one, each with the name of its list. `make` gives back the list without
    /// them, or nothing where there is no list.
    ///
    /// # Errors
    /// Those of `make`, and as [`Builder::add`]. The builder is of no use afterwards.
    pub fn add_each(
        &mut self,
        make: impl FnOnce(&mut EachChange<'_>) -> Result<Option<List>>,
    ) -> Result<Option<List>> {
        // Its place is reserved by the first change; the source is known at the end.
        let mut place = None;
        let made = make(&mut |list, change| {
            let place = match place {
                Some(place) => place,
                None => *place.insert(self.source(Source::new("", "", ""))?),
            };
            match change {
                Change::Add(entry) => self.enter(place, list, entry),
                Change::Remove(removal) => self.withdraw(place, list, removal),
            }
        })?;
        if let Some(list) = &made {
            match place {
                Some(place) => self.sources[place as usize] = stated(list),
                None => drop(self.source(stated(list))?),
            }
        }
        Ok(made)
    }

    /// The bytes of the index, and what became of the rows.
    ///
    /// # Errors
    /// [`Error::List`] for a conflict, if conflicts are errors; [`Error::OverLimit`] for more than 2^32 rows of a type.
    pub fn build(self) -> Result<(Vec<u8>, BuildReport)> {
        let (out, report) = self
            .plan()?
            .write(Cursor::new(Vec::new()))
            .map_err(Error::io(Action::Write, Path::new("memory")))?;
        Ok((out.into_inner(), report))
    }

    /// An index in memory, for lists that are used once. Its bytes are in memory as a whole, whatever the rows may take.
    ///
    /// # Errors
    /// As [`Builder::build`].
    pub fn build_in_memory(self) -> Result<(Index, BuildReport)> {
        let (bytes, report) = self.build()?;
        Ok((Index::from_bytes(Path::new("memory"), bytes)?, report))
    }

    /// Writes the index to a file, which is there completely and verified, or as it was before.
    ///
    /// The file is written beside its place, synced, verified byte by byte, and renamed over the old one. Readers keep
    /// the file that they have open. Its permissions are those of any new file. What a process that was killed left of
    /// an earlier attempt is removed.
    ///
    /// # Errors
    /// As [`Builder::build`]; [`Error::Io`] if it cannot be written; [`Error::Argument`] if something is in its place
    /// that is no file. Nothing is left behind.
    pub fn write(self, path: &Path) -> Result<BuildReport> {
        let draft = if self.is_private {
            AtomicFile::private(path)?
        } else {
            AtomicFile::create(path)?
        };
        let plan = self.plan()?;
        publish(draft, |draft| {
            let (_, report) = plan.write(BufWriter::with_capacity(1 << 16, draft))?;
            Ok(report)
        })
    }

    #[cfg(feature = "refresh")]
    /// Says of the file that was read last what it was called where it came from.
    pub(crate) fn name_last_source(&mut self, name: &str) {
        if let Some(source) = self.sources.last_mut() {
            name.clone_into(&mut source.path);
        }
    }

    fn collected(&mut self) -> &mut Collected {
        let scratch = &self.scratch;
        self.collected
            .get_or_insert_with(|| Collected::new(scratch))
    }

    /// The ordinal of the next source.
    pub(crate) fn source(&mut self, source: Source) -> Result<u32> {
        let ordinal = within_u32(Limit::Sources, self.sources.len() as u64)?;
        self.sources.push(source);
        self.are_sparse.push(false);
        Ok(ordinal)
    }

    /// Adds a row of a source whose list has this name.
    pub(crate) fn enter(&mut self, source: u32, file_list: &str, mut entry: Entry) -> Result<()> {
        let list = match entry.list.take() {
            Some(name) => self.list(&name)?,
            None => self.list(file_list)?,
        };
        let line = within_u32(Limit::Lines, entry.line)?;
        let row = NewRow::new(entry.hash, list, LinePlace { source, line });
        let row = row.with_id(entry.id.as_deref());
        self.are_sparse[source as usize] |=
            entry.frame.as_deref().is_some_and(ClipFrame::is_sparse);
        let place = match entry.details.take() {
            Some(of) if entry.hash.hash_type() == HashType::Pdq && !of.is_empty() => {
                let spool = &mut self.collected().details;
                let place = spool.len();
                push_record(&details::encoded(&of), |bytes| spool.push(bytes))?;
                Some(place)
            }
            _ => None,
        };
        let metadata = match &self.last {
            Some((last, metadata)) if metadata::are_alike(last, &entry) => *metadata,
            _ => self.record(metadata::encode_entry(&entry))?,
        };
        self.last = Some((entry, metadata));
        let row = row.saying(metadata).with_details(place);
        self.collected().rows.push(row)
    }

    /// The ordinal of a list's name.
    fn list(&mut self, name: &str) -> Result<u32> {
        if let Some(&ordinal) = self.list_ordinals.get(name) {
            return Ok(ordinal);
        }
        let ordinal = within_u32(Limit::Lists, self.lists.len() as u64)?;
        self.lists.push(name.to_owned());
        self.list_ordinals.insert(name.to_owned(), ordinal);
        Ok(ordinal)
    }

    /// Where a record stands, which is added unless it was lately.
    fn record(&mut self, content: Vec<u8>) -> Result<u64> {
        let scratch = &self.scratch;
        let collected = self
            .collected
            .get_or_insert_with(|| Collected::new(scratch));
        let records = &mut collected.records;
        let remembered = &mut self.remembered;
        if remembered.places.len() == RECORDS_REMEMBERED
            || remembered.bytes + content.len() > RECORDS_REMEMBERED_BYTES
        {
            if let Some(&offset) = remembered.places.get(&content) {
                return Ok(offset);
            }
            *remembered = Remembered::default();
        }
        let length = content.len();
        match remembered.places.entry(content) {
            hash_map::Entry::Occupied(place) => Ok(*place.get()),
            hash_map::Entry::Vacant(place) => {
                let offset = records.len();
                push_record(place.key(), |bytes| records.push(bytes))?;
                remembered.bytes += length;
                Ok(*place.insert(offset))
            }
        }
    }

    /// Takes a hash or an id out of what was added to a list before, once rows are merged.
    fn withdraw(&mut self, source: u32, file_list: &str, removal: Removal) -> Result<()> {
        let line = within_u32(Limit::Lines, removal.line)?;
        let place = LinePlace { source, line };
        let name = removal.list.as_deref().unwrap_or(file_list);
        // A list that nothing was added to has nothing to take out.
        let Some(&list) = self.list_ordinals.get(name) else {
            return Ok(());
        };
        match removal.target {
            Target::Hash(hash) => {
                let row = NewRow::withdrawal(hash, list, place);
                self.collected().rows.push(row)
            }
            Target::Id(id) => self.withdraw_id(list, &id, None, place),
            Target::Entry(hash, id) => self.withdraw_id(list, &id, Some(hash), place),
        }
    }

    /// Takes an id out of a list, or the one entry that it has of a hash.
    fn withdraw_id(
        &mut self,
        list: u32,
        id: &str,
        hash: Option<Hash>,
        place: LinePlace,
    ) -> Result<()> {
        let texts = &mut self.collected().withdrawn_texts;
        let text = texts.len();
        push_record(id.as_bytes(), |bytes| texts.push(bytes))?;
        if let Some(hash) = hash {
            push_record(&hash_record(&hash), |bytes| texts.push(bytes))?;
        }
        let withdrawn = WithdrawnId::new(list, id, hash.is_some(), place, text);
        self.withdrawn_ids.push(withdrawn);
        Ok(())
    }

    fn plan(mut self) -> Result<Plan> {
        self.collected();
        let Collected {
            rows,
            records,
            details,
            withdrawn_texts,
        } = self.collected.expect("made one line above");
        let catalogue = Catalogue {
            lists: self.lists,
            sources: self.sources,
            are_sparse: self.are_sparse,
            records: records.freeze()?,
            details: details.freeze()?,
            withdrawn_ids: WithdrawnIds::new(self.withdrawn_ids, withdrawn_texts.freeze()?),
        };
        let rows = rows.finish()?;
        Plan::new(
            catalogue,
            rows,
            self.structure,
            self.on_conflict,
            &self.scratch,
        )
    }
}

/// Publishes what `write` writes, if it is a sound index.
pub(super) fn publish<T>(
    mut draft: AtomicFile,
    write: impl FnOnce(&mut AtomicFile) -> io::Result<T>,
) -> Result<T> {
    let path = draft.path().to_owned();
    let written = write(&mut draft).map_err(Error::io(Action::Write, &path))?;
    draft.sync()?;
    Index::open_at_rest(draft.draft_path())?.verify()?;
    draft.publish()?;
    Ok(written)
}

/// The source of a list, with what the list states of its use: a compiled list may be used for no more than its text.
fn stated(list: &List) -> Source {
    let (protects, uses) = list.stated_uses();
    Source {
        protects,
        uses: uses.to_vec(),
        ..list.source.clone()
    }
}
