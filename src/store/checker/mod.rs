//! Services that are asked whether they know a hash: they keep their list, and answer.
//!
//! A question tells the service which hashes an institution has. So nothing is asked unless the checker is named, and
//! hashes alone are sent: no file, no name, no path. A hash that was not answered for is [`Answer::NotChecked`], with
//! the reason, and is never taken for one that is not known.
//!
//! One service has one file here: what it takes, and what its answer means.

mod arachnid;
mod hma;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::fetch::{Auth, Http, Seconds, Url};
use super::layout::terms::OnFailure;
use crate::error::{FetchProblem, Problem, StatusMeaning, kinds};
use crate::hash::{Hash, HashType};
use crate::{CancelToken, Error, Result, escape};

/// After how many questions without an answer in a row nothing more is asked.
const FAILURES_MAX: u32 = 3;

kinds! {
    /// Why a hash was not checked.
    Unchecked in "unchecked" {
        HashType { name: String } "hash-type" "the service takes no hashes of type {name}";
        Failed { problem: FetchProblem } "failed" "{problem}";
        Paused "paused" "not asked, because the service failed before or asks for a pause; ask again later";
        Silent "silent" "the answer does not name it; ask the operator of the service";
        Unclear "unclear" "the answer is not understood; ask the operator of the service";
    }
}

/// The service behind a checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Service {
    /// Arachnid Shield of C3P: PDQ.
    Arachnid,
    /// An HMA, or a service that answers as it: PDQ, and MD5 of clips.
    Hma,
}

/// A service that is asked whether it knows a hash, as `sources.toml` has it.
///
/// ```
/// let config = r#"
/// [[checker]]
/// name = "shield"
/// service = "arachnid"
/// purpose = "removal of known abuse imagery, agreement 2026-30"
/// fail = "closed"
/// url = "https://shield.example.org/v1/pdq/"
/// auth = { basic = { user = "me", password = { env = "SHIELD_PASSWORD" } } }
/// "#;
/// let config = basma::store::Config::parse(config)?;
/// assert_eq!(config.checkers[0].name(), "shield");
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checker {
    name: String,
    purpose: String,
    on_failure: OnFailure,
    service: Service,
    http: Http,
}

/// The table of a checker.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckerTable {
    name: String,
    service: Service,
    purpose: String,
    fail: OnFailure,
    url: Url,
    auth: Option<Auth>,
    #[serde(default)]
    insecure_http: bool,
    ca: Option<PathBuf>,
    proxy: Option<Url>,
    #[serde(default = "timeout")]
    timeout_seconds: Seconds,
    #[serde(default = "part_timeout")]
    connect_timeout_seconds: Seconds,
    #[serde(default = "part_timeout")]
    idle_timeout_seconds: Seconds,
    #[serde(default = "retries")]
    retries: u32,
    #[serde(default = "backoff")]
    backoff_seconds: Seconds,
}

fn timeout() -> Seconds {
    Seconds(Duration::from_secs(30))
}

fn part_timeout() -> Seconds {
    Seconds(Duration::from_secs(10))
}

fn retries() -> u32 {
    2
}

fn backoff() -> Seconds {
    Seconds(Duration::from_secs(1))
}

impl CheckerTable {
    pub(super) fn check(self) -> Result<Checker> {
        let name = escape::escape(self.name.as_bytes()).into_owned();
        let is_named = !self.name.is_empty()
            && self.name.len() <= 200
            && self
                .name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_named {
            return Err(Problem::CheckerName { name }.into());
        }
        if self.purpose.trim().is_empty() {
            return Err(Problem::CheckerPurpose { name }.into());
        }
        let http = Http {
            url: self.url,
            signature: None,
            interface: None,
            auth: self.auth,
            insecure_http: self.insecure_http,
            ca: self.ca,
            proxy: self.proxy,
            timeout_seconds: self.timeout_seconds,
            connect_timeout_seconds: self.connect_timeout_seconds,
            idle_timeout_seconds: self.idle_timeout_seconds,
            retries: self.retries,
            backoff_seconds: self.backoff_seconds,
            size_max: u64::MAX,
        };
        http.check()?;
        Ok(Checker {
            name: self.name,
            purpose: self.purpose,
            on_failure: self.fail,
            service: self.service,
            http,
        })
    }
}

/// What a service answered about one hash.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// It knows the hash, or one like it.
    Known(KnownHash),
    /// It knows nothing like it.
    NotKnown,
    /// Nothing is known: neither that it knows the hash nor that it does not.
    NotChecked(Unchecked),
}

impl Answer {
    /// Its name, in small letters with underscores.
    pub const fn name(&self) -> &'static str {
        match self {
            Answer::Known(_) => Answer::NAMES[0],
            Answer::NotKnown => Answer::NAMES[1],
            Answer::NotChecked(_) => Answer::NAMES[2],
        }
    }

    /// The names of all answers.
    pub const NAMES: [&'static str; 3] = ["known", "not_known", "not_checked"];
}

/// What a service says about a hash that it knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KnownHash {
    /// Its class, in the words of the service.
    pub class: Option<String>,
    /// Whether it is the very file or a near one, where the service says so.
    pub is_exact: Option<bool>,
    /// The banks that hold it.
    pub banks: Vec<String>,
    /// How many bits it differs by, of the nearest.
    pub distance: Option<u32>,
}

