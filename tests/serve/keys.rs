//! Who may ask what: keys, roles, rates, and what happens to a key that is gone.

use std::path::{Path, PathBuf};

use crate::client::{Answer, Service};
use crate::store::TestStore;

/// Makes a key as the operator does.
pub(crate) fn key(store: &TestStore, name: &str, more: &[&str]) -> String {
    let path = file(store);
    let path = path.to_str().unwrap();
    let arguments = [&["key", name, "--keys", path], more].concat();
    store.run(&arguments).trim().to_owned()
}

pub(crate) fn file(store: &TestStore) -> PathBuf {
    AsRef::<Path>::as_ref(store).join("keys.toml")
}

fn with_key(service: &Service, path: &str, key: &str) -> Answer {
    let bearer = format!("Bearer {key}");
    service.ask("GET", path, &[("Authorization", &bearer)], b"")
}

fn start(store: &TestStore) -> Service {
    Service::start(&store.path(), &["--keys", file(store).to_str().unwrap()])
}

#[test]
fn a_request_needs_a_key_in_force_with_the_role() {
    let store = TestStore::new();
    let matcher = key(&store, "coop", &["--role", "matcher,distances"]);
    let admin = key(&store, "ana", &["--role", "admin"]);
    let past = "2020-01-01T00:00:00Z";
    let ended = key(&store, "old", &["--role", "admin", "--expires", past]);
    let service = start(&store);

    for path in ["/status", "/status/live", "//status"] {
        assert_eq!(service.get(path).status, 200, "{path}");
    }
    for path in ["/metrics", "/c/banks", "/nothing"] {
        for answer in [
            service.get(path),
            with_key(&service, path, "basma_wrong"),
            with_key(&service, path, &ended),
        ] {
            assert_eq!(answer.status, 401, "{path}");
            assert_eq!(answer.text(), "Authentication required");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    let refused = with_key(&service, "/metrics", &matcher);
    assert_eq!(refused.status, 403);
    assert_eq!(refused.text(), "{\"message\":\"missing role: admin\"}\n");
    assert_eq!(with_key(&service, "/nothing", &matcher).status, 404);
    assert_eq!(with_key(&service, "/metrics", &admin).status, 200);
    // As a password, which is how clients of Basic have it.
    let basic = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("someone:{admin}"),
    );
    let basic = format!("Basic {basic}");
    let headers = [("Authorization", basic.as_str())];
    assert_eq!(service.ask("GET", "/metrics", &headers, b"").status, 200);
}

#[test]
fn a_key_is_used_no_more_often_than_its_rate() {
    let store = TestStore::new();
    let slow = key(&store, "slow", &["--role", "admin", "--rate", "1"]);
    let other = key(&store, "other", &["--role", "admin"]);
    let service = start(&store);
    // A burst: of a machine so slow that each took a second, none would be refused.
    let mut refused = None;
    for _ in 0..200 {
        let answer = with_key(&service, "/metrics", &slow);
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200);
    }
    let refused = refused.expect("one of 200 requests at once is refused");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(with_key(&service, "/metrics", &other).status, 200);
}

#[test]
fn a_key_that_is_taken_out_ends_and_a_damaged_file_ends_none() {
    let store = TestStore::new();
    let first = key(&store, "first", &["--role", "admin"]);
    let service = start(&store);
    assert_eq!(with_key(&service, "/metrics", &first).status, 200);

    // A key that is added counts without a restart.
    let second = key(&store, "second", &["--role", "admin"]);
    let bearer = |key: &str| format!("Bearer {key}");
    let wait = |key: &str, status: u16| {
        let begun = std::time::Instant::now();
        while with_key(&service, "/metrics", key).status != status {
            assert!(begun.elapsed() < crate::client::PATIENCE, "{}", bearer(key));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    wait(&second, 200);

    let text = std::fs::read_to_string(file(&store)).unwrap();
    std::fs::write(file(&store), "[[key]").unwrap();
    // Longer than files are looked at.
    std::thread::sleep(std::time::Duration::from_millis(1200));
    assert_eq!(with_key(&service, "/metrics", &first).status, 200);

    let from = text.rfind("[[key]]").unwrap();
    std::fs::write(file(&store), &text[from..]).unwrap();
    wait(&first, 401);
    assert_eq!(with_key(&service, "/metrics", &second).status, 200);
}

#[test]
fn other_machines_reach_the_service_with_keys_alone() {
    let store = TestStore::new();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let mut command = Service::command(&store.path(), &["--listen", address]);
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        // A machine without IPv6 listens at no such address.
        let is_told = told.contains("--keys") || told.contains("listen at");
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(is_told && !told.contains("http://"), "{told}");
    }
    key(&store, "ana", &["--role", "admin"]);
    let keys = file(&store);
    let more = ["--listen", "0.0.0.0:0", "--keys", keys.to_str().unwrap()];
    let mut service = Service::start(&store.path(), &more);
    service.address.set_ip([127, 0, 0, 1].into());
    assert_eq!(service.get("/status").status, 200);
    assert_eq!(service.get("/metrics").status, 401);
}

#[test]
fn a_file_that_holds_no_keys_begins_no_service() {
    let store = TestStore::new();
    for text in ["[[key]]\nname = \"a\"\n", "keys = 1\n", "\0"] {
        let path = store.file("bad.toml", text);
        let mut command = Service::command(&store.path(), &["--keys", path.to_str().unwrap()]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("bad.toml: not a file of keys"), "{told}");
    }
}

#[test]
fn who_may_not_see_distances_is_told_which_entries_match_and_nothing_else() {
    let store = TestStore::new();
    let matcher = key(&store, "coop", &["--role", "matcher"]);
    let seeing = key(&store, "ana", &["--role", "matcher,distances"]);
    let hash = crate::pictures::hash_of(1);
    let last = if hash.ends_with('0') { "1" } else { "0" };
    let near = format!("{}{last}", &hash[..63]);
    store.run(&["add", &format!("pdq:{near}"), "--id", "x"]);
    let service = start(&store);
    let query = format!("signal_type=pdq&signal={hash}");
    let lookup = format!("/m/lookup?{query}");
    let found = with_key(&service, &lookup, &matcher).json()["own"][0].clone();
    assert_eq!(found["distance"], "0");
    assert_eq!(found["entry"]["id"], "x");
    assert!(found.get("view").is_none() && found.get("tier").is_none());
    let raw = format!("/m/raw_lookup?{query}&include_distance=true");
    let raw_found = with_key(&service, &raw, &matcher).json();
    assert_eq!(raw_found["matches"][0]["distance"], "0");
    // With it the distance could be found out.
    for path in [&lookup, &raw] {
        let refused = with_key(&service, &format!("{path}&max_distance=1"), &matcher);
        assert_eq!(refused.status, 403, "{refused:?}");
        assert!(refused.text().contains("missing role"));
    }
    let found = with_key(&service, &lookup, &seeing).json()["own"][0].clone();
    assert_ne!(found["distance"], "0");
    assert_eq!(found["tier"], "near");
}
