//! The clients' own rules for reading answers: each field with the type that the client gives it.

use std::collections::BTreeMap;

use image::ImageFormat;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::{Answer, Part, Service};
use crate::pictures::{encode, hash_of, scene};
use crate::store::TestStore;

/// A store with one bank, with a content of scene 1 in it, which is looked up by now.
fn served(bank: &str) -> (TestStore, Service) {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let ratio = json!({"name": bank, "enabled_ratio": "1.0"});
    assert_eq!(service.send("POST", "//c/banks", &ratio).status, 201);
    let picture = picture(1);
    let path = format!("//c/bank/{bank}/content");
    let added = service.form(&path, &[Part::file("photo", &picture)]);
    assert_eq!(added.status, 200, "{added:?}");
    let lookup = format!("/m/lookup?signal_type=pdq&signal={}", hash_of(1));
    service.wait_for(&lookup, |answer| answer.json() != json!({}));
    (store, service)
}

fn picture(number: u64) -> Vec<u8> {
    encode(&scene(number), ImageFormat::Png)
}

fn read<T: for<'a> Deserialize<'a>>(answer: &Answer) -> T {
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// Coop, in TypeScript: numbers are numbers, distances are strings.
mod coop {
    use super::*;

    #[derive(Deserialize)]
    struct Bank {
        name: String,
        matching_enabled_ratio: f64,
    }

    #[derive(Deserialize)]
    struct Content {
        id: u64,
        signals: BTreeMap<String, String>,
    }

    #[derive(Deserialize)]
    struct Match {
        bank_content_id: u64,
        distance: String,
    }

    /// The largest integer that its language holds exactly.
    const SAFE: u64 = (1 << 53) - 1;

    #[test]
    fn coop_makes_banks_fills_them_and_looks_up() {
        let (store, service) = served("COOP_ORG_NAME");
        let bank: Bank = read(&service.get("//c/bank/COOP_ORG_NAME"));
        assert_eq!(
            (bank.name.as_str(), bank.matching_enabled_ratio),
            ("COOP_ORG_NAME", 1.0)
        );
        let banks: Vec<Bank> = read(&service.get("//c/banks"));
        assert!(banks.iter().any(|bank| bank.name == "COOP_ORG_NAME"));
        let changed = json!({"enabled_ratio": "0.5"});
        let bank: Bank = read(&service.send("PUT", "//c/bank/COOP_ORG_NAME", &changed));
        assert_eq!(bank.matching_enabled_ratio, 0.5);
        service.send(
            "PUT",
            "//c/bank/COOP_ORG_NAME",
            &json!({"enabled_ratio": "1"}),
        );
        let other = picture(2);
        let parts = [Part::file("photo", &other), Part::field("content_id", "9")];
        let content: Content = read(&service.form("//c/bank/COOP_ORG_NAME/content", &parts));
        assert!(content.id <= SAFE && content.signals["pdq"].len() == 64);
        let _: Vec<String> = read(&service.get("//c/exchanges/apis"));
        let _: Value = read(&service.get("//c/exchanges/api/http/schema"));
        assert_eq!(service.get("//c/exchange/COOP_ORG_NAME").status, 404);
        let hash = hash_of(1);
        let lookup = format!("//m/lookup?signal_type=pdq&signal={hash}");
        let matches: BTreeMap<String, Vec<Match>> = read(&service.get(&lookup));
        let found = &matches["COOP_ORG_NAME"][0];
        assert_eq!((found.bank_content_id, found.distance.as_str()), (1, "0"));
        // The numbers of what a list publishes are exact, too.
        store.run(&["add", &format!("pdq:{hash}"), "--id", "x"]);
        let answer = service.wait_for(&lookup, |answer| answer.json().get("own").is_some());
        let matches: BTreeMap<String, Vec<Match>> = read(&answer);
        assert!((1 << 40..=SAFE).contains(&matches["own"][0].bank_content_id));
        let deleted: Value = read(&service.ask("DELETE", "//c/bank/COOP_ORG_NAME", &[], b""));
        assert_eq!(deleted["message"], "Done");
    }
}

/// policyserv, in Go: a hash must come with 200; of a look-up the status is not read.
mod policyserv {
    use super::*;

    #[test]
    fn policyserv_hashes_and_reads_banks_out_of_a_map() {
        let (_store, service) = served("BANK");
        let bytes = picture(1);
        let part = Part {
            name: "photo",
            file: Some("x"),
            body: &bytes,
        };
        let hashed = service.form("/h/hash", &[part]);
        assert_eq!(hashed.status, 200);
        let hashes: BTreeMap<String, String> = read(&hashed);
        for (kind, hash) in &hashes {
            let path = format!("/m/lookup?signal_type={kind}&signal={hash}");
            let key = [("Authorization", "Bearer none")];
            let banks: BTreeMap<String, Value> = read(&service.ask("GET", &path, &key, b""));
            assert_eq!(banks.keys().collect::<Vec<_>>(), ["BANK"]);
        }
        // A flat picture has an empty hash; looking it up is an error, which no bank is named like.
        let failed = service.get("/m/lookup?signal_type=pdq&signal=");
        let banks: BTreeMap<String, Value> = read(&failed);
        assert_eq!(banks.keys().collect::<Vec<_>>(), ["message"]);
    }
}

/// The gem of FetLife, in Ruby: ids are strictly integers, distances can be read as integers, ratios are from 0 to 1.
mod gem {
    use super::*;

    #[derive(Deserialize)]
    struct Match {
        bank_content_id: i64,
        distance: Value,
    }

    fn coerced(distance: &Value) -> i64 {
        let text = distance.as_str().map(str::to_owned);
        text.unwrap_or_else(|| distance.to_string())
            .parse()
            .unwrap()
    }

    #[test]
    fn the_gem_reads_integers_and_words() {
        let (_store, service) = served("GEM");
        assert_eq!(service.get("/status").text(), "I-AM-ALIVE");
        let again = json!({"name": "GEM", "enabled": "true", "matching_enabled_ratio": 0.5});
        let refused = service.send("POST", "/c/banks", &again);
        assert_eq!(refused.status, 403);
        assert!(
            refused.json()["message"]
                .as_str()
                .unwrap()
                .contains("already exists")
        );
        let bank = service.get("/c/bank/GEM").json();
        let ratio = bank["matching_enabled_ratio"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&ratio));
        let hash = hash_of(1);
        let digest = "0123456789abcdef0123456789abcdef";
        let both = json!({"pdq": hash, "video_md5": digest});
        assert_eq!(
            service.send("POST", "/c/bank/GEM/signal", &both).status,
            200
        );
        let by_digest = format!("/m/lookup?signal_type=video_md5&signal={digest}");
        service.wait_for(&by_digest, |answer| answer.json() != json!({}));
        for query in [
            format!("signal_type=pdq&signal={hash}"),
            format!("signal_type=video_md5&signal={digest}"),
        ] {
            // Every value is a list of matches: nothing else stands beside the banks.
            let banks: BTreeMap<String, Vec<Match>> =
                read(&service.get(&format!("/m/lookup?{query}")));
            let matches = banks.values().flatten();
            assert!(matches.clone().count() > 0);
            assert!(
                matches
                    .clone()
                    .all(|found| found.bank_content_id > 0 && coerced(&found.distance) == 0)
            );
            let raw = service.get(&format!("/m/raw_lookup?{query}")).json();
            let raw: Vec<i64> = serde_json::from_value(raw["matches"].clone()).unwrap();
            assert_eq!(raw.len(), matches.count());
            let raw = service
                .get(&format!("/m/raw_lookup?{query}&include_distance=true"))
                .json();
            let raw: Vec<Match> = serde_json::from_value(raw["matches"].clone()).unwrap();
            assert!(raw.iter().all(|found| coerced(&found.distance) == 0));
        }
        let bytes = picture(1);
        let by_file = service.form("/m/lookup", &[Part::file("photo", &bytes)]);
        let types: BTreeMap<String, BTreeMap<String, Vec<Match>>> = read(&by_file);
        assert_eq!(types["pdq"]["GEM"].len(), 2);
        let _: Vec<String> = read(&service.get("/c/exchanges"));
    }
}
