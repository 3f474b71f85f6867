//! The pictures of a PNG that holds more than one. They are an animation, and a still that may stand outside of it.
//!
//! Each is read as a PNG of its own, so that a broken one hides no other. Samples of 16 bits are read
//! as those of 8 bits. How many frames are announced is not asked: all that are there are looked at. Layout: PNG (third
//! edition), 4.9, 11.3.6 and 13.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{ColorType, ImageDecoder};

use super::exif::png_chunks;
use super::progress::{Progress, Refusal};
use super::{samples, still};
use crate::Error;
use crate::error::Reason;

/// A PNG of several pictures, in parts.
#[derive(Default)]
pub(super) struct Animation<'a> {
    header: Option<&'a [u8; 13]>,
    /// What every picture of it needs to be read: palette, transparency, colours.
    shared: Vec<(&'a [u8; 4], &'a [u8])>,
    /// The data of the still, where it is not the first frame.
    still: Vec<&'a [u8]>,
    frames: Vec<StoredFrame<'a>>,
    /// How many frames are announced.
    announced: u32,
    /// Whether all chunks are whole.
    whole: bool,
}

/// One frame as it is stored.
struct StoredFrame<'a> {
    control: Control,
    data: Vec<&'a [u8]>,
}

/// What is done with a frame.
#[derive(Clone, Copy)]
struct Control {
    width: u32,
    height: u32,
    left: u32,
    top: u32,
    ms: u64,
    dispose: u8,
    /// Whether it is laid over what was there, or takes its place.
    over: bool,
}

impl Control {
    fn read(chunk: &[u8]) -> Option<Control> {
        let words = chunk.get(4..20)?.as_chunks::<4>().0;
        let &[width, height, left, top] = words else {
            return None;
        };
        let &[a, b, c, d, dispose, blend, ..] = chunk.get(20..)? else {
            return None;
        };
        let delay = u64::from(u16::from_be_bytes([a, b]));
        let parts = u64::from(u16::from_be_bytes([c, d]));
        Some(Control {
            width: u32::from_be_bytes(width),
            height: u32::from_be_bytes(height),
            left: u32::from_be_bytes(left),
            top: u32::from_be_bytes(top),
            ms: delay * 1000 / if parts == 0 { 100 } else { parts },
            dispose,
            over: blend == 1,
        })
    }
}

/// The parts of a PNG that holds or announces an animation; `None` for any other.
pub(super) fn animation(bytes: &[u8]) -> Option<Animation<'_>> {
    let mut parts = Animation {
        whole: true,
        ..Animation::default()
    };
    let mut is_animation = false;
    let mut in_data = false;
    for chunk in png_chunks(bytes) {
        parts.whole &= chunk.whole;
        is_animation |= matches!(chunk.kind, b"acTL" | b"fdAT");
        match chunk.kind {
            b"IHDR" => parts.header = chunk.data.first_chunk().or(parts.header),
            b"acTL" => {
                let count = chunk.data.first_chunk().copied().unwrap_or_default();
                parts.announced = u32::from_be_bytes(count);
            }
            b"fcTL" => {
                if let Some(control) = Control::read(chunk.data) {
                    let data = Vec::new();
                    parts.frames.push(StoredFrame { control, data });
                }
            }
            b"IDAT" => {
                in_data = true;
                match parts.frames.as_mut_slice() {
                    // Announced before its data, the still is the first frame.
                    [first] if parts.still.is_empty() => first.data.push(chunk.data),
                    _ => parts.still.push(chunk.data),
                }
            }
            b"fdAT" => {
                // Its place in the sequence stands first.
                if let (Some(last), Some(data)) = (parts.frames.last_mut(), chunk.data.get(4..)) {
                    last.data.push(data);
                }
            }
            b"PLTE" | b"tRNS" | b"gAMA" | b"iCCP" | b"sRGB" | b"cHRM" | b"cICP" | b"sBIT"
                if !in_data =>
            {
                parts.shared.push((chunk.kind, chunk.data));
            }
            _ => {}
        }
    }
    is_animation.then_some(parts)
}

