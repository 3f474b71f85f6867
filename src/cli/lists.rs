//! Lists as the command line names them: opened, with what is wrong with them said.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use basma::disk::atomic_file::{AtomicFile, partial_path};
use basma::error::{Action, LineProblem, Problem, Rejection};
use basma::hash::HashType;
use basma::index::{BuildReport, Index};
use basma::list::{self, EachChange, List, ReadOptions};
use basma::matcher::{Lists, Policy};
use basma::scan::{MediaList, holds_media};
use basma::store::{Store, Use};
use basma::{Error, Result, escape};

use super::Context;
use super::args::store::access;
use super::args::{ImportArgs, MatchingArgs};
use super::pictures::Pictures;
use super::stdin::{self, Spooled};

/// Opens the lists and tells what there is to say of them.
pub(super) fn open(
    paths: &[impl AsRef<Path>],
    args: &ImportArgs,
    min_quality: u8,
    hash_type: Option<HashType>,
    wanted: &Use,
    pictures: &Pictures<'_>,
    context: &Context<'_>,
) -> Result<Lists> {
    context.tell_pipes(paths.iter().map(AsRef::as_ref));
    check_use(paths, args, wanted)?;
    let options = read_options(args, min_quality, hash_type);
    let access = access(args.shared_store);
    let spooled = Spooled::named_in(paths.iter().map(AsRef::as_ref))?;
    let own = |path: &Path, each: &mut EachChange<'_>| {
        read_own(path, spooled.as_ref(), &options, pictures, each)
    };
    let mut opened_as: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
    if let Some(spooled) = &spooled
        && Index::is_index_at(spooled.path())?
    {
        let at = opened_as.iter().position(|path| stdin::is_stdin(path));
        opened_as[at.expect("it was read because it is named")] = spooled.path();
    }
    let opened = Lists::open_each(opened_as, &options, access, own);
    let opened = opened.map_err(|error| match &spooled {
        Some(spooled) => spooled.named(error),
        None => error,
    });
    keep_rejects(opened.as_ref().map(|lists| lists.read.as_slice()), args)?;
    let lists = opened?;
    lists.check_use(wanted)?;
    tell(&lists.read, &lists.report, context);
    for path in paths.iter().map(AsRef::as_ref) {
        if Store::is_store(path) {
            tell_store(&Store::open(path, access)?, context)?;
        }
    }
    Ok(lists)
}

/// Refuses stores that are not for what is wanted.
pub(super) fn check_use(paths: &[impl AsRef<Path>], args: &ImportArgs, wanted: &Use) -> Result<()> {
    wanted.check()?;
    let paths = paths.iter().map(AsRef::as_ref);
    let mut stores = paths.filter(|path| Store::is_store(path));
    stores.try_for_each(|path| Store::open(path, access(args.shared_store))?.check_use(wanted))
}

/// Reads what is no file of a list: standard input (`-`), pictures and clips.
pub(super) fn read_own(
    path: &Path,
    spooled: Option<&Spooled>,
    options: &ReadOptions,
    pictures: &Pictures<'_>,
    each: &mut EachChange<'_>,
) -> Result<Option<List>> {
    let Some(spooled) = spooled.filter(|_| stdin::is_stdin(path)) else {
        return pictures.read(path, each);
    };
    if holds_media(spooled.path())? {
        return pictures.read_spooled(spooled, each).map(Some);
    }
    if Index::is_index_at(spooled.path())? {
        let path = stdin::NAME.to_owned();
        return Err(Problem::ListCompiled { path }.into());
    }
    let file = File::open(spooled.path()).map_err(|source| Error::Io {
        action: Action::Read,
        path: stdin::NAME.into(),
        source,
    })?;
    list::read_stream(Path::new(stdin::NAME), file, options, each).map(Some)
}

pub(super) fn read_options(
    args: &ImportArgs,
    min_quality: u8,
    hash_type: Option<HashType>,
) -> ReadOptions {
    ReadOptions::default()
        .with_hash_type(hash_type)
        .with_max_reject(args.max_reject)
        .with_min_quality(min_quality)
        .with_skip_unsupported(args.skip_unsupported)
        .with_lenient_hex(args.lenient_hex)
        .with_allow_unusual_pdq(args.allow_unusual_pdq)
        .with_vics_profile(args.vics_profile)
        .with_mapping(args.map.clone())
}

