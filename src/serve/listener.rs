//! Connections: how many, how long, and how they end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use basma::error::{Action, Problem};
use basma::{CancelToken, Error};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use listenfd::ListenFd;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::clamd::Clamd;
use super::keys::Callers;
use super::places::Places;
use super::service::Service;
use super::stream::Impatient;
use super::{Listening, Options, reload, router};

/// How long the head of a request may take. It stands in one packet, unless a client means to be slow.
const HEAD: Duration = Duration::from_secs(10);

/// The most bytes of the head of a request.
const HEAD_BYTES: usize = 64 << 10;

/// How often it is asked whether to stop.
const EVERY: Duration = Duration::from_millis(100);

/// How long nothing is accepted after accepting failed, as it does where files run out.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until it is told to stop, then lets the requests under way end.
pub(super) fn run(
    options: &Options,
    service: Arc<Service>,
    stop: &CancelToken,
    ready: impl FnOnce(&Listening),
) -> basma::Result<()> {
    let failed = |source| Error::Io {
        action: Action::Listen,
        path: Path::new(&options.listen.to_string()).to_owned(),
        source,
    };
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(failed)?;
    let listener = listener(options.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let is_local = address.ip().to_canonical().is_loopback();
    if !is_local && matches!(service.callers, Callers::Local) {
        let address = address.to_string();
        return Err(Problem::ListenNeedsKeys { address }.into());
    }
    let router = router::routes(service.clone());
    let ended = runtime.block_on(async {
        let listener = TcpListener::from_std(listener).map_err(failed)?;
        tokio::spawn(reload::follow(service.clone(), stop.clone()));
        let mut listening = Listening {
            http: address,
            clamd: None,
        };
        let mut clamd = JoinSet::new();
        if let Some(place) = &options.clamd {
            let (bound, place) = Clamd::bind(place, options.connections, service.clone()).await?;
            listening.clamd = Some(place);
            clamd.spawn(bound.serve(stop.clone()));
        }
        ready(&listening);
        accept(listener, &service, &router, options, stop).await;
        let ended = async { while clamd.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(options.grace, ended).await;
        Ok(())
    });
    // What still runs on a thread had its time.
    runtime.shutdown_timeout(options.grace);
    ended
}

/// The socket that systemd opened, or else one at an address.
fn listener(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let listener = match ListenFd::from_env().take_tcp_listener(0)? {
        Some(listener) => listener,
        None => std::net::TcpListener::bind(address)?,
    };
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What each connection needs.
#[derive(Clone)]
struct Connections {
    service: Arc<Service>,
    router: Router,
    http: http1::Builder,
    deadline: Duration,
}

async fn accept(
    listener: TcpListener,
    service: &Arc<Service>,
    router: &Router,
    options: &Options,
    stop: &CancelToken,
) {
    let all = Arc::new(Semaphore::new(options.connections));
    let places = Places::new(options.network.connections_per_address);
    let ending = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD.min(options.deadline))
        .max_buf_size(HEAD_BYTES);
    let connections = Connections {
        service: service.clone(),
        router: router.clone(),
        http,
        deadline: options.deadline,
    };
    loop {
        // What waits here waits in the system's queue, and is refused by it once that is full.
        let one = tokio::select! {
            one = all.clone().acquire_owned() => one,
            () = stopped(stop) => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(stop) => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Some(place) = places.take(peer.ip()) else {
            service.watch.metrics.refused("address");
            continue;
        };
        let connections = connections.clone();
        let watcher = ending.watcher();
        tokio::spawn(async move {
            connections.serve(stream, watcher).await;
            drop((one, place));
        });
    }
    // Nobody shall wait for what is not accepted any more. A socket of systemd's stays open there.
    drop(listener);
    let _ = tokio::time::timeout(options.grace, ending.shutdown()).await;
}

impl Connections {
    async fn serve(self, stream: TcpStream, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        self.service.watch.metrics.connections.inc();
        let stream = Impatient::new(stream, self.deadline);
        if let Some(tls) = &self.service.tls {
            let spoken = tokio::time::timeout(HEAD, tls.acceptor().accept(stream)).await;
            if let Ok(Ok(stream)) = spoken {
                self.answer_all(stream, watcher).await;
            } else {
                self.service.watch.metrics.refused("tls");
            }
        } else {
            self.answer_all(stream, watcher).await;
        }
        self.service.watch.metrics.connections.dec();
    }

    async fn answer_all<S>(&self, stream: S, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router.clone();
        let answers = service_fn(move |request| answer(router.clone(), request));
        let connection = self.http.serve_connection(TokioIo::new(stream), answers);
        // How a connection ends concerns its client alone.
        let _ = watcher.watch(connection).await;
    }
}

/// The answer to one request.
async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    let request = router::with_single_slashes(request.map(Body::new));
    router.oneshot(request).await
}

/// Waits until the service is to end.
pub(super) async fn stopped(stop: &CancelToken) {
    while !stop.is_cancelled() {
        tokio::time::sleep(EVERY).await;
    }
}
