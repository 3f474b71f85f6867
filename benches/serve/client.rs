//! A client that keeps its connections, and a service that it asks.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long an answer may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A service in a process of its own.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Service {
    pub(crate) fn start(store: &Path) -> Service {
        let mut child = Command::new(env!("CARGO_BIN_EXE_basma"))
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(store)
            .env("BASMA_LANG", "en")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the service");
        let mut lines = BufReader::new(child.stderr.take().expect("its messages")).lines();
        let address = loop {
            let line = lines.next().expect("an address").expect("text");
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(';').unwrap_or(rest.len());
                break rest[..end].parse().expect("an address");
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Service { child, address }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::new(self.address)
    }

    /// The memory of the process that is its own, in KiB: what is not mapped from files.
    pub(crate) fn own_kib(&self) -> u64 {
        let path = PathBuf::from(format!("/proc/{}/status", self.child.id()));
        let text = fs::read_to_string(path).expect("the process");
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse().ok()).expect("its memory")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    fn new(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        Client {
            stream,
            buffer: Vec::with_capacity(64 << 10),
        }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("a request is sent");
    }

    /// The status and the body of the next answer.
    pub(crate) fn answer(&mut self) -> (u16, &[u8]) {
        self.buffer.clear();
        let (head, length) = loop {
            self.read();
            let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = std::str::from_utf8(&self.buffer[..end]).expect("a head");
                let length = head.split("\r\n").find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    let is_length = name.eq_ignore_ascii_case("content-length");
                    is_length.then(|| value.trim().parse::<usize>().ok())?
                });
                break (end + 4, length.expect("a length"));
            }
        };
        while self.buffer.len() < head + length {
            self.read();
        }
        let status = std::str::from_utf8(&self.buffer[9..12]).expect("a status");
        (status.parse().expect("a status"), &self.buffer[head..])
    }

    fn read(&mut self) {
        let mut chunk = [0; 16 << 10];
        let count = self.stream.read(&mut chunk).expect("an answer");
        assert!(count > 0, "the service ended a connection");
        self.buffer.extend_from_slice(&chunk[..count]);
    }

    pub(crate) fn ask(&mut self, bytes: &[u8]) -> (u16, &[u8]) {
        self.send(bytes);
        self.answer()
    }
}

/// The bytes of a request.
pub(crate) fn request(method: &str, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    if !body.is_empty() {
        text += &format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
    }
    text += "\r\n";
    [text.as_bytes(), body].concat()
}
