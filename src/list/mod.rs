//! Hash lists as people exchange them, read into entries with their provenance.
//!
//! A *list* is what a provider publishes: text in one of many formats. Reading one gives a [`List`] of [`Entry`]s or a
//! [`Rejection`](crate::error::Rejection) with every bad line. No line is ever dropped silently, and [`Counts`] proves
//! it. By default one bad line is enough to refuse the whole list.
//!
//! The format is recognised by the content of the file:
//!
//! | format | lines |
//! |---|---|
//! | `typed lines` | `TYPE HASH` or `TYPE:HASH`, as `tx hash` and `basma hash` print; `vpdq` and the frames of a video in JSON |
//! | `bare hashes` | `HASH` |
//! | `csv`, `tsv`, `csv with semicolons`, `csv with vertical bars` | a header, then rows; among them the export of `tx dataset --csv`. A first line `sep=;` is read as spreadsheets do |
//! | `pdq-photo-hasher` | `HASH,QUALITY,FILE`, or `hash=HASH,...,filename=FILE` |
//! | `checksums` | `HASH  FILE`, as `md5sum` and its like print, or `MD5 (FILE) = HASH` |
//! | `hashdeep` | two lines of header, then `SIZE,HASH,...,FILE` |
//! | `vpdq`, `vpdq of python`, `vpdq of tx`, `vpdq of old tx` | the frames of a video, in the layouts of [`crate::list::vpdq`]: a file of one, or of an array on each line |
//! | `icse` | the table of INTERPOL's database, with semicolons |
//! | `nsrl` | the table of the NSRL, version 2, with names in Latin-1 |
//! | `vics` | a document of Project VIC, 1.2, 1.3 or 2.0 |
//! | `dfxml` | Digital Forensics XML |
//! | `pages of ncmec`, `pages of stopncii`, `pages of tat`, `pages of threatexchange` | what the interfaces of providers answer |
//! | `jsonl` | our own: one JSON object on each line, with everything an [`Entry`] can hold; or what `basma hash --format jsonl` prints |
//!
//! A table may be the sheet of a workbook (XLSX). Any list may be compressed with gzip or Zstandard. In documents and pages, each hash of a record counts as one.
//!
//! Text is UTF-8, with or without byte-order mark; names of files may be any bytes. Lines end with LF or CRLF. Blank
//! lines, and lines whose first character is `#`, are comments. But a table can have a row that begins with `#`. In
//! every format a hash may carry its type: `TYPE:HASH`.
//!
//! Every problem has a code: E for what is refused, W for what is imported and looks wrong. Those marked * condemn the
//! whole list, whatever the tolerance.
//!
//! | code | problem |
//! |---|---|
//! | E001* | not text, or not UTF-8 as a whole: a picture, an index, an archive, UTF-16 |
//! | E002, E003, E004 | a carriage return alone; a line too long; bytes that are not UTF-8 |
//! | E005*, W005 | an empty file; a list that says it is empty |
//! | E006*, E007*, E008* | no format recognised; one that is not read here; compressed data that is damaged or too much |
//! | E010 | a type that is unknown, missing or not read here |
//! | E011, E012, E013 | a hash of the wrong length; not hexadecimal; followed by something, as by the next entry |
//! | E014*, E015 | a hash whose length does not tell its type; lengths that mix |
//! | E020*, E021*, E022* | a table without header, with lines before it or with a second one; without a column of hashes; with two columns of one meaning |
//! | W020 | a comment that reads as an entry without its `#` |
//! | E023, E024, E025, E026 | a wrong number of fields; a quote out of place (* where other rows may be in its cell); a bad value; no hash |
//! | E030, W030, E031 | a quality out of range; a hash of low quality beside others; a missing comma |
//! | E040*, W040, E041 | a bad header of hashdeep; hashes that are left out, in a column of hashdeep or of a table; a wrong number of fields |
//! | E050, E051, E052 | a video without frames; a number, quality or time out of range or order; a time that is no number |
//! | E053, E054 | a frame in another layout; a video without a frame that can be listed (* where it is the whole file) |
//! | E060, E061*, W061, E062 | a bad object; a list cut short; perhaps cut short; a removal in a snapshot |
//! | E070*, E071*, E072* | a document of another version; one that is cut or broken; one whose profile is not told |
//! | E073* | a database that is cut or damaged (a row of it alone: not condemned) |
//! | E080, E081*, W081, W082 | a hash of empty content; hashes that cannot be PDQ; one such hash; SHA-256 like PDQ |

