//! What is read again while the service runs: keys and certificates. Lists follow their store by themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use basma::CancelToken;

use super::service::Service;
use super::watch::log::TARGET;

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// Reads files again when they change, and all of them when asked to, until the service ends.
pub(super) async fn follow(service: Arc<Service>, asked: Asked, stop: CancelToken) {
    while !stop.is_cancelled() {
        tokio::time::sleep(EVERY).await;
        let (service, asked) = (service.clone(), asked.take());
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

/// Whether SIGHUP asked to read files again.
pub(super) struct Asked(Arc<AtomicBool>);

impl Asked {
    /// Catches SIGHUP from now on. A process that does not catch it ends by it, so this comes before all that takes time.
    pub(super) fn listen() -> Asked {
        let asked = Arc::new(AtomicBool::new(false));
        // Without the signal, files are read again when they change.
        #[cfg(unix)]
        let _ = signal_hook::flag::register(signal_hook::consts::SIGHUP, asked.clone());
        Asked(asked)
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_taken_once_from_the_first_instant() {
        let asked = Asked::listen();
        assert!(!asked.take());
        signal_hook::low_level::raise(signal_hook::consts::SIGHUP).unwrap();
        assert!(asked.take());
        assert!(!asked.take());
    }
}
