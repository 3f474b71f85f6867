//! A server on this machine that answers each connection as a test tells it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// One connection, encrypted or not.
pub(in crate::store) trait Stream: Read + Write {
    /// Says nothing more, until the other side has enough.
    fn stall(&mut self);
}

impl<T: Read + Write> Stream for T {
    fn stall(&mut self) {
        let mut byte = [0];
        while matches!(self.read(&mut byte), Ok(1..)) {}
    }
}

type Handle = dyn Fn(usize, &str, &mut dyn Stream) + Send + Sync;

/// What makes of a connection one that is spoken over.
pub(in crate::store) type Wrap = dyn Fn(TcpStream) -> io::Result<Box<dyn Stream>> + Send + Sync;

/// Listens until it is dropped.
pub(in crate::store) struct Server {
    pub(in crate::store) address: SocketAddr,
    scheme: &'static str,
    requests: Arc<Mutex<Vec<String>>>,
    over: Arc<AtomicBool>,
}

impl Server {
    /// Hands each request's head, and its number from 0, to `handle`; the connection ends with that.
    pub(in crate::store) fn new(
        handle: impl Fn(usize, &str, &mut dyn Stream) + Send + Sync + 'static,
    ) -> Server {
        Server::wrapped("http", Arc::new(|tcp| Ok(Box::new(tcp))), handle)
    }

    /// Says the same each time.
    pub(in crate::store) fn saying(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = bytes.into();
        Server::new(move |_, _, stream| {
            let _ = stream.write_all(&bytes);
        })
    }

    pub(in crate::store) fn wrapped(
        scheme: &'static str,
        wrap: Arc<Wrap>,
        handle: impl Fn(usize, &str, &mut dyn Stream) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            scheme,
            requests: Arc::default(),
            over: Arc::default(),
        };
        let handle: Arc<Handle> = Arc::new(handle);
        let (requests, over) = (server.requests.clone(), server.over.clone());
        std::thread::spawn(move || {
            for tcp in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(tcp) = tcp else { continue };
                let (handle, requests, wrap) = (handle.clone(), requests.clone(), wrap.clone());
                std::thread::spawn(move || {
                    // A client that does not trust the server ends here.
                    let Ok(mut stream) = wrap(tcp) else { return };
                    let Ok(head) = read_head(&mut stream) else {
                        return;
                    };
                    let number = {
                        let mut requests = requests.lock().unwrap();
                        requests.push(head.clone());
                        requests.len() - 1
                    };
                    handle(number, &head, &mut *stream);
                    let _ = stream.flush();
                });
            }
        });
        server
    }

    pub(in crate::store) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// The heads of the requests so far.
    pub(in crate::store) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn read_head(stream: &mut dyn Stream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// An answer of a status, with more headers, each with its end of line, and a body. The answer tells the length of the
/// body.
pub(in crate::store) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

pub(in crate::store) fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    answer("200 OK", headers, body)
}
