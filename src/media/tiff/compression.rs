//! Undoing what a strip or tile was compressed with.
//!
//! Sources: TIFF 6.0, sections 9 to 11, 13 and 22; its supplements 1 and 2.

use std::borrow::Cow;
use std::io::Read;

use weezl::{BitOrder, LzwStatus};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::progress::Refusal;
use super::fax::{self, Coding};
use crate::Error;
use crate::error::Reason;

/// What the field `Compression` says, of what is undone here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Fax(Coding),
    Lzw,
    /// Whole streams of JPEG, with tables that may stand in a field of their own.
    Jpeg,
    Deflate,
    PackBits,
}

impl Compression {
    /// # Errors
    /// [`Error::Unsupported`] with the name of the method.
    pub(super) fn new(number: u64, t4_options: u64) -> Result<Compression, Error> {
        let name = match number {
            1 => return Ok(Compression::None),
            2 => return Ok(Compression::Fax(Coding::Aligned(1))),
            3 => {
                let two_dimensions = t4_options & 1 == 1;
                return Ok(Compression::Fax(Coding::T4 { two_dimensions }));
            }
            4 => return Ok(Compression::Fax(Coding::T6)),
            32_771 => return Ok(Compression::Fax(Coding::Aligned(2))),
            5 => return Ok(Compression::Lzw),
            6 | 7 => return Ok(Compression::Jpeg),
            8 | 32_946 => return Ok(Compression::Deflate),
            32_773 => return Ok(Compression::PackBits),
            34_661 | 34_663 => "JBIG",
            33_003..=33_005 | 34_712 => "JPEG 2000",
            34_887 => "LERC",
            34_925 => "LZMA",
            50_000 | 34_926 => "Zstandard",
            34_927 | 50_001 => "WebP",
            34_676 | 34_677 => "SGI Log",
            50_002 | 52_546 => "JPEG XL",
            32_766 => "NeXT RLE",
            32_809 => "ThunderScan",
            _ => {
                return Err(Error::Unsupported(Reason::TiffCompressionUnknown {
                    number,
                }));
            }
        };
        Err(Error::Unsupported(Reason::TiffCompression {
            name: name.to_owned(),
            number,
        }))
    }

    /// Whether the order of the bits in each byte is that of the field `FillOrder`.
    pub(super) fn has_bit_order(self) -> bool {
        self != Compression::Jpeg
    }
}

/// The bytes of rows that a chunk unpacks to, at most `length`, and what is wrong with them.
pub(super) fn unpack(
    data: &[u8],
    compression: Compression,
    (width, rows, length): (usize, usize, usize),
) -> (Vec<u8>, Option<Refusal>) {
    let (bytes, sound) = match compression {
        Compression::None | Compression::Jpeg => {
            let bytes = data[..data.len().min(length)].to_vec();
            (bytes, true)
        }
        Compression::Fax(coding) => fax::rows(data, width, rows, coding),
        Compression::PackBits => (pack_bits(data, length), true),
        Compression::Lzw => lzw(data, length),
        Compression::Deflate => deflate(data, length),
    };
    let error = if !sound {
        Some(Reason::TiffChunkBroken)
    } else if bytes.len() < length {
        Some(Reason::TiffChunkShort)
    } else {
        None
    };
    let error = error.map(Error::Damaged);
    (bytes, error.map(Refusal::from))
}

fn pack_bits(mut data: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    while let Some((&count, rest)) = data.split_first() {
        if bytes.len() >= length {
            break;
        }
        data = match count {
            0..=127 => {
                let (run, rest) = rest.split_at(rest.len().min(usize::from(count) + 1));
                bytes.extend_from_slice(run);
                rest
            }
            128 => rest,
            129..=255 => {
                let Some((&byte, rest)) = rest.split_first() else {
                    break;
                };
                bytes.resize(bytes.len() + 257 - usize::from(count), byte);
                rest
            }
        };
    }
    bytes.truncate(length);
    bytes
}

