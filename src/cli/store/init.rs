//! `basma store init`: a store to which can be added at once.

use std::fs;
use std::path::Path;

use basma::Error;
use basma::error::{Action, Problem};
use basma::store::{Access, Config, Refresh, Store};

use super::super::output::Stopped;
use super::super::{Context, Verdict};
use super::operator;
use crate::cli::args::store::{InitArgs, folder};

pub(crate) fn init(args: &InitArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let path = folder(args.folder.as_deref())?;
    // The system may have no folder for data of programs yet.
    if let (None, Some(parent)) = (&args.folder, path.parent()) {
        fs::create_dir_all(parent).map_err(|source| Error::Io {
            action: Action::MakeStore,
            path: parent.to_owned(),
            source,
        })?;
    }
    let store = match Store::init(&path) {
        // One that could not be finished, on a full disk for instance, is finished now.
        Err(Error::Store { problem, .. }) if is_unfinished(&path, &problem) => {
            Store::open(&path, Access::Private)?
        }
        made => made?,
    };
    // The lists of the example have no sources to fetch: they are in force, and empty.
    let by = operator();
    let config = Config::read(&store.sources_path())?;
    let refreshed = store.refresh(&config, &Refresh::new(&by))?;
    for warning in &refreshed.warnings {
        context.complain("warning", &context.prose.error(warning));
    }
    let values = [
        ("path", basma::escape::path(store.path()).into()),
        (
            "store",
            match &args.folder {
                Some(folder) => format!(" --store {}", basma::escape::shell(folder)).into(),
                None => "".into(),
            },
        ),
        ("sources", basma::escape::path(&store.sources_path()).into()),
    ];
    context.tell(&context.prose.say("store-ready", values));
    Ok(Verdict::Done)
}

/// Whether a folder is a store in which nothing was ever in force.
fn is_unfinished(path: &Path, problem: &Problem) -> bool {
    let generation = || Store::open(path, Access::Private)?.generation();
    *problem == Problem::StoreNotEmpty
        && Store::is_store(path)
        && generation().is_ok_and(|generation| generation.is_none())
}
