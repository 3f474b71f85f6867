//! Members that were found in one step of a container, and are given one by one.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::container::Entry;
use super::gap::{GapKind, Gaps};
use crate::media::parts::{Collector, Piece};

/// Members with their content.
#[derive(Default)]
pub(super) struct Waiting {
    members: VecDeque<(Entry, Vec<u8>)>,
    /// What the member that it is at holds, and how much of it was read.
    content: io::Cursor<Vec<u8>>,
}

impl Waiting {
    pub(super) fn push(&mut self, entry: Entry, content: Vec<u8>) {
        self.members.push_back((entry, content));
    }

    /// Searches bytes for pictures, clips and archives, which are named by where these are.
    pub(super) fn search(&mut self, place: &[u8], bytes: &[u8], gaps: &mut Gaps) {
        let mut collector = Collector::new(bytes.len() as u64);
        collector.search_owned("within", bytes);
        let parts = collector.finish();
        if let Some(reason) = parts.over_limit {
            gaps.add(GapKind::OverLimit, reason);
        }
        for part in parts.parts {
            let content = part.pieces.iter().flat_map(|piece| match piece {
                Piece::Bytes(bytes) => bytes.as_slice(),
                Piece::Range(_) => &[],
            });
            let content = content.copied().collect();
            let entry = Entry {
                path: [place, b"/", &part.name].concat(),
                ..Entry::of_part(&part)
            };
            self.push(entry, content);
        }
    }

    /// Goes to the next member.
    pub(super) fn next_entry(&mut self) -> Option<Entry> {
        let (entry, content) = self.members.pop_front().unzip();
        self.content = io::Cursor::new(content.unwrap_or_default());
        entry
    }

    /// The content of the member that it is at.
    pub(super) fn content(&mut self) -> &mut (dyn Read + Send) {
        &mut self.content
    }
}
