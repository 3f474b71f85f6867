//! What does a minute of video cost, by what decodes it and which of its pictures are hashed?
//!
//! `cargo bench --bench video` makes a clip of 24 seconds (1280x720, 25 pictures a second, one in two seconds stands alone)
//! and hashes it in every way, in a row, five times: processor time of this process and all that it started, for a minute of video.
//! `cargo bench --bench video -- FILE...` takes clips of yours instead. The built-in decoder runs in processes of its
//! own, as it does in the command. Where `/usr/bin/ffmpeg` is not installed, its rows are left out, which is said.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use basma::hash::HashType;
use basma::hasher::{Hasher, Sampling};
use basma::media::video::{Decoders, Ffmpeg, H264, Worker, serve};
use image::RgbImage;

#[path = "../src/media/video/tests"]
#[allow(dead_code, reason = "tests make more kinds of clips")]
mod film {
    pub(crate) mod encode;
    pub(crate) mod write;
}

const SIZE: (u32, u32) = (1280, 720);
const PICTURES: u32 = 600;
const RUNS: usize = 5;
const WORKER: &str = "decode-worker";
const FFMPEG: &str = "/usr/bin/ffmpeg";

fn main() {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == WORKER) {
        serve().expect("an owner at the other end");
        return;
    }
    let own = tempfile::NamedTempFile::new().expect("a file for the clip");
    let named = arguments.iter().map(PathBuf::from);
    let mut clips: Vec<PathBuf> = named.filter(|path| path.is_file()).collect();
    if clips.is_empty() {
        own.as_file().write_all(&clip()).expect("room for the clip");
        clips.push(own.path().to_owned());
    }
    let painted = own.path();
    println!("| clip | decoder | pictures | processor time for a minute | times the first |");
    println!("|---|---|---|---|---|");
    for path in &clips {
        let name = match path == painted {
            true => "painted, 720p".into(),
            false => path.file_name().unwrap_or_default().to_string_lossy(),
        };
        report(path, &name);
    }
}

/// The camera moves over a landscape that is four times as large.
fn clip() -> Vec<u8> {
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

fn report(path: &Path, name: &str) {
    let interval = Sampling::Interval(Duration::from_secs(1));
    let mut rows = vec![("built in", Sampling::Keyframes)];
    if Path::new(FFMPEG).exists() {
        rows.extend([
            ("ffmpeg", Sampling::Keyframes),
            ("ffmpeg", interval),
            ("ffmpeg", Sampling::Distinct),
            ("ffmpeg", Sampling::All),
        ]);
    } else {
        println!("SKIPPED: {FFMPEG} is not installed");
    }
    let mut costs = vec![f64::INFINITY; rows.len()];
    let mut counts = vec![0; rows.len()];
    // In turn, so that a busy machine is as busy for each.
    for _ in 0..RUNS {
        for (row, &(decoder, sampling)) in rows.iter().enumerate() {
            let (cost, count) = measure(path, decoder, sampling);
            costs[row] = costs[row].min(cost);
            counts[row] = count;
        }
    }
    for (row, (decoder, sampling)) in rows.iter().enumerate() {
        let (cost, times) = (costs[row], costs[row] / costs[0]);
        println!(
            "| {name} | {decoder}, {sampling} | {} | {cost:.2} s | {times:.1} |",
            counts[row]
        );
    }
}

/// Seconds of the processor for a minute of the clip, and how many pictures were hashed.
fn measure(path: &Path, decoder: &str, sampling: Sampling) -> (f64, usize) {
    let before = processor_seconds();
    let (prints, ms) = {
        let mut decoders = Decoders::default();
        match decoder {
            "ffmpeg" => decoders.ffmpeg = Some(Ffmpeg::new(FFMPEG)),
            _ => {
                let this = std::env::current_exe().expect("this program");
                decoders.h264 = H264::Worker(Worker::new(this, [WORKER]));
            }
        }
        let hasher = Hasher::new([HashType::Pdq]).with_sampling(sampling);
        let hasher = hasher.with_decoders(decoders);
        let file = File::open(path).expect("the clip");
        let found = hasher.hash_file(&file).expect("a file that can be read");
        assert!(found.trouble.is_none(), "{:?}", found.trouble);
        let media = found.media.expect("pictures");
        (found.prints.len(), media.clip.expect("a clip").ms)
    };
    let spent = processor_seconds() - before;
    (spent * 60_000.0 / ms.max(1) as f64, prints)
}

/// What this process and those it waited for have used (proc(5), fields 14 to 17 of `stat`), in ticks of 10 ms.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = behind_name.split_whitespace().skip(11).take(4);
    fields
        .map(|field| field.parse::<f64>().unwrap_or(0.0))
        .sum::<f64>()
        / 100.0
}
