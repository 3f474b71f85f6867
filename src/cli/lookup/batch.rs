//! Hashes that are looked up together: that takes about half the time of one after the other.

use basma::Result;
use basma::hash::Hash;
use basma::index::Explanation;
use basma::matcher::{Found, Matcher};

use super::super::Context;
use super::super::output::{Output, Stopped};
use super::super::print::Printer;
use super::input::{Queries, Query};

/// The most hashes that are looked up together, and the most matches that these may have.
const QUERIES_MAX: usize = 1024;
const MATCHES_MAX: usize = 102_400;

/// How much text is gathered before it is written.
const TEXT_BYTES_MAX: usize = 1 << 16;

/// Hashes on their way through the lists to the output.
pub(super) struct Batch<'a> {
    matcher: &'a Matcher,
    printer: &'a Printer,
    /// Where it is told how each hash was searched for, if it is.
    explains: Option<&'a Context<'a>>,
    out: Output,
    queries_max: usize,
    pending: Vec<Query>,
    pub(super) looked_up: u64,
    pub(super) matched: u64,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        matcher: &'a Matcher,
        printer: &'a Printer,
        explains: Option<&'a Context<'a>>,
        out: Output,
    ) -> Batch<'a> {
        let by_limit = MATCHES_MAX / matcher.policy().limit.max(1);
        Batch {
            matcher,
            printer,
            explains,
            out,
            // An explanation follows its answer at once.
            queries_max: if explains.is_some() {
                1
            } else {
                by_limit.clamp(1, QUERIES_MAX)
            },
            pending: Vec::new(),
            looked_up: 0,
            matched: 0,
        }
    }

    /// Looks up what is left, writes what stands last, and ends the output.
    pub(super) fn finish(mut self) -> Result<(u64, u64), Stopped> {
        self.answer()?;
        let tail = self.printer.lookup_tail(self.looked_up, self.matched);
        self.out.write(&tail)?;
        self.out.finish()?;
        Ok((self.looked_up, self.matched))
    }

    /// Looks up all that is pending, and writes what was found.
    pub(super) fn answer(&mut self) -> Result<(), Stopped> {
        let pending = std::mem::take(&mut self.pending);
        let hashes: Vec<Hash> = pending.iter().map(|query| query.hash).collect();
        let mut text = String::new();
        match self.matcher.lookup_batch(&hashes) {
            Ok(each) => {
                for (query, found) in pending.iter().zip(&each) {
                    self.write(query, found, &mut text)?;
                }
            }
            // Part of an index is damaged. What lies before that part in the input is answered.
            Err(_) => {
                for query in &pending {
                    match self.matcher.lookup(&query.hash) {
                        Ok(found) => self.write(query, &found, &mut text)?,
                        Err(error) => {
                            self.out.write(&text)?;
                            return Err(error.into());
                        }
                    }
                }
            }
        }
        self.out.write(&text)?;
        self.pending = pending;
        self.pending.clear();
        Ok(())
    }

    fn write(&mut self, query: &Query, found: &Found, text: &mut String) -> Result<(), Stopped> {
        self.looked_up += 1;
        self.matched += u64::from(!found.matches.is_empty());
        *text += &self.printer.lookup(&query.hash, query.id.as_deref(), found);
        if text.len() >= TEXT_BYTES_MAX || self.explains.is_some() {
            self.out.write(&*text)?;
            text.clear();
        }
        if let Some(context) = self.explains {
            for how in self.matcher.explain(&query.hash)? {
                context.tell(&explained(&query.hash, &how, context));
            }
        }
        Ok(())
    }
}

impl Queries for Batch<'_> {
    fn add(&mut self, query: Query) -> Result<(), Stopped> {
        self.pending.push(query);
        if self.pending.len() >= self.queries_max {
            self.answer()
        } else {
            Ok(())
        }
    }

    fn pause(&mut self) -> Result<(), Stopped> {
        self.answer()
    }
}

fn explained(hash: &Hash, how: &Explanation, context: &Context<'_>) -> String {
    let mut said = context.prose.say(
        "explained",
        [
            ("hash", hash.to_string().into()),
            ("structure", how.structure.to_string().into()),
            ("hashes", how.hashes.into()),
            ("hits", how.hits.into()),
            ("cost", how.cost.into()),
            ("estimate", how.estimate.into()),
            ("compared", how.compared.into()),
            ("nodes", how.nodes.into()),
            ("probes", how.probes.into()),
            ("postings", how.postings.into()),
            ("verified", how.verified.into()),
        ],
    );
    if how.gave_up {
        said += &context.prose.word("explained-gave-up");
    }
    said
}
