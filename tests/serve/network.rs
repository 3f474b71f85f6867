//! What a network does to a service: slow clients, idle ones, floods, and requests of other sites.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{Answer, BOUNDARY, PATIENCE, Part, Service, form, request};
use crate::store::TestStore;

/// Reads until the connection ends. A reset is an end.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut chunk) {
        bytes.extend_from_slice(&chunk[..count]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether the service ends a connection that sends nothing more.
fn ends(stream: &mut TcpStream) -> bool {
    let begun = Instant::now();
    rest(stream);
    begun.elapsed() < PATIENCE
}

#[test]
fn slow_and_idle_clients_leave_room_and_are_cut() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &["--deadline", "5"]);
    let mut idle: Vec<TcpStream> = (0..200).map(|_| service.connect()).collect();
    let mut slow: Vec<TcpStream> = (0..50).map(|_| service.connect()).collect();
    for stream in &mut slow {
        stream
            .write_all(b"GET /status HTTP/1.1\r\nHost: loc")
            .unwrap();
    }
    for _ in 0..20 {
        assert_eq!(service.get("/status").status, 200);
    }
    // Bytes that trickle in make the head no quicker.
    let mut trickle = service.connect();
    let begun = Instant::now();
    while trickle.write_all(b"X").is_ok() {
        assert!(begun.elapsed() < PATIENCE, "a head that never ends is cut");
        std::thread::sleep(Duration::from_millis(50));
    }
    for stream in slow.iter_mut().chain(&mut idle) {
        assert!(ends(stream));
    }
}

#[test]
fn a_client_holds_no_more_connections_than_are_its_own() {
    let store = TestStore::new();
    let more = [
        "--max-connections-per-address",
        "3",
        "--max-connections",
        "100",
    ];
    let service = Service::start(&store.path(), &more);
    let ask = b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut held: Vec<TcpStream> = (0..3).map(|_| service.connect()).collect();
    for stream in &mut held {
        // An answer tells that the connection was accepted.
        stream.write_all(ask).unwrap();
        stream.read_exact(&mut [0; 15]).unwrap();
    }
    let mut fourth = service.connect();
    let _ = fourth.write_all(ask);
    assert_eq!(rest(&mut fourth), "");
    held.pop();
    let begun = Instant::now();
    while service.try_ask("GET", "/status", &[], b"").is_err() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_no_request_is_refused_and_harms_no_other() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let status = |bytes: &[u8]| {
        let mut stream = service.connect();
        let _ = stream.write_all(bytes);
        let answers = rest(&mut stream);
        let codes = answers.split("HTTP/1.1 ").skip(1);
        codes
            .map(|answer| answer[..3].to_owned())
            .collect::<Vec<_>>()
    };
    let good = "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(
        status(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        ["400"]
    );
    assert_eq!(
        status(format!("{good}{good}\0\0garbage\r\n\r\n").as_bytes()),
        ["200", "200", "400"]
    );
    let many: String = (0..1000).map(|n| format!("X-{n}: 1\r\n")).collect();
    let flood = format!("GET /status HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    assert_eq!(status(flood.as_bytes()), ["431"]);
    let long = "a".repeat(1 << 20);
    let flood = format!("GET /status HTTP/1.1\r\nHost: localhost\r\nX-A: {long}\r\n\r\n");
    assert_eq!(status(flood.as_bytes()), ["431"]);
    // Two lengths are how one request is made to look like two.
    let twice = "POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab";
    assert_eq!(status(twice.as_bytes()), ["400"]);
    for path in [
        "/../etc/passwd",
        "/status/%2e%2e/x",
        "/%00",
        "//..//metrics/..",
    ] {
        assert_eq!(service.get(path).status, 404, "{path}");
    }
    assert_eq!(service.get("/status").status, 200);
}

#[test]
fn a_body_that_is_compressed_or_too_long_is_not_waited_for() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &["--max-body-bytes", "1M"]);
    let mut stream = service.connect();
    let head = "POST /m/lookup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1073741824\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // No byte of the body was sent.
    let answer = Answer::read(&mut stream, false).unwrap();
    assert_eq!(answer.status, 413);
    // A client that sends all of it before it reads gets the answer, too.
    let mut stream = service.connect();
    let head = head.replace("1073741824", "50000000");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![0; 50_000_000]).unwrap();
    assert_eq!(Answer::read(&mut stream, false).unwrap().status, 413);
    let bomb = service.ask(
        "POST",
        "/m/lookup",
        &[("Content-Encoding", "gzip")],
        &[0x1f, 0x8b],
    );
    assert_eq!(bomb.status, 415);
}

#[test]
fn pages_of_other_sites_and_other_names_are_refused() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let mut stream = service.connect();
    stream
        .write_all(b"GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .unwrap();
    assert_eq!(Answer::read(&mut stream, false).unwrap().status, 403);
    let headers = [("Origin", "https://evil.example")];
    assert_eq!(service.ask("POST", "/c/banks", &headers, b"{}").status, 403);
    let headers = [("Sec-Fetch-Site", "cross-site")];
    assert_eq!(service.ask("DELETE", "/c/banks", &headers, b"").status, 403);
}

