//! A change: written to the journal, then decided in the store, then told.
//!
//! The journal comes first, so that no id is ever given to two contents. After a crash between the two, the store lacks what was
//! written last. The next start forgets it: nobody was told that it was added.

use std::collections::BTreeMap;

use basma::hash::Hash;
use basma::list::{Entry, Media, Target};
use basma::store::{Act, Decision, Store, WITHDRAWAL};

use super::record::{Content, Metadata, Record, SignalType};
use super::state::entry_id;
use super::{Bank, Curation};
use crate::serve::answer::Refusal;
use crate::serve::decide::{self, now};

/// A content that is to be added.
#[derive(Clone, Debug)]
pub(in crate::serve) struct NewContent {
    pub(in crate::serve) signals: BTreeMap<SignalType, Hash>,
    pub(in crate::serve) metadata: Option<Metadata>,
    pub(in crate::serve) note: Option<String>,
    /// The SHA-256 of a token that withdraws it, which the client keeps.
    pub(in crate::serve) withdrawal: Option<String>,
}

impl Curation {
    /// Adds contents to a list: all of them, or none. Returns their ids.
    pub(in crate::serve) fn add(
        &self,
        store: &Store,
        by: &str,
        list: &str,
        contents: &[NewContent],
    ) -> Result<Vec<u64>, Refusal> {
        let first = self.state().next_id();
        let at = now();
        let ids: Vec<u64> = (first..).take(contents.len()).collect();
        let records = contents.iter().zip(&ids).map(|(content, id)| {
            Record::Content(Content {
                id: *id,
                batch: first,
                list: list.to_owned(),
                signals: texts(&content.signals),
                metadata: content.metadata.clone(),
                note: content.note.clone(),
                withdrawal: content.withdrawal.clone(),
                at,
            })
        });
        self.write(&records.collect::<Vec<_>>())?;
        let entries = contents.iter().zip(&ids).flat_map(|(content, id)| {
            let entries = content.signals.iter();
            entries.map(move |(signal_type, hash)| {
                let mut entry = entry(*signal_type, *hash, *id, at);
                let digest = content.withdrawal.clone();
                let meta = digest.map(|digest| (WITHDRAWAL.to_owned(), digest));
                entry.meta.extend(meta);
                entry
            })
        });
        let decisions = entries.map(|entry| {
            let decision = Decision::new(list, Act::Add(Box::new(entry)), at);
            decision.with_by(by.to_owned())
        });
        let decided = decide::decide(store, &decisions.collect::<Vec<_>>());
        if let (Err(_), Some(last)) = (&decided, ids.last()) {
            self.forget(first, *last);
        }
        decided.map(|()| ids)
    }

    /// Deletes a content of a list.
    pub(in crate::serve) fn remove(
        &self,
        store: &Store,
        by: &str,
        list: &str,
        id: u64,
    ) -> Result<(), Refusal> {
        decide::decide(store, &[withdrawal(list, Target::Id(entry_id(id)), by)])?;
        self.write(&[Record::Gone {
            first: id,
            last: id,
        }])
    }

    /// Switches a content on or off, or gives it another note.
    pub(in crate::serve) fn edit(
        &self,
        id: u64,
        disable_until: Option<i64>,
        note: Option<String>,
    ) -> Result<(), Refusal> {
        self.write(&[Record::Edit {
            id,
            disable_until,
            note,
        }])
    }

    pub(in crate::serve) fn set_bank(&self, bank: Bank) -> Result<(), Refusal> {
        self.write(&[Record::Bank {
            list: bank.list,
            name: bank.name,
            ratio: bank.ratio,
        }])
    }

    pub(in crate::serve) fn drop_bank(&self, list: &str) -> Result<(), Refusal> {
        let list = list.to_owned();
        self.write(&[Record::BankGone { list }])
    }

    pub(in crate::serve) fn set_ratio(&self, name: SignalType, ratio: f64) -> Result<(), Refusal> {
        self.write(&[Record::SignalType { name, ratio }])
    }

    /// Forgets contents that a crash kept from the store. Nobody was told of them.
    pub(in crate::serve) fn settle(&self, store: &Store) {
        let Some((first, last)) = self.state().last_added() else {
            return;
        };
        let some = [first, first + (last - first) / 2, last];
        if !some.iter().any(|id| self.is_in(store, *id)) {
            self.forget(first, last);
        }
    }

    fn is_in(&self, store: &Store, id: u64) -> bool {
        let Ok(Some(content)) = self.content(id) else {
            return false;
        };
        let hash = content.signals.iter().next();
        let hash = hash.and_then(|(signal_type, text)| signal_type.hash(text).ok());
        hash.is_some_and(|hash| {
            let target = Target::Entry(hash, entry_id(id));
            // A store that cannot be read is no reason to forget.
            store
                .count(&content.list, &target)
                .map_or(true, |count| count > 0)
        })
    }

    fn forget(&self, first: u64, last: u64) {
        let record = Record::Gone { first, last };
        self.state_mut().apply(&record, 0);
        if let Some(mut journal) = self.journal() {
            journal.append_soon(record);
        }
    }

    /// Writes lines, and has them count.
    fn write(&self, records: &[Record]) -> Result<(), Refusal> {
        let Some(mut journal) = self.journal() else {
            return Err(decide::read_only());
        };
        let written = journal.append(records);
        let places = written.map_err(|error| decide::refusal(&error))?;
        let mut state = self.state_mut();
        for (record, place) in records.iter().zip(places) {
            state.apply(record, place);
        }
        Ok(())
    }
}

fn texts(signals: &BTreeMap<SignalType, Hash>) -> BTreeMap<SignalType, String> {
    let texts = signals.iter();
    texts
        .map(|(kind, hash)| (*kind, hash.to_string()))
        .collect()
}

fn entry(signal_type: SignalType, hash: Hash, id: u64, at: i64) -> Entry {
    let media = match signal_type {
        SignalType::Pdq => Media::Image,
        SignalType::VideoMd5 => Media::Video,
    };
    let entry = Entry::new(hash, 1).with_id(entry_id(id));
    entry.with_media(media).with_added(at)
}

/// A decision that something of a list no longer counts.
pub(in crate::serve) fn withdrawal(list: &str, target: Target, by: &str) -> Decision {
    let decision = Decision::new(list, Act::Revoke(target), now());
    let reason = "deleted through the service".to_owned();
    decision.with_by(by.to_owned()).with_reason(reason)
}
