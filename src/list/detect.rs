//! Which format a list is in, by its bytes alone: names of files lie.

use super::header::{DELIMITERS, delimiter_of_header, hashed_header, separator};
use super::kind::looks_like_hash;
use super::line::{Fault, LINE_MAX, Line, lines, quoted};
use super::provider::{self, Provider};
use super::{
    ReadOptions, checksums, dfxml, hashdeep, mapping, pdq_hasher, sqlite, table, typed, vics,
};
use crate::list::vpdq::{Layout, json_layout, lines_layout};

/// The formats read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Typed,
    Bare,
    Table {
        delimiter: u8,
    },
    PdqHasher,
    Checksums,
    Hashdeep,
    Jsonl,
    Vpdq(Layout),
    /// A table of INTERPOL's database.
    Icse,
    /// A table of the NSRL, version 2.
    Nsrl,
    /// A database of the NSRL, version 3.
    NsrlSqlite,
    Vics,
    Dfxml,
    /// JSON by a mapping.
    Mapped,
    Pages(Provider),
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Typed => "typed lines",
            Format::Bare => "bare hashes",
            Format::Table { delimiter: b',' } => "csv",
            Format::Table { delimiter: b'\t' } => "tsv",
            Format::Table { delimiter: b'|' } => "csv with vertical bars",
            Format::Table { .. } => "csv with semicolons",
            Format::PdqHasher => "pdq-photo-hasher",
            Format::Checksums => "checksums",
            Format::Hashdeep => "hashdeep",
            Format::Jsonl => "jsonl",
            Format::Vpdq(layout) => layout.format(),
            Format::Icse => "icse",
            Format::Nsrl => "nsrl",
            Format::NsrlSqlite => "nsrl sqlite",
            Format::Vics => "vics",
            Format::Dfxml => "dfxml",
            Format::Mapped => "mapped json",
            Format::Pages(provider) => provider.format(),
        }
    }
}

/// Whether entries of this format are digests of files under their names. Copies of a file have other names.
pub(crate) fn names_files(format: &str) -> bool {
    [Format::Checksums, Format::Hashdeep, Format::Dfxml]
        .iter()
        .any(|of_files| of_files.name() == format)
}

/// Whether lists of this format hold what is known, abuse imagery among it, and never what is harmless. Such a list
/// allows nothing.
#[cfg(feature = "refresh")]
pub(crate) fn never_allows(format: &str) -> bool {
    [Format::Vics, Format::Icse, Format::Nsrl, Format::NsrlSqlite]
        .iter()
        .any(|of_known| of_known.name() == format)
}

/// How many lines are asked before the format is given up on. More than one, so that a bad first line is reported as
/// such.
const LINES_ASKED: usize = 20;

