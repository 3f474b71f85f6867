//! The content of records: bincode, and nothing else in the crate knows it.
//!
//! bincode 2.0.1, standard configuration (little-endian, variable-length integers), exactly one value per record. The
//! record of a list is its name. Those of sources and of the metadata of rows are the structures below, field by field
//! in this order. Enumerations are one byte. Severity is 0 low to 3 critical. Opinion is 0 positive, 1 seed, 2
//! negative, 3 disputed. Media is 0 image, 1 video. Behind the metadata of a picture of a clip stands its place there.
//! Behind a source of clips with few listed pictures stands one byte, 1. Behind that, where the list states whom it
//! protects or what it may be used for, stands one byte, 2, and the structure of these. A program that does not know it
//! refuses the index, so that it does not use the list for something else. Protected are 0 children, 1 adults.
//!
//! A record is at most [`RECORD_BYTES_MAX`] bytes. Decoding allocates at most `MEMORY_MAX` bytes, whatever a hostile
//! record promises. A string of one character is 2 bytes in the record and at least 24 in memory. A pair of empty ones
//! is 2 and 48.

use bincode::{Decode, Encode, config};

use crate::list::{ClipFrame, Entry, Media, Opinion, Protected, Severity, Source};

/// The largest content of a record, in bytes.
pub(super) const RECORD_BYTES_MAX: usize = 1024 * 1024;
const MEMORY_MAX: usize = 32 * RECORD_BYTES_MAX;

const CONFIG: config::Configuration<
    config::LittleEndian,
    config::Varint,
    config::Limit<MEMORY_MAX>,
> = config::standard().with_limit::<MEMORY_MAX>();

/// What a row says of its hash, without the list and the line, as it is encoded: field by field as [`Metadata`].
#[derive(Encode)]
struct MetadataRef<'e> {
    id: Option<&'e str>,
    labels: &'e [String],
    severity: Option<u8>,
    opinion: u8,
    media: Option<u8>,
    quality: Option<u8>,
    source: Option<&'e str>,
    added: Option<i64>,
    valid_until: Option<i64>,
    meta: &'e [(String, String)],
}

/// The same, as it is decoded.
#[derive(Decode)]
struct Metadata {
    id: Option<String>,
    labels: Vec<String>,
    severity: Option<u8>,
    opinion: u8,
    media: Option<u8>,
    quality: Option<u8>,
    source: Option<String>,
    added: Option<i64>,
    valid_until: Option<i64>,
    meta: Vec<(String, String)>,
}

/// Where in a clip the row's picture stands.
#[derive(Encode, Decode)]
struct ClipPlace {
    index: u32,
    ms: Option<u64>,
    until_ms: Option<u64>,
    clip_ms: Option<u64>,
    listed: Option<u32>,
    distinct: Option<u32>,
    alike: Option<u32>,
    every_ms: Option<u32>,
}

#[derive(Encode, Decode)]
struct SourceRecord {
    list: String,
    path: String,
    format: String,
    sha256: [u8; 32],
    bytes: u64,
}

/// What a list states of its use.
#[derive(Encode, Decode)]
struct StatedUse {
    protects: Option<u8>,
    uses: Vec<String>,
}

/// The byte before what a list states of its use.
const STATED_USE: u8 = 2;

const PROTECTED: [Protected; 2] = [Protected::Children, Protected::Adults];
const SEVERITIES: [Severity; 4] = [
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];
const OPINIONS: [Opinion; 4] = [
    Opinion::Positive,
    Opinion::Seed,
    Opinion::Negative,
    Opinion::Disputed,
];
const MEDIA: [Media; 2] = [Media::Image, Media::Video];

fn code<T: PartialEq>(values: &[T], value: T) -> u8 {
    let place = values.iter().position(|v| *v == value);
    place.expect("every value is in its table") as u8
}

fn value<T: Copy>(values: &[T], code: u8) -> Option<T> {
    values.get(usize::from(code)).copied()
}

/// The metadata of an entry; its hash, list and line are kept beside it.
pub(super) fn encode_entry(entry: &Entry) -> Vec<u8> {
    let place = entry.frame.as_deref().map(|frame| ClipPlace {
        index: frame.index,
        ms: frame.ms,
        until_ms: frame.until_ms,
        clip_ms: frame.clip_ms,
        listed: frame.listed,
        distinct: frame.distinct,
        alike: frame.alike,
        every_ms: frame.every_ms,
    });
    let mut record = encode(&MetadataRef {
        id: entry.id.as_deref(),
        labels: &entry.labels,
        severity: entry.severity.map(|s| code(&SEVERITIES, s)),
        opinion: code(&OPINIONS, entry.opinion),
        media: entry.media.map(|m| code(&MEDIA, m)),
        quality: entry.quality,
        source: entry.source.as_deref(),
        added: entry.added,
        valid_until: entry.valid_until,
        meta: &entry.meta,
    });
    record.extend(place.iter().flat_map(encode));
    record
}

