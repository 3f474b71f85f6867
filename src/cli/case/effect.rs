//! What a decision changes: entries of a store, and what the issuer of a list is told.

use std::io::Write as _;
use std::path::Path;

use basma::disk::atomic_file::AtomicFile;
use basma::error::{Action, CaseProblem, Problem};
use basma::evidence::record::{Effect, Finding, Match};
use basma::evidence::{CaseReader, CaseWriter, Detail};
use basma::hash::{Hash, HashType};
use basma::list::{Entry, Target};
use basma::store::{Act, Decision, Store, Terms};
use basma::{Error, Result};
use serde_json::json;

use super::{failed, moment};
use crate::cli::args::case::GroundsArgs;

/// How long an allowance lasts that names no end, in seconds: a year.
const ALLOWED_FOR: i64 = 365 * 24 * 60 * 60;

/// A finding, where it is recorded, and what a person decided about it.
pub(super) struct Subject<'a> {
    pub(super) path: &'a Path,
    pub(super) case: &'a CaseWriter,
    pub(super) number: u64,
    pub(super) finding: &'a Finding,
    pub(super) details: Vec<Detail>,
    pub(super) grounds: &'a GroundsArgs,
}

/// The finding of this number, and its details.
pub(super) fn finding(case: &CaseReader, number: u64) -> Result<(Finding, Vec<Detail>)> {
    let record = case.record(number)?.map(|record| record.body);
    match record {
        Some(basma::evidence::Body::Finding(finding)) => Ok((*finding, case.details(number)?)),
        _ => {
            let kind = "finding".to_owned();
            Err(failed(case.path(), CaseProblem::NotThere { number, kind }))
        }
    }
}

