//! The address of a list: which URLs are fetched, what is shown of them, and where a redirect may lead.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Deserialize;
use ureq::http::Uri;
use ureq::http::uri::PathAndQuery;

use crate::error::{FetchProblem, RedirectFault, UrlFault};
use crate::escape;

/// A URL as it is configured. Its query, which may hold a key, is not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Url(pub String);

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Url {
    /// As far as it may be told: not what may be a name and password, nor a query.
    pub(in crate::store) fn shown(&self) -> String {
        match FetchUrl::parse(&self.0) {
            Ok(place) => place.to_string(),
            Err(_) => without_secrets(&self.0),
        }
    }
}

/// Of any text that should be a URL.
fn without_secrets(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or("");
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    // Any @ may end a password, and a password may hold any slash.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    escape::escape(format!("{scheme}{rest}").as_bytes()).into_owned()
}

fn not_a_url() -> FetchProblem {
    let fault = UrlFault::NotAUrl;
    FetchProblem::Url { fault }
}

/// A URL that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FetchUrl {
    pub(super) uri: Uri,
}

impl FetchUrl {
    pub(super) fn parse(text: &str) -> Result<FetchUrl, FetchProblem> {
        // No message repeats the text, which may hold a password.
        let ascii = Some(text).filter(|text| text.is_ascii());
        let uri: Option<Uri> = ascii.and_then(|text| text.parse().ok());
        let uri = uri.ok_or(not_a_url())?;
        let authority = uri.authority().ok_or(not_a_url())?;
        if authority.as_str().contains('@') {
            let fault = UrlFault::Credentials;
            return Err(FetchProblem::Url { fault });
        }
        match uri.scheme_str() {
            Some("http" | "https") => {}
            _ => {
                let fault = UrlFault::Scheme;
                return Err(FetchProblem::Url { fault });
            }
        }
        // A port that is no number is not there for the library, and would be passed by.
        let port_is_right = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => true,
            _ => authority.port_u16().is_some_and(|port| port > 0),
        };
        if authority.host().is_empty() || !port_is_right {
            return Err(not_a_url());
        }
        Ok(FetchUrl { uri })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    fn host(&self) -> &str {
        self.uri.host().unwrap_or("")
    }

    fn port(&self) -> u16 {
        let default = if self.is_encrypted() { 443 } else { 80 };
        self.uri.port_u16().unwrap_or(default)
    }

