//! The life of a list.

use super::*;
use crate::hash::FrameHash;
use crate::index::Builder;

#[test]
fn what_a_source_holds_matches_and_what_it_leaves_out_does_not() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "") + &world.source("other", "snapshot", "");
    world.publish(
        "demo.txt",
        &(0..20).map(|i| line("add", i, "x")).collect::<String>(),
    );
    world.publish("other.txt", &line("add", 0, "y"));
    let refreshed = world.refresh(&config);
    assert_eq!(refreshed.generation, Some(1));
    assert_eq!(refreshed.lists[0].difference.added, 20);
    let matcher = world.matcher();
    assert_eq!(lookup(&matcher, 0), [pair("demo", "x"), pair("other", "y")]);
    let found = matcher.lookup(&md5(1)).unwrap();
    let first = &found.matches[0];
    assert_eq!(
        (first.generation, first.at_most),
        (Some(1), Some(MaxAction::Review))
    );

    // The same again changes nothing and publishes nothing.
    assert_eq!(world.refresh(&config).generation, None);

    world.publish(
        "demo.txt",
        &(1..20).map(|i| line("add", i, "x")).collect::<String>(),
    );
    let refreshed = world.refresh(&config);
    assert_eq!(
        (refreshed.generation, refreshed.lists[0].difference.removed),
        (Some(2), 1)
    );
    eventually("the hash stays while another list holds it", || {
        lookup(&matcher, 0) == [pair("other", "y")]
    });
    assert_eq!(
        matcher.lookup(&md5(1)).unwrap().matches[0].generation,
        Some(2)
    );

    // A list without a source is gone, all of it, once the removal is confirmed.
    let other = world.source("other", "snapshot", "");
    let held = world.refresh_with(&other, &[]).unwrap();
    assert_eq!(held.lists[1].held[0].guard, Guard::Dropped);
    assert!(!lookup(&world.matcher(), 1).is_empty());
    let refreshed = world.refresh_with(&other, &[Guard::Dropped]).unwrap();
    assert_eq!(refreshed.dropped, ["demo"]);
    eventually("a list without a source is gone", || {
        lookup(&matcher, 1).is_empty()
    });
    assert_eq!(lookup(&matcher, 0), [pair("other", "y")]);
}

#[test]
fn the_last_entry_of_a_list_and_of_a_type_goes_as_well() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "allow_unusual_pdq = true");
    world.publish("demo.txt", &format!("pdq {PDQ}\nmd5 {}\n", md5(1)));
    world.refresh(&config);
    let matcher = world.matcher();
    let pdq = Hash::parse(HashType::Pdq, PDQ).unwrap();
    assert_eq!(matcher.lookup(&pdq).unwrap().matches.len(), 1);

    world.publish("demo.txt", &format!("md5 {}\n", md5(1)));
    world.refresh_with(&config, &[Guard::Shrink]).unwrap();
    eventually("the only pdq hash is gone", || {
        matcher.lookup(&pdq).unwrap().matches.is_empty()
    });
    assert_eq!(matcher.hash_types(), [HashType::Md5]);

    world.publish("demo.txt", "# nothing any more\n");
    let held = world.refresh_with(&config, &[]).unwrap();
    let guards: Vec<Guard> = held.lists[0]
        .held
        .iter()
        .map(|violation| violation.guard)
        .collect();
    assert_eq!(guards, [Guard::Empty, Guard::Shrink]);
    assert_eq!(lookup(&matcher, 1).len(), 1);
    world
        .refresh_with(&config, &[Guard::Shrink, Guard::Empty])
        .unwrap();
    eventually("the list is empty", || lookup(&matcher, 1).is_empty());
    assert!(matcher.hash_types().is_empty());
}

