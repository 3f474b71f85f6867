//! Zip files, read so that nothing in them stays hidden.
//!
//! Members come in the order in which they are stored. The directory says what they are. Members that it does not name
//! are looked for by their local headers. The search covers the gaps between the named members, the directory and what
//! follows. That also serves archives whose directory is cut off. A member whose local header says otherwise how to
//! read it is given a second time, as that says.

mod directory;
mod locked;
mod marks;
mod record;

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use super::codec::Frames;
use super::container::{Container, Entry};
use super::gap::{Gap, Gaps, gap_error, gap_of};
use super::margins::Margins;
use super::passwords::Keyring;
use super::source::{Bytes, Source};
use crate::archive::gap::GapKind;
use crate::error::Reason;
use directory::{Directory, MemberPlace};
use locked::Unlocked;
use marks::Marks;
use record::{DESCRIPTOR, ENTRY, LOCAL, Record};

/// Whether a zip file with members ends where these bytes end, whatever they begin with.
pub(super) fn stands_behind(bytes: impl Bytes + 'static, len: u64) -> bool {
    stands_behind_source(&mut Source::new(bytes, len))
}

/// How many last bytes of a file the end of a directory can begin in.
pub(super) const TAIL_BYTES: u64 = directory::TAIL_BYTES;

/// Whether these last bytes hold a mark of the end of a directory.
pub(super) fn is_marked(tail: &[u8]) -> bool {
    directory::is_marked(tail)
}

/// The same of the bytes of a container.
pub(super) fn stands_behind_source(source: &mut Source) -> bool {
    directory::ends_with_members(source)
}

/// A zip file.
pub(super) struct Zip {
    source: Source,
    window_bytes: u64,
    directory_bytes: u64,
    keyring: Arc<Keyring>,
    /// None until it was looked for.
    directory: Option<Directory>,
    next: usize,
    /// There is a member where the next place says; none until that was looked at.
    next_is_there: Option<bool>,
    /// Everything before was looked into.
    covered: u64,
    marks: Marks,
    /// The member that it is at, and what its local header says otherwise.
    member: Option<Member>,
    second: Option<Member>,
    has_directory: bool,
    margins: Margins,
    gaps: Gaps,
    ended: bool,
}

struct Member {
    record: Record,
    content: u64,
    /// Its sizes and checksum are known.
    checked: bool,
    /// What opens it, if it is encrypted.
    unlocked: Option<Unlocked>,
}

impl Zip {
    pub(super) fn new(
        source: Source,
        (window_bytes, directory_bytes): (u64, u64),
        keyring: Arc<Keyring>,
    ) -> Zip {
        Zip {
            keyring,
            source,
            window_bytes,
            directory_bytes,
            directory: None,
            next: 0,
            next_is_there: None,
            covered: 0,
            marks: Marks::default(),
            member: None,
            second: None,
            has_directory: false,
            margins: Margins::default(),
            gaps: Gaps::default(),
            ended: false,
        }
    }

