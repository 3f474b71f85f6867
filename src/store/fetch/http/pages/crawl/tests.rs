//! An HMA as 1.1.7 answers: numbers in rising order with gaps, counts of all signals, no trace of what was deleted.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::super::super::super::tests::{TestFolders, problem};
use super::super::super::super::{Fetched, Known, Origin};
use super::super::super::tests::server::{Server, answer, ok};
use super::*;
use crate::list::{Mode, ReadOptions, read_bytes};

type Change = Box<dyn FnMut(&mut State) + Send>;

#[derive(Default)]
struct State {
    /// The contents: number, bank, `disable_until_ts`.
    contents: BTreeMap<u64, (&'static str, i64)>,
    banks: Vec<&'static str>,
    /// Whether a content is there under its own bank alone, as services have it that speak as HMA.
    compares_banks: bool,
    /// How many signals it counts beyond those of its contents.
    surplus: i64,
    /// Answers with a status to the next requests of contents, the first last.
    refused: Vec<(&'static str, &'static str)>,
    /// What answers this number in place of its content.
    instead: Option<(u64, &'static str)>,
    /// What happens when this number is asked for.
    event: Option<(u64, Change)>,
}

#[derive(Clone, Default)]
struct FakeHma(Arc<Mutex<State>>);

fn pdq(id: u64) -> String {
    // Half of the bits are set, as in hashes of pictures.
    format!("{id:016x}{:016x}{id:016x}{:016x}", !id, !id)
}

impl FakeHma {
    fn new(ids: &[u64]) -> FakeHma {
        let state = State {
            contents: ids.iter().map(|id| (*id, ("A", 1))).collect(),
            banks: vec!["A", "B"],
            ..State::default()
        };
        FakeHma(Arc::new(Mutex::new(state)))
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap());
    }

    fn serve(&self) -> Server {
        let state = self.0.clone();
        Server::new(move |_, head, stream| {
            let target = head.split(' ').nth(1).unwrap();
            let _ = stream.write_all(&state.lock().unwrap().answer(target));
        })
    }
}

impl State {
    fn answer(&mut self, target: &str) -> Vec<u8> {
        let Some(path) = target.strip_prefix("/hma/c/") else {
            return answer("404 NOT FOUND", "", b"<!doctype html>");
        };
        if path == "banks" {
            let bank = |name: &&str| json!({"matching_enabled_ratio": 1.0, "name": name});
            let banks: Vec<Value> = self.banks.iter().map(bank).collect();
            return ok("", format!("{}\n", json!(banks)).as_bytes());
        }
        if path == "signal_type/index" {
            let size = i64::try_from(self.contents.len()).unwrap() + self.surplus;
            let status = json!({"db_size": size, "index_built_to": -1, "index_size": 0});
            let empty = json!({"db_size": 0, "index_size": 0});
            let all = json!({"pdq": status, "video_md5": empty});
            return ok("", format!("{all}\n").as_bytes());
        }
        let (place, query) = path.split_once('?').unwrap();
        assert!(query.contains("include_signals=true"), "{target}");
        let (asked, id) = place
            .strip_prefix("bank/")
            .unwrap()
            .rsplit_once("/content/")
            .unwrap();
        let id: u64 = id.parse().unwrap();
        if let Some((status, headers)) = self.refused.pop() {
            return answer(status, headers, b"{}");
        }
        if let Some((at, mut event)) = self.event.take() {
            if at == id {
                event(self);
            } else {
                self.event = Some((at, event));
            }
        }
        if let Some((_, text)) = self.instead.filter(|(at, _)| *at == id) {
            return ok("", text.as_bytes());
        }
        // The bank of the address is not looked at.
        match self.contents.get(&id) {
            None => answer(
                "404 NOT FOUND",
                "",
                b"{\"message\":\"content not found\"}\n",
            ),
            Some((bank, _)) if self.compares_banks && asked != *bank => {
                answer("404 NOT FOUND", "", b"{}")
            }
            Some((bank, until)) => {
                let content = json!({
                    "bank": {"matching_enabled_ratio": 1.0, "name": bank}, "disable_until_ts": until, "id": id,
                    "original_media_uri": null, "signals": {"pdq": pdq(id)},
                });
                ok("", format!("{content}\n").as_bytes())
            }
        }
    }
}

fn origin(server: &Server, interface: Value) -> Origin {
    serde_json::from_value(json!({"http": {
        "url": server.url("/hma/"), "retries": 1, "backoff_seconds": 0.001, "interface": {"hma": interface},
    }}))
    .unwrap()
}

fn fetch(place: &TestFolders, origin: &Origin, known: &Known) -> crate::Result<Fetched> {
    place.try_fetch(origin, Mode::Delta, known, &|| false)
}

fn ids(place: &TestFolders, fetched: &Fetched) -> Vec<u64> {
    let [fresh] = fetched.files() else {
        panic!("{fetched:?}")
    };
    assert_eq!(fresh.mode, Some(Mode::Snapshot));
    let bytes = std::fs::read(place.raw.path(&fresh.digest)).unwrap();
    let list = read_bytes(std::path::Path::new("p"), &bytes, &ReadOptions::default()).unwrap();
    let ids = list.entries.into_iter().map(|entry| entry.id.unwrap());
    ids.map(|id| id.parse().unwrap()).collect()
}

#[test]
fn all_contents_come_each_time_and_what_was_deleted_is_gone() {
    let hma = FakeHma::new(&[1, 2, 5, 9]);
    let server = hma.serve();
    let (place, origin) = (TestFolders::new(), origin(&server, json!({})));
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(ids(&place, &first), [1, 2, 5, 9]);
    // The banks, the counts, nine numbers and one of them again: no number is asked for after the last.
    assert_eq!(server.requests().len(), 12);
    hma.change(|state| {
        state.contents.remove(&2);
        state.contents.insert(10, ("B", 1));
    });
    let known = first.files()[0].known.clone();
    let second = fetch(&place, &origin, &known).unwrap();
    assert_eq!(ids(&place, &second), [1, 5, 9, 10]);
}

#[test]
fn banks_and_contents_that_are_not_wanted_or_switched_off_stay_out() {
    let hma = FakeHma::new(&[1]);
    hma.change(|state| {
        state
            .contents
            .extend([(2, ("B", 1)), (3, ("B", 0)), (4, ("B", i64::MAX))]);
    });
    let server = hma.serve();
    let place = TestFolders::new();
    let of_b = fetch(
        &place,
        &origin(&server, json!({"banks": ["B"]})),
        &Known::default(),
    );
    assert_eq!(ids(&place, &of_b.unwrap()), [2]);
    let wrong = origin(&server, json!({"banks": ["B", "C"]}));
    let failed = problem(fetch(&TestFolders::new(), &wrong, &Known::default()));
    assert!(
        matches!(&failed, FetchProblem::BankUnknown { bank } if bank == "C"),
        "{failed}"
    );
    hma.change(|state| state.banks = vec![".."]);
    let failed = problem(fetch(
        &TestFolders::new(),
        &origin(&server, json!({})),
        &Known::default(),
    ));
    assert!(
        matches!(failed, FetchProblem::Page { page: 0, .. }),
        "{failed}"
    );
}

#[test]
fn a_content_that_is_there_under_its_own_bank_alone_is_found() {
    let hma = FakeHma::new(&[1, 2, 5]);
    hma.change(|state| {
        state.contents.extend([(3, ("B", 1)), (4, ("B", 1))]);
        state.compares_banks = true;
    });
    let server = hma.serve();
    let place = TestFolders::new();
    let fetched = fetch(&place, &origin(&server, json!({})), &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [1, 2, 3, 4, 5]);
    // One that compares nothing is asked once for each number.
    hma.change(|state| {
        state.compares_banks = false;
        state.contents.insert(1, ("B", 1));
        state.contents.remove(&3);
    });
    let before = server.requests().len();
    let place = TestFolders::new();
    let fetched = fetch(&place, &origin(&server, json!({})), &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [1, 2, 4, 5]);
    assert_eq!(server.requests().len() - before, 2 + 5 + 1);
}

/// Services that speak as HMA have banks that HMA itself would not name so.
#[test]
fn the_name_of_a_bank_leads_nowhere_else() {
    for (name, shown) in [("own", "own"), ("a b/../é?", "a%20b%2F..%2F%C3%A9%3F")] {
        let hma = FakeHma::new(&[1]);
        hma.change(|state| state.banks = vec![name]);
        let server = hma.serve();
        let place = TestFolders::new();
        let fetched = fetch(&place, &origin(&server, json!({})), &Known::default()).unwrap();
        assert_eq!(ids(&place, &fetched), [1]);
        let last = server.requests().pop().unwrap();
        assert!(
            last.contains(&format!("/c/bank/{shown}/content/1?")),
            "{last}"
        );
    }
}

#[test]
fn what_the_counts_do_not_bear_out_is_never_a_list() {
    let hma = FakeHma::new(&[1, 2]);
    hma.change(|state| state.surplus = 1);
    let server = hma.serve();
    let (place, origin) = (TestFolders::new(), origin(&server, json!({"gap_max": 20})));
    let failed = problem(fetch(&place, &origin, &Known::default()));
    let FetchProblem::Incomplete {
        found,
        counted,
        gap,
    } = failed
    else {
        panic!("{failed}")
    };
    assert_eq!((found, counted, gap), (2, 3, 20));
    // What waits is gone on with once the missing one is there, however late its number.
    hma.change(|state| {
        state.surplus = 0;
        state.contents.insert(30, ("A", 1));
    });
    let before = server.requests().len();
    let fetched = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [1, 2, 30]);
    // Before a content is found, each number is asked for under both banks.
    assert!(server.requests().len() - before < 20);
}

