use super::*;
use crate::error::Action;
use crate::list::{ClipFrame, Opinion, Removal, Severity, Target};

fn pdq(byte: u8) -> Hash {
    Hash::new(HashType::Pdq, &[byte; 32]).unwrap()
}

fn entry(byte: u8, line: u64, id: &str) -> Entry {
    Entry {
        id: Some(id.to_owned()),
        ..Entry::new(pdq(byte), line)
    }
}

fn build(lists: Vec<List>, on_conflict: OnConflict) -> Result<(Index, BuildReport)> {
    let mut builder = Builder::new().on_conflict(on_conflict);
    lists.into_iter().try_for_each(|list| builder.add(list))?;
    let built = builder.build_in_memory()?;
    built.0.verify()?;
    Ok(built)
}

/// What each list says of a hash: its name, and the ids of its rows.
fn said(index: &Index, hash: Hash) -> Vec<(String, Vec<String>)> {
    let hits = index.lookup(&hash, 0).unwrap();
    let records = hits.iter().flat_map(|hit| index.records(hit).unwrap());
    records.map(|record| (record.list, record.ids)).collect()
}

fn of(list: &str, ids: &[&str]) -> (String, Vec<String>) {
    (
        list.to_owned(),
        ids.iter().map(|id| id.to_string()).collect(),
    )
}

#[test]
fn every_field_of_an_entry_comes_back() {
    let full = Entry {
        hash: pdq(7),
        id: Some("case-17".into()),
        list: Some("urgent".into()),
        labels: vec!["deepfake".into(), "minor".into()],
        severity: Some(Severity::Critical),
        opinion: Opinion::Seed,
        media: Some(crate::list::Media::Video),
        quality: Some(97),
        source: Some("hotline".into()),
        added: Some(-5),
        valid_until: Some(1 << 40),
        meta: vec![("b".into(), "x,y\n".into()), ("a".into(), String::new())],
        frame: Some(Box::new(ClipFrame {
            index: 7,
            every_ms: Some(1000),
            ..ClipFrame::default()
        })),
        line: 4_000_000_000,
        details: None,
    };
    let lists = vec![list("demo", vec![entry(1, 1, "a"), full.clone()])];
    let (index, _) = build(lists.clone(), OnConflict::Merge).unwrap();
    assert_eq!(index.sources().unwrap(), [lists[0].source.clone()]);
    let hits = index.lookup(&pdq(7), 0).unwrap();
    let records = index.records(&hits[0]).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].list, "urgent");
    assert_eq!(
        records[0].rows,
        [Row {
            source: 0,
            entry: full
        }]
    );
}

#[test]
fn a_hash_of_two_lists_has_a_record_of_each() {
    let lists = vec![
        list("a", vec![entry(1, 1, "x")]),
        list("b", vec![entry(1, 1, "y")]),
    ];
    let (index, report) = build(lists, OnConflict::Error).unwrap();
    assert_eq!(said(&index, pdq(1)), [of("a", &["x"]), of("b", &["y"])]);
    assert_eq!((report.hashes, report.rows, report.conflicts), (1, 2, 0));
}

#[test]
fn rows_that_say_the_same_collapse_and_are_counted() {
    let mut named = entry(1, 9, "x");
    named.list = Some("a".into());
    let lists = vec![
        list("a", vec![entry(1, 1, "x"), entry(1, 2, "x")]),
        list("other", vec![named]),
    ];
    let (index, report) = build(lists, OnConflict::Error).unwrap();
    assert_eq!(
        (report.rows, report.duplicates, report.conflicts),
        (1, 2, 0)
    );
    let hits = index.lookup(&pdq(1), 0).unwrap();
    assert_eq!(index.records(&hits[0]).unwrap()[0].rows[0].entry.line, 1);
}

#[test]
fn conflicts_are_kept_reported_preferred_or_refused() {
    let lists = || {
        let rows = [(1, "x"), (2, "y"), (5, "x"), (8, "z")];
        vec![list(
            "a",
            rows.map(|(line, id)| entry(1, line, id)).to_vec(),
        )]
    };
    let (index, report) = build(lists(), OnConflict::Merge).unwrap();
    assert_eq!(said(&index, pdq(1)), [of("a", &["x", "y", "z"])]);
    assert_eq!(
        (report.rows, report.duplicates, report.conflicts),
        (3, 1, 2)
    );
    let shown: Vec<String> = report
        .conflicts_shown
        .iter()
        .map(Conflict::to_string)
        .collect();
    let hash = pdq(1);
    assert_eq!(
        shown,
        [
            format!(
                "lists/a.csv:2: W090 list 'a' says something else of pdq {hash} at lists/a.csv:1"
            ),
            format!(
                "lists/a.csv:8: W090 list 'a' says something else of pdq {hash} at lists/a.csv:1"
            ),
        ]
    );

    let (index, report) = build(lists(), OnConflict::First).unwrap();
    assert_eq!(said(&index, hash), [of("a", &["x"])]);
    assert_eq!(
        (report.rows, report.duplicates, report.overruled),
        (1, 1, 2)
    );
    let (index, _) = build(lists(), OnConflict::Last).unwrap();
    assert_eq!(said(&index, hash), [of("a", &["z"])]);

    let error = build(lists(), OnConflict::Error).unwrap_err();
    assert!(matches!(error, Error::List(_)));
    let text = error.to_string();
    assert!(
        text.contains("lists/a.csv:2:1: W090") && text.contains("lists/a.csv:1;"),
        "{text}"
    );
}

