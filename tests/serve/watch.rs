//! What is told of requests: counters, ids, the log.

use std::fs::File;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{PATIENCE, Service};
use crate::store::TestStore;

#[test]
fn requests_are_counted_by_route_and_status() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    for _ in 0..3 {
        service.get("/status");
    }
    service.get("/nothing/that/anyone/made/up");
    let lines = [
        "basma_requests_total{route=\"/status\",method=\"GET\",status=\"200\"} 3",
        "basma_requests_total{route=\"unknown\",method=\"GET\",status=\"404\"} 1",
        "basma_request_seconds_count{route=\"/status\"} 3",
        "basma_connections 1",
        "basma_files 0",
        "basma_generation 1",
        "basma_list_entries{list=\"own\"} 0",
        "basma_list_stale{list=\"own\"} 0",
        "# EOF",
    ];
    // A connection ends a little after its answer.
    let metrics = service.wait_for("/metrics", |answer| {
        let text = answer.text();
        lines
            .iter()
            .all(|line| text.lines().any(|known| known == *line))
    });
    let kind = metrics.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = metrics.text();
    assert!(!text.contains("made"), "{text}");
}

#[test]
fn each_answer_has_the_id_of_its_request() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let id = |headers: &[(&str, &str)]| {
        let answer = service.ask("GET", "/status", headers, b"");
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id(&[("X-Request-Id", "a-1")]), "a-1");
    let (first, second) = (id(&[]), id(&[("X-Request-Id", "forged line=\"1\"")]));
    assert_ne!(first, second);
    assert!(!second.contains("forged"));
}

/// The log of a service that is asked for a path with a query.
fn logged(more: &[&str]) -> String {
    let store = TestStore::new();
    let path = store.file("log", "");
    let mut command = Service::command(&store.path(), more);
    command.stderr(File::create(&path).unwrap());
    let child = command.spawn().unwrap();
    let text = || std::fs::read_to_string(&path).unwrap();
    let begun = Instant::now();
    let address = loop {
        let text = text();
        let line = text.lines().find(|line| line.contains("http://"));
        if let Some(line) = line {
            let rest = line.split_once("http://").unwrap().1;
            break rest.split(';').next().unwrap().parse().unwrap();
        }
        assert!(begun.elapsed() < PATIENCE, "{text}");
        std::thread::sleep(Duration::from_millis(20));
    };
    let service = Service { child, address };
    let headers = [("X-Request-Id", "the-id")];
    let path = "/nothing?signal=f8f8f0cee0f4a84f";
    assert_eq!(service.ask("GET", path, &headers, b"").status, 404);
    drop(service);
    text()
}

#[test]
fn the_log_holds_requests_and_urls_where_that_is_asked_for() {
    let quiet = logged(&[]);
    assert!(!quiet.contains("the-id"), "{quiet}");
    let requests = logged(&["--log", "json", "--log-requests"]);
    let line = requests.lines().find(|line| line.contains("the-id"));
    let line: Value = serde_json::from_str(line.unwrap()).unwrap();
    for (field, value) in [
        ("id", Value::from("the-id")),
        ("method", "GET".into()),
        ("route", "unknown".into()),
        ("status", 404.into()),
        ("caller", "local".into()),
    ] {
        assert_eq!(line[field], value, "{line}");
    }
    assert!(!requests.contains("f8f8f0cee0f4a84f"), "{requests}");
    let values = logged(&["--log-requests", "--log-values"]);
    let line = values.lines().find(|line| line.contains("the-id")).unwrap();
    assert!(line.contains("signal=f8f8f0cee0f4a84f"), "{line}");
    assert!(!logged(&["--log", "off", "--log-requests"]).contains("the-id"));
}