/// The format of a text without byte-order mark, or the fault that makes it no list. `Ok(None)` if nothing but blank
/// lines and comments is there. Looks at the first lines, where there are any.
pub(super) fn detect<'a>(
    bytes: &'a [u8],
    has_nul: bool,
    options: &ReadOptions,
) -> Result<Option<Format>, (Line<'a>, Fault)> {
    let whole = Line {
        number: 1,
        text: &bytes[..bytes.len().min(512)],
    };
    if bytes.starts_with(sqlite::MAGIC) {
        return Ok(Some(Format::NsrlSqlite));
    }
    if let Some((what, way)) = binary(bytes, has_nul) {
        let message = format!("this is {what}, not a hash list{way}");
        return Err((whole, Fault::fatal(0, "E001", message)));
    }
    if bytes.starts_with(hashdeep::MAGIC) {
        return Ok(Some(Format::Hashdeep));
    }
    if options.mapping.is_some() {
        if mapping::is_json(bytes) {
            return Ok(Some(Format::Mapped));
        }
        let header = lines(bytes).find(|line| !line.text.trim_ascii().is_empty());
        return Ok(header.map(|line| Format::Table {
            delimiter: delimiter(line.text, usize::MAX),
        }));
    }
    if options.columns.is_none()
        && let Some(format) = document_format(bytes)
    {
        return Ok(Some(format));
    }
    if let Some(line) = lines(bytes).next()
        && let Some(named) = separator(line.text)
    {
        return match named {
            Some(delimiter) => Ok(Some(Format::Table { delimiter })),
            None => {
                let message = format!(
                    "this line names a separator that is not read here: a comma, a semicolon, a tab or a vertical bar; \
                     got {}",
                    quoted(line.text)
                );
                Err((line, Fault::fatal(0, "E020", message)))
            }
        };
    }
    if options.columns.is_none() {
        let mut hashed = DELIMITERS.into_iter().rev();
        if let Some(delimiter) = hashed.find(|&delimiter| hashed_header(bytes, delimiter).is_some())
        {
            return Ok(Some(Format::Table { delimiter }));
        }
    }
    // What is longer than a line may be is cut: no format is recognised by what stands so far right.
    let cut = |line: Line<'a>| Line {
        text: &line.text[..line.text.len().min(LINE_MAX)],
        ..line
    };
    let mut asked = lines(bytes)
        .filter(|line| !line.is_structure())
        .map(cut)
        .take(LINES_ASKED)
        .peekable();
    let Some(&first) = asked.peek() else {
        return Ok(None);
    };
    if let Err(fault) = first.check(usize::MAX) {
        return Err((
            first,
            Fault {
                fatal: true,
                ..fault
            },
        ));
    }
    if options.columns.is_none()
        && let Some(layout) = json_layout(bytes)
    {
        return Ok(Some(Format::Vpdq(layout)));
    }
    if let Some(what) = document(&first, bytes) {
        let message = format!("this is {what}, which is not read here");
        return Err((first, Fault::fatal(0, "E007", message)));
    }
    let sample: Vec<Line<'a>> = asked.collect();
    if let Some(names) = &options.columns {
        return Ok(Some(Format::Table {
            delimiter: delimiter(first.text, names.len()),
        }));
    }
    if first.text.trim_ascii_start().starts_with(b"{") {
        return Ok(Some(Format::Jsonl));
    }
    if let Some(delimiter) = delimiter_of_header(first.text) {
        return Ok(Some(Format::Table { delimiter }));
    }
    if let Some(layout) = lines_layout(bytes) {
        return Ok(Some(Format::Vpdq(layout)));
    }
    let recognised = sample
        .iter()
        .enumerate()
        .find_map(|(i, line)| Some((i, recognise(line.text)?)));
    if let Some((row, format)) = recognised {
        let mut before = sample[..row].iter();
        let header = before.find(|line| delimiter_of_header(line.text).is_some());
        if let (Format::Table { .. }, Some(header)) = (format, header) {
            let message = format!(
                "the names of the columns stand in line {}; remove the lines before it, or begin them with # and a blank; \
                 got {}",
                header.number,
                quoted(first.text)
            );
            return Err((first, Fault::fatal(0, "E020", message)));
        }
        return Ok(Some(format));
    }
    if options.hash_type.is_some() {
        return Ok(Some(Format::Bare));
    }
    let message = format!(
        "no list format is recognised; known are typed lines (TYPE HASH), bare hashes, CSV with a header, \
         pdq-photo-hasher, checksums (md5sum, hashdeep), vPDQ, jsonl and documents of providers; got {}",
        quoted(first.text)
    );
    Err((first, Fault::fatal(0, "E006", message)))
}

/// The format of a document, or of a table that one institution writes.
fn document_format(bytes: &[u8]) -> Option<Format> {
    if let Some(provider) = provider::detect(bytes) {
        return Some(Format::Pages(provider));
    }
    if vics::recognises(bytes) {
        return Some(Format::Vics);
    }
    if dfxml::recognises(bytes) {
        return Some(Format::Dfxml);
    }
    let first = lines(bytes).next()?;
    if table::is_icse(first.text) {
        return Some(Format::Icse);
    }
    table::is_nsrl(first.text).then_some(Format::Nsrl)
}

