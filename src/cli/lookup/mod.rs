//! `basma lookup`: hashes in, matches out.

mod batch;
mod files;
mod input;

use std::path::Path;

use basma::error::Problem;
use basma::hash::HashType;
use basma::scan::is_media;
use basma::{Error, Result};

use super::args::LookupArgs;
use super::output::{Output, Stopped};
use super::pictures::Pictures;
use super::print::Printer;
use super::stdin::{self, STDIN, Spooled};
use super::{Context, Verdict, case, lists, vpdq};
use batch::Batch;
use input::LeftOut;
pub(super) use input::{Queries, Query, Reader, Stream, options};

pub(super) fn run(args: &LookupArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    // Without any hash they come from standard input.
    let hashes = args.hashes.iter().map(Path::new);
    let unnamed = args.hashes.is_empty() && args.vpdq.is_empty();
    let unnamed = unnamed.then_some(Path::new(STDIN));
    let files = args.lists.iter().chain(&args.vpdq).map(AsRef::as_ref);
    stdin::keep_once(files.chain(hashes).chain(unnamed))?;
    lists::keep_apart(args.output.output.as_deref(), &args.lists, &args.vpdq)?;
    lists::keep_apart(args.import.rejects.as_deref(), &args.lists, &args.vpdq)?;
    let min_quality = args.matching.min_quality;
    let files = files::named(args)?;
    // Any digest may be looked up, and they cost little beside the decoding.
    let digests = files.is_empty().then_some([HashType::Md5, HashType::Sha1]);
    let types = digests.into_iter().flatten().chain(Pictures::TYPES);
    let pictures = Pictures::new(
        types.chain(args.hash_type),
        &args.media,
        min_quality,
        context,
    );
    let wanted = args.matching.uses.wanted();
    let opened = lists::open(
        &args.lists,
        &args.import,
        min_quality,
        args.hash_type,
        &wanted,
        &pictures,
        context,
    );
    let opened = case::tell_refused(opened, &wanted, None, &args.output, context)?;
    let matcher = opened
        .into_matcher()
        .with_policy(lists::policy(&args.matching));
    if !args.vpdq.is_empty() {
        return vpdq::look_up(args, &matcher, context);
    }
    if !files.is_empty() {
        return files::look_up(files, None, args, matcher, context);
    }
    let takes_stdin = args.hashes.is_empty() || args.hashes.iter().any(|text| text == STDIN);
    let stream = takes_stdin.then(Stream::begin).transpose()?;
    if let Some(stream) = &stream
        && is_media(&stream.head)
    {
        if args.hashes.len() > 1 {
            return Err(Error::from(Problem::LookupMixed).into());
        }
        let spooled = Spooled::of_stream(stream.reader())?;
        return files::look_up(vec![STDIN.into()], Some(spooled), args, matcher, context);
    }
    let options = lists::read_options(&args.import, min_quality, args.hash_type);
    let reader = Reader {
        hash_type: args.hash_type,
        listed: matcher.hash_types(),
        is_followed: !matcher.stores().is_empty(),
        options: self::options(options),
    };
    let printer = Printer::new(&args.output, context)?;
    // Arguments are all there: none is looked up unless all can be read.
    let mut arguments: Vec<Query> = Vec::new();
    for text in args.hashes.iter().filter(|text| *text != STDIN) {
        arguments.extend(reader.read(text, text)?);
    }

    let mut out = Output::open(args.output.output.as_deref())?;
    out.write(&printer.lookup_head())?;
    let explains = args.explain.then_some(context);
    let mut batch = Batch::new(&matcher, &printer, explains, out);
    for query in arguments {
        batch.add(query)?;
    }
    let mut left_out = LeftOut::default();
    if let Some(stream) = stream {
        let read = reader.read_stream(stream, &mut batch);
        // What stands before a line that cannot be read is answered.
        batch.answer()?;
        left_out = read?;
    }
    let (looked_up, matched) = batch.finish()?;
    let counts = [("looked_up", looked_up.into()), ("matched", matched.into())];
    context.tell(&context.prose.say("summary-lookup", counts));
    tell_left_out(&left_out, context);
    Ok(if matched > 0 {
        Verdict::Matched
    } else if looked_up == 0 {
        context.complain("warning", &context.prose.word("nothing-looked-up"));
        Verdict::Gaps
    } else {
        Verdict::Done
    })
}

/// Says which of the given hashes were not looked up.
fn tell_left_out(left_out: &LeftOut, context: &Context<'_>) {
    let prose = context.prose;
    if left_out.low_quality > 0 {
        let values = [("count", left_out.low_quality.into())];
        context.complain("warning", &prose.say("lookup-low-quality", values));
    }
    if left_out.skipped > 0 {
        let values = [("count", left_out.skipped.into())];
        context.complain("warning", &prose.say("lookup-skipped", values));
    }
    for (hash_type, count) in &left_out.not_listed {
        let values = [
            ("count", (*count).into()),
            ("type", hash_type.name().into()),
        ];
        context.complain("warning", &prose.say("lookup-not-listed", values));
    }
}
