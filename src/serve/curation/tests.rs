//! The journal, cut and damaged at any byte, and made shorter.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::journal::{Journal, Position, path, replay, rewrite};
use super::record::{Content, Record, SignalType};
use super::state::{Item, State, entry_id};

fn bank(list: &str, name: &str, ratio: f64) -> Record {
    Record::Bank {
        list: list.to_owned(),
        name: name.to_owned(),
        ratio,
    }
}

fn content(id: u64, list: &str) -> Record {
    let text = format!("{id:064x}");
    Record::Content(Content {
        id,
        batch: id,
        list: list.to_owned(),
        signals: BTreeMap::from([(SignalType::Pdq, text)]),
        metadata: None,
        note: id.is_multiple_of(2).then(|| "é\n".to_owned()),
        withdrawal: id.is_multiple_of(3).then(|| "0a".repeat(32)),
        at: 7,
    })
}

fn edit(id: u64, disable_until: Option<i64>, note: Option<&str>) -> Record {
    let note = note.map(str::to_owned);
    Record::Edit {
        id,
        disable_until,
        note,
    }
}

/// Everything that is asked of a state.
fn shown(state: &State, path: &Path) -> String {
    let ids = 0..state.last_id().unwrap_or(0) + 2;
    let contents: Vec<_> = ids
        .map(|id| {
            let list = state.list_of(id).map(str::to_owned);
            let at = state.place_of(id);
            let content = at.map(|at| super::journal::content_at(path, at).unwrap());
            (
                list,
                content,
                state.disabled_until(id),
                state.note(id).map(str::to_owned),
            )
        })
        .collect();
    let ratios = SignalType::ALL.map(|known| state.ratio(known));
    let gone = ["a", "b", "c"].map(|list| state.is_gone(list));
    format!(
        "{:?} {contents:?} {ratios:?} {gone:?} {:?}",
        state.banks(),
        state.next_id()
    )
}

fn read(store: &Path) -> basma::Result<String> {
    let mut state = State::default();
    replay(&path(store), Position::default(), &mut state)?;
    Ok(shown(&state, &path(store)))
}

fn some() -> Vec<Record> {
    vec![
        bank("a", "A", 1.0),
        content(1, "a"),
        content(2, "a"),
        edit(1, Some(0), None),
        bank("a", "B", 0.5),
        Record::Gone { first: 2, last: 2 },
        Record::SignalType {
            name: SignalType::VideoMd5,
            ratio: 0.0,
        },
        content(3, "c"),
        edit(3, None, Some("n")),
        Record::BankGone {
            list: "a".to_owned(),
        },
    ]
}

#[test]
fn every_cut_leaves_the_lines_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(folder.path()).unwrap();
    let mut states = vec![(0, read(folder.path()).unwrap())];
    for record in some() {
        journal.append(&[record]).unwrap();
        let length = std::fs::metadata(path(folder.path())).unwrap().len() as usize;
        states.push((length, read(folder.path()).unwrap()));
    }
    drop(journal);
    let whole = std::fs::read(path(folder.path())).unwrap();
    for length in 0..=whole.len() {
        std::fs::write(path(folder.path()), &whole[..length]).unwrap();
        let expected = states.iter().rfind(|(end, _)| *end <= length).unwrap();
        assert_eq!(read(folder.path()).unwrap(), expected.1, "{length}");
        // What is written next takes the place of what was torn.
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        journal.append(&[bank("b", "Z", 1.0)]).unwrap();
        drop(journal);
        assert!(read(folder.path()).unwrap().contains("\"Z\""), "{length}");
    }
}

#[test]
fn every_changed_byte_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(folder.path()).unwrap();
    journal.append(&some()).unwrap();
    drop(journal);
    let whole = std::fs::read(path(folder.path())).unwrap();
    // Without its line feed the last line is one that was torn.
    for at in 0..whole.len() - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 0x04;
        std::fs::write(path(folder.path()), &changed).unwrap();
        assert!(read(folder.path()).is_err(), "{at}");
        assert!(Journal::open(folder.path()).is_err(), "{at}");
    }
}

#[test]
fn an_item_is_a_content_only_of_its_list_and_by_its_own_name() {
    let mut state = State::default();
    for record in some() {
        state.apply(&record, 0);
    }
    assert_eq!(state.item("a", Some("content-1")), Item::Content(1));
    assert_eq!(state.item("a", Some("content-2")), Item::Gone);
    assert_eq!(state.item("c", Some(&entry_id(3))), Item::Content(3));
    for (list, item) in [
        ("a", Some("content-3")),
        ("a", Some("content-01")),
        ("a", Some("content-+1")),
        ("a", Some("content-0")),
        ("a", Some("content-4")),
        ("a", Some("content-18446744073709551616")),
        ("b", Some("content-1")),
        ("a", Some("1")),
        ("a", None),
    ] {
        assert_eq!(state.item(list, item), Item::Published, "{list} {item:?}");
    }
}

/// Lines as a service may write them.
fn records() -> impl Strategy<Value = Vec<Record>> {
    let list = prop_oneof![Just("a"), Just("b"), Just("c")];
    let step = (0..7_u8, list, 1..20_u64, 0..3_i64);
    proptest::collection::vec(step, 0..60).prop_map(|steps| {
        let mut next = 1;
        let mut records = Vec::new();
        for (kind, list, number, small) in steps {
            let id = number.min(next);
            records.push(match kind {
                0 => bank(list, &number.to_string(), small as f64),
                1 => Record::BankGone {
                    list: list.to_owned(),
                },
                2 => edit(id, Some(small), None),
                3 => edit(id, None, Some(list)),
                4 => Record::Gone {
                    first: id,
                    last: id,
                },
                5 => Record::SignalType {
                    name: SignalType::ALL[usize::from(small == 0)],
                    ratio: small as f64,
                },
                _ => {
                    next += 1;
                    content(next - 1, list)
                }
            });
        }
        records
    })
}

proptest! {
    #[test]
    fn a_shorter_journal_comes_to_the_same(records in records()) {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, mut state) = Journal::open(folder.path()).unwrap();
        let places = journal.append(&records).unwrap();
        for (record, place) in records.iter().zip(places) {
            state.apply(record, place);
        }
        let before = shown(&state, &path(folder.path()));
        prop_assert_eq!(&read(folder.path()).unwrap(), &before);
        rewrite(&path(folder.path()), &state).unwrap();
        prop_assert_eq!(read(folder.path()).unwrap(), before);
    }
}
