//! However little memory there is, the bytes are those of a build in memory. What stands in them is right.

use proptest::prelude::*;

use super::*;
use crate::list::{ReadOptions, Removal, Target, read_bytes};

const NAMES: [&str; 3] = ["a", "b", "c"];

/// Few hashes, ids and lists, so that they meet.
fn any_entry() -> impl Strategy<Value = Entry> {
    let hash_type = prop::sample::select(vec![
        HashType::Pdq,
        HashType::GradientIh3,
        HashType::Md5,
        HashType::Sha256,
    ]);
    let id = prop::option::weighted(0.7, 0u8..6);
    let name = prop::option::weighted(0.3, 0usize..3);
    (hash_type, 1u8..8, id, name, 0u8..3).prop_map(|(hash_type, byte, id, name, note)| {
        let hash = Hash::new(hash_type, &[byte; 32][..hash_type.bytes()]).unwrap();
        let mut entry = Entry::new(hash, 0);
        entry.id = id.map(|id| format!("id {id}"));
        entry.list = name.map(|name| NAMES[name].to_owned());
        entry.meta = vec![("note".to_owned(), "x".repeat(note.into())); note.into()];
        entry
    })
}

fn any_removal() -> impl Strategy<Value = Removal> {
    (any_entry(), 0..3).prop_map(|(entry, by)| Removal {
        list: entry.list,
        target: match (by, entry.id) {
            (1, Some(id)) => Target::Id(id),
            (2, Some(id)) => Target::Entry(entry.hash, id),
            _ => Target::Hash(entry.hash),
        },
        line: 0,
    })
}

/// A list of entries and removals on lines 1, 2, ... in any order.
fn any_list() -> impl Strategy<Value = List> {
    let line = prop_oneof![
        5 => any_entry().prop_map(Ok),
        1 => any_removal().prop_map(Err),
    ];
    (0usize..3, prop::collection::vec(line, 0..40)).prop_map(|(name, lines)| {
        let mut list = list(NAMES[name], Vec::new());
        for (number, line) in (1..).zip(lines) {
            match line {
                Ok(entry) => list.entries.push(Entry {
                    line: number,
                    ..entry
                }),
                Err(removal) => list.removals.push(Removal {
                    line: number,
                    ..removal
                }),
            }
        }
        list
    })
}

fn built(
    lists: &[List],
    on_conflict: OnConflict,
    folder: &Path,
    memory_bytes: usize,
) -> (Vec<u8>, BuildReport) {
    let mut builder = Builder::new()
        .structure(Structure::BkTree)
        .on_conflict(on_conflict)
        .scratch(folder)
        .memory_bytes(memory_bytes);
    for list in lists {
        builder.add(list.clone()).unwrap();
    }
    builder.build().unwrap()
}

/// What must stand in an index, worked out one line after the other. For each hash it is the rows of each list.
type Rows = Vec<(Hash, Vec<(String, Vec<(usize, Entry)>)>)>;

