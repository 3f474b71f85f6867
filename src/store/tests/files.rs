//! The files of a store: who may use them, what is recorded, what is removed.

use super::*;
use crate::index::Builder;

#[test]
fn a_store_is_for_its_owner_unless_told_otherwise() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    world.refresh(&world.source("own", "local", ""));
    let path = world.store.path();
    for entry in walkdir::WalkDir::new(path) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} {mode:o}", entry.path().display());
    }
    for mode in [0o750, 0o701, 0o770] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(
            matches!(Matcher::open([path]), Err(Error::Store { .. })),
            "{mode:o}"
        );
        assert!(matches!(
            Store::open(path, Access::Private),
            Err(Error::Store { .. })
        ));
        Store::open(path, Access::Shared).unwrap();
    }
}

#[test]
fn of_two_refreshes_at_once_one_is_told_who_is_at_it() {
    let world = World::new();
    let config = world.source("own", "local", "");
    let folder = world.store.folder.clone();
    let held = lock::Lock::take(&folder.refresh_lock(), "refresh", "ben", Duration::ZERO).unwrap();
    let busy = world.refresh_with(&config, &[]).unwrap_err();
    assert!(
        matches!(&busy, Error::Busy { holder, .. } if holder.to_string().contains("refresh by ben")),
        "{busy}"
    );
    assert!(matches!(
        world.store.rollback(None, "ana", "x"),
        Err(Error::Busy { .. })
    ));
    drop(held);
    world.refresh(&config);
}

#[test]
fn the_audit_tells_what_was_done_and_that_nobody_changed_it() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "") + &world.source("own", "local", "");
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config);
    world.decide("own", add(2, "y")).unwrap();
    world
        .decide("demo", Act::Revoke(Target::Id("x".to_owned())))
        .unwrap();
    world.refresh(&config);
    world.store.rollback(None, "ana", "tests").unwrap();
    let mut did = Vec::new();
    world
        .store
        .audit(|line| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            did.push(record["did"].as_str().unwrap().to_owned());
            Ok(())
        })
        .unwrap();
    assert_eq!(did, ["publish", "add", "revoke", "publish", "rollback"]);
    let audited = world.store.verify_audit().unwrap();
    assert_eq!((audited.records, audited.unwritten), (5, 0));

    let path = world.store.folder.audit();
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let tampered = [
        text.replacen("\"ana\"", "\"eve\"", 1),
        [&lines[..1], &lines[2..]].concat().concat(),
        [&lines[1..2], &lines[..1], &lines[2..]].concat().concat(),
        // The end is missing: what is kept names what came before it.
        lines[..2].concat(),
    ];
    for text in tampered {
        fs::write(&path, &text).unwrap();
        let wrong = world.store.verify_audit();
        assert!(
            matches!(wrong, Err(Error::Store { .. })),
            "{wrong:?} {text}"
        );
    }
    // What is damaged keeps nobody from deciding.
    fs::write(&path, text.clone() + "junk\n").unwrap();
    world.decide("own", add(9, "w")).unwrap();
    assert!(world.store.verify_audit().is_err());
    let aside = fs::read_dir(world.store.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let aside = aside.filter(|path| path.to_string_lossy().contains("audit.damaged-"));
    assert_eq!(
        aside.map(fs::read_to_string).next().unwrap().unwrap(),
        text.clone() + "junk\n"
    );
    // Records that are missing after a crash are written by the next writer.
    fs::write(&path, &text[..text.len() - 10]).unwrap();
    assert_eq!(world.store.verify_audit().unwrap().unwritten, 2);
    world.decide("own", add(3, "z")).unwrap();
    let audited = world.store.verify_audit().unwrap();
    assert_eq!((audited.records, audited.unwritten), (7, 0));
}

#[test]
fn old_generations_go_and_readers_keep_what_they_have() {
    let world = World::new();
    let config = "[store]\nkeep = 2\n".to_owned()
        + &world.source(
            "demo",
            "snapshot",
            "guards = { shrink = 100, growth = 100000 }",
        );
    let mut readers = Vec::new();
    for i in 0..6 {
        world.publish("demo.txt", &line("add", i, "x"));
        world.refresh(&config);
        let opened = Opened::open(&world.store.folder, None).unwrap();
        readers.push(opened.view());
    }
    assert_eq!(world.store.generations().unwrap(), [5, 6]);
    for part in ["indexes", "raw", "generations"] {
        let count = fs::read_dir(world.store.path().join(part)).unwrap().count();
        assert_eq!(count, 2, "{part}");
    }
    for (i, view) in (0..6).zip(readers) {
        let hits = view.layers[0].lookup_batch(&[md5(i)], 0).unwrap();
        assert_eq!(view.layers[0].rows(&hits[0][0]).unwrap().len(), 1);
    }
}

