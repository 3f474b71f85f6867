//! The file of decisions since a build: lines are added at its end, and read as they come.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::Decision;
use super::line::{self, FIRST};
use crate::disk::atomic_file::{folder, sync_folder};
use crate::error::{Action, DecisionsDamage, Problem};
use crate::{Error, Result};

/// How far a file of decisions was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct ReadPosition {
    /// After the last whole line, in bytes.
    pub(in super::super) end: u64,
    lines: u64,
    check: [u8; 16],
}

impl Default for ReadPosition {
    fn default() -> ReadPosition {
        ReadPosition {
            end: 0,
            lines: 0,
            check: FIRST,
        }
    }
}

/// The largest file of decisions, in bytes: some hundred thousand.
const BYTES_MAX: u64 = 256 << 20;

/// The decisions after a place, and the place after them. A last line without an end is being written, or its writer
/// died. It is left alone. A file that is not there holds no decisions.
pub(in super::super) fn read_from(
    path: &Path,
    from: ReadPosition,
) -> Result<(Vec<Decision>, ReadPosition)> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && from == ReadPosition::default() =>
        {
            return Ok((Vec::new(), from));
        }
        Err(error) => return Err(Error::io(Action::Open, path)(error)),
    };
    let length = file
        .metadata()
        .map_err(Error::io(Action::Read, path))?
        .len();
    let damaged = |damage| Error::Store {
        path: path.to_owned(),
        problem: Problem::DecisionsDamaged { damage },
    };
    if length < from.end {
        return Err(damaged(DecisionsDamage::Cut {
            from: from.end,
            to: length,
        }));
    }
    if length > BYTES_MAX {
        return Err(damaged(DecisionsDamage::TooLarge {
            bytes: length,
            limit: BYTES_MAX,
        }));
    }
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(from.end))
        .and_then(|_| file.take(BYTES_MAX).read_to_end(&mut text))
        .map_err(Error::io(Action::Read, path))?;
    let mut place = from;
    let mut decisions = Vec::new();
    let whole = text
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    for text in text[..whole].split_inclusive(|&byte| byte == b'\n') {
        place.lines += 1;
        let (decision, check) = line::read(&text[..text.len() - 1], &place.check)
            .map_err(|damage| damaged(damage(place.lines)))?;
        decisions.push(decision);
        place.end += text.len() as u64;
        place.check = check;
    }
    Ok((decisions, place))
}

