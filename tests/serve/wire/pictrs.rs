//! The external validation of pict-rs.

use std::io::Write as _;

use serde_json::json;

use crate::client::{Answer, PATIENCE, Part, Service};
use crate::store::TestStore;
use crate::uploads::{flat, jpeg, picture, zip};
use crate::wire::PATIENT;

fn service(terms: &str, more: &[&str]) -> (TestStore, Service) {
    let store = TestStore::with_own(terms, &[("listed.png", &picture(1))]);
    let service = Service::start(&store.path(), &[&PATIENT, more].concat());
    (store, service)
}

/// What pict-rs sends: the file as it is, with its type.
fn scan(service: &Service, file: &[u8]) -> Answer {
    let headers = [("Content-Type", "image/png")];
    service.ask("POST", "/api/v1/scan/IPADDR", &headers, file)
}

fn decision(answer: &Answer) -> (u16, &str, Option<&str>) {
    let decision = answer.header("x-basma-decision").unwrap();
    let reason = answer.header("x-basma-not-examined");
    (answer.status, decision, reason)
}

#[test]
fn a_listed_picture_is_refused_and_another_is_taken() {
    let (_store, service) = service("at_most = \"block\"", &[]);
    let refused = scan(&service, &picture(1));
    assert_eq!(decision(&refused), (406, "block", None));
    assert_eq!(
        refused.json(),
        json!({ "checked": true, "decision": "block" })
    );
    assert_eq!(refused.header("x-basma-generation"), Some("2"));
    let taken = scan(&service, &picture(2));
    assert_eq!(decision(&taken), (200, "no-match", None));
    // As a form, below any name, and in an archive.
    let listed = picture(1);
    let parts = [Part::file("file", &listed)];
    assert_eq!(service.form("/api/v1/scan/10.0.0.7", &parts).status, 406);
    let zip = zip(&[("a.png", &picture(1))]);
    assert_eq!(scan(&service, &zip).status, 406);
    assert_eq!(service.get("/api/v1/scan/IPADDR").status, 405);
}

#[test]
fn what_was_not_examined_has_an_answer_of_its_own() {
    let unknown: [(&[u8], &str); 3] = [
        (b"some text", "format-unknown"),
        (&flat(), "picture-too-flat"),
        (b"", "file-empty"),
    ];
    let (_store, closed) = service("at_most = \"block\"", &[]);
    for (file, code) in unknown {
        let answer = scan(&closed, file);
        assert_eq!(decision(&answer), (503, "not-examined", Some(code)));
        assert_eq!(answer.json()["checked"], false);
        assert_eq!(answer.json()["reason"], code);
    }
    let (_store, open) = service("at_most = \"block\"\nfail = \"open\"", &[]);
    for (file, code) in unknown {
        let answer = scan(&open, file);
        assert_eq!(decision(&answer), (200, "not-examined", Some(code)));
        assert_eq!(answer.json()["checked"], false);
    }
    assert_eq!(scan(&open, &picture(1)).status, 406);
}

#[test]
fn a_match_for_review_is_stated_and_passes() {
    let (_store, service) = service("at_most = \"review\"", &[]);
    assert_eq!(
        decision(&scan(&service, &picture(1))),
        (200, "review", None)
    );
}

#[test]
fn lists_that_hold_nothing_check_nothing() {
    let store = TestStore::with_own("at_most = \"block\"", &[]);
    let service = Service::start(&store.path(), &[]);
    let answer = scan(&service, &picture(1));
    assert_eq!(
        (answer.status, answer.header("x-basma-decision")),
        (503, Some("not-checked"))
    );
    assert_eq!(answer.header("x-basma-not-checked"), Some("lists-empty"));
    assert_eq!(answer.json()["reason"], "lists-empty");
}

#[test]
fn a_body_beyond_the_limit_is_not_examined() {
    let (_store, service) = service("at_most = \"block\"", &["--max-body-bytes", "100K"]);
    let large = vec![7; 200 << 10];
    assert_eq!(
        decision(&scan(&service, &large)),
        (503, "not-examined", Some("limit-file-bytes"))
    );
    let parts = [Part::file("file", &large)];
    assert_eq!(service.form("/api/v1/scan/x", &parts).status, 503);
    // So much that nothing of it is read: the head alone is answered.
    let mut stream = service.connect();
    stream
        .write_all(b"POST /api/v1/scan/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\nConnection: close\r\n\r\n")
        .unwrap();
    let huge = Answer::read(&mut stream, false).unwrap();
    assert_eq!(
        decision(&huge),
        (503, "not-examined", Some("limit-file-bytes"))
    );
}

