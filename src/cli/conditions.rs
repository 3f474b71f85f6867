//! The conditions of a scan, which its output states.

use std::path::PathBuf;

use basma::escape;
use basma::hasher::{Sampling, Views};
use basma::matcher::Lists;
use basma::report::Conditions;
use basma::store::{Store, Use};

use super::args::store::access;
use super::args::{FilesArgs, MediaArgs};

/// The lists that are looked up in.
pub(super) fn of_lists(
    opened: &Lists,
    paths: &[PathBuf],
    wanted: &Use,
    shared_store: bool,
) -> basma::Result<Conditions> {
    let mut conditions = Conditions::of_lists(opened)?.with_use(wanted);
    for path in paths.iter().filter(|path| Store::is_store(path)) {
        conditions.add_store(&Store::open(path, access(shared_store))?)?;
    }
    Ok(conditions)
}

/// Adds the digests of the lists of stores that no single file holds.
pub(super) fn digest_stores(
    paths: &[PathBuf],
    shared_store: bool,
    conditions: &mut Conditions,
) -> basma::Result<()> {
    let mut stores = paths.iter().filter(|path| Store::is_store(path));
    stores.try_for_each(|path| {
        let store = Store::open(path, access(shared_store))?;
        conditions.digest_entries(&store)
    })
}

/// Adds what is scanned, and what is hashed of it.
pub(super) fn of_scan(
    mut conditions: Conditions,
    files: &FilesArgs,
    media: &MediaArgs,
    views: Views,
    sampling: Sampling,
) -> Conditions {
    let roots = files.paths.iter();
    conditions.roots = roots.map(|path| escape::path(path).into_owned()).collect();
    let named_in = files.paths_from.as_deref();
    conditions.roots_from = named_in.map(|path| escape::path(path).into_owned());
    let patterns = files.exclude.iter();
    let escaped = patterns.map(|pattern| escape::escape(pattern.as_bytes()).into_owned());
    conditions.exclude = escaped.collect();
    conditions.archives = Some(!files.no_archives && cfg!(feature = "archives"));
    conditions.carve = files.carve.map(|carving| carving.name().into());
    conditions.views = Some(views.name().into());
    conditions.frames = Some(media.frames.unwrap_or(sampling).to_string());
    conditions.exact = Some(media.exact);
    conditions
}