#[test]
fn only_the_first_conflicts_are_shown_but_all_are_counted() {
    let rows = (0..100).map(|line| entry(1, line + 1, &format!("id-{line}")));
    let (_, report) = build(vec![list("a", rows.collect())], OnConflict::Merge).unwrap();
    assert_eq!(report.conflicts, 99);
    assert_eq!(report.conflicts_shown.len(), BuildReport::SHOWN);
}

#[test]
fn an_id_with_two_hashes_of_a_type_is_reported_unless_they_are_frames() {
    let md5 = Entry {
        id: Some("x".into()),
        ..Entry::new(Hash::new(HashType::Md5, &[1; 16]).unwrap(), 3)
    };
    let frame = |byte, line| Entry {
        media: Some(crate::list::Media::Video),
        ..entry(byte, line, "clip")
    };
    let rows = vec![
        entry(2, 1, "x"),
        entry(1, 2, "x"),
        md5,
        frame(3, 4),
        frame(4, 5),
    ];
    let (_, report) = build(vec![list("a", rows)], OnConflict::Error).unwrap();
    assert_eq!((report.rows, report.shared_ids), (5, 1));
    assert_eq!(
        report.shared_ids_shown[0].to_string(),
        "lists/a.csv:2: W091 id 'x' of list 'a' has another pdq hash at lists/a.csv:1"
    );
}

fn removal(target: Target, line: u64) -> Removal {
    Removal {
        list: None,
        target,
        line,
    }
}

#[test]
fn a_removal_takes_the_rows_of_its_list_and_leaves_the_others() {
    let mut update = list("a", vec![]);
    update.removals = vec![
        removal(Target::Hash(pdq(1)), 1),
        removal(Target::Id("y".into()), 2),
        removal(Target::Id("never there".into()), 3),
    ];
    let lists = vec![
        list(
            "a",
            vec![entry(1, 1, "x"), entry(2, 2, "y"), entry(3, 3, "z")],
        ),
        list("b", vec![entry(1, 1, "x"), entry(2, 2, "y")]),
        update,
    ];
    let (index, report) = build(lists, OnConflict::Merge).unwrap();
    assert_eq!(report.withdrawn, 2);
    assert_eq!(said(&index, pdq(1)), [of("b", &["x"])]);
    assert_eq!(said(&index, pdq(2)), [of("b", &["y"])]);
    assert_eq!(said(&index, pdq(3)), [of("a", &["z"])]);
}

#[test]
fn what_is_withdrawn_is_not_in_the_file() {
    let mut update = list("a", vec![]);
    update.removals = vec![removal(Target::Hash(pdq(9)), 1)];
    let bytes = bytes(
        Structure::Auto,
        vec![
            list("a", vec![entry(9, 1, "confidential"), entry(2, 2, "y")]),
            update,
        ],
    );
    let holds = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(!holds(b"confidential") && !holds(&[9; 32]) && holds(&[2; 32]));
}

#[test]
fn within_a_file_the_last_line_wins() {
    let mut delta = list("a", vec![entry(1, 1, "x"), entry(2, 4, "y")]);
    delta.removals = vec![
        removal(Target::Hash(pdq(1)), 2),
        removal(Target::Id("y".into()), 3),
    ];
    let (index, report) = build(vec![delta], OnConflict::Merge).unwrap();
    assert_eq!(report.withdrawn, 1);
    assert_eq!(said(&index, pdq(1)), []);
    assert_eq!(said(&index, pdq(2)), [of("a", &["y"])]);
}

#[test]
fn an_entry_added_again_after_its_removal_is_back() {
    let mut removed = list("a", vec![]);
    removed.removals = vec![removal(Target::Hash(pdq(1)), 1)];
    let lists = vec![
        list("a", vec![entry(1, 1, "x")]),
        removed,
        list("a", vec![entry(1, 1, "x")]),
    ];
    let (index, _) = build(lists, OnConflict::Merge).unwrap();
    assert_eq!(said(&index, pdq(1)), [of("a", &["x"])]);
}

