//! From the files of a generation to what queries look into.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use crate::error::{Action, Message, Problem};
use crate::hash::HashType;
use crate::index::Index;
use crate::store::decisions::targets::Tombstones;
use crate::store::decisions::{self, Live, LiveLists, ReadPosition};
use crate::store::layout::folder::Folder;
use crate::store::layout::manifest::{IndexFile, ListManifest, Manifest, Pointer};
use crate::store::view::layer::{Content, Layer, Standing, View};
use crate::store::view::stack::Stack;
use crate::{Error, Result, escape};

/// A generation with its files open, and the decisions since it was built as far as they were read.
#[derive(Clone, Debug)]
pub(in crate::store) struct Opened {
    pub(in crate::store) pointer: Pointer,
    pub(in crate::store) manifest: Arc<Manifest>,
    /// By name and digest.
    indexes: HashMap<(String, String), Arc<Index>>,
    pub(in crate::store) live: LiveLists,
    pub(in crate::store) read: ReadPosition,
    /// Lists of whose source a file cannot be opened, each with the reason; only a repair has any.
    pub(in crate::store) broken: BTreeMap<String, Message>,
}

/// How many hashes of each type are looked up in an index before others are.
const WARMING: u64 = 32;

/// How often a generation is looked for that is replaced while it is opened.
const ATTEMPTS: usize = 20;

