//! The pages of a TIFF file, and the previews of camera raw files that are written as TIFF.
//!
//! Pages stand in a chain. Any of them may have further ones below it (`SubIFDs`), with chains of their own. A page that cannot
//! be decoded is noted and hides no other. Layout: TIFF 6.0, section 2; its supplement 1.

mod color;
mod compression;
pub(super) mod directory;
mod fax;
mod page;
#[cfg(test)]
mod tests;

use crate::Error;
use crate::error::Reason;
use std::collections::BTreeSet;

use super::progress::{Progress, Refusal};
use super::{Format, color as color_profile, exif, raw, still};
use directory::{Directory, Layout};
use page::Page;

/// Fields that lead to other pictures.
const SUB_DIRECTORIES: u16 = 330;
const JPEG_OFFSET: u16 = 513;
const JPEG_BYTES: u16 = 514;

/// Hands every page on, until the file or the limits end.
pub(super) fn each_page(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let Some(layout) = Layout::read(bytes) else {
        return Err(Error::Damaged(Reason::TiffWithoutOrder).into());
    };
    let mut walk = Walk::default();
    let mut waiting: Vec<u64> = layout.first(bytes).into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut turned = Vec::new();
    while let Some(offset) = waiting.pop() {
        // A chain may lead back to where it was.
        if offset == 0 || !seen.insert(offset) {
            continue;
        }
        if seen.len() as u64 > u64::from(progress.limits.frames) {
            progress.decoded.capped = true;
            break;
        }
        let Some(directory) = Directory::read(bytes, layout, offset) else {
            progress.miss(Error::Damaged(Reason::TiffPageCut));
            continue;
        };
        waiting.push(directory.next);
        let most = u64::from(progress.limits.frames) + 1;
        let below = directory.values(SUB_DIRECTORIES, most).unwrap_or_default();
        waiting.extend(below.into_iter().rev());
        // Values of the first page hold for the pages below it that have none.
        let own = exif::of_directory(&directory);
        if seen.len() == 1 {
            turned.clone_from(&own);
        }
        let stated = if own.is_empty() { turned.clone() } else { own };
        walk.page(bytes, &directory, &stated, progress)?;
    }
    walk.previews(bytes, &turned, progress)?;
    if progress.decoded.frames == 0 && !progress.decoded.capped {
        progress.miss(Error::Damaged(Reason::TiffWithoutPage));
    }
    Ok(())
}

/// What was met on the way through the pages.
#[derive(Default)]
struct Walk {
    /// The sizes of pictures that were decoded.
    sizes: Vec<(u32, u32)>,
    /// The sizes of pictures of sensors, which are not decoded.
    sensors: Vec<(u64, u64)>,
    /// Where streams of JPEG begin that were decoded.
    streams: BTreeSet<usize>,
}

impl Walk {
    /// Decodes what a directory describes: a page, a stream of JPEG, or both.
    fn page(
        &mut self,
        bytes: &[u8],
        directory: &Directory<'_>,
        turned: &[u8],
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        let (photometric, compression, size) = page::kind(directory);
        let first = page::first_chunk(bytes, directory);
        let has_pixels = page::has_pixels(directory);
        let stream = stream(bytes, directory);
        let is_alone = page::chunks(directory) == 1;
        // In the old layout of JPEG a single strip is often the stream itself.
        let stream = match stream {
            None if compression == 6 && is_alone && first.starts_with(b"\xFF\xD8\xFF") => {
                Some(first)
            }
            stream => stream,
        };
        let stream = stream.filter(|stream| !is_lossless_jpeg(stream));
        if has_pixels && (is_sensor(photometric, compression) || is_lossless_jpeg(first)) {
            let header = raw::frame_header(first);
            let size = match (size, header) {
                ((0, _) | (_, 0), Some(header)) => (
                    u64::from(header.width) * u64::from(header.components),
                    header.height.into(),
                ),
                (size, _) => size,
            };
            self.sensors.push(size);
        } else if has_pixels && compression == 6 {
            if stream.is_none() {
                progress.miss(Error::Unsupported(Reason::TiffOldJpeg));
            }
        } else if has_pixels {
            progress.turn(turned.to_vec());
            if compression == 7 {
                self.streams.insert(place(bytes, first));
            }
            self.attempt(progress, |progress| {
                Page::new(bytes, directory)?.decode(progress)
            })?;
        }
        if let Some(stream) = stream {
            self.stream(bytes, stream, turned, progress)?;
        }
        Ok(())
    }

    /// Decodes a stream of JPEG, once.
    fn stream(
        &mut self,
        bytes: &[u8],
        stream: &[u8],
        turned: &[u8],
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        if !self.streams.insert(place(bytes, stream)) {
            return Ok(());
        }
        let mut stated = turned.to_vec();
        for own in exif::orientations(Format::Jpeg, stream) {
            if !stated.contains(&own) {
                stated.push(own);
            }
        }
        progress.turn(stated);
        progress.manage(color_profile::of_jpeg(stream));
        self.attempt(progress, |progress| still::jpeg(stream, progress))
    }

    fn attempt<'a>(
        &mut self,
        progress: &mut Progress<'a>,
        decode: impl FnOnce(&mut Progress<'a>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let before = progress.decoded.frames;
        let outcome = progress.attempt(decode);
        if progress.decoded.frames > before {
            self.sizes.push(progress.last_size);
        }
        outcome
    }

    /// Where there are pictures of a sensor: all previews that no field leads to, and what is missing without them.
    fn previews(
        &mut self,
        bytes: &[u8],
        turned: &[u8],
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        let area = |&(width, height): &(u64, u64)| width.saturating_mul(height);
        let Some(&sensor) = self.sensors.iter().max_by_key(|size| area(size)) else {
            return Ok(());
        };
        for stream in raw::streams(bytes) {
            self.stream(bytes, stream, turned, progress)?;
        }
        if !self.sizes.iter().any(|&size| raw::stands_for(size, sensor)) {
            progress.miss(raw::undecoded());
        }
        Ok(())
    }
}

/// The stream of JPEG that a directory points at.
fn stream<'a>(bytes: &'a [u8], directory: &Directory<'_>) -> Option<&'a [u8]> {
    let offset = usize::try_from(directory.value(JPEG_OFFSET)?).ok()?;
    let rest = bytes.get(offset..)?;
    let count = directory.value(JPEG_BYTES).unwrap_or(u64::MAX);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let stream = &rest[..count.min(rest.len())];
    stream.starts_with(b"\xFF\xD8\xFF").then_some(stream)
}

/// Where a part of the file begins.
fn place(bytes: &[u8], part: &[u8]) -> usize {
    (part.as_ptr().addr()).saturating_sub(bytes.as_ptr().addr())
}

/// Whether these are the samples of a sensor, in a mosaic or linear, or compressed as cameras do it.
fn is_sensor(photometric: Option<u64>, compression: u64) -> bool {
    matches!(photometric, Some(32_803 | 34_892))
        || matches!(
            compression,
            32_767 | 32_769 | 32_770 | 32_867 | 34_713 | 34_892 | 65_000 | 65_535
        )
}

fn is_lossless_jpeg(bytes: &[u8]) -> bool {
    raw::frame_header(bytes).is_some_and(|header| header.code == 0xC3)
}
