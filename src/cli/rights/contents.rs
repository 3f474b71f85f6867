//! Contents that were added through the service, as a file in the store: what it forgets.
//!
//! Its lines are those of the journal of the service: a check of 16 hexadecimal digits, a blank, and an object of JSON.
//! They are read here as JSON, so that a basma without the service forgets them too. An id is never given again.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, DecisionsDamage, Problem};
use basma::{Error, Result};
use serde_json::{Value, json};

use super::queue::{failed, holds, keep_private};

const FILE: &str = "service/journal.jsonl";

/// Forgets the contents that hold one of these texts: their hashes, notes and metadata. Gives how many. No service may
/// run: it would go on with the old file.
pub(super) fn forget_texts(store: &Path, texts: &BTreeSet<String>) -> Result<u64> {
    let path = store.join(FILE);
    if !path.is_file() {
        return Ok(0);
    }
    rewrite(&path, texts)
}

/// Writes a journal without the contents that hold one of these texts. Gives how many there were.
pub(crate) fn rewrite(path: &Path, texts: &BTreeSet<String>) -> Result<u64> {
    let mut meant = BTreeSet::new();
    each(path, |_, value| {
        if value["did"] == "content" && holds(value, texts) {
            meant.extend(value["id"].as_u64());
        }
        Ok(())
    })?;
    if meant.is_empty() {
        return Ok(0);
    }
    let mut kept = AtomicFile::private(path)?;
    each(path, |line, value| {
        let id = value["id"].as_u64().filter(|id| meant.contains(id));
        let of_content = |id: &u64| match value["did"].as_str() {
            Some("content") => Some(line_of(&json!({"did": "next", "id": id + 1}))),
            Some("edit") => Some(Vec::new()),
            _ => None,
        };
        let written = match id.as_ref().and_then(of_content) {
            Some(instead) => kept.write_all(&instead),
            None => kept.write_all(line),
        };
        written.map_err(failed(Action::Write, path))
    })?;
    keep_private(kept.draft_path())?;
    kept.publish()?;
    Ok(meant.len() as u64)
}

/// Hands on each line with what it holds. An unfinished last line counts for nothing.
fn each(path: &Path, mut take: impl FnMut(&[u8], &Value) -> Result<()>) -> Result<()> {
    let file = File::open(path).map_err(failed(Action::Open, path))?;
    let mut file = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = file.read_until(b'\n', &mut line);
        read.map_err(failed(Action::Read, path))?;
        if !line.ends_with(b"\n") {
            break;
        }
        let text = line.split_at_checked(17).filter(|&(check, text)| {
            let text = text.strip_suffix(b"\n").unwrap_or(text);
            check[..16] == *check_of(text).as_bytes() && check[16] == b' '
        });
        let value = text.and_then(|(_, text)| serde_json::from_slice(text).ok());
        let value: Value = value.ok_or_else(|| Error::Store {
            path: path.to_owned(),
            problem: Problem::DecisionsDamaged {
                damage: DecisionsDamage::NotADecision { line: number },
            },
        })?;
        take(&line, &value)?;
    }
    Ok(())
}

fn check_of(text: &[u8]) -> String {
    blake3::hash(text).to_hex()[..16].to_owned()
}

fn line_of(value: &Value) -> Vec<u8> {
    let text = value.to_string();
    format!("{} {text}\n", check_of(text.as_bytes())).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(records: &[Value]) -> tempfile::TempDir {
        let store = tempfile::tempdir().unwrap();
        std::fs::create_dir(store.path().join("service")).unwrap();
        let lines: Vec<Vec<u8>> = records.iter().map(line_of).collect();
        std::fs::write(store.path().join(FILE), lines.concat()).unwrap();
        store
    }

    fn content(id: u64, hash: &str) -> Value {
        json!({"did": "content", "id": id, "batch": id, "list": "own", "signals": {"pdq": hash}, "at": 5})
    }

    #[test]
    fn a_content_goes_with_its_notes_and_its_id_is_not_given_again() {
        let edit = json!({"did": "edit", "id": 2, "note": "of 2"});
        let store = store(&[content(1, "0a"), content(2, "0b"), edit, content(3, "0a")]);
        let texts = BTreeSet::from(["0b".to_owned()]);
        assert_eq!(forget_texts(store.path(), &texts).unwrap(), 1);
        let left = std::fs::read_to_string(store.path().join(FILE)).unwrap();
        assert!(!left.contains("0b") && !left.contains("of 2"), "{left}");
        assert_eq!(left.matches("0a").count(), 2, "{left}");
        assert!(left.contains(r#"{"did":"next","id":3}"#), "{left}");
        assert_eq!(forget_texts(store.path(), &texts).unwrap(), 0);
    }

    #[test]
    fn a_damaged_journal_is_left_alone() {
        let texts = BTreeSet::from(["0b".to_owned()]);
        let damaged = store(&[content(1, "0b")]);
        let path = damaged.path().join(FILE);
        let text = std::fs::read_to_string(&path)
            .unwrap()
            .replace("own", "one");
        std::fs::write(&path, &text).unwrap();
        assert!(forget_texts(damaged.path(), &texts).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        let none = tempfile::tempdir().unwrap();
        assert_eq!(forget_texts(none.path(), &texts).unwrap(), 0);
    }
}
