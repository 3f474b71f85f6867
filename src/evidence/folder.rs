//! Where everything in a case stands, and who may look at it.
//!
//! ```text
//! NAME.basma-case/            0700
//!   records.jsonl             the records, one a line; only ever added to
//!   records.jsonl.minisig     a signature of all records up to one, which `minisign -V` checks
//!   details/000001.jsonl      what may have to be erased, of the records from this number on
//!   sealed/                   files of age: identities, and paths where the case seals them
//!   keys/                     the public keys of examiners, for reading; the records decide
//!   exports/                  papers that were made of the case
//!   unfinished-000012         what a killed process left of a record, named by a record
//!   lock                      held by who adds records
//! ```

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::disk::atomic_file::{folder as parent, sync_folder};
use crate::error::{Action, CaseProblem};
use crate::{Error, Result};

/// The folder of a case.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

const PARTS: [&str; 4] = ["details", "sealed", "keys", "exports"];

/// What is wrong with a case or a file of it.
pub(super) fn failed(path: &Path, problem: CaseProblem) -> Error {
    Error::Case {
        path: path.to_owned(),
        problem,
    }
}

impl Folder {
    /// A folder that holds a case.
    pub(super) fn open(root: &Path) -> Result<Folder> {
        let folder = Folder {
            root: root.to_owned(),
        };
        match fs::symlink_metadata(folder.records()) {
            Ok(there) if there.is_file() => {}
            Ok(_) => return Err(failed(&folder.records(), CaseProblem::NotAFile)),
            Err(_) => return Err(failed(root, CaseProblem::Absent)),
        }
        Ok(folder)
    }

    /// Makes the folder of a case, which is new or empty.
    pub(super) fn create(root: &Path) -> Result<Folder> {
        let made = |error| Error::io(Action::Create, root)(error);
        have_private(root).map_err(made)?;
        if fs::read_dir(root).map_err(made)?.next().is_some() {
            return Err(failed(root, CaseProblem::Occupied));
        }
        for part in PARTS {
            have_private(&root.join(part)).map_err(made)?;
        }
        Ok(Folder {
            root: root.to_owned(),
        })
    }

    /// Refuses a case that others can read or write.
    pub(super) fn check(&self) -> Result<()> {
        check_private(&self.root, |mode| CaseProblem::Open { mode })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn records(&self) -> PathBuf {
        self.root.join("records.jsonl")
    }

    pub(super) fn signature(&self) -> PathBuf {
        self.root.join("records.jsonl.minisig")
    }

    pub(super) fn details(&self) -> PathBuf {
        self.root.join("details")
    }

    pub(super) fn details_from(&self, record: u64) -> PathBuf {
        self.details().join(format!("{record:06}.jsonl"))
    }

    pub(super) fn sealed(&self) -> PathBuf {
        self.root.join("sealed")
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    pub(super) fn exports(&self) -> PathBuf {
        self.root.join("exports")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The name of the file for what was left of a record.
    pub(super) fn unfinished(record: u64) -> String {
        format!("unfinished-{record:06}")
    }

    /// The files of details, by the number of their first record.
    pub(super) fn detail_files(&self) -> Result<Vec<(u64, PathBuf)>> {
        let folder = self.details();
        let entries = match fs::read_dir(&folder) {
            // An export may leave them out.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::io(Action::List, &folder))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::io(Action::List, &folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let number = name.and_then(|name| name.strip_suffix(".jsonl")?.parse().ok());
            files.extend(number.map(|number| (number, path)));
        }
        files.sort();
        Ok(files)
    }
}

/// Refuses what others can read or write.
#[cfg(unix)]
pub(super) fn check_private(
    path: &Path,
    problem: impl FnOnce(String) -> CaseProblem,
) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(Error::io(Action::Open, path))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(failed(path, problem(format!("{mode:04o}"))))
    }
}

#[cfg(not(unix))]
pub(super) fn check_private(_: &Path, _: impl FnOnce(String) -> CaseProblem) -> Result<()> {
    Ok(())
}

/// Makes a folder for its owner alone, unless it is there.
pub(super) fn have_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

/// Opens a file of a case for its owner alone. A symbolic link is refused: its target can lie outside the case.
pub(super) fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options
}

/// Opens a file of a case to read it. A case can come from anybody: a link leads out of it, and a pipe is waited for
/// without end.
pub(super) fn open_part(path: &Path) -> Result<fs::File> {
    let opened = Error::io(Action::Open, path);
    let there = match fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) => return Err(opened(error)),
    };
    let not_a_file = || failed(path, CaseProblem::NotAFile);
    if !there.is_file() {
        return Err(not_a_file());
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path).map_err(Error::io(Action::Open, path))?;
    let metadata = file.metadata().map_err(Error::io(Action::Open, path))?;
    metadata.is_file().then_some(file).ok_or_else(not_a_file)
}

/// Writes a file that is not there yet, for its owner alone. It is on the disk when this returns.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = private_options();
    let file = options.write(true).create_new(true).open(path);
    let mut file = file.map_err(Error::io(Action::Create, path))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let written = written.and_then(|()| sync_folder(parent(path)));
    written.map_err(|error| {
        // A part of a file must not pass for one.
        let _ = fs::remove_file(path);
        Error::io(Action::Write, path)(error)
    })
}

/// A file as a whole, up to a size.
pub(super) fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        let file = fs::File::open(path)?;
        file.take(bytes_max + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > bytes_max {
            return Err(io::Error::other(format!("has more than {bytes_max} bytes")));
        }
        Ok(bytes)
    };
    read().map_err(Error::io(Action::Read, path))
}
