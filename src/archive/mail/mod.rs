//! Mail: a message (RFC 5322, with parts as RFC 2045 to 2047 say), a web page saved with its pictures (RFC 2557), and a
//! mailbox of messages (RFC 4155).
//!
//! It is read line by line, so that a mailbox of any size takes little memory. Attachments and inline pictures are the
//! members. Messages within a message are gone through where they stand. Bodies are no members. They are searched for
//! pictures, as is all else that is no member. Such are data URIs in HTML, fields of headers, and what stands before the first
//! part and behind the last. So programs that disagree on where a part ends hide nothing.

mod fields;
mod lines;
mod sniff;
mod transfer;

use std::collections::HashMap;
use std::io::{self, Read};

use super::beside::{BYTES_MAX as SEARCHED_BYTES_MAX, Beside, BesideParts};
use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::kind::Kind;
use super::source::Source;
use crate::error::Reason;
use crate::media::Format;
use fields::{FIELD_BYTES_MAX, Fields, is_field};
use lines::{Lines, end_bytes, is_blank};
use transfer::{Decoder, uuencode_begin};

pub(super) use sniff::{begins_mailbox, begins_message};

/// How many messages and groups of parts may lie one within the other.
const DEPTH_MAX: usize = 100;

/// No name of a field is longer.
const FIELD_NAME_BYTES_MAX: usize = 256;

/// How many names of attachments of one message are told apart.
const NAMES_MAX: usize = 4096;

/// A message or a mailbox.
pub(super) struct Mail {
    lines: Lines,
    is_mailbox: bool,
    /// Whether the line before was blank.
    is_after_blank: bool,
    /// The number of the message, and of the part in it.
    message: u64,
    part: u64,
    /// The groups of parts that are open, and the messages that these are in, from the outermost on.
    groups: Vec<Group>,
    state: State,
    names: HashMap<Vec<u8>, u32>,
    beside: Beside,
    found: BesideParts,
    gaps: Gaps,
}

/// A group of parts, from its header to its last boundary; or a message within another, which has none.
struct Group {
    boundary: Option<Vec<u8>>,
    is_encrypted: bool,
    /// Whether its parts are messages where they say nothing else (RFC 2046, 5.1.5).
    is_digest: bool,
}

enum State {
    /// Before the first message.
    Start,
    /// Before the header of a part or of a message.
    Header,
    /// At a part that is a member.
    Part(PartReader),
    /// In a body, or in what is no part.
    Text(PartReader),
    /// The end of a message, and whether another follows.
    Ended { is_last: bool },
}

/// What comes next in the content of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// More of it.
    Line,
    /// A boundary of a group, or its last one.
    Boundary {
        group: usize,
        is_last: bool,
    },
    /// The end of what was written in uuencode within a text.
    Resume,
    Message,
    End,
}

/// How far the content of a part was read.
struct PartReader {
    decoder: Decoder,
    /// What is decoded and not yet given.
    out: Vec<u8>,
    given: usize,
    /// The end of a line, which belongs to the boundary if one follows.
    line_end: Vec<u8>,
    is_uuencode: bool,
    stopped: Option<Step>,
}

impl PartReader {
    fn new(decoder: Decoder) -> PartReader {
        PartReader {
            is_uuencode: matches!(decoder, Decoder::Uuencode),
            decoder,
            out: Vec::new(),
            given: 0,
            line_end: Vec::new(),
            stopped: None,
        }
    }

    fn take_in(&mut self, piece: &[u8]) {
        let end = piece.len() - end_bytes(piece);
        let line_end = std::mem::replace(&mut self.line_end, piece[end..].to_vec());
        self.decoder.decode(&line_end, &mut self.out);
        self.decoder.decode(&piece[..end], &mut self.out);
    }
}

