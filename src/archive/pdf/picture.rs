//! Pictures of PDF that are no files: their samples, under the header of a TIFF file.
//!
//! TIFF has the colours, lengths of samples and codes of fax that PDF has. So what decodes TIFF decodes these.

use super::filter::number;
use super::object::{Dictionary, Object};
use crate::error::Reason;

/// How pixels are written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Colors {
    /// One sample, and whether the lowest is white.
    Grey {
        white_is_zero: bool,
    },
    Rgb,
    Cmyk,
    /// Numbers of colours in red, green and blue.
    Palette(Vec<[u8; 3]>),
}

impl Colors {
    pub(super) fn samples(&self) -> usize {
        match self {
            Colors::Grey { .. } | Colors::Palette(_) => 1,
            Colors::Rgb => 3,
            Colors::Cmyk => 4,
        }
    }

    /// What numbers of a palette stand for: colours of so many bytes each.
    pub(super) fn palette(&self, table: &[u8]) -> Colors {
        let color = |bytes: &[u8]| match self {
            Colors::Rgb => [bytes[0], bytes[1], bytes[2]],
            Colors::Cmyk => {
                let of = |ink: u8| {
                    let light = (255 - u16::from(ink)) * (255 - u16::from(bytes[3])) / 255;
                    light as u8
                };
                [of(bytes[0]), of(bytes[1]), of(bytes[2])]
            }
            Colors::Grey { white_is_zero } => {
                let light = if *white_is_zero {
                    255 - bytes[0]
                } else {
                    bytes[0]
                };
                [light; 3]
            }
            Colors::Palette(_) => [0; 3],
        };
        Colors::Palette(
            table
                .chunks_exact(self.samples())
                .take(256)
                .map(color)
                .collect(),
        )
    }
}

/// A picture, but for its samples.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bits: u16,
    pub(super) colors: Colors,
    /// The number of the compression in TIFF, and the options of fax in two dimensions.
    pub(super) compression: u16,
    pub(super) fax_options: u32,
}

impl Picture {
    /// How many bytes the samples have, where these are not compressed.
    pub(super) fn bytes(&self) -> u64 {
        let row = u64::from(self.width) * self.colors.samples() as u64 * u64::from(self.bits);
        row.div_ceil(8).saturating_mul(u64::from(self.height))
    }

    /// What codes of fax decode to (ISO 32000-1, 7.4.6).
    ///
    /// # Errors
    /// Where TIFF has no such codes.
    pub(super) fn of_fax(&mut self, parameters: &Dictionary) -> Result<(), Reason> {
        let is = |name: &[u8]| parameters.get(&[name]) == Some(&Object::Bool(true));
        let (kind, is_aligned) = (number(parameters, b"K", 0), is(b"EncodedByteAlign"));
        (self.compression, self.fax_options) = match (kind.signum(), is_aligned) {
            (-1, false) => (4, 0),
            (0, false) => (3, 0),
            (1, false) => (3, 1),
            (0, true) => (2, 0),
            _ => {
                let name = "CCITTFaxDecode EncodedByteAlign".to_owned();
                return Err(Reason::PdfFilter { name });
            }
        };
        let columns = number(parameters, b"Columns", 1728);
        self.width = u32::try_from(columns).unwrap_or(self.width);
        self.bits = 1;
        // Runs of black are ones to TIFF.
        let inverted = match &self.colors {
            Colors::Grey { white_is_zero } => *white_is_zero,
            Colors::Palette(colors) => {
                let light = |at: usize| {
                    let color = colors.get(at).copied().unwrap_or_default();
                    color.into_iter().map(u32::from).sum::<u32>()
                };
                light(0) > light(1)
            }
            Colors::Rgb | Colors::Cmyk => false,
        };
        let white_is_zero = is(b"BlackIs1") == inverted;
        self.colors = Colors::Grey { white_is_zero };
        Ok(())
    }

    /// The picture as a file of TIFF 6.0, big-endian as samples of PDF are.
    pub(super) fn to_tiff(&self, data: &[u8]) -> Vec<u8> {
        const SHORT: u16 = 3;
        const LONG: u16 = 4;
        let samples = self.colors.samples() as u16;
        let photometric = match &self.colors {
            Colors::Grey { white_is_zero } => u32::from(!white_is_zero),
            Colors::Rgb => 2,
            Colors::Palette(_) => 3,
            Colors::Cmyk => 5,
        };
        let map = match &self.colors {
            Colors::Palette(colors) => palette(colors, self.bits),
            _ => Vec::new(),
        };
        let count = 11 + u16::from(!map.is_empty());
        let behind = 8 + 2 + 12 * u32::from(count) + 4;
        let (bits_at, map_at) = (behind, behind + 2 * u32::from(samples));
        let data_at = map_at + map.len() as u32;
        let bits = match samples {
            1 => u32::from(self.bits) << 16,
            _ => bits_at,
        };
        let mut fields = vec![
            (256, LONG, 1, self.width),
            (257, LONG, 1, self.height),
            (258, SHORT, u32::from(samples), bits),
            (259, SHORT, 1, u32::from(self.compression) << 16),
            (262, SHORT, 1, photometric << 16),
            (273, LONG, 1, data_at),
            (277, SHORT, 1, u32::from(samples) << 16),
            (278, LONG, 1, self.height),
            (279, LONG, 1, data.len() as u32),
            (284, SHORT, 1, 1 << 16),
            (292, LONG, 1, self.fax_options),
        ];
        if !map.is_empty() {
            fields.push((320, SHORT, map.len() as u32 / 2, map_at));
        }
        let mut file = b"MM\0*\0\0\0\x08".to_vec();
        file.extend(count.to_be_bytes());
        for (tag, kind, values, value) in fields {
            let (tag, kind): (u16, u16) = (tag, kind);
            file.extend([tag.to_be_bytes(), kind.to_be_bytes()].concat());
            file.extend([values.to_be_bytes(), value.to_be_bytes()].concat());
        }
        file.extend([0; 4]);
        for _ in 0..samples {
            file.extend(self.bits.to_be_bytes());
        }
        file.extend(&map);
        file.extend(data);
        file
    }
}

/// A map of colours: all reds, all greens, all blues, as many as there are numbers.
fn palette(colors: &[[u8; 3]], bits: u16) -> Vec<u8> {
    let numbers = 1 << bits.min(8);
    let of = |channel: usize| {
        (0..numbers).flat_map(move |number| {
            let value = colors.get(number).map_or(0, |color| color[channel]);
            [value, value]
        })
    };
    (0..3).flat_map(of).collect()
}