    /// One behind something else, which is known.
    pub(super) fn behind(self, from: u64) -> Zip {
        Zip {
            covered: from,
            ..self
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        if let Some(member) = self.second.take() {
            return Ok(Some(self.enter(member)));
        }
        loop {
            let (place, until) = self.ahead()?;
            if self.covered < until {
                if let Some(entry) = self.sweep(until)? {
                    return Ok(Some(entry));
                }
                continue;
            }
            let Some(place) = place else {
                return self.margins.next_entry(&mut self.source, &mut self.gaps);
            };
            self.next += 1;
            self.next_is_there = None;
            if let Some(entry) = self.listed(place)? {
                return Ok(Some(entry));
            }
        }
    }

    /// The next member that the directory names, and where what it names goes on.
    fn ahead(&mut self) -> io::Result<(Option<MemberPlace>, u64)> {
        if self.directory.is_none() {
            let directory =
                Directory::read(&mut self.source, self.directory_bytes, &mut self.gaps)?;
            self.has_directory = directory.is_some();
            for margin in directory.iter().flat_map(|directory| &directory.margins) {
                self.margins.add(margin.clone());
            }
            if directory.is_none() {
                if self.source.array(0)? == Some(*b"PK\x07\x08PK\x03\x04") {
                    self.gaps.add(GapKind::Unsupported, Reason::ArchiveVolume);
                }
                let reason = Reason::ZipWithoutDirectory;
                self.gaps.add(GapKind::Damaged, reason);
            }
            self.directory = Some(directory.unwrap_or_else(|| Directory {
                places: Vec::new(),
                start: self.source.len(),
                own: Vec::new(),
                margins: Vec::new(),
            }));
        }
        let directory = self.directory.as_ref().expect("it was read above");
        // No member that is swept up before the directory reaches into it.
        let until = match directory.start {
            start if self.covered < start => start,
            _ => self.source.len(),
        };
        let Some(&place) = directory.places.get(self.next) else {
            return Ok((None, until));
        };
        let is_there = match self.next_is_there {
            Some(is_there) => is_there,
            None => Record::of_member(&mut self.source, place.member)?.is_some(),
        };
        self.next_is_there = Some(is_there);
        // What is not there bounds nothing: a member may lie around it.
        let until = if is_there {
            until.min(place.member)
        } else {
            self.covered
        };
        Ok((Some(place), until))
    }

    /// A member that the directory names, unless it is a folder.
    fn listed(&mut self, place: MemberPlace) -> io::Result<Option<Entry>> {
        let Some(record) = Record::of_directory(&mut self.source, place.entry)? else {
            return Err(gap_error(GapKind::Unreadable, Reason::ArchiveChanged));
        };
        let Some(local) = Record::of_member(&mut self.source, place.member)? else {
            let mut entry = Entry::of(record.name);
            entry.refused = Some((GapKind::Damaged, Reason::ZipMemberMissing.into()));
            return Ok(Some(entry));
        };
        if place.member < self.covered {
            self.gaps.add(GapKind::Damaged, Reason::ZipMembersOverlap);
        }
        if !self.has_name(&local, &record.name)? {
            let reason = Reason::ZipMemberRenamed;
            self.gaps.add(GapKind::Damaged, reason);
        }
        let content = place.member + local.bytes;
        let named = place.member + record::LOCAL_BYTES + local.name_bytes;
        self.margins.add(named..content);
        if record.is_read_otherwise(&local) {
            let reason = Reason::ZipMemberStoredOtherwise;
            self.gaps.add(GapKind::Damaged, reason);
            let checked = !local.sizes_follow();
            let mut otherwise = local.clone();
            otherwise.name.clone_from(&record.name);
            if otherwise.packed == 0xFFFF_FFFF || !checked && otherwise.packed == 0 {
                (otherwise.packed, otherwise.size) = (record.packed, record.size);
            }
            self.second = Some(Member {
                record: otherwise,
                content,
                checked,
                unlocked: None,
            });
        }
        let mut end = content.saturating_add(record.packed);
        if local.sizes_follow() {
            end = end.saturating_add(self.descriptor_bytes(end, &record)?);
        }
        // However large it says it is, what the directory and its end hold is swept.
        let start = self.directory.as_ref().map_or(0, |known| known.start);
        if place.member < start {
            end = end.min(start);
        }
        self.covered = self.covered.max(end);
        if record.is_folder() {
            return Ok(self.second.take().map(|member| self.enter(member)));
        }
        Ok(Some(self.enter(Member {
            record,
            content,
            checked: true,
            unlocked: None,
        })))
    }

    /// Whether a local header has this name. Headers may overlap: no more is read than the directory has.
    fn has_name(&mut self, local: &Record, name: &[u8]) -> io::Result<bool> {
        let len = name.len() as u64;
        let at = local.offset + record::LOCAL_BYTES;
        Ok(local.name_bytes == len && self.source.up_to(len, at)? == name)
    }

    /// How long the descriptor behind a member is. Its mark may be left out, and its sizes have four or eight bytes.
    fn descriptor_bytes(&mut self, at: u64, record: &Record) -> io::Result<u64> {
        let bytes = self.source.up_to(24, at)?;
        let marked = if bytes.starts_with(&DESCRIPTOR) { 4 } else { 0 };
        let sizes = bytes.get(marked + 4..).unwrap_or_default();
        let narrow = [record.packed as u32, record.size as u32].map(u32::to_le_bytes);
        let wide = [record.packed, record.size].map(u64::to_le_bytes);
        Ok(if sizes.starts_with(wide.as_flattened()) {
            marked as u64 + 20
        } else if sizes.starts_with(narrow.as_flattened()) {
            marked as u64 + 12
        } else {
            0
        })
    }

    /// The next member before a place that the directory does not name; what lies before it is covered then.
    fn sweep(&mut self, until: u64) -> io::Result<Option<Entry>> {
        let from = self.covered;
        let mut at = from;
        loop {
            let Some(found) = self.marks.find(&mut self.source, at, until, &[LOCAL])? else {
                self.say_stray(from, until)?;
                self.covered = until;
                return Ok(None);
            };
            let record = Record::of_member(&mut self.source, found)?;
            let fits = |record: &Record| record.is_plausible() && found + record.bytes <= until;
            let Some(mut record) = record.filter(fits) else {
                at = found + 4;
                continue;
            };
            record.read_name(&mut self.source)?;
            let content = found + record.bytes;
            let named = found + record::LOCAL_BYTES + record.name_bytes;
            self.margins.add(named..content);
            self.say_stray(from, found)?;
            return self.unlisted(record, content, until).map(Some);
        }
    }

    fn unlisted(&mut self, mut record: Record, content: u64, until: u64) -> io::Result<Entry> {
        if self.has_directory {
            let reason = Reason::ZipMemberUnlisted;
            self.gaps.add(GapKind::Damaged, reason);
        }
        let unknown = record.sizes_follow() && matches!(record.packed, 0 | 0xFFFF_FFFF);
        if unknown {
            let end = self.find_descriptor(content, until, &mut record)?;
            self.covered = end.max(content);
        } else {
            self.covered = content.saturating_add(record.packed).min(until);
        }
        if record.is_folder() {
            // It is said to be there: folders are no members, but this one is not in the directory.
            let mut entry = Entry::of(record.name);
            entry.refused = Some((GapKind::Skipped, Reason::MemberFolder.into()));
            return Ok(entry);
        }
        Ok(self.enter(Member {
            checked: !unknown || record.size > 0,
            record,
            content,
            unlocked: None,
        }))
    }

    /// The end of a member whose sizes stand behind it. It is at the first descriptor that fits, or else before the next
    /// record.
    fn find_descriptor(
        &mut self,
        content: u64,
        until: u64,
        record: &mut Record,
    ) -> io::Result<u64> {
        let mut at = content;
        let marks = [DESCRIPTOR, LOCAL, ENTRY];
        while let Some(found) = self.marks.find(&mut self.source, at, until, &marks)? {
            let bytes = self.source.up_to(24, found)?;
            let packed = found - content;
            if bytes.starts_with(&DESCRIPTOR) && bytes.len() >= 16 {
                record.crc = record::u32_at(&bytes, 4);
                record.packed = packed;
                if bytes.len() == 24 && record::u64_at(&bytes, 8) == packed {
                    record.size = record::u64_at(&bytes, 16);
                    return Ok(found + 24);
                }
                if u64::from(record::u32_at(&bytes, 8)) == packed {
                    record.size = record::u32_at(&bytes, 12).into();
                    return Ok(found + 16);
                }
            } else if self.is_record(found)? {
                return self.end_unmarked(content, found, record);
            }
            at = found + 4;
        }
        self.end_unmarked(content, until, record)
    }

    /// Ends a member before a place. A descriptor without its mark may stand there, whose sizes have four or eight bytes.
    fn end_unmarked(&mut self, content: u64, end: u64, record: &mut Record) -> io::Result<u64> {
        record.packed = end - content;
        for (bytes, wide) in [(12, false), (20, true)] {
            let Some(packed) = record.packed.checked_sub(bytes) else {
                break;
            };
            let descriptor = self.source.up_to(bytes, end - bytes)?;
            if (descriptor.len() as u64) < bytes {
                break;
            }
            let (stored, size) = if wide {
                (
                    record::u64_at(&descriptor, 4),
                    record::u64_at(&descriptor, 12),
                )
            } else {
                (
                    record::u32_at(&descriptor, 4).into(),
                    record::u32_at(&descriptor, 8).into(),
                )
            };
            if stored == packed {
                record.crc = record::u32_at(&descriptor, 0);
                (record.packed, record.size) = (packed, size);
                break;
            }
        }
        Ok(end)
    }

    fn is_record(&mut self, at: u64) -> io::Result<bool> {
        let local = Record::of_member(&mut self.source, at)?;
        let entry = self.source.array(at)?.is_some_and(|mark| mark == ENTRY);
        Ok(entry || local.is_some_and(|record| record.is_plausible()))
    }

    /// Notes bytes that belong to nothing, unless they are padding, the archive's own or the signature of an Android package.
    fn say_stray(&mut self, from: u64, until: u64) -> io::Result<()> {
        let own = match &self.directory {
            Some(directory) => directory.own.clone(),
            None => Vec::new(),
        };
        let mut from = from;
        for own in own {
            self.say_stray_piece(from, own.start.min(until))?;
            from = from.max(own.end);
        }
        self.say_stray_piece(from, until)
    }

    fn say_stray_piece(&mut self, from: u64, until: u64) -> io::Result<()> {
        const SIGNED: &[u8; 16] = b"APK Sig Block 42";
        if from >= until {
            return Ok(());
        }
        self.margins.add(from..until);
        if until - from >= 16 && self.source.array(until - 16)?.as_ref() == Some(SIGNED) {
            return Ok(());
        }
        self.source.go_to(from)?;
        let mut left = until - from;
        while left > 0 {
            let buffer = self.source.fill_buf()?;
            let len = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            if len == 0 {
                break;
            }
            if buffer[..len].iter().any(|&byte| byte != 0) {
                let reason = Reason::ZipStrayBytes {
                    bytes: until - from,
                };
                self.gaps.add(GapKind::Damaged, reason);
                break;
            }
            self.source.consume(len);
            left -= len as u64;
        }
        Ok(())
    }

    fn enter(&mut self, mut member: Member) -> Entry {
        let record = &member.record;
        let there = self.source.len().saturating_sub(member.content);
        let mut entry = Entry::of(record.name.clone());
        entry.link = record.is_link();
        entry.claim = Some(record.size.max(match record.method {
            0 => record.packed.min(there),
            _ => 0,
        }));
        entry.stored = record.packed.min(there);
        // What says no size that holds is charged as it is read.
        entry.whole = !member.checked;
        if let (Err(reason), true) = (record.codec(), record.is_readable()) {
            entry.refused = Some((GapKind::Unsupported, reason.into()));
        } else if record.is_encrypted() {
            let window = self.window_bytes;
            let at = member.content;
            match locked::unlock(&mut self.source, record, at, window, &self.keyring) {
                Ok(unlocked) => member.unlocked = Some(unlocked),
                Err(gap) => entry.refused = Some(gap),
            }
        }
        self.member = Some(member);
        entry
    }
}

impl Container for Zip {
    fn next_entry(&mut self) -> Option<Entry> {
        if self.ended {
            return None;
        }
        let entry = self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        });
        self.ended = entry.is_none();
        entry
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        let Some(member) = self.member.take() else {
            let part = self.margins.content(&mut self.source);
            return part.unwrap_or_else(|| Box::new(io::empty()));
        };
        // Where it fails, so does the first read.
        let at = member.unlocked.as_ref().map(|unlocked| unlocked.at);
        let _ = self.source.go_to(at.unwrap_or(member.content));
        let stored: Box<dyn BufRead + '_> = match &member.unlocked {
            Some(unlocked) => Box::new(unlocked.reader(&mut self.source)),
            None => Box::new(self.source.by_ref().take(member.record.packed)),
        };
        let unpacked: Box<dyn Read + '_> = match member.record.codec() {
            Ok(Some(codec)) => Box::new(Frames::new(codec, stored, self.window_bytes)),
            Ok(None) => Box::new(stored),
            Err(reason) => {
                self.gaps.add(GapKind::Unsupported, reason);
                return Box::new(io::empty());
            }
        };
        // Of the second version of AES nothing but its HMAC vouches for the content.
        let is_altered = member.record.stored_crc().is_none()
            && member
                .unlocked
                .as_ref()
                .is_some_and(|unlocked| !unlocked.is_vouched);
        if !member.checked && !is_altered {
            return unpacked;
        }
        Box::new(Checked {
            is_altered,
            unpacked,
            checksum: crc32fast::Hasher::new(),
            read: 0,
            size: member.record.size,
            crc: member.record.stored_crc(),
            checked: false,
        })
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

/// The content of a member, held to its size and checksum when all of it was read.
struct Checked<R> {
    unpacked: R,
    /// What vouches for it does not hold.
    is_altered: bool,
    checksum: crc32fast::Hasher,
    read: u64,
    size: u64,
    /// None where something else vouches for it.
    crc: Option<u32>,
    checked: bool,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(buf)?;
        self.read += read as u64;
        self.checksum.update(&buf[..read]);
        if read > 0 || buf.is_empty() || std::mem::replace(&mut self.checked, true) {
            return Ok(read);
        }
        if self.read != self.size {
            let reason = Reason::MemberSize {
                found: self.read,
                expected: self.size,
            };
            return Err(gap_error(GapKind::Damaged, reason));
        }
        let found = self.checksum.clone().finalize();
        if self.is_altered || self.crc.is_some_and(|crc| crc != found) {
            return Err(gap_error(GapKind::Damaged, Reason::MemberChecksum));
        }
        Ok(0)
    }
}
