//! The thread that starts workers.
//!
//! A worker ends with the thread that started it, so that none outlives this process, however that ends. Threads of a scan end
//! before the scan's workers do; this one ends after them.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender, SyncSender};
use std::thread;

use super::process::Process;
use crate::sandbox::Profile;

type Order = (Profile, SyncSender<io::Result<Process>>);

/// Starts workers until it is dropped.
#[derive(Debug)]
pub(super) struct Spawner(Sender<Order>);

impl Spawner {
    pub(super) fn new(program: PathBuf, arguments: Vec<OsString>) -> io::Result<Spawner> {
        let (orders, ordered) = mpsc::channel::<Order>();
        thread::Builder::new()
            .name("workers".to_owned())
            .spawn(move || {
                for (profile, answer) in ordered {
                    let started = Process::start(&program, &arguments, profile);
                    // One that nobody waits for ends at once.
                    let _ = answer.send(started);
                }
            })?;
        Ok(Spawner(orders))
    }

    pub(super) fn start(&self, profile: &Profile) -> io::Result<Process> {
        let (answer, answered) = mpsc::sync_channel(1);
        let ended = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        let order = (profile.clone(), answer);
        self.0
            .send(order)
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        answered.recv().map_err(ended)?
    }
}
