//! The content of a part, read from the container that holds it.

use std::io::{self, Read};

use super::source::Source;
use crate::media::parts::{Part, Piece};

/// The content of a part.
pub(super) struct Pieces<'p> {
    /// None where all is held in memory.
    source: Option<&'p mut Source>,
    pieces: &'p [Piece],
    /// How much of the first piece was read.
    at: u64,
}

impl<'p> Pieces<'p> {
    pub(super) fn new(source: &'p mut Source, part: &'p Part) -> Pieces<'p> {
        Pieces {
            source: Some(source),
            pieces: &part.pieces,
            at: 0,
        }
    }

    pub(super) fn boxed(source: &'p mut Source, part: &'p Part) -> Box<dyn Read + 'p> {
        Box::new(Pieces::new(source, part))
    }

    /// The content of a part that holds its bytes.
    pub(super) fn of_bytes(part: &'p Part) -> Pieces<'p> {
        Pieces {
            source: None,
            pieces: &part.pieces,
            at: 0,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some((piece, rest)) = self.pieces.split_first() {
            let read = match piece {
                Piece::Bytes(bytes) => {
                    let left = bytes.get(self.at as usize..).unwrap_or_default();
                    let read = left.len().min(buf.len());
                    buf[..read].copy_from_slice(&left[..read]);
                    read
                }
                Piece::Range(range) => {
                    let at = range.start + self.at;
                    let source = self.source.as_mut().ok_or(io::ErrorKind::InvalidInput)?;
                    source.go_to(at)?;
                    let left = range.end.saturating_sub(at);
                    source.by_ref().take(left).read(buf)?
                }
            };
            if read > 0 || buf.is_empty() {
                self.at += read as u64;
                return Ok(read);
            }
            (self.pieces, self.at) = (rest, 0);
        }
        Ok(0)
    }
}
