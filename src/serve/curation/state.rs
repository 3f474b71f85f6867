//! What the lines of the journal come to.

use std::collections::HashMap;

use super::record::{Record, SignalType};

/// A bank, as clients see it, and the list that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::serve) struct Bank {
    pub(in crate::serve) name: String,
    pub(in crate::serve) list: String,
    pub(in crate::serve) ratio: f64,
}

/// What was changed of a content since it was added.
#[derive(Clone, Debug, Default)]
struct Edit {
    disable_until: Option<i64>,
    note: Option<String>,
}

/// Where a content stands.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The ordinal of the name of its list.
    list: u32,
    is_gone: bool,
    /// Where its line begins in the journal.
    at: u64,
}

/// What an item of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::serve) enum Item {
    /// A content that was added through a service.
    Content(u64),
    /// One that was deleted.
    Gone,
    /// What the list publishes.
    Published,
}

/// No list.
const NOWHERE: u32 = u32::MAX;

/// What is remembered of banks and contents.
#[derive(Debug)]
pub(in crate::serve) struct State {
    /// In the order in which they were made.
    banks: Vec<Bank>,
    /// The place of the bank of each list.
    places: HashMap<String, usize>,
    /// The lists of deleted banks: matches with what is left of them are none.
    gone: Vec<String>,
    /// By id, from 1.
    slots: Vec<Slot>,
    /// The names of lists that contents were added to.
    lists: Vec<String>,
    /// The place of each of these names.
    ordinals: HashMap<String, u32>,
    edits: HashMap<u64, Edit>,
    ratios: [f64; SignalType::ALL.len()],
    /// When the last content was added.
    newest: Option<i64>,
    /// The ids of the last line and of those added together with it, if it is of a content.
    last_added: Option<(u64, u64)>,
    /// How many lines were taken up.
    records: u64,
}

impl Default for State {
    fn default() -> State {
        State {
            banks: Vec::new(),
            places: HashMap::new(),
            gone: Vec::new(),
            slots: Vec::new(),
            lists: Vec::new(),
            ordinals: HashMap::new(),
            edits: HashMap::new(),
            ratios: [1.0; SignalType::ALL.len()],
            newest: None,
            last_added: None,
            records: 0,
        }
    }
}

/// What the entry of a content is called in its list.
const PREFIX: &str = "content-";

/// The name of the entry of a content.
pub(in crate::serve) fn entry_id(id: u64) -> String {
    format!("{PREFIX}{id}")
}

impl State {
    /// Takes up a line, which begins at a place of the journal.
    pub(super) fn apply(&mut self, record: &Record, at: u64) {
        self.records += 1;
        self.last_added = match record {
            Record::Content(content) => Some((content.batch, content.id)),
            _ => None,
        };
        match record {
            Record::Bank { list, name, ratio } => self.set_bank(list, name, *ratio),
            Record::BankGone { list } => {
                self.banks.retain(|bank| bank.list != *list);
                self.gone.push(list.clone());
                self.place_banks();
            }
            Record::Content(content) => {
                let list = self.ordinal(&content.list);
                self.reserve(content.id);
                self.newest = self.newest.max(Some(content.at));
                if let Some(slot) = self.slot_mut(content.id) {
                    *slot = Slot {
                        list,
                        is_gone: false,
                        at,
                    };
                }
            }
            Record::Edit {
                id,
                disable_until,
                note,
            } => {
                let edit = self.edits.entry(*id).or_default();
                edit.disable_until = disable_until.or(edit.disable_until);
                if note.is_some() {
                    edit.note.clone_from(note);
                }
            }
            Record::Gone { first, last } => {
                for id in *first..=*last {
                    self.edits.remove(&id);
                    if let Some(slot) = self.slot_mut(id) {
                        slot.is_gone = true;
                    }
                }
            }
            Record::SignalType { name, ratio } => self.ratios[*name as usize] = *ratio,
            Record::Next { id } => self.reserve(id.saturating_sub(1)),
        }
    }

    fn set_bank(&mut self, list: &str, name: &str, ratio: f64) {
        self.gone.retain(|gone| gone != list);
        let known = self.banks.iter_mut().find(|bank| bank.list == list);
        let bank = Bank {
            name: name.to_owned(),
            list: list.to_owned(),
            ratio,
        };
        match known {
            Some(known) => *known = bank,
            None => self.banks.push(bank),
        }
        self.place_banks();
    }

    fn place_banks(&mut self) {
        let lists = self.banks.iter().map(|bank| bank.list.clone());
        self.places = lists.zip(0..).collect();
    }

    fn ordinal(&mut self, list: &str) -> u32 {
        if let Some(known) = self.ordinals.get(list) {
            return *known;
        }
        let ordinal = self.lists.len() as u32;
        self.lists.push(list.to_owned());
        self.ordinals.insert(list.to_owned(), ordinal);
        ordinal
    }

