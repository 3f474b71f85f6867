//! Services as they are described, and as they fail.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::super::fetch::http_tests::{Server, answer, ok};
use super::super::refresh::Config;
use super::*;
use crate::hash::Pdq;

type Answering = Box<dyn Fn(usize, &str, &str) -> Vec<u8> + Send + Sync>;

/// A service that answers by a rule, of the number of the question, its head and its body.
fn service(rule: impl Fn(usize, &str, &str) -> Vec<u8> + Send + Sync + 'static) -> Server {
    let rule: Answering = Box::new(rule);
    Server::new(move |number, head, stream| {
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.unwrap_or_default()];
        if stream.read_exact(&mut body).is_ok() {
            let body = String::from_utf8(body).unwrap();
            let _ = stream.write_all(&rule(number, head, &body));
        }
    })
}

fn checker(server: &Server, service: &str, path: &str, more: &str) -> Checker {
    let config = format!(
        "[[checker]]\nname = \"c\"\nservice = \"{service}\"\npurpose = \"tests\"\nfail = \"closed\"\nurl = {:?}\n\
         insecure_http = true\nbackoff_seconds = 0.001\nretries = 1\n{more}\n",
        server.url(path)
    );
    Config::parse(&config).unwrap().checkers.remove(0)
}

fn pdq(byte: u8) -> Hash {
    Pdq([byte; 32]).into()
}

fn ask(checker: &Checker, hashes: &[Hash]) -> Vec<Answer> {
    let environment = |_: &str| Some(OsString::from("s3cret"));
    let cancel = CancelToken::new();
    checker.inquire(&environment, &cancel).ask(hashes).unwrap()
}

/// Shield: hashes of the byte 1 are known exactly, those of 2 are near, those of 3 are of no class, those of 4 are not
/// answered for, those of 5 are of a class that nobody knows.
fn shield(body: &str) -> Vec<u8> {
    let asked: Value = serde_json::from_str(body).unwrap();
    assert_eq!(asked.as_object().unwrap().len(), 1, "hashes alone are sent");
    let mut scanned = Map::new();
    for text in asked["hashes"].as_array().unwrap() {
        let text = text.as_str().unwrap();
        let said = match BASE64_STANDARD.decode(text).unwrap()[..] {
            [1, ..] => {
                json!({"classification": "csam", "match_type": "exact", "near_match_details": []})
            }
            [2, ..] => json!({"classification": "harmful-abusive-material", "match_type": "near"}),
            [3, ..] => {
                json!({"classification": null, "match_type": null, "near_match_details": []})
            }
            [4, ..] => continue,
            [5, ..] => json!({"classification": "something-new", "match_type": "near"}),
            _ => json!({"classification": "no-known-match", "match_type": null}),
        };
        scanned.insert(text.to_owned(), said);
    }
    let text = json!({ "scanned_hashes": scanned, "more": 1 }).to_string();
    ok("Content-Type: application/json\r\n", text.as_bytes())
}

fn known(class: &str, is_exact: bool) -> Answer {
    Answer::Known(KnownHash {
        class: Some(class.to_owned()),
        is_exact: Some(is_exact),
        ..KnownHash::default()
    })
}

#[test]
fn shield_is_asked_about_hashes_alone_and_answers_for_each() {
    let server = service(|_, head, body| {
        assert!(head.starts_with("POST /v1/pdq/ HTTP/1.1"), "{head}");
        assert!(head.contains("authorization: Basic bWU6czNjcmV0"), "{head}");
        shield(body)
    });
    let auth = "auth = { basic = { user = \"me\", password = { env = \"P\" } } }";
    let checker = checker(&server, "arachnid", "/v1/pdq/", auth);
    let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72").unwrap();
    let answers = ask(
        &checker,
        &[pdq(9), md5, pdq(1), pdq(2), pdq(3), pdq(4), pdq(5), pdq(1)],
    );
    assert_eq!(
        answers,
        [
            Answer::NotKnown,
            Answer::NotChecked(Unchecked::HashType {
                name: "md5".to_owned()
            }),
            known("csam", true),
            known("harmful-abusive-material", false),
            Answer::NotChecked(Unchecked::Unclear),
            Answer::NotChecked(Unchecked::Silent),
            Answer::NotChecked(Unchecked::Unclear),
            known("csam", true),
        ]
    );
    assert_eq!(
        server.requests().len(),
        1,
        "what is asked twice is sent once"
    );
    let many: Vec<Hash> = (0..250_u8).map(pdq).collect();
    assert_eq!(ask(&checker, &many).len(), 250);
    assert_eq!(server.requests().len(), 4, "100 in one question");
    // Nothing to ask is nothing to send.
    assert_eq!(ask(&checker, &[md5]).len(), 1);
    assert_eq!(server.requests().len(), 4);
}

