//! The protocol of clamd, as its clients speak it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use crate::client::{PATIENCE, Service};
use crate::store::TestStore;
use crate::uploads::{flat, picture, zip};

/// A service with a port for clients of clamd.
struct Clamd {
    _service: Service,
    address: SocketAddr,
    store: TestStore,
}

impl Clamd {
    /// One whose list `own` holds one picture, on these terms.
    fn new(terms: &str, more: &[&str]) -> Clamd {
        let store = TestStore::with_own(terms, &[("listed.png", &picture(1))]);
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let place = address.to_string();
        let mut more = [&["--clamd", &place], more].concat();
        // So much time that no busy machine uses it up.
        if !more.contains(&"--deadline") {
            more.extend(["--deadline", "600"]);
        }
        Clamd {
            _service: Service::start(&store.path(), &more),
            address,
            store,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// All that is answered until the connection ends.
    fn ask(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // The service may answer and leave before it has read all.
        let _ = stream.write_all(bytes);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn scan(&self, file: &[u8]) -> String {
        self.ask(&[b"zINSTREAM\0".as_slice(), &chunks(file, 1000)].concat())
    }
}

/// A file as it is streamed.
fn chunks(file: &[u8], bytes: usize) -> Vec<u8> {
    let mut chunks = Vec::new();
    for chunk in file.chunks(bytes) {
        chunks.extend_from_slice(&(chunk.len() as u32).to_be_bytes());
        chunks.extend_from_slice(chunk);
    }
    chunks.extend_from_slice(&[0; 4]);
    chunks
}

const BLOCK: &str = "at_most = \"block\"";

#[test]
fn each_command_has_its_answer_and_its_end() {
    let clamd = Clamd::new(BLOCK, &[]);
    assert_eq!(clamd.ask(b"zPING\0"), "PONG\0");
    assert_eq!(clamd.ask(b"nPING\n"), "PONG\n");
    assert_eq!(clamd.ask(b"PING\n"), "PONG\n");
    let version = clamd.ask(b"zVERSION\0");
    assert!(
        version.starts_with("Basma ") && version.ends_with('\0'),
        "{version}"
    );
    let commands = clamd.ask(b"nVERSIONCOMMANDS\n");
    assert!(
        commands.contains("| COMMANDS: ") && commands.contains(" INSTREAM"),
        "{commands}"
    );
    let stats = clamd.ask(b"zSTATS\0");
    assert!(
        stats.starts_with("POOLS: 1\n") && stats.ends_with("END\0"),
        "{stats}"
    );
    // A path is none of the service's business, and no session goes on after what is no command.
    for command in [
        "zSCAN /etc/passwd\0",
        "nMULTISCAN /\n",
        "zFILDES\0",
        "zSHUTDOWN\0",
    ] {
        let answer = clamd.ask(command.as_bytes());
        assert!(
            answer.contains("COMMAND UNAVAILABLE") && !answer.contains("OK"),
            "{answer}"
        );
    }
    assert_eq!(
        clamd.ask(b"zIDSESSION\0zNOTHING\0zPING\0"),
        "1: UNKNOWN COMMAND\0"
    );
    let flood = [b"z".as_slice(), &[b'A'; 100_000]].concat();
    assert!(!clamd.ask(&flood).contains("OK"));
    assert_eq!(clamd.ask(b"zPING\0"), "PONG\0", "it is still there");
}

#[test]
fn a_listed_picture_is_a_virus_and_another_is_not() {
    let clamd = Clamd::new(BLOCK, &[]);
    assert_eq!(clamd.scan(&picture(1)), "stream: Basma.own FOUND\0");
    assert_eq!(clamd.scan(&picture(2)), "stream: OK\0");
    // Chunks of any size, also of one byte, and a file that no buffer holds.
    let small = [b"nINSTREAM\n".as_slice(), &chunks(&picture(1), 1)].concat();
    assert_eq!(clamd.ask(&small), "stream: Basma.own FOUND\n");
    let padded = [picture(1), vec![0; 3 << 20]].concat();
    assert_eq!(clamd.scan(&padded), "stream: Basma.own FOUND\0");
    // What is in an archive is examined too.
    let zip = zip(&[("a.png", &picture(2)), ("b.png", &picture(1))]);
    assert_eq!(clamd.scan(&zip), "stream: Basma.own FOUND\0");
}

#[test]
fn a_session_has_several_commands_with_their_numbers() {
    let clamd = Clamd::new(BLOCK, &[]);
    let session = [
        b"zIDSESSION\0zPING\0zINSTREAM\0".as_slice(),
        &chunks(&picture(1), 5000),
        b"zINSTREAM\0",
        &chunks(&picture(2), 5000),
        b"zVERSION\0zEND\0zPING\0",
    ]
    .concat();
    let answer = clamd.ask(&session);
    let answers: Vec<&str> = answer.split_terminator('\0').collect();
    assert_eq!(answers.len(), 4, "{answer}");
    assert_eq!(
        answers[..3],
        ["1: PONG", "2: stream: Basma.own FOUND", "3: stream: OK"]
    );
    assert!(answers[3].starts_with("4: Basma "), "{answer}");
}

#[test]
fn what_was_not_examined_is_an_error_unless_the_list_fails_open() {
    let cut = &picture(1)[..200];
    let unknown: [(&[u8], &str); 4] = [
        (b"some text", "format-unknown"),
        (&flat(), "picture-too-flat"),
        (b"", "file-empty"),
        (cut, ""),
    ];
    let closed = Clamd::new(BLOCK, &[]);
    for (file, code) in unknown {
        let answer = closed.scan(file);
        let is_error = answer.starts_with("stream: not examined (") && answer.ends_with("ERROR\0");
        assert!(is_error && answer.contains(code), "{answer}");
    }
    let open = Clamd::new("at_most = \"block\"\nfail = \"open\"", &[]);
    for (file, _) in unknown {
        assert_eq!(open.scan(file), "stream: OK\0");
    }
    assert_eq!(open.scan(&picture(1)), "stream: Basma.own FOUND\0");
}

#[test]
fn a_match_for_review_passes_unless_the_operator_refuses_it() {
    let review = Clamd::new("at_most = \"review\"", &[]);
    assert_eq!(review.scan(&picture(1)), "stream: OK\0");
    let refused = Clamd::new("at_most = \"review\"", &["--refuse", "review"]);
    assert_eq!(refused.scan(&picture(1)), "stream: Basma.own FOUND\0");
}

#[test]
fn lists_that_hold_nothing_check_nothing() {
    let store = TestStore::with_own("at_most = \"block\"", &[]);
    let socket = store.as_ref().join("clamd.sock");
    let service = Service::start(&store.path(), &["--clamd", socket.to_str().unwrap()]);
    let clamdscan = |file: &[u8]| {
        let mut stream = std::os::unix::net::UnixStream::connect(&socket).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let stream_bytes = [b"zINSTREAM\0".as_slice(), &chunks(file, 1000)].concat();
        stream.write_all(&stream_bytes).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(
        clamdscan(&picture(1)),
        "stream: not checked (lists-empty) ERROR\0"
    );
    // A service that was killed leaves its socket, which the next one takes.
    drop(service);
    assert!(socket.exists());
    let _service = Service::start(&store.path(), &["--clamd", socket.to_str().unwrap()]);
    assert_eq!(
        clamdscan(&picture(1)),
        "stream: not checked (lists-empty) ERROR\0"
    );
}

#[test]
fn a_file_beyond_the_limit_is_refused_in_the_words_of_clamd() {
    let clamd = Clamd::new(
        "at_most = \"block\"\nfail = \"open\"",
        &["--max-body-bytes", "100K"],
    );
    let large = vec![7; 300 << 10];
    assert_eq!(clamd.scan(&large), "INSTREAM size limit exceeded. ERROR\0");
    // A length that no file has, of which no byte follows.
    let mut stream = clamd.connect();
    stream.write_all(b"zINSTREAM\0\xff\xff\xff\xffabc").unwrap();
    drop(stream);
    assert_eq!(clamd.ask(b"zPING\0"), "PONG\0");
}

#[test]
fn a_file_that_is_late_is_not_checked() {
    let clamd = Clamd::new(BLOCK, &["--deadline", "1"]);
    let mut stream = clamd.connect();
    stream.write_all(b"zINSTREAM\0\0\0\0\x09abc").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "stream: not checked (deadline) ERROR\0");
}

#[test]
fn other_machines_cannot_reach_it() {
    let store = TestStore::new();
    let output = Service::command(&store.path(), &["--clamd", "0.0.0.0:3310"]).output();
    let output = output.unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && text.contains("0.0.0.0:3310"),
        "{text}"
    );
}

/// The client of Debian, where it is installed.
#[test]
fn clamdscan_reads_the_answers() {
    let Some(clamdscan) = std::env::var_os("CLAMDSCAN").or_else(|| {
        let found = Command::new("clamdscan").arg("--version").output();
        found.is_ok().then(|| "clamdscan".into())
    }) else {
        eprintln!("skipped: there is no clamdscan in PATH, and CLAMDSCAN names none");
        return;
    };
    let clamd = Clamd::new(BLOCK, &["--max-body-bytes", "1M"]);
    let config = format!("TCPSocket {}\nTCPAddr 127.0.0.1\n", clamd.address.port());
    let config = clamd.store.file("clamd.conf", config);
    let scan = |name: &str, bytes: &[u8]| {
        let file = clamd.store.file(name, bytes);
        let mut command = Command::new(&clamdscan);
        command
            .arg("--config-file")
            .arg(&config)
            .arg("--stream")
            .arg("--no-summary");
        let output = command.arg(&file).stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text)
    };
    let (code, text) = scan("listed.png", &picture(1));
    assert!(
        code == Some(1) && text.contains(": Basma.own FOUND"),
        "{code:?} {text}"
    );
    let (code, text) = scan("other.png", &picture(2));
    assert!(code == Some(0) && text.contains(": OK"), "{code:?} {text}");
    for (name, bytes) in [
        ("text", b"some text".as_slice()),
        ("large", &vec![7; 3 << 20]),
    ] {
        let (code, text) = scan(name, bytes);
        assert!(code == Some(2) && !text.contains(": OK"), "{code:?} {text}");
    }
}

#[test]
fn a_client_that_takes_no_answers_is_cut() {
    let clamd = Clamd::new(BLOCK, &["--deadline", "1"]);
    let mut stream = clamd.connect();
    stream.write_all(b"zIDSESSION\0").unwrap();
    let begun = std::time::Instant::now();
    let commands = b"zVERSIONCOMMANDS\0".repeat(1000);
    while stream.write_all(&commands).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it keeps its place for ever");
    }
    assert_eq!(clamd.ask(b"zPING\0"), "PONG\0");
}
