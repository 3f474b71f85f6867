//! From a file to a [`List`].

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::detect::{Format, detect};
use super::kind::Untyped;
use super::ledger::{Halt, Ledger};
use super::line::{Fault, LINE_MAX, LINE_MAX_VPDQ, Line, LineResult, lines, without_bom};
use super::packed::{self, Digested, Packing, Unpacking};
use super::{
    Change, Entry, List, ReadOptions, Removal, Source, bare, checksums, dfxml, hashdeep, jsonl,
    mapping, pdq_hasher, provider, sqlite, table, typed, vics, vpdq, workbook,
};
use crate::disk::spool::Scratch;
use crate::error::{Action, Rejection};
use crate::{Error, Result, escape};

/// Reads a list in any of the formats known here, which is recognised by its content.
///
/// A file without bytes, or of white space alone, is an error, because a failed download looks the same. A list that is
/// meant to be empty says something: a comment, the header of a table, or a manifest.
///
/// # Errors
/// [`Error::List`] with every bad line, if there are more of them than
/// [`ReadOptions::max_reject`] allows. The same error if the list as a whole cannot be trusted. [`Error::Io`], also for
/// a file beyond [`ReadOptions::size_max`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<List> {
    let mut changes = Collected::default();
    let list = read_each(path, options, |_, change| changes.take(change))?;
    Ok(changes.of(list))
}

/// Reads a list as [`read`] does. Each entry and removal is handed on with the name of its list, and not kept. Gives
/// back the list without them.
///
/// Only the end of the file shows whether the list is accepted. After an error, entries that were handed on must not be
/// used.
///
/// ```
/// use basma::list::{Change, Opinion, ReadOptions, Target, read_each};
/// # let path = std::env::temp_dir().join("basma-doc-read-each.csv");
/// # let md5 = "900150983cd24fb0d6963f7d28e17f72";
/// # std::fs::write(&path, format!("op,id,type,hash,opinion\nadd,a,md5,{md5},seed\nremove,b,,,\n")).unwrap();
/// let mut seeds = 0;
/// let mut removed = Vec::new();
/// let list = read_each(&path, &ReadOptions::default(), |_list, change| {
///     match change {
///         Change::Add(entry) => seeds += usize::from(entry.opinion == Opinion::Seed),
///         Change::Remove(removal) => removed.push(removal.target),
///     }
///     Ok(())
/// })?;
/// assert_eq!(seeds, 1);
/// assert_eq!(removed, [Target::Id("b".to_owned())]);
/// assert!(list.entries.is_empty());
/// # Ok::<(), basma::Error>(())
/// ```
///
/// # Errors
/// Those of [`read`], and those of `each`, which end the reading.
pub fn read_each(
    path: &Path,
    options: &ReadOptions,
    mut each: impl FnMut(&str, Change) -> Result<()>,
) -> Result<List> {
    let scratch = Scratch {
        folder: std::env::temp_dir(),
        memory_bytes: usize::MAX,
    };
    read_through(path, options, &scratch, &mut each)
}

/// Reads a list as [`read_each`] does from a stream, such as standard input. The path stands in messages and gives the
/// list its name.
///
/// # Errors
/// Those of [`read_each`].
pub fn read_stream(
    path: &Path,
    reader: impl io::Read,
    options: &ReadOptions,
    mut each: impl FnMut(&str, Change) -> Result<()>,
) -> Result<List> {
    let scratch = Scratch {
        folder: std::env::temp_dir(),
        memory_bytes: usize::MAX,
    };
    read_reader(path, reader, options, &scratch, &mut each)
}

/// [`read_each`] in bounded memory: a list that is too large is copied to a temporary file and mapped. The list itself
/// is never mapped, because its owner may change it meanwhile.
pub(crate) fn read_through(
    path: &Path,
    options: &ReadOptions,
    scratch: &Scratch,
    each: &mut dyn FnMut(&str, Change) -> Result<()>,
) -> Result<List> {
    let file = File::open(path).map_err(Error::io(Action::Open, path))?;
    read_reader(path, file, options, scratch, each)
}

