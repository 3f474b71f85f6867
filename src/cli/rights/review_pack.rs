//! `basma review-pack`: cases and a store in, what a periodic review needs out.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use basma::error::{Action, Problem};
use basma::evidence::calibration::Rate;
use basma::evidence::review::{Precision, Sampled, Sampler};
use basma::evidence::{CaseReader, statement};
use basma::report::Line;
use basma::store::{Access, Store};
use basma::{Error, Result};
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::args::ReviewPackArgs;
use crate::cli::output::{Output, Stopped};
use crate::cli::{Context, Verdict, case};

/// The name of the format of the statement.
const SCHEMA: &str = "basma-review/1";

#[derive(Serialize)]
struct Pack {
    made: String,
    tool: &'static str,
    precision: Vec<Precision>,
    /// Of files that are known to be copies of listed pictures.
    recall: Option<Recall>,
    /// Findings that nobody decided about.
    open: u64,
    /// The findings to look at, the likeliest error first.
    sample: Vec<Sampled>,
    store: Option<OfStore>,
}

#[derive(Serialize)]
struct Recall {
    files: u64,
    matched: Rate,
    /// Files that were not examined as a whole. They count as not found.
    not_examined: u64,
}

/// What shows that nobody but its owner could read or change the store unseen.
#[derive(Serialize)]
struct OfStore {
    generation: Option<u64>,
    /// Whether its owner alone can read and write it.
    private: bool,
    /// The number of records of its audit, which is whole.
    audit_records: u64,
    audit_head: String,
    lists: Vec<OfList>,
}

#[derive(Serialize)]
struct OfList {
    list: String,
    entries: u64,
    sha256: Option<String>,
    uses: Vec<String>,
    protects: Option<&'static str>,
    legal_basis: Option<String>,
}

pub(in crate::cli) fn run(
    args: &ReviewPackArgs,
    context: &Context<'_>,
) -> Result<Verdict, Stopped> {
    let key = case::signing_key(&args.signer)?;
    let mut sampler = Sampler::new(args.sample as usize);
    for path in &args.cases {
        sampler.add(&CaseReader::open(path)?)?;
    }
    let now = Timestamp::now().as_second();
    let pack = Pack {
        made: Timestamp::from_second(now).unwrap_or_default().to_string(),
        tool: concat!("basma ", env!("CARGO_PKG_VERSION")),
        precision: sampler.precision(),
        recall: args.known.as_deref().map(recall).transpose()?,
        open: sampler.open(),
        sample: sampler.sample(),
        store: args.store.as_deref().map(of_store).transpose()?,
    };
    let mut out = Output::open(args.output.as_deref())?;
    out.write(&statement::write(SCHEMA, &pack, key.as_ref())?)?;
    out.finish()?;
    let values = [
        ("open", pack.open.into()),
        ("sample", pack.sample.len().into()),
        ("lists", pack.precision.len().into()),
    ];
    context.tell(&context.prose.say("review-pack-made", values));
    if key.is_none() {
        context.complain("warning", &context.prose.word("purged-unsigned"));
    }
    Ok(Verdict::Done)
}

/// How many of the files that a scan examined it found: the last line of its findings says so.
fn recall(path: &Path) -> Result<Recall> {
    let failed = |action| {
        move |source| Error::Io {
            action,
            path: path.to_owned(),
            source,
        }
    };
    let file = File::open(path).map_err(failed(Action::Open))?;
    let mut last = String::new();
    for line in BufReader::new(file).lines() {
        last = line.map_err(failed(Action::Read))?;
    }
    let Line::Summary(summarized) = Line::parse(&last)? else {
        let message = "no summary of a scan".to_owned();
        return Err(Problem::NotAResultLine { message }.into());
    };
    let summary = summarized.summary;
    let gaps = summary.unsupported + summary.damaged + summary.unreadable + summary.over_limit;
    let not_examined = gaps + summary.low_quality + summary.skipped;
    let files = summary.matched + summary.no_match.unwrap_or_default() + not_examined;
    Ok(Recall {
        files,
        matched: Rate::of(summary.matched, files),
        not_examined,
    })
}

fn of_store(path: &Path) -> Result<OfStore> {
    let private = Store::open(path, Access::Private).is_ok();
    let store = Store::open(path, Access::Shared)?;
    let audited = store.verify_audit()?;
    let lists = store.status()?.lists.into_iter().map(|list| OfList {
        list: list.terms.list,
        entries: list.entries,
        sha256: list.sha256,
        uses: list.terms.uses,
        protects: list.terms.protects.map(|protects| protects.name()),
        legal_basis: list.terms.legal_basis,
    });
    Ok(OfStore {
        generation: store.generation()?,
        private,
        audit_records: audited.records,
        audit_head: audited.head,
        lists: lists.collect(),
    })
}