#[cfg(test)]
mod bad_input;
mod bare;
mod checksums;
mod clip;
mod columns;
#[cfg(test)]
mod damage;
mod detect;
mod dfxml;
mod document;
mod entry;
mod field;
mod findings;
mod hashdeep;
mod hashed;
mod header;
mod jsonl;
mod kind;
mod ledger;
mod line;
mod lint;
mod manifest;
mod mapping;
mod options;
#[cfg_attr(
    not(all(feature = "archives", feature = "media")),
    allow(dead_code, reason = "what unpacks comes with other features")
)]
mod packed;
mod pdq_hasher;
#[cfg_attr(
    not(feature = "refresh"),
    allow(dead_code, unused_imports, reason = "fetching asks more of it")
)]
pub(crate) mod provider;
mod read;
mod record;
mod row;
#[cfg(test)]
mod sample;
mod sqlite;
mod table;
mod typed;
mod vics;
pub mod vpdq;
mod workbook;
mod write;

#[cfg(feature = "media")]
pub(crate) use clip::Timeline;
pub use clip::{ClipPrint, Spacing, clip_entries};
pub use columns::TABLE_COLUMNS;
pub(crate) use detect::names_files;
#[cfg(feature = "refresh")]
pub(crate) use detect::never_allows;
pub use entry::{ClipFrame, Entry, Media, Opinion, Severity};
pub(crate) use kind::hash;
pub(crate) use line::{Fault, LINE_MAX, LINE_MAX_VPDQ, Line, lines, quoted, without_bom};
pub use manifest::{Manifest, Mode, Protected};
pub use mapping::{Mapping, Mark, Names};
pub use options::{MaxReject, ReadOptions};
pub(crate) use read::read_through;
pub use read::{is_list, read, read_bytes, read_each, read_stream};
pub use vics::VicsProfile;
pub(crate) use write::entry_line;
pub use write::write_jsonl;

use crate::error::LineProblem;
use crate::hash::Hash;

/// One list, read and checked: entries in the order of the file, and where they came from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct List {
    /// The source of the entries.
    pub source: Source,
    /// The manifest of the list, if its format has one.
    pub manifest: Option<Manifest>,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// What the list withdraws from lists read before it under the same name, in the order of the file.
    pub removals: Vec<Removal>,
    /// Bad lines set aside within the tolerance, in the order of the file. At most
    /// [`Rejection::KEPT`](crate::error::Rejection::KEPT) are kept; the total is in `counts`.
    pub rejected: Vec<LineProblem>,
    /// What was imported but looks wrong, in the order in which it was noticed: at most [`Rejection::SHOWN`](crate::error::Rejection::SHOWN).
    pub warnings: Vec<LineProblem>,
    /// The total number of warnings.
    pub warned: u64,
    /// The result for every line.
    pub counts: Counts,
}

impl List {
    /// Whom it protects and what it may be used for, as its manifest states it.
    pub fn stated_uses(&self) -> (Option<Protected>, &[String]) {
        let manifest = self.manifest.as_ref();
        let uses = manifest.map_or(&[][..], |manifest| &manifest.uses);
        (manifest.and_then(|manifest| manifest.protects), uses)
    }

    /// A list that was not read from a file of lines: nothing rejected, no warnings, one line for each entry.
    ///
    /// ```
    /// use basma::hash::{Hash, HashType};
    /// use basma::list::{Entry, List, Source};
    /// let source = Source::new("demo", "database", "rows");
    /// let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?;
    /// let list = List::new(source, vec![Entry::new(md5, 1)]);
    /// assert_eq!(list.counts.imported, 1);
    /// # Ok::<(), basma::Error>(())
    /// ```
    pub fn new(source: Source, entries: Vec<Entry>) -> List {
        let lines = entries.len() as u64;
        List {
            source,
            manifest: None,
            entries,
            removals: Vec::new(),
            rejected: Vec::new(),
            warnings: Vec::new(),
            warned: 0,
            counts: Counts {
                lines,
                imported: lines,
                ..Counts::default()
            },
        }
    }
}

