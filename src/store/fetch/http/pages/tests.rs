//! Interfaces that speak as their documentation has it, with what was seen of them in use.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::super::super::tests::{TestFolders, problem};
use super::super::super::{Fetched, Known, Origin};
use super::super::tests::server::{Server, Stream, answer, ok};
use crate::error::{FetchProblem, PageFault};
use crate::list::{Mode, ReadOptions, read_bytes};
use crate::store::layout::attempts::letters;

const PDQ: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

fn origin(server: &Server, path: &str, interface: &Value, more: Value) -> Origin {
    let mut http = json!({
        "url": server.url(path), "retries": 1, "backoff_seconds": 0.001, "insecure_http": true, "interface": interface,
    });
    let fields = http.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    serde_json::from_value(json!({ "http": http })).unwrap()
}

fn fetch(place: &TestFolders, origin: &Origin, known: &Known) -> crate::Result<Fetched> {
    place.try_fetch(origin, Mode::Delta, known, &|| false)
}

/// What was fetched: whether it is the whole list, and the ids of its entries in order.
fn read(place: &TestFolders, fetched: &Fetched) -> (Mode, Vec<String>) {
    let [fresh] = fetched.files() else {
        panic!("{fetched:?}")
    };
    let bytes = std::fs::read(place.raw.path(&fresh.digest)).unwrap();
    let list = read_bytes(std::path::Path::new("p"), &bytes, &ReadOptions::default()).unwrap();
    assert_eq!(list.manifest.unwrap().mode, fresh.mode);
    let ids = list
        .entries
        .into_iter()
        .map(|entry| entry.id.unwrap_or_default());
    (fresh.mode.unwrap(), ids.collect())
}

fn known(fetched: &Fetched) -> Known {
    match fetched {
        Fetched::Files(files) => files.last().unwrap().known.clone(),
        Fetched::Unchanged { known, .. } => (**known).clone(),
    }
}

/// The value of a pair of the query of a request.
fn asked(head: &str, name: &str) -> Option<String> {
    let target = head.split(' ').nth(1)?;
    let (_, query) = target.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(other, _)| *other == name)?;
    Some(value.replace("%3A", ":").replace("%2C", ","))
}

fn seconds(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

/// An entry of NCMEC, and when it was updated.
type Entry = (String, i64);

/// NCMEC, with entries in any order, two on a page.
#[derive(Default)]
struct Ncmec {
    entries: Vec<Entry>,
    /// Windows that hold this second have a page that is cut.
    bad: Option<i64>,
    /// How many requests for later pages are answered by a status.
    refused: Vec<(&'static str, &'static str)>,
    /// Where the links of pages lead, if not to the next page.
    link: Option<String>,
}

fn image(id: &str) -> String {
    // A digest of its own, made of the id.
    let digits: String = id.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "<image><member id=\"42\">M</member><timestamp>2026-01-02T09:00:00Z</timestamp><id>{id}</id>\
         <fingerprints><md5>{digits:9<32.32}</md5></fingerprints></image>"
    )
}

impl Ncmec {
    fn serve(state: &Arc<Mutex<Ncmec>>) -> Server {
        let state = state.clone();
        Server::new(move |_, head, stream| {
            let answered = state.lock().unwrap().answer(head);
            let _ = stream.write_all(&answered);
        })
    }

    fn answer(&mut self, head: &str) -> Vec<u8> {
        let (from, to) = (asked(head, "from").unwrap(), asked(head, "to").unwrap());
        assert!(from.ends_with('Z') && to.ends_with('Z'), "{head}");
        let window = seconds(&from)..seconds(&to);
        let start: usize = asked(head, "start").map_or(0, |start| start.parse().unwrap());
        if start > 0
            && let Some((status, headers)) = self.refused.pop()
        {
            return answer(status, headers, b"");
        }
        let within = self
            .entries
            .iter()
            .filter(|(_, time)| window.contains(time));
        let within: Vec<&Entry> = within.collect();
        let mut body = String::from("<?xml version=\"1.0\"?><queryResult xmlns=\"x\"><images>");
        for (id, _) in within.iter().skip(start).take(2) {
            body += &image(id);
        }
        if self.bad.is_some_and(|bad| window.contains(&bad)) {
            return ok("", body.as_bytes());
        }
        body += "</images>";
        if within.len() > start + 2 {
            let next = format!(
                "/v2/entries?from={from}&amp;to={to}&amp;start={}",
                start + 2
            );
            let next = self.link.clone().unwrap_or(next);
            body += &format!("<paging><next>{next}</next></paging>");
        }
        ok("", (body + "</queryResult>").as_bytes())
    }
}

