//! The counts that are kept in the repository.

use std::collections::BTreeMap;
use std::fmt;
use std::process::Command;

pub(crate) const PATH: &str = "benches/counts/kept.json";

/// By how much a count may differ from the one that is kept.
pub(crate) const BAND_PERCENT: f64 = 5.0;

/// What counts depend on.
pub(crate) struct Key(String);

impl Key {
    pub(crate) fn of_this_build(vectors: &str) -> Key {
        let profile = if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        };
        let version = Command::new("rustc").arg("--version").output();
        let version = version.ok().filter(|output| output.status.success());
        let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let version = version.as_deref().and_then(|v| v.split(' ').nth(1));
        let rustc = version.unwrap_or("of unknown version");
        let arch = std::env::consts::ARCH;
        Key(format!("{profile}, rustc {rustc}, {arch}, {vectors}"))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The instructions of each path, by key.
pub(crate) struct Kept(BTreeMap<String, BTreeMap<String, u64>>);

impl Kept {
    /// # Panics
    /// Where the file cannot be read: without it nothing would be compared.
    pub(crate) fn read() -> Kept {
        let text = std::fs::read_to_string(place()).expect(PATH);
        Kept(serde_json::from_str(&text).expect(PATH))
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(&key.0)
    }

    pub(crate) fn count(&self, key: &Key, path: &str) -> Option<u64> {
        self.0.get(&key.0)?.get(path).copied()
    }

    pub(crate) fn keep(&mut self, key: &Key, path: &str, instructions: u64) {
        let counts = self.0.entry(key.0.clone()).or_default();
        counts.insert(path.to_owned(), instructions);
    }

    pub(crate) fn write(&self) {
        let text = serde_json::to_string_pretty(&self.0).expect("numbers and texts");
        std::fs::write(place(), text + "\n").expect(PATH);
    }
}

fn place() -> String {
    format!("{}/{PATH}", env!("CARGO_MANIFEST_DIR"))
}

/// By how many percent a count differs from the one before.
pub(crate) fn percent(before: u64, now: u64) -> f64 {
    if before == now {
        return 0.0;
    }
    (now as f64 / before as f64 - 1.0) * 100.0
}
