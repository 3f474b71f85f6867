//! PDF (ISO 32000-1), for the pictures and files in it.
//!
//! Objects are found by going through the whole file, not by its tables and pages. So a broken table, a page tree that goes
//! round, and a picture that no page shows hide nothing. A stream that is a picture, or a file by content, is a member.
//! Other streams are unpacked and searched, for pictures within pages and for signatures. What stands between the streams is
//! searched as it is. A zip file that ends with the file is opened too.
//!
//! The work is bounded by the size of the file, whatever its objects say of each other.

mod cipher;
mod file;
mod filter;
mod inline;
mod lock;
mod object;
mod picture;
mod samples;
mod scan;
mod unlock;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use super::container::{Container, Entry};
use super::gap::{Gap, GapKind, Gaps, gap_of};
use super::kind::Kind;
use super::limits::Budget;
use super::margins::Margins;
use super::passwords::Keyring;
use super::source::Source;
use super::waiting::Waiting;
use super::zip::{Zip, stands_behind_source};
use crate::error::Reason;
use crate::media::Format;
use file::{File, Stream};
use object::{Dictionary, Object};
use samples::Codec;
use scan::HEAD;

/// Whether a file begins as PDF does: within the first KiB.
pub(super) fn begins(head: &[u8]) -> bool {
    let head = &head[..head.len().min(1024)];
    memchr::memmem::find(head, HEAD).is_some()
}

/// A file of PDF.
pub(super) struct Pdf {
    state: State,
    limits: Limits,
    waiting: Waiting,
    names: HashMap<u32, u32>,
    gaps: Gaps,
}

struct Limits {
    budget: Arc<Budget>,
    keyring: Arc<Keyring>,
    /// The most bytes that a stream is unpacked to.
    stream_bytes: usize,
    window_bytes: u64,
    directory_bytes: u64,
}

/// What a stream unpacks to.
struct Unpacked<'d> {
    data: Cow<'d, [u8]>,
    /// What is left to decode it.
    codec: Codec,
    is_broken: bool,
}

enum State {
    New(Source),
    /// At an object.
    Objects(Box<File>, usize),
    Margins(Source, Box<Margins>),
    Zip(Box<Zip>),
    Ended,
}

impl Pdf {
    pub(super) fn new(
        source: Source,
        (window_bytes, directory_bytes): (u64, u64),
        (budget, keyring): (Arc<Budget>, Arc<Keyring>),
    ) -> Pdf {
        Pdf {
            state: State::New(source),
            limits: Limits {
                keyring,
                budget,
                stream_bytes: usize::try_from(window_bytes).unwrap_or(usize::MAX),
                window_bytes,
                directory_bytes,
            },
            waiting: Waiting::default(),
            names: HashMap::new(),
            gaps: Gaps::default(),
        }
    }

    fn advance(&mut self) -> io::Result<Option<Entry>> {
        loop {
            if let Some(entry) = self.waiting.next_entry() {
                return Ok(Some(entry));
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::New(source) => {
                    let (limits, gaps) = (&self.limits, &mut self.gaps);
                    let file = File::read(source, limits.stream_bytes, &limits.keyring, gaps)?;
                    self.state = State::Objects(Box::new(file), 0);
                }
                State::Objects(mut file, at) => {
                    let object = file.objects.get(at).copied();
                    let Some((number, offset)) = object.filter(|_| !file.is_closed) else {
                        if file.is_exhausted {
                            self.gaps.add(GapKind::OverLimit, Reason::PdfTooMuch);
                        }
                        let margins = file.margins();
                        self.state = State::Margins(file.source, Box::new(margins));
                        continue;
                    };
                    if let Some(mut stream) = file.stream(offset, &mut self.gaps)? {
                        self.stream(&mut file, number, &stream)?;
                        if let Some(plain) = stream.plain.take() {
                            stream.data = plain;
                            self.stream(&mut file, number, &stream)?;
                        }
                    }
                    self.state = State::Objects(file, at + 1);
                }
                State::Margins(mut source, mut margins) => {
                    if let Some(entry) = margins.next_entry(&mut source, &mut self.gaps)? {
                        // It is read where it stands, however large it is.
                        let is_last = margins.is_zip_to(source.len());
                        if is_last && stands_behind_source(&mut source) {
                            self.state = State::Margins(source, margins);
                            continue;
                        }
                        self.state = State::Margins(source, margins);
                        return Ok(Some(entry));
                    }
                    if stands_behind_source(&mut source) {
                        let most = (self.limits.window_bytes, self.limits.directory_bytes);
                        let zip = Zip::new(source, most, Arc::clone(&self.limits.keyring));
                        self.state = State::Zip(Box::new(zip));
                    }
                }
                State::Zip(mut zip) => {
                    let entry = zip.next_entry();
                    self.state = State::Zip(zip);
                    return Ok(entry);
                }
                State::Ended => return Ok(None),
            }
        }
    }