impl Mail {
    pub(super) fn new(source: Source, is_mailbox: bool) -> Mail {
        Mail {
            lines: Lines::new(source),
            is_mailbox,
            is_after_blank: true,
            message: 0,
            part: 0,
            groups: Vec::new(),
            state: State::Start,
            names: HashMap::new(),
            beside: Beside::default(),
            found: BesideParts::default(),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            if let Some(mut entry) = self.found.next_entry() {
                entry.path = self.path(&entry.path);
                return Ok(Some(entry));
            }
            let ended = State::Ended { is_last: true };
            match std::mem::replace(&mut self.state, ended) {
                State::Start => self.start()?,
                State::Header => {
                    if let Some(entry) = self.header()? {
                        return Ok(Some(entry));
                    }
                }
                State::Part(mut reader) => {
                    while reader.stopped.is_none() {
                        self.step(&mut reader, false)?;
                    }
                    self.go_on(reader.stopped);
                }
                State::Text(reader) => {
                    if let Some(entry) = self.text(reader)? {
                        return Ok(Some(entry));
                    }
                }
                State::Ended { is_last: true } => return Ok(None),
                State::Ended { is_last: false } => self.begin_message(),
            }
        }
    }

    /// Goes to the header of the first message.
    fn start(&mut self) -> io::Result<()> {
        let mut step = self.next_line()?;
        let line = self.lines.piece();
        // A mark of the order of bytes, and a length that Apple Mail writes.
        if step == Step::Line && line.starts_with(b"\xEF\xBB\xBF") {
            let line = self.lines.take();
            self.lines.restore(line[3..].to_vec());
        } else if step == Step::Line && line.trim_ascii().iter().all(u8::is_ascii_digit) {
            step = self.next_line()?;
        }
        match step {
            Step::Line => self.lines.back(),
            Step::Message => {}
            _ => return Ok(()),
        }
        self.begin_message();
        Ok(())
    }

    fn begin_message(&mut self) {
        self.message += 1;
        self.part = 0;
        self.names.clear();
        self.state = State::Header;
    }

    /// Reads a header, and goes to what it announces: a member, if it is one.
    fn header(&mut self) -> io::Result<Option<Entry>> {
        let (mut fields, stopped) = self.fields()?;
        if fields.media.is_empty() && self.groups.last().is_some_and(|group| group.is_digest) {
            fields.media = b"message/rfc822".to_vec();
        }
        if stopped == Some(Step::End) && !self.has_open_group() {
            self.gaps.add(GapKind::Damaged, Reason::MailCut);
        }
        let is_deep = self.groups.len() >= DEPTH_MAX;
        let is_nested = fields.is_message() || fields.is_multipart() && fields.boundary.is_some();
        let is_encrypted = self.groups.last().is_some_and(|group| group.is_encrypted);
        if is_nested && !is_deep {
            let is_message = fields.is_message();
            self.groups.push(Group {
                is_encrypted: is_encrypted || fields.is_encrypted(),
                is_digest: fields.media == b"multipart/digest",
                boundary: fields.boundary.filter(|_| !is_message),
            });
            if stopped.is_some() {
                self.go_on(stopped);
            } else if is_message {
                self.state = State::Header;
            } else {
                self.state = State::Text(PartReader::new(Decoder::Identity));
            }
            return Ok(None);
        }
        self.part += 1;
        let mut reader = PartReader::new(Decoder::new(fields.encoding));
        reader.stopped = stopped;
        let refused = if is_nested {
            let limit = DEPTH_MAX as u64;
            Some((GapKind::OverLimit, Reason::MailDepth { limit }))
        } else if is_encrypted || fields.is_encrypted() {
            Some((GapKind::Unsupported, Reason::MailEncrypted))
        } else {
            None
        };
        // What is said to be text may be something else.
        if fields.is_text() && fields.name().is_none() && refused.is_none() {
            if reader.stopped.is_none() {
                self.step(&mut reader, true)?;
            }
            let is_media = Format::sniff(&reader.out).is_some();
            if !is_media && Kind::sniff(&reader.out).is_none() {
                self.state = State::Text(reader);
                return Ok(None);
            }
        }
        let mut entry = Entry::of(self.name(&fields));
        entry.refused = refused.map(|(kind, reason)| (kind, reason.into()));
        self.state = match entry.refused {
            // Nobody reads it: what is readable in it is found nevertheless.
            Some(_) => State::Text(reader),
            None => State::Part(reader),
        };
        Ok(Some(entry))
    }

