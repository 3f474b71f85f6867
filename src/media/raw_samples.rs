//! Pictures as programs see them that take samples for colours.
//!
//! `tx` and HMA hand PDQ the array of samples that Pillow holds. Of a picture with a palette these are the numbers of
//! colours, taken for grey. Of inks they are cyan, magenta and yellow, taken for red, green and blue; black is left out.
//! Hashes that such programs listed are far from those of the picture that anybody sees.
//!
//! The file is decoded once more, with another palette or other colours stated in it: number `n` is the grey of level `n`.
//! Everything else is left to the decoders of the formats.

use std::borrow::Cow;

use super::clock::Clock;
use super::decode::{caught, decode_until};
use super::{Format, Frame, Limits, Picture, jpeg};
use crate::CancelToken;

/// The first picture of a file by its samples, where these are no colours. `None` where they are, and where the picture
/// cannot be decoded, which is known of the file already.
pub(crate) fn raw_samples(
    cancel: &CancelToken,
    format: Format,
    bytes: &[u8],
    limits: &Limits,
) -> Option<Picture> {
    if format == Format::Jpeg {
        return inks(cancel, bytes, limits);
    }
    let stated = match format {
        Format::Png => png(bytes),
        Format::Gif => gif(bytes),
        Format::Bmp => bmp(bytes),
        Format::Tiff => tiff(bytes),
        _ => None,
    }?;
    let limits = Limits {
        frames: 1,
        ..*limits
    };
    let mut first = None;
    let each = |frame: Frame| {
        first.get_or_insert(frame.picture);
    };
    decode_until(cancel.clone(), &stated, &limits, false, each).ok()?;
    first
}

/// Cyan, magenta and yellow of a JPEG file.
fn inks(cancel: &CancelToken, bytes: &[u8], limits: &Limits) -> Option<Picture> {
    let clock = Clock::start(limits.time).with_cancel(cancel.clone());
    let mut picture = None;
    let decoded = caught(|| {
        if let Ok(file) = jpeg::File::open(bytes)
            && let Some(file) = file.into_inks()
        {
            let pixels = u64::from(file.width()) * u64::from(file.height());
            if pixels <= limits.pixels && file.memory(false) <= limits.decoded_bytes {
                picture = file.decode(false, &clock).ok().map(|(picture, _)| picture);
            }
        }
        Ok(())
    });
    decoded.ok()?;
    picture
}

/// The grey of each number, red, green and blue.
fn greys(count: usize) -> impl Iterator<Item = u8> {
    (0..count.min(256)).flat_map(|number| [number as u8; 3])
}

/// A still PNG of the same numbers, of which each is a grey. Chunks that change colours are left out.
fn png(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    const HEAD: usize = 8;
    let depth = *bytes.get(HEAD + 16)?;
    if bytes.get(HEAD + 4..HEAD + 8)? != b"IHDR" || *bytes.get(HEAD + 17)? != 3 {
        return None;
    }
    let mut stated = bytes[..HEAD].to_vec();
    let mut at = HEAD;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
        let end = at.checked_add(length)?.checked_add(12)?;
        match &head[4..] {
            b"PLTE" => {
                let palette: Vec<u8> = greys(1 << depth.min(8)).collect();
                stated.extend((palette.len() as u32).to_be_bytes());
                let chunk = [b"PLTE", palette.as_slice()].concat();
                stated.extend(&chunk);
                stated.extend(crc32fast::hash(&chunk).to_be_bytes());
            }
            // What was cut off is missing in both.
            b"IHDR" | b"IDAT" | b"IEND" => stated.extend(&bytes[at..end.min(bytes.len())]),
            _ => {}
        }
        at = end;
    }
    Some(stated.into())
}

/// The same GIF with greys in its tables of colours. No number is transparent.
fn gif(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut stated = bytes.to_vec();
    let table = |flags: u8| (flags & 0x80 != 0).then(|| 2_usize << (flags & 7));
    let mut at = 13;
    if let Some(count) = table(*bytes.get(10)?) {
        fill(&mut stated, at, count)?;
        at += 3 * count;
    }
    // Up to the first picture.
    loop {
        match *bytes.get(at)? {
            b'!' => {
                let is_control = *bytes.get(at + 1)? == 0xf9;
                if is_control {
                    *stated.get_mut(at + 3)? &= !1;
                }
                at += 2;
                loop {
                    let length = usize::from(*bytes.get(at)?);
                    at += 1 + length;
                    if length == 0 {
                        break;
                    }
                }
            }
            b',' => {
                if let Some(count) = table(*bytes.get(at + 9)?) {
                    fill(&mut stated, at + 10, count)?;
                }
                return Some(stated.into());
            }
            _ => return None,
        }
    }
}

