//! A decision acts, and only where a person of this site decides on what stands now.

use super::*;

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
