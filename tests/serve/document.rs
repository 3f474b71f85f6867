//! The OpenAPI document, against the service and against HMA's.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::client::Service;
use crate::store::TestStore;

/// The operations of a document: method and path.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| (method.to_uppercase(), path.clone()))
    });
    all.collect()
}

fn filled(path: &str) -> String {
    let path = path.replace("{content_id}", "1");
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "X" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn what_the_document_lists_is_there_and_nothing_else_of_its_paths() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let document = service.get("/openapi/openapi.json").json();
    let operations = operations(&document);
    let page = service.get("/nope").body;
    let paths: BTreeSet<&String> = operations.iter().map(|(_, path)| path).collect();
    for path in paths {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let answer = service.send_text(method, &filled(path), "{}");
            let is_listed = operations.contains(&(method.to_owned(), path.clone()));
            assert_eq!(
                answer.status != 405,
                is_listed,
                "{method} {path}: {answer:?}"
            );
            assert_ne!(answer.body, page, "{method} {path}");
            if answer.status == 405 {
                assert!(answer.header("allow").is_some(), "{method} {path}");
            }
        }
    }
    let site_map = service.get("/site-map").json();
    let listed: BTreeSet<String> = site_map
        .as_array()
        .unwrap()
        .iter()
        .map(|path| path.as_str().unwrap().to_owned())
        .collect();
    assert!(listed.contains("/c/bank/<bank_name>/content/<int:content_id>"));
    assert!(listed.len() >= 20);
}

#[test]
fn everything_that_hma_documents_for_clients_is_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/wire/hma-openapi.json");
    let Ok(text) = std::fs::read(path) else {
        return;
    };
    let hma = serde_json::from_slice(&text).unwrap();
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let ours = operations(&service.get("/openapi/openapi.json").json());
    // Its own pages, and what its developers reset it by.
    let is_own = |path: &str| path == "/" || path.starts_with("/ui") || path.starts_with("/dev");
    let missing: Vec<_> = operations(&hma)
        .into_iter()
        .filter(|(_, path)| !is_own(path))
        .filter(|it| !ours.contains(it))
        .collect();
    assert_eq!(missing, []);
}
