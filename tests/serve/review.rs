//! The pages where people decide: what they show, what they refuse, and that a decision acts.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{Answer, BOUNDARY, Part, Service, form};
use crate::store::TestStore;

/// A store with lists of each kind, and the findings of a scan by it.
struct Desk {
    store: TestStore,
    findings: PathBuf,
    picture: PathBuf,
}

impl Desk {
    fn new() -> Desk {
        let store = TestStore::new();
        let media = store.as_ref().join("media");
        fs::create_dir(&media).unwrap();
        let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dump/chat");
        let picture = media.join("a.jpg");
        fs::copy(dump.join("IMG-WA0003.jpg"), &picture).unwrap();
        fs::copy(dump.join("IMG-WA0005.jpg"), media.join("b.jpg")).unwrap();
        let list = store.run(&["hash", "media", "--type", "pdq,sha256", "--format", "csv"]);
        store.file("demo.csv", list);
        let listed = store.as_ref().join("demo.csv");
        store.sources(&format!(
            "[[source]]\nlist = \"own\"\npurpose = \"p\"\nkind = \"local\"\nat_most = \"review\"\n\
             [[source]]\nlist = \"allowed\"\npurpose = \"p\"\nkind = \"local\"\nat_most = \"log\"\nsuppresses = [\"*\"]\n\
             [[source]]\nlist = \"demo\"\npurpose = \"for <tests>\"\nkind = \"snapshot\"\nat_most = \"block\"\n\
             guards = {{ growth = 500.0 }}\n\
             from.file = {{ path = {listed:?}, settle_seconds = 0 }}\n"
        ));
        store.run(&["refresh"]);
        let findings = store.as_ref().join("findings.jsonl");
        let desk = Desk {
            store,
            findings,
            picture,
        };
        let lines = desk.scan();
        fs::write(&desk.findings, lines).unwrap();
        desk
    }

    fn scan(&self) -> String {
        let lists = self.store.path();
        let mut command = self
            .store
            .command(&["scan", "media", "--format", "jsonl", "--list"]);
        let output = command.arg(lists).output().unwrap();
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{output:?}"
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Publishes a further edition of the list, with one picture more.
    fn publish_more(&self) {
        let more = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dump/phone");
        let more = more.to_str().unwrap();
        let list = [
            "hash",
            "media",
            more,
            "--type",
            "pdq,sha256",
            "--format",
            "csv",
        ];
        let before = self.store.run(&["status", "--format", "jsonl"]);
        self.store.file("demo.csv", self.store.run(&list));
        self.store.run(&["refresh"]);
        assert_ne!(before, self.store.run(&["status", "--format", "jsonl"]));
    }

    /// The lists that a file matches by a scan.
    fn matches(&self, file: &str) -> Vec<String> {
        let scanned = self.scan();
        let lines = scanned
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut of = lines.filter(|line| {
            line["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(file))
        });
        let finding = of.next().unwrap();
        let matches = finding["matches"].as_array().cloned().unwrap_or_default();
        let mut lists: Vec<String> = matches
            .iter()
            .map(|m| m["list"].as_str().unwrap().to_owned())
            .collect();
        lists.dedup();
        lists
    }

    fn serve(&self, more: &[&str]) -> Service {
        let findings = self.findings.to_str().unwrap();
        let all = [&["--review", findings], more].concat();
        Service::start(&self.store.path(), &all)
    }

    /// The cluster of a file.
    fn case(&self, file: &str) -> String {
        let findings = fs::read_to_string(&self.findings).unwrap();
        let lines = findings
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut of = lines.filter(|line| {
            line["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(file))
        });
        of.next().unwrap()["cluster"].as_str().unwrap().to_owned()
    }
}

/// A person with a browser.
struct Person<'s> {
    service: &'s Service,
    cookies: Vec<(String, String)>,
}

impl Person<'_> {
    fn new(service: &Service) -> Person<'_> {
        Person {
            service,
            cookies: Vec::new(),
        }
    }