/// The format that would make something of a line.
fn recognise(text: &[u8]) -> Option<Format> {
    if text.starts_with(b"{\"v\"") {
        return Some(Format::Jsonl);
    }
    if pdq_hasher::recognises(text) {
        return Some(Format::PdqHasher);
    }
    if checksums::recognises(text) {
        return Some(Format::Checksums);
    }
    let line = std::str::from_utf8(text).ok()?;
    if typed::recognises(line) {
        return Some(Format::Typed);
    }
    // A table without its header: reading it says so.
    let has_hash = |delimiter: &u8| {
        let mut cells = line
            .split(char::from(*delimiter))
            .map(|cell| cell.trim().trim_matches('"'));
        line.as_bytes().contains(delimiter) && cells.any(|cell| looks_like_hash(cell.as_bytes()))
    };
    if let Some(delimiter) = DELIMITERS.into_iter().rev().find(has_hash) {
        return Some(Format::Table { delimiter });
    }
    let word = line.split_whitespace().next().unwrap_or_default();
    let digits = word
        .strip_prefix("0x")
        .unwrap_or(word)
        .replace(['-', ':'], "");
    (digits.len() >= 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then_some(Format::Bare)
}

/// The delimiter that makes so many cells, or else the one that occurs most.
fn delimiter(text: &[u8], cells: usize) -> u8 {
    let count = |delimiter: &u8| text.iter().filter(|&byte| byte == delimiter).count();
    let most = DELIMITERS
        .into_iter()
        .max_by_key(|delimiter| (count(delimiter) + 1 == cells, count(delimiter)));
    most.unwrap_or(b',')
}

/// What a binary file is.
fn binary(bytes: &[u8], has_nul: bool) -> Option<(&'static str, &'static str)> {
    const HASH: &str = "; `basma hash` prints a list of it";
    const UNPACK: &str = "; unpack it, and name what was in it";
    const UTF_16: &str = "; `iconv -f UTF-16 -t UTF-8 FILE` converts it";
    const UTF_32: &str = "; `iconv -f UTF-32 -t UTF-8 FILE` converts it";
    const EXPORT: &str = "; export it from the tool that made it";
    const MAGICS: [(usize, &[u8], &str, &str); 18] = [
        (0, b"\xff\xd8\xff", "a JPEG picture", HASH),
        (0, b"\x89PNG\r\n\x1a\n", "a PNG picture", HASH),
        (0, b"GIF8", "a GIF picture", HASH),
        (8, b"WEBP", "a WebP picture", HASH),
        (4, b"ftyp", "an MP4 video or HEIF picture", HASH),
        (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM video", HASH),
        (0, b"\x89basma\r\n", "an index compiled from lists", ""),
        (0, b"PK\x03\x04", "a ZIP archive", UNPACK),
        (0, b"\x1f\x8b", "compressed with gzip", UNPACK),
        (0, b"\x28\xb5\x2f\xfd", "compressed with Zstandard", UNPACK),
        (0, b"\xfd7zXZ\0", "compressed with xz", UNPACK),
        (0, b"%PDF-", "a PDF document", ""),
        (0, b"TMK1", "a TMK video signature", ""),
        (0, b"HASH\r\n\xff\0", "an EnCase hash set", EXPORT),
        (0, b"\0\0\xfe\xff", "text in UTF-32", UTF_32),
        (0, b"\xff\xfe", "text in UTF-16", UTF_16),
        (0, b"\xfe\xff", "text in UTF-16", UTF_16),
        (0, b"\x80\x04\x95", "a Python pickle", EXPORT),
    ];
    let known = MAGICS.into_iter().find(|(at, magic, ..)| {
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic))
            // Words a text may hold too.
            && (!magic.is_ascii() || magic.contains(&0) || has_nul || *magic == b"%PDF-")
    });
    match known {
        Some((_, _, what, way)) => Some((what, way)),
        None if has_nul => Some(("a binary file, or text in UTF-16 (convert it to UTF-8)", "")),
        None => None,
    }
}

