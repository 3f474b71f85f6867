//! A list that is emptied in small steps, by ends that come near, or type by type.

use super::*;

/// Entries of these numbers, each with metadata.
fn lines(range: std::ops::Range<u8>, more: &str) -> String {
    // A hash of ones, which the ninetieth would be, stands for nothing.
    let number = |i: u8| if i < 90 { i } else { i + 1 };
    let of = |i: u8| line("add", number(i), "x").replace("}\n", &format!("{more}}}\n"));
    range.map(of).collect()
}

fn until(seconds: i64) -> String {
    format!(",\"valid_until\":{}", clock::now() + seconds)
}

fn held(refreshed: &Refreshed) -> Vec<Guard> {
    let list = &refreshed.lists[0];
    assert!(list.failed.is_none(), "{list:?}");
    list.held.iter().map(|violation| violation.guard).collect()
}

/// Publishes an edition, and tells what holds it.
fn edition(world: &World, config: &str, text: &str) -> Vec<Guard> {
    world.publish("demo.txt", text);
    held(&world.refresh_with(config, &[]).unwrap())
}

/// Changes the first list of the manifest in force, as if time had passed.
fn with_manifest(world: &World, change: impl Fn(&mut serde_json::Value)) {
    let folder = &world.store.folder;
    let generation = world.store.generation().unwrap().unwrap();
    let text = fs::read(folder.manifest(generation)).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_slice(&text).unwrap();
    change(&mut manifest["lists"][0]);
    let bytes = manifest::to_line(&manifest);
    folder::write_private(&folder.manifest(generation), &bytes).unwrap();
    Pointer::publish(folder, generation, &bytes).unwrap();
}

fn earlier(time: &mut serde_json::Value, seconds: i64) {
    *time = (time.as_i64().unwrap() - seconds).into();
}

const WEEK: i64 = 7 * 86_400;

#[test]
fn small_steps_are_measured_as_the_large_one_that_they_make() {
    for kind in ["snapshot", "delta"] {
        let world = World::new();
        let config = world.source("demo", kind, "");
        // The whole list, or what goes of it.
        let without = |first: u8, from: u8| match kind {
            "delta" => (from..first).map(|i| line("remove", i, "x")).collect(),
            _ => lines(first..100, ""),
        };
        assert_eq!(edition(&world, &config, &lines(0..100, "")), [], "{kind}");
        assert_eq!(edition(&world, &config, &without(5, 0)), [], "{kind}");
        assert_eq!(edition(&world, &config, &without(10, 5)), [], "{kind}");
        // Each by itself would pass, and not for trying again.
        for _ in 0..3 {
            let refreshed = {
                world.publish("demo.txt", &without(15, 10));
                world.refresh_with(&config, &[]).unwrap()
            };
            assert_eq!(held(&refreshed), [Guard::Shrink], "{kind}");
            let why = refreshed.lists[0].held[0].finding.to_string();
            assert!(why.starts_with("15 of 100 entries"), "{why}");
        }
        assert_eq!(lookup(&world.matcher(), 10).len(), 1);
        // A person lets it pass, and what is in force then is what the next is measured against.
        world.refresh_with(&config, &[Guard::Shrink]).unwrap();
        assert_eq!(edition(&world, &config, &without(20, 15)), [], "{kind}");
        assert_eq!(edition(&world, &config, &without(25, 20)), [Guard::Shrink]);
        // A person says that what is in force is right, without anything new.
        world.publish("demo.txt", &without(20, 15));
        world.refresh_with(&config, &[Guard::Growth]).unwrap();
        assert_eq!(edition(&world, &config, &without(25, 20)), [], "{kind}");
    }
}

#[test]
fn small_additions_add_up_as_well() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    assert_eq!(edition(&world, &config, &lines(0..20, "")), []);
    assert_eq!(edition(&world, &config, &lines(0..26, "")), []);
    assert_eq!(edition(&world, &config, &lines(0..31, "")), [Guard::Growth]);
    // As many come as go: the list is another one in the end.
    assert_eq!(edition(&world, &config, &lines(1..27, "")), []);
    assert_eq!(edition(&world, &config, &lines(2..28, "")), []);
    assert_eq!(edition(&world, &config, &lines(3..29, "")), [Guard::Shrink]);
}

#[test]
fn a_quiet_week_confirms_an_edition_and_one_that_is_not_quiet_does_not() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    edition(&world, &config, &lines(0..100, ""));
    edition(&world, &config, &lines(8..100, ""));
    assert_eq!(
        edition(&world, &config, &lines(16..100, "")),
        [Guard::Shrink]
    );
    with_manifest(&world, |list| {
        earlier(&mut list["baseline"]["steps"][0]["at"], WEEK)
    });
    // It is a week since, and yesterday the source tried again.
    assert_eq!(
        edition(&world, &config, &lines(16..100, "")),
        [Guard::Shrink]
    );
    // What time passes by itself is no reason to publish.
    world.publish("demo.txt", &lines(8..100, ""));
    assert_eq!(world.refresh(&config).generation, None);
    let (mut attempts, _) = attempts::Attempts::read(&world.store.folder);
    let attempt = attempts.lists.get_mut("demo").unwrap();
    attempt.size_held = attempt.size_held.map(|at| at - WEEK);
    assert!(attempt.size_held.is_some());
    attempts.write(&world.store.folder).unwrap();
    assert_eq!(edition(&world, &config, &lines(16..100, "")), []);
    assert_eq!(
        edition(&world, &config, &lines(24..100, "")),
        [Guard::Shrink]
    );
}

