//! Patterns of what a scan leaves out.

use std::path::PathBuf;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::DirEntry;

use crate::error::Problem;
use crate::{Error, Result, escape};

/// Patterns of names and paths that a scan leaves out.
///
/// A pattern without a slash is compared with the name of every file and folder. One with a slash is compared with the
/// path below the root: `*` and `?` stand for anything but a slash, `**` for any folders, `[a-z]` and `{a,b}` for one
/// of them. A folder that is left out is not entered. Roots themselves are never left out.
///
/// ```
/// use basma::scan::Exclude;
/// let exclude = Exclude::new(["*.tmp", "cache/**"])?;
/// assert!(Exclude::new(["[a"]).is_err());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exclude {
    names: GlobSet,
    paths: GlobSet,
}

impl Exclude {
    /// These patterns.
    ///
    /// # Errors
    /// [`Error::Argument`] that names the first invalid pattern.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Exclude> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for pattern in patterns {
            let of = if pattern.contains('/') {
                &mut paths
            } else {
                &mut names
            };
            let mut glob = GlobBuilder::new(pattern.trim_start_matches('/'));
            let glob = glob.literal_separator(true).build();
            of.add(glob.map_err(|error| wrong(pattern, &error))?);
        }
        let build = |set: GlobSetBuilder| set.build().map_err(|error| wrong("", &error));
        Ok(Exclude {
            names: build(names)?,
            paths: build(paths)?,
        })
    }

    pub(super) fn excludes(&self, entry: &DirEntry) -> bool {
        if entry.depth() == 0 || self.names.is_empty() && self.paths.is_empty() {
            return false;
        }
        let below_root = || {
            let parts: Vec<_> = entry.path().components().collect();
            parts[parts.len() - entry.depth()..]
                .iter()
                .collect::<PathBuf>()
        };
        self.names.is_match(entry.file_name())
            || !self.paths.is_empty() && self.paths.is_match(below_root())
    }
}

fn wrong(pattern: &str, error: &globset::Error) -> Error {
    Error::Argument(Problem::Pattern {
        pattern: escape::escape(pattern.as_bytes()).into_owned(),
        message: error.kind().to_string(),
    })
}
