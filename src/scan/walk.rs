//! Roots to files, in one order.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use walkdir::{DirEntry, WalkDir};

use super::exclude::Exclude;
use super::shard::{Coverage, Seen, Shard};
use crate::error::{Action, Reason};
use crate::{CancelToken, Error, Result, escape};

/// One thing that the walk came upon.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) spot: FileLocation,
    pub(super) what: What,
}

/// Where the walk came upon it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileLocation {
    /// As it was reached from the root.
    pub(super) path: PathBuf,
    /// The file that is read, where another one stands for the path.
    pub(super) stand_in: Option<PathBuf>,
    /// Which root that was, from 0; 0 where paths were named one by one.
    pub(super) root: u64,
    /// How many names at the end of the path tell it from others below that root.
    pub(super) depth: usize,
}

impl FileLocation {
    /// The file that is read.
    pub(super) fn file(&self) -> &Path {
        self.stand_in.as_deref().unwrap_or(&self.path)
    }

    /// Opens the file, unless something else has replaced it.
    pub(super) fn open(&self) -> io::Result<File> {
        open_regular(self.file())
    }
}

/// Opens a regular file, and nothing else: opening a pipe would wait for its writer without end.
///
/// # Errors
/// Those of the system; one that says so where it is not a regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other(Reason::FileReplaced))
    }
}

/// What it is.
#[derive(Debug)]
pub(super) enum What {
    /// A file to examine.
    File,
    /// Something that holds no content of its own: a link, a pipe, a socket, a device.
    Special(Reason),
    /// A folder or file that the system would not show, and why.
    Unreadable(Reason),
}

/// Files below the roots: roots in the order given, each folder in the order of its names, hidden files included. Links
/// are not followed, except a root that is one.
pub(super) struct Walk<'a> {
    roots: Roots<'a>,
    exclude: &'a Exclude,
    stand_in: Option<&'a StandIn>,
    current: Option<Root>,
    /// Whether roots are known by their paths, not by their number.
    is_listed: bool,
    /// How many roots were begun.
    begun: u64,
    excluded: u64,
    bare: Bare,
    shared: Option<Seen>,
}

/// A file that is read in place of a root.
#[derive(Clone, Debug)]
pub(super) struct StandIn {
    /// The root, as findings name it.
    pub(super) path: PathBuf,
    pub(super) file: PathBuf,
}

/// Where roots come from.
pub(super) enum Roots<'a> {
    /// They are there.
    Known(Box<dyn Iterator<Item = Result<PathBuf>> + 'a>),
    /// A thread reads them as another program names them.
    Coming(Receiver<Result<PathBuf>>, Option<JoinHandle<()>>),
}

/// The root that is walked.
struct Root {
    path: PathBuf,
    walk: walkdir::IntoIter,
    /// Whether a file was met, or what cannot be read and may be one.
    has_files: bool,
}

/// Roots below which there is no file to examine.
#[derive(Clone, Debug, Default)]
pub(super) struct Bare {
    pub(super) count: u64,
    /// The first of them.
    pub(super) first: Vec<PathBuf>,
}

/// How many bare roots are named.
const BARE_MAX: usize = 20;

/// What the walk comes upon next.
pub(super) enum Next {
    Found(Found),
    /// The next path has not been named yet.
    NotYet,
    End,
}

