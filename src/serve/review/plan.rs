//! What a person asked for, and what it changes in the lists.
//!
//! A rejection adds the hashes of the files to a list of what is allowed. A withdrawal takes an entry out of its list. Both
//! need a second person where the list asks for one. Taking back does the reverse of what was done.

use std::collections::BTreeSet;

use basma::list::Entry;
use basma::store::{self, Decision, Kind, Terms};

use super::case::{Act, Case, Change, EntryName, State, Step};
use super::finding::hashes;

/// What a person asked for.
#[derive(Clone, Debug)]
pub(super) struct Wish<'a> {
    pub(super) act: Act,
    pub(super) reason: &'a str,
    /// The list that gets the hashes of confirmed files.
    pub(super) add_to: Option<&'a str>,
    /// The entry that is withdrawn, by its place among those of the case.
    pub(super) entry: usize,
    pub(super) by: &'a str,
    /// Whether steps of others can be taken back.
    pub(super) is_admin: bool,
    pub(super) at: i64,
}

/// The step, and the decisions that it takes.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) step: Step,
    pub(super) decisions: Vec<Decision>,
}

/// Why nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The case does not stand so that this can be done.
    State,
    Reason,
    /// The person who proposed something cannot carry it out.
    SamePerson,
    /// The last step is another person's.
    NotYours,
    /// No list of what is allowed covers this list.
    NoAllowList(String),
    /// The store holds no such list, or hashes cannot be added to it.
    NoList(String),
    /// The files have no hash by which they could be told again.
    NoHash,
}

/// The decisions that a wish needs, by the terms of the store's lists.
pub(super) fn plan(
    case: &Case,
    wish: &Wish<'_>,
    lists: &[Terms],
    two_person: &[String],
) -> Result<Plan, Fault> {
    let can = match wish.act {
        Act::Confirm | Act::Reject | Act::Withdraw | Act::Skip => {
            matches!(case.state, State::Open | State::Escalated)
        }
        Act::Escalate => case.state == State::Open,
        Act::Approve | Act::Decline => case.state == State::Proposed,
        Act::Undo => case.last().is_some(),
        Act::View => true,
        Act::ProposeReject | Act::ProposeWithdraw => false,
    };
    if !can {
        return Err(Fault::State);
    }
    if wish.act.needs_reason() && wish.reason.trim().is_empty() {
        return Err(Fault::Reason);
    }
    let needs_two = |list: &str| two_person.iter().any(|named| named == list || named == "*");
    let mut planned = Planned::new(case, wish);
    match wish.act {
        Act::Confirm => {
            if let Some(list) = wish.add_to {
                let is_own = |terms: &&Terms| is_own(terms) && terms.list == list;
                if !lists.iter().any(|terms| is_own(&terms)) {
                    return Err(Fault::NoList(list.to_owned()));
                }
                planned.add(list)?;
            }
        }
        Act::Reject => {
            if matched_lists(case).iter().any(|list| needs_two(list)) {
                // What cannot be carried out is not proposed either.
                Planned::new(case, wish).allow(lists)?;
                planned.step.act = Act::ProposeReject;
            } else {
                planned.allow(lists)?;
            }
        }
        Act::Withdraw => {
            let entry = case.entries().into_iter().nth(wish.entry);
            let entry = entry.ok_or(Fault::State)?;
            let target = entry.target().ok_or(Fault::NoHash)?;
            if !lists.iter().any(|terms| terms.list == entry.list) {
                return Err(Fault::NoList(entry.list));
            }
            if needs_two(&entry.list) {
                planned.step.act = Act::ProposeWithdraw;
            } else {
                planned.revoke(&entry.list, target);
            }
            planned.step.entry = Some(entry);
        }
        Act::Approve => planned.carry_out(lists)?,
        Act::Undo => planned.undo()?,
        _ => {}
    }
    Ok(planned.end())
}

/// Whether confirmed files can be added to a list: one of the institution's own that lists what is unwanted.
pub(super) fn is_own(terms: &Terms) -> bool {
    terms.kind == Kind::Local && !terms.is_allow_list()
}

/// The list of what is allowed that covers a list, if there is one.
pub(super) fn allow_list<'t>(lists: &'t [Terms], list: &str) -> Option<&'t Terms> {
    let covers =
        |terms: &&Terms| terms.kind == Kind::Local && terms.is_allow_list() && terms.allows(list);
    lists.iter().find(covers)
}

