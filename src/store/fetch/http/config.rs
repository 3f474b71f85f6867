//! What a configuration says of a server.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::super::{Auth, size_max};
use super::client;
use super::pages::Interface;
use super::url::{FetchUrl, Url};
use crate::error::FetchProblem;
use crate::store::fetch::signature;
use crate::{Error, Result};

/// One resource on a server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    /// Its URL: `https://HOST/PATH`. A name and password in it are refused.
    pub(crate) url: Url,
    /// The URL of its signature; the default is the path with `.minisig`.
    pub(crate) signature: Option<Url>,
    /// The interface of a provider that stands at the URL; a file, if none is named.
    pub(crate) interface: Option<Interface>,
    /// The authentication.
    pub(crate) auth: Option<Auth>,
    /// Allows `http:`, which the network can read and change. Addresses of this machine are always allowed.
    #[serde(default)]
    pub(crate) insecure_http: bool,
    /// A PEM file of the certificate authorities to trust, in place of those that browsers trust.
    pub(crate) ca: Option<PathBuf>,
    /// A proxy: `http://HOST:PORT` or `https://HOST:PORT`, used by CONNECT.
    pub(crate) proxy: Option<Url>,
    /// The limit for the whole time, waits and further attempts included. The default is ten minutes.
    #[serde(default = "timeout")]
    pub(crate) timeout_seconds: Seconds,
    /// The limit for name lookup and connection. The default is 30 seconds.
    #[serde(default = "connect_timeout")]
    pub(crate) connect_timeout_seconds: Seconds,
    /// The limit for a pause between bytes. The default is 60 seconds.
    #[serde(default = "idle_timeout")]
    pub(crate) idle_timeout_seconds: Seconds,
    /// The number of further attempts. The default is 3.
    #[serde(default = "retries")]
    pub(crate) retries: u32,
    /// The longest wait before the first further attempt; it doubles each time. The default is one second.
    #[serde(default = "backoff")]
    pub(crate) backoff_seconds: Seconds,
    /// The largest size in bytes.
    #[serde(default = "size_max")]
    pub(crate) size_max: u64,
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
pub(crate) struct Seconds(pub Duration);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        if (0.001..=604_800.0).contains(&seconds) {
            Ok(Seconds(Duration::from_secs_f64(seconds)))
        } else {
            Err(serde::de::Error::custom(
                "a time is from 0.001 to 604800 seconds",
            ))
        }
    }
}

impl Http {
    pub(in crate::store) fn check(&self) -> Result<()> {
        self.places().map(|_| ()).map_err(|p| self.failed(p))
    }

    /// The list's place and that of its signature.
    pub(super) fn places(&self) -> Result<(FetchUrl, FetchUrl), FetchProblem> {
        let place = self.allowed(&self.url)?;
        let signature = match &self.signature {
            Some(url) => self.allowed(url)?,
            None => place.with_suffix(signature::SUFFIX)?,
        };
        if let Some(proxy) = &self.proxy {
            client::proxy(proxy)?;
        }
        if let Some(interface) = &self.interface {
            interface.check(self.auth.as_ref())?;
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

    fn allowed(&self, url: &Url) -> Result<FetchUrl, FetchProblem> {
        let place = FetchUrl::parse(&url.0)?;
        // Through a proxy, "localhost" is the proxy.
        let here = place.is_loopback() && self.proxy.is_none();
        if place.is_encrypted() || self.insecure_http || here {
            Ok(place)
        } else {
            Err(FetchProblem::Insecure)
        }
    }

    pub(super) fn failed(&self, problem: FetchProblem) -> Error {
        Error::Fetch {
            location: self.url.shown(),
            problem,
        }
    }
}
