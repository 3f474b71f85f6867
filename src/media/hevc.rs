//! One coded picture of a HEIF file to RGB.
//!
//! Syntax, prediction and filters are the library's. The order of the slices stands here. So that no file can ask for a
//! part of a picture twice, and so does the conversion of colours. Source: ITU-T H.265, 7.3.2 and 7.4.7.1; H.273, 8.3.

use heifer_hevc_dec::Error as HevcError;
use heifer_hevc_dec::nal::NalUnit;
use heifer_hevc_dec::params::{ParameterSets, Sps};
use heifer_hevc_dec::recon::{Frame, Reconstructor};
use heifer_hevc_dec::slice::SliceHeader;
use heifer_hevc_dec::syntax::{Picture, decode_slice_segment};
use image::RgbImage;

use super::progress::{Progress, Refusal};
use crate::Error;
use crate::error::Reason;

/// Decodes the first picture of these NAL units: parameter sets, then slices.
pub(super) fn decode(nals: &[&[u8]], progress: &mut Progress<'_>) -> Result<Frame, Refusal> {
    let mut sets = ParameterSets::default();
    let mut slices = nals.iter();
    let first = loop {
        let nal = NalUnit::parse(slices.next().ok_or(HevcError::UnexpectedEof)?)?;
        if nal.header.unit_type.is_slice() {
            break nal;
        }
        sets.add(&nal)?;
    };
    let header = SliceHeader::parse(&first.rbsp, &first.header, &sets, None)?;
    let (pps, sps) = sets.get(usize::from(header.slice_pic_parameter_set_id))?;
    admit(sps, progress)?;
    let (columns, rows) = sps.pic_size_in_ctbs();
    let blocks = u64::from(columns) * u64::from(rows);
    let (mut picture, mut reconstructor) = (Picture::new(sps, pps), Reconstructor::new(sps, pps));
    let (mut nal, mut header, mut decoded) = (first, header, 0);
    // What a dependent slice leaves out is as in the last that was not.
    let mut independent = header.clone();
    loop {
        progress.check_time()?;
        let start = nal.rbsp.get(header.header_size..);
        let data = start.ok_or(HevcError::UnexpectedEof)?;
        let quantizer = header.slice_qp_y(&sets)?;
        reconstructor.start_slice(&header);
        let slice =
            decode_slice_segment(&mut picture, &header, quantizer, data, &mut reconstructor)?;
        if let Some(error) = reconstructor.error.take() {
            return Err(error.into());
        }
        decoded += u64::from(slice.ctus);
        if decoded >= blocks {
            break;
        }
        nal = loop {
            let next = slices.next();
            let nal = NalUnit::parse(next.ok_or(HevcError::Invalid("picture is incomplete"))?)?;
            if nal.header.unit_type.is_slice() {
                break nal;
            }
        };
        let next = SliceHeader::parse(&nal.rbsp, &nal.header, &sets, Some(&independent))?;
        if next.slice_pic_parameter_set_id != header.slice_pic_parameter_set_id {
            return Err(HevcError::Unimplemented(
                "slices of one picture with different parameters",
            )
            .into());
        }
        header = next;
        if !header.dependent_slice_segment_flag {
            independent = header.clone();
        }
    }
    if !picture.is_complete() {
        return Err(HevcError::Invalid("slices overlap").into());
    }
    let frame = reconstructor.finish(false);
    Ok(if sps.conf_win_offsets == [0; 4] {
        frame
    } else {
        frame.cropped(sps)
    })
}

/// Planes of 16-bit samples and a copy of them while they are filtered. Also a byte of what is known of each block, and
/// the picture in RGB.
fn admit(sps: &Sps, progress: &mut Progress<'_>) -> Result<(), Error> {
    let samples = [2, 3, 4, 6][usize::from(sps.chroma_format_idc.min(3))];
    let (width, height) = (
        sps.pic_width_in_luma_samples,
        sps.pic_height_in_luma_samples,
    );
    progress.admit_size(width, height, samples * 2 + 1 + 3)
}

/// How YCbCr values are to be read (ITU-T H.273).
#[derive(Clone, Copy, Debug)]
pub(super) struct Colors {
    /// `MatrixCoefficients`.
    pub(super) matrix: u16,
    /// `VideoFullRangeFlag`.
    pub(super) full_range: bool,
}

/// Draws the picture with its first pixel at this place. It is drawn as far as it lies on the canvas and within `size`.
pub(super) fn draw(
    frame: &Frame,
    colors: Colors,
    (left, top): (u32, u32),
    size: (u32, u32),
    canvas: &mut RgbImage,
) {
    let width = frame.widths[0]
        .min(size.0)
        .min(canvas.width().saturating_sub(left));
    let height = frame.heights[0]
        .min(size.1)
        .min(canvas.height().saturating_sub(top));
    let rgb = Converter::new(frame, colors);
    let step = [
        frame.widths[0].div_ceil(frame.widths[1].max(1)),
        frame.heights[0].div_ceil(frame.heights[1].max(1)),
    ];
    let at = |plane: usize, x: u32, y: u32| {
        let index = y as usize * frame.widths[plane] as usize + x as usize;
        frame.planes[plane].get(index).copied()
    };
    for y in 0..height {
        for x in 0..width {
            let luma = at(0, x, y).unwrap_or(0);
            let (cx, cy) = (x / step[0], y / step[1]);
            let chroma = at(1, cx, cy).zip(at(2, cx, cy));
            canvas.get_pixel_mut(left + x, top + y).0 = rgb.convert(luma, chroma);
        }
    }
}

