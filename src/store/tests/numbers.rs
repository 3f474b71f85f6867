//! Entries by number are those of a walk through all entries.

use super::*;
use proptest::prelude::*;

/// What happens to a store.
#[derive(Clone, Debug)]
enum Step {
    /// The source publishes lines: whether each adds, of which hash and item.
    Publish(Vec<(bool, u8, u8)>),
    Decide(bool, u8, u8),
    Lift(u8),
    Withdraw(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let (hash, item) = (1u8..6, 0u8..5);
    let line = (prop::bool::weighted(0.8), hash.clone(), item.clone());
    prop_oneof![
        2 => prop::collection::vec(line, 1..6).prop_map(Step::Publish),
        2 => (any::<bool>(), hash, item.clone()).prop_map(|(own, hash, item)| Step::Decide(own, hash, item)),
        1 => item.clone().prop_map(Step::Withdraw),
        1 => item.prop_map(Step::Lift),
    ]
}

/// The length of the list's name tells lists apart, and items share numbers.
fn number(list: &str, entry: &Entry) -> u64 {
    let id = entry.id.as_deref().unwrap_or_default();
    let last = id.bytes().last().map_or(9, |byte| u64::from(byte % 3));
    // Tables are in the order of whole numbers, not of their first bytes in memory.
    (list.len() as u64) << 32 | last << 9
}

/// The oracle: all entries are gone through.
fn walked(store: &Store, list: &str, wanted: u64) -> Vec<Entry> {
    let mut entries = Vec::new();
    let each = |of: &str, entry: Entry| {
        if of == list && number(of, &entry) == wanted {
            entries.push(entry);
        }
        Ok(())
    };
    store.each_entry(each).unwrap();
    entries
}

/// A walk names the list in each entry.
fn plain(entries: &[Entry]) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    entries.iter_mut().for_each(|entry| entry.list = None);
    entries
}

