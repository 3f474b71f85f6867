//! What a periodic review of a list needs: how precise matches were, and which findings people should look at again.
//!
//! Of the findings that nobody decided about, those come first that are likely to be wrong. Of one entry only the
//! likeliest is chosen, so that as few pictures as possible are seen.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::calibration::Rate;
use super::record::{Finding, Match};
use super::{Body, CaseReader, Standing};
use crate::Result;
use crate::matcher::Tier;

/// A finding that people should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sampled {
    /// The case.
    pub case: String,
    /// The finding: the number of its record.
    pub finding: u64,
    /// The list.
    pub list: String,
    /// The entry, if the list names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What the match is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The number of differing bits.
    pub distance: u32,
    /// The largest number of differing bits that matches.
    pub radius: u32,
}

/// How many matches of a list were right, of those that people decided about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Precision {
    /// The list.
    pub list: String,
    /// How many findings were decided.
    pub decided: u64,
    /// How many of them were confirmed, and the bounds of the share.
    pub confirmed: Rate,
}

/// Gathers the findings of cases.
#[derive(Debug)]
pub struct Sampler {
    sample_max: usize,
    /// The likeliest error of each entry, by its rank.
    best: BTreeMap<(String, String), (Rank, Sampled)>,
    decided: BTreeMap<String, (u64, u64)>,
    open: u64,
}

/// How likely a match is wrong: the tier, then how far it is for its radius, in thousandths.
type Rank = (usize, u32);

impl Sampler {
    /// One that chooses at most so many findings.
    pub fn new(sample_max: usize) -> Sampler {
        Sampler {
            sample_max,
            best: BTreeMap::new(),
            decided: BTreeMap::new(),
            open: 0,
        }
    }

