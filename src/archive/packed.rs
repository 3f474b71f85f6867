//! A compressed stream: a tar archive, or a single file.

use std::io::{self, Read};
use std::sync::Arc;

use super::beside::{Beside, BesideParts};
use super::codec::{Codec, Frames};
use super::container::{Container, Entry};
use super::gap::{Gap, gap_error, gap_of};
use super::limits::Budget;
use super::source::Source;
use super::tar::{self, Stream, Tar};
use crate::archive::gap::GapKind;

/// A compressed stream.
pub(super) struct Packed {
    state: State,
    beside: Beside,
    gap: Option<Gap>,
}

enum State {
    /// Nothing is read yet; the name of the file.
    New(Unpacked, Vec<u8>),
    Tar(Tar),
    /// A single file, and what was read of it.
    Single(Unpacked),
    /// What stands beside, after the last member.
    Beside(BesideParts),
}

impl Packed {
    pub(super) fn new(
        codec: Codec,
        source: Source,
        name: &[u8],
        window_bytes: u64,
        budget: Arc<Budget>,
    ) -> Packed {
        let unpacked = Unpacked {
            frames: Frames::new(codec, source, window_bytes),
            front: io::Cursor::default(),
            failed: None,
            budget,
        };
        Packed {
            beside: unpacked.frames.beside(),
            state: State::New(unpacked, inner_name(name)),
            gap: None,
        }
    }

    /// Goes on to what stands beside.
    fn finish(&mut self) -> State {
        let (parts, gap) = self.beside.parts("beside");
        self.gap = self.gap.take().or(gap);
        State::Beside(parts)
    }
}

impl Container for Packed {
    fn next_entry(&mut self) -> Option<Entry> {
        loop {
            let ended = State::Beside(BesideParts::default());
            match std::mem::replace(&mut self.state, ended) {
                State::New(mut unpacked, name) => {
                    unpacked.look_ahead();
                    if tar::begins(unpacked.front.get_ref()) {
                        self.state = State::Tar(Tar::new(unpacked));
                        continue;
                    }
                    self.state = State::Single(unpacked);
                    let mut entry = Entry::of(name);
                    entry.whole = true;
                    return Some(entry);
                }
                State::Tar(mut tar) => {
                    let entry = tar.next_entry();
                    if entry.is_some() {
                        self.state = State::Tar(tar);
                        return entry;
                    }
                    self.gap = tar.gap();
                    self.state = self.finish();
                }
                State::Single(_) => self.state = self.finish(),
                State::Beside(mut parts) => {
                    let entry = parts.next_entry();
                    self.state = State::Beside(parts);
                    return entry;
                }
            }
        }
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match &mut self.state {
            State::Tar(tar) => tar.content(),
            State::Single(unpacked) => Box::new(unpacked),
            State::Beside(parts) => parts.content(),
            State::New(..) => Box::new(io::empty()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gap.take()
    }
}

/// What a compressed stream unpacks to, charged as it is read.
pub(super) struct Unpacked {
    frames: Frames<Source>,
    /// What was read to see what it is, and what ended that or is all that may be read.
    front: io::Cursor<Vec<u8>>,
    failed: Option<Gap>,
    budget: Arc<Budget>,
}

impl Unpacked {
    fn look_ahead(&mut self) {
        let mut front = Vec::new();
        let mut failed = self.frames.by_ref().take(tar::BLOCK as u64);
        self.failed = failed.read_to_end(&mut front).err().map(gap_of);
        self.front = io::Cursor::new(front);
    }
}

impl Read for Unpacked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.front.read(buf)?;
        if read > 0 || buf.is_empty() {
            return Ok(read);
        }
        if let Some((kind, reasons)) = &self.failed {
            return Err(gap_error(*kind, reasons.clone()));
        }
        let read = self.frames.read(buf)?;
        let allowed = self.budget.take_up_to(read as u64) as usize;
        if allowed < read {
            // What is allowed is given to its last byte, in whatever pieces it is read.
            self.failed = Some((GapKind::OverLimit, self.budget.reason().into()));
        }
        match allowed {
            0 => self
                .failed
                .clone()
                .map_or(Ok(0), |(kind, reasons)| Err(gap_error(kind, reasons))),
            _ => Ok(allowed),
        }
    }
}

impl Stream for Unpacked {
    fn pass_over(&mut self, bytes: u64) -> io::Result<u64> {
        io::copy(&mut self.take(bytes), &mut io::sink())
    }
}

/// The name of what a compressed file holds: `a.jpg` of `a.jpg.gz`, `a.tar` of `a.tgz`.
fn inner_name(name: &[u8]) -> Vec<u8> {
    let name = name.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let ends: [(&[u8], &[u8]); 9] = [
        (b".gz", b""),
        (b".bz2", b""),
        (b".xz", b""),
        (b".zst", b""),
        (b".tgz", b".tar"),
        (b".tbz2", b".tar"),
        (b".txz", b".tar"),
        (b".tzst", b".tar"),
        (b".svgz", b".svg"),
    ];
    for (end, instead) in ends {
        let Some(stem) = name.len().checked_sub(end.len()) else {
            continue;
        };
        if stem > 0 && name[stem..].eq_ignore_ascii_case(end) {
            return [&name[..stem], instead].concat();
        }
    }
    name.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_file_is_named_as_what_it_holds() {
        let of = |name: &str| String::from_utf8(inner_name(name.as_bytes())).unwrap();
        assert_eq!(of("dir/a.jpg.gz"), "a.jpg");
        assert_eq!(of("A.TGZ"), "A.tar");
        assert_eq!(of("plain"), "plain");
        assert_eq!(of(".gz"), ".gz");
        assert_eq!(of("x/"), "");
    }
}
