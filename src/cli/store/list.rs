//! `basma list`: what the lists of a store hold.

use basma::Error;
use basma::error::Problem;
use basma::list::{Change, Entry};

use super::super::convert::ListWriter;
use super::super::lists::keep_apart;
use super::super::output::{Output, Stopped};
use super::super::{Context, Verdict};
use super::shown;
use crate::cli::args::store::{ListArgs, StoreArgs};
use crate::cli::args::{Format, ListFormat};

pub(crate) fn list(args: &ListArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let store = args.store.open()?;
    keep_apart(args.output.as_deref(), &[store.path().to_owned()], &[])?;
    if let Some(name) = &args.list {
        let status = store.status()?;
        let names: Vec<&str> = status.lists.iter().map(|l| l.terms.list.as_str()).collect();
        if !names.contains(&name.as_str()) {
            let (name, known) = (shown(name), shown(&names.join(", ")));
            return Err(Error::from(Problem::StoreListUnknown { name, known }).into());
        }
    }
    let mut writer = match args.format {
        Format::Text => None,
        Format::Jsonl => Some(ListWriter::new(ListFormat::Jsonl)),
        Format::Csv => Some(ListWriter::new(ListFormat::Csv)),
    };
    let mut out = Output::open(args.output.as_deref())?;
    if let Some(writer) = &writer {
        out.write(&writer.head())?;
    }
    let mut stopped = None;
    let mut count = 0_u64;
    let result = store.each_entry(|name, entry| {
        let is_meant = args.list.as_deref().is_none_or(|list| list == name);
        if !is_meant || !is_asked(args, &entry) {
            return Ok(());
        }
        count += 1;
        let written = match &mut writer {
            Some(writer) => out.write(&writer.write(name, Change::Add(entry))),
            None => out.write(&line(name, &entry)),
        };
        written.map_err(|reason| {
            stopped = Some(reason);
            Error::Cancelled
        })
    });
    if let Some(reason) = stopped {
        return Err(reason);
    }
    result?;
    if let Some(writer) = &mut writer {
        out.write(&writer.finish())?;
        let format = if args.format == Format::Csv {
            "csv"
        } else {
            "jsonl"
        };
        writer.losses.tell(format, context);
    }
    out.finish()?;
    context.tell(&context.prose.say("list-entries", [("count", count.into())]));
    Ok(Verdict::Done)
}

/// Prints the names of the lists of a store, one a line.
pub(crate) fn list_names(args: &StoreArgs) -> Result<Verdict, Stopped> {
    let status = args.open()?.status()?;
    let mut out = Output::open(None)?;
    for list in &status.lists {
        out.write(&(shown(&list.terms.list) + "\n"))?;
    }
    out.finish()?;
    Ok(Verdict::Done)
}

fn is_asked(args: &ListArgs, entry: &Entry) -> bool {
    let has_label =
        args.labels.is_empty() || args.labels.iter().any(|label| entry.labels.contains(label));
    let has_id = args.id.is_none() || args.id == entry.id;
    let has_type = args.types.is_empty() || args.types.contains(&entry.hash.hash_type());
    has_label && has_id && has_type
}

/// An entry as findings name it: list and item, hash, labels.
fn line(list: &str, entry: &Entry) -> String {
    let id = entry.id.as_deref().map(shown).unwrap_or_default();
    let hash = format!("{}:{}", entry.hash.hash_type(), entry.hash);
    let labels: Vec<String> = entry.labels.iter().map(|label| shown(label)).collect();
    let labels = match labels.join(", ") {
        labels if labels.is_empty() => labels,
        labels => format!(" [{labels}]"),
    };
    format!("{}:{id} {hash}{labels}\n", shown(list))
}
