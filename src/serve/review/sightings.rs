//! Matches of requests, on their way into the queue.
//!
//! A request only looks whether the match is known. A thread of its own writes what is not, so that no answer waits for a
//! disk.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use basma::hash::{FrameHash, Hash, HashType};
use basma::hasher::Fingerprint;
use basma::matcher::Found;
use basma::report::{Finding, Frame, Lookup};

use super::Review;
use super::case::Origin;
use super::queue::{Queue, Taken};
use crate::serve::decide::now;

/// How long sightings are gathered before they are written.
const PAUSE: Duration = Duration::from_millis(100);

/// The thread that writes.
#[derive(Debug)]
pub(super) struct Writer {
    wake: Option<SyncSender<()>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(queue: &Arc<Queue>) -> Writer {
        let (wake, woken) = sync_channel(1);
        let queue = queue.clone();
        let thread = std::thread::spawn(move || write(&queue, &woken));
        Writer {
            wake: Some(wake),
            thread: Mutex::new(Some(thread)),
        }
    }

    fn wake(&self) {
        if let Some(wake) = &self.wake {
            // It is awake already if there is no room.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.wake = None;
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }
}

fn write(queue: &Queue, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        std::thread::sleep(PAUSE);
        // The pages say that it failed; what was not written is tried again with the next sighting.
        let _ = queue.flush();
    }
    let _ = queue.flush();
}

impl Review {
    /// Takes note of a file of a request that matches.
    pub(in crate::serve) fn note_file(&self, fingerprint: &Fingerprint, found: &Found) {
        if found.matches.is_empty() {
            return;
        }
        let digest = |hash_type| {
            let mut digests = fingerprint.digests.iter();
            let digest = digests.find(|digest| digest.hash_type() == hash_type);
            digest.map(ToString::to_string)
        };
        let mut finding = Finding::default();
        finding.md5 = digest(HashType::Md5);
        finding.sha1 = digest(HashType::Sha1);
        finding.sha256 = digest(HashType::Sha256);
        finding.media = fingerprint.mime.map(str::to_owned);
        finding.clip_ms = fingerprint.clip_ms();
        let prints: &[FrameHash] = &fingerprint.prints;
        let is_framed = fingerprint.is_clip() || prints.iter().any(|print| print.frame > 0);
        if is_framed {
            finding.frames = Frame::all(prints);
        } else {
            finding.hashes = prints.iter().map(Into::into).collect();
        }
        self.note(finding, found, is_framed);
    }

    /// Takes note of a hash of a request that matches.
    pub(in crate::serve) fn note_hash(&self, hash: &Hash, found: &Found) {
        if found.matches.is_empty() {
            return;
        }
        let mut finding = Finding::default();
        let text = hash.to_string();
        match hash.hash_type() {
            HashType::Md5 => finding.md5 = Some(text),
            HashType::Sha1 => finding.sha1 = Some(text),
            HashType::Sha256 => finding.sha256 = Some(text),
            _ => finding.hashes = vec![(&FrameHash::new(*hash, 100)).into()],
        }
        self.note(finding, found, false);
    }

    fn note(&self, mut finding: Finding, found: &Found, is_framed: bool) {
        let Ok(queue) = &self.queue else { return };
        let matches = Lookup::new(&found.matches[0].hash, found);
        finding.matches = matches.matches;
        if is_framed {
            for (printed, m) in finding.matches.iter_mut().zip(&found.matches) {
                printed.frame = m.hash.hash_type().is_perceptual().then_some(m.frame);
                printed.ms = printed.frame.map(|_| m.ms);
            }
        }
        finding.cluster = matches.cluster;
        finding.more = found.more;
        let taken = queue.see(finding, Origin::LookUp, now());
        if taken == Taken::Added
            && let Some(writer) = &self.writer
        {
            writer.wake();
        }
    }
}
