//! The names of files and folders.

use std::collections::HashMap;
use std::io;

use super::record::{Attribute, Record};
use super::table::Records;
use crate::archive::disk_image::folders::within;
use crate::archive::disk_image::view::View;
use crate::archive::path;

/// The number of the root folder.
const ROOT: u64 = 5;

/// How deep folders are.
const DEPTH_MAX: usize = 512;

/// The most bytes of the names of all folders.
const NAMES_BYTES_MAX: u64 = 256 << 20;

/// What a folder takes in memory beside its name.
const FOLDER_BYTES: u64 = 64;

/// A file or folder, by its name and the number of the folder that it is in.
pub(super) struct Named {
    parent: u64,
    name: Vec<u8>,
}

impl Named {
    /// What the record of a number says.
    pub(super) fn of(
        view: &mut View,
        records: &mut Records,
        of: (u64, &Record),
    ) -> io::Result<Option<Named>> {
        let (attributes, _) = records.attributes(view, of)?;
        let names = attributes.iter().filter_map(Attribute::name_of_file);
        // Those of DOS come last.
        let best = names.min_by_key(|name| name.is_dos);
        Ok(best.map(|name| Named {
            parent: name.parent,
            name: name.name,
        }))
    }
}

/// The names of folders, by their numbers.
pub(super) struct Folders {
    folders: HashMap<u64, Named>,
    limit: u64,
    left: u64,
}

impl Folders {
    /// Names that take at most so many bytes.
    pub(super) fn new(bytes: u64) -> Folders {
        let limit = bytes.min(NAMES_BYTES_MAX);
        Folders {
            folders: HashMap::new(),
            limit,
            left: limit,
        }
    }

    /// Adds a folder.
    ///
    /// # Errors
    /// There is no room for more than so many bytes.
    pub(super) fn add(&mut self, number: u64, named: Named) -> Result<(), u64> {
        let bytes = named.name.len() as u64 + FOLDER_BYTES;
        self.left = self.left.checked_sub(bytes).ok_or(self.limit)?;
        self.folders.insert(number, named);
        Ok(())
    }

    /// The path of a file. What is in no folder that leads to the root is below `$lost`.
    pub(super) fn path_of(&self, named: &Named) -> Vec<u8> {
        let mut names = vec![&named.name];
        let (mut at, mut bytes) = (named.parent, named.name.len());
        while at != ROOT {
            match self.folders.get(&at) {
                Some(folder) if names.len() < DEPTH_MAX && bytes <= path::PATH_MAX => {
                    bytes += folder.name.len() + 1;
                    names.push(&folder.name);
                    at = folder.parent;
                }
                _ => return [&b"$lost/"[..], &named.name].concat(),
            }
        }
        let names = names.into_iter().rev();
        names.fold(Vec::new(), |outer, name| within(&outer, name))
    }
}
