//! The objects of a file of PDF, found wherever they stand.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::dictionary;
use super::filter::{number, undo};
use super::lock::Crypt;
use super::object::{Dictionary, Failure, Object, Parser, is_blank};
use super::scan::{OBJECTS_MAX, Scan};
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::margins::Margins;
use crate::archive::passwords::Keyring;
use crate::archive::source::Source;
use crate::error::Reason;

/// How much of an object is read at first, and at most.
const WINDOW_BYTES: u64 = 1 << 10;
const WINDOW_BYTES_MAX: u64 = 4 << 20;

/// How much is read at a time where the whole file is gone through.
const STEP: u64 = 1 << 20;

/// How many last bytes of a step are looked at again: a word across two is one.
pub(super) const OVERLAP: u64 = 64;

/// The most filters of a stream.
const FILTERS_MAX: usize = 8;

/// How often a reference may lead to another.
const REFERENCES_MAX: u32 = 8;

/// The most bytes that objects within streams are unpacked to.
const PACKED_BYTES_MAX: usize = 64 << 20;

/// What was found in a file.
pub(super) struct File {
    pub(super) source: Source,
    /// Numbers and places, by their places, ...
    pub(super) objects: Vec<(u32, u64)>,
    /// ... and by their numbers, the last of each.
    by_number: Vec<(u32, u64)>,
    /// Objects within streams: which of these, and where in it.
    packed: HashMap<u32, (usize, usize)>,
    unpacked: Vec<Vec<u8>>,
    pub(super) crypt: Option<Arc<Crypt>>,
    /// The trailer that readers take does not vouch for the encryption: streams may stand in the clear.
    pub(super) is_doubtful: bool,
    /// It is encrypted, and nothing opens it.
    pub(super) is_closed: bool,
    /// Where streams are, and heads of documents.
    streams: Vec<Range<u64>>,
    /// How many bytes may still be read to understand objects.
    work: u64,
    pub(super) is_exhausted: bool,
    stream_bytes_max: usize,
}

/// A stream.
pub(super) struct Stream {
    pub(super) about: Dictionary,
    pub(super) data: Vec<u8>,
    /// The data as it stands, where it may not be encrypted.
    pub(super) plain: Option<Vec<u8>>,
    pub(super) is_too_long: bool,
}

impl Stream {
    /// Whether it says that it is an attached file.
    pub(super) fn is_file(&self) -> bool {
        self.about.get(&[b"Type"]) == Some(&Object::Name(b"EmbeddedFile".to_vec()))
    }
}

impl File {
    /// Goes through a file once.
    pub(super) fn read(
        mut source: Source,
        stream_bytes_max: usize,
        keyring: &Keyring,
        gaps: &mut Gaps,
    ) -> io::Result<File> {
        let len = source.len();
        let mut scan = Scan::default();
        let mut from = 0;
        while from < len {
            let begin = from.saturating_sub(OVERLAP);
            let bytes = source.up_to(from - begin + STEP, begin)?;
            scan.look_at(&bytes, begin, from);
            from += STEP;
        }
        if scan.is_over {
            let limit = OBJECTS_MAX as u64;
            gaps.add(GapKind::OverLimit, Reason::PdfObjects { limit });
        }
        if !scan.has_end {
            gaps.add(GapKind::Damaged, Reason::MemberCut);
        }
        let mut by_number = scan.objects.clone();
        by_number.sort_by_key(|(number, _)| *number);
        let mut file = File {
            source,
            objects: std::mem::take(&mut scan.objects),
            by_number,
            packed: HashMap::new(),
            unpacked: Vec::new(),
            crypt: None,
            is_doubtful: false,
            is_closed: false,
            streams: scan.heads.clone(),
            work: len.saturating_mul(8).saturating_add(256 << 20),
            is_exhausted: false,
            stream_bytes_max,
        };
        file.unlock(&scan, keyring, gaps)?;
        if !file.is_closed {
            for place in scan.packed {
                file.unpack_objects(place)?;
            }
        }
        Ok(file)
    }

