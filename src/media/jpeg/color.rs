//! What the components of a file are, and how pixels are made of them.

use super::frame::Frame;

/// What the components of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Grey,
    /// Luma and two differences of colour, of the full range (ITU-T T.871).
    YCbCr,
    Rgb,
    /// Inverted, as Adobe's programs write it and every reader takes it.
    Cmyk,
    /// The same, with the first three as luma and differences.
    Ycck,
    /// Of these two the inks alone, which stand for red, green and blue: black is left out.
    CmyInks,
    YccInks,
}

/// What segments of applications say of the colours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Whether there is a JFIF segment.
    pub(super) jfif: bool,
    /// The transform of Adobe's segment.
    pub(super) adobe: Option<u8>,
}

impl Marks {
    /// Takes notice of a segment of an application, 0 or 14.
    pub(super) fn notice(&mut self, marker: u8, segment: &[u8]) {
        if marker == 0xE0 && segment.len() >= 14 && segment.starts_with(b"JFIF\0") {
            self.jfif = true;
        }
        if marker == 0xEE && segment.len() >= 12 && segment.starts_with(b"Adobe") {
            self.adobe = Some(segment[11]);
        }
    }
}

impl Color {
    /// The rules of libjpeg: a JFIF segment outweighs Adobe's, and Adobe's the names of the components.
    pub(super) fn of(frame: &Frame, marks: Marks) -> Color {
        let mut ids = [0; 4];
        for (id, component) in ids.iter_mut().zip(frame.components()) {
            *id = component.id;
        }
        match (frame.components().len(), marks.jfif, marks.adobe) {
            (1, ..) => Color::Grey,
            (3, true, _) => Color::YCbCr,
            (3, false, Some(0)) => Color::Rgb,
            (3, false, None) if ids.starts_with(b"RGB") => Color::Rgb,
            (3, ..) => Color::YCbCr,
            (_, _, None | Some(0)) => Color::Cmyk,
            _ => Color::Ycck,
        }
    }

    /// The inks without black; `None` where there are none.
    pub(super) fn inks(self) -> Option<Color> {
        match self {
            Color::Cmyk => Some(Color::CmyInks),
            Color::Ycck => Some(Color::YccInks),
            _ => None,
        }
    }

    /// How many bytes a pixel of the picture has.
    pub(super) fn bytes(self) -> usize {
        if self == Color::Grey { 1 } else { 3 }
    }

    /// Makes a row of pixels of a row of each component, all of one length.
    pub(super) fn convert(self, rows: &[&[u8]], pixels: &mut [u8]) {
        match (self, rows) {
            (Color::Grey, [grey]) => pixels.copy_from_slice(grey),
            (Color::YCbCr, [y, cb, cr]) => {
                let pixels = pixels.as_chunks_mut::<3>().0.iter_mut();
                for (((pixel, y), cb), cr) in pixels.zip(*y).zip(*cb).zip(*cr) {
                    *pixel = rgb(*y, *cb, *cr);
                }
            }
            (Color::Rgb, [r, g, b]) => {
                let pixels = pixels.as_chunks_mut::<3>().0.iter_mut();
                for (((pixel, r), g), b) in pixels.zip(*r).zip(*g).zip(*b) {
                    *pixel = [*r, *g, *b];
                }
            }
            (Color::Cmyk | Color::Ycck, [c, m, y, k]) => {
                let pixels = pixels.as_chunks_mut::<3>().0.iter_mut();
                for ((((pixel, c), m), y), k) in pixels.zip(*c).zip(*m).zip(*y).zip(*k) {
                    *pixel = if self == Color::Cmyk {
                        [*c, *m, *y].map(|ink| over_black(255 - ink, *k))
                    } else {
                        rgb(*c, *m, *y).map(|ink| over_black(ink, *k))
                    };
                }
            }
            (Color::CmyInks | Color::YccInks, [c, m, y, _]) => {
                let pixels = pixels.as_chunks_mut::<3>().0.iter_mut();
                for (((pixel, c), m), y) in pixels.zip(*c).zip(*m).zip(*y) {
                    *pixel = if self == Color::CmyInks {
                        [*c, *m, *y].map(|ink| 255 - ink)
                    } else {
                        rgb(*c, *m, *y)
                    };
                }
            }
            _ => unreachable!("there are as many rows as the colour has components"),
        }
    }
}

/// A constant with 16 fractional bits.
const fn fix(value: f64) -> i32 {
    (value * 65536.0 + 0.5) as i32
}

/// The conversion of ITU-T T.871, rounded as libjpeg rounds it.
#[inline(always)]
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((fix(1.402) * cr + HALF) >> 16);
    let green = y + ((-fix(0.344_14) * cb - fix(0.714_14) * cr + HALF) >> 16);
    let blue = y + ((fix(1.772) * cb + HALF) >> 16);
    [red, green, blue].map(|value| value.clamp(0, 255) as u8)
}

/// The colour of an ink, 255 for all of it, on paper that is darkened by black to so much. Pillow, and so the
/// reference, makes it so.
#[inline(always)]
fn over_black(ink: u8, paper: u8) -> u8 {
    let product = u32::from(ink) * u32::from(paper) + 128;
    let taken = ((product >> 8) + product) >> 8;
    paper.saturating_sub(taken as u8)
}
