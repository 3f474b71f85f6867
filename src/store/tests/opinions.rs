//! Opinions that act: what is allowed, disputed, unreviewed or beyond appeal.

use super::*;
use crate::list::Opinion;
use crate::matcher::Policy;

/// A list that may block, and one of what is allowed.
fn config(world: &World, more: &str) -> String {
    world
        .source("demo", "snapshot", more)
        .replace("at_most = \"review\"", "at_most = \"block\"")
        + &world.source("allowed", "local", "suppresses = [\"*\"]")
}

fn entry(hash: &str, opinion: &str) -> String {
    format!("{{\"v\":1,{hash},\"id\":\"x\",\"opinion\":\"{opinion}\"}}\n")
}

/// A list that may not be used any more matches nothing, and allows nothing.
#[test]
fn an_expired_list_matches_and_allows_nothing() {
    let world = World::new();
    world.publish("a.txt", &format!("{}\n", line("add", 1, "x")));
    world.publish("b.txt", &format!("{}\n", line("add", 1, "y")));
    let end = "expires = \"2030-01-01\"";
    let allows = format!("{end}\nsuppresses = [\"a\"]");
    let of = |list: &str, more: &str| world.source(list, "snapshot", more);
    let ends = 1_893_456_000;
    let looked = |at: i64| {
        let matcher = Matcher::open([world.store.path()]).unwrap();
        let matcher = matcher.with_policy(Policy::default().with_at(at));
        said(&matcher.lookup(&md5(1)).unwrap())
    };
    world.refresh(&of("a", end));
    assert_eq!(looked(ends - 1), [pair("a", "x")]);
    assert_eq!(looked(ends), []);
    let both = format!("{}\n{}", of("a", ""), of("b", &allows));
    world.refresh(&both);
    assert_eq!(looked(ends - 1), []);
    assert_eq!(looked(ends), [pair("a", "x")]);
    for wrong in ["soon", "2030", "2030-13-01", ""] {
        let config = of("a", &format!("expires = {wrong:?}"));
        assert!(Config::parse(&config).is_err(), "{wrong}");
    }
}

#[test]
fn only_what_is_confirmed_may_block() {
    let world = World::new();
    let opinions = ["positive", "seed", "disputed", "negative"];
    let lines = (1..).zip(opinions).map(|(byte, opinion)| {
        entry(
            &format!("\"type\":\"md5\",\"hash\":\"{}\"", md5(byte)),
            opinion,
        )
    });
    world.publish("demo.txt", &lines.collect::<String>());
    world.refresh(&config(&world, ""));
    let matcher = world.matcher();
    let most = |byte| {
        let found = matcher.lookup(&md5(byte)).unwrap();
        found
            .matches
            .first()
            .map(|m| (m.opinion, m.at_most.unwrap()))
    };
    assert_eq!(most(1), Some((Opinion::Positive, MaxAction::Block)));
    assert_eq!(most(2), Some((Opinion::Seed, MaxAction::Review)));
    assert_eq!(most(3), Some((Opinion::Disputed, MaxAction::Review)));
    assert_eq!(most(4), None);
}

#[test]
fn contributors_who_disagree_make_an_entry_disputed() {
    let world = World::new();
    let hash = format!("\"type\":\"md5\",\"hash\":\"{}\"", md5(1));
    world.publish(
        "demo.txt",
        &(entry(&hash, "negative") + &entry(&hash, "positive")),
    );
    world.refresh(&config(&world, ""));
    let found = world.matcher().lookup(&md5(1)).unwrap();
    assert_eq!(found.matches[0].opinion, Opinion::Disputed);
    assert_eq!(found.matches[0].at_most, Some(MaxAction::Review));
}

#[test]
fn nothing_allows_the_very_file_of_a_list_beyond_appeal() {
    let world = World::new();
    let pdq: Hash = PDQ.parse::<crate::hash::Pdq>().unwrap().into();
    let lines = format!(
        "{{\"v\":1,\"type\":\"md5\",\"hash\":\"{}\",\"id\":\"x\"}}\n{{\"v\":1,\"type\":\"pdq\",\"hash\":\"{PDQ}\",\"id\":\"x\"}}\n",
        md5(1)
    );
    world.publish("demo.txt", &lines);
    let allow = |world: &World| {
        for hash in [md5(1), pdq] {
            let entry = Entry::new(hash, 1).with_id("ours".to_owned());
            world.decide("allowed", Act::Add(Box::new(entry))).unwrap();
        }
    };
    world.refresh(&config(&world, ""));
    allow(&world);
    let found = |hash: &Hash| {
        let found = world.matcher().lookup(hash).unwrap();
        (found.matches.len(), found.suppressed.len())
    };
    assert_eq!((found(&md5(1)), found(&pdq)), ((0, 1), (0, 1)));
    world.refresh(&config(&world, "beyond_appeal = true"));
    // A picture that looks the same can still be another one.
    assert_eq!((found(&md5(1)), found(&pdq)), ((1, 0), (0, 1)));
}