    /// What a header says, and what ended it, if that was no line.
    fn fields(&mut self) -> io::Result<(Fields, Option<Step>)> {
        let (mut fields, mut field) = (Fields::default(), Vec::new());
        let stopped = loop {
            let step = self.next_line()?;
            if step != Step::Line {
                break Some(step);
            }
            let piece = self.lines.piece();
            let goes_on = !self.lines.is_start() || matches!(piece.first(), Some(b' ' | b'\t'));
            if self.lines.is_start() && is_blank(piece) {
                break None;
            }
            if !goes_on {
                self.add_field(&mut fields, &std::mem::take(&mut field));
            }
            let piece = self.lines.piece();
            if !goes_on && !is_field(piece) && !piece.starts_with(b">From ") {
                // A field of which little is left.
                if end_bytes(piece) == 0 && piece.len() < FIELD_NAME_BYTES_MAX {
                    continue;
                }
                // The blank line is missing.
                self.lines.back();
                break None;
            }
            let room = FIELD_BYTES_MAX - field.len();
            field.extend(&piece[..piece.len().min(room)]);
        };
        self.add_field(&mut fields, &field);
        Ok((fields, stopped))
    }

    fn add_field(&mut self, fields: &mut Fields, field: &[u8]) {
        fields.add(field, &mut self.gaps);
        self.beside.add(field);
    }

    /// Reads a body, up to what is written in uuencode in it, which is a member.
    fn text(&mut self, mut reader: PartReader) -> io::Result<Option<Entry>> {
        let is_plain = matches!(reader.decoder, Decoder::Identity);
        let mut stretch = Vec::new();
        loop {
            let is_line = is_plain && reader.stopped.is_none() && self.lines.is_start();
            let begin = uuencode_begin(self.lines.piece()).filter(|_| is_line);
            if let Some(name) = begin.map(<[u8]>::to_vec) {
                self.state = State::Part(PartReader::new(Decoder::Uuencode));
                self.beside.add(&stretch);
                let name = self.unique(name);
                return Ok(Some(Entry::of(self.path(&name))));
            }
            // One byte more tells that not all is searched.
            let room = SEARCHED_BYTES_MAX + 1 - stretch.len();
            stretch.extend(reader.out.drain(..).take(room));
            if reader.stopped.is_some() {
                self.beside.add(&stretch);
                self.go_on(reader.stopped);
                return Ok(None);
            }
            self.step(&mut reader, true)?;
        }
    }

    /// Reads one more line of a part.
    fn step(&mut self, reader: &mut PartReader, decodes: bool) -> io::Result<()> {
        let step = self.next_line()?;
        let piece = self.lines.piece();
        if step == Step::End {
            reader.take_in(b"");
        }
        if step != Step::Line {
            reader.stopped = Some(step);
        } else if reader.is_uuencode && self.lines.is_start() && piece.trim_ascii() == b"end" {
            reader.stopped = Some(Step::Resume);
        } else if decodes {
            reader.take_in(piece);
        }
        Ok(())
    }

    /// Goes to the next line, which may be what ends a part.
    fn next_line(&mut self) -> io::Result<Step> {
        if !self.lines.advance()? {
            return Ok(Step::End);
        }
        let line = self.lines.piece();
        let is_after_blank = std::mem::replace(&mut self.is_after_blank, is_blank(line));
        if !self.lines.is_start() {
            return Ok(Step::Line);
        }
        if let Some(step) = self.boundary(line) {
            return Ok(step);
        }
        if !self.is_mailbox || !is_after_blank || !sniff::is_postmark(line) {
            return Ok(Step::Line);
        }
        // A sentence may begin so too: a header follows a postmark.
        let postmark = self.lines.take();
        let is_end = !self.lines.advance()?;
        if is_end || sniff::follows_postmark(self.lines.piece()) {
            if !is_end {
                self.lines.back();
            }
            return Ok(Step::Message);
        }
        self.lines.restore(postmark);
        Ok(Step::Line)
    }

