//! Where everything in a store stands, and who may look at it.
//!
//! ```text
//! STORE/                        0700
//!   basma-store                 says that this is a store, and of which version
//!   sources.toml                what the operator wrote
//!   current                     the generation in force, and the digest of its manifest
//!   generations/000042.json     manifests: which files make up a generation, and on what terms
//!   indexes/000042-1.basma      what manifests name; shared by generations
//!   decisions/000042.jsonl      entries added and withdrawn since the generation was built
//!   raw/SHA-256                 what was fetched, as it came
//!   set-aside/SHA-256.jsonl     malformed records of what was fetched
//!   attempts.json               how the last fetch of each source went
//!   audit.jsonl                 what was done, each record chained to the one before
//!   service/                    what `basma serve` keeps beside the lists
//!   refresh.lock, publish.lock  held by who changes the store
//! ```

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::{Action, Problem};
use crate::{Error, Result};

/// The folder of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Folder {
    root: PathBuf,
}

/// The file that makes a folder a store.
pub(crate) const MARK: &str = "basma-store";
const MARK_TEXT: &str = "basma store 1\n";
/// The folders in it.
const PARTS: [&str; 5] = ["generations", "indexes", "decisions", "raw", "set-aside"];
/// What the operator writes.
const SOURCES: &str = "sources.toml";

/// The users that may access a store beside its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Access {
    /// None: a store that others can read or write, or that belongs to another user, is refused.
    #[default]
    Private,
    /// Group and other access is allowed; the caller accepts the risk.
    Shared,
}

impl Folder {
    /// A folder that is a store.
    pub(in crate::store) fn open(root: &Path, access: Access) -> Result<Folder> {
        let mark = root.join(MARK);
        let wrong = |problem: Problem| Error::Store {
            path: root.to_owned(),
            problem,
        };
        match fs::read_to_string(&mark) {
            Ok(text) if text == MARK_TEXT => {}
            Ok(text) if text.starts_with("basma store ") => {
                return Err(wrong(Problem::StoreNewer));
            }
            Ok(_) => {
                return Err(wrong(Problem::StoreMarkDamaged {
                    file: MARK.to_owned(),
                }));
            }
            // A file has nothing below it.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Err(wrong(Problem::StoreForeign));
            }
            Err(error) => return Err(Error::io(Action::OpenStore, &mark)(error)),
        }
        let folder = Folder {
            root: root.to_owned(),
        };
        folder.check(access)?;
        Ok(folder)
    }

    /// Makes a store. The folder is new, or empty except for the files of an interrupted initialisation. Its mark comes
    /// last: what has it is whole.
    pub(in crate::store) fn create(root: &Path, sources: Option<&str>) -> Result<Folder> {
        let made = |error| Error::io(Action::MakeStore, root)(error);
        let folder = Folder {
            root: root.to_owned(),
        };
        have_private_folder(root).map_err(made)?;
        for entry in fs::read_dir(root).map_err(made)? {
            let name = entry.map_err(made)?.file_name();
            if !is_begun(&name.to_string_lossy()) {
                return Err(Error::Store {
                    path: root.to_owned(),
                    problem: Problem::StoreNotEmpty,
                });
            }
        }
        folder.check(Access::Private)?;
        for part in PARTS {
            have_private_folder(&root.join(part)).map_err(made)?;
        }
        if let Some(sources) = sources.filter(|_| !folder.sources().exists()) {
            write_private(&folder.sources(), sources.as_bytes())?;
        }
        write_private(&root.join(MARK), MARK_TEXT.as_bytes())?;
        Ok(folder)
    }

    #[cfg(unix)]
    fn check(&self, access: Access) -> Result<()> {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let metadata =
            fs::metadata(&self.root).map_err(Error::io(Action::OpenStore, &self.root))?;
        if access == Access::Private
            && let Some(problem) =
                owner_problem(metadata.uid(), rustix::process::geteuid().as_raw())
        {
            return Err(Error::Store {
                path: self.root.clone(),
                problem,
            });
        }
        let mode = metadata.permissions().mode() & 0o777;
        let shown = format!("{mode:04o}");
        let problem = match (access, mode & 0o077) {
            (Access::Shared, _) | (_, 0) => return Ok(()),
            (_, bits) if bits & 0o022 != 0 => Problem::StoreWritable { mode: shown },
            _ => Problem::StoreReadable { mode: shown },
        };
        Err(Error::Store {
            path: self.root.clone(),
            problem,
        })
    }

    #[cfg(not(unix))]
    fn check(&self, _: Access) -> Result<()> {
        Ok(())
    }

    pub(in crate::store) fn root(&self) -> &Path {
        &self.root
    }

    pub(in crate::store) fn sources(&self) -> PathBuf {
        self.root.join(SOURCES)
    }

    pub(in crate::store) fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    pub(in crate::store) fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }

    pub(in crate::store) fn manifest(&self, generation: u64) -> PathBuf {
        self.generations().join(format!("{generation:06}.json"))
    }

    pub(in crate::store) fn indexes(&self) -> PathBuf {
        self.root.join("indexes")
    }

    pub(in crate::store) fn decisions(&self) -> PathBuf {
        self.root.join("decisions")
    }

    pub(in crate::store) fn decisions_of(&self, generation: u64) -> PathBuf {
        self.decisions().join(format!("{generation:06}.jsonl"))
    }

    pub(in crate::store) fn raw(&self) -> PathBuf {
        self.root.join("raw")
    }

    pub(in crate::store) fn set_aside(&self) -> PathBuf {
        self.root.join("set-aside")
    }

    pub(in crate::store) fn attempts(&self) -> PathBuf {
        self.root.join("attempts.json")
    }

    pub(in crate::store) fn audit(&self) -> PathBuf {
        self.root.join("audit.jsonl")
    }

    pub(in crate::store) fn refresh_lock(&self) -> PathBuf {
        self.root.join("refresh.lock")
    }

    pub(in crate::store) fn publish_lock(&self) -> PathBuf {
        self.root.join("publish.lock")
    }
}

