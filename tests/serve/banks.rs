//! Banks as lists of the store, and lists of the store as banks.

use serde_json::{Value, json};

use crate::client::{Part, Service};
use crate::pictures::{encode, hash_of, scene};
use crate::store::TestStore;

fn lookup(number: u64) -> String {
    format!("/m/lookup?signal_type=pdq&signal={}", hash_of(number))
}

fn names(service: &Service) -> Vec<String> {
    let banks = service.get("/c/banks").json();
    let banks = banks.as_array().unwrap().iter();
    banks
        .map(|bank| bank["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A store with its own list and a published one of three items, two of them without a name.
fn published() -> TestStore {
    let store = TestStore::new();
    let [one, two, three] = [1, 2, 3].map(hash_of);
    let list = format!(
        "id,type,hash,labels\ncase-1,pdq,{one},a\n,pdq,{two},\n,md5,0123456789abcdef0123456789abcdef,\ncase-1,pdq,{three},b\n"
    );
    let file = store.file("list.csv", list);
    let sources = format!(
        "[[source]]\nlist = \"own\"\npurpose = \"p\"\nkind = \"local\"\nat_most = \"review\"\n\n[[source]]\nlist = \"provider\"\n\
         purpose = \"p\"\nkind = \"snapshot\"\nat_most = \"block\"\n[source.from.file]\npath = {:?}\nsettle_seconds = 0\n",
        file.to_str().unwrap()
    );
    store.sources(&sources);
    store.run(&["refresh"]);
    store
}

#[test]
fn a_published_list_is_a_bank_whose_contents_have_numbers_of_their_own() {
    let store = published();
    let service = Service::start(&store.path(), &[]);
    assert_eq!(names(&service), ["own", "provider"]);
    let found = service.get(&lookup(1)).json();
    let number = found["provider"][0]["bank_content_id"].as_u64().unwrap();
    assert!((1 << 40..1 << 53).contains(&number));
    // Both hashes of an item have its number.
    assert_eq!(
        service.get(&lookup(3)).json()["provider"][0]["bank_content_id"],
        number
    );
    assert_ne!(
        service.get(&lookup(2)).json()["provider"][0]["bank_content_id"],
        number
    );
    let entry = &found["provider"][0]["entry"];
    assert_eq!(
        *entry,
        json!({"id": "case-1", "labels": ["a"], "list": "provider"})
    );
    assert_eq!(found["provider"][0]["tier"], "near");
    assert_eq!(found["provider"][0]["generation"], 2);
    let path = format!("/c/bank/provider/content/{number}?include_signals=true");
    let content = service.get(&path).json();
    assert_eq!(content["id"], number);
    assert!(
        [hash_of(1), hash_of(3)]
            .map(Value::from)
            .contains(&content["signals"]["pdq"])
    );
    assert_eq!(service.get(&path.replace("provider", "own")).status, 404);
    let off = service.send("PUT", &path, &json!({"disable_until_ts": 0}));
    assert_eq!(off.status, 200, "{off:?}");
    assert_eq!(service.get(&lookup(1)).json(), json!({}));
    let raw = format!("/m/raw_lookup?signal_type=pdq&signal={}", hash_of(1));
    assert_eq!(service.get(&raw).json()["matches"], json!([number]));
    service.send("PUT", &path, &json!({"disable_until_ts": 1}));
    assert_ne!(service.get(&lookup(1)).json(), json!({}));
    // What is deleted stays away, though the list holds it still.
    assert_eq!(service.ask("DELETE", &path, &[], b"").json()["deleted"], 1);
    service.wait_for(&lookup(1), |answer| answer.json() == json!({}));
    store.run(&["refresh"]);
    assert_eq!(service.get(&lookup(1)).json(), json!({}));
    assert_ne!(service.get(&lookup(2)).json(), json!({}));
    let refused = service.ask("DELETE", "/c/bank/provider", &[], b"");
    assert_eq!(refused.status, 403, "{refused:?}");
}

#[test]
fn a_list_that_is_fetched_is_an_exchange() {
    let store = published();
    let service = Service::start(&store.path(), &[]);
    assert_eq!(service.get("/c/exchanges").json(), json!(["provider"]));
    let exchange = json!({"api": "file", "enabled": true, "name": "provider"});
    assert_eq!(service.get("/c/exchange/provider").json(), exchange);
    let status = service.get("/c/exchange/provider/status").json();
    assert_eq!(
        (&status["fetched_items"], &status["up_to_date"]),
        (&4.into(), &true.into())
    );
    assert!(status["last_fetch_complete_ts"].is_i64());
    let kept = service.send("PUT", "/c/exchange/provider", &json!({"enabled": true}));
    assert_eq!((kept.status, kept.json()), (200, exchange));
    for (method, path, body) in [
        ("PUT", "/c/exchange/provider", json!({"enabled": false})),
        ("DELETE", "/c/exchange/provider", json!({})),
        (
            "POST",
            "/c/exchanges",
            json!({"bank": "X", "api": "http", "api_json": {}}),
        ),
    ] {
        assert_eq!(
            service.send(method, path, &body).status,
            403,
            "{method} {path}"
        );
    }
    assert_eq!(service.get("/c/exchange/own").status, 404);
}

#[test]
fn a_bank_is_made_renamed_filled_deleted_and_made_again_empty() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let make = |name: &str| {
        service
            .send("POST", "/c/banks", &json!({"name": name}))
            .status
    };
    let add = |bank: &str, number: u64| {
        let path = format!("/c/bank/{bank}/signal");
        service
            .send("POST", &path, &json!({"pdq": hash_of(number)}))
            .status
    };
    let in_banks = |number: u64, banks: &[&str]| {
        service.wait_for(&lookup(number), |answer| {
            let found = answer.json();
            let found: Vec<&str> = found
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            found == banks
        });
    };
    assert_eq!((make("A"), add("A", 1)), (201, 200));
    in_banks(1, &["A"]);
    assert_eq!(
        service
            .send("PUT", "/c/bank/A", &json!({"name": "B"}))
            .status,
        200
    );
    in_banks(1, &["B"]);
    // The old name is free, and another list.
    assert_eq!((make("A"), add("A", 2)), (201, 200));
    in_banks(2, &["A"]);
    in_banks(1, &["B"]);
    assert_eq!(names(&service), ["own", "B", "A"]);
    assert_eq!(service.ask("DELETE", "/c/bank/A", &[], b"").status, 200);
    assert_eq!(service.get(&lookup(2)).json(), json!({}), "at once");
    assert_eq!(
        (make("A"), names(&service)),
        (201, vec!["own".into(), "B".into(), "A".into()])
    );
    in_banks(2, &[]);
    assert_eq!(add("A", 3), 200);
    in_banks(3, &["A"]);
    // A device of Windows is a bank like others.
    assert_eq!((make("CON"), add("CON", 4)), (201, 200));
    in_banks(4, &["CON"]);
    let audit = store.run(&["audit", "--verify"]);
    assert!(!audit.is_empty());
}

#[test]
fn a_toss_is_fixed_by_its_seed_and_shares_are_those_of_the_ratio() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    service.send(
        "POST",
        "/c/banks",
        &json!({"name": "HALF", "enabled_ratio": 0.5}),
    );
    service.send(
        "POST",
        "/c/banks",
        &json!({"name": "NEVER", "enabled_ratio": 0.0}),
    );
    for bank in ["HALF", "NEVER"] {
        let path = format!("/c/bank/{bank}/signal");
        service.send("POST", &path, &json!({"pdq": hash_of(1)}));
    }
    let raw = format!("/m/raw_lookup?signal_type=pdq&signal={}", hash_of(1));
    service.wait_for(&raw, |answer| {
        answer.json()["matches"].as_array().unwrap().len() == 2
    });
    let wins = |seed: u32| {
        let answer = service.get(&format!("{}&seed={seed}", lookup(1))).json();
        assert!(answer.get("NEVER").is_none());
        answer.get("HALF").is_some()
    };
    let won: Vec<bool> = (0..64).map(wins).collect();
    assert_eq!(won, (0..64).map(wins).collect::<Vec<bool>>());
    let count = won.iter().filter(|won| **won).count();
    assert!((10..=54).contains(&count), "the seeds are fixed: {count}");
}

#[test]
fn matches_within_fewer_bits_alone_are_told_on_demand() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    service.send("POST", "/c/banks", &json!({"name": "A"}));
    let hash = hash_of(1);
    let last = u32::from_str_radix(&hash[60..], 16).unwrap();
    let near = format!("{}{:04x}", &hash[..60], last ^ 0x0fff);
    service.send("POST", "/c/bank/A/signal", &json!({"pdq": near}));
    service.wait_for(&lookup(1), |answer| answer.json() != json!({}));
    let within = |bits: &str| service.get(&format!("{}&max_distance={bits}", lookup(1)));
    assert_eq!(within("12").json()["A"][0]["distance"], "12");
    assert_eq!(within("11").json(), json!({}));
    assert_eq!(within("x").status, 422);
}