    /// Whether the host is this machine, whatever a name server says.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.host();
        let v6 = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        host.eq_ignore_ascii_case("localhost")
            || host.parse().is_ok_and(|v4: Ipv4Addr| v4.is_loopback())
            || v6.is_some_and(|v6| v6.parse().is_ok_and(|v6: Ipv6Addr| v6.is_loopback()))
    }

    /// The same scheme, host and port, which is how far a secret may go.
    pub(super) fn is_same_server(&self, other: &FetchUrl) -> bool {
        self.is_encrypted() == other.is_encrypted()
            && self.host().eq_ignore_ascii_case(other.host())
            && self.port() == other.port()
    }

    /// What the file is called, or nothing.
    pub(super) fn file_name(&self) -> &str {
        self.uri.path().rsplit('/').next().unwrap_or("")
    }

    /// The same with something added to its path.
    pub(super) fn with_suffix(&self, suffix: &str) -> Result<FetchUrl, FetchProblem> {
        let query = self.uri.query().map_or(String::new(), |q| format!("?{q}"));
        self.at(&format!("{}{suffix}{query}", self.uri.path()))
    }

    /// The same with more pairs in its query.
    pub(super) fn with_pairs(&self, pairs: &[(&str, String)]) -> Result<FetchUrl, FetchProblem> {
        let own = self.uri.query().filter(|query| !query.is_empty());
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", percent_encoded(value)));
        let all: Vec<String> = own.map(str::to_owned).into_iter().chain(pairs).collect();
        self.at(&format!("{}?{}", self.uri.path(), all.join("&")))
    }

    /// A path beneath this one, without a query.
    pub(super) fn below(&self, path: &str) -> Result<FetchUrl, FetchProblem> {
        let root = self.uri.path().trim_end_matches('/');
        self.at(&format!("{root}/{path}"))
    }

    /// Another path on the same server, without a query.
    pub(super) fn at_path(&self, path: &str) -> Result<FetchUrl, FetchProblem> {
        self.at(path)
    }

    /// Whether its query has a pair of this name and value. Moments may be written in more than one way.
    pub(super) fn has_pair(&self, name: &str, value: &str) -> bool {
        let query = self.uri.query().unwrap_or_default();
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.any(|(other, text)| {
            let text = percent_decoded(text);
            let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
            other == name
                && (text == value || moment(&text).is_some_and(|m| Some(m) == moment(value)))
        })
    }

    /// Another path, with or without a query, on the same server.
    fn at(&self, path_and_query: &str) -> Result<FetchUrl, FetchProblem> {
        let wrong = FetchProblem::Url {
            fault: UrlFault::Target,
        };
        let mut parts = self.uri.clone().into_parts();
        let path: PathAndQuery = path_and_query.parse().map_err(|_| wrong.clone())?;
        parts.path_and_query = Some(path);
        let uri = Uri::from_parts(parts).map_err(|_| wrong)?;
        Ok(FetchUrl { uri })
    }

    /// Where a redirect leads, if it may: to the same server, or to the same host with encryption.
    pub(super) fn redirect(&self, location: &[u8]) -> Result<FetchUrl, FetchProblem> {
        let refused = |why| FetchProblem::Redirect {
            to: without_secrets(&String::from_utf8_lossy(location)),
            why,
        };
        let text = std::str::from_utf8(location).ok();
        let text = text.filter(|text| text.is_ascii());
        let text = text.ok_or_else(|| refused(RedirectFault::NotAUrl))?;
        let place = self.resolve(text).map_err(|problem| match problem {
            FetchProblem::Url { fault } => refused(RedirectFault::Url { fault }),
            problem => problem,
        })?;
        let more = !self.is_encrypted()
            && place.is_encrypted()
            && self.host().eq_ignore_ascii_case(place.host());
        if place.is_same_server(self) || more {
            Ok(place)
        } else if self.is_encrypted() && !place.is_encrypted() {
            Err(refused(RedirectFault::Unencrypted))
        } else {
            Err(refused(RedirectFault::OtherServer))
        }
    }

    /// A reference as RFC 3986, section 5.2, resolves it.
    fn resolve(&self, reference: &str) -> Result<FetchUrl, FetchProblem> {
        let reference = reference.split('#').next().unwrap_or("");
        if has_scheme(reference) {
            return FetchUrl::parse(reference);
        }
        if reference.starts_with("//") {
            let scheme = self.uri.scheme_str().unwrap_or("");
            return FetchUrl::parse(&format!("{scheme}:{reference}"));
        }
        let (path, query) = match reference.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (reference, String::new()),
        };
        let path = match path {
            "" if query.is_empty() => return Ok(self.clone()),
            "" => self.uri.path().to_owned(),
            absolute if absolute.starts_with('/') => without_dots(absolute),
            relative => {
                let own = self.uri.path();
                let folder = &own[..=own.rfind('/').unwrap_or(0)];
                without_dots(&format!("{folder}{relative}"))
            }
        };
        self.at(&format!("{path}{query}"))
    }
}

/// Without the query: it may hold a key.
impl fmt::Display for FetchUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uri = &self.uri;
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let text = format!(
            "{}://{authority}{}",
            uri.scheme_str().unwrap_or(""),
            uri.path()
        );
        f.write_str(&escape::escape(text.as_bytes()))
    }
}

/// A value of a query, or a part of a path: what is neither a letter, a digit nor one of `-._~` stands as `%XX`.
pub(super) fn percent_encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

/// The reverse. What is not encoded correctly stays as it is.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut value = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                value.push(byte);
                at += 3;
            }
            None => {
                value.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&value).into_owned()
}

