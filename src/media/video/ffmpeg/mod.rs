//! Every other codec, and every frame: by ffmpeg, in a process of its own.
//!
//! The file is handed over as standard input, never by its name. So none is taken for an address or an option. Its format is
//! the one that it was recognised as: a playlist called a film does not become one. No file is opened but that one, no network,
//! no shell. There are bounds on memory, time and what is written. That is no sandbox against a decoder in C that was taken
//! over. So a library user has to name the program.

mod frames;
mod run;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::super::clock::{Clock, out_of_time};
use super::super::{Format, Limits};
use crate::error::{FileError, Reason, system_text};
use crate::{CancelToken, Error, Result};
use frames::Frames;
pub(super) use frames::Shown;
use run::{Bounds, Ending, Run};

/// The least memory that ffmpeg is started with: its libraries alone map half of it.
const MEMORY_BYTES_MIN: u64 = 1 << 30;

/// From what score on, of 1, ffmpeg's `scene` is a change. That is ten in a hundred of the brightness, in the mean of
/// all pixels.
const SHOT: &str = "0.1";

/// The names of the formats that it may read, whatever it takes a file for.
const FORMATS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,asf,ogg";

/// The program `ffmpeg`, version 4.3 or newer.
///
/// ```no_run
/// use basma::media::video::{Decoders, Ffmpeg};
/// let ffmpeg = Ffmpeg::new("/usr/bin/ffmpeg");
/// ffmpeg.version()?;
/// let decoders = Decoders::default().with_ffmpeg(ffmpeg);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ffmpeg(Arc<Program>);

#[derive(Debug)]
struct Program {
    path: PathBuf,
    /// Or what is wrong with it, for good.
    version: OnceLock<Result<String, Reason>>,
}

/// Which pictures are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// Those that stand alone. No others are decoded.
    Keyframes,
    /// The first, and then each that comes so long after the last that was taken.
    Every(Duration),
    /// As [`Every`](Pick::Every). Where the picture changes at once, also the first after the change and the one behind
    /// it. So what is shown for a moment hides nothing around it.
    Shots(Duration),
    /// All.
    All,
    /// One picture in such a time, in colours, with the numbers and times that vPDQ gives them. These are those of the
    /// decoder and not of the container.
    Vpdq(Duration),
}

/// The result of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Why not all pictures came, if not all did.
    pub(super) partial: Option<Reason>,
    pub(super) capped: bool,
    /// Whether another try may decode more.
    pub(super) is_transient: bool,
}

impl Ffmpeg {
    /// The program at this path, which is not run before it is needed.
    pub fn new(path: impl Into<PathBuf>) -> Ffmpeg {
        Ffmpeg(Arc::new(Program {
            path: path.into(),
            version: OnceLock::new(),
        }))
    }