    /// The boundary that a line is, of the innermost group that has it.
    fn boundary(&self, line: &[u8]) -> Option<Step> {
        let line = line.strip_prefix(b"--")?;
        let groups = self.groups.iter().enumerate().rev();
        let mut named = groups.filter_map(|(at, group)| Some((at, group.boundary.as_ref()?)));
        named.find_map(|(group, boundary)| {
            let rest = line.strip_prefix(boundary.as_slice())?.trim_ascii_end();
            let is_last = rest == b"--";
            (is_last || rest.is_empty()).then_some(Step::Boundary { group, is_last })
        })
    }

    /// Goes on behind what ended a part.
    fn go_on(&mut self, stopped: Option<Step>) {
        self.state = match stopped {
            Some(Step::Boundary {
                group,
                is_last: true,
            }) => {
                self.groups.truncate(group);
                State::Text(PartReader::new(Decoder::Identity))
            }
            Some(Step::Boundary { group, .. }) => {
                self.groups.truncate(group + 1);
                State::Header
            }
            Some(Step::Resume | Step::Line) => State::Text(PartReader::new(Decoder::Identity)),
            Some(Step::Message) | Some(Step::End) | None => {
                if self.has_open_group() {
                    self.gaps.add(GapKind::Damaged, Reason::MailCut);
                }
                self.groups.clear();
                let (found, gap) = self.beside.parts("body");
                self.found = found;
                if let Some((kind, reasons)) = gap {
                    self.gaps.add(kind, reasons);
                }
                State::Ended {
                    is_last: stopped != Some(Step::Message),
                }
            }
        };
    }

    fn has_open_group(&self) -> bool {
        self.groups.iter().any(|group| group.boundary.is_some())
    }

    /// The name of a part, which no other part of the message has.
    fn name(&mut self, fields: &Fields) -> Vec<u8> {
        let name = match fields.name() {
            Some(name) => self.unique(name.to_vec()),
            None => [
                format!("part-{}.", self.part).as_bytes(),
                &fields.extension(),
            ]
            .concat(),
        };
        self.path(&name)
    }

    fn unique(&mut self, name: Vec<u8>) -> Vec<u8> {
        let is_full = self.names.len() >= NAMES_MAX;
        let number = match self.names.get_mut(&name) {
            Some(number) => {
                *number += 1;
                u64::from(*number)
            }
            // Parts are counted, and so tell each other apart.
            None if is_full => NAMES_MAX as u64 + self.part,
            None => {
                self.names.insert(name.clone(), 1);
                return name;
            }
        };
        let dot = name.iter().rposition(|byte| *byte == b'.');
        let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
        [stem, format!("-{number}").as_bytes(), extension].concat()
    }

    /// A path within the message, or within the mailbox.
    fn path(&self, name: &[u8]) -> Vec<u8> {
        if self.is_mailbox {
            [format!("{}/", self.message).as_bytes(), name].concat()
        } else {
            name.to_vec()
        }
    }
}

impl Container for Mail {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        if self.found.is_at_part() {
            return self.found.content();
        }
        Box::new(Content(self))
    }

    fn gap(&mut self) -> Option<Gap> {
        self.gaps.gap()
    }
}

/// The content of the part that mail is at.
struct Content<'m>(&'m mut Mail);

impl Read for Content<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let ended = State::Ended { is_last: true };
        let mut state = std::mem::replace(&mut self.0.state, ended);
        let read = match &mut state {
            State::Part(reader) => reader.read(self.0, buf),
            _ => Ok(0),
        };
        self.0.state = state;
        read
    }
}

impl PartReader {
    fn read(&mut self, mail: &mut Mail, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && self.stopped.is_none() {
            self.out.clear();
            self.given = 0;
            mail.step(self, true)?;
        }
        let rest = &self.out[self.given..];
        let read = rest.len().min(buf.len());
        buf[..read].copy_from_slice(&rest[..read]);
        self.given += read;
        Ok(read)
    }
}
