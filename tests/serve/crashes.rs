//! Services that are killed, and their copies on other machines.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::client::Service;
use crate::pictures::hash_of;
use crate::store::TestStore;

/// A hash that is near to no other of another number.
fn hash(number: u64) -> String {
    let digest = blake3::hash(&number.to_le_bytes());
    digest.to_hex().to_string()
}

fn lookup(hash: &str) -> String {
    format!("/m/lookup?signal_type=pdq&signal={hash}")
}

fn ids(answer: &Value, bank: &str) -> Vec<u64> {
    let matches = answer[bank].as_array().into_iter().flatten();
    matches
        .map(|found| found["bank_content_id"].as_u64().unwrap())
        .collect()
}

#[test]
fn what_was_answered_outlives_the_service_and_ids_are_never_given_twice() {
    let store = TestStore::new();
    let first = Service::start(&store.path(), &[]);
    first.send("POST", "/c/banks", &json!({"name": "A"}));
    drop(first);
    let next = AtomicU64::new(0);
    let mut known: Vec<(u64, u64)> = Vec::new();
    // Each time it is killed while four clients add, one of them many at a time.
    for round in 0..4_u64 {
        let mut service = Service::start(&store.path(), &[]);
        let is_over = AtomicBool::new(false);
        let answered = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for client in 0..4 {
                let (service, is_over, answered, next) = (&service, &is_over, &answered, &next);
                scope.spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        let count = if client == 0 { 50 } else { 1 };
                        let from = next.fetch_add(count, Ordering::Relaxed);
                        let numbers: Vec<u64> = (from..from + count).collect();
                        let signals: Vec<Value> =
                            numbers.iter().map(|it| json!({"pdq": hash(*it)})).collect();
                        let body = json!({"signals": signals}).to_string();
                        let kind = [("Content-Type", "application/json")];
                        let path = "/c/bank/A/signals";
                        let Ok(answer) = service.try_ask("POST", path, &kind, body.as_bytes())
                        else {
                            return;
                        };
                        assert_eq!(answer.status, 200, "{answer:?}");
                        let contents = answer.json()["contents"].as_array().unwrap().clone();
                        let ids = contents.iter().map(|it| it["id"].as_u64().unwrap());
                        answered.lock().unwrap().extend(ids.zip(numbers));
                    }
                });
            }
            let enough = |count: usize| count as u64 > 60 * (round + 1);
            while !enough(answered.lock().unwrap().len()) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            // SIGKILL.
            kill(&service);
            is_over.store(true, Ordering::Relaxed);
        });
        service.child.wait().unwrap();
        known.extend(answered.into_inner().unwrap());
    }
    let service = Service::start(&store.path(), &[]);
    let different: BTreeSet<u64> = known.iter().map(|(id, _)| *id).collect();
    assert_eq!(different.len(), known.len(), "ids are given once");
    for (id, number) in &known {
        let answer = service.get(&lookup(&hash(*number)));
        assert_eq!(ids(&answer.json(), "A"), [*id], "{number}");
        let content = service.get(&format!("/c/bank/A/content/{id}?include_signals=true"));
        assert_eq!(content.json()["signals"]["pdq"], hash(*number));
    }
    let last = different.last().copied().unwrap();
    let added = service.send("POST", "/c/bank/A/signal", &json!({"pdq": hash(u64::MAX)}));
    assert!(added.json()["id"].as_u64().unwrap() > last);
}

/// Kills the process outright, while others talk to it.
fn kill(service: &Service) {
    let process = service.child.id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-KILL", &process])
        .status();
    assert!(killed.unwrap().success());
}

