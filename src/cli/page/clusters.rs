//! The matched files of a page, by cluster, the nearest first.

use std::collections::BTreeSet;

use basma::error::Problem;
use basma::matcher::Cluster;
use basma::report::Finding;
use basma::scan::{Grouped, Passwords};
use basma::{Error, Result};

use super::files::{file, item};
use crate::cli::html::thumbnail::{Pictures, Thumbnails, Wanted};
use crate::cli::html::{code, html, paragraph};
use crate::cli::output::Stopped;
use crate::cli::prose::Prose;

/// The largest number of files that a page shows: browsers fail on pages of many more.
pub(super) const FILES_MAX: u64 = 5_000;

/// The largest number of listed items at the head of a cluster.
const ITEMS_MAX: usize = 20;

/// The number of clusters.
pub(super) fn count(grouped: &Grouped) -> u64 {
    let mut last = None;
    let begins = grouped
        .iter()
        .filter(|(cluster, _)| last.replace(*cluster) != Some(*cluster));
    begins.count() as u64
}

/// Writes cluster after cluster.
pub(super) fn write(
    prose: &Prose,
    grouped: &Grouped,
    thumbnails: Option<(Thumbnails, &Passwords)>,
    mut out: impl FnMut(&str) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    let total = grouped.iter().count() as u64;
    if total == 0 {
        return Ok(());
    }
    let title = html(&prose.word("page-clusters"));
    out(&format!("<section>\n<h2>{title}</h2>\n"))?;
    out(&paragraph("note", &prose.word("page-clusters-note")))?;
    if thumbnails.is_some() {
        out(&paragraph("note", &prose.word("page-thumbnails-note")))?;
    }
    let pictures = thumbnails
        .map(|style| pictures(style, grouped))
        .transpose()?;
    // One reader goes ahead for the head of each cluster, whose files may be too many to be held.
    let (mut ahead, mut files) = (findings(grouped).peekable(), findings(grouped).peekable());
    let mut shown = 0;
    while let Some((cluster, _)) = ahead.peek() {
        let cluster = *cluster;
        if shown >= FILES_MAX {
            break;
        }
        let (mut items, mut count, mut has_more) = (BTreeSet::new(), 0_u64, false);
        while let Some((_, finding)) = ahead.next_if(|(next, _)| *next == cluster) {
            count += 1;
            for m in &finding?.matches {
                let item = item(prose, m);
                has_more |= items.len() == ITEMS_MAX && !items.contains(&item);
                if items.len() < ITEMS_MAX {
                    items.insert(item);
                }
            }
        }
        let values = [
            ("cluster", cluster.to_string().into()),
            ("count", count.into()),
        ];
        let head = html(&prose.say("group-head", values));
        out(&format!(
            "<section class=\"cluster\">\n<h3>{head}</h3>\n<ul>\n"
        ))?;
        for item in items {
            out(&format!("<li>{item}</li>\n"))?;
        }
        out("</ul>\n")?;
        if has_more {
            out(&paragraph("note", &prose.word("group-items-more")))?;
        }
        while let Some((_, finding)) = files.next_if(|(next, _)| *next == cluster) {
            if shown < FILES_MAX {
                let finding = finding?;
                out(&file(prose, &finding, &finding.matches, pictures.as_ref()))?;
            }
            shown += 1;
        }
        out("</section>\n")?;
    }
    if total > FILES_MAX {
        let values = [("shown", FILES_MAX.into()), ("total", total.into())];
        out(&paragraph("alert", &prose.say("page-files-more", values)))?;
    }
    out("</section>\n")
}

/// A list of files in few words each, which no one decision is about.
pub(super) fn names(paths: &[String]) -> String {
    let items = paths
        .iter()
        .map(|path| format!("<li>{}</li>\n", code(path)));
    format!("<ul class=\"names\">\n{}</ul>\n", items.collect::<String>())
}

/// The pictures of the files that are shown.
fn pictures((style, passwords): (Thumbnails, &Passwords), grouped: &Grouped) -> Result<Pictures> {
    let mut wanted = Vec::new();
    for (_, finding) in findings(grouped).take(FILES_MAX as usize) {
        wanted.extend(wanted_of(&finding?));
    }
    Ok(Pictures::make(style, passwords, wanted))
}

/// What a picture of a finding is of, if it states a digest.
pub(super) fn wanted_of(finding: &Finding) -> Option<Wanted> {
    Some((finding.path.clone(), finding.sha256.clone()?))
}

fn findings(grouped: &Grouped) -> impl Iterator<Item = (Cluster, Result<Finding>)> + '_ {
    let read = |note: &[u8]| {
        serde_json::from_slice(note).map_err(|error| {
            let message = error.to_string();
            Error::from(Problem::TemporaryBroken { message })
        })
    };
    grouped
        .iter()
        .map(move |(cluster, note)| (cluster, read(note)))
}
