//! How far are the frames of a clip from those that the reference of vPDQ publishes of it?
//!
//! `cargo bench --bench vpdq` hashes every picture of the sample videos of ThreatExchange as `--frames vpdq=0` does. They are
//! in `../shared/data/videos/threatexchange`, or the folder in `BASMA_VPDQ_VIDEOS`. It compares with `vpdq/sample-hashes` of
//! the same repository. These are in `../shared/data/vectors/threatexchange/vpdq/sample-hashes`, or `BASMA_VPDQ_HASHES`. It
//! fails where numbers or times differ. It also fails where a frame differs by more than 10 bits. Only frames that count on
//! both sides (quality 50 and more) are compared so. What ffmpeg decodes and converts decides the rest, and differs from one
//! release to another.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use basma::hash::{HashType, Pdq};
use basma::hasher::{Hasher, Sampling};
use basma::list::vpdq::{Frame, frames, read};
use basma::matcher::{VpdqRule, compare_vpdq};
use basma::media::video::{Decoders, Ffmpeg};

const FFMPEG: &str = "/usr/bin/ffmpeg";
const BITS_MAX: u32 = 10;

fn main() -> ExitCode {
    let folder = |name: &str, default: &str| {
        let told = std::env::var_os(name).map(PathBuf::from);
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
        told.unwrap_or_else(|| beside.join(default))
    };
    let videos = folder(
        "BASMA_VPDQ_VIDEOS",
        "videos/threatexchange/tmk/sample-videos",
    );
    let hashes = folder(
        "BASMA_VPDQ_HASHES",
        "vectors/threatexchange/vpdq/sample-hashes",
    );
    let listed = std::fs::read_dir(&videos).into_iter().flatten().flatten();
    let mut clips: Vec<PathBuf> = listed.map(|entry| entry.path()).collect();
    clips.sort();
    if clips.is_empty() || !Path::new(FFMPEG).exists() {
        println!("SKIPPED: {FFMPEG} or the sample videos are not there");
        return ExitCode::SUCCESS;
    }
    println!("ffmpeg {}", Ffmpeg::new(FFMPEG).version().unwrap_or("?"));
    println!(
        "| clip | frames | same numbers and times | that count | bits: mean | 99 of 100 | most | of all frames | quality differs by | shares py, cpp |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut all = Vec::new();
    let mut conforms = true;
    for clip in &clips {
        let name = clip.file_stem().unwrap_or_default().to_string_lossy();
        let path = hashes.join(format!("{name}.txt"));
        let Ok(text) = std::fs::read(&path) else {
            continue;
        };
        let theirs = read(&path, &text).expect("hashes of the reference");
        let (row, bits) = row(&name, &found(clip), &theirs[0].frames);
        println!("{row}");
        conforms &= bits.is_some();
        all.extend(bits.unwrap_or_default());
    }
    let total = all.len();
    let at = |bits: u32| all.iter().filter(|&&b| b == bits).count();
    println!("\nframes that count, by bits:");
    for bits in 0..=all.iter().copied().max().unwrap_or(0) {
        println!(
            "{bits:>4} {:>6} {:>6.2} %",
            at(bits),
            at(bits) as f64 * 100.0 / total as f64
        );
    }
    conforms &= all.iter().all(|&bits| bits <= BITS_MAX);
    println!("{total} frames; conforms: {conforms}");
    if conforms {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn found(clip: &Path) -> Vec<Frame> {
    let decoders = Decoders::default().with_ffmpeg(Ffmpeg::new(FFMPEG));
    let hasher = Hasher::new([HashType::Pdq]).with_decoders(decoders);
    let hasher = hasher.with_sampling(Sampling::Vpdq(Duration::ZERO));
    let file = File::open(clip).expect("the clip");
    let found = hasher.hash_file(&file).expect("a file that can be read");
    assert!(found.error.is_none(), "{:?}", found.error);
    frames(&found.prints)
}

/// A row of the table, and the distances of frames that count; `None` where they are not the same frames.
fn row(name: &str, ours: &[Frame], theirs: &[Frame]) -> (String, Option<Vec<u32>>) {
    let same = ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|(a, b)| (a.number, a.seconds) == (b.number, b.seconds));
    let pairs = || ours.iter().zip(theirs);
    let counts = |(a, b): &(&Frame, &Frame)| a.quality.min(b.quality) >= Pdq::QUALITY;
    let distance = |(a, b): (&Frame, &Frame)| a.hash.distance(&b.hash);
    let mut bits: Vec<u32> = pairs().filter(counts).map(distance).collect();
    bits.sort_unstable();
    let mean = bits.iter().sum::<u32>() as f64 / bits.len().max(1) as f64;
    let most = bits.last().copied().unwrap_or(0);
    let nearly = bits.get(bits.len() * 99 / 100).copied().unwrap_or(most);
    let of_all = pairs().map(distance).max().unwrap_or(0);
    let quality = pairs().map(|(a, b)| a.quality.abs_diff(b.quality)).max();
    let share = |rule: VpdqRule| match compare_vpdq(ours, theirs, rule) {
        Some(shares) => format!("{:.0}/{:.0}", shares.query, shares.listed),
        None => "-".to_owned(),
    };
    let row = format!(
        "| {name} | {} of {} | {same} | {} | {mean:.2} | {nearly} | {most} | {of_all} | {} | {}, {} |",
        ours.len(),
        theirs.len(),
        bits.len(),
        quality.unwrap_or(0),
        share(VpdqRule::Py),
        share(VpdqRule::Cpp),
    );
    (row, same.then_some(bits))
}
