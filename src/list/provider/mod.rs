//! Pages of the interfaces of providers: as they are fetched, or saved by hand.
//!
//! Each provider has one file here: how its records become entries, and where its pages say what comes next. A file
//! holds one page, or several one after the other. What basma fetches begins with a line of its own:
//!
//! ```text
//! {"basma_pages":1,"provider":"ncmec","mode":"delta","members":["42"]}
//! ```
//!
//! A later record of the same key replaces an earlier one with all its hashes. A record that withdraws takes them out.

pub(crate) mod hma;
pub(crate) mod ncmec;
pub(crate) mod stopncii;
pub(crate) mod tat;
pub(crate) mod threatexchange;

use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hasher};

use serde::{Deserialize, Serialize};

pub(crate) use super::document::json::Broken as JsonBroken;
use super::document::json::{Broken, Placed, Walk};
use super::document::{Record, Records};
use super::entry::Media;
use super::kind::{self, Kind};
use super::ledger::{Halt, Ledger};
use super::line::{Fault, quoted};
use super::{Entry, Manifest, Mode, Target};
#[cfg(feature = "refresh")]
use crate::hash::Hash;

/// A provider whose interface is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    /// Meta's ThreatExchange: `threat_updates` of a privacy group.
    ThreatExchange,
    /// NCMEC hash sharing, version 2.
    Ncmec,
    /// StopNCII.
    StopNcii,
    /// The hash list of Tech Against Terrorism, version 2.
    Tat,
    /// Another HMA: its contents, one a page.
    Hma,
}

impl Provider {
    /// The name of the format of its pages.
    pub(crate) const fn format(self) -> &'static str {
        match self {
            Provider::ThreatExchange => "pages of threatexchange",
            Provider::Ncmec => "pages of ncmec",
            Provider::StopNcii => "pages of stopncii",
            Provider::Tat => "pages of tat",
            Provider::Hma => "pages of hma",
        }
    }

    /// The key of a page's array of records, where pages are JSON.
    const fn records(self) -> &'static str {
        match self {
            Provider::ThreatExchange => threatexchange::RECORDS,
            Provider::StopNcii => stopncii::RECORDS,
            Provider::Tat => tat::RECORDS,
            Provider::Ncmec | Provider::Hma => "",
        }
    }

    /// The record that begins here.
    fn record(self, walk: &mut Walk<'_>, number: u64) -> Result<Placed<Record>, Broken> {
        match self {
            Provider::ThreatExchange => {
                read_with(walk, |read| threatexchange::record(read, number))
            }
            Provider::StopNcii => read_with(walk, |read| stopncii::record(read, number)),
            Provider::Tat => read_with(walk, |read| tat::record(read, number)),
            Provider::Ncmec => unreachable!("its pages are XML"),
            Provider::Hma => unreachable!("its pages are records themselves"),
        }
    }
}

/// A record that is read by what it is in JSON.
fn read_with<'a, T: Deserialize<'a>, R>(
    walk: &mut Walk<'a>,
    record: impl FnOnce(T) -> Result<R, Fault>,
) -> Result<Placed<R>, Broken> {
    let (at, read) = walk.record()?;
    Ok((at, read.and_then(record)))
}

#[cfg(feature = "refresh")]
impl Provider {
    /// An opinion about an entry in the words of the provider. `None` where its interface has no place for it.
    pub(crate) fn feedback(
        self,
        hash: &Hash,
        id: Option<&str>,
        agrees: bool,
    ) -> Option<serde_json::Value> {
        match self {
            Provider::ThreatExchange => threatexchange::feedback(hash, id, agrees),
            Provider::Ncmec => ncmec::feedback(hash, id, agrees),
            Provider::StopNcii => stopncii::feedback(hash, agrees),
            // Nothing public says that it takes any; HMA 1.1.7 keeps none.
            Provider::Tat | Provider::Hma => None,
        }
    }

    /// Its name, as in `interface` of a source.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Provider::ThreatExchange => "threatexchange",
            Provider::Ncmec => "ncmec",
            Provider::StopNcii => "stopncii",
            Provider::Tat => "tat",
            Provider::Hma => "hma",
        }
    }
}

/// The first line of a file of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) basma_pages: u64,
    pub(crate) provider: Provider,
    /// Whether the pages are the whole list.
    pub(crate) mode: Mode,
    /// The members whose entries are wanted, or the banks; all, if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) members: Vec<String>,
    /// As of when they are, in seconds since 1970 UTC, where what they mean depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<i64>,
}

impl Head {
    const MARK: &'static [u8] = b"{\"basma_pages\":";

    pub(crate) fn new(provider: Provider, mode: Mode, members: &[String]) -> Head {
        Head {
            basma_pages: 1,
            provider,
            mode,
            members: members.to_vec(),
            at: None,
        }
    }