impl Animation<'_> {
    /// Hands on the still, where it stands alone, and every frame as it would be shown.
    pub(super) fn each_picture(self, progress: &mut Progress<'_>) -> Result<(), Refusal> {
        let Some(header) = self.header else {
            return Err(Error::Damaged(Reason::PngWithoutHeader).into());
        };
        let size = [&header[..4], &header[4..8]];
        let [width, height] = size.map(|s| s.iter().fold(0, |n, &b| n << 8 | u32::from(b)));
        if !self.still.is_empty() {
            let png = self.png(&header[..8], &self.still);
            progress.attempt(|progress| {
                let limits = progress.library_limits();
                still::one(PngDecoder::with_limits(Cursor::new(png), limits)?, progress)
            })?;
        }
        if !self.frames.is_empty() {
            // Canvas, frame, what the frame hides, the copy handed on, in RGBA, and the data.
            progress.admit_size(width, height, 4 * 4)?;
            self.each_frame(width, height, progress)?;
        }
        let found = self.frames.len() as u64;
        if !self.whole || (found > 0 && found < u64::from(self.announced)) {
            progress.miss(Error::Damaged(Reason::PngAnimationCut));
        }
        Ok(())
    }

    fn each_frame(
        &self,
        width: u32,
        height: u32,
        progress: &mut Progress<'_>,
    ) -> Result<(), Refusal> {
        let mut canvas = Canvas::new(width, height);
        let mut ms = 0;
        for part in &self.frames {
            let control = part.control;
            let mut picture = None;
            progress.attempt(|progress| {
                picture = Some(self.frame(part, progress)?);
                Ok(())
            })?;
            let Some(frame) = picture else {
                continue;
            };
            let before = (control.dispose == 2).then(|| canvas.rgba.clone());
            canvas.draw(&frame, control);
            if !progress.may_go_on(width, height) {
                break;
            }
            hand_on(progress, ms, (width, height), canvas.rgba.clone())?;
            // Viewers refuse such a frame or cut it off: what they would not show is looked at by itself.
            let reach = |start: u32, length: u32| u64::from(start) + u64::from(length);
            if reach(control.left, control.width) > width.into()
                || reach(control.top, control.height) > height.into()
            {
                if !progress.may_go_on(control.width, control.height) {
                    break;
                }
                hand_on(progress, ms, (control.width, control.height), frame)?;
            }
            match (control.dispose, before) {
                (2, Some(before)) => canvas.rgba = before,
                (1, _) => canvas.clear(control),
                _ => {}
            }
            ms += control.ms;
        }
        Ok(())
    }

    /// The pixels of one frame in RGBA.
    fn frame(
        &self,
        part: &StoredFrame<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<u8>, Refusal> {
        let control = part.control;
        let size = [control.width.to_be_bytes(), control.height.to_be_bytes()].concat();
        let png = self.png(&size, &part.data);
        let decoder = PngDecoder::with_limits(Cursor::new(png), progress.library_limits())?;
        let decoder = progress.admit(decoder, 0)?;
        let color = decoder.color_type();
        let bytes = usize::try_from(decoder.total_bytes()).map_err(|_| Refusal::Memory)?;
        let mut samples = vec![0; bytes];
        decoder.read_image(&mut samples)?;
        Ok(to_rgba(color, &samples))
    }

    /// A PNG of one picture of this size.
    fn png(&self, size: &[u8], data: &[&[u8]]) -> Vec<u8> {
        let rest = self.header.map_or(&[][..], |header| &header[8..]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut chunk = |kind: &[u8], parts: &[&[u8]]| {
            let length: usize = parts.iter().map(|part| part.len()).sum();
            png.extend((length as u32).to_be_bytes());
            let start = png.len();
            png.extend(kind);
            for part in parts {
                png.extend_from_slice(part);
            }
            let sum = crc32fast::hash(&png[start..]);
            png.extend(sum.to_be_bytes());
        };
        chunk(b"IHDR", &[size, rest]);
        for (kind, data) in &self.shared {
            chunk(*kind, &[data]);
        }
        for part in data {
            chunk(b"IDAT", &[part]);
        }
        chunk(b"IEND", &[]);
        png
    }
}

fn hand_on(
    progress: &mut Progress<'_>,
    ms: u64,
    (width, height): (u32, u32),
    rgba: Vec<u8>,
) -> Result<(), Refusal> {
    let picture = samples::to_picture(width, height, ColorType::Rgba8, rgba)
        .ok_or(Error::Damaged(Reason::PictureWithoutPixels))?;
    progress.hand_on(ms, picture);
    Ok(())
}

/// Samples of a decoder in RGBA of 8 bits: of 16 bits the upper ones.
fn to_rgba(color: ColorType, samples: &[u8]) -> Vec<u8> {
    let stored = usize::from(color.bytes_per_pixel());
    let channels = usize::from(color.channel_count());
    let step = stored / channels.max(1);
    let upper = if cfg!(target_endian = "big") {
        0
    } else {
        step.max(1) - 1
    };
    let pixel = |pixel: &[u8]| {
        let at = |channel: usize| pixel[channel * step + upper];
        match channels {
            1 => [at(0), at(0), at(0), 255],
            2 => [at(0), at(0), at(0), at(1)],
            3 => [at(0), at(1), at(2), 255],
            _ => [at(0), at(1), at(2), at(3)],
        }
    };
    samples
        .chunks_exact(stored.max(1))
        .flat_map(pixel)
        .collect()
}

/// What is shown, in RGBA.
struct Canvas {
    rgba: Vec<u8>,
    width: u32,
    height: u32,
}

impl Canvas {
    fn new(width: u32, height: u32) -> Canvas {
        Canvas {
            rgba: vec![0; width as usize * height as usize * 4],
            width,
            height,
        }
    }

    /// The places of a frame's pixels on the canvas, row by row, as far as they lie on it. Each has the first pixel's
    /// place in the frame, that on the canvas, and the count.
    fn rows(&self, control: Control) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let width = control.width.min(self.width.saturating_sub(control.left)) as usize;
        let height = control.height.min(self.height.saturating_sub(control.top)) as usize;
        let (left, top) = (control.left as usize, control.top as usize);
        let (stride, across) = (self.width as usize, control.width as usize);
        (0..height)
            .filter(move |_| width > 0)
            .map(move |y| (y * across, (top + y) * stride + left, width))
    }

    fn draw(&mut self, frame: &[u8], control: Control) {
        for (from, to, count) in self.rows(control) {
            let from = frame[from * 4..(from + count) * 4].as_chunks::<4>().0;
            let to = self.rgba[to * 4..(to + count) * 4].as_chunks_mut::<4>().0;
            for (below, &above) in to.iter_mut().zip(from) {
                *below = if control.over {
                    over(*below, above)
                } else {
                    above
                };
            }
        }
    }

    /// Leaves nothing where a frame was.
    fn clear(&mut self, control: Control) {
        for (_, to, count) in self.rows(control) {
            self.rgba[to * 4..(to + count) * 4].fill(0);
        }
    }
}

