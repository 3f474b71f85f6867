//! Every format that is written, read again.

use std::collections::BTreeMap;
use std::path::Path;

use basma::hash::{Hash, HashType};
use basma::list::{Change, ClipFrame, Entry, Media, Opinion, ReadOptions, VicsProfile, read_bytes};
use proptest::prelude::*;

use super::writer::ListWriter;
use crate::cli::args::ListFormat;

fn hash() -> impl Strategy<Value = Hash> {
    let bytes = prop::array::uniform32(1..255_u8);
    let types = prop::sample::select(HashType::ALL.to_vec());
    (types, bytes)
        .prop_map(|(hash_type, bytes)| Hash::new(hash_type, &bytes[..hash_type.bytes()]).unwrap())
}

// Blanks at the ends of an id are not kept. What a spreadsheet would run has a test of its own.
prop_compose! {
    fn entry()(
        hash in hash(),
        id in prop::option::of("([a-zA-Z0-9._,;#|\"é:/\\\\]([a-zA-Z0-9 ._,;#|\"é:/\\\\]{0,7}[a-z0-9\"#.;])?)?"),
        labels in prop::collection::btree_set("[a-z]{1,4}( [a-z]{1,2})?", 0..3),
        opinion in prop::sample::select(vec![Opinion::Positive, Opinion::Seed, Opinion::Disputed]),
        media in prop::option::of(prop::sample::select(vec![Media::Image, Media::Video])),
        quality in prop::option::of(50..=100_u8),
        size in prop::option::of(0..99_999_u32),
        frame in prop::option::of((0..50_u32, 0..100_000_u64)),
    ) -> Entry {
        let frame = frame.filter(|_| hash.hash_type().is_perceptual()).map(|(index, ms)| {
            Box::new(ClipFrame::default().with_index(index).with_ms(ms))
        });
        let media = if frame.is_some() { Some(Media::Video) } else { media };
        let size = size.map(|size| ("size".to_owned(), size.to_string()));
        Entry::new(hash, 0)
            .with_id(id)
            .with_labels(labels.into_iter().collect::<Vec<_>>())
            .with_opinion(opinion)
            .with_media(media)
            .with_quality(quality.filter(|_| hash.hash_type().is_perceptual()))
            .with_meta(size.into_iter().collect::<Vec<_>>())
            .with_frame(frame)
    }
}

/// The text, and how many entries have no place in it.
fn written(format: ListFormat, entries: &[Entry]) -> (Vec<u8>, u64) {
    let mut writer = ListWriter::new(format);
    let mut text = writer.head().into_bytes();
    for entry in entries {
        text.extend(writer.write("", Change::Add(entry.clone())));
    }
    text.extend(writer.finish());
    (text, writer.losses.left_out())
}

fn hashes(entries: &[Entry]) -> BTreeMap<String, u64> {
    let mut hashes = BTreeMap::new();
    for entry in entries {
        *hashes.entry(format!("{:?}", entry.hash)).or_default() += 1;
    }
    hashes
}

/// Entries that are written, read, and written again: the second text is the first, and nothing is left out of it.
fn check(format: ListFormat, entries: &[Entry]) -> Result<(), TestCaseError> {
    let (text, left_out) = written(format, entries);
    if left_out == entries.len() as u64 {
        return Ok(());
    }
    let shown = || format!("{}: {}", format.name(), String::from_utf8_lossy(&text));
    let options = ReadOptions::default()
        .with_min_quality(0)
        .with_allow_unusual_pdq(true)
        .with_vics_profile(VicsProfile::Us);
    let list = read_bytes(Path::new("l"), &text, &options);
    let list = list.map_err(|error| TestCaseError::fail(format!("{error}: {}", shown())))?;
    prop_assert_eq!(
        list.entries.len() as u64 + left_out,
        entries.len() as u64,
        "{}",
        shown()
    );
    let (all, read) = (hashes(entries), hashes(&list.entries));
    let is_of = |(hash, count): (&String, &u64)| all.get(hash).is_some_and(|all| all >= count);
    prop_assert!(read.iter().all(is_of), "{}", shown());
    let (again, left_out) = written(format, &list.entries);
    prop_assert_eq!(left_out, 0, "{}", shown());
    // Times of clips are rounded, and restored where frames are evenly spaced.
    if !matches!(format, ListFormat::Vpdq(_)) {
        prop_assert_eq!(
            String::from_utf8_lossy(&again),
            String::from_utf8_lossy(&text),
            "{}",
            format.name()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_a_spreadsheet_would_run_comes_back_as_it_was(
        texts in prop::collection::vec("[=+@'\u{ff1d}\\-a,;\"\t\n]([=+@' a,;\"\t\n\\-]{0,8}[=+@'a,;\"\\-])?", 1..6),
        labels in prop::collection::btree_set("[=+@'\\-]?[a-z]{1,3}", 0..3),
    ) {
        let texts = texts.iter().filter(|text| text.trim() == *text);
        let entries: Vec<Entry> = texts.enumerate().map(|(number, text)| {
            let hash = Hash::new(HashType::Md5, &[number as u8 + 1; 16]).unwrap();
            Entry::new(hash, 0)
                .with_id(Some(text.clone()))
                .with_source(Some(text.replace(['\t', '\n'], "'")))
                .with_labels(labels.iter().cloned().collect::<Vec<_>>())
        }).collect();
        prop_assume!(!entries.is_empty());
        let (text, _) = written(ListFormat::Csv, &entries);
        let list = read_bytes(Path::new("l"), &text, &ReadOptions::default()).unwrap();
        let said = |entries: &[Entry]| -> Vec<_> {
            let said = entries.iter().map(|e| (e.hash.to_string(), e.id.clone(), e.source.clone(), e.labels.clone()));
            said.collect()
        };
        prop_assert_eq!(said(&list.entries), said(&entries), "{}", String::from_utf8_lossy(&text));
        let (again, _) = written(ListFormat::Csv, &list.entries);
        prop_assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&text));
    }

    #[test]
    fn what_is_exported_in_any_format_is_imported_as_the_same(
        entries in prop::collection::vec(entry(), 1..7),
    ) {
        // A clip has one frame of a number.
        let mut entries = entries;
        for (place, entry) in (0..).zip(&mut entries) {
            if let Some(frame) = &mut entry.frame {
                (frame.index, frame.ms) = (place, Some(u64::from(place) * 1_000));
            }
        }
        for format in ListFormat::all() {
            check(format, &entries)?;
        }
    }
}