#[test]
fn a_file_that_a_list_holds_by_its_digest_is_told_under_the_name_of_the_type() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let picture = encode(&scene(7), image::ImageFormat::Png);
    let file = store.file("x.png", &picture);
    store.run(&[
        "add",
        file.to_str().unwrap(),
        "--type",
        "sha256",
        "--id",
        "x",
    ]);
    let begun = std::time::Instant::now();
    let found = loop {
        let answer = service.form("/m/lookup", &[crate::client::Part::file("photo", &picture)]);
        if answer.json() != json!({"pdq": {}}) {
            break answer.json();
        }
        assert!(begun.elapsed() < crate::client::PATIENCE, "{answer:?}");
    };
    assert_eq!(found["pdq"], json!({}));
    assert_eq!(found["sha256"]["own"][0]["distance"], "0");
}

#[test]
fn what_waits_is_built_into_the_store_once_it_is_much() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    service.send("POST", "/c/banks", &json!({"name": "A"}));
    let hash = |number: u64| blake3::hash(&number.to_le_bytes()).to_hex().to_string();
    let signals: Vec<Value> = (0..10_001)
        .map(|number| json!({"pdq": hash(number)}))
        .collect();
    let added = service.send("POST", "/c/bank/A/signals", &json!({ "signals": signals }));
    assert_eq!(added.json()["contents"].as_array().unwrap().len(), 10_001);
    let path = format!("/m/lookup?signal_type=pdq&signal={}", hash(10_000));
    let before = service
        .wait_for(&path, |answer| answer.json() != json!({}))
        .json();
    let generation = |answer: &Value| answer["A"][0]["generation"].as_u64();
    // Publishing the bank came before, building what waited comes after.
    service.wait_for(&path, |answer| generation(&answer.json()) >= Some(3));
    let first = format!("/m/lookup?signal_type=pdq&signal={}", hash(0));
    let answer = service.get(&first).json();
    assert_eq!(answer["A"][0]["bank_content_id"], 1);
    assert_eq!(before["A"][0]["bank_content_id"], 10_001);
}