#[test]
fn decisions_take_effect_for_running_readers_and_outlast_builds() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "") + &world.source("own", "local", "");
    world.publish(
        "demo.txt",
        &(line("add", 1, "x") + &line("add", 2, "x") + &line("add", 3, "y")),
    );
    world.refresh(&config);
    let matcher = world.matcher();

    world.decide("own", add(1, "mine")).unwrap();
    eventually("added", || {
        lookup(&matcher, 1) == [pair("demo", "x"), pair("own", "mine")]
    });
    world
        .decide("demo", Act::Revoke(Target::Hash(md5(1))))
        .unwrap();
    eventually("only the other list's entry is withdrawn", || {
        lookup(&matcher, 1) == [pair("own", "mine")]
    });
    world
        .decide("demo", Act::Revoke(Target::Id("x".to_owned())))
        .unwrap();
    eventually("every hash of the item", || lookup(&matcher, 2).is_empty());
    assert_eq!(lookup(&matcher, 3), [pair("demo", "y")]);

    // The source still holds them, and publishes anew.
    let check = |matcher: &Matcher| {
        lookup(matcher, 1) == [pair("own", "mine")] && lookup(matcher, 2).is_empty()
    };
    world.publish(
        "demo.txt",
        &(line("add", 1, "x") + &line("add", 2, "x") + &line("add", 3, "y") + &line("add", 4, "z")),
    );
    world.refresh(&config);
    eventually("the new edition", || !lookup(&matcher, 4).is_empty());
    assert!(check(&matcher) && check(&world.matcher()));

    // Built in, they hold through another build and a rollback.
    world.publish(
        "demo.txt",
        &(line("add", 1, "x") + &line("add", 2, "x") + &line("add", 3, "y")),
    );
    world.refresh_with(&config, &[Guard::Shrink]).unwrap();
    assert!(check(&world.matcher()));
    let back = world.store.rollback(Some(1), "ana", "tests").unwrap();
    assert_eq!((back.generation, back.to), (4, 1));
    assert!(check(&world.matcher()));

    // Lifted, what the source says counts again, and so does what was added by hand.
    world
        .decide("demo", Act::Lift(Target::Id("x".to_owned())))
        .unwrap();
    world
        .decide("demo", Act::Lift(Target::Hash(md5(1))))
        .unwrap();
    world
        .decide("own", Act::Revoke(Target::Hash(md5(1))))
        .unwrap();
    world
        .decide("own", Act::Lift(Target::Hash(md5(1))))
        .unwrap();
    let both = [pair("demo", "x"), pair("own", "mine")];
    eventually("lifted", || lookup(&matcher, 1) == both);
    let again = world.matcher();
    assert_eq!(
        (lookup(&again, 1), lookup(&again, 2)),
        (both.to_vec(), vec![pair("demo", "x")])
    );
    let status = world.store.status().unwrap();
    let own = status
        .lists
        .iter()
        .find(|list| list.terms.list == "own")
        .unwrap();
    assert_eq!((own.entries, own.added, own.revoked), (1, 1, 0));
}

#[test]
fn a_decision_about_an_unknown_list_or_a_hash_of_nothing_is_none() {
    let world = World::new();
    let early = world.decide("own", add(1, "x")).unwrap_err();
    assert!(early.to_string().contains("basma refresh"), "{early}");
    world.refresh(&world.source("own", "local", ""));
    let unknown = world.decide("typo", add(1, "x")).unwrap_err();
    assert!(unknown.to_string().contains("it holds: own"), "{unknown}");
    let empty = Hash::parse(HashType::Md5, "d41d8cd98f00b204e9800998ecf8427e").unwrap();
    let nothing = Act::Add(Box::new(Entry::new(empty, 1)));
    assert!(matches!(
        world.decide("own", nothing),
        Err(Error::Argument(_))
    ));
    assert!(world.matcher().lookup(&empty).unwrap().matches.is_empty());
}

