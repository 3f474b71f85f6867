//! What a track says of itself, before its tables of pictures (ISO/IEC 14496-12, 8.3 to 8.6).

use crate::error::{FileError, Reason};
use std::io::{Read, Seek};

use super::super::stream::Stream;
use super::super::track::{Codec, Description};
use super::boxes::Mp4Box;
use super::edits::Edits;

/// The most bytes of what a decoder needs to know before the first picture.
const PRIVATE_BYTES_MAX: u64 = 1 << 20;

/// The most ways to code pictures in one track.
const DESCRIPTIONS_MAX: usize = 256;

/// A track, but for its pictures.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) id: u32,
    /// Its place among the video tracks.
    pub(super) place: u32,
    pub(super) enabled: bool,
    pub(super) is_video: bool,
    pub(super) orientation: u8,
    pub(super) timescale: u32,
    pub(super) edits: Edits,
    pub(super) descriptions: Vec<Description>,
    /// Where the tables of pictures are.
    pub(super) tables: Option<Mp4Box>,
    pub(super) whole: bool,
}

impl Header {
    pub(super) fn read<R: Read + Seek>(
        stream: &mut Stream<R>,
        trak: Mp4Box,
    ) -> Result<Header, FileError> {
        let mut header = Header {
            orientation: 1,
            ..Header::default()
        };
        header.whole = trak.each(stream, trak.content, |stream, part| match &part.kind {
            b"tkhd" => header.track_header(stream),
            b"edts" => {
                let each = |stream: &mut Stream<R>, part: Mp4Box| match &part.kind {
                    b"elst" => {
                        header.edits = Edits::read(stream, part)?;
                        Ok(())
                    }
                    _ => Ok(()),
                };
                part.each(stream, part.content, each).map(drop)
            }
            b"mdia" => header.media(stream, part),
            _ => Ok(()),
        })?;
        Ok(header)
    }

    fn track_header<R: Read + Seek>(&mut self, stream: &mut Stream<R>) -> Result<(), FileError> {
        let [version, _, _, flags] = stream.take()?;
        self.enabled = flags & 1 != 0;
        let times = if version == 1 { 16 } else { 8 };
        stream.go_to(stream.at() + times)?;
        self.id = stream.u32()?;
        // Duration, then two words, layer, group, volume and a reserved field.
        let duration = if version == 1 { 8 } else { 4 };
        stream.go_to(stream.at() + 4 + duration + 8 + 8)?;
        let mut matrix = [0; 9];
        for value in &mut matrix {
            *value = stream.u32()?.cast_signed();
        }
        self.orientation = orientation([matrix[0], matrix[1], matrix[3], matrix[4]]);
        Ok(())
    }

    fn media<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        mdia: Mp4Box,
    ) -> Result<(), FileError> {
        let whole = mdia.each(stream, mdia.content, |stream, part| {
            match &part.kind {
                b"mdhd" => {
                    let [version, ..]: [u8; 4] = stream.take()?;
                    let times = if version == 1 { 16 } else { 8 };
                    stream.go_to(stream.at() + times)?;
                    self.timescale = stream.u32()?;
                }
                b"hdlr" => {
                    stream.go_to(stream.at() + 8)?;
                    // Pictures in a row, and those beside them (depth, transparency), are coded as films are.
                    self.is_video |= matches!(&stream.take()?, b"vide" | b"pict" | b"auxv");
                }
                b"minf" => {
                    part.each(stream, part.content, |stream, part| {
                        match &part.kind {
                            b"stbl" => self.tables(stream, part)?,
                            // The header of media that is seen.
                            b"vmhd" => self.is_video = true,
                            _ => {}
                        }
                        Ok(())
                    })?;
                }
                _ => {}
            }
            Ok(())
        })?;
        // Players go by how samples are coded, whatever a track is called.
        let is_seen = |codec: &Codec| !matches!(codec, Codec::Other(_));
        self.is_video |= self.descriptions.iter().any(|d| is_seen(&d.codec));
        if whole {
            Ok(())
        } else {
            Err(FileError::Unreadable(
                std::io::ErrorKind::UnexpectedEof.into(),
            ))
        }
    }

    fn tables<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        stbl: Mp4Box,
    ) -> Result<(), FileError> {
        self.tables = Some(stbl);
        stbl.each(stream, stbl.content, |stream, part| {
            if part.kind != *b"stsd" || !self.descriptions.is_empty() {
                return Ok(());
            }
            // Version, flags and the number of descriptions, of which there are as many as there are.
            part.each(stream, part.content + 8, |stream, entry| {
                if self.descriptions.len() < DESCRIPTIONS_MAX {
                    self.descriptions.push(description(stream, entry)?);
                }
                Ok(())
            })?;
            Ok(())
        })
        .map(drop)
    }
}