    /// The program at this path, which says that this is its version.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_version(path: impl Into<PathBuf>, version: String) -> Ffmpeg {
        Ffmpeg(Arc::new(Program {
            path: path.into(),
            version: OnceLock::from(Ok(version)),
        }))
    }

    /// Where the program is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Its version, as it says it: it is asked once.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where it cannot be run or does not answer as ffmpeg does.
    pub fn version(&self) -> Result<&str> {
        if self.0.version.get().is_none() {
            let program = crate::escape::path(&self.0.path).into_owned();
            let version = match version(&self.0.path) {
                Ok(Some(version)) => Ok(version),
                Ok(None) => Err(Reason::FfmpegWithoutVersion { program }),
                Err(error) => {
                    let problem = system_text(&error);
                    let reason = Reason::FfmpegUnusable { program, problem };
                    // What another try may overcome is not remembered.
                    if crate::error::is_shortage(&error) {
                        return Err(Error::Unsupported(reason).transient());
                    }
                    Err(reason)
                }
            };
            let _ = self.0.version.set(version);
        }
        let version = self.0.version.get().expect("it was just set");
        let version = version.as_deref();
        version.map_err(|reason| Error::Unsupported(reason.clone()))
    }

    /// What tells it from another, or from itself before an update.
    pub(crate) fn identity(&self) -> String {
        let metadata = std::fs::metadata(&self.0.path);
        let changed = metadata.map(|m| (m.len(), m.modified().ok()));
        format!("{:?} {changed:?}", self.0.path)
    }

    /// Hands on pictures of the track that ffmpeg knows by these words, until `each` has enough. Each has the
    /// milliseconds at which it is shown.
    ///
    /// # Errors
    /// [`Error::Unsupported`], [`Error::Damaged`] or [`Error::OverLimit`] where there is no picture at all.
    pub(super) fn frames(
        &self,
        (format, file, track): (Format, File, &str),
        pick: Pick,
        limits: &Limits,
        clock: &Clock,
        mut each: impl FnMut(Shown) -> bool,
    ) -> Result<Done> {
        let failed = |error: io::Error| {
            let reason = Reason::FfmpegFailed {
                program: crate::escape::path(&self.0.path).into_owned(),
                problem: system_text(&error),
            };
            Error::Unsupported(reason).because_of(&error)
        };
        let bounds = Bounds {
            memory: limits.decoded_bytes.saturating_mul(4).max(MEMORY_BYTES_MIN),
            time: clock.limit(),
        };
        let arguments = arguments(self.version()?, format, track, pick);
        let run = Run::start(&self.0.path, &arguments, file, bounds).map_err(failed)?;
        let (mut some, mut capped) = (false, false);
        let ended = {
            let sparse = match pick {
                Pick::Vpdq(time) => Some(time),
                _ => None,
            };
            let output = run.output(clock.cancel());
            let mut frames = Frames::new(output, limits.pixels, sparse).map_err(failed)?;
            loop {
                match frames.next() {
                    Ok(Some(shown)) => {
                        some = true;
                        capped = !each(shown) || clock.check().is_err();
                        if capped {
                            break Ok(());
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(fault) => break Err(fault),
                }
            }
        };
        if clock.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let bounds = run.bounds();
        let ending = run.finish(capped || ended.is_err());
        let fault = match ended {
            Err(FileError::Unreadable(error)) => match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                    Some(out_of_time(bounds.time))
                }
                _ => Some(failed(error)),
            },
            Err(FileError::Other(error)) => Some(error),
            Ok(()) if capped => None,
            Ok(()) => error_of(&ending, pick, some, bounds.time),
        };
        match fault {
            None => Ok(Done {
                capped,
                ..Done::default()
            }),
            Some(Error::OverLimit { .. }) if some => Ok(Done {
                capped: true,
                ..Done::default()
            }),
            Some(error) if some => Ok(Done {
                partial: Some(error.reason()),
                is_transient: error.is_transient(),
                ..Done::default()
            }),
            Some(error) => Err(error),
        }
    }
}

/// Options before `-i` are about what is read, those behind it about what is written.
fn arguments(version: &str, format: Format, track: &str, pick: Pick) -> Vec<String> {
    let mut all = vec!["-nostdin", "-hide_banner", "-v", "error", "-threads", "1"];
    if pick == Pick::Keyframes {
        all.extend(["-skip_frame", "nokey"]);
    }
    if let Pick::Vpdq(_) = pick {
        // The published hashes were made without vector code, whose conversion to RGB rounds otherwise. On a flat clip
        // that moves them by up to 22 bits (`cargo bench --bench vpdq`). Decoders give the same either way.
        all.extend(["-cpuflags", "0"]);
    }
    all.extend(["-noautorotate", "-copyts", "-protocol_whitelist", "file"]);
    all.extend(["-format_whitelist", FORMATS, "-f", demuxer(format)]);
    all.extend(["-i", "file:/dev/stdin"]);
    // One track, and nothing beside it.
    all.extend(["-map", track, "-an", "-sn", "-dn"]);
    all.extend(["-map_metadata", "-1", "-map_chapters", "-1"]);
    let select = match pick {
        // Some decoders, that of VP9 among them, do not leave out what they should.
        Pick::Keyframes => "select=key".to_owned(),
        Pick::Every(time) => {
            let seconds = time.as_secs_f64();
            format!("select='isnan(prev_selected_t)+gte(t-prev_selected_t,{seconds:.3})'")
        }
        // The score of a change falls to nothing behind one that lasts a single picture. So one more is taken.
        Pick::Shots(time) => {
            let seconds = time.as_secs_f64();
            format!(
                "format=gray,select='st(1,gt(scene,{SHOT}));\
                 st(2,isnan(prev_selected_t)+gte(t-prev_selected_t,{seconds:.3})+ld(1)+ld(0));\
                 st(0,ld(1));ld(2)'"
            )
        }
        Pick::All | Pick::Vpdq(_) => "null".to_owned(),
    };
    all.extend(["-vf", &select]);
    all.extend(passthrough(version));
    all.extend(["-enc_time_base", "1:1000", "-avoid_negative_ts", "disabled"]);
    all.extend(match pick {
        // The reference takes luma of RGB: that of YUV is another where colours do not fit in RGB.
        Pick::Vpdq(_) => ["-pix_fmt", "rgb24", "-allow_raw_vfw", "1"].as_slice(),
        _ => &["-pix_fmt", "gray"],
    });
    all.extend(["-c:v", "rawvideo", "-f", "matroska", "pipe:1"]);
    all.into_iter().map(str::to_owned).collect()
}

