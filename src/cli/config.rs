//! Arguments to what the library takes: a hasher, a scan, and what ends it.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use basma::CancelToken;
use basma::hash::HashType;
use basma::hasher::{Hasher, Sampling, Views};
use basma::media::video::ClipLimits;
use basma::media::{Converter, Limits};
use basma::scan::{ArchiveLimits, Exclude, Scan};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::args::{FilesArgs, MediaArgs};
use super::context::FAILED;
use super::output::Stopped;
use super::{decoders, walls};

pub(super) fn hasher(
    types: Vec<HashType>,
    args: &MediaArgs,
    views: Views,
    sampling: Sampling,
) -> Result<Hasher, basma::Error> {
    let limits = Limits::default()
        .with_file_bytes(args.max_file_bytes)
        .with_pixels(args.max_pixels)
        .with_decoded_bytes(args.max_decoded_bytes)
        .with_frames(args.max_frames)
        .with_total_pixels(args.max_total_pixels)
        .with_time(Duration::from_secs(args.max_seconds));
    let of_clip = ClipLimits::default()
        .with_frames(args.max_clip_frames)
        .with_time(Duration::from_secs(args.max_clip_seconds));
    let hasher = Hasher::new(types)
        .with_limits(limits)
        .with_views(views)
        .with_exact(args.exact)
        .with_sampling(args.frames.unwrap_or(sampling))
        .with_decoders(decoders::all(&args.ffmpeg)?.with_limits(of_clip));
    let hasher = walls::around(hasher, args.ffmpeg.sandbox)?;
    Ok(match &args.avif_converter {
        Some(program) => hasher.with_converter(Converter::new(program)?),
        None => hasher,
    })
}

/// The scan within what the options say, which an interruption stops.
pub(super) fn configured(
    scan: Scan,
    files: &FilesArgs,
    media: &MediaArgs,
) -> Result<Scan, Stopped> {
    let exclude = Exclude::new(files.exclude.iter().map(String::as_str))?;
    let archives = ArchiveLimits::default()
        .with_depth(files.max_archive_depth)
        .with_ratio(files.max_ratio);
    let scan = scan
        .with_cancel(cancel_on_signal())
        .with_exclude(exclude)
        .with_shard(files.shard)
        .with_archives((!files.no_archives).then_some(archives))
        .with_carving(files.carve);
    let Some(jobs) = media.jobs else {
        return Ok(scan);
    };
    Ok(scan.with_jobs(NonZeroUsize::new(jobs.into()).expect("at least 1, by its range")))
}

/// How long after an interruption another one ends the process at once. Programs that end a group of processes, such as
/// `timeout`, send two that are one.
const SECOND_AFTER: Duration = Duration::from_secs(1);

/// How often it is looked whether there was an interruption.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A token that is cancelled when the user interrupts. Files that were begun are given up, and what was found is kept. A second
/// interruption ends the process at once.
///
/// It is one for the process: lists are read before files are scanned, and an interruption ends both.
pub(super) fn cancel_on_signal() -> CancelToken {
    static TOKEN: OnceLock<CancelToken> = OnceLock::new();
    TOKEN.get_or_init(watch_signals).clone()
}

fn watch_signals() -> CancelToken {
    let stop = Arc::new(AtomicBool::new(false));
    let is_second = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first interruption finds the flag not yet set. Without a handler an interruption ends the
        // process, which leaves an output file as it was. Nothing depends on the handler.
        let _ = flag::register_conditional_shutdown(signal, FAILED.into(), is_second.clone());
        let _ = flag::register(signal, stop.clone());
    }
    let first = stop.clone();
    thread::spawn(move || {
        while !first.load(Ordering::Relaxed) {
            thread::sleep(LOOK_EVERY);
        }
        thread::sleep(SECOND_AFTER);
        is_second.store(true, Ordering::Relaxed);
    });
    stop.into()
}
