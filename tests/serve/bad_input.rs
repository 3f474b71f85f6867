//! What cannot be: torn forms, names of other things, locked stores, damaged files.

use std::fs;

use serde_json::json;

use crate::client::{Answer, BOUNDARY, Part, Service, form, request};
use crate::pictures::hash_of;
use crate::store::TestStore;
use crate::uploads::animation;

fn served() -> (TestStore, Service) {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    assert_eq!(
        service
            .send("POST", "/c/banks", &json!({"name": "A"}))
            .status,
        201
    );
    (store, service)
}

fn add(service: &Service, number: u64) -> Answer {
    service.send("POST", "/c/bank/A/signal", &json!({"pdq": hash_of(number)}))
}

fn lookup(number: u64) -> String {
    format!("/m/lookup?signal_type=pdq&signal={}", hash_of(number))
}

#[test]
fn a_torn_form_is_an_error_and_adds_nothing() {
    let (_store, service) = served();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let whole = form(&[Part::file("video", b"abc")]);
    for path in ["/h/hash", "/m/lookup", "/c/bank/A/content"] {
        for length in 0..whole.len() - 4 {
            let answer = service.ask("POST", path, &[("Content-Type", &kind)], &whole[..length]);
            assert_eq!(answer.status, 400, "{path} {length}: {answer:?}");
            assert!(answer.json()["message"].is_string());
        }
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=a",
        ] {
            let answer = service.ask("POST", path, &[("Content-Type", kind)], &whole);
            assert_eq!(answer.status, 400, "{path} {kind}");
        }
    }
    assert_eq!(add(&service, 1).json()["id"], 1, "nothing was added before");
}

#[test]
fn names_lead_nowhere_else() {
    let (store, service) = served();
    for name in [
        "..%2F..%2Fetc",
        "%2e%2e",
        "É",
        "%C3%89",
        "A%00",
        "A%2Fcontent",
        "%F0%9F%98%80",
        "A%0A",
    ] {
        let path = name.replace('É', "%C3%89");
        let answer = service.get(&format!("/c/bank/{path}"));
        assert_eq!(answer.status, 404, "{name}: {answer:?}");
        assert!(answer.body.is_ascii(), "letters beyond ASCII are escaped");
    }
    for path in ["/c/bank/../../etc/passwd", "/c/bank/%FF", "/openapi/../c"] {
        assert!([400, 404].contains(&service.get(path).status), "{path}");
    }
    for name in ["É", "a", "..", "A/B", "A\u{0}", "", "A\n"] {
        let answer = service.send("POST", "/c/banks", &json!({"name": name}));
        assert_eq!(answer.status, 400, "{name:?}: {answer:?}");
    }
    let sources = fs::read_to_string(store.path().join("sources.toml")).unwrap();
    assert!(
        sources.contains("\"A\"") && sources.contains("# "),
        "comments stay: {sources}"
    );
}

#[test]
fn ids_are_those_of_their_bank_and_numbers() {
    let (_store, service) = served();
    service.send("POST", "/c/banks", &json!({"name": "B"}));
    assert_eq!(add(&service, 1).json()["id"], 1);
    for id in [
        "0",
        "2",
        "18446744073709551616",
        "1099511627776",
        "9007199254740993",
    ] {
        for (method, body) in [("GET", ""), ("PUT", "{\"note\":\"x\"}")] {
            let path = format!("/c/bank/A/content/{id}");
            let answer = service.send_text(method, &path, body);
            assert_eq!(answer.status, 404, "{method} {id}: {answer:?}");
            assert!(answer.json()["message"].is_string());
        }
        let deleted = service.ask("DELETE", &format!("/c/bank/A/content/{id}"), &[], b"");
        assert_eq!(deleted.json()["deleted"], 0);
    }
    for id in ["-1", "1.0", "1e3", "%31a", "+1"] {
        assert_eq!(
            service.get(&format!("/c/bank/A/content/{id}")).status,
            404,
            "{id}"
        );
    }
    for method in ["GET", "PUT", "DELETE"] {
        let answer = service.send_text(method, "/c/bank/B/content/1", "{\"disable_until_ts\":0}");
        let is_kept = answer.status == 404 || answer.json()["deleted"] == 0;
        assert!(is_kept, "{method}: {answer:?}");
    }
    let content = service.get("/c/bank/A/content/1").json();
    assert_eq!(
        content["disable_until_ts"], 1,
        "the other bank changed nothing"
    );
}