    fn ask(&mut self, method: &str, path: &str, more: &[(&str, &str)], body: &[u8]) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![("Cookie", cookies.as_str())];
        headers.extend(more);
        let answer = self.service.ask(method, path, &headers, body);
        for (_, set) in answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            let _ = write!(body, "{}{name}=", if body.is_empty() { "" } else { "&" });
            for byte in value.bytes() {
                let _ = write!(body, "%{byte:02x}");
            }
        }
        let kind = [("Content-Type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &kind, body.as_bytes())
    }

    fn token(&mut self, path: &str) -> String {
        between(&self.get(path).text(), "name=\"token\" value=\"", "\"")
    }

    /// Fills in the form of a case as its page has it now.
    fn decide(&mut self, case: &str, act: &str, more: &[(&str, &str)]) -> Answer {
        let path = format!("/review/case/{case}");
        let page = self.get(&path).text();
        let token = between(&page, "name=\"token\" value=\"", "\"");
        let revision = between(&page, "name=\"revision\" value=\"", "\"");
        let form = [
            ("token", token.as_str()),
            ("revision", revision.as_str()),
            ("act", act),
        ];
        self.post(&path, &[&form, more].concat())
    }

    fn state(&mut self, case: &str) -> String {
        between(
            &self.get(&format!("/review/case/{case}")).text(),
            "<span class=\"state ",
            "\"",
        )
    }

    fn log_in(&mut self, key: &str) -> Answer {
        let token = self.token("/review/login");
        self.post("/review/login", &[("token", &token), ("key", key)])
    }

    fn load(&mut self, findings: &[u8]) -> Answer {
        let token = self.token("/review/load");
        let parts = [
            Part::field("token", &token),
            Part::file("findings", findings),
        ];
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.ask(
            "POST",
            "/review/load",
            &[("Content-Type", &kind)],
            &form(&parts),
        )
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        .1;
    rest.split_once(after).unwrap().0.to_owned()
}

const WHY: (&str, &str) = ("reason", "a drawing");

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

#[test]
fn a_form_of_another_site_changes_nothing() {
    let desk = Desk::new();
    let service = desk.serve(&[]);
    let (mut ana, mut eve) = (Person::new(&service), Person::new(&service));
    let case = desk.case("a.jpg");
    let path = format!("/review/case/{case}");
    let own = ana.token(&path);
    let foreign = eve.token(&path);
    assert_ne!(own, foreign);
    let form = |token: &str| format!("token={token}&revision=1&act=confirm");
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    for token in ["", "x", &foreign, &own[1..]] {
        let answer = ana.ask("POST", &path, &[kind], form(token).as_bytes());
        assert_eq!(answer.status, 403, "{token}");
    }
    let answer = ana.ask("POST", &path, &[kind], b"revision=1&act=confirm");
    assert_eq!(answer.status, 403);
    for header in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "http://evil.example"),
    ] {
        let answer = ana.ask("POST", &path, &[kind, header], form(&own).as_bytes());
        assert_eq!(answer.status, 403, "{header:?}");
    }
    // A name that another server's owner resolves to this machine.
    let mut stream = service.connect();
    let request = "GET /review HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(Answer::read(&mut stream, false).unwrap().status, 403);
    assert_eq!(ana.state(&case), "open");
    assert_eq!(ana.decide(&case, "confirm", &[]).status, 303);
    assert_eq!(ana.state(&case), "confirmed");
}

#[test]
fn a_rejection_acts_at_once_survives_a_refresh_and_can_be_taken_back() {
    let desk = Desk::new();
    let service = desk.serve(&[]);
    let mut ana = Person::new(&service);
    let case = desk.case("a.jpg");
    assert_eq!(desk.matches("a.jpg"), ["demo"]);
    assert_eq!(ana.decide(&case, "reject", &[("reason", " ")]).status, 400);
    assert_eq!(ana.decide(&case, "reject", &[WHY]).status, 303);
    assert_eq!(ana.state(&case), "rejected");
    assert!(desk.matches("a.jpg").is_empty());
    assert_eq!(desk.matches("b.jpg"), ["demo"], "another file is as it was");
    desk.publish_more();
    assert!(desk.matches("a.jpg").is_empty(), "it is built in");
    assert_eq!(ana.decide(&case, "undo", &[]).status, 303);
    assert_eq!(ana.state(&case), "open");
    assert_eq!(desk.matches("a.jpg"), ["demo"]);
    assert_eq!(ana.decide(&case, "reject", &[WHY]).status, 303);
    assert!(desk.matches("a.jpg").is_empty());
    let audit = desk.store.run(&["audit", "--format", "jsonl"]);
    let of_review = |line: &&str| line.contains("\"by\":\"local\"") && line.contains("a drawing");
    assert!(audit.lines().filter(of_review).count() >= 2, "{audit}");
    let overturned = ana.get("/review/overturned").text();
    assert!(
        overturned.contains("a drawing") && overturned.contains("<td>1</td>"),
        "{overturned}"
    );
    let lists = ana.get("/review/lists").text();
    assert!(
        lists.contains("a drawing") && lists.contains("allowed"),
        "{lists}"
    );
}

