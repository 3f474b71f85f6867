//! A file that is there completely, or as it was before.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::Index;
use crate::{Error, Result};

/// Writes an index beside its place, syncs it, verifies it, and renames it to `path`. On an error nothing has changed
/// and nothing is left behind; a process killed in between leaves a hidden file that ends in `.tmp`.
pub(super) fn publish<T>(path: &Path, write: impl FnOnce(&mut File) -> io::Result<T>) -> Result<T> {
    // A link stays a link: the file it leads to is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default();
    if name.is_empty() || fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(Error::Argument(format!(
            "{}: an index is written to a regular file, and this is none",
            crate::escape::path(path)
        )));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    // Other processes read the index: what any new file permits, not what a private temporary does.
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut temporary = builder
        .tempfile_in(folder)
        .map_err(Error::io("write", path))?;

    let written = write(temporary.as_file_mut()).map_err(Error::io("write", path))?;
    let file = temporary.as_file_mut();
    file.flush()
        .and_then(|()| file.sync_all())
        .map_err(Error::io("write", path))?;
    Index::open(temporary.path())?.verify()?;
    temporary
        .persist(path)
        .map_err(|refused| Error::io("replace", path)(refused.error))?;
    // The new name, too, must survive a power cut.
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io("sync", folder))?;
    Ok(written)
}