/// Adds decisions at the end of the file, which is made if need be. It is read from a place on, before which it is as it was.
/// They are on the disk when this returns; after an error none of them counts. To be called by one writer at a time.
pub(in super::super) fn append(
    path: &Path,
    from: ReadPosition,
    decisions: &[Decision],
) -> Result<()> {
    let (_, place) = read_from(path, from)?;
    let mut check = place.check;
    let mut text = Vec::new();
    for decision in decisions {
        let (line, next) = line::write(decision, &check);
        // What would not be read again must not be written: an entry that stands for nothing, for instance.
        let again = line::read(&line[..line.len() - 1], &check);
        if again.as_ref().map(|(again, _)| again) != Ok(decision) {
            let act = decision.act.name().to_owned();
            return Err(Problem::DecisionImpossible { act }.into());
        }
        text.extend(line);
        check = next;
    }
    if place.end + text.len() as u64 > BYTES_MAX {
        return Err(Error::Store {
            path: path.to_owned(),
            problem: Problem::StoreDecisionsFull,
        });
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(Error::io(Action::Write, path))?;
    // What a writer did not live to finish.
    let written = file
        .set_len(place.end)
        .and_then(|()| file.seek(SeekFrom::Start(place.end)))
        .and_then(|_| file.write_all(&text))
        .and_then(|()| file.sync_all())
        // Always: the process that made the file can have died before its sync.
        .and_then(|()| sync_folder(folder(path)));
    written.map_err(|error| {
        // Readers may have seen it for a moment; the caller gets the error.
        let _ = file.set_len(place.end).and_then(|()| file.sync_all());
        Error::io(Action::Write, path)(error)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Act, LiveLists, apply};
    use super::*;
    use crate::hash::{Hash, HashType};
    use crate::list::{Entry, Severity, Target};

    fn decisions() -> Vec<Decision> {
        let hash = Hash::new(HashType::Md5, &[7; 16]).unwrap();
        let mut entry = Entry::new(hash, 1);
        entry.id = Some("حالة 1".to_owned());
        entry.labels = vec!["a b".to_owned(), "c".to_owned()];
        entry.severity = Some(Severity::High);
        entry.added = Some(5);
        entry.meta = vec![("k".to_owned(), "v\n\"".to_owned())];
        let acts = [
            Act::Add(Box::new(entry)),
            Act::Revoke(Target::Hash(hash)),
            Act::Revoke(Target::Id("x".to_owned())),
            Act::Revoke(Target::Entry(hash, "x".to_owned())),
            Act::Lift(Target::Hash(hash)),
        ];
        let decision = |act| Decision {
            list: "demo".to_owned(),
            act,
            reason: "because\n".to_owned(),
            by: "ana".to_owned(),
            at: 1_700_000_000,
        };
        acts.map(decision).to_vec()
    }

    #[test]
    fn decisions_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.jsonl");
        assert_eq!(read_from(&path, ReadPosition::default()).unwrap().0, []);
        let all = decisions();
        append(&path, ReadPosition::default(), &all[..1]).unwrap();
        let (first, place) = read_from(&path, ReadPosition::default()).unwrap();
        append(&path, ReadPosition::default(), &all[1..]).unwrap();
        assert_eq!(first, all[..1]);
        let (rest, end) = read_from(&path, place).unwrap();
        assert_eq!(rest, all[1..]);
        assert_eq!(
            read_from(&path, ReadPosition::default()).unwrap(),
            (all, end)
        );
    }

    #[test]
    fn every_cut_is_a_beginning_and_every_change_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.jsonl");
        let all = decisions();
        append(&path, ReadPosition::default(), &all).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let lines = whole[..cut].iter().filter(|&&b| b == b'\n').count();
            let (read, _) = read_from(&path, ReadPosition::default()).unwrap();
            assert_eq!(read, all[..lines], "{cut}");
            // The next writer continues after the last whole line.
            append(&path, ReadPosition::default(), &all[lines..]).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), whole, "{cut}");
        }
        for at in 0..whole.len() - 1 {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            assert!(read_from(&path, ReadPosition::default()).is_err(), "{at}");
        }
        std::fs::write(&path, &whole[..9]).unwrap();
        let place = ReadPosition {
            end: 10,
            ..ReadPosition::default()
        };
        assert!(matches!(read_from(&path, place), Err(Error::Store { .. })));
    }

    #[test]
    fn the_last_decision_about_an_entry_stands() {
        let all = decisions();
        let (add, revoke, lift) = (&all[0], &all[1], &all[4]);
        let come_to = |decisions: &[&Decision]| {
            let mut lists = LiveLists::new();
            apply(&mut lists, decisions.iter().copied());
            let live = lists.remove("demo").unwrap();
            let counts = [&live.revoked, &live.lifted, &live.dropped].map(|targets| targets.len());
            (live.added.entries().count(), counts)
        };
        assert_eq!(come_to(&[add]), (1, [0, 0, 0]));
        assert_eq!(come_to(&[add, add]), (1, [0, 0, 0]));
        assert_eq!(come_to(&[add, revoke]), (0, [1, 0, 1]));
        // What was added by hand does not come back; what the source says does.
        assert_eq!(come_to(&[add, revoke, lift]), (0, [0, 1, 1]));
        assert_eq!(come_to(&[lift, revoke]), (0, [1, 0, 1]));
        assert_eq!(come_to(&[revoke, add]), (1, [1, 0, 1]));
    }
}
