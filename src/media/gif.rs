//! The frames of a GIF, drawn as the reference draws them.
//!
//! A transparent pixel of the first frame has the colour that the palette says, as in Pillow's `convert("RGB")`. One of
//! a later frame shows what was there. Viewers show nothing where nothing was drawn, or where a frame was taken away:
//! that is kept as alpha. Layout and disposal: GIF 89a, sections 18, 20 and 23.

use std::io::Read;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, DisposalMethod, Frame, MemoryLimit};
use image::{DynamicImage, RgbImage};

use super::Picture;
use super::alpha::Alpha;
use super::progress::{Progress, Refusal};
use crate::Error;
use crate::error::{Reason, is_shortage};

/// What a canvas pixel costs: the canvas, the copy that is handed on and what a frame hides. Each has alpha. The frame's own
/// samples come with them.
const BYTES_PER_PIXEL: u64 = 4 + 4 + 4 + 1;

/// Hands every frame on, as it would be shown, until the file, the limits or the file's soundness end.
///
/// Where a frame lies beyond the screen of the file, viewers differ. Browsers and ffmpeg cut it off there, Pillow makes
/// the screen larger. Both pictures are handed on.
pub(super) fn each_frame(file: impl Read, progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // Viewers pass over what they do not know.
    options.allow_unknown_blocks(true);
    options.set_memory_limit(MemoryLimit::Bytes(progress.memory()));
    let mut decoder = options.read_info(file)?;
    let (width, height) = (decoder.width().into(), decoder.height().into());
    if width > 0 && height > 0 {
        progress.admit_size(width, height, BYTES_PER_PIXEL)?;
    }
    let mut screen = Canvas::new(width, height);
    // What the frames reach over, where that is more.
    let mut whole: Option<Canvas> = None;
    let (mut samples, mut ms) = (Vec::new(), 0);
    loop {
        let frame = match decoder.next_frame_info() {
            Ok(Some(frame)) => frame,
            Ok(None) if screen.empty => {
                return Err(Error::Damaged(Reason::GifWithoutFrame).into());
            }
            Ok(None) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let right = u32::from(frame.left) + u32::from(frame.width);
        let bottom = u32::from(frame.top) + u32::from(frame.height);
        let is_seen = frame.width > 0 && frame.height > 0;
        if is_seen && (right > width || bottom > height) {
            let canvas = whole.as_ref().unwrap_or(&screen);
            let (width, height) = (canvas.width().max(right), canvas.height().max(bottom));
            progress.admit_size(width, height, 2 * BYTES_PER_PIXEL)?;
            whole = Some(canvas.enlarged(width, height));
        }
        let delay = u64::from(frame.delay) * 10;
        samples.clear();
        samples.resize(decoder.buffer_size(), 0);
        let read = decoder.read_into_buffer(&mut samples);
        // What was read of a first frame is better than nothing; of a later one the frames before are.
        let is_of_use = screen.empty && samples.iter().any(|&sample| sample != 0);
        let broken = match read {
            Err(error) if !is_of_use => return Err(error.into()),
            read => read.err(),
        };
        let mut shown = false;
        for canvas in std::iter::once(&mut screen).chain(&mut whole) {
            canvas.draw(&decoder, &samples);
            let Some(picture) = canvas.picture() else {
                continue;
            };
            if !progress.may_go_on(picture.width(), picture.height()) {
                return Ok(());
            }
            progress.hand_on(ms, picture);
            canvas.dispose(&decoder);
            shown = true;
        }
        if let Some(error) = broken {
            return Err(error.into());
        }
        if !shown {
            return Err(Error::Damaged(Reason::PictureWithoutPixels).into());
        }
        ms += delay;
    }
}

/// What is shown.
struct Canvas {
    pixels: RgbImage,
    /// Of each pixel, 255 where something was drawn, else 0.
    alpha: Vec<u8>,
    /// What the frame hid, where it is to be shown again.
    hidden: Option<(RgbImage, Vec<u8>)>,
    /// Whether no frame was drawn.
    empty: bool,
    /// What remains where a frame is taken away.
    ground: [u8; 3],
}

impl Canvas {
    fn new(width: u32, height: u32) -> Canvas {
        Canvas {
            pixels: RgbImage::new(width, height),
            alpha: vec![0; width as usize * height as usize],
            hidden: None,
            empty: true,
            ground: [0; 3],
        }
    }

    /// The same with more room to the right and below.
    fn enlarged(&self, width: u32, height: u32) -> Canvas {
        let mut pixels = RgbImage::from_pixel(width, height, image::Rgb(self.ground));
        image::imageops::replace(&mut pixels, &self.pixels, 0, 0);
        let mut alpha = vec![0; width as usize * height as usize];
        let rows = alpha.chunks_exact_mut(width as usize);
        let drawn = self.alpha.chunks_exact(self.width().max(1) as usize);
        for (row, drawn) in rows.zip(drawn) {
            row[..drawn.len()].copy_from_slice(drawn);
        }
        Canvas {
            pixels,
            alpha,
            hidden: None,
            ..*self
        }
    }

    fn width(&self) -> u32 {
        self.pixels.width()
    }

    fn height(&self) -> u32 {
        self.pixels.height()
    }

    fn draw<R: Read>(&mut self, decoder: &Decoder<R>, samples: &[u8]) {
        let Some(frame) = decoder.current_frame_info() else {
            return;
        };
        let palette = decoder.palette().unwrap_or_default();
        let first = std::mem::replace(&mut self.empty, false);
        if first {
            let uncovered = color(palette, frame.transparent.unwrap_or(0));
            self.pixels.pixels_mut().for_each(|p| p.0 = uncovered);
            self.ground = ground(decoder, frame, palette);
        }
        if frame.dispose == DisposalMethod::Previous {
            self.hidden = Some((self.pixels.clone(), self.alpha.clone()));
        }
        let shown = if first { None } else { frame.transparent };
        let (left, top) = (u32::from(frame.left), u32::from(frame.top));
        for (y, row) in samples
            .chunks_exact(usize::from(frame.width).max(1))
            .enumerate()
        {
            for (x, &sample) in row.iter().enumerate() {
                let (x, y) = (left + x as u32, top + y as u32);
                let place = y as usize * self.pixels.width() as usize + x as usize;
                let pixel = self.pixels.get_pixel_mut_checked(x, y);
                if let (Some(pixel), true) = (pixel, shown != Some(sample)) {
                    pixel.0 = color(palette, sample);
                    if frame.transparent != Some(sample) {
                        self.alpha[place] = 255;
                    }
                }
            }
        }
    }

    /// Leaves the canvas as the next frame finds it.
    fn dispose<R: Read>(&mut self, decoder: &Decoder<R>) {
        let Some(frame) = decoder.current_frame_info() else {
            return;
        };
        match frame.dispose {
            DisposalMethod::Background => {
                let (left, top) = (u32::from(frame.left), u32::from(frame.top));
                let right = (left + u32::from(frame.width)).min(self.pixels.width());
                let bottom = (top + u32::from(frame.height)).min(self.pixels.height());
                for y in top..bottom {
                    for x in left..right {
                        self.pixels.get_pixel_mut(x, y).0 = self.ground;
                        self.alpha[y as usize * self.pixels.width() as usize + x as usize] = 0;
                    }
                }
            }
            DisposalMethod::Previous => {
                if let Some(hidden) = self.hidden.take() {
                    (self.pixels, self.alpha) = hidden;
                }
            }
            DisposalMethod::Any | DisposalMethod::Keep => {}
        }
    }

    /// The pixels, where there are any.
    fn picture(&self) -> Option<Picture> {
        let picture = Picture::new(DynamicImage::ImageRgb8(self.pixels.clone()))?;
        Some(picture.with_alpha(Alpha::new(self.alpha.iter().copied())))
    }
}

/// The colour of a place that a frame has left: the transparent one of the first frame, else the background's.
fn ground<R: Read>(decoder: &Decoder<R>, frame: &Frame<'_>, palette: &[u8]) -> [u8; 3] {
    let background = decoder
        .bg_color()
        .and_then(|index| u8::try_from(index).ok());
    color(palette, frame.transparent.or(background).unwrap_or(0))
}

/// Of a place beyond the palette: black.
fn color(palette: &[u8], index: u8) -> [u8; 3] {
    let at = usize::from(index) * 3;
    palette
        .get(at..at + 3)
        .map_or([0; 3], |rgb| [rgb[0], rgb[1], rgb[2]])
}

impl From<DecodingError> for Refusal {
    fn from(error: DecodingError) -> Refusal {
        match error {
            DecodingError::MemoryLimit => Refusal::Memory,
            // What a frame may need was admitted before it is read, so this is never a limit.
            DecodingError::OutOfMemory => Refusal::Shortage,
            DecodingError::Io(error) if is_shortage(&error) => Refusal::Shortage,
            error => Refusal::Ours(Error::Damaged(Reason::PictureBroken {
                message: error.to_string(),
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Limit;

    #[test]
    fn too_little_memory_is_told_from_a_limit() {
        let short = std::io::Error::from(std::io::ErrorKind::OutOfMemory);
        let cut = std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        for (error, is_transient) in [
            (DecodingError::OutOfMemory, true),
            (DecodingError::Io(short), true),
            (DecodingError::Io(cut), false),
            (DecodingError::MemoryLimit, false),
        ] {
            let error = Refusal::from(error).under(&Limits::default());
            assert_eq!(error.is_transient(), is_transient, "{error}");
        }
    }

    /// The library says of a frame over the limit that memory is short.
    #[test]
    fn a_frame_over_the_limit_is_over_the_limit_and_no_shortage() {
        let mut bytes = strip(&[(0, 3, &[1, 1, 1], None, DisposalMethod::Keep)]);
        let limits = Limits {
            decoded_bytes: 1000,
            ..Limits::default()
        };
        assert!(decode(&bytes, &limits, |_| {}).is_ok());
        // The width and the height of the frame behind header, palette and its place.
        let at = bytes.windows(2).rposition(|pair| pair == [3, 0]).unwrap();
        bytes[at..at + 4].copy_from_slice(&[255, 0, 255, 0]);
        let error = decode(&bytes, &limits, |_| {}).unwrap_err();
        assert!(
            matches!(
                error,
                Error::OverLimit {
                    what: Limit::DecodedBytes,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    use crate::media::{Limits, Pixels, decode};

    const PALETTE: [u8; 12] = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];

    /// Left, width, colours, transparent colour, disposal.
    type Part<'a> = (u16, u16, &'a [u8], Option<u8>, DisposalMethod);

    /// Frames of a strip three pixels wide.
    fn strip(frames: &[Part<'_>]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = gif::Encoder::new(&mut bytes, 3, 1, &PALETTE).unwrap();
        for &(left, width, samples, transparent, dispose) in frames {
            let mut frame = Frame::from_indexed_pixels(width, 1, samples, transparent);
            (frame.left, frame.dispose) = (left, dispose);
            encoder.write_frame(&frame).unwrap();
        }
        drop(encoder);
        bytes
    }

    /// What is shown, a letter a pixel.
    fn shown(bytes: &[u8]) -> Vec<String> {
        let mut shown = Vec::new();
        let letters = |pixels: Pixels<'_>| match pixels {
            Pixels::Rgb8(rgb) => rgb
                .chunks(3)
                .map(|p| match p {
                    [0, 0, 0] => '.',
                    [255, 0, 0] => 'r',
                    [0, 255, 0] => 'g',
                    _ => 'b',
                })
                .collect(),
            _ => String::new(),
        };
        decode(bytes, &Limits::default(), |frame| {
            shown.push(letters(frame.picture.pixels()))
        })
        .unwrap();
        shown
    }

    #[test]
    fn transparent_pixels_have_their_colour_first_and_show_what_was_there_later() {
        use DisposalMethod::Keep;
        let bytes = strip(&[
            (0, 3, &[1, 2, 3], Some(2), Keep),
            (0, 3, &[3, 2, 1], Some(2), Keep),
        ]);
        assert_eq!(shown(&bytes), ["rgb", "bgr"]);
        let bytes = strip(&[
            (0, 3, &[1, 1, 1], None, Keep),
            (0, 3, &[3, 2, 3], Some(2), Keep),
        ]);
        assert_eq!(shown(&bytes), ["rrr", "brb"]);
    }

    #[test]
    fn frames_are_taken_away_as_they_ask() {
        use DisposalMethod::{Background, Keep, Previous};
        for (dispose, last) in [(Keep, "rgb"), (Previous, "rrb"), (Background, "r.b")] {
            let bytes = strip(&[
                (0, 3, &[1, 1, 1], None, Keep),
                (1, 1, &[2], None, dispose),
                (2, 1, &[3], None, Keep),
            ]);
            assert_eq!(shown(&bytes), ["rrr", "rgr", last], "{dispose:?}");
        }
    }

    #[test]
    fn a_frame_beyond_the_screen_is_shown_cut_and_whole() {
        let bytes = strip(&[
            (2, 3, &[1, 2, 3], None, DisposalMethod::Keep),
            (0, 1, &[3], None, DisposalMethod::Keep),
            (7, 1, &[2], None, DisposalMethod::Keep),
        ]);
        let expected = ["..r", "..rgb", "b.r", "b.rgb", "b.r", "b.rgb..g"];
        assert_eq!(shown(&bytes), expected);
        // A frame that begins beyond the screen.
        let bytes = strip(&[
            (0, 3, &[1, 2, 3], None, DisposalMethod::Keep),
            (4, 1, &[1], None, DisposalMethod::Keep),
        ]);
        assert_eq!(shown(&bytes), ["rgb", "rgb", "rgb.r"]);
    }

    #[test]
    fn a_screen_without_pixels_shows_its_frames() {
        let mut bytes = strip(&[(0, 3, &[1, 2, 3], None, DisposalMethod::Keep)]);
        bytes[6..10].fill(0);
        assert_eq!(shown(&bytes), ["rgb"]);
    }

    #[test]
    fn room_for_a_frame_far_away_is_asked_for_first() {
        let mut bytes = strip(&[(0, 3, &[1, 2, 3], None, DisposalMethod::Keep)]);
        let at = bytes.iter().rposition(|&byte| byte == b',').unwrap();
        bytes[at + 1..at + 5].fill(0xFF);
        let limits = Limits {
            pixels: 1000,
            ..Limits::default()
        };
        assert!(matches!(
            decode(&bytes, &limits, |_| {}),
            Err(Error::OverLimit { .. })
        ));
    }
}