impl<'a> Walk<'a> {
    /// Checks that every root is there: a mistyped one must not pass for an empty folder. A root within another is
    /// walked once, with the other.
    pub(super) fn below(
        roots: impl IntoIterator<Item = PathBuf>,
        exclude: &'a Exclude,
        stand_in: Option<&'a StandIn>,
    ) -> Result<Walk<'a>> {
        let mut apart: Vec<(PathBuf, PathBuf)> = Vec::new();
        for root in roots {
            let file = read_for(&root, stand_in);
            fs::symlink_metadata(file).map_err(Error::io(Action::Find, file))?;
            let real = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
            if apart.iter().all(|(_, other)| !real.starts_with(other)) {
                apart.retain(|(_, other)| !other.starts_with(&real));
                apart.push((root, real));
            }
        }
        let roots = apart.into_iter().map(|(root, _)| Ok(root));
        Ok(Walk {
            is_listed: false,
            stand_in,
            ..Walk::listed(Roots::Known(Box::new(roots)), exclude)
        })
    }

    /// Takes the roots one by one. A missing root is unreadable; a root that is named twice is walked twice.
    pub(super) fn listed(roots: Roots<'a>, exclude: &'a Exclude) -> Walk<'a> {
        Walk {
            roots,
            exclude,
            stand_in: None,
            current: None,
            is_listed: true,
            begun: 0,
            excluded: 0,
            bare: Bare::default(),
            shared: None,
        }
    }

    /// Goes on, and waits so long for the next root at most.
    pub(super) fn step(&mut self, patience: Duration) -> Result<Next> {
        loop {
            let Some(root) = &mut self.current else {
                let Some(root) = self.roots.next(patience) else {
                    return Ok(Next::NotYet);
                };
                let Some(path) = root? else {
                    return Ok(Next::End);
                };
                self.begun += 1;
                self.current = Some(Root {
                    walk: WalkDir::new(read_for(&path, self.stand_in))
                        .sort_by_file_name()
                        .into_iter(),
                    path,
                    has_files: false,
                });
                continue;
            };
            match root.walk.next() {
                Some(Ok(entry)) if self.exclude.excludes(&entry) => {
                    self.excluded += 1;
                    if is_folder(&entry) {
                        root.walk.skip_current_dir();
                    }
                }
                Some(Ok(entry)) if is_folder(&entry) => {}
                Some(Ok(entry)) => {
                    let (depth, (path, what)) = (entry.depth(), classify(entry));
                    root.has_files |= matches!(what, What::File);
                    let found = self.found(path, depth, what);
                    if self.takes(&found.spot) {
                        return Ok(Next::Found(found));
                    }
                }
                Some(Err(error)) => {
                    root.has_files = true;
                    let (depth, (path, what)) = (error.depth(), unreadable(error));
                    let found = self.found(path, depth, what);
                    if self.takes(&found.spot) {
                        return Ok(Next::Found(found));
                    }
                }
                None => {
                    let root = self.current.take().expect("it was just walked");
                    if !root.has_files {
                        self.bare.count += 1;
                        if self.bare.first.len() < BARE_MAX {
                            self.bare.first.push(root.path);
                        }
                    }
                }
            }
        }
    }

    /// The roots below which no file was met, of those that were walked to their end.
    pub(super) fn bare(&self) -> &Bare {
        &self.bare
    }

    /// Passes over the files of other shards.
    pub(super) fn share(&mut self, shard: Option<Shard>) {
        self.shared = shard.map(Seen::new);
    }

    /// What was seen of the files of all shards.
    pub(super) fn coverage(&self) -> Option<Coverage> {
        self.shared.as_ref().map(Seen::coverage)
    }

    /// Whether a file is of the shard, if there are shards.
    fn takes(&mut self, spot: &FileLocation) -> bool {
        let Some(seen) = &mut self.shared else {
            return true;
        };
        let parts: Vec<_> = spot.path.components().collect();
        let below_root = &parts[parts.len().saturating_sub(spot.depth)..];
        seen.takes(&below_root.iter().collect::<PathBuf>())
    }

    /// How many files and folders were left out so far.
    pub(super) fn excluded(&self) -> u64 {
        self.excluded
    }

    fn found(&self, path: PathBuf, depth: usize, what: What) -> Found {
        let (root, depth) = if self.is_listed {
            // Next time another path may stand at its place in the list.
            (0, path.components().count())
        } else {
            // A root that is a file has no place below itself, but its name.
            (self.begun - 1, depth.max(1))
        };
        let (path, stand_in) = match self.stand_in {
            Some(stand_in) if path == stand_in.file => (stand_in.path.clone(), Some(path)),
            _ => (path, None),
        };
        let spot = FileLocation {
            path,
            stand_in,
            root,
            depth,
        };
        Found { spot, what }
    }
}

/// The file or folder that is read for a root.
fn read_for<'p>(root: &'p Path, stand_in: Option<&'p StandIn>) -> &'p Path {
    match stand_in {
        Some(stand_in) if root == stand_in.path => &stand_in.file,
        _ => root,
    }
}

