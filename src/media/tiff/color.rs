//! What the samples of a page stand for.
//!
//! As the reference does (Pillow with libtiff), colours that were multiplied by their alpha are divided by it. YCbCr is
//! that of JPEG, whatever compresses it. Source: TIFF 6.0, sections 3 to 6, 16, 18, 21 and 23.

use image::ColorType;

use super::super::color::Samples;
use crate::Error;
use crate::error::Reason;

/// The colours of a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Color {
    Grey {
        white_is_zero: bool,
        alpha: bool,
    },
    Rgb,
    Rgba {
        premultiplied: bool,
    },
    /// Red, green and blue of each index.
    Palette(Vec<[u8; 3]>),
    Cmyk,
    YCbCr,
    /// Whether a and b are offset by 128, or have a sign.
    Lab {
        offset: bool,
    },
}

impl Color {
    /// The colours by the number of the field `PhotometricInterpretation`.
    ///
    /// # Errors
    /// For colours that are not decoded, or of too few samples.
    pub(super) fn new(
        photometric: u64,
        samples: usize,
        extra: Option<u64>,
        bits: u64,
        map: Vec<u64>,
    ) -> Result<Color, Error> {
        let (color, needed) = match photometric {
            0 | 1 | 4 => {
                // A mask is a picture of black and white.
                let white_is_zero = photometric == 0;
                let alpha = samples > 1 && matches!(extra, Some(1 | 2)) && bits >= 8;
                (
                    Color::Grey {
                        white_is_zero,
                        alpha,
                    },
                    1,
                )
            }
            2 => match (samples, extra) {
                // A fourth sample of which nothing is said is alpha for most readers.
                (4.., Some(1 | 2) | None) => {
                    let premultiplied = extra == Some(1);
                    (Color::Rgba { premultiplied }, 4)
                }
                _ => (Color::Rgb, 3),
            },
            3 if bits <= 8 => (Color::Palette(palette(&map, bits)?), 1),
            3 => return Err(Error::Unsupported(Reason::TiffPalette)),
            5 => (Color::Cmyk, 4),
            6 => (Color::YCbCr, 3),
            8 | 9 if bits == 8 || bits == 16 => (
                Color::Lab {
                    offset: photometric == 9,
                },
                3,
            ),
            8..=10 => return Err(Error::Unsupported(Reason::TiffLab)),
            32_844 | 32_845 => return Err(Error::Unsupported(Reason::TiffLogLuv)),
            32_803 | 34_892 => return Err(Error::Unsupported(Reason::TiffSensor)),
            number => return Err(Error::Unsupported(Reason::TiffColors { number })),
        };
        if samples < needed {
            return Err(Error::Damaged(Reason::TiffPageColors));
        }
        Ok(color)
    }

    /// How many samples of a pixel are kept.
    pub(super) fn channels(&self) -> usize {
        match self {
            Color::Grey { alpha: false, .. } | Color::Palette(_) => 1,
            Color::Grey { alpha: true, .. } => 2,
            Color::Rgb | Color::YCbCr | Color::Lab { .. } => 3,
            Color::Rgba { .. } | Color::Cmyk => 4,
        }
    }

    pub(super) fn has_alpha(&self) -> bool {
        matches!(self, Color::Grey { alpha: true, .. } | Color::Rgba { .. })
    }

    /// What a profile of the page is one of.
    pub(super) fn stored(&self) -> Samples {
        if matches!(self, Color::Cmyk) {
            Samples::Inks
        } else {
            Samples::GreyOrRgb
        }
    }

    /// Whether the samples are numbers of colours: these are not scaled.
    pub(super) fn is_index(&self) -> bool {
        matches!(self, Color::Palette(_))
    }

    /// Whether fractions from 0 to 1 are these colours. Of grey, nobody knows their range.
    pub(super) fn may_be_fractions(&self) -> bool {
        matches!(self, Color::Rgb | Color::Rgba { .. })
    }

    /// Samples of 8 bits to grey or RGB, with alpha where there is one.
    pub(super) fn to_samples(&self, mut samples: Vec<u8>) -> (ColorType, Vec<u8>) {
        match self {
            Color::Grey {
                white_is_zero,
                alpha,
            } => {
                let channels = self.channels();
                if *white_is_zero {
                    for pixel in samples.chunks_exact_mut(channels) {
                        pixel[0] = 255 - pixel[0];
                    }
                }
                (
                    if *alpha {
                        ColorType::La8
                    } else {
                        ColorType::L8
                    },
                    samples,
                )
            }
            Color::Rgb => (ColorType::Rgb8, samples),
            Color::Rgba { premultiplied } => {
                if *premultiplied {
                    divide(&mut samples);
                }
                (ColorType::Rgba8, samples)
            }
            Color::Palette(colors) => {
                let color = |&index: &u8| colors.get(usize::from(index)).copied();
                let rgb = samples
                    .iter()
                    .flat_map(|index| color(index).unwrap_or_default());
                (ColorType::Rgb8, rgb.collect())
            }
            Color::Cmyk => {
                let pixels = samples.as_chunks::<4>().0.iter();
                (ColorType::Rgb8, pixels.flat_map(cmyk).collect())
            }
            Color::YCbCr => {
                for pixel in samples.as_chunks_mut::<3>().0 {
                    *pixel = ycbcr(*pixel);
                }
                (ColorType::Rgb8, samples)
            }
            Color::Lab { offset } => {
                for pixel in samples.as_chunks_mut::<3>().0 {
                    *pixel = lab(*pixel, *offset);
                }
                (ColorType::Rgb8, samples)
            }
        }
    }
}

