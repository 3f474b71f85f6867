//! Whole answers, right and wrong.

use super::*;

#[test]
fn a_list_is_fetched_and_then_not_again_until_it_changes() {
    let changed = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: W/\"1\"\r\n";
    let server = Server::new(move |number, head, stream| {
        let bytes = match number {
            0 => ok(changed, LIST),
            1 => {
                assert!(head.contains("\r\nif-none-match: W/\"1\"\r\n"), "{head}");
                b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()
            }
            2 => ok("ETag: \"2\"\r\n", LIST),
            _ => ok("ETag: \"3\"\r\n", b"other"),
        };
        stream.write_all(&bytes).unwrap();
    });
    let place = TestFolders::new();
    let origin = http(&server.url("/lists/list.csv?key=1"), json!({}));
    let fetch = |known: &Known| place.fetch(&origin, Mode::Snapshot, known);
    let fetched = fetch(&Known::default());
    assert_is_list(&place, &fetched);
    let fresh = &fetched.files()[0];
    assert_eq!(fresh.name, "list.csv");
    assert_eq!(fresh.as_of, Some(784_111_777));

    let stored = serde_json::to_string(&fresh.known).unwrap();
    assert!(!stored.contains("key=1"));
    let known: Known = serde_json::from_str(&stored).unwrap();
    let same = fetch(&known).unchanged().clone();
    assert_eq!(same, known);
    let same = fetch(&same).unchanged().clone();
    assert_eq!(same.etag.as_deref(), Some("\"2\""), "the same bytes again");
    assert_eq!(fetch(&same).files()[0].digest, Digest::of(b"other"));

    let first = &server.requests()[0];
    let version = env!("CARGO_PKG_VERSION");
    for line in [
        "GET /lists/list.csv?key=1 HTTP/1.1",
        &format!("user-agent: basma/{version}"),
        "accept-encoding: identity",
        "connection: close",
    ] {
        assert!(
            first.lines().any(|l| l.eq_ignore_ascii_case(line)),
            "{first}"
        );
    }
    assert!(!first.to_lowercase().contains("range"));
}

#[test]
fn without_an_etag_the_time_is_asked_for() {
    let time = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let server = Server::new(move |number, head, stream| {
        let bytes = match number {
            0 => ok(time, LIST),
            _ => {
                let ask = "if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT";
                assert!(head.contains(ask), "{head}");
                let newer = "Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
                format!("HTTP/1.1 304 Not Modified\r\n{newer}\r\n").into_bytes()
            }
        };
        stream.write_all(&bytes).unwrap();
    });
    let place = TestFolders::new();
    let origin = http(&server.url("/list.csv"), json!({}));
    let fetched = place.fetch(&origin, Mode::Delta, &Known::default());
    let known = &fetched.files()[0].known;
    let same = place.fetch(&origin, Mode::Delta, known);
    assert_eq!(same.unchanged().as_of, Some(784_111_778));
}

#[test]
fn nothing_is_assumed_of_another_url_or_of_bytes_that_are_gone() {
    let server = Server::saying(ok("ETag: \"1\"\r\n", LIST));
    let place = TestFolders::new();
    let fetch = |path: &str, known: &Known| {
        let origin = http(&server.url(path), json!({}));
        place.fetch(&origin, Mode::Snapshot, known)
    };
    let known = fetch("/a", &Known::default()).files()[0].known.clone();
    // The same bytes from somewhere else are not nothing: another list may be meant.
    assert_eq!(fetch("/b", &known).files().len(), 1);
    std::fs::remove_file(place.raw.path(&Digest::of(LIST))).unwrap();
    fetch("/a", &known).unchanged();
    assert!(place.raw.contains(&Digest::of(LIST)));
    let requests = server.requests();
    assert!(requests.iter().all(|head| !head.contains("if-none-match")));
}

