//! Questions to a server, and what comes of them before there is an answer.

use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

use ureq::http::{HeaderName, StatusCode, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector as _, DefaultConnector};
use ureq::{Agent, Proxy, Timeout};

use super::super::file::{Links, open};
use super::super::secret::Credential;
use super::answer::Answer;
use super::attempts::Failure;
use super::surplus::Last;
use super::url::FetchUrl;
use super::{Http, Url};
use crate::error::{
    AuthorityFault, Awaited, ConnectionFault, Decimal, FetchProblem, ProtocolFault, system_text,
};
use crate::escape;

/// How many redirects are followed.
const REDIRECTS_MAX: u32 = 5;

/// How long an answer's head may be. Its headers are a hundred at most.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How long a file of certificates may be.
const CA_BYTES_MAX: u64 = 4 << 20;

/// What asks one server, until a certain time.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    last: Last,
    /// The server that the credential is for.
    place: FetchUrl,
    credential: Option<Credential>,
    ends: Instant,
    timeout: Duration,
    connect_timeout: Duration,
    idle_timeout: Duration,
}

impl Client {
    pub(super) fn new(
        http: &Http,
        place: FetchUrl,
        credential: Option<Credential>,
    ) -> Result<Client, FetchProblem> {
        let roots = match &http.ca {
            Some(path) => authorities(path)?,
            None => RootCerts::WebPki,
        };
        let proxy = http.proxy.as_ref().map(proxy).transpose()?;
        let config = Agent::config_builder()
            // Given in any case: unless it is, the environment is asked for one.
            .proxy(proxy)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .max_response_header_size(HEAD_BYTES_MAX)
            .user_agent(concat!("basma/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_resolve(Some(http.connect_timeout_seconds.0))
            .timeout_connect(Some(http.connect_timeout_seconds.0))
            .timeout_per_read(Some(http.idle_timeout_seconds.0))
            .timeout_per_write(Some(http.idle_timeout_seconds.0))
            .build();
        let last = Last::default();
        let connector = DefaultConnector::new().chain(last.clone());
        Ok(Client {
            agent: Agent::with_parts(config, connector, DefaultResolver::default()),
            last,
            place,
            credential,
            ends: Instant::now() + http.timeout_seconds.0,
            timeout: http.timeout_seconds.0,
            connect_timeout: http.connect_timeout_seconds.0,
            idle_timeout: http.idle_timeout_seconds.0,
        })
    }

    /// How much time there is left.
    pub(super) fn left(&self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }

    /// Ends what goes on, on whatever thread, and lets nothing begin.
    pub(super) fn close(&self) {
        self.agent.clone().shutdown();
    }

    /// Asks, and follows redirects that may be followed.
    pub(super) fn get(
        &self,
        place: &FetchUrl,
        ask: &[(HeaderName, String)],
    ) -> Result<Answer<'_>, Failure> {
        let mut place = place.clone();
        for _ in 0..=REDIRECTS_MAX {
            let left = self.left();
            if left.is_zero() {
                return Err(Failure::Final(self.timed_out(Timeout::Global)));
            }
            let mut request = self.agent.get(place.uri.clone());
            request = request.header(header::CONNECTION, "close");
            for (name, value) in ask {
                request = request.header(name, value);
            }
            if let Some(credential) = &self.credential
                && place.is_same_server(&self.place)
            {
                request = request.header(&credential.name, &credential.value);
            }
            self.last.clear();
            let request = request.config().timeout_global(Some(left)).build();
            let answer = request.call().map_err(|error| self.failure(error, 0))?;
            if !is_redirect(answer.status()) {
                return Ok(Answer::new(answer, self));
            }
            let locations = answer.headers().get_all(header::LOCATION);
            let mut locations = locations.iter();
            match (locations.next(), locations.next()) {
                (Some(location), None) => place = place.redirect(location.as_bytes())?,
                _ => return Err(Answer::new(answer, self).refusal()),
            }
        }
        let limit = REDIRECTS_MAX;
        Err(Failure::Final(FetchProblem::Redirects { limit }))
    }

    /// Sends a body of JSON, without the credential, and follows no redirect.
    pub(super) fn post(&self, place: &FetchUrl, body: &str) -> Result<Answer<'_>, Failure> {
        self.send(place, body, None)
    }

