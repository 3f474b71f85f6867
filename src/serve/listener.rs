//! Connections: how many, how long, and how they end.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use basma::error::{Action, Problem};
use basma::{CancelToken, Error};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use listenfd::ListenFd;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use tower::ServiceExt as _;

use super::clamd::Clamd;
use super::ending::{self, End, Ends, QUIET, Returned, Traffic, WAITING_MAX};
use super::keys::Callers;
use super::places::Places;
use super::reload::Asked;
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
    asked: Asked,
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
    let (listener, is_handed_over) = listener(options.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let is_local = address.ip().to_canonical().is_loopback();
    if !is_local && matches!(service.callers, Callers::Local) {
        let address = address.to_string();
        return Err(Problem::ListenNeedsKeys { address }.into());
    }
    let router = router::routes(service.clone());
    let ended = runtime.block_on(async {
        let listener = TcpListener::from_std(listener).map_err(failed)?;
        tokio::spawn(reload::follow(service.clone(), asked, stop.clone()));
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
        let connections = Connections::new(&service, router, options);
        connections.accept(&listener, stop).await;
        let end = Instant::now() + options.grace;
        connections.end(listener, is_handed_over, end).await;
        let ended = async { while clamd.join_next().await.is_some() {} };
        let _ = timeout_at(end, ended).await;
        Ok(())
    });
    // What still runs on a thread had its time.
    runtime.shutdown_timeout(options.grace);
    ended
}

/// The socket that systemd opened and keeps, or else one at an address; whether it is the former.
fn listener(address: SocketAddr) -> io::Result<(std::net::TcpListener, bool)> {
    let handed_over = ListenFd::from_env().take_tcp_listener(0)?;
    let is_handed_over = handed_over.is_some();
    let listener = match handed_over {
        Some(listener) => listener,
        None => std::net::TcpListener::bind(address)?,
    };
    listener.set_nonblocking(true)?;
    Ok((listener, is_handed_over))
}

/// What all connections need.
struct Connections {
    service: Arc<Service>,
    router: Router,
    http: http1::Builder,
    deadline: Duration,
    /// A place for each connection at a time.
    all: Arc<Semaphore>,
    /// How many places there are.
    most: usize,
    places: Places,
    /// Tells that the service ends.
    ends: watch::Sender<bool>,
}

impl Connections {
    fn new(service: &Arc<Service>, router: Router, options: &Options) -> Arc<Connections> {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(HEAD.min(options.deadline))
            .max_buf_size(HEAD_BYTES);
        Arc::new(Connections {
            service: service.clone(),
            router,
            http,
            deadline: options.deadline,
            all: Arc::new(Semaphore::new(options.connections)),
            most: options.connections,
            places: Places::new(options.network.connections_per_address),
            ends: watch::Sender::new(false),
        })
    }

    /// Accepts connections until the service is to end.
    async fn accept(self: &Arc<Connections>, listener: &TcpListener, stop: &CancelToken) {
        let mut stopped = pin!(stopped(stop));
        loop {
            // What waits here waits in the system's queue, and is refused by it once that is full.
            let accepted = tokio::select! {
                accepted = async { self.accept_one(listener, self.place().await?).await } => accepted,
                () = &mut stopped => return,
            };
            if accepted.is_err() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn place(&self) -> io::Result<OwnedSemaphorePermit> {
        let one = self.all.clone().acquire_owned().await;
        one.map_err(io::Error::other)
    }

    async fn accept_one(
        self: &Arc<Connections>,
        listener: &TcpListener,
        one: OwnedSemaphorePermit,
    ) -> io::Result<()> {
        let (stream, peer) = listener.accept().await?;
        let Some(place) = self.places.take(peer.ip()) else {
            self.service.watch.metrics.refused("address");
            return Ok(());
        };
        let connections = self.clone();
        tokio::spawn(async move {
            connections.serve(stream).await;
            // The next connection may be of the same address.
            drop(place);
            drop(one);
        });
        Ok(())
    }

    /// Lets connections end, for as long as they may take.
    async fn end(
        self: &Arc<Connections>,
        listener: TcpListener,
        is_handed_over: bool,
        end: Instant,
    ) {
        self.ends.send_replace(true);
        // A client that the system let in may have sent its request. Where the socket stays with who handed it over, the next
        // service accepts it.
        if !is_handed_over {
            let _ = timeout_at(end, self.accept_waiting(&listener)).await;
        }
        // Nobody shall wait for what is not accepted any more.
        drop(listener);
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        let _ = timeout_at(end, self.all.acquire_many(all)).await;
    }

    /// Accepts what waits in the system's queue.
    async fn accept_waiting(self: &Arc<Connections>, listener: &TcpListener) {
        for _ in 0..WAITING_MAX {
            // Where all places are taken, one that ends makes room.
            let Ok(one) = self.place().await else { return };
            match timeout(QUIET, self.accept_one(listener, one)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => tokio::time::sleep(PAUSE).await,
                Err(_) => return,
            }
        }
    }

    async fn serve(&self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        self.service.watch.metrics.connections.inc();
        let (traffic, returned) = (Arc::new(Traffic::default()), Returned::new());
        let stream = Impatient::new(stream, self.deadline, traffic.clone(), returned.clone());
        let end = match &self.service.tls {
            None => self.answer_all(stream, &traffic).await,
            Some(tls) => match timeout(HEAD, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.answer_all(stream, &traffic).await,
                _ => {
                    self.service.watch.metrics.refused("tls");
                    End::Other
                }
            },
        };
        if let (End::Other, Some(stream)) = (end, returned.take()) {
            ending::leave(stream).await;
        }
        self.service.watch.metrics.connections.dec();
    }

    async fn answer_all<S>(&self, stream: S, traffic: &Arc<Traffic>) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let ends: Ends = self.ends.subscribe();
        let answer = |request: Request<Incoming>| {
            let request = router::with_single_slashes(request.map(Body::new));
            let answered = self.router.clone().oneshot(request);
            async move {
                match answered.await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        };
        ending::serve(stream, &self.http, traffic, ends, answer).await
    }
}

/// Waits until the service is to end.
pub(super) async fn stopped(stop: &CancelToken) {
    while !stop.is_cancelled() {
        tokio::time::sleep(EVERY).await;
    }
}