    /// Adds the findings of a case.
    ///
    /// # Errors
    /// As [`CaseReader::each`].
    pub fn add(&mut self, case: &CaseReader) -> Result<()> {
        let decided = case.decided()?;
        case.each(&["finding"], |record, _| {
            if let Body::Finding(finding) = &record.body {
                let standing = decided
                    .get(&record.number)
                    .map(|decided| decided.standing());
                let standing = standing.unwrap_or(Standing::Open);
                self.add_finding(&record.case, record.number, finding, standing);
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn add_finding(&mut self, case: &str, number: u64, finding: &Finding, standing: Standing) {
        let listed = || finding.matches.iter().filter(|m| m.standing.is_none());
        let is_decided = matches!(standing, Standing::Confirmed | Standing::Rejected);
        if is_decided {
            let lists: BTreeSet<&str> = listed().map(|m| m.list.as_str()).collect();
            for list in lists {
                let (decided, confirmed) = self.decided.entry(list.to_owned()).or_default();
                *decided += 1;
                *confirmed += u64::from(standing == Standing::Confirmed);
            }
            return;
        }
        // The best match is what the finding stands on.
        let Some(found) = listed().min_by_key(|m| rank(m)) else {
            return;
        };
        self.open += 1;
        let sampled = Sampled {
            case: case.to_owned(),
            finding: number,
            list: found.list.clone(),
            entry: found.entry.clone(),
            tier: found.tier.clone(),
            distance: found.distance,
            radius: found.radius,
        };
        // Without an entry each finding is one of its own.
        let entry = found
            .entry
            .clone()
            .unwrap_or_else(|| format!("{case}/{number}"));
        let key = (found.list.clone(), entry);
        let rank = rank(found);
        if self.best.get(&key).is_none_or(|(known, _)| *known < rank) {
            self.best.insert(key, (rank, sampled));
        }
        // Bounded by what is asked for, with room for later ones that rank higher.
        if self.best.len() > self.sample_max.saturating_mul(4).max(4096) {
            self.trim();
        }
    }

    fn trim(&mut self) {
        let mut ranks: Vec<Rank> = self.best.values().map(|(rank, _)| *rank).collect();
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        let least = ranks[self.sample_max.min(ranks.len() - 1)];
        self.best.retain(|_, (rank, _)| *rank > least);
    }

    /// How many findings nobody decided about.
    pub fn open(&self) -> u64 {
        self.open
    }

    /// How precise each list was, by name.
    pub fn precision(&self) -> Vec<Precision> {
        let lists = self.decided.iter();
        lists
            .map(|(list, (decided, confirmed))| Precision {
                list: list.clone(),
                decided: *decided,
                confirmed: Rate::of(*confirmed, *decided),
            })
            .collect()
    }

    /// The findings to look at, the likeliest error first.
    pub fn sample(&self) -> Vec<Sampled> {
        let mut all: Vec<&(Rank, Sampled)> = self.best.values().collect();
        all.sort_by(|(a, one), (b, other)| {
            let place = |s: &Sampled| (s.case.clone(), s.finding);
            b.cmp(a).then_with(|| place(one).cmp(&place(other)))
        });
        let chosen = all.into_iter().take(self.sample_max);
        chosen.map(|(_, sampled)| sampled.clone()).collect()
    }
}

fn rank(m: &Match) -> Rank {
    let tier = m.tier.as_deref().and_then(|name| name.parse::<Tier>().ok());
    let tier = tier.map_or(Tier::ALL.len(), |tier| tier as usize);
    // What was confirmed by another kind of hash is less likely wrong.
    let confirmed = m.confirmed_by.len() as u32;
    let share = u64::from(m.distance) * 1000 / u64::from(m.radius.max(1));
    let share = u32::try_from(share).unwrap_or(u32::MAX);
    (tier, share / (confirmed + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(matches: &[(&str, Tier, u32)]) -> Finding {
        let matches = matches.iter().map(|(entry, tier, distance)| Match {
            list: "demo".to_owned(),
            entry: Some((*entry).to_owned()),
            tier: Some(tier.name().to_owned()),
            distance: *distance,
            radius: 31,
            ..Match::default()
        });
        Finding {
            matches: matches.collect(),
            ..Finding::default()
        }
    }

    #[test]
    fn likely_errors_come_first_and_an_entry_once() {
        use Tier::{Derived, Identical, Lead, Near};
        let mut sampler = Sampler::new(3);
        let open = [
            finding(&[("a", Near, 2)]),
            finding(&[("a", Near, 30)]),
            finding(&[("b", Lead, 5)]),
            finding(&[("c", Identical, 0)]),
            finding(&[("d", Derived, 9), ("d", Near, 9)]),
            finding(&[("e", Derived, 20)]),
        ];
        for (number, finding) in (1..).zip(&open) {
            sampler.add_finding("case", number, finding, Standing::Open);
        }
        let chosen = sampler.sample();
        let chosen: Vec<u64> = chosen.iter().map(|sampled| sampled.finding).collect();
        assert_eq!(chosen, [3, 6, 2]);
        assert_eq!(sampler.open(), 6);
    }

    #[test]
    fn precision_is_of_what_was_decided() {
        let mut sampler = Sampler::new(10);
        let found = finding(&[("a", Tier::Near, 2), ("b", Tier::Near, 3)]);
        for standing in [
            Standing::Confirmed,
            Standing::Confirmed,
            Standing::Rejected,
            Standing::Escalated,
        ] {
            sampler.add_finding("case", 1, &found, standing);
        }
        let precision = sampler.precision();
        assert_eq!(precision.len(), 1);
        assert_eq!((precision[0].decided, precision[0].confirmed.count), (3, 2));
        assert_eq!(precision[0].confirmed, Rate::of(2, 3));
        assert_eq!(sampler.sample().len(), 1);
    }

    #[test]
    fn memory_is_bounded_and_the_likeliest_stay() {
        let mut sampler = Sampler::new(2);
        for number in 0..20_000_u64 {
            let distance = (number % 31) as u32;
            let entry = number.to_string();
            let found = finding(&[(entry.as_str(), Tier::Near, distance)]);
            sampler.add_finding("case", number, &found, Standing::Open);
            assert!(sampler.best.len() <= 4097);
        }
        let lead = finding(&[("last", Tier::Lead, 1)]);
        sampler.add_finding("case", 99_999, &lead, Standing::Open);
        assert_eq!(sampler.sample()[0].finding, 99_999);
        assert_eq!(sampler.sample().len(), 2);
    }
}
