//! The generations that are kept: what each is, and which of them were gone back from.

use std::collections::BTreeSet;

use super::{Store, kept};
use crate::Result;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{Manifest, Pointer};

/// A kept generation. Times are in seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Generation {
    /// Its number.
    pub number: u64,
    /// When it was published.
    pub created: i64,
    /// The version of basma that built it.
    pub tool: String,
    /// Whether it is in force.
    pub in_force: bool,
    /// What made it: `publish`, a refresh; or `rollback`.
    pub did: String,
    /// Who made it.
    pub by: String,
    /// The reason, if one was given.
    pub reason: Option<String>,
    /// After a rollback, the generation whose lists it has.
    pub of: Option<u64>,
    /// The generation that went back from this one.
    pub rolled_back_by: Option<u64>,
    /// Its lists, by their names.
    pub lists: Vec<ListCount>,
}

/// The number of entries of a list in a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListCount {
    /// The list.
    pub list: String,
    /// The number from its source.
    pub entries: u64,
    /// The number added by hand and built into the generation.
    pub added: u64,
    /// The number withdrawn by hand and built into the generation.
    pub revoked: u64,
}

impl Store {
    /// The generations that are kept, ascending.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io); [`Error::Store`](crate::Error::Store) where a manifest is damaged.
    pub fn history(&self) -> Result<Vec<Generation>> {
        let in_force = Pointer::read(&self.folder)?.map(|pointer| pointer.generation);
        let history = History::read(&self.folder)?;
        let generation = |manifest: &Manifest| {
            let text = |key: &str| Some(manifest.record[key].as_str()?.to_owned());
            Generation {
                number: manifest.generation,
                created: manifest.created,
                tool: manifest.tool.clone(),
                in_force: Some(manifest.generation) == in_force,
                did: text("did").unwrap_or_default(),
                by: text("by").unwrap_or_default(),
                reason: text("reason"),
                of: rollback(manifest).map(|(to, _)| to),
                rolled_back_by: history.rolled_back_by(manifest.generation),
                lists: manifest.lists.iter().map(ListCount::of).collect(),
            }
        };
        Ok(history.manifests.iter().map(generation).collect())
    }
}

impl ListCount {
    fn of(list: &crate::store::layout::manifest::ListManifest) -> ListCount {
        ListCount {
            list: list.terms.list.clone(),
            entries: list.counts.entries,
            added: list.counts.added,
            revoked: list.counts.revoked,
        }
    }
}

/// The manifests of the generations that are kept, ascending.
pub(super) struct History {
    manifests: Vec<Manifest>,
}

impl History {
    pub(super) fn read(folder: &Folder) -> Result<History> {
        let manifests = kept(folder)?
            .into_iter()
            .map(|generation| Ok(Manifest::read_kept(folder, generation)?.0));
        Ok(History {
            manifests: manifests.collect::<Result<_>>()?,
        })
    }

    /// The generation that went back from this one: the last, where several did.
    fn rolled_back_by(&self, generation: u64) -> Option<u64> {
        let by = self.manifests.iter().rev().find(|manifest| {
            rollback(manifest).is_some_and(|(to, from)| to < generation && generation <= from)
        })?;
        // A person named this generation afterwards, which confirms it.
        let is_named = |manifest: &&Manifest| {
            manifest.generation > by.generation
                && rollback(manifest).is_some_and(|(to, _)| to == generation)
        };
        let is_good = self.manifests.iter().any(|manifest| is_named(&manifest));
        (!is_good).then_some(by.generation)
    }

    /// The generation whose lists this one has: itself, unless it is a rollback.
    fn origin(&self, generation: u64) -> u64 {
        let mut seen = BTreeSet::new();
        let mut at = generation;
        // Numbers only fall, unless a manifest was forged.
        while seen.insert(at) {
            let manifest = self
                .manifests
                .iter()
                .find(|manifest| manifest.generation == at);
            match manifest.and_then(rollback) {
                Some((to, _)) => at = to,
                None => break,
            }
        }
        at
    }

    /// The last generation before what is in force that was not gone back from.
    pub(super) fn before(&self, present: u64) -> Option<u64> {
        let origin = self.origin(present);
        let numbers = self.manifests.iter().map(|manifest| manifest.generation);
        numbers
            .rev()
            .filter(|generation| *generation < origin)
            .find(|generation| self.rolled_back_by(*generation).is_none())
    }
}

/// Of a rollback, the generation that it went back to, and the one from which.
fn rollback(manifest: &Manifest) -> Option<(u64, u64)> {
    let record = &manifest.record;
    let is_rollback = record["did"] == "rollback";
    let (to, from) = (record["to"].as_u64()?, record["from"].as_u64()?);
    is_rollback.then_some((to, from))
}