#[test]
fn a_damaged_list_is_no_list_without_a_match() {
    use basma::hash::HashType;
    use basma::hasher::Hasher;
    let store = TestStore::with_own("at_most = \"block\"", &[("listed.png", &picture(1))]);
    // What was added becomes part of an index.
    store.run(&["refresh"]);
    let fingerprint = Hasher::new([HashType::Pdq]).hash_bytes(&picture(1));
    let hash = fingerprint.prints[0].hash;
    let mut damaged = 0;
    for entry in walkdir::WalkDir::new(store.path()) {
        let entry = entry.unwrap();
        let Ok(mut bytes) = std::fs::read(entry.path()) else {
            continue;
        };
        if !basma::index::Index::is_index(&bytes) {
            continue;
        }
        let found = bytes.windows(32).position(|at| at == hash.as_bytes());
        if let Some(at) = found {
            bytes[at] ^= 1;
            std::fs::write(entry.path(), bytes).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0, "the hash stands in an index");
    let service = Service::start(&store.path(), &[]);
    let answer = scan(&service, &picture(1));
    assert_eq!(
        (answer.status, answer.header("x-basma-decision")),
        (503, Some("not-checked"))
    );
    assert_eq!(
        answer.header("x-basma-not-checked"),
        Some("lists-unreadable")
    );
}

#[test]
fn a_body_of_which_half_never_comes_is_not_checked() {
    let store = TestStore::with_own("at_most = \"block\"", &[("listed.png", &picture(1))]);
    let service = Service::start(&store.path(), &["--deadline", "2"]);
    let mut stream = service.connect();
    stream
        .write_all(b"POST /api/v1/scan/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc")
        .unwrap();
    let answer = Answer::read(&mut stream, false).unwrap();
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("x-basma-not-checked"), Some("deadline"));
}

/// A match of any protocol is a case for a person.
#[test]
fn a_match_goes_into_the_queue() {
    let (_store, service) = service("at_most = \"review\"", &[]);
    assert!(!service.get("/review").text().contains("/review/case/"));
    assert_eq!(scan(&service, &picture(2)).status, 200);
    assert_eq!(scan(&service, &picture(1)).status, 200);
    service.wait_for("/review", |page| page.text().contains("/review/case/"));
}

/// A look-up of HMA states the same in the head of its answer.
#[test]
fn a_lookup_of_hma_states_what_is_known() {
    let (_store, service) = service("at_most = \"block\"", &[]);
    let lookup = |file: &[u8]| service.form("/m/lookup", &[Part::file("photo", file)]);
    assert_eq!(decision(&lookup(&picture(1))), (200, "block", None));
    assert_eq!(decision(&lookup(&picture(2))), (200, "no-match", None));
    let cut = &jpeg(2)[..4000];
    let answer = lookup(cut);
    let (status, decision, reason) = decision(&answer);
    assert_eq!((status, decision), (500, "not-examined"));
    assert!(reason.is_some());
}

#[test]
fn a_form_without_one_file_is_a_mistake() {
    let (_store, service) = service("at_most = \"block\"", &[]);
    let bytes = picture(2);
    for parts in [
        vec![Part::field("name", "text")],
        vec![Part::file("file", &bytes), Part::file("other", &bytes)],
    ] {
        let answer = service.form("/api/v1/scan/x", &parts);
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    let headers = [("Content-Type", "multipart/form-data; boundary=x")];
    let torn = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc";
    assert_eq!(
        service.ask("POST", "/api/v1/scan/x", &headers, torn).status,
        400
    );
}

/// What a curator switched off by the requests of HMA matches nowhere else.
#[test]
fn what_is_switched_off_does_not_match() {
    let store = TestStore::new();
    let service = Service::start(
        &store.path(),
        &[&PATIENT[..], &["--refuse", "review"]].concat(),
    );
    let bank = json!({ "name": "A" });
    assert_eq!(service.send("POST", "/c/banks", &bank).status, 201);
    let listed = picture(1);
    let added = service.form("/c/bank/A/content", &[Part::file("photo", &listed)]);
    let path = format!("/c/bank/A/content/{}", added.json()["id"]);
    let becomes = |status: u16| {
        let begun = std::time::Instant::now();
        while scan(&service, &listed).status != status {
            assert!(begun.elapsed() < PATIENCE, "{status}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    becomes(406);
    for (path, off, on) in [
        (
            path.as_str(),
            json!({ "disable_until_ts": 0 }),
            json!({ "disable_until_ts": 1 }),
        ),
        (
            "/c/bank/A",
            json!({ "enabled_ratio": 0.0 }),
            json!({ "enabled_ratio": 1.0 }),
        ),
    ] {
        assert_eq!(service.send("PUT", path, &off).status, 200);
        becomes(200);
        assert_eq!(decision(&scan(&service, &listed)), (200, "no-match", None));
        assert_eq!(service.send("PUT", path, &on).status, 200);
        becomes(406);
    }
}
