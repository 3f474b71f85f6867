//! Questions to a service that answers each by itself: what is asked of a checker.
//!
//! The client, its limits and its trust are those of fetching. What may be better in a moment is asked for again within
//! the time of the question, after the pause that the service asks for.

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};

use super::attempts::{Attempts, Failure};
use super::client::Client;
use super::url::FetchUrl;
use super::{Http, STOP_EVERY};
use crate::error::FetchProblem;
use crate::{CancelToken, Error, Result};

/// The longest answer, in bytes.
const BYTES_MAX: u64 = 16 << 20;

/// What is asked.
pub(crate) enum Question<'a> {
    /// A body of JSON to the URL itself.
    Post(&'a str),
    /// A path beneath the URL, with a query.
    Get(&'a str, &'a [(&'a str, String)]),
}

/// Asks once, or as often as may help. The time of the configuration is that of this question.
///
/// # Errors
/// [`Error::Fetch`], [`Error::Cancelled`].
pub(crate) fn ask(
    http: &Http,
    question: &Question<'_>,
    environment: &dyn Fn(&str) -> Option<OsString>,
    cancel: &CancelToken,
) -> Result<Vec<u8>> {
    let failed = |problem| http.failed(problem);
    let (place, _) = http.places().map_err(failed)?;
    let credential = http.auth.as_ref().map(|auth| auth.credential(environment));
    let credential = credential.transpose().map_err(|p| failed(p.into()))?;
    let target = match question {
        Question::Post(_) => place.clone(),
        Question::Get(path, pairs) => below(&place, path, pairs).map_err(failed)?,
    };
    let client = Client::new(http, place, credential).map_err(failed)?;
    let stopped = AtomicBool::new(false);
    let once = || {
        if stopped.load(Ordering::Relaxed) {
            return Err(Failure::Here(Error::Cancelled));
        }
        let answer = match question {
            Question::Post(body) => client.post_as_caller(&target, body)?,
            Question::Get(..) => client.get(&target, &[])?,
        };
        answer.whole(BYTES_MAX)
    };
    // A service that says nothing keeps a thread waiting. Another one can close its connection.
    let outcome = std::thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        let job = scope.spawn(|| {
            let outcome = Attempts::new(http, &client, &stopped).run(once);
            drop(done);
            outcome
        });
        while waiting.recv_timeout(STOP_EVERY) == Err(RecvTimeoutError::Timeout) {
            if cancel.is_cancelled() && !stopped.swap(true, Ordering::Relaxed) {
                client.close();
            }
        }
        job.join()
    });
    let outcome = outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    outcome.map_err(|failure| match failure {
        _ if stopped.load(Ordering::Relaxed) => Error::Cancelled,
        Failure::Here(error) => error,
        Failure::Final(problem) | Failure::Again(problem, _) => failed(problem),
    })
}

fn below(place: &FetchUrl, path: &str, pairs: &[(&str, String)]) -> Result<FetchUrl, FetchProblem> {
    place.below(path)?.with_pairs(pairs)
}
