//! Walls from inside: a process of this program builds one and tries what it must not be able to do.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Pid, Signal, getppid, kill_process};

use super::{Profile, Wall, confine};

/// The name of the test that the process runs.
const INSIDE: &str = "sandbox::tests::the_inside_of_a_wall";

/// Results of attempts: `done`, or why not.
type Results = BTreeMap<String, String>;

/// What lies about for the attempts.
struct Grounds {
    folder: tempfile::TempDir,
    tcp: TcpListener,
    _unix: UnixListener,
}

impl Grounds {
    fn new() -> Grounds {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("scratch")).unwrap();
        fs::write(folder.path().join("list"), "secret").unwrap();
        fs::write(folder.path().join("evidence"), "clip").unwrap();
        fs::copy("/bin/true", folder.path().join("program")).unwrap();
        let unix = UnixListener::bind(folder.path().join("socket")).unwrap();
        Grounds {
            folder,
            tcp: TcpListener::bind("127.0.0.1:0").unwrap(),
            _unix: unix,
        }
    }

    /// Tries everything behind the wall of a profile.
    fn attempts(&self, profile: &str) -> Results {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", INSIDE, "--nocapture", "--test-threads=1"])
            .env("BASMA_WALL_PROFILE", profile)
            .env("BASMA_WALL_FOLDER", self.folder.path())
            .env(
                "BASMA_WALL_PORT",
                self.tcp.local_addr().unwrap().port().to_string(),
            )
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}{errors}");
        let lines = text.lines().filter_map(|line| line.split_once(" -> "));
        lines
            .map(|(what, result)| (what.to_owned(), result.to_owned()))
            .collect()
    }
}

const DENIED: &str = "PermissionDenied";

/// Everything can be done without a wall: what fails behind one fails because of it.
#[test]
fn without_a_wall_everything_is_done() {
    let results = Grounds::new().attempts("none");
    for (what, result) in &results {
        assert!(result == "done" || result == "none", "{what}: {result}");
    }
    assert_eq!(results.len(), 19, "{results:?}");
}

#[test]
fn a_decoder_has_no_files_no_network_and_no_other_processes() {
    let grounds = Grounds::new();
    let mut results = grounds.attempts("decoder");
    let wall = results.remove("wall").unwrap();
    assert_eq!(results.len(), 18, "{results:?}");
    let memory = results.remove("take a gigabyte more than it may");
    assert_eq!(memory.as_deref(), Some("OutOfMemory"));
    // Without seccomp the limits and Landlock still stand, as far as the system has them.
    if wall.ends_with("seccomp") && !wall.ends_with("no seccomp") {
        for (what, result) in &results {
            assert_eq!(result, DENIED, "{what}, {wall}");
        }
    }
    assert_eq!(
        fs::read(grounds.folder.path().join("list")).unwrap(),
        b"secret"
    );
}

#[test]
fn programs_read_the_system_and_their_clip_and_write_in_their_folder() {
    let grounds = Grounds::new();
    let results = grounds.attempts("programs");
    let is_walled = results["wall"].starts_with("landlock-v") && !results["wall"].contains("no ");
    if !is_walled {
        return;
    }
    for (what, result) in &results {
        let expected = match what.as_str() {
            "wall" => continue,
            "open the evidence again"
            | "open a program of the system"
            | "write a file in the scratch folder"
            | "start a program"
            | "start a thousand threads"
            | "take a gigabyte more than it may"
            | "make memory a program" => "done",
            // Signals are kept inside from the sixth version of Landlock on.
            "signal the parent" if landlock_version(&results["wall"]) < 6 => "done",
            _ => DENIED,
        };
        assert_eq!(result, expected, "{what}, {}", results["wall"]);
    }
    assert_eq!(
        fs::read(grounds.folder.path().join("list")).unwrap(),
        b"secret"
    );
}

fn landlock_version(wall: &str) -> u32 {
    let digits = wall.trim_start_matches("landlock-v");
    digits.split('+').next().unwrap().parse().unwrap()
}

/// What a library could call to reach another process. None is called by any test.
#[test]
fn no_list_of_calls_lets_a_process_reach_another() {
    let reaching = [
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_getfd,
        libc::SYS_kcmp,
        libc::SYS_bpf,
        libc::SYS_io_uring_setup,
        libc::SYS_userfaultfd,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_mount,
        libc::SYS_socket,
        libc::SYS_connect,
    ];
    for call in reaching {
        assert!(!super::filter::ALLOWED.contains(&call), "{call}");
        assert!(super::filter::REFUSED.contains(&call), "{call}");
    }
    for call in [
        libc::SYS_clone,
        libc::SYS_execve,
        libc::SYS_openat,
        libc::SYS_kill,
    ] {
        assert!(!super::filter::ALLOWED.contains(&call), "{call}");
    }
}

