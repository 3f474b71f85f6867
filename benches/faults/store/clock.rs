//! A clock that was set back.

use std::fs;

use serde_json::Value;
use sha2::Digest as _;

use super::stage::{Ended, Force, Stage};
use super::{Table, journeys};

/// A generation that was published ten years from now, as a machine with a clock ten years slow sees it. Nothing is taken in
/// until a person overrides the guard.
pub(super) fn set_back(table: &mut Table, journeys: &str) {
    let refreshes = journeys::called(journeys).filter(|journey| {
        journey.name.starts_with("refresh: ") && journey.name != "refresh: the first"
    });
    for journey in refreshes {
        let stage = Stage::new(journey);
        stage.reset();
        in_ten_years(&stage);
        let current = || fs::read(stage.world.store.join("current")).expect("it is there");
        let before = current();
        let key = [stage.journey.name, "clock", "set back"];
        let output = stage
            .command_by(&[])
            .stderr(std::process::Stdio::piped())
            .output();
        let output = output.expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let judged = stage.judge(output.status.code());
        let is_named = said.contains("clock") && said.contains("set the clock");
        match judged {
            Ok((Ended::Refused, Force::Old)) if is_named && current() == before => {
                table.enter(key, Ended::Refused, Force::Old)
            }
            other => table.wrong(
                key,
                &format!("{}, clock set back: {other:?}: {said}", key[0]),
            ),
        }
        stage.world.must(&[
            "refresh",
            "--override",
            "clock,dropped",
            "--reason",
            "tests",
        ]);
        let over = stage.judge(Some(0));
        if over != Ok((Ended::Done, Force::New)) {
            table.wrong(key, &format!("{}, clock overridden: {over:?}", key[0]));
        }
    }
}

fn in_ten_years(stage: &Stage) {
    let store = &stage.world.store;
    let read = |path| -> Value {
        serde_json::from_slice(&fs::read(path).expect("it is there")).expect("JSON")
    };
    let mut current = read(store.join("current"));
    let generation = current["generation"].as_u64().expect("a number");
    let path = store.join(format!("generations/{generation:06}.json"));
    let mut manifest = read(path.clone());
    let created = manifest["created"].as_i64().expect("a time");
    manifest["created"] = (created + 10 * 365 * 86_400).into();
    let bytes = serde_json::to_vec(&manifest).expect("it was JSON");
    let digest = sha2::Sha256::digest(&bytes);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    current["manifest"] = digest.into();
    fs::write(path, bytes).expect("it is ours");
    let current = serde_json::to_vec(&current).expect("it was JSON");
    fs::write(store.join("current"), current).expect("it is ours");
}
