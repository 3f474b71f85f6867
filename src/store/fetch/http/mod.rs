//! A list on a server, over HTTP/1.1 and TLS.
//!
//! One line: `ask (if it changed) -> follow redirects on the same server -> check the stated length -> count what comes
//! -> compare`. What was cut is asked for again, after a wait that grows. It goes on from where it was cut if the
//! server has a strong `ETag`. What cannot become better is an error at once.
//!
//! An answer is taken only where its end can be told from a cut: with `Content-Length`, or in chunks. Encodings are not
//! asked for and not undone, so that the bytes kept are the bytes published. The environment decides nothing: no proxy
//! comes from it. A secret goes to the server of the `url` alone.
//!
//! A job that is to stop does so within a moment. A name that is being looked up and a connection that is being made
//! end by `connect_timeout_seconds`.
//!
//! A provider may have an interface in place of a file: [`pages`] goes through it on the same client.
//!
//! Neither names, headers nor bodies are logged here. The libraries beneath log their requests at the level `trace`. A
//! program with secrets should not turn that on for `ureq` and `ureq_proto`.

mod answer;
mod attempts;
mod client;
mod config;
pub(crate) mod exchange;
#[cfg(any(test, fuzzing))]
mod fuzz;
pub(crate) mod pages;
mod part;
mod surplus;
mod url;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ureq::http::{HeaderName, StatusCode, header};

use super::{Fetched, Fresh, Known, Request};
use crate::error::{FetchProblem, RangeFault};
use crate::store::fetch::signature;
use crate::store::layout::clock;
use crate::store::layout::raw::{Digest, Raw};
use crate::{Error, Result, escape};
use answer::Answer;
use attempts::{Attempts, Failure};
use client::Client;
pub(crate) use config::{Http, Seconds};
use pages::{Interface, Pages};
use part::{Download, Version};
use url::FetchUrl;
pub(crate) use url::Url;

/// How soon it is noticed that the job is to stop.
const STOP_EVERY: Duration = Duration::from_millis(50);

pub(super) fn fetch(request: &Request<'_>, http: &Http) -> Result<Fetched> {
    let failed = |problem| http.failed(problem);
    let (place, signature) = http.places().map_err(failed)?;
    // The password of a session goes to its tokens alone.
    let has_session = http.interface.as_ref().is_some_and(Interface::has_session);
    let credential = http
        .auth
        .as_ref()
        .filter(|_| !has_session)
        .map(|a| a.credential(request.environment));
    let credential = credential.transpose().map_err(|p| failed(p.into()))?;
    let id = match &http.interface {
        None => Digest::of(http.url.0.as_bytes()),
        Some(interface) => {
            let asked = format!("{} {}", http.url.0, interface.identity());
            Digest::of(asked.as_bytes())
        }
    };
    let stopped = AtomicBool::new(false);
    let warnings = Mutex::new(Vec::new());
    let client = Client::new(http, place.clone(), credential).map_err(failed)?;
    let job = Job {
        http,
        client: &client,
        list: request.list,
        before: request.known,
        known: request.known.holds(&id, request).then_some(request.known),
        raw: request.raw,
        signature: request.signed.then_some(signature),
        place,
        id,
        stopped: &stopped,
    };
    let pages = http.interface.as_ref().map(|interface| {
        Ok::<_, FetchProblem>(Pages {
            http,
            interface,
            client: &client,
            list: request.list,
            known: request.known,
            is_known: request.known.holds(&id, request),
            raw: request.raw,
            place: job.place.clone(),
            id,
            headers: interface.headers(request.environment)?,
            sign_in: interface.sign_in(http.auth.as_ref(), request.environment)?,
            stopped: &stopped,
            warnings: &warnings,
            letter: Mutex::new(None),
            now: clock::now(),
        })
    });
    let pages = pages.transpose().map_err(failed)?;
    // A server that says nothing keeps a thread waiting. Another one can close its connection.
    let outcome = std::thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        let job = scope.spawn(|| {
            let outcome = match &pages {
                Some(pages) => pages.run(),
                None => job.run(),
            };
            drop(done);
            outcome
        });
        while waiting.recv_timeout(STOP_EVERY) == Err(RecvTimeoutError::Timeout) {
            if (request.stop)() && !stopped.swap(true, Ordering::Relaxed) {
                client.close();
            }
        }
        job.join()
    });
    let outcome = outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    drop(pages);
    let warnings = warnings
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    warnings.into_iter().for_each(request.warn);
    match outcome {
        Err(_) if stopped.load(Ordering::Relaxed) => Err(Error::Cancelled),
        outcome => outcome,
    }
}