#[test]
fn a_wall_says_what_is_missing() {
    let wall = |landlock, seccomp| Wall { landlock, seccomp };
    for (wall, text, is_whole) in [
        (wall(Some(7), true), "landlock-v7+seccomp", true),
        (
            wall(Some(3), false),
            "partial: landlock-v3, no seccomp",
            false,
        ),
        (wall(None, true), "partial: no landlock, seccomp", false),
        (Wall::NONE, "none", false),
    ] {
        assert_eq!(
            (wall.to_string().as_str(), wall.is_whole()),
            (text, is_whole)
        );
    }
}

/// Does nothing unless it is asked to.
#[test]
fn the_inside_of_a_wall() {
    let Ok(profile) = std::env::var("BASMA_WALL_PROFILE") else {
        return;
    };
    let folder = PathBuf::from(std::env::var_os("BASMA_WALL_FOLDER").unwrap());
    let port = std::env::var("BASMA_WALL_PORT").unwrap().parse().unwrap();
    let evidence = File::open(folder.join("evidence")).unwrap();
    let profile = match profile.as_str() {
        "none" => None,
        "decoder" => Some(Profile::Decoder { memory: 1 << 30 }),
        _ => Some(Profile::Programs {
            programs: Vec::new(),
            scratch: Some(folder.join("scratch")),
        }),
    };
    let readable = matches!(profile, Some(Profile::Programs { .. })).then_some(&evidence);
    let parent = getppid().unwrap();
    let wall = profile.map_or(Wall::NONE, |profile| confine(&profile, readable).unwrap());
    println!("\nwall -> {wall}");
    try_all(&folder, port, parent);
}

fn try_all(folder: &Path, port: u16, parent: Pid) {
    let told = |what: &str, result: io::Result<()>| {
        let result = result.map_or_else(|error| format!("{:?}", error.kind()), |()| "done".into());
        println!("{what} -> {result}");
    };
    told("open a list", File::open(folder.join("list")).map(drop));
    told(
        "open the evidence again",
        File::open(folder.join("evidence")).map(drop),
    );
    told(
        "open a program of the system",
        File::open("/bin/true").map(drop),
    );
    told("list a folder", fs::read_dir(folder).map(drop));
    told("write a file", fs::write(folder.join("written"), "x"));
    told(
        "write a file in the scratch folder",
        fs::write(folder.join("scratch/written"), "x"),
    );
    told("remove a list", fs::remove_file(folder.join("list")));
    told(
        "connect by TCP",
        TcpStream::connect(("127.0.0.1", port)).map(drop),
    );
    told("open a port", TcpListener::bind("127.0.0.1:0").map(drop));
    told(
        "open a socket for UDP",
        UdpSocket::bind("127.0.0.1:0").map(drop),
    );
    told(
        "connect to a socket",
        UnixStream::connect(folder.join("socket")).map(drop),
    );
    told(
        "start a program",
        Command::new("/bin/true").status().map(drop),
    );
    told(
        "start a program of its own",
        Command::new(folder.join("program")).status().map(drop),
    );
    told(
        "look into the parent",
        File::open(format!("/proc/{}/mem", Pid::as_raw(Some(parent)))).map(drop),
    );
    told(
        "signal the parent",
        kill_process(parent, Signal::CONT).map_err(Into::into),
    );
    told("start a thousand threads", threads());
    told("take a gigabyte more than it may", memory(2 << 30));
    told("make memory a program", executable());
}

fn threads() -> io::Result<()> {
    for _ in 0..1000 {
        std::thread::Builder::new().spawn(|| ())?.join().unwrap();
    }
    Ok(())
}

fn memory(bytes: usize) -> io::Result<()> {
    let mut all: Vec<u8> = Vec::new();
    all.try_reserve_exact(bytes)
        .map_err(|_| io::ErrorKind::OutOfMemory.into())
}

fn executable() -> io::Result<()> {
    let memory = memmap2::MmapOptions::new().len(4096).map_anon()?;
    memory.make_exec().map(drop)
}
