//! The pictures of a WebP file that its decoder passes over.
//!
//! A file may hold more pictures than one viewer shows. Examples are a second one behind the first, and frames of an animation
//! that is not announced. Another is a still beside an animation. Each is given to the decoder as a file of its own. Layout:
//! the WebP container specification.

use std::io::Cursor;
use std::sync::Arc;

use image::codecs::webp::WebPDecoder;

use super::color::{self, Management, Samples};
use super::exif::riff_chunks;
use super::progress::{Progress, Refusal};
use super::{animation, still};
use crate::media::clock::Timed;

/// The bit of the header that announces an animation.
const ANIMATION: u8 = 2;
/// The length of what stands before the pictures of a frame.
const FRAME_HEADER: usize = 16;

/// Hands on what a viewer shows, then every other picture.
pub(super) fn each_picture(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    progress.manage(management(bytes));
    let before = progress.decoded.frames;
    let file = Timed::new(bytes, progress.clock);
    let mut sound = false;
    progress.attempt(|progress| {
        animation::webp(file, progress)?;
        sound = true;
        Ok(())
    })?;
    let shown = if sound {
        usize::try_from(progress.decoded.frames - before).unwrap_or(usize::MAX)
    } else {
        // Which of them were shown before the error is not known: all are looked at by themselves.
        0
    };
    for picture in others(bytes, shown) {
        if progress.decoded.capped {
            break;
        }
        progress.attempt(|progress| {
            still::one_twice(WebPDecoder::new(Cursor::new(picture))?, progress)
        })?;
    }
    Ok(())
}

/// What the file has viewers do to its colours: the first profile counts.
fn management(bytes: &[u8]) -> Option<Arc<Management>> {
    let content = bytes.get(12..).unwrap_or_default();
    let (_, profile) = riff_chunks(content).find(|(kind, _)| *kind == b"ICCP")?;
    color::of_icc(profile, Samples::GreyOrRgb)
}

/// Where a picture stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PicturePlace {
    /// Beside the frames, if there are any.
    Alone,
    /// The first one of a frame.
    Frame,
    /// Behind the first one of a frame.
    BehindFrame,
}

/// The files of the pictures that are not shown, where `shown` were.
fn others(bytes: &[u8], shown: usize) -> Vec<Vec<u8>> {
    let size = bytes.get(4..8).and_then(|size| size.first_chunk::<4>());
    let end = size.map_or(0, |size| u32::from_le_bytes(*size) as usize + 8);
    let content = bytes.get(12..end.min(bytes.len())).unwrap_or_default();
    let is_picture = |kind: &[u8; 4]| matches!(kind, b"VP8 " | b"VP8L");
    let mut is_animated = false;
    let mut pictures = Vec::new();
    for (kind, data) in riff_chunks(content) {
        match kind {
            b"VP8X" => is_animated |= data.first().is_some_and(|flags| flags & ANIMATION != 0),
            b"ANMF" => {
                let inside = riff_chunks(data.get(FRAME_HEADER..).unwrap_or_default());
                let inside = inside.filter(|(kind, _)| is_picture(kind));
                let places = std::iter::once(PicturePlace::Frame)
                    .chain(std::iter::repeat(PicturePlace::BehindFrame));
                pictures.extend(inside.zip(places));
            }
            kind if is_picture(kind) => pictures.push(((kind, data), PicturePlace::Alone)),
            _ => {}
        }
    }
    let taken = if shown == 0 {
        None
    } else if is_animated {
        Some(PicturePlace::Frame)
    } else {
        Some(PicturePlace::Alone)
    };
    // Of several stills the decoder takes a lossless one, if there is one, and otherwise the first.
    let alone = |lossless: bool| {
        let found = |((kind, _), place): &((&[u8; 4], &[u8]), PicturePlace)| {
            *place == PicturePlace::Alone && (*kind == b"VP8L") == lossless
        };
        pictures.iter().position(found)
    };
    let is_extended = content.starts_with(b"VP8X");
    let still = if is_extended {
        alone(true).or_else(|| alone(false))
    } else {
        (!pictures.is_empty()).then_some(0)
    };
    let is_shown = |i: usize, place: PicturePlace| match taken {
        Some(PicturePlace::Frame) => place == PicturePlace::Frame,
        Some(_) => Some(i) == still,
        None => false,
    };
    let others = pictures.iter().enumerate();
    others
        .filter(|(i, (_, place))| !is_shown(*i, *place))
        .map(|(_, ((kind, data), _))| file(kind, data))
        .collect()
}

