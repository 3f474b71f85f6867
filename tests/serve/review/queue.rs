//! Findings are loaded whole, and the queue outlives its service.

use super::*;

#[test]
fn findings_that_are_not_whole_are_not_loaded_at_all() {
    let desk = Desk::new();
    let service = Service::start(&desk.store.path(), &["--max-body-bytes", "1M"]);
    let mut ana = Person::new(&service);
    let good = fs::read_to_string(&desk.findings).unwrap();
    let wrong = [
        (good.clone() + "{\n", 400),
        (good.clone() + "{\"v\":2,\"path\":\"x\"}\n", 400),
        (good.replace("\"cluster\":\"c", "\"cluster\":\"x"), 400),
        (String::new(), 400),
        ("not json\n".to_owned(), 400),
        ("{\"v\":1,\"path\":\"x\"}\n".to_owned(), 400),
        ("[".repeat(100_000) + "\n", 400),
        (good.clone() + &" ".repeat(1 << 20), 413),
    ];
    for (findings, status) in wrong {
        let answer = ana.load(findings.as_bytes());
        let begins: String = findings.chars().take(40).collect();
        assert_eq!(answer.status, status, "{begins} {}", answer.text());
        assert!(!ana.get("/review").text().contains("<article"), "{begins}");
    }
    // A killed scan leaves half a line: that is loaded, and said.
    let half = format!("{}{{\"v\":1,\"pa", good);
    let answer = ana.load(half.as_bytes());
    assert_eq!(answer.status, 200);
    assert!(
        answer.text().contains("Files loaded: 2") && answer.text().contains("end within a line")
    );
    let kind = ("Content-Type", "multipart/form-data; boundary=x");
    for body in [
        "",
        "--x",
        "--x\r\nContent-Disposition: form-data; name=\"findings\"\r\n\r\na\r\n--x--\r\n",
    ] {
        let answer = ana.ask("POST", "/review/load", &[kind], body.as_bytes());
        assert!(
            [400, 403].contains(&answer.status),
            "{body} {}",
            answer.status
        );
    }
}

#[test]
fn the_queue_is_there_after_a_kill_and_a_damaged_one_stops_no_answer() {
    let desk = Desk::new();
    let (case, other) = (desk.case("a.jpg"), desk.case("b.jpg"));
    let service = Service::start(&desk.store.path(), &[]);
    let mut ana = Person::new(&service);
    assert_eq!(ana.load(&fs::read(&desk.findings).unwrap()).status, 200);
    assert_eq!(ana.decide(&case, "reject", &[WHY]).status, 303);
    assert_eq!(ana.decide(&other, "skip", &[]).status, 303);
    drop(service);
    let journal = desk.store.path().join("service/review.jsonl");
    let mut bytes = fs::read(&journal).unwrap();
    bytes.extend_from_slice(b"{\"v\":1,\"case\":\"c");
    fs::write(&journal, &bytes).unwrap();
    let service = Service::start(&desk.store.path(), &[]);
    let mut ana = Person::new(&service);
    assert_eq!(ana.state(&case), "rejected");
    assert_eq!(ana.state(&other), "open");
    assert_eq!(ana.decide(&case, "undo", &[]).status, 303);
    assert_eq!(desk.matches("a.jpg"), ["demo"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&journal), 0o600);
        assert_eq!(mode(journal.parent().unwrap()), 0o700);
    }
    drop(service);
    let mut bytes = fs::read(&journal).unwrap();
    bytes[3] = b'?';
    fs::write(&journal, &bytes).unwrap();
    let service = Service::start(&desk.store.path(), &[]);
    assert_eq!(service.get("/status").status, 200);
    let mut ana = Person::new(&service);
    let answer = ana.get("/review");
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("line 1"), "{}", answer.text());
    assert_eq!(fs::read(&journal).unwrap(), bytes);
}

#[test]
fn a_replica_decides_nothing() {
    let desk = Desk::new();
    let service = Service::start(&desk.store.path(), &["--read-only"]);
    let mut ana = Person::new(&service);
    assert_eq!(ana.get("/review").status, 403);
    assert_eq!(ana.get("/review/lists").status, 200);
    assert!(!desk.store.path().join("service/review.jsonl").exists());
}
