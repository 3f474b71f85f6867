//! What is read again while the service runs: keys and certificates. Lists follow their store by themselves.

use std::sync::Arc;
use std::time::Duration;

use basma::CancelToken;

use super::service::Service;
use super::watch::log::TARGET;

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// Reads files again when they change, and all of them on SIGHUP, until the service ends.
pub(super) async fn follow(service: Arc<Service>, stop: CancelToken) {
    let mut hangups = Hangups::new();
    while !stop.is_cancelled() {
        let asked = tokio::select! {
            () = tokio::time::sleep(EVERY) => false,
            () = hangups.next() => true,
        };
        let service = service.clone();
        let done = tokio::task::spawn_blocking(move || reload(&service, asked));
        let _ = done.await;
    }
}

fn reload(service: &Service, asked: bool) {
    let keys = service.callers.reload(asked);
    let tls = service.tls.as_ref().and_then(|tls| tls.reload(asked));
    for (what, done) in [("keys", keys), ("certificate", tls)] {
        match done {
            None => {}
            Some(Ok(())) => tracing::info!(target: TARGET, what, "read again"),
            Some(Err(error)) => {
                let error = error.to_string();
                tracing::error!(target: TARGET, what, error, "cannot be read again; what was read before stays in force");
            }
        }
    }
}

/// The signals that ask to read files again.
#[cfg(unix)]
struct Hangups(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Hangups {
    fn new() -> Hangups {
        use tokio::signal::unix::{SignalKind, signal};
        // Without the signal, files are read again when they change.
        Hangups(signal(SignalKind::hangup()).ok())
    }

    async fn next(&mut self) {
        if let Some(signal) = &mut self.0 {
            signal.recv().await;
        } else {
            std::future::pending().await
        }
    }
}

#[cfg(not(unix))]
struct Hangups;

#[cfg(not(unix))]
impl Hangups {
    fn new() -> Hangups {
        Hangups
    }

    async fn next(&mut self) {
        std::future::pending().await
    }
}
