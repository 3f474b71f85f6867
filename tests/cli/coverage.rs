//! A scan accounts for everything, and leaves everything as it was.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use basma::escape::unescape;

use crate::test_dir::TestDir;

/// A tree with everything in it that a disk may hold.
struct Tree {
    test_dir: TestDir,
    _socket: UnixListener,
    /// How many members its archives hold.
    members: usize,
}

impl Tree {
    fn new() -> Tree {
        let test_dir = TestDir::new();
        test_dir.list("list.txt", &[1]);
        test_dir.picture("elsewhere/a.jpg", 1);
        test_dir.file("elsewhere/b.txt", "b");
        test_dir.picture("dump/a.jpg", 1);
        test_dir.picture("dump/.hidden/.b.png", 2);
        test_dir.file("dump/empty", "");
        test_dir.file("dump/empty.jpg", "");
        fs::create_dir_all(test_dir.path("dump/no files/none here either")).unwrap();
        let names: [&[u8]; 9] = [
            &[b'n'; 255],
            b"line\nend\r\x1b[31m",
            b"not \xff\xfe UTF-8",
            "\u{202e}gpj.exe".as_bytes(),
            b"back\\slash",
            b" spaces ",
            b"-l",
            b"b.jpg",
            b"\"quoted', comma; =1+1",
        ];
        for name in names {
            test_dir.file(Path::new("dump/names").join(OsStr::from_bytes(name)), "x");
        }
        test_dir.picture("dump/zip!/a.jpg", 1);
        let deep: PathBuf = std::iter::repeat_n("d", 300).collect();
        test_dir.picture(Path::new("dump/deep").join(deep).join("a.jpg"), 1);
        File::create(test_dir.path("dump/sparse"))
            .and_then(|file| file.set_len(100 << 30))
            .unwrap_or_else(|error| println!("without a sparse file: {error}"));
        symlink(test_dir.path("elsewhere"), test_dir.path("dump/out")).unwrap();
        symlink("a.jpg", test_dir.path("dump/in")).unwrap();
        symlink("..", test_dir.path("dump/.hidden/circle")).unwrap();
        symlink("nowhere", test_dir.path("dump/dangling")).unwrap();
        symlink("itself", test_dir.path("dump/itself")).unwrap();
        let socket = UnixListener::bind(test_dir.path("dump/socket")).unwrap();
        let made = Command::new("mkfifo")
            .arg(test_dir.path("dump/pipe"))
            .status();
        assert!(made.unwrap().success());
        for closed in ["dump/closed", "dump/closed.jpg"] {
            if closed.ends_with("jpg") {
                test_dir.picture(closed, 1);
            } else {
                test_dir.file(Path::new(closed).join("a.txt"), "x");
            }
            fs::set_permissions(test_dir.path(closed), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let members = archives(&test_dir);
        Tree {
            test_dir,
            _socket: socket,
            members,
        }
    }

    /// Everything below a folder that is no folder, and folders that cannot be read. Each has what the system says of it.
    fn entries(&self, below: &str) -> BTreeMap<OsString, Metadata> {
        let mut entries = BTreeMap::new();
        let mut folders = vec![PathBuf::from(below)];
        while let Some(folder) = folders.pop() {
            let Ok(content) = fs::read_dir(self.test_dir.path(&folder)) else {
                let metadata = fs::symlink_metadata(self.test_dir.path(&folder)).unwrap();
                entries.insert(folder.into_os_string(), metadata);
                continue;
            };
            for entry in content {
                let path = folder.join(entry.unwrap().file_name());
                let metadata = fs::symlink_metadata(self.test_dir.path(&path)).unwrap();
                if metadata.is_dir() {
                    folders.push(path)
                } else {
                    entries.insert(path.into_os_string(), metadata);
                }
            }
        }
        entries
    }

    /// All that can be told of the tree without opening pipes, but for the times of access.
    fn state(&self) -> Vec<(OsString, u64, i64, i64, u32, Vec<u8>)> {
        let entries = self.entries("").into_iter();
        let state = entries.map(|(path, metadata)| {
            let small = metadata.is_file() && metadata.len() < 1 << 24;
            let bytes = if small {
                fs::read(self.test_dir.path(&path)).unwrap_or_default()
            } else {
                Vec::new()
            };
            let changed = metadata.ctime() * 1_000_000_000 + metadata.ctime_nsec();
            let modified = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
            let mode = metadata.mode();
            (path, metadata.len(), modified, changed, mode, bytes)
        });
        state.collect()
    }
}

impl Drop for Tree {
    /// So that the folder can be removed.
    fn drop(&mut self) {
        let open = fs::Permissions::from_mode(0o700);
        let _ = fs::set_permissions(self.test_dir.path("dump/closed"), open);
    }
}

#[cfg(feature = "archives")]
fn archives(test_dir: &TestDir) -> usize {
    use crate::test_dir::{encode, scene};
    use crate::write::{stored, tar, tar_member, zip};
    let jpeg = encode(&scene(1), image::ImageFormat::Jpeg);
    let inner = tar(&[
        tar_member("a.jpg", b'0', &jpeg),
        tar_member("b", b'0', b"text"),
    ]);
    let outer = zip(&[
        stored("in.tar", &inner),
        stored("c.jpg", &jpeg),
        stored("", b""),
    ]);
    test_dir.file("dump/outer.zip", &outer);
    test_dir.file("dump/in.tar", &inner);
    7
}

#[cfg(not(feature = "archives"))]
fn archives(_: &TestDir) -> usize {
    0
}

/// A path, from how it stands in output.
fn unescaped(text: &str) -> OsString {
    OsString::from_vec(unescape(text).unwrap())
}

#[test]
fn everything_on_a_disk_is_accounted_for_exactly_once() {
    let tree = Tree::new();
    let entries = tree.entries("dump");
    assert!(entries.len() > 20);
    let before = tree.state();
    let outcome = tree.test_dir.scan("list.txt", &[]);
    assert_eq!(before, tree.state(), "a scan changes nothing");

    let (mut seen, mut members) = (BTreeMap::new(), 0);
    let mut objects = outcome.objects();
    let summary = objects.pop().unwrap()["summary"].clone();
    for object in &objects {
        let path = unescaped(object["path"].as_str().unwrap());
        let archive = path.to_string_lossy().into_owned();
        if archive.contains(".zip!/") || archive.contains(".tar!/") {
            members += 1
        } else {
            assert!(seen.insert(path, object).is_none(), "twice: {object}")
        }
    }
    let paths =
        |keys: Vec<&OsString>| -> Vec<PathBuf> { keys.into_iter().map(PathBuf::from).collect() };
    assert_eq!(
        paths(seen.keys().collect()),
        paths(entries.keys().collect())
    );
    for (path, metadata) in &entries {
        let (object, kind) = (seen[path], metadata.file_type());
        let special = kind.is_symlink() || kind.is_fifo() || kind.is_socket();
        assert_eq!(object["status"] == "skipped", special, "{object}");
        let closed = metadata.mode() & 0o777 == 0 && File::open(tree.test_dir.path(path)).is_err();
        assert_eq!(object["status"] == "unreadable", closed, "{object}");
        if metadata.is_file() && !closed {
            assert_eq!(object["bytes"], metadata.len(), "{object}");
        }
        if path.as_bytes().ends_with(b"a.jpg") {
            assert_eq!(object["status"], "matched", "{object}");
        }
    }
    assert_eq!(members, tree.members);
    assert_eq!(
        tree.test_dir.scan("list.txt", &[]).summary(),
        summary,
        "the counts add up"
    );
    assert_eq!(summary["discovered"], (entries.len() + members) as u64);
    assert_eq!(summary["members"].as_u64().unwrap_or(0), members as u64);
    let bytes: u64 = seen
        .values()
        .filter_map(|object| object["bytes"].as_u64())
        .sum();
    assert_eq!(summary["bytes"], bytes);
    // The same, named one by one by another program. A link that is named is followed.
    let is_link = |path: &OsStr| {
        entries
            .get(path)
            .is_some_and(|there| there.file_type().is_symlink())
    };
    objects.retain(|object| !is_link(&unescaped(object["path"].as_str().unwrap())));
    let paths = objects
        .iter()
        .map(|object| unescaped(object["path"].as_str().unwrap()));
    let named: Vec<u8> = paths
        .filter(|path| entries.contains_key(path))
        .flat_map(|path| [path.as_bytes(), b"\0"].concat())
        .collect();
    tree.test_dir.file("paths", named);
    let listed = tree.test_dir.run(&[
        "scan",
        "--paths-from",
        "paths",
        "-0",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
    ]);
    let mut listed = listed.objects();
    listed.pop();
    assert_eq!(listed, objects);
}

/// Whether a program is there and may do this.
fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    let status = command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let works = status.is_ok_and(|status| status.success());
    if !works {
        println!("not run: {program} is not there, or may not do this");
    }
    works
}

#[test]
fn a_scan_opens_no_socket_and_writes_nowhere_but_to_its_outputs() {
    if !works("strace", &["-f", "-o", "/dev/null", "true"]) {
        return;
    }
    let tree = Tree::new();
    let before = tree.state();
    let scan = [
        "scan",
        "dump",
        "-l",
        "list.txt",
        "-f",
        "jsonl",
        "-o",
        "out",
        "--journal",
        "journal",
        "--cache",
        "cache",
    ];
    let writing = "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,ftruncate,truncate,fallocate,\
        creat,open,openat,openat2,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,rename,\
        renameat,renameat2,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,utime,utimes,utimensat,futimesat,setxattr,\
        lsetxattr,fsetxattr,removexattr,mount,execve";
    let writing = writing.replace(char::is_whitespace, "");
    for _ in 0..2 {
        let status = Command::new("strace")
            .args(["-f", "-y", "-s", "4096", "-o", "trace"])
            .args(["-e", &format!("trace=%network,{writing}")])
            .arg(env!("CARGO_BIN_EXE_basma"))
            .args(scan)
            .current_dir(tree.test_dir.path(""))
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1));
        let trace = fs::read(tree.test_dir.path("trace")).unwrap();
        let trace = String::from_utf8_lossy(&trace).into_owned();
        let folder = fs::canonicalize(tree.test_dir.path("")).unwrap();
        let mut written = 0;
        for line in trace.lines() {
            let Some((call, arguments)) = line.split_once(' ').unwrap().1.trim().split_once('(')
            else {
                continue;
            };
            // The second half of a call that another thread's stands within: the first has its path.
            if call.starts_with("<...") {
                continue;
            }
            let written_to = written_to(call, arguments);
            written += written_to.len();
            for path in written_to {
                assert!(is_output(&path, &folder), "{path:?} is written to: {line}");
            }
        }
        assert!(written > 10, "{trace}");
        let mut after = tree.state();
        after.retain(|(path, ..)| {
            !["out", "journal", "cache", "trace"]
                .map(OsString::from)
                .contains(path)
        });
        assert_eq!(before, after);
        assert_eq!(
            tree.test_dir.names("").join(" "),
            "cache dump elsewhere journal list.txt out trace"
        );
    }
}