#[test]
fn many_signals_are_added_whole_or_not_at_all() {
    let (_store, service) = served();
    let path = "/c/bank/A/signals";
    let good = json!({"pdq": hash_of(1), "note": "n"});
    let bad = [
        json!({"pdq": hash_of(2).to_uppercase()}),
        json!({"pdq": &hash_of(2)[1..]}),
        json!({"pdq": 5}),
        json!({}),
        json!({"note": "x".repeat(256), "pdq": hash_of(2)}),
        json!({"metadata": {"x": 1}, "pdq": hash_of(2)}),
        json!("x"),
    ];
    for bad in bad {
        let answer = service.send("POST", path, &json!({"signals": [good, bad]}));
        assert_eq!(answer.status, 400, "{bad}: {answer:?}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("signals[1]: "), "{message}");
    }
    for body in ["[]", "{}", "{\"signals\":[]}", "{\"signals\":5}", "nope"] {
        assert_eq!(service.send_text("POST", path, body).status, 400, "{body}");
    }
    assert_eq!(service.ask("POST", path, &[], b"{}").status, 415);
    let answer = service.send("POST", path, &json!({"signals": [good, good]}));
    assert_eq!(answer.status, 200);
    let ids = answer.json()["contents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_u64().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(ids, [1, 2]);
    assert_eq!(
        service
            .send("POST", "/c/bank/NOPE/signals", &json!({"signals": [good]}))
            .status,
        404
    );
}

#[test]
fn a_type_that_is_off_is_neither_hashed_nor_looked_up() {
    let (_store, service) = served();
    add(&service, 1);
    service.wait_for(&lookup(1), |answer| answer.json() != json!({}));
    let off = service.send("PUT", "/c/signal_type/pdq", &json!({"enabled_ratio": 0}));
    assert_eq!((off.status, off.body.len()), (204, 0));
    let refused = service.get(&lookup(1));
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["message"], "SignalType 'pdq' is not enabled");
    let refused = service.form("/h/hash", &[Part::file("photo", b"x")]);
    assert_eq!(refused.json()["message"], "empty signal type selection");
    let kinds = service.get("/c/content_type").json();
    assert_eq!(kinds[0], json!({"enabled": false, "name": "photo"}));
    for body in [
        "{}",
        "{\"enabled_ratio\":2}",
        "{\"enabled_ratio\":-1}",
        "{\"enabled_ratio\":\"x\"}",
        "[]",
        "x",
    ] {
        assert_eq!(
            service.send_text("PUT", "/c/signal_type/pdq", body).status,
            400,
            "{body}"
        );
    }
    assert_eq!(
        service
            .send("PUT", "/c/signal_type/nope", &json!({"enabled_ratio": 1}))
            .status,
        404
    );
    service.send("PUT", "/c/signal_type/pdq", &json!({"enabled_ratio": 1.0}));
    assert_eq!(service.get(&lookup(1)).status, 200);
}

#[test]
fn frames_that_a_limit_leaves_out_are_told() {
    let (_store, service) = served();
    let decision = |file: &[u8]| {
        let answer = service.form("/m/lookup", &[Part::file("photo", file)]);
        assert_eq!((answer.status, answer.json()), (200, json!({"pdq": {}})));
        ["x-basma-decision", "x-basma-not-examined"]
            .map(|name| answer.header(name).map(str::to_owned))
    };
    let known = |words: [&str; 2]| words.map(|word| Some(word.to_owned()));
    assert_eq!(decision(&animation(3))[0].as_deref(), Some("no-match"));
    // 256 frames are examined of one file.
    assert_eq!(
        decision(&animation(260)),
        known(["not-examined", "frames-capped"])
    );
    // The hash of the first is one of a whole picture.
    let hashed = service.form("/h/hash", &[Part::file("photo", &animation(260))]);
    assert_eq!(hashed.status, 200);
    assert_eq!(hashed.json()["pdq"].as_str().map(str::len), Some(64));
}

#[test]
fn the_address_alone_leads_to_the_pages() {
    let (_store, service) = served();
    let answer = service.get("/");
    assert_eq!(
        (answer.status, answer.header("location")),
        (302, Some("/review"))
    );
}

#[test]
fn ill_typed_parameters_are_told_as_pydantic_tells_them() {
    let (_store, service) = served();
    let ask = |path: &str| service.get(path);
    let answer = ask("/m/raw_lookup?signal=a&signal_type=pdq&include_distance=maybe");
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.text(),
        r#"[{"type":"bool_parsing","loc":["include_distance"],"msg":"Input should be a valid boolean, unable to interpret input","input":"maybe","url":"https://errors.pydantic.dev/2.14/v/bool_parsing"}]"#
    );
    let answer = ask("/m/raw_lookup");
    let places: Vec<_> = answer
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["loc"][0].clone())
        .collect();
    assert_eq!(places, ["signal", "signal_type"]);
    for (body, kind) in [
        (json!({"name": 5}), "string_type"),
        (json!({"name": "B", "enabled_ratio": "x"}), "float_parsing"),
        (json!({"name": "B", "enabled_ratio": []}), "float_type"),
        (
            json!({"name": "B", "enabled_ratio": "nan"}),
            "finite_number",
        ),
        (json!({"name": "B", "enabled": "maybe"}), "bool_parsing"),
        (json!({"name": "B", "enabled": []}), "bool_type"),
        (json!([]), "model_type"),
    ] {
        let answer = service.send("POST", "/c/banks", &body);
        assert_eq!(
            (answer.status, &answer.json()[0]["type"]),
            (422, &kind.into()),
            "{body}"
        );
    }
    assert_eq!(service.get("/c/bank/B").status, 404, "nothing was made");
}

