//! The media of a request: received within limits, hashed by few threads, given up when its client is.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use basma::CancelToken;
use basma::hash::HashType;
use basma::hasher::{Fingerprint, Hasher, Views};
use basma::matcher::Found;
use prometheus_client::metrics::gauge::Gauge;

use super::answer::Refusal;
use super::memory::{BODIES, Share};
use super::service::Service;

/// How much of a request stays in memory. More goes to a file without a name.
const MEMORY_BYTES: usize = 1 << 20;

/// What was received of a request so far.
pub(super) struct Received {
    memory: Vec<u8>,
    /// Of the memory of all requests, what this one takes.
    share: Share,
    file: Option<File>,
    bytes: u64,
    most: u64,
}

impl Received {
    /// Nothing yet, of at most so many bytes.
    pub(super) fn new(most: u64) -> Received {
        Received {
            memory: Vec::new(),
            share: BODIES.share(),
            file: None,
            bytes: 0,
            most,
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// 413 where they are more than was allowed, 507 where the disk of temporary files is full.
    pub(super) fn push(&mut self, chunk: &Bytes) -> Result<(), Refusal> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.most {
            return Err(too_large());
        }
        let is_small = self.memory.len() + chunk.len() <= MEMORY_BYTES;
        if self.file.is_none() && is_small && self.share.grow(chunk.len() as u64) {
            self.memory.extend_from_slice(chunk);
            return Ok(());
        }
        self.spool(chunk).map_err(|_| no_room())
    }

    fn spool(&mut self, chunk: &Bytes) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            return file.write_all(chunk);
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(&self.memory)?;
        file.write_all(chunk)?;
        self.memory = Vec::new();
        self.share.clear();
        self.file = Some(file);
        Ok(())
    }

    /// All of it, as a file without a name, read from its beginning on.
    pub(super) fn into_file(mut self) -> io::Result<File> {
        if self.file.is_none() {
            self.spool(&Bytes::new())?;
        }
        let mut file = self.file.expect("it was just spooled");
        file.rewind()?;
        Ok(file)
    }

    /// How many bytes were received.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

pub(super) fn too_large() -> Refusal {
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "Content too large")
}

/// Other bodies take all memory for them.
pub(super) fn no_memory() -> Refusal {
    let message = "the service has no memory for the body now; try again later";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message)
}

fn no_room() -> Refusal {
    let message = "the service has no room for the file now";
    Refusal::new(StatusCode::INSUFFICIENT_STORAGE, message)
}

/// Cancels a job once its request is gone: the client left, or its time is over.
struct Leaving(CancelToken);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Service {
    /// The hashes of a file of these types, of pictures as they are stored. [`Fingerprint::error`] says what was not looked at.
    pub(super) async fn hash(
        self: &Arc<Service>,
        received: Received,
        types: &'static [HashType],
    ) -> Result<Fingerprint, Refusal> {
        let hasher = self.hasher().with_types(types.iter().copied());
        let hasher = hasher.with_views(Views::Stored);
        self.work(move |stop| hash_here(hasher, received, stop))
            .await
    }

    /// The hashes of a file and what they match.
    pub(super) async fn examine(
        self: &Arc<Service>,
        received: Received,
    ) -> Result<(Fingerprint, Found), Refusal> {
        let service = self.clone();
        self.work(move |stop| {
            let hasher = service.hasher();
            let fingerprint = hash_here(hasher, received, stop)?;
            let mut found = service.matcher()?.find(&fingerprint).map_err(failed)?;
            service.judge(&mut found.matches);
            service.watch.metrics.found(&found);
            service.note_file(&fingerprint, &found);
            Ok((fingerprint, found))
        })
        .await
    }

    /// Does work that takes a core, on one of the threads for it.
    pub(super) async fn work<T: Send + 'static>(
        self: &Arc<Service>,
        work: impl FnOnce(CancelToken) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let _counted = self.count_file();
        let place = self.jobs.clone().acquire_owned().await;
        let stop = CancelToken::new();
        let leaving = Leaving(stop.clone());
        // The work goes on for a while after a client that left.
        let under_way = self.withdrawals.enter();
        let done = tokio::task::spawn_blocking(move || {
            let (_place, _under_way) = (place, under_way);
            work(stop)
        });
        let done = done.await;
        drop(leaving);
        let panicked = |_| {
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the file could not be examined",
            )
        };
        done.map_err(panicked)?
    }

    /// Counts a file until this is dropped.
    fn count_file(&self) -> impl Drop + use<> {
        struct Counted(Gauge);
        impl Drop for Counted {
            fn drop(&mut self) {
                self.0.dec();
            }
        }
        let files = self.watch.metrics.files.clone();
        files.inc();
        Counted(files)
    }
}

/// The hashes of a file, on this thread.
pub(super) fn hash_here(
    hasher: Hasher,
    received: Received,
    stop: CancelToken,
) -> Result<Fingerprint, Refusal> {
    let hasher = hasher.with_cancel(stop);
    let Some(mut file) = received.file else {
        return Ok(hasher.hash_bytes(&received.memory));
    };
    let hashed = file.rewind().and_then(|()| hasher.hash_file(&file));
    hashed.map_err(|_| no_room())
}

/// The answer where the lists cannot be read. What is wrong with them concerns the operator, who reads it in the log.
pub(super) fn failed(_: basma::Error) -> Refusal {
    let message = "the lists could not be looked up in";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}