#[test]
fn what_is_endless_or_too_large_is_not_taken() {
    let limit = 1 << 20;
    let small = json!({"size_max": limit});
    let server = Server::new(|_, _, stream| {
        let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
        let mut left = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while left.is_ok() {
            left = stream.write_all(&chunk);
        }
    });
    assert_eq!(
        refused(&server, small.clone()),
        FetchProblem::TooLarge { limit }
    );

    let server = Server::new(|_, _, stream| {
        let head = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10000000000\r\n\r\n";
        let mut left = stream.write_all(head.as_bytes());
        while left.is_ok() {
            left = stream.write_all(&[0; 65536]);
        }
    });
    assert_eq!(refused(&server, small), FetchProblem::TooLarge { limit });
    let exact = json!({"size_max": LIST.len()});
    let place = TestFolders::new();
    assert_is_list(&place, &first(&place, &Server::saying(ok("", LIST)), exact));
    let limit = LIST.len() as u64 - 1;
    let server = Server::saying(ok("", LIST));
    assert_eq!(
        refused(&server, json!({"size_max": limit})),
        FetchProblem::TooLarge { limit }
    );
}

#[test]
fn lengths_must_be_clear_and_right() {
    let head = |headers: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{headers}\r\n{body}");
    let length = |server: Server| match refused(&server, json!({})) {
        FetchProblem::Length { .. } | FetchProblem::Protocol { .. } => {}
        other => panic!("{other}"),
    };
    for headers in [
        "",
        "Content-Length: -4\r\n",
        "Content-Length: +4\r\n",
        "Content-Length: 4, 4\r\n",
        "Content-Length: four\r\n",
        "Content-Length: \r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ] {
        length(Server::saying(head(headers, "four")));
        length(Server::saying(head(headers, "4\r\nfour\r\n0\r\n\r\n")));
    }
    let old = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n";
    length(Server::saying(old));

    let long = Server::saying(head("Content-Length: 5\r\n", "four"));
    assert_eq!(refused(&long, json!({})), FetchProblem::Cut { found: 4 });
    for surplus in ["four!", "four and very much more", "four\r\n"] {
        let short = Server::saying(head("Content-Length: 4\r\n", surplus));
        let announced = 4;
        assert_eq!(
            refused(&short, json!({})),
            FetchProblem::Surplus { announced }
        );
    }
    let nothing = Server::saying(head("Content-Length: 0\r\n", "x"));
    let announced = 0;
    assert_eq!(
        refused(&nothing, json!({})),
        FetchProblem::Surplus { announced }
    );
}

#[test]
fn what_is_no_http_is_named() {
    let many = (0..100_000).fold(String::new(), |all, i| all + &format!("X-{i}: y\r\n"));
    let long = "x".repeat(1 << 20);
    let padding = " ".repeat(70_000);
    for garbage in [
        "garbage\r\n\r\n".to_owned(),
        "HTTP/9.9 200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 20 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 -200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 099 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n{many}Content-Length: 0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nX: {long}\r\nContent-Length: 0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nX: {padding}\r\nContent-Length: 0\r\n\r\n"),
        long,
    ] {
        let start: String = garbage.chars().take(40).collect();
        let problem = refused(&Server::saying(garbage), json!({}));
        assert!(
            matches!(problem, FetchProblem::Protocol { .. }),
            "{problem}: {start}"
        );
    }
    // Invalid chunks, and chunks that never end.
    let digits = "1".repeat(1 << 20);
    for body in [
        "xyz\r\n",
        "-1\r\n",
        "4\r\nfourfour\r\n",
        "ffffffffffffffffff\r\n",
        &digits,
    ] {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let problem = refused(&Server::saying(format!("{head}{body}")), json!({}));
        assert!(
            matches!(problem, FetchProblem::Protocol { .. }),
            "{problem}: {:.20}",
            body
        );
    }
    let trailer = format!("4\r\nfour\r\n0\r\nX: {digits}");
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let problem = refused(&Server::saying(format!("{head}{trailer}")), json!({}));
    assert!(
        matches!(problem, FetchProblem::Protocol { .. }),
        "{problem}"
    );
}

#[test]
fn informational_answers_are_passed_over() {
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        .repeat(3)
        .into_bytes();
    let server = Server::saying([early, ok("", LIST)].concat());
    let place = TestFolders::new();
    assert_is_list(&place, &first(&place, &server, json!({})));
}

