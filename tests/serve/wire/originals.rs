//! Soft-binding resolution of C2PA.

use basma::hash::HashType;
use basma::hasher::Hasher;
use serde_json::{Value, json};

use crate::client::{Answer, Service};
use crate::store::TestStore;
use crate::uploads::{flat, picture};
use crate::wire::PATIENT;

const ALG: &str = "basma.pdq.1";
pub(super) const MANIFEST: &str = "urn:c2pa:f47ac10b-58cc-4372-a567-0e02b2c3d479";
const OTHER: &str = "urn:c2pa:00000000-58cc-4372-a567-0e02b2c3d479";

/// Picture 1 is an original of our own, picture 2 one that a list of fakes says is authentic, picture 3 a fake.
pub(super) fn store_of_originals() -> TestStore {
    let store = TestStore::new();
    let line = |number, id: &str, more: &str| {
        let hash = hash(number);
        format!(
            "{{\"v\":1,\"op\":\"add\",\"type\":\"pdq\",\"hash\":\"{hash}\",\"id\":\"{id}\"{more}}}\n"
        )
    };
    let labels = ",\"labels\":[\"https://credentials.example.org/v1\"]";
    let originals = store.file("originals.jsonl", line(1, MANIFEST, labels));
    let fakes = [
        line(2, OTHER, ",\"opinion\":\"NEGATIVE_CLASS\""),
        line(3, "urn:c2pa:11111111-58cc-4372-a567-0e02b2c3d479", ""),
        // What is on both is an original: the list of what is allowed says so.
        line(1, "a-fake", ""),
    ];
    let fakes = store.file("fakes.jsonl", fakes.concat());
    let source = |list: &str, more: &str, path: &std::path::Path| {
        format!(
            "[[source]]\nlist = \"{list}\"\npurpose = \"tests\"\nkind = \"snapshot\"\nat_most = \"review\"\n{more}\n\
             [source.from.file]\npath = {path:?}\nsettle_seconds = 0\n"
        )
    };
    let originals = source("originals", "suppresses = [\"*\"]", &originals);
    store.sources(&(originals + &source("fakes", "", &fakes)));
    store.run(&["refresh"]);
    store
}

fn service() -> (TestStore, Service) {
    let store = store_of_originals();
    let service = Service::start(&store.path(), &PATIENT);
    (store, service)
}

/// Where the originals of a picture are asked for by its hash.
pub(super) fn path_of(number: u64) -> String {
    format!(
        "/matches/byBinding?alg={ALG}&value={}",
        escaped(&value(number))
    )
}

fn hash(number: u64) -> basma::hash::Hash {
    Hasher::new([HashType::Pdq])
        .hash_bytes(&picture(number))
        .prints[0]
        .hash
}

fn value(number: u64) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(hash(number).as_bytes())
}

/// A text as it stands in a URL.
fn escaped(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

fn by_binding(service: &Service, number: u64, more: &str) -> Answer {
    service.get(&(path_of(number) + more))
}

fn manifests(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let matches = answer.json()["matches"].as_array().unwrap().clone();
    matches
        .into_iter()
        .map(|found| found["manifestId"].clone())
        .collect()
}

#[test]
fn an_original_is_found_by_its_hash() {
    let (_store, service) = service();
    let answer = by_binding(&service, 1, "");
    assert_eq!(
        answer.json()["matches"],
        json!([{
            "manifestId": MANIFEST, "endpoint": "https://credentials.example.org/v1", "similarityScore": 100
        }])
    );
    assert_eq!(manifests(&by_binding(&service, 2, "")), [OTHER]);
    // What a list holds for what it shows is no original, and neither is what no list holds.
    for number in [3, 4] {
        assert!(manifests(&by_binding(&service, number, "&maxResults=3")).is_empty());
    }
    let query = json!({ "alg": ALG, "value": value(1) });
    let answer = service.send("POST", "/matches/byBinding?maxResults=1", &query);
    assert_eq!(manifests(&answer), [MANIFEST]);
}

#[test]
fn an_original_is_found_by_a_copy() {
    let (_store, service) = service();
    let by_content = |path: &str, kind: &str, file: &[u8]| {
        service.ask("POST", path, &[("Content-Type", kind)], file)
    };
    let copy = |number| [picture(number), b"more".to_vec()].concat();
    let path = format!("/matches/byContent?alg={ALG}");
    assert_eq!(
        manifests(&by_content(&path, "image/png", &copy(1))),
        [MANIFEST]
    );
    assert_eq!(
        manifests(&by_content("/matches/byContent", "image/png", &copy(2))),
        [OTHER]
    );
    assert!(manifests(&by_content(&path, "image/png", &copy(3))).is_empty());
    let hint = format!("{path}&hintAlg={ALG}&hintValue={}", escaped(&value(1)));
    assert_eq!(
        manifests(&by_content(&hint, "image/png", &copy(3))),
        [MANIFEST]
    );
    let other_hint = format!("{path}&hintAlg=com.example.1&hintValue=x");
    assert!(manifests(&by_content(&other_hint, "image/png", &copy(3))).is_empty());
    let answer = by_content(&path, "image/png", &flat());
    assert!(manifests(&answer).is_empty());
    assert_eq!(
        answer.header("x-basma-not-examined"),
        Some("picture-too-flat")
    );
    for (kind, file) in [
        ("image/png", b"some text".as_slice()),
        ("text/plain", &copy(1)),
    ] {
        assert_eq!(by_content(&path, kind, file).status, 415);
    }
    let wrong_hint = format!("{path}&hintAlg={ALG}&hintValue=AAAA");
    assert_eq!(by_content(&wrong_hint, "image/png", &copy(1)).status, 400);
}

#[test]
fn what_is_asked_wrongly_is_said_so() {
    let (_store, service) = service();
    let algorithms = service.get("/services/supportedAlgorithms").json();
    assert_eq!(
        algorithms,
        json!({ "watermarks": [], "fingerprints": [{ "alg": ALG }] })
    );
    let long = "A".repeat(2000);
    for (path, status) in [
        (format!("/matches/byBinding?alg={ALG}"), 400),
        (
            format!("/matches/byBinding?value={}", escaped(&value(1))),
            400,
        ),
        (format!("/matches/byBinding?alg={ALG}&value=AAAA"), 400),
        (
            format!(
                "/matches/byBinding?alg=com.example.1&value={}",
                escaped(&value(1))
            ),
            400,
        ),
        (
            format!(
                "/matches/byBinding?alg={ALG}&value={}&maxResults=0",
                escaped(&value(1))
            ),
            400,
        ),
        (format!("/matches/byBinding?alg={ALG}&value={long}"), 414),
        (format!("/manifests/{MANIFEST}"), 404),
    ] {
        assert_eq!(service.get(&path).status, status, "{path}");
    }
    let answer = service.send_text("POST", "/matches/byBinding", "{\"alg\":1}");
    assert_eq!(answer.status, 400);
}
