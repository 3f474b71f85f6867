//! Decisions about entries, one request at a time: what is answered is in the store.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use basma::Error;
use basma::store::{Decision, Store};

use super::answer::Refusal;
use super::service::Service;

/// How long a change waits for another process that changes the store, which takes no longer than a moment.
const PATIENCE: Duration = Duration::from_secs(5);

impl Service {
    /// Takes decisions: all of them are in the store when this returns, or none is.
    ///
    /// # Errors
    /// 403 on a replica; 503 while another process holds the store, 507 where its disk is full.
    #[allow(dead_code, reason = "the review page decides through it")]
    pub(super) async fn decide(
        self: &Arc<Service>,
        decisions: Vec<Decision>,
    ) -> Result<(), Refusal> {
        self.change(move |service| decide(&service.store, &decisions))
            .await
    }

    /// Does work that changes the store or the journal, alone, on a thread that may wait.
    pub(super) async fn change<T: Send + 'static>(
        self: &Arc<Service>,
        work: impl FnOnce(&Arc<Service>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        if self.read_only {
            return Err(read_only());
        }
        let alone = self.changing.clone().lock_owned().await;
        let service = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _alone = alone;
            work(&service)
        });
        done.await.map_err(|_| internal())?
    }
}

/// Takes decisions on this thread.
pub(super) fn decide(store: &Store, decisions: &[Decision]) -> Result<(), Refusal> {
    // What failed after they were in force is made up for by the next writer.
    store
        .decide_within(decisions, PATIENCE)
        .map(drop)
        .map_err(|error| refusal(&error))
}

/// The present, in seconds since 1970-01-01 UTC.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_secs()).unwrap_or(i64::MAX)
}

/// The answer where the store could not be changed.
pub(super) fn refusal(error: &Error) -> Refusal {
    match error {
        Error::Busy { .. } => busy(),
        Error::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => full(),
        Error::Io { source, .. } if source.kind() == io::ErrorKind::QuotaExceeded => full(),
        Error::Io { source, .. } if source.kind() == io::ErrorKind::FileTooLarge => full(),
        _ => internal(),
    }
}

/// The answer of a replica.
pub(super) fn read_only() -> Refusal {
    let message = "this service is a replica; send changes to the service of the store's owner";
    Refusal::new(StatusCode::FORBIDDEN, message)
}

/// Another process changes the store. [`Refusal`] adds when to come again.
pub(super) fn busy() -> Refusal {
    let message = "the store is locked; try again later";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message)
}

/// There is no room for what was to be kept.
pub(super) fn full() -> Refusal {
    let message = "the disk of the store is full; nothing was changed";
    Refusal::new(StatusCode::INSUFFICIENT_STORAGE, message)
}

/// Something failed that the operator must look at.
pub(super) fn internal() -> Refusal {
    let message = "The server encountered an internal error and was unable to complete your request. Either the server \
                   is overloaded or there is an error in the application.";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_told_by_its_cause() {
        let of = |kind: io::ErrorKind| {
            let action = basma::error::Action::Write;
            let error = Error::Io {
                action,
                path: "x".into(),
                source: io::Error::from(kind),
            };
            refusal(&error).status.as_u16()
        };
        assert_eq!(of(io::ErrorKind::StorageFull), 507);
        assert_eq!(of(io::ErrorKind::PermissionDenied), 500);
    }
}
