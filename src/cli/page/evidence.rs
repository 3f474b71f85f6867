//! What a page says, gathered from the lines of a scan. Memory is bounded whatever the number of files.

use std::collections::BTreeMap;

use basma::error::Problem;
use basma::hash::HashType;
use basma::matcher::{Cluster, Tier};
use basma::report::{Conditions, Finding, Line, Match, Refusal, RematchSummary, Summary};
use basma::scan::{Grouped, Groups, Status};
use basma::{Error, Result};

use super::lines::Lines;

/// About how much memory matched files may take before they go to temporary files.
const MEMORY_BYTES: usize = 24 << 20;

/// The largest number of different reasons, types or statuses that are told apart.
const KINDS_MAX: usize = 300;

/// The largest number of files that are named for one reason.
pub(super) const NAMED_MAX: usize = 50;

/// The largest number of files that are named without a match: leads, and what lists allow.
pub(super) const LEADS_MAX: usize = 500;

/// What a scan found.
pub(super) struct Evidence {
    /// The name of the findings file.
    pub(super) file: String,
    /// Whether the file ends within a line.
    pub(super) is_cut: bool,
    pub(super) counts: Counts,
    /// The matched files, by cluster.
    pub(super) groups: Grouped,
}

/// What is gathered while lines are read, matched files aside.
#[derive(Default)]
pub(super) struct Counts {
    /// The last line, if there is one.
    pub(super) ending: Option<Ending>,
    /// The use of the lists that was refused.
    pub(super) refused: Option<Refusal>,
    /// The number of lines about files.
    pub(super) files: u64,
    /// The number of files by status.
    pub(super) statuses: BTreeMap<String, u64>,
    /// Files that were not examined as a whole, by status and code of the reason.
    pub(super) gaps: BTreeMap<(String, String), Gap>,
    /// Nearest matches by type of hash and distance.
    pub(super) distances: BTreeMap<String, Distances>,
    /// The best match of each matched file, by tier.
    pub(super) tiers: BTreeMap<String, u64>,
    /// Files without a match that resemble something listed.
    pub(super) leads: Named,
    /// Files whose matches lists suppress.
    pub(super) suppressed: Named,
    /// Files that show an authentic notice and match nothing.
    pub(super) authentic: Named,
}

/// The last line of a scan or a rematch.
pub(super) enum Ending {
    Scan(Box<Summary>),
    Rematch(Box<RematchSummary>),
}

impl Ending {
    pub(super) fn conditions(&self) -> Option<&Conditions> {
        match self {
            Ending::Scan(summary) => summary.conditions.as_ref(),
            Ending::Rematch(summary) => summary.conditions.as_ref(),
        }
    }

    pub(super) fn is_interrupted(&self) -> bool {
        match self {
            Ending::Scan(summary) => summary.interrupted,
            Ending::Rematch(summary) => summary.interrupted,
        }
    }
}

/// The files of one reason.
#[derive(Default)]
pub(super) struct Gap {
    pub(super) count: u64,
    /// The English text of the first.
    pub(super) reason: Option<String>,
    /// The first of them.
    pub(super) paths: Vec<String>,
}

/// How near the nearest matches of one type of hash are.
#[derive(Default)]
pub(super) struct Distances {
    pub(super) matches: BTreeMap<u32, u64>,
    pub(super) leads: BTreeMap<u32, u64>,
    /// The largest radius that counted.
    pub(super) radius: u32,
}

/// Some of many files.
#[derive(Default)]
pub(super) struct Named {
    pub(super) count: u64,
    pub(super) first: Vec<Finding>,
}

impl Named {
    fn add(&mut self, finding: Finding) {
        self.count += 1;
        if self.first.len() < LEADS_MAX {
            self.first.push(finding);
        }
    }
}

impl Evidence {
    /// Reads all lines.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Problem::ReportLine`] and others for what is not the output of one scan or rematch.
    pub(super) fn read(lines: &mut Lines) -> Result<Evidence> {
        let mut counts = Counts::default();
        let mut groups = Groups::new(&std::env::temp_dir(), MEMORY_BYTES);
        while let Some(line) = lines.next()? {
            if let Some(matched) = counts.take(line, lines)? {
                let cluster = matched.cluster.as_deref().unwrap_or_default();
                let cluster: Result<Cluster> = cluster.parse();
                let cluster = cluster.map_err(|_| lines.wrong("a match without its cluster"))?;
                let distance = leading(&matched.matches).map_or(0, |m| m.distance);
                let note = serde_json::to_vec(&matched).expect("it was read from JSON");
                groups.add(cluster, distance, &note)?;
            }
        }
        let file = lines.file.clone();
        if counts.files == 0 && counts.ending.is_none() && counts.refused.is_none() {
            return Err(Problem::ReportEmpty { file }.into());
        }
        Ok(Evidence {
            file,
            is_cut: lines.is_cut,
            counts,
            groups: groups.finish()?,
        })
    }
}

