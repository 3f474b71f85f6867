//! Going back to a generation of before, and replacing what is damaged.

use super::*;

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