fn read_reader(
    path: &Path,
    reader: impl io::Read,
    options: &ReadOptions,
    scratch: &Scratch,
    each: &mut dyn FnMut(&str, Change) -> Result<()>,
) -> Result<List> {
    let mut file = Digested::new(reader.take(options.size_max.saturating_add(1)));
    let mut copy = scratch.spool(8);
    let mut has_nul = false;
    let mut keep = |part: &[u8]| {
        has_nul = has_nul || memchr::memchr(0, part).is_some();
        copy.push(part)
    };
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let read = file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head);
    read.map_err(Error::io(Action::Read, path))?;
    let packing = Packing::of(&head);
    match packing {
        Some(packing) => {
            let unpacked = packed::unpack(packing, &head, &mut file, options.size_max, &mut keep);
            unpacked.map_err(|why| not_unpacked(path, packing, why))?;
        }
        None if workbook::may_begin(&head) => {
            let mut whole = scratch.spool(8);
            whole.push(&head)?;
            let mut part = Vec::with_capacity(PART_BYTES);
            loop {
                part.clear();
                let more = file.by_ref().take(PART_BYTES as u64).read_to_end(&mut part);
                if more.map_err(Error::io(Action::Read, path))? == 0 {
                    break;
                }
                whole.push(&part)?;
            }
            let whole = whole.freeze()?;
            match workbook::to_table(&whole, scratch, options.size_max, &mut keep) {
                Ok(()) => {}
                Err(workbook::Refusal::NoWorkbook) => keep(&whole)?,
                Err(refusal) => return Err(not_a_table(path, refusal)),
            }
        }
        None => {
            keep(&head)?;
            let mut part = Vec::with_capacity(PART_BYTES);
            loop {
                part.clear();
                let more = file.by_ref().take(PART_BYTES as u64).read_to_end(&mut part);
                if more.map_err(Error::io(Action::Read, path))? == 0 {
                    break;
                }
                keep(&part)?;
            }
        }
    }
    let bytes = file.count();
    let copy = copy.freeze()?;
    let text = Text {
        bytes: &copy,
        has_nul,
        file_bytes: bytes,
        sha256: file.finish(),
        release: &|| copy.release(),
    };
    read_text(path, &text, options, each)
}

/// How many bytes tell whether a file is compressed.
const HEAD_BYTES: usize = 8;

/// Why nothing is read of a compressed list.
fn not_unpacked(path: &Path, packing: Packing, why: Unpacking) -> Error {
    let name = packing.name();
    let (code, message) = match why {
        Unpacking::Read(error) => return Error::io(Action::Read, path)(error),
        Unpacking::Keep(error) => return error,
        Unpacking::Damaged => (
            "E008",
            format!(
                "the {name} data is damaged, cut, or followed by something else; fetch it again"
            ),
        ),
        Unpacking::TooLarge(limit) => (
            "E008",
            format!(
                "more than {limit} bytes come out of the {name} data; unpack it if that is right"
            ),
        ),
        Unpacking::Unavailable => (
            "E007",
            format!("this is compressed with {name}, which this build does not read; unpack it"),
        ),
    };
    let line = Line {
        number: 1,
        text: b"",
    };
    Error::List(Box::new(Rejection {
        path: path.to_owned(),
        total: 1,
        problems: vec![line.problem(Fault::fatal(0, code, message))],
    }))
}

/// Why nothing is read of a workbook.
fn not_a_table(path: &Path, refusal: workbook::Refusal) -> Error {
    use workbook::Refusal;
    let (number, code, message) = match refusal {
        Refusal::Keep(error) => return error,
        Refusal::NoWorkbook => (
            1,
            "E001",
            "this is a ZIP archive, not a hash list".to_owned(),
        ),
        Refusal::Damaged(message) => (1, "E008", message),
        Refusal::Unread(row, message) => (row, "E007", message),
    };
    let line = Line { number, text: b"" };
    Error::List(Box::new(Rejection {
        path: path.to_owned(),
        total: 1,
        problems: vec![line.problem(Fault::fatal(0, code, message))],
    }))
}

/// How much is read at a time.
const PART_BYTES: usize = 1 << 20;