#[test]
fn a_new_index_is_proven_before_it_answers_unless_a_decision_waits() {
    let world = World::new();
    let config = world.source(
        "demo",
        "snapshot",
        "guards = { shrink = 100, growth = 10000000 }",
    );
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config);
    let before = Opened::open(&world.store.folder, None).unwrap();
    let lines = |number: u32| {
        let spread = u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let hash = Hash::new(HashType::Md5, &spread.to_be_bytes()).unwrap();
        format!("{{\"v\":1,\"type\":\"md5\",\"hash\":\"{hash}\",\"id\":\"n{number}\"}}\n")
    };
    world.publish("demo.txt", &(0..100_000).map(lines).collect::<String>());
    world.refresh(&config);
    let open = || Opened::open(&world.store.folder, Some(&before)).unwrap();
    open().warm(&before, &|| true).unwrap();
    // One block in three is damaged; the first few queries touch some of those that a search passes over.
    let file = world.store.path().join("indexes/000002-1.basma");
    let whole = fs::read(&file).unwrap();
    let (mut found, mut found_at_once) = (0, 0);
    for at in (64 << 10..whole.len()).step_by(48 << 10) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::remove_file(&file).unwrap();
        fs::write(&file, bytes).unwrap();
        let is_found = |goes_on| open().warm(&before, &|| goes_on).is_err();
        found += usize::from(is_found(true));
        found_at_once += usize::from(is_found(false));
    }
    let of_hashes = 100_000 * 16 / (48 << 10);
    assert!(
        found >= of_hashes && found_at_once < of_hashes,
        "{found_at_once} of {found}"
    );
}

#[test]
fn what_the_killed_left_counts_for_nothing_and_goes() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config);
    let files = |folder: &str| -> BTreeSet<_> {
        let entries = fs::read_dir(world.store.path().join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let parts = [
        "",
        "generations",
        "indexes",
        "decisions",
        "raw",
        "set-aside",
    ];
    let before = parts.map(files);
    let digest = "0".repeat(64);
    for name in [
        // Drafts, of files that may never be made again.
        ".current123456.part",
        "generations/.000002.json123456.part",
        "indexes/.000002-3.basma123456.part",
        "raw/.incoming123456.part",
        &format!("set-aside/.{digest}.jsonl123456.part"),
        // What was built and not published, fetched and not taken; and decisions about a generation that was removed.
        "indexes/000002-1.basma",
        &format!("raw/{digest}"),
        &format!("set-aside/{digest}.jsonl"),
        "decisions/000000.jsonl",
    ] {
        fs::write(world.store.path().join(name), "").unwrap();
    }
    let folder = &world.store.folder;
    let text = fs::read_to_string(folder.manifest(1)).unwrap();
    let unpublished = text.replacen("\"generation\":1", "\"generation\":2", 1);
    fs::write(folder.manifest(2), unpublished).unwrap();
    assert_eq!(world.store.generations().unwrap(), [1]);
    assert_eq!(world.store.verify_audit().unwrap().unwritten, 0);
    assert_eq!(lookup(&world.matcher(), 1), [pair("demo", "x")]);

    world.refresh(&config);
    assert_eq!(parts.map(files), before);
}

#[test]
fn what_another_file_took_the_place_of_is_not_used() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config);
    let index = fs::read_dir(world.store.folder.indexes())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let bytes = fs::read(&index).unwrap();
    Builder::new().write(&index).unwrap();
    assert!(matches!(
        Matcher::open([world.store.path()]),
        Err(Error::Store { .. })
    ));
    fs::write(&index, bytes).unwrap();
    world.matcher();
    // A manifest that names what lies outside, and one that was changed.
    let manifest = world.store.folder.manifest(1);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("000001-1.basma", "../../x.basma")).unwrap();
    assert!(matches!(
        Matcher::open([world.store.path()]),
        Err(Error::Store { .. })
    ));
}

#[test]
fn no_query_gives_the_memory_of_a_replaced_list_back() {
    use super::super::view::reader::Reader;
    let world = World::new();
    let config = world.source(
        "demo",
        "snapshot",
        "guards = { shrink = 100, growth = 1000 }",
    );
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config);
    let reader = Reader::open(world.store.path(), Access::Private).unwrap();
    let of_query = reader.view();
    world.publish("demo.txt", &line("add", 1, "y"));
    world.refresh(&config);
    eventually("the next list is in force", || {
        reader.view().generation == Some(2)
    });
    // The thread that follows the store holds it as well, for as long as a query does.
    for _ in 0..2 {
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(std::sync::Arc::strong_count(&of_query), 2);
    }
    let closed = std::sync::Arc::downgrade(&of_query);
    drop(of_query);
    eventually("it is closed", || closed.strong_count() == 0);
}

/// A list of one clip names it by its file. A store keeps the file under its digest, which changes with each edition.
#[test]
fn a_clip_is_named_by_the_file_of_its_source() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "guards = { growth = 1000 }");
    let frames = |count: u32| -> String {
        let frame = |number: u32| {
            let mut hash: crate::hash::Pdq = PDQ.parse().unwrap();
            hash.0[3] ^= 0xff;
            hash.0[number as usize] ^= 0xff;
            format!("{number},100,{hash},{number}.000\n")
        };
        (0..count).map(frame).collect()
    };
    for count in [6, 7] {
        world.publish("demo.txt", &frames(count));
        world.refresh(&config);
        let hash: Hash = PDQ.parse::<crate::hash::Pdq>().unwrap().into();
        let found = world.matcher().lookup(&hash).unwrap();
        let mut clips: Vec<_> = said(&found);
        clips.extend(
            found
                .weak
                .iter()
                .map(|m| pair(&m.list, m.id.as_deref().unwrap_or_default())),
        );
        clips.dedup();
        assert_eq!(clips, [pair("demo", "demo")], "{count}");
    }
}
