//! What an encrypted file of PDF is opened with, and its data.

use std::io;
use std::sync::Arc;

use super::dictionary;
use super::file::{File, OVERLAP};
use super::lock::{Lock, identifier, named};
use super::object::{Dictionary, Object, Parser};
use super::scan::{Scan, TRAILER, object_number};
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::kind::Kind;
use crate::archive::passwords::Keyring;
use crate::error::Reason;
use crate::media::Format;

/// How far before a place that speaks of encryption its dictionary may begin.
const TRAILER_BYTES: u64 = 64 << 10;

/// How much is read at a time to find the trailer behind a table.
const STEP: u64 = 1 << 16;

/// From how many heads of documents the place of a table is counted, the first ones and the last ones.
const HEADS_MAX: usize = 8;

impl File {
    /// Finds what the document is encrypted with, and its password. The trailer that readers take decides. Where there is
    /// none, the last dictionary that speaks of encryption does, and streams are read as they stand too. What only speaks of
    /// encryption is told: its dictionary may be broken, or that of another document.
    pub(super) fn unlock(
        &mut self,
        scan: &Scan,
        keyring: &Keyring,
        gaps: &mut Gaps,
    ) -> io::Result<()> {
        let unclear = (GapKind::Unsupported, Reason::PdfEncryptionUnclear);
        if let Some(trailer) = self.last_trailer(scan)? {
            let is_open = trailer.get(&[b"Encrypt"]).is_none();
            let is_told = if is_open {
                !scan.mentions.is_empty()
            } else {
                !self.unlock_by(&trailer, keyring, gaps)?
            };
            if is_told {
                gaps.add(unclear.0, unclear.1);
            }
            return Ok(());
        }
        self.is_doubtful = true;
        for place in scan.mentions.iter().rev() {
            if let Some(trailer) = self.around(*place)?
                && self.unlock_by(&trailer, keyring, gaps)?
            {
                if !self.is_closed {
                    gaps.add(unclear.0, unclear.1);
                }
                return Ok(());
            }
        }
        for place in scan.trailers.iter().rev() {
            if let Some((Object::Dictionary(trailer), _)) = self.object_at(*place)?
                && self.unlock_by(&trailer, keyring, gaps)?
            {
                if !self.is_closed {
                    gaps.add(unclear.0, unclear.1);
                }
                return Ok(());
            }
        }
        if !scan.mentions.is_empty() {
            gaps.add(unclear.0, unclear.1);
        }
        Ok(())
    }

    /// Opens the encryption that a trailer names, or closes the file; whether it names one that can be read.
    fn unlock_by(
        &mut self,
        trailer: &Dictionary,
        keyring: &Keyring,
        gaps: &mut Gaps,
    ) -> io::Result<bool> {
        let Some(about) = trailer.get(&[b"Encrypt"]) else {
            return Ok(false);
        };
        let Some(about) = dictionary(self.resolve(about)?) else {
            return Ok(false);
        };
        let id = identifier(self, trailer)?;
        let opened = match Lock::read(self, &about, id)? {
            Some(lock) => lock.open(keyring),
            None => Err((GapKind::Unsupported, Reason::PdfEncrypted.into())),
        };
        match opened {
            Ok(crypt) => self.crypt = Some(Arc::new(crypt)),
            Err((kind, reasons)) => {
                self.is_closed = true;
                gaps.add(kind, reasons);
            }
        }
        Ok(true)
    }

    /// The trailer that readers take: that of the table to which the last `startxref` leads.
    fn last_trailer(&mut self, scan: &Scan) -> io::Result<Option<Dictionary>> {
        let Some(behind) = scan.table else {
            return Ok(None);
        };
        let bytes = self.source.up_to(OVERLAP, behind)?;
        let Ok(Object::Number(place)) = Parser::new(&bytes, 0).object() else {
            return Ok(None);
        };
        let Ok(place) = u64::try_from(place) else {
            return Ok(None);
        };
        // Places are counted from the head of the document, which other bytes may stand before.
        let heads = scan.heads.iter().map(|head| head.start);
        let heads = heads
            .clone()
            .take(HEADS_MAX)
            .chain(heads.rev().take(HEADS_MAX));
        let mut known = None;
        for base in std::iter::once(0).chain(heads) {
            let place = base.saturating_add(place);
            if known != Some(place)
                && place < behind
                && let Some(trailer) = self.trailer_of(place)?
            {
                return Ok(Some(trailer));
            }
            known = Some(place);
        }
        Ok(None)
    }