fn ncmec(entries: &[(&str, i64)]) -> Arc<Mutex<Ncmec>> {
    let entries = entries.iter().map(|(id, time)| ((*id).to_owned(), *time));
    Arc::new(Mutex::new(Ncmec {
        entries: entries.collect(),
        ..Ncmec::default()
    }))
}

fn of_ncmec(server: &Server) -> Origin {
    let auth = json!({"auth": {"basic": {"user": "me", "password": {"env": "DEMO_TOKEN"}}}});
    origin(server, "/v2/entries", &json!({"ncmec": {}}), auth)
}

#[test]
fn a_window_is_paged_to_its_end_and_the_next_one_begins_a_while_before() {
    let state = ncmec(&[("c", 300), ("a", 100), ("e", 100), ("b", 200), ("d", 100)]);
    let server = Ncmec::serve(&state);
    let (place, origin) = (TestFolders::new(), of_ncmec(&server));
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    let (mode, ids) = read(&place, &first);
    assert_eq!(
        (mode, ids.join(" ")),
        (Mode::Snapshot, "42-c 42-a 42-e 42-b 42-d".to_owned())
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|head| head.contains("authorization: Basic "))
    );
    let end = asked(&requests[0], "to").unwrap();
    // What is new, and nothing else but what lies in both windows.
    state
        .lock()
        .unwrap()
        .entries
        .push(("f".to_owned(), seconds(&end) - 60));
    let second = fetch(&place, &origin, &known(&first)).unwrap();
    assert_eq!(
        read(&place, &second),
        (Mode::Delta, vec!["42-f".to_owned()])
    );
    let from = asked(&server.requests()[3], "from").unwrap();
    assert_eq!(seconds(&end) - seconds(&from), 3600);
    // A window without records moves the cursor and gives nothing to take.
    state.lock().unwrap().entries.clear();
    let third = fetch(&place, &origin, &known(&second)).unwrap();
    assert_eq!(third.unchanged().digest, known(&second).digest);
    assert_eq!(place.raw_names().len(), 2);
}

#[test]
fn a_fetch_that_was_interrupted_goes_on_after_the_last_page() {
    let many: Vec<String> = (0..9).map(|number| format!("{number}")).collect();
    let many: Vec<(&str, i64)> = many.iter().map(|id| (&id[..], 100)).collect();
    let state = ncmec(&many);
    // All in one second, as after a mass import. Refusals come from the end.
    state.lock().unwrap().refused = vec![
        ("503 x", ""),
        ("503 x", ""),
        ("429 x", "Retry-After: 0\r\n"),
    ];
    let server = Ncmec::serve(&state);
    let (place, origin) = (TestFolders::new(), of_ncmec(&server));
    let stopped = problem(fetch(&place, &origin, &Known::default()));
    assert!(
        matches!(stopped, FetchProblem::Status { status: 503, .. }),
        "{stopped}"
    );
    assert_eq!(place.raw_names().len(), 2, "the pages and their note wait");
    let before = server.requests().len();
    let fetched = fetch(&place, &origin, &Known::default());
    let fetched = match fetched {
        // One more refusal is left for the second job.
        Err(_) => fetch(&place, &origin, &Known::default()).unwrap(),
        Ok(fetched) => fetched,
    };
    let after = &server.requests()[before..];
    assert!(
        after.iter().all(|head| asked(head, "start").is_some()),
        "{after:?}"
    );
    let (_, mut ids) = read(&place, &fetched);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 9);
    assert_eq!(place.raw_names().len(), 1);
}

#[test]
fn a_link_that_no_longer_works_begins_the_window_anew() {
    let state = ncmec(&[("a", 1), ("b", 2), ("c", 3)]);
    state.lock().unwrap().refused = vec![("410 Gone", "")];
    let server = Ncmec::serve(&state);
    let (place, origin) = (TestFolders::new(), of_ncmec(&server));
    let fetched = fetch(&place, &origin, &Known::default()).unwrap();
    let (_, ids) = read(&place, &fetched);
    assert_eq!(ids.join(" "), "42-a 42-b 42-a 42-b 42-c");
    assert_eq!(place.warnings.borrow().len(), 1);
    // Twice is an error, and no endless job.
    state.lock().unwrap().refused = vec![("410 Gone", ""); 2];
    let again = TestFolders::new();
    let failed = problem(fetch(&again, &origin, &Known::default()));
    assert!(matches!(failed, FetchProblem::Status { status: 410, .. }));
}