/// One entry of `stsd`: how pictures are coded.
fn description<R: Read + Seek>(
    stream: &mut Stream<R>,
    entry: Mp4Box,
) -> Result<Description, FileError> {
    let mut description = Description {
        codec: codec(entry.kind),
        private: Vec::new(),
        width: 0,
        height: 0,
        prefix: Vec::new(),
    };
    stream.go_to(entry.content + 24)?;
    description.width = stream.u16()?.into();
    description.height = stream.u16()?.into();
    entry.each(stream, entry.content + 78, |stream, part| {
        if let b"avcC" | b"hvcC" = &part.kind {
            let bytes = part.end.saturating_sub(stream.at());
            if bytes > PRIVATE_BYTES_MAX {
                return Err(FileError::damaged(Reason::Mp4ConfigurationSize));
            }
            description.private = stream.bytes(bytes)?;
        }
        Ok(())
    })?;
    Ok(description)
}

fn codec(kind: [u8; 4]) -> Codec {
    match &kind {
        b"avc1" | b"avc2" | b"avc3" | b"avc4" => Codec::H264,
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => Codec::Hevc,
        b"vp08" => Codec::Vp8,
        b"vp09" => Codec::Vp9,
        b"av01" => Codec::Av1,
        b"jpeg" | b"mjpa" => Codec::Jpeg,
        b"encv" => Codec::Encrypted,
        other => Codec::Other(other.escape_ascii().to_string()),
    }
}

/// The EXIF orientation of a matrix (8.3.2): a and b, then c and d. A point moves to (ax + cy, bx + dy); turns by less than
/// a quarter count as the nearest.
fn orientation([a, b, c, d]: [i32; 4]) -> u8 {
    let upright = a.unsigned_abs().max(d.unsigned_abs()) >= b.unsigned_abs().max(c.unsigned_abs());
    match (upright, a < 0, d < 0, b < 0, c < 0) {
        (true, false, false, ..) => 1,
        (true, true, false, ..) => 2,
        (true, true, true, ..) => 3,
        (true, false, true, ..) => 4,
        (false, _, _, false, false) => 5,
        (false, _, _, false, true) => 6,
        (false, _, _, true, true) => 7,
        (false, _, _, true, false) => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Turn;

    /// The matrix and the view move the corners of a picture to the same places.
    #[test]
    fn a_matrix_turns_as_its_orientation_says() {
        for exif in 1..=8 {
            let view = Turn::from_exif(exif).unwrap();
            let x = if view.flips_columns() { -1 } else { 1 };
            let y = if view.flips_rows() { -1 } else { 1 };
            // Flips, and then a transposition.
            let matrix = if view.swaps_sides() {
                [0, x, y, 0]
            } else {
                [x, 0, 0, y]
            };
            let fixed = matrix.map(|value| value << 16);
            assert_eq!(u16::from(orientation(fixed)), exif, "{view}");
        }
        assert_eq!(orientation([0; 4]), 1);
    }
}
