//! The entries of a list that is added by hand.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use basma::error::{Action, Problem};
use basma::index::Index;
use basma::list::{self, Change, Entry, ReadOptions};
use basma::{Error, Result};

use crate::cli::args::store::ItemArgs;

/// The most entries of a list that are added by hand: each becomes a decision, which every reader of the store holds in
/// memory until the next refresh.
const ENTRIES_MAX: usize = 10_000;

/// How much of a file is read to tell whether it is a list.
const HEAD_BYTES: u64 = 4096;

/// The entries of a text list, with what is said of them by hand; nothing of a file that is no list. `named` stands for the
/// file in messages.
///
/// # Errors
/// Those of reading it. A list that a store takes from a source: a compiled one, a long one, or one that withdraws entries.
pub(super) fn entries(path: &Path, named: &Path, args: &ItemArgs) -> Result<Option<Vec<Entry>>> {
    let unread = |source| Error::Io {
        action: Action::Read,
        path: named.to_owned(),
        source,
    };
    let mut head = Vec::new();
    let file = File::open(path).map_err(unread)?;
    let read = file.take(HEAD_BYTES).read_to_end(&mut head);
    read.map_err(unread)?;
    let shown = || basma::escape::path(named).into_owned();
    if Index::is_index(&head) {
        return Err(Problem::ItemCompiled { path: shown() }.into());
    }
    if !list::is_list(&head) {
        return Ok(None);
    }
    // Hashes without a type are of the only one that is named.
    let hash_type = (args.types.len() == 1).then(|| args.types[0]);
    let options = ReadOptions::default().with_hash_type(hash_type);
    let file = File::open(path).map_err(unread)?;
    let mut entries = Vec::new();
    list::read_stream(named, file, &options, |_, change| match change {
        Change::Add(entry) if entries.len() < ENTRIES_MAX => {
            entries.push(described(entry, args));
            Ok(())
        }
        _ => {
            let limit = ENTRIES_MAX as u64;
            Err(Problem::ItemOfSource {
                path: shown(),
                limit,
            }
            .into())
        }
    })?;
    Ok(Some(entries))
}

/// An entry with what is said of it by hand beside what its list says.
fn described(mut entry: Entry, args: &ItemArgs) -> Entry {
    entry.list = None;
    entry.line = 1;
    entry.labels.extend(args.labels.iter().cloned());
    entry.labels.sort_unstable();
    entry.labels.dedup();
    entry.id = args.id.clone().or(entry.id);
    entry.severity = args.severity.or(entry.severity);
    entry.valid_until = args.until.or(entry.valid_until);
    entry
}
