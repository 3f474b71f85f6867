//! The doorway of the fuzzer: any bytes as the head of an answer.

use ureq::Body;
use ureq::http::{HeaderName, HeaderValue, Response, StatusCode};

use super::Http;
use super::answer::Answer;
use super::client::Client;
use super::part::Version;
use super::url::{FetchUrl, Url};

impl Http {
    /// Reads lines of `NAME: VALUE` behind a status, then a body, as an answer. Every line is also read as a URL and as
    /// the place where a redirect leads. Each gives an error or an answer, within its bounds.
    pub(crate) fn hold_to(bytes: &[u8]) {
        let Some((status, rest)) = bytes.split_first_chunk::<2>() else {
            return;
        };
        let status = StatusCode::from_u16(100 + u16::from_le_bytes(*status) % 500);
        let mut response = Response::builder().status(status.expect("from 100 to 599"));
        let mut lines = rest.split(|byte| *byte == b'\n');
        let url = "https://example.org/lists/demo.csv";
        let place = FetchUrl::parse(url).expect("it is a URL");
        let mut headers = 0;
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            let colon = line.iter().position(|byte| *byte == b':');
            let (name, value) = line.split_at(colon.unwrap_or(line.len()));
            let value = value.get(1..).unwrap_or_default().trim_ascii();
            if let Ok(next) = place.redirect(value) {
                assert!(next.is_same_server(&place) && next.is_encrypted());
            }
            if let Ok(text) = std::str::from_utf8(value) {
                let shown = Url(text.to_owned()).shown();
                assert!(!shown.contains(char::is_control) && !shown.contains('?'));
            }
            let (name, value) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value));
            if let (Ok(name), Ok(value)) = (name, value) {
                // A map of headers holds so many at most.
                headers += 1;
                if headers < 1000 {
                    response = response.header(name, value);
                }
            }
        }
        let body = lines.collect::<Vec<_>>().join(&b'\n');
        let count = body.len() as u64;
        let text = format!("url = \"{url}\"");
        let http: Http = toml::from_str(&text).expect("a source");
        let client = Client::new(&http, place, None).expect("a client");
        let answer = Answer::new(
            response
                .body(Body::builder().data(body))
                .expect("an answer"),
            &client,
        );
        let version = Version {
            etag: "\"a\"".to_owned(),
            last_modified: None,
        };
        if let Ok(total) = answer.rest_of(5, &version) {
            assert!(total > 5);
        }
        let _ = (answer.version(), answer.last_modified(), answer.refusal());
        let announced = answer.length();
        let mut found = 0;
        let each = answer.each(0, |part| {
            found += part.len() as u64;
            Ok(())
        });
        if let (Ok(()), Ok(Some(announced))) = (each, announced) {
            assert!(found == announced && found <= count);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADS: [&str; 3] = [
        "\x64\0ETag: \"a\"\nContent-Length: 9\nLast-Modified: Sun, 29 Nov 2026 08:00:00 GMT\n\npdq 00112",
        "\x6a\0ETag: \"a\"\nContent-Range: bytes 5-9/10\nTransfer-Encoding: chunked\n\nabcde",
        "\u{c9}\0Location: /lists/../other?key=1\nRetry-After: 7\nContent-Encoding: gzip\n\n",
    ];

    proptest! {
        #[test]
        fn any_head_is_an_error_or_an_answer(
            head in prop::sample::select(HEADS.to_vec()),
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        ) {
            let mut bytes: Vec<u8> = head.chars().map(|c| c as u8).collect();
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            Http::hold_to(&bytes);
        }
    }
}
