//! The queue of the review, as a file in the store: what it forgets, and what it counts.
//!
//! Its lines are those of the journal of the service. They are read here as JSON, so that a basma without the service
//! forgets them too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, Problem};
use basma::{Error, Result};
use serde_json::Value;

/// The file, below the folder of the store.
const FILE: &str = "service/review.jsonl";

fn path_of(store: &Path) -> PathBuf {
    store.join(FILE)
}

pub(super) fn failed(action: Action, path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
    move |source| Error::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

/// Hands on each record of the queue; nothing where there is no queue. An unfinished last line is no record.
pub(super) fn each(store: &Path, mut take: impl FnMut(&str, &Value)) -> Result<()> {
    let path = path_of(store);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(Action::Open, &path)(error)),
    };
    lines(&path, file, |_, case, value| {
        take(case, value);
        Ok(())
    })
}

fn lines(
    path: &Path,
    file: impl std::io::Read,
    mut take: impl FnMut(&[u8], &str, &Value) -> Result<()>,
) -> Result<()> {
    let mut file = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = file.read_until(b'\n', &mut line);
        read.map_err(failed(Action::Read, path))?;
        if !line.ends_with(b"\n") {
            break;
        }
        let damaged = || Error::Store {
            path: path.to_owned(),
            problem: Problem::ReviewDamaged { line: number },
        };
        let value: Value = serde_json::from_slice(&line).map_err(|_| damaged())?;
        let case = value["case"].as_str().ok_or_else(damaged)?.to_owned();
        take(&line, &case, &value)?;
    }
    Ok(())
}

/// Forgets the cases of the queue that hold one of these texts. Gives how many.
pub(super) fn forget_texts(store: &Path, texts: &BTreeSet<String>) -> Result<u64> {
    forget(store, &of_texts(store, texts)?)
}

/// The cases of the queue that hold one of these texts.
fn of_texts(store: &Path, texts: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let mut meant = BTreeSet::new();
    each(store, |case, value| {
        if holds(value, texts) {
            meant.insert(case.to_owned());
        }
    })?;
    Ok(meant)
}

/// [`forget_texts`], by the process that has the queue open.
#[cfg(feature = "serve")]
pub(crate) fn rewrite(store: &Path, texts: &BTreeSet<String>) -> Result<u64> {
    let path = path_of(store);
    let cases = of_texts(store, texts)?;
    if cases.is_empty() {
        return Ok(0);
    }
    let file = File::open(&path).map_err(failed(Action::Open, &path))?;
    write_without(&path, &file, &cases)
}

/// Forgets the cases of the queue to which nothing happened since a time. Gives how many.
pub(super) fn forget_older(store: &Path, before: i64) -> Result<u64> {
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    each(store, |case, value| {
        let at = ["seen", "done"].map(|what| value[what]["at"].as_i64());
        let at = at.into_iter().flatten().max().unwrap_or(i64::MAX);
        let known = last.entry(case.to_owned()).or_insert(at);
        *known = at.max(*known);
    })?;
    let old = last.into_iter().filter(|(_, at)| *at < before);
    forget(store, &old.map(|(case, _)| case).collect())
}

/// Whether a text stands anywhere in a value.
pub(crate) fn holds(value: &Value, texts: &BTreeSet<String>) -> bool {
    match value {
        Value::String(text) => texts.contains(text),
        Value::Array(values) => values.iter().any(|value| holds(value, texts)),
        Value::Object(values) => values.values().any(|value| holds(value, texts)),
        _ => false,
    }
}

/// Writes the queue without these cases. No service may have it open: it would go on with the old file.
fn forget(store: &Path, cases: &BTreeSet<String>) -> Result<u64> {
    let path = path_of(store);
    if cases.is_empty() {
        return Ok(0);
    }
    let file = File::options().read(true).write(true).open(&path);
    let file = file.map_err(failed(Action::Open, &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let problem = Problem::ReviewInUse;
            return Err(Error::Store { path, problem });
        }
        Err(TryLockError::Error(error)) => return Err(failed(Action::Lock, &path)(error)),
    }
    write_without(&path, &file, cases)
}

fn write_without(path: &Path, file: &File, cases: &BTreeSet<String>) -> Result<u64> {
    let mut kept = AtomicFile::private(path)?;
    lines(path, file, |line, case, _| {
        if cases.contains(case) {
            return Ok(());
        }
        kept.write_all(line).map_err(failed(Action::Write, path))
    })?;
    keep_private(kept.draft_path())?;
    kept.publish()?;
    Ok(cases.len() as u64)
}

#[cfg(unix)]
pub(super) fn keep_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, mode).map_err(failed(Action::Write, path))
}

#[cfg(not(unix))]
pub(super) fn keep_private(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(lines: &str) -> tempfile::TempDir {
        let store = tempfile::tempdir().unwrap();
        std::fs::create_dir(store.path().join("service")).unwrap();
        std::fs::write(path_of(store.path()), lines).unwrap();
        store
    }

    fn left(store: &Path) -> String {
        std::fs::read_to_string(path_of(store)).unwrap()
    }

    const A1: &str = r#"{"v":1,"case":"a","seen":{"at":5,"finding":{"matches":[{"hash":"0f"}]}}}"#;
    const A2: &str = r#"{"v":1,"case":"a","done":{"at":50,"act":"skip"}}"#;
    const B: &str = r#"{"v":1,"case":"b","seen":{"at":7,"finding":{"matches":[{"hash":"0e"}]}}}"#;

    #[test]
    fn all_of_a_case_is_forgotten_and_nothing_of_another() {
        let store = store(&format!("{A1}\n{B}\n{A2}\n"));
        let none = BTreeSet::from(["ff".to_owned()]);
        assert_eq!(forget_texts(store.path(), &none).unwrap(), 0);
        let texts = BTreeSet::from(["0f".to_owned()]);
        assert_eq!(forget_texts(store.path(), &texts).unwrap(), 1);
        assert_eq!(left(store.path()), format!("{B}\n"));
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(forget_texts(empty.path(), &texts).unwrap(), 0);
    }

    #[test]
    fn what_a_person_touched_since_is_not_old() {
        let store = store(&format!("{A1}\n{B}\n{A2}\n"));
        assert_eq!(forget_older(store.path(), 7).unwrap(), 0);
        assert_eq!(forget_older(store.path(), 8).unwrap(), 1);
        assert_eq!(left(store.path()), format!("{A1}\n{A2}\n"));
        assert_eq!(forget_older(store.path(), 51).unwrap(), 1);
        assert_eq!(left(store.path()), "");
    }

    #[test]
    fn a_damaged_queue_and_one_that_is_in_use_are_left_alone() {
        let texts = BTreeSet::from(["0f".to_owned()]);
        let damaged = store(&format!("{A1}\n?\n"));
        assert!(forget_texts(damaged.path(), &texts).is_err());
        let used = store(&format!("{A1}\n{B}"));
        let file = File::open(path_of(used.path())).unwrap();
        file.lock().unwrap();
        assert!(forget_texts(used.path(), &texts).is_err());
        assert_eq!(left(used.path()), format!("{A1}\n{B}"));
    }
}
