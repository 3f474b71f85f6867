//! What an encrypted file of PDF is opened with, and its data.

use std::io;
use std::sync::Arc;

use super::dictionary;
use super::file::{File, OVERLAP};
use super::lock::{Lock, identifier, named};
use super::object::Dictionary;
use super::scan::object_number;
use crate::archive::gap::{GapKind, Gaps};
use crate::archive::kind::Kind;
use crate::archive::passwords::Keyring;
use crate::error::Reason;
use crate::media::Format;

/// How far before a place that speaks of encryption its dictionary may begin.
const TRAILER_BYTES: u64 = 64 << 10;

impl File {
    /// Finds what the document is encrypted with, and its password. What only speaks of encryption is read as it is, and
    /// told: its dictionary may be broken.
    pub(super) fn unlock(
        &mut self,
        mentions: &[u64],
        keyring: &Keyring,
        gaps: &mut Gaps,
    ) -> io::Result<()> {
        for place in mentions.iter().rev() {
            let Some(trailer) = self.around(*place)? else {
                continue;
            };
            let Some(about) = trailer.get(&[b"Encrypt"]) else {
                continue;
            };
            let Some(about) = dictionary(self.resolve(about)?) else {
                continue;
            };
            let id = identifier(self, &trailer)?;
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
            return Ok(());
        }
        if !mentions.is_empty() {
            gaps.add(GapKind::Unsupported, Reason::PdfEncrypted);
        }
        Ok(())
    }

    /// The dictionary of the trailer, or of the object, that a place is in.
    fn around(&mut self, place: u64) -> io::Result<Option<Dictionary>> {
        let from = place.saturating_sub(TRAILER_BYTES);
        let before = self.source.up_to(place - from, from)?;
        let trailer = memchr::memmem::rfind(&before, b"trailer");
        let trailer = trailer.map(|at| from + at as u64 + 7);
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
