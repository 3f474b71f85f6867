//! `basma convert`: lists in, one list out, in another format.

mod clips;
mod documents;
mod losses;
mod table;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;

use basma::error::Problem;
use basma::index::Index;
use basma::list::{self, Change, List, Protected, ReadOptions};
use basma::store::Store;
use basma::{Error, Result, escape};

use super::args::ConvertArgs;
use super::args::store::access;
use super::output::{Output, Stopped};
use super::pictures::Pictures;
use super::stdin::{self, Spooled};
use super::{Context, Verdict, lists};
pub(crate) use documents::Document;
pub(super) use writer::ListWriter;

pub(super) fn run(args: &ConvertArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    stdin::keep_once(args.lists.iter().map(AsRef::as_ref))?;
    lists::keep_apart(args.output.as_deref(), &args.lists, &[])?;
    lists::keep_apart(args.import.rejects.as_deref(), &args.lists, &[])?;
    // Which hashes are too flat is for the reader of the new list to say.
    let options = lists::read_options(&args.import, 0, args.hash_type);
    let types = Pictures::TYPES.into_iter().chain(args.hash_type);
    let pictures = Pictures::new(types, &args.media, 0, context);
    let mut out = Output::open(args.output.as_deref())?;
    let mut writer = ListWriter::new(args.to);
    out.write(&writer.head())?;
    let mut entries = 0_u64;
    let mut stopped = None;
    let mut write = |list: &str, change: Change| {
        entries += 1;
        out.write(&writer.write(list, change)).map_err(|reason| {
            stopped = Some(reason);
            Error::Cancelled
        })
    };
    context.tell_pipes(args.lists.iter().map(AsRef::as_ref));
    let spooled = Spooled::named_in(args.lists.iter().map(AsRef::as_ref))?;
    let spooled = spooled.as_ref();
    let mut read = Vec::new();
    // What each list that was read, or is about to be, is for.
    let mut uses: Vec<StatedUse> = Vec::new();
    let result = args.lists.iter().try_for_each(|path| {
        if Store::is_store(path) {
            let store = Store::open(path, access(args.import.shared_store))?;
            uses.extend(of_store(&store)?);
            check_merge(&uses)?;
        }
        let from = read_list(
            path, spooled, args, &options, &pictures, &mut uses, &mut write,
        )?;
        uses.extend(from.iter().map(|list| {
            let (protects, uses) = list.stated_uses();
            (list.source.list.clone(), protects, uses.to_vec())
        }));
        read.extend(from);
        check_merge(&uses)
    });
    for (list, ..) in uses
        .iter()
        .filter(|(_, protects, uses)| protects.is_some() || !uses.is_empty())
    {
        // Formats of others have no place for it, and what stands in a file is what it may be used for.
        let values = [("list", escape::escape(list.as_bytes()).into_owned().into())];
        context.complain("warning", &context.prose.say("convert-use-lost", values));
    }
    if let Some(reason) = stopped {
        return Err(reason);
    }
    let rejected = match &result {
        Ok(()) => Ok(read.as_slice()),
        Err(error) => Err(error),
    };
    lists::keep_rejects(rejected, &args.import)?;
    result?;
    out.write(&writer.finish())?;
    lists::tell(&read, &Default::default(), context);
    let losses = &writer.losses;
    losses.tell(args.to.name(), context);
    let is_empty = entries > 0 && losses.left_out() == entries;
    if is_empty || (args.strict && losses.count() > 0) {
        let format = args.to.name().to_owned();
        return Err(Error::from(Problem::ConvertLoses { format }).into());
    }
    out.finish()?;
    let values = [
        ("count", (entries - losses.left_out()).into()),
        ("format", args.to.name().into()),
    ];
    context.tell(&context.prose.say("converted", values));
    Ok(Verdict::Done)
}

/// A list, whom it protects, and the purposes that it is for.
type StatedUse = (String, Option<Protected>, Vec<String>);

/// The lists of a store, but for those of what is allowed, which are of nobody.
fn of_store(store: &Store) -> Result<Vec<StatedUse>> {
    let terms = store.terms()?.into_iter();
    let terms = terms.filter(|terms| !terms.is_allow_list());
    Ok(terms
        .map(|terms| (terms.list, terms.protects, terms.uses))
        .collect())
}

/// The lists of a compiled index.
fn of_index(index: &Index) -> Result<Vec<StatedUse>> {
    let sources = index.sources()?.into_iter();
    let stated = sources.map(|source| (source.list, source.protects, source.uses));
    Ok(stated.collect())
}

fn check_merge(uses: &[StatedUse]) -> Result<()> {
    let uses = uses.iter();
    basma::store::keep_apart(
        uses.map(|(list, protects, uses)| (list.as_str(), *protects, &uses[..])),
    )
}

/// Hands on what a list holds, of any kind; gives back what was read of text.
fn read_list(
    path: &Path,
    spooled: Option<&Spooled>,
    args: &ConvertArgs,
    options: &ReadOptions,
    pictures: &Pictures<'_>,
    uses: &mut Vec<StatedUse>,
    write: &mut impl FnMut(&str, Change) -> Result<()>,
) -> Result<Vec<List>> {
    if Store::is_store(path) {
        let store = Store::open(path, access(args.import.shared_store))?;
        store.each_entry(|list, entry| write(list, Change::Add(entry)))?;
        return Ok(Vec::new());
    }
    if let Some(spooled) = spooled.filter(|_| stdin::is_stdin(path))
        && Index::is_index_at(spooled.path())?
    {
        let index = Index::open(spooled.path()).map_err(|error| spooled.named(error))?;
        uses.extend(of_index(&index)?);
        check_merge(uses)?;
        index.each_entry(|list, entry| write(list, Change::Add(entry)))?;
        return Ok(Vec::new());
    }
    if let Some(list) = lists::read_own(path, spooled, options, pictures, write)? {
        return Ok(vec![list]);
    }
    let mut read = Vec::new();
    for file in basma::matcher::files_of(path)? {
        if Index::is_index_at(&file)? {
            let index = Index::open(&file)?;
            uses.extend(of_index(&index)?);
            check_merge(uses)?;
            index.each_entry(|list, entry| write(list, Change::Add(entry)))?;
        } else {
            read.push(list::read_each(&file, options, &mut *write)?);
        }
    }
    Ok(read)
}
