//! Temporary files: where they stand, and what happens where they find no room.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::client::Service;
use crate::store::TestStore;

/// So many entries that a table of them does not stay in memory.
const ENTRIES: u64 = 100_000;

fn hash(number: u64) -> String {
    let digest = blake3::hash(&number.to_le_bytes());
    digest.to_hex()[..32].to_owned()
}

/// A store with a published list of many digests.
fn published() -> TestStore {
    let store = TestStore::new();
    let mut list = "id,type,hash\n".to_owned();
    for number in 0..ENTRIES {
        writeln!(list, "item-{number},md5,{}", hash(number)).unwrap();
    }
    let file = store.file("list.csv", list);
    store.sources(&format!(
        "[[source]]\nlist = \"provider\"\npurpose = \"p\"\nkind = \"snapshot\"\nat_most = \"block\"\n\
         from.file = {{ path = {:?}, settle_seconds = 0 }}\n",
        file.to_str().unwrap()
    ));
    store.run(&["refresh"]);
    store
}

/// The path of the content of an entry, as a match names it.
fn content(service: &Service, number: u64) -> String {
    let path = format!("/m/lookup?signal_type=video_md5&signal={}", hash(number));
    let found = service.get(&path).json();
    let id = found["provider"][0]["bank_content_id"].as_u64().unwrap();
    format!("/c/bank/provider/content/{id}?include_signals=true")
}

fn signals(service: &Service, number: u64) -> Value {
    let answer = service.get(&content(service, number));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["signals"].clone()
}

/// Whether a service has a file without a name in a folder mapped.
fn maps_a_file_of(service: &Service, folder: &Path) -> bool {
    let maps = fs::read_to_string(format!("/proc/{}/maps", service.child.id())).unwrap();
    let folder = format!("{}/", folder.canonicalize().unwrap().to_str().unwrap());
    let mut lines = maps.lines();
    lines.any(|line| line.contains(&folder) && line.ends_with("(deleted)"))
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn tables_stand_in_the_store_or_where_the_operator_says() {
    let store = published();
    let of_store = store.path().join("service/scratch");
    // A service that was killed may leave a file where the system knows none without names.
    fs::create_dir_all(&of_store).unwrap();
    fs::write(of_store.join(".tmpleft"), "x").unwrap();
    let named = tempfile::tempdir().unwrap();
    let kept = named.path().join("of another program");
    fs::write(&kept, "x").unwrap();
    let of_system = tempfile::tempdir().unwrap();
    let folders = [of_store.as_path(), named.path(), of_system.path()];
    let scratch = ["--scratch", named.path().to_str().unwrap()];
    let replica = ["--read-only", scratch[0], scratch[1]];
    for (more, used) in [
        (&[][..], 0),
        (&scratch, 1),
        (&["--read-only"], 2),
        (&replica, 1),
    ] {
        let mut command = Service::command(&store.path(), more);
        command.env("TMPDIR", of_system.path());
        let service = Service::start_command(command);
        assert!(is_empty(&of_store));
        for number in [0, 7, ENTRIES - 1] {
            assert_eq!(
                signals(&service, number),
                json!({"video_md5": hash(number)})
            );
        }
        for (place, folder) in folders.iter().enumerate() {
            let is_used = maps_a_file_of(&service, folder);
            assert_eq!(is_used, place == used, "{more:?}: {folder:?}");
        }
    }
    assert!(kept.exists() && is_empty(&of_store) && is_empty(of_system.path()));
    let missing = named.path().join("missing");
    let more = ["--scratch", missing.to_str().unwrap()];
    let refused = Service::command(&store.path(), &more).output().unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("missing"), "{told}");
}

#[test]
fn a_table_without_room_is_told_and_no_content_is_said_to_be_missing() {
    let store = published();
    let serve = Service::command(&store.path(), &[]);
    let mut limited = Command::new("sh");
    // A limit on file sizes stands for a full disk: it needs no privileges.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\""]);
    limited.arg(serve.get_program()).args(serve.get_args());
    limited.env("BASMA_LANG", "en");
    let service = Service::start_command(limited);
    let path = content(&service, 5);
    for _ in 0..2 {
        let answer = service.get(&path);
        assert_eq!(answer.status, 507, "{answer:?}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("was not looked for"), "{message}");
    }
    let missing = "/c/bank/provider/content/1099511627777";
    assert_eq!(service.get(missing).status, 507);
    assert_eq!(service.get("/status").status, 200);
    drop(service);
    let service = Service::start(&store.path(), &[]);
    assert_eq!(service.get(&path).status, 200);
    assert_eq!(service.get(missing).status, 404);
}
