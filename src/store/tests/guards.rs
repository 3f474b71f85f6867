//! What holds an edition back.

use super::*;

/// Publishes a first edition of ten entries, then this one, and tells what holds it.
fn held(more: &str, kind: &str, second: &str) -> Vec<Guard> {
    let world = World::new();
    let config = world.source("demo", kind, more);
    let first: String = (1..11).map(|i| line("add", i, "x")).collect();
    let manifest = format!(
        "{{\"v\":1,\"manifest\":{{\"list\":\"theirs\",\"version\":5,\"mode\":{kind:?},\"count\":10}}}}\n"
    );
    world.publish("demo.txt", &(manifest + &first));
    world.refresh(&config);
    let before = world.matcher();
    world.publish("demo.txt", second);
    let refreshed = world.refresh_with(&config, &[]).unwrap();
    let list = &refreshed.lists[0];
    assert!(list.failed.is_none(), "{list:?}");
    let guards: Vec<Guard> = list.held.iter().map(|violation| violation.guard).collect();
    if !guards.is_empty() {
        // What was in force stays in force, nothing is left behind, and it can be overridden by name.
        assert_eq!(refreshed.generation, None);
        assert_eq!(world.store.generations().unwrap(), [1]);
        assert_eq!(
            fs::read_dir(world.store.folder.indexes()).unwrap().count(),
            1
        );
        assert_eq!(lookup(&before, 1), [pair("demo", "x")]);
        let status = world.store.status().unwrap();
        assert!(status.lists[0].is_failing() && status.lists[0].error.is_some());
        let refreshed = world.refresh_with(&config, &guards).unwrap();
        assert!(
            refreshed.lists[0].is_good() && refreshed.generation == Some(2),
            "{refreshed:?}"
        );
        assert!(!world.store.status().unwrap().lists[0].is_failing());
        let mut overridden = false;
        world
            .store
            .audit(|line| {
                overridden |= line.contains("\"overridden\":[{\"guard\"");
                Ok(())
            })
            .unwrap();
        assert!(overridden);
    }
    guards
}

fn manifest(rest: &str) -> String {
    format!("{{\"v\":1,\"manifest\":{{{rest}}}}}\n")
}

fn lines(range: std::ops::Range<u8>) -> String {
    range.map(|i| line("add", i, "x")).collect()
}

#[test]
fn too_much_that_goes_or_comes_is_held() {
    let next = manifest("\"version\":6");
    assert_eq!(held("", "snapshot", &(next.clone() + &lines(1..16))), []);
    assert_eq!(
        held("", "snapshot", &(next.clone() + &lines(1..17))),
        [Guard::Growth]
    );
    assert_eq!(held("", "snapshot", &(next.clone() + &lines(2..11))), []);
    assert_eq!(
        held("", "snapshot", &(next.clone() + &lines(3..11))),
        [Guard::Shrink]
    );
    assert_eq!(
        held(
            "guards = { shrink = 20 }",
            "snapshot",
            &(next + &lines(3..11))
        ),
        []
    );
}

#[test]
fn what_is_held_back_is_kept_though_another_list_changes() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "") + &world.source("other", "snapshot", "");
    let edition = |list: &str, text: &str| {
        world.publish(&format!("{list}.txt"), text);
        let digest = <sha2::Sha256 as sha2::Digest>::digest(text.as_bytes());
        let digest = Hash::new(HashType::Sha256, &digest).unwrap();
        world.store.folder.raw().join(digest.to_string())
    };
    edition("demo", &lines(1..11));
    edition("other", &lines(20..30));
    world.refresh(&config);
    let held = edition("demo", &lines(1..40));
    let taken = edition("other", &lines(20..31));
    let refreshed = world.refresh_with(&config, &[]).unwrap();
    assert_eq!(refreshed.generation, Some(2), "{refreshed:?}");
    assert!(held.exists() && taken.exists());
}

