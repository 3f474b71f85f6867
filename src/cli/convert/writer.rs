//! Entries in the form of another format.

use std::time::{SystemTime, UNIX_EPOCH};

use basma::escape;
use basma::hash::{HashType, Pdq};
use basma::list::{Change, Entry, Media, Opinion, change_line, hashed_line};

use super::super::args::ListFormat;
use super::clips::Clips;
use super::documents::Document;
use super::losses::{LeftOut, Losses};
use super::table;

/// Turns entries into lines of a format, and counts what it has no place for.
pub(crate) struct ListWriter {
    format: ListFormat,
    pub(crate) losses: Losses,
    /// The columns of a `hashdeep` file, which its first row decides.
    columns: Vec<HashType>,
    /// The clips of a layout of vPDQ.
    clips: Clips,
    /// Entries of one file, which make one row.
    row: Vec<Entry>,
    /// Whether no record of a document was written yet.
    is_first: bool,
    now: i64,
}

impl ListWriter {
    pub(crate) fn new(format: ListFormat) -> ListWriter {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        ListWriter {
            format,
            losses: Losses::default(),
            columns: Vec::new(),
            clips: Clips::default(),
            row: Vec::new(),
            is_first: true,
            now: since.map_or(0, |since| since.as_secs().cast_signed()),
        }
    }

    /// What stands before the first entry.
    pub(crate) fn head(&self) -> String {
        match self.format {
            ListFormat::Csv => table::head(),
            ListFormat::TxCsv => "signal_type,signal_str,collab,category,tags\r\n".to_owned(),
            ListFormat::Document(document) => document.head().to_owned(),
            _ => String::new(),
        }
    }

    /// The lines of a change to a list, as far as they can be written yet.
    pub(crate) fn write(&mut self, list: &str, change: Change) -> Vec<u8> {
        let mut entry = match change {
            Change::Add(entry) => entry,
            Change::Remove(mut removal) => {
                removal.list.get_or_insert_with(|| list.to_owned());
                if self.format == ListFormat::Jsonl {
                    return ended(change_line(&Change::Remove(removal)).into());
                }
                self.losses.leave_out(LeftOut::Removal);
                return Vec::new();
            }
        };
        if !list.is_empty() {
            entry.list.get_or_insert_with(|| list.to_owned());
        }
        match self.line(entry) {
            Ok(line) => line,
            Err(why) => {
                self.losses.leave_out(why);
                Vec::new()
            }
        }
    }

    /// Counts an entry of a member of an archive.
    pub(crate) fn leave_out_member(&mut self) {
        self.losses.leave_out(LeftOut::Member);
    }