fn expected(lists: &[List], on_conflict: OnConflict) -> Rows {
    // In the order in which they were added, with their source.
    let mut rows: Vec<(usize, Entry)> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (source, list) in lists.iter().enumerate() {
        for entry in &list.entries {
            let name = entry.list.clone().unwrap_or(list.source.list.clone());
            if !names.contains(&name) {
                names.push(name.clone());
            }
            let list = Some(name);
            let entry = entry.clone();
            rows.push((source, Entry { list, ..entry }));
        }
        for removal in &list.removals {
            let name = removal.list.as_ref().unwrap_or(&list.source.list);
            rows.retain(|(of, entry)| {
                let is_meant = match &removal.target {
                    Target::Hash(hash) => entry.hash == *hash,
                    Target::Id(id) => entry.id.as_ref() == Some(id),
                    Target::Entry(hash, id) => entry.hash == *hash && entry.id.as_ref() == Some(id),
                };
                let is_before = *of < source || entry.line < removal.line;
                entry.list.as_ref() != Some(name) || !is_meant || !is_before
            });
        }
    }
    let mut hashes: Vec<Hash> = rows.iter().map(|(_, entry)| entry.hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let rows_of = |hash: Hash, name: &String| -> Vec<(usize, Entry)> {
        let said =
            |(_, entry): &&(usize, Entry)| entry.hash == hash && entry.list.as_ref() == Some(name);
        let all: Vec<_> = rows.iter().filter(said).cloned().collect();
        let mut kept: Vec<(usize, Entry)> = Vec::new();
        for (source, entry) in &all {
            let line = entry.line;
            let same = |other: &(usize, Entry)| {
                Entry {
                    line,
                    ..other.1.clone()
                } == *entry
            };
            if !kept.iter().any(same) {
                kept.push((*source, entry.clone()));
            }
        }
        match on_conflict {
            OnConflict::First => kept.truncate(1),
            OnConflict::Last if kept.len() > 1 => kept = vec![all[all.len() - 1].clone()],
            _ => {}
        }
        kept
    };
    let of_hash = |hash| {
        let of_lists = names.iter().map(|name| (name.clone(), rows_of(hash, name)));
        (
            hash,
            of_lists.filter(|(_, rows)| !rows.is_empty()).collect(),
        )
    };
    hashes.into_iter().map(of_hash).collect()
}

fn found(index: &Index) -> Rows {
    let mut all = Vec::new();
    for hash_type in index.hash_types() {
        let any = Hash::new(hash_type, &[0; 32][..hash_type.bytes()]).unwrap();
        let hits = if hash_type.is_perceptual() {
            index.lookup(&any, hash_type.bits()).unwrap()
        } else {
            (1..8)
                .map(|byte| Hash::new(hash_type, &[byte; 32][..hash_type.bytes()]).unwrap())
                .flat_map(|hash| index.lookup(&hash, 0).unwrap())
                .collect()
        };
        for hit in hits {
            let records = index.records(&hit).unwrap().into_iter();
            let lists = records.map(|record| {
                let rows = record.rows.into_iter();
                (
                    record.list,
                    rows.map(|row| (row.source, row.entry)).collect(),
                )
            });
            all.push((hit.hash, lists.collect()));
        }
    }
    all.sort_by_key(|(hash, _)| *hash);
    all
}

proptest! {
    #[test]
    fn any_memory_gives_the_same_bytes_and_they_say_what_the_lists_say(
        lists in prop::collection::vec(any_list(), 0..5),
        on_conflict in prop::sample::select(vec![OnConflict::Merge, OnConflict::First, OnConflict::Last]),
        memory_bytes in prop_oneof![0usize..4000, 0usize..40_000],
    ) {
        let folder = tempfile::tempdir().unwrap();
        let whole = built(&lists, on_conflict, folder.path(), usize::MAX);
        let spilled = built(&lists, on_conflict, folder.path(), memory_bytes);
        prop_assert!(whole == spilled);
        let index = Index::from_bytes(Path::new("test.basma"), whole.0).unwrap();
        index.verify().unwrap();
        prop_assert_eq!(found(&index), expected(&lists, on_conflict));
        prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn large_lists_with_a_tree_are_the_same_bytes_from_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |seed| {
        let hashes = random(seed).take(3000).chain(random(7).take(2000));
        let mut entries = entries(HashType::Pdq, hashes);
        for entry in entries.iter_mut().step_by(3) {
            entry.id = Some(format!("id {}", entry.line / 2));
        }
        entries
    };
    let lists = [list("a", rows(1)), list("b", rows(2)), list("a", rows(3))];
    let whole = built(&lists, OnConflict::Merge, folder.path(), usize::MAX);
    assert!(whole.1.duplicates > 0 && whole.1.shared_ids > 0);
    for memory_bytes in [0, 10_000, 300_000] {
        let spilled = built(&lists, OnConflict::Merge, folder.path(), memory_bytes);
        assert!(whole == spilled, "{memory_bytes}");
    }
}

/// Lists of each format, as they are read from a file and as they are read from memory.
#[test]
fn a_list_read_line_by_line_is_the_list_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let md5 = |i: usize| format!("{i:032x}");
    let many = |line: &dyn Fn(usize) -> String| (1..300).map(line).collect::<String>();
    let texts = [
        many(&|i| format!("md5 {}\n", md5(i))),
        many(&|i| format!("{}\n", md5(i))),
        many(&|i| format!("{}  name {i}\n", md5(i))),
        format!(
            "hash,type,op,id,note\n{}",
            many(&|i| {
                let op = if i % 5 == 0 { "remove" } else { "add" };
                format!("{},md5,{op},{},\"case\n{i}\"\n", md5(i % 90 + 1), i % 7)
            })
        ),
        format!(
            "{{\"v\":1,\"manifest\":{{\"list\":\"stated\",\"count\":299}}}}\n{}",
            many(&|i| {
                format!(
                    "{{\"v\":1,\"type\":\"md5\",\"hash\":\"{}\",\"id\":\"{}\"}}\n",
                    md5(i),
                    i % 9
                )
            })
        ),
        format!(
            "%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n{}",
            many(&|i| { format!("11,{},name {i}\n", md5(i)) })
        ),
    ];
    let options = ReadOptions::default();
    for text in texts {
        let path = folder.path().join("list");
        std::fs::write(&path, &text).unwrap();
        let list = read_bytes(&path, text.as_bytes(), &options).unwrap();
        let mut whole = Builder::new();
        whole.add(list.clone()).unwrap();
        let mut lined = Builder::new().memory_bytes(0).scratch(folder.path());
        let read = lined.read(&path, &options).unwrap();
        assert!(read.entries.is_empty() && read.removals.is_empty());
        let empty = List {
            entries: Vec::new(),
            removals: Vec::new(),
            ..list
        };
        assert_eq!(read, empty);
        assert!(whole.build().unwrap() == lined.build().unwrap());
    }
}

#[test]
fn temporary_files_that_cannot_be_written_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut builder = Builder::new()
        .memory_bytes(0)
        .scratch(folder.path().join("missing"));
    let rows = entries(HashType::Pdq, random(1).take(100));
    let error = builder.add(list("a", rows)).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    assert!(
        error.to_string().contains("missing: cannot write"),
        "{error}"
    );
}
