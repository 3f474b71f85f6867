//! Entries as documents of other institutions: Project VIC, DFXML, and the table of INTERPOL's database.
//!
//! What is written reads back as the same hashes, under the same ids, with the same fields.

use basma::escape;
use basma::hash::HashType;
use basma::list::{Entry, Media, Opinion};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::losses::{LeftOut, Losses};

/// Which document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// Project VIC 2.0, `#Media`.
    Vics,
    /// Digital Forensics XML.
    Dfxml,
    /// The table of INTERPOL's database.
    Icse,
}

/// The fields of Project VIC that are kept with an entry under their names.
const VICS_FIELDS: [&str; 10] = [
    "MediaSize",
    "Series",
    "Tags",
    "Comments",
    "IsPrecategorized",
    "VictimIdentified",
    "OffenderIdentified",
    "IsDistributed",
    "DateUpdated",
    "PhotoDNA",
];

/// The columns of INTERPOL's table behind those of hashes and the id.
const ICSE_COLUMNS: [&str; 9] = [
    "PhotoDNA",
    "Is distributed",
    "Victim identified",
    "Offender identified",
    "Series name",
    "Number of submissions",
    "File Available",
    "Media Type",
    "Baseline",
];

impl Document {
    pub(super) fn head(self) -> &'static str {
        match self {
            // The context is that of the common table of categories. Each entry keeps the profile that it was read with.
            Document::Vics => {
                "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media\",\n\"value\":["
            }
            Document::Dfxml => {
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dfxml xmloutputversion=\"1.0\">\n<creator><program>basma</program></creator>\n"
            }
            Document::Icse => {
                "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;Number of submissions;File Available;Media Type;Baseline\r\n"
            }
        }
    }

    pub(super) fn tail(self) -> &'static str {
        match self {
            Document::Vics => "\n]}\n",
            Document::Dfxml => "</dfxml>\n",
            Document::Icse => "",
        }
    }

    /// Why a document has no place for an entry.
    pub(super) fn check(self, entry: &Entry) -> Result<(), LeftOut> {
        let hash_type = entry.hash.hash_type();
        let has_place = match self {
            Document::Dfxml => {
                matches!(hash_type, HashType::Md5 | HashType::Sha1 | HashType::Sha256)
            }
            Document::Vics | Document::Icse => matches!(hash_type, HashType::Md5 | HashType::Sha1),
        };
        if has_place {
            Ok(())
        } else {
            Err(LeftOut::Type(hash_type))
        }
    }

    /// Whether two entries are hashes of one medium.
    pub(super) fn is_of_one(one: &Entry, other: &Entry) -> bool {
        let said = |entry: &Entry| {
            (
                entry.id.clone(),
                entry.media,
                entry.added,
                entry.meta.clone(),
            )
        };
        name(one).is_some() && said(one) == said(other)
    }

    /// A medium with its hashes, which are of different types.
    pub(super) fn record(self, entries: &[Entry], is_first: bool, losses: &mut Losses) -> String {
        let Some(first) = entries.first() else {
            return String::new();
        };
        for entry in entries {
            self.lose(entry, losses);
        }
        let digest = |hash_type: HashType| {
            let entry = entries
                .iter()
                .find(|entry| entry.hash.hash_type() == hash_type);
            entry.map(|entry| entry.hash.to_string())
        };
        match self {
            Document::Vics => {
                let before = if is_first { "\n" } else { ",\n" };
                format!("{before}{}", Value::Object(medium(first, digest)))
            }
            Document::Dfxml => file_object(first, entries),
            Document::Icse => {
                let said = |key: &str| meta(first, key).unwrap_or_default().to_owned();
                let [photo_dna, others @ ..] = ICSE_COLUMNS.map(said);
                let upper = |hash_type| digest(hash_type).unwrap_or_default().to_uppercase();
                let mut cells = vec![
                    upper(HashType::Md5),
                    upper(HashType::Sha1),
                    photo_dna,
                    first.id.clone().unwrap_or_default(),
                ];
                cells.extend(others);
                let cells: Vec<String> = cells.iter().map(|cell| quoted_cell(cell)).collect();
                cells.join(";") + "\r\n"
            }
        }
    }

    fn lose(self, entry: &Entry, losses: &mut Losses) {
        // A reader of Project VIC takes every entry for a seed, whatever its category.
        let opinion = match self {
            Document::Vics => Opinion::Seed,
            Document::Dfxml | Document::Icse => Opinion::Positive,
        };
        let is_vics = self == Document::Vics;
        let said = [
            ("list", entry.list.is_some()),
            ("labels", !entry.labels.is_empty()),
            ("severity", entry.severity.is_some()),
            ("opinion", entry.opinion != opinion),
            ("media", entry.media.is_some() && !is_vics),
            ("source", entry.source.is_some()),
            ("added", entry.added.is_some() && !is_vics),
            ("valid_until", entry.valid_until.is_some()),
        ];
        for (field, _) in said.iter().filter(|(_, said)| *said) {
            losses.lose(field);
        }
        let has_place = |key: &str| match self {
            Document::Vics => VICS_FIELDS.contains(&key) || ["vics", "Category"].contains(&key),
            Document::Dfxml => key == "size",
            Document::Icse => ICSE_COLUMNS.contains(&key),
        };
        if entry.meta.iter().any(|(key, _)| !has_place(key)) {
            losses.lose("meta");
        }
    }
}

