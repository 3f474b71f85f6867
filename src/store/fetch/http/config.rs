//! What a configuration says of a server.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::super::{Auth, size_max};
use super::client;
use super::place::{Place, Url};
use crate::error::FetchProblem;
use crate::store::fetch::signature;
use crate::{Error, Result};

/// One resource on a server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Where it is: `https://HOST/PATH`. A name and password in it are refused.
    pub url: Url,
    /// Where its signature is, unless `.minisig` is to be added to the path.
    pub signature: Option<Url>,
    /// How the server is told who asks.
    pub auth: Option<Auth>,
    /// Allows `http:`, which everybody on the way can read and change. This machine itself needs no leave.
    #[serde(default)]
    pub insecure_http: bool,
    /// A PEM file of the certificate authorities to trust, in place of those that browsers trust.
    pub ca: Option<PathBuf>,
    /// A proxy: `http://HOST:PORT` or `https://HOST:PORT`, to which CONNECT is said.
    pub proxy: Option<Url>,
    /// How long all of it may take, waits and further attempts included: ten minutes.
    #[serde(default = "timeout")]
    pub timeout_seconds: Seconds,
    /// How long it may take to look the host up and to connect: 30 seconds.
    #[serde(default = "connect_timeout")]
    pub connect_timeout_seconds: Seconds,
    /// How long nothing may come: 60 seconds.
    #[serde(default = "idle_timeout")]
    pub idle_timeout_seconds: Seconds,
    /// How often it is tried again: 3 times.
    #[serde(default = "retries")]
    pub retries: u32,
    /// How long is waited at most before the first further attempt, twice that before the next: one second.
    #[serde(default = "backoff")]
    pub backoff_seconds: Seconds,
    /// How many bytes there may be.
    #[serde(default = "size_max")]
    pub size_max: u64,
}

fn timeout() -> Seconds {
    Seconds(Duration::from_secs(600))
}

fn connect_timeout() -> Seconds {
    Seconds(Duration::from_secs(30))
}

fn idle_timeout() -> Seconds {
    Seconds(Duration::from_secs(60))
}

fn retries() -> u32 {
    3
}

fn backoff() -> Seconds {
    Seconds(Duration::from_secs(1))
}

/// A time in seconds, with or without a fraction: from a millisecond to a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub Duration);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        match (0.001..=604_800.0).contains(&seconds) {
            true => Ok(Seconds(Duration::from_secs_f64(seconds))),
            false => Err(serde::de::Error::custom(
                "a time is from 0.001 to 604800 seconds",
            )),
        }
    }
}

impl Http {
    pub(in super::super) fn check(&self) -> Result<()> {
        self.places().map(|_| ()).map_err(|p| self.failed(p))
    }

    /// The list's place and that of its signature.
    pub(super) fn places(&self) -> Result<(Place, Place), FetchProblem> {
        let place = self.allowed(&self.url)?;
        let signature = match &self.signature {
            Some(url) => self.allowed(url)?,
            None => place.with_suffix(signature::SUFFIX)?,
        };
        if let Some(proxy) = &self.proxy {
            client::proxy(proxy)?;
        }
        if let Some(auth) = &self.auth {
            auth.check()?;
            // Not even to this machine, where anybody may listen in a server's place.
            if !place.is_encrypted() && !self.insecure_http {
                return Err(FetchProblem::Insecure);
            }
        }
        Ok((place, signature))
    }

    fn allowed(&self, url: &Url) -> Result<Place, FetchProblem> {
        let place = Place::parse(&url.0)?;
        // Through a proxy, "localhost" is the proxy.
        let here = place.is_loopback() && self.proxy.is_none();
        match place.is_encrypted() || self.insecure_http || here {
            true => Ok(place),
            false => Err(FetchProblem::Insecure),
        }
    }

    pub(super) fn failed(&self, problem: FetchProblem) -> Error {
        Error::Fetch {
            location: self.url.shown(),
            problem,
        }
    }
}
