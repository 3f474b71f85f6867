//! How connections end: what was asked is answered, and what was answered arrives.
//!
//! A service that is told to stop goes on with requests whose first byte came. A connection without any is closed after a
//! while, and each answer until then says that its connection ends.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long a connection without a request stays open once the service ends: a client that asks often asks meanwhile, and
/// learns from the answer that it needs another connection.
pub(super) const LINGER: Duration = Duration::from_secs(1);

/// How long nothing may come before no connection waits to be accepted.
pub(super) const QUIET: Duration = Duration::from_millis(20);

/// The most connections that the system keeps for a listener of the standard library.
pub(super) const WAITING_MAX: usize = 129;

/// How long a client may still send after its last answer.
pub(super) const DRAIN: Duration = Duration::from_secs(5);

/// How much a client may still send.
const DRAIN_BYTES: usize = 128 << 20;

/// Whether the service ends.
pub(super) type Ends = watch::Receiver<bool>;

/// What passes through a connection, for the decision whether anything is under way.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Requests without an answer.
    running: AtomicUsize,
    /// Bytes came that no answered request took.
    has_begun: AtomicBool,
    /// A client does not take what is written.
    waits: AtomicBool,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing was under way when the service ended.
    Quiet,
    /// Its client may still send.
    Other,
}

/// A request that is counted until this is dropped.
struct Running(Arc<Traffic>);

impl Traffic {
    /// Bytes came.
    pub(super) fn received(&self) {
        self.has_begun.store(true, Ordering::Relaxed);
    }

    /// A write waits for the client, or does not any more.
    pub(super) fn waits(&self, waits: bool) {
        self.waits.store(waits, Ordering::Relaxed);
    }

    /// What came until now was no request: it made the connection one of TLS.
    fn restart(&self) {
        self.has_begun.store(false, Ordering::Relaxed);
    }

    fn begin(self: &Arc<Traffic>) -> Running {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(self.clone())
    }

    fn is_quiet(&self) -> bool {
        let is_set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        self.running.load(Ordering::Relaxed) == 0
            && !is_set(&self.has_begun)
            && !is_set(&self.waits)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.has_begun.store(false, Ordering::Relaxed);
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where a stream goes whose user has no more use for it.
#[derive(Debug)]
pub(super) struct Returned<S>(Arc<Mutex<Option<S>>>);

impl<S> Returned<S> {
    pub(super) fn new() -> Returned<S> {
        Returned(Arc::default())
    }

    pub(super) fn put(&self, stream: S) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
    }

    pub(super) fn take(&self) -> Option<S> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.take()
    }
}

impl<S> Clone for Returned<S> {
    fn clone(&self) -> Returned<S> {
        Returned(self.0.clone())
    }
}

/// Answers the requests of one connection until it ends, or nothing is under way and the service ends.
pub(super) async fn serve<S, A>(
    stream: S,
    http: &http1::Builder,
    traffic: &Arc<Traffic>,
    mut ends: Ends,
    answer: impl Fn(Request<Incoming>) -> A,
) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: Future<Output = Response<Body>>,
{
    traffic.restart();
    let told = ends.clone();
    let answers = service_fn(|request| {
        let (running, answered, told) = (traffic.begin(), answer(request), told.clone());
        async move {
            let mut response = answered.await;
            if *told.borrow() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            drop(running);
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answers));
    // How a connection ends concerns its client alone.
    tokio::select! {
        biased;
        _ = connection.as_mut() => return End::Other,
        _ = ends.wait_for(|ends| *ends) => {}
    }
    loop {
        tokio::select! {
            biased;
            _ = connection.as_mut() => return End::Other,
            () = sleep(LINGER) => {}
        }
        if traffic.is_quiet() {
            break;
        }
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
    End::Quiet
}

/// Ends a connection so that its client can read all that was written, whatever it still sends. A socket that is closed with
/// unread bytes is reset, and what the client has not read by then is lost (RFC 9112, section 9.6).
pub(super) async fn leave(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let rest = async {
        // It may be ended already.
        let _ = stream.shutdown().await;
        let (mut piece, mut taken) = (vec![0; 8 << 10], 0);
        while taken < DRAIN_BYTES {
            match stream.read(&mut piece).await {
                Ok(count @ 1..) => taken += count,
                _ => return,
            }
        }
    };
    let _ = timeout(DRAIN, rest).await;
}
