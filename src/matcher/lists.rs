//! Lists of any kind, opened.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Matcher;
use crate::error::{Action, Problem};
use crate::index::{BuildReport, Builder, Index};
use crate::list::{EachChange, List, ReadOptions};
use crate::store::{Access, Reader, Store, Use, keep_apart};
use crate::{Error, Result};

/// Opened lists, and what became of those that are text.
///
/// ```
/// use basma::{list::ReadOptions, matcher::Lists};
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let lists = Lists::open(["hashsets/demo.csv"], &ReadOptions::default())?;
/// assert_eq!(lists.read[0].counts.rejected, 0);
/// assert_eq!(lists.report.conflicts, 0);
/// let matcher = lists.into_matcher();
/// assert!(!matcher.is_empty());
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Lists {
    /// Compiled indexes as they were given, then one for all text lists together.
    pub indexes: Vec<Index>,
    /// Stores, which are followed from now on.
    stores: Vec<Arc<Reader>>,
    /// The text lists, without their entries.
    pub read: Vec<List>,
    /// What compiling the text lists came upon.
    pub report: BuildReport,
}

impl Lists {
    /// Opens lists: compiled indexes are mapped, text lists are read and compiled in memory, stores are followed. Another
    /// folder stands for the files in it, in the order of their names; hidden ones are left out.
    ///
    /// # Errors
    /// The first list that cannot be used, whole.
    pub fn open<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
        options: &ReadOptions,
    ) -> Result<Lists> {
        Lists::open_with(paths, options, Access::default())
    }

    /// [`Lists::open`], with a word on stores that others can read or write.
    ///
    /// # Errors
    /// As [`Lists::open`].
    pub fn open_with<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
        options: &ReadOptions,
        access: Access,
    ) -> Result<Lists> {
        Lists::open_each(paths, options, access, |_, _| Ok(None))
    }

    /// [`Lists::open_with`], where the caller may read paths in its own way, such as
    /// [pictures and clips](crate::scan::Scan::list_media). `own` hands on the changes of a list and gives back the list
    /// without them. It gives nothing for a path that is read as usual.
    ///
    /// # Errors
    /// As [`Lists::open`], and those of `own`.
    pub fn open_each<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
        options: &ReadOptions,
        access: Access,
        mut own: impl FnMut(&Path, &mut EachChange<'_>) -> Result<Option<List>>,
    ) -> Result<Lists> {
        let mut lists = Lists::default();
        // Who looks something up wants nothing written anywhere.
        let mut builder = Builder::new().memory_bytes(usize::MAX);
        for path in paths {
            if Store::is_store(path.as_ref()) {
                lists.stores.push(Reader::open(path.as_ref(), access)?);
                continue;
            }
            if let Some(read) = builder.add_each(|each| own(path.as_ref(), each))? {
                lists.read.push(read);
                continue;
            }
            for file in files_of(path.as_ref())? {
                if Index::is_index_at(&file)? {
                    lists.indexes.push(Index::open(&file)?);
                } else {
                    lists.read.push(builder.read(&file, options)?);
                }
            }
        }
        if !lists.read.is_empty() {
            let (index, report) = builder.build_in_memory()?;
            lists.indexes.push(index);
            lists.report = report;
        }
        Ok(lists)
    }

    /// Refuses lists that are not for what is wanted, as their text states it: text lists, and those in compiled indexes.
    /// Stores answer for themselves: [`Store::check_use`].
    ///
    /// # Errors
    /// [`Error::Argument`] names the list; [`Error::Index`] if an index is damaged.
    pub fn check_use(&self, wanted: &Use) -> Result<()> {
        for list in &self.read {
            wanted.check_list(list)?;
        }
        for index in &self.indexes {
            for source in index.sources()? {
                wanted.check_source(&source)?;
            }
        }
        Ok(())
    }

    /// A matcher over all of them.
    pub fn into_matcher(self) -> Matcher {
        Matcher::of(self.indexes, self.stores)
    }
}

/// Reads lists into a builder, in order, and gives back what was read without its entries. A folder stands for the files in
/// it. `own` reads paths in its own way, as for [`Lists::open_each`].
///
/// # Errors
/// The first list that cannot be used, whole: the builder is then of no use. A compiled index is not a text list.
pub fn read_into<P: AsRef<Path>>(
    builder: &mut Builder,
    paths: impl IntoIterator<Item = P>,
    options: &ReadOptions,
    mut own: impl FnMut(&Path, &mut EachChange<'_>) -> Result<Option<List>>,
) -> Result<Vec<List>> {
    let mut read = Vec::new();
    for path in paths {
        if let Some(list) = builder.add_each(|each| own(path.as_ref(), each))? {
            read.push(list);
            continue;
        }
        for file in files_of(path.as_ref())? {
            if Index::is_index_at(&file)? {
                let path = crate::escape::path(&file).into_owned();
                return Err(Problem::ListCompiled { path }.into());
            }
            read.push(builder.read(&file, options)?);
        }
    }
    check_merge(&read)?;
    Ok(read)
}

/// Refuses to put text lists together whose manifests say that they protect other people, or are for other purposes.
fn check_merge(lists: &[List]) -> Result<()> {
    keep_apart(lists.iter().map(|list| {
        let (protects, uses) = list.stated_uses();
        (list.source.list.as_str(), protects, uses)
    }))
}

/// The file itself, or the files of a folder of lists. They are in the order of their names, and hidden ones are left out.
///
/// # Errors
/// [`Error::Argument`] for a folder without files or with other folders; [`Error::Io`].
pub fn files_of(path: &Path) -> Result<Vec<PathBuf>> {
    let metadata = fs::metadata(path).map_err(Error::io(Action::OpenList, path))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(Error::io(Action::ListFolder, path))? {
        let entry = entry.map_err(Error::io(Action::ListFolder, path))?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if hidden {
            continue;
        }
        // A list that is left out in silence is a list that is not matched.
        let path = entry.path();
        if !fs::metadata(&path)
            .map_err(Error::io(Action::OpenList, &path))?
            .is_file()
        {
            let path = crate::escape::path(&path).into_owned();
            return Err(Problem::ListNotAFile { path }.into());
        }
        files.push(path);
    }
    if files.is_empty() {
        let path = crate::escape::path(path).into_owned();
        return Err(Problem::ListFolderEmpty { path }.into());
    }
    files.sort();
    Ok(files)
}