/// Whether the hash of an entry stands for nothing, so that no list may hold it.
#[cfg(feature = "media")]
pub(crate) fn is_meaningless(entry: &Entry) -> bool {
    lint::sentinel(entry).is_some()
}

/// The line that `basma hash` prints of a hash: the type, the hash, the quality, the entry's place and id.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// use basma::list::{Entry, hashed_line};
/// let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?;
/// let entry = Entry::new(md5, 1).with_id("a b.jpg".to_owned());
/// assert_eq!(hashed_line(&entry), "md5 900150983cd24fb0d6963f7d28e17f72   - a b.jpg");
/// # Ok::<(), basma::Error>(())
/// ```
pub fn hashed_line(entry: &Entry) -> String {
    hashed::line(entry)
}

/// The line of a change in the format `jsonl`, which holds everything.
///
/// ```
/// use basma::hash::{Hash, HashType};
/// use basma::list::{Change, Entry, change_line};
/// let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?;
/// let line = change_line(&Change::Add(Entry::new(md5, 1)));
/// assert!(line.starts_with(r#"{"v":1,"op":"add","type":"md5","hash":"9001"#));
/// # Ok::<(), basma::Error>(())
/// ```
pub fn change_line(change: &Change) -> String {
    match change {
        Change::Add(entry) => write::entry_line(entry),
        Change::Remove(removal) => write::removal_line(removal),
    }
}

/// What a line of a list changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An entry is added.
    Add(Entry),
    /// An entry of before is withdrawn.
    Remove(Removal),
}

/// What takes the changes of a list one by one, each with the name of the list.
pub type EachChange<'a> = dyn FnMut(&str, Change) -> crate::Result<()> + 'a;

/// The file a list was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The list's name: entries without one of their own carry it. The file's stem unless told otherwise.
    pub list: String,
    /// The file, escaped as in [`crate::escape`].
    pub path: String,
    /// The name of the format it was read as.
    pub format: String,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Whom the list protects, as its manifest states it.
    pub protects: Option<Protected>,
    /// The names of the purposes that the list may be used for, as its manifest states them; any, if there is none.
    pub uses: Vec<String>,
}

impl Source {
    /// A source that is no file, such as a database: of no size, with a digest of zeros.
    pub fn new(
        list: impl Into<String>,
        path: impl Into<String>,
        format: impl Into<String>,
    ) -> Source {
        Source {
            list: list.into(),
            path: path.into(),
            format: format.into(),
            sha256: [0; 32],
            bytes: 0,
            protects: None,
            uses: Vec::new(),
        }
    }
}

/// The result for every line of a list: the other fields add up to `lines`.
///
/// A record that spans several lines (a quoted CSV field may hold line breaks) counts as that many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Lines in the file.
    pub lines: u64,
    /// Lines that became entries or removals.
    pub imported: u64,
    /// Blank lines, comments, headers, manifests.
    pub structure: u64,
    /// Lines whose hashes are all below the quality asked for.
    pub low_quality: u64,
    /// Lines of a kind that is not read here, skipped on request.
    pub skipped: u64,
    /// Bad lines set aside within the tolerance.
    pub rejected: u64,
}

/// An entry withdrawn by a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// The list it is withdrawn from, where the row names one; the file's list otherwise.
    pub list: Option<String>,
    /// What is withdrawn.
    pub target: Target,
    /// The line of the file, from 1.
    pub line: u64,
}

/// What a [`Removal`] withdraws.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Every entry of this content item.
    Id(String),
    /// Every entry of this hash.
    Hash(Hash),
    /// The entry of this hash under this content item, and no other of either.
    Entry(Hash, String),
}