/// Every picture at its own time: the option has had two names.
fn passthrough(version: &str) -> [&'static str; 2] {
    let version = version.trim_start_matches('n');
    let mut numbers = version.split(['.', '-', '+']).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(..=4)), _) | (Some(Ok(5)), Some(Ok(0))) => ["-vsync", "passthrough"],
        _ => ["-fps_mode", "passthrough"],
    }
}

/// What ffmpeg calls a format.
fn demuxer(format: Format) -> &'static str {
    match format {
        Format::Mp4 => "mp4",
        Format::Matroska => "matroska",
        Format::Avi => "avi",
        Format::Flv => "flv",
        Format::MpegTs => "mpegts",
        Format::MpegPs => "mpeg",
        Format::Asf => "asf",
        _ => "ogg",
    }
}

/// What is wrong with a run that wrote all that it could.
fn error_of(ending: &Ending, pick: Pick, some: bool, time: Duration) -> Option<Error> {
    if ending.too_long {
        return Some(out_of_time(time));
    }
    let status = ending.status?;
    let words = &ending.words;
    if words.contains("matches no streams") {
        return Some(Error::Unsupported(Reason::ClipWithoutVideo));
    }
    // Decoders complain of pictures that were left out for keyframes' sake.
    let sound = status.success() && (words.is_empty() || pick == Pick::Keyframes);
    let error = match (sound, words.is_empty()) {
        (true, _) if some => None,
        (true, _) => Some(Error::Damaged(Reason::FfmpegWithoutPicture)),
        (false, true) => Some(Error::Damaged(Reason::FfmpegExit {
            status: status.to_string(),
        })),
        (false, false) => Some(Error::Damaged(Reason::FfmpegMessage {
            message: words.clone(),
        })),
    };
    if ending.is_of_shortage() {
        error.map(Error::transient)
    } else {
        error
    }
}

/// The version that a program says that it has; `None` where it says none as ffmpeg does.
fn version(path: &Path) -> io::Result<Option<String>> {
    let nothing = File::open("/dev/null")?;
    let bounds = Bounds {
        memory: MEMORY_BYTES_MIN,
        time: Duration::from_secs(5),
    };
    let run = Run::start(path, &["-version".to_owned()], nothing, bounds)?;
    let mut said = String::new();
    let never = CancelToken::new();
    let read = run.output(&never).take(4096).read_to_string(&mut said);
    run.finish(false);
    read?;
    let version = said
        .strip_prefix("ffmpeg version ")
        .and_then(|rest| rest.split_whitespace().next());
    Ok(version.map(|version| crate::escape::escape(version.as_bytes()).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_for_times_is_the_one_that_the_version_knows() {
        for (version, option) in [
            ("4.3.6-0+deb11u1", "-vsync"),
            ("n5.0.1", "-vsync"),
            ("5.1.9-0+deb12u1", "-fps_mode"),
            ("7.1", "-fps_mode"),
            ("8", "-fps_mode"),
            ("N-109-g1234", "-fps_mode"),
        ] {
            assert_eq!(passthrough(version)[0], option, "{version}");
        }
    }

    #[test]
    fn the_command_line_names_no_file_and_keeps_formats_and_protocols_closed() {
        let arguments = arguments(
            "7.1",
            Format::Mp4,
            "0:i:1",
            Pick::Every(Duration::from_millis(500)),
        );
        let text = arguments.join(" ");
        assert!(text.contains("-protocol_whitelist file -format_whitelist mov,"));
        assert!(text.contains(" -f mp4 -i file:/dev/stdin "));
        assert!(text.contains("t-prev_selected_t,0.500)"));
        assert!(!text.contains("hls") && !text.contains("concat"));
    }

    #[test]
    fn what_is_no_ffmpeg_is_refused() {
        for (path, problem) in [
            ("/bin/true", "it does not tell its version"),
            ("/nowhere/ffmpeg", "No such file or directory"),
        ] {
            let error = Ffmpeg::new(path).version().unwrap_err().to_string();
            let expected = format!("{path} cannot be used as ffmpeg: {problem}");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
