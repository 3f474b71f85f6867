//! Lists behind the interface of a provider: what comes in force, what goes, and what is held back.

use std::sync::{Arc, Mutex};

use super::super::fetch::http_tests::{Server, ok};
use super::*;

/// The pages of ThreatExchange that are to be answered, the next last. Without any, nothing has changed.
#[derive(Clone, Default)]
struct Group(Arc<Mutex<Vec<String>>>);

impl Group {
    fn serve(&self) -> Server {
        let pages = self.0.clone();
        Server::new(move |_, _, stream| {
            let records = pages.lock().unwrap().pop().unwrap_or_default();
            let _ = stream.write_all(&ok("", format!("{{\"data\":[{records}]}}").as_bytes()));
        })
    }

    fn says(&self, records: &[String]) {
        self.0.lock().unwrap().push(records.join(","));
    }
}

/// The same for each record, however long a test takes.
fn updated() -> i64 {
    static UPDATED: std::sync::LazyLock<i64> = std::sync::LazyLock::new(|| clock::now() - 1000);
    *UPDATED
}

fn listed(byte: u8) -> String {
    format!(
        "{{\"id\":\"i{byte}\",\"indicator\":\"{}\",\"type\":\"HASH_MD5\",\"last_updated\":{},\"descriptors\":{{\"data\":[{{\"owner\":{{\"id\":\"1\"}},\"status\":\"MALICIOUS\"}}]}}}}",
        md5(byte),
        updated()
    )
}

fn deleted(byte: u8) -> String {
    listed(byte).replace("\"descriptors\"", "\"should_delete\":true,\"descriptors\"")
}

fn config(server: &Server, more: &str) -> String {
    format!(
        "[[source]]\nlist = \"group\"\npurpose = \"tests\"\nkind = \"delta\"\nat_most = \"review\"\nguards = {{ growth = 10000, shrink = 100 }}\n{more}\n\
         [source.from.http]\nurl = {:?}\nretries = 0\ninterface = {{ threatexchange = {{}} }}\n",
        server.url("/1/threat_updates")
    )
}

fn found(world: &World) -> Vec<u8> {
    let matcher = world.matcher();
    (1..9)
        .filter(|&byte| !lookup(&matcher, byte).is_empty())
        .collect()
}

#[test]
fn what_a_provider_says_is_in_force_until_it_withdraws_it() {
    let (world, group) = (World::new(), Group::default());
    let server = group.serve();
    let config = config(&server, "");
    group.says(&[listed(1), listed(2), listed(3)]);
    let first = world.refresh(&config);
    assert_eq!((first.generation, found(&world)), (Some(1), vec![1, 2, 3]));
    // Windows overlap: the same again is no reason to publish.
    group.says(&[listed(3)]);
    let same = world.refresh(&config);
    assert_eq!(same.generation, None, "{same:?}");
    // Nor is a window without records, and the cursor moves all the same.
    assert_eq!(world.refresh(&config).generation, None);
    group.says(&[deleted(2), listed(4)]);
    let third = world.refresh(&config);
    let difference = &third.lists[0].difference;
    assert_eq!((difference.added, difference.removed), (1, 1));
    assert_eq!(found(&world), [1, 3, 4]);
    // By what is known of when it was fetched it is fresh.
    let status = world.store.status().unwrap();
    assert_eq!(status.lists[0].failures, 0);
}

#[test]
fn a_stale_cursor_replaces_the_list_with_what_the_provider_has() {
    let (world, group) = (World::new(), Group::default());
    let server = group.serve();
    let config = config(&server, "");
    group.says(&[listed(1), listed(2)]);
    world.refresh(&config);
    // The last exhausted window was half a year ago, and the withdrawal of 2 was told and forgotten since.
    let aged = |value: &mut serde_json::Value| {
        let text = value.to_string();
        let now = format!("\"exhausted\":{}", value["interface"]["exhausted"]);
        *value = serde_json::from_str(&text.replace(&now, "\"exhausted\":1700000000")).unwrap();
    };
    rewrite_known(&world, aged);
    group.says(&[listed(1), listed(5)]);
    world.refresh(&config);
    assert_eq!(found(&world), [1, 5]);
    assert!(!server.requests().last().unwrap().contains("start_time"));
}