fn hold_to_the_walk(world: &World, numbers: &EntryNumbers) -> usize {
    let mut found = 0;
    for list in ["demo", "owned"] {
        for last in (0..4).chain([9]) {
            let wanted = (list.len() as u64) << 32 | last << 9;
            let entries = numbers.entries(list, wanted).unwrap();
            let walked = walked(&world.store, list, wanted);
            assert_eq!(plain(&entries), plain(&walked), "{list} {last}");
            found += entries.len();
        }
        assert_eq!(numbers.entries(list, 0).unwrap(), []);
        assert_eq!(numbers.entries(list, u64::MAX).unwrap(), []);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn entries_by_number_are_those_of_a_walk(steps in prop::collection::vec(step(), 1..8)) {
        let world = World::new();
        let config = world.source("demo", "delta", "guards = { shrink = 100, growth = 100000 }")
            + &world.source("owned", "local", "");
        world.publish("demo.txt", &(line("add", 1, "a") + &line("add", 7, "b") + &line("add", 7, "c")));
        world.refresh(&config);
        let numbers = world.store.entry_numbers(world.folder.path(), number);
        prop_assert!(hold_to_the_walk(&world, &numbers) > 0);
        let item = |item: u8| char::from(b'a' + item).to_string();
        for step in steps {
            match step {
                Step::Publish(lines) => {
                    let text = |(adds, hash, name): (bool, u8, u8)| {
                        line(if adds { "add" } else { "remove" }, hash, &item(name))
                    };
                    let text: String = lines.into_iter().map(text).collect();
                    world.publish("demo.txt", &text);
                    // A source that is held back or at fault changes nothing.
                    world.refresh_with(&config, &[]).unwrap();
                }
                Step::Decide(own, hash, name) => {
                    let list = if own { "owned" } else { "demo" };
                    world.decide(list, add(hash, &item(name))).unwrap();
                }
                Step::Withdraw(name) => {
                    world.decide("demo", Act::Revoke(Target::Id(item(name)))).unwrap();
                }
                Step::Lift(name) => {
                    world.decide("demo", Act::Lift(Target::Id(item(name)))).unwrap();
                }
            }
            hold_to_the_walk(&world, &numbers);
        }
    }
}

#[test]
fn a_table_outlasts_generations_that_keep_its_index_and_no_others() {
    let world = World::new();
    let config = world.source(
        "demo",
        "snapshot",
        "guards = { shrink = 100, growth = 1000 }",
    ) + &world.source("owned", "local", "");
    world.publish("demo.txt", &line("add", 1, "a"));
    world.refresh(&config);
    let scratch = tempfile::tempdir().unwrap();
    let numbers = world.store.entry_numbers(scratch.path(), number);
    let of_a = 4 << 32 | u64::from(b'a' % 3) << 9;
    assert_eq!(numbers.held(), []);
    numbers.let_go().unwrap();
    assert_eq!(numbers.entries("demo", of_a).unwrap().len(), 1);
    let before = numbers.held();
    assert_eq!(before.len(), 1);
    // Another list is built anew.
    world.decide("owned", add(2, "x")).unwrap();
    world.refresh(&config);
    numbers.let_go().unwrap();
    assert_eq!(numbers.held(), before);
    // The list itself is.
    world.publish("demo.txt", &(line("add", 1, "a") + &line("add", 3, "a")));
    world.refresh(&config);
    numbers.let_go().unwrap();
    assert_eq!(numbers.held(), []);
    assert_eq!(numbers.entries("demo", of_a).unwrap().len(), 2);
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    assert_eq!(numbers.entries("unknown", of_a).unwrap(), []);
}

#[test]
fn a_table_that_cannot_be_written_is_an_error_and_is_made_once_it_can() {
    let world = World::new();
    let config = world.source(
        "demo",
        "snapshot",
        "guards = { shrink = 100, growth = 1000 }",
    );
    let items: Vec<String> = (0..40).map(|item| format!("{item}a")).collect();
    let lines = items.iter().map(|item| line("add", 1, item));
    world.publish("demo.txt", &lines.collect::<String>());
    world.refresh(&config);
    let missing = world.folder.path().join("missing");
    let mut numbers = world.store.entry_numbers(&missing, number);
    numbers.memory(64);
    let of_a = 4 << 32 | u64::from(b'a' % 3) << 9;
    for _ in 0..2 {
        let error = numbers.entries("demo", of_a).unwrap_err();
        let action = crate::error::Action::WriteTemporary;
        assert!(
            matches!(&error, Error::Io { action: found, .. } if *found == action),
            "{error}"
        );
        // What is asked of the store itself goes on.
        numbers.let_go().unwrap();
    }
    fs::create_dir(&missing).unwrap();
    let entries = numbers.entries("demo", of_a).unwrap();
    assert_eq!(plain(&entries), plain(&walked(&world.store, "demo", of_a)));
    assert!(!entries.is_empty());
}

#[test]
fn a_table_that_is_larger_than_its_memory_finds_the_same() {
    let world = World::new();
    let config = world.source(
        "demo",
        "snapshot",
        "guards = { shrink = 100, growth = 100000 }",
    );
    let hash = |n: u32| {
        Hash::new(
            HashType::Md5,
            blake3::hash(&n.to_le_bytes()).as_bytes()[..16].as_ref(),
        )
    };
    let text: String = (0..200u32)
        .map(|n| {
            format!(
                "{{\"v\":1,\"op\":\"add\",\"type\":\"md5\",\"hash\":\"{}\",\"id\":\"{n}\"}}\n",
                hash(n).unwrap()
            )
        })
        .collect();
    world.publish("demo.txt", &text);
    world.refresh(&config);
    let mut numbers = world.store.entry_numbers(world.folder.path(), number);
    numbers.memory(64);
    for last in 0..3 {
        let wanted = 4 << 32 | last << 9;
        let entries = numbers.entries("demo", wanted).unwrap();
        assert!(entries.len() > 50);
        assert_eq!(
            plain(&entries),
            plain(&walked(&world.store, "demo", wanted))
        );
    }
}
