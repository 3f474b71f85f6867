//! How far a job has come.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How far a job has come, for showing it while it goes on. All its threads count it, of a clip as it is gone through. It
/// decides nothing.
///
/// ```
/// use basma::media::Meter;
/// let meter = Meter::default();
/// assert_eq!((meter.files(), meter.bytes(), meter.clip_time().as_secs()), (0, 0, 0));
/// ```
#[derive(Default)]
pub struct Meter {
    files: AtomicU64,
    bytes: AtomicU64,
    clip_bytes: AtomicU64,
    clip_ms: AtomicU64,
    /// What is told of each step: another process counts it.
    #[cfg(target_os = "linux")]
    listener: Option<Box<Listener>>,
}

/// Takes the bytes of clips that are being gone through, and the milliseconds of video that were.
#[cfg(target_os = "linux")]
type Listener = dyn Fn(u64, u64) + Send + Sync;

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("files", &self.files())
            .field("bytes", &self.bytes())
            .field("clip_time", &self.clip_time())
            .finish()
    }
}

impl Meter {
    /// How many files were examined, without the members of archives.
    pub fn files(&self) -> u64 {
        self.files.load(Ordering::Relaxed)
    }

    /// How many bytes these have, and those parts of clips that were gone through of late.
    pub fn bytes(&self) -> u64 {
        let clips = self.clip_bytes.load(Ordering::Relaxed);
        self.bytes.load(Ordering::Relaxed).saturating_add(clips)
    }

    /// How much video was gone through.
    pub fn clip_time(&self) -> Duration {
        Duration::from_millis(self.clip_ms.load(Ordering::Relaxed))
    }

    /// A meter that tells another process of each step.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_listener(listener: impl Fn(u64, u64) + Send + Sync + 'static) -> Meter {
        Meter {
            listener: Some(Box::new(listener)),
            ..Meter::default()
        }
    }

    fn tell(&self) {
        #[cfg(target_os = "linux")]
        if let Some(listener) = &self.listener {
            let bytes = self.clip_bytes.load(Ordering::Relaxed);
            listener(bytes, self.clip_ms.load(Ordering::Relaxed));
        }
    }

    pub(crate) fn add_file(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.files.fetch_add(1, Ordering::Relaxed);
    }
}

/// How far one clip has been gone through. What it counts of its bytes counts as long as it lives: afterwards the file does.
#[derive(Debug)]
pub(crate) struct ClipMeter {
    meter: Arc<Meter>,
    bytes: u64,
    ms: u64,
    /// What was counted.
    counted_bytes: u64,
    counted_ms: u64,
}

impl ClipMeter {
    /// A clip of so many bytes that takes so long, where that is known.
    pub(super) fn new(meter: Arc<Meter>, bytes: u64, ms: u64) -> ClipMeter {
        ClipMeter {
            meter,
            bytes,
            ms,
            counted_bytes: 0,
            counted_ms: 0,
        }
    }

    /// It was gone through up to here, perhaps once more.
    pub(super) fn reach(&mut self, ms: u64) {
        if ms > self.counted_ms {
            let more = ms - self.counted_ms;
            self.meter.clip_ms.fetch_add(more, Ordering::Relaxed);
            self.counted_ms = ms;
        }
        let part = u128::from(ms.min(self.ms)) * u128::from(self.bytes);
        let bytes = part.checked_div(self.ms.into()).unwrap_or(0);
        self.count(u64::try_from(bytes).unwrap_or(self.bytes));
        self.meter.tell();
    }

    /// A clip of so many bytes that another process goes through.
    #[cfg(target_os = "linux")]
    pub(crate) fn remote(meter: Arc<Meter>, bytes: u64) -> ClipMeter {
        ClipMeter::new(meter, bytes, 0)
    }

    /// What that process has told so far.
    #[cfg(target_os = "linux")]
    pub(crate) fn hear(&mut self, bytes: u64, ms: u64) {
        let more = ms.saturating_sub(self.counted_ms);
        // More than a year is no clip.
        if more < 1 << 35 {
            self.meter.clip_ms.fetch_add(more, Ordering::Relaxed);
            self.counted_ms = self.counted_ms.max(ms);
        }
        self.count(bytes.min(self.bytes));
    }

    fn count(&mut self, bytes: u64) {
        let of_clips = &self.meter.clip_bytes;
        match bytes.checked_sub(self.counted_bytes) {
            Some(more) => of_clips.fetch_add(more, Ordering::Relaxed),
            None => of_clips.fetch_sub(self.counted_bytes - bytes, Ordering::Relaxed),
        };
        self.counted_bytes = bytes;
    }
}

impl Drop for ClipMeter {
    fn drop(&mut self) {
        self.count(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_another_process_tells_counts_as_the_clip_does() {
        let (told, heard) = std::sync::mpsc::channel();
        let there = Meter::with_listener(move |bytes, ms| told.send((bytes, ms)).unwrap());
        let here = Arc::new(Meter::default());
        let mut remote = ClipMeter::remote(here.clone(), 1000);
        let mut clip = ClipMeter::new(Arc::new(there), 1000, 400);
        for ms in [100, 200, 400, 100] {
            clip.reach(ms);
        }
        let state = || (here.bytes(), here.clip_time().as_millis());
        let mut states = Vec::new();
        for (bytes, ms) in heard.try_iter() {
            remote.hear(bytes, ms);
            states.push(state());
        }
        assert_eq!(states, [(250, 100), (500, 200), (1000, 400), (250, 400)]);
        // A process that lies counts no more than there is.
        remote.hear(u64::MAX, u64::MAX);
        assert_eq!(state(), (1000, 400));
        drop(remote);
        assert_eq!(state(), (0, 400));
    }

    #[test]
    fn a_clip_counts_as_it_is_gone_through_and_then_its_file_does() {
        let meter = Arc::new(Meter::default());
        let state = || (meter.files(), meter.bytes(), meter.clip_time().as_millis());
        let mut clip = ClipMeter::new(meter.clone(), 1000, 400);
        let mut other = ClipMeter::new(meter.clone(), 7, 0);
        other.reach(50);
        clip.reach(100);
        assert_eq!(state(), (0, 250, 150));
        clip.reach(500);
        assert_eq!(state(), (0, 1000, 550));
        // Once more, because there were too few keyframes.
        clip.reach(200);
        assert_eq!(state(), (0, 500, 550));
        drop(clip);
        drop(other);
        meter.add_file(1000);
        assert_eq!(state(), (1, 1000, 550));
    }
}