    /// The trailer of the table of objects at a place: behind it, or the dictionary of its stream.
    fn trailer_of(&mut self, place: u64) -> io::Result<Option<Dictionary>> {
        let bytes = self.source.up_to(OVERLAP, place)?;
        let rest = bytes.trim_ascii_start();
        if !rest.starts_with(b"xref") {
            let Some(word) = memchr::memmem::find(rest, b"obj") else {
                return Ok(None);
            };
            if object_number(&rest[..word]).is_none() {
                return Ok(None);
            }
            let begin = place + (bytes.len() - rest.len() + word + 3) as u64;
            let found = self.object_at(begin)?;
            let about = found.and_then(|(object, _)| dictionary(object));
            let is_table =
                |about: &Dictionary| about.get(&[b"Type"]) == Some(&Object::Name(b"XRef".to_vec()));
            return Ok(about.filter(is_table));
        }
        let mut at = place;
        while at < self.source.len() {
            let bytes = self.source.up_to(STEP, at)?;
            if !self.take(bytes.len() as u64) {
                return Ok(None);
            }
            if let Some(found) = memchr::memmem::find(&bytes, TRAILER) {
                let begin = at + (found + TRAILER.len()) as u64;
                let found = self.object_at(begin)?;
                return Ok(found.and_then(|(object, _)| dictionary(object)));
            }
            // A word across two steps is one.
            at += STEP - TRAILER.len() as u64;
        }
        Ok(None)
    }

    /// The dictionary of the trailer, or of the object, that a place is in.
    fn around(&mut self, place: u64) -> io::Result<Option<Dictionary>> {
        let from = place.saturating_sub(TRAILER_BYTES);
        let before = self.source.up_to(place - from, from)?;
        let trailer = memchr::memmem::rfind(&before, TRAILER);
        let trailer = trailer.map(|at| from + (at + TRAILER.len()) as u64);
        let objects = self.objects.partition_point(|(_, at)| *at <= place);
        let object = objects.checked_sub(1).map(|at| self.objects[at].1);
        let Some(begin) = trailer.max(object) else {
            return Ok(None);
        };
        let found = self.object_at(begin)?;
        Ok(found.and_then(|(object, _)| dictionary(object)))
    }

    /// The number and generation of the object at a place.
    pub(super) fn identity(&mut self, offset: u64) -> io::Result<(u32, u16)> {
        let from = offset.saturating_sub(OVERLAP);
        let before = self.source.up_to(offset - from, from)?;
        let before = before.strip_suffix(b"obj").unwrap_or(&before);
        Ok(object_number(before).unwrap_or_default())
    }

    /// The data of the stream of the object at a place, decrypted.
    pub(super) fn data(
        &mut self,
        about: &Dictionary,
        offset: u64,
        (start, len): (u64, u64),
    ) -> io::Result<Vec<u8>> {
        let data = self.source.up_to(len, start)?;
        let Some(crypt) = self.crypt.clone() else {
            return Ok(data);
        };
        let filters = self.all_filters(about)?;
        let object = self.identity(offset)?;
        let filter = named(&filters);
        let mut filters = filters.iter().map(|(name, _)| name.as_slice());
        let first = filters.find(|name| *name != b"Crypt");
        let plain = looks_like(first, &data).then(|| data.clone());
        let decrypted = crypt.stream(object, about, filter.as_deref(), data);
        // What is no such thing once decrypted, and is one as it stands, was not encrypted.
        Ok(match plain {
            Some(plain) if !looks_like(first, &decrypted) => plain,
            _ => decrypted,
        })
    }
}

/// Whether data begins as what this filter undoes, or as a file where there is none.
fn looks_like(filter: Option<&[u8]>, data: &[u8]) -> bool {
    match filter {
        Some(b"DCTDecode" | b"DCT") => data.starts_with(&[0xFF, 0xD8]),
        Some(b"FlateDecode" | b"Fl") => match data {
            [first, second, ..] => {
                first & 0x0F == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0
            }
            _ => false,
        },
        Some(_) => false,
        None => Format::sniff(data).is_some() || Kind::sniff(data).is_some(),
    }
}
