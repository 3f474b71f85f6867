//! What a log remembers against other lists: no file is read.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use rayon::prelude::*;

use super::context::look_up;
use super::log::Record;
use super::task::member_path;
use super::{Finding, Flag, Log, Summary};
use crate::Result;
use crate::error::Problem;
use crate::hash::HashType;
use crate::matcher::{FloodBreaker, Matcher};

/// How many records are looked up at a time.
const BATCH: usize = 4096;

/// The result of a rematch.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Rematch {
    /// How many files and members are remembered.
    pub remembered: u64,
    /// How many of them match.
    pub matched: u64,
    /// For each type in the lists: how many files have a remembered hash, and how many could have one. Pictures could
    /// have perceptual hashes, and all examined files digests.
    pub compared: BTreeMap<HashType, (u64, u64)>,
    /// The counts by status, of files and members that are no copies within another.
    pub summary: Summary,
    /// Whether it was ended before the last record.
    pub interrupted: bool,
}

impl Rematch {
    /// Whether hashes of the types in the lists are missing for some files, which may match.
    pub fn has_gaps(&self) -> bool {
        self.compared.values().any(|(held, all)| held < all)
    }

    fn count(&mut self, record: &Record) {
        self.remembered += 1;
        for (hash_type, (held, all)) in &mut self.compared {
            let examined = &record.examined;
            if hash_type.is_perceptual() {
                let made = |print: &crate::hash::FrameHash| print.hash.hash_type() == *hash_type;
                *held += u64::from(examined.prints.iter().any(made));
                // One that was not decoded could have it too.
                let media_type = examined.mime.as_deref().unwrap_or_default();
                let is_picture = media_type.starts_with("image/") || examined.size.is_some();
                *all += u64::from(is_picture);
            } else {
                let made = |digest: &crate::hash::Hash| digest.hash_type() == *hash_type;
                *held += u64::from(examined.digests.iter().any(made));
                *all += u64::from(examined.bytes.is_some());
            }
        }
    }
}

impl Log {
    /// Looks up everything that is remembered, of any scan and settings. Hands on the matches and the suppressed
    /// matches, in the order of recording.
    ///
    /// Nothing is known of the files since: a finding says what was there when it was recorded. One whose path was not kept
    /// is named by the digest of its path.
    ///
    /// # Errors
    /// A damaged index; [`Error::Io`](crate::Error::Io) where the log cannot be read.
    pub fn rematch(
        &self,
        matcher: &Matcher,
        mut each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Rematch> {
        self.rematch_all(matcher, |finding| {
            if finding.matches.is_empty()
                && finding.suppressed.is_empty()
                && finding.authentic.is_empty()
            {
                ControlFlow::Continue(())
            } else {
                each(finding)
            }
        })
    }

    /// [`Log::rematch`], which hands on what matches nothing as well.
    ///
    /// # Errors
    /// As [`Log::rematch`].
    pub fn rematch_all(
        &self,
        matcher: &Matcher,
        each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Rematch> {
        self.rematch_within(matcher, None, each)
    }

    /// [`Log::rematch_all`], which quarantines entries as [`Scan::with_flood_limit`](crate::scan::Scan::with_flood_limit)
    /// does.
    ///
    /// # Errors
    /// As [`Log::rematch`].
    pub fn rematch_within(
        &self,
        matcher: &Matcher,
        flood_limit: impl Into<Option<u32>>,
        mut each: impl FnMut(Finding) -> ControlFlow<()>,
    ) -> Result<Rematch> {
        let types = matcher.hash_types();
        if types.is_empty() {
            return Err(Problem::ListsEmpty.into());
        }
        let mut rematch = Rematch {
            compared: types.into_iter().map(|t| (t, (0, 0))).collect(),
            ..Rematch::default()
        };
        let breaker = flood_limit.into().map(FloodBreaker::new);
        let breaker = breaker.as_ref();
        let mut batch = Vec::with_capacity(BATCH);
        self.each(|record| {
            rematch.count(&record);
            batch.push(record);
            if batch.len() < BATCH {
                return Ok(ControlFlow::Continue(()));
            }
            let batch = std::mem::take(&mut batch);
            let over = hand_on(matcher, breaker, batch, &mut rematch, &mut each)?;
            rematch.interrupted = over.is_break();
            Ok(over)
        })?;
        if !rematch.interrupted {
            rematch.interrupted =
                hand_on(matcher, breaker, batch, &mut rematch, &mut each)?.is_break();
        }
        rematch.summary.interrupted = rematch.interrupted;
        rematch.summary.add_quarantined(breaker);
        Ok(rematch)
    }
}

/// Looks a batch up, and hands on what is found, in order.
fn hand_on(
    matcher: &Matcher,
    breaker: Option<&FloodBreaker>,
    batch: Vec<Record>,
    rematch: &mut Rematch,
    each: &mut impl FnMut(Finding) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    let looked_up: Vec<Result<Finding>> = batch
        .into_par_iter()
        .map(|record| {
            let finding = look_up(matcher, path(&record), &record.examined)?;
            Ok(Finding {
                is_member: record.member.is_some(),
                ..finding
            })
        })
        .collect();
    for finding in looked_up {
        let mut finding = finding?;
        rematch.matched += u64::from(!finding.matches.is_empty());
        if finding.flags.contains(&Flag::Reduction) {
            continue;
        }
        if let Some(breaker) = breaker {
            breaker.judge(&mut finding.matches);
        }
        rematch.summary.add(&finding);
        if each(finding).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn path(record: &Record) -> PathBuf {
    match (&record.path, &record.member) {
        (Some(path), Some(member)) => member_path(path, member),
        (Some(path), None) => path.clone(),
        (None, _) => format!("path-digest:{}", blake3::Hash::from_bytes(record.id)).into(),
    }
}
