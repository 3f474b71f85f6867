//! Servers on this machine, of one list.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};

use super::world::lines;

/// One that cuts every answer in the middle, and gives the rest when it is asked for.
pub(super) fn cutting() -> String {
    serve(|stream, asked, body| {
        let (half, all) = (body.len() / 2, body.len());
        if asked.contains(&format!("\r\nrange: bytes={half}-")) {
            let range = format!("Content-Range: bytes {half}-{}/{all}\r\n", all - 1);
            answer(
                stream,
                "206 Partial Content",
                &range,
                all - half,
                &body[half..],
            );
        } else {
            answer(stream, "200 OK", "", all, &body[..half]);
        }
    })
}

/// One that tells when it is asked, and answers when it is told to.
pub(super) fn waiting() -> (String, Receiver<()>, Sender<()>) {
    let (tell, told) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let url = serve(move |stream, _, body| {
        if tell.send(()).is_ok() && released.recv().is_ok() {
            answer(stream, "200 OK", "", body.len(), body);
        }
    });
    (url, told, release)
}

fn serve(mut each: impl FnMut(&mut TcpStream, &str, &[u8]) + Send + 'static) -> String {
    let body = lines("add", "web", 0..50).into_bytes();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = Vec::new();
            let mut byte = [0];
            while !asked.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                asked.extend(byte);
            }
            let asked = String::from_utf8_lossy(&asked).to_ascii_lowercase();
            if asked.contains("\r\nif-none-match: \"one\"") {
                answer(&mut stream, "304 Not Modified", "", 0, &[])
            } else {
                each(&mut stream, &asked, &body)
            }
        }
    });
    format!("http://{address}/list.jsonl")
}

/// Announces a length, and gives this much of it. Whoever asked may have been killed.
fn answer(stream: &mut TcpStream, status: &str, more: &str, length: usize, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\nETag: \"one\"\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}