    /// The line, with its end.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("names and numbers");
        line.push(b'\n');
        line
    }
}

/// What a page says of the pages after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    /// How many records it holds.
    pub(crate) records: u64,
    /// What to ask for next: a link, a token or a cursor, as the provider has it.
    pub(crate) next: Option<String>,
    /// Where the next window begins, when this was the last page and the provider says so.
    pub(crate) cursor: Option<String>,
}

/// The provider whose pages a text holds, by its beginning.
pub(super) fn detect(text: &[u8]) -> Option<Provider> {
    let text = text.trim_ascii_start();
    if text.starts_with(Head::MARK) {
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let head: Option<Head> = serde_json::from_slice(&text[..end]).ok();
        // A head that is not readable is refused when it is read.
        return Some(head.map_or(Provider::ThreatExchange, |head| head.provider));
    }
    let head = &text[..text.len().min(4096)];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    match head.first()? {
        b'<' if has(b"queryResult") => Some(Provider::Ncmec),
        // Lines of our own may hold any of these words.
        b'{' if has(b"{\"v\":") => None,
        b'{' if has(b"\"hashRecords\"") => Some(Provider::StopNcii),
        b'{' if has(b"\"hash_digest\"") => Some(Provider::Tat),
        b'{' if has(b"\"disable_until_ts\"") && has(b"\"bank\"") => Some(Provider::Hma),
        b'{' if has(b"\"indicator\"") && has(b"\"data\"") => Some(Provider::ThreatExchange),
        _ => None,
    }
}

/// Reads a file of pages.
pub(super) fn read(text: &[u8], provider: Provider, ledger: &mut Ledger<'_>) -> Result<(), Halt> {
    let (head, start) = match head(text) {
        Ok(head) => head,
        Err(fault) => return Err(Records::new(text, ledger).halt(0, fault)),
    };
    let mode = head.as_ref().map_or(Mode::Delta, |head| head.mode);
    if let Some(head) = &head {
        ledger.manifest = Some(Manifest {
            mode: Some(head.mode),
            ..Manifest::default()
        });
        ledger.counts.lines += 1;
        ledger.counts.structure += 1;
    }
    let at = head.as_ref().and_then(|head| head.at);
    let members = head.map(|head| head.members).unwrap_or_default();
    let mut pages = Pages {
        records: Records::new(text, ledger),
        seen: Seen::new(mode),
    };
    match provider {
        Provider::Ncmec => ncmec::read(text, start, &members, &mut pages),
        Provider::Hma => pages.contents(text, start, &members, at),
        provider => pages.json(text, start, provider),
    }
}

fn head(text: &[u8]) -> Result<(Option<Head>, usize), Fault> {
    if !text.starts_with(Head::MARK) {
        return Ok((None, 0));
    }
    let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
    let head: Head = serde_json::from_slice(&text[..end]).map_err(|_| {
        let message = format!(
            "the head of a file of pages is not as this version writes it; got {}",
            quoted(&text[..end])
        );
        Fault::fatal(0, "E060", message)
    })?;
    if head.basma_pages == 1 {
        Ok((Some(head), end))
    } else {
        let message = format!(
            "version {} of a file of pages is not 1; a later release reads it",
            head.basma_pages
        );
        Err(Fault::fatal(0, "E060", message))
    }
}

/// Pages while they are read.
pub(super) struct Pages<'t, 'l, 'o> {
    pub(super) records: Records<'t, 'l, 'o>,
    seen: Seen,
}

impl Pages<'_, '_, '_> {
    /// Enters a record, which withdraws an earlier one of its key where there may be one.
    pub(super) fn enter(
        &mut self,
        at: std::ops::Range<usize>,
        mut read: Result<Record, Fault>,
    ) -> Result<(), Halt> {
        if let Ok(record) = &mut read
            && let Some(key) = &record.withdraws
            && !self.seen.may_replace(key)
            && !record.is_removal
        {
            record.withdraws = None;
        }
        self.records.enter(at, read)
    }

    fn json(&mut self, text: &[u8], start: usize, provider: Provider) -> Result<(), Halt> {
        let mut walk = Walk::new(text);
        walk.skip_to(start);
        while walk.peek().is_some() {
            let page = self.page(&mut walk, provider);
            match page {
                Ok(()) => {}
                Err(Stop::Halt(halt)) => return Err(halt),
                Err(Stop::Broken(broken)) => {
                    return Err(self.records.halt(broken.at, broken.fault("page")));
                }
            }
        }
        Ok(())
    }

    /// Contents of HMA: each is a record.
    fn contents(
        &mut self,
        text: &[u8],
        start: usize,
        banks: &[String],
        at: Option<i64>,
    ) -> Result<(), Halt> {
        let mut walk = Walk::new(text);
        walk.skip_to(start);
        while walk.peek().is_some() {
            let number = self.records.next_number();
            let content = read_with(&mut walk, |read| hma::record(read, number, banks, at));
            let (place, content) = match content {
                Ok(content) => content,
                Err(broken) => {
                    return Err(self.records.halt(broken.at, broken.fault("content")));
                }
            };
            match content {
                Ok(None) => {}
                Ok(Some(record)) => self.enter(place, Ok(record))?,
                Err(fault) => self.enter(place, Err(fault))?,
            }
        }
        Ok(())
    }

    fn page(&mut self, walk: &mut Walk<'_>, provider: Provider) -> Result<(), Stop> {
        walk.expect(b'{')?;
        let mut is_first = true;
        while walk.more(b'}', &mut is_first)? {
            let key = walk.key()?;
            if key != provider.records() || walk.peek() != Some(b'[') {
                walk.value()?;
                continue;
            }
            walk.expect(b'[')?;
            let mut is_first = true;
            while walk.more(b']', &mut is_first)? {
                let number = self.records.next_number();
                let (at, record) = provider.record(walk, number)?;
                self.enter(at, record)?;
            }
        }
        Ok(())
    }
}

