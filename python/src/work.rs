//! Work of the crate, done while the interpreter does other things.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use basma::{CancelToken, Error, Result};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::errors::{fault, raised};

/// How long Ctrl-C waits at most.
const PATIENCE: Duration = Duration::from_millis(50);

/// Does short work on this thread, with the interpreter released. A panic is an exception.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    done(py.detach(|| catch_unwind(AssertUnwindSafe(work))))
}

/// Does work that may take long on a thread of its own, which ends early where a signal raises: Ctrl-C.
pub(crate) fn run_cancellable<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(CancelToken) -> Result<T> + Send,
) -> PyResult<T> {
    let token = CancelToken::new();
    let (send, receive) = mpsc::sync_channel(1);
    // A receiver is used by one thread at a time.
    let receive = Mutex::new(receive);
    thread::scope(|scope| {
        let begun = token.clone();
        let spawned = thread::Builder::new()
            .name("basma".to_owned())
            .spawn_scoped(scope, move || {
                let result = catch_unwind(AssertUnwindSafe(|| work(begun)));
                // The other side waits until it has this.
                let _ = send.send(result);
            });
        if let Err(error) = spawned {
            return Err(PyErr::from(error));
        }
        let mut interrupted = None;
        loop {
            let next = py.detach(|| {
                let receive = receive.lock().unwrap_or_else(|error| error.into_inner());
                receive.recv_timeout(PATIENCE)
            });
            match (next, interrupted) {
                (Ok(_), Some(error)) => return Err(error),
                (Ok(result), None) => return done(result),
                (Err(mpsc::RecvTimeoutError::Disconnected), _) => {
                    return Err(fault("the work ended without a result"));
                }
                (Err(mpsc::RecvTimeoutError::Timeout), before) => {
                    interrupted = before.or_else(|| py.check_signals().err());
                    if interrupted.is_some() {
                        token.cancel();
                    }
                }
            }
        }
    })
}

fn done<T>(result: thread::Result<Result<T>>) -> PyResult<T> {
    match result {
        Ok(result) => result.map_err(raised),
        Err(panic) => Err(fault(said(&*panic))),
    }
}

/// What a panic says, for an exception.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("no message");
    format!("a fault of basma, please report it: {text}")
}

/// Panics, so that tests see what becomes of a panic.
#[pyfunction]
#[pyo3(name = "_fail")]
pub(crate) fn fail(py: Python<'_>) -> PyResult<()> {
    run(py, || panic!("asked for"))
}

/// Does work of several threads on a pool that belongs to this process. A forked process has none of its parent's
/// threads, and would wait for them for ever.
pub(crate) fn in_pool<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    pool()?.install(work)
}

fn pool() -> Result<Arc<ThreadPool>> {
    static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);
    // Held for moments, and with the interpreter attached, so that no fork of Python falls in between.
    let mut pool = Python::attach(|_| POOL.lock().unwrap_or_else(|error| error.into_inner()));
    let process = std::process::id();
    if let Some((owner, pool)) = &*pool
        && *owner == process
    {
        return Ok(pool.clone());
    }
    let made = ThreadPoolBuilder::new()
        .thread_name(|i| format!("basma-{i}"))
        .build()
        .map_err(|error| {
            let message = error.to_string();
            Error::from(basma::error::Problem::ThreadsNotStarted { message })
        })?;
    let made = Arc::new(made);
    // The parent's threads are not here: what waits for them when it is dropped would wait for ever.
    std::mem::forget(pool.replace((process, made.clone())));
    Ok(made)
}