impl Roots<'_> {
    /// The next root, or that there is none; nothing where it does not come in time.
    fn next(&mut self, patience: Duration) -> Option<Result<Option<PathBuf>>> {
        let (coming, reader) = match self {
            Roots::Known(roots) => return Some(roots.next().transpose()),
            Roots::Coming(coming, reader) => (coming, reader),
        };
        match coming.recv_timeout(patience) {
            Ok(root) => Some(root.map(Some)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // Paths that were not read must not pass for the end of them.
                if let Some(Err(panic)) = reader.take().map(JoinHandle::join) {
                    std::panic::resume_unwind(panic);
                }
                Some(Ok(None))
            }
        }
    }
}

/// The number of files below the roots and of their bytes, for progress. Unreadable files are not counted.
///
/// # Errors
/// [`Error::Cancelled`] once the token is.
pub fn count(roots: &[PathBuf], cancel: &CancelToken) -> Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for root in roots {
        for entry in WalkDir::new(root).into_iter().flatten() {
            cancel.check()?;
            if !entry.file_type().is_dir() {
                files += 1;
                if entry.file_type().is_file() {
                    bytes += entry.metadata().map_or(0, |m| m.len());
                }
            }
        }
    }
    Ok((files, bytes))
}

/// A root that is a link is followed: its target's type counts.
fn file_type(entry: &DirEntry) -> fs::FileType {
    match entry.depth() {
        0 => fs::metadata(entry.path()).map_or(entry.file_type(), |m| m.file_type()),
        _ => entry.file_type(),
    }
}

fn is_folder(entry: &DirEntry) -> bool {
    file_type(entry).is_dir()
}

fn classify(entry: DirEntry) -> (PathBuf, What) {
    let file_type = file_type(&entry);
    let what = match () {
        () if file_type.is_file() => What::File,
        () if file_type.is_symlink() => What::Special(Reason::SymbolicLink),
        () => What::Special(special(file_type)),
    };
    (entry.into_path(), what)
}

#[cfg(unix)]
fn special(file_type: fs::FileType) -> Reason {
    use std::os::unix::fs::FileTypeExt as _;
    match () {
        () if file_type.is_fifo() => Reason::NamedPipe,
        () if file_type.is_socket() => Reason::Socket,
        () if file_type.is_block_device() || file_type.is_char_device() => Reason::Device,
        () => Reason::SpecialFile,
    }
}

#[cfg(not(unix))]
fn special(_: fs::FileType) -> Reason {
    Reason::SpecialFile
}