#[test]
fn what_changes_meanwhile_hides_nothing() {
    // Number 1 is deleted after it was seen. As many were seen then as are counted, and number 40 was not.
    let hma = FakeHma::new(&[1, 2, 40]);
    hma.change(|state| {
        let delete: Change = Box::new(|state| {
            state.contents.remove(&1);
        });
        state.event = Some((2, delete));
    });
    let server = hma.serve();
    let origin = origin(&server, json!({"gap_max": 100}));
    let place = TestFolders::new();
    let fetched = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [1, 2, 40]);
    // Number 40 is deleted before it was seen: a gap, and the counts of now, tell that there is no more.
    hma.change(|state| {
        let delete: Change = Box::new(|state| {
            state.contents.remove(&40);
        });
        state.event = Some((3, delete));
    });
    let place = TestFolders::new();
    let fetched = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [2]);
    // A deletion and an addition make up for each other in the counts, and not in the crawl.
    hma.change(|state| {
        state.contents = (1..=5).map(|id| (id, ("A", 1))).collect();
        let both: Change = Box::new(|state| {
            state.contents.remove(&1);
            state.contents.remove(&3);
            state.contents.extend([(6, ("A", 1)), (7, ("A", 1))]);
        });
        state.event = Some((2, both));
    });
    let place = TestFolders::new();
    let fetched = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [1, 2, 4, 5, 6]);
}

