//! Back to what sources said before.

use std::time::Duration;

use serde_json::Value;

use super::build::Workshop;
use super::lock::Lock;
use super::manifest::ListManifest;
use super::open::Opened;
use super::terms::Kind;
use super::writer::{Draft, Writer};
use super::{Store, kept};
use crate::{Error, Result};

/// What a rollback came to.
#[derive(Debug)]
pub struct RolledBack {
    /// The generation that was published: numbers only go up.
    pub generation: u64,
    /// The one whose lists it has.
    pub to: u64,
    /// What could not be done afterwards, such as removing files: the next writer makes up for it.
    pub trouble: Vec<Error>,
}

impl Store {
    /// Publishes the lists of a kept generation anew, the one before unless told. What sources said since then no longer
    /// counts, and the files that it was read from are not taken again. What was decided by hand stays decided: a
    /// rollback brings no withdrawn entry back. Lists of the institution's own stay as they are.
    ///
    /// # Errors
    /// [`Error::Argument`] if that generation is not kept; [`Error::Busy`]; [`Error::Io`]; [`Error::Store`].
    pub fn rollback(&self, to: Option<u64>, by: &str, reason: &str) -> Result<RolledBack> {
        let folder = &self.folder;
        let _lock = Lock::take(&folder.refresh_lock(), "rollback", by, Duration::ZERO)?;
        let writer = Writer::begin(folder, "rollback", by)?;
        let current = Opened::open(folder, None)?;
        let present = current.pointer.generation;
        let kept: Vec<u64> = kept(folder)?.into_iter().filter(|g| *g < present).collect();
        let not_kept = |wanted: String| {
            let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
            Error::Argument(format!(
                "generation {wanted} is not kept; kept are: {}",
                kept.join(", ")
            ))
        };
        let to = match to {
            None => *kept.last().ok_or_else(|| not_kept("before".to_owned()))?,
            Some(to) if kept.contains(&to) => to,
            Some(to) => return Err(not_kept(to.to_string())),
        };
        // Whether its files are whole shows before it is put in force.
        let target = self.kept(to, Some(&current))?;
        let mut lists: Vec<ListManifest> = Vec::new();
        for list in &target.manifest.lists {
            let mut list = list.clone();
            if let Some(now) = current.manifest.list(&list.terms.list) {
                let refused = now
                    .source
                    .iter()
                    .flat_map(|source| source.files.iter().cloned());
                let refused = now.refused.iter().cloned().chain(refused);
                let stays = list
                    .source
                    .as_ref()
                    .map(|source| source.files.clone())
                    .unwrap_or_default();
                list.refused = refused.filter(|digest| !stays.contains(digest)).collect();
                list.refused.sort();
                list.refused.dedup();
            }
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
        let workshop = Workshop::new(folder, present + 1);
        let published = writer.publish(
            Some(&current),
            &workshop,
            Draft {
                lists,
                record: record
                    .map(|(key, value)| (key.to_owned(), value))
                    .into_iter()
                    .collect(),
                keep: usize::MAX,
            },
        )?;
        Ok(RolledBack {
            generation: published.generation,
            to,
            trouble: published.trouble,
        })
    }
}
