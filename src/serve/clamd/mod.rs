//! The protocol of clamd, which mail servers, clouds and forums speak to a virus scanner.
//!
//! A match is told as the name of a virus, `Basma.LIST`. It has no authentication: a socket of this machine alone is listened
//! at.

mod command;
mod session;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use basma::error::{Action, Problem};
use basma::{CancelToken, Error};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::ending::{QUIET, WAITING_MAX};
use super::listener::stopped;
use super::service::Service;

/// How long nothing is accepted after accepting failed, as it does where files run out.
const PAUSE: Duration = Duration::from_millis(100);

/// Where clients of clamd connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A port of this machine.
    Tcp(SocketAddr),
    /// A socket among files.
    Socket(PathBuf),
}

impl Place {
    /// Reads `ADDRESS:PORT`, or the path of a socket.
    ///
    /// # Errors
    /// [`Error::Argument`] where it is neither, or other machines reach it.
    pub(crate) fn parse(text: &str) -> Result<Place, Error> {
        match text.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Ok(Place::Tcp(address)),
            Ok(address) => {
                let address = address.to_string();
                Err(Problem::ServeClamdReachable { address }.into())
            }
            Err(_) if cfg!(unix) && text.contains('/') => Ok(Place::Socket(text.into())),
            Err(_) => {
                let text = basma::escape::escape(text.as_bytes()).into_owned();
                Err(Problem::ServeClamdPlace { text }.into())
            }
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Tcp(address) => address.fmt(formatter),
            Place::Socket(path) => basma::escape::path(path).fmt(formatter),
        }
    }
}

/// A socket that clients of clamd connect to.
pub(super) struct Clamd {
    socket: Socket,
    connections: Arc<Semaphore>,
    service: Arc<Service>,
}

enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, SocketFile),
}

/// The name of a socket among files, which goes with it.
#[cfg(unix)]
struct SocketFile(PathBuf);

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Clamd {
    /// Listens, and says where.
    ///
    /// # Errors
    /// [`Error::Io`] where that cannot be.
    pub(super) async fn bind(
        place: &Place,
        connections: usize,
        service: Arc<Service>,
    ) -> Result<(Clamd, Place), Error> {
        let failed = |source| Error::Io {
            action: Action::Listen,
            path: place.to_string().into(),
            source,
        };
        let socket = Socket::bind(place).await.map_err(failed)?;
        let bound = match &socket {
            Socket::Tcp(listener) => Place::Tcp(listener.local_addr().map_err(failed)?),
            #[cfg(unix)]
            Socket::Unix(_, file) => Place::Socket(file.0.clone()),
        };
        let connections = Arc::new(Semaphore::new(connections));
        let clamd = Clamd {
            socket,
            connections,
            service,
        };
        Ok((clamd, bound))
    }

    /// Accepts connections until it is told to stop, then lets the commands under way end.
    pub(super) async fn serve(self, stop: CancelToken) {
        let mut sessions = JoinSet::new();
        while !stop.is_cancelled() {
            let accepted = tokio::select! {
                accepted = self.accept(&mut sessions, &stop) => accepted,
                () = stopped(&stop) => break,
            };
            if accepted.is_err() {
                tokio::time::sleep(PAUSE).await;
            }
            while sessions.try_join_next().is_some() {}
        }
        // A client that the system let in may have sent its command.
        for _ in 0..WAITING_MAX {
            match tokio::time::timeout(QUIET, self.accept(&mut sessions, &stop)).await {
                Ok(Ok(())) => {}
                _ => break,
            }
        }
        drop(self.socket);
        while sessions.join_next().await.is_some() {}
    }

    async fn accept(&self, sessions: &mut JoinSet<()>, stop: &CancelToken) -> io::Result<()> {
        let place = self.connections.clone().acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        let (service, stop) = (self.service.clone(), stop.clone());
        match &self.socket {
            Socket::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                let _ = stream.set_nodelay(true);
                let (input, output) = stream.into_split();
                sessions.spawn(session::run(input, output, service, stop, place));
            }
            #[cfg(unix)]
            Socket::Unix(listener, _) => {
                let (input, output) = listener.accept().await?.0.into_split();
                sessions.spawn(session::run(input, output, service, stop, place));
            }
        }
        Ok(())
    }
}

impl Socket {
    async fn bind(place: &Place) -> io::Result<Socket> {
        match place {
            Place::Tcp(address) => Ok(Socket::Tcp(TcpListener::bind(address).await?)),
            #[cfg(unix)]
            Place::Socket(path) => {
                remove_dead(path)?;
                let listener = UnixListener::bind(path)?;
                Ok(Socket::Unix(listener, SocketFile(path.clone())))
            }
            #[cfg(not(unix))]
            Place::Socket(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// Removes a socket that nobody listens at any more. Anything else stays, and binding fails.
#[cfg(unix)]
fn remove_dead(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt as _;
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err_and(refused) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_machine_reaches_it() {
        let of = |text| Place::parse(text).map(|place| place.to_string());
        assert_eq!(of("127.0.0.1:3310").unwrap(), "127.0.0.1:3310");
        assert_eq!(of("[::1]:3310").unwrap(), "[::1]:3310");
        for address in ["0.0.0.0:3310", "192.168.1.2:3310", "[::]:3310"] {
            let error = of(address).unwrap_err().to_string();
            assert!(error.contains(address), "{error}");
        }
        assert!(of("3310").is_err() && of("localhost").is_err());
        #[cfg(unix)]
        assert_eq!(of("/run/a.sock").unwrap(), "/run/a.sock");
    }
}
