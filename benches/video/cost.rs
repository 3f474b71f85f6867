//! What does a minute of video cost, by what decodes it and which of its pictures are hashed?
//!
//! The clip is a minute of a sample video, filmed by hand. It is coded by ffmpeg at 1280x720 and 30 pictures a second. Of these
//! pictures one in two seconds stands alone. Without ffmpeg or the sample, the clip is 24 seconds of a painted landscape. It is
//! hashed in every way, in a row, three times. The result is the least processor time of this process and all that it started,
//! for a minute of video. Then its first seconds, as short clips, by what is built in and by ffmpeg. Clips that are named are
//! taken instead.
//!
//! The built-in decoder runs in processes of its own, as it does in the command.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use basma::hash::HashType;
use basma::hasher::{Hasher, Sampling};
use basma::media::video::{Decoders, Ffmpeg};
use image::RgbImage;

use super::{FFMPEG, built_in, film, has_ffmpeg, name, samples};

const SIZE: (u32, u32) = (1280, 720);
const PICTURES: u32 = 600;
const RUNS: usize = 3;
/// How often a short clip is hashed in a row: the clock of the processor is coarse.
const SHORT_TIMES: u32 = 8;
const FILMED: &str = "pattern-longer-no-bar.mp4";

/// What decodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    BuiltIn,
    Ffmpeg,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            By::BuiltIn => "built in",
            By::Ffmpeg => "ffmpeg",
        }
    }

    fn decoders(self) -> Decoders {
        match self {
            By::BuiltIn => built_in(),
            By::Ffmpeg => Decoders::default().with_ffmpeg(Ffmpeg::new(FFMPEG)),
        }
    }
}

pub(super) fn run(named: Vec<PathBuf>) {
    println!("## Cost\n");
    if !has_ffmpeg() {
        println!("SKIPPED: {FFMPEG} is not there: its rows are left out");
    }
    if !named.is_empty() {
        for path in named {
            report(&path, &name(&path));
        }
        return;
    }
    let folder = tempfile::tempdir().expect("room for clips");
    let minute = folder.path().join("minute.mp4");
    let sample = samples().into_iter().find(|path| name(path) == FILMED);
    match sample.filter(|_| has_ffmpeg()) {
        Some(sample) => {
            let again = ["-stream_loop", "-1", "-i"];
            let coded = [
                "-t",
                "60",
                "-an",
                "-vf",
                "transpose=1",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-crf",
                "23",
                "-g",
                "60",
                "-keyint_min",
                "60",
                "-sc_threshold",
                "0",
            ];
            ffmpeg(&again, &sample, &coded, &minute);
            report(&minute, "filmed, 720p");
            short(&minute);
        }
        None => {
            println!(
                "SKIPPED: {FILMED} or ffmpeg is not there: what is filmed and short clips are left out"
            );
            let mut file = File::create(&minute).expect("room for the clip");
            file.write_all(&painted()).expect("room for the clip");
            report(&minute, "painted, 720p");
        }
    }
}

fn report(path: &Path, name: &str) {
    let mut rows = vec![(By::BuiltIn, Sampling::Keyframes)];
    if has_ffmpeg() {
        let interval = Sampling::Interval(Duration::from_secs(1));
        for sampling in [
            Sampling::Keyframes,
            interval,
            Sampling::Distinct,
            Sampling::All,
        ] {
            rows.push((By::Ffmpeg, sampling));
        }
    }
    let mut costs = vec![f64::INFINITY; rows.len()];
    let mut counts = vec![0; rows.len()];
    // In turn, so that a busy machine is as busy for each.
    for _ in 0..RUNS {
        for (row, &(by, sampling)) in rows.iter().enumerate() {
            let (cost, count, ms) = measure(path, by, sampling, 1);
            costs[row] = costs[row].min(cost * 60_000.0 / ms.max(1) as f64);
            counts[row] = count;
        }
    }
    println!("| clip | decoder | pictures | processor time for a minute | times the first |");
    println!("|---|---|---|---|---|");
    for (row, (by, sampling)) in rows.iter().enumerate() {
        let (cost, times) = (costs[row], costs[row] / costs[0]);
        let (by, count) = (by.name(), counts[row]);
        println!("| {name} | {by}, {sampling} | {count} | {cost:.2} s | {times:.1} |");
    }
    println!();
}