/// YCbCr of any depth to 8-bit RGB, in fixed point.
struct Converter {
    /// Matrix 0: the planes are green, blue, red.
    identity: bool,
    luma_zero: i64,
    luma: i64,
    chroma_zero: i64,
    red: i64,
    green: [i64; 2],
    blue: i64,
    shift: [u32; 2],
}

impl Converter {
    const FRACTION: u32 = 16;

    fn new(frame: &Frame, colors: Colors) -> Converter {
        let (red, blue) = match colors.matrix {
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            // BT.601, which is also what is meant where nothing is said.
            _ => (0.299, 0.114),
        };
        let green = 1.0 - red - blue;
        let depths = frame.bit_depth.map(|depth| u32::from(depth).clamp(8, 16));
        let unit = depths.map(|depth| f64::from(1u32 << (depth - 8)));
        let largest = depths.map(|depth| f64::from((1u32 << depth) - 1));
        let (zero, luma, chroma) = if colors.full_range {
            (0.0, largest[0], largest[1])
        } else {
            (16.0 * unit[0], 219.0 * unit[0], 224.0 * unit[1])
        };
        let fixed = |factor: f64| (factor * 255.0 * f64::from(1u32 << Self::FRACTION)) as i64;
        Converter {
            identity: colors.matrix == 0,
            luma_zero: zero as i64,
            luma: fixed(1.0 / luma),
            chroma_zero: 1 << (depths[1] - 1),
            red: fixed(2.0 * (1.0 - red) / chroma),
            green: [
                fixed(2.0 * blue * (1.0 - blue) / green / chroma),
                fixed(2.0 * red * (1.0 - red) / green / chroma),
            ],
            blue: fixed(2.0 * (1.0 - blue) / chroma),
            shift: depths.map(|depth| depth - 8),
        }
    }

    fn convert(&self, luma: u16, chroma: Option<(u16, u16)>) -> [u8; 3] {
        let byte = |value: i64| {
            let half = 1 << (Self::FRACTION - 1);
            ((value + half) >> Self::FRACTION).clamp(0, 255) as u8
        };
        match chroma {
            Some((blue, red)) if self.identity => [
                (red >> self.shift[1]).min(255) as u8,
                (luma >> self.shift[0]).min(255) as u8,
                (blue >> self.shift[1]).min(255) as u8,
            ],
            _ => {
                let y = self.luma * (i64::from(luma) - self.luma_zero);
                let (cb, cr) = chroma.map_or((0, 0), |(cb, cr)| {
                    (
                        i64::from(cb) - self.chroma_zero,
                        i64::from(cr) - self.chroma_zero,
                    )
                });
                let green = self.green[0] * cb + self.green[1] * cr;
                [
                    byte(y + self.red * cr),
                    byte(y - green),
                    byte(y + self.blue * cb),
                ]
            }
        }
    }
}

impl From<HevcError> for Refusal {
    fn from(error: HevcError) -> Refusal {
        Refusal::Ours(match error {
            HevcError::Unimplemented(_) => Error::Unsupported(Reason::HevcNotSupported {
                message: error.to_string(),
            }),
            _ => Error::Damaged(Reason::HevcBroken {
                message: error.to_string(),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(planes: [Vec<u16>; 3], chroma: u32, depth: u8) -> Frame {
        Frame {
            widths: [2, chroma, chroma],
            heights: [2, chroma, chroma],
            planes,
            bit_depth: [depth; 2],
            chroma_format: 1,
            full_range: false,
            matrix_coeffs: 2,
        }
    }

    fn first(frame: &Frame, matrix: u16, full_range: bool) -> [u8; 3] {
        let mut canvas = RgbImage::new(2, 2);
        draw(
            frame,
            Colors { matrix, full_range },
            (0, 0),
            (2, 2),
            &mut canvas,
        );
        canvas.get_pixel(0, 0).0
    }

    #[test]
    fn primaries_are_what_the_standards_say() {
        // BT.709 and BT.601 red, green and blue in video range; rounded to whole levels, so one off at most.
        for (matrix, [y, cb, cr], rgb) in [
            (1, [63, 102, 240], [255, 0, 0]),
            (1, [173, 42, 26], [0, 255, 0]),
            (6, [81, 90, 240], [255, 0, 0]),
            (6, [41, 240, 110], [0, 0, 255]),
            (9, [235, 128, 128], [255; 3]),
            (2, [16, 128, 128], [0; 3]),
        ] {
            for (depth, scale) in [(8, 1), (10, 4), (12, 16)] {
                let planes = [vec![y * scale; 4], vec![cb * scale], vec![cr * scale]];
                let found = first(&frame(planes, 1, depth), matrix, false);
                let near = found
                    .iter()
                    .zip(rgb)
                    .all(|(&a, b): (_, u8)| a.abs_diff(b) <= 2);
                assert!(near, "{matrix} {depth}: {found:?}");
            }
        }
    }

    #[test]
    fn grey_and_uncoded_colours_pass_through() {
        let grey = frame([vec![77; 4], vec![], vec![]], 0, 8);
        assert_eq!(first(&grey, 6, true), [77; 3]);
        let planes = [vec![2; 4], vec![3; 4], vec![1; 4]];
        assert_eq!(first(&frame(planes, 2, 8), 0, true), [1, 2, 3]);
    }

    #[test]
    fn nothing_is_drawn_beyond_the_canvas() {
        let white = frame([vec![255; 4], vec![], vec![]], 0, 8);
        let mut canvas = RgbImage::new(3, 1);
        let colors = Colors {
            matrix: 6,
            full_range: true,
        };
        draw(&white, colors, (2, 0), (2, 2), &mut canvas);
        draw(&white, colors, (9, 9), (2, 2), &mut canvas);
        assert_eq!(canvas.into_raw(), [0, 0, 0, 0, 0, 0, 255, 255, 255]);
    }
}
