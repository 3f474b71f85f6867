//! What a Matroska file says of its tracks (RFC 9559, 5.1.4).

use std::io::{Read, Seek};

use super::super::stream::Stream;
use super::super::track::{Codec, Description};
use super::ebml::Element;
use crate::error::FileError;

/// The most bytes of what a decoder needs to know before the first picture.
const PRIVATE_BYTES_MAX: u64 = 1 << 20;

/// The most bytes of a codec's name.
const NAME_BYTES_MAX: u64 = 256;

/// The most tracks that are looked at.
const TRACKS_MAX: u32 = 1024;

/// A video track.
#[derive(Debug)]
pub(in super::super) struct Header {
    pub(in super::super) number: u64,
    /// Its place among the video tracks.
    pub(in super::super) place: u32,
    pub(in super::super) enabled: bool,
    pub(in super::super) orientation: u8,
    pub(in super::super) description: Description,
    /// How long a picture is shown, in nanoseconds; 0 where that is not said.
    pub(in super::super) duration: u64,
}

/// The video tracks, those first that are enabled, and whether there are more tracks than are looked at.
pub(in super::super) fn read<R: Read + Seek>(
    stream: &mut Stream<R>,
    tracks: Element,
    end: u64,
) -> Result<(Vec<Header>, bool), FileError> {
    let (mut headers, mut all): (Vec<Header>, _) = (Vec::new(), 0);
    tracks.each(stream, end, |stream, entry, end| {
        if entry.id != 0xAE {
            return Ok(());
        }
        all += 1;
        if all <= TRACKS_MAX
            && let Some(mut header) = Header::read(stream, entry, end)?
        {
            header.place = headers.len() as u32;
            headers.push(header);
        }
        Ok(())
    })?;
    headers.sort_by_key(|header| !header.enabled);
    Ok((headers, all > TRACKS_MAX))
}

impl Header {
    /// `None` for a track that is no video.
    fn read<R: Read + Seek>(
        stream: &mut Stream<R>,
        entry: Element,
        end: u64,
    ) -> Result<Option<Header>, FileError> {
        let mut header = Header {
            number: 0,
            place: 0,
            enabled: true,
            orientation: 1,
            description: Description {
                codec: Codec::Other(String::new()),
                private: Vec::new(),
                width: 0,
                height: 0,
                prefix: Vec::new(),
            },
            duration: 0,
        };
        let (mut kind, mut name, mut encoding) = (0, String::new(), Encoding::default());
        let description = &mut header.description;
        entry.each(stream, end, |stream, field, end| {
            match field.id {
                0xD7 => header.number = field.uint(stream)?,
                0x83 => kind = field.uint(stream)?,
                0xB9 => header.enabled = field.uint(stream)? != 0,
                0x86 => {
                    let bytes = field.bytes(stream, NAME_BYTES_MAX)?;
                    name = String::from_utf8_lossy(&bytes)
                        .trim_end_matches('\0')
                        .to_owned();
                }
                0x63A2 => description.private = field.bytes(stream, PRIVATE_BYTES_MAX)?,
                0x0023_E383 => header.duration = field.uint(stream)?,
                0xE0 => field.each(stream, end, |stream, field, end| {
                    match field.id {
                        0xB0 => description.width = pixels(field.uint(stream)?),
                        0xBA => description.height = pixels(field.uint(stream)?),
                        0x7670 => field.each(stream, end, |stream, field, _| {
                            if field.id == 0x7675 {
                                header.orientation = orientation(field.float(stream)?);
                            }
                            Ok(())
                        })?,
                        _ => {}
                    }
                    Ok(())
                })?,
                0x6D80 => encoding.read(stream, field, end)?,
                _ => {}
            }
            Ok(())
        })?;
        header.description.codec = match encoding {
            Encoding {
                encrypted: true, ..
            } => Codec::Encrypted,
            Encoding { packed: true, .. } => Codec::Other(format!("{name}, compressed")),
            _ => codec(&name),
        };
        header.description.prefix = encoding.prefix;
        Ok((kind == 1).then_some(header))
    }
}

fn pixels(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn codec(name: &str) -> Codec {
    match name {
        "V_MPEG4/ISO/AVC" => Codec::H264,
        "V_MPEGH/ISO/HEVC" => Codec::Hevc,
        "V_VP8" => Codec::Vp8,
        "V_VP9" => Codec::Vp9,
        "V_AV1" => Codec::Av1,
        "V_MJPEG" => Codec::Jpeg,
        other => Codec::Other(other.escape_debug().to_string()),
    }
}

/// The EXIF orientation of a turn by so many degrees counter-clockwise, of which quarters count.
fn orientation(roll: f64) -> u8 {
    match (roll / 90.0).round().rem_euclid(4.0) {
        1.0 => 8,
        2.0 => 3,
        3.0 => 6,
        _ => 1,
    }
}

/// What was done to the coded pictures (5.1.4.1.31).
#[derive(Debug, Default)]
struct Encoding {
    encrypted: bool,
    packed: bool,
    prefix: Vec<u8>,
}

impl Encoding {
    fn read<R: Read + Seek>(
        &mut self,
        stream: &mut Stream<R>,
        encodings: Element,
        end: u64,
    ) -> Result<(), FileError> {
        let mut steps = 0;
        encodings.each(stream, end, |stream, one, end| {
            if one.id != 0x6240 {
                return Ok(());
            }
            steps += 1;
            // Bit 0: all pictures.
            let (mut scope, mut algorithm, mut settings) = (1, None, Vec::new());
            one.each(stream, end, |stream, field, end| {
                match field.id {
                    0x5032 => scope = field.uint(stream)?,
                    0x5035 => self.encrypted = true,
                    0x5034 => {
                        algorithm.get_or_insert(0);
                        field.each(stream, end, |stream, field, _| {
                            match field.id {
                                0x4254 => algorithm = Some(field.uint(stream)?),
                                0x4255 => settings = field.bytes(stream, PRIVATE_BYTES_MAX)?,
                                _ => {}
                            }
                            Ok(())
                        })?;
                    }
                    _ => {}
                }
                Ok(())
            })?;
            match algorithm {
                // What all pictures begin with is left out of each.
                Some(3) if steps == 1 && scope & 1 != 0 => self.prefix = settings,
                Some(_) if scope & 1 != 0 => self.packed = true,
                _ => {}
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roll_is_undone_by_the_turn_the_other_way() {
        let rolls = [0.0, 90.0, -90.0, 180.0, -180.0, 270.0, 1.0, f64::NAN];
        assert_eq!(rolls.map(orientation), [1, 8, 6, 3, 3, 6, 1, 1]);
    }
}
