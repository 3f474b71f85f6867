//! The checks of an edition that need the store: bytes, signatures, ages, and entries of flat or harmless pictures.

use std::collections::BTreeSet;

use super::config::Source;
use super::finding::GuardFinding;
use super::guard::{Guard, GuardViolation};
use super::import::Imported;
use super::source::ListRefresh;
use crate::error::{Moment, TimeSpan};
use crate::hash::Hash;
use crate::index::Index;
use crate::store::fetch::signature::{AHEAD_MAX, Keys, Signed};
use crate::store::layout::raw::Digest;
use crate::store::view::layer::Layer;
use crate::store::view::visible::of_hash;
use crate::{Error, Result, escape};

/// How many matches of canaries are named.
const NAMED: usize = 5;

/// Whether an entry, by its hash and item, needs no confirmation.
type Settled<'a> = dyn Fn(&Hash, Option<&str>) -> Result<bool> + 'a;

impl ListRefresh<'_> {
    /// Whether an entry is in force already, or was withdrawn by hand: it needs no confirmation.
    pub(super) fn is_settled(
        &self,
        source: &Source,
        before: &[Layer],
        hash: &Hash,
        id: Option<&str>,
    ) -> Result<bool> {
        let known = of_hash(before, hash)?;
        if known.iter().any(|entry| entry.id.as_deref() == id) {
            return Ok(true);
        }
        let Some(current) = self.current else {
            return Ok(false);
        };
        let list = current.manifest.list(&source.terms().list);
        for gone in list.into_iter().flat_map(|list| current.revoked(list)) {
            if gone.holds(hash, id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// That what was read is what was fetched.
    pub(super) fn check_bytes(&self, file: &Imported, digest: &Digest) -> Result<()> {
        if file.list.source.sha256 == *digest.as_bytes() {
            Ok(())
        } else {
            Err(Error::Raw {
                path: self.raw.path(digest),
            })
        }
    }

    /// Checks a signature where one is asked for; gives the time of signing, and the id of the key.
    pub(super) fn check_signature(
        &self,
        source: &Source,
        name: &str,
        digest: &Digest,
        signature: Option<&[u8]>,
        last: Option<i64>,
        violations: &mut Vec<GuardViolation>,
    ) -> Result<Option<(i64, String)>> {
        let Some(keys) = &source.keys else {
            return Ok(None);
        };
        let signed = self.verify(keys, name, digest, signature.unwrap_or_default())?;
        signed.check_file(name)?;
        let time = signed.timestamp()?;
        if let Some(last) = last
            && let Err(error) = signed.check_not_before(last)
        {
            let error = error.message();
            let finding = GuardFinding::Signature { error };
            violations.push(GuardViolation::new(Guard::Back, finding));
        }
        let max_age = source
            .terms()
            .max_age
            .map(|age| i64::try_from(age).unwrap_or(i64::MAX));
        if let Err(error) = signed.check_age(self.now, max_age.unwrap_or(i64::MAX)) {
            let error = error.message();
            let finding = GuardFinding::Signature { error };
            violations.push(GuardViolation::new(Guard::Age, finding));
        }
        Ok(Some((time, signed.key().to_owned())))
    }

    fn verify(&self, keys: &Keys, name: &str, digest: &Digest, signature: &[u8]) -> Result<Signed> {
        let mut bytes = self.raw.read(digest)?;
        keys.verify(name, signature, &mut bytes, &|| {
            self.how.cancel.is_cancelled()
        })
    }

    /// Whether what is unsigned is too old; of what is signed the signature tells.
    pub(super) fn age(
        &self,
        source: &Source,
        as_of: Option<i64>,
        signed: Option<i64>,
    ) -> Option<GuardViolation> {
        let max_age = source.terms().max_age?;
        if source.keys.is_some() && signed.is_some() {
            return None;
        }
        let as_of = as_of?;
        if as_of > self.now.saturating_add(AHEAD_MAX) {
            let as_of = Moment(as_of);
            let finding = GuardFinding::Ahead { as_of };
            return Some(GuardViolation::new(Guard::Age, finding));
        }
        let age = u64::try_from(self.now.saturating_sub(as_of)).unwrap_or(0);
        (age > max_age).then(|| {
            let finding = GuardFinding::TooOld {
                as_of: Moment(as_of),
                age: TimeSpan(age),
                most: TimeSpan(max_age),
            };
            GuardViolation::new(Guard::Age, finding)
        })
    }

    /// What new entries match among the institution's harmless pictures.
    pub(super) fn canary(
        &self,
        source: &Source,
        index: &Index,
        settled: &Settled<'_>,
    ) -> Result<Option<GuardViolation>> {
        let terms = source.terms();
        if terms.is_allow_list() {
            return Ok(None);
        }
        let mut named: BTreeSet<String> = BTreeSet::new();
        let mut count = 0;
        for canary in self.canaries {
            let hash_type = canary.hash_type();
            let radius = terms
                .radius(hash_type)
                .unwrap_or_else(|| hash_type.default_radius());
            for hit in index.lookup(canary, radius)? {
                let negative = |record: &crate::index::Record| {
                    record.opinion == crate::list::Opinion::Negative
                };
                let records = index.records(&hit)?;
                if records.iter().all(negative) {
                    continue;
                }
                let rows = records.iter().flat_map(|record| &record.rows);
                let mut is_new = false;
                for row in rows {
                    is_new |= !settled(&hit.hash, row.entry.id.as_deref())?;
                }
                if !is_new {
                    continue;
                }
                count += 1;
                if named.len() < NAMED {
                    let ids = records.into_iter().flat_map(|record| record.ids);
                    let ids: Vec<String> = ids.collect();
                    let ids = escape::escape(ids.join(" ").as_bytes()).into_owned();
                    named.insert(
                        format!("{hash_type}:{} {ids}", hit.hash)
                            .trim_end()
                            .to_owned(),
                    );
                }
            }
        }
        let named: Vec<String> = named.into_iter().collect();
        Ok((count > 0).then(|| {
            let named = named.join(", ");
            GuardViolation::new(Guard::Canary, GuardFinding::Canary { count, named })
        }))
    }
}

/// What a file brings of flat pictures.
pub(super) fn degenerate(file: &Imported, settled: &Settled<'_>) -> Result<Option<GuardViolation>> {
    let mut new = Vec::new();
    for (hash, id) in &file.degenerate {
        if !settled(hash, id.as_deref())? {
            new.push(hash);
        }
    }
    Ok(new.first().map(|first| {
        let finding = GuardFinding::Degenerate {
            count: new.len() as u64,
            first: first.to_string(),
        };
        GuardViolation::new(Guard::Degenerate, finding)
    }))
}
