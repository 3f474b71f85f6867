//! Whether records make sense together: what they refer to is there, counts add up, details and sealed files are what
//! they should be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::details::{Detail, DetailLines, commitments, hex};
use super::folder::Folder;
use super::reader::{Line, Lines};
use super::record::{Body, Coverage, Head, Record, Sealed};
use super::surroundings::Paper;
use super::verify::sha256_of;
use crate::Result;
use crate::error::RecordFault;

/// What is counted.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) kinds: BTreeMap<&'static str, u64>,
    pub(super) details: u64,
    pub(super) details_absent: u64,
    pub(super) details_erased: u64,
    pub(super) details_beyond: u64,
    pub(super) sealed: u64,
    pub(super) sealed_absent: u64,
    pub(super) unfinished_scans: Vec<u64>,
    /// The names of sealed files.
    pub(super) sealed_names: BTreeSet<String>,
    pub(super) papers: Vec<Paper>,
    /// The names of files with what killed processes left.
    pub(super) set_aside: BTreeSet<String>,
}

/// The records so far.
pub(super) struct Meaning<'a> {
    folder: &'a Folder,
    counts: Counts,
    /// The records that others refer to and that are few, by kind.
    kinds: BTreeMap<u64, &'static str>,
    /// The findings: a bit for each record.
    findings: Vec<u64>,
    /// The records that others name with their digests, and who names them.
    heads: Vec<(Head, u64)>,
    /// Of each scan without an end: its findings and gaps so far.
    scans: BTreeMap<u64, (u64, u64)>,
    /// Who decided what, of decisions that may be seconded.
    decided: BTreeMap<u64, (u64, String)>,
    sealed: BTreeSet<String>,
    details: DetailsInOrder,
}