/// Whether two entries have the same metadata, as those of one item do.
pub(super) fn are_alike(a: &Entry, b: &Entry) -> bool {
    let Entry {
        hash: _,
        id,
        list: _,
        labels,
        severity,
        opinion,
        media,
        quality,
        source,
        added,
        valid_until,
        meta,
        frame,
        details: _,
        line: _,
    } = a;
    *id == b.id
        && *labels == b.labels
        && *severity == b.severity
        && *opinion == b.opinion
        && *media == b.media
        && *quality == b.quality
        && *source == b.source
        && *added == b.added
        && *valid_until == b.valid_until
        && *meta == b.meta
        && *frame == b.frame
}

/// Puts the metadata of a record into an entry that has hash, list and line. `None` where the bytes are no metadata.
pub(super) fn decode_entry(record: &[u8], entry: Entry) -> Option<Entry> {
    let (metadata, rest): (Metadata, _) = decode_first(record)?;
    let place: Option<ClipPlace> = match rest {
        [] => None,
        rest => Some(decode(rest)?),
    };
    Some(Entry {
        id: metadata.id,
        labels: metadata.labels,
        severity: match metadata.severity {
            Some(code) => Some(value(&SEVERITIES, code)?),
            None => None,
        },
        opinion: value(&OPINIONS, metadata.opinion)?,
        media: match metadata.media {
            Some(code) => Some(value(&MEDIA, code)?),
            None => None,
        },
        quality: metadata.quality,
        source: metadata.source,
        added: metadata.added,
        valid_until: metadata.valid_until,
        meta: metadata.meta,
        frame: place.map(|place| {
            Box::new(ClipFrame {
                index: place.index,
                ms: place.ms,
                until_ms: place.until_ms,
                clip_ms: place.clip_ms,
                listed: place.listed,
                distinct: place.distinct,
                alike: place.alike,
                every_ms: place.every_ms,
            })
        }),
        ..entry
    })
}

/// The fields of [`Metadata`], with texts where they stand.
type Fields<'r> = (
    Option<&'r str>,
    Vec<&'r str>,
    Option<u8>,
    u8,
    Option<u8>,
    Option<u8>,
    Option<&'r str>,
    Option<i64>,
    Option<i64>,
    Vec<(&'r str, &'r str)>,
);