/// Why a page is not read on.
enum Stop {
    Halt(Halt),
    Broken(Broken),
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Stop {
        Stop::Halt(halt)
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Stop {
        Stop::Broken(broken)
    }
}

/// Which keys were met. Pages of a whole list begin with nothing: only a key that is met again replaces. Keys stand here
/// as numbers of 64 bits. Two that share one cost a withdrawal of nothing.
struct Seen {
    keys: Option<HashSet<u64, BuildHasherDefault<Hashed>>>,
}

/// A number that is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are numbers of 64 bits")
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Seen {
    fn new(mode: Mode) -> Seen {
        Seen {
            keys: (mode == Mode::Snapshot).then(HashSet::default),
        }
    }

    /// Whether there may be something under a key already, which is remembered.
    fn may_replace(&mut self, key: &Target) -> bool {
        match &mut self.keys {
            None => true,
            Some(keys) => {
                let number = BuildHasherDefault::<DefaultHasher>::default().hash_one(key);
                !keys.insert(number)
            }
        }
    }
}

/// Walks one page of JSON for what it says of those after it: the values of some keys, and how many records it has.
pub(super) fn members(page: &[u8], records: &str, keys: &[&str]) -> Result<Members, Broken> {
    let mut walk = Walk::new(page);
    let mut members = Members {
        values: vec![None; keys.len()],
        records: 0,
    };
    walk.expect(b'{')?;
    let mut is_first = true;
    while walk.more(b'}', &mut is_first)? {
        let key = walk.key()?;
        if key == records && walk.peek() == Some(b'[') {
            walk.expect(b'[')?;
            let mut is_first = true;
            while walk.more(b']', &mut is_first)? {
                walk.value()?;
                members.records += 1;
            }
            continue;
        }
        let at = walk.value()?;
        if let Some(place) = keys.iter().position(|wanted| *wanted == key) {
            members.values[place] = serde_json::from_slice(walk.bytes(&at)).ok();
        }
    }
    // Nothing but blanks may follow, as after an answer that was put together wrongly.
    match walk.peek() {
        None => Ok(members),
        Some(_) => Err(Broken {
            at: walk.at(),
            ends: false,
        }),
    }
}

/// What [`members`] found.
pub(super) struct Members {
    pub(super) values: Vec<Option<serde_json::Value>>,
    pub(super) records: u64,
}

impl Members {
    /// A value as text, unless it is empty or null.
    pub(super) fn text(&self, place: usize) -> Option<String> {
        let text = match self.values[place].as_ref()? {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

/// A hash of a type by a provider's name for it. `None` for a type that is not read here.
pub(super) fn entry(type_name: &str, hash: &str, number: u64) -> Option<Result<Entry, Fault>> {
    let (hash_type, media) = match Kind::from_name(type_name) {
        Some(Kind::Hash(hash_type, media)) => (hash_type, media),
        _ => return None,
    };
    let hash = kind::hash(hash_type, hash.trim(), 0, false);
    Some(hash.map(|hash| {
        let mut entry = Entry::new(hash, number);
        entry.media = media;
        entry
    }))
}

/// The kind of file that an extension names.
pub(super) fn media_of_extension(name: &str) -> Option<Media> {
    let name = name.trim().trim_start_matches('.').to_ascii_lowercase();
    match name.as_str() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp" | "tif" | "tiff" | "heic" | "avif"
        | "jxl" | "image" => Some(Media::Image),
        "mp4" | "mov" | "avi" | "mkv" | "webm" | "mpg" | "mpeg" | "wmv" | "flv" | "3gp" | "m4v"
        | "video" => Some(Media::Video),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