/// A file of one picture.
fn file(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    let length = (data.len() as u32).to_le_bytes();
    let size = (data.len() + padding.len() + 12) as u32;
    [
        b"RIFF",
        &size.to_le_bytes()[..],
        b"WEBP",
        kind,
        &length,
        data,
        padding,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use image::{ImageFormat, Luma};

    use super::*;
    use crate::media::{Decoded, Limits, decode};

    /// The chunk of a picture of this shade.
    fn picture(width: u32, shade: u8) -> Vec<u8> {
        let picture = image::RgbImage::from_pixel(width, 4, image::Rgb([shade; 3]));
        let mut webp = Cursor::new(Vec::new());
        picture.write_to(&mut webp, ImageFormat::WebP).unwrap();
        webp.get_ref()[12..].to_vec()
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u32).to_le_bytes();
        [&kind[..], &length, data, &[0][..data.len() % 2]].concat()
    }

    fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
        let content = [b"WEBP", &chunks.concat()[..]].concat();
        chunk(b"RIFF", &content)
    }

    /// The header of a canvas of this width, four pixels high.
    fn extended(flags: u8, width: u8) -> Vec<u8> {
        chunk(b"VP8X", &[flags, 0, 0, 0, width - 1, 0, 0, 3, 0, 0])
    }

    fn frame(left: u8, width: u8, pictures: &[Vec<u8>]) -> Vec<u8> {
        let header = [
            left / 2,
            0,
            0,
            0,
            0,
            0,
            width - 1,
            0,
            0,
            3,
            0,
            0,
            100,
            0,
            0,
            2,
        ];
        chunk(b"ANMF", &[&header[..], &pictures.concat()].concat())
    }

    fn shades(bytes: &[u8]) -> (Vec<u8>, Decoded) {
        let mut shades = Vec::new();
        let decoded = decode(bytes, &Limits::default(), |frame| {
            let grey = frame.picture.as_image().unwrap().to_luma8();
            let Luma([shade]) = *grey.get_pixel(grey.width() - 1, 0);
            shades.push(shade);
        });
        (shades, decoded.unwrap())
    }

    #[test]
    fn every_picture_of_a_file_is_looked_at_once() {
        let (one, two) = (picture(8, 10), picture(8, 200));
        let animation = chunk(b"ANIM", &[0; 6]);
        for (chunks, expected) in [
            (vec![one.clone()], &[10][..]),
            (vec![one.clone(), two.clone()], &[10, 200]),
            (vec![extended(0, 8), one.clone(), two.clone()], &[10, 200]),
            // Frames that are not announced, behind the still.
            (
                vec![extended(0, 8), one.clone(), frame(0, 8, from_ref(&two))],
                &[10, 200],
            ),
            // A still that no player of the animation shows.
            (
                vec![
                    extended(2, 8),
                    animation.clone(),
                    frame(0, 8, from_ref(&one)),
                    two.clone(),
                ],
                &[10, 200],
            ),
            (
                vec![
                    extended(2, 8),
                    animation.clone(),
                    frame(0, 8, &[one.clone(), two.clone()]),
                ],
                &[10, 200],
            ),
        ] {
            let (found, decoded) = shades(&riff(&chunks));
            assert_eq!((&found[..], decoded.partial), (expected, None));
        }
    }

    #[test]
    fn a_frame_beyond_the_canvas_hides_nothing() {
        let animation = chunk(b"ANIM", &[0; 6]);
        let file = riff(&[
            extended(2, 8),
            animation,
            frame(0, 8, &[picture(8, 10)]),
            frame(4, 8, &[picture(8, 200)]),
        ]);
        let (found, decoded) = shades(&file);
        assert!(found.contains(&10) && found.contains(&200), "{found:?}");
        assert!(decoded.partial.is_some());
        for cut in 0..file.len() {
            let _ = decode(&file[..cut], &Limits::default(), |_| {});
        }
    }

    #[test]
    fn a_canvas_of_another_size_hides_nothing() {
        let (found, decoded) = shades(&riff(&[extended(0, 6), picture(8, 90)]));
        assert_eq!((found, decoded.partial.is_some()), (vec![90], true));
    }
}
