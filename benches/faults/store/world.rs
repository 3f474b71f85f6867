//! A store, what its lists come from, and the command that changes it.

use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use basma::hash::{Hash, HashType};
use sha2::Digest as _;

/// A folder with a store and the files that its sources publish.
pub(super) struct World {
    folder: tempfile::TempDir,
    /// Where the store is.
    pub(super) store: PathBuf,
}

impl World {
    pub(super) fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store");
        fs::create_dir(folder.path().join("feed")).expect("a folder");
        World { folder, store }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes the store, with these sources beside a list of its own and one that is replaced as a whole.
    pub(super) fn make(&self, more: &str) {
        let made = self.run(&["refresh", "--init"]);
        assert!(made.status.success(), "{made:?}");
        self.declare(more);
    }

    /// Whether the store is made: its mark comes last.
    pub(super) fn is_made(&self) -> bool {
        self.store.join("basma-store").exists()
    }

    pub(super) fn declare(&self, more: &str) {
        let snap = self.path("snap.jsonl");
        let sources = format!(
            "[store]\nkeep = 2\n\
             [[source]]\nlist = \"own\"\npurpose = \"tests\"\nkind = \"local\"\nat_most = \"review\"\n\
             {}[source.from.file]\npath = {snap:?}\nsettle_seconds = 0\n{more}",
            table("snap", "snapshot")
        );
        fs::write(self.store.join("sources.toml"), sources).expect("a file");
    }

    /// A source that publishes a change at a time.
    pub(super) fn feed(&self) -> String {
        let path = self.path("feed");
        let table = table("feed", "delta");
        format!("{table}[source.from.folder]\npath = {path:?}\nsettle_seconds = 0\n")
    }

    /// A source on a server.
    pub(super) fn web(&self, url: &str) -> String {
        let table = table("web", "snapshot");
        format!("{table}[source.from.http]\nurl = {url:?}\nbackoff_seconds = 0.001\n")
    }

    /// Publishes an edition of the list that is replaced as a whole, with a line that is no record.
    pub(super) fn publish(&self, numbers: impl IntoIterator<Item = u32>) {
        let text = lines("add", "snap", numbers) + "no record\n";
        self.put("snap.jsonl", text.as_bytes());
    }

    /// Publishes a change of the other one.
    pub(super) fn change(&self, name: &str, come: Range<u32>, go: Range<u32>) {
        let text = lines("add", "feed", come) + &lines("remove", "feed", go);
        self.put(&format!("feed/{name}"), text.as_bytes());
    }

    /// Puts a file in its place at once, as publishers should.
    fn put(&self, name: &str, bytes: &[u8]) {
        let draft = self.path("draft");
        fs::write(&draft, bytes).expect("a file");
        fs::rename(draft, self.path(name)).expect("it is renamed");
    }

    /// A command about the store, run by a program or by itself. Nothing is made of where it is run from.
    pub(super) fn basma_by(&self, program: &[&str], arguments: &[&str]) -> Command {
        let words = program.iter().copied().chain([env!("CARGO_BIN_EXE_basma")]);
        let mut words = words.chain(arguments.iter().copied());
        let mut command = Command::new(words.next().expect("at least one"));
        command
            .args(words)
            .current_dir("/")
            .env("BASMA_LANG", "en")
            .env("BASMA_STORE", &self.store)
            .env("BASMA_OPERATOR", "ana")
            .stdin(Stdio::null());
        command
    }

    pub(super) fn basma(&self, arguments: &[&str]) -> Command {
        self.basma_by(&[], arguments)
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        self.basma(arguments).output().expect("it runs")
    }

    /// Runs a command that must succeed.
    pub(super) fn must(&self, arguments: &[&str]) -> Output {
        let output = self.run(arguments);
        assert!(succeeded(output.status.code()), "{arguments:?}: {output:?}");
        output
    }

    /// What `basma lookup` answers when asked for these.
    pub(super) fn lookup(&self, asked: &str) -> Output {
        let store = self.store.display().to_string();
        let arguments = ["lookup", "--list", &store, "--format", "jsonl"];
        let mut command = self.basma(&arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        let mut input = child.stdin.take().expect("it is piped");
        let asked = asked.to_owned();
        let writer = std::thread::spawn(move || drop(input.write_all(asked.as_bytes())));
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("it ends");
        output
    }
}

/// Whether a code says that what was asked for is done. Records that were set aside do not keep the others from it.
pub(super) fn succeeded(code: Option<i32>) -> bool {
    matches!(code, Some(0 | 3))
}

fn table(list: &str, kind: &str) -> String {
    format!(
        "[[source]]\nlist = {list:?}\npurpose = \"tests\"\nkind = {kind:?}\nat_most = \"block\"\n\
         [source.guards]\nshrink = 100\ngrowth = 10000\nrejects = 50\n"
    )
}

/// The hash of an entry. Every other is perceptual, with as many bits set as that of a picture.
pub(super) fn hash(list: &str, number: u32) -> Hash {
    let mut digest: [u8; 32] = sha2::Sha256::digest(format!("{list} {number}")).into();
    let hash_type = match number % 2 {
        0 => HashType::Sha256,
        _ => {
            let (first, second) = digest.split_at_mut(16);
            for (first, second) in first.iter().zip(second) {
                *second = !first;
            }
            HashType::Pdq
        }
    };
    Hash::new(hash_type, &digest).expect("both have 32 bytes")
}

/// As commands take it.
pub(super) fn named(list: &str, number: u32) -> String {
    let hash = hash(list, number);
    format!("{}:{hash}", hash.hash_type())
}

pub(super) fn lines(op: &str, list: &str, numbers: impl IntoIterator<Item = u32>) -> String {
    let line = |number| {
        let hash = hash(list, number);
        let hash_type = hash.hash_type();
        format!(
            "{{\"v\":1,\"op\":{op:?},\"type\":\"{hash_type}\",\"hash\":\"{hash}\",\"id\":\"{list}-{number}\"}}\n"
        )
    };
    numbers.into_iter().map(line).collect()
}

/// Copies a folder with all that is in it.
pub(super) fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    let mode = fs::metadata(from).expect("it is there").permissions();
    fs::set_permissions(to, mode).expect("it is ours");
    for entry in fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("it is there");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().expect("it is there").is_dir() {
            copy_all(&from, &to)
        } else {
            fs::copy(from, to).expect("a copy");
        }
    }
}

/// Empties a folder, which may be a mounted disk.
pub(super) fn empty(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            fs::remove_dir_all(entry.path()).expect("it is ours")
        } else {
            fs::remove_file(entry.path()).expect("it is ours")
        }
    }
}