impl<'a> Meaning<'a> {
    pub(super) fn new(folder: &'a Folder) -> Result<Meaning<'a>> {
        Ok(Meaning {
            folder,
            counts: Counts::default(),
            kinds: BTreeMap::new(),
            findings: Vec::new(),
            heads: Vec::new(),
            scans: BTreeMap::new(),
            decided: BTreeMap::new(),
            sealed: BTreeSet::new(),
            details: DetailsInOrder::new(folder)?,
        })
    }

    /// Takes the next record. The inner result is about it.
    pub(super) fn take(
        &mut self,
        record: &Record,
        body: &Value,
    ) -> Result<Result<(), RecordFault>> {
        if let Err(fault) = self.check(record) {
            return Ok(Err(fault));
        }
        self.keep(record);
        *self.counts.kinds.entry(record.body.kind()).or_default() += 1;
        if let Err(fault) = self.check_details(record.number, body)? {
            return Ok(Err(fault));
        }
        let sealed = match &record.body {
            Body::Report(report) => report.identity.as_ref(),
            Body::Appeal(appeal) => appeal.identity.as_ref(),
            Body::Coverage(coverage) => coverage.paths.as_ref(),
            _ => None,
        };
        let Some(sealed) = sealed else {
            return Ok(Ok(()));
        };
        let Sealed { file, sha256 } = sealed;
        self.sealed.insert(file.clone());
        let changed = || RecordFault::SealedChanged {
            file: crate::escape::message(file).into_owned(),
        };
        if !sealed.is_in_folder() {
            return Ok(Err(changed()));
        }
        let found = sha256_of(&self.folder.sealed().join(file))?;
        Ok(match found {
            None => {
                self.counts.sealed_absent += 1;
                Ok(())
            }
            Some(found) if found == *sha256 => {
                self.counts.sealed += 1;
                Ok(())
            }
            Some(_) => Err(changed()),
        })
    }

    fn check(&mut self, record: &Record) -> Result<(), RecordFault> {
        let number = record.number;
        match &record.body {
            Body::Scan(scan) => {
                if let Some(report) = scan.report {
                    self.refer(report, "report")?;
                }
                self.scans.insert(number, (0, 0));
            }
            Body::List(list) => self.refer(list.scan, "scan")?,
            Body::Calibration(calibration) => {
                if let Some(scan) = calibration.scan {
                    self.refer(scan, "scan")?;
                }
            }
            Body::Refused(refused) => {
                if let Some(scan) = refused.scan {
                    self.refer(scan, "scan")?;
                }
            }
            Body::Finding(finding) => self.running(finding.scan)?.0 += 1,
            Body::Gap(gap) => self.running(gap.scan)?.1 += 1,
            Body::Coverage(coverage) => {
                let recorded = *self.running(coverage.scan)?;
                add_up(coverage, recorded)?;
                self.scans.remove(&coverage.scan);
            }
            Body::Decision(decision) => {
                self.refer(decision.finding, "finding")?;
                if let Some(seconds) = decision.seconds {
                    self.refer(seconds, "decision")?;
                    match self.decided.get(&seconds) {
                        Some((finding, person))
                            if *finding == decision.finding && *person != record.by.id => {}
                        Some((finding, _)) if *finding != decision.finding => {
                            let kind = "decision of this finding".to_owned();
                            let number = seconds;
                            return Err(RecordFault::Reference { number, kind });
                        }
                        _ => return Err(same_person(&record.by.id)),
                    }
                }
                let made = (decision.finding, record.by.id.clone());
                self.decided.insert(number, made);
            }
            Body::Appeal(appeal) => {
                self.refer(appeal.finding, "finding")?;
                if let Some(decision) = appeal.decision {
                    self.refer(decision, "decision")?;
                }
            }
            Body::AppealDecided(decided) => {
                self.refer(decided.finding, "finding")?;
                self.refer(decided.appeal, "appeal")?;
            }
            Body::Withdrawn(withdrawn) => self.counts.details_erased += withdrawn.erased,
            Body::Purged(purged) => self.counts.details_erased += purged.erased,
            _ => {}
        }
        Ok(())
    }

    /// Keeps what later records may refer to.
    fn keep(&mut self, record: &Record) {
        let (number, kind) = (record.number, record.body.kind());
        match &record.body {
            Body::Finding(_) => {
                let place = number as usize / 64;
                if self.findings.len() <= place {
                    self.findings.resize(place + 1, 0);
                }
                self.findings[place] |= 1 << (number % 64);
            }
            Body::Report(_) | Body::Scan(_) | Body::Decision(_) | Body::Appeal(_) => {
                self.kinds.insert(number, kind);
            }
            Body::Timestamp(stamp) => self.heads.push((stamp.of.clone(), number)),
            Body::Export(export) => {
                self.heads.push((export.head.clone(), number));
                self.counts.papers.push(Paper {
                    record: number,
                    file: export.file.clone(),
                    sha256: export.sha256.clone(),
                });
            }
            Body::Recovered(recovered) => {
                self.counts.set_aside.insert(recovered.file.clone());
            }
            _ => {}
        }
    }

    /// Whether an earlier record is of this kind.
    fn refer(&self, number: u64, kind: &str) -> Result<(), RecordFault> {
        let is_there = if kind == "finding" {
            let word = usize::try_from(number / 64).ok();
            let word = word.and_then(|place| self.findings.get(place));
            word.is_some_and(|word| word >> (number % 64) & 1 == 1)
        } else {
            self.kinds.get(&number).is_some_and(|found| *found == kind)
        };
        if is_there {
            Ok(())
        } else {
            let kind = kind.to_owned();
            Err(RecordFault::Reference { number, kind })
        }
    }

    /// The counts of a scan that has not ended.
    fn running(&mut self, scan: u64) -> Result<&mut (u64, u64), RecordFault> {
        let kind = "scan that goes on".to_owned();
        let number = scan;
        let none = RecordFault::Reference { number, kind };
        self.scans.get_mut(&scan).ok_or(none)
    }

    fn check_details(&mut self, record: u64, body: &Value) -> Result<Result<(), RecordFault>> {
        let mut there = self.details.of(record)?;
        let committed = commitments(body);
        for (name, commitment) in committed {
            let Some(place) = there.iter().position(|detail| detail.name == name) else {
                self.counts.details_absent += 1;
                continue;
            };
            if there.swap_remove(place).commitment() != commitment {
                return Ok(Err(RecordFault::Detail { name }));
            }
            self.counts.details += 1;
        }
        Ok(match there.first() {
            None => Ok(()),
            Some(stray) => {
                let name = crate::escape::message(&stray.name).into_owned();
                Err(RecordFault::DetailStray { name })
            }
        })
    }

    /// The first record that names another with a digest which is not its own.
    pub(super) fn wrong_head(&mut self) -> Result<Option<(u64, RecordFault)>> {
        let mut named = std::mem::take(&mut self.heads);
        if named.is_empty() {
            return Ok(None);
        }
        let mut lines = Lines::open(self.folder)?;
        while let Some(Line::Whole(line)) = lines.next_line()? {
            let is_named =
                |(head, by): &(Head, u64)| head.number == line.number && *by > line.number;
            if named.iter().any(is_named) {
                let digest = hex(&Sha256::digest(line.text));
                named.retain(|one| !(is_named(one) && one.0.sha256 == digest));
            }
        }
        Ok(named.into_iter().next().map(|(head, by)| {
            let kind = "record of that digest".to_owned();
            let number = head.number;
            (by, RecordFault::Reference { number, kind })
        }))
    }

    /// What was counted, when there are no more records.
    pub(super) fn finish(mut self) -> Result<Counts> {
        while self.details.peek()?.is_some() {
            self.details.next = None;
            self.counts.details_beyond += 1;
        }
        self.counts.unfinished_scans = self.scans.into_keys().collect();
        self.counts.sealed_names = self.sealed;
        Ok(self.counts)
    }
}

fn same_person(person: &str) -> RecordFault {
    RecordFault::SamePerson {
        person: crate::escape::message(person).into_owned(),
    }
}

/// Whether the statuses add up to what was discovered, and what was recorded to what was counted.
fn add_up(coverage: &Coverage, (findings, gaps): (u64, u64)) -> Result<(), RecordFault> {
    let sum = coverage
        .statuses
        .values()
        .fold(0_u64, |sum, count| sum.saturating_add(*count));
    let pairs = [
        (sum, coverage.discovered),
        (coverage.findings, findings),
        (coverage.gaps, gaps),
    ];
    match pairs
        .into_iter()
        .find(|(found, expected)| found != expected)
    {
        None => Ok(()),
        Some((found, expected)) => Err(RecordFault::Counts { found, expected }),
    }
}

/// The details of all files, in the order of records.
pub(super) struct DetailsInOrder {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<DetailLines>,
    next: Option<Detail>,
}

impl DetailsInOrder {
    pub(super) fn new(folder: &Folder) -> Result<DetailsInOrder> {
        let files: Vec<PathBuf> = folder
            .detail_files()?
            .into_iter()
            .map(|file| file.1)
            .collect();
        Ok(DetailsInOrder {
            files: files.into_iter(),
            open: None,
            next: None,
        })
    }

