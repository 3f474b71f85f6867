//! A picture or clip with others in it or behind it, which are its members.

use std::io::{self, Read};
use std::sync::Arc;

use super::container::{Container, Entry};
use super::gap::{Gap, gap_of};
use super::passwords::Keyring;
use super::pieces::Pieces;
use super::source::Source;
use super::zip::{Zip, stands_behind_source};
use crate::archive::gap::GapKind;
use crate::error::Reason;
use crate::media::parts::{Part, Parts, Piece};

/// A picture or clip that holds others.
pub(super) struct Carrier {
    state: State,
    parts: std::vec::IntoIter<Part>,
    over_limit: Option<Reason>,
    window_bytes: u64,
    /// The largest directory of a zip file; none where archives are members like others.
    directory_bytes: Option<u64>,
    keyring: Arc<Keyring>,
    failed: Option<Gap>,
}

enum State {
    /// At a part, once the first was asked for.
    Parts(Source, Option<Part>),
    /// The zip file that ends where the file does: it is read where it stands, however large it is.
    Zip(Box<Zip>),
    Ended,
}

impl Carrier {
    pub(super) fn new(
        parts: Parts,
        source: Source,
        (window_bytes, directory_bytes): (u64, Option<u64>),
        keyring: Arc<Keyring>,
    ) -> Carrier {
        Carrier {
            state: State::Parts(source, None),
            parts: parts.parts.into_iter(),
            over_limit: parts.over_limit,
            window_bytes,
            directory_bytes,
            keyring,
            failed: None,
        }
    }

    /// Where a zip file begins that ends with the file, if a part is one.
    fn zip_at(source: &mut Source, part: &Part) -> io::Result<Option<u64>> {
        let [Piece::Range(range)] = part.pieces.as_slice() else {
            return Ok(None);
        };
        let is_last = range.end == source.len();
        let is_zip = is_last && source.array(range.start)? == Some(*b"PK\x03\x04");
        Ok(is_zip.then_some(range.start))
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        let State::Parts(mut source, _) = std::mem::replace(&mut self.state, State::Ended) else {
            return Ok(None);
        };
        let next = self.parts.next();
        let zip = match (&next, self.directory_bytes) {
            (Some(part), Some(directory)) => {
                Carrier::zip_at(&mut source, part)?.map(|at| (at, directory))
            }
            // Its members are in what the picture itself takes.
            (None, Some(directory)) if stands_behind_source(&mut source) => Some((0, directory)),
            _ => None,
        };
        if let Some((at, directory)) = zip {
            let most = (self.window_bytes, directory);
            let zip = Zip::new(source, most, Arc::clone(&self.keyring)).behind(at);
            self.state = State::Zip(Box::new(zip));
            return Ok(self.next_entry());
        }
        let entry = next.as_ref().map(Entry::of_part);
        if next.is_some() {
            self.state = State::Parts(source, next);
        }
        Ok(entry)
    }
}

impl Container for Carrier {
    fn next_entry(&mut self) -> Option<Entry> {
        if let State::Zip(zip) = &mut self.state {
            return zip.next_entry();
        }
        self.advance().unwrap_or_else(|error| {
            self.failed = Some(gap_of(error));
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match &mut self.state {
            State::Parts(source, Some(part)) => Box::new(Pieces::new(source, part)),
            State::Zip(zip) => zip.content(),
            State::Parts(_, None) | State::Ended => Box::new(io::empty()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        let zip = match &mut self.state {
            State::Zip(zip) => zip.gap(),
            _ => None,
        };
        let over_limit = self.over_limit.take();
        let over_limit = over_limit.map(|reason| (GapKind::OverLimit, reason.into()));
        self.failed.take().or(over_limit).or(zip)
    }
}
