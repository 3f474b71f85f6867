//! What callers with keys may ask, and what they are told.

use crate::client::Service;
use crate::keys::{file, key};
use crate::store::TestStore;
use crate::uploads::picture;
use crate::wire::PATIENT;

use super::originals::{MANIFEST, path_of, store_of_originals};

/// The key as a password, which is how clients of other services have it.
fn basic(key: &str) -> String {
    use base64::Engine as _;
    let pair = format!("anyone:{key}");
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    )
}

#[test]
fn only_a_key_that_may_look_up_is_answered_and_in_the_words_of_the_shape() {
    let store = TestStore::with_own("at_most = \"block\"", &[("a.png", &picture(1))]);
    let matcher = basic(&key(&store, "forum", &["--role", "matcher"]));
    let hasher = basic(&key(&store, "hashes", &["--role", "hasher"]));
    let keys = file(&store);
    let service = Service::start(
        &store.path(),
        &[&PATIENT[..], &["--keys", keys.to_str().unwrap()]].concat(),
    );
    for (path, refused) in [("/v1/media/", 200), ("/api/v1/scan/x", 406)] {
        let ask = |authorization: &str| {
            let mut headers = vec![("Content-Type", "image/png")];
            if !authorization.is_empty() {
                headers.push(("Authorization", authorization));
            }
            service.ask("POST", path, &headers, &picture(1))
        };
        assert_eq!(ask(&matcher).status, refused, "{path}");
        for (authorization, status) in [("", 401), ("Basic !", 401), (hasher.as_str(), 403)] {
            let answer = ask(authorization);
            assert_eq!(answer.status, status, "{path}: {answer:?}");
            if path.starts_with("/v1/") {
                assert!(answer.json()["detail"].is_string(), "{answer:?}");
            }
        }
    }
}

#[test]
fn how_near_an_original_is_is_told_to_those_who_may_know() {
    let store = store_of_originals();
    let near = basic(&key(&store, "near", &["--role", "matcher,distances"]));
    let far = basic(&key(&store, "far", &["--role", "matcher"]));
    let keys = file(&store);
    let service = Service::start(
        &store.path(),
        &[&PATIENT[..], &["--keys", keys.to_str().unwrap()]].concat(),
    );
    let found = |authorization: &str| {
        let headers = [("Authorization", authorization)];
        let answer = service.ask("GET", &path_of(1), &headers, b"");
        answer.json()["matches"][0].clone()
    };
    let (near, far) = (found(&near), found(&far));
    assert_eq!(
        (&near["manifestId"], &far["manifestId"]),
        (&MANIFEST.into(), &MANIFEST.into())
    );
    assert_eq!(near["similarityScore"], 100);
    assert!(far.get("similarityScore").is_none(), "{far}");
}
