//! The journal and the cache of a scan.

use std::path::PathBuf;
use std::sync::Arc;

use basma::error::Problem;
use basma::scan::{Log, PathKey, Scan};
use basma::{Result, escape};

use super::args::{FilesArgs, SearchArgs};
use super::{Context, lists};

/// Refuses files that would be written over each other, or over what is read, before any is.
pub(super) fn keep_apart(files: &FilesArgs, lists: &[PathBuf], args: &SearchArgs) -> Result<()> {
    let key = args.logs.cache.as_deref().map(key_path);
    let written = [&args.logs.journal, &args.logs.cache, &key];
    for (place, file) in written.into_iter().enumerate() {
        let Some(file) = file else { continue };
        lists::keep_apart(Some(file), lists, &files.paths)?;
        // What else is written must be another file.
        let others = [&args.output.output, &args.import.rejects];
        let later = written[place + 1..].iter().copied();
        for other in others.into_iter().chain(later).flatten() {
            lists::keep_apart(Some(other), std::slice::from_ref(file), &[])?;
            if other == file {
                let path = escape::path(file).into_owned();
                return Err(Problem::NamedTwice { path }.into());
            }
        }
    }
    Ok(())
}

/// Opens what was asked for, the journal first, and tells what there is to say of it.
pub(super) fn open(args: &SearchArgs, scan: &Scan, context: &Context<'_>) -> Result<Vec<Arc<Log>>> {
    let mut logs = Vec::new();
    if let Some(path) = &args.logs.journal {
        logs.push((path, Log::journal(path, &scan.settings())?));
    }
    if let Some(path) = &args.logs.cache {
        let key = if args.logs.no_paths {
            Some(PathKey::open(&key_path(path))?)
        } else {
            None
        };
        logs.push((
            path,
            Log::cache(path, &scan.settings(), key, args.logs.max_cache_bytes)?,
        ));
    }
    let told = logs.into_iter().map(|(path, log)| {
        let file = escape::path(path).into_owned();
        if log.records() > 0 {
            let values = [
                ("file", file.as_str().into()),
                ("count", log.records().into()),
            ];
            context.tell(&context.prose.say("log-known", values));
        }
        if log.dropped() > 0 {
            let values = [
                ("file", file.as_str().into()),
                ("count", log.dropped().into()),
            ];
            context.complain("warning", &context.prose.say("log-dropped", values));
        }
        Arc::new(log)
    });
    Ok(told.collect())
}

/// Says how much was not remembered.
pub(super) fn tell_left_out(logs: &[Arc<Log>], context: &Context<'_>) {
    let left_out: u64 = logs.iter().map(|log| log.left_out()).sum();
    if left_out > 0 {
        let text = context
            .prose
            .say("log-left-out", [("count", left_out.into())]);
        context.complain("warning", &text);
    }
}

fn key_path(cache: &std::path::Path) -> PathBuf {
    let mut name = cache.as_os_str().to_owned();
    name.push(".key");
    name.into()
}
