//! What do clips cost, which copies of them are found, and what do bad ones come to?
//!
//! - `cargo bench --bench video -- recall`: edits as messengers make them. They are looked up in a list of `distinct` pictures
//!   and in one of a picture a second ([`recall`]). `--keep FOLDER` keeps what was hashed there, so that rules of matching can
//!   be tried again without decoding anything.
//! - `cargo bench --bench video -- cost [FILE...]`: processor time for a minute of video ([`cost`]).
//! - `cargo bench --bench video -- hostile`: the command on 500 broken clips and on all that people name film.mp4
//!   ([`hostile`]).
//!
//! Without any of these words all three are run, in this order. Some parts need `/usr/bin/ffmpeg`, or the sample videos of
//! ThreatExchange and of MDN in `../shared/data/videos`. Where these are missing, the bench says loudly that the part is left
//! out.

mod cost;
mod hostile;
mod kept;
mod recall;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use basma::media::video::{Decoders, Ffmpeg, H264, Worker, serve};

#[path = "../../src/media/video/tests"]
#[allow(dead_code, reason = "tests make more kinds of clips")]
mod film {
    pub(crate) mod encode;
    pub(crate) mod write;
}

const WORKER: &str = "decode-worker";
const FFMPEG: &str = "/usr/bin/ffmpeg";
const VIDEOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/videos");

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let is_asked = |word: &str| arguments.iter().any(|argument| argument == word);
    if is_asked(WORKER) {
        serve().expect("an owner at the other end");
        return ExitCode::SUCCESS;
    }
    let parts = ["recall", "cost", "hostile"];
    let all = !parts.iter().any(|part| is_asked(part));
    let mut held = true;
    if all || is_asked("recall") {
        let keep = arguments.iter().position(|argument| argument == "--keep");
        let folder = keep.and_then(|at| arguments.get(at + 1)).map(PathBuf::from);
        held &= recall::run(&kept::Kept(folder));
    }
    if all || is_asked("cost") {
        let named = arguments.iter().map(PathBuf::from);
        cost::run(named.filter(|path| path.is_file()).collect());
    }
    if all || is_asked("hostile") {
        held &= hostile::run();
    }
    if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Everything that the command decodes clips with: the built-in decoder in processes of its own, and ffmpeg.
fn decoders() -> Decoders {
    built_in().with_ffmpeg(has_ffmpeg().then(|| Ffmpeg::new(FFMPEG)))
}

fn built_in() -> Decoders {
    let this = std::env::current_exe().expect("this program");
    Decoders::default().with_h264(H264::Worker(Worker::new(this, [WORKER])))
}

fn has_ffmpeg() -> bool {
    Path::new(FFMPEG).exists()
}

/// The sample videos that are there, by name.
fn samples() -> Vec<PathBuf> {
    let folders = ["threatexchange/tmk/sample-videos", "mdn"];
    let folders = folders.iter().map(|folder| Path::new(VIDEOS).join(folder));
    let files = folders
        .flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name())
        .filter_map(|entry| Some(entry.ok()?.into_path()));
    files.filter(|path| path.is_file()).collect()
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[path = "../../tests/cli/bad_clips.rs"]
mod bad_clips;
