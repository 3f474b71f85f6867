//! Archives to their members, one by one in memory: nothing is unpacked to disk.
//!
//! An archive is a stack of containers. A member that is itself an archive is held in memory. It is opened on top of the
//! container that holds it. Each container gives its members in stored order. `zip` and `sevenzip` go by their directory and by
//! what that leaves out, `tar` block by block, `mail` line by line, `pdf` object by object. A `packed` stream gives what it unpacks to.
//! A picture or clip is a container too where there are [parts](crate::media::parts) in it: its members are these.
//!
//! Whatever the bytes are, it ends, within [`ArchiveLimits`]. Everything that was not looked into is told: members
//! without content, broken members, and rests of the archive itself. Broken content is given as far as it goes.

mod beside;
mod cab;
mod carrier;
mod carve;
mod codec;
mod compound;
mod container;
mod crypt;
mod database;
mod disk_image;
#[cfg(fuzzing)]
mod fuzzed;
mod gap;
mod kind;
mod limits;
mod mail;
mod margins;
mod member;
mod opened;
mod packed;
mod passwords;
mod path;
mod pdf;
mod pieces;
mod placed;
mod sevenzip;
mod source;
mod tar;
#[cfg(all(test, feature = "archives"))]
mod tests;
mod thumbcache;
mod waiting;
mod web_cache;
mod zip;

pub use carve::Carving;
pub(crate) use kind::Kind;
pub use limits::ArchiveLimits;
pub(crate) use member::{Content, Member};
pub use passwords::Passwords;

