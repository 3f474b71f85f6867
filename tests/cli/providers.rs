//! Services of providers as an operator meets them: what is asked of them, what they learn, and what an answer decides.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::test_dir::{Outcome, TestDir, hash_of};

/// A server of this machine, which keeps what it was asked: the line of each request, and its body.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl Server {
    /// Answers by a rule, of the line of a request and its body: a status and a text.
    fn new(rule: impl Fn(&str, &str) -> (&'static str, String) + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let kept = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (line, body) = read(&mut stream);
                let (status, text) = rule(&line, &body);
                kept.lock().unwrap().push((line, body));
                let length = text.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{text}"
                );
            }
        });
        Server { address, requests }
    }

    fn requests(&self) -> Vec<(String, String)> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &mut TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (first, String::from_utf8(body).unwrap())
}

/// A desk with a store whose configuration is this.
fn desk(sources: &str) -> TestDir {
    let desk = TestDir::new();
    assert_eq!(desk.run(&["refresh", "--init", "--store", "st"]).code, 0);
    desk.file("st/sources.toml", sources);
    desk
}

fn checker(server: &Server, fail: &str) -> TestDir {
    desk(&format!(
        "[[checker]]\nname = \"hma\"\nservice = \"hma\"\npurpose = \"tests\"\nfail = \"{fail}\"\n\
         url = \"http://{}/\"\nretries = 0\n",
        server.address
    ))
}

fn ask(desk: &TestDir, input: &str, more: &[&str]) -> Outcome {
    desk.feed(
        &[&["ask", "hma", "--store", "st"][..], more].concat(),
        input,
    )
}

#[test]
fn a_service_is_asked_what_basma_hash_prints_and_learns_nothing_else() {
    let listed = hash_of(1);
    let known = listed.to_string();
    let server = Server::new(move |line, _| {
        let is_known = line.contains(&known);
        let banks = json!({"REMOVED": [{"bank_content_id": 1, "distance": "0"}]});
        (
            "200 OK",
            if is_known {
                banks.to_string()
            } else {
                "{}".to_owned()
            },
        )
    });
    let desk = checker(&server, "closed");
    desk.picture("up/first name.png", 1);
    desk.picture("up/second.png", 2);
    let hashes = desk.run(&["hash", "up", "-t", "pdq,sha256"]).stdout;
    let text = ask(&desk, &hashes, &[]);
    assert_eq!(text.code, 1, "{text:?}");
    assert!(text.stdout.contains("known to hma (REMOVED)"), "{text:?}");
    assert!(text.stdout.contains("not known to hma"), "{text:?}");
    assert!(text.stderr.contains(&server.address), "{text:?}");
    assert!(
        text.stderr
            .contains("2 hashes of type sha256 were not sent"),
        "{text:?}"
    );
    assert!(
        text.stderr
            .contains("2 hashes asked, 1 known, 0 not checked"),
        "{text:?}"
    );
    for (line, body) in server.requests() {
        assert!(
            line.starts_with("GET /m/lookup?signal=") && body.is_empty(),
            "{line}"
        );
        assert!(!line.contains("name") && !line.contains("sha256"), "{line}");
    }
    let lines = ask(&desk, &hashes, &["--format", "jsonl"]).objects();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["asked"]["hash"], listed.to_string());
    assert_eq!(
        (&lines[0]["answer"], &lines[1]["answer"]),
        (&json!("known"), &json!("not_known"))
    );
    assert_eq!(
        lines[2]["summary"],
        json!({"asked": 2, "known": 1, "not_known": 1, "not_checked": 0})
    );
    let table = ask(&desk, &hashes, &["--format", "csv"]).stdout;
    assert!(table.starts_with("type,hash,id,checker,answer,"), "{table}");
    assert_eq!(table.lines().count(), 3);
}

#[test]
fn what_was_not_checked_is_an_answer_and_the_policy_decides_the_exit_code() {
    let server = Server::new(|_, _| {
        (
            "503 Service Unavailable",
            "{\"message\":\"index not yet ready\"}".to_owned(),
        )
    });
    let hash = format!("pdq {}\n", hash_of(3));
    for (fail, code) in [("closed", 3), ("open", 0)] {
        let desk = checker(&server, fail);
        let text = ask(&desk, &hash, &[]);
        assert_eq!(text.code, code, "{text:?}");
        assert!(
            text.stdout
                .contains("not checked by hma: the server answers 503"),
            "{text:?}"
        );
        let lines = ask(&desk, &hash, &["-f", "jsonl"]).objects();
        assert_eq!(lines[0]["answer"], "not_checked");
        assert_eq!(lines[0]["why_code"], "failed");
    }
    // Nothing is sent where nothing is asked, or where an argument is wrong.
    let before = server.requests().len();
    let desk = checker(&server, "closed");
    assert_eq!(ask(&desk, "", &[]).code, 3);
    let wrong = desk.run(&["ask", "hma", "pdq:00", "--store", "st"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    let digest = format!("sha256:{}", "ab".repeat(32));
    let untaken = desk.run(&["ask", "hma", &digest, "--store", "st"]);
    assert!(
        untaken.stderr.contains("takes no hashes of type sha256"),
        "{untaken:?}"
    );
    let unknown = desk.run(&["ask", "other", "--store", "st"]);
    assert!(
        unknown.stderr.contains("no checker 'other', but: hma"),
        "{unknown:?}"
    );
    assert_eq!(server.requests().len(), before);
}

/// In Ramadan the clocks of Morocco are an hour behind those of the rest of its year. Windows are in UTC all the same.
#[test]
fn the_clock_of_casablanca_moves_no_window() {
    let server = Server::new(|_, _| {
        let empty = "<?xml version=\"1.0\"?><queryResult xmlns=\"x\"></queryResult>";
        ("200 OK", empty.to_owned())
    });
    let desk = desk(&format!(
        "[[source]]\nlist = \"n\"\npurpose = \"tests\"\nkind = \"delta\"\nat_most = \"review\"\n\
         [source.from.http]\nurl = \"http://{}/v2/entries\"\nretries = 0\ninterface = {{ ncmec = {{}} }}\n",
        server.address
    ));
    let mut ends = Vec::new();
    // By the name of the place, and by a rule in which it is an hour behind the whole year.
    for zone in [
        "UTC",
        "Africa/Casablanca",
        "<+01>-1",
        "<+00>0",
        "Pacific/Kiritimati",
    ] {
        let before = jiff::Timestamp::now().as_second();
        let mut command = desk.command(&["refresh", "--store", "st"]);
        let outcome = Outcome::of(command.env("TZ", zone).output().unwrap());
        let after = jiff::Timestamp::now().as_second();
        let (line, _) = server.requests().pop().unwrap();
        let to = line.split("to=").nth(1).unwrap();
        let to = to.split(['&', ' ']).next().unwrap().replace("%3A", ":");
        assert!(to.ends_with('Z'), "{zone}: {line} {outcome:?}");
        let end = to.parse::<jiff::Timestamp>().unwrap().as_second();
        assert!((before..=after).contains(&end), "{zone}: {line}");
        ends.push(end);
    }
    assert!(ends.is_sorted(), "{ends:?}");
}
