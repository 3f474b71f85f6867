//! The lines of mail, one at a time. A line without an end comes in pieces.

use std::collections::VecDeque;
use std::io::{self, BufRead as _};

use crate::archive::source::Source;

/// The longest piece of a line, in bytes. RFC 5322 allows 998 characters.
const PIECE_BYTES_MAX: usize = 64 << 10;

/// The lines of some bytes, with their ends.
pub(super) struct Lines {
    source: Source,
    piece: Vec<u8>,
    /// Whether the piece begins a line, and whether the next one that is read does.
    is_start: bool,
    next_is_start: bool,
    /// What was read ahead, and is given first.
    ahead: VecDeque<(Vec<u8>, bool)>,
}

impl Lines {
    pub(super) fn new(source: Source) -> Lines {
        Lines {
            source,
            piece: Vec::new(),
            is_start: true,
            next_is_start: true,
            ahead: VecDeque::new(),
        }
    }

    /// The piece that it is at.
    pub(super) fn piece(&self) -> &[u8] {
        &self.piece
    }

    /// Whether the piece begins a line.
    pub(super) fn is_start(&self) -> bool {
        self.is_start
    }

    /// Goes to the next piece; whether there is one.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        if let Some((piece, is_start)) = self.ahead.pop_front() {
            (self.piece, self.is_start) = (piece, is_start);
            return Ok(true);
        }
        self.piece.clear();
        self.is_start = self.next_is_start;
        self.next_is_start = false;
        while self.piece.len() < PIECE_BYTES_MAX {
            let buffer = self.source.fill_buf()?;
            let room = buffer.len().min(PIECE_BYTES_MAX - self.piece.len());
            let buffer = &buffer[..room];
            let end = memchr::memchr(b'\n', buffer);
            let taken = end.map_or(buffer.len(), |end| end + 1);
            self.piece.extend(&buffer[..taken]);
            self.source.consume(taken);
            self.next_is_start = end.is_some();
            if end.is_some() || taken == 0 {
                break;
            }
        }
        Ok(!self.piece.is_empty())
    }

    /// Gives the piece that it is at once more.
    pub(super) fn back(&mut self) {
        let piece = std::mem::take(&mut self.piece);
        self.ahead.push_front((piece, self.is_start));
    }

    /// Takes the piece that it is at, which another may follow.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.piece)
    }

    /// Goes back to a piece that was taken, which began a line, before the one that it is at.
    pub(super) fn restore(&mut self, taken: Vec<u8>) {
        if !self.piece.is_empty() {
            self.back();
        }
        (self.piece, self.is_start) = (taken, true);
    }
}

/// How many bytes the end of a line takes.
pub(super) fn end_bytes(piece: &[u8]) -> usize {
    match piece {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 0,
    }
}

/// Whether there is nothing on a line.
pub(super) fn is_blank(piece: &[u8]) -> bool {
    piece.len() == end_bytes(piece)
}