    /// Sends a body of JSON with the credential, and follows no redirect.
    pub(super) fn post_as_caller(
        &self,
        place: &FetchUrl,
        body: &str,
    ) -> Result<Answer<'_>, Failure> {
        let credential = self.credential.as_ref();
        self.send(
            place,
            body,
            credential.filter(|_| place.is_same_server(&self.place)),
        )
    }

    fn send(
        &self,
        place: &FetchUrl,
        body: &str,
        credential: Option<&Credential>,
    ) -> Result<Answer<'_>, Failure> {
        let left = self.left();
        if left.is_zero() {
            return Err(Failure::Final(self.timed_out(Timeout::Global)));
        }
        let request = self.agent.post(place.uri.clone());
        let request = request.header(header::CONNECTION, "close");
        let mut request = request.header(header::CONTENT_TYPE, "application/json");
        if let Some(credential) = credential {
            request = request.header(&credential.name, &credential.value);
        }
        self.last.clear();
        let request = request.config().timeout_global(Some(left)).build();
        let answer = request.send(body).map_err(|error| self.failure(error, 0))?;
        Ok(Answer::new(answer, self))
    }

    /// Whether more came than was announced. To be asked once, when all that was announced has been read.
    pub(super) fn has_surplus(&self) -> bool {
        self.last.has_more(self.idle_timeout.min(self.left()))
    }

    /// What an error means, after so many bytes of the list.
    pub(super) fn failure(&self, error: ureq::Error, found: u64) -> Failure {
        use ureq::Error;
        match error {
            Error::Timeout(Timeout::Global | Timeout::PerCall) => {
                Failure::Final(self.timed_out(Timeout::Global))
            }
            Error::Timeout(timeout) => Failure::Again(self.timed_out(timeout), None),
            Error::HostNotFound => Failure::Again(
                FetchProblem::Connection {
                    fault: ConnectionFault::HostUnknown,
                },
                None,
            ),
            Error::Io(error) => io_failure(&error, found),
            Error::Rustls(error) => Failure::Final(FetchProblem::Tls {
                message: shown(&error),
            }),
            Error::Tls(problem) => Failure::Final(FetchProblem::Tls {
                message: problem.into(),
            }),
            Error::ConnectProxyFailed(_) | Error::ConnectionFailed | Error::InvalidProxyUrl => {
                Failure::Again(
                    FetchProblem::Connection {
                        fault: ConnectionFault::Proxy,
                    },
                    None,
                )
            }
            Error::LargeResponseHeader(..) => Failure::Final(protocol(ProtocolFault::Head)),
            Error::Protocol(error) => Failure::Final(protocol(ProtocolFault::Answer {
                message: shown(&error),
            })),
            Error::BodyStalled => Failure::Final(protocol(ProtocolFault::PartWithoutEnd)),
            // The rest is about requests, and may repeat them.
            _ => Failure::Final(protocol(ProtocolFault::Request)),
        }
    }

    fn timed_out(&self, timeout: Timeout) -> FetchProblem {
        let (what, limit, setting) = match timeout {
            Timeout::Resolve | Timeout::Connect => (
                Awaited::Connection,
                self.connect_timeout,
                "connect_timeout_seconds",
            ),
            Timeout::PerRead | Timeout::PerWrite => {
                (Awaited::Byte, self.idle_timeout, "idle_timeout_seconds")
            }
            _ => (Awaited::All, self.timeout, "timeout_seconds"),
        };
        FetchProblem::Timeout {
            what,
            seconds: Decimal::exact(limit.as_secs_f64()),
            setting,
        }
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn io_failure(error: &io::Error, found: u64) -> Failure {
    match error.kind() {
        // What the TLS library refuses comes as an error of reading.
        ErrorKind::InvalidData => Failure::Final(FetchProblem::Tls {
            message: shown(error),
        }),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
            Failure::Again(FetchProblem::Cut { found }, None)
        }
        _ => {
            let message = shown(error);
            let fault = ConnectionFault::Failed { message };
            Failure::Again(FetchProblem::Connection { fault }, None)
        }
    }
}

fn protocol(fault: ProtocolFault) -> FetchProblem {
    FetchProblem::Protocol { fault }
}

fn shown(error: &dyn std::error::Error) -> String {
    escape::escape(system_text(error).as_bytes()).into_owned()
}

/// The proxy of the configuration. What is not known here as a kind of proxy would be passed by.
pub(super) fn proxy(url: &Url) -> Result<Proxy, FetchProblem> {
    let wrong = FetchProblem::Proxy;
    let place = FetchUrl::parse(&url.0).map_err(|_| wrong.clone())?;
    if !matches!(place.uri.path(), "" | "/") || place.uri.query().is_some() {
        return Err(wrong);
    }
    Proxy::new(&url.0).map_err(|_| wrong)
}

fn authorities(path: &Path) -> Result<RootCerts, FetchProblem> {
    let failed = |fault| FetchProblem::Authority {
        path: escape::path(path).into_owned(),
        fault,
    };
    let unreadable = |message: String| failed(AuthorityFault::Unreadable { message });
    let file = open(path, Links::Follow).map_err(|error| unreadable(system_text(&error)))?;
    let mut pem = Vec::new();
    let read = file.take(CA_BYTES_MAX + 1).read_to_end(&mut pem);
    read.map_err(|error| unreadable(system_text(&error)))?;
    if pem.len() as u64 > CA_BYTES_MAX {
        return Err(failed(AuthorityFault::TooLong));
    }
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(failed(AuthorityFault::NotPem)),
        }
    }
    if certificates.is_empty() {
        Err(failed(AuthorityFault::Empty))
    } else {
        Ok(RootCerts::from(certificates))
    }
}
