//! A folder with something to scan, and what the scan of it must come to.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use basma::hasher::pdq;
use basma::media::Picture;
use image::{ImageFormat, Rgb, RgbImage};
use sha2::Digest as _;

const OLD: &[u8] = b"what stood here before\n";

/// What is scanned, and by which command.
pub(super) struct Place {
    folder: tempfile::TempDir,
    /// Where output, journal and cache go.
    pub(super) outputs: PathBuf,
    threads: &'static str,
    whole: Vec<u8>,
    code: i32,
    /// The sizes of journal and cache when everything was recorded once.
    sizes: [u64; 2],
}

/// What a scan under a fault came to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Came {
    Killed,
    /// It said that it could not be done.
    Refused,
    /// It came to its end, and named what it could not read.
    Told,
    /// As if nothing had happened.
    Whole,
}

impl Place {
    /// So many pictures and texts each, half of them in one archive.
    pub(super) fn new(files: u32, threads: &'static str) -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let mut place = Place {
            outputs: folder.path().to_owned(),
            folder,
            threads,
            whole: Vec::new(),
            code: 0,
            sizes: [0; 2],
        };
        let path = |name: &str| place.folder.path().join(name);
        fs::create_dir_all(path("dump/pictures")).expect("a folder");
        let mut members = Vec::new();
        for number in 0..files {
            let (picture, text) = (encoded(number % 50), format!("text {number}").into_bytes());
            for (bytes, end) in [(picture, "png"), (text, "txt")] {
                let name = format!("pictures/{number}.{end}");
                if number % 2 == 0 {
                    fs::write(path("dump").join(&name), bytes).expect("a file")
                } else {
                    members.push((name, bytes))
                }
            }
        }
        fs::write(path("dump/archive.tar.gz"), packed(&members)).expect("an archive");
        fs::write(path("empty.txt"), list(&[1000])).expect("a list");
        fs::write(path("list.txt"), list(&[1, 2])).expect("a list");
        fs::write(path("index.txt"), list(&[4, 5])).expect("a list");
        let mut built = place.basma(&["build", "index.txt", "-o", "index.basma"]);
        assert!(built.status().expect("it runs").success());
        // Files younger than a tick of the clock are not remembered.
        std::thread::sleep(std::time::Duration::from_millis(60));
        let status = place.scan().status().expect("it runs");
        place.code = status.code().expect("it ends by itself");
        place.whole = place.read("out").expect("it has an output");
        place.sizes = ["journal", "cache"].map(|log| place.size(log));
        assert_eq!(place.code, 1, "something matches");
        place.clear();
        place
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn whole(&self) -> &[u8] {
        &self.whole
    }

