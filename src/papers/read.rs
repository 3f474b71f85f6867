//! A dossier from the records of a case.
//!
//! Two passes: the first gathers the facts and the decisions, the second gives the findings. Decisions are kept in little
//! memory: texts that many of them have are kept once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use super::dossier::{
    Actor, Calibration, CaseFinding, Clock, CoverageCount, Decision, Dossier, FileHash, Findings,
    Head, ListedMatch, Outcome, PublicKey, RefusedUse, ScanRun, UsedList,
};
use crate::Result;
use crate::evidence::record::{self, Choice, Seen};
use crate::evidence::{Body, CaseReader, Detail, Person, Record, Verified};

/// A case whose findings are read as often as a paper needs them.
pub struct CaseFile {
    reader: CaseReader,
    /// The last record that counts.
    last: u64,
    seals_paths: bool,
    /// What is in force, by finding.
    decisions: BTreeMap<u64, InForce>,
    /// The findings with an appeal that waits.
    appealed: BTreeSet<u64>,
}

/// A decision that waits for a second person.
struct Waiting {
    by: Rc<Actor>,
    why: Rc<str>,
    seen: Seen,
}

/// A decision in little memory.
struct InForce {
    record: u64,
    time: Rc<str>,
    outcome: Outcome,
    by: Rc<Actor>,
    second: Option<Rc<Actor>>,
    why: Rc<str>,
    seen: Seen,
}

impl CaseFile {
    /// Reads a case that was verified, up to the record to which it was.
    ///
    /// # Errors
    /// Those of the records.
    pub fn read(root: &Path, verified: &Verified) -> Result<(Dossier, CaseFile)> {
        let reader = CaseReader::open(root)?;
        let last = verified.head.number;
        let mut facts = Facts::new(verified);
        reader.each_with_details(&FACTS, |record, details, _| {
            if record.number > last {
                return Ok(ControlFlow::Break(()));
            }
            facts.take(record, &details);
            Ok(ControlFlow::Continue(()))
        })?;
        let head = reader.record(last)?;
        facts.dossier.head.time = head.map(|record| record.time).unwrap_or_default();
        let Facts {
            mut dossier,
            decisions,
            appeals,
            ..
        } = facts;
        let findings = verified.kinds.get("finding").copied().unwrap_or(0);
        let count = |outcome| {
            let decided = decisions.values().filter(|d| d.outcome == outcome);
            decided.count() as u64
        };
        dossier.tally.findings = findings;
        dossier.tally.confirmed = count(Outcome::Confirmed);
        dossier.tally.rejected = count(Outcome::Rejected);
        dossier.tally.escalated = count(Outcome::Escalated);
        dossier.tally.undecided = count(Outcome::Undecided);
        let case = CaseFile {
            reader,
            last,
            seals_paths: verified.opened.policy.sealed_paths,
            decisions,
            appealed: appeals.into_values().collect(),
        };
        Ok((dossier, case))
    }
}

/// The kinds of records that hold facts; findings and gaps can be a million.
const FACTS: [&str; 11] = [
    "opened",
    "examiner",
    "report",
    "scan",
    "list",
    "coverage",
    "refused",
    "decision",
    "appeal-decided",
    "calibration",
    "appeal",
];

struct Facts {
    dossier: Dossier,
    decisions: BTreeMap<u64, InForce>,
    /// Who made a decision that waits for a second person.
    waiting: BTreeMap<u64, Waiting>,
    /// The findings of appeals that wait, by appeal.
    appeals: BTreeMap<u64, u64>,
    texts: BTreeSet<Rc<str>>,
    people: BTreeMap<(String, String), Rc<Actor>>,
}

impl Facts {
    fn new(verified: &Verified) -> Facts {
        let head = &verified.head;
        let opened = &verified.opened;
        Facts {
            dossier: Dossier {
                case: verified.case.clone(),
                head: Head {
                    number: head.number,
                    digest: head.sha256.clone(),
                    time: String::new(),
                },
                title: opened.title.clone(),
                purpose: opened.purpose.clone(),
                legal_basis: opened.legal_basis.clone(),
                two_persons: opened.policy.two_persons,
                ..Dossier::default()
            },
            decisions: BTreeMap::new(),
            waiting: BTreeMap::new(),
            appeals: BTreeMap::new(),
            texts: BTreeSet::new(),
            people: BTreeMap::new(),
        }
    }

