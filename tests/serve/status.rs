//! Whether the service answers at all.

use std::process::Command;

use serde_json::{Value, json};

use crate::client::Service;
use crate::pictures::hash_of;
use crate::store::TestStore;

#[test]
fn a_service_of_a_store_is_alive() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    for path in ["/status", "/status/live", "//status"] {
        let answer = service.get(path);
        assert_eq!((answer.status, answer.text().as_str()), (200, "I-AM-ALIVE"));
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    let head = service.ask("HEAD", "/status", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("10"));
}

#[test]
fn the_wall_around_what_opens_media_is_told() {
    let store = TestStore::new();
    // The same words as those of `basma doctor`, which looks for itself.
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_basma"));
    let doctor = doctor.args(["doctor", "--format", "jsonl"]).output();
    let doctor: Value = serde_json::from_slice(&doctor.unwrap().stdout).unwrap();
    let best = doctor["sandbox"].as_str().unwrap().to_owned();
    for (sandbox, wall) in [("best", best.as_str()), ("off", "none")] {
        let service = Service::start(&store.path(), &["--sandbox", sandbox]);
        let answer = service.get("/status");
        assert_eq!(answer.header("x-basma-sandbox"), Some(wall));
        assert_eq!(answer.text(), "I-AM-ALIVE");
        assert_eq!(service.get("/status/live").header("x-basma-sandbox"), None);
        let metrics = service.get("/metrics").text();
        let line = metrics
            .lines()
            .find(|line| line.starts_with("basma_sandbox_info{"))
            .unwrap();
        assert!(line.contains(&format!("wall=\"{wall}\"")), "{line}");
        assert!(line.ends_with("} 1"), "{line}");
        let is_whole = wall.starts_with("landlock-") && wall.ends_with("+seccomp");
        let whole = if is_whole { "yes" } else { "no" };
        assert!(line.contains(&format!("whole=\"{whole}\"")), "{line}");
    }
}

#[test]
fn strangers_learn_nothing_of_the_wall() {
    let store = TestStore::new();
    let keys = store.file("keys.toml", "");
    let keys = keys.to_str().unwrap();
    std::fs::remove_file(keys).unwrap();
    let key = store.run(&["key", "watcher", "--keys", keys, "--role", "hasher"]);
    let service = Service::start(&store.path(), &["--keys", keys]);
    let with = |key: &str| {
        let bearer = format!("Bearer {key}");
        let answer = service.ask("GET", "/status", &[("Authorization", &bearer)], b"");
        assert_eq!((answer.status, answer.text().as_str()), (200, "I-AM-ALIVE"));
        answer.header("x-basma-sandbox").is_some()
    };
    assert!(with(key.trim()));
    assert!(!with("wrong"));
    let answer = service.get("/status");
    assert_eq!(
        (answer.status, answer.header("x-basma-sandbox")),
        (200, None)
    );
}

#[test]
fn a_flooded_entry_is_quarantined_and_told_and_the_others_go_on() {
    let store = TestStore::with_own("at_most = \"block\"", &[]);
    let service = Service::start(&store.path(), &["--flood", "20"]);
    for scene in [1, 2] {
        let hash = json!({"pdq": hash_of(scene)});
        assert_eq!(
            service.send("POST", "/c/bank/own/signal", &hash).status,
            200
        );
    }
    let path = |scene| format!("/m/lookup?signal_type=pdq&signal={}", hash_of(scene));
    service.wait_for(&path(2), |answer| answer.text().contains("own"));
    for file in 0..30 {
        let answer = service.get(&path(1));
        let is_quarantined = answer.json()["own"][0]["quarantined"] == true;
        assert_eq!(is_quarantined, file >= 20, "{answer:?}");
        let action = if is_quarantined { "review" } else { "block" };
        assert_eq!(answer.header("x-basma-decision"), Some(action), "{file}");
    }
    let answer = service.get(&path(2));
    assert_eq!(answer.header("x-basma-decision"), Some("block"));
    let status = service.get("/status");
    assert_eq!((status.status, status.text().as_str()), (200, "I-AM-ALIVE"));
    assert_eq!(status.header("x-basma-quarantined"), Some("1"));
    let metrics = service.get("/metrics").text();
    let line = "basma_quarantined_entries{list=\"own\"} 1\n";
    assert!(metrics.contains(line), "{metrics}");
}
