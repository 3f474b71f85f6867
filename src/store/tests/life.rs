//! The life of a list.

use super::*;
use crate::hash::FrameHash;

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

#[test]
fn what_becomes_of_unchecked_files_is_a_term_of_each_list() {
    let world = World::new();
    let own = world.source("own", "local", "fail = \"closed\"");
    let other = world.source("other", "local", "");
    world.refresh(&format!("{own}{other}"));
    // Lists without entries have terms too.
    let terms = world.matcher().terms();
    let fails = terms
        .iter()
        .map(|terms| (terms.list.as_str(), terms.on_failure()));
    assert_eq!(
        fails.collect::<Vec<_>>(),
        [("other", OnFailure::Open), ("own", OnFailure::Closed)]
    );
    // Terms of releases that do not know the key are read, and those without it are as they were.
    let without = serde_json::to_string(&terms[0]).unwrap();
    assert!(!without.contains("fail"), "{without}");
    assert_eq!(serde_json::from_str::<Terms>(&without).unwrap(), terms[0]);
    for (at_most, fail) in [
        ("block", OnFailure::Closed),
        ("review", OnFailure::Open),
        ("log", OnFailure::Open),
    ] {
        let config = other.replace("\"review\"", &format!("{at_most:?}"));
        let config = Config::parse(&config).unwrap();
        assert_eq!(config.sources[0].terms().on_failure(), fail);
    }
}