#[test]
fn malformed_records_are_set_aside_up_to_a_share() {
    let bad =
        manifest("\"version\":6") + &lines(1..11) + "{\"v\":1,\"type\":\"md5\",\"hash\":\"00\"}\n";
    assert_eq!(held("", "snapshot", &bad), [Guard::Rejects]);
    assert_eq!(held("guards = { rejects = 10 }", "snapshot", &bad), []);
}

#[test]
fn an_edition_does_not_move_back_and_is_of_the_same_list() {
    let edition = |rest: &str| manifest(rest) + &lines(1..11);
    assert_eq!(
        held("", "snapshot", &edition("\"version\":4")),
        [Guard::Back]
    );
    // The same version with other content.
    assert_eq!(
        held("", "snapshot", &(manifest("\"version\":5") + &lines(1..12))),
        [Guard::Back]
    );
    assert_eq!(held("", "snapshot", &lines(1..11)), [Guard::Back]);
    assert_eq!(
        held("", "snapshot", &edition("\"list\":\"theirs\"")),
        [Guard::Back]
    );
    assert_eq!(
        held(
            "",
            "snapshot",
            &edition("\"version\":6,\"list\":\"another\"")
        ),
        [Guard::Identity]
    );
    assert_eq!(
        held("", "snapshot", &edition("\"version\":6,\"mode\":\"delta\"")),
        [Guard::Identity]
    );
    assert_eq!(
        held("", "delta", &edition("\"version\":7,\"prev\":6")),
        [Guard::Gap]
    );
    assert_eq!(held("", "delta", &edition("\"version\":6,\"prev\":5")), []);
}

#[test]
fn flat_pictures_and_harmless_ones_are_held() {
    let flat = format!(
        "{{\"v\":1,\"type\":\"pdq\",\"hash\":\"01{}\"}}\n",
        "00".repeat(31)
    );
    let text = manifest("\"version\":6") + &lines(1..11) + &flat;
    assert_eq!(held("", "snapshot", &text), [Guard::Degenerate]);
    let folder = tempfile::tempdir().unwrap();
    let canaries = folder.path().join("canaries.txt");
    let near = PDQ.replacen("f8", "f9", 1);
    fs::write(&canaries, format!("pdq {near}\n")).unwrap();
    let text = manifest("\"version\":6")
        + &lines(1..11)
        + &format!("{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{PDQ}\",\"id\":\"dog\"}}\n");

    let world = World::new();
    let config =
        format!("[store]\ncanaries = [{canaries:?}]\n") + &world.source("demo", "snapshot", "");
    world.publish("demo.txt", &text);
    let refreshed = world.refresh_with(&config, &[]).unwrap();
    let violation = &refreshed.lists[0].held[0];
    assert_eq!(violation.guard, Guard::Canary);
    let finding = violation.finding.to_string();
    assert!(finding.contains("dog"), "{finding}");
    // Without any generation there is nothing to read yet.
    assert!(world.store.generations().unwrap().is_empty());
    assert!(world.refresh_with(&config, &[Guard::Canary]).unwrap().lists[0].is_good());
    // A set that cannot be read is not a set that nothing matched.
    fs::remove_file(&canaries).unwrap();
    assert!(matches!(
        world.refresh_with(&config, &[]),
        Err(Error::Io { .. })
    ));
}

#[test]
fn what_is_too_old_is_held_and_told() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "max_age = \"1h\"");
    world.publish("demo.txt", &lines(1..3));
    world.refresh(&config);
    let old = std::time::SystemTime::now() - Duration::from_secs(7200);
    let age = |text: &str| {
        fs::write(world.path("demo.txt"), text).unwrap();
        fs::File::options()
            .write(true)
            .open(world.path("demo.txt"))
            .unwrap()
            .set_modified(old)
            .unwrap();
        let refreshed = world.refresh_with(&config, &[]).unwrap();
        let guards = refreshed.lists[0]
            .held
            .iter()
            .map(|violation| violation.guard);
        guards.collect::<Vec<_>>()
    };
    // Something new and old, and the same as ever: frozen.
    assert_eq!(age(&lines(1..4)), [Guard::Age, Guard::Back]);
    assert_eq!(age(&lines(1..3)), [Guard::Age]);
    assert!(world.store.status().unwrap().lists[0].is_failing());
}

