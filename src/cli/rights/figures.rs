//! `basma figures`: cases in, monthly figures of decisions out.

use basma::evidence::CaseReader;
use basma::evidence::figures::{Counts, Figures, Row};
use basma::{Result, report};
use jiff::Timestamp;
use serde_json::Value;

use super::queue;
use crate::cli::args::{FiguresArgs, Format};
use crate::cli::output::{Output, Stopped};
use crate::cli::print::Table;
use crate::cli::prose::Prose;
use crate::cli::{Context, Verdict};

pub(in crate::cli) fn run(args: &FiguresArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let mut figures = Figures::new(args.month.clone());
    for path in &args.cases {
        figures.add_case(&CaseReader::open(path)?)?;
    }
    if let Some(store) = &args.queue {
        add_queue(&mut figures, store, args.month.as_deref())?;
    }
    let rows = figures.rows();
    let table = Table::new(&args.output)?;
    let file = args.output.output.as_deref();
    let mut out = Output::open(file)?;
    match args.output.format {
        Format::Text => {
            let prose = context.output_prose(file);
            for row in &rows {
                out.write(&text(&prose, row))?;
            }
        }
        Format::Jsonl => {
            for row in &rows {
                out.write(&report::line(row))?;
            }
        }
        Format::Csv => {
            out.write(&table.head(&COLUMNS))?;
            for row in &rows {
                out.write(&table.row(&cells(row)))?;
            }
        }
    }
    out.finish()?;
    if rows.is_empty() {
        context.tell(&context.prose.word("figures-none"));
    }
    Ok(if rows.iter().any(|row| row.quarantine) {
        Verdict::Gaps
    } else {
        Verdict::Done
    })
}

/// Adds the decisions of the pages of the review. A case of the queue counts for the entry that it was decided about.
fn add_queue(figures: &mut Figures, store: &std::path::Path, month: Option<&str>) -> Result<()> {
    let mut last = std::collections::BTreeMap::new();
    queue::each(store, |case, value| {
        let step = &value["done"];
        let act = step["act"].as_str().unwrap_or_default();
        let is_last_word = ["confirm", "reject", "withdraw", "approve", "undo"].contains(&act);
        if is_last_word {
            last.insert(case.to_owned(), step.clone());
        }
    })?;
    for step in last.values() {
        let time = step["at"]
            .as_i64()
            .and_then(|at| Timestamp::from_second(at).ok());
        let is_of_month =
            month.is_none_or(|month| time.is_some_and(|time| time.to_string().starts_with(month)));
        let mut counts = Counts::default();
        match step["act"].as_str() {
            _ if !is_of_month => {}
            Some("confirm") => (counts.matches, counts.confirmed) = (1, 1),
            Some("reject" | "withdraw" | "approve") => {
                (counts.matches, counts.overturned) = (1, 1);
            }
            _ => {}
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let Some(list) = text(&step["entry"]["list"]) {
            figures.add([(list, text(&step["entry"]["id"]))], &counts);
        }
    }
    Ok(())
}

fn text(prose: &Prose, row: &Row) -> String {
    let shown = |text: &str| basma::escape::escape(text.as_bytes()).into_owned();
    let Counts {
        matches,
        confirmed,
        overturned,
        appeals,
        appeals_upheld,
    } = row.counts;
    let values = [
        ("list", shown(&row.list).into()),
        ("entry", shown(row.entry.as_deref().unwrap_or("*")).into()),
        ("matches", matches.into()),
        ("confirmed", confirmed.into()),
        ("overturned", overturned.into()),
        ("appeals", appeals.into()),
        ("upheld", appeals_upheld.into()),
    ];
    let mut text = prose.say("figures-row", values);
    if row.quarantine {
        text += &prose.word("figures-quarantine");
    }
    text + "\n"
}

/// The columns of CSV.
const COLUMNS: [&str; 8] = [
    "list",
    "entry",
    "matches",
    "confirmed",
    "overturned",
    "appeals",
    "appeals_upheld",
    "quarantine",
];

fn cells(row: &Row) -> [String; COLUMNS.len()] {
    let counts = row.counts;
    [
        row.list.clone(),
        row.entry.clone().unwrap_or_default(),
        counts.matches.to_string(),
        counts.confirmed.to_string(),
        counts.overturned.to_string(),
        counts.appeals.to_string(),
        counts.appeals_upheld.to_string(),
        row.quarantine.to_string(),
    ]
}
