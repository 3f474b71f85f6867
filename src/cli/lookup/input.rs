//! Hashes that are looked up, as people and programs give them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use basma::error::{Action, Problem};
use basma::hash::{Hash, HashType};
use basma::list::{self, Change, Entry, MaxReject, ReadOptions};
use basma::{Error, Result};

use super::super::output::Stopped;
use super::super::stdin;

/// Longer than any line that holds a type and a hash.
const LINE_BYTES_MAX: u64 = 4096;

/// The longest line that is read by itself. What is longer is read as a whole list, or as none.
const PART_BYTES_MAX: u64 = 16 << 20;

/// How much of standard input is taken at once, where so much is there.
const READ_BYTES: usize = 1 << 18;

/// How many bytes tell the kind of a file.
const HEAD_BYTES: u64 = 16;

/// A line of standard input, by its number.
#[derive(Clone, Copy)]
struct Place(u64);

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", stdin::NAME, self.0)
    }
}

/// Standard input, whose first bytes are known.
pub(in crate::cli) struct Stream {
    pub(in crate::cli) head: Vec<u8>,
}

impl Stream {
    /// Waits for no more than what tells the kind: who looks hashes up one by one waits for each answer.
    pub(in crate::cli) fn begin() -> Result<Stream> {
        let mut head = Vec::new();
        let mut stdin = io::stdin().lock();
        while (head.len() as u64) < HEAD_BYTES {
            let read = stdin.fill_buf().map_err(unreadable)?;
            if read.is_empty() {
                break;
            }
            head.extend_from_slice(read);
            let bytes = read.len();
            stdin.consume(bytes);
        }
        Ok(Stream { head })
    }

    /// All of standard input.
    pub(super) fn reader(&self) -> impl BufRead + '_ {
        self.head.as_slice().chain(io::stdin().lock())
    }
}

/// A hash that is looked up, and what it is of, where that is said.
pub(in crate::cli) struct Query {
    pub(in crate::cli) hash: Hash,
    pub(in crate::cli) id: Option<String>,
}

/// What takes hashes as they are read.
pub(in crate::cli) trait Queries {
    /// Takes one.
    fn add(&mut self, query: Query) -> Result<(), Stopped>;

    /// Nothing more is there to be read for now: a program that writes one hash after the other waits for answers.
    fn pause(&mut self) -> Result<(), Stopped>;
}

/// Hashes that were given and are not looked up.
#[derive(Default)]
pub(in crate::cli) struct LeftOut {
    /// Of pictures that are too flat.
    pub(in crate::cli) low_quality: u64,
    /// Of nothing, such as empty files, or of no media.
    pub(in crate::cli) skipped: u64,
    /// Of types that no list holds.
    pub(in crate::cli) not_listed: BTreeMap<HashType, u64>,
}

/// Reads hashes as people give them, and lists of them in any format.
pub(in crate::cli) struct Reader {
    /// The type of those given without one.
    pub(in crate::cli) hash_type: Option<HashType>,
    /// The types that the lists hold.
    pub(in crate::cli) listed: Vec<HashType>,
    /// Whether the hashes of any list can change.
    pub(in crate::cli) is_followed: bool,
    /// How lists of hashes are read.
    pub(in crate::cli) options: ReadOptions,
}

impl Reader {
    /// Reads `HASH`, `TYPE:HASH` or `TYPE HASH`; `place` stands for it in errors. A hash without a type is one of each type
    /// of its length that the lists hold.
    pub(in crate::cli) fn read(
        &self,
        text: &str,
        place: impl Display + Copy,
    ) -> Result<Vec<Query>> {
        let split = text.split_once(|c: char| c == ':' || c.is_whitespace());
        let (types, hex) = match split {
            Some((name, hex)) => match name.parse::<HashType>() {
                Ok(hash_type) => (vec![hash_type], hex.trim()),
                // Lists have more names for types, such as `video_md5`.
                Err(error) => return self.read_entry(text).ok_or_else(|| bad(place, error)),
            },
            None => (self.guess(text, place)?, text),
        };
        let query = |hash_type: HashType| {
            // What a store holds comes and goes: a hash of a type that it holds none of matches nothing now.
            if !self.is_listed(hash_type) {
                let problem = Problem::LookupTypeNotListed {
                    place: shown(place),
                    hash_type: hash_type.to_string(),
                };
                return Err(problem.into());
            }
            let hash = Hash::parse(hash_type, hex).map_err(|e| bad(place, e))?;
            Ok(Query { hash, id: None })
        };
        types.into_iter().map(query).collect()
    }

    /// The hash of a line of a list.
    fn read_entry(&self, text: &str) -> Option<Vec<Query>> {
        let read = list::read_bytes(Path::new(""), text.as_bytes(), &self.options).ok()?;
        let entries = read.entries.into_iter();
        let listed: Vec<Query> = entries
            .filter(|entry| self.is_listed(entry.hash.hash_type()))
            .map(|entry| Query {
                hash: entry.hash,
                id: entry.id,
            })
            .collect();
        (!listed.is_empty()).then_some(listed)
    }

