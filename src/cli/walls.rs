//! The processes behind walls in which files are opened.

use basma::Result;
use basma::error::{Problem, Reason};
use basma::hasher::Hasher;
use basma::sandbox::Wall;

use super::args::Sandbox;

/// The first word of a command line that opens media for another process.
#[cfg(target_os = "linux")]
const WORKER: &str = "open-media";

/// Whether this process was started to open media for another, which it then did. This is looked at before anything else is
/// done, since many are started.
#[cfg(target_os = "linux")]
pub(super) fn serve() -> Option<std::process::ExitCode> {
    let is_worker = std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == WORKER);
    is_worker.then(|| match basma::hasher::workers::serve() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::from(super::FAILED),
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn serve() -> Option<std::process::ExitCode> {
    None
}

/// The hasher, which opens media behind a wall.
///
/// # Errors
/// Where the wall has to be whole, and is not.
pub(super) fn around(hasher: Hasher, sandbox: Sandbox) -> Result<Hasher> {
    match sandbox {
        Sandbox::Off => Ok(hasher),
        Sandbox::Best => Ok(match with_workers(&hasher) {
            Ok(walled) => walled,
            // The job goes on without, and says why.
            Err(error) => hasher.with_missing_wall(error.reason()),
        }),
        Sandbox::Require => {
            let hasher = with_workers(&hasher)?;
            let wall = hasher.wall();
            if wall.is_whole() {
                Ok(hasher)
            } else {
                let wall = wall.to_string();
                Err(Problem::SandboxPartial { wall }.into())
            }
        }
    }
}

/// The wall that files are opened behind, and why there is none where one was wanted.
///
/// # Errors
/// Those of [`around`].
pub(super) fn wall(sandbox: Sandbox) -> Result<(Wall, Option<Reason>)> {
    let hasher = around(Hasher::new([]), sandbox)?;
    Ok((hasher.wall(), hasher.missing_wall()))
}

/// All hashers of the process share its workers.
#[cfg(target_os = "linux")]
fn with_workers(hasher: &Hasher) -> Result<Hasher> {
    use std::sync::{Mutex, PoisonError};

    use basma::hasher::workers::Workers;

    static STARTED: Mutex<Option<Workers>> = Mutex::new(None);
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    let workers = match &*started {
        Some(workers) => workers.clone(),
        None => {
            let this = super::decoders::this_program();
            let this = this.map_err(|error| Problem::ThreadsNotStarted {
                message: error.to_string(),
            })?;
            let workers = Workers::new(this, [WORKER])?;
            workers.wall()?;
            started.insert(workers).clone()
        }
    };
    Ok(hasher.clone().with_workers(workers))
}

#[cfg(not(target_os = "linux"))]
fn with_workers(hasher: &Hasher) -> Result<Hasher> {
    Ok(hasher.clone())
}
