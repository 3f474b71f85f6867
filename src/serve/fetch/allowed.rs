//! The servers from which URLs are fetched.

use std::net::{IpAddr, SocketAddr};

use basma::Result;
use basma::error::Problem;
use ureq::http::Uri;
use ureq::http::uri::Authority;

use super::address::is_public;

/// The ports of servers whose port is not named.
const PORTS: [u16; 2] = [80, 443];

/// What is asked for, without the forms in which the same can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// In lower case, without a dot at its end or brackets.
    host: String,
    port: u16,
}

/// One server of the list, or all below a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Server {
    Any,
    Below { suffix: String, port: Option<u16> },
    Named { host: String, port: Option<u16> },
}

/// The servers that the operator names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    servers: Vec<Server>,
    /// Addresses that may be private: each was named with its port.
    addresses: Vec<SocketAddr>,
}

impl Allowed {
    /// # Errors
    /// [`Problem::FetchFrom`] for what names no server.
    pub(super) fn parse(names: &[String]) -> Result<Allowed> {
        let mut servers = Vec::with_capacity(names.len());
        for name in names {
            let text = name.clone();
            servers.push(server(name).ok_or(Problem::FetchFrom { text })?);
        }
        let addresses = names.iter().filter_map(|name| name.parse().ok());
        Ok(Allowed {
            addresses: addresses.collect(),
            servers,
        })
    }

    /// What a URL asks for, if it may be asked for.
    pub(super) fn target(&self, url: &Uri) -> Option<Target> {
        let default = match url.scheme_str()? {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = url.authority()?;
        // A user before the host makes one server look like another.
        if authority.as_str().contains('@') {
            return None;
        }
        let host = host(authority.host())?;
        let port = port(authority)?.unwrap_or(default);
        let target = Target { host, port };
        let is_named = self.servers.iter().any(|server| server.is(&target));
        is_named.then_some(target)
    }

    /// Whether a connection to an address may be made.
    pub(super) fn may_connect(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        is_public(ip)
            || self
                .addresses
                .contains(&SocketAddr::new(ip, address.port()))
    }
}

impl Server {
    fn is(&self, target: &Target) -> bool {
        let of_port = |port: &Option<u16>| match port {
            Some(port) => *port == target.port,
            None => PORTS.contains(&target.port),
        };
        match self {
            Server::Any => PORTS.contains(&target.port),
            Server::Below { suffix, port } => target.host.ends_with(suffix) && of_port(port),
            Server::Named { host, port } => target.host == *host && of_port(port),
        }
    }
}

fn server(name: &str) -> Option<Server> {
    if name == "*" {
        return Some(Server::Any);
    }
    // An address of IPv6 has brackets where a port follows, and may have none without.
    if let Ok(address) = name.parse::<IpAddr>() {
        let host = host(&address.to_string())?;
        return Some(Server::Named { host, port: None });
    }
    let (below, rest) = match name.strip_prefix('.') {
        Some(rest) => (".", rest),
        None => ("", name),
    };
    let authority: Authority = rest.parse().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let host = host(authority.host())?;
    let port = port(&authority)?;
    Some(if below.is_empty() {
        Server::Named { host, port }
    } else {
        let suffix = format!(".{host}");
        Server::Below { suffix, port }
    })
}

/// The port that is written. Something else that stands in its place is no port.
fn port(authority: &Authority) -> Option<Option<u16>> {
    let after = &authority.as_str()[authority.host().len()..];
    match after.strip_prefix(':') {
        None => after.is_empty().then_some(None),
        Some(digits) => digits.parse().ok().map(Some),
    }
}

fn host(text: &str) -> Option<String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let bare = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    (!bare.is_empty() && !bare.contains(['%', '*'])).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(names: &[&str]) -> Allowed {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        Allowed::parse(&names).unwrap()
    }

    #[test]
    fn a_url_is_of_a_server_that_is_named() {
        let allowed = allowed(&[
            "a.example",
            ".b.example",
            "c.example:8443",
            "10.0.0.5:9000",
            "::1",
        ]);
        let may = |url: &str| url.parse().is_ok_and(|url| allowed.target(&url).is_some());
        for url in [
            "http://a.example/x.jpg",
            "https://A.example./x",
            "http://a.example:443/",
            "https://x.b.example/",
            "https://x.y.b.example/",
            "https://c.example:8443/",
            "http://10.0.0.5:9000/bucket/x",
            "http://[::1]/",
        ] {
            assert!(may(url), "{url}");
        }
        for url in [
            "http://a.example:8080/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "/x",
            "a.example",
            "http://a.example@evil.example/",
            "http://x@a.example/",
            "http://b.example/",
            "http://xb.example/",
            "https://c.example/",
            "http://10.0.0.5/",
            "http://evil.example/",
            "http://a.example.evil.example/",
            "http://a.example:/",
            "http://a.example:99999/",
            "http://evil.example/?http://a.example/",
            "http://evil.example#@a.example/",
            "http://",
        ] {
            assert!(!may(url), "{url}");
        }
    }

    #[test]
    fn private_addresses_are_connected_to_where_they_are_named_with_a_port() {
        let allowed = allowed(&["*", "10.0.0.5:9000", "127.0.0.1"]);
        let may = |address: &str| allowed.may_connect(address.parse().unwrap());
        assert!(may("10.0.0.5:9000") && may("[::ffff:10.0.0.5]:9000") && may("8.8.8.8:80"));
        assert!(!may("10.0.0.5:80") && !may("127.0.0.1:80") && !may("169.254.169.254:80"));
    }

    #[test]
    fn what_names_no_server_is_an_error() {
        for name in [
            "", ".", "http://a", "a b", "a/b", "*.a", "u@a", "a:x", "a:99999", "é",
        ] {
            assert!(Allowed::parse(&[name.to_owned()]).is_err(), "{name}");
        }
    }
}
