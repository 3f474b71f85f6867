//! A service that ends, and another that takes its place: what was sent whole is answered whole.
#![cfg(unix)]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::client::{BOUNDARY, PATIENCE, Part, Service, form};
use crate::store::TestStore;

const STATUS: &[u8] = b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n";
const DOCUMENT: &[u8] = b"GET /openapi/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// How long the head of a request may take, less what a busy machine needs.
const HEAD: Duration = Duration::from_secs(9);

fn signal(service: &Service, name: &str) {
    let id = service.child.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(sent.success());
}

/// A whole answer of a connection that may go on after it.
#[derive(Debug)]
struct Whole {
    status: u16,
    ends: bool,
}

/// Reads one answer; none where the connection ended in order before its first byte.
fn read(stream: &mut TcpStream) -> std::io::Result<Option<Whole>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            if head.is_empty() {
                return Ok(None);
            }
            return Err(ErrorKind::UnexpectedEof.into());
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let field = |name: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
        let found = lines.find(|(known, _)| *known == name);
        found.map(|(_, value)| value.to_owned())
    };
    let length = field("content-length").unwrap().parse().unwrap();
    stream.read_exact(&mut vec![0; length])?;
    Ok(Some(Whole {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        ends: field("connection").as_deref() == Some("close"),
    }))
}

/// An answer that must come, after which the connection ends in order.
fn last(stream: &mut TcpStream, what: &str) {
    let answer = read(stream).unwrap_or_else(|error| panic!("{what}: {error}"));
    let answer = answer.unwrap_or_else(|| panic!("{what}: no answer"));
    assert!(answer.status == 200, "{what}: {answer:?}");
    assert!(read(stream).unwrap().is_none(), "{what}");
}

/// Connections on which one request was answered.
fn used(service: &Service, count: usize) -> Vec<TcpStream> {
    let one = |_| {
        let mut stream = service.connect();
        stream.write_all(STATUS).unwrap();
        assert!(!read(&mut stream).unwrap().unwrap().ends);
        stream
    };
    (0..count).map(one).collect()
}

fn fresh(service: &Service, count: usize) -> Vec<TcpStream> {
    (0..count).map(|_| service.connect()).collect()
}

