//! `basma withdraw`: what a person's token erases.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use basma::evidence::CaseWriter;
use basma::hash::Hash;
use basma::list::Entry;
use basma::matcher::Policy;
use basma::scan::Log;
use basma::store::Token;
use basma::{Error, Result, escape};

use super::handover::{Counts, Handover};
use crate::cli::args::WithdrawArgs;
use crate::cli::output::Stopped;
use crate::cli::store::operator;
use crate::cli::{Context, Verdict, case};

/// The longest text that is taken for a token.
const TOKEN_BYTES_MAX: u64 = 4096;

pub(in crate::cli) fn run(args: &WithdrawArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let token = token(&args.token)?;
    let store = args.store.open()?;
    // Before anything is erased: a key that is missing or wrong must not show in the middle.
    let cases = args.cases.iter().map(|path| case::open(path, &args.signer));
    let mut cases: Vec<CaseWriter> = cases.collect::<Result<_>>()?;
    for path in &args.logs {
        Log::read(path)?;
    }
    let mut handover = Handover::begin(store.path())?;
    let (mut of_service, mut in_cases, mut in_logs) = (Counts::default(), 0, 0);
    let mut with_papers: Vec<(PathBuf, u64)> = Vec::new();
    let erased = store.withdraw(&token, &operator(), &args.reason, |entries| {
        let hashes: BTreeSet<Hash> = entries.iter().map(|entry| entry.hash).collect();
        let mut texts: BTreeSet<String> = hashes.iter().map(Hash::to_string).collect();
        texts.insert(token.digest());
        of_service = handover.forget(&texts)?;
        for path in &args.logs {
            in_logs += Log::forget(path, &hashes, &Policy::default())?;
        }
        let lists: BTreeSet<&str> = entries.iter().filter_map(list_of).collect();
        let list = lists.into_iter().collect::<Vec<_>>().join(", ");
        for case in &mut cases {
            let erased = case.erase_hashes(&list, &hashes, &args.reason)?;
            in_cases += erased;
            let papers = count_files(&case.exports())?;
            if erased > 0 && papers > 0 {
                with_papers.push((case.exports(), papers));
            }
        }
        Ok(())
    })?;
    // Requests that a service received before are answered now, and what it noted of them is erased.
    let settled = handover.settle(erased.generation, of_service);
    let is_settled = settled.is_ok();
    if let Err(error) = &settled {
        context.complain("warning", &context.prose.error(error));
    }
    let of_service = settled.unwrap_or(of_service);
    drop(handover);
    let values = [
        ("entries", erased.entries.into()),
        ("lists", erased.lists.join(", ").into()),
        ("generation", erased.generation.into()),
        ("queue", of_service.queue.into()),
        ("details", in_cases.into()),
        ("contents", of_service.contents.into()),
        ("files", in_logs.into()),
    ];
    context.tell(&context.prose.say("withdrawn", values));
    for warning in &erased.warnings {
        context.complain("warning", &context.prose.error(warning));
    }
    for (path, count) in &with_papers {
        let path = escape::path(path).into_owned();
        let values = [("path", path.into()), ("count", (*count).into())];
        context.complain("warning", &context.prose.say("withdrawn-in-papers", values));
    }
    if erased.in_audit > 0 {
        let count = [("count", erased.in_audit.into())];
        context.complain("warning", &context.prose.say("withdrawn-in-audit", count));
    }
    if erased.in_audit > 0 || !is_settled {
        return Ok(Verdict::Gaps);
    }
    Ok(Verdict::Done)
}

/// How many files a folder holds; none where it is not there.
fn count_files(folder: &Path) -> Result<u64> {
    match fs::read_dir(folder) {
        Ok(files) => Ok(files.count() as u64),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(Error::Io {
            action: basma::error::Action::List,
            path: folder.to_owned(),
            source,
        }),
    }
}

fn list_of(entry: &Entry) -> Option<&str> {
    entry.list.as_deref()
}

fn token(text: &str) -> Result<Token> {
    if text != "-" {
        return Token::parse(text);
    }
    let mut text = String::new();
    let read = io::stdin()
        .lock()
        .take(TOKEN_BYTES_MAX)
        .read_to_string(&mut text);
    read.map_err(|source| Error::Io {
        action: basma::error::Action::Read,
        path: "-".into(),
        source,
    })?;
    Token::parse(&text)
}
