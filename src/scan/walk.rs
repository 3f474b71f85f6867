//! Roots to files, in one order.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::escape;
use crate::{Error, Result};

/// One thing that the walk came upon.
#[derive(Debug)]
pub(super) enum Found {
    /// A file to examine.
    File(PathBuf),
    /// Something that holds no content of its own: a link, a pipe, a socket, a device.
    Special(PathBuf, &'static str),
    /// A folder or file that the system would not show.
    Unreadable(PathBuf, String),
}

/// Files below the roots: roots in the order given, each folder in the order of its names, hidden files included,
/// links not followed (but a root may be one).
pub(super) struct Walk {
    roots: std::vec::IntoIter<PathBuf>,
    current: Option<walkdir::IntoIter>,
}

impl Walk {
    /// Checks that every root is there: a mistyped one must not pass for an empty folder.
    pub(super) fn new<P: Into<PathBuf>>(roots: impl IntoIterator<Item = P>) -> Result<Walk> {
        let roots: Vec<PathBuf> = roots.into_iter().map(Into::into).collect();
        for root in &roots {
            fs::symlink_metadata(root).map_err(Error::io("find", root))?;
        }
        Ok(Walk {
            roots: roots.into_iter(),
            current: None,
        })
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(walk) = &mut self.current {
                match walk.next() {
                    Some(Ok(entry)) if is_folder(&entry) => {}
                    Some(Ok(entry)) => return Some(classify(entry)),
                    Some(Err(error)) => return Some(unreadable(error)),
                    None => self.current = None,
                }
            } else {
                self.current = Some(
                    WalkDir::new(self.roots.next()?)
                        .sort_by_file_name()
                        .into_iter(),
                );
            }
        }
    }
}

/// How many files there are below the roots, and how many bytes they hold, for showing how far a scan has come: what
/// cannot be read is not counted. `None` once `stopped` says so.
pub fn count(roots: &[PathBuf], stopped: impl Fn() -> bool) -> Option<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for root in roots {
        for entry in WalkDir::new(root).into_iter().flatten() {
            if stopped() {
                return None;
            }
            if !entry.file_type().is_dir() {
                files += 1;
                if entry.file_type().is_file() {
                    bytes += entry.metadata().map_or(0, |m| m.len());
                }
            }
        }
    }
    Some((files, bytes))
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

fn classify(entry: DirEntry) -> Found {
    let file_type = file_type(&entry);
    let path = entry.into_path();
    if file_type.is_file() {
        return Found::File(path);
    }
    let what = if file_type.is_symlink() {
        "a symbolic link, not followed"
    } else {
        special(file_type)
    };
    Found::Special(path, what)
}

#[cfg(unix)]
fn special(file_type: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match () {
        () if file_type.is_fifo() => "a named pipe, not opened",
        () if file_type.is_socket() => "a socket, not opened",
        () if file_type.is_block_device() || file_type.is_char_device() => "a device, not opened",
        () => "a special file, not opened",
    }
}

#[cfg(not(unix))]
fn special(_: fs::FileType) -> &'static str {
    "a special file, not opened"
}

fn unreadable(error: walkdir::Error) -> Found {
    let path = error.path().unwrap_or(Path::new("")).to_owned();
    let reason = match error.into_io_error() {
        Some(error) => error.to_string(),
        None => format!("{} leads back into itself", escape::path(&path)),
    };
    Found::Unreadable(path, reason)
}
