//! Summaries of shards to that of the whole scan.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Conditions, Summarized, Summary};
use crate::Result;
use crate::error::Problem;
#[cfg(feature = "media")]
use crate::scan::Coverage;

/// The shard that a scan examined, and what it saw of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[non_exhaustive]
pub struct Shard {
    /// Its number, from 0.
    pub index: u32,
    /// The number of shards.
    pub of: u32,
    /// The number of files that were walked, those of other shards included.
    pub walked: u64,
    /// A digest of their paths, in hexadecimal; equal where shards saw the same files.
    pub digest: String,
}

#[cfg(feature = "media")]
impl From<&Coverage> for Shard {
    fn from(coverage: &Coverage) -> Shard {
        Shard {
            index: coverage.shard.index(),
            of: coverage.shard.of(),
            walked: coverage.walked,
            digest: coverage.digest.clone(),
        }
    }
}

impl Summary {
    /// The summary of a whole scan, of those of all its shards.
    ///
    /// It is proof that no file was left out: all shards saw the same files by the same rules, and together they examined
    /// as many as there are. The number of clusters is not known of the whole, since shards can share one.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for a shard that is missing or there twice, for shards that saw other files
    /// or were scanned under other conditions, and for one that was interrupted.
    pub fn merge(shards: impl IntoIterator<Item = Summary>) -> Result<Summarized<Summary>> {
        let mut by_index: BTreeMap<u32, Summary> = BTreeMap::new();
        let mut first: Option<(Shard, Option<Conditions>)> = None;
        for mut summary in shards {
            let shard = summary.shard.take().ok_or(Problem::ShardUnnamed)?;
            let name = || format!("{}/{}", shard.index, shard.of);
            if summary.interrupted {
                return Err(Problem::ShardInterrupted { shard: name() }.into());
            }
            let conditions = summary.conditions.clone().map(comparable);
            let (known, of_known) =
                first.get_or_insert_with(|| (shard.clone(), conditions.clone()));
            let is_same = (known.of, known.walked, &known.digest)
                == (shard.of, shard.walked, &shard.digest)
                && *of_known == conditions;
            if !is_same {
                return Err(Problem::ShardDiffers { shard: name() }.into());
            }
            if by_index.insert(shard.index, summary).is_some() {
                return Err(Problem::ShardTwice { shard: name() }.into());
            }
        }
        let (known, _) = first.ok_or(Problem::ShardUnnamed)?;
        if let Some(index) = (0..known.of).find(|index| !by_index.contains_key(index)) {
            let shard = format!("{index}/{}", known.of);
            return Err(Problem::ShardMissing { shard }.into());
        }
        let mut whole: Option<Summary> = None;
        for summary in by_index.into_values() {
            match &mut whole {
                Some(whole) => whole.take_in(summary),
                None => whole = Some(summary),
            }
        }
        let mut whole = whole.unwrap_or_default();
        whole.clusters = None;
        let files = whole.discovered - whole.members;
        if files != known.walked {
            let walked = known.walked;
            return Err(Problem::ShardsIncomplete { files, walked }.into());
        }
        Ok(Summarized::new(whole))
    }

    /// Adds the counts of another shard. What every shard sees of all files counts once.
    fn take_in(&mut self, other: Summary) {
        let counts = [
            (&mut self.discovered, other.discovered),
            (&mut self.matched, other.matched),
            (&mut self.low_quality, other.low_quality),
            (&mut self.unsupported, other.unsupported),
            (&mut self.damaged, other.damaged),
            (&mut self.unreadable, other.unreadable),
            (&mut self.over_limit, other.over_limit),
            (&mut self.skipped, other.skipped),
            (&mut self.bytes, other.bytes),
            (&mut self.examined, other.examined),
            (&mut self.members, other.members),
            (&mut self.lists_others, other.lists_others),
            (&mut self.labels_others, other.labels_others),
            (&mut self.quarantined_others, other.quarantined_others),
            (
                &mut self.unsupported_kinds_others,
                other.unsupported_kinds_others,
            ),
        ];
        for (count, more) in counts {
            *count += more;
        }
        let authentic = self.authentic.unwrap_or(0) + other.authentic.unwrap_or(0);
        self.authentic = (authentic > 0).then_some(authentic);
        let known = [
            (&mut self.no_match, other.no_match),
            (&mut self.hashed, other.hashed),
            (&mut self.suppressed, other.suppressed),
            (&mut self.weak, other.weak),
        ];
        for (count, more) in known {
            *count = count.zip(more).map(|(count, more)| count + more);
        }
        // Each shard counts by itself, so one entry can be named by several.
        self.quarantined.extend(other.quarantined);
        add(&mut self.unsupported_kinds, other.unsupported_kinds);
        let by_name = [
            (&mut self.tiers, other.tiers),
            (&mut self.lists, other.lists),
            (&mut self.labels, other.labels),
        ];
        for (counts, more) in by_name {
            add(counts.get_or_insert_default(), more.unwrap_or_default());
        }
    }
}

/// Conditions as they are compared: a root may be mounted anywhere.
fn comparable(conditions: Conditions) -> Conditions {
    Conditions {
        roots: Vec::new(),
        ..conditions
    }
}

fn add(counts: &mut BTreeMap<String, u64>, more: BTreeMap<String, u64>) {
    for (name, count) in more {
        *counts.entry(name).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(index: u32, discovered: u64) -> Summary {
        Summary {
            discovered,
            no_match: Some(discovered),
            shard: Some(Shard {
                index,
                of: 3,
                walked: 9,
                digest: "d".to_owned(),
            }),
            ..Summary::default()
        }
    }

    fn code(shards: Vec<Summary>) -> &'static str {
        match Summary::merge(shards).unwrap_err() {
            crate::Error::Argument(problem) => problem.code(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn all_shards_together_are_the_scan() {
        let whole = Summary::merge([shard(2, 2), shard(0, 3), shard(1, 4)]).unwrap();
        assert_eq!(whole.summary.discovered, 9);
        assert_eq!(whole.summary.no_match, Some(9));
        assert_eq!(whole.summary.shard, None);
    }

    #[test]
    fn what_is_no_proof_is_refused() {
        assert_eq!(code(vec![]), "shard-unnamed");
        assert_eq!(code(vec![Summary::default()]), "shard-unnamed");
        assert_eq!(code(vec![shard(0, 3), shard(2, 4)]), "shard-missing");
        assert_eq!(code(vec![shard(0, 3), shard(0, 3)]), "shard-twice");
        let lost = vec![shard(0, 3), shard(1, 3), shard(2, 2)];
        assert_eq!(code(lost), "shards-incomplete");
        let mut interrupted = shard(1, 4);
        interrupted.interrupted = true;
        assert_eq!(code(vec![shard(0, 3), interrupted]), "shard-interrupted");
        let mut other = shard(1, 4);
        other.shard.as_mut().unwrap().digest = "e".to_owned();
        assert_eq!(code(vec![shard(0, 3), other]), "shard-differs");
    }
}