#[test]
fn one_bad_page_costs_a_second_and_is_asked_for_again() {
    let state = ncmec(&[("a", 1_000), ("b", 2_000), ("c", 2_001), ("d", 9_000)]);
    state.lock().unwrap().bad = Some(2_000);
    let server = Ncmec::serve(&state);
    let (place, origin) = (TestFolders::new(), of_ncmec(&server));
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    let (mode, mut ids) = read(&place, &first);
    ids.sort();
    assert_eq!(
        (mode, ids.join(" ")),
        (Mode::Snapshot, "42-a 42-c 42-d".to_owned())
    );
    let warning = place.warnings.borrow().join("\n");
    assert!(
        warning.contains("1970-01-01T00:33:20Z to 1970-01-01T00:33:21Z"),
        "{warning}"
    );
    let state_of = serde_json::to_value(known(&first)).unwrap();
    let letter = letters(&state_of);
    assert!(place.raw_names().contains(&letter[0]), "its bytes are kept");
    // Some 31 halvings, each asked for twice.
    assert!(server.requests().len() < 140, "{}", server.requests().len());
    state.lock().unwrap().bad = None;
    let second = fetch(&place, &origin, &known(&first)).unwrap();
    assert_eq!(
        read(&place, &second),
        (Mode::Delta, vec!["42-b".to_owned()])
    );
    assert!(letters(&serde_json::to_value(known(&second)).unwrap()).is_empty());
}

#[test]
fn a_link_out_of_the_window_or_of_the_server_is_not_followed() {
    for link in [
        "/v2/entries?from=1970-01-01T00:00:00Z&amp;to=1970-01-01T01:00:00Z&amp;start=2",
        "https://b.example/v2/entries?start=2",
        "/v2/entries?start=2",
    ] {
        let state = ncmec(&[("a", 1), ("b", 1), ("c", 1)]);
        state.lock().unwrap().link = Some(link.to_owned());
        let server = Ncmec::serve(&state);
        let place = TestFolders::new();
        let fetched = fetch(&place, &of_ncmec(&server), &Known::default()).unwrap();
        // The second with such a link is owed: what was not reached is never passed by.
        let standing = known(&fetched).interface.unwrap();
        assert_eq!(standing.owed.len(), 1, "{link}");
    }
}

/// A server that answers requests by a rule, one after the other.
fn server(rule: impl Fn(usize, &str) -> Vec<u8> + Send + Sync + 'static) -> Server {
    Server::new(move |number, head, stream| {
        let _ = stream.write_all(&rule(number, head));
    })
}

fn update(id: u32, time: i64, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"indicator\":\"{:032x}\",\"type\":\"HASH_MD5\",\"last_updated\":{time},\"descriptors\":{{\"data\":[{{\"owner\":{{\"id\":\"1\"}},\"status\":\"MALICIOUS\"}}]}}{more}}}",
        id + 1
    )
}

#[test]
fn threatexchange_goes_on_from_the_latest_update_of_an_exhausted_window() {
    let server = server(|number, _| {
        let body = match number {
            // Unordered, with a time to come, and a link with the token in it.
            0 => format!(
                "{{\"data\":[{},{}],\"paging\":{{\"next\":\"/g/threat_updates?after=p2&access_token=s3cret\"}}}}",
                update(1, 1_700_000_500, ""),
                update(2, 1_700_000_100, "")
            ),
            1 => format!(
                "{{\"data\":[{}],\"paging\":{{}}}}",
                update(3, 1_700_000_300, "")
            ),
            2 => "{\"data\":[]}".to_owned(),
            _ => format!("{{\"data\":[{}]}}", update(4, 99_999_999_999, "")),
        };
        ok("", body.as_bytes())
    });
    let auth = json!({"auth": {"bearer": {"env": "DEMO_TOKEN"}}});
    let origin = origin(
        &server,
        "/g/threat_updates",
        &json!({"threatexchange": {"page_size": 2}}),
        auth,
    );
    let place = TestFolders::new();
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(
        read(&place, &first),
        (Mode::Snapshot, vec!["1".into(), "2".into(), "3".into()])
    );
    let second = fetch(&place, &origin, &known(&first)).unwrap();
    second.unchanged();
    let requests = server.requests();
    assert_eq!(asked(&requests[0], "start_time"), None);
    assert_eq!(asked(&requests[0], "page_size").as_deref(), Some("2"));
    assert!(
        requests[1].starts_with("GET /g/threat_updates?after=p2 HTTP"),
        "{}",
        requests[1]
    );
    assert_eq!(
        asked(&requests[2], "start_time").as_deref(),
        Some("1700000200")
    );
    // After 85 days withdrawals may have been missed: all is fetched, and takes the place of what is there.
    let mut stale = serde_json::to_value(known(&second)).unwrap();
    stale["interface"]["exhausted"] = json!(1_700_000_000);
    let stale: Known = serde_json::from_value(stale).unwrap();
    let third = fetch(&place, &origin, &stale).unwrap();
    assert_eq!(read(&place, &third).0, Mode::Snapshot);
    assert_eq!(asked(&server.requests()[3], "start_time"), None);
    // A time that is yet to come skips nothing.
    let cursor = known(&third).interface.unwrap().cursor.unwrap();
    assert!(cursor.parse::<i64>().unwrap() < 9_999_999_999);
}

