//! A case: what was seen of one cluster, and what people did about it.

use std::collections::HashSet;

use basma::hash::{Hash, HashType};
use basma::list::Target;
use basma::report::{Finding, Match};
use serde::{Deserialize, Serialize};

/// The largest number of files that are held of one case. Further ones are counted.
pub(super) const SIGHTINGS_MAX: usize = 50;

/// Where a sighting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    /// A findings file of a scan.
    Scan,
    /// A request to the service.
    LookUp,
}

/// One file or hash that matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Sighting {
    /// When the queue received it, in seconds since 1970-01-01 UTC.
    pub(super) at: i64,
    pub(super) origin: Origin,
    /// What is known of it. A look-up has no path.
    pub(super) finding: Box<Finding>,
}

/// What a person does about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Act {
    /// The match is right.
    Confirm,
    /// The files are not what is listed: they are allowed from now on.
    Reject,
    /// The entry is wrong: it is withdrawn from its list.
    Withdraw,
    /// Asks a second person to reject.
    ProposeReject,
    /// Asks a second person to withdraw.
    ProposeWithdraw,
    /// Carries out what another person proposed.
    Approve,
    /// Takes a proposal off.
    Decline,
    /// Leaves the decision to others.
    Escalate,
    /// Leaves the decision for later.
    Skip,
    /// Notes that a person looked at a clear picture.
    View,
    /// Takes back the last decision.
    Undo,
}

impl Act {
    #[cfg(test)]
    pub(super) const ALL: [Act; 11] = [
        Act::Confirm,
        Act::Reject,
        Act::Withdraw,
        Act::ProposeReject,
        Act::ProposeWithdraw,
        Act::Approve,
        Act::Decline,
        Act::Escalate,
        Act::Skip,
        Act::View,
        Act::Undo,
    ];

    /// The name, as forms and messages have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Act::Confirm => "confirm",
            Act::Reject => "reject",
            Act::Withdraw => "withdraw",
            Act::ProposeReject => "propose-reject",
            Act::ProposeWithdraw => "propose-withdraw",
            Act::Approve => "approve",
            Act::Decline => "decline",
            Act::Escalate => "escalate",
            Act::Skip => "skip",
            Act::View => "view",
            Act::Undo => "undo",
        }
    }

    /// Whether people must say why.
    pub(super) fn needs_reason(self) -> bool {
        use Act::{Escalate, ProposeReject, ProposeWithdraw, Reject, Withdraw};
        matches!(
            self,
            Reject | Withdraw | ProposeReject | ProposeWithdraw | Escalate
        )
    }

    /// Whether it can be taken back.
    fn is_undoable(self) -> bool {
        !matches!(self, Act::Undo | Act::View | Act::Skip)
    }
}

/// A change of a list that a decision made, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) list: String,
    /// Whether an entry was added; else one was withdrawn.
    pub(super) is_added: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hash: Option<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
}

impl Change {
    pub(super) fn new(list: &str, is_added: bool, target: &Target) -> Change {
        let named = |hash: &Hash| (hash.hash_type().name().to_owned(), hash.to_string());
        let (hash, id) = match target {
            Target::Hash(hash) => (Some(named(hash)), None),
            Target::Id(id) => (None, Some(id.clone())),
            Target::Entry(hash, id) => (Some(named(hash)), Some(id.clone())),
        };
        Change {
            list: list.to_owned(),
            is_added,
            hash,
            id,
        }
    }

    /// What was changed; `None` if a hash in the journal is malformed.
    pub(super) fn target(&self) -> Option<Target> {
        let hash = match &self.hash {
            Some((name, hex)) => Some(Hash::parse(name.parse().ok()?, hex).ok()?),
            None => None,
        };
        match (hash, &self.id) {
            (Some(hash), Some(id)) => Some(Target::Entry(hash, id.clone())),
            (Some(hash), None) => Some(Target::Hash(hash)),
            (None, Some(id)) => Some(Target::Id(id.clone())),
            (None, None) => None,
        }
    }
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) act: Act,
    pub(super) at: i64,
    pub(super) by: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) reason: String,
    /// The entry that the step is about, by list and id or hash, for the page of what was overturned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<EntryName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<Change>,
}

/// An entry as people name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct EntryName {
    pub(super) list: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) hash_type: String,
    pub(super) hash: String,
    /// Whether all hashes of the item are meant, as of a clip.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_clip: bool,
}

impl EntryName {
    pub(super) fn of(m: &Match) -> EntryName {
        EntryName {
            list: m.list.clone(),
            id: m.id.clone(),
            hash_type: m.hash_type.to_string(),
            hash: m.hash.clone(),
            is_clip: m.clip.is_some() && m.id.is_some(),
        }
    }