/// Whether a reference begins with a scheme, of whatever kind.
fn has_scheme(reference: &str) -> bool {
    let before = reference.split(['/', '?']).next().unwrap_or("");
    let Some((scheme, _)) = before.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// RFC 3986, section 5.2.4: `.` and `..` are gone, and nothing leads above the root.
fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(text: &str) -> FetchUrl {
        FetchUrl::parse(text).unwrap()
    }

    #[test]
    fn only_plain_http_urls_are_places() {
        for good in [
            "https://a.example/x",
            "http://127.0.0.1:8080",
            "https://[::1]:8443/x?y=z",
            "HTTPS://a.example/x",
        ] {
            assert!(FetchUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "file:///etc/passwd",
            "ftp://a.example/x",
            "a.example/x",
            "https://",
            "https:///x",
            "https://me:s3cret@a.example/x",
            "https://me@a.example/x",
            "https://a.example:0/x",
            "https://a.example:99999/x",
            "https://a b/x",
            "https://a.example/\u{e9}",
        ] {
            let error = FetchUrl::parse(bad).expect_err(bad);
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn secrets_in_urls_are_not_shown() {
        for (text, shown) in [
            ("https://a.example/x?key=s3cret", "https://a.example/x"),
            ("https://a.example/x#s3cret", "https://a.example/x"),
            ("https://me:s3cret@a.example/x", "https://a.example/x"),
            ("https://me:s3/c@ret@a.example/x", "https://a.example/x"),
            ("me:s3cret@a.example", "a.example"),
            ("ftp://a\u{202e}b?s3cret", "ftp://a\\u{202e}b"),
        ] {
            assert_eq!(format!("{:?}", Url(text.into())), shown);
        }
    }

    #[test]
    fn this_machine_is_known_by_its_address() {
        for here in [
            "http://127.0.0.1/",
            "http://127.9.9.9:1/",
            "http://LOCALHOST/",
            "http://[::1]/",
        ] {
            assert!(place(here).is_loopback(), "{here}");
        }
        for elsewhere in [
            "http://127.0.0.1.example/",
            "http://localhost.example/",
            "http://10.0.0.1/",
            "http://[::2]/",
            "http://2130706433/",
            "http://0.0.0.0/",
        ] {
            assert!(!place(elsewhere).is_loopback(), "{elsewhere}");
        }
    }

    /// The examples of RFC 3986, section 5.4, but for those of other schemes and fragments.
    #[test]
    fn references_are_resolved_as_the_standard_does() {
        let base = place("http://a/b/c/d;p?q");
        for (reference, resolved) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g/", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("g;x?y", "http://a/b/c/g;x?y"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("..g", "http://a/b/c/..g"),
            ("./../g", "http://a/b/g"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("g#s", "http://a/b/c/g"),
        ] {
            let place = base.resolve(reference).unwrap();
            assert_eq!(place.uri.to_string(), resolved, "{reference}");
        }
    }

    #[test]
    fn redirects_stay_on_the_server_or_gain_encryption() {
        let secure = place("https://a.example/x");
        for to in [
            "/y",
            "y?z",
            "https://a.example/y",
            "https://A.example:443/y",
            "//a.example/y",
        ] {
            assert!(secure.redirect(to.as_bytes()).is_ok(), "{to}");
        }
        for to in [
            "http://a.example/y",
            "https://b.example/y",
            "https://a.example:444/y",
            "//b.example/y",
            "file:///etc/passwd",
            "FILE:/etc/passwd",
            "data:text/plain,x",
            "javascript:x",
            "https://me:s3cret@a.example/y",
            "https://",
            "/a b",
            "\u{e9}",
        ] {
            let refused = secure.redirect(to.as_bytes()).expect_err(to);
            assert!(matches!(refused, FetchProblem::Redirect { .. }), "{to}");
            assert!(!refused.to_string().contains("s3cret"));
        }
        assert!(secure.redirect(b"https://a.example/\xff").is_err());
        let plain = place("http://a.example:8080/x");
        assert!(plain.redirect(b"https://a.example/x").is_ok());
        assert!(plain.redirect(b"https://b.example/x").is_err());
        assert!(
            plain.redirect(b"http://a.example/x").is_err(),
            "another port"
        );
    }

    proptest! {
        #[test]
        fn no_location_leads_to_another_server(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("https:"), Just("http:"), Just("//"), Just("/"), Just(".."), Just("a.example"),
                    Just("b.example"), Just("@"), Just(":"), Just("443"), Just("?"), Just("#"), Just("\\"),
                    Just("%2f"), Just("["), Just("]"), Just("x"),
                ],
                0..9,
            ),
        ) {
            let from = place("https://a.example/b/c");
            if let Ok(to) = from.redirect(pieces.concat().as_bytes()) {
                prop_assert_eq!(to.uri.host(), Some("a.example"));
                prop_assert!(to.is_same_server(&from));
                prop_assert!(FetchUrl::parse(&to.uri.to_string()).is_ok());
            }
        }

        #[test]
        fn any_bytes_are_a_location_or_none(bytes: Vec<u8>) {
            let _ = place("https://a.example/b/c").redirect(&bytes);
        }
    }

    #[test]
    fn a_signature_stands_beside_the_path_and_not_the_query() {
        let suffixed = |text: &str| place(text).with_suffix(".minisig").unwrap().uri.to_string();
        assert_eq!(suffixed("https://a/x.csv"), "https://a/x.csv.minisig");
        assert_eq!(suffixed("https://a/x?k=1"), "https://a/x.minisig?k=1");
        assert_eq!(place("https://a/b/x.csv?k=1").file_name(), "x.csv");
        assert_eq!(place("https://a/").file_name(), "");
    }
}
