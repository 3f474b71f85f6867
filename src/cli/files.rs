//! Paths that another program names.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use basma::error::{Action, Problem};
use basma::{Error, Result, escape};

/// The longest path that is taken from a file, in bytes: systems allow 4,096.
const PATH_BYTES_MAX: u64 = 1 << 16;

/// The paths in a file, or in standard input (`-`), one a line or ended by a zero byte each. They are read as they are
/// needed; what is not a path ends them.
pub(super) fn named_in(
    file: &Path,
    null: bool,
) -> Result<impl Iterator<Item = Result<PathBuf>> + Send + use<>> {
    let reader: Box<dyn BufRead + Send> = if file.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        if file.is_dir() {
            let path = escape::path(file).into_owned();
            return Err(Problem::NotRegularFile { path }.into());
        }
        let opened = File::open(file).map_err(|source| io_error(Action::Open, file, source))?;
        Box::new(BufReader::new(opened))
    };
    let end = if null { 0 } else { b'\n' };
    Ok(Paths {
        reader,
        end,
        file: file.to_owned(),
        read: 0,
    })
}

fn io_error(action: Action, path: &Path, source: io::Error) -> Error {
    let path = path.to_owned();
    Error::Io {
        action,
        path,
        source,
    }
}

struct Paths {
    reader: Box<dyn BufRead + Send>,
    end: u8,
    file: PathBuf,
    read: u64,
}

impl Iterator for Paths {
    type Item = Result<PathBuf>;

    fn next(&mut self) -> Option<Result<PathBuf>> {
        loop {
            let mut path = Vec::new();
            let mut limited = self.reader.by_ref().take(PATH_BYTES_MAX);
            match limited.read_until(self.end, &mut path) {
                Ok(0) => return None,
                Ok(_) => self.read += 1,
                Err(error) => return Some(Err(io_error(Action::Read, &self.file, error))),
            }
            if path.last() == Some(&self.end) {
                path.pop();
            }
            // A blank line names nothing.
            if !path.is_empty() {
                return Some(self.path(path));
            }
        }
    }
}

impl Paths {
    fn path(&self, bytes: Vec<u8>) -> Result<PathBuf> {
        let (file, place) = (self.file.display().to_string(), self.read);
        if bytes.len() as u64 >= PATH_BYTES_MAX {
            return Err(Problem::PathTooLong { file, place }.into());
        }
        if bytes.contains(&0) {
            return Err(Problem::PathZeroByte { file, place }.into());
        }
        from_bytes(bytes).ok_or_else(|| Problem::PathNotUtf8 { file, place }.into())
    }
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(content: &[u8], null: bool) -> Vec<Result<PathBuf>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("paths");
        std::fs::write(&file, content).unwrap();
        named_in(&file, null).unwrap().collect()
    }

    #[test]
    fn paths_are_taken_whole_whatever_bytes_they_hold() {
        let paths = |named: Vec<Result<PathBuf>>| -> Vec<PathBuf> {
            named.into_iter().map(Result::unwrap).collect()
        };
        assert_eq!(paths(named(b"", false)), [] as [PathBuf; 0]);
        let expected = ["a b", " c\r", "d"].map(PathBuf::from);
        assert_eq!(paths(named(b"a b\n\n c\r\nd", false)), expected);
        let expected = ["a\nb", "c"].map(PathBuf::from);
        assert_eq!(paths(named(b"a\nb\0c\0", true)), expected);
        #[cfg(unix)]
        assert_eq!(named(b"\xff\n", false).len(), 1);
    }

    #[test]
    fn what_is_no_path_is_named_by_its_place() {
        let error = |content: &[u8]| {
            let mut named = named(content, false);
            named.pop().unwrap().unwrap_err().to_string()
        };
        assert!(error(b"a\nb\0c").contains("path 2 holds a zero byte"));
        assert!(error(&[b'x'; 1 << 17]).contains("is longer than any system allows"));
        assert!(named_in(Path::new("/missing/paths"), false).is_err());
    }
}