/// The paths, or what stands for them, that a call writes to.
fn written_to(call: &str, arguments: &str) -> Vec<String> {
    let quoted = |text: &str| -> Vec<String> {
        let parts = text.split('"').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    let opened = || arguments.split(['<', '>']).nth(1).unwrap_or("").to_owned();
    match call {
        // The program itself.
        "execve" => Vec::new(),
        "open" | "openat" | "openat2" => {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
            if writes.iter().any(|flag| arguments.contains(flag)) {
                quoted(arguments)
            } else {
                Vec::new()
            }
        }
        "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" | "ftruncate" | "fallocate"
        | "fchmod" | "fchown" | "fsetxattr" => vec![opened()],
        "rename" | "renameat" | "renameat2" | "link" | "linkat" | "unlink" | "unlinkat"
        | "chmod" | "fchmodat" => quoted(arguments),
        // What it says to its own processes, and hands them. Another connection begins with a call that is not here.
        "socketpair" if arguments.starts_with("AF_UNIX") => Vec::new(),
        "sendmsg" | "recvmsg" | "sendto" | "recvfrom" | "setsockopt" | "getpeername" => Vec::new(),
        // A socket, or something that no scan does.
        _ => vec![format!("{call}({arguments}")],
    }
}

fn is_output(path: &str, folder: &Path) -> bool {
    let name = match Path::new(path).strip_prefix(folder) {
        Ok(below) => below.to_string_lossy().into_owned(),
        Err(_) => path.trim_start_matches("./").to_owned(),
    };
    let is_draft = name.starts_with(".out") && name.ends_with(".part") && !name.contains('/');
    let outputs = ["out", "journal", "cache", "/dev/null"];
    let channels = ["pipe:", "socket:", "UNIX", "/memfd:media"];
    let is_channel = channels.iter().any(|channel| name.starts_with(channel));
    is_draft || is_channel || outputs.contains(&name.as_str())
}

#[test]
fn a_scan_needs_no_network_and_may_be_given_a_root_that_nobody_can_write() {
    let tree = Tree::new();
    let plain = tree.test_dir.scan("list.txt", &[]);
    let scan = "exec \"$0\" scan dump -l list.txt -f jsonl";
    let run = |unshare: &[&str], before: &str| {
        let outcome = Command::new("unshare")
            .args(unshare)
            .args(["sh", "-c", &format!("{before}{scan}")])
            .arg(env!("CARGO_BIN_EXE_basma"))
            .current_dir(tree.test_dir.path(""))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&outcome.stderr).into_owned();
        assert_eq!(outcome.status.code(), Some(1), "{stderr}");
        String::from_utf8(outcome.stdout).unwrap()
    };
    if works("unshare", &["-rn", "true"]) {
        assert_eq!(run(&["-rn"], ""), plain.stdout);
    }
    let bind = "mount --bind dump dump && mount -o remount,ro,bind dump";
    let mut trial = Command::new("unshare");
    trial
        .args(["-rm", "sh", "-c", bind])
        .current_dir(tree.test_dir.path(""))
        .stderr(Stdio::null());
    if trial.status().is_ok_and(|status| status.success()) {
        let read_only = format!("{bind} && ! touch dump/x 2>/dev/null && ");
        assert_eq!(run(&["-rm"], &read_only), plain.stdout);
    } else {
        println!("not run: unshare may not mount");
    }
}

