//! A service that is started for one test, and what asks it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything that must happen may take, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A running service. It is killed where the test ends.
pub(crate) struct Service {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

/// An answer, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Service {
    /// Starts a service of a store at any free port of this machine.
    pub(crate) fn start(store: &Path, more: &[&str]) -> Service {
        Service::start_command(Service::command(store, more))
    }

    /// Starts the service that a command serves.
    pub(crate) fn start_command(mut command: Command) -> Service {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        Service::ready(command.spawn().unwrap())
    }

    /// Waits until a process says where it listens.
    pub(crate) fn ready(mut child: Child) -> Service {
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut told = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("the service ended: {told}");
            };
            let at = line.find("http://").or_else(|| line.find("https://"));
            if let Some(at) = at {
                let url = line[at..].split_once("//").unwrap().1;
                let end = url.find(|c: char| !(c.is_ascii_hexdigit() || ".:[]".contains(c)));
                break url[..end.unwrap_or(url.len())].parse().unwrap();
            }
            told += &line;
            told.push('\n');
        };
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Service { child, address }
    }

    /// The command that serves a store.
    pub(crate) fn command(store: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
        command.arg("serve").arg("--store").arg(store);
        if !more.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(more).env("BASMA_LANG", "en");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        command
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// Sends a value as JSON.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_text(method, path, &body.to_string())
    }

    /// Sends text that is said to be JSON.
    pub(crate) fn send_text(&self, method: &str, path: &str, body: &str) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.ask(method, path, &headers, body.as_bytes())
    }

    /// Sends the parts of a form.
    pub(crate) fn form(&self, path: &str, parts: &[Part<'_>]) -> Answer {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.ask("POST", path, &[("Content-Type", &kind)], &form(parts))
    }

    /// Sends one request, and reads its answer.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.try_ask(method, path, headers, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// [`Service::ask`], where the service may be gone.
    pub(crate) fn try_ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(&request(method, path, headers, body))?;
        Answer::read(&mut stream, method == "HEAD")
    }

    /// Asks until an answer is as it should be.
    pub(crate) fn wait_for(&self, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = self.get(path);
            if is_so(&answer) {
                return answer;
            }
            assert!(begun.elapsed() < PATIENCE, "{path}: {answer:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes of a request after which the connection ends.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || ["POST", "PUT"].contains(&method) {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    text += "\r\n";
    [text.as_bytes(), body].concat()
}

/// What stands between the parts of a form.
pub(crate) const BOUNDARY: &str = "------------------------c3a9b50ab3b2b0ee";

/// One part of a form: a field, or a file with its name.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    pub(crate) file: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

impl<'a> Part<'a> {
    pub(crate) fn file(name: &'a str, body: &'a [u8]) -> Part<'a> {
        let file = Some("x");
        Part { name, file, body }
    }

    pub(crate) fn field(name: &'a str, body: &'a str) -> Part<'a> {
        let (file, body) = (None, body.as_bytes());
        Part { name, file, body }
    }
}

/// The body of a form, as curl writes it.
pub(crate) fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let file = part.file.map(|file| format!("; filename=\"{file}\""));
        let file = file.unwrap_or_default();
        let kind = part
            .file
            .map_or("", |_| "Content-Type: application/octet-stream\r\n");
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n{kind}\r\n",
            part.name
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Answer {
    /// Reads one answer from a connection that ends after it.
    pub(crate) fn read(stream: &mut impl std::io::Read, is_head: bool) -> std::io::Result<Answer> {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let broken = || std::io::Error::other(String::from_utf8_lossy(&bytes).into_owned());
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap_or_default();
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(broken)?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Answer {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body).ok_or_else(broken)?;
        }
        if let Some(length) = answer.header("content-length") {
            let is_whole = is_head || length == answer.body.len().to_string();
            if !is_whole {
                return Err(broken());
            }
        }
        Ok(answer)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&body[..end]).ok()?, 16).ok()?;
        body = &body[end + 2..];
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(..length)?);
        body = body.get(length + 2..)?;
    }
}