#[test]
fn a_bank_that_was_exported_from_the_database_of_hma_is_a_list() {
    let store = TestStore::new();
    let [one, two] = [1, 2].map(hash_of);
    let digest = "0123456789abcdef0123456789abcdef";
    // As `\copy` of its tables writes them.
    let file = store.file(
        "bank.csv",
        format!("id,type,hash\n1,pdq,{one}\n2,pdq,{two}\n2,video_md5,{digest}\n"),
    );
    store.sources(&format!(
        "[[source]]\nlist = \"TEST_BANK\"\npurpose = \"p\"\nkind = \"snapshot\"\nat_most = \"review\"\n\
         [source.from.file]\npath = {:?}\nsettle_seconds = 0\n",
        file.to_str().unwrap()
    ));
    store.run(&[
        "refresh",
        "--override",
        "dropped",
        "--reason",
        "no own list",
    ]);
    let service = Service::start(&store.path(), &[]);
    let number = service.get(&lookup(2)).json()["TEST_BANK"][0]["bank_content_id"].clone();
    let path = format!("/m/raw_lookup?signal_type=video_md5&signal={digest}");
    assert_eq!(service.get(&path).json()["matches"], json!([number]));
    // Or its contents are added to a bank, with ids of their own.
    service.send("POST", "/c/banks", &json!({"name": "SECOND"}));
    let exported = json!({"signals": [{"pdq": one}, {"pdq": two, "video_md5": digest}]});
    let added = service
        .send("POST", "/c/bank/SECOND/signals", &exported)
        .json();
    assert_eq!(added["contents"][1]["id"], 2);
    service.wait_for(&path, |answer| {
        answer.json()["matches"].as_array().unwrap().len() == 2
    });
}