/// Reads a list from memory; the path stands in messages and gives the list its name.
///
/// ```
/// use std::path::Path;
/// use basma::list::{ReadOptions, read_bytes};
/// let text = "type,hash,labels\nmd5,900150983cd24fb0d6963f7d28e17f72,deepfake\n";
/// let list = read_bytes(Path::new("demo.csv"), text.as_bytes(), &ReadOptions::default())?;
/// assert_eq!(list.source.list, "demo");
/// assert_eq!(list.entries[0].labels, ["deepfake"]);
///
/// let error = read_bytes(Path::new("demo.txt"), b"md5 90015098\n", &ReadOptions::default()).unwrap_err();
/// assert!(error.to_string().starts_with("demo.txt:1:5: E011 md5 needs 32 hexadecimal digits, 8 were found"));
/// # Ok::<(), basma::Error>(())
/// ```
///
/// # Errors
/// Those of [`read`], but for the system's.
pub fn read_bytes(path: &Path, bytes: &[u8], options: &ReadOptions) -> Result<List> {
    let mut changes = Collected::default();
    if let Some(packing) = Packing::of(bytes) {
        let mut unpacked = Vec::new();
        let mut file = Digested::new(bytes);
        let mut keep = |part: &[u8]| {
            unpacked.extend_from_slice(part);
            Ok(())
        };
        let read = packed::unpack(packing, &[], &mut file, options.size_max, &mut keep);
        read.map_err(|why| not_unpacked(path, packing, why))?;
        let text = Text {
            bytes: &unpacked,
            has_nul: unpacked.contains(&0),
            file_bytes: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
            release: &|| (),
        };
        let list = read_text(path, &text, options, &mut |_, change| changes.take(change))?;
        return Ok(changes.of(list));
    }
    let mut table = Vec::new();
    let mut content = bytes;
    if workbook::may_begin(bytes) {
        let scratch = Scratch {
            folder: std::env::temp_dir(),
            memory_bytes: usize::MAX,
        };
        let mut keep = |part: &[u8]| {
            table.extend_from_slice(part);
            Ok(())
        };
        match workbook::to_table(bytes, &scratch, options.size_max, &mut keep) {
            Ok(()) => content = &table,
            Err(workbook::Refusal::NoWorkbook) => {}
            Err(refusal) => return Err(not_a_table(path, refusal)),
        }
    }
    let text = Text {
        bytes: content,
        has_nul: content.contains(&0),
        file_bytes: bytes.len() as u64,
        sha256: Sha256::digest(bytes).into(),
        release: &|| (),
    };
    let list = read_text(path, &text, options, &mut |_, change| changes.take(change))?;
    Ok(changes.of(list))
}

/// Whether a file that begins so is a text list with entries. Much text beside pictures is none, and begins like one.
///
/// ```
/// use basma::list::is_list;
/// assert!(is_list(b"md5 900150983cd24fb0d6963f7d28e17f72\n"));
/// assert!(!is_list(b"Dear all,\n"));
/// ```
pub fn is_list(head: &[u8]) -> bool {
    let mut unpacked = Vec::new();
    let head = match Packing::of(head) {
        None => head,
        Some(packing) => {
            let mut file = Digested::new(head);
            let mut keep = |part: &[u8]| {
                unpacked.extend_from_slice(part);
                Ok(())
            };
            // The beginning of a file ends where it must not.
            let _ = packed::unpack(packing, &[], &mut file, u64::MAX, &mut keep);
            &unpacked
        }
    };
    // The last line may be cut.
    let end = memchr::memrchr(b'\n', head).map_or(head.len(), |at| at + 1);
    let options = ReadOptions::default()
        .with_max_reject(super::MaxReject::Percent(100.0))
        .with_skip_unsupported(true)
        .with_allow_unusual_pdq(true)
        .with_min_quality(0);
    match read_bytes(Path::new("head"), &head[..end], &options) {
        Ok(list) => list.counts.imported > 0,
        // Hashes without a type, and documents that the beginning does not hold, or that need a profile.
        Err(Error::List(rejection)) => {
            let codes = ["E014", "E071", "E072"];
            rejection.problems.iter().any(|p| codes.contains(&p.code))
        }
        Err(_) => false,
    }
}

/// The bytes of a list, and what is known of them as a whole without looking at them again.
struct Text<'a> {
    bytes: &'a [u8],
    has_nul: bool,
    /// The size of the file, compressed as it may be, ...
    file_bytes: u64,
    /// ... and its digest.
    sha256: [u8; 32],
    /// Gives the memory of bytes that were passed back.
    release: &'a dyn Fn(),
}

/// Changes that are kept.
#[derive(Default)]
struct Collected {
    entries: Vec<Entry>,
    removals: Vec<Removal>,
}

impl Collected {
    fn take(&mut self, change: Change) -> Result<()> {
        match change {
            Change::Add(entry) => self.entries.push(entry),
            Change::Remove(removal) => self.removals.push(removal),
        }
        Ok(())
    }

    fn of(self, list: List) -> List {
        List {
            entries: self.entries,
            removals: self.removals,
            ..list
        }
    }
}