/// One list on its server, to be fetched now.
struct Job<'a> {
    http: &'a Http,
    client: &'a Client,
    list: &'a str,
    /// What the last success left, ...
    before: &'a Known,
    /// ... if that was of this URL, and its bytes are still there.
    known: Option<&'a Known>,
    raw: &'a Raw,
    /// Where the signature is, if there must be one.
    signature: Option<FetchUrl>,
    place: FetchUrl,
    /// The digest of the URL, which may hold a key.
    id: Digest,
    stopped: &'a AtomicBool,
}

/// The result for the list's own resource.
enum Listed {
    /// It has what it had.
    Same(Known),
    /// So many bytes were kept.
    New(Known, Digest, u64),
}

impl Job<'_> {
    fn run(&self) -> Result<Fetched> {
        let mut part = Download::open(self.raw, self.list, self.id, &|| self.is_stopped())?;
        // First: without it nothing of the list is of use.
        let signature = match &self.signature {
            Some(place) => Some(self.attempt(|| self.signature(place))?),
            None => None,
        };
        let listed = self.attempt(|| self.list(&mut part))?;
        Ok(match listed {
            Listed::Same(known) => Fetched::Unchanged {
                signature,
                known: Box::new(known),
            },
            Listed::New(known, digest, bytes) => Fresh {
                name: known.name.clone().unwrap_or_default(),
                digest,
                bytes,
                as_of: known.as_of,
                signature,
                mode: None,
                known,
            }
            .or_unchanged(self.before),
        })
    }

    fn attempt<T>(&self, attempt: impl FnMut() -> Result<T, Failure>) -> Result<T> {
        let attempts = Attempts::new(self.http, self.client, self.stopped);
        attempts.run(attempt).map_err(|failure| match failure {
            Failure::Here(error) => error,
            Failure::Final(problem) | Failure::Again(problem, _) => self.http.failed(problem),
        })
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Asks for the list, or for the rest of it, once.
    fn list(&self, part: &mut Download<'_, Version>) -> Result<Listed, Failure> {
        let waiting = part.waiting();
        let (ask, conditional) = match &waiting {
            Some((bytes, version)) => (rest(*bytes, version), false),
            None => condition(self.known),
        };
        let answer = self.client.get(&self.place, &ask)?;
        let announced = match (answer.status(), waiting) {
            (StatusCode::OK, _) => {
                let announced = answer.length()?;
                part.restart(answer.version())?;
                announced
            }
            (StatusCode::PARTIAL_CONTENT, Some((bytes, version))) => {
                match answer.rest_of(bytes, &version) {
                    Ok(total) => Some(total),
                    Err(problem) => {
                        // What waits fits nothing that the server has: all of it is asked for.
                        part.discard()?;
                        return Err(Failure::Again(problem, None));
                    }
                }
            }
            (StatusCode::RANGE_NOT_SATISFIABLE, Some(_)) => {
                part.discard()?;
                let problem = FetchProblem::Range {
                    fault: RangeFault::NoMore,
                };
                return Err(Failure::Again(problem, None));
            }
            (StatusCode::NOT_MODIFIED, None) if conditional => {
                return Ok(Listed::Same(self.same(&answer)));
            }
            _ => return Err(answer.refusal()),
        };
        let known = self.after(&answer, part);
        let limit = self.http.size_max;
        if announced.is_some_and(|announced| announced > limit) {
            part.discard()?;
            return Err(Failure::Final(FetchProblem::TooLarge { limit }));
        }
        let found = answer.each(part.bytes(), |chunk| {
            if self.is_stopped() {
                return Err(Failure::Here(Error::Cancelled));
            }
            if part.bytes() + chunk.len() as u64 > limit {
                return Err(Failure::Final(FetchProblem::TooLarge { limit }));
            }
            Ok(part.write(chunk)?)
        });
        if let Err(failure) = found {
            // Where the rest may come another time, what is there waits for it. What is wrong, or fills the disk, does not.
            match failure {
                Failure::Again(..)
                | Failure::Final(FetchProblem::Timeout { .. })
                | Failure::Here(Error::Cancelled) => part.pause()?,
                Failure::Final(_) | Failure::Here(_) => part.discard()?,
            }
            return Err(failure);
        }
        let bytes = part.bytes();
        let digest = part.finish()?;
        let known = Known {
            digest: Some(digest),
            ..known
        };
        Ok(Listed::New(known, digest, bytes))
    }

    fn signature(&self, place: &FetchUrl) -> Result<Vec<u8>, Failure> {
        let answer = self.client.get(place, &[])?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                let location = place.to_string();
                return Err(Failure::Final(FetchProblem::NoSignature { location }));
            }
            _ => return Err(answer.refusal()),
        }
        answer.length()?;
        let mut bytes = Vec::new();
        answer.each(0, |chunk| {
            bytes.extend_from_slice(chunk);
            let limit = signature::BYTES_MAX;
            if bytes.len() as u64 > limit {
                Err(Failure::Final(FetchProblem::TooLarge { limit }))
            } else {
                Ok(())
            }
        })?;
        Ok(bytes)
    }

    /// What is to be known after an answer with all of the list, but for its digest.
    fn after(&self, answer: &Answer<'_>, part: &Download<'_, Version>) -> Known {
        let name = match self.place.file_name() {
            "" => self.list,
            name => name,
        };
        // The answer with the rest need not repeat what the first one said.
        let last_modified = answer.last_modified().or_else(|| part.last_modified());
        Known {
            as_of: last_modified.as_ref().map(|(_, seconds)| *seconds),
            name: Some(escape::escape(name.as_bytes()).into_owned()),
            place: Some(self.id),
            etag: answer.etag(),
            last_modified: last_modified.map(|(text, _)| text),
            ..Known::default()
        }
    }

    /// What is to be known after an answer that nothing has changed.
    fn same(&self, answer: &Answer<'_>) -> Known {
        let known = self.known.cloned().unwrap_or_default();
        match answer.last_modified() {
            Some((text, seconds)) => Known {
                as_of: Some(seconds),
                last_modified: Some(text),
                ..known
            },
            None => known,
        }
    }
}

type Ask = Vec<(HeaderName, String)>;

/// Asks for what is missing, of the version that the beginning is of (RFC 9110, section 13.1.5).
fn rest(bytes: u64, version: &Version) -> Ask {
    vec![
        (header::RANGE, format!("bytes={bytes}-")),
        (header::IF_RANGE, version.etag.clone()),
    ]
}

/// Asks for the list if it is not the known one, and tells whether that is asked. An `ETag` tells better than a time.
fn condition(known: Option<&Known>) -> (Ask, bool) {
    let ask = known.and_then(|known| {
        let etag = known.etag.clone().map(|e| (header::IF_NONE_MATCH, e));
        let time = known.last_modified.clone();
        etag.or_else(|| time.map(|t| (header::IF_MODIFIED_SINCE, t)))
    });
    (ask.iter().cloned().collect(), ask.is_some())
}

#[cfg(test)]
pub(in crate::store) use tests::server;
#[cfg(test)]
mod tests;