#[test]
fn what_a_person_goes_back_to_is_confirmed() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    edition(&world, &config, &lines(0..100, ""));
    edition(&world, &config, &lines(8..100, ""));
    edition(&world, &config, &lines(8..101, ""));
    world.store.rollback(Some(2), "ana", "tests").unwrap();
    assert_eq!(edition(&world, &config, &lines(16..100, "")), []);
}

#[test]
fn entries_that_end_before_the_next_edition_count_as_gone() {
    for (more, kind) in [
        ("", "snapshot"),
        ("max_age = \"1h\"", "snapshot"),
        ("max_age = \"1h\"", "delta"),
    ] {
        let world = World::new();
        let config = world.source("demo", kind, more);
        edition(&world, &config, &lines(0..20, ""));
        for seconds in [8, 3000] {
            let ending = lines(0..20, &until(seconds));
            assert_eq!(
                edition(&world, &config, &ending),
                [Guard::Shrink],
                "{more} {kind}"
            );
        }
        // A tenth may, and what ends later may.
        let few = lines(0..2, &until(8)) + &lines(2..20, "");
        assert_eq!(edition(&world, &config, &few), [], "{more} {kind}");
        let later = lines(2..20, &until(3 * 86_400));
        let all = lines(0..2, &until(8)) + &later;
        assert_eq!(edition(&world, &config, &all), [], "{more} {kind}");
    }
}

#[test]
fn entries_whose_end_comes_near_count_as_gone_although_nothing_is_said_anew() {
    for (seconds, guards) in [(3000, &[Guard::Shrink][..]), (5000, &[])] {
        for kind in ["snapshot", "delta"] {
            let world = World::new();
            let config = world.source("demo", kind, "max_age = \"1h\"");
            let ending = lines(0..20, &until(seconds));
            edition(&world, &config, &ending);
            // As if it had been taken over two hours ago: only now are some to end within the hour.
            with_manifest(&world, |list| earlier(&mut list["source"]["fetched"], 7200));
            let next = match kind {
                "delta" => line("add", 99, "y"),
                _ => ending + &line("add", 99, "y"),
            };
            assert_eq!(edition(&world, &config, &next), guards, "{seconds} {kind}");
        }
    }
}

#[test]
fn ends_that_are_put_off_night_by_night_hold_nothing_back() {
    for kind in ["snapshot", "delta"] {
        let world = World::new();
        let config = world.source("demo", kind, "");
        for night in 0..5 {
            let text = lines(0..20, &until(3600 + night * 600));
            assert_eq!(edition(&world, &config, &text), [], "{kind} {night}");
        }
        // An end that is brought forward does.
        let text = lines(0..20, &until(1800));
        assert_eq!(edition(&world, &config, &text), [Guard::Shrink], "{kind}");
    }
}

#[test]
fn entries_that_ended_long_ago_may_go() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    let ended = lines(20..60, ",\"valid_until\":5");
    assert_eq!(edition(&world, &config, &(lines(0..20, "") + &ended)), []);
    assert_eq!(edition(&world, &config, &lines(0..20, "")), []);
}

#[test]
fn a_type_of_hash_does_not_vanish_unnoticed() {
    for kind in ["snapshot", "delta"] {
        let world = World::new();
        let config = world.source("demo", kind, "");
        let pdq = format!("{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{PDQ}\",\"id\":\"p\"}}\n");
        edition(&world, &config, &(lines(0..50, "") + &pdq));
        let next = match kind {
            "delta" => "{\"v\":1,\"op\":\"remove\",\"id\":\"p\"}\n".to_owned(),
            _ => lines(0..50, ""),
        };
        world.publish("demo.txt", &next);
        let refreshed = world.refresh_with(&config, &[]).unwrap();
        assert_eq!(held(&refreshed), [Guard::Shrink], "{kind}");
        let why = refreshed.lists[0].held[0].finding.to_string();
        assert!(why.contains("all entries of pdq (1)"), "{why}");
    }
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    let pdq = format!("{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{PDQ}\",\"id\":\"p\"}}\n");
    edition(&world, &config, &(lines(0..50, "") + &pdq));
    let negative = pdq.replace("}\n", ",\"opinion\":\"negative\"}\n");
    assert_eq!(
        edition(&world, &config, &(lines(0..50, "") + &negative)),
        [Guard::Shrink]
    );
}

#[test]
fn a_first_edition_of_which_nothing_counts_is_empty() {
    for more in [",\"valid_until\":5", ",\"opinion\":\"negative\""] {
        let world = World::new();
        let config = world.source("demo", "snapshot", "");
        assert_eq!(
            edition(&world, &config, &lines(0..20, more)),
            [Guard::Empty]
        );
        assert_eq!(world.store.generation().unwrap(), None);
    }
}
