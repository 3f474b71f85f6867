//! What is decided by hand: it takes effect at once, and outlasts builds.

use super::*;

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
    // Gone by a rollback, and back with the next refresh. What was withdrawn stays so, and the file is not taken again.
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
fn stores_that_are_open_twice_decide_in_turn_and_read_on_from_each_other() {
    let world = World::new();
    let config = world.source("own", "local", "");
    world.refresh(&config);
    let others = [
        world.store.clone(),
        Store::open(world.store.path(), Access::Private).unwrap(),
        Store::open(world.store.path(), Access::Private).unwrap(),
    ];
    let mut expected = Vec::new();
    for step in 1..40_u8 {
        let store = &others[usize::from(step.wrapping_mul(7) % 3)];
        let decision = Decision::new("own", add(step, &step.to_string()), clock::now());
        assert!(store.decide(&[decision]).unwrap().is_empty());
        expected.push(pair("own", &step.to_string()));
        if step % 9 == 0 {
            world.refresh(&config);
        }
        let audited = world.store.verify_audit().unwrap();
        assert_eq!(audited.unwritten, 0, "{step}");
    }
    let mut found = Vec::new();
    let each = |list: &str, entry: Entry| {
        found.push(pair(list, &entry.id.unwrap_or_default()));
        Ok(())
    };
    world.store.each_entry(each).unwrap();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let mut adds = 0;
    let count = |line: &str| {
        adds += usize::from(line.contains("\"did\":\"add\""));
        Ok(())
    };
    world.store.audit(count).unwrap();
    assert_eq!(adds, expected.len(), "each is recorded once");
}

#[test]
fn what_was_changed_since_is_read_again_before_anything_is_decided() {
    let world = World::new();
    world.refresh(&world.source("own", "local", ""));
    world.decide("own", add(1, "a")).unwrap();
    world.decide("own", add(2, "b")).unwrap();
    let path = world.store.path().join("decisions/000001.jsonl");
    let mut text = fs::read(&path).unwrap();
    let sound = text.clone();
    text[40] ^= 1;
    text.push(b' ');
    fs::write(&path, &text).unwrap();
    assert!(world.decide("own", add(3, "c")).is_err());
    fs::write(&path, &sound).unwrap();
    world.decide("own", add(3, "c")).unwrap();
    assert_eq!(world.store.verify_audit().unwrap().unwritten, 0);
}

#[test]
fn one_list_without_a_source_is_dropped_and_the_others_are_not_looked_at() {
    let world = World::new();
    let [own, other] = ["own", "other"].map(|list| world.source(list, "local", ""));
    world.refresh(&(own.clone() + &other));
    world.decide("own", add(1, "a")).unwrap();
    world.decide("other", add(2, "b")).unwrap();
    world.refresh(&(own.clone() + &other));
    let drop = |config: &str, name: &str| {
        let only = [name.to_owned()];
        let how = Refresh::new("ana").with_only(&only);
        let how = how.with_overridden([Guard::Dropped].into());
        let config = Config::parse(config).unwrap();
        world.store.refresh(&config, &how.with_reason("tests"))
    };
    let unknown = drop(&own, "otter").unwrap_err().to_string();
    assert!(unknown.contains("otter"), "{unknown}");
    let refreshed = drop(&own, "other").unwrap();
    assert_eq!(refreshed.dropped, ["other"]);
    let matcher = world.matcher();
    assert!(lookup(&matcher, 2).is_empty());
    assert_eq!(lookup(&matcher, 1), [pair("own", "a")]);
    // The last one, too.
    assert_eq!(drop("", "own").unwrap().dropped, ["own"]);
    assert!(lookup(&world.matcher(), 1).is_empty());
}
