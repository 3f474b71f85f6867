//! A user's desk: a folder with pictures and lists in it, and the command to run on them.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use image::ImageFormat;
use serde_json::Value;

pub(crate) use crate::pictures::{encode, hash_of, scene};
use crate::schema::check_line;

/// A folder that removes itself.
pub(crate) struct TestDir(tempfile::TempDir);

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl TestDir {
    pub(crate) fn new() -> TestDir {
        TestDir(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.0.path().join(name.as_ref())
    }

    /// Writes a file, and the folders it needs.
    pub(crate) fn file(&self, name: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes the picture of a scene, in the format that the name says.
    pub(crate) fn picture(&self, name: impl AsRef<OsStr>, scene: u64) -> PathBuf {
        let format = ImageFormat::from_path(Path::new(name.as_ref())).unwrap();
        self.file(name, encode(&crate::pictures::scene(scene), format))
    }

    /// A typed list of the PDQ hashes of scenes.
    pub(crate) fn list(&self, name: &str, scenes: &[u64]) -> PathBuf {
        let lines = scenes.iter().map(|&s| format!("pdq {}\n", hash_of(s)));
        self.file(name, lines.collect::<String>())
    }

    /// The command, run in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_basma"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("BASMA_LANG", "en");
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).output().unwrap())
    }

    /// The command with this on its standard input.
    pub(crate) fn feed(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Outcome {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that fails need not read to the end.
        let _ = stdin.write_all(input.as_ref());
        drop(stdin);
        Outcome::of(child.wait_with_output().unwrap())
    }

    /// A scan of the folder `dump` for what a list holds, as JSON Lines, with further arguments.
    pub(crate) fn scan(&self, list: &str, more: &[&str]) -> Outcome {
        self.run(&[&["scan", "dump", "-l", list, "-f", "jsonl"][..], more].concat())
    }

    /// The names in a folder of the desk, hidden ones included.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Outcome {
    pub(crate) fn of(output: Output) -> Outcome {
        let errors = String::from_utf8(output.stderr).unwrap();
        // What a system lacks of a wall is said on that system alone.
        let is_said_everywhere = |line: &&str| !line.starts_with("files were opened without a");
        let errors = errors.split_inclusive('\n').filter(is_said_everywhere);
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: errors.collect(),
        }
    }

    /// Standard output as JSON Lines, which are as the schema says.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let parse = |line: &str| {
            let object = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            check_line(&object);
            object
        };
        self.stdout.lines().map(parse).collect()
    }

    /// The object of the file with this path.
    pub(crate) fn object(&self, path: &str) -> Value {
        let found = self.objects().into_iter().find(|o| o["path"] == path);
        found.unwrap_or_else(|| panic!("{path} is not in {self:?}"))
    }

    /// What is printed of files, and counted. How it was looked for differs with the form and the place of a list.
    pub(crate) fn found(&self) -> String {
        let lines = self.found_objects().into_iter();
        lines.map(|object| object.to_string() + "\n").collect()
    }

    /// [`Outcome::found`], line by line.
    pub(crate) fn found_objects(&self) -> Vec<Value> {
        let mut objects = self.objects();
        for object in &mut objects {
            if let Some(Value::Object(summary)) = object.get_mut("summary") {
                summary.remove("conditions");
            }
        }
        objects
    }

    /// The summary, after checking that its counts by status add up to what was discovered and to what was printed.
    pub(crate) fn summary(&self) -> Value {
        let objects = self.objects();
        let summary = objects.last().unwrap()["summary"].clone();
        let statuses = [
            "matched",
            "no_match",
            "low_quality",
            "unsupported",
            "damaged",
            "unreadable",
            "over_limit",
            "skipped",
        ];
        let sum: u64 = statuses.iter().map(|s| summary[s].as_u64().unwrap()).sum();
        assert_eq!(summary["discovered"], sum, "{self:?}");
        assert_eq!(objects.len() as u64, sum + 1, "{self:?}");
        summary
    }
}
