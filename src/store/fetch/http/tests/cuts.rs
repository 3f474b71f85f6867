//! Answers that end too early, and what is made of their parts.

use super::*;

const TAGGED: &str = "ETag: \"v1\"\r\n";

/// Answers a range as it should, of `LIST` under a tag.
fn rest_of_list(head: &str) -> Vec<u8> {
    let range = head
        .lines()
        .find_map(|line| line.strip_prefix("range: bytes="));
    let if_range = head
        .lines()
        .find_map(|line| line.strip_prefix("if-range: "));
    match (range, if_range) {
        (Some(range), Some("\"v1\"")) => {
            let from: usize = range.strip_suffix('-').unwrap().parse().unwrap();
            let (last, total) = (LIST.len() - 1, LIST.len());
            let headers = format!("{TAGGED}Content-Range: bytes {from}-{last}/{total}\r\n");
            answer("206 Partial Content", &headers, &LIST[from..])
        }
        (None, None) => ok(TAGGED, LIST),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_that_is_cut_at_any_byte_is_never_a_list() {
    for headers in ["", TAGGED] {
        let whole = ok(headers, LIST);
        let body = whole.len() - LIST.len();
        for length in 0..whole.len() {
            let cut = Server::saying(&whole[..length]);
            let place = TestFolders::new();
            let problem = problem(try_first(&place, &cut, json!({})));
            let found = length.saturating_sub(body) as u64;
            assert_eq!(problem, FetchProblem::Cut { found }, "{length}");
            // What can be resumed waits, with its note, and nothing else.
            let waits = found > 0 && !headers.is_empty();
            let names = place.raw_names();
            assert_eq!(names.len(), if waits { 2 } else { 0 }, "{names:?}");
            assert!(names.iter().all(|name| name.starts_with('.')));
        }
    }
}

#[test]
fn an_answer_in_chunks_that_is_cut_at_any_byte_is_a_list_only_after_its_last_chunk() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let list = std::str::from_utf8(LIST).unwrap();
    let (one, two) = list.split_at(9);
    let body = format!("9\r\n{one}\r\n{:x};ext=1\r\n{two}\r\n", two.len());
    let end = "0\r\nTrailer: x\r\n\r\n";
    let whole = format!("{head}{body}{end}");
    // The last chunk is the one of size 0: what follows it is no part of the list.
    let last = head.len() + body.len() + "0\r\n".len();
    for length in 0..=whole.len() {
        let place = TestFolders::new();
        let server = Server::saying(&whole[..length]);
        let fetched = try_first(&place, &server, json!({}));
        match fetched {
            Ok(fetched) => {
                assert!(length >= last, "{length}");
                assert_is_list(&place, &fetched);
            }
            Err(_) => {
                assert!(length < whole.len(), "{length}");
                let problem = problem(fetched);
                let named = matches!(
                    problem,
                    FetchProblem::Cut { .. } | FetchProblem::Protocol { .. }
                );
                assert!(named, "{length}: {problem}");
                assert_eq!(place.raw_names(), [""; 0]);
            }
        }
    }
}

#[test]
fn what_was_cut_at_any_byte_is_resumed_and_comes_out_right() {
    let whole = ok(TAGGED, LIST);
    let body = whole.len() - LIST.len();
    for length in 0..whole.len() {
        let server = Server::new(move |number, head, stream| {
            let bytes = match number {
                0 => ok(TAGGED, LIST)[..length].to_vec(),
                _ => rest_of_list(head),
            };
            stream.write_all(&bytes).unwrap();
        });
        let place = TestFolders::new();
        assert_is_list(&place, &first(&place, &server, json!({"retries": 1})));
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        let found = length.saturating_sub(body);
        let range = format!("\r\nrange: bytes={found}-\r\n");
        assert_eq!(requests[1].contains(&range), found > 0, "{length}");
    }
}

#[test]
fn a_download_goes_on_in_the_next_job() {
    let server = Server::new(|number, head, stream| {
        let bytes = match number {
            0 => {
                let whole = ok(TAGGED, LIST);
                whole[..whole.len() - 20].to_vec()
            }
            1 => {
                // The rest is cut as well.
                let rest = rest_of_list(head);
                rest[..rest.len() - 10].to_vec()
            }
            _ => rest_of_list(head),
        };
        stream.write_all(&bytes).unwrap();
    });
    let place = TestFolders::new();
    let cut = |left: usize| FetchProblem::Cut {
        found: (LIST.len() - left) as u64,
    };
    assert_eq!(problem(try_first(&place, &server, json!({}))), cut(20));
    assert_eq!(problem(try_first(&place, &server, json!({}))), cut(10));
    let fetched = first(&place, &server, json!({}));
    assert_is_list(&place, &fetched);
    let known = &fetched.files()[0].known;
    assert_eq!(known.etag.as_deref(), Some("\"v1\""));
    let range = format!("range: bytes={}-", LIST.len() - 10);
    assert!(server.requests()[2].contains(&range));
}

#[test]
fn what_waits_of_one_url_is_not_continued_from_another() {
    let server = Server::new(|number, head, stream| {
        let whole = ok(TAGGED, LIST);
        let bytes = match number {
            0 => whole[..whole.len() - 20].to_vec(),
            _ => {
                assert!(!head.contains("range: "), "{head}");
                whole
            }
        };
        stream.write_all(&bytes).unwrap();
    });
    let place = TestFolders::new();
    problem(try_first(&place, &server, json!({})));
    let other = http(&server.url("/other.csv"), json!({}));
    let fetched = place.fetch(&other, Mode::Snapshot, &Known::default());
    assert_is_list(&place, &fetched);
}

#[test]
fn without_a_strong_etag_all_of_it_is_asked_for_again() {
    for headers in [
        "",
        "ETag: W/\"v1\"\r\n",
        "ETag: v1\r\n",
        "ETag: \"a\"\r\nETag: \"b\"\r\n",
    ] {
        let server = Server::new(move |number, head, stream| {
            assert!(!head.contains("range: "), "{head}");
            let whole = ok(headers, LIST);
            let length = whole.len() - if number == 0 { 20 } else { 0 };
            stream.write_all(&whole[..length]).unwrap();
        });
        let place = TestFolders::new();
        assert_is_list(&place, &first(&place, &server, json!({"retries": 1})));
    }
}

#[test]
fn a_list_that_changed_meanwhile_is_fetched_from_its_beginning() {
    let server = Server::new(|number, _, stream| {
        let bytes = match number {
            0 => {
                let old = ok("ETag: \"v0\"\r\n", &[b'x'; 200]);
                old[..old.len() - 20].to_vec()
            }
            // What RFC 9110 asks of a server that has another version than If-Range says.
            _ => ok(TAGGED, LIST),
        };
        stream.write_all(&bytes).unwrap();
    });
    let place = TestFolders::new();
    assert_is_list(&place, &first(&place, &server, json!({"retries": 1})));
    assert!(server.requests()[1].contains("if-range: \"v0\""));
}

/// What servers say when they are asked for the bytes from 40 on, of 69.
fn wrong_rests() -> Vec<Vec<u8>> {
    let partial = |headers: &str, body: &[u8]| answer("206 Partial Content", headers, body);
    let rest = &LIST[40..];
    let total = LIST.len();
    let last = total - 1;
    let range = |range: String| format!("{TAGGED}Content-Range: bytes {range}\r\n");
    vec![
        partial(TAGGED, rest),
        partial(&range(format!("0-{last}/{total}")), LIST),
        partial(&range(format!("41-{last}/{total}")), &LIST[41..]),
        partial(&range(format!("39-{last}/{total}")), &LIST[39..]),
        partial(&range(format!("40-50/{total}")), &LIST[40..51]),
        partial(&range(format!("40-{last}/*")), rest),
        partial(&range(format!("40-{last}/{}", total + 1)), rest),
        partial(&range(format!("40-{}/{total}", total)), rest),
        partial(&range(format!("40-{last}/{total}")), &LIST[41..]),
        partial(&range(format!("40-39/{total}")), b""),
        partial(
            &range("40-18446744073709551615/18446744073709551615".into()),
            rest,
        ),
        // Of a version that is not the one that was begun, or not said to be.
        partial(
            &format!("ETag: \"v2\"\r\nContent-Range: bytes 40-{last}/{total}\r\n"),
            rest,
        ),
        partial(
            &format!("ETag: W/\"v1\"\r\nContent-Range: bytes 40-{last}/{total}\r\n"),
            rest,
        ),
        partial(&format!("Content-Range: bytes 40-{last}/{total}\r\n"), rest),
        partial("Content-Type: multipart/byteranges; boundary=x\r\n", rest),
        answer(
            "416 Range Not Satisfiable",
            "Content-Range: bytes */9\r\n",
            b"",
        ),
    ]
}

#[test]
fn a_rest_that_does_not_fit_is_not_appended() {
    for wrong in wrong_rests() {
        let shown = String::from_utf8_lossy(&wrong).into_owned();
        let server = Server::new(move |number, head, stream| {
            let whole = ok(TAGGED, LIST);
            let bytes = match number {
                0 => &whole[..whole.len() - LIST.len() + 40],
                1 => &wrong,
                _ => {
                    assert!(!head.contains("range: "), "{head}");
                    &whole
                }
            };
            stream.write_all(bytes).unwrap();
        });
        let place = TestFolders::new();
        let wrong = problem(try_first(&place, &server, json!({"retries": 1})));
        assert!(
            matches!(wrong, FetchProblem::Range { .. }),
            "{wrong}: {shown}"
        );
        assert_eq!(place.raw_names(), [""; 0]);
        assert_is_list(&place, &first(&place, &server, json!({})));
    }
}

#[test]
fn a_rest_with_a_surplus_is_refused() {
    let server = Server::new(|number, head, stream| {
        let whole = ok(TAGGED, LIST);
        let bytes = match number {
            0 => whole[..whole.len() - 20].to_vec(),
            _ => [rest_of_list(head), b"x".to_vec()].concat(),
        };
        stream.write_all(&bytes).unwrap();
    });
    let announced = 20;
    let problem = refused(&server, json!({"retries": 1}));
    assert_eq!(problem, FetchProblem::Surplus { announced });
}

#[test]
fn a_rest_that_makes_it_too_large_is_refused() {
    let server = Server::new(|number, head, stream| {
        let bytes = match number {
            0 => b"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npdq \r\n".to_vec(),
            _ => rest_of_list(head),
        };
        stream.write_all(&bytes).unwrap();
    });
    let limit = 50;
    let problem = refused(&server, json!({"retries": 1, "size_max": limit}));
    assert_eq!(problem, FetchProblem::TooLarge { limit });
}

#[test]
fn a_stalled_download_is_resumed() {
    let server = Server::new(|number, head, stream| {
        let whole = ok(TAGGED, LIST);
        if number == 0 {
            stream.write_all(&whole[..whole.len() - 20]).unwrap();
            return stream.stall();
        }
        stream.write_all(&rest_of_list(head)).unwrap();
    });
    let place = TestFolders::new();
    let more = json!({"retries": 1, "idle_timeout_seconds": 0.2});
    assert_is_list(&place, &first(&place, &server, more));
}

#[test]
fn a_download_that_takes_too_long_goes_on_in_the_next_job() {
    let server = Server::new(|number, head, stream| {
        if number > 0 {
            return stream.write_all(&rest_of_list(head)).unwrap();
        }
        let whole = ok(
            "ETag: \"v1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            LIST,
        );
        stream.write_all(&whole[..whole.len() - 20]).unwrap();
        stream.stall();
    });
    let place = TestFolders::new();
    let slow = problem(try_first(&place, &server, json!({"timeout_seconds": 0.3})));
    assert!(matches!(
        slow,
        FetchProblem::Timeout {
            setting: "timeout_seconds",
            ..
        }
    ));
    let fetched = first(&place, &server, json!({}));
    assert_is_list(&place, &fetched);
    assert!(server.requests()[1].contains("range: bytes=49-"));
    // What the first answer said and the second did not repeat.
    assert_eq!(fetched.files()[0].as_of, Some(784_111_777));
}

#[test]
fn a_job_that_was_stopped_leaves_what_can_be_resumed() {
    let server = Server::new(|number, head, stream| {
        let whole = ok(TAGGED, LIST);
        if number == 0 {
            stream.write_all(&whole[..whole.len() - 20]).unwrap();
            return stream.stall();
        }
        stream.write_all(&rest_of_list(head)).unwrap();
    });
    let place = TestFolders::new();
    let origin = http(&server.url("/list.csv"), json!({}));
    // Stopped when something of the list has come.
    let waits = || {
        let entries = std::fs::read_dir(place.raw.folder()).unwrap();
        entries
            .flatten()
            .any(|entry| entry.metadata().is_ok_and(|m| m.len() > 0))
    };
    let stopped = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &waits);
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    assert_eq!(place.raw_names().len(), 2);
    assert_is_list(&place, &first(&place, &server, json!({})));
    assert!(server.requests()[1].contains("range: bytes=49-"));
}