#[test]
fn what_was_rolled_back_from_is_not_taken_again() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    world.publish("demo.txt", &line("add", 1, "good"));
    world.refresh(&config);
    world.publish(
        "demo.txt",
        &(line("add", 1, "good") + &line("add", 2, "bad")),
    );
    world.refresh_with(&config, &[Guard::Growth]).unwrap();
    let back = world.store.rollback(None, "ana", "bad entries").unwrap();
    assert_eq!((back.generation, back.to), (3, 1));
    let matcher = world.matcher();
    assert!(lookup(&matcher, 2).is_empty() && !lookup(&matcher, 1).is_empty());

    let held = world.refresh_with(&config, &[Guard::Growth]).unwrap();
    assert_eq!(held.lists[0].held[0].guard, Guard::RolledBack, "{held:?}");
    assert_eq!(held.generation, None);
    assert!(lookup(&world.matcher(), 2).is_empty());
    // Another edition is as good as any.
    world.publish(
        "demo.txt",
        &(line("add", 1, "good") + &line("add", 3, "better")),
    );
    world.refresh_with(&config, &[Guard::Growth]).unwrap();
    assert!(!lookup(&world.matcher(), 3).is_empty());
    assert!(world.store.rollback(Some(99), "ana", "x").is_err());
}

#[test]
fn terms_decide_how_a_list_matches() {
    let world = World::new();
    let strict = "radius = { pdq = 4 }\nmin_quality = 80\nlabels = [\"from-x\"]";
    let allowed = "suppresses = [\"wide\"]";
    let config = world.source("wide", "snapshot", "")
        + &world.source("strict", "snapshot", strict)
        + &world.source("allowed", "local", allowed);
    world.publish("wide.txt", &format!("pdq {PDQ}\n"));
    world.publish("strict.txt", &format!("pdq {PDQ}\n"));
    world.refresh(&config);
    let matcher = world.matcher();
    let mut near = *Hash::parse(HashType::Pdq, PDQ)
        .unwrap()
        .as_bytes()
        .first_chunk::<32>()
        .unwrap();
    near[0] ^= 0b0001_1111;
    let near = Hash::new(HashType::Pdq, &near).unwrap();
    let lists = |found: &Found| -> Vec<(String, u32)> {
        found
            .matches
            .iter()
            .map(|m| (m.list.clone(), m.radius))
            .collect()
    };
    assert_eq!(
        lists(&matcher.lookup(&near).unwrap()),
        [("wide".to_owned(), 31)]
    );
    let same = Hash::parse(HashType::Pdq, PDQ).unwrap();
    let found = matcher.lookup(&same).unwrap();
    assert_eq!(
        lists(&found),
        [("strict".to_owned(), 4), ("wide".to_owned(), 31)]
    );
    assert_eq!(found.matches[0].labels, ["from-x"]);
    // A flat picture is looked up where the list does not ask for more.
    let print = |quality| FrameHash {
        hash: same,
        quality,
        frame: 0,
        ms: 0,
        view: crate::hash::View::ORIGINAL,
    };
    let of_quality =
        |quality| lists(&matcher.find_hashes(&[], &[print(quality)], None).unwrap()).len();
    assert_eq!((of_quality(79), of_quality(80)), (1, 2));
    // A radius in the query holds for every list.
    let mut policy = matcher.policy().clone();
    policy.radius.insert(HashType::Pdq, 10);
    let asked = matcher.clone().with_policy(policy).lookup(&near).unwrap();
    assert_eq!(
        lists(&asked),
        [("strict".to_owned(), 10), ("wide".to_owned(), 10)]
    );

    // What is allowed is no match of the lists that it speaks of, where it is as near.
    world
        .decide("allowed", Act::Add(Box::new(Entry::new(near, 1))))
        .unwrap();
    eventually("allowed", || {
        matcher.lookup(&near).unwrap().matches.is_empty()
    });
    let found = matcher.lookup(&near).unwrap();
    assert_eq!(found.suppressed[0].allowed_by.as_deref(), Some("allowed"));
    assert_eq!(lists(&matcher.lookup(&same).unwrap()).len(), 2);
}