/// The id, unless it is empty: readers take an empty one for none.
fn name(entry: &Entry) -> Option<&str> {
    entry.id.as_deref().filter(|id| !id.is_empty())
}

fn meta<'a>(entry: &'a Entry, key: &str) -> Option<&'a str> {
    let mut pairs = entry.meta.iter();
    let (_, text) = pairs.find(|(name, _)| name == key)?;
    Some(text)
}

fn medium(first: &Entry, digest: impl Fn(HashType) -> Option<String>) -> Map<String, Value> {
    let mut medium = Map::new();
    let mut say = |key: &str, value: Value| drop(medium.insert(key.to_owned(), value));
    if let Some(id) = name(first) {
        // Numbers of other programs are numbers, where nothing of the text is lost.
        let number = id
            .parse::<u64>()
            .ok()
            .filter(|number| number.to_string() == id);
        say("MediaID", number.map_or_else(|| id.into(), Value::from));
    }
    if let Some(category) = meta(first, "Category") {
        let number = category
            .parse::<i64>()
            .ok()
            .filter(|number| number.to_string() == category);
        say(
            "Category",
            number.map_or_else(|| category.into(), Value::from),
        );
    }
    for (key, hash_type) in [("MD5", HashType::Md5), ("SHA1", HashType::Sha1)] {
        if let Some(digest) = digest(hash_type) {
            say(key, digest.to_uppercase().into());
        }
    }
    match first.media {
        Some(Media::Image) => say("MimeType", "image/*".into()),
        Some(Media::Video) => say("MimeType", "video/*".into()),
        _ => {}
    }
    let added = first
        .added
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    if let Some(added) = added {
        say("DateUpdated", added.to_string().into());
    }
    for key in VICS_FIELDS {
        if let Some(text) = meta(first, key).filter(|_| key != "DateUpdated" || added.is_none()) {
            say(key, text.into());
        }
    }
    medium
}

fn file_object(first: &Entry, entries: &[Entry]) -> String {
    let mut text = String::from("<fileobject>");
    if let Some(id) = name(first) {
        // An id is the escaped name of a file; XML has the name itself.
        let name = escape::unescape_path(id);
        let name = name.as_deref().and_then(|name| name.to_str());
        text += &format!("<filename>{}</filename>", in_xml(name.unwrap_or(id)));
    }
    if let Some(size) = meta(first, "size") {
        text += &format!("<filesize>{}</filesize>", in_xml(size));
    }
    for entry in entries {
        let (hash_type, hash) = (entry.hash.hash_type(), entry.hash);
        text += &format!("<hashdigest type=\"{hash_type}\">{hash}</hashdigest>");
    }
    text + "</fileobject>\n"
}

/// A text in XML. What XML has no characters for stands as it is shown.
fn in_xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\u{fffe}' | '\u{ffff}' => safe += "\u{fffd}",
            c if c.is_control() => safe += &c.escape_default().to_string(),
            c => safe.push(c),
        }
    }
    safe
}

