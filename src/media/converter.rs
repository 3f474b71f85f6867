//! A program of the user's that decodes what nothing here does, in a process of its own.
//!
//! The file is handed over under a name that is always the same, in a folder that vanishes. No shell is involved, and
//! the program gets an empty environment. What it makes is read as any PNG, under the limits. This bounds what a
//! decoder in C can do by accident. It is no sandbox against one that was taken over, which is why no program is run
//! unasked.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

#[cfg(unix)]
use super::video::child::null;
use super::{Format, Limits};
use crate::error::{Limit, Problem, Reason, system_text};
use crate::{CancelToken, Error, Result};

/// A program that makes PNG of AVIF: `avifdec` (libavif), `heif-dec` or `heif-convert` (libheif), or `ffmpeg`.
///
/// ```no_run
/// use basma::hash::HashType;
/// use basma::hasher::Hasher;
/// use basma::media::Converter;
/// let converter = Converter::new("/usr/bin/avifdec")?;
/// let hasher = Hasher::new([HashType::Pdq]).with_converter(converter);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converter {
    program: PathBuf,
    arguments: &'static [&'static str],
}

#[cfg(not(unix))]
fn null() -> std::io::Result<std::process::Stdio> {
    Ok(std::process::Stdio::null())
}

const INPUT: &str = "picture.avif";
const OUTPUT: &str = "picture.png";

impl Converter {
    /// The program at this path, which is told by its name how to be called.
    ///
    /// # Errors
    /// [`Error::Argument`] for a program of another name.
    pub fn new(program: impl Into<PathBuf>) -> Result<Converter> {
        let program = program.into();
        let arguments: &[&str] = match program.file_stem().and_then(OsStr::to_str) {
            Some("avifdec") => &["--jobs", "1", "--ignore-icc", INPUT, OUTPUT],
            Some("heif-dec" | "heif-convert") => &[INPUT, OUTPUT],
            Some("ffmpeg") => &[
                "-nostdin",
                "-v",
                "error",
                "-threads",
                "1",
                "-protocol_whitelist",
                "file",
                "-i",
                INPUT,
                "-frames:v",
                "1",
                OUTPUT,
            ],
            _ => {
                let path = crate::escape::path(&program).into_owned();
                return Err(Problem::ConverterUnknown { path }.into());
            }
        };
        Ok(Converter { program, arguments })
    }

    /// The picture as a PNG. Several may be made at once.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the program cannot be run. [`Error::Damaged`] where it makes nothing of the file.
    /// [`Error::OverLimit`] where it takes too long or makes too much.
    pub fn to_png(&self, avif: &[u8], limits: &Limits) -> Result<Vec<u8>> {
        self.to_png_until(&CancelToken::new(), avif, limits)
    }

    /// Where the program is.
    #[cfg(target_os = "linux")]
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// What tells the program from another, or from itself before an update.
    pub(crate) fn identity(&self) -> String {
        let metadata = std::fs::metadata(&self.program);
        let version = metadata.map(|m| (m.len(), m.modified().ok()));
        format!("{self:?} {version:?}")
    }

    /// [`Converter::to_png`], which ends when the token is cancelled.
    pub(crate) fn to_png_until(
        &self,
        cancel: &CancelToken,
        avif: &[u8],
        limits: &Limits,
    ) -> Result<Vec<u8>> {
        let failed = |error: std::io::Error| {
            let reason = Reason::ConverterFailed {
                program: self.name(),
                problem: system_text(&error),
            };
            Error::Unsupported(reason).because_of(&error)
        };
        let folder = tempfile::tempdir().map_err(failed)?;
        std::fs::write(folder.path().join(INPUT), avif).map_err(failed)?;
        let mut command = Command::new(&self.program);
        command
            .args(self.arguments)
            .current_dir(folder.path())
            .env_clear();
        command
            .stdin(null().map_err(failed)?)
            .stdout(null().map_err(failed)?)
            .stderr(null().map_err(failed)?);
        let child = Running(command.spawn().map_err(failed)?);
        confine(&child.0, limits);
        let Some(status) = child.wait(limits.time, cancel).map_err(failed)? else {
            return Err(if cancel.is_cancelled() {
                Error::Cancelled
            } else {
                super::clock::out_of_time(limits.time)
            });
        };
        match read(&folder.path().join(OUTPUT), limits.file_bytes)? {
            Some(png) if status.success() && Format::sniff(&png) == Some(Format::Png) => Ok(png),
            _ => Err(Error::Damaged(Reason::ConverterRejected {
                program: self.name(),
                status: status.to_string(),
            })),
        }
    }