#[test]
fn a_delta_adds_replaces_and_removes() {
    let world = World::new();
    let config = world.source("demo", "delta", "guards = { shrink = 100, growth = 1000 }");
    world.publish(
        "demo.txt",
        &(line("add", 1, "a") + &line("add", 1, "b") + &line("add", 2, "c") + &line("add", 3, "c")),
    );
    world.refresh(&config);
    world.publish(
        "demo.txt",
        &(line("replace", 1, "r")
            + "{\"v\":1,\"op\":\"remove\",\"id\":\"c\"}\n"
            + &line("add", 3, "d")),
    );
    let refreshed = world.refresh(&config);
    let d = refreshed.lists[0].difference;
    assert_eq!((d.before, d.after, d.added, d.removed), (4, 2, 2, 4));
    let matcher = world.matcher();
    assert_eq!(lookup(&matcher, 1), [pair("demo", "r")]);
    assert!(lookup(&matcher, 2).is_empty());
    assert_eq!(lookup(&matcher, 3), [pair("demo", "d")]);
    let mut steps = Vec::new();
    let differences = world.store.diff(1, 2, |list, hash, step| {
        let kind = match step {
            Step::Added(_) => "added",
            Step::Removed(_) => "removed",
            Step::Changed(..) => "changed",
        };
        steps.push((list.to_owned(), *hash, kind));
        Ok(())
    });
    assert_eq!(differences.unwrap(), [("demo".to_owned(), d)]);
    assert_eq!(
        steps.iter().filter(|(.., kind)| *kind == "removed").count(),
        4
    );
    let status = world.store.status().unwrap();
    assert_eq!(status.lists[0].by_type, [("md5".to_owned(), 2)]);
}

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
fn decisions_outlast_the_list_that_they_are_about() {
    let world = World::new();
    let other = world.source("other", "snapshot", "");
    let both = other.clone() + &world.source("demo", "snapshot", "");
    world.publish("other.txt", &line("add", 9, "o"));
    world.publish("demo.txt", &(line("add", 1, "x") + &line("add", 2, "y")));
    world.refresh(&other);
    world.refresh(&both);
    world
        .decide("demo", Act::Revoke(Target::Id("x".to_owned())))
        .unwrap();
    // Gone by a rollback, and back with the next refresh: what was withdrawn stays so, and the file is not taken again.
    world.store.rollback(Some(1), "ana", "tests").unwrap();
    assert!(lookup(&world.matcher(), 2).is_empty());
    let held = world.refresh_with(&both, &[]).unwrap();
    assert_eq!(held.lists[1].held[0].guard, Guard::RolledBack, "{held:?}");
    world.publish("demo.txt", &(line("add", 1, "x") + &line("add", 3, "y")));
    world.refresh(&both);
    assert_eq!(
        (
            lookup(&world.matcher(), 1).len(),
            lookup(&world.matcher(), 3).len()
        ),
        (0, 1)
    );
    // Gone with its source, and back by a rollback.
    world.refresh_with(&other, &[Guard::Dropped]).unwrap();
    assert!(lookup(&world.matcher(), 3).is_empty());
    world.store.rollback(None, "ana", "tests").unwrap();
    assert_eq!(
        (
            lookup(&world.matcher(), 1).len(),
            lookup(&world.matcher(), 3).len()
        ),
        (0, 1)
    );
    // A refresh of some lists drops none.
    let config = Config::parse(&other).unwrap();
    let only = ["other".to_owned()];
    let how = Refresh {
        by: "ana",
        only: &only,
        dry_run: false,
        overridden: [Guard::Dropped].into(),
        reason: Some("x"),
        environment: &|_| None,
        cancel: CancelToken::new(),
    };
    assert!(
        world
            .store
            .refresh(&config, &how)
            .unwrap()
            .dropped
            .is_empty()
    );
    assert_eq!(lookup(&world.matcher(), 3).len(), 1);
}

