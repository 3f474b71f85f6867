//! A whole file to all the hashes that are wanted of it, in one read and one decode.

use std::borrow::Cow;
use std::io::{self, Read};

use super::fingerprint::Content;
use super::renderings::same_hashes;
use super::{Digests, Fingerprint, Hasher, Stratum, Views, copies};
use crate::error::{Limit, Reason, system_text};
use crate::hash::FrameHash;
use crate::media::video::Source;
use crate::media::{
    Format, Frame, Picture, SmallPicture, decode, decode_until, foreign_mime, raw_samples,
    unknown_of_avif,
};
use crate::{CancelToken, Error, Result};

impl Hasher {
    /// The reader, which fails once the hasher is cancelled.
    pub(crate) fn cancellable<R: Read>(&self, reader: R) -> impl Read + use<'_, R> {
        Cancellable {
            reader,
            cancel: &self.cancel,
        }
    }
    /// Hashes a file that is in memory.
    pub fn hash_bytes(&self, bytes: &[u8]) -> Fingerprint {
        #[cfg(target_os = "linux")]
        if self.workers.is_some() && self.wants_pixels() {
            return self.hash_bytes_there(bytes);
        }
        self.hash_bytes_here(bytes)
    }

    fn hash_bytes_here(&self, bytes: &[u8]) -> Fingerprint {
        let mut digests = self.digests();
        digests.update(bytes);
        let mut fingerprint = Fingerprint {
            digests: digests.finish(),
            mime: mime(bytes),
            ..Fingerprint::default()
        };
        match Format::sniff(bytes) {
            _ if !self.wants_pixels() => {}
            Some(format) if format.is_video() => {
                let source = Source::Bytes(bytes);
                if let Err(error) = self.hash_clip(format, source, &mut fingerprint) {
                    // What was to be decoded could not be handed over to the program that decodes it.
                    let reason = Reason::ClipNotHandedOver {
                        mime: format.mime().to_owned(),
                        problem: system_text(&error),
                    };
                    fingerprint.error = Some(Error::Unsupported(reason));
                }
            }
            format => self.hash_picture(format, bytes, &mut fingerprint),
        }
        if self.is_cancelled() {
            fingerprint.error = Some(Error::Cancelled);
        }
        fingerprint
    }

    /// The first frame of a file that is in memory, made small for people to look at. Its longer side has at most so many
    /// pixels.
    ///
    /// # Errors
    /// Those of decoding it.
    pub fn small_picture(&self, bytes: &[u8], side: u32, is_grey: bool) -> Result<SmallPicture> {
        #[cfg(target_os = "linux")]
        if self.workers.is_some() {
            return self.small_picture_there(bytes, side, is_grey);
        }
        SmallPicture::of(bytes, side, is_grey)
    }

    /// Hashes a picture that was decoded elsewhere: its perceptual hashes, without digests. The digests of a file are of
    /// its bytes.
    ///
    /// ```
    /// use basma::hash::HashType;
    /// use basma::hasher::{Hasher, pdq};
    /// use basma::media::Picture;
    /// let picture = Picture::from_luma8(320, 240, (0..320 * 240).map(|i| (i % 251) as u8).collect())?;
    /// let rated = pdq(&picture);
    /// let fingerprint = Hasher::new([HashType::Pdq]).hash_pixels(picture);
    /// assert_eq!(fingerprint.prints[0].hash, rated.hash.into());
    /// # Ok::<(), basma::Error>(())
    /// ```
    pub fn hash_pixels(&self, picture: Picture) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        let frame = Frame {
            index: 0,
            ms: 0,
            orientation: 1,
            other_orientations: Vec::new(),
            picture,
        };
        match self.hash_renderings(frame) {
            Ok((prints, planes)) => {
                fingerprint.prints = prints;
                fingerprint.planes = planes;
            }
            Err(error) => fingerprint.error = Some(error),
        }
        if self.is_cancelled() {
            fingerprint.error = Some(Error::Cancelled);
        }
        fingerprint
    }

    /// Adds the hashes of a picture's frames to what is known of it.
    fn hash_picture(&self, format: Option<Format>, bytes: &[u8], fingerprint: &mut Fingerprint) {
        let mut last: Vec<FrameHash> = Vec::new();
        let mut unknown = None;
        let converts = self.converter.is_some() && format == Some(Format::Avif);
        if converts
            && self.views != Views::Stored
            && let Some(reason) = unknown_of_avif(bytes)
        {
            unknown = Some(Error::Unsupported(reason));
        }
        let each = |frame: Frame| {
            // Hashing a large frame can take as long as decoding it.
            if self.is_cancelled() {
                return;
            }
            if let Some(reason) = frame.picture.unknown_rendering()
                && self.views != Views::Stored
            {
                unknown.get_or_insert_with(|| Error::Unsupported(reason.clone()));
            }
            if self.judges_strata {
                if frame.ms > 0 {
                    fingerprint.stratum = Some(Stratum::Clip);
                } else if fingerprint.stratum.is_none() {
                    // Of the pages of a file the first stands for all.
                    fingerprint.stratum = Some(copies::stratum(&frame.picture));
                }
            }
            match self.hash_renderings(frame) {
                Ok((prints, planes)) => {
                    // Of an animation the first frame alone has views that undo changes.
                    let is_compared =
                        |print: &&FrameHash| !self.views.find_copies() || print.view.is_upright();
                    let compared: Vec<FrameHash> =
                        prints.iter().filter(is_compared).copied().collect();
                    if !same_hashes(&compared, &last) {
                        fingerprint.prints.extend(prints);
                        fingerprint.planes.extend(planes);
                        last = compared;
                    }
                }
                Err(error) => fingerprint.error = Some(error),
            }
        };
        let converted = match (&self.converter, format) {
            (Some(converter), Some(Format::Avif)) => {
                let png = converter.to_png_until(&self.cancel, bytes, &self.limits);
                png.map(Cow::Owned)
            }
            _ => Ok(Cow::Borrowed(bytes)),
        };
        let decoded = converted.and_then(|bytes| {
            let luma = !self.exact && !self.wants_family();
            decode_until(self.cancel.clone(), &bytes, &self.limits, luma, each)
        });
        if self.views == Views::TxCompat
            && let (Some(format), Ok(_)) = (format, &decoded)
            && let Some(picture) = raw_samples(&self.cancel, format, bytes, &self.limits)
        {
            match self.hash_raw_samples(&picture) {
                Ok(prints) => fingerprint.prints.extend(prints),
                Err(error) => fingerprint.error = Some(error),
            }
        }
        match decoded {
            Ok(decoded) => fingerprint.media = Some(decoded),
            Err(error) => fingerprint.error = Some(error),
        }
        if fingerprint.error.is_none() {
            fingerprint.error = unknown;
        }
    }

    /// Hashes a file from its start to its end. Only a picture within the limits is held in memory. Of anything else
    /// the digests are computed as it streams by. Nothing past the first bytes is read when no digest is wanted.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn hash_reader(&self, reader: impl Read) -> io::Result<Fingerprint> {
        Ok(match self.read(reader, 0)? {
            Content::Picture(bytes) => self.hash_bytes(&bytes),
            Content::Other(fingerprint) => *fingerprint,
        })
    }

    /// Reads a picture into memory, and hashes anything else as it streams by. Room is made for as many bytes as are expected.
    ///
    /// # Errors
    /// Those of the reader.
    pub(crate) fn read(&self, reader: impl Read, expected: u64) -> io::Result<Content> {
        let mut reader = self.cancellable(reader);
        let mut bytes = Format::head(reader.by_ref())?;
        let mut error = None;
        if self.wants_pixels() {
            // A clip that comes by no file is held like a picture.
            if Format::sniff(&bytes).is_some() {
                let room = self
                    .limits
                    .file_bytes
                    .saturating_add(1)
                    .saturating_sub(bytes.len() as u64);
                // Where there is no room for them, it shows when they come.
                let more = expected.min(room).saturating_sub(bytes.len() as u64);
                let _ = bytes.try_reserve_exact(more as usize);
                reader.by_ref().take(room).read_to_end(&mut bytes)?;
                if bytes.len() as u64 <= self.limits.file_bytes {
                    return Ok(Content::Picture(bytes));
                }
                error = Some(Error::OverLimit {
                    what: Limit::FileBytes,
                    found: bytes.len() as u64,
                    limit: self.limits.file_bytes,
                });
            } else {
                error = decode(&bytes, &self.limits, |_| {}).err();
            }
        }
        let head = bytes.as_slice();
        let fingerprint = self.hash_digests(head, head.chain(reader))?;
        Ok(Content::Other(Box::new(Fingerprint {
            error,
            ..fingerprint
        })))
    }

    /// The digests of all that a reader gives, which begins with these bytes; nothing is read where none are wanted.
    ///
    /// # Errors
    /// Those of the reader.
    pub(super) fn hash_digests(&self, head: &[u8], reader: impl Read) -> io::Result<Fingerprint> {
        let mut digests = self.digests();
        if self.types.iter().any(|t| !t.is_perceptual()) {
            let mut reader = self.cancellable(reader);
            let mut bytes = vec![0; 1 << 16];
            loop {
                match reader.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(read) => digests.update(&bytes[..read]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Fingerprint {
            digests: digests.finish(),
            mime: mime(head),
            ..Fingerprint::default()
        })
    }

    pub(crate) fn digests(&self) -> Digests {
        Digests::new(self.digest_types())
    }
}

/// A reader that fails once the token is cancelled.
struct Cancellable<'a, R> {
    reader: R,
    cancel: &'a CancelToken,
}

impl<R: Read> Read for Cancellable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        self.reader.read(buffer)
    }
}

/// The media type by the first bytes.
pub(super) fn mime(head: &[u8]) -> Option<&'static str> {
    let format = Format::sniff(head);
    match format {
        // Of what holds clips there are several types, which are read alike here.
        Some(format) if format.is_video() => foreign_mime(head).or(Some(format.mime())),
        Some(format) => Some(format.mime()),
        None => foreign_mime(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::HashType;

    #[test]
    fn a_cancelled_hasher_neither_reads_nor_decodes() {
        let mut png = io::Cursor::new(Vec::new());
        let picture = image::RgbImage::new(64, 64);
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let token = CancelToken::new();
        let hasher = Hasher::new([HashType::Pdq, HashType::Md5]).with_cancel(token.clone());
        let whole = hasher.hash_reader(png.get_ref().as_slice()).unwrap();
        assert_eq!((whole.prints.len(), whole.digests.len()), (1, 1));
        token.cancel();
        assert!(hasher.hash_reader(png.get_ref().as_slice()).is_err());
        let cut = hasher.hash_bytes(png.get_ref());
        assert!(cut.prints.is_empty());
        assert!(matches!(cut.error, Some(Error::Cancelled)));
    }
}
