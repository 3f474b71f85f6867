//! Matches of requests, on their way into the queue.
//!
//! A request hands its match on and waits for nothing. A thread of its own looks whether the match is known, and writes what is
//! not. A match that finds no room is counted, and the pages say how many there were.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use basma::hash::{FrameHash, Hash, HashType};
use basma::hasher::Fingerprint;
use basma::matcher::{Found, Match};
use basma::report::{Finding, Frame, Lookup};
use basma::scan;

use super::Review;
use super::case::Origin;
use super::queue::Queue;
use crate::serve::decide::now;
use crate::serve::service::Service;
use crate::serve::withdrawals::UnderWay;

/// How long sightings are gathered before they are written.
const PAUSE: Duration = Duration::from_millis(100);

/// How many matches wait for the thread.
const WAITING_MAX: usize = 4096;

/// A match on its way.
#[derive(Debug)]
struct Sighted {
    /// What is known of the file.
    finding: Box<Finding>,
    /// What it matches, where the finding does not say.
    found: Option<Found>,
    is_framed: bool,
    under_way: UnderWay,
}

/// The thread that takes matches into the queue.
#[derive(Debug)]
pub(super) struct Writer {
    hand: Option<SyncSender<Sighted>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(queue: &Arc<Queue>) -> Writer {
        let (hand, taken) = sync_channel(WAITING_MAX);
        let queue = queue.clone();
        let thread = std::thread::spawn(move || take(&queue, &taken));
        Writer {
            hand: Some(hand),
            thread: Mutex::new(Some(thread)),
        }
    }

    /// Whether there was room.
    fn hand_on(&self, sighted: Sighted) -> bool {
        let hand = self.hand.as_ref();
        hand.is_some_and(|hand| hand.try_send(sighted).is_ok())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.hand = None;
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }
}

fn take(queue: &Queue, taken: &Receiver<Sighted>) {
    let mut written = Instant::now();
    loop {
        match taken.recv_timeout(PAUSE) {
            Ok(sighted) => {
                let under_way = sighted.under_way.clone();
                queue.see(whole(sighted), Origin::LookUp, now());
                drop(under_way);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if written.elapsed() >= PAUSE {
            // The pages say that it failed; what was not written is tried again.
            let _ = queue.flush();
            written = Instant::now();
        }
    }
    let _ = queue.flush();
}

/// The finding with its matches.
fn whole(sighted: Sighted) -> Finding {
    let Sighted {
        mut finding,
        found,
        is_framed,
        under_way: _,
    } = sighted;
    let Some(found) = found else {
        return *finding;
    };
    let matches = Lookup::new(&found.matches[0].hash, &found);
    finding.matches = matches.matches;
    finding.authentic = matches.authentic;
    if is_framed {
        for (printed, m) in finding.matches.iter_mut().zip(&found.matches) {
            printed.frame = m.hash.hash_type().is_perceptual().then_some(m.frame);
            printed.ms = printed.frame.map(|_| m.ms);
        }
    }
    finding.cluster = matches.cluster;
    finding.more = found.more;
    *finding
}

impl Service {
    /// Takes note of a file of a request that matches.
    pub(in crate::serve) fn note_file(&self, fingerprint: &Fingerprint, found: &Found) {
        if !self.review.is_noted(&found.matches) {
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
        self.note_found(finding, found, is_framed);
    }

    /// Takes note of a hash of a request that matches.
    pub(in crate::serve) fn note_hash(&self, hash: &Hash, found: &Found) {
        if !self.review.is_noted(&found.matches) {
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
        self.note_found(finding, found, false);
    }

    /// Takes note of a file of a request that was examined as a scan does. Its name is one that the service gave it.
    pub(in crate::serve) fn note_finding(&self, finding: &scan::Finding) {
        if !self.review.is_noted(&finding.matches) {
            return;
        }
        let mut printed = Finding::of_scan(finding);
        printed.path.clear();
        let under_way = self.withdrawals.enter();
        self.review.note(printed, None, false, under_way);
    }

    /// Leaves out what a curator switched off, as answers do.
    fn note_found(&self, finding: Finding, found: &Found, is_framed: bool) {
        let mut found = found.clone();
        self.keep_in_force(&mut found.matches, 0.0);
        if !found.matches.is_empty() {
            let under_way = self.withdrawals.enter();
            self.review.note(finding, Some(found), is_framed, under_way);
        }
    }
}

impl Review {
    /// Whether matches go into the queue. Those for which there is no room cost their request no time.
    fn is_noted(&self, matches: &[Match]) -> bool {
        let Ok(queue) = &self.queue else { return false };
        !matches.is_empty() && !queue.leaves_out()
    }

    fn note(&self, finding: Finding, found: Option<Found>, is_framed: bool, under_way: UnderWay) {
        let (Ok(queue), Some(writer)) = (&self.queue, &self.writer) else {
            return;
        };
        let sighted = Sighted {
            finding: Box::new(finding),
            found,
            is_framed,
            under_way,
        };
        if !writer.hand_on(sighted) {
            queue.left_out();
        }
    }
}