    /// Finds the members in a stream.
    fn stream(&mut self, file: &mut File, number: u32, stream: &Stream) -> io::Result<()> {
        if stream.is_too_long {
            let limit = self.limits.stream_bytes as u64;
            let refused = (GapKind::OverLimit, Reason::MemberTooLarge { limit });
            self.refuse(number, refused);
            return Ok(());
        }
        let unpacked = self.unpacked(file, &stream.about, &stream.data)?;
        let Some(unpacked) = unpacked else {
            return Ok(());
        };
        let Unpacked {
            data,
            codec,
            is_broken,
        } = unpacked;
        let is_picture = samples::is_picture(&stream.about);
        match (codec, is_picture) {
            (Codec::Jpeg, _) => self.add(number, "jpg", data.into_owned(), false),
            (Codec::Foreign(name), _) => {
                let reason = Reason::PdfFilter { name };
                self.refuse(number, (GapKind::Unsupported, reason));
            }
            (codec, true) => self.picture(file, number, (&stream.about, codec), &data)?,
            (Codec::Fax(_), false) => {
                let name = "CCITTFaxDecode".to_owned();
                self.refuse(number, (GapKind::Unsupported, Reason::PdfFilter { name }));
            }
            (Codec::None, false) => {
                let is_media = Format::sniff(&data).is_some() || Kind::sniff(&data).is_some();
                if is_media || stream.is_file() {
                    self.add(number, "bin", data.into_owned(), is_broken);
                } else {
                    self.search(number, &data);
                    self.inline(file, number, &data)?;
                }
            }
        }
        Ok(())
    }