    /// Has a place for each id up to this one.
    fn reserve(&mut self, id: u64) {
        let none = Slot {
            list: NOWHERE,
            is_gone: true,
            at: 0,
        };
        if id as usize > self.slots.len() {
            self.slots.resize(id as usize, none);
        }
    }

    fn slot(&self, id: u64) -> Option<&Slot> {
        self.slots.get(usize::try_from(id.checked_sub(1)?).ok()?)
    }

    fn slot_mut(&mut self, id: u64) -> Option<&mut Slot> {
        self.slots
            .get_mut(usize::try_from(id.checked_sub(1)?).ok()?)
    }
}

impl State {
    pub(in crate::serve) fn banks(&self) -> &[Bank] {
        &self.banks
    }

    pub(in crate::serve) fn bank_of(&self, list: &str) -> Option<&Bank> {
        Some(&self.banks[*self.places.get(list)?])
    }

    /// Whether the bank of a list was deleted.
    pub(in crate::serve) fn is_gone(&self, list: &str) -> bool {
        self.gone.iter().any(|gone| gone == list)
    }

    /// What an item of a list is.
    pub(in crate::serve) fn item(&self, list: &str, item: Option<&str>) -> Item {
        let id = || {
            let id: u64 = item?.strip_prefix(PREFIX)?.parse().ok()?;
            let slot = self.slot(id)?;
            let of_list = self.lists.get(slot.list as usize)? == list;
            // Digits can be written in several ways.
            (of_list && Some(entry_id(id).as_str()) == item).then_some((id, slot.is_gone))
        };
        match id() {
            None => Item::Published,
            Some((_, true)) => Item::Gone,
            Some((id, false)) => Item::Content(id),
        }
    }

    /// The list of a content that was added and is not gone.
    pub(in crate::serve) fn list_of(&self, id: u64) -> Option<&str> {
        let slot = self.slot(id).filter(|slot| !slot.is_gone)?;
        self.lists.get(slot.list as usize).map(String::as_str)
    }

    /// Where the line of a content begins.
    pub(super) fn place_of(&self, id: u64) -> Option<u64> {
        let slot = self.slot(id).filter(|slot| !slot.is_gone)?;
        Some(slot.at)
    }

    /// Until when a content is off: 1 where it is on, 0 where it stays off.
    pub(in crate::serve) fn disabled_until(&self, id: u64) -> i64 {
        let edit = self.edits.get(&id);
        edit.and_then(|edit| edit.disable_until).unwrap_or(1)
    }

    /// Whether matches with a content count now.
    pub(in crate::serve) fn is_on(&self, id: u64, now: i64) -> bool {
        if self.edits.is_empty() {
            return true;
        }
        match self.disabled_until(id) {
            0 => false,
            until => until <= now,
        }
    }

    /// The note that took the place of the first one.
    pub(in crate::serve) fn note(&self, id: u64) -> Option<&str> {
        self.edits.get(&id)?.note.as_deref()
    }

    pub(in crate::serve) fn ratio(&self, signal_type: SignalType) -> f64 {
        self.ratios[signal_type as usize]
    }

    /// Whether a type is looked up and hashed at all.
    pub(in crate::serve) fn is_type_on(&self, signal_type: SignalType) -> bool {
        self.ratio(signal_type) > 0.0
    }

    /// When the last content was added.
    pub(in crate::serve) fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The id that was given last.
    pub(in crate::serve) fn last_id(&self) -> Option<u64> {
        (!self.slots.is_empty()).then_some(self.slots.len() as u64)
    }

    /// The id of the next content.
    pub(super) fn next_id(&self) -> u64 {
        self.slots.len() as u64 + 1
    }

    /// The contents that were added last, together, where nothing was written after them.
    pub(super) fn last_added(&self) -> Option<(u64, u64)> {
        self.last_added
    }

    /// The ids of the contents that are there.
    pub(super) fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        let all = self.slots.iter().zip(1..);
        all.filter_map(|(slot, id)| (!slot.is_gone).then_some(id))
    }

    /// Whether most lines of the journal are about what is no longer so.
    pub(super) fn is_mostly_past(&self) -> bool {
        let present = self.ids().count() + self.edits.len() + self.banks.len();
        self.records > 1_000 && self.records > 2 * present as u64
    }

    /// Lines that come to the same, without those of contents.
    pub(super) fn records(&self) -> Vec<Record> {
        let types = SignalType::ALL.into_iter();
        let types = types.map(|name| Record::SignalType {
            name,
            ratio: self.ratio(name),
        });
        let banks = self.banks.iter().map(|bank| Record::Bank {
            list: bank.list.clone(),
            name: bank.name.clone(),
            ratio: bank.ratio,
        });
        let gone = self
            .gone
            .iter()
            .map(|list| Record::BankGone { list: list.clone() });
        let edits = self.edits.iter().map(|(id, edit)| Record::Edit {
            id: *id,
            disable_until: edit.disable_until,
            note: edit.note.clone(),
        });
        let next = [Record::Next { id: self.next_id() }];
        types
            .chain(banks)
            .chain(gone)
            .chain(edits)
            .chain(next)
            .collect()
    }
}