#[test]
fn what_was_not_asked_for_is_not_taken() {
    let not_modified = Server::saying("HTTP/1.1 304 Not Modified\r\n\r\n");
    let problem = refused(&not_modified, json!({}));
    assert!(matches!(problem, FetchProblem::Status { status: 304, .. }));
    let range = format!(
        "Content-Range: bytes 0-{}/{}\r\n",
        LIST.len() - 1,
        LIST.len()
    );
    let partial = Server::saying(answer("206 Partial Content", &range, LIST));
    assert!(matches!(
        refused(&partial, json!({})),
        FetchProblem::Range { .. }
    ));
    for encoding in ["gzip", "br", "identity, gzip", "x\u{1}"] {
        let headers = format!("Content-Encoding: {encoding}\r\n");
        let problem = refused(&Server::saying(ok(&headers, LIST)), json!({}));
        let bad_header =
            matches!(problem, FetchProblem::Protocol { .. }) && encoding.contains('\u{1}');
        assert!(
            bad_header || matches!(problem, FetchProblem::Encoding { .. }),
            "{problem}"
        );
    }
    let place = TestFolders::new();
    let identity = Server::saying(ok("Content-Encoding: Identity\r\n", LIST));
    assert_is_list(&place, &first(&place, &identity, json!({})));
    for (status, code) in [
        ("204 No Content", 204),
        ("201 Created", 201),
        ("101 Switching", 101),
    ] {
        let server = Server::saying(format!("HTTP/1.1 {status}\r\n\r\n"));
        let problem = refused(&server, json!({}));
        assert!(
            matches!(problem, FetchProblem::Status { status, .. } if status == code),
            "{problem}"
        );
    }
}

#[test]
fn a_signature_is_fetched_beside_the_list_each_time() {
    let server = Server::new(|number, head, stream| {
        let signature = head.starts_with("GET /list.csv.minisig?k=1 ");
        let bytes = match (signature, number) {
            (true, _) => ok("", format!("signed {number}").as_bytes()),
            (false, 1) => ok("ETag: \"1\"\r\n", LIST),
            (false, _) => b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(),
        };
        stream.write_all(&bytes).unwrap();
    });
    let mut place = TestFolders::new();
    place.signed = true;
    let origin = http(&server.url("/list.csv?k=1"), json!({}));
    let fetched = place.fetch(&origin, Mode::Snapshot, &Known::default());
    assert_is_list(&place, &fetched);
    let fresh = &fetched.files()[0];
    assert_eq!(fresh.signature.as_deref(), Some(&b"signed 0"[..]));
    let again = place.fetch(&origin, Mode::Snapshot, &fresh.known);
    let Fetched::Unchanged { signature, .. } = again else {
        panic!("{again:?}")
    };
    assert_eq!(signature.as_deref(), Some(&b"signed 2"[..]));
}

#[test]
fn a_signed_list_without_a_signature_is_an_error() {
    let list_then = |bytes: Vec<u8>| {
        Server::new(move |_, head, stream| {
            let signature = head.starts_with("GET /other.sig ");
            let bytes = if signature { &bytes } else { &ok("", LIST) };
            stream.write_all(bytes).unwrap();
        })
    };
    let fetch = |server: &Server| {
        let mut place = TestFolders::new();
        place.signed = true;
        let more = json!({"signature": server.url("/other.sig")});
        let fetched = try_first(&place, server, more);
        assert!(fetched.is_ok() || place.raw_names().is_empty());
        fetched
    };
    let missing = list_then(answer("404 Not Found", "", b""));
    assert!(matches!(
        problem(fetch(&missing)),
        FetchProblem::NoSignature { .. }
    ));
    let large = list_then(ok("", &[b'x'; 20_000]));
    assert!(matches!(
        problem(fetch(&large)),
        FetchProblem::TooLarge { limit: 16_384 }
    ));
    let cut = list_then(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec());
    assert_eq!(problem(fetch(&cut)), FetchProblem::Cut { found: 4 });
    let right = list_then(ok("", b"signed"));
    let fetched = fetch(&right).unwrap();
    assert_eq!(
        fetched.files()[0].signature.as_deref(),
        Some(&b"signed"[..])
    );
}