/// What is wrong where a store is not its user's own. The superuser may read and write any store. But the owner could
/// not replace files of the superuser, and the superuser would trust files of the owner.
#[cfg(unix)]
fn owner_problem(owner: u32, user: u32) -> Option<Problem> {
    let (owner, user) = (u64::from(owner), u64::from(user));
    (owner != user).then_some(Problem::StoreOfAnother { owner, user })
}

/// Whether a name is that of something which a store has before its mark, or of a draft.
fn is_begun(name: &str) -> bool {
    let is_draft = |of: &str| name.starts_with(&format!(".{of}")) && name.ends_with(".part");
    let is_draft = [SOURCES, MARK].into_iter().any(is_draft);
    PARTS.contains(&name) || name == SOURCES || is_draft
}

/// Makes a folder, unless it is there.
fn have_private_folder(path: &Path) -> io::Result<()> {
    match private_folder(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Puts a file in its place whole, for its owner alone.
pub(in crate::store) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    let mut draft = crate::disk::atomic_file::AtomicFile::private(path)?;
    draft
        .write_all(bytes)
        .map_err(Error::io(Action::Write, path))?;
    draft.publish()
}

/// A file of the store as a whole, up to a size.
pub(in crate::store) fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(bytes_max + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::other(format!("has more than {bytes_max} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_store_of_another_user_is_refused_by_the_superuser_too() {
        use std::os::unix::fs::{MetadataExt as _, chown};
        assert_eq!(owner_problem(1000, 1000), None);
        assert_eq!(owner_problem(0, 0), None);
        for (owner, user) in [(1000, 0), (0, 1000), (1000, 1001)] {
            let problem = owner_problem(owner, user).unwrap();
            assert!(problem.to_string().contains("--shared-store"), "{problem}");
        }
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("store");
        Folder::create(&root, None).unwrap();
        Folder::open(&root, Access::Private).unwrap();
        // Only the superuser can give it away.
        let other = fs::metadata(&root).unwrap().uid() + 1;
        if chown(&root, Some(other), None).is_ok() {
            let refused = Folder::open(&root, Access::Private)
                .unwrap_err()
                .to_string();
            assert!(refused.contains("belongs to user"), "{refused}");
            Folder::open(&root, Access::Shared).unwrap();
        }
    }

    #[test]
    fn what_was_begun_is_made_and_nothing_else_is_taken_over() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("store");
        for step in 0..=PARTS.len() {
            have_private_folder(&root).unwrap();
            for part in &PARTS[..step] {
                have_private_folder(&root.join(part)).unwrap();
            }
            fs::write(root.join(".sources.tomlabcdef.part"), "half").unwrap();
            fs::write(root.join(SOURCES), "what the operator wrote").unwrap();
            let made = Folder::create(&root, Some("a template")).unwrap();
            assert_eq!(Folder::open(&root, Access::Private).unwrap(), made);
            let sources = fs::read_to_string(made.sources()).unwrap();
            assert_eq!(sources, "what the operator wrote", "{step}");
            assert!(Folder::create(&root, None).is_err(), "it is a store");
            fs::remove_dir_all(&root).unwrap();
        }
        have_private_folder(&root).unwrap();
        fs::write(root.join("x"), "").unwrap();
        assert!(Folder::create(&root, None).is_err());
    }
}