pub(super) fn policy(args: &MatchingArgs) -> Policy {
    let policy = Policy::default()
        .with_min_quality(args.min_quality)
        .with_limit(args.limit)
        .with_vpdq(args.compat)
        .with_tiers(args.tier.clone());
    let radii = args.radius.iter();
    radii.fold(policy, |policy, radius| {
        policy.with_radius(radius.hash_type, radius.bits)
    })
}

/// Refuses to write over what is read: a list, or anything in a folder that is scanned. A scan writes nothing beside
/// the files it reads, and its own output is no finding.
pub(super) fn keep_apart(
    output: Option<&Path>,
    lists: &[PathBuf],
    scanned: &[PathBuf],
) -> Result<()> {
    let Some(output) = output.filter(|path| *path != Path::new("-")) else {
        return Ok(());
    };
    // An interruption leaves a part of it beside it.
    keep_place_apart(output, lists, scanned)?;
    keep_place_apart(&partial_path(output), lists, scanned)
}

fn keep_place_apart(output: &Path, lists: &[PathBuf], scanned: &[PathBuf]) -> Result<()> {
    // What is not there yet stands in a folder that is.
    let place = output.canonicalize().or_else(|_| {
        let folder = output.parent().filter(|f| !f.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize();
        folder.map(|folder| folder.join(output.file_name().unwrap_or_default()))
    });
    let Ok(place) = place else {
        return Ok(());
    };
    let shown = |path: &Path| escape::path(path).into_owned();
    let output = shown(output);
    for list in lists {
        if list.canonicalize().is_ok_and(|list| place == list) {
            let list = shown(list);
            return Err(Problem::OutputOverList { output, list }.into());
        }
        let inside = |list: PathBuf| Store::is_store(&list) && place.starts_with(&list);
        if list.canonicalize().is_ok_and(inside) {
            let store = shown(list);
            return Err(Problem::OutputInStore { output, store }.into());
        }
        // A folder stands for the files in it.
        if list.is_dir()
            && list
                .canonicalize()
                .is_ok_and(|list| place.starts_with(&list))
        {
            let folder = shown(list);
            return Err(Problem::OutputAmongLists { output, folder }.into());
        }
    }
    // What lies in a store belongs to it, whichever lists are named.
    if let Some(store) = place.ancestors().skip(1).find(|path| Store::is_store(path)) {
        let store = shown(store);
        return Err(Problem::OutputInStore { output, store }.into());
    }
    for root in scanned {
        if root
            .canonicalize()
            .is_ok_and(|root| place.starts_with(root))
        {
            let folder = shown(root);
            return Err(Problem::OutputInScanned { output, folder }.into());
        }
    }
    Ok(())
}

/// Writes the bad lines of refused and accepted lists alike to the file that was asked for.
pub(super) fn keep_rejects(read: Result<&[List], &Error>, args: &ImportArgs) -> Result<()> {
    let Some(path) = &args.rejects else {
        return Ok(());
    };
    let mut draft = AtomicFile::create(path)?;
    let mut write = |list: &str, problems: &[LineProblem], total: u64| {
        problems.iter().try_for_each(|p| {
            let (line, column, code, message) = (p.line, p.column, p.code, &p.message);
            writeln!(
                draft,
                "# {list}:{line}:{column}: {code} {}",
                escape::escape(message.as_bytes())
            )?;
            draft.write_all(&p.text)?;
            draft.write_all(b"\n")
        })?;
        // Only so many are kept: the rest must not look as if it were not there.
        match total.saturating_sub(problems.len() as u64) {
            0 => Ok(()),
            more => writeln!(draft, "# {list}: {more} more bad lines, not kept"),
        }
    };
    let written = match read {
        Ok(lists) => lists
            .iter()
            .try_for_each(|list| write(&list.source.path, &list.rejected, list.counts.rejected)),
        Err(Error::List(rejection)) => write(
            &escape::path(&rejection.path),
            &rejection.problems,
            rejection.total,
        ),
        Err(_) => Ok(()),
    };
    written.map_err(|source| Error::Io {
        action: Action::Write,
        path: path.clone(),
        source,
    })?;
    draft.publish()
}

pub(super) fn tell(read: &[List], report: &BuildReport, context: &Context<'_>) {
    // Of pictures it was said when they were hashed.
    for list in read
        .iter()
        .filter(|list| list.source.format != MediaList::FORMAT)
    {
        tell_list(list, context);
    }
    if report.duplicates > 0 {
        context.tell(
            &context
                .prose
                .say("duplicates", [("count", report.duplicates.into())]),
        );
    }
    let prose = context.prose;
    let conflicts = report.conflicts_shown.iter();
    let conflicts = conflicts.map(|conflict| prose.conflict(conflict));
    warn(conflicts, report.conflicts, context);
    let shared = report.shared_ids_shown.iter();
    let shared = shared.map(|shared| prose.shared_id(shared));
    warn(shared, report.shared_ids, context);
}

/// Says which generation answers, and which lists of it are not as they should be.
fn tell_store(store: &Store, context: &Context<'_>) -> Result<()> {
    let path = escape::path(store.path()).into_owned();
    if let Some(generation) = store.generation()? {
        let values = [("path", path.into()), ("generation", generation.into())];
        context.tell(&context.prose.say("loaded-store", values));
    }
    for list in store.with_problems()? {
        let name = escape::escape(list.terms.list.as_bytes()).into_owned();
        let id = if list.is_expired() {
            "store-expired"
        } else if list.is_stale() {
            "store-stale"
        } else {
            "store-failing"
        };
        let error = context.prose.failure(&list);
        let end = list.terms.expires.map(|end| context.prose.moment(end));
        let mut values = vec![("list", name.into()), ("error", error)];
        values.extend(end.map(|end| ("time", end)));
        context.complain("warning", &context.prose.say(id, values));
    }
    Ok(())
}

fn tell_list(list: &List, context: &Context<'_>) {
    let (source, counts) = (&list.source, &list.counts);
    let name = escape::escape(source.list.as_bytes()).into_owned();
    context.tell(&context.prose.say(
        "loaded-list",
        [
            ("list", name.clone().into()),
            ("imported", counts.imported.into()),
            ("lines", counts.lines.into()),
            ("path", source.path.clone().into()),
            ("format", context.prose.list_format(&source.format)),
        ],
    ));
    if counts.rejected + counts.low_quality + counts.skipped > 0 {
        let values = [
            ("list", name.into()),
            ("rejected", counts.rejected.into()),
            ("low_quality", counts.low_quality.into()),
            ("skipped", counts.skipped.into()),
        ];
        context.complain("warning", &context.prose.say("loaded-set-aside", values));
    }
    let place = |p: &LineProblem| context.prose.line_at(&source.path, p);
    warn(
        list.rejected.iter().take(Rejection::SHOWN).map(place),
        counts.rejected,
        context,
    );
    warn(list.warnings.iter().map(place), list.warned, context);
}

/// The kinds of bad lines for which an option or a command is the way out.
pub(super) const HINTED: [&str; 4] = ["E006", "E010", "E014", "E023"];

/// Says what to type about a list that was refused, once for each kind of bad line.
pub(super) fn hint(rejection: &Rejection, context: &Context<'_>) {
    let problems = rejection.problems.iter().take(Rejection::SHOWN);
    let found: BTreeSet<&str> = problems.map(|problem| problem.code).collect();
    for code in HINTED.into_iter().filter(|code| found.contains(code)) {
        let hint = context.prose.word(&format!("hint-{code}"));
        context.complain("hint", &hint);
    }
}

/// Shows warnings, and how many more there are of their kind.
fn warn(shown: impl Iterator<Item = String>, total: u64, context: &Context<'_>) {
    let mut left = total;
    for warning in shown {
        context.complain("warning", &warning);
        left = left.saturating_sub(1);
    }
    if left > 0 {
        context.complain(
            "warning",
            &context.prose.say("warnings-more", [("count", left.into())]),
        );
    }
}
