//! Connections: how many, how long, and how they end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use basma::error::Action;
use basma::{CancelToken, Error};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::service::Service;
use super::{Options, answer, router};

/// How long the head of a request may take. It stands in one packet, unless a client means to be slow.
const HEAD: Duration = Duration::from_secs(10);

/// How often it is asked whether to stop.
const EVERY: Duration = Duration::from_millis(100);

/// How long nothing is accepted after accepting failed, as it does where files run out.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until it is told to stop, then lets the requests under way end.
pub(super) fn run(
    options: &Options,
    service: Arc<Service>,
    stop: &CancelToken,
    ready: impl FnOnce(SocketAddr),
) -> basma::Result<()> {
    let failed = |source| Error::Io {
        action: Action::Listen,
        path: Path::new(&options.listen.to_string()).to_owned(),
        source,
    };
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(failed)?;
    let router = router::routes(service);
    runtime.block_on(async {
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        ready(listener.local_addr().map_err(failed)?);
        accept(&listener, &router, options, stop).await;
        Ok(())
    })
}

async fn accept(listener: &TcpListener, router: &Router, options: &Options, stop: &CancelToken) {
    let connections = Arc::new(Semaphore::new(options.connections));
    let ending = GracefulShutdown::new();
    let deadline = options.deadline;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    loop {
        // What waits here waits in the system's queue, and is refused by it once that is full.
        let place = tokio::select! {
            place = connections.clone().acquire_owned() => place,
            () = stopped(stop) => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(stop) => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let answers = service_fn(move |request| answer(router.clone(), request, deadline));
        let connection = http.serve_connection(TokioIo::new(stream), answers);
        let connection = ending.watch(connection);
        tokio::spawn(async move {
            // How a connection ends concerns its client alone.
            let _ = connection.await;
            drop(place);
        });
    }
    let _ = tokio::time::timeout(options.grace, ending.shutdown()).await;
}

/// The answer to one request, within its time.
async fn answer(
    router: Router,
    request: Request<Incoming>,
    deadline: Duration,
) -> Result<Response, Infallible> {
    let request = router::with_single_slashes(request.map(Body::new));
    let answered = tokio::time::timeout(deadline, router.oneshot(request)).await;
    answered.unwrap_or_else(|_| Ok(answer::too_slow()))
}

async fn stopped(stop: &CancelToken) {
    while !stop.is_cancelled() {
        tokio::time::sleep(EVERY).await;
    }
}