fn unreadable(error: walkdir::Error) -> (PathBuf, What) {
    let path = error.path().unwrap_or(Path::new("")).to_owned();
    let reason = match error.into_io_error() {
        Some(error) => Reason::of_io(error),
        None => Reason::FolderLoop {
            path: escape::path(&path).into_owned(),
        },
    };
    (path, What::Unreadable(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(walk: &mut Walk<'_>) -> Vec<Found> {
        let next = || match walk.step(Duration::ZERO).unwrap() {
            Next::Found(found) => Some(found),
            Next::NotYet | Next::End => None,
        };
        std::iter::from_fn(next).collect()
    }

    fn named(roots: impl IntoIterator<Item = PathBuf>) -> Roots<'static> {
        let roots: Vec<PathBuf> = roots.into_iter().collect();
        Roots::Known(Box::new(roots.into_iter().map(Ok)))
    }

    fn walked(mut walk: Walk<'_>) -> Vec<String> {
        let paths = all(&mut walk).into_iter().map(|found| found.spot.path);
        let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        paths.map(name).collect()
    }

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "b/2.tmp",
            "b/1.jpg",
            "a/cache/x",
            "a/cache2/y",
            ".hidden",
            "c/cache/z",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    #[test]
    fn what_a_pattern_names_is_left_out_and_counted() {
        let folder = tree();
        let walk = |patterns: &[&str]| {
            let exclude = Exclude::new(patterns.iter().copied()).unwrap();
            let mut walk = Walk::below([folder.path().to_owned()], &exclude, None).unwrap();
            all(&mut walk);
            let excluded = walk.excluded();
            let walk = Walk::below([folder.path().to_owned()], &exclude, None).unwrap();
            (walked(walk).join(" "), excluded)
        };
        assert_eq!(walk(&[]), (".hidden x y 1.jpg 2.tmp z".to_owned(), 0));
        assert_eq!(walk(&["*.tmp"]), (".hidden x y 1.jpg z".to_owned(), 1));
        assert_eq!(walk(&["cache"]), (".hidden y 1.jpg 2.tmp".to_owned(), 2));
        assert_eq!(
            walk(&["a/cache"]),
            (".hidden y 1.jpg 2.tmp z".to_owned(), 1)
        );
        assert_eq!(walk(&["/a/**", ".*"]), ("1.jpg 2.tmp z".to_owned(), 3));
        assert_eq!(
            walk(&["*/cache/**"]),
            (".hidden y 1.jpg 2.tmp".to_owned(), 2)
        );
        let error = Exclude::new(["a[b"]).unwrap_err().to_string();
        assert!(error.contains("a[b is no pattern"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_came_in_place_of_a_file_is_not_waited_for() {
        let folder = tree();
        let exclude = Exclude::default();
        let mut walk = Walk::below([folder.path().join("b")], &exclude, None).unwrap();
        let spot = all(&mut walk).remove(0).spot;
        assert!(spot.open().is_ok());
        fs::remove_file(&spot.path).unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(&spot.path)
            .status();
        assert!(made.unwrap().success());
        let error = spot.open().unwrap_err().to_string();
        assert_eq!(error, "cannot be read: it is no longer a regular file");
    }

    #[test]
    fn a_root_within_another_is_walked_once() {
        let folder = tree();
        let root = |path: &str| folder.path().join(path);
        let exclude = Exclude::default();
        let walk = |roots: &[&str]| {
            let roots: Vec<PathBuf> = roots.iter().map(|path| root(path)).collect();
            walked(Walk::below(roots, &exclude, None).unwrap()).join(" ")
        };
        assert_eq!(walk(&["a", "b"]), "x y 1.jpg 2.tmp");
        assert_eq!(walk(&["a/cache", "a", "a/../a"]), "x y");
        assert_eq!(walk(&["b", "b/1.jpg"]), "1.jpg 2.tmp");
        assert!(Walk::below([root("missing")], &exclude, None).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn roots_without_a_file_to_examine_are_bare() {
        let folder = tree();
        let root = |path: &str| folder.path().join(path);
        fs::create_dir_all(root("empty/within")).unwrap();
        fs::create_dir(root("links")).unwrap();
        std::os::unix::fs::symlink(root("b/1.jpg"), root("links/1.jpg")).unwrap();
        let exclude = Exclude::new(["x", "y"]).unwrap();
        let roots = ["empty", "a", "b", "links"].map(root);
        let mut walk = Walk::below(roots, &exclude, None).unwrap();
        all(&mut walk);
        assert_eq!(walk.bare().first, ["empty", "a", "links"].map(root));
        assert_eq!(walk.bare().count, 3);
        // What is missing or cannot be read is told as such.
        let mut walk = Walk::listed(named([root("missing"), root("b")]), &exclude);
        all(&mut walk);
        assert_eq!(walk.bare().count, 0);
    }

    #[test]
    fn listed_paths_are_taken_as_they_come() {
        let folder = tree();
        let exclude = Exclude::default();
        let paths = ["b/1.jpg", "missing", "b", "b/1.jpg"].map(|path| folder.path().join(path));
        let walk = Walk::listed(named(paths), &exclude);
        assert_eq!(walked(walk).join(" "), "1.jpg missing 1.jpg 2.tmp 1.jpg");
    }

    /// What a log knows of a listed file belongs to its path. A file that comes first another time must not get it.
    #[test]
    fn a_listed_file_is_known_by_its_path_and_not_by_its_place_in_the_list() {
        let folder = tree();
        let exclude = Exclude::default();
        let spots = |paths: &[&str]| -> Vec<FileLocation> {
            let paths = paths.iter().map(|path| folder.path().join(path));
            let mut walk = Walk::listed(named(paths), &exclude);
            let found = all(&mut walk).into_iter();
            found.map(|found| found.spot).collect()
        };
        let mut turned = spots(&["b", "a/cache/x"]);
        turned.rotate_right(1);
        assert_eq!(spots(&["a/cache/x", "b"]), turned);
        let whole = |spot: &FileLocation| spot.depth == spot.path.components().count();
        assert!(turned.iter().all(whole));
        let root = folder.path().join("b/1.jpg");
        let mut walk = Walk::below([root], &exclude, None).unwrap();
        assert_eq!(all(&mut walk)[0].spot.depth, 1);
    }
}