use std::io::{Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use crate::error::Reason;
use crate::media::Format;
use crate::media::parts::Parts;
use container::{Container, Entry};
use gap::gap_of;
pub(crate) use gap::{Gap, GapKind};
use limits::Budget;
use passwords::Keyring;
use path::join;
use source::{Held, Source};

/// An archive that is read member by member, depth first.
pub(crate) struct Archive {
    levels: Vec<Level>,
    limits: ArchiveLimits,
    member_bytes_max: u64,
    /// Whether archives within are looked into.
    opens_archives: bool,
    budget: Arc<Budget>,
    keyring: Arc<Keyring>,
    /// How many bytes the open levels hold.
    held: u64,
    next: u64,
    end: Option<Gap>,
}

/// One container on the stack.
struct Level {
    container: Box<dyn Container>,
    kind: Kind,
    /// Its path, empty for the outermost, and its bytes, which the container reads.
    path: Vec<u8>,
    bytes: Arc<Vec<u8>>,
    /// What was wrong with its own bytes.
    gap: Option<Gap>,
    held: u64,
}

impl Archive {
    /// Opens what was [recognised](Kind::sniff) as a container, `bytes` long. `name` tells how to call the single file in
    /// a compressed one. It never fails: what is wrong is told by [`end`](Self::end).
    pub(crate) fn open(
        kind: Kind,
        source: impl Read + Seek + Send + 'static,
        bytes: u64,
        name: &Path,
        limits: &ArchiveLimits,
        member_bytes_max: u64,
    ) -> Archive {
        let mut archive = Archive::empty(bytes, limits, member_bytes_max);
        let source = Source::new(source, bytes);
        let (container, held) =
            archive.container(kind, source, name.as_os_str().as_encoded_bytes());
        archive.begin(kind, container, held);
        archive
    }

    /// Opens a picture or clip of so many bytes, whose members are its parts. Archives among them are members like others
    /// unless they are to be opened.
    pub(crate) fn open_parts(
        parts: Parts,
        source: impl Read + Seek + Send + 'static,
        bytes: u64,
        limits: &ArchiveLimits,
        member_bytes_max: u64,
        opens_archives: bool,
    ) -> Archive {
        let mut archive = Archive {
            opens_archives,
            ..Archive::empty(bytes, limits, member_bytes_max)
        };
        let carrier = archive.carrier(parts, Source::new(source, bytes));
        archive.begin(Kind::Parts, carrier, 0);
        archive
    }

    fn empty(bytes: u64, limits: &ArchiveLimits, member_bytes_max: u64) -> Archive {
        Archive {
            levels: Vec::new(),
            limits: *limits,
            member_bytes_max,
            opens_archives: true,
            budget: Arc::new(Budget::new(limits, bytes)),
            keyring: Arc::default(),
            held: 0,
            next: 0,
            end: None,
        }
    }

    /// Tries these passwords on what is encrypted.
    pub(crate) fn with_passwords(self, passwords: &Passwords) -> Archive {
        self.keyring.set(passwords.clone());
        self
    }

    /// Puts the outermost container on the stack.
    fn begin(&mut self, kind: Kind, container: Box<dyn Container>, held: u64) {
        self.held = held;
        self.levels.push(Level {
            container,
            kind,
            path: Vec::new(),
            bytes: Arc::default(),
            gap: None,
            held,
        });
    }

    /// The next member in stored order; those of a nested archive come before it. Where `known` says so of its number, its
    /// content is passed over. Numbers and paths are the same whatever is known.
    pub(crate) fn next_member(&mut self, known: &dyn Fn(u64) -> bool) -> Option<Member> {
        loop {
            let level = self.levels.last_mut()?;
            if self.next >= self.limits.members {
                let reason = Reason::ArchiveMembers {
                    limit: self.limits.members,
                };
                self.end = Some((GapKind::OverLimit, reason.into()));
                self.levels.clear();
                return None;
            }
            let mut is_part = false;
            let (path, content, gap) = match level.container.next_entry() {
                Some(mut entry) => {
                    is_part = entry.is_part;
                    let (path, cut) = join(&level.path, &entry.path);
                    entry.gap = entry.gap.or(cut);
                    let gap = entry.gap.clone();
                    match self.read(entry, known(self.next)) {
                        Some((content, broken)) => (path, content, gap.or(broken)),
                        None => continue,
                    }
                }
                None => self.close()?,
            };
            let number = self.next;
            self.next += 1;
            let mut torn = self.levels.iter().filter_map(|level| level.gap.as_ref());
            let is_in_torn = torn.any(|(_, reasons)| reasons.is_transient());
            let (content, holder) = if known(number) {
                (Content::Known, None)
            } else {
                (content, self.holder().filter(|_| is_part))
            };
            return Some(Member {
                number,
                path,
                content,
                gap,
                holder,
                is_in_torn,
            });
        }
    }

    /// After the last member: why not all of the archive was looked into, if so.
    pub(crate) fn end(&mut self) -> Option<Gap> {
        self.end.take()
    }

    /// Reads the member that the topmost container is at; `None` if it is an archive, which is on top then.
    fn read(&mut self, entry: Entry, known: bool) -> Option<(Content, Option<Gap>)> {
        let refused = |(kind, reasons): Gap| Some((Content::Refused(kind, reasons), None));
        if let Some(gap) = entry.refused {
            return refused(gap);
        }
        let room = self.limits.held_bytes.saturating_sub(self.held);
        let most = self.member_bytes_max.min(room);
        if entry.stored > most {
            return refused(self.too_large());
        }
        if let Some(claim) = entry.claim
            && !self.budget.take(claim.min(self.member_bytes_max))
        {
            return refused((GapKind::OverLimit, self.budget.reason().into()));
        }
        let level = self.levels.last_mut().expect("it has an entry");
        let mut content = level.container.content();
        let mut bytes = Vec::new();
        let mut broken = fill(&mut content, &mut bytes, most.min(Format::HEAD as u64));
        let is_picture = Format::sniff(&bytes).is_some();
        let kind = Kind::sniff(&bytes);
        let kind = if is_picture || bytes.is_empty() {
            kind
        } else {
            Kind::named(kind, &entry.path)
        };
        let kind = kind.filter(|_| self.opens_archives);
        // What is read whatever is known is charged as it is read, all else before.
        let charged = kind.is_some() || entry.whole;
        let bound = match entry.claim {
            Some(claim) if !charged => {
                let beyond = self.budget.take_unclaimed(entry.stored);
                claim.saturating_add(beyond).max(Format::HEAD as u64)
            }
            _ => u64::MAX,
        };
        // Of these all is read: what may stand behind them has numbers of its own.
        let carries = is_picture || Kind::may_stand_behind(&bytes) || Kind::may_be_disc(&bytes);
        if kind.is_none() && known && !entry.whole && !carries {
            return Some((Content::Known, None));
        }
        if entry.link && kind.is_none() && !is_picture {
            let target = crate::escape::escape(&bytes).into_owned();
            return refused((
                GapKind::Skipped,
                Reason::MemberSymbolicLink { target }.into(),
            ));
        }
        while broken.is_none() && bytes.len() as u64 <= most.min(bound) {
            let before = bytes.len() as u64;
            // One byte more than there is room for tells that it is too large.
            let most = most.min(bound).saturating_add(1);
            let until = before.saturating_add(STEP).min(most);
            broken = fill(&mut content, &mut bytes, until);
            let after = bytes.len() as u64;
            if let Some(claim) = entry.claim
                && charged
                && !self.budget.take(after.saturating_sub(before.max(claim)))
            {
                return refused((GapKind::OverLimit, self.budget.reason().into()));
            }
            if after < until {
                break;
            }
        }
        drop(content);
        if bytes.len() as u64 > most {
            return refused(self.too_large());
        }
        if bytes.len() as u64 > bound {
            bytes.truncate(bound as usize);
            let reason = Reason::MemberExceedsClaim { limit: bound };
            broken = Some((GapKind::Damaged, reason.into()));
        }
        let (nested, bytes) = self.nested(kind, carries, is_picture, bytes);
        match (nested, broken) {
            (None, _) if known && !entry.whole => Some((Content::Known, None)),
            (Some(nested), broken) => self.nest(nested, entry.path, bytes, entry.gap.or(broken)),
            (None, Some(gap)) if bytes.is_empty() => refused(gap),
            (None, broken) => Some((Content::Bytes(bytes), broken)),
        }
    }

    /// The container that the bytes of a member are, or have in or behind them, and the bytes.
    fn nested(
        &self,
        kind: Option<Kind>,
        carries: bool,
        is_picture: bool,
        bytes: Vec<u8>,
    ) -> (Option<Nested>, Vec<u8>) {
        // What tells a disc stands far behind the first bytes. It may begin with a table of partitions too.
        let may_be_disc = matches!(kind, None | Some(Kind::DiskImage))
            && carries
            && self.opens_archives
            && Kind::may_be_disc(&bytes);
        let kind = match Kind::sniff(&bytes) {
            Some(Kind::Disc) if may_be_disc => Some(Kind::Disc),
            _ => kind,
        };
        let shared = Arc::new(bytes);
        let end = Cursor::new(Held(Arc::clone(&shared)));
        let behind = || Kind::sniff_end(end, shared.len() as u64);
        let behind = carries && self.opens_archives && kind.is_none() && behind().is_some();
        // What is a picture or clip beside an archive that it begins with is not looked into twice.
        let parts = match Format::sniff(&shared) {
            Some(format) if kind.is_none() => Parts::of_bytes(format, &shared),
            _ => Parts::default(),
        };
        let nested = match kind {
            Some(kind) => Some(Nested::Archive(kind)),
            None if !parts.is_empty() || behind && is_picture => Some(Nested::Parts(parts)),
            None => behind.then_some(Nested::Archive(Kind::Zip)),
        };
        (nested, Arc::unwrap_or_clone(shared))
    }

    /// The bytes of the picture whose parts the topmost container gives, unless that is the outermost.
    fn holder(&self) -> Option<Arc<Vec<u8>>> {
        let level = self.levels.last()?;
        let is_inner = level.kind == Kind::Parts && self.levels.len() > 1;
        is_inner.then(|| Arc::clone(&level.bytes))
    }

    fn too_large(&self) -> Gap {
        let most = self.member_bytes_max;
        let reason = if self.held == 0 || self.limits.held_bytes - self.held >= most {
            Reason::MemberTooLarge { limit: most }
        } else {
            Reason::MemberTooLargeWithin {
                limit: self.limits.held_bytes,
            }
        };
        (GapKind::OverLimit, reason.into())
    }

    /// Puts an archive on top, unless it is nested too deep.
    fn nest(
        &mut self,
        nested: Nested,
        name: Vec<u8>,
        bytes: Vec<u8>,
        gap: Option<Gap>,
    ) -> Option<(Content, Option<Gap>)> {
        let kind = match nested {
            Nested::Archive(kind) => kind,
            Nested::Parts(_) => Kind::Parts,
        };
        // Pictures that hold others count by themselves: their thumbnails must not take the place of archives.
        let is_parts = |level: &&Level| (level.kind == Kind::Parts) == (kind == Kind::Parts);
        let outer = self.levels.iter().filter(is_parts).count();
        let most = match kind {
            Kind::Parts => CARRIERS_MAX,
            _ => self.limits.depth,
        };
        let limit = u64::from(most);
        if outer as u64 >= limit {
            let reason = match kind {
                Kind::Parts => Reason::CarrierDepth { limit },
                _ => Reason::ArchiveDepth { limit },
            };
            let gap = gap.or(Some((GapKind::OverLimit, reason.into())));
            return Some((Content::Archive { kind, bytes, gap }, None));
        }
        let len = bytes.len() as u64;
        self.held += len;
        let bytes = Arc::new(bytes);
        let source = Source::new(Cursor::new(Held(Arc::clone(&bytes))), len);
        let (container, window) = match nested {
            Nested::Archive(kind) => self.container(kind, source, &name),
            Nested::Parts(parts) => (self.carrier(parts, source), 0),
        };
        self.held += window;
        let outer = self.levels.last().expect("it is in one");
        self.levels.push(Level {
            container,
            kind,
            path: join(&outer.path, &name).0,
            bytes,
            gap,
            held: len + window,
        });
        None
    }

    /// Takes the topmost container away: what is given for it, unless it was the outermost.
    fn close(&mut self) -> Option<(Vec<u8>, Content, Option<Gap>)> {
        let mut level = self.levels.pop()?;
        self.held -= level.held;
        let gap = level.container.gap();
        if self.levels.is_empty() {
            self.end = gap;
            return None;
        }
        drop(level.container);
        let content = Content::Archive {
            kind: level.kind,
            bytes: Arc::unwrap_or_clone(level.bytes),
            gap: level.gap.or(gap),
        };
        Some((level.path, content, None))
    }
}

/// How many pictures or clips with others in them may lie one within the other.
const CARRIERS_MAX: u32 = 8;

/// What is put on top.
enum Nested {
    Archive(Kind),
    Parts(Parts),
}

/// How much is read of a member before it is charged.
const STEP: u64 = 1 << 20;

/// Reads until there are so many bytes, or to the end; what kept it from that.
fn fill(content: &mut dyn Read, bytes: &mut Vec<u8>, until: u64) -> Option<Gap> {
    let missing = until.saturating_sub(bytes.len() as u64);
    content.take(missing).read_to_end(bytes).err().map(gap_of)
}
