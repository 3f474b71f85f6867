//! What a server answers: what it says of itself, and its bytes, counted.

use std::fmt;
use std::io::{ErrorKind, Read as _};
use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822::DateTimeParser;
use ureq::http::{self, HeaderMap, HeaderName, Response, StatusCode, header};
use ureq::{Body, BodyReader};

use super::super::file::seconds;
use super::attempts::{ASKED_MAX, Failure};
use super::client::Client;
use super::part::Version;
use crate::error::{FetchProblem, LengthFault, RangeFault, StatusMeaning};
use crate::escape;

/// How much is read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// How long an `ETag` may be that is remembered.
const ETAG_BYTES_MAX: usize = 1024;

/// An answer whose body has not been read.
pub(super) struct Answer<'a> {
    status: StatusCode,
    version: http::Version,
    headers: HeaderMap,
    body: BodyReader<'static>,
    client: &'a Client,
}

/// Without its headers, which may hold anything.
impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Answer").field(&self.status).finish()
    }
}

impl<'a> Answer<'a> {
    pub(super) fn new(response: Response<Body>, client: &'a Client) -> Answer<'a> {
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            version: parts.version,
            headers: parts.headers,
            body: body.into_reader(),
            client,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// How many bytes are to come, if it says so; otherwise they come in chunks, which tell their end.
    pub(super) fn length(&self) -> Result<Option<u64>, FetchProblem> {
        let encodings = self.headers.get_all(header::CONTENT_ENCODING);
        if let Some(encoding) = encodings
            .iter()
            .find(|e| !is_word(e.as_bytes(), "identity"))
        {
            let encoding = escape::escape(encoding.as_bytes()).into_owned();
            return Err(FetchProblem::Encoding { encoding });
        }
        let unclear = |fault| Err(FetchProblem::Length { fault });
        let transfers = self.headers.get_all(header::TRANSFER_ENCODING);
        let transfers: Vec<_> = transfers.iter().collect();
        let lengths = self.headers.get_all(header::CONTENT_LENGTH);
        let lengths: Vec<_> = lengths.iter().collect();
        match (transfers.as_slice(), lengths.as_slice()) {
            ([], [length]) => match digits(length.as_bytes()) {
                Some(length) => Ok(Some(length)),
                None => unclear(LengthFault::NotANumber),
            },
            ([chunked], []) if is_word(chunked.as_bytes(), "chunked") => {
                // Before 1.1 there were none, and a client reads on as if there were not.
                if self.version == http::Version::HTTP_11 {
                    Ok(None)
                } else {
                    unclear(LengthFault::OldChunks)
                }
            }
            ([], []) => unclear(LengthFault::Missing),
            (_, []) => unclear(LengthFault::Transfer),
            ([], _) => unclear(LengthFault::Twice),
            _ => unclear(LengthFault::Both),
        }
    }

    /// Checks that this is the rest of a file that begins with `bytes` bytes, up to the end. Returns the size of the
    /// whole file.
    pub(super) fn rest_of(&self, bytes: u64, of: &Version) -> Result<u64, FetchProblem> {
        let length = self.length()?;
        let other = |fault| FetchProblem::Range { fault };
        if self.strong_etag().as_ref() != Some(&of.etag) {
            return Err(other(RangeFault::OtherVersion));
        }
        let range = self.only(header::CONTENT_RANGE).and_then(span);
        let (first, last, total) = range.ok_or(other(RangeFault::Unclear))?;
        let ends = last.checked_add(1) == Some(total);
        if first != bytes || !ends || first > last {
            return Err(other(RangeFault::Place));
        }
        if length.is_none_or(|length| length == total - first) {
            Ok(total)
        } else {
            Err(other(RangeFault::Length))
        }
    }

    /// The `ETag`, of whatever strength, if it can be sent back.
    pub(super) fn etag(&self) -> Option<String> {
        let etag = self.only(header::ETAG)?;
        let strong = etag.strip_prefix("W/").unwrap_or(etag);
        let quoted = strong.len() >= 2 && strong.starts_with('"') && strong.ends_with('"');
        (quoted && etag.len() <= ETAG_BYTES_MAX).then(|| etag.to_owned())
    }

    /// The `ETag`, if the same one means the same bytes (RFC 9110, section 8.8.1).
    fn strong_etag(&self) -> Option<String> {
        self.etag().filter(|etag| etag.starts_with('"'))
    }

    /// What tells later whether a rest is of the same bytes, if that can be told.
    pub(super) fn version(&self) -> Option<Version> {
        Some(Version {
            etag: self.strong_etag()?,
            last_modified: self.last_modified().map(|(text, _)| text),
        })
    }

    /// `Last-Modified`, as text and in seconds since 1970 UTC.
    pub(super) fn last_modified(&self) -> Option<(String, i64)> {
        let text = self.only(header::LAST_MODIFIED)?;
        Some((text.to_owned(), date(text)?))
    }

    /// Why there is no list in it.
    pub(super) fn refusal(&self) -> Failure {
        let status = self.status.as_u16();
        let (meaning, passes) = match status {
            401 | 403 | 407 => (StatusMeaning::Denied, false),
            404 | 410 => (StatusMeaning::Absent, false),
            408 | 425 | 429 => (StatusMeaning::NotNow, true),
            500..=599 => (StatusMeaning::OutOfOrder, true),
            206 => {
                let fault = RangeFault::NotAsked;
                return Failure::Final(FetchProblem::Range { fault });
            }
            304 => (StatusMeaning::Unchanged, false),
            300..=399 => (StatusMeaning::Elsewhere, false),
            _ => (StatusMeaning::NoList, false),
        };
        let problem = FetchProblem::Status { status, meaning };
        match (passes, self.retry_after()) {
            (true, Some(after)) if after > ASKED_MAX => Failure::Final(FetchProblem::Later {
                status,
                seconds: after.as_secs(),
            }),
            (true, after) => Failure::Again(problem, after),
            (false, _) => Failure::Final(problem),
        }
    }

    /// The body of an answer that refuses nothing, and has at most so many bytes.
    pub(super) fn whole(self, limit: u64) -> Result<Vec<u8>, Failure> {
        if self.status != StatusCode::OK {
            return Err(self.refusal());
        }
        self.length()?;
        let mut bytes = Vec::new();
        self.each(0, |chunk| {
            bytes.extend_from_slice(chunk);
            if bytes.len() as u64 > limit {
                Err(Failure::Final(FetchProblem::TooLarge { limit }))
            } else {
                Ok(())
            }
        })?;
        Ok(bytes)
    }

    /// Hands the body on, piece by piece, after the `before` bytes that were there. When this is well, all of it came,
    /// and no more.
    pub(super) fn each(
        mut self,
        before: u64,
        mut sink: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let announced = self.length()?;
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut bytes = 0;
        loop {
            match self.body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    sink(&buffer[..count])?;
                    bytes += count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.client.failure(error.into(), before + bytes)),
            }
        }
        // The connection goes back when the body does.
        drop(self.body);
        match announced {
            Some(announced) if bytes != announced => {
                let found = before + bytes;
                Err(Failure::Again(FetchProblem::Cut { found }, None))
            }
            Some(announced) if self.client.has_surplus() => {
                Err(Failure::Final(FetchProblem::Surplus { announced }))
            }
            _ => Ok(()),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        let text = self.only(header::RETRY_AFTER)?;
        if let Some(seconds) = digits(text.as_bytes()) {
            return Some(Duration::from_secs(seconds));
        }
        let ahead = date(text)?.saturating_sub(seconds(SystemTime::now()));
        Some(Duration::from_secs(u64::try_from(ahead).unwrap_or(0)))
    }

    /// The text of a header that is there once.
    fn only(&self, name: HeaderName) -> Option<&str> {
        let values = self.headers.get_all(name);
        let mut values = values.iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }
}

/// `bytes 5-9/10`: the first and the last, and how many there are (RFC 9110, section 14.4).
fn span(text: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| digits(text.as_bytes());
    Some((number(first)?, number(last)?, number(total)?))
}

/// A number without sign, blank or comma.
fn digits(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}

/// A date of HTTP, in seconds since 1970 UTC. The two forms that are obsolete (RFC 9110, section 5.6.7) are no answer.
pub(super) fn date(text: &str) -> Option<i64> {
    let timestamp = DateTimeParser::new().parse_timestamp(text).ok()?;
    text.ends_with("GMT").then(|| timestamp.as_second())
}

fn is_word(value: &[u8], word: &str) -> bool {
    value.trim_ascii().eq_ignore_ascii_case(word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_dates_and_numbers_are_read_strictly() {
        assert_eq!(span("bytes 5-9/10"), Some((5, 9, 10)));
        for wrong in [
            "bytes 5-9/*",
            "bytes */10",
            "5-9/10",
            "bytes -5/10",
            "bytes 5-+9/10",
            "",
        ] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
        // RFC 9110, section 5.6.7.
        assert_eq!(date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        for wrong in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 +0900",
            "yesterday",
            "",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
        assert_eq!(digits(b"042"), Some(42));
        for wrong in [
            "",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1,1",
            "1e3",
            "0x1",
            "18446744073709551616",
        ] {
            assert_eq!(digits(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