#[test]
fn one_goes_back_over_several_deltas_and_from_what_is_damaged() {
    let world = World::new();
    let config = world.source("demo", "delta", "guards = { growth = 1000 }");
    for i in 1..5 {
        world.publish("demo.txt", &line("add", i, "x"));
        world.refresh(&config);
    }
    // The last index is damaged: readers say so, and going back is possible.
    for entry in fs::read_dir(world.store.folder.indexes()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("000004-") {
            fs::write(entry.path(), "x").unwrap();
        }
    }
    assert!(Matcher::open([world.store.path()]).is_err());
    world.store.rollback(Some(1), "ana", "damaged").unwrap();
    let matcher = world.matcher();
    let listed: Vec<usize> = (1..5).map(|i| lookup(&matcher, i).len()).collect();
    assert_eq!(listed, [1, 0, 0, 0]);
    for i in 2..5 {
        world.publish("demo.txt", &line("add", i, "x"));
        let held = world.refresh_with(&config, &[]).unwrap();
        assert_eq!(held.lists[0].held[0].guard, Guard::RolledBack, "{i}");
    }
}

#[test]
fn what_is_in_force_and_damaged_can_be_replaced() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config);
    fs::write(world.store.folder.indexes().join("000001-1.basma"), "x").unwrap();
    let held = world.refresh_with(&config, &[]).unwrap();
    assert_eq!(held.lists[0].held[0].guard, Guard::Damaged, "{held:?}");
    // Although its source has nothing new.
    world
        .refresh_with(&config, &[Guard::Damaged, Guard::Back])
        .unwrap();
    assert_eq!(lookup(&world.matcher(), 1).len(), 1);
}

#[test]
fn an_entry_that_is_added_again_takes_the_place_of_the_first() {
    let world = World::new();
    let config = world.source("own", "local", "");
    world.refresh(&config);
    world.decide("own", add(1, "x")).unwrap();
    world.refresh(&config);
    let expired = Entry {
        id: Some("x".to_owned()),
        valid_until: Some(1),
        ..Entry::new(md5(1), 1)
    };
    world.decide("own", Act::Add(Box::new(expired))).unwrap();
    assert!(lookup(&world.matcher(), 1).is_empty());
    world.refresh(&config);
    assert!(lookup(&world.matcher(), 1).is_empty());
}

#[test]
fn what_is_allowed_of_one_frame_says_nothing_of_another() {
    let world = World::new();
    let config = world.source("bad", "snapshot", "")
        + &world.source("good", "local", "suppresses = [\"*\"]");
    let bad = Hash::parse(HashType::Pdq, PDQ).unwrap();
    world.publish("bad.txt", &format!("pdq {PDQ}\n"));
    world.refresh(&config);
    let press = Hash::new(HashType::Pdq, &[0x5a; 32]).unwrap();
    world
        .decide("good", Act::Add(Box::new(Entry::new(press, 1))))
        .unwrap();
    let print = |hash, frame| FrameHash {
        hash,
        quality: 100,
        frame,
        ms: 0,
        view: crate::hash::View::ORIGINAL,
    };
    let matcher = world.matcher();
    for (first, second) in [(press, bad), (bad, press)] {
        let found = matcher
            .find_hashes(&[], &[print(first, 0), print(second, 1)], None)
            .unwrap();
        assert_eq!(found.matches.len(), 1, "{found:?}");
    }
    // Allowed in one frame, the same picture still matches in another.
    world
        .decide("good", Act::Add(Box::new(Entry::new(bad, 1))))
        .unwrap();
    let mut near = *bad.as_bytes().first_chunk::<32>().unwrap();
    near[31] ^= 0xff;
    let near = Hash::new(HashType::Pdq, &near).unwrap();
    eventually("allowed", || {
        matcher
            .find_hashes(&[], &[print(bad, 0)], None)
            .unwrap()
            .matches
            .is_empty()
    });
    let found = matcher
        .find_hashes(&[], &[print(bad, 0), print(near, 1)], None)
        .unwrap();
    assert!(
        found.matches.is_empty(),
        "both frames are as near to what is allowed: {found:?}"
    );
}

