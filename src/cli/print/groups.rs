//! Matched files for people: by cluster, the listed items first, then the files, the nearest first.

use std::collections::BTreeSet;

use basma::error::Problem;
use basma::hash::Hash;
use basma::matcher::{Cluster, Match};
use basma::scan::{Finding, Grouped, Groups};
use basma::{Error, Result, escape};
use serde::{Deserialize, Serialize};

use super::text;
use crate::cli::output::Stopped;
use crate::cli::prose::Prose;
use crate::cli::prose::Value;

/// About how much memory matched files may take before they go to temporary files.
const MEMORY_BYTES: usize = 24 << 20;

/// How many listed items stand at the head of a group.
const ITEMS_MAX: usize = 20;

/// Matched files, until all are known.
pub(super) struct Gathered(Groups);

/// The lines of one file.
#[derive(Serialize, Deserialize)]
struct Note {
    /// What is listed of the picture, for the head of the group.
    items: Vec<String>,
    /// The file, and the notes about it alone.
    lines: String,
}

impl Gathered {
    pub(super) fn new() -> Gathered {
        Gathered(Groups::new(&std::env::temp_dir(), MEMORY_BYTES))
    }

    /// Takes a file that matches.
    pub(super) fn add(&mut self, prose: &Prose, finding: &Finding) -> Result<()> {
        let (Some(cluster), Some(leading)) = (finding.cluster, Match::leading(&finding.matches))
        else {
            return Ok(());
        };
        let note = serde_json::to_vec(&note(prose, finding, leading));
        let note = note.expect("strings can be written as JSON");
        self.0.add(cluster, leading.distance, &note)
    }

    /// Writes group after group.
    pub(super) fn write(
        self,
        prose: &Prose,
        mut out: impl FnMut(&str) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        let grouped = self.0.finish()?;
        // One reader goes ahead for the head of each group, whose files may be too many to be held.
        let (mut ahead, mut files) = (notes(&grouped).peekable(), notes(&grouped).peekable());
        while let Some((cluster, _)) = ahead.peek() {
            let cluster = *cluster;
            let (mut items, mut seen, mut more, mut count) =
                (Vec::new(), BTreeSet::new(), false, 0_u64);
            while let Some((_, note)) = ahead.next_if(|(next, _)| *next == cluster) {
                count += 1;
                for item in note?.items {
                    if seen.contains(&item) {
                        continue;
                    }
                    more |= seen.len() == ITEMS_MAX;
                    if !more {
                        items.push(item.clone());
                        seen.insert(item);
                    }
                }
            }
            let values = [
                ("cluster", cluster.to_string().into()),
                ("count", count.into()),
            ];
            let status = prose.word("status-matched");
            out(&format!("{status} {}\n", prose.say("group-head", values)))?;
            for item in items {
                let item = prose.say("group-item", [("item", Value::said(item))]);
                out(&format!("    {item}\n"))?;
            }
            if more {
                out(&format!("    {}\n", prose.word("group-items-more")))?;
            }
            while let Some((_, note)) = files.next_if(|(next, _)| *next == cluster) {
                out(&note?.lines)?;
            }
        }
        Ok(())
    }
}

fn notes(grouped: &Grouped) -> impl Iterator<Item = (Cluster, Result<Note>)> + '_ {
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

fn note(prose: &Prose, finding: &Finding, leading: &Match) -> Note {
    let (same, others): (Vec<&Match>, Vec<&Match>) =
        finding.matches.iter().partition(|m| is_same(m, leading));
    let path = escape::path(&finding.path);
    let near = text::how_near(prose, leading);
    let mut lines = format!("    {near}  {}\n", prose.value(&path));
    for m in others {
        lines += &indented(&text::matched(prose, m));
    }
    let mut remarks = text::weak(prose, &finding.weak);
    remarks += &text::authentic(prose, &finding.authentic, true);
    remarks += &text::suppressed(prose, &finding.suppressed, finding.more);
    if let Some(reason) = &finding.reason {
        remarks += &text::not_examined(prose, reason);
    }
    lines += &indented(&remarks);
    Note {
        items: same.into_iter().map(|m| text::item(prose, m)).collect(),
        lines,
    }
}

/// Whether two matches are about the same picture as far as is known. Another frame of an animation may show another.
fn is_same(m: &Match, leading: &Match) -> bool {
    let near = |a: &Hash, b: &Hash| a.distance(b).is_some_and(|bits| bits <= leading.radius);
    !m.hash.hash_type().is_perceptual()
        || (m.track, m.frame) == (leading.track, leading.frame)
        || near(&m.hash, &leading.hash)
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("    {line}\n")).collect()
}