    /// Reads standard input as it comes. That is a line at a time where each line stands alone, or else a whole list.
    pub(in crate::cli) fn read_stream(
        &self,
        stream: Stream,
        queries: &mut impl Queries,
    ) -> Result<LeftOut, Stopped> {
        let mut left_out = LeftOut::default();
        let mut input = BufReader::with_capacity(READ_BYTES, stream.reader());
        let mut line = Vec::new();
        let mut has_lines = false;
        for number in 1_u64.. {
            line.clear();
            if !input.buffer().contains(&b'\n') {
                queries.pause()?;
            }
            let mut limited = input.by_ref().take(PART_BYTES_MAX);
            if limited.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
                break;
            }
            if line.len() as u64 == PART_BYTES_MAX && has_lines {
                let place = Place(number).to_string();
                return Err(Error::from(Problem::LookupLineTooLong { place }).into());
            }
            let text = std::str::from_utf8(&line).ok();
            // Editors put a byte-order mark in front of a text.
            let text = text.map(|text| text.trim_start_matches('\u{feff}').trim());
            if text.is_some_and(|text| text.is_empty() || text.starts_with('#')) {
                continue;
            }
            let place = Place(number);
            let is_plain = text.is_some_and(is_plain);
            match self.read_line(text, &line, place, &mut left_out) {
                Ok(Some(read)) => {
                    has_lines = true;
                    read.into_iter().try_for_each(|query| queries.add(query))?;
                }
                // The header of a table, or the first line of a document: only the whole says what it means.
                Ok(None) | Err(_) if !has_lines && !is_plain => {
                    let rest = line.as_slice().chain(input);
                    self.read_whole(rest, &mut left_out, queries)?;
                    return Ok(left_out);
                }
                Ok(None) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(left_out)
    }

    /// The hashes of a line that stands for itself; nothing of a line without any.
    fn read_line(
        &self,
        text: Option<&str>,
        line: &[u8],
        place: Place,
        left_out: &mut LeftOut,
    ) -> Result<Option<Vec<Query>>> {
        if let Some(text) = text.filter(|text| is_plain(text)) {
            if text.len() as u64 >= LINE_BYTES_MAX {
                let place = place.to_string();
                return Err(Problem::LookupLineTooLong { place }.into());
            }
            return self.read(text, place).map(Some);
        }
        let read = list::read_bytes(Path::new(&place.to_string()), line, &self.options)?;
        let (low_quality, skipped) = (read.counts.low_quality, read.counts.skipped);
        left_out.low_quality += low_quality;
        left_out.skipped += skipped;
        if read.entries.is_empty() && low_quality + skipped == 0 {
            return Ok(None);
        }
        let entries = read.entries.into_iter();
        let queries = entries.filter_map(|entry| self.query(entry, left_out));
        Ok(Some(queries.collect()))
    }

    fn read_whole(
        &self,
        input: impl io::Read,
        left_out: &mut LeftOut,
        queries: &mut impl Queries,
    ) -> Result<(), Stopped> {
        let mut all = Vec::new();
        // Only its end says whether a list is whole: none is looked up unless all can be read.
        let read = list::read_stream(Path::new(stdin::NAME), input, &self.options, |_, change| {
            if let Change::Add(entry) = change {
                all.extend(self.query(entry, left_out));
            }
            Ok(())
        })?;
        left_out.low_quality += read.counts.low_quality;
        left_out.skipped += read.counts.skipped;
        all.into_iter().try_for_each(|query| queries.add(query))
    }

    /// What is looked up of an entry; nothing where no list holds its type.
    fn query(&self, entry: Entry, left_out: &mut LeftOut) -> Option<Query> {
        let (hash, id) = (entry.hash, entry.id);
        if self.is_listed(hash.hash_type()) {
            return Some(Query { hash, id });
        }
        *left_out.not_listed.entry(hash.hash_type()).or_default() += 1;
        None
    }

    fn is_listed(&self, hash_type: HashType) -> bool {
        self.is_followed || self.listed.contains(&hash_type)
    }

    /// The types of a hash without one. They are the named type, or those of its length that the lists hold.
    fn guess(&self, hex: &str, place: impl Display) -> Result<Vec<HashType>> {
        if let Some(hash_type) = self.hash_type {
            return Ok(vec![hash_type]);
        }
        let listed = self.listed.iter().copied();
        let fits: Vec<HashType> = listed.filter(|t| t.bytes() * 2 == hex.len()).collect();
        if fits.is_empty() {
            let held: BTreeSet<usize> = self.listed.iter().map(|t| t.bytes() * 2).collect();
            let held: Vec<String> = held.iter().map(usize::to_string).collect();
            let problem = Problem::LookupNoTypeFits {
                place: shown(place),
                digits: hex.chars().count() as u64,
                held: held.join(", "),
            };
            return Err(problem.into());
        }
        Ok(fits)
    }
}

/// How lists of hashes to look up are read: what a list must not hold may be asked.
pub(in crate::cli) fn options(options: ReadOptions) -> ReadOptions {
    options
        .with_allow_unusual_pdq(true)
        .with_max_reject(MaxReject::Lines(0))
        .with_skip_meaningless(true)
}

/// Whether a text is a hash, with or without its type: one word, or two.
fn is_plain(text: &str) -> bool {
    let is_of_hash = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_');
    if text.bytes().all(is_of_hash) {
        return true;
    }
    let words = text.split_whitespace().count();
    let is_table = text.contains([',', '{', '[', '"', '(', '|', ';']) || text.starts_with("%%%%");
    !is_table && words <= 2 && !is_checksum(text)
}

/// Whether a text is a digest and the name of a file, as `md5sum` prints them.
fn is_checksum(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    // They mark a line with a name that they wrote in another form.
    let first = first.strip_prefix('\\').unwrap_or(first);
    let is_hex = first.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex && first.len() < text.len() && matches!(first.len(), 32 | 40 | 64)
}

fn unreadable(source: io::Error) -> Error {
    Error::Io {
        action: Action::Read,
        path: stdin::NAME.into(),
        source,
    }
}

fn bad(place: impl Display, error: Error) -> Error {
    Error::At {
        place: shown(place),
        error: Box::new(error),
    }
}

fn shown(place: impl Display) -> String {
    basma::escape::escape(place.to_string().as_bytes()).into_owned()
}