/// Writes the greys of so many numbers.
fn fill(bytes: &mut [u8], at: usize, count: usize) -> Option<()> {
    let table = bytes.get_mut(at..at.checked_add(3 * count)?)?;
    table
        .iter_mut()
        .zip(greys(count))
        .for_each(|(to, grey)| *to = grey);
    Some(())
}

/// The same bitmap with greys in its palette.
fn bmp(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let word = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let long = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let header = long(14)? as usize;
    let is_core = header == 12;
    let (bits, each) = if is_core {
        (word(24)?, 3)
    } else {
        (word(28)?, 4)
    };
    if !(1..=8).contains(&bits) {
        return None;
    }
    let begin = 14_usize.checked_add(header)?;
    let mut count = 1_usize << bits;
    if !is_core && header >= 36 {
        let used = long(46)? as usize;
        if (1..count).contains(&used) {
            count = used;
        }
    }
    // The pixels can begin within a palette that is shorter than it says.
    let pixels = long(10)? as usize;
    let end = begin.checked_add(count * each)?;
    let end = if pixels > begin { end.min(pixels) } else { end };
    let mut stated = bytes.to_vec();
    let palette = stated.get_mut(begin..end.min(bytes.len()))?;
    for (number, color) in palette.chunks_mut(each).enumerate() {
        color
            .iter_mut()
            .take(3)
            .for_each(|level| *level = number as u8);
    }
    Some(stated.into())
}

/// Where the numbers of a TIFF stand, and how.
struct Tiff<'b> {
    bytes: &'b [u8],
    is_big_endian: bool,
    /// Whether places are numbers of 64 bits.
    is_large: bool,
}

impl Tiff<'_> {
    fn number(&self, at: usize, length: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.is_big_endian {
            bytes.iter().fold(0, join)
        } else {
            bytes.iter().rev().fold(0, join)
        })
    }

    fn write(&self, bytes: &mut [u8], at: usize, value: u16) -> Option<()> {
        let value = if self.is_big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        bytes.get_mut(at..at + 2)?.copy_from_slice(&value);
        Some(())
    }

    /// The fields of the first page: tag, type, count, and where the value or its place stands.
    fn fields(&self) -> Option<Vec<(u64, u64, u64, usize)>> {
        let (first, head, length, value) = if self.is_large {
            (8, 8, 20, 12)
        } else {
            (4, 2, 12, 8)
        };
        let place = if self.is_large { 8 } else { 4 };
        let at = usize::try_from(self.number(first, place)?).ok()?;
        let count = self.number(at, head)?.min(4096) as usize;
        let fields = (0..count).map_while(|number| {
            let field = at.checked_add(head + number * length)?;
            let count = self.number(field + 4, value - 4)?;
            Some((
                self.number(field, 2)?,
                self.number(field + 2, 2)?,
                count,
                field + value,
            ))
        });
        Some(fields.collect())
    }
}

/// The same TIFF with greys in the palette of its first page, or with inks that are said to be red, green, blue and alpha.
fn tiff(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let is_big_endian = bytes.starts_with(b"MM");
    let mut tiff = Tiff {
        bytes,
        is_big_endian,
        is_large: false,
    };
    tiff.is_large = tiff.number(2, 2)? == 43;
    let fields = tiff.fields()?;
    let field = |tag: u64| fields.iter().find(|field| field.0 == tag);
    let (.., photometric) = *field(262)?;
    let mut stated = bytes.to_vec();
    match tiff.number(photometric, 2)? {
        3 => {
            let (_, kind, count, at) = *field(320)?;
            let held = if tiff.is_large { 8 } else { 4 };
            let at = if count * 2 > held {
                usize::try_from(tiff.number(at, held as usize)?).ok()?
            } else {
                at
            };
            let colors = usize::try_from(count / 3).ok()?.min(256);
            if kind != 3 {
                return None;
            }
            for place in 0..3 * colors {
                let number = (place % colors) as u16;
                tiff.write(
                    &mut stated,
                    at.checked_add(2 * place)?,
                    number << 8 | number,
                )?;
            }
        }
        5 => tiff.write(&mut stated, photometric, 2)?,
        _ => return None,
    }
    Some(stated.into())
}

#[cfg(test)]
mod tests;