#[test]
fn banks_notes_and_switches_outlive_the_service_and_a_torn_end() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    service.send(
        "POST",
        "/c/banks",
        &json!({"name": "A", "enabled_ratio": 0.25}),
    );
    service.send("PUT", "/c/bank/A", &json!({"name": "B"}));
    for number in 1..=3 {
        let body = json!({"pdq": hash_of(number), "note": "first"});
        assert_eq!(
            service.send("POST", "/c/bank/B/signal", &body).json()["id"],
            number
        );
    }
    service.send(
        "PUT",
        "/c/bank/B/content/1",
        &json!({"disable_until_ts": 0, "note": "second"}),
    );
    service.ask("DELETE", "/c/bank/B/content/2", &[], b"");
    drop(service);
    let journal = store.path().join("service/journal.jsonl");
    let mut text = fs::read(&journal).unwrap();
    let whole = text.len();
    text.extend_from_slice(b"0123456789abcdef {\"did\":\"gone\",\"fi");
    fs::write(&journal, &text).unwrap();
    for _ in 0..2 {
        let service = Service::start(&store.path(), &[]);
        let bank = service.get("/c/bank/B").json();
        assert_eq!(bank, json!({"matching_enabled_ratio": 0.25, "name": "B"}));
        let content = service.get("/c/bank/B/content/1").json();
        assert_eq!(
            (&content["disable_until_ts"], &content["note"]),
            (&0.into(), &"second".into())
        );
        assert_eq!(service.get("/c/bank/B/content/2").status, 404);
        assert_eq!(service.get("/c/bank/B/content/3").json()["note"], "first");
    }
    let service = Service::start(&store.path(), &[]);
    let body = json!({"pdq": hash_of(4)});
    assert_eq!(
        service.send("POST", "/c/bank/B/signal", &body).json()["id"],
        4
    );
    drop(service);
    assert!(fs::read(&journal).unwrap().starts_with(&text[..whole]));
    // A damaged line in the middle is an error. Only the last line can be torn.
    let mut text = fs::read(&journal).unwrap();
    text[whole / 2] ^= 1;
    fs::write(&journal, &text).unwrap();
    let refused = Service::command(&store.path(), &[]).output().unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(
        told.contains("journal.jsonl") && told.contains("line "),
        "{told}"
    );
}

#[test]
fn one_service_changes_a_store_and_replicas_follow_it() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    // Two would give one id to two contents.
    let second = Service::command(&store.path(), &[]).output().unwrap();
    let told = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(4), "{told}");
    assert!(told.contains("locked"), "{told}");
    let replica = Service::start(&store.path(), &["--read-only"]);
    service.send("POST", "/c/banks", &json!({"name": "A"}));
    let added = service.send("POST", "/c/bank/A/signal", &json!({"pdq": hash_of(1)}));
    assert_eq!(added.json()["id"], 1);
    let found = |answer: &crate::client::Answer| ids(&answer.json(), "A") == [1];
    replica.wait_for(&lookup(&hash_of(1)), found);
    replica.wait_for("/c/bank/A/content/1", |answer| answer.status == 200);
    service.send(
        "PUT",
        "/c/bank/A/content/1",
        &json!({"disable_until_ts": 0}),
    );
    replica.wait_for(&lookup(&hash_of(1)), |answer| answer.json() == json!({}));
    for (method, path, body) in [
        ("POST", "/c/banks", json!({"name": "B"})),
        ("PUT", "/c/bank/A", json!({"enabled": false})),
        ("DELETE", "/c/bank/A", json!({})),
        ("POST", "/c/bank/A/signal", json!({"pdq": hash_of(2)})),
        (
            "POST",
            "/c/bank/A/signals",
            json!({"signals": [{"pdq": hash_of(2)}]}),
        ),
        ("PUT", "/c/bank/A/content/1", json!({"note": "x"})),
        ("DELETE", "/c/bank/A/content/1", json!({})),
        ("PUT", "/c/signal_type/pdq", json!({"enabled_ratio": 0})),
    ] {
        let answer = replica.send(method, path, &body);
        assert_eq!(answer.status, 403, "{method} {path}: {answer:?}");
    }
    // A copy of the files serves as well.
    let copy = tempfile::tempdir().unwrap();
    let to = copy.path().join("store");
    copy_folder(&store.path(), &to);
    drop(service);
    let copied = Service::start(&to, &["--read-only"]);
    assert_eq!(
        copied.get("/c/bank/A/content/1").json()["disable_until_ts"],
        0
    );
    let raw = format!("/m/raw_lookup?signal_type=pdq&signal={}", hash_of(1));
    assert_eq!(copied.get(&raw).json(), json!({"matches": [1]}));
}

fn copy_folder(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