#[test]
fn a_clock_that_was_set_back_is_noticed() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    world.publish("demo.txt", &lines(1..3));
    world.refresh(&(config.clone() + &world.source("own", "local", "")));
    world.decide("own", add(9, "mine")).unwrap();
    // As if the generation in force had been published tomorrow.
    let folder = &world.store.folder;
    let (mut manifest, _) = Manifest::read_kept(folder, 1).unwrap();
    manifest.created += 86_400;
    let bytes = manifest::to_line(&manifest);
    folder::write_private(&folder.manifest(1), &bytes).unwrap();
    Pointer::publish(folder, 1, &bytes).unwrap();
    world.publish("demo.txt", &lines(1..4));
    let refreshed = world.refresh_with(&config, &[]).unwrap();
    assert_eq!(refreshed.lists[0].held[0].guard, Guard::Clock);
    // Neither decisions nor a source that is no longer there bring a generation of that time.
    assert_eq!(
        (refreshed.generation, refreshed.dropped),
        (None, Vec::new())
    );
    assert_eq!(world.store.generation().unwrap(), Some(1));
    assert_eq!(lookup(&world.matcher(), 9), [pair("own", "mine")]);
    let refreshed = world.refresh_with(&config, &[Guard::Clock]).unwrap();
    assert!(refreshed.lists[0].is_good() && refreshed.dropped == ["own"]);
}

#[test]
fn one_source_that_fails_does_not_hold_the_others() {
    let world = World::new();
    let config = world.source("gone", "snapshot", "") + &world.source("demo", "snapshot", "");
    world.publish("demo.txt", &lines(1..3));
    let refreshed = world.refresh_with(&config, &[]).unwrap();
    assert!(refreshed.lists[0].failed.is_some() && refreshed.lists[1].is_good());
    assert_eq!(lookup(&world.matcher(), 1).len(), 1);
    let status = world.store.status().unwrap();
    let gone = status
        .lists
        .iter()
        .find(|list| list.terms.list == "gone")
        .unwrap();
    assert!(gone.is_failing());
    // Removals in what is declared a snapshot, and a file that is no list.
    for text in [line("remove", 1, "x"), "\u{0}".to_owned(), String::new()] {
        world.publish("gone.txt", &text);
        let refreshed = world.refresh_with(&config, &[]).unwrap();
        assert!(refreshed.lists[0].failed.is_some(), "{text}");
        assert_eq!(refreshed.generation, None);
    }
}

#[test]
fn a_dry_run_tells_what_would_change_and_changes_nothing() {
    let world = World::new();
    let config = world.source("demo", "snapshot", "");
    world.publish("demo.txt", &lines(1..3));
    let parsed = Config::parse(&config).unwrap();
    let how = Refresh {
        by: "ana",
        only: &[],
        dry_run: true,
        overridden: BTreeSet::new(),
        reason: None,
        environment: &|_| None,
        cancel: CancelToken::new(),
    };
    let would = world.store.refresh(&parsed, &how).unwrap();
    assert_eq!(
        (would.generation, would.lists[0].difference.added),
        (Some(1), 2)
    );
    assert!(world.store.generations().unwrap().is_empty());
    assert_eq!(
        fs::read_dir(world.store.folder.indexes()).unwrap().count(),
        0
    );
    assert_eq!(
        world.refresh(&config).lists[0].difference,
        would.lists[0].difference
    );
    // Stopped, nothing is published.
    world.publish("demo.txt", &lines(1..4));
    let cancelled = CancelToken::new();
    cancelled.cancel();
    let stopped = Refresh {
        dry_run: false,
        cancel: cancelled,
        ..how
    };
    assert!(matches!(
        world.store.refresh(&parsed, &stopped),
        Err(Error::Cancelled)
    ));
    assert_eq!(world.store.generations().unwrap(), [1]);
}