#[test]
fn a_locked_store_is_said_to_be_busy_and_serves_on() {
    let (store, service) = served();
    add(&service, 1);
    service.wait_for(&lookup(1), |answer| answer.json() != json!({}));
    let lock = fs::File::options()
        .write(true)
        .open(store.path().join("publish.lock"))
        .unwrap();
    lock.lock().unwrap();
    let refused = add(&service, 2);
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(service.get(&lookup(1)).status, 200);
    lock.unlock().unwrap();
    drop(lock);
    let added = add(&service, 2);
    assert_eq!(added.status, 200, "{added:?}");
    // The id of what was refused is given to nothing else, and to no content.
    assert_eq!(added.json()["id"], 3);
    assert_eq!(service.get("/c/bank/A/content/2").status, 404);
}

#[test]
fn a_store_that_becomes_damaged_is_told_and_the_old_lists_answer() {
    let (store, service) = served();
    add(&service, 1);
    service.wait_for(&lookup(1), |answer| answer.json() != json!({}));
    let path = store.path().join("current");
    let sound = fs::read(&path).unwrap();
    fs::write(&path, "damaged").unwrap();
    service.wait_for("/status", |answer| {
        answer.status == 503 && answer.text() == "INDEX-STALE"
    });
    assert_ne!(service.get(&lookup(1)).json(), json!({}));
    assert_eq!(service.get("/status/live").text(), "I-AM-ALIVE");
    fs::write(&path, sound).unwrap();
    service.wait_for("/status", |answer| answer.status == 200);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_half_added() {
    use std::process::Command;
    let store = TestStore::new();
    let first = Service::start(&store.path(), &[]);
    first.send("POST", "/c/banks", &json!({"name": "A"}));
    drop(first);
    // A limit on file sizes stands for a full disk: it needs no privileges.
    let serve = Service::command(&store.path(), &[]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]);
    limited.arg(serve.get_program()).args(serve.get_args());
    limited.env("BASMA_LANG", "en");
    let service = Service::start_command(limited);
    let body = json!({"pdq": hash_of(1), "note": "n".repeat(200)});
    let mut added = 0;
    let refused = loop {
        let answer = service.send("POST", "/c/bank/A/signal", &body);
        if answer.status != 200 {
            break answer;
        }
        added += 1;
        assert!(added < 1_000, "the limit is reached");
    };
    assert_eq!(refused.status, 507, "{refused:?}");
    assert!(refused.json()["message"].as_str().unwrap().contains("full"));
    assert_eq!(service.get("/m/index/status").status, 200);
    drop(service);
    let service = Service::start(&store.path(), &[]);
    let size = service.get("/m/index/status").json()["pdq"]["size"].as_u64();
    assert_eq!(
        size,
        Some(added),
        "what was answered is there, and nothing else"
    );
    let next = service.send("POST", "/c/bank/A/signal", &body).json()["id"].as_u64();
    assert!(next > Some(added));
}

#[test]
fn a_request_is_read_as_bytes_come() {
    let (_store, service) = served();
    use std::io::{Read as _, Write as _};
    let body = form(&[Part::file("video", b"abc")]);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let bytes = request("POST", "/h/hash", &[("Content-Type", &kind)], &body);
    let mut stream = service.connect();
    for part in bytes.chunks(7) {
        stream.write_all(part).unwrap();
    }
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.contains("900150983cd24fb0d6963f7d28e17f72"), "{text}");
}