#[test]
fn nothing_that_was_sent_whole_is_lost_in_any_of_200_connections() {
    let store = TestStore::new();
    let mut service = Service::start(&store.path(), &["--deadline", "600"]);
    // More answers than the buffers of the system hold, so that the service waits for its client.
    const PIPELINED: usize = 600;
    let mut slow = fresh(&service, 10);
    for stream in &mut slow {
        stream.write_all(&DOCUMENT.repeat(PIPELINED)).unwrap();
        assert!(read(stream).unwrap().is_some());
    }
    let body = form(&[Part::file("video", &[7; 5000])]);
    let upload = format!(
        "POST /h/hash HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let upload = [upload.as_bytes(), &body].concat();
    let mut uploads = fresh(&service, 20);
    for stream in &mut uploads {
        stream.write_all(&upload[..upload.len() - 2500]).unwrap();
    }
    let idle = [fresh(&service, 40), used(&service, 40)].concat_all();
    let mut waiting = used(&service, 25);
    let mut begun = used(&service, 20);
    begun.extend(fresh(&service, 20));
    let first_byte = Instant::now();
    for stream in &mut begun {
        stream.write_all(&STATUS[..20]).unwrap();
    }
    // All of them are known to the service.
    let metrics = service.wait_for("/metrics", |answer| {
        answer.text().contains("basma_connections 176")
    });
    assert_eq!(metrics.status, 200);
    signal(&service, "-STOP");
    // What comes while it is stopped waits in the system: on known connections, and on some that nobody accepted.
    waiting.extend(fresh(&service, 25));
    for stream in &mut waiting {
        stream.write_all(STATUS).unwrap();
    }
    signal(&service, "-TERM");
    signal(&service, "-CONT");
    for stream in &mut waiting {
        last(stream, "a request that waited");
    }
    for stream in &mut begun {
        let sent = stream.write_all(&STATUS[20..]);
        if first_byte.elapsed() < HEAD {
            sent.unwrap();
            last(stream, "a head that had begun");
        }
    }
    for stream in &mut uploads {
        stream.write_all(&upload[upload.len() - 2500..]).unwrap();
        last(stream, "a body that was under way");
    }
    for stream in &mut slow {
        // Those behind the answer that ends the connection were not begun, as it says.
        let mut answers = 1;
        loop {
            let answer = read(stream).unwrap().expect("an end that is told");
            assert_eq!(answer.status, 200);
            answers += 1;
            if answer.ends || answers == PIPELINED {
                break;
            }
        }
        assert!(read(stream).unwrap().is_none());
    }
    for mut stream in idle {
        assert!(read(&mut stream).unwrap().is_none(), "it ends in order");
    }
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

/// Vectors, one behind the other.
trait ConcatAll<T> {
    fn concat_all(self) -> Vec<T>;
}

impl<T, const N: usize> ConcatAll<T> for [Vec<T>; N] {
    fn concat_all(self) -> Vec<T> {
        self.into_iter().flatten().collect()
    }
}

#[test]
fn requests_that_wait_for_a_place_are_answered_before_the_end() {
    let store = TestStore::new();
    let few = [
        "--max-connections",
        "4",
        "--max-connections-per-address",
        "4",
    ];
    let mut service = Service::start(&store.path(), &few);
    let held = used(&service, 4);
    let mut waiting = fresh(&service, 20);
    for stream in &mut waiting {
        stream.write_all(STATUS).unwrap();
    }
    signal(&service, "-TERM");
    // They keep their places until the service closes them.
    for stream in &mut waiting {
        let answer = read(stream).unwrap().unwrap();
        assert_eq!(answer.status, 200);
        stream.shutdown(std::net::Shutdown::Both).unwrap();
    }
    drop(held);
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_client_that_keeps_asking_is_told_that_its_connection_ends() {
    let store = TestStore::new();
    let mut service = Service::start(&store.path(), &[]);
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let mut stream = service.connect();
                    loop {
                        stream.write_all(STATUS).unwrap();
                        let answer = read(&mut stream).unwrap().expect("an answer");
                        answered.fetch_add(1, Ordering::Relaxed);
                        if answer.ends {
                            return;
                        }
                    }
                })
            })
            .collect();
        while answered.load(Ordering::Relaxed) < 200 {
            std::thread::sleep(Duration::from_millis(1));
        }
        signal(&service, "-TERM");
        for client in clients {
            client.join().unwrap();
        }
    });
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

/// A service at a socket that its parent keeps, as systemd does.
fn handed_over(store: &TestStore, listener: &TcpListener) -> Service {
    let listener = listener.try_clone().unwrap();
    let child = Command::new("sh")
        .arg("-c")
        .arg("exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\"")
        .args([env!("CARGO_BIN_EXE_basma"), "serve", "--store"])
        .arg(store.path())
        .env("BASMA_LANG", "en")
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Service::ready(child)
}

#[test]
fn a_socket_that_is_handed_over_loses_no_request_in_a_restart() {
    let store = TestStore::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut first = handed_over(&store, &listener);
    let (is_over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let connect = || {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    };
    std::thread::scope(|scope| {
        for client in 0..16 {
            let (is_over, answered, connect) = (&is_over, &answered, &connect);
            scope.spawn(move || {
                let mut stream = connect();
                while !is_over.load(Ordering::Relaxed) {
                    stream.write_all(STATUS).unwrap();
                    let answer = read(&mut stream).unwrap().expect("an answer");
                    assert_eq!(answer.status, 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                    // Half of the clients use each connection once.
                    if answer.ends || client % 2 == 0 {
                        stream = connect();
                    }
                }
            });
        }
        let enough = |count: usize| {
            let goal = answered.load(Ordering::Relaxed) + count;
            let begun = Instant::now();
            while answered.load(Ordering::Relaxed) < goal {
                assert!(begun.elapsed() < PATIENCE, "clients are answered");
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        enough(100);
        for _ in 0..2 {
            signal(&first, "-TERM");
            assert_eq!(first.child.wait().unwrap().code(), Some(0));
            first = handed_over(&store, &listener);
            enough(100);
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