#[test]
fn a_page_that_leads_to_itself_or_stays_broken_ends_the_job() {
    let looping = server(|_, _| {
        let body = format!(
            "{{\"data\":[{}],\"paging\":{{\"next\":\"/x?after=1\"}}}}",
            update(1, 1, "")
        );
        ok("", body.as_bytes())
    });
    let broken = server(|_, _| ok("", b"{\"data\":[{\"id\""));
    for (server, fault) in [(looping, PageFault::Loop), (broken, PageFault::Cut)] {
        let origin = origin(&server, "/x", &json!({"threatexchange": {}}), json!({}));
        let place = TestFolders::new();
        match problem(fetch(&place, &origin, &Known::default())) {
            FetchProblem::Page { fault: found, .. } => assert_eq!(found, fault),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn pages_before_a_broken_one_count_where_they_add_to_what_is_there() {
    let server = server(|number, _| {
        let next = "\"paging\":{\"next\":\"/x?after=1\"}";
        let body = match number {
            0 => format!("{{\"data\":[{}]}}", update(1, 1_700_000_000, "")),
            1 | 4 => format!("{{\"data\":[{}],{next}}}", update(2, 1_700_000_100, "")),
            2 | 3 => "{\"data\":[".to_owned(),
            _ => format!("{{\"data\":[{}]}}", update(3, 1_700_000_200, "")),
        };
        ok("", body.as_bytes())
    });
    let origin = origin(&server, "/x", &json!({"threatexchange": {}}), json!({}));
    let place = TestFolders::new();
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    let second = fetch(&place, &origin, &known(&first)).unwrap();
    assert_eq!(read(&place, &second), (Mode::Delta, vec!["2".to_owned()]));
    assert_eq!(place.warnings.borrow().len(), 1);
    // The window was not exhausted: it comes again as a whole.
    assert_eq!(known(&second).interface, known(&first).interface);
    let third = fetch(&place, &origin, &known(&second)).unwrap();
    assert_eq!(read(&place, &third).1, ["2", "3"]);
}

#[test]
fn stopncii_is_paged_by_tokens_and_begins_where_it_says() {
    let server = server(|number, head| {
        assert!(head.contains("x-functions-key: s3cret-t0ken"), "{head}");
        assert!(
            head.contains("ocp-apim-subscription-key: s3cret-t0ken"),
            "{head}"
        );
        let record = |status: &str| {
            format!(
                "{{\"lastModtimestamp\":1,\"signalType\":\"ImagePDQ\",\"hashValue\":\"{PDQ}\",\"hashStatus\":\"{status}\",\"caseNumbers\":[]}}"
            )
        };
        let page = |more: bool, records: &str| {
            format!(
                "{{\"count\":1,\"nextSetTimestamp\":1700000000,\"nextPageToken\":\"a/b=\",\"hasMoreRecords\":{more},\"hashRecords\":[{records}]}}"
            )
        };
        let body = match number {
            0 => page(true, &record("Active")),
            1 => page(false, ""),
            _ => page(false, &record("Withdrawn")),
        };
        ok("", body.as_bytes())
    });
    let keys = json!({"stopncii": {"subscription_key": {"env": "DEMO_TOKEN"}, "page_size": 800}});
    let auth =
        json!({"auth": {"header": {"name": "x-functions-key", "value": {"env": "DEMO_TOKEN"}}}});
    let origin = origin(&server, "/v1/FetchHashes", &keys, auth);
    let place = TestFolders::new();
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    assert_eq!(read(&place, &first).1.len(), 1);
    let second = fetch(&place, &origin, &known(&first)).unwrap();
    let [fresh] = second.files() else { panic!() };
    let bytes = std::fs::read(place.raw.path(&fresh.digest)).unwrap();
    let list = read_bytes(std::path::Path::new("p"), &bytes, &ReadOptions::default()).unwrap();
    assert_eq!((list.entries.len(), list.removals.len()), (0, 1));
    let requests = server.requests();
    assert_eq!(asked(&requests[0], "startTimestamp").as_deref(), Some("0"));
    assert!(
        requests[1].contains("nextPageToken=a%2Fb%3D"),
        "{}",
        requests[1]
    );
    assert_eq!(
        asked(&requests[2], "startTimestamp").as_deref(),
        Some("1699999700")
    );
    assert_eq!(asked(&requests[2], "pageSize").as_deref(), Some("800"));
}

#[test]
fn the_session_of_tech_against_terrorism_is_renewed_and_its_checkpoint_followed() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let seen = bodies.clone();
    let server = Server::new(move |number, head, stream: &mut dyn Stream| {
        let page = |next: &str, checkpoint: &str, id: u32| {
            format!(
                "{{\"count\":1,\"next\":{next},\"previous\":null,\"checkpoint\":\"{checkpoint}\",\"results\":[{{\"hash_digest\":\"{MD5}\",\"algorithm\":\"MD5\",\"deleted\":false,\"id\":{id}}}]}}"
            )
        };
        let answered = if head.starts_with("POST /token-auth/tcap/") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.unwrap().parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            seen.lock().unwrap().push(String::from_utf8(body).unwrap());
            ok("", format!("{{\"token\":\"t{number}\"}}").as_bytes())
        } else {
            assert!(!head.contains("Basic"), "{head}");
            match number {
                1 => ok(
                    "",
                    page("\"https://x.example/?after=1\"", "1.5,7", 7).as_bytes(),
                ),
                // The token has had its time.
                2 => answer("401 Unauthorized", "", b""),
                _ => ok("", page("null", "2.5,9", 9).as_bytes()),
            }
        };
        let _ = stream.write_all(&answered);
    });
    let auth = json!({"auth": {"basic": {"user": "me", "password": {"env": "DEMO_TOKEN"}}}});
    let origin = origin(&server, "/api/hash-list/v2/all", &json!({"tat": {}}), auth);
    let place = TestFolders::new();
    let first = fetch(&place, &origin, &Known::default()).unwrap();
    // The same hash twice: the later record replaces the earlier one.
    assert_eq!(read(&place, &first).1.last().unwrap(), "9");
    let requests = server.requests();
    assert_eq!(asked(&requests[1], "after"), None);
    assert_eq!(asked(&requests[2], "after").as_deref(), Some("1.5,7"));
    assert!(
        requests[4].contains("authorization: Bearer t3"),
        "{}",
        requests[4]
    );
    assert_eq!(
        bodies.lock().unwrap()[0],
        "{\"username\":\"me\",\"password\":\"s3cret-t0ken\"}"
    );
    fetch(&place, &origin, &known(&first)).unwrap();
    assert_eq!(
        asked(server.requests().last().unwrap(), "after").as_deref(),
        Some("2.5,9")
    );
    // Without a name and password nothing is asked.
    let without = self::origin(&server, "/x", &json!({"tat": {}}), json!({}));
    assert!(matches!(
        problem(fetch(&place, &without, &Known::default())),
        FetchProblem::SignIn
    ));
}

#[test]
fn another_interface_or_other_members_begin_anew() {
    let state = ncmec(&[("a", 1)]);
    let server = Ncmec::serve(&state);
    let place = TestFolders::new();
    let first = fetch(&place, &of_ncmec(&server), &Known::default()).unwrap();
    let fewer = json!({"ncmec": {"members": ["7"]}});
    let other = origin(&server, "/v2/entries", &fewer, json!({}));
    let second = fetch(&place, &other, &known(&first)).unwrap();
    assert_eq!(read(&place, &second), (Mode::Snapshot, Vec::new()));
}