    /// The next detail, which stays the next.
    fn peek(&mut self) -> Result<Option<&Detail>> {
        while self.next.is_none() {
            if self.open.is_none() {
                let Some(path) = self.files.next() else {
                    return Ok(None);
                };
                self.open = Some(DetailLines::open(&path)?);
            }
            match self
                .open
                .as_mut()
                .map(DetailLines::next_line)
                .transpose()?
                .flatten()
            {
                Some(Some(detail)) => self.next = Some(detail),
                // An unfinished line of a process that was killed, which nothing refers to.
                Some(None) => {}
                None => self.open = None,
            }
        }
        Ok(self.next.as_ref())
    }

    /// Passes over those of records before this one.
    pub(super) fn pass_to(&mut self, record: u64) -> Result<()> {
        while self.peek()?.is_some_and(|next| next.record < record) {
            self.next = None;
        }
        Ok(())
    }

    /// Those of a record, and of those before it: they are out of order.
    pub(super) fn of(&mut self, record: u64) -> Result<Vec<Detail>> {
        let mut found = Vec::new();
        while self.peek()?.is_some_and(|next| next.record <= record) {
            found.extend(self.next.take().map(|detail| Detail {
                // One that comes too late is of no commitment.
                name: if detail.record == record {
                    detail.name
                } else {
                    format!("{}/{}", detail.record, detail.name)
                },
                ..detail
            }));
        }
        Ok(found)
    }
}