/// Short clips, whose keyframes are decoded by what is built in and by a program that has to be started.
fn short(minute: &Path) {
    println!("| keyframes of the first | built in | ffmpeg | ffmpeg : built in |");
    println!("|---|---|---|---|");
    for seconds in [2, 5, 10, 30] {
        let path = minute.with_file_name(format!("{seconds}.mp4"));
        let cut = ["-t", &seconds.to_string(), "-c", "copy"];
        ffmpeg(&["-i"], minute, &cut, &path);
        let mut costs = [f64::INFINITY; 2];
        for _ in 0..RUNS {
            for (cost, by) in costs.iter_mut().zip([By::BuiltIn, By::Ffmpeg]) {
                *cost = cost.min(measure(&path, by, Sampling::Keyframes, SHORT_TIMES).0);
            }
        }
        let [built_in, ffmpeg] = costs.map(|cost| cost * 1000.0);
        println!(
            "| {seconds} s | {built_in:.0} ms | {ffmpeg:.0} ms | {:.1} |",
            ffmpeg / built_in
        );
    }
    println!();
}

/// Seconds of the processor for the clip, how many pictures were hashed, and its milliseconds. Processes that serve many
/// clips are started anew each time: no scan is so short.
fn measure(path: &Path, by: By, sampling: Sampling, times: u32) -> (f64, usize, u64) {
    let before = processor_seconds();
    let mut came = (0, 0);
    for _ in 0..times {
        // Clips short of keyframes are not made up for here: this is what keyframes cost.
        let hasher = Hasher::new([HashType::Pdq]).with_sampling(sampling);
        let hasher = hasher.with_decoders(by.decoders());
        let file = File::open(path).expect("the clip");
        let found = hasher.hash_file(&file).expect("a file that can be read");
        assert!(found.error.is_none(), "{:?}", found.error);
        let media = found.media.expect("pictures");
        came = (found.prints.len(), media.clip.expect("a clip").ms);
    }
    let spent = (processor_seconds() - before) / f64::from(times);
    (spent, came.0, came.1)
}

/// What this process and those it waited for have used, in ticks of 10 ms. See proc(5), fields 14 to 17 of `stat`.
pub(super) fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = behind_name.split_whitespace().skip(11).take(4);
    fields
        .map(|field| field.parse::<f64>().unwrap_or(0.0))
        .sum::<f64>()
        / 100.0
}

fn ffmpeg(before: &[&str], from: &Path, behind: &[&str], to: &Path) {
    let mut command = Command::new(FFMPEG);
    command.args(["-nostdin", "-v", "error", "-y"]).args(before);
    command.arg(from).args(behind).arg(to).stdin(Stdio::null());
    let done = command.status();
    assert!(done.is_ok_and(|done| done.success()), "ffmpeg: {from:?}");
}

/// The camera moves over a landscape that is four times as large.
fn painted() -> Vec<u8> {
    let large = film::encode::scene(1, SIZE.0 * 2, SIZE.1 * 2);
    let mut noise = 1u32;
    let pictures = (0..PICTURES).map(|i| {
        let (x, y) = (i * SIZE.0 / PICTURES, (i * 7) % SIZE.1);
        let mut picture = image::imageops::crop_imm(&large, x, y, SIZE.0, SIZE.1).to_image();
        grain(&mut picture, &mut noise);
        picture
    });
    let (private, pictures) = film::encode::film(pictures, 50);
    let film = film::write::Mp4 {
        private: film::encode::avcc(&private),
        size: (SIZE.0 as u16, SIZE.1 as u16),
        ..film::write::Mp4::new(pictures)
    };
    film.fast()
}

/// What a sensor adds: without it there is nothing to code.
fn grain(picture: &mut RgbImage, noise: &mut u32) {
    for byte in picture.iter_mut() {
        *noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = byte.saturating_add((*noise >> 29) as u8);
    }
}