/// The lists whose entries the files of a case match.
pub(super) fn matched_lists(case: &Case) -> BTreeSet<String> {
    let entries = case.entries().into_iter();
    entries.map(|entry| entry.list).collect()
}

struct Planned<'a> {
    case: &'a Case,
    wish: &'a Wish<'a>,
    step: Step,
    acts: Vec<(String, store::Act)>,
    reason: String,
}

impl<'a> Planned<'a> {
    fn new(case: &'a Case, wish: &'a Wish<'a>) -> Planned<'a> {
        let step = Step {
            act: wish.act,
            at: wish.at,
            by: wish.by.to_owned(),
            reason: wish.reason.trim().to_owned(),
            entry: case.leading().map(EntryName::of),
            changes: Vec::new(),
        };
        Planned {
            case,
            wish,
            reason: format!("review of {}: {}", case.id, step.reason),
            step,
            acts: Vec::new(),
        }
    }

    /// Adds the hashes of all files of the case to a list.
    fn add(&mut self, list: &str) -> Result<(), Fault> {
        let findings = self.case.sightings.iter().map(|seen| &seen.finding);
        let all: Vec<_> = findings.flat_map(|finding| hashes(finding)).collect();
        if all.is_empty() {
            return Err(Fault::NoHash);
        }
        // The case names what was added, so that it can be told from entries of others and taken back alone.
        let id = format!("review:{}", self.case.id);
        let mut seen = BTreeSet::new();
        for hash in all.into_iter().filter(|hash| seen.insert(*hash)) {
            let entry = Entry::new(hash, 1)
                .with_id(id.clone())
                .with_source("review".to_owned())
                .with_added(self.wish.at);
            let target = basma::list::Target::Entry(hash, id.clone());
            self.step.changes.push(Change::new(list, true, &target));
            let add = store::Act::Add(Box::new(entry));
            self.acts.push((list.to_owned(), add));
        }
        Ok(())
    }

    /// Allows the files of the case, for each list that they match.
    fn allow(&mut self, lists: &[Terms]) -> Result<(), Fault> {
        let mut allowing = BTreeSet::new();
        for list in matched_lists(self.case) {
            let found = allow_list(lists, &list).ok_or(Fault::NoAllowList(list))?;
            allowing.insert(found.list.clone());
        }
        allowing.iter().try_for_each(|list| self.add(list))
    }

    fn revoke(&mut self, list: &str, target: basma::list::Target) {
        self.step.changes.push(Change::new(list, false, &target));
        self.acts
            .push((list.to_owned(), store::Act::Revoke(target)));
    }

    /// Does what another person proposed.
    fn carry_out(&mut self, lists: &[Terms]) -> Result<(), Fault> {
        let proposal = self.case.proposal().ok_or(Fault::State)?;
        if proposal.by == self.wish.by {
            return Err(Fault::SamePerson);
        }
        let (by, reason) = (&proposal.by, &proposal.reason);
        self.reason = format!("review of {}: {reason} (proposed by {by})", self.case.id);
        if self.step.reason.is_empty() {
            self.step.reason.clone_from(reason);
        }
        self.step.entry.clone_from(&proposal.entry);
        if proposal.act == Act::ProposeReject {
            return self.allow(lists);
        }
        let entry = proposal.entry.as_ref().ok_or(Fault::State)?;
        let target = entry.target().ok_or(Fault::NoHash)?;
        self.revoke(&entry.list, target);
        Ok(())
    }

    /// Does the reverse of the last step.
    fn undo(&mut self) -> Result<(), Fault> {
        let last = self.case.last().ok_or(Fault::State)?;
        if last.by != self.wish.by && !self.wish.is_admin {
            return Err(Fault::NotYours);
        }
        self.step.entry.clone_from(&last.entry);
        for change in last.changes.iter().rev() {
            let target = change.target().ok_or(Fault::NoHash)?;
            let act = if change.is_added {
                store::Act::Revoke(target)
            } else {
                store::Act::Lift(target)
            };
            self.acts.push((change.list.clone(), act));
        }
        Ok(())
    }

    fn end(self) -> Plan {
        let decision = |(list, act)| {
            Decision::new(list, act, self.wish.at)
                .with_by(self.wish.by.to_owned())
                .with_reason(self.reason.clone())
        };
        Plan {
            decisions: self.acts.into_iter().map(decision).collect(),
            step: self.step,
        }
    }
}
