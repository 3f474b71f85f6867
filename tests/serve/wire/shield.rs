//! The shape of Arachnid Shield.

use std::process::Command;

use basma::hash::HashType;
use basma::hasher::{Digests, Hasher};
use serde_json::{Value, json};

use crate::client::{Answer, Service};
use crate::store::TestStore;
use crate::uploads::{flat, picture};
use crate::wire::PATIENT;

/// A service that knows picture 1 as abuse of a child, and picture 2 as something else.
fn service() -> (TestStore, Service) {
    let store = TestStore::with_own("at_most = \"block\"", &[("2.png", &picture(2))]);
    let file = store.file("1.png", picture(1));
    let file = file.to_str().unwrap();
    store.run(&[
        "add", "--list", "own", "--reason", "tests", "--label", "csam", file,
    ]);
    let service = Service::start(&store.path(), &PATIENT);
    (store, service)
}

fn media(service: &Service, file: &[u8]) -> Answer {
    service.ask("POST", "/v1/media/", &[("Content-Type", "image/png")], file)
}

fn classified(answer: &Answer) -> (u16, Value, Value) {
    let object = answer.json();
    let of = |key: &str| object[key].clone();
    (answer.status, of("classification"), of("match_type"))
}

fn near(file: &[u8]) -> Vec<u8> {
    // Not the same bytes, and the same picture.
    [file, b"more"].concat()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn pdq(file: &[u8]) -> String {
    let fingerprint = Hasher::new([HashType::Pdq]).hash_bytes(file);
    base64(fingerprint.prints[0].hash.as_bytes())
}

#[test]
fn a_file_is_classified_by_the_labels_of_what_it_matches() {
    let (_store, service) = service();
    for (file, class, kind) in [
        (picture(1), json!("csam"), json!("exact")),
        (near(&picture(1)), json!("csam"), json!("near")),
        (
            picture(2),
            json!("harmful-abusive-material"),
            json!("exact"),
        ),
        (picture(3), json!("no-known-match"), Value::Null),
        (flat(), Value::Null, Value::Null),
        (b"some text".to_vec(), Value::Null, Value::Null),
    ] {
        let answer = media(&service, &file);
        assert_eq!(classified(&answer), (200, class, kind), "{answer:?}");
        let object = answer.json();
        assert_eq!(object["size_bytes"], file.len());
        let mut digests = Digests::new([HashType::Sha256]);
        digests.update(&file);
        let sha256 = digests.finish().remove(0);
        assert_eq!(object["sha256_hex"], sha256.to_string());
        assert_eq!(object["sha1_base32"].as_str().unwrap().len(), 32);
        assert!(object["near_match_details"].is_array());
    }
    assert_eq!(
        media(&service, &flat()).header("x-basma-not-examined"),
        Some("picture-too-flat")
    );
}

#[test]
fn hashes_are_answered_by_their_own_text() {
    let (_store, service) = service();
    let hashes = [pdq(&picture(1)), pdq(&picture(2)), pdq(&picture(3))];
    let answer = service.send("POST", "/v1/pdq/", &json!({ "hashes": hashes }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let object = answer.json();
    let of = |place: usize| &object["scanned_hashes"][&hashes[place]];
    assert_eq!(of(0)["classification"], "csam");
    assert_eq!(of(0)["match_type"], "near");
    assert_eq!(of(0)["near_match_details"]["classification"], "csam");
    assert_eq!(of(1)["classification"], "harmful-abusive-material");
    assert_eq!(
        *of(2),
        json!({
            "classification": "no-known-match", "match_type": null, "near_match_details": null
        })
    );
    // No listed hash is told.
    let listed = Hasher::new([HashType::Pdq]).hash_bytes(&picture(1)).prints[0].hash;
    assert!(!answer.text().contains(&listed.to_string()));
}

#[test]
fn a_url_is_fetched_from_a_server_that_the_operator_named() {
    let store = TestStore::with_own("at_most = \"block\"", &[("2.png", &picture(2))]);
    let files = [("/a.png".to_owned(), ("image/png", picture(2)))];
    let server = crate::files::serve(files.into_iter().collect()).to_string();
    let service = Service::start(
        &store.path(),
        &[&PATIENT[..], &["--fetch-from", &server]].concat(),
    );
    let ask = |path: &str| {
        let url = format!("http://{server}{path}");
        service.send("POST", "/v1/url/", &json!({ "url": url }))
    };
    let class = json!("harmful-abusive-material");
    assert_eq!(classified(&ask("/a.png")), (200, class, json!("exact")));
    let missing = ask("/b.png");
    assert!(
        missing.status == 400 && missing.json()["detail"].is_string(),
        "{missing:?}"
    );
}

#[test]
fn errors_are_in_its_words() {
    let (_store, service) = service();
    for (path, body) in [
        ("/v1/pdq/", "{\"hashes\":[\"AAAA\"]}"),
        ("/v1/pdq/", "{}"),
        ("/v1/pdq/", "nothing"),
        ("/v1/url/", "{}"),
        ("/v1/url/", "{\"url\":\"http://127.0.0.1/a.png\"}"),
        ("/v1/nothing/", ""),
    ] {
        let answer = service.send_text("POST", path, body);
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(answer.json()["detail"].is_string(), "{path}: {answer:?}");
    }
    let answer = service.ask("POST", "/v1/media/", &[], &picture(1));
    assert!(answer.status == 400 && answer.json()["detail"].is_string());
    assert_eq!(service.get("/v1/media/").status, 405);
}

#[test]
fn lists_that_hold_nothing_classify_nothing() {
    let store = TestStore::with_own("at_most = \"block\"", &[]);
    let service = Service::start(&store.path(), &PATIENT);
    let hashes = json!({ "hashes": [pdq(&picture(1))] });
    for answer in [
        media(&service, &picture(1)),
        service.send("POST", "/v1/pdq/", &hashes),
    ] {
        assert_eq!(answer.status, 503);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("lists-empty"), "{detail}");
    }
}

/// The kit of the Canadian Centre, where a Python that has it is named.
#[test]
fn its_own_kit_reads_the_answers() {
    let Some(python) = std::env::var_os("ARACHNID_SHIELD_PYTHON") else {
        eprintln!("skipped: ARACHNID_SHIELD_PYTHON names no Python with arachnid-shield-sdk");
        return;
    };
    let (store, service) = service();
    let script = "
import sys
from arachnid_shield_sdk import ArachnidShield
from arachnid_shield_sdk.models import ArachnidShieldException, ScanMediaFromPdq
shield = ArachnidShield(username='a', password='b')
for name in sys.argv[2:]:
    scanned = shield.scan_media_from_file(name)
    print(scanned.classification, scanned.match_type, scanned.matches_known_media)
scanned = shield.scan_pdq_hashes(ScanMediaFromPdq(hashes=[sys.argv[1]]))
print([(str(m.classification), m.matches_known_media) for m in scanned.scanned_hashes.values()])
try:
    shield.scan_media_from_url('http://127.0.0.1:1/a.png')
except ArachnidShieldException as error:
    print('refused', bool(str(error)))
";
    let files = [picture(1), near(&picture(1)), picture(3), flat()];
    let files = files.iter().enumerate().map(|(number, bytes)| {
        let name = format!("sent-{number}.png");
        store.file(&name, bytes)
    });
    let output = Command::new(python)
        .args(["-c", script, &pdq(&picture(1))])
        .args(files)
        .env(
            "ARACHNID_SHIELD_URL",
            format!("http://{}/", service.address),
        )
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(lines.len(), 6, "{text}");
    assert!(
        lines[0].starts_with("csam") && lines[0].ends_with("True"),
        "{text}"
    );
    assert!(
        lines[1].starts_with("csam") && lines[1].contains("Near"),
        "{text}"
    );
    assert!(
        lines[2].starts_with("no-known-match") && lines[2].ends_with("False"),
        "{text}"
    );
    assert!(lines[3].starts_with("None"), "{text}");
    assert_eq!(lines[4], "[('csam', True)]");
    assert_eq!(lines[5], "refused True");
}