    /// Takes so much work; whether there was so much.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let enough = self.work >= bytes;
        self.work = if enough { self.work - bytes } else { 0 };
        self.is_exhausted |= !enough;
        enough
    }

    /// The object at a place, and where it ends.
    pub(super) fn object_at(&mut self, offset: u64) -> io::Result<Option<(Object, u64)>> {
        let mut window = WINDOW_BYTES;
        loop {
            if self.is_exhausted {
                return Ok(None);
            }
            let mut bytes = self.source.up_to(window, offset)?;
            let is_all = (bytes.len() as u64) < window;
            if is_all {
                // The end of the file ends a word.
                bytes.push(b'\n');
            }
            let mut parser = Parser::new(&bytes, 0);
            let read = parser.object();
            self.take(parser.at as u64 + OVERLAP);
            match read {
                Ok(mut object) => {
                    let end = offset + parser.at as u64;
                    if let Some(crypt) = self.crypt.clone() {
                        let identity = self.identity(offset)?;
                        object.change_texts(&mut |text| crypt.text(identity, text));
                    }
                    return Ok(Some((object, end)));
                }
                Err(Failure::Cut) if !is_all && window < WINDOW_BYTES_MAX => window *= 16,
                Err(_) => return Ok(None),
            }
        }
    }

    /// The stream that is the object at a place.
    pub(super) fn stream(&mut self, offset: u64, gaps: &mut Gaps) -> io::Result<Option<Stream>> {
        let Some((Object::Dictionary(about), end)) = self.object_at(offset)? else {
            return Ok(None);
        };
        let Some(range) = self.stream_range(&about, end, Some(gaps))? else {
            return Ok(None);
        };
        self.streams.push(range.clone());
        let kind = about.get(&[b"Type"]);
        let is = |name: &[u8]| matches!(kind, Some(Object::Name(known)) if known == name);
        if (is(b"XRef") || is(b"ObjStm")) && !super::samples::is_picture(&about) {
            return Ok(None);
        }
        let len = range.end - range.start;
        let is_too_long = len > self.stream_bytes_max as u64;
        let len = if is_too_long { 0 } else { len };
        if !self.take(len) {
            return Ok(None);
        }
        let data = self.data(&about, offset, (range.start, len))?;
        let plain = if self.is_doubtful && self.crypt.is_some() && self.take(len) {
            let plain = self.source.up_to(len, range.start)?;
            (plain != data).then_some(plain)
        } else {
            None
        };
        Ok(Some(Stream {
            about,
            data,
            plain,
            is_too_long,
        }))
    }

    /// Where the data of a stream is, whose dictionary ends at a place.
    fn stream_range(
        &mut self,
        about: &Dictionary,
        end: u64,
        gaps: Option<&mut Gaps>,
    ) -> io::Result<Option<Range<u64>>> {
        let behind = self.source.up_to(OVERLAP, end)?;
        let blanks = behind.iter().take_while(|byte| is_blank(**byte)).count();
        let Some(rest) = behind[blanks..].strip_prefix(b"stream") else {
            return Ok(None);
        };
        let line_end = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        let start = end + blanks as u64 + 6 + line_end;
        let length = match about.get(&[b"Length"]) {
            Some(object) => self.resolve(object)?,
            None => Object::Other,
        };
        if let Object::Number(length) = length
            && let Ok(length) = u64::try_from(length)
        {
            let until = start.saturating_add(length);
            let behind = self.source.up_to(OVERLAP, until)?;
            if until <= self.source.len() && behind.trim_ascii_start().starts_with(b"endstream") {
                return Ok(Some(start..until));
            }
        }
        // The length is wrong.
        let until = self.find_end(start, gaps)?;
        Ok(Some(start..until))
    }

    /// Where `endstream` stands behind a place, or where the file ends.
    fn find_end(&mut self, start: u64, gaps: Option<&mut Gaps>) -> io::Result<u64> {
        let mut at = start;
        while at < self.source.len() {
            let bytes = self.source.up_to(STEP, at)?;
            if !self.take(bytes.len() as u64) {
                return Ok(start);
            }
            if let Some(found) = memchr::memmem::find(&bytes, b"endstream") {
                let end = at + found as u64;
                let before = self.source.up_to(2, end.saturating_sub(2).max(start))?;
                let line_end = match before.as_slice() {
                    [b'\r', b'\n'] => 2,
                    [.., b'\r' | b'\n'] => 1,
                    _ => 0,
                };
                return Ok((end - line_end).max(start));
            }
            let next = at + (bytes.len() as u64).saturating_sub(OVERLAP);
            if next <= at || bytes.len() as u64 <= OVERLAP {
                break;
            }
            at = if (bytes.len() as u64) < STEP {
                self.source.len()
            } else {
                next
            };
        }
        if let Some(gaps) = gaps {
            gaps.add(GapKind::Damaged, Reason::MemberCut);
        }
        Ok(self.source.len())
    }

    /// What an object is, or what it refers to.
    pub(super) fn resolve(&mut self, object: &Object) -> io::Result<Object> {
        let mut object = object.clone();
        for _ in 0..REFERENCES_MAX {
            let Object::Reference(number) = object else {
                return Ok(object);
            };
            object = self.referred(number)?;
        }
        Ok(Object::Other)
    }

    fn place(&self, number: u32) -> Option<u64> {
        let until = self
            .by_number
            .partition_point(|(known, _)| *known <= number);
        let (known, place) = *self.by_number.get(until.checked_sub(1)?)?;
        (known == number).then_some(place)
    }

    fn referred(&mut self, number: u32) -> io::Result<Object> {
        if let Some(place) = self.place(number) {
            let found = self.object_at(place)?;
            return Ok(found.map_or(Object::Other, |(object, _)| object));
        }
        let Some((stream, at)) = self.packed.get(&number) else {
            return Ok(Object::Other);
        };
        let object = Parser::new(&self.unpacked[*stream], *at).object();
        Ok(object.unwrap_or(Object::Other))
    }

    /// The stream of this number, with its data as far as it is not too long.
    pub(super) fn content_of(&mut self, number: u32) -> io::Result<Option<(Dictionary, Vec<u8>)>> {
        let Some(place) = self.place(number) else {
            return Ok(None);
        };
        let Some((Object::Dictionary(about), end)) = self.object_at(place)? else {
            return Ok(None);
        };
        let Some(range) = self.stream_range(&about, end, None)? else {
            return Ok(None);
        };
        let len = (range.end - range.start).min(self.stream_bytes_max as u64);
        if !self.take(len) {
            return Ok(None);
        }
        let data = self.data(&about, place, (range.start, len))?;
        Ok(Some((about, data)))
    }

    /// The filters of a stream in their order, with their parameters, but for what decrypted it.
    pub(super) fn filters(&mut self, about: &Dictionary) -> io::Result<Vec<(Vec<u8>, Dictionary)>> {
        let mut filters = self.all_filters(about)?;
        filters.retain(|(name, _)| name != b"Crypt");
        Ok(filters)
    }

    pub(super) fn all_filters(
        &mut self,
        about: &Dictionary,
    ) -> io::Result<Vec<(Vec<u8>, Dictionary)>> {
        let mut values = |names: &[&[u8]]| -> io::Result<Vec<Object>> {
            let object = match about.get(names) {
                Some(object) => self.resolve(object)?,
                None => return Ok(Vec::new()),
            };
            match object {
                Object::Array(values) => {
                    let values = values.iter().take(FILTERS_MAX);
                    values.map(|value| self.resolve(value)).collect()
                }
                one => Ok(vec![one]),
            }
        };
        let names = values(&[b"Filter", b"F"])?;
        let mut parameters = values(&[b"DecodeParms", b"DP"])?.into_iter();
        let with_parameters = names.into_iter().map(|name| (name, parameters.next()));
        let filters = with_parameters.filter_map(|(name, parameters)| match name {
            Object::Name(name) => {
                let parameters = parameters.and_then(dictionary);
                Some((name, parameters.unwrap_or_default()))
            }
            _ => None,
        });
        Ok(filters.collect())
    }

    /// Takes in the objects of a stream of objects (7.5.7).
    fn unpack_objects(&mut self, place: u64) -> io::Result<()> {
        let room = PACKED_BYTES_MAX.saturating_sub(self.unpacked.iter().map(Vec::len).sum());
        let Some((Object::Dictionary(about), end)) = self.object_at(place)? else {
            return Ok(());
        };
        let Some(range) = self.stream_range(&about, end, None)? else {
            return Ok(());
        };
        let len = (range.end - range.start).min(self.stream_bytes_max as u64);
        if room == 0 || !self.take(len) {
            return Ok(());
        }
        let mut data = self.data(&about, place, (range.start, len))?;
        for (name, parameters) in self.filters(&about)? {
            match undo(&name, &parameters, &data, room) {
                Some(unpacked) => data = unpacked.bytes,
                None => return Ok(()),
            }
        }
        data.push(b'\n');
        let first = usize::try_from(number(&about, b"First", 0)).unwrap_or(0);
        let mut parser = Parser::new(&data, 0);
        while parser.at < first {
            let (number, at) = (parser.object(), parser.object());
            let (Ok(Object::Number(number)), Ok(Object::Number(at))) = (number, at) else {
                break;
            };
            let at = usize::try_from(at)
                .ok()
                .and_then(|at| at.checked_add(first));
            if let (Ok(number), Some(at)) = (u32::try_from(number), at) {
                self.packed.insert(number, (self.unpacked.len(), at));
            }
        }
        self.unpacked.push(data);
        Ok(())
    }

    /// What is in no stream.
    pub(super) fn margins(&mut self) -> Margins {
        let mut margins = Margins::default();
        let mut streams = std::mem::take(&mut self.streams);
        streams.sort_by_key(|range| range.start);
        let mut until = 0;
        for range in streams {
            margins.add(until..range.start.max(until));
            until = until.max(range.end);
        }
        margins.add(until..self.source.len().max(until));
        margins
    }
}
