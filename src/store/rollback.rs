//! Back to what sources said before.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::history::History;
use super::writer::{NewGeneration, Writer, sweep};
use super::{Store, kept};
use crate::disk::lock::Lock;
use crate::error::Problem;
use crate::store::layout::baseline::Baseline;
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{ListManifest, Manifest, Pointer};
use crate::store::layout::terms::Kind;
use crate::store::view::build::IndexFactory;
use crate::store::view::open::Opened;
use crate::{Error, Result, escape};

/// The result of a rollback.
#[derive(Debug)]
#[non_exhaustive]
pub struct RolledBack {
    /// The published generation. Numbers only increase.
    pub generation: u64,
    /// The generation whose lists it has.
    pub to: u64,
    /// Steps that failed afterwards, such as removing files. The next writer repeats them.
    pub warnings: Vec<Error>,
}

impl Store {
    /// Publishes the lists of a kept generation again. The default is the one before, and never one that was rolled
    /// back from. What sources said since then no longer counts, and the files that it was read from are not taken
    /// again. What was decided by hand stays decided: a rollback brings no withdrawn entry back. Lists of the
    /// institution's own stay as they are.
    ///
    /// # Errors
    /// [`Error::Argument`] if that generation is not kept; [`Error::Busy`]; [`Error::Io`]; [`Error::Store`].
    pub fn rollback(&self, to: Option<u64>, by: &str, reason: &str) -> Result<RolledBack> {
        let folder = &self.folder;
        let _lock = Lock::take(&folder.refresh_lock(), "rollback", by, Duration::ZERO)?;
        let writer = Writer::begin(folder, "rollback", by)?;
        // A damaged edition is what one goes back from.
        let pointer = Pointer::read(folder)?.ok_or_else(|| Error::Store {
            path: folder.root().to_owned(),
            problem: Problem::StoreWithoutLists {
                store: escape::shell(folder.root()),
            },
        })?;
        let current = Opened::to_mend(folder, pointer)?;
        let present = current.pointer.generation;
        let kept: Vec<u64> = kept(folder)?.into_iter().filter(|g| *g < present).collect();
        let shown = || {
            let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
            kept.join(", ")
        };
        let to = match to {
            None => History::read(folder)?
                .before(present)
                .ok_or_else(|| Error::from(Problem::GenerationBeforeMissing { kept: shown() }))?,
            Some(to) if kept.contains(&to) => to,
            Some(generation) => {
                let kept = shown();
                return Err(Problem::GenerationNotKept { generation, kept }.into());
            }
        };
        // Whether its files are whole shows before it is put in force.
        let target = self.kept(to, Some(&current))?;
        let mut refused = refused(folder, to, present)?;
        let mut lists: Vec<ListManifest> = Vec::new();
        for list in &target.manifest.lists {
            let mut list = list.clone();
            let name = &list.terms.list;
            let mut digests = refused.remove(name).unwrap_or_default();
            if let Some(now) = current.manifest.remembered(name) {
                digests.extend(now.refused.iter().cloned());
            }
            if let Some(now) = current.manifest.list(name) {
                // On what terms it may be used was decided since, and is not gone back from.
                list.terms = now.terms.clone();
            }
            let stays = list.source.as_ref().map(|source| source.files.clone());
            digests.retain(|digest| stays.iter().all(|stays| !stays.contains(digest)));
            list.refused = digests.into_iter().collect();
            // A person chose it.
            list.baseline = Some(Baseline::of(list.counts.entries));
            lists.push(list);
        }
        let own = current.manifest.lists.iter().filter(|list| {
            list.terms.kind == Kind::Local && target.manifest.list(&list.terms.list).is_none()
        });
        lists.extend(own.cloned());
        let record: [(&str, Value); 4] = [
            ("did", "rollback".into()),
            ("to", to.into()),
            ("from", present.into()),
            ("reason", reason.into()),
        ];
        let factory = IndexFactory::new(folder, present + 1);
        let published = writer.publish(
            Some(&current),
            &factory,
            NewGeneration {
                lists,
                record: record
                    .map(|(key, value)| (key.to_owned(), value))
                    .into_iter()
                    .collect(),
                refused,
            },
        )?;
        let mut warnings = published.warnings;
        warnings.extend(sweep(folder, usize::MAX).err());
        Ok(RolledBack {
            generation: published.generation,
            to,
            warnings,
        })
    }
}

/// What was taken in after a generation, by list.
fn refused(folder: &Folder, after: u64, up_to: u64) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut refused: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for generation in kept(folder)?
        .into_iter()
        .filter(|g| (after + 1..=up_to).contains(g))
    {
        let (manifest, _) = Manifest::read_kept(folder, generation)?;
        for list in manifest.lists {
            let files = list.source.into_iter().flat_map(|source| source.files);
            refused.entry(list.terms.list).or_default().extend(files);
        }
    }
    Ok(refused)
}
