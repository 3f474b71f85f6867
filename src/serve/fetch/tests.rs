use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::thread;

use super::*;

/// Names whose addresses are these, one after the other; the last of them from then on.
#[derive(Clone, Debug)]
struct Names {
    answers: Arc<Mutex<VecDeque<Vec<SocketAddr>>>>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    fn new(answers: impl IntoIterator<Item = Vec<SocketAddr>>) -> Names {
        Names {
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            asked: Arc::default(),
        }
    }

    fn of(address: SocketAddr) -> Names {
        Names::new([vec![address]])
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Resolver for Names {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, Error> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().unwrap();
        let answer = answers.front().unwrap().clone();
        if answers.len() > 1 {
            answers.pop_front();
        }
        let mut found = self.empty();
        answer.into_iter().for_each(|address| found.push(address));
        Ok(found)
    }
}

/// A server that does this with each connection, whose request was read; and how many there were.
fn server(
    answer: impl Fn(&mut TcpStream, &str) + Send + Sync + 'static,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let met = Arc::new(AtomicUsize::new(0));
    let count = met.clone();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
                answer(&mut stream, first.split(' ').nth(1).unwrap());
            });
        }
    });
    (address, met)
}

fn say(stream: &mut TcpStream, head: &str, body: &str) {
    let text = format!(
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(text.as_bytes());
}

fn fetcher(names: &[&str], deadline: Duration) -> Fetcher {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    Fetcher::new(&names, deadline, 1000).unwrap().unwrap()
}

const LONG: Duration = Duration::from_secs(60);

/// The message of a refusal.
fn refused(fetched: Refusable<Fetched>) -> (u16, String) {
    let refusal = fetched.err().expect("it is refused");
    (refusal.status.as_u16(), refusal.message)
}

fn unsafe_one() -> (u16, String) {
    (400, "Invalid or unsafe URL provided".to_owned())
}

#[test]
fn a_file_of_a_named_server_is_fetched_with_its_type() {
    let (address, _) = server(|stream, path| {
        assert_eq!(path, "/a.jpg?b=c");
        say(stream, "200 OK\r\nContent-Type: image/jpeg", "bytes");
    });
    let name = format!("media.test:{}", address.port());
    let fetcher = fetcher(&[&name, &address.to_string()], LONG);
    let fetched = fetcher.fetch(&format!("http://{name}/a.jpg?b=c"), Names::of(address));
    let fetched = fetched.ok().unwrap();
    assert_eq!(fetched.content_type.as_deref(), Some("image/jpeg"));
    assert_eq!(fetched.received.bytes(), 5);
}

#[test]
fn a_private_address_is_never_connected_to() {
    let (address, met) = server(|stream, _| say(stream, "200 OK", "secret"));
    // By its name, by itself, and among public ones.
    let port = address.port();
    let name = format!("media.test:{port}");
    let fetcher = fetcher(&["*", &name], LONG);
    let url = format!("http://{name}/");
    assert_eq!(
        refused(fetcher.fetch(&url, Names::of(address))),
        unsafe_one()
    );
    let public = "93.184.216.34:80".parse().unwrap();
    let both = Names::new([vec![public, address]]);
    assert_eq!(refused(fetcher.fetch(&url, both)), unsafe_one());
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://localhost/",
        "http://LOCALHOST./",
    ] {
        let got = refused(fetcher.fetch(url, DefaultResolver::default()));
        // Some systems have no such name.
        let is_nowhere = got.1.ends_with("the server has no address")
            || got.1.ends_with("the server cannot be reached");
        assert!(
            got == unsafe_one() || (is_nowhere && !url.contains("169")),
            "{url}: {got:?}"
        );
    }
    assert_eq!(met.load(Ordering::Relaxed), 0);
}