    fn take(&mut self, record: Record, details: &[Detail]) {
        let Record {
            number, time, by, ..
        } = record;
        let dossier = &mut self.dossier;
        match record.body {
            Body::Opened(opened) => {
                dossier.opened = time;
                dossier.keys.extend(public_key(&opened.key, &by));
            }
            Body::Examiner(examiner) => {
                let key = public_key(&examiner.key, &examiner.person);
                dossier.keys.extend(key);
            }
            Body::Report(report) => dossier.clocks.push(Clock {
                record: number,
                time: report.received,
                reporter: report.reporter,
                channel: report.channel,
                deadline: report.deadline,
            }),
            Body::Scan(scan) => {
                let roots =
                    (0..scan.roots.len()).map(|at| value(details, &format!("roots/{at}/path")));
                dossier.scans.push(ScanRun {
                    record: number,
                    started: time,
                    utc_offset: scan.utc_offset,
                    by: actor(&by),
                    tool: scan.tool,
                    binary: scan.binary,
                    roots: roots.collect(),
                    options: scan.options.into_iter().collect(),
                    sandbox: scan.sandbox,
                });
            }
            Body::List(list) => dossier.lists.push(UsedList {
                record: number,
                name: list.list,
                generation: list.generation,
                digest: list.sha256,
                signed_by: list.signed_by,
                purpose: list.purpose,
                legal_basis: list.legal_basis,
                expires: list.expires,
                uses: list.uses,
                protects: list.protects,
            }),
            Body::Coverage(coverage) => dossier.coverage.push(CoverageCount {
                record: number,
                scan: coverage.scan,
                ended: time,
                is_interrupted: coverage.interrupted,
                discovered: coverage.discovered,
                statuses: coverage.statuses.into_iter().collect(),
                gaps: coverage.reasons.into_iter().collect(),
            }),
            Body::Refused(refused) => dossier.refusals.push(RefusedUse {
                record: number,
                time,
                by: actor(&by),
                scan: refused.scan,
                refusal: refused.refusal,
            }),
            Body::Calibration(calibration) => dossier.calibrations.push(Calibration {
                record: number,
                list: calibration.list,
                digest: Some(calibration.list_sha256),
                time: calibration.made,
                statement: calibration.statement.into_iter().collect(),
                scan: calibration.scan,
                strata: calibration.strata,
            }),
            Body::Decision(decision) => self.decide(number, &time, &by, &decision),
            Body::Appeal(appeal) => {
                self.appeals.insert(number, appeal.finding);
            }
            Body::AppealDecided(decided) => {
                self.appeals.remove(&decided.appeal);
                if decided.overturned {
                    self.overturn(number, &time, &by, &decided);
                }
            }
            _ => {}
        }
    }

    fn decide(&mut self, number: u64, time: &str, by: &Person, decision: &record::Decision) {
        let person = self.person(by);
        // What hands a finding on, or says nothing of it, needs no second person.
        let acts = matches!(decision.decision, Choice::Confirm | Choice::Reject);
        if acts && !decision.in_force {
            let why = self.text(&decision.why);
            let seen = decision.seen;
            let waiting = Waiting {
                by: person,
                why,
                seen,
            };
            self.waiting.insert(number, waiting);
            return;
        }
        let first = decision
            .seconds
            .and_then(|first| self.waiting.remove(&first));
        // Two persons decided: both reasons count, and a file that one of them viewed was viewed.
        let (by, second, why, seen) = match first {
            Some(first) if *first.why != *decision.why => {
                let both = format!("{}; {}", first.why, decision.why);
                let seen = first.seen.max(decision.seen);
                (first.by, Some(person), self.text(&both), seen)
            }
            Some(first) => {
                let seen = first.seen.max(decision.seen);
                (first.by, Some(person), first.why, seen)
            }
            None => (person, None, self.text(&decision.why), decision.seen),
        };
        let outcome = match decision.decision {
            Choice::Confirm => Outcome::Confirmed,
            Choice::Reject => Outcome::Rejected,
            Choice::Escalate => Outcome::Escalated,
            Choice::Undecided => Outcome::Undecided,
        };
        let in_force = InForce {
            record: number,
            time: time.into(),
            outcome,
            by,
            second,
            why,
            seen,
        };
        self.decisions.insert(decision.finding, in_force);
    }

