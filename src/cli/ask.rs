//! `basma ask`: hashes in, what a service knows of them out.

use std::path::Path;

use basma::error::Problem;
use basma::list::ReadOptions;
use basma::report::{self, Asked, AskedSummary};
use basma::store::{Answer, Checker, Config, Inquiry, OnFailure};
use basma::{Error, Result, escape};

use super::args::Format;
use super::args::store::AskArgs;
use super::config::cancel_on_signal;
use super::lookup::{Queries, Query, Reader, Stream, options};
use super::output::{Output, Stopped};
use super::print::Table;
use super::prose::{Prose, Value};
use super::stdin::{self, STDIN};
use super::style::{Style, Tone};
use super::{Context, Verdict};

/// The columns of a table.
const HEAD: [&str; 10] = [
    "type", "hash", "id", "checker", "answer", "class", "is_exact", "distance", "banks", "why_code",
];

pub(super) fn run(args: &AskArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let hashes = args.hashes.iter().map(Path::new);
    let unnamed = args.hashes.is_empty().then_some(Path::new(STDIN));
    stdin::keep_once(hashes.chain(unnamed))?;
    let store = args.store.open()?;
    let config = Config::read(&store.sources_path())?;
    let checker = config.checker(&args.checker)?;
    let reader = Reader {
        hash_type: args.hash_type,
        listed: checker.hash_types().to_vec(),
        is_followed: false,
        options: options(ReadOptions::default()),
    };
    // Arguments are all there: none is sent unless all can be read.
    let mut arguments = Vec::new();
    for text in args.hashes.iter().filter(|text| *text != STDIN) {
        arguments.extend(
            reader
                .read(text, text)
                .map_err(|error| untaken(error, checker))?,
        );
    }
    let takes_stdin = args.hashes.is_empty() || args.hashes.iter().any(|text| text == STDIN);
    let stream = takes_stdin.then(Stream::begin).transpose()?;
    let values = [
        ("server", checker.server().into()),
        ("purpose", checker.purpose().to_owned().into()),
    ];
    context.complain("warning", &context.prose.say("ask-server", values));

    let cancel = cancel_on_signal();
    let environment = |name: &str| std::env::var_os(name);
    let mut asking = Asking {
        checker,
        inquiry: checker.inquire(&environment, &cancel),
        pending: Vec::new(),
        counts: AskedSummary::default(),
        format: args.output.format,
        table: Table::new(&args.output)?,
        prose: context.output_prose(args.output.output.as_deref()),
        style: context.output_style(args.output.output.as_deref()),
        out: Output::open(args.output.output.as_deref())?,
    };
    if asking.format == Format::Csv {
        let head = asking.table.head(&HEAD);
        asking.out.write(&head)?;
    }
    for query in arguments {
        asking.add(query)?;
    }
    if let Some(stream) = stream {
        let left_out =
            reader
                .read_stream(stream, &mut asking)
                .map_err(|stopped| match stopped {
                    Stopped::Failed(error) => Stopped::Failed(untaken(error, checker)),
                    other => other,
                })?;
        for (hash_type, count) in &left_out.not_listed {
            let values = [
                ("count", (*count).into()),
                ("type", hash_type.name().into()),
                ("checker", checker.name().to_owned().into()),
            ];
            context.complain("warning", &context.prose.say("ask-not-taken", values));
        }
        if left_out.low_quality > 0 {
            let values = [("count", left_out.low_quality.into())];
            context.complain("warning", &context.prose.say("lookup-low-quality", values));
        }
        if left_out.skipped > 0 {
            let values = [("count", left_out.skipped.into())];
            context.complain("warning", &context.prose.say("lookup-skipped", values));
        }
    }
    asking.flush()?;
    let counts = asking.counts;
    if asking.format == Format::Jsonl {
        asking.out.write(&report::line(&counts.line()))?;
    }
    asking.out.finish()?;
    let values = [
        ("asked", counts.asked.into()),
        ("known", counts.known.into()),
        ("not_checked", counts.not_checked.into()),
    ];
    context.tell(&context.prose.say("summary-ask", values));
    Ok(verdict(counts, checker, context))
}