#[test]
fn the_same_lists_give_the_same_bytes() {
    let lists = || {
        let names = ["b", "a", "c"];
        let rows = |seed| {
            entries(
                HashType::Pdq,
                random(seed).take(2500).chain(random(1).take(50)),
            )
        };
        names
            .into_iter()
            .zip(1..)
            .map(|(name, seed)| list(name, rows(seed)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        bytes(Structure::BkTree, lists()),
        bytes(Structure::BkTree, lists())
    );
}

#[test]
fn equal_metadata_is_stored_once() {
    let bare = entries(HashType::Md5, random(1).take(1000));
    let size = bytes(Structure::Auto, vec![list("a", bare)]).len();
    assert!(size < 1000 * (16 + 4 + 20) + 2000, "{size} bytes");
}

#[test]
fn metadata_beyond_the_limit_is_refused() {
    let mut huge = entry(1, 1, "x");
    huge.meta = vec![("note".into(), "x".repeat(2 << 20))];
    let error = Builder::new().add(list("a", vec![huge])).unwrap_err();
    assert!(matches!(error, Error::OverLimit { .. }));
}

#[test]
fn a_hit_of_another_index_is_refused() {
    let (a, _) = build(vec![list("a", vec![entry(1, 1, "x")])], OnConflict::Merge).unwrap();
    let (b, _) = build(vec![list("a", vec![entry(2, 1, "x")])], OnConflict::Merge).unwrap();
    let hit = a.lookup(&pdq(1), 0).unwrap()[0];
    assert!(matches!(b.records(&hit), Err(Error::Argument(_))));
}

#[test]
fn a_description_tells_what_is_inside_and_why() {
    let lists = vec![
        list("a", entries(HashType::Pdq, random(1).take(2500))),
        list("b", entries(HashType::Md5, random(2).take(5))),
        list("c", entries(HashType::GradientIh3, random(3).take(5))),
    ];
    let description = index(Structure::Auto, lists).describe().unwrap();
    assert_eq!(description.lists, ["a", "b", "c"]);
    let structures = description.tables.iter().map(|table| {
        let names: Vec<_> = table.structures.iter().map(|s| s.name).collect();
        (table.hash_type, table.hashes, names.join(" "))
    });
    assert_eq!(
        structures.collect::<Vec<_>>(),
        [
            (HashType::Pdq, 2500, "exhaustive bk-tree".to_owned()),
            (HashType::GradientIh3, 5, "exhaustive".to_owned()),
            (HashType::Md5, 5, "sorted exhaustive".to_owned()),
        ]
    );
    assert!(description.tables[0].structures[1].bytes > 0);
    assert_eq!(description.sections.len(), 3 + 3 * 3 + 1);
}

mod files {
    use std::fs;

    use super::*;
    use crate::disk::atomic_file::AtomicFile;
    use crate::index::build::publish;

    fn builder() -> Builder {
        let mut builder = Builder::new();
        builder.add(list("a", vec![entry(1, 1, "x")])).unwrap();
        builder
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_written_index_opens_and_replaces_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.basma");
        builder().write(&path).unwrap();
        let before = Index::open(&path).unwrap();
        let mut other = Builder::new();
        other.add(list("a", vec![entry(2, 1, "x")])).unwrap();
        let report = other.write(&path).unwrap();
        assert_eq!(report.bytes, fs::metadata(&path).unwrap().len());
        let after = Index::open(&path).unwrap();
        assert_eq!(after.lookup(&pdq(2), 0).unwrap().len(), 1);
        assert_eq!(
            before.lookup(&pdq(1), 0).unwrap().len(),
            1,
            "readers keep what they opened"
        );
        assert_eq!(names(folder.path()), ["x.basma"]);
    }

    #[test]
    fn a_write_that_fails_changes_nothing_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.basma");
        fs::write(&path, "before").unwrap();
        let full = |_: &mut AtomicFile| Err::<(), _>(std::io::ErrorKind::StorageFull.into());
        let error = publish(AtomicFile::create(&path).unwrap(), full).unwrap_err();
        assert!(matches!(
            error,
            Error::Io {
                action: Action::Write,
                ..
            }
        ));
        let torn = |file: &mut AtomicFile| {
            let bytes = builder().build().unwrap().0;
            std::io::Write::write_all(file, &bytes[..bytes.len() - 1])
        };
        let error = publish(AtomicFile::create(&path).unwrap(), torn).unwrap_err();
        assert!(error.to_string().contains("truncated"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(names(folder.path()), ["x.basma"]);
    }

    #[test]
    fn a_place_that_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = builder().write(folder.path()).unwrap_err();
        assert!(matches!(error, Error::Argument(_)));
        let error = builder().write(Path::new("")).unwrap_err();
        assert!(matches!(error, Error::Argument(_)));
        let missing = folder.path().join("missing").join("x.basma");
        assert!(matches!(builder().write(&missing), Err(Error::Io { .. })));
        assert_eq!(names(folder.path()), [] as [&str; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_written_keeps_its_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.basma");
        fs::write(&path, "before").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        // Root may write anywhere.
        let may_write = fs::write(folder.path().join("probe"), "").is_ok();
        let written = builder().write(&path);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        if !may_write {
            assert!(matches!(written, Err(Error::Io { .. })));
            assert_eq!(fs::read(&path).unwrap(), b"before");
            assert_eq!(names(folder.path()), ["x.basma"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_index_is_as_readable_as_any_new_file_and_a_link_stays_one() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("x.basma"), folder.path().join("link"));
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        fs::write(&path, "before").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        builder().write(&link).unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(Index::open(&path).is_ok());
    }
}
