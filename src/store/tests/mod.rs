//! Stores as a whole: what is published, what is held back, what is decided, and that readers see it.

mod authentic;
mod decisions;
mod drain;
mod files;
mod guards;
mod interfaces;
mod life;
mod model;
mod numbers;
mod opinions;
mod page;
mod rollback;
mod signed;
mod withdraw;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub(super) use super::layout::{attempts, clock, folder, manifest};
use super::*;
pub(super) use crate::disk::lock;
use crate::hash::{Hash, HashType};
use crate::list::{Entry, Target};
use crate::matcher::Found;
use crate::{CancelToken, Matcher};

/// A store with a folder beside it for what its sources publish.
struct World {
    folder: tempfile::TempDir,
    store: Store,
}

const PDQ: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::init(&folder.path().join("store")).unwrap();
        World { folder, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn publish(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A source of the configuration, read from the file `LIST.txt`.
    fn source(&self, list: &str, kind: &str, more: &str) -> String {
        let path = self.path(&format!("{list}.txt"));
        let from = match kind {
            "local" => String::new(),
            _ => format!("[source.from.file]\npath = {path:?}\nsettle_seconds = 0\n"),
        };
        format!(
            "[[source]]\nlist = {list:?}\npurpose = \"tests\"\nkind = {kind:?}\nat_most = \"review\"\n{more}\n{from}"
        )
    }

    fn refresh_with(&self, config: &str, overridden: &[Guard]) -> Result<Refreshed> {
        let config = Config::parse(config).unwrap();
        let of_store = |guard: &Guard| matches!(guard, Guard::Clock | Guard::Dropped);
        // Guards are overridden for the first list, where there are several.
        let only: Vec<String> = if overridden.iter().all(of_store) {
            Vec::new()
        } else {
            vec![config.sources[0].terms().list.clone()]
        };
        self.store.refresh(
            &config,
            &Refresh {
                by: "ana",
                only: &only,
                dry_run: false,
                overridden: overridden.iter().copied().collect::<BTreeSet<_>>(),
                reason: Some("tests"),
                environment: &|_| None,
                cancel: CancelToken::new(),
            },
        )
    }

    /// Refreshes, with nothing held back.
    fn refresh(&self, config: &str) -> Refreshed {
        let refreshed = self.refresh_with(config, &[]).unwrap();
        for list in &refreshed.lists {
            assert!(list.is_good(), "{list:?}");
        }
        assert!(refreshed.warnings.is_empty(), "{refreshed:?}");
        refreshed
    }

    fn matcher(&self) -> Matcher {
        Matcher::open([self.store.path()]).unwrap()
    }

    fn decide(&self, list: &str, act: Act) -> Result<()> {
        let warnings = self.store.decide(&[Decision {
            list: list.to_owned(),
            act,
            reason: "tests".to_owned(),
            by: "ana".to_owned(),
            at: clock::now(),
        }])?;
        assert!(warnings.is_empty(), "{warnings:?}");
        Ok(())
    }
}

fn md5(byte: u8) -> Hash {
    // A hash of zeros stands for nothing.
    Hash::new(HashType::Md5, &[byte ^ 0xa5; 16]).unwrap()
}

/// A line of a list in our own format.
fn line(op: &str, byte: u8, id: &str) -> String {
    format!(
        "{{\"v\":1,\"op\":{op:?},\"type\":\"md5\",\"hash\":\"{}\",\"id\":{id:?}}}\n",
        md5(byte)
    )
}

fn add(byte: u8, id: &str) -> Act {
    Act::Add(Box::new(Entry {
        id: Some(id.to_owned()),
        ..Entry::new(md5(byte), 1)
    }))
}

/// The lists and items that a hash matches.
fn said(found: &Found) -> Vec<(String, String)> {
    let all = found.matches.iter();
    all.map(|m| (m.list.clone(), m.id.clone().unwrap_or_default()))
        .collect()
}

fn lookup(matcher: &Matcher, byte: u8) -> Vec<(String, String)> {
    said(&matcher.lookup(&md5(byte)).unwrap())
}

/// Waits for a running reader to see something; how long it takes is no part of the test.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn pair(list: &str, id: &str) -> (String, String) {
    (list.to_owned(), id.to_owned())
}