    fn name(&self) -> String {
        crate::escape::path(&self.program).to_string()
    }
}

/// What the program made, if it made anything.
fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let mut made = Vec::new();
    let Ok(file) = File::open(path) else {
        return Ok(None);
    };
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut made);
    let found = made.len() as u64;
    if found > limit {
        let what = Limit::ConvertedBytes;
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(read.ok().map(|_| made))
}

/// A process that does not outlive what waits for it.
struct Running(Child);

impl Running {
    /// How it ended, or `None` if it was ended because it took too long.
    fn wait(
        mut self,
        limit: Duration,
        cancel: &CancelToken,
    ) -> std::io::Result<Option<ExitStatus>> {
        let start = Instant::now();
        let mut pause = Duration::from_micros(500);
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(Some(status));
            }
            if start.elapsed() > limit || cancel.is_cancelled() {
                return Ok(None);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Of one that has ended there is nothing left to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Memory, time and the size of files, as far as the system can bound another process.
#[cfg(target_os = "linux")]
fn confine(child: &Child, limits: &Limits) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let pid = Pid::from_child(child);
    let most = |bytes: u64| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    // The codec holds the picture several times, beside its libraries.
    let memory = limits
        .decoded_bytes
        .saturating_mul(3)
        .saturating_add(512 << 20);
    for (resource, limit) in [
        (Resource::As, memory),
        (Resource::Cpu, limits.time.as_secs().saturating_add(1)),
        (Resource::Fsize, limits.file_bytes),
        (Resource::Core, 0),
    ] {
        // It fails for a process that has ended, which needs no bounds.
        let _ = prlimit(Some(pid), resource, most(limit));
    }
}

#[cfg(not(target_os = "linux"))]
fn confine(_: &Child, _: &Limits) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Not that the stand-in decodes anything.
    const PICTURE: &[u8] = b"\x89PNG and so on";

    /// What a stand-in for the program, a script that does this, makes of a file.
    fn made_by(script: &str, limits: &Limits) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("avifdec");
        std::fs::write(
            &program,
            format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"),
        )
        .unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
        // Another thread of this process may still hold the script for writing in a child it is just making.
        loop {
            match Converter::new(&program).unwrap().to_png(PICTURE, limits) {
                Err(Error::Transient(cause)) if matches!(*cause, Error::Unsupported(_)) => {}
                answer => return answer,
            }
        }
    }

    #[test]
    fn the_program_gets_the_file_and_nothing_else() {
        let script = "[ \"$*\" = '--jobs 1 --ignore-icc picture.avif picture.png' ] && env > environment\n\
            grep -q HOME environment || cat picture.avif > picture.png";
        assert_eq!(made_by(script, &Limits::default()).unwrap(), PICTURE);
    }

    #[test]
    fn a_program_that_fails_hangs_or_floods_is_an_error() {
        let limits = Limits {
            time: Duration::from_millis(300),
            file_bytes: 100_000,
            ..Limits::default()
        };
        let text = |script| made_by(script, &limits).unwrap_err().to_string();
        assert!(text("exit 3").contains("made nothing of it: exit status: 3"));
        assert!(text("cp picture.avif picture.png; exit 1").contains("made nothing"));
        assert!(text("echo > picture.png").contains("made nothing"));
        assert!(text("true").contains("made nothing"));
        assert_eq!(
            text("exec sleep 60"),
            "301 milliseconds of decoding are over the limit of 300"
        );
        let flood = text("exec head -c 200000 /dev/zero > picture.png");
        assert!(
            flood.contains("made nothing") || flood.contains("over the limit"),
            "{flood}"
        );
    }

    #[test]
    fn other_programs_are_refused_and_absent_ones_named() {
        assert!(matches!(Converter::new("/bin/sh"), Err(Error::Argument(_))));
        let absent = Converter::new("/nowhere/ffmpeg").unwrap();
        let error = absent.to_png(b"", &Limits::default()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("image/avif: /nowhere/ffmpeg: "),
            "{error}"
        );
    }
}