#[test]
fn a_redirect_is_checked_like_any_url() {
    for target in [
        "http://169.254.169.254/latest/",
        "http://evil.test/",
        "//evil.test/",
        "file:///etc/passwd",
        "gopher://media.test/",
        "http://media.test:22/",
        "http://x@media.test/",
    ] {
        let (address, met) = server(move |stream, _| {
            say(stream, &format!("302 Found\r\nLocation: {target}"), "");
        });
        let name = format!("media.test:{}", address.port());
        let fetcher = fetcher(&[&name, "169.254.169.254", &address.to_string()], LONG);
        let names = Names::new([vec![address], vec!["169.254.169.254:80".parse().unwrap()]]);
        let fetched = fetcher.fetch(&format!("http://{name}/"), names);
        assert_eq!(refused(fetched), unsafe_one(), "{target}");
        assert_eq!(met.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn redirects_are_followed_three_times() {
    let (address, met) = server(|stream, path| match path {
        "/a/1" => say(stream, "302 Found\r\nLocation: 2", ""),
        "/a/2" => say(stream, "301 Moved\r\nLocation: /3#x", ""),
        "/3" => say(stream, "307 Temporary\r\nLocation: /4", ""),
        "/4" => say(stream, "200 OK", "four"),
        _ => say(stream, "308 Permanent\r\nLocation: /loop", ""),
    });
    let name = format!("media.test:{}", address.port());
    let fetcher = fetcher(&[&name, &address.to_string()], LONG);
    let fetch = |path: &str| fetcher.fetch(&format!("http://{name}{path}"), Names::of(address));
    assert_eq!(fetch("/a/1").ok().unwrap().received.bytes(), 4);
    let before = met.load(Ordering::Relaxed);
    assert!(refused(fetch("/loop")).1.ends_with("redirects too often"));
    assert_eq!(met.load(Ordering::Relaxed) - before, REDIRECTS_MAX + 1);
}

#[test]
fn a_name_that_changes_its_mind_is_asked_once_for_each_connection() {
    let (address, met) = server(|stream, path| {
        if path == "/again" {
            say(stream, "302 Found\r\nLocation: /", "");
        } else {
            say(stream, "200 OK", "file");
        }
    });
    let name = format!("media.test:{}", address.port());
    let fetcher = fetcher(&[&name, &address.to_string()], LONG);
    let private = "169.254.169.254:80".parse().unwrap();
    // What was checked is what is connected to, whatever the name says after that.
    let names = Names::new([vec![address], vec![private]]);
    assert!(
        fetcher
            .fetch(&format!("http://{name}/"), names.clone())
            .is_ok()
    );
    assert_eq!((names.asked(), met.load(Ordering::Relaxed)), (1, 1));
    let names = Names::new([vec![address], vec![private]]);
    let fetched = fetcher.fetch(&format!("http://{name}/again"), names.clone());
    assert_eq!(refused(fetched), unsafe_one());
    assert_eq!((names.asked(), met.load(Ordering::Relaxed)), (2, 2));
}

#[test]
fn what_is_too_long_too_slow_or_broken_is_told() {
    let (address, _) = server(|stream, path| match path {
        "/long" => say(stream, "200 OK", &"x".repeat(1001)),
        "/endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while stream.write_all(&[0; 1000]).is_ok() {}
        }
        "/slow" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        }
        "/silent" => thread::sleep(Duration::from_secs(5)),
        "/torn" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nxx");
        }
        "/gzip" => say(stream, "200 OK\r\nContent-Encoding: gzip", "xx"),
        "/garbage" => {
            let _ = stream.write_all(b"\0\0\0\0\r\n\r\n");
        }
        _ => say(stream, "404 Not Found", ""),
    });
    let name = format!("media.test:{}", address.port());
    let fetcher = fetcher(&[&name, &address.to_string()], Duration::from_secs(2));
    let fetch =
        |path: &str| refused(fetcher.fetch(&format!("http://{name}{path}"), Names::of(address)));
    for path in ["/long", "/endless"] {
        assert_eq!(fetch(path).0, 413, "{path}");
    }
    for (path, why) in [
        ("/slow", "took too long"),
        ("/silent", "took too long"),
        ("/torn", "the connection broke"),
        ("/gzip", "compressed"),
        ("/garbage", "cannot be reached"),
        ("/none", "Failed to fetch URL: 404 Client Error"),
    ] {
        let (status, message) = fetch(path);
        assert_eq!(status, 400, "{path}");
        assert!(message.ends_with(why), "{path}: {message}");
    }
}
