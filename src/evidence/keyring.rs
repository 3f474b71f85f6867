//! Which keys may sign in a case, and for whom.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::keys::PublicKey;
use super::record::{Body, Person, Record};
use crate::error::RecordFault;

/// A key of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Admitted {
    /// The key.
    pub key: PublicKey,
    /// Whose it is.
    pub person: Person,
    /// Until when it may sign.
    pub expires: Option<Timestamp>,
    /// How many records it signed.
    pub records: u64,
}

/// The keys of a case, as its records add them.
#[derive(Clone, Debug, Default)]
pub(super) struct Keyring(BTreeMap<String, Admitted>);

impl Keyring {
    /// Adds the key that a record brings, if it brings one.
    pub(super) fn take(&mut self, record: &Record) -> Result<(), RecordFault> {
        let (text, expires, person) = match &record.body {
            Body::Opened(opened) => (&opened.key, &opened.key_expires, &record.by),
            Body::Examiner(examiner) => (&examiner.key, &examiner.expires, &examiner.person),
            _ => return Ok(()),
        };
        let key = PublicKey::parse(text).ok_or(RecordFault::KeyBroken)?;
        let expires = match expires.as_deref().map(str::parse::<Timestamp>) {
            None => None,
            Some(Ok(time)) => Some(time),
            Some(Err(_)) => return Err(RecordFault::KeyBroken),
        };
        let admitted = Admitted {
            key,
            person: person.clone(),
            expires,
            records: 0,
        };
        // Ids are bytes that the owner of a key chose: a second key of the same id must not take its place.
        match self.0.insert(key.id(), admitted) {
            None => Ok(()),
            Some(_) => Err(RecordFault::KeyBroken),
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Admitted> {
        self.0.get(id)
    }

    /// The key that signs a record, if it may.
    pub(super) fn signer(&mut self, record: &Record) -> Result<PublicKey, RecordFault> {
        let key = &record.key;
        let admitted = self.0.get_mut(key);
        let admitted = admitted.ok_or_else(|| RecordFault::KeyUnknown {
            key: crate::escape::message(key).into_owned(),
        })?;
        if admitted.person != record.by {
            return Err(RecordFault::KeyOfAnother {
                key: key.clone(),
                person: crate::escape::message(&admitted.person.id).into_owned(),
            });
        }
        let time = record.time.parse::<Timestamp>();
        let time = time.map_err(|_| RecordFault::NotARecord)?;
        if admitted.expires.is_some_and(|expires| time > expires) {
            return Err(RecordFault::KeyExpired { key: key.clone() });
        }
        admitted.records += 1;
        Ok(admitted.key)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Admitted> {
        self.0.values()
    }

    pub(super) fn into_keys(self) -> Vec<Admitted> {
        self.0.into_values().collect()
    }
}