/// The hashes that name the file of a finding, as far as they were not erased.
pub(super) fn hashes(finding: &Finding, details: &[Detail]) -> Vec<Hash> {
    let algorithm = |name: &str| match name {
        "file/sha256" => Some(HashType::Sha256),
        "file/sha1" => Some(HashType::Sha1),
        "file/md5" => Some(HashType::Md5),
        name => {
            let place = name.strip_prefix("hashes/")?.strip_suffix("/hash")?;
            let hash = finding.hashes.get(place.parse::<usize>().ok()?)?;
            hash.algorithm.parse().ok()
        }
    };
    let of = |detail: &Detail| Hash::parse(algorithm(&detail.name)?, &detail.value).ok();
    let mut hashes: Vec<Hash> = Vec::new();
    for hash in details.iter().filter_map(of) {
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    hashes
}

impl Subject<'_> {
    /// What stands against a rejection: an exact match of a list that the case puts beyond appeal.
    pub(super) fn check_rejection(&self) -> Result<()> {
        let beyond = &self.case.opened().policy.beyond_appeal;
        let is_beyond = |m: &&Match| {
            m.standing.is_none()
                && m.tier.as_deref() == Some("identical")
                && beyond.contains(&m.list)
        };
        match self.finding.matches.iter().find(is_beyond) {
            None => Ok(()),
            Some(m) => {
                let list = super::shown(&m.list);
                Err(failed(self.path, CaseProblem::BeyondAppeal { list }))
            }
        }
    }

    /// Carries out a rejection: the file is allowed where that is asked for, and the issuers of the lists are told.
    pub(super) fn reject(&self) -> Result<Vec<Effect>> {
        self.check_rejection()?;
        let mut effects = Vec::new();
        if let Some(list) = &self.grounds.allow_in {
            let store = self.grounds.store.open()?;
            let terms = terms(&store, list)?;
            for m in &self.finding.matches {
                if !(terms.is_allow_list() && terms.allows(&m.list)) {
                    let (list, of) = (super::shown(list), super::shown(&m.list));
                    return Err(failed(self.path, CaseProblem::NotAllowing { list, of }));
                }
            }
            let now = moment(None).as_second();
            let until = self.grounds.until.unwrap_or(now + ALLOWED_FOR);
            effects.push(self.add(&store, "allow", list, Some(until))?);
        }
        effects.extend(self.feed_back()?);
        Ok(effects)
    }

    /// Carries out a confirmation: the file is listed where that is asked for.
    pub(super) fn confirm(&self) -> Result<Vec<Effect>> {
        let Some(list) = &self.grounds.add_to else {
            return Ok(Vec::new());
        };
        let store = self.grounds.store.open()?;
        if terms(&store, list)?.is_allow_list() {
            let (list, of) = (super::shown(list), String::new());
            return Err(failed(self.path, CaseProblem::NotAllowing { list, of }));
        }
        Ok(vec![self.add(&store, "add", list, self.grounds.until)?])
    }

    /// Takes back what a rejection allowed.
    pub(super) fn lift(&self, effects: &[Effect]) -> Result<Vec<Effect>> {
        let mut lifted = Vec::new();
        for effect in effects.iter().filter(|effect| effect.act == "allow") {
            let store = self.grounds.store.open()?;
            let target = Target::Id(effect.entry.clone());
            self.decide(&store, &effect.list, [Act::Revoke(target)])?;
            lifted.push(Effect {
                act: "revoke".to_owned(),
                ..effect.clone()
            });
        }
        Ok(lifted)
    }

    /// Adds the hashes of the file to a list, under a name that the case can be found by.
    fn add(&self, store: &Store, act: &str, list: &str, until: Option<i64>) -> Result<Effect> {
        let number = self.number;
        let hashes = hashes(self.finding, &self.details);
        if hashes.is_empty() {
            return Err(failed(self.path, CaseProblem::WithoutDigest { number }));
        }
        let id = format!("case:{}:{number}", self.case.case());
        let now = moment(None).as_second();
        let entries = hashes.into_iter().map(|hash| {
            let entry = Entry::new(hash, 1)
                .with_id(id.clone())
                .with_source("case".to_owned())
                .with_added(now)
                .with_valid_until(until);
            Act::Add(Box::new(entry))
        });
        self.decide(store, list, entries)?;
        Ok(Effect {
            act: act.to_owned(),
            list: list.to_owned(),
            entry: id,
            expires: until.map(|until| moment(Some(until)).to_string()),
        })
    }

    fn decide(&self, store: &Store, list: &str, acts: impl IntoIterator<Item = Act>) -> Result<()> {
        let by = self.case.by().id.clone();
        let reason = format!(
            "case {}, finding {}: {}",
            self.case.case(),
            self.number,
            self.grounds.why
        );
        let now = moment(None).as_second();
        let decision = |act| {
            Decision::new(list, act, now)
                .with_by(by.clone())
                .with_reason(reason.clone())
        };
        let decisions: Vec<Decision> = acts.into_iter().map(decision).collect();
        // What could not be done afterwards is made up for by the next writer of the store.
        store.decide(&decisions).map(|_| ())
    }

    /// Writes what the issuers of the lists should know: which entry was wrong about a file, and why. It holds no hash.
    fn feed_back(&self) -> Result<Vec<Effect>> {
        let matched = self.finding.matches.iter().filter(|m| m.standing.is_none());
        let matched: Vec<&Match> = matched.collect();
        if matched.is_empty() {
            return Ok(Vec::new());
        }
        let path = self
            .case
            .exports()
            .join(format!("feedback-{:06}.jsonl", self.number));
        let mut file = AtomicFile::create(&path)?;
        for m in &matched {
            let line = json!({
                "schema": "basma-feedback/1", "case": self.case.case(), "finding": self.number,
                "list": m.list, "entry": m.entry, "algorithm": m.algorithm, "distance": m.distance,
                "opinion": "negative", "why": self.grounds.why, "at": moment(None).to_string(),
            });
            let written = file.write_all(format!("{line}\n").as_bytes());
            written.map_err(|source| Error::Io {
                action: Action::Write,
                path: path.clone(),
                source,
            })?;
        }
        file.publish()?;
        let effect = |m: &Match| Effect {
            act: "feedback".to_owned(),
            list: m.list.clone(),
            entry: m.entry.clone().unwrap_or_default(),
            expires: None,
        };
        Ok(matched.into_iter().map(effect).collect())
    }
}

/// The terms of a list of a store.
fn terms(store: &Store, list: &str) -> Result<Terms> {
    let lists = store.status()?.lists;
    let known: Vec<String> = lists.iter().map(|l| super::shown(&l.terms.list)).collect();
    let found = lists.into_iter().find(|l| l.terms.list == list);
    found.map(|found| found.terms).ok_or_else(|| {
        let (name, known) = (super::shown(list), known.join(", "));
        Problem::StoreListUnknown { name, known }.into()
    })
}