/// One colour laid over another (PNG, 13.16).
fn over(below: [u8; 4], above: [u8; 4]) -> [u8; 4] {
    match above[3] {
        255 => return above,
        0 => return below,
        _ => {}
    }
    let weight = u32::from(above[3]) * 255;
    let rest = (255 - u32::from(above[3])) * u32::from(below[3]);
    let all = weight + rest;
    let mut mixed = [0; 4];
    for (i, mixed) in mixed[..3].iter_mut().enumerate() {
        *mixed = ((u32::from(above[i]) * weight + u32::from(below[i]) * rest) / all) as u8;
    }
    mixed[3] = (all / 255) as u8;
    mixed
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat, Luma, Rgb};

    use super::png_chunks;
    use crate::media::{Decoded, Limits, PartialCause, Pixels, decode};

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let all = [&kind[..], data].concat();
        let length = (data.len() as u32).to_be_bytes();
        [&length[..], &all, &crc32fast::hash(&all).to_be_bytes()].concat()
    }

    fn data(picture: &DynamicImage) -> (Vec<u8>, Vec<u8>) {
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        let of = |kind: &[u8; 4]| -> Vec<u8> {
            let chunks = png_chunks(png.get_ref()).filter(|chunk| chunk.kind == kind);
            chunks.flat_map(|chunk| chunk.data.to_vec()).collect()
        };
        (of(b"IHDR"), of(b"IDAT"))
    }

    /// A frame control: size, place, how it is taken away, whether it is laid over.
    fn control((width, height): (u32, u32), (left, top): (u32, u32), rest: [u8; 2]) -> Vec<u8> {
        let words = [0, width, height, left, top].map(u32::to_be_bytes).concat();
        chunk(b"fcTL", &[&words[..], &[0, 1, 0, 10], &rest].concat())
    }

    fn frame(picture: &DynamicImage) -> Vec<u8> {
        chunk(b"fdAT", &[&[0; 4], &data(picture).1[..]].concat())
    }

    fn png(header: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
        let ends = [chunk(b"IHDR", header), chunk(b"IEND", b"")];
        [
            b"\x89PNG\r\n\x1a\n",
            &ends[0][..],
            &chunks.concat(),
            &ends[1],
        ]
        .concat()
    }

    fn announce(frames: u32) -> Vec<u8> {
        chunk(b"acTL", &[frames.to_be_bytes(), [0; 4]].concat())
    }

    /// The rows of each picture in grey, and what was decoded.
    fn shown(bytes: &[u8]) -> (Vec<Vec<u8>>, Decoded) {
        let mut shown = Vec::new();
        let decoded = decode(bytes, &Limits::default(), |frame| {
            shown.push(match frame.picture.pixels() {
                Pixels::Luma8(grey) => grey.to_vec(),
                Pixels::Rgb8(rgb) => rgb.iter().step_by(3).copied().collect(),
                Pixels::Reduced { .. } => Vec::new(),
            });
        });
        (shown, decoded.unwrap())
    }

    fn grey(width: u32, height: u32, shade: u8) -> DynamicImage {
        image::GrayImage::from_pixel(width, height, Luma([shade])).into()
    }

    #[test]
    fn a_still_outside_of_the_animation_is_looked_at() {
        let still = grey(2, 1, 90);
        let (header, pixels) = data(&still);
        let file = png(
            &header,
            &[
                announce(1),
                chunk(b"IDAT", &pixels),
                control((1, 1), (1, 0), [0, 0]),
                frame(&grey(1, 1, 7)),
            ],
        );
        let (found, decoded) = shown(&file);
        assert_eq!(
            (found, decoded.partial),
            (vec![vec![90, 90], vec![0, 7]], None)
        );
    }

    #[test]
    fn an_animation_without_frames_is_its_still() {
        for announced in [0, 1, 9] {
            let (header, pixels) = data(&grey(2, 1, 90));
            let file = png(&header, &[announce(announced), chunk(b"IDAT", &pixels)]);
            let (found, decoded) = shown(&file);
            assert_eq!((found, decoded.partial), (vec![vec![90, 90]], None));
        }
    }

    #[test]
    fn frames_of_sixteen_bits_are_drawn_as_those_of_eight() {
        let wide = |shade: u16| {
            let pixel = Rgb([shade << 8 | 0x7F; 3]);
            DynamicImage::from(image::ImageBuffer::from_pixel(2, 1, pixel))
        };
        let (header, first) = data(&wide(10));
        let one = DynamicImage::from(image::ImageBuffer::from_pixel(1, 1, Rgb([200u16 << 8; 3])));
        for dispose in 0..3 {
            let file = png(
                &header,
                &[
                    announce(3),
                    control((2, 1), (0, 0), [0, 0]),
                    chunk(b"IDAT", &first),
                    control((1, 1), (0, 0), [dispose, 1]),
                    frame(&one),
                    control((1, 1), (1, 0), [0, 0]),
                    frame(&one),
                ],
            );
            let (found, decoded) = shown(&file);
            let last = [200, 0, 10][usize::from(dispose)];
            assert_eq!(found, [[10, 10], [200, 10], [last, 200]], "{dispose}");
            assert_eq!(decoded.partial, None);
        }
    }

    #[test]
    fn frames_beyond_the_canvas_and_beyond_their_number_are_looked_at() {
        let (header, pixels) = data(&grey(2, 1, 90));
        let file = png(
            &header,
            &[
                announce(1),
                chunk(b"IDAT", &pixels),
                control((3, 1), (0, 0), [0, 0]),
                frame(&grey(3, 1, 40)),
                control((1, 1), (0, 0), [0, 0]),
                frame(&grey(1, 1, 20)),
            ],
        );
        let expected = [&[90, 90][..], &[40, 40], &[40, 40, 40], &[20, 40]];
        assert_eq!(shown(&file).0, expected);
        // Frames that no chunk announces.
        let hidden = png(
            &header,
            &[
                chunk(b"IDAT", &pixels),
                control((2, 1), (0, 0), [0, 0]),
                frame(&grey(2, 1, 5)),
            ],
        );
        assert_eq!(shown(&hidden).0, [[90, 90], [5, 5]]);
    }

    #[test]
    fn a_broken_frame_hides_no_other() {
        let (header, pixels) = data(&grey(2, 1, 90));
        let file = png(
            &header,
            &[
                announce(2),
                chunk(b"IDAT", &pixels),
                control((2, 1), (0, 0), [0, 0]),
                chunk(b"fdAT", b"\0\0\0\0broken"),
                control((2, 1), (0, 0), [0, 0]),
                frame(&grey(2, 1, 33)),
            ],
        );
        let (found, decoded) = shown(&file);
        assert_eq!(found, [[90, 90], [33, 33]]);
        assert_eq!(
            (decoded.partial.is_some(), decoded.partial_cause),
            (true, PartialCause::Damaged)
        );
        for cut in 0..file.len() {
            let _ = decode(&file[..cut], &Limits::default(), |_| {});
            let mut flipped = file.clone();
            flipped[cut] ^= 0x41;
            let _ = decode(&flipped, &Limits::default(), |_| {});
        }
    }
}