#[test]
fn what_is_allowed_for_a_time_is_allowed_no_longer() {
    let world = World::new();
    world.publish("demo.txt", &line("add", 1, "x"));
    world.refresh(&config(&world, ""));
    let until = |time: i64| {
        let entry = Entry::new(md5(1), 1)
            .with_id("ours".to_owned())
            .with_valid_until(time);
        world.decide("allowed", Act::Add(Box::new(entry))).unwrap();
        world.matcher().lookup(&md5(1)).unwrap()
    };
    let now = clock::now();
    let allowed = until(now + 10_000);
    assert_eq!(allowed.suppressed[0].allowed_by.as_deref(), Some("allowed"));
    let over = until(now - 10);
    assert_eq!((over.matches.len(), over.suppressed.len()), (1, 0));
}

#[test]
fn what_nobody_reviewed_cannot_be_set_to_block() {
    let world = World::new();
    let source = world.source("demo", "snapshot", "unreviewed = true");
    assert!(Config::parse(&source).is_ok());
    let error = Config::parse(&source.replace("\"review\"", "\"block\"")).unwrap_err();
    assert!(error.to_string().contains("unreviewed"), "{error}");
}

#[test]
fn what_was_decided_about_an_entry_of_a_provider_survives_every_refresh() {
    let world = World::new();
    let config = config(&world, "guards = { growth = 1000, shrink = 100 }");
    let seed = entry(&format!("\"type\":\"md5\",\"hash\":\"{}\"", md5(1)), "seed");
    world.publish("demo.txt", &(seed.clone() + &line("add", 2, "y")));
    world.refresh(&config);
    // Confirmed, and rejected.
    let confirmed = Entry::new(md5(1), 1)
        .with_id("x".to_owned())
        .with_source("us".to_owned());
    world.decide("demo", Act::Add(Box::new(confirmed))).unwrap();
    world
        .decide("demo", Act::Revoke(Target::Entry(md5(2), "y".to_owned())))
        .unwrap();
    for turn in 0..2 {
        let found = world.matcher().lookup(&md5(1)).unwrap();
        assert_eq!(found.matches[0].opinion, Opinion::Positive, "{turn}");
        assert_eq!(found.matches[0].at_most, Some(MaxAction::Block));
        assert!(lookup(&world.matcher(), 2).is_empty());
        // The provider says the same again, and something new.
        world.publish(
            "demo.txt",
            &(seed.clone() + &line("add", 2, "y") + &line("add", 3 + turn, "z")),
        );
        world.refresh(&config);
    }
}

#[test]
fn feedback_has_what_was_decided_and_still_stands() {
    let world = World::new();
    let text = world.source("demo", "delta", "").replace(
        "[source.from.file]",
        "[source.from.http]\nurl = \"https://a.example/v2/entries\"\ninterface = { ncmec = {} }\n#",
    );
    let text: String = text
        .lines()
        .filter(|line| {
            !line.starts_with("path") && !line.starts_with("settle") && !line.starts_with('#')
        })
        .map(|line| line.to_owned() + "\n")
        .collect();
    let config = Config::parse(&text).unwrap();
    // Decided about a list that is in force.
    let local = world.source("demo", "local", "");
    world.refresh(&local);
    let of = |byte, id: &str| Target::Entry(md5(byte), id.to_owned());
    let confirmed = Entry::new(md5(1), 1).with_id("42-image1".to_owned());
    world.decide("demo", Act::Add(Box::new(confirmed))).unwrap();
    world
        .decide("demo", Act::Revoke(of(2, "42-image2")))
        .unwrap();
    world
        .decide("demo", Act::Revoke(of(3, "42-image3")))
        .unwrap();
    world.decide("demo", Act::Lift(of(3, "42-image3"))).unwrap();
    world
        .decide("demo", Act::Revoke(Target::Hash(md5(4))))
        .unwrap();
    // Decisions go into the audit with the next generation, or at once.
    let feedback = world.store.feedback(&config, "demo").unwrap();
    let mut said: Vec<_> = feedback
        .iter()
        .map(|f| {
            let message = f.message.as_ref();
            (
                f.id.clone(),
                f.agrees,
                message.map(|m| m["feedback"].as_str().unwrap().to_owned()),
            )
        })
        .collect();
    said.sort();
    assert_eq!(
        said,
        [
            (None, false, None),
            (Some("42-image1".into()), true, Some("affirmative".into())),
            (Some("42-image2".into()), false, Some("negative".into()))
        ]
    );
    let request = feedback
        .iter()
        .find_map(|f| f.message.as_ref().filter(|_| !f.agrees));
    assert_eq!(
        request.unwrap()["request"],
        "PUT v2/entries/42/image2/MD5/feedback"
    );
    assert!(world.store.feedback(&config, "other").is_err());
}