/// What a document of another kind is.
fn document(first: &Line<'_>, bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(4096)];
    let has = |text: &str| {
        head.windows(text.len())
            .any(|w| w.eq_ignore_ascii_case(text.as_bytes()))
    };
    let text = first.text.trim_ascii();
    match text.first()? {
        b'<' if has("<html") || has("<!doctype html") => {
            Some("a web page (an error or a login, in place of the list?)")
        }
        b'<' => Some("an XML document"),
        b'[' => Some("a JSON document, where lists have one JSON object on each line"),
        b'{' if text == b"{" => {
            Some("a JSON document, where lists have one JSON object on each line")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::sample::{MD5, PDQ, faults, faults_with, message};
    use crate::hash::HashType;

    #[test]
    fn other_files_are_called_by_their_names() {
        let name = |bytes: &[u8]| {
            let text = message(bytes);
            let what = text
                .strip_prefix("list:1:1: E001 this is ")
                .unwrap_or(&text);
            what.split(", not a hash list").next().unwrap().to_owned()
        };
        assert_eq!(name(b"\xff\xd8\xff\xe0\0\x10JFIF"), "a JPEG picture");
        assert_eq!(name(b"\x89basma\r\n\x01\0"), "an index compiled from lists");
        assert_eq!(name(b"\0\0\0 ftypisom"), "an MP4 video or HEIF picture");
        assert_eq!(name(b"\xff\xfep\0d\0q\0"), "text in UTF-16");
        assert_eq!(
            name(b"p\0d\0q\0"),
            "a binary file, or text in UTF-16 (convert it to UTF-8)"
        );
        assert_eq!(
            name(format!("md5 {MD5}\nmd5 \0\n").as_bytes()),
            "a binary file, or text in UTF-16 (convert it to UTF-8)"
        );
    }

    #[test]
    fn formats_that_are_not_read_are_called_by_their_names() {
        let name = |text: &str| {
            let text = message(text);
            let what = text
                .strip_prefix("list:1:1: E007 this is ")
                .unwrap_or(&text);
            what.strip_suffix(", which is not read here")
                .unwrap_or(what)
                .to_owned()
        };
        assert_eq!(
            name("<!DOCTYPE HTML><p>"),
            "a web page (an error or a login, in place of the list?)"
        );
        assert_eq!(
            name("[1, 2]"),
            "a JSON document, where lists have one JSON object on each line"
        );
        assert_eq!(
            name("{\n}"),
            "a JSON document, where lists have one JSON object on each line"
        );
    }

    #[test]
    fn a_text_in_no_format_is_shown() {
        assert_eq!(
            message("Dear all,\n"),
            "list:1:1: E006 no list format is recognised; known are typed lines (TYPE HASH), bare hashes, CSV with a \
             header, pdq-photo-hasher, checksums (md5sum, hashdeep), vPDQ, jsonl and documents of providers; got \"Dear all,\""
        );
        let options = ReadOptions {
            hash_type: Some(HashType::Md5),
            ..ReadOptions::default()
        };
        assert_eq!(faults_with("Dear all,\n", &options), ["1:6 E013"]);
    }

    #[test]
    fn a_bad_first_line_does_not_hide_the_format() {
        assert_eq!(faults(format!("Dear all,\nmd5 {MD5}\n")), ["1:1 E010"]);
        assert_eq!(faults(format!("?\n{PDQ},90,a.jpg\n")), ["1:2 E031"]);
        assert_eq!(faults(format!("pdq {PDQ}\rmd5 {MD5}\r")), ["1:69 E002"]);
    }
}