fn lzw(data: &[u8], length: usize) -> (Vec<u8>, bool) {
    // Of the first writers the codes stand the other way round, as libtiff tells them.
    let mut decoder = match data {
        [0, second, ..] if second & 1 == 1 => weezl::decode::Decoder::new(BitOrder::Lsb, 8),
        _ => weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8),
    };
    let mut bytes = vec![0; length];
    let (mut read, mut written) = (0, 0);
    loop {
        let step = decoder.decode_bytes(&data[read..], &mut bytes[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        let goes_on = matches!(step.status, Ok(LzwStatus::Ok))
            && (step.consumed_in, step.consumed_out) != (0, 0);
        if !goes_on || written == length {
            bytes.truncate(written);
            return (bytes, step.status.is_ok());
        }
    }
}

fn deflate(data: &[u8], length: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let read = flate2::read::ZlibDecoder::new(data)
        .take(length as u64)
        .read_to_end(&mut bytes);
    (bytes, read.is_ok())
}

/// The samples of a chunk of JPEG as they are stored, its size, and how many stand for a pixel.
pub(super) struct JpegSamples {
    pub(super) samples: Vec<u8>,
    pub(super) width: usize,
    pub(super) components: usize,
}

/// Decodes a chunk of JPEG, whose tables may stand elsewhere. `admit` is asked about its size first.
pub(super) fn jpeg(
    data: &[u8],
    tables: Option<&[u8]>,
    admit: impl FnOnce(usize, usize) -> Result<(), Refusal>,
) -> Result<JpegSamples, Refusal> {
    let stream = with_tables(data, tables);
    let broken = |error: &dyn std::fmt::Display| {
        Error::Damaged(Reason::TiffJpegBroken {
            message: error.to_string(),
        })
    };
    let mut options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&*stream), options);
    decoder.decode_headers().map_err(|e| broken(&e))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    admit(width, height)?;
    // The colours are those of the file, which the fields of TIFF explain.
    if let Some(stored) = decoder.input_colorspace() {
        options = options.jpeg_set_out_colorspace(stored);
    }
    decoder.set_options(options);
    let samples = decoder.decode().map_err(|e| broken(&e))?;
    Ok(JpegSamples {
        components: samples.len() / (width * height).max(1),
        samples,
        width,
    })
}

/// One stream of the tables and the chunk: both begin with a mark, and the tables end with one.
pub(super) fn with_tables<'a>(data: &'a [u8], tables: Option<&[u8]>) -> Cow<'a, [u8]> {
    let tables = tables.and_then(|tables| tables.strip_prefix(b"\xFF\xD8"));
    match (tables, data.strip_prefix(b"\xFF\xD8")) {
        (Some(tables), Some(rest)) => {
            let tables = tables.strip_suffix(b"\xFF\xD9").unwrap_or(tables);
            Cow::Owned([b"\xFF\xD8", tables, rest].concat())
        }
        _ => Cow::Borrowed(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        let expected: Vec<u8> = (0..4000u32).map(|i| (i * i / 97) as u8).collect();
        let packed: Vec<u8> = expected
            .chunks(128)
            .flat_map(|run| [&[run.len() as u8 - 1][..], run].concat())
            .collect();
        let new = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&expected);
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut zlib, &expected).unwrap();
        for (compression, data) in [
            (Compression::None, expected.clone()),
            (Compression::PackBits, packed),
            (Compression::Lzw, new.unwrap()),
            (Compression::Deflate, zlib.finish().unwrap()),
        ] {
            let (bytes, error) = unpack(&data, compression, (4000, 1, 4000));
            assert!(bytes == expected && error.is_none(), "{compression:?}");
            let (bytes, error) = unpack(&data, compression, (4001, 1, 4001));
            assert!(bytes == expected && error.is_some(), "{compression:?}");
            let (bytes, error) = unpack(&data[..data.len() / 2], compression, (4000, 1, 4000));
            assert!(
                expected.starts_with(&bytes) && error.is_some(),
                "{compression:?}"
            );
        }
        assert_eq!(pack_bits(&[254, 7, 128, 1, 8, 9], 9), [7, 7, 7, 8, 9]);
    }
}