fn verdict(counts: AskedSummary, checker: &Checker, context: &Context<'_>) -> Verdict {
    if counts.asked == 0 {
        context.complain("warning", &context.prose.word("nothing-looked-up"));
    }
    match (counts.known, counts.not_checked, checker.on_failure()) {
        (1.., ..) => Verdict::Matched,
        (0, 1.., OnFailure::Closed) => Verdict::Gaps,
        _ if counts.asked == 0 => Verdict::Gaps,
        _ => Verdict::Done,
    }
}

/// An argument of a type that the service does not take.
fn untaken(error: Error, checker: &Checker) -> Error {
    match error {
        Error::Argument(Problem::LookupTypeNotListed { place, hash_type }) => {
            Problem::CheckerType {
                place,
                hash_type,
                name: checker.name().to_owned(),
            }
            .into()
        }
        other => other,
    }
}

/// Hashes on their way to a service.
struct Asking<'a> {
    checker: &'a Checker,
    inquiry: Inquiry<'a>,
    pending: Vec<Query>,
    counts: AskedSummary,
    format: Format,
    table: Table,
    prose: Prose,
    style: Style,
    out: Output,
}

impl Queries for Asking<'_> {
    fn add(&mut self, query: Query) -> Result<(), Stopped> {
        self.pending.push(query);
        if self.pending.len() >= self.checker.batch() {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Each request counts with a service: only full batches are sent before the end.
    fn pause(&mut self) -> Result<(), Stopped> {
        Ok(())
    }
}

impl Asking<'_> {
    fn flush(&mut self) -> Result<(), Stopped> {
        let pending = std::mem::take(&mut self.pending);
        let hashes: Vec<_> = pending.iter().map(|query| query.hash).collect();
        let answers = self.inquiry.ask(&hashes)?;
        for (query, answer) in pending.iter().zip(&answers) {
            self.counts.add(answer);
            let asked = Asked::new(
                &query.hash,
                query.id.as_deref(),
                self.checker.name(),
                answer,
            );
            let text = match self.format {
                Format::Jsonl => report::line(&asked),
                Format::Csv => self.table.row(&cells(&asked)),
                Format::Text => self.line(query, answer),
            };
            self.out.write(&text)?;
        }
        Ok(())
    }

    fn line(&self, query: &Query, answer: &Answer) -> String {
        let of = query.id.as_ref().map_or(String::new(), |id| {
            format!(" {}", escape::escape(id.as_bytes()))
        });
        let hash = format!("{:?}{of}", query.hash);
        let what = ("what", self.prose.value(&hash).as_ref().into());
        let checker = ("checker", self.checker.name().to_owned().into());
        let text = match answer {
            Answer::Known(known) => {
                let mut details: Vec<String> = known.class.iter().cloned().collect();
                details.extend(known.is_exact.map(|is_exact| {
                    self.prose
                        .word(if is_exact { "ask-exact" } else { "ask-near" })
                }));
                if let Some(distance) = known.distance.filter(|distance| *distance > 0) {
                    let distance = [("distance", u64::from(distance).into())];
                    details.push(self.prose.say("ask-distance", distance));
                }
                details.extend(known.banks.iter().cloned());
                let details = escape::escape(details.join(", ").as_bytes()).into_owned();
                let details = ("details", Value::said(details));
                let text = self.prose.say("ask-known", [what, checker, details]);
                self.style.paint(Tone::Match, &text)
            }
            Answer::NotKnown => self.prose.say("ask-not_known", [what, checker]),
            Answer::NotChecked(why) => {
                let why = ("why", Value::said(self.prose.message(&why.message())));
                let text = self.prose.say("ask-not_checked", [what, checker, why]);
                self.style.paint(Tone::Gap, &text)
            }
            _ => return String::new(),
        };
        text + "\n"
    }
}

fn cells(asked: &Asked) -> [String; 10] {
    let shown = |value: Option<String>| value.unwrap_or_default();
    [
        asked.asked.hash_type.to_string(),
        asked.asked.hash.clone(),
        shown(asked.asked.id.clone()),
        asked.checker.clone(),
        asked.answer.to_string(),
        shown(asked.class.clone()),
        shown(asked.is_exact.map(|is_exact| is_exact.to_string())),
        shown(asked.distance.map(|distance| distance.to_string())),
        asked.banks.join(" "),
        shown(asked.why_code.as_ref().map(ToString::to_string)),
    ]
}