#[test]
fn other_options_read_anew_what_has_not_changed() {
    let world = World::new();
    let text = lines(1..3) + "{\"v\":1,\"type\":\"url\",\"hash\":\"x\"}\n";
    world.publish("demo.txt", &text);
    let lenient = "guards = { rejects = 50 }";
    let refreshed = world.refresh(&world.source("demo", "snapshot", lenient));
    assert_eq!(refreshed.lists[0].set_aside, 1);
    let kept = fs::read_dir(world.store.folder.set_aside())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert!(fs::read_to_string(kept).unwrap().contains("\"line\":3"));
    let skipping = world.source("demo", "snapshot", "skip_unsupported = true");
    let refreshed = world.refresh(&skipping);
    assert_eq!(
        (refreshed.generation, refreshed.lists[0].set_aside),
        (Some(2), 0)
    );
    assert_eq!(world.refresh(&skipping).generation, None);
}

#[test]
fn entries_that_are_silenced_go_as_well() {
    let silenced = |more: &str| -> String {
        let of = |i: u8| line("add", i, "x").replace("}\n", &format!("{more}}}\n"));
        manifest("\"version\":6") + &lines(1..9) + &(9..11).map(of).collect::<String>()
    };
    assert_eq!(held("", "snapshot", &silenced(",\"labels\":[\"a\"]")), []);
    assert_eq!(
        held("", "snapshot", &silenced(",\"valid_until\":5")),
        [Guard::Shrink]
    );
    assert_eq!(
        held("", "snapshot", &silenced(",\"opinion\":\"negative\"")),
        [Guard::Shrink]
    );
}

#[test]
fn what_lets_one_list_pass_lets_no_other_pass() {
    let world = World::new();
    let config = world.source("a", "snapshot", "") + &world.source("b", "snapshot", "");
    let parsed = Config::parse(&config).unwrap();
    let how = Refresh {
        by: "ana",
        only: &[],
        dry_run: false,
        overridden: [Guard::Shrink].into(),
        reason: Some("a"),
        environment: &|_| None,
        cancel: CancelToken::new(),
    };
    assert!(matches!(
        world.store.refresh(&parsed, &how),
        Err(Error::Argument(_))
    ));
}

#[test]
fn terms_are_in_force_although_the_source_fails() {
    let world = World::new();
    world.publish("demo.txt", &lines(1..3));
    world.refresh(&world.source("demo", "snapshot", ""));
    fs::remove_file(world.path("demo.txt")).unwrap();
    let lowered = world
        .source("demo", "snapshot", "")
        .replace("\"review\"", "\"log\"");
    let refreshed = world.refresh_with(&lowered, &[]).unwrap();
    assert!(refreshed.lists[0].failed.is_some() && refreshed.generation.is_some());
    let found = world.matcher().lookup(&md5(1)).unwrap();
    assert_eq!(found.matches[0].at_most, Some(MaxAction::Log));
    // And no rollback undoes it.
    world.store.rollback(Some(1), "ana", "tests").unwrap();
    let found = world.matcher().lookup(&md5(1)).unwrap();
    assert_eq!(found.matches[0].at_most, Some(MaxAction::Log));
}

#[test]
fn a_source_that_becomes_local_keeps_its_entries_until_that_is_allowed() {
    let world = World::new();
    world.publish("demo.txt", &lines(1..3));
    world.refresh(&world.source("demo", "snapshot", ""));
    let held = world
        .refresh_with(&world.source("demo", "local", ""), &[])
        .unwrap();
    assert_eq!(held.lists[0].held[0].guard, Guard::Shrink);
    assert!(!lookup(&world.matcher(), 1).is_empty());
}