/// What each of some questions in a row is answered, one hash each, by a service that fails in one way.
fn fails(
    rule: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
    count: u8,
) -> (Vec<Answer>, usize) {
    let server = service(move |number, _, _| rule(number));
    let checker = checker(&server, "arachnid", "/", "");
    let (environment, cancel) = (|_: &str| None, CancelToken::new());
    let mut inquiry = checker.inquire(&environment, &cancel);
    let answers = (0..count).flat_map(|byte| inquiry.ask(&[pdq(byte)]).unwrap());
    (answers.collect(), server.requests().len())
}

fn codes(answers: &[Answer]) -> Vec<&'static str> {
    let code = |answer: &Answer| match answer {
        Answer::NotChecked(why) => why.code(),
        other => other.name(),
    };
    answers.iter().map(code).collect()
}

#[test]
fn a_service_that_fails_says_nothing_about_any_hash_and_is_left_alone() {
    // Each question is asked twice.
    let (answers, asked) = fails(|_| answer("503 x", "", b""), 5);
    assert_eq!(
        codes(&answers),
        ["failed", "failed", "failed", "paused", "paused"]
    );
    assert_eq!(asked, 6);
    // A name or password that is wrong is sent once.
    let (answers, asked) = fails(|_| answer("401 x", "", b""), 3);
    assert_eq!(codes(&answers), ["failed", "paused", "paused"]);
    assert_eq!(asked, 1);
    // A long pause is kept.
    let (answers, asked) = fails(|_| answer("429 x", "Retry-After: 3600\r\n", b""), 3);
    assert_eq!(codes(&answers), ["failed", "paused", "paused"]);
    assert_eq!(asked, 1);
    let Answer::NotChecked(Unchecked::Failed { problem }) = &answers[0] else {
        panic!()
    };
    assert!(matches!(
        problem,
        FetchProblem::Later {
            status: 429,
            seconds: 3600
        }
    ));
    // A pause that no clock can tell, too.
    let huge = format!("Retry-After: {}\r\n", u64::MAX);
    let (answers, _) = fails(move |_| answer("429 x", &huge, b""), 2);
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|answer| answer.name() == "not_checked"));
    // A short pause is waited for, and then the service answers.
    let (answers, asked) = fails(
        |number| match number {
            0 => answer("429 x", "Retry-After: 0\r\n", b""),
            _ => ok("", b"{\"scanned_hashes\":{}}"),
        },
        1,
    );
    assert_eq!((codes(&answers), asked), (vec!["silent"], 2));
    // One answer forgives what came before it.
    let (answers, _) = fails(
        |number| match number {
            4 => ok("", b"{\"scanned_hashes\":{}}"),
            _ => answer("500 x", "", b""),
        },
        6,
    );
    let expected = ["failed", "failed", "silent", "failed", "failed", "failed"];
    assert_eq!(codes(&answers), expected);
}

#[test]
fn what_is_no_answer_is_never_taken_for_one() {
    for body in [
        "",
        "[]",
        "{}",
        "null",
        "{\"detail\":\"x\"}",
        "{\"scanned_hashes\":[1]}",
        "<html>",
        "{\"scanned_hashes\":{\"",
    ] {
        let (answers, _) = fails(move |_| ok("", body.as_bytes()), 1);
        assert_eq!(codes(&answers), ["unclear"], "{body}");
    }
    // An answer without an end, elsewhere, or of another status.
    for bytes in [
        b"HTTP/1.1 200 OK\r\n\r\n{\"scanned_hashes\":{}}".to_vec(),
        answer("302 x", "Location: /x\r\n", b""),
        answer("204 x", "", b""),
        answer("400 x", "", b"{\"detail\":\"bad\"}"),
        answer("200 OK", "Content-Encoding: gzip\r\n", b"x"),
    ] {
        let (answers, _) = fails(move |_| bytes.clone(), 1);
        assert_eq!(codes(&answers), ["failed"]);
    }
}