/// All reds, then all greens, then all blues, of 16 bits each. Some writers take 8, as libtiff knows.
fn palette(map: &[u64], bits: u64) -> Result<Vec<[u8; 3]>, Error> {
    let count = 1 << bits;
    if map.len() < 3 * count {
        return Err(Error::Damaged(Reason::TiffPaletteCut));
    }
    let shift = if map.iter().all(|&value| value < 256) {
        0
    } else {
        8
    };
    let color = |i: usize| [map[i], map[i + count], map[i + 2 * count]].map(|v| (v >> shift) as u8);
    Ok((0..count).map(color).collect())
}

/// Divides the colours of RGBA by their alpha; where all is transparent there is no colour but black.
fn divide(samples: &mut [u8]) {
    for pixel in samples.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]);
        for color in &mut pixel[..3] {
            let value = (u32::from(*color) * 255).checked_div(alpha).unwrap_or(0);
            *color = value.min(255) as u8;
        }
    }
}

/// Inks on white paper.
fn cmyk(&[cyan, magenta, yellow, black]: &[u8; 4]) -> [u8; 3] {
    let light = 1.0 - f32::from(black) / 255.0;
    [cyan, magenta, yellow].map(|ink| ((255.0 - f32::from(ink)) * light) as u8)
}

/// YCbCr to RGB, as JFIF has it (ITU-T T.871, 7). What the file says of its own shares and range the reference leaves
/// alone.
fn ycbcr(pixel: [u8; 3]) -> [u8; 3] {
    let [y, cb, cr] = pixel.map(f32::from);
    let (cb, cr) = (cb - 128.0, cr - 128.0);
    let g = y - 0.344_136 * cb - 0.714_136 * cr;
    // A cast clips at both ends.
    [y + 1.402 * cr, g, y + 1.772 * cb].map(|color| (color + 0.5) as u8)
}

/// CIE L*a*b* to sRGB (CIE 15; IEC 61966-2-1). White is white, whatever the light that the file was made for.
fn lab([light, a, b]: [u8; 3], offset: bool) -> [u8; 3] {
    let signed = |value: u8| {
        if offset {
            f64::from(value) - 128.0
        } else {
            f64::from(value.cast_signed())
        }
    };
    let fy = (f64::from(light) / 255.0 * 100.0 + 16.0) / 116.0;
    let (fx, fz) = (fy + signed(a) / 500.0, fy - signed(b) / 200.0);
    let linear = |f: f64| {
        if f > 6.0 / 29.0 {
            f.powi(3)
        } else {
            (f - 4.0 / 29.0) * 3.0 * (6.0f64 / 29.0).powi(2)
        }
    };
    let (x, y, z) = (0.950_47 * linear(fx), linear(fy), 1.088_83 * linear(fz));
    let rgb = [
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.2040 * y + 1.0570 * z,
    ];
    rgb.map(|value| {
        let value = if value > 0.003_130_8 {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        } else {
            12.92 * value
        };
        (value * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ycbcr_is_that_of_jpeg() {
        let colors = [81, 90, 240, 145, 54, 34, 255, 128, 128, 0, 0, 0];
        let expected = [238, 14, 14, 13, 238, 14, 255, 255, 255, 0, 135, 0];
        assert_eq!(Color::YCbCr.to_samples(colors.to_vec()).1, expected);
    }

    #[test]
    fn premultiplied_colours_are_divided_by_their_alpha() {
        let pixels = vec![100, 50, 0, 200, 9, 8, 7, 255, 4, 4, 4, 0, 90, 9, 1, 45];
        let divided = [127, 63, 0, 200, 9, 8, 7, 255, 0, 0, 0, 0, 255, 51, 5, 45];
        let color = Color::Rgba {
            premultiplied: true,
        };
        assert_eq!(
            color.to_samples(pixels.clone()),
            (ColorType::Rgba8, divided.to_vec())
        );
        let color = Color::Rgba {
            premultiplied: false,
        };
        assert_eq!(color.to_samples(pixels.clone()), (ColorType::Rgba8, pixels));
    }

    #[test]
    fn lab_of_the_primaries_is_theirs() {
        for (lab_color, rgb) in [
            ([255, 0, 0], [255, 255, 255]),
            ([0, 0, 0], [0, 0, 0]),
            // Red: 53.2, 80.1, 67.2.
            ([136, 80, 67], [255, 0, 0]),
        ] {
            let near = |found: [u8; 3]| {
                found
                    .iter()
                    .zip(rgb)
                    .all(|(a, b): (_, u8)| a.abs_diff(b) < 6)
            };
            assert!(near(lab(lab_color, false)), "{:?}", lab(lab_color, false));
            let [light, a, b] = lab_color;
            assert!(near(lab([light, a + 128, b + 128], true)));
        }
    }
}