/// What a scan needs of memory does not grow with the number of files, or of members of an archive.
#[cfg(all(target_os = "linux", feature = "archives"))]
#[test]
fn a_scan_of_twenty_times_as_many_files_runs_in_the_same_memory() {
    use crate::write::{stored, zip};
    let test_dir = TestDir::new();
    test_dir.list("list.txt", &[1]);
    let long = "long".repeat(50);
    for i in 0..20_000 {
        let dump = if i < 1000 { "few" } else { "many" };
        test_dir.file(format!("{dump}/{}/{long}{i}", i % 10), format!("text {i}"));
    }
    let members = (0..20_000).map(|i| {
        stored(
            &format!("{}/{long}{i}", i % 10),
            format!("text {i}").as_bytes(),
        )
    });
    test_dir.file("large.zip", zip(&members.collect::<Vec<_>>()));
    let passes = |dump: &str, files: usize, mib: u64| {
        let limited = format!(
            "ulimit -c 0; ulimit -v {}; exec \"$0\" scan {dump} -l list.txt -f jsonl -j 2 --journal {dump}.journal",
            mib << 10
        );
        let outcome = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_basma")])
            .env("MALLOC_ARENA_MAX", "1")
            .current_dir(test_dir.path(""))
            .output()
            .unwrap();
        let lines = outcome.stdout.iter().filter(|&&byte| byte == b'\n').count();
        outcome.status.code() == Some(3) && lines == files + 1
    };
    let (mut fails, mut enough) = (0, 4096);
    assert!(passes("few", 1000, enough));
    while enough - fails > 4 {
        let between = (fails + enough) / 2;
        if passes("few", 1000, between) {
            enough = between
        } else {
            fails = between
        }
    }
    println!("1,000 files need {enough} MiB of address space");
    assert!(!passes("few", 1000, fails), "the limit is one");
    // Room for threads to be started in another order, and for the directory of the archive.
    let limit = enough + 12;
    assert!(passes("many", 19_000, limit));
    assert!(passes("large.zip", 20_001, limit));
}
