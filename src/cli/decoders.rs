//! What this machine has to decode clips with.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use basma::Result;
use basma::media::video::{Decoders, H264};

use super::FAILED;
use super::args::FfmpegArgs;

/// Everything at hand: the built-in decoder in processes of its own, and ffmpeg where it is named or installed.
///
/// # Errors
/// An ffmpeg that was named and is none. One that merely lies in the way is left alone.
pub(super) fn all(args: &FfmpegArgs) -> Result<Decoders> {
    let decoders = Decoders::default().with_h264(h264());
    #[cfg(unix)]
    let decoders = decoders.with_ffmpeg(ffmpeg(args)?);
    Ok(decoders)
}

#[cfg(unix)]
fn ffmpeg(args: &FfmpegArgs) -> Result<Option<basma::media::video::Ffmpeg>> {
    use basma::media::video::Ffmpeg;
    match &args.ffmpeg {
        _ if args.no_ffmpeg => Ok(None),
        Some(path) => {
            let ffmpeg = Ffmpeg::new(path);
            ffmpeg.version()?;
            Ok(Some(ffmpeg))
        }
        // It is not run before there is a clip.
        None => Ok(installed(std::env::var_os("PATH").as_deref()).map(Ffmpeg::new)),
    }
}

/// Where a program called ffmpeg may be. What stands in the folder that one happens to be in is no installed program.
#[cfg(unix)]
fn installed(path: Option<&OsStr>) -> Option<PathBuf> {
    let folders = path.into_iter().flat_map(std::env::split_paths);
    folders
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("ffmpeg"))
        .find(|program| program.is_file())
}

#[cfg(all(unix, feature = "h264"))]
fn h264() -> H264 {
    use basma::media::video::Worker;
    this_program().map_or(H264::Off, |this| H264::Worker(Worker::new(this, [WORKER])))
}

/// The very program that runs, even where another was installed over it meanwhile.
#[cfg(unix)]
pub(super) fn this_program() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        Ok(PathBuf::from("/proc/self/exe"))
    } else {
        std::env::current_exe()
    }
}

#[cfg(not(all(unix, feature = "h264")))]
fn h264() -> H264 {
    H264::Off
}

/// The command that decodes, and does nothing else.
#[cfg(all(unix, feature = "h264"))]
const WORKER: &str = "decode-worker";

/// Decodes for another process.
#[cfg(all(unix, feature = "h264"))]
pub(super) fn work() -> ExitCode {
    match basma::media::video::serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(FAILED),
    }
}

#[cfg(not(all(unix, feature = "h264")))]
pub(super) fn work() -> ExitCode {
    ExitCode::from(FAILED)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_installed_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("ffmpeg");
        std::fs::write(&program, "").unwrap();
        let path = |text: String| installed(Some(OsStr::new(&text)));
        let here = folder.path().display();
        assert_eq!(path(format!("/nowhere:.::bin:{here}")), Some(program));
        assert_eq!(installed(None), None);
    }
}
