//! Servers that are slow, ask for patience, or fail for a while.

use std::time::Duration;

use super::*;

const SHORT: f64 = 0.2;

#[test]
fn a_server_that_stalls_is_left() {
    let stalls: [&'static [u8]; 5] = [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ];
    for before in stalls {
        let server = Server::new(move |_, _, stream| {
            stream.write_all(before).unwrap();
            stream.stall();
        });
        let idle = json!({"idle_timeout_seconds": SHORT});
        let problem = refused(&server, idle);
        let setting = "idle_timeout_seconds";
        assert!(
            matches!(&problem, FetchProblem::Timeout { setting: s, .. } if *s == setting),
            "{problem}"
        );
    }
}

#[test]
fn a_server_that_drips_is_left() {
    let drips: [&'static [u8]; 4] = [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
    ];
    for before in drips {
        let server = Server::new(move |_, _, stream| {
            let mut left = stream.write_all(before);
            while left.is_ok() {
                std::thread::sleep(Duration::from_millis(20));
                left = stream.write_all(b"1");
            }
        });
        // One that drips is never idle: the limit on all of it ends it, and that is not tried again.
        let problem = refused(&server, json!({"timeout_seconds": 0.5, "retries": 9}));
        let head = before.is_empty() && matches!(problem, FetchProblem::Protocol { .. });
        let setting = "timeout_seconds";
        assert!(
            head || matches!(&problem, FetchProblem::Timeout { setting: s, .. } if *s == setting),
            "{problem}"
        );
    }
}

#[test]
fn a_surplus_that_comes_in_its_own_time_is_noticed() {
    let server = Server::new(|_, _, stream| {
        stream.write_all(&ok("", LIST)).unwrap();
        stream.flush().unwrap();
        // The next packet: it may come before or after all that was announced has been read.
        stream.write_all(b"more").unwrap();
    });
    let announced = LIST.len() as u64;
    assert_eq!(
        refused(&server, json!({})),
        FetchProblem::Surplus { announced }
    );
}

#[test]
fn a_server_that_keeps_the_connection_open_is_no_worse() {
    let server = Server::new(|_, _, stream| {
        let answer = ok("Connection: keep-alive\r\n", LIST);
        stream.write_all(&answer).unwrap();
        stream.stall();
    });
    let place = TestFolders::new();
    let idle = json!({"idle_timeout_seconds": SHORT});
    assert_is_list(&place, &first(&place, &server, idle));
}

#[test]
fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    for status in ["500 No", "502 No", "503 No", "504 No", "408 No", "429 No"] {
        let failing = move |failures: usize| {
            Server::new(move |number, _, stream| {
                let bytes = if number < failures {
                    answer(status, "Retry-After: 0\r\n", b"sorry")
                } else {
                    ok("", LIST)
                };
                stream.write_all(&bytes).unwrap();
            })
        };
        let place = TestFolders::new();
        let server = failing(2);
        assert_is_list(&place, &first(&place, &server, json!({"retries": 2})));
        assert_eq!(server.requests().len(), 3);
        let server = failing(2);
        let problem = refused(&server, json!({"retries": 1}));
        assert!(matches!(problem, FetchProblem::Status { .. }), "{problem}");
        assert_eq!(server.requests().len(), 2);
    }
    for status in ["400 No", "401 No", "403 No", "404 No", "410 No", "418 No"] {
        let server = Server::saying(answer(status, "", b"no"));
        let problem = refused(&server, json!({"retries": 9}));
        assert!(matches!(problem, FetchProblem::Status { .. }), "{problem}");
        assert_eq!(server.requests().len(), 1);
    }
    let origin = http("http://127.0.0.1:1/list.csv", json!({"retries": 1}));
    let place = TestFolders::new();
    let nobody = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &no_stop);
    assert!(matches!(problem(nobody), FetchProblem::Connection { .. }));
}

#[test]
fn a_server_that_asks_for_a_long_wait_is_not_waited_for() {
    for after in [
        "9999",
        "18446744073709551615",
        "Fri, 01 Jan 2100 00:00:00 GMT",
    ] {
        let headers = format!("Retry-After: {after}\r\n");
        let server = Server::saying(answer("429 Too Many Requests", &headers, b""));
        let problem = refused(&server, json!({"retries": 9}));
        assert!(
            matches!(problem, FetchProblem::Later { status: 429, .. }),
            "{problem}"
        );
        assert_eq!(server.requests().len(), 1);
    }
    // A wait that there is no time for.
    let server = Server::saying(answer("503 No", "Retry-After: 100\r\n", b""));
    let problem = refused(&server, json!({"retries": 9, "timeout_seconds": 30}));
    assert!(
        matches!(problem, FetchProblem::Status { status: 503, .. }),
        "{problem}"
    );
    // What cannot be read, or has passed, is no wait.
    for after in ["soon", "-1", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let headers = format!("Retry-After: {after}\r\n");
        let server = Server::saying(answer("503 No", &headers, b""));
        let problem = refused(&server, json!({"retries": 1}));
        assert!(
            matches!(problem, FetchProblem::Status { status: 503, .. }),
            "{problem}"
        );
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn a_job_that_is_asked_to_stop_does_whatever_the_server_does() {
    let stalls: [&'static [u8]; 2] = [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"];
    for before in stalls {
        let server = Server::new(move |_, _, stream| {
            stream.write_all(before).unwrap();
            stream.stall();
        });
        let place = TestFolders::new();
        let origin = http(&server.url("/list.csv"), json!({"retries": 9}));
        let stop = || !server.requests().is_empty();
        let stopped = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &stop);
        assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
        assert_eq!(place.raw_names(), [""; 0]);
    }
    // While it waits to try again.
    let server = Server::saying(answer("503 No", "Retry-After: 100\r\n", b""));
    let place = TestFolders::new();
    let origin = http(&server.url("/list.csv"), json!({"retries": 9}));
    let stop = || !server.requests().is_empty();
    let stopped = place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &stop);
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
}
