//! Withdrawals by a token while a service runs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use basma::hash::{Hash, HashType};
use basma::store::{Access, Store, Token};
use serde_json::json;

use crate::client::{Answer, PATIENCE, Service};
use crate::store::TestStore;

/// A hash that is near to no other of another number.
fn hash(number: u64) -> String {
    blake3::hash(&number.to_le_bytes()).to_hex().to_string()
}

fn lookup(number: u64) -> String {
    format!("/m/lookup?signal_type=pdq&signal={}", hash(number))
}

/// Adds a content that a token withdraws. Gives its number.
fn add(service: &Service, number: u64, token: Option<&Token>) -> u64 {
    let mut body = json!({"pdq": hash(number), "note": format!("note of {number}")});
    if let Some(token) = token {
        body["withdrawal"] = token.digest().into();
    }
    let added = service.send("POST", "/c/bank/A/signal", &body);
    assert_eq!(added.status, 200, "{added:?}");
    service.wait_for(&lookup(number), |answer| answer.json() != json!({}));
    added.json()["id"].as_u64().unwrap()
}

fn begin(store: &TestStore, token: &Token) -> Child {
    let mut command = store.command(&["withdraw", "--token", &token.text()]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn withdraw(store: &TestStore, token: &Token) -> Output {
    begin(store, token).wait_with_output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The files of the store that hold a hash, as text or as bytes.
fn holding(store: &TestStore, number: u64) -> Vec<PathBuf> {
    let text = hash(number);
    let bytes = Hash::parse(HashType::Pdq, &text).unwrap();
    let needles = [text.as_bytes(), bytes.as_bytes()];
    let files = walkdir::WalkDir::new(store.path()).into_iter();
    let files = files.filter_map(|file| Some(file.ok()?.into_path()));
    let holds = |path: &PathBuf| {
        let content = fs::read(path).unwrap_or_default();
        let is_in = |needle: &&[u8]| content.windows(needle.len()).any(|part| part == *needle);
        needles.iter().any(is_in)
    };
    files.filter(holds).collect()
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn signal(service: &Service, name: &str) {
    let process = service.child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args([name, &process])
        .status();
    assert!(sent.unwrap().success());
}

fn started() -> (TestStore, Service) {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let made = service.send("POST", "/c/banks", &json!({"name": "A"}));
    assert_eq!(made.status, 201, "{made:?}");
    (store, service)
}

#[test]
fn no_answer_and_no_file_holds_what_was_withdrawn_beside_a_service() {
    let (store, service) = started();
    let token = Token::random().unwrap();
    let id = add(&service, 1, Some(&token));
    let other = add(&service, 2, None);
    // What matched waits for a person.
    let review = |number: u64| service.get("/review").text().contains(&hash(number)[..16]);
    let queue = store.path().join("service/review.jsonl");
    wait_until("the queue holds the match", || {
        let text = fs::read_to_string(&queue).unwrap_or_default();
        text.contains(&hash(1)) && text.contains(&hash(2))
    });
    let is_over = AtomicBool::new(false);
    let wrong = std::thread::scope(|scope| {
        let ask = || {
            let mut wrong: Vec<Answer> = Vec::new();
            let mut after = 0;
            while after < 10 {
                let begun_after = is_over.load(Ordering::SeqCst);
                let answer = service.get(&lookup(1));
                after += u32::from(begun_after);
                let holds = begun_after && answer.json() != json!({});
                wrong.extend(holds.then_some(answer));
            }
            wrong
        };
        let asking: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
        let output = withdraw(&store, &token);
        is_over.store(true, Ordering::SeqCst);
        assert!(output.status.success(), "{output:?}");
        let said = told(&output);
        assert!(said.contains("contents of the service: 1"), "{said}");
        let wrong = asking.into_iter().flat_map(|asking| asking.join().unwrap());
        wrong.collect::<Vec<_>>()
    });
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(holding(&store, 1), Vec::<PathBuf>::new());
    assert!(!review(1));
    let content = |id: u64| service.get(&format!("/c/bank/A/content/{id}"));
    assert_eq!(content(id).status, 404);
    // All else is as it was, and goes on.
    assert_eq!(content(other).json()["note"], "note of 2");
    assert_ne!(service.get(&lookup(2)).json(), json!({}));
    let third = add(&service, 3, None);
    assert!(third > other && id != third);
    assert_eq!(content(third).json()["note"], "note of 3");
    let names = ["service/withdrawal.json", "service/withdrawal-answer.json"];
    assert!(names.iter().all(|name| !store.path().join(name).exists()));
    drop(service);
    assert_eq!(holding(&store, 1), Vec::<PathBuf>::new());
    let service = Service::start(&store.path(), &[]);
    assert_eq!(service.get(&lookup(1)).json(), json!({}));
    assert_eq!(
        service.get("/c/bank/A/content/2").json()["note"],
        "note of 2"
    );
    let audit = store.run(&["audit", "--verify"]);
    assert!(!audit.contains(&hash(1)), "{audit}");
}

/// A request that began before is answered from the lists of before: the command waits for it.
#[test]
fn a_withdrawal_waits_for_the_requests_that_are_under_way() {
    let (store, service) = started();
    let token = Token::random().unwrap();
    add(&service, 1, Some(&token));
    let mut slow = service.connect();
    slow.write_all(
        b"POST /c/bank/A/signal HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{",
    )
    .unwrap();
    // It is under way once a later request was answered.
    service.get("/status");
    let generation = || {
        let store = Store::open(&store.path(), Access::Private).unwrap();
        store.generation().unwrap()
    };
    let before = generation();
    let mut command = begin(&store, &token);
    wait_until("it is published", || generation() > before);
    service.wait_for(&lookup(1), |answer| answer.json() == json!({}));
    assert!(
        command.try_wait().unwrap().is_none(),
        "a request is under way"
    );
    slow.write_all(b"    ").unwrap();
    let answer = Answer::read(&mut slow, false).unwrap();
    assert_eq!(answer.status, 400);
    let output = command.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(holding(&store, 1), Vec::<PathBuf>::new());
}

#[test]
fn a_service_that_dies_meanwhile_holds_no_withdrawal_up() {
    let (store, service) = started();
    let tokens = [(); 2].map(|()| Token::random().unwrap());
    add(&service, 1, Some(&tokens[0]));
    add(&service, 2, Some(&tokens[1]));
    // It answers nothing, and dies.
    signal(&service, "-STOP");
    let command = begin(&store, &tokens[0]);
    let asked = store.path().join("service/withdrawal.json");
    wait_until("the service is asked", || asked.exists());
    signal(&service, "-KILL");
    let output = command.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(holding(&store, 1), Vec::<PathBuf>::new());
    drop(service);
    // It has erased, and dies before its last request is answered.
    let service = Service::start(&store.path(), &[]);
    assert_eq!(service.get(&lookup(1)).json(), json!({}));
    let mut slow = service.connect();
    slow.write_all(
        b"POST /c/bank/A/signal HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{",
    )
    .unwrap();
    service.get("/status");
    let command = begin(&store, &tokens[1]);
    service.wait_for(&lookup(2), |answer| answer.json() == json!({}));
    signal(&service, "-KILL");
    let output = command.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(holding(&store, 2), Vec::<PathBuf>::new());
}

#[test]
fn what_a_service_cannot_erase_is_a_failure_and_changes_no_list() {
    let (store, service) = started();
    let token = Token::random().unwrap();
    let id = add(&service, 1, Some(&token));
    for name in ["service/journal.jsonl", "service/review.jsonl"] {
        let path = store.path().join(name);
        // What a failure erased of the queue comes back with the next match.
        wait_until("it holds something", || {
            service.get(&lookup(1));
            fs::metadata(&path).unwrap().len() > 0
        });
        let whole = fs::read(&path).unwrap();
        // In place: the service has this file open.
        let damage = |bytes: &[u8]| {
            let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.write_all(bytes).unwrap();
        };
        damage(b"?");
        let output = withdraw(&store, &token);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(told(&output).contains("could not erase"), "{output:?}");
        assert_ne!(service.get(&lookup(1)).json(), json!({}));
        damage(&whole[..1]);
    }
    let output = withdraw(&store, &token);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(service.get(&lookup(1)).json(), json!({}));
    assert_eq!(service.get(&format!("/c/bank/A/content/{id}")).status, 404);
    add(&service, 2, None);
    drop(service);
    let service = Service::start(&store.path(), &[]);
    assert_ne!(service.get(&lookup(2)).json(), json!({}));
    assert_eq!(holding(&store, 1), Vec::<PathBuf>::new());
}

/// Killed at any instant, the command said nothing. Once it is run again, nothing is left.
#[test]
fn a_withdrawal_that_is_killed_is_finished_by_the_next() {
    let (store, service) = started();
    for round in 0..12 {
        let token = Token::random().unwrap();
        add(&service, round, Some(&token));
        let mut command = begin(&store, &token);
        std::thread::sleep(std::time::Duration::from_millis(round * 25));
        let _ = command.kill();
        command.wait().unwrap();
        let output = withdraw(&store, &token);
        match output.status.code() {
            Some(0) => {}
            // The first one erased it.
            Some(2) => assert!(told(&output).contains("token"), "{output:?}"),
            _ => panic!("{output:?}"),
        }
        wait_until("nothing holds it", || holding(&store, round).is_empty());
        service.wait_for(&lookup(round), |answer| answer.json() == json!({}));
        let asked = store.path().join("service/withdrawal.json");
        wait_until("the request is gone", || !asked.exists());
    }
    drop(service);
    let service = Service::start(&store.path(), &[]);
    for round in 0..12 {
        assert_eq!(service.get(&lookup(round)).json(), json!({}));
        assert_eq!(holding(&store, round), Vec::<PathBuf>::new());
    }
    assert!(Path::new(&store.path().join("service/lock")).exists());
}