    /// What a stream unpacks to. None where it is more than is allowed.
    fn unpacked<'d>(
        &mut self,
        file: &mut File,
        about: &Dictionary,
        data: &'d [u8],
    ) -> io::Result<Option<Unpacked<'d>>> {
        let (mut data, mut is_broken) = (Cow::Borrowed(data), false);
        for (name, parameters) in file.filters(about)? {
            let most = self.limits.stream_bytes;
            let Some(unpacked) = filter::undo(&name, &parameters, &data, most) else {
                return Ok(Some(Unpacked {
                    data,
                    codec: Codec::of(&name, parameters),
                    is_broken,
                }));
            };
            is_broken |= unpacked.is_broken;
            let more = unpacked.bytes.len().saturating_sub(data.len());
            if !self.limits.budget.take(more as u64) {
                self.gaps
                    .add(GapKind::OverLimit, self.limits.budget.reason());
                return Ok(None);
            }
            if unpacked.is_over {
                let limit = most as u64;
                self.gaps
                    .add(GapKind::OverLimit, Reason::PdfStreamTooLarge { limit });
            }
            data = Cow::Owned(unpacked.bytes);
        }
        Ok(Some(Unpacked {
            data,
            codec: Codec::None,
            is_broken,
        }))
    }

    /// Adds a picture that is no file.
    fn picture(
        &mut self,
        file: &mut File,
        number: u32,
        (about, codec): (&Dictionary, Codec),
        data: &[u8],
    ) -> io::Result<()> {
        let mut picture = match samples::picture(file, about)? {
            Ok(picture) => picture,
            Err(refused) => {
                self.refuse(number, refused);
                return Ok(());
            }
        };
        if let Codec::Fax(parameters) = codec {
            match picture.of_fax(&parameters) {
                Ok(()) => self.add(number, "tif", picture.to_tiff(data), false),
                Err(reason) => self.refuse(number, (GapKind::Unsupported, reason)),
            }
            return Ok(());
        }
        let bytes = picture.bytes();
        if bytes > self.limits.stream_bytes as u64 {
            let limit = self.limits.stream_bytes as u64;
            self.refuse(
                number,
                (GapKind::OverLimit, Reason::MemberTooLarge { limit }),
            );
            return Ok(());
        }
        let (own, behind) = data.split_at(data.len().min(bytes as usize));
        self.add(number, "tif", picture.to_tiff(own), false);
        self.search(number, behind);
        Ok(())
    }

    /// Adds the pictures that stand in the content of a page.
    fn inline(&mut self, file: &mut File, number: u32, data: &[u8]) -> io::Result<()> {
        for (about, data) in inline::pictures(data, &mut self.gaps) {
            let Some(Unpacked { data, codec, .. }) = self.unpacked(file, &about, data)? else {
                return Ok(());
            };
            match codec {
                Codec::Jpeg => self.add(number, "jpg", data.into_owned(), false),
                Codec::Foreign(name) => {
                    let reason = Reason::PdfFilter { name };
                    self.refuse(number, (GapKind::Unsupported, reason));
                }
                codec => self.picture(file, number, (&about, codec), &data)?,
            }
        }
        Ok(())
    }

    fn search(&mut self, number: u32, data: &[u8]) {
        let place = format!("object-{number}");
        self.waiting.search(place.as_bytes(), data, &mut self.gaps);
    }

    fn add(&mut self, number: u32, extension: &str, content: Vec<u8>, is_broken: bool) {
        let mut entry = Entry::of(self.name(number, extension));
        entry.gap = is_broken.then(|| (GapKind::Damaged, Reason::MemberCut.into()));
        self.waiting.push(entry, content);
    }

    fn refuse(&mut self, number: u32, (kind, reason): (GapKind, Reason)) {
        let mut entry = Entry::of(self.name(number, "bin"));
        entry.refused = Some((kind, reason.into()));
        self.waiting.push(entry, Vec::new());
    }

    /// The name of a member, which no other one has.
    fn name(&mut self, number: u32, extension: &str) -> Vec<u8> {
        let times = self.names.entry(number).or_default();
        *times += 1;
        match *times {
            1 => format!("object-{number}.{extension}"),
            times => format!("object-{number}-{times}.{extension}"),
        }
        .into_bytes()
    }
}

impl Container for Pdf {
    fn next_entry(&mut self) -> Option<Entry> {
        self.advance().unwrap_or_else(|error| {
            let (kind, reasons) = gap_of(error);
            self.gaps.add(kind, reasons);
            None
        })
    }

    fn content(&mut self) -> Box<dyn Read + '_> {
        match &mut self.state {
            State::Margins(source, margins) => match margins.content(source) {
                Some(content) => content,
                None => Box::new(io::empty()),
            },
            State::Zip(zip) => zip.content(),
            _ => Box::new(self.waiting.content()),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        if let State::Zip(zip) = &mut self.state
            && let Some((kind, reasons)) = zip.gap()
        {
            self.gaps.add(kind, reasons);
        }
        self.gaps.gap()
    }
}

/// A value that is a dictionary.
fn dictionary(object: Object) -> Option<Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }
}