#[test]
fn an_interrupted_crawl_goes_on_and_pauses_are_kept() {
    let hma = FakeHma::new(&[1, 2, 3, 4, 5]);
    hma.change(|state| {
        let refuse: Change = Box::new(|state| {
            state.refused = vec![("503 x", ""), ("429 x", "Retry-After: 0\r\n")];
        });
        state.event = Some((3, refuse));
    });
    let server = hma.serve();
    let (place, origin) = (TestFolders::new(), origin(&server, json!({})));
    let failed = problem(fetch(&place, &origin, &Known::default()));
    assert!(
        matches!(failed, FetchProblem::Status { status: 503, .. }),
        "{failed}"
    );
    let before = server.requests().len();
    let fetched = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(ids(&place, &fetched), [1, 2, 3, 4, 5]);
    let after = server.requests()[before..].to_vec();
    assert!(
        after.iter().all(|head| !head.contains("/content/1?")),
        "{after:?}"
    );
}

#[test]
fn a_content_that_is_none_ends_the_job_and_what_is_in_force_stays() {
    for text in [
        "{\"bank\":{",
        "[]",
        "{\"id\":2}",
        // Another one than was asked for.
        "{\"bank\":{\"matching_enabled_ratio\":1.0,\"name\":\"A\"},\"disable_until_ts\":1,\"id\":3,\"signals\":{}}",
    ] {
        let hma = FakeHma::new(&[1, 2, 3]);
        hma.change(|state| state.instead = Some((2, text)));
        let server = hma.serve();
        let failed = problem(fetch(
            &TestFolders::new(),
            &origin(&server, json!({})),
            &Known::default(),
        ));
        assert!(
            matches!(failed, FetchProblem::Page { page: 2, .. }),
            "{text}: {failed}"
        );
    }
    // A page of another server is no HMA.
    let other = Server::saying(ok("", b"<!doctype html>"));
    let failed = problem(fetch(
        &TestFolders::new(),
        &origin(&other, json!({})),
        &Known::default(),
    ));
    assert!(
        matches!(failed, FetchProblem::Page { page: 0, .. }),
        "{failed}"
    );
}

#[test]
fn an_hma_without_banks_is_an_empty_list() {
    let hma = FakeHma::new(&[]);
    hma.change(|state| state.banks.clear());
    let server = hma.serve();
    let place = TestFolders::new();
    let fetched = fetch(&place, &origin(&server, json!({})), &Known::default()).unwrap();
    assert!(ids(&place, &fetched).is_empty());
}
