//! Again, after a wait that grows: what may be better in a moment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::client::Client;
use super::{Http, STOP_EVERY};
use crate::Error;
use crate::error::FetchProblem;

/// The longest wait that is chosen here.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// The longest wait that a server may ask for within a job.
pub(super) const ASKED_MAX: Duration = Duration::from_secs(120);

/// Why an attempt failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// This machine's doing.
    Here(Error),
    /// What another attempt would meet again.
    Final(FetchProblem),
    /// What may have passed by the next attempt, and how long the server asks to wait for that.
    Again(FetchProblem, Option<Duration>),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Here(error)
    }
}

impl From<FetchProblem> for Failure {
    fn from(problem: FetchProblem) -> Failure {
        Failure::Final(problem)
    }
}

/// The attempts at one resource.
pub(super) struct Attempts<'a> {
    left: u32,
    wait_max: Duration,
    client: &'a Client,
    stopped: &'a AtomicBool,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(http: &Http, client: &'a Client, stopped: &'a AtomicBool) -> Attempts<'a> {
        Attempts {
            left: http.retries,
            wait_max: http.backoff_seconds.0,
            client,
            stopped,
        }
    }

    /// Until one succeeds, or fails for good, or there is no time or no attempt left.
    pub(super) fn run<T>(
        mut self,
        mut attempt: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        loop {
            let (problem, asked) = match attempt() {
                Err(Failure::Again(problem, asked)) if self.left > 0 => (problem, asked),
                outcome => return outcome,
            };
            self.left -= 1;
            // Anywhere within the limit ("full jitter"), so that many clients do not come back all at once.
            let wait = part_of(self.wait_max).max(asked.unwrap_or_default());
            self.wait_max = (self.wait_max * 2).min(WAIT_MAX);
            if wait >= self.client.left() || !self.pause(wait) {
                return Err(Failure::Final(problem));
            }
        }
    }

    /// Whether it was waited to the end.
    fn pause(&self, wait: Duration) -> bool {
        let ends = Instant::now() + wait;
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                return false;
            }
            let left = ends.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(STOP_EVERY));
        }
    }
}

/// A random part of a time; half of it where the system has no random bytes.
fn part_of(most: Duration) -> Duration {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => most.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)),
        Err(_) => most / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_anywhere_within_their_limit() {
        let most = Duration::from_secs(8);
        let waits: Vec<Duration> = (0..200).map(|_| part_of(most)).collect();
        assert!(waits.iter().all(|wait| *wait <= most));
        // Of 200 that fall anywhere, all in one half are less likely than a broken disk.
        assert!(waits.iter().any(|wait| *wait < most / 2));
        assert!(waits.iter().any(|wait| *wait > most / 2));
    }
}