impl Counts {
    /// The number of files with a match.
    pub(super) fn matched(&self) -> u64 {
        let matched = self.statuses.get(Status::Matched.name());
        matched.copied().unwrap_or(0)
    }

    /// Counts a line, and gives back a file that matches.
    fn take(&mut self, line: Line, lines: &Lines) -> Result<Option<Finding>> {
        let (file, number) = (lines.file.clone(), lines.number);
        if self.ending.is_some() {
            return Err(Problem::ReportSecond { file, line: number }.into());
        }
        match line {
            Line::Finding(finding) => return self.add(*finding, lines),
            Line::Summary(line) if line.summary.hashed.is_some() => {
                return Err(Problem::ReportOfHashes { file, line: number }.into());
            }
            Line::Summary(line) => self.ending = Some(Ending::Scan(Box::new(line.summary))),
            Line::RematchSummary(line) => {
                self.ending = Some(Ending::Rematch(Box::new(line.summary)));
            }
            Line::Refused(line) => self.refused = Some(line.refused),
            _ => return Err(Problem::ReportOfLookup { file, line: number }.into()),
        }
        Ok(None)
    }

    fn add(&mut self, mut finding: Finding, lines: &Lines) -> Result<Option<Finding>> {
        let Some(status) = finding.status.clone() else {
            let (file, line) = (lines.file.clone(), lines.number);
            return Err(Problem::ReportOfHashes { file, line }.into());
        };
        self.files += 1;
        *entry(&mut self.statuses, status.to_string(), lines)? += 1;
        let is_whole = status == Status::Matched.name() || status == Status::NoMatch.name();
        if !is_whole || finding.reason_code.is_some() {
            let code = finding.reason_code.clone().unwrap_or_default();
            let kind = (status.to_string(), code.to_string());
            let gap = entry(&mut self.gaps, kind, lines)?;
            gap.count += 1;
            gap.reason = gap.reason.take().or_else(|| finding.reason.clone());
            if gap.paths.len() < NAMED_MAX {
                gap.paths.push(finding.path.clone());
            }
        }
        let tiers = finding.matches.iter().filter_map(|m| m.tier.as_deref());
        if let Some(best) = tiers.min_by_key(|tier| tier_rank(tier)) {
            *entry(&mut self.tiers, best.to_owned(), lines)? += 1;
        }
        self.measure(&finding, lines)?;
        // A page shows no hash of a frame but those that match.
        (finding.hashes, finding.frames, finding.tracks) = Default::default();
        if !finding.matches.is_empty() {
            return Ok(Some(finding));
        }
        if !finding.authentic.is_empty() {
            self.authentic.add(finding);
        } else if !finding.weak.is_empty() {
            self.leads.add(finding);
        } else if !finding.suppressed.is_empty() {
            self.suppressed.add(finding);
        }
        Ok(None)
    }

    /// Counts how near a file is to what is listed, by type of hash.
    fn measure(&mut self, finding: &Finding, lines: &Lines) -> Result<()> {
        let is_lead = finding.matches.is_empty();
        let matches = if is_lead {
            &finding.weak
        } else {
            &finding.matches
        };
        let mut nearest: BTreeMap<&str, &Match> = BTreeMap::new();
        for m in matches {
            let known = nearest.entry(&m.hash_type).or_insert(m);
            if m.distance < known.distance {
                *known = m;
            }
        }
        for (hash_type, m) in nearest {
            let distances: &mut Distances =
                entry(&mut self.distances, hash_type.to_owned(), lines)?;
            distances.radius = distances.radius.max(m.radius);
            let counts = if is_lead {
                &mut distances.leads
            } else {
                &mut distances.matches
            };
            // No hash has more bits.
            *counts.entry(m.distance.min(256)).or_default() += 1;
        }
        Ok(())
    }
}

/// The count of a kind. Findings have few kinds; a file with very many was made to fill memory.
fn entry<'k, K: Ord, V: Default>(
    kinds: &'k mut BTreeMap<K, V>,
    kind: K,
    lines: &Lines,
) -> Result<&'k mut V> {
    if kinds.len() >= KINDS_MAX && !kinds.contains_key(&kind) {
        return Err(lines.wrong("more kinds of statuses, reasons or types than a scan gives"));
    }
    Ok(kinds.entry(kind).or_default())
}

/// The place of a tier among all, the best first; names of later versions come last.
pub(super) fn tier_rank(name: &str) -> usize {
    let place = Tier::ALL.iter().position(|tier| tier.name() == name);
    place.unwrap_or(Tier::ALL.len())
}

/// The match that says what a file is a copy of, as [`basma::matcher::Match::leading`] chooses it.
pub(super) fn leading(matches: &[Match]) -> Option<&Match> {
    matches.iter().min_by_key(|m| {
        let hash_type: Result<HashType, Error> = m.hash_type.parse();
        let hash_type = hash_type.ok();
        let radius = hash_type.map_or(0, HashType::default_radius);
        (std::cmp::Reverse(radius), hash_type, m.distance)
    })
}
