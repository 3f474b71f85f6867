//! What a configuration says of an interface.

use serde::Deserialize;

use std::ffi::OsString;

use ureq::http::{HeaderName, HeaderValue};

use super::super::super::secret::{Auth, Basic, SecretFrom};
use crate::error::{FetchProblem, SecretProblem};
use crate::list::provider::{Provider, stopncii, threatexchange};

/// The interface of a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Interface {
    /// `threat_updates` of a privacy group of ThreatExchange.
    ThreatExchange(Plain),
    /// The entries of NCMEC hash sharing, version 2.
    Ncmec(Ncmec),
    /// The hashes of StopNCII.
    StopNcii(StopNcii),
    /// The hash list of Tech Against Terrorism.
    Tat(Plain),
    /// The contents of another HMA.
    Hma(Hma),
}

/// What all interfaces have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plain {
    /// How many records a page is to have; the provider's default, if not told.
    pub(crate) page_size: Option<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ncmec {
    /// The ids of the members whose entries are wanted; all, if none is named.
    #[serde(default)]
    pub(crate) members: Vec<String>,
    /// How many records a page is to have.
    pub(crate) page_size: Option<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StopNcii {
    /// The key that goes into the header `Ocp-Apim-Subscription-Key`.
    pub(crate) subscription_key: Option<SecretFrom>,
    /// How many records a page is to have.
    pub(crate) page_size: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hma {
    /// The names of the banks that are wanted; all, if none is named.
    #[serde(default)]
    pub(crate) banks: Vec<String>,
    /// How many numbers in a row may be without a content.
    #[serde(default = "gap_max")]
    pub(crate) gap_max: u64,
}

fn gap_max() -> u64 {
    100_000
}

impl Interface {
    pub(crate) const fn provider(&self) -> Provider {
        match self {
            Interface::ThreatExchange(_) => Provider::ThreatExchange,
            Interface::Ncmec(_) => Provider::Ncmec,
            Interface::StopNcii(_) => Provider::StopNcii,
            Interface::Tat(_) => Provider::Tat,
            Interface::Hma(_) => Provider::Hma,
        }
    }

    /// Whether a name and password are good for a token alone, which goes with each request.
    pub(in super::super) const fn has_session(&self) -> bool {
        matches!(self, Interface::Tat(_))
    }

    /// Checks the configuration.
    pub(in super::super) fn check(&self, auth: Option<&Auth>) -> Result<(), FetchProblem> {
        match auth {
            Some(Auth::Basic(_)) => Ok(()),
            _ if self.has_session() => Err(FetchProblem::SignIn),
            _ => Ok(()),
        }
    }

    /// The headers that go with each request beside the credential.
    pub(in super::super) fn headers(
        &self,
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Vec<(HeaderName, String)>, FetchProblem> {
        let Interface::StopNcii(StopNcii {
            subscription_key: Some(key),
            ..
        }) = self
        else {
            return Ok(Vec::new());
        };
        let key = key.read(environment)?;
        if HeaderValue::from_str(&key).is_err() {
            return Err(SecretProblem::Unusable.into());
        }
        let name = HeaderName::from_static("ocp-apim-subscription-key");
        Ok(vec![(name, key)])
    }

    /// The name and password of a session.
    pub(in super::super) fn sign_in(
        &self,
        auth: Option<&Auth>,
        environment: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Option<(String, String)>, FetchProblem> {
        match auth {
            Some(Auth::Basic(Basic { user, password })) if self.has_session() => {
                Ok(Some((user.clone(), password.read(environment)?)))
            }
            _ => Ok(None),
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Interface::ThreatExchange(_) => "threatexchange",
            Interface::Ncmec(_) => "ncmec",
            Interface::StopNcii(_) => "stopncii",
            Interface::Tat(_) => "tat",
            Interface::Hma(_) => "hma",
        }
    }

    pub(super) fn members(&self) -> &[String] {
        match self {
            Interface::Ncmec(ncmec) => &ncmec.members,
            Interface::Hma(hma) => &hma.banks,
            _ => &[],
        }
    }

    pub(super) const fn page_size(&self) -> Option<u32> {
        match self {
            Interface::ThreatExchange(plain) | Interface::Tat(plain) => plain.page_size,
            Interface::Ncmec(ncmec) => ncmec.page_size,
            Interface::StopNcii(stop) => stop.page_size,
            Interface::Hma(_) => None,
        }
    }

    /// After how many seconds without an exhausted window withdrawals may have been missed. For ThreatExchange five days
    /// less than it tells of them, as its own client has it.
    pub(super) const fn stale_seconds(&self) -> Option<i64> {
        match self {
            Interface::ThreatExchange(_) => Some(threatexchange::TOMBSTONES_SECONDS - 5 * 86_400),
            Interface::StopNcii(_) => Some(stopncii::STALE_SECONDS),
            // Of HMA all is fetched each time.
            Interface::Ncmec(_) | Interface::Tat(_) | Interface::Hma(_) => None,
        }
    }

    /// How long the link to a page is good, in seconds, where that is known.
    pub(super) const fn link_seconds(&self) -> i64 {
        match self {
            // It is 12 hours; one of them is left for the clocks.
            Interface::Ncmec(_) => 11 * 3600,
            _ => 24 * 3600,
        }
    }

    /// By how many seconds windows overlap.
    pub(super) const fn overlap_seconds(&self) -> i64 {
        match self {
            Interface::ThreatExchange(_) | Interface::StopNcii(_) => 300,
            // Entries may come into a window after it has ended.
            Interface::Ncmec(_) => 3600,
            // The cursor of the one is no time alone, and the other has none.
            Interface::Tat(_) | Interface::Hma(_) => 0,
        }
    }

    /// What decides which records come. Another one begins anew.
    pub(in super::super) fn identity(&self) -> String {
        format!("{} {:?}", self.name(), self.members())
    }
}
