//! `basma build`: lists to one compiled index.

use std::path::Path;

use basma::index::Builder;
use basma::list::EachChange;
use basma::matcher::read_into;

use super::args::BuildArgs;
use super::output::Stopped;
use super::pictures::Pictures;
use super::stdin::{self, Spooled};
use super::{Context, Verdict, lists};

pub(super) fn run(args: &BuildArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    stdin::keep_once(args.lists.iter().map(AsRef::as_ref))?;
    lists::keep_apart(Some(&args.output), &args.lists, &[])?;
    lists::keep_apart(args.import.rejects.as_deref(), &args.lists, &[])?;
    let options = lists::read_options(&args.import, args.min_quality, args.hash_type);
    // Beside the index, where there must be room anyway.
    let folder = args.output.parent().filter(|f| !f.as_os_str().is_empty());
    let mut builder = Builder::new()
        .structure(args.structure)
        .on_conflict(args.on_conflict)
        .memory_bytes(usize::try_from(args.memory).unwrap_or(usize::MAX))
        .scratch(folder.unwrap_or(Path::new(".")));
    let types = Pictures::TYPES.into_iter().chain(args.hash_type);
    let pictures = Pictures::new(types, &args.media, args.min_quality, context);
    context.tell_pipes(args.lists.iter().map(AsRef::as_ref));
    let spooled = Spooled::named_in(args.lists.iter().map(AsRef::as_ref))?;
    let own = |path: &Path, each: &mut EachChange<'_>| {
        lists::read_own(path, spooled.as_ref(), &options, &pictures, each)
    };
    let read = read_into(&mut builder, &args.lists, &options, own);
    lists::keep_rejects(read.as_deref(), &args.import)?;
    let read = read?;
    let report = builder.write(&args.output)?;
    lists::tell(&read, &report, context);
    context.tell(&context.prose.say(
        "built",
        [
            ("path", basma::escape::path(&args.output).into()),
            ("hashes", report.hashes.into()),
            ("entries", report.rows.into()),
            ("bytes", context.prose.bytes(report.bytes)),
        ],
    ));
    Ok(Verdict::Done)
}