/// Whether [`decode_entry`] reads a record. Every record of an index is asked when it is verified, so nothing is copied.
pub(super) fn is_entry(record: &[u8]) -> bool {
    let fields: Result<(Fields<'_>, usize), _> = bincode::borrow_decode_from_slice(record, CONFIG);
    let Ok(((_, _, severity, opinion, media, ..), read)) = fields else {
        return false;
    };
    let is_of = |count: usize, code: Option<u8>| code.is_none_or(|code| usize::from(code) < count);
    let are_known = is_of(SEVERITIES.len(), severity)
        && is_of(OPINIONS.len(), Some(opinion))
        && is_of(MEDIA.len(), media);
    let rest = &record[read..];
    are_known && (rest.is_empty() || decode::<ClipPlace>(rest).is_some())
}

/// The content item a record belongs to: the first field of the metadata, so the rest need not be decoded.
pub(super) fn decode_id(record: &[u8]) -> Option<String> {
    let (id, _): (Option<String>, usize) = bincode::decode_from_slice(record, CONFIG).ok()?;
    id
}

/// The id in the metadata of a record, where it stands.
pub(super) fn borrow_id(record: &[u8]) -> Option<&str> {
    let (id, _): (Option<&str>, usize) = bincode::borrow_decode_from_slice(record, CONFIG).ok()?;
    id
}

/// `is_sparse` says whether few pictures of its clips are listed.
pub(super) fn encode_source(source: &Source, is_sparse: bool) -> Vec<u8> {
    let mut record = encode(&SourceRecord {
        list: source.list.clone(),
        path: source.path.clone(),
        format: source.format.clone(),
        sha256: source.sha256,
        bytes: source.bytes,
    });
    record.extend(is_sparse.then_some(1));
    if source.protects.is_some() || !source.uses.is_empty() {
        record.push(STATED_USE);
        record.extend(encode(&StatedUse {
            protects: source.protects.map(|protects| code(&PROTECTED, protects)),
            uses: source.uses.clone(),
        }));
    }
    record
}

/// The source, and whether few pictures of its clips are listed.
pub(super) fn decode_source(record: &[u8]) -> Option<(Source, bool)> {
    let (source, rest): (SourceRecord, _) = decode_first(record)?;
    let (is_sparse, rest) = match rest {
        [1, rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let stated = match rest {
        [] => None,
        [STATED_USE, rest @ ..] => Some(decode::<StatedUse>(rest)?),
        _ => return None,
    };
    let protects = match stated.as_ref().and_then(|stated| stated.protects) {
        Some(code) => Some(value(&PROTECTED, code)?),
        None => None,
    };
    let source = Source {
        protects,
        uses: stated.map(|stated| stated.uses).unwrap_or_default(),
        list: source.list,
        path: source.path,
        format: source.format,
        sha256: source.sha256,
        bytes: source.bytes,
    };
    Some((source, is_sparse))
}

pub(super) fn encode_list(name: &str) -> Vec<u8> {
    encode(&name)
}

pub(super) fn decode_list(record: &[u8]) -> Option<String> {
    decode(record)
}

fn encode(value: &impl Encode) -> Vec<u8> {
    bincode::encode_to_vec(value, CONFIG).expect("strings and integers always encode")
}

fn decode<T: Decode<()>>(record: &[u8]) -> Option<T> {
    let (value, rest) = decode_first(record)?;
    rest.is_empty().then_some(value)
}

/// What stands first in a record, and the bytes behind it.
fn decode_first<T: Decode<()>>(record: &[u8]) -> Option<(T, &[u8])> {
    let (value, read) = bincode::decode_from_slice(record, CONFIG).ok()?;
    Some((value, record.get(read..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Hash, HashType};
    use proptest::prelude::*;

    fn bare() -> Entry {
        Entry::new(Hash::new(HashType::Md5, &[7; 16]).unwrap(), 3)
    }

    #[test]
    fn the_bytes_of_a_record_are_the_specified_ones() {
        let entry = Entry {
            id: Some("a".into()),
            labels: vec!["b".into()],
            severity: Some(Severity::High),
            opinion: Opinion::Disputed,
            media: Some(Media::Video),
            quality: Some(100),
            added: Some(-1),
            ..bare()
        };
        let bytes = [1, 1, b'a', 1, 1, b'b', 1, 2, 3, 1, 1, 1, 100, 0, 1, 1, 0, 0];
        assert_eq!(encode_entry(&entry), bytes);
        assert_eq!(decode_id(&bytes).as_deref(), Some("a"));
        assert_eq!(decode_entry(&bytes, bare()), Some(entry));
    }

    #[test]
    fn the_fullest_record_within_the_limit_can_be_read_back() {
        let entry = Entry {
            meta: vec![(String::new(), String::new()); RECORD_BYTES_MAX / 2 - 32],
            ..bare()
        };
        let bytes = encode_entry(&entry);
        assert!(bytes.len() <= RECORD_BYTES_MAX);
        assert_eq!(decode_entry(&bytes, bare()), Some(entry));
    }

    #[test]
    fn bytes_after_a_record_are_refused() {
        let frame = ClipFrame {
            index: 7,
            ms: Some(233),
            until_ms: Some(300),
            clip_ms: Some(4000),
            listed: Some(120),
            distinct: None,
            alike: Some(3),
            every_ms: Some(1000),
        };
        for frame in [None, Some(Box::new(frame))] {
            let entry = Entry { frame, ..bare() };
            let mut bytes = encode_entry(&entry);
            assert_eq!(decode_entry(&bytes, bare()), Some(entry));
            bytes.push(0);
            assert_eq!(decode_entry(&bytes, bare()), None);
        }
        let plain = Source {
            sha256: [1; 32],
            bytes: 5,
            ..Source::new("a", "a.txt", "jsonl")
        };
        let limited = Source {
            protects: Some(Protected::Adults),
            uses: vec!["copyright".to_owned(), String::new()],
            ..plain.clone()
        };
        for (source, is_sparse) in [
            (&plain, false),
            (&plain, true),
            (&limited, false),
            (&limited, true),
        ] {
            let mut bytes = encode_source(source, is_sparse);
            assert_eq!(decode_source(&bytes), Some((source.clone(), is_sparse)));
            bytes.push(0);
            assert_eq!(decode_source(&bytes), None);
        }
        // What is cut off is no source without limits.
        let bytes = encode_source(&limited, false);
        let whole = encode_source(&plain, false).len();
        for end in whole + 1..bytes.len() {
            assert_eq!(decode_source(&bytes[..end]), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(is_entry(&bytes), decode_entry(&bytes, bare()).is_some());
            decode_source(&bytes);
            decode_list(&bytes);
            decode_id(&bytes);
        }

        #[test]
        fn a_check_of_a_record_says_what_its_reading_says(
            at in any::<prop::sample::Index>(),
            byte in prop_oneof![0..6_u8, any::<u8>()],
            has_frame in any::<bool>(),
            cut in 0..3_usize,
        ) {
            let entry = Entry {
                id: Some("id é".into()),
                labels: vec!["a".into(), String::new()],
                severity: Some(Severity::Low),
                media: Some(Media::Image),
                source: Some("s".into()),
                valid_until: Some(1 << 40),
                meta: vec![("k".into(), "v".into()), ("é".into(), String::new())],
                frame: has_frame.then(|| Box::new(ClipFrame::default().with_index(300).with_ms(7))),
                ..bare()
            };
            let mut bytes = encode_entry(&entry);
            prop_assert!(is_entry(&bytes));
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut);
            prop_assert_eq!(is_entry(&bytes), decode_entry(&bytes, bare()).is_some());
        }
    }
}