    /// What is left to write after the last entry.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        match self.format {
            ListFormat::Vpdq(layout) => self.clips.finish(layout, &mut self.losses),
            ListFormat::Document(document) => {
                let last = self.document_record(document);
                (last + document.tail()).into_bytes()
            }
            _ => self.deep_row(),
        }
    }

    fn line(&mut self, entry: Entry) -> Result<Vec<u8>, LeftOut> {
        let has_terms = matches!(
            self.format,
            ListFormat::Jsonl | ListFormat::Csv | ListFormat::TxCsv
        );
        if !has_terms && entry.opinion == Opinion::Negative {
            return Err(LeftOut::Negative);
        }
        let has_end = matches!(self.format, ListFormat::Jsonl | ListFormat::Csv);
        if !has_end && entry.valid_until.is_some_and(|until| until <= self.now) {
            return Err(LeftOut::Expired);
        }
        let hash_type = entry.hash.hash_type();
        match self.format {
            ListFormat::Jsonl => Ok(ended(change_line(&Change::Add(entry)).into())),
            ListFormat::Csv => Ok(table::row(&entry, &mut self.losses).into()),
            // It has no quality, by which its reader could leave them out.
            ListFormat::TxCsv if is_flat(&entry) => Err(LeftOut::TooFlat),
            ListFormat::TxCsv => {
                self.lose(&entry, &["list", "labels", "opinion", "media"]);
                Ok(table::tx_row(&entry).into())
            }
            ListFormat::Text if is_named(&entry) && is_stated(&entry) => {
                let known = ["id", "quality", "frame", "media"];
                self.lose(&entry, &known);
                Ok(ended(hashed_line(&entry).into()))
            }
            ListFormat::Text => {
                self.lose(&entry, &[]);
                Ok(ended(format!("{hash_type} {}", entry.hash).into()))
            }
            ListFormat::Typed => {
                let name = typed_name(&entry)?;
                self.lose(&entry, &["media"]);
                Ok(ended(format!("{name} {}", entry.hash).into()))
            }
            ListFormat::PhotoHasher if hash_type == HashType::Pdq => {
                let quality = entry.quality.ok_or(LeftOut::Flat)?;
                let mut name = name(&entry)?;
                self.lose(&entry, &["id", "quality"]);
                // The name is the rest of the line: one with line ends stays escaped.
                if name.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
                    name = entry.id.unwrap_or_default().into_bytes();
                }
                let line = format!("{},{quality},", entry.hash).into_bytes();
                Ok(ended([line, name].concat()))
            }
            ListFormat::Document(document) => {
                document.check(&entry)?;
                let is_of_row = |row: &[Entry]| {
                    let mut types = row.iter().map(|other| other.hash.hash_type());
                    Document::is_of_one(&row[0], &entry) && !types.any(|other| other == hash_type)
                };
                let before = if self.row.is_empty() || is_of_row(&self.row) {
                    String::new()
                } else {
                    self.document_record(document)
                };
                self.row.push(entry);
                Ok(before.into_bytes())
            }
            ListFormat::PhotoHasher => Err(LeftOut::Type(hash_type)),
            ListFormat::Vpdq(layout) => {
                self.clips.add(&entry, layout)?;
                self.lose(&entry, &["media", "quality", "frame"]);
                Ok(Vec::new())
            }
            ListFormat::Md5sum => self.sum(&entry, HashType::Md5),
            ListFormat::Sha1sum => self.sum(&entry, HashType::Sha1),
            ListFormat::Sha256sum => self.sum(&entry, HashType::Sha256),
            ListFormat::Hashdeep => {
                if hash_type.is_perceptual() {
                    return Err(LeftOut::Type(hash_type));
                }
                let of_row = |other: &Entry| (&other.id, &other.meta) == (&entry.id, &entry.meta);
                let is_next = self.row.first().is_some_and(|first| {
                    !of_row(first) || self.row.iter().any(|e| e.hash.hash_type() == hash_type)
                });
                let row = if is_next { self.deep_row() } else { Vec::new() };
                self.row.push(entry);
                Ok(row)
            }
        }
    }

    /// The record of a document that was gathered.
    fn document_record(&mut self, document: Document) -> String {
        let entries = std::mem::take(&mut self.row);
        let record = document.record(&entries, self.is_first, &mut self.losses);
        self.is_first &= entries.is_empty();
        record
    }

    /// A line of `md5sum` and its like: a name that would break it is written as they do.
    fn sum(&mut self, entry: &Entry, hash_type: HashType) -> Result<Vec<u8>, LeftOut> {
        if entry.hash.hash_type() != hash_type {
            return Err(LeftOut::Type(entry.hash.hash_type()));
        }
        let name = name(entry)?;
        self.lose(entry, &["id"]);
        let mut line = Vec::new();
        let breaks = |byte: &u8| matches!(byte, b'\\' | b'\n' | b'\r');
        if name.iter().any(breaks) {
            line.push(b'\\');
        }
        line.extend_from_slice(format!("{}  ", entry.hash).as_bytes());
        for byte in name {
            match byte {
                b'\\' => line.extend_from_slice(b"\\\\"),
                b'\n' => line.extend_from_slice(b"\\n"),
                b'\r' => line.extend_from_slice(b"\\r"),
                byte => line.push(byte),
            }
        }
        Ok(ended(line))
    }

    /// The row of `hashdeep` that was gathered; before the first one its head.
    fn deep_row(&mut self) -> Vec<u8> {
        let entries = std::mem::take(&mut self.row);
        let Some(first) = entries.first() else {
            return Vec::new();
        };
        let mut out = Vec::new();
        let size = first.meta.iter().find(|(key, _)| key == "size");
        let size = size.map(|(_, size)| size.clone());
        let is_number = |size: &String| size.bytes().all(|byte| byte.is_ascii_digit());
        let digest = |hash_type: HashType| {
            let mut of_type = entries.iter();
            of_type.find(|entry| entry.hash.hash_type() == hash_type)
        };
        let columns = if self.columns.is_empty() {
            let all = [HashType::Md5, HashType::Sha1, HashType::Sha256];
            let all = all.into_iter().filter(|t| digest(*t).is_some());
            all.collect()
        } else {
            self.columns.clone()
        };
        let digests: Option<Vec<String>> = columns
            .iter()
            .map(|t| digest(*t).map(|entry| entry.hash.to_string()))
            .collect();
        let name = name(first).ok();
        // A name with a line end would be two rows.
        let is_torn = |name: &Vec<u8>| name.contains(&b'\n') || name.contains(&b'\r');
        if name.as_ref().is_some_and(is_torn) {
            for _ in &entries {
                self.losses.leave_out(LeftOut::LineEnd);
            }
            return out;
        }
        let (Some(digests), Some(name), Some(size)) = (digests, name, size.filter(is_number))
        else {
            for _ in &entries {
                self.losses.leave_out(LeftOut::Incomplete);
            }
            return out;
        };
        if self.columns.is_empty() {
            let names: Vec<&str> = columns.iter().map(|t| t.name()).collect();
            let head = format!(
                "%%%% HASHDEEP-1.0\n%%%% size,{},filename\n## basma\n##\n",
                names.join(",")
            );
            out.extend_from_slice(head.as_bytes());
            self.columns = columns;
        }
        for entry in &entries {
            if self.columns.contains(&entry.hash.hash_type()) {
                self.lose(entry, &["id", "size"]);
            } else {
                self.losses.leave_out(LeftOut::Type(entry.hash.hash_type()));
            }
        }
        out.extend_from_slice(format!("{size},{},", digests.join(",")).as_bytes());
        out.extend_from_slice(&name);
        ended(out)
    }

    /// Counts what an entry says beside its hash, but for what the format has a place for.
    fn lose(&mut self, entry: &Entry, kept: &[&str]) {
        let said = [
            ("id", entry.id.is_some()),
            ("list", entry.list.is_some()),
            ("labels", !entry.labels.is_empty()),
            ("severity", entry.severity.is_some()),
            ("opinion", entry.opinion != Opinion::default()),
            ("media", entry.media.is_some()),
            ("quality", entry.quality.is_some()),
            ("source", entry.source.is_some()),
            ("added", entry.added.is_some()),
            ("valid_until", entry.valid_until.is_some()),
            ("frame", entry.frame.is_some()),
            ("details", entry.details.is_some()),
        ];
        for (field, _) in said
            .iter()
            .filter(|(field, said)| *said && !kept.contains(field))
        {
            self.losses.lose(field);
        }
        let is_lost = |(key, _): &&(String, String)| !table::OF_FILES.contains(&key.as_str());
        let mut others = entry.meta.iter().filter(is_lost);
        if others.any(|(key, _)| !kept.contains(&key.as_str())) {
            self.losses.lose("meta");
        }
    }
}