#[test]
fn a_wrong_entry_is_withdrawn_and_a_confirmed_file_can_be_added() {
    let desk = Desk::new();
    let service = desk.serve(&[]);
    let mut ana = Person::new(&service);
    let (first, second) = (desk.case("a.jpg"), desk.case("b.jpg"));
    let page = ana.get(&format!("/review/case/{first}")).text();
    let options = page
        .split("name=\"entry\" dir=\"ltr\">")
        .nth(1)
        .map_or(1, |rest| {
            rest.split("</select>")
                .next()
                .unwrap()
                .matches("<option")
                .count()
        });
    // The digest and the hash of the picture are entries of their own.
    assert_eq!(options, 2, "{page}");
    for entry in ["0", "1"] {
        assert_eq!(
            ana.decide(&first, "withdraw", &[WHY, ("entry", entry)])
                .status,
            303
        );
        assert_eq!(ana.state(&first), "withdrawn");
        if entry == "0" {
            assert_eq!(ana.decide(&first, "undo", &[]).status, 303);
            assert_eq!(desk.matches("a.jpg"), ["demo"]);
        }
    }
    assert_eq!(
        ana.decide(&second, "confirm", &[("add_to", "nowhere")])
            .status,
        400
    );
    assert_eq!(
        ana.decide(&second, "confirm", &[("add_to", "allowed")])
            .status,
        400
    );
    assert_eq!(
        ana.decide(&second, "confirm", &[("add_to", "own")]).status,
        303
    );
    assert!(desk.matches("b.jpg").contains(&"own".to_owned()));
    // What was decided cannot be decided again, unless it is taken back.
    assert_eq!(ana.decide(&second, "reject", &[WHY]).status, 409);
    assert_eq!(ana.decide(&second, "undo", &[]).status, 303);
    assert_eq!(desk.matches("b.jpg"), ["demo"]);
}

#[test]
fn a_page_that_is_out_of_date_decides_nothing() {
    let desk = Desk::new();
    let service = desk.serve(&[]);
    let mut ana = Person::new(&service);
    let case = desk.case("a.jpg");
    let path = format!("/review/case/{case}");
    let page = ana.get(&path).text();
    let token = between(&page, "name=\"token\" value=\"", "\"");
    let revision = between(&page, "name=\"revision\" value=\"", "\"");
    assert_eq!(ana.decide(&case, "escalate", &[WHY]).status, 303);
    let late = [
        ("token", token.as_str()),
        ("revision", &revision),
        ("act", "confirm"),
    ];
    assert_eq!(ana.post(&path, &late).status, 409);
    assert_eq!(ana.state(&case), "escalated");
    let escalated = ana.get("/review?show=escalated").text();
    assert!(escalated.contains(&case));
    assert!(
        !ana.get("/review")
            .text()
            .contains(&format!("id=\"{case}\""))
    );
    for act in ["", "view", "propose-reject", "delete"] {
        assert_eq!(ana.decide(&case, act, &[WHY]).status, 400, "{act}");
    }
    let long = "x".repeat(2001);
    assert_eq!(
        ana.decide(&case, "withdraw", &[("reason", &long)]).status,
        400
    );
    for case in ["c0000000000000000", "..", "%2e%2e", "c"] {
        assert_eq!(
            ana.get(&format!("/review/case/{case}")).status,
            404,
            "{case}"
        );
    }
}

