//! Files that have been given by one of their names.

use std::collections::{HashMap, HashSet};

/// The most bytes of first names, and the most files with one name alone, that are remembered.
const NAMES_BYTES_MAX: usize = 64 << 20;
const SINGLES_MAX: usize = 1 << 22;

/// What a table takes for a name beside its bytes.
const NAME_BYTES: usize = 64;

/// Files that were met.
#[derive(Default)]
pub(super) struct Met {
    /// The first names of those that say that they have several.
    names: HashMap<u64, Vec<u8>>,
    names_bytes: usize,
    /// Those that say that they have one.
    singles: HashSet<u64>,
}

/// How a file was met before.
pub(super) enum Before<'m> {
    /// Not, as far as is remembered.
    Nothing,
    /// By this name.
    Named(&'m [u8]),
    /// By what it says is its only name.
    Single,
}

impl Met {
    /// How the file of this number was met before, which has so many names and is met by this one.
    pub(super) fn before(&mut self, number: u64, names: u64, path: &[u8]) -> Before<'_> {
        if names > 1 {
            let bytes = path.len() + NAME_BYTES;
            let is_new = !self.names.contains_key(&number);
            if is_new && self.names_bytes + bytes <= NAMES_BYTES_MAX {
                self.names_bytes += bytes;
                self.names.insert(number, path.to_vec());
            }
            return match self.names.get(&number).filter(|_| !is_new) {
                Some(first) => Before::Named(first),
                None => Before::Nothing,
            };
        }
        if self.singles.contains(&number) {
            return Before::Single;
        }
        if self.singles.len() < SINGLES_MAX {
            self.singles.insert(number);
        }
        Before::Nothing
    }
}