type Answers = BTreeMap<Hash, Answer>;

impl Service {
    /// The types of hashes that it takes.
    const fn takes(self) -> &'static [HashType] {
        match self {
            Service::Arachnid => arachnid::TYPES,
            Service::Hma => hma::TYPES,
        }
    }

    /// How many hashes one question has.
    const fn batch(self) -> usize {
        match self {
            Service::Arachnid => arachnid::BATCH,
            Service::Hma => 1,
        }
    }
}

impl Checker {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the institution may ask it for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The server that is told of each hash that is asked, without secrets.
    pub fn server(&self) -> String {
        self.http.url.shown()
    }

    /// What a program does with a file that was not checked.
    pub fn on_failure(&self) -> OnFailure {
        self.on_failure
    }

    /// The types of hashes that it takes.
    pub fn hash_types(&self) -> &'static [HashType] {
        self.service.takes()
    }

    /// How many hashes go well into one call of [`Inquiry::ask`].
    pub fn batch(&self) -> usize {
        self.service.batch().max(64)
    }

    /// Begins to ask. Secrets come from `environment`, which is asked for nothing else.
    pub fn inquire<'a>(
        &'a self,
        environment: &'a dyn Fn(&str) -> Option<OsString>,
        cancel: &'a CancelToken,
    ) -> Inquiry<'a> {
        Inquiry {
            checker: self,
            environment,
            cancel,
            failures: 0,
            paused: None,
        }
    }
}

/// Questions to one checker. It remembers that the service fails, so that a service that is down is not waited for with
/// each hash.
pub struct Inquiry<'a> {
    checker: &'a Checker,
    environment: &'a dyn Fn(&str) -> Option<OsString>,
    cancel: &'a CancelToken,
    /// Questions without an answer, since the last answer.
    failures: u32,
    /// Until when nothing is asked.
    paused: Option<Pause>,
}

#[derive(Clone, Copy)]
enum Pause {
    Until(Instant),
    /// For as long as this inquiry lasts.
    Always,
}

impl Inquiry<'_> {
    /// Asks about hashes; an answer for each, in their order.
    ///
    /// # Errors
    /// [`Error::Cancelled`] alone: a failing service is an answer.
    pub fn ask(&mut self, hashes: &[Hash]) -> Result<Vec<Answer>> {
        let service = self.checker.service;
        let mut wanted: Vec<Hash> = hashes.to_vec();
        wanted.retain(|hash| service.takes().contains(&hash.hash_type()));
        wanted.sort_unstable();
        wanted.dedup();
        let mut answers = Answers::new();
        for batch in wanted.chunks(service.batch()) {
            self.ask_batch(batch, &mut answers)?;
        }
        let answer = |hash: &Hash| {
            let name = hash.hash_type().name().to_owned();
            let untaken = || Answer::NotChecked(Unchecked::HashType { name });
            answers.get(hash).cloned().unwrap_or_else(untaken)
        };
        Ok(hashes.iter().map(answer).collect())
    }

    fn ask_batch(&mut self, batch: &[Hash], answers: &mut Answers) -> Result<()> {
        let mut all =
            |answer: Answer| answers.extend(batch.iter().map(|hash| (*hash, answer.clone())));
        if self.is_paused() {
            all(Answer::NotChecked(Unchecked::Paused));
            return Ok(());
        }
        let service = self.checker.service;
        let http = &self.checker.http;
        let answered = match service {
            Service::Arachnid => arachnid::ask(http, batch, self.environment, self.cancel),
            Service::Hma => hma::ask(http, batch, self.environment, self.cancel),
        };
        match answered {
            Ok(Some(found)) => {
                self.failures = 0;
                for hash in batch {
                    let silent = || Answer::NotChecked(Unchecked::Silent);
                    let answer = found.get(hash).cloned().unwrap_or_else(silent);
                    answers.insert(*hash, answer);
                }
            }
            Ok(None) => {
                self.fail(None);
                all(Answer::NotChecked(Unchecked::Unclear));
            }
            Err(Error::Fetch { problem, .. }) => {
                self.fail(Some(&problem));
                all(Answer::NotChecked(Unchecked::Failed { problem }));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn is_paused(&self) -> bool {
        match self.paused {
            None => false,
            Some(Pause::Until(end)) => Instant::now() < end,
            Some(Pause::Always) => true,
        }
    }

    /// Takes account of a question without an answer.
    fn fail(&mut self, problem: Option<&FetchProblem>) {
        self.failures += 1;
        self.paused = match problem {
            Some(FetchProblem::Later { seconds, .. }) => {
                // A pause that no clock can tell lasts.
                let end = Instant::now().checked_add(Duration::from_secs(*seconds));
                Some(end.map_or(Pause::Always, Pause::Until))
            }
            // What is denied once is denied again, and counts as an attack at some servers.
            Some(FetchProblem::Status {
                meaning: StatusMeaning::Denied,
                ..
            }) => Some(Pause::Always),
            _ if self.failures >= FAILURES_MAX => Some(Pause::Always),
            _ => None,
        };
    }
}