/// Whether it has an id that can stand at the end of a line.
fn is_named(entry: &Entry) -> bool {
    entry.id.as_deref().is_some_and(|id| !id.is_empty())
}

/// Whether the quality is stated where a line of `basma hash` has one.
fn is_stated(entry: &Entry) -> bool {
    entry.hash.hash_type().is_perceptual() == entry.quality.is_some()
}

/// What `tx` and HMA call the hash of an entry: they drop any other line without a word.
fn typed_name(entry: &Entry) -> Result<&'static str, LeftOut> {
    let hash_type = entry.hash.hash_type();
    let is_video = entry.media == Some(Media::Video);
    match hash_type {
        HashType::Pdq if entry.frame.is_some() => Err(LeftOut::Frame),
        HashType::Pdq if is_flat(entry) => Err(LeftOut::TooFlat),
        HashType::Pdq => Ok("pdq"),
        HashType::Md5 if is_video => Ok("video_md5"),
        HashType::Sha256 if is_video => Ok("video_sha256"),
        HashType::Md5 | HashType::Sha256 => Err(LeftOut::Still(hash_type)),
        _ => Err(LeftOut::Type(hash_type)),
    }
}

/// Whether the picture is too flat to be told from others.
fn is_flat(entry: &Entry) -> bool {
    let is_pdq = entry.hash.hash_type() == HashType::Pdq;
    is_pdq && entry.quality.is_some_and(|q| q < Pdq::QUALITY)
}

/// The bytes of the file name that an id is.
fn name(entry: &Entry) -> Result<Vec<u8>, LeftOut> {
    let id = entry.id.as_deref().filter(|id| !id.is_empty());
    let id = id.ok_or(LeftOut::Nameless)?;
    Ok(match escape::unescape_path(id) {
        Some(path) => path.into_os_string().into_encoded_bytes(),
        None => id.as_bytes().to_vec(),
    })
}

fn ended(mut line: Vec<u8>) -> Vec<u8> {
    line.push(b'\n');
    line
}
