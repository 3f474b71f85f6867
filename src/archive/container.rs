//! What every container gives.

use std::io::Read;

use super::gap::Gap;
use crate::media::parts::Part;

/// A member, before its content is read.
pub(super) struct Entry {
    /// Its name as stored.
    pub(super) path: Vec<u8>,
    /// Why its content cannot be read.
    pub(super) refused: Option<Gap>,
    /// How much it claims to unpack to, in bytes. `None` where nothing is unpacked, or is charged as it is read.
    pub(super) claim: Option<u64>,
    /// How many bytes it takes in the container, where that is a lower bound on its content.
    pub(super) stored: u64,
    /// It is charged as it is read, and not otherwise passed over: it is read even if it is known.
    pub(super) whole: bool,
    /// It says that it is a link: its content is the path that it points to.
    pub(super) link: bool,
    /// It is no regular member, but a part of something else.
    pub(super) is_part: bool,
    /// What is wrong with it that does not keep its content from being read.
    pub(super) gap: Option<Gap>,
}

impl Entry {
    pub(super) fn of(path: Vec<u8>) -> Entry {
        Entry {
            path,
            refused: None,
            claim: None,
            stored: 0,
            whole: false,
            link: false,
            is_part: false,
            gap: None,
        }
    }

    /// A part of the container that is no regular member of it.
    pub(super) fn of_part(part: &Part) -> Entry {
        Entry {
            claim: Some(part.len()),
            stored: part.len(),
            is_part: true,
            ..Entry::of(part.name.clone())
        }
    }
}

/// An archive that is read member by member.
pub(super) trait Container: Send {
    /// Goes to the next member, whether or not the content of the last was read.
    fn next_entry(&mut self) -> Option<Entry>;

    /// The content of the member that it is at, once, unless it was refused. An error that comes after some of the content
    /// says what is wrong with it.
    fn content(&mut self) -> Box<dyn Read + '_>;

    /// After the last member: what is wrong with the archive itself.
    fn gap(&mut self) -> Option<Gap>;
}
