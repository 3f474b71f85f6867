//! Servers that do what they should, and servers that do not.
//!
//! Nothing here depends on how long anything takes. Limits on time are short where they are to be met, and long
//! elsewhere.

mod answers;
mod cuts;
mod redirects;
mod secrets;
pub(in crate::store) mod server;
mod settings;
mod tls;
mod waits;

use serde_json::{Value, json};

use server::{Server, Stream, answer, ok};

use super::super::tests::{TestFolders, problem};
use super::super::{Fetched, Known, Origin};
use super::*;
use crate::error::FetchProblem;
use crate::list::Mode;

const LIST: &[u8] = b"pdq f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22\n";

/// A URL, with what else is to be configured; attempts follow each other at once.
fn http(url: &str, more: Value) -> Origin {
    let mut http = json!({"url": url, "retries": 0, "backoff_seconds": 0.001});
    let fields = http.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    serde_json::from_value(json!({"http": http})).unwrap()
}

fn no_stop() -> bool {
    false
}

/// Fetches a snapshot that nothing is known of.
fn try_first(place: &TestFolders, server: &Server, more: Value) -> Result<Fetched> {
    let origin = http(&server.url("/list.csv"), more);
    place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &no_stop)
}

#[track_caller]
fn first(place: &TestFolders, server: &Server, more: Value) -> Fetched {
    try_first(place, server, more).unwrap_or_else(|error| panic!("{error}"))
}

/// What is wrong with a server, and that nothing was kept of what it said.
#[track_caller]
fn refused(server: &Server, more: Value) -> FetchProblem {
    let place = TestFolders::new();
    let problem = problem(try_first(&place, server, more));
    assert_eq!(place.raw_names(), [""; 0], "{problem}");
    problem
}

#[track_caller]
fn assert_is_list(place: &TestFolders, fetched: &Fetched) {
    let [fresh] = fetched.files() else {
        panic!("{fetched:?}")
    };
    assert_eq!(fresh.digest, Digest::of(LIST));
    assert_eq!(fresh.bytes, LIST.len() as u64);
    assert_eq!(place.raw_names(), [fresh.digest.to_string()]);
    place.raw.verify(&fresh.digest, &no_stop).unwrap();
}