fn read_text(
    path: &Path,
    text: &Text<'_>,
    options: &ReadOptions,
    each: &mut dyn FnMut(&str, Change) -> Result<()>,
) -> Result<List> {
    let bytes = text.bytes;
    if bytes.len() as u64 > options.size_max {
        let (found, limit) = (bytes.len(), options.size_max);
        let message = format!("{found} bytes are over the limit of {limit}");
        let error = io::Error::new(io::ErrorKind::FileTooLarge, message);
        return Err(Error::io(Action::ReadList, path)(error));
    }
    let mut ledger = Ledger::new(path, options, each, text.release);
    let read = read_format(text, &mut ledger);
    match read.and_then(|format| ledger.close().map(|()| format)) {
        Ok(format) => Ok(List {
            source: Source {
                list: ledger.list_name(),
                path: escape::path(path).into_owned(),
                format: format.to_owned(),
                sha256: text.sha256,
                bytes: text.file_bytes,
                protects: None,
                uses: Vec::new(),
            },
            manifest: ledger.manifest,
            entries: Vec::new(),
            removals: Vec::new(),
            rejected: ledger.rejected,
            warnings: ledger.warnings,
            warned: ledger.warned,
            counts: ledger.counts,
        }),
        Err(Halt) => Err(ledger.failure.unwrap_or_else(|| {
            Error::List(Box::new(Rejection {
                path: path.to_owned(),
                total: ledger.counts.rejected,
                problems: ledger.rejected,
            }))
        })),
    }
}

fn read_format(
    whole: &Text<'_>,
    ledger: &mut Ledger<'_>,
) -> std::result::Result<&'static str, Halt> {
    let bytes = whole.bytes;
    let text = without_bom(bytes);
    let format = match detect(text, whole.has_nul, ledger.options) {
        Ok(format) => format,
        Err((line, fault)) => return Err(ledger.halt(line.problem(fault))),
    };
    let options = ledger.options;
    match format {
        None => read_nothing(text, ledger)?,
        Some(Format::Typed) => {
            read_lines(text, ledger, (), |line, ()| typed::parse(line, options))?
        }
        Some(Format::Bare) => {
            let untyped = Untyped::new(options.hash_type);
            read_lines(text, ledger, untyped, |line, untyped| {
                bare::parse(line, untyped, options)
            })?;
        }
        Some(Format::PdqHasher) => read_lines(text, ledger, (), |line, ()| {
            pdq_hasher::parse(line, options)
        })?,
        Some(Format::Checksums) => {
            read_lines(text, ledger, (), |line, ()| checksums::parse(line, options))?
        }
        Some(Format::Table { delimiter }) => table::read(text, delimiter, ledger)?,
        Some(Format::Icse) => table::read(text, b';', ledger)?,
        Some(Format::Nsrl) => {
            ledger.is_of_known_files = true;
            table::read_latin1(text, b',', ledger)?;
        }
        Some(Format::NsrlSqlite) => {
            ledger.is_of_known_files = true;
            sqlite::read(text, ledger)?;
        }
        Some(Format::Vics) => vics::read(text, ledger)?,
        Some(Format::Mapped) => {
            let mapping = options.mapping.as_ref().expect("a mapping was found");
            mapping::read(text, mapping, ledger)?;
        }
        Some(Format::Dfxml) => dfxml::read(text, ledger)?,
        Some(Format::Pages(provider)) => provider::read(text, provider, ledger)?,
        Some(Format::Hashdeep) => hashdeep::read(text, ledger)?,
        Some(Format::Jsonl) => jsonl::read(text, ledger)?,
        Some(Format::Vpdq(layout)) => vpdq::entries::read(text, layout, ledger)?,
    }
    if ledger.changes == 0 {
        let message = "the list holds no entries";
        ledger.warn(
            &Line {
                number: 1,
                text: b"",
            },
            Fault::new(0, "W005", message),
        );
    }
    Ok(format.map_or("comments", Format::name))
}

/// Reads lines by a format that keeps a state between them.
fn read_lines<S: Copy>(
    text: &[u8],
    ledger: &mut Ledger<'_>,
    mut state: S,
    parse: impl Fn(&Line<'_>, &mut S) -> std::result::Result<LineResult, Fault>,
) -> std::result::Result<(), Halt> {
    for line in lines(text) {
        let read = if line.is_structure() {
            // What a comment says decides nothing for the lines after it.
            let mut state = state;
            ledger.comment(&line, |comment| parse(comment, &mut state));
            Ok(LineResult::Structure)
        } else {
            let is_long = line.text.len() > LINE_MAX;
            let max = if is_long && typed::is_video(line.text) {
                LINE_MAX_VPDQ
            } else {
                LINE_MAX
            };
            line.check(max).and_then(|()| parse(&line, &mut state))
        };
        ledger.record(&line, read)?;
    }
    Ok(())
}

fn read_nothing(text: &[u8], ledger: &mut Ledger<'_>) -> std::result::Result<(), Halt> {
    if text.trim_ascii().is_empty() {
        let message = "the file is empty, as after a failed download; a list that is meant to be empty says so in a comment";
        let line = Line {
            number: 1,
            text: b"",
        };
        return Err(ledger.halt(line.problem(Fault::fatal(0, "E005", message))));
    }
    read_lines(text, ledger, (), |_, ()| Ok(LineResult::Structure))
}

#[cfg(test)]
mod tests;