#[test]
fn a_rollback_after_a_rollback_goes_on_back() {
    let world = World::new();
    let loose = "guards = { shrink = 100, growth = 100000 }";
    let config = world.source("demo", "snapshot", loose);
    let publish = |i| {
        world.publish("demo.txt", &line("add", i, "x"));
        world.refresh(&config).generation.unwrap()
    };
    let back = |to| {
        let back = world.store.rollback(to, "ana", "tests");
        back.map(|back| (back.generation, back.to))
    };
    let listed = |i| !lookup(&world.matcher(), i).is_empty();
    assert_eq!((publish(1), publish(2), publish(3)), (1, 2, 3));
    assert_eq!(back(None).unwrap(), (4, 2));
    // Not to the third, which was gone back from.
    assert_eq!(back(None).unwrap(), (5, 1));
    assert!(listed(1) && !listed(2) && !listed(3));
    let none = back(None).unwrap_err();
    assert!(none.to_string().contains("kept are: 1, 2, 3, 4"), "{none}");
    // What was good before it is good after what is published next.
    assert_eq!(publish(4), 6);
    assert_eq!(back(None).unwrap(), (7, 5));
    assert!(listed(1) && !listed(4));
    // A person who names a generation says that it is good.
    assert_eq!(back(Some(3)).unwrap(), (8, 3));
    assert_eq!(publish(5), 9);
    assert_eq!(back(None).unwrap(), (10, 8));
    assert!(listed(3));

    let history = world.store.history().unwrap();
    let numbers: Vec<u64> = history.iter().map(|generation| generation.number).collect();
    assert_eq!(numbers, world.store.generations().unwrap());
    let told = |number: u64| {
        let found = history
            .iter()
            .find(|generation| generation.number == number);
        let found = found.unwrap();
        (
            found.did.as_str(),
            found.of,
            found.rolled_back_by,
            found.in_force,
        )
    };
    assert_eq!(told(3), ("publish", None, None, false));
    assert_eq!(told(5), ("rollback", Some(1), Some(8), false));
    assert_eq!(told(6).2, Some(8));
    assert_eq!(told(9), ("publish", None, Some(10), false));
    assert_eq!(told(10), ("rollback", Some(8), None, true));
    let last = history.last().unwrap();
    assert_eq!(
        (last.by.as_str(), last.reason.as_deref()),
        ("ana", Some("tests"))
    );
    assert_eq!(
        (last.lists[0].list.as_str(), last.lists[0].entries),
        ("demo", 1)
    );
}

#[test]
fn what_was_added_by_hand_comes_back_when_its_withdrawal_is_lifted() {
    let world = World::new();
    let config = world.source("own", "local", "");
    world.refresh(&config);
    let by_hash = |i| Target::Hash(md5(i));
    let by_item = |id: &str| Target::Id(id.to_owned());
    let listed = |i| !lookup(&world.matcher(), i).is_empty();
    for is_built in [false, true] {
        let build = || {
            if is_built {
                world.refresh(&config);
            }
        };
        world.decide("own", add(1, "a")).unwrap();
        world.decide("own", add(2, "a")).unwrap();
        build();
        world.decide("own", Act::Revoke(by_item("a"))).unwrap();
        build();
        world.decide("own", Act::Revoke(by_hash(2))).unwrap();
        build();
        assert!(!listed(1) && !listed(2));
        // Another withdrawal stands against the second.
        world.decide("own", Act::Lift(by_item("a"))).unwrap();
        assert!(listed(1) && !listed(2));
        build();
        assert!(listed(1) && !listed(2));
        world.decide("own", Act::Lift(by_hash(2))).unwrap();
        assert!(listed(1) && listed(2));
        build();
        let opened = Opened::open(&world.store.folder, None).unwrap();
        let layers = opened.layers(opened.manifest.known("own").unwrap());
        let entries = visible::of_hash(&layers, &md5(1)).unwrap();
        assert!(
            entries.len() == 1 && entries[0].meta.is_empty(),
            "{entries:?}"
        );
        // What was added anew in between stays as it was added.
        world.decide("own", Act::Revoke(by_hash(1))).unwrap();
        build();
        let labelled = Entry {
            id: Some("a".to_owned()),
            labels: vec!["new".to_owned()],
            ..Entry::new(md5(1), 1)
        };
        world.decide("own", Act::Add(Box::new(labelled))).unwrap();
        build();
        world.decide("own", Act::Lift(by_hash(1))).unwrap();
        let found = world.matcher().lookup(&md5(1)).unwrap();
        assert_eq!(found.matches[0].labels, ["new"]);
        world.refresh(&config);
    }
    world.store.verify_audit().unwrap();
}