/// Changes what the fetcher knows of the list in force.
fn rewrite_known(world: &World, change: impl Fn(&mut serde_json::Value)) {
    let folder = &world.store.folder;
    let pointer = manifest::Pointer::read(folder).unwrap().unwrap();
    let (mut whole, _) = manifest::Manifest::read_kept(folder, pointer.generation).unwrap();
    let source = whole.lists[0].source.as_mut().unwrap();
    change(&mut source.known);
    let bytes = manifest::to_line(&whole);
    folder::write_private(&folder.manifest(pointer.generation), &bytes).unwrap();
    manifest::Pointer::publish(folder, pointer.generation, &bytes).unwrap();
}

#[test]
fn what_was_rolled_back_from_waits_for_a_person() {
    let (world, group) = (World::new(), Group::default());
    let server = group.serve();
    let config = config(&server, "");
    group.says(&[listed(1)]);
    world.refresh(&config);
    group.says(&[listed(2)]);
    world.refresh(&config);
    world.store.rollback(None, "ana", "bad entries").unwrap();
    assert_eq!(found(&world), [1]);
    // The same records come in other bytes.
    group.says(&[listed(2), listed(3)]);
    let held = world.refresh_with(&config, &[]).unwrap();
    assert_eq!(held.lists[0].held[0].guard, Guard::RolledBack, "{held:?}");
    assert_eq!(found(&world), [1]);
    world.refresh_with(&config, &[Guard::RolledBack]).unwrap();
    assert_eq!(found(&world), [1, 2, 3]);
    group.says(&[listed(4)]);
    world.refresh(&config);
    assert_eq!(found(&world), [1, 2, 3, 4]);
}

#[test]
fn a_malformed_record_is_set_aside_and_the_others_come() {
    let (world, group) = (World::new(), Group::default());
    let server = group.serve();
    let config = config(&server, "").replace("growth", "rejects = 50, growth");
    let bad = listed(2).replace(&md5(2).to_string(), "0123");
    group.says(&[listed(1), bad, listed(3)]);
    let refreshed = world.refresh_with(&config, &[]).unwrap();
    assert_eq!(refreshed.lists[0].set_aside, 1);
    assert_eq!(found(&world), [1, 3]);
    let folder = world.store.folder.set_aside();
    let names: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert_eq!(names.len(), 1);
    let text = fs::read_to_string(names[0].as_ref().unwrap().path()).unwrap();
    assert!(text.contains("record 2 (byte "), "{text}");
}

#[test]
fn a_damaged_list_is_fetched_again_as_a_whole() {
    let (world, group) = (World::new(), Group::default());
    let server = group.serve();
    let config = config(&server, "");
    group.says(&[listed(1), listed(2)]);
    world.refresh(&config);
    for entry in fs::read_dir(world.store.folder.indexes()).unwrap() {
        fs::write(entry.unwrap().path(), "x").unwrap();
    }
    let held = world.refresh_with(&config, &[]).unwrap();
    assert_eq!(held.lists[0].held[0].guard, Guard::Damaged);
    group.says(&[listed(1), listed(7)]);
    world.refresh_with(&config, &[Guard::Damaged]).unwrap();
    assert_eq!(found(&world), [1, 7]);
}

#[test]
fn an_interface_is_a_delta_and_is_not_signed() {
    let group = Group::default();
    let server = group.serve();
    let text = config(&server, "");
    for wrong in [
        text.replace("\"delta\"", "\"snapshot\""),
        config(
            &server,
            "keys = [\"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"]",
        ),
        text.replace("threatexchange", "surprise"),
        text.replace("threatexchange = {}", "tat = {}"),
    ] {
        assert!(Config::parse(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_list_of_what_is_known_allows_nothing() {
    let world = World::new();
    let config = world.source(
        "police",
        "snapshot",
        "suppresses = [\"*\"]\nvics_profile = \"us\"",
    );
    let document = format!(
        "{{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\",\"value\":[{{\"MediaID\":1,\"Category\":1,\"MD5\":\"{}\"}}]}}",
        md5(1)
    );
    world.publish("police.txt", &document);
    let refused = world.refresh_with(&config, &[]).unwrap();
    let error = refused.lists[0].failed.as_ref().unwrap().to_string();
    assert!(error.contains("suppresses"), "{error}");
    let config = config.replace("suppresses = [\"*\"]", "");
    world.refresh(&config);
    // Nothing follows from the number of a category: a person looks.
    let found = world.matcher().lookup(&md5(1)).unwrap();
    assert_eq!(found.matches[0].opinion, crate::list::Opinion::Seed);
}