#[test]
fn removals_take_two_people_where_the_list_asks_for_them() {
    let desk = Desk::new();
    let keys = desk.store.as_ref().join("keys.toml");
    let keys = keys.to_str().unwrap();
    let make = |name: &str, role: &str| {
        let made = desk
            .store
            .run(&["key", name, "--keys", keys, "--role", role]);
        made.split_whitespace()
            .find(|word| word.starts_with("basma_"))
            .unwrap()
            .to_owned()
    };
    let (ana_key, ben_key, mia_key) = (
        make("ana", "curator"),
        make("ben", "curator"),
        make("mia", "matcher"),
    );
    let service = desk.serve(&["--keys", keys, "--two-person", "demo"]);
    let (mut ana, mut ben, mut mia) = (
        Person::new(&service),
        Person::new(&service),
        Person::new(&service),
    );
    assert_eq!(ana.get("/review").header("location"), Some("/review/login"));
    assert_eq!(ana.post("/review/case/x", &[]).status, 401);
    assert_eq!(ana.log_in("basma_wrong").status, 401);
    assert_eq!(mia.log_in(&mia_key).status, 403);
    assert_eq!(mia.get("/review").status, 303);
    let before = ana.cookies.clone();
    let entered = ana.log_in(&ana_key);
    assert_eq!(entered.status, 303);
    let cookie = entered.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    assert_ne!(
        ana.cookies, before,
        "a session has a name that nobody knew before"
    );
    assert_eq!(ben.log_in(&ben_key).status, 303);

    let (case, other) = (desk.case("a.jpg"), desk.case("b.jpg"));
    assert_eq!(ana.decide(&case, "reject", &[WHY]).status, 303);
    assert_eq!(ana.state(&case), "proposed");
    assert_eq!(desk.matches("a.jpg"), ["demo"], "nothing happens yet");
    assert_eq!(ana.decide(&case, "approve", &[]).status, 403);
    assert_eq!(ana.decide(&case, "confirm", &[]).status, 409);
    assert_eq!(
        ben.decide(&case, "undo", &[]).status,
        403,
        "it is another person's step"
    );
    assert_eq!(ben.decide(&case, "approve", &[]).status, 303);
    assert_eq!(ben.state(&case), "rejected");
    assert!(desk.matches("a.jpg").is_empty());
    let audit = desk.store.run(&["audit", "--format", "jsonl"]);
    let carried = audit
        .lines()
        .any(|line| line.contains("\"by\":\"ben\"") && line.contains("(proposed by ana)"));
    assert!(carried, "{audit}");

    assert_eq!(ana.decide(&other, "withdraw", &[WHY]).status, 303);
    assert_eq!(ben.decide(&other, "decline", &[]).status, 303);
    assert_eq!(ben.state(&other), "open");
    assert_eq!(desk.matches("b.jpg"), ["demo"]);

    let token = ben.token("/review");
    assert_eq!(ben.post("/review/logout", &[("token", &token)]).status, 303);
    assert_eq!(ben.get("/review").header("location"), Some("/review/login"));
    // A key that is taken out of its file ends the sessions that it began.
    let text = fs::read_to_string(keys).unwrap();
    let rest = text.split("[[key]]").filter(|row| !row.contains("\"ana\""));
    fs::write(keys, rest.collect::<Vec<_>>().join("[[key]]")).unwrap();
    let begun = std::time::Instant::now();
    while ana.get("/review").status == 200 {
        assert!(begun.elapsed() < crate::client::PATIENCE);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(ana.get("/review").header("location"), Some("/review/login"));
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

/// The sides of a PNG.
fn sides(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pictures_are_blurred_until_a_person_asks() {
    let desk = Desk::new();
    let media = desk.picture.parent().unwrap().parent().unwrap();
    let service = desk.serve(&["--media-root", media.to_str().unwrap()]);
    let (mut ana, mut eve) = (Person::new(&service), Person::new(&service));
    let case = desk.case("a.jpg");
    let page = ana.get("/review").text();
    let source = format!("/review/picture/{case}/0");
    assert!(page.contains(&format!("src=\"{source}\"")), "{page}");
    let blurred = ana.get(&source);
    assert_eq!(
        (blurred.status, blurred.header("content-type")),
        (200, Some("image/png"))
    );
    assert_eq!(blurred.header("cache-control"), Some("no-store"));
    let (width, height) = sides(&blurred.body);
    assert!(width.max(height) <= 16, "{width} x {height}");
    // Asking by the address alone shows nothing more.
    let guess = format!("{source}?look=colours&until=99999999999&seal=x");
    assert_eq!(sides(&ana.get(&guess).body), (width, height));
    let token = ana.token(&format!("/review/case/{case}"));
    let view = format!("/review/case/{case}/view");
    assert_eq!(
        ana.post(&view, &[("token", &token), ("look", "x-ray")])
            .status,
        400
    );
    assert_eq!(
        ana.post(&view, &[("token", "x"), ("look", "grey")]).status,
        403
    );
    let shown = ana.post(&view, &[("token", &token), ("look", "grey")]);
    assert_eq!(shown.status, 303);
    let page = ana.get(shown.header("location").unwrap()).text();
    let clear = clear_picture(&mut ana, &page);
    assert!(page.contains("shown clearly to"), "who looked is noted");
    // What one person was shown is blurred for another.
    eve.get("/review");
    let (width, height) = sides(&eve.get(&clear).body);
    assert!(width.max(height) <= 16, "{width} x {height}");
    // A file that changed is not the one that was found.
    fs::write(&desk.picture, "other").unwrap();
    assert_eq!(ana.get(&source).status, 404);
    for path in [
        format!("/review/picture/{case}/1"),
        "/review/picture/c/0".to_owned(),
    ] {
        assert_eq!(ana.get(&path).status, 404, "{path}");
    }
}

/// Where the picture stands that a page shows clearly, which is of middle size.
fn clear_picture(person: &mut Person<'_>, page: &str) -> String {
    let clear = between(page, "<img class=\"clear\"", ">");
    let clear = between(&clear, "src=\"", "\"").replace("&amp;", "&");
    let (width, height) = sides(&person.get(&clear).body);
    assert!(
        (100..=480).contains(&width.max(height)),
        "{width} x {height}"
    );
    clear
}

/// A member of an archive is shown as a file is: small, blurred until a person asks, and only while it is the same.
#[test]
fn members_of_archives_have_pictures_too() {
    let desk = Desk::new();
    let media = desk.picture.parent().unwrap();
    let picture = fs::read(&desk.picture).unwrap();
    let inner = crate::uploads::zip(&[("deep/c.jpg", &picture)]);
    let archive = media.join("d.zip");
    fs::write(
        &archive,
        crate::uploads::zip(&[("x.txt", b"x"), ("inner.zip", &inner)]),
    )
    .unwrap();
    fs::remove_file(&desk.picture).unwrap();
    fs::write(&desk.findings, desk.scan()).unwrap();
    let root = media.parent().unwrap().to_str().unwrap();
    let service = desk.serve(&["--media-root", root]);
    let mut ana = Person::new(&service);
    let case = desk.case("c.jpg");
    let page = ana.get("/review").text();
    let source = format!("/review/picture/{case}/0");
    assert!(page.contains(&format!("src=\"{source}\"")), "{page}");
    let blurred = ana.get(&source);
    assert_eq!(blurred.status, 200, "{blurred:?}");
    assert_eq!(blurred.header("cache-control"), Some("no-store"));
    let (width, height) = sides(&blurred.body);
    assert!(width.max(height) <= 16, "{width} x {height}");
    let token = ana.token(&format!("/review/case/{case}"));
    let view = format!("/review/case/{case}/view");
    let shown = ana.post(&view, &[("token", &token), ("look", "grey")]);
    let page = ana.get(shown.header("location").unwrap()).text();
    let clear = clear_picture(&mut ana, &page);
    // Another member of that name, an archive that is cut, and none at all.
    let other = fs::read(media.join("b.jpg")).unwrap();
    let inner = crate::uploads::zip(&[("deep/c.jpg", &other)]);
    fs::write(&archive, crate::uploads::zip(&[("inner.zip", &inner)])).unwrap();
    assert_eq!(ana.get(&clear).status, 404);
    let whole = fs::read(&archive).unwrap();
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(ana.get(&source).status, 404);
    fs::remove_file(&archive).unwrap();
    assert_eq!(ana.get(&source).status, 404);
    assert!(
        !ana.get("/review").text().contains(&source),
        "nothing is there to show"
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