    /// An appeal that holds turns the decision about. A finding without a decision was a wrong match.
    fn overturn(&mut self, number: u64, time: &str, by: &Person, decided: &record::AppealDecided) {
        let was_rejected = self
            .decisions
            .get(&decided.finding)
            .is_some_and(|decision| decision.outcome == Outcome::Rejected);
        let in_force = InForce {
            record: number,
            time: time.into(),
            outcome: if was_rejected {
                Outcome::Confirmed
            } else {
                Outcome::Rejected
            },
            by: self.person(by),
            second: None,
            why: self.text(&decided.why),
            seen: decided.seen,
        };
        self.decisions.insert(decided.finding, in_force);
    }

    fn text(&mut self, text: &str) -> Rc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text: Rc<str> = text.into();
        self.texts.insert(text.clone());
        text
    }

    fn person(&mut self, person: &Person) -> Rc<Actor> {
        let key = (person.id.clone(), person.role.clone());
        let known = self.people.entry(key);
        known.or_insert_with(|| Rc::new(actor(person))).clone()
    }
}

fn actor(person: &Person) -> Actor {
    Actor {
        id: person.id.clone(),
        role: person.role.clone(),
    }
}

fn public_key(text: &str, holder: &Person) -> Option<PublicKey> {
    let key = crate::evidence::PublicKey::parse(text)?;
    Some(PublicKey {
        id: key.id(),
        public: key.to_string(),
        holder: holder.id.clone(),
    })
}

/// A value that was not erased.
fn value(details: &[Detail], name: &str) -> Option<String> {
    let found = details.iter().find(|detail| detail.name == name);
    found.map(|detail| detail.value.clone())
}

impl Findings for CaseFile {
    fn each(&self, take: &mut dyn FnMut(&CaseFinding) -> Result<()>) -> Result<()> {
        self.reader
            .each_with_details(&["finding"], |record, details, _| {
                if record.number > self.last {
                    return Ok(ControlFlow::Break(()));
                }
                if let Body::Finding(finding) = record.body {
                    let finding = self.finding(record.number, record.time, *finding, &details);
                    take(&finding)?;
                }
                Ok(ControlFlow::Continue(()))
            })
    }
}

impl CaseFile {
    fn finding(
        &self,
        number: u64,
        time: String,
        finding: record::Finding,
        details: &[Detail],
    ) -> CaseFinding {
        let file = finding.file;
        let digest = |committed: &Option<record::Commitment>, name: &str| {
            committed.as_ref().and_then(|_| value(details, name))
        };
        let md5 = digest(&file.md5, "file/md5");
        let sha1 = digest(&file.sha1, "file/sha1");
        let sha256 = digest(&file.sha256, "file/sha256");
        let path = value(details, "path");
        let matches = finding.matches.into_iter().enumerate();
        let matches = matches.map(|(at, listed)| ListedMatch {
            list: listed.list,
            entry: listed.entry,
            hash_type: listed.algorithm,
            hash: value(details, &format!("matches/{at}/hash")),
            distance: listed.distance,
            radius: listed.radius,
            tier: listed.tier,
            view: listed.view,
            frame: listed.frame,
            ms: listed.ms,
            labels: listed.labels,
            generation: listed.generation,
        });
        let matches: Vec<ListedMatch> = matches.collect();
        let committed = finding.hashes.len();
        let hashes = finding.hashes.into_iter().enumerate();
        let hashes = hashes.filter_map(|(at, of_file)| {
            let hash = value(details, &format!("hashes/{at}/hash"))?;
            let hash_type = of_file.algorithm;
            Some(FileHash { hash_type, hash })
        });
        let hashes: Vec<FileHash> = hashes.collect();
        let is_erased = hashes.len() < committed
            || (file.md5.is_some() && md5.is_none())
            || (file.sha1.is_some() && sha1.is_none())
            || (file.sha256.is_some() && sha256.is_none())
            || (path.is_none() && !self.seals_paths)
            || matches.iter().any(|listed| listed.hash.is_none());
        let decision = self.decisions.get(&number).map(|decision| Decision {
            record: decision.record,
            time: decision.time.to_string(),
            outcome: decision.outcome,
            by: Actor::clone(&decision.by),
            second: decision.second.as_deref().cloned(),
            why: decision.why.to_string(),
            seen: decision.seen,
        });
        CaseFinding {
            id: number.to_string(),
            record: number,
            scan: finding.scan,
            time,
            status: finding.status,
            path,
            bytes: file.bytes,
            media: file.media,
            width: file.width,
            height: file.height,
            md5,
            sha1,
            sha256,
            stratum: finding.stratum,
            hashes,
            is_erased,
            matches,
            decision,
            is_appealed: self.appealed.contains(&number),
        }
    }
}