#[test]
fn a_service_that_stalls_costs_its_time_and_a_person_can_stop_it() {
    let server = Server::new(|_, _, stream| stream.stall());
    let checker = checker(&server, "arachnid", "/", "timeout_seconds = 0.05");
    let answers = ask(&checker, &[pdq(1)]);
    assert!(
        matches!(
            &answers[0],
            Answer::NotChecked(Unchecked::Failed {
                problem: FetchProblem::Timeout { .. }
            })
        ),
        "{answers:?}"
    );
    let stalled = self::checker(&server, "arachnid", "/", "timeout_seconds = 604800");
    let (environment, cancel) = (|_: &str| None, CancelToken::new());
    cancel.cancel();
    let stopped = stalled.inquire(&environment, &cancel).ask(&[pdq(1)]);
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
}

#[test]
fn an_hma_is_asked_about_each_hash_and_names_the_banks() {
    let server = service(|_, head, _| {
        let target = head.split(' ').nth(1).unwrap();
        let body = match target {
            t if t.starts_with("/hma/m/lookup?signal=0101") => {
                assert!(t.ends_with("&signal_type=pdq"), "{t}");
                "{\"A\":[{\"bank_content_id\":1,\"distance\":\"16\"},{\"bank_content_id\":2,\"distance\":\"4\"}],\"B\":[]}\n"
            }
            t if t.ends_with("&signal_type=video_md5") => {
                "{\"A\":[{\"bank_content_id\":3,\"distance\":\"-\"}]}"
            }
            // An error that a proxy made a success of.
            t if t.starts_with("/hma/m/lookup?signal=0202") => {
                "{\"message\":\"index not yet ready\"}"
            }
            _ => "{}",
        };
        ok("", body.as_bytes())
    });
    let checker = checker(&server, "hma", "/hma/", "");
    let md5 = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72").unwrap();
    let answers = ask(&checker, &[pdq(1), pdq(2), md5, pdq(7)]);
    let near = KnownHash {
        banks: vec!["A".to_owned()],
        distance: Some(4),
        is_exact: Some(false),
        class: None,
    };
    let exact = KnownHash {
        distance: Some(0),
        is_exact: Some(true),
        ..near.clone()
    };
    assert_eq!(
        answers,
        [
            Answer::Known(near),
            Answer::NotChecked(Unchecked::Unclear),
            Answer::Known(exact),
            Answer::NotKnown,
        ]
    );
}

#[test]
fn a_checker_is_configured_by_name_with_a_purpose_and_a_policy() {
    let table = |more: &str| {
        format!(
            "[[checker]]\nservice = \"arachnid\"\nurl = \"https://a.example/v1/pdq/\"\n{more}\n"
        )
    };
    let whole = table("name = \"a\"\npurpose = \"p\"\nfail = \"open\"");
    assert_eq!(
        Config::parse(&whole).unwrap().checkers[0].on_failure(),
        OnFailure::Open
    );
    for (wrong, said) in [
        (table("name = \"a\"\npurpose = \"p\""), "fail"),
        (table("name = \"a\"\nfail = \"open\""), "purpose"),
        (
            table("name = \"\"\npurpose = \"p\"\nfail = \"open\""),
            "name",
        ),
        (
            table("name = \"a b\"\npurpose = \"p\"\nfail = \"open\""),
            "name",
        ),
        (
            table("name = \"a\"\npurpose = \" \"\nfail = \"open\""),
            "purpose",
        ),
        (whole.clone() + &whole, "two checkers"),
        (
            whole.clone() + "auth = { bearer = \"s3cret\" }",
            "a secret is named",
        ),
        (whole.replace("https", "http"), "is not encrypted"),
        (whole.clone() + "interface = { tat = {} }", "interface"),
    ] {
        let error = Config::parse(&wrong).unwrap_err().to_string();
        assert!(error.contains(said), "{wrong}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    let error = Config::parse(&whole).unwrap().checker("b").unwrap_err();
    assert!(error.to_string().ends_with("but: a"), "{error}");
}