    /// The size of the largest file that the scan writes.
    pub(super) fn largest(&self) -> u64 {
        let output = self.whole.len() as u64;
        self.sizes.into_iter().fold(output, u64::max)
    }

    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.outputs.join(name)).ok()
    }

    pub(super) fn size(&self, name: &str) -> u64 {
        fs::metadata(self.outputs.join(name)).map_or(0, |there| there.len())
    }

    fn basma(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
        command.args(arguments);
        self.quietly(command)
    }

    fn quietly(&self, mut command: Command) -> Command {
        command
            .current_dir(self.folder.path())
            .env("BASMA_LANG", "en")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// The arguments of the scan, without an output.
    pub(super) fn arguments(&self) -> Vec<String> {
        let place = |name: &str| self.outputs.join(name).display().to_string();
        let mut arguments: Vec<String> = "scan dump -l list.txt -l index.basma -f jsonl -q -j"
            .split(' ')
            .map(str::to_owned)
            .collect();
        let logs = [
            "--journal".to_owned(),
            place("journal"),
            "--cache".to_owned(),
            place("cache"),
        ];
        arguments.push(self.threads.to_owned());
        arguments.extend(logs);
        arguments
    }

    /// The scan to standard output.
    pub(super) fn scan_to_stdout(&self) -> Command {
        let mut command = self.basma(&[]);
        command.args(self.arguments()).stdout(Stdio::piped());
        command
    }

    /// The scan, run by a program or by itself.
    pub(super) fn scan_by(&self, program: &[&str]) -> Command {
        let words = program.iter().copied().chain([env!("CARGO_BIN_EXE_basma")]);
        let mut words = words.map(OsString::from);
        let mut command = Command::new(words.next().expect("at least one"));
        command.args(words).args(self.arguments());
        command.arg("-o").arg(self.outputs.join("out"));
        self.quietly(command)
    }

    pub(super) fn scan(&self) -> Command {
        self.scan_by(&[])
    }

    /// As before any scan.
    pub(super) fn clear(&self) {
        for name in ["out", "journal", "cache"] {
            let _ = fs::remove_file(self.outputs.join(name));
        }
    }

    /// As after a scan that was stopped before its first file, with an output of an earlier one.
    pub(super) fn begin(&self) {
        self.clear();
        let arguments = self.arguments();
        let logs = arguments
            .iter()
            .skip_while(|argument| *argument != "--journal");
        fs::write(self.path("nothing"), "").expect("a file");
        let mut command = self.basma(&["scan", "nothing", "-l", "list.txt", "-q"]);
        command.args(logs).status().expect("it runs");
        for log in ["journal", "cache"] {
            let file = fs::File::options().write(true).open(self.outputs.join(log));
            file.and_then(|file| file.set_len(64))
                .expect("it has a header of 64 bytes");
        }
        fs::write(self.outputs.join("out"), OLD).expect("a file");
    }

    /// The result of a scan, by its code and the files it left; or what is wrong with it.
    pub(super) fn judge(&self, code: Option<i32>) -> Result<Came, String> {
        let output = self.read("out");
        let ended = match code {
            None => Came::Killed,
            // 127: the program could not even be loaded.
            Some(2 | 127) => Came::Refused,
            Some(_) => Came::Told,
        };
        match (output, ended) {
            (None, Came::Told) => Err(format!("code {code:?} without an output")),
            (None, ended) => Ok(ended),
            (Some(bytes), Came::Told) if bytes == self.whole && code == Some(self.code) => {
                Ok(Came::Whole)
            }
            (Some(bytes), Came::Killed | Came::Refused) if bytes == OLD || bytes == self.whole => {
                Ok(ended)
            }
            // Also where it failed, or was killed, once its output was in place.
            (Some(bytes), ended) => self.only_unread(&bytes).map(|()| ended),
        }
    }

    /// Every line is that of the undisturbed scan, or says that something was not read. Where lines are missing, one says so of
    /// the folder or archive.
    pub(super) fn only_unread(&self, output: &[u8]) -> Result<(), String> {
        let lines =
            |output| -> Vec<&[u8]> { <[u8]>::split(output, |&byte| byte == b'\n').collect() };
        let (whole, lines) = (lines(&self.whole), lines(output));
        let known: BTreeSet<&[u8]> = whole.iter().copied().collect();
        let (mut unread, mut ended) = (0, false);
        for line in &lines {
            let text = String::from_utf8_lossy(line);
            ended |= text.starts_with("{\"v\":1,\"summary\":");
            if known.contains(line) || text.starts_with("{\"v\":1,\"summary\":") {
                continue;
            }
            unread += 1;
            if !text.contains("\"status\":\"unreadable\"") && !text.contains("(os error") {
                return Err(format!("it says {text}"));
            }
        }
        match () {
            () if !ended || !output.ends_with(b"\n") => Err("half an output".to_owned()),
            () if unread == 0 => Err("another output, and nothing is named".to_owned()),
            () if lines.len() > whole.len() => Err("too much of an output".to_owned()),
            () => Ok(()),
        }
    }

    /// Runs the scan again, undisturbed.
    pub(super) fn repeat(&self) -> Result<(), String> {
        let status = self.scan().status().map_err(|error| error.to_string())?;
        if status.code() != Some(self.code) {
            return Err(format!("code {:?}", status.code()));
        }
        if self.read("out").as_deref() != Some(&self.whole) {
            return Err("another output".to_owned());
        }
        if self.size("journal") != self.sizes[0] {
            let sizes = (self.size("journal"), self.sizes[0]);
            return Err(format!(
                "the journal has {} bytes, not {}",
                sizes.0, sizes.1
            ));
        }
        let drafts = fs::read_dir(&self.outputs).map_err(|error| error.to_string())?;
        let is_draft = |name: &str| name.ends_with(".part");
        let mut names = drafts
            .flatten()
            .map(|entry| entry.file_name().into_string());
        if names.any(|name| name.is_ok_and(|name| is_draft(&name))) {
            Err("a draft is left".to_owned())
        } else {
            Ok(())
        }
    }
}

/// A list of these pictures, as digests and perceptually.
fn list(numbers: &[u32]) -> String {
    let entry = |number: &u32| {
        let digest = sha2::Sha256::digest(encoded(*number));
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let rated = {
            let picture = picture(*number);
            pdq(&Picture::from_rgb8(80, 80, picture.into_raw()).expect("it is small"))
        };
        assert!(rated.quality >= 50, "a picture must be rich in detail");
        format!("sha256 {digits}\npdq {}\n", rated.hash)
    };
    numbers.iter().map(entry).collect()
}

/// A small picture, another for each number.
fn picture(number: u32) -> RgbImage {
    let mut state = number.wrapping_mul(2_654_435_761) | 1;
    let cells: Vec<u8> = (0..64)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 16) as u8
        })
        .collect();
    RgbImage::from_fn(80, 80, |x, y| {
        let cell = cells[(y / 10 * 8 + x / 10) as usize];
        Rgb([cell, cell.wrapping_add((x + y) as u8), cell / 2])
    })
}

fn encoded(number: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture(number)
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("PNG is written");
    bytes.into_inner()
}

/// These as tar, ustar as POSIX.1-1988 has it, and gzip.
fn packed(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut put = |bytes: &[u8]| gzip.write_all(bytes).expect("memory");
    for (name, content) in members {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[148..157].copy_from_slice(b"        0");
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        put(&header);
        put(content);
        put(&vec![
            0;
            content.len().next_multiple_of(512) - content.len()
        ]);
    }
    put(&[0; 1024]);
    gzip.finish().expect("memory")
}