fn quoted_cell(text: &str) -> String {
    if text.contains([';', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use basma::hash::Hash;
    use basma::list::{Change, ReadOptions, VicsProfile, read_bytes};
    use proptest::prelude::*;

    use super::super::super::args::ListFormat;
    use super::super::writer::ListWriter;
    use super::*;

    prop_compose! {
        /// Ids and texts as they stand in lists: visible characters, without blanks at the ends.
        fn text()(text in "[a-z0-9;\"&<>,éع/\\\\][a-z0-9 ;\"&<>,éع/\\\\]{0,8}[a-z0-9;\"&<>é]") -> String { text }
    }

    /// An entry that a document has a place for as a whole.
    fn entry(document: Document) -> impl Strategy<Value = Entry> {
        let types = match document {
            Document::Dfxml => vec![HashType::Md5, HashType::Sha1, HashType::Sha256],
            _ => vec![HashType::Md5, HashType::Sha1],
        };
        let keys: Vec<&'static str> = match document {
            Document::Vics => VICS_FIELDS
                .into_iter()
                .filter(|key| *key != "DateUpdated")
                .collect(),
            Document::Dfxml => vec!["size"],
            Document::Icse => ICSE_COLUMNS.to_vec(),
        };
        let is_vics = document == Document::Vics;
        (
            prop::sample::select(types),
            prop::array::uniform32(1..255u8),
            prop::option::of(text()),
            prop::option::of(prop::sample::select(vec![Media::Image, Media::Video])),
            prop::option::of(0..4_000_000_000_i64),
            prop::collection::btree_map(prop::sample::select(keys), text(), 0..4),
            prop::option::of(-9..99_i64),
        )
            .prop_map(
                move |(hash_type, bytes, id, media, added, pairs, category)| {
                    let hash = Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap();
                    // Names of files are escaped in ids.
                    let id = id.map(|id| match document {
                        Document::Dfxml => escape::escape(id.as_bytes()).into_owned(),
                        _ => id,
                    });
                    let mut entry = Entry::new(hash, 0).with_id(id);
                    let mut meta: Vec<(String, String)> = pairs
                        .into_iter()
                        .map(|(key, text)| (key.to_owned(), text))
                        .collect();
                    if is_vics {
                        entry = entry
                            .with_opinion(Opinion::Seed)
                            .with_media(media)
                            .with_added(added);
                        meta.push(("vics".to_owned(), "us".to_owned()));
                        meta.extend(
                            category.map(|number| ("Category".to_owned(), number.to_string())),
                        );
                    }
                    meta.sort();
                    entry.with_meta(meta)
                },
            )
    }

    fn written(format: ListFormat, entries: &[Entry]) -> (Vec<u8>, u64) {
        let mut writer = ListWriter::new(format);
        let mut text = writer.head().into_bytes();
        for entry in entries {
            text.extend(writer.write("", Change::Add(entry.clone())));
        }
        text.extend(writer.finish());
        (text, writer.losses.count())
    }

    fn check(
        document: Document,
        format: ListFormat,
        entries: Vec<Entry>,
    ) -> Result<(), TestCaseError> {
        let (text, lost) = written(format, &entries);
        prop_assert_eq!(lost, 0);
        let options = ReadOptions::default().with_vics_profile(VicsProfile::Us);
        let list = read_bytes(Path::new("l"), &text, &options);
        let list = list.map_err(|error| {
            TestCaseError::fail(format!("{error}: {}", String::from_utf8_lossy(&text)))
        })?;
        let expected = match document {
            Document::Vics => "vics",
            Document::Dfxml => "dfxml",
            Document::Icse => "icse",
        };
        if !entries.is_empty() {
            prop_assert_eq!(&list.source.format, expected);
        }
        let sorted = |mut all: Vec<Entry>| {
            for entry in &mut all {
                entry.line = 0;
                entry.meta.sort();
            }
            all.sort_by_key(|entry| (entry.hash.to_string(), format!("{entry:?}")));
            all
        };
        prop_assert_eq!(sorted(list.entries), sorted(entries));
        Ok(())
    }

    proptest! {
        #[test]
        fn a_document_of_project_vic_reads_back_the_same(entries in prop::collection::vec(entry(Document::Vics), 0..6)) {
            check(Document::Vics, ListFormat::Document(Document::Vics), entries)?;
        }

        #[test]
        fn a_document_of_dfxml_reads_back_the_same(entries in prop::collection::vec(entry(Document::Dfxml), 0..6)) {
            check(Document::Dfxml, ListFormat::Document(Document::Dfxml), entries)?;
        }

        #[test]
        fn a_table_of_icse_reads_back_the_same(entries in prop::collection::vec(entry(Document::Icse), 0..6)) {
            check(Document::Icse, ListFormat::Document(Document::Icse), entries)?;
        }
    }

    #[test]
    fn hashes_of_one_medium_stand_together() {
        let hash =
            |hash_type: HashType| Hash::new(hash_type, &[7; 32][..hash_type.bytes()]).unwrap();
        let of = |hash_type| {
            Entry::new(hash(hash_type), 0)
                .with_id("7".to_owned())
                .with_opinion(Opinion::Seed)
        };
        let all = [of(HashType::Md5), of(HashType::Sha1), of(HashType::Md5)];
        let (text, _) = written(ListFormat::Document(Document::Vics), &all);
        let value: Value = serde_json::from_slice(&text).unwrap();
        let media = value["value"].as_array().unwrap();
        assert_eq!(media.len(), 2);
        assert_eq!(media[0]["MediaID"], 7);
        assert!(media[0]["MD5"].is_string() && media[0]["SHA1"].is_string());
    }

    #[test]
    fn what_has_no_place_is_counted() {
        let pdq = Hash::new(HashType::Pdq, &[7; 32]).unwrap();
        let (_, lost) = written(ListFormat::Document(Document::Vics), &[Entry::new(pdq, 0)]);
        assert_eq!(lost, 1);
        let md5 = Hash::new(HashType::Md5, &[7; 16]).unwrap();
        let entry = Entry::new(md5, 0).with_labels(vec!["x".to_owned()]);
        // The label, and that a reader takes it for a seed.
        assert_eq!(written(ListFormat::Document(Document::Vics), &[entry]).1, 2);
    }
}