#[cfg(unix)]
#[test]
fn requests_are_answered_while_files_are_read_again() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let id = service.child.id().to_string();
    for _ in 0..30 {
        let hangup = Command::new("kill").args(["-HUP", &id]).status().unwrap();
        assert!(hangup.success());
        assert_eq!(service.get("/status").status, 200);
    }
}

#[cfg(unix)]
#[test]
fn the_socket_of_a_system_is_taken() {
    let store = TestStore::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // A client that came before the service waits for it.
    let mut early = TcpStream::connect(address).unwrap();
    early.set_read_timeout(Some(PATIENCE)).unwrap();
    early
        .write_all(&request("GET", "/status", &[], b""))
        .unwrap();
    let mut child = Command::new("sh")
        .arg("-c")
        .arg("exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"")
        .args([env!("CARGO_BIN_EXE_basma"), "serve", "--store"])
        .arg(store.path())
        .args(["--listen", "127.0.0.1:1"])
        .stdin(Stdio::from(std::os::fd::OwnedFd::from(listener)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let answer = Answer::read(&mut early, false);
    let _ = child.kill();
    let _ = child.wait();
    assert_eq!(answer.unwrap().text(), "I-AM-ALIVE");
}

/// A server that sends this file at every path, and where it is.
fn file_server(kind: &'static str, body: Vec<u8>) -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    address
}

#[test]
fn a_url_is_fetched_from_servers_that_are_named() {
    let store = TestStore::new();
    let media = file_server("image/x-portable-pixmap", picture());
    let other = file_server("text/plain", b"text".to_vec());
    let named = format!("{media},{other}");
    let service = Service::start(&store.path(), &["--fetch-from", &named]);
    let sent = service.form("/h/hash", &[Part::file("photo", &picture())]);
    assert_eq!(sent.status, 200);
    let fetched = service.get(&format!("/h/hash?url=http://{media}/a.ppm"));
    assert_eq!((fetched.status, fetched.text()), (200, sent.text()));
    let looked = service.get(&format!("/m/lookup?url=http://{media}/a.ppm"));
    assert_eq!(looked.text(), "{\"pdq\":{}}\n");
    let looked = service.get(&format!("/m/lookup?url=http://{media}/a&signal_type=pdq"));
    assert_eq!(looked.text(), "{}\n");
    let text = service.get(&format!("/h/hash?url=http://{other}/a"));
    assert!(
        text.text()
            .contains("unsupported url ContentType: 'text/plain'")
    );
    let unsafe_url = "{\"message\":\"Invalid or unsafe URL provided\"}\n";
    for url in [
        "http://169.254.169.254/x",
        "http://localhost/x",
        "file:///etc/passwd",
    ] {
        let answer = service.get(&format!("/h/hash?url={url}"));
        assert_eq!((answer.status, answer.text().as_str()), (400, unsafe_url));
    }
    drop(service);
    let service = Service::start(&store.path(), &[]);
    let off = service.get(&format!("/h/hash?url=http://{media}/a.ppm"));
    assert_eq!(
        (off.status, off.text().as_str()),
        (403, "{\"message\":\"URL fetching is off\"}\n")
    );
}

/// A picture that is not flat, as PPM.
fn picture() -> Vec<u8> {
    let mut bytes = b"P6 128 128 255\n".to_vec();
    for y in 0..128_u32 {
        for x in 0..128_u32 {
            let wave = (x * x / 40 + y * 3 + (x / 16) * (y / 16) * 20) % 256;
            bytes.extend([wave as u8, (x * 2) as u8, (y * 2) as u8]);
        }
    }
    bytes
}

#[test]
fn bodies_that_are_slow_endless_or_torn_end_with_an_answer() {
    let store = TestStore::new();
    let more = ["--deadline", "2", "--max-body-bytes", "1M"];
    let service = Service::start(&store.path(), &more);
    let head = |length: &str| {
        format!(
            "POST /m/lookup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n\
             --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x\"\r\n\r\n"
        )
    };
    // The rest of the body never comes, or comes a byte at a time.
    let mut silent = service.connect();
    silent
        .write_all(head("Content-Length: 9999").as_bytes())
        .unwrap();
    let mut slow = service.connect();
    slow.write_all(head("Content-Length: 9999").as_bytes())
        .unwrap();
    let mut writer = slow.try_clone().unwrap();
    std::thread::spawn(move || {
        while writer.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    assert_eq!(Answer::read(&mut silent, false).unwrap().status, 408);
    // What is sent on after the answer does not keep the answer away.
    assert_eq!(Answer::read(&mut slow, false).unwrap().status, 408);

    // In chunks, without a length that would tell its end.
    let mut endless = service.connect();
    let mut text = head("Transfer-Encoding: chunked").into_bytes();
    let start = text
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    let first = text.split_off(start);
    endless.write_all(&text).unwrap();
    let chunk = |bytes: &[u8]| {
        let size = format!("{:x}\r\n", bytes.len());
        [size.as_bytes(), bytes, b"\r\n"].concat()
    };
    endless.write_all(&chunk(&first)).unwrap();
    let mut sent = 0_u64;
    while endless.write_all(&chunk(&[b'x'; 65536])).is_ok() {
        sent += 65536;
        assert!(sent < 1 << 30, "an endless body is read to no end");
    }
    // A client that leaves in the middle is nobody's trouble.
    let mut torn = service.connect();
    torn.write_all(head("Content-Length: 9999").as_bytes())
        .unwrap();
    drop(torn);
    assert_eq!(service.get("/status").status, 200);
}

#[cfg(unix)]
#[test]
fn a_request_under_way_is_answered_before_the_service_ends() {
    let store = TestStore::new();
    let mut service = Service::start(&store.path(), &["--deadline", "600"]);
    let body = form(&[Part::file("photo", &picture())]);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let bytes = request("POST", "/h/hash", &[("Content-Type", &kind)], &body);
    let mut stream = service.connect();
    stream.write_all(&bytes[..bytes.len() - 100]).unwrap();
    // The head is read once another request that came later is answered.
    service.wait_for("/metrics", |answer| {
        answer.text().contains("basma_connections 2")
    });
    let id = service.child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(asked.success());
    // Until it accepts no more.
    let begun = Instant::now();
    while service.try_ask("GET", "/status", &[], b"").is_ok() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    stream.write_all(&bytes[bytes.len() - 100..]).unwrap();
    assert_eq!(Answer::read(&mut stream, false).unwrap().status, 200);
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_stands_around_the_parts_of_a_form_is_bounded() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let part = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x\"\r\nX: "
    );
    for path in [
        "/h/hash",
        "/m/lookup",
        "/c/bank/own/content",
        "/api/v1/scan/pictrs",
    ] {
        for before in ["", &part] {
            let mut stream = service.connect();
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 90000000\r\n\
                 Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n{before}"
            );
            stream.write_all(head.as_bytes()).unwrap();
            // Far less than was said: what is awaited is the answer, not the rest.
            stream.write_all(&[b'a'; 1 << 20]).unwrap();
            let answer = Answer::read(&mut stream, false).unwrap();
            // pict-rs is told that the file was not checked, or that it passes all the same.
            let expected = if path.ends_with("pictrs") { 200 } else { 431 };
            assert_eq!(answer.status, expected, "{path}: {answer:?}");
        }
    }
    // Fields that are no file have less room together than a file.
    let field = "x".repeat(300 << 10);
    let names = ["a", "b", "c", "d"];
    let parts = names.map(|name| Part::field(name, &field));
    assert_eq!(service.form("/h/hash", &parts).status, 413);
    assert_eq!(service.form("/h/hash", &parts[..3]).status, 400);
    let large = vec![b'x'; 3 << 20];
    assert_eq!(
        service
            .form("/h/hash", &[Part::file("video", &large)])
            .status,
        200
    );
    let json = format!("{{\"name\":\"{}\"}}", "A".repeat(2 << 20));
    assert_eq!(service.send_text("POST", "/c/banks", &json).status, 413);
}

#[test]
fn a_body_has_one_end_for_all_that_read_it() {
    let store = TestStore::new();
    let service = Service::start(&store.path(), &[]);
    let ask = |head: &str| {
        let mut stream = service.connect();
        let first =
            format!("POST /m/compare HTTP/1.1\r\nContent-Type: application/json\r\n{head}\r\n");
        let smuggled = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let bytes = format!("{first}2\r\n{{}}\r\n0\r\n\r\n{smuggled}");
        stream.write_all(bytes.as_bytes()).unwrap();
        let answers = rest(&mut stream);
        let codes = answers.split("HTTP/1.1 ").skip(1);
        codes
            .map(|answer| answer[..3].to_owned())
            .collect::<Vec<_>>()
    };
    let host = "Host: localhost\r\n";
    // A connection ends with such a body, whatever follows it.
    assert_eq!(
        ask(&format!("{host}Transfer-Encoding: chunked\r\n")),
        ["200"]
    );
    for both in [
        "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n",
    ] {
        assert_eq!(ask(&format!("{host}{both}")), ["200"]);
    }
    assert_eq!(
        ask(&format!("{host}Transfer-Encoding: gzip, chunked\r\n")),
        ["501"]
    );
    assert_eq!(ask("Transfer-Encoding: chunked\r\n"), ["400"]);
    assert_eq!(
        ask("Host: evil@localhost\r\nTransfer-Encoding: chunked\r\n"),
        ["403"]
    );
}