    /// What a withdrawal of it names.
    pub(super) fn target(&self) -> Option<Target> {
        if self.is_clip
            && let Some(id) = &self.id
        {
            return Some(Target::Id(id.clone()));
        }
        let hash_type: HashType = self.hash_type.parse().ok()?;
        let hash = Hash::parse(hash_type, &self.hash).ok()?;
        Some(match &self.id {
            Some(id) => Target::Entry(hash, id.clone()),
            None => Target::Hash(hash),
        })
    }
}

/// How a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Open,
    Escalated,
    /// One person rejected or withdrew; a second one has to agree.
    Proposed,
    Confirmed,
    Rejected,
    Withdrawn,
}

impl State {
    #[cfg(test)]
    pub(super) const ALL: [State; 6] = [
        State::Open,
        State::Escalated,
        State::Proposed,
        State::Confirmed,
        State::Rejected,
        State::Withdrawn,
    ];

    /// The name, as addresses and messages have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Escalated => "escalated",
            State::Proposed => "proposed",
            State::Confirmed => "confirmed",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
        }
    }

    pub(super) fn is_decided(self) -> bool {
        matches!(self, State::Confirmed | State::Rejected | State::Withdrawn)
    }
}

/// One cluster.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The name of the cluster.
    pub(super) id: String,
    /// Its place in the queue; a case that is skipped goes to the end.
    pub(super) place: u64,
    /// The number of changes: a form that was made before the last one is refused.
    pub(super) revision: u64,
    pub(super) state: State,
    pub(super) sightings: Vec<Sighting>,
    /// The number of further files, since the service started.
    pub(super) more: u64,
    pub(super) steps: Vec<Done>,
    keys: HashSet<[u8; 32]>,
}

/// A step, and how the case stood before.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) step: Step,
    before: State,
    pub(super) is_undone: bool,
}

impl Case {
    pub(super) fn new(id: String, place: u64) -> Case {
        Case {
            id,
            place,
            revision: 0,
            state: State::Open,
            sightings: Vec::new(),
            more: 0,
            steps: Vec::new(),
            keys: HashSet::new(),
        }
    }

    /// Whether a sighting would be news.
    pub(super) fn knows(&self, key: &[u8; 32]) -> bool {
        self.keys.contains(key)
    }

    /// Takes a sighting. A case that was decided opens again: nobody looked at this file.
    pub(super) fn see(&mut self, sighting: Sighting, key: [u8; 32]) {
        self.keys.insert(key);
        self.sightings.push(sighting);
        self.revision += 1;
        if self.state.is_decided() {
            self.state = State::Open;
        }
    }

    /// Takes a step; `place` is the end of the queue.
    pub(super) fn take(&mut self, step: Step, place: u64) {
        let before = self.state;
        match step.act {
            Act::Confirm => self.state = State::Confirmed,
            Act::Reject => self.state = State::Rejected,
            Act::Withdraw => self.state = State::Withdrawn,
            Act::ProposeReject | Act::ProposeWithdraw => self.state = State::Proposed,
            Act::Approve => {
                let proposed = self.proposal().map(|done| done.act);
                self.state = match proposed {
                    Some(Act::ProposeWithdraw) => State::Withdrawn,
                    _ => State::Rejected,
                };
            }
            Act::Decline => self.state = State::Open,
            Act::Escalate => self.state = State::Escalated,
            Act::Skip => self.place = place,
            Act::View => {}
            Act::Undo => {
                if let Some(done) = self.last_mut() {
                    done.is_undone = true;
                    self.state = done.before;
                }
            }
        }
        self.revision += 1;
        self.steps.push(Done {
            step,
            before,
            is_undone: false,
        });
    }

    /// The step that can be taken back now.
    pub(super) fn last(&self) -> Option<&Step> {
        let can = |done: &&Done| done.step.act.is_undoable() && !done.is_undone;
        self.steps.iter().rev().find(can).map(|done| &done.step)
    }

    fn last_mut(&mut self) -> Option<&mut Done> {
        let can = |done: &&mut Done| done.step.act.is_undoable() && !done.is_undone;
        self.steps.iter_mut().rev().find(can)
    }

    /// What awaits a second person.
    pub(super) fn proposal(&self) -> Option<&Step> {
        let is_one = |step: &&Step| matches!(step.act, Act::ProposeReject | Act::ProposeWithdraw);
        self.last()
            .filter(|step| self.state == State::Proposed && is_one(step))
    }

    /// The match that leads to the case: the best of the first file.
    pub(super) fn leading(&self) -> Option<&Match> {
        let matches = self.sightings.iter().map(|seen| &seen.finding.matches);
        matches.flatten().min_by_key(|m| m.distance)
    }

    /// The listed entries that its files match, each once, that of the best match first.
    pub(super) fn entries(&self) -> Vec<EntryName> {
        let mut entries: Vec<EntryName> = self.leading().map(EntryName::of).into_iter().collect();
        for m in self.sightings.iter().flat_map(|seen| &seen.finding.matches) {
            let entry = EntryName::of(m);
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        entries
    }
}