/// A content that is added with the digest of a token goes with the token, and with all that the service kept of it.
#[test]
fn a_content_is_withdrawn_by_the_token_of_a_person() {
    let store = TestStore::new();
    let text = "0f".repeat(32);
    let digest = basma::store::Token::parse(&text).unwrap().digest();
    let service = Service::start(&store.path(), &[]);
    let bad = json!({"pdq": hash_of(1).to_string(), "withdrawal": "0f"});
    let refused = service.send("POST", "/c/bank/own/signal", &bad);
    assert_eq!(refused.status, 400, "{refused:?}");
    let of = |number: u64| json!({"pdq": hash_of(number).to_string(), "withdrawal": digest, "note": "n"});
    assert_eq!(
        service.send("POST", "/c/bank/own/signal", &of(1)).status,
        200
    );
    let bulk = json!({"signals": [{"pdq": hash_of(2).to_string()}, of(3)]});
    assert_eq!(
        service.send("POST", "/c/bank/own/signals", &bulk).status,
        200
    );
    let picture = encode(&scene(4), image::ImageFormat::Png);
    let parts = [
        Part::file("photo", &picture),
        Part::field("withdrawal", &digest),
    ];
    assert_eq!(service.form("/c/bank/own/content", &parts).status, 200);
    for number in 1..=4 {
        service.wait_for(&lookup(number), |answer| answer.json() != json!({}));
    }
    let withdraw = |store: &TestStore| {
        let output = store
            .command(&["withdraw", "--token", &text])
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    };
    // The service goes on meanwhile, and matches none of it any more.
    let (code, told) = withdraw(&store);
    assert_eq!(code, Some(0), "{told}");
    for number in [1, 3, 4] {
        service.wait_for(&lookup(number), |answer| answer.json() == json!({}));
    }
    assert_ne!(service.get(&lookup(2)).json(), json!({}));
    drop(service);
    let journal = std::fs::read_to_string(store.path().join("service/journal.jsonl")).unwrap();
    for number in [1, 3, 4] {
        assert!(!journal.contains(&hash_of(number).to_string()), "{journal}");
    }
    let service = Service::start(&store.path(), &[]);
    for number in 1..=4 {
        let is_found = service.get(&lookup(number)).json() != json!({});
        assert_eq!(is_found, number == 2, "{number}");
    }
    // No id is given twice.
    let added = service.send(
        "POST",
        "/c/bank/own/signal",
        &json!({"pdq": hash_of(5).to_string()}),
    );
    assert_eq!(added.json()["id"], 5, "{added:?}");
    assert_eq!(withdraw(&store).0, Some(2));
}
