//! What The Update Framework lists as attacks on signed lists. Each ends with a named error and the old list in force.

use super::*;
use crate::store::fetch::signature::tests::{BY_A, BY_B, KEY_A, KEY_B, LIST, OTHER, OTHER_BY_A};

/// A world with a signed source, and its configuration.
fn signed(keys: &[&str], more: &str) -> (World, String) {
    let world = World::new();
    let path = world.path("list.csv");
    let config = format!(
        "[[source]]\nlist = \"demo\"\npurpose = \"tests\"\nkind = \"snapshot\"\nat_most = \"block\"\nkeys = {keys:?}\n{more}\n\
         [source.from.file]\npath = {path:?}\nsettle_seconds = 0\n"
    );
    (world, config)
}

fn put(world: &World, list: &[u8], signature: &str) {
    fs::write(world.path("list.csv"), list).unwrap();
    fs::write(world.path("list.csv.minisig"), signature).unwrap();
}

fn matches(world: &World, list: &[u8]) -> usize {
    let line = std::str::from_utf8(list).unwrap().trim();
    let hash = Hash::parse(HashType::Pdq, line.trim_start_matches("pdq ")).unwrap();
    let found = world.matcher().lookup(&hash).unwrap();
    found.matches.iter().filter(|m| m.hash == hash).count()
}

/// Refreshes, and tells the guards that hold and the error that ended it.
fn refresh(world: &World, config: &str) -> (Vec<Guard>, Option<String>) {
    let refreshed = world.refresh_with(config, &[]).unwrap();
    let list = &refreshed.lists[0];
    let guards = list.held.iter().map(|violation| violation.guard).collect();
    (guards, list.failed.as_ref().map(ToString::to_string))
}

#[test]
fn a_list_is_taken_from_whom_it_should_be() {
    let (world, config) = signed(&[KEY_A], "");
    put(&world, LIST, BY_A);
    assert_eq!(refresh(&world, &config), (vec![], None));
    assert_eq!(matches(&world, LIST), 1);
    // Another's key, other bytes, no signature, another list of the same publisher.
    for (list, signature, said) in [
        (LIST, BY_B, "not trusted"),
        (OTHER, BY_A, "not of these bytes"),
        (OTHER, "", "format of minisign"),
        (OTHER, OTHER_BY_A, "signed as 'other.csv'"),
    ] {
        put(&world, list, signature);
        let (guards, error) = refresh(&world, &config);
        assert!(
            guards.is_empty() && error.as_ref().is_some_and(|e| e.contains(said)),
            "{said}: {error:?}"
        );
        assert_eq!((matches(&world, LIST), matches(&world, OTHER)), (1, 0));
        assert!(world.store.status().unwrap().lists[0].is_failing());
    }
    fs::remove_file(world.path("list.csv.minisig")).unwrap();
    assert!(refresh(&world, &config).1.is_some());
    // The source is right again: nothing is wedged.
    put(&world, LIST, BY_A);
    assert_eq!(refresh(&world, &config), (vec![], None));
}

#[test]
fn an_older_signature_than_the_last_is_noticed() {
    let (world, config) = signed(&[KEY_A, KEY_B], "");
    put(&world, LIST, BY_B);
    assert_eq!(refresh(&world, &config), (vec![], None));
    put(&world, LIST, BY_A);
    assert_eq!(refresh(&world, &config).0, [Guard::Back]);
    put(&world, LIST, BY_B);
    assert_eq!(refresh(&world, &config), (vec![], None));
}

#[test]
fn a_list_that_is_held_back_is_noticed() {
    let (world, config) = signed(&[KEY_A], "max_age = \"1h\"");
    put(&world, LIST, BY_A);
    // Signed days ago, however new the file is.
    assert_eq!(refresh(&world, &config).0, [Guard::Age]);
    world.refresh_with(&config, &[Guard::Age]).unwrap();
    assert_eq!(matches(&world, LIST), 1);
    assert_eq!(refresh(&world, &config).0, [Guard::Age]);
    assert!(world.store.status().unwrap().lists[0].is_stale());
}