/// Lets the threads that answer queries go before this one, where the system keeps a priority for each thread.
fn give_way() {
    // It is a wish: without it the thread only works as fast as the others.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}

impl Opened {
    /// Opens the generation in force; what `before` has open already is shared with it.
    pub(in crate::store) fn open(folder: &Folder, before: Option<&Opened>) -> Result<Opened> {
        let mut attempt = 0;
        loop {
            let pointer = Pointer::read(folder)?.ok_or_else(|| Error::Store {
                path: folder.root().to_owned(),
                problem: Problem::StoreWithoutLists {
                    store: escape::shell(folder.root()),
                },
            })?;
            attempt += 1;
            match Opened::of(folder, pointer.clone(), before) {
                // It was replaced, and what is not kept was removed, between two looks at it.
                Err(Error::Io { source, .. })
                    if source.kind() == ErrorKind::NotFound
                        && attempt < ATTEMPTS
                        && Pointer::read(folder)?.as_ref() != Some(&pointer) => {}
                other => return other,
            }
        }
    }

    fn of(folder: &Folder, pointer: Pointer, before: Option<&Opened>) -> Result<Opened> {
        let manifest = Manifest::read(folder, &pointer)?;
        let mut opened = Opened::files(folder, pointer, manifest, before)?;
        opened.read_all_decisions(folder)?;
        Ok(opened)
    }

    /// Opens the generation in force for its replacement; lists with a damaged source file are named.
    /// What was decided by hand must be whole.
    pub(in crate::store) fn to_mend(folder: &Folder, pointer: Pointer) -> Result<Opened> {
        let manifest = Manifest::read(folder, &pointer)?;
        let mut broken = BTreeMap::new();
        for list in &manifest.lists {
            for file in list.source_files() {
                if let Err(error) = open_index(folder, file) {
                    broken.insert(list.terms.list.clone(), error.message());
                }
            }
        }
        let mut sound = manifest.clone();
        for list in &mut sound.lists {
            if broken.contains_key(&list.terms.list) {
                list.layers.clear();
            }
        }
        let mut opened = Opened::files(folder, pointer, sound, None)?;
        opened.manifest = Arc::new(manifest);
        opened.broken = broken;
        opened.read_all_decisions(folder)?;
        Ok(opened)
    }

    /// Opens what a manifest names, without decisions.
    pub(in crate::store) fn files(
        folder: &Folder,
        pointer: Pointer,
        manifest: Manifest,
        before: Option<&Opened>,
    ) -> Result<Opened> {
        let mut indexes = HashMap::new();
        for file in manifest.files() {
            let key = (file.file.clone(), file.root.clone());
            let known = before.and_then(|before| before.indexes.get(&key));
            let index = match known {
                Some(index) => index.clone(),
                None => Arc::new(open_index(folder, file)?),
            };
            indexes.insert(key, index);
        }
        Ok(Opened {
            broken: BTreeMap::new(),
            pointer,
            manifest: Arc::new(manifest),
            indexes,
            live: LiveLists::new(),
            read: ReadPosition::default(),
        })
    }

    /// Reads the decisions from the first on, if the generation is still kept: else they may be gone, too.
    fn read_all_decisions(&mut self, folder: &Folder) -> Result<()> {
        self.read_decisions(folder)?;
        let manifest = folder.manifest(self.pointer.generation);
        let there = fs::metadata(&manifest).map(drop);
        there.map_err(Error::io(Action::Read, &manifest))
    }

    /// Reads the decisions that came since; whether there are any.
    pub(in crate::store) fn read_decisions(&mut self, folder: &Folder) -> Result<bool> {
        let path = folder.decisions_of(self.pointer.generation);
        let (decisions, read) = decisions::read_from(&path, self.read)?;
        decisions::apply(&mut self.live, &decisions);
        self.read = read;
        Ok(!decisions.is_empty())
    }

    pub(in crate::store) fn index(&self, file: &IndexFile) -> &Arc<Index> {
        &self.indexes[&(file.file.clone(), file.root.clone())]
    }

    /// The digests of the indexes that are open.
    pub(in crate::store) fn roots(&self) -> impl Iterator<Item = &str> {
        self.indexes.keys().map(|(_, root)| root.as_str())
    }

    /// What queries look into.
    pub(in crate::store) fn view(&self) -> View {
        let lists = self.manifest.lists.iter();
        View {
            generation: Some(self.manifest.generation),
            terms: lists.clone().map(|list| list.terms.clone()).collect(),
            layers: lists.flat_map(|list| self.layers(list)).collect(),
        }
    }

    /// Looks a few hashes up in every index that was not open before, then proves the rest of what is searched while `goes_on`.
    pub(in crate::store) fn warm(
        &self,
        before: &Opened,
        goes_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<()> {
        let all = self.indexes.iter();
        let new: Vec<&Arc<Index>> = all
            .filter(|(key, _)| !before.indexes.contains_key(*key))
            .map(|(_, index)| index)
            .collect();
        for index in &new {
            for hash_type in HashType::ALL {
                for hash in index.sample(hash_type, WARMING)? {
                    index.lookup(&hash, hash_type.default_radius())?;
                }
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let prove = || {
            give_way();
            new.iter().try_for_each(|index| index.prove_ahead(goes_on))
        };
        thread::scope(|scope| {
            let proven = scope.spawn(prove).join();
            proven.unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    /// The editions of a list's source.
    pub(in crate::store) fn stack(&self, list: &ListManifest) -> Stack {
        let mut stack = Stack::default();
        if self.broken.contains_key(&list.terms.list) {
            return stack;
        }
        for files in &list.layers {
            let withdrawn = files.withdrawn.as_ref();
            let withdrawn = withdrawn.map(|file| (file.clone(), self.index(file).clone()));
            let index = self.index(&files.index).clone();
            stack.push(files.index.clone(), index, withdrawn);
        }
        stack
    }

    /// What was withdrawn of a list by hand.
    pub(in crate::store) fn revoked(&self, list: &ListManifest) -> Vec<Tombstones> {
        let none = Live::default();
        let live = self.live.get(&list.terms.list).unwrap_or(&none);
        let mut gone = Vec::new();
        if let Some(revoked) = &list.revoked {
            let lifted = Some(live.lifted.clone()).filter(|lifted| !lifted.is_empty());
            gone.push(Tombstones::Built(self.index(revoked).clone(), lifted));
        }
        if !live.revoked.is_empty() {
            gone.push(Tombstones::Live(live.revoked.clone()));
        }
        gone
    }

    /// The layers of a list.
    pub(in crate::store) fn layers(&self, list: &ListManifest) -> Vec<Layer> {
        let none = Live::default();
        let live = self.live.get(&list.terms.list).unwrap_or(&none);
        let standing = Arc::new(Standing {
            terms: list.terms.clone(),
            generation: self.manifest.generation,
        });
        let gone = self.revoked(list);
        let mut layers = self.stack(list).layers(gone, Some(standing.clone()));
        if let Some(added) = &list.added {
            let dropped = Some(live.dropped.clone()).filter(|dropped| !dropped.is_empty());
            let replaced = Tombstones::Replaced(live.added.clone());
            layers.push(Layer {
                content: Content::Built(self.index(added).clone()),
                standing: Some(standing.clone()),
                gone: dropped
                    .into_iter()
                    .map(Tombstones::Live)
                    .chain([replaced])
                    .collect(),
                replaces: false,
            });
        }
        if live.added.entries().next().is_some() {
            layers.push(Layer {
                content: Content::PendingEntries(live.added.clone()),
                standing: Some(standing),
                gone: Vec::new(),
                replaces: false,
            });
        }
        layers
    }
}

/// Opens an index of the store, if it is the one that was built.
pub(in crate::store) fn open_index(folder: &Folder, file: &IndexFile) -> Result<Index> {
    let path = folder.indexes().join(&file.file);
    // A manifest names files of the folder, nothing else.
    let is_name = std::path::Path::new(&file.file).file_name() == Some(file.file.as_ref());
    if !is_name {
        return Err(Error::Store {
            path,
            problem: Problem::StoreIndexOutside,
        });
    }
    let index = Index::open(&path)?;
    if index.root() != file.root {
        return Err(Error::Store {
            path,
            problem: Problem::StoreIndexForeign,
        });
    }
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::layout::manifest::to_line;

    #[test]
    fn a_generation_that_was_removed_meanwhile_is_not_one_without_decisions() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::create(&parent.path().join("store"), None).unwrap();
        let manifest = Manifest::new(1, 0, Vec::new());
        fs::write(folder.manifest(1), to_line(&manifest)).unwrap();
        let mut opened = Opened::files(&folder, Pointer::of(1), manifest, None).unwrap();
        opened.read_all_decisions(&folder).unwrap();
        fs::remove_file(folder.manifest(1)).unwrap();
        let gone = opened.read_all_decisions(&folder);
        assert!(
            matches!(&gone, Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound),
            "{gone:?}"
        );
    }
}