#[test]
fn a_removal_of_a_hash_and_an_item_takes_that_entry_alone() {
    let world = World::new();
    let config = world.source("demo", "delta", "guards = { shrink = 100, growth = 1000 }");
    world.publish(
        "demo.txt",
        &(line("add", 1, "a") + &line("add", 1, "b") + &line("add", 2, "a") + &line("add", 3, "a")),
    );
    world.refresh(&config);
    world.publish("demo.txt", &line("remove", 1, "a"));
    let refreshed = world.refresh(&config);
    assert_eq!(refreshed.lists[0].difference.removed, 1);
    let all = |world: &World| {
        let matcher = world.matcher();
        [1, 2, 3].map(|i| {
            lookup(&matcher, i)
                .into_iter()
                .map(|(_, id)| id)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(all(&world), [vec!["b"], vec!["a"], vec!["a"]]);
    // Many deltas become one, and it holds in that one.
    for i in 0..12 {
        world.publish("demo.txt", &line("add", 100 + i, "z"));
        world.refresh(&config);
    }
    assert_eq!(all(&world), [vec!["b"], vec!["a"], vec!["a"]]);
    let revoke = Act::Revoke(Target::Entry(md5(2), "a".to_owned()));
    world.decide("demo", revoke).unwrap();
    assert_eq!(all(&world), [vec!["b"], vec![], vec!["a"]]);
    world.refresh(&config);
    assert_eq!(all(&world), [vec!["b"], vec![], vec!["a"]]);
}

#[test]
fn what_is_wrong_with_a_list_is_told_by_where_it_came_from() {
    let world = World::new();
    let feed = world.path("feed");
    fs::create_dir(&feed).unwrap();
    let head = "[[source]]\nlist = \"demo\"\npurpose = \"tests\"\nkind = \"snapshot\"\nat_most = \"log\"\n";
    let of_folder = format!("{head}[source.from.folder]\npath = {feed:?}\nsettle_seconds = 0\n");
    let of_file = world.source("demo", "snapshot", "");
    for text in [
        "\u{0}",
        "",
        " \n",
        "{\"v\":1,\"op\":\"remove\",\"id\":\"x\"}\n",
    ] {
        world.publish("demo.txt", text);
        world.publish("feed/night-1", text);
        for (config, path) in [(&of_file, "demo.txt"), (&of_folder, "feed/night-1")] {
            let refreshed = world.refresh_with(config, &[]).unwrap();
            let said = refreshed.lists[0].failed.as_ref().unwrap().to_string();
            let path = world.path(path).display().to_string();
            assert!(said.contains(&path) && !said.contains("/raw/"), "{said}");
        }
    }
    // A warning names it too.
    let text = (0..2000)
        .map(|i| format!("md5 {i:031x}f\n"))
        .collect::<String>()
        + "junk\n";
    world.publish("feed/night-2", &text);
    let refreshed = world.refresh(&of_folder);
    let warnings = refreshed.lists[0].warnings.iter();
    let told: String = warnings.map(ToString::to_string).collect();
    assert!(told.contains("feed/night-2:2001:1:"), "{told}");
}
