//! Files by URL: from servers that the operator names, never from private networks.
//!
//! A name is resolved once, its addresses are checked, and the connection is made to what was checked. A redirect is a URL like
//! any other: it is checked anew.

mod address;
mod allowed;
#[cfg(test)]
mod tests;

use std::io::{self, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::StatusCode;
use basma::Result;
use tokio::sync::Semaphore;
use ureq::config::Config;
use ureq::http::{Response, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error};

use super::answer::Refusal;
use super::media::{Received, too_large};
use super::service::Service;
use allowed::Allowed;

/// How many redirects are followed.
const REDIRECTS_MAX: usize = 3;

/// How many URLs are fetched at a time.
const FETCHES: usize = 64;

/// How long a server may take to accept a connection, and between two pieces of its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much is read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// Fetches files for requests.
pub(super) struct Fetcher {
    allowed: Arc<Allowed>,
    places: Arc<Semaphore>,
    deadline: Duration,
    body_bytes: u64,
}

/// A file that was fetched, and its type as its server has it.
pub(super) struct Fetched {
    pub(super) received: Received,
    pub(super) content_type: Option<String>,
}

type Refusable<T> = std::result::Result<T, Refusal>;

impl Fetcher {
    /// Fetches from servers of these names; from none where there are no names.
    pub(super) fn new(
        names: &[String],
        deadline: Duration,
        body_bytes: u64,
    ) -> Result<Option<Fetcher>> {
        if names.is_empty() {
            return Ok(None);
        }
        Ok(Some(Fetcher {
            allowed: Arc::new(Allowed::parse(names)?),
            places: Arc::new(Semaphore::new(FETCHES)),
            deadline,
            body_bytes,
        }))
    }

    /// Fetches on this thread, with names by a resolver.
    fn fetch(&self, url: &str, names: impl Resolver) -> Refusable<Fetched> {
        let end = Instant::now() + self.deadline;
        let is_refused = Arc::new(AtomicBool::new(false));
        let resolver = CheckedNames {
            names,
            allowed: self.allowed.clone(),
            is_refused: is_refused.clone(),
        };
        let agent = Agent::with_parts(config(), DefaultConnector::new(), resolver);
        let mut url: Uri = url.parse().map_err(|_| unsafe_url())?;
        for _ in 0..=REDIRECTS_MAX {
            self.allowed.target(&url).ok_or_else(unsafe_url)?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(failed("the server took too long"));
            }
            let request = agent.get(&url).config().timeout_global(Some(left));
            let answer = request.build().call().map_err(|error| {
                let is_refused = is_refused.load(Ordering::Relaxed);
                if is_refused {
                    unsafe_url()
                } else {
                    failed(told(&error))
                }
            })?;
            if !answer.status().is_redirection() {
                return self.receive(answer);
            }
            let target = answer.headers().get(header::LOCATION);
            let target = target.and_then(|target| target.to_str().ok());
            let target = target.ok_or_else(|| failed("the server redirects to no URL"))?;
            url = joined(&url, target).ok_or_else(unsafe_url)?;
        }
        Err(failed("the server redirects too often"))
    }

    fn receive(&self, answer: Response<Body>) -> Refusable<Fetched> {
        let status = answer.status().as_u16();
        if status != 200 {
            let side = if status < 500 { "Client" } else { "Server" };
            return Err(failed(&format!("{status} {side} Error")));
        }
        let headers = answer.headers();
        let encoding = headers.get(header::CONTENT_ENCODING);
        if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return Err(failed("the server sends the file compressed"));
        }
        let content_type = headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|kind| kind.to_str().ok());
        let content_type = content_type.map(str::to_owned);
        let body = answer.into_body();
        if body
            .content_length()
            .is_some_and(|length| length > self.body_bytes)
        {
            return Err(too_large());
        }
        let mut received = Received::new(self.body_bytes);
        let mut reader = body.into_reader();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => received.push(&Bytes::copy_from_slice(&chunk[..count]))?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let is_late = matches!(Error::from(error), Error::Timeout(_));
                    return Err(failed(if is_late {
                        "the server took too long"
                    } else {
                        "the connection broke"
                    }));
                }
            }
        }
        Ok(Fetched {
            received,
            content_type,
        })
    }
}

impl Service {
    /// Fetches a file for a request.
    ///
    /// # Errors
    /// 403 where nothing is fetched here; 400 where this is no URL of a server that the operator named, or where fetching failed;
    /// 413 for too large a file.
    pub(super) async fn fetch(self: &Arc<Service>, url: &str) -> Refusable<Fetched> {
        let fetcher = self.fetcher.as_ref().ok_or_else(|| off(url))?;
        let place = fetcher.places.clone().acquire_owned().await;
        let service = self.clone();
        let url = url.to_owned();
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            let fetcher = service.fetcher.as_ref().ok_or_else(|| off(&url))?;
            fetcher.fetch(&url, DefaultResolver::default())
        });
        done.await
            .map_err(|_| failed("the file could not be read"))?
    }
}

fn config() -> Config {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .max_idle_connections(0)
        .max_response_header_size(CHUNK_BYTES)
        .user_agent(concat!("basma/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .timeout_resolve(Some(PATIENCE))
        .timeout_connect(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .timeout_per_write(Some(PATIENCE))
        .build()
}

/// Names, all of whose addresses may be connected to.
#[derive(Debug)]
struct CheckedNames<R> {
    names: R,
    allowed: Arc<Allowed>,
    is_refused: Arc<AtomicBool>,
}

impl<R: Resolver> Resolver for CheckedNames<R> {
    fn resolve(
        &self,
        url: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, Error> {
        let found = self.names.resolve(url, config, timeout)?;
        // A name with one private address among others is no name of a public server.
        if found
            .iter()
            .all(|address| self.allowed.may_connect(*address))
        {
            return Ok(found);
        }
        self.is_refused.store(true, Ordering::Relaxed);
        Err(Error::HostNotFound)
    }
}

/// The URL that a redirect names: whole, or a path of the same server.
fn joined(base: &Uri, target: &str) -> Option<Uri> {
    let target = target.split('#').next().unwrap_or_default();
    let scheme = base.scheme_str()?;
    let authority = base.authority()?;
    let text = if target.contains("://") {
        target.to_owned()
    } else if target.starts_with("//") {
        format!("{scheme}:{target}")
    } else if target.starts_with('/') {
        format!("{scheme}://{authority}{target}")
    } else {
        let folder = base
            .path()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{target}")
    };
    text.parse().ok()
}

/// Why there is no answer. No more than that: who may call must not learn what listens where.
fn told(error: &Error) -> &'static str {
    match error {
        Error::Timeout(_) => "the server took too long",
        Error::HostNotFound => "the server has no address",
        Error::Tls(_) | Error::Rustls(_) => "no trust in the server",
        _ => "the server cannot be reached",
    }
}

fn unsafe_url() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "Invalid or unsafe URL provided")
}

/// What is said where nothing is fetched.
fn off(url: &str) -> Refusal {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    if ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return Refusal::new(StatusCode::FORBIDDEN, "URL fetching is off");
    }
    unsafe_url()
}

fn failed(why: &str) -> Refusal {
    let message = format!("Failed to fetch URL: {why}");
    Refusal::new(StatusCode::BAD_REQUEST, message)
}
