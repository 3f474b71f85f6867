//! What pages show, and what no text of a finding can make of them.

use super::*;

#[test]
fn findings_are_cases_and_pages_allow_nothing_foreign() {
    let desk = Desk::new();
    let service = desk.serve(&[]);
    let mut ana = Person::new(&service);
    let page = ana.get("/review");
    assert_eq!(page.status, 200);
    let text = page.text();
    for said in [
        "demo:",
        "a.jpg",
        "for &lt;tests&gt;",
        "block at most",
        "<svg",
        "data-key=\"r\"",
        "class=\"state open\"",
    ] {
        assert!(text.contains(said), "{said}");
    }
    assert_eq!(text.matches("<article class=\"case").count(), 2);
    assert!(
        !text.contains("<script>") && !text.contains(" style=") && !text.contains("<img"),
        "{text}"
    );
    for path in [
        "/review",
        "/review/lists",
        "/review/overturned",
        "/review/load",
        "/review/app.js",
        "/review/style.css",
    ] {
        let answer = ana.get(path);
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    }
    // A finding that the queue knows is not taken twice.
    let loaded = ana.load(&fs::read(&desk.findings).unwrap()).text();
    assert!(
        loaded.contains("Files loaded: 0") && loaded.contains("Files that the queue knew: 2"),
        "{loaded}"
    );
}

/// A finding whose every text tries to be markup, or to move its neighbours.
fn hostile(text: &str) -> String {
    let finding = json!({
        "v": 1, "path": text, "status": "matched", "media": text, "sha256": "0".repeat(63) + "1",
        "cluster": "c0123456789abcdef", "reason": text, "reason_code": text,
        "matches": [{
            "list": text, "id": text, "type": text, "hash": text, "distance": 5, "radius": 31, "tier": text, "view": text,
            "labels": [text], "severity": text, "opinion": text, "at_most": text, "generation": 3
        }]
    });
    format!("{finding}\n")
}

#[test]
fn no_text_of_a_finding_or_a_reason_is_markup() {
    let desk = Desk::new();
    let service = desk.serve(&["--two-person", "*"]);
    let mut ana = Person::new(&service);
    let text = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;\u{202e}gnp.exe\u{2066}\u{7}\u{1b}[31m";
    let loaded = ana.load(hostile(text).as_bytes());
    assert_eq!(loaded.status, 200, "{}", loaded.text());
    let case = "c0123456789abcdef";
    assert_eq!(
        ana.decide(case, "escalate", &[("reason", text)]).status,
        303
    );
    let pages = [
        "/review?show=escalated&done=c0123456789abcdef",
        "/review/case/c0123456789abcdef",
        "/review/overturned",
        "/review/lists",
    ];
    for lang in ["en", "fr", "ar"] {
        for page in pages {
            let separator = if page.contains('?') { '&' } else { '?' };
            let shown = ana.get(&format!("{page}{separator}lang={lang}"));
            assert_eq!(shown.status, 200);
            let shown = shown.text();
            for mark in [
                "<script>alert",
                "<img src=x",
                "\u{202e}",
                "\u{7}",
                "\u{1b}",
                "onerror=alert(1)>",
            ] {
                assert!(!shown.contains(mark), "{page} {lang} {mark:?}");
            }
        }
    }
    // Neither the address nor the fields of a form come back as markup.
    let path =
        "/review?show=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&done=%3Cscript%3E&from=99999999";
    let shown = ana.get(path);
    assert_eq!(shown.status, 200);
    assert!(!shown.text().contains("<script>"));
    let answer = ana.decide(case, "undo", &[("show", "\r\nSet-Cookie: a=b")]);
    assert_eq!(
        answer.header("location"),
        Some(&*format!("/review?show=open&done={case}"))
    );
}

#[test]
fn pages_speak_the_language_of_the_visitor() {
    let desk = Desk::new();
    let service = desk.serve(&[]);
    let mut ana = Person::new(&service);
    let french = ana.ask(
        "GET",
        "/review",
        &[("Accept-Language", "fr-MA, en;q=0.5")],
        b"",
    );
    assert!(french.text().contains("lang=\"fr\" dir=\"ltr\""));
    let arabic = ana.get("/review?lang=ar").text();
    assert!(arabic.contains("lang=\"ar\" dir=\"rtl\"") && arabic.contains("قائمة الانتظار"));
    // The choice stays.
    assert!(ana.get("/review/lists").text().contains("dir=\"rtl\""));
    assert!(
        ana.get("/review/lists?lang=en")
            .text()
            .contains("lang=\"en\"")
    );
}

#[test]
fn what_requests_match_is_in_the_queue_without_names() {
    let desk = Desk::new();
    let service = Service::start(&desk.store.path(), &[]);
    let mut ana = Person::new(&service);
    let picture = fs::read(&desk.picture).unwrap();
    let known = fs::read_to_string(&desk.findings).unwrap();
    let known = known.lines().find(|line| line.contains("b.jpg")).unwrap();
    let known: Value = serde_json::from_str(known).unwrap();
    let pdq = known["hashes"].as_array().unwrap();
    let pdq = pdq.iter().find(|hash| hash["type"] == "pdq").unwrap();
    let pdq = pdq["hash"].as_str().unwrap();
    let asked = service.get(&format!("/m/lookup?signal={pdq}&signal_type=pdq"));
    assert_eq!(asked.status, 200, "{}", asked.text());
    let sent = service.form("/m/lookup", &[Part::file("photo", &picture)]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    let begun = std::time::Instant::now();
    let page = loop {
        let page = ana.get("/review").text();
        if page.matches("<article class=\"case").count() == 2 {
            break page;
        }
        assert!(begun.elapsed() < crate::client::PATIENCE, "{page}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    assert!(page.contains("asked of the service, without a name"));
    // The cluster is that of a scan, and so is what a decision does.
    let case = desk.case("a.jpg");
    assert!(page.contains(&case));
    assert_eq!(ana.decide(&case, "reject", &[WHY]).status, 303);
    assert!(desk.matches("a.jpg").is_empty());
    let case = desk.case("b.jpg");
    assert_eq!(ana.decide(&case, "reject", &[WHY]).status, 303);
    let path = format!("/m/lookup?signal={pdq}&signal_type=pdq");
    service.wait_for(&path, |answer| answer.text() == "{}\n");
}
