//! The frames of a JPEG XL file.
//!
//! The decoder is given the code stream alone: the boxes around it hold metadata, which may be compressed without
//! bounds. Layout of the boxes: ISO/IEC 18181-2, 4 and 9; ISO/IEC 14496-12, 4.2.

use std::iter::successors;

use image::ColorType;
use jxl_grid::OutOfMemory;
use jxl_oxide::{AllocTracker, InitializeResult, JxlImage, JxlThreadPool};

use super::color::{self, Samples};
use super::progress::{Progress, Refusal};
use super::samples;
use crate::Error;
use crate::error::Reason;

/// What a pixel costs. That is four planes of 32-bit numbers, once more while they are filtered, and the picture in RGB with
/// alpha. The decoder counts what it takes and stops at the limit.
const BYTES_PER_PIXEL: u64 = 2 * 4 * 4 + 4 + 1;

/// How much the decoder is given at a time.
const WINDOW: usize = 1 << 14;

/// Hands every frame of every code stream on, as it would be shown.
pub(super) fn each_frame(bytes: &[u8], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let streams = code_streams(bytes);
    if streams.is_empty() {
        return stream(&[], progress);
    }
    for parts in streams {
        if progress.decoded.capped {
            break;
        }
        progress.attempt(|progress| stream(&parts, progress))?;
    }
    Ok(())
}

fn stream(parts: &[&[u8]], progress: &mut Progress<'_>) -> Result<(), Refusal> {
    let mut windows = parts.iter().flat_map(|part| part.chunks(WINDOW));
    let memory = usize::try_from(progress.memory().get()).unwrap_or(usize::MAX);
    let mut start = JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(memory))
        .build_uninit();
    // The header is read again from its start each time, so each time as much again is given first.
    let mut share = 1;
    let mut image = loop {
        let mut given = 0;
        for window in windows.by_ref().take(share) {
            progress.check_time()?;
            start.feed_bytes(window).map_err(refusal)?;
            given += 1;
        }
        start = match start.try_init().map_err(refusal)? {
            InitializeResult::Initialized(image) => break image,
            InitializeResult::NeedMoreData(start) if given > 0 => start,
            InitializeResult::NeedMoreData(_) => {
                return Err(Error::Damaged(Reason::PictureNotBegun).into());
            }
        };
        share *= 2;
    };
    let (width, height) = (image.width(), image.height());
    progress.admit_size(width, height, BYTES_PER_PIXEL)?;
    for window in windows {
        progress.check_time()?;
        image.feed_bytes(window).map_err(refusal)?;
    }
    if image.num_loaded_keyframes() == 0 {
        return Err(Error::Damaged(Reason::PictureCut).into());
    }
    let ticks = image.image_header().metadata.animation.as_ref();
    // A tick, as a fraction of a second.
    let tick = ticks.map_or((0, 1), |a| {
        (
            u64::from(a.tps_denominator),
            u64::from(a.tps_numerator.max(1)),
        )
    });
    progress.manage(color::of_icc(&image.rendered_icc(), Samples::GreyOrRgb));
    let mut ms = 0;
    for index in 0..image.num_loaded_keyframes() {
        progress.check_time()?;
        if !progress.may_go_on(width, height) {
            return Ok(());
        }
        let frame = image.render_frame(index).map_err(refusal)?;
        let colours = frame.stream_no_alpha().channels();
        let mut stream = frame.stream();
        let color = match (colours, stream.channels()) {
            (1, 1) => ColorType::L8,
            (1, 2) => ColorType::La8,
            (3, 3) => ColorType::Rgb8,
            (3, 4) => ColorType::Rgba8,
            _ => {
                return Err(Error::Unsupported(Reason::JxlColors).into());
            }
        };
        let (width, height) = (stream.width(), stream.height());
        let pixels = u64::from(width) * u64::from(height) * u64::from(stream.channels());
        let mut bytes = vec![0; usize::try_from(pixels).map_err(|_| Refusal::Memory)?];
        stream.write_to_buffer(&mut bytes);
        let picture = samples::to_picture(width, height, color, bytes)
            .ok_or(Error::Damaged(Reason::PictureWithoutPixels))?;
        progress.hand_on(ms, picture);
        ms += u64::from(frame.duration()).saturating_mul(1000 * tick.0) / tick.1;
    }
    if image.is_loading_done() {
        return Ok(());
    }
    Err(Error::Damaged(Reason::PictureCut).into())
}

/// The code streams, each in its parts: the whole file where there are no boxes. There is one in a sound file. A viewer
/// shows the first, and a second must not be hidden by it.
fn code_streams(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    if bytes.starts_with(&[0xFF, 0x0A]) {
        return vec![vec![bytes]];
    }
    let (mut streams, mut rest) = (Vec::<Vec<&[u8]>>::new(), bytes);
    let mut goes_on = false;
    while let Some((kind, content, after)) = next_box(rest) {
        match kind {
            b"jxlc" => {
                streams.push(vec![content]);
                goes_on = false;
            }
            // Four bytes count the parts, which stand in order, and mark the last.
            b"jxlp" => {
                let part = content.get(4..).unwrap_or_default();
                match streams.last_mut() {
                    Some(parts) if goes_on => parts.push(part),
                    _ => streams.push(vec![part]),
                }
                goes_on = content.first().is_some_and(|first| first & 0x80 == 0);
            }
            _ => {}
        }
        rest = after;
    }
    streams
}

/// The type and content of the first box, as far as it is there, and what follows it.
fn next_box(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (size, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let (header, size) = match u32::from_be_bytes(*size) {
        0 => (8, bytes.len() as u64),
        1 => (16, u64::from_be_bytes(*rest.first_chunk::<8>()?)),
        size => (8, u64::from(size)),
    };
    let end = usize::try_from(size).map_or(bytes.len(), |size| size.min(bytes.len()));
    // A size that does not hold its own header would be read for ever.
    Some((kind, bytes.get(header..end)?, &bytes[end..]))
}

fn refusal(error: Box<dyn std::error::Error + Send + Sync>) -> Refusal {
    let first: &(dyn std::error::Error + 'static) = error.as_ref();
    let mut causes = successors(Some(first), |error| error.source());
    if causes.any(|cause| cause.is::<OutOfMemory>()) {
        return Refusal::Memory;
    }
    let message = error.to_string();
    Refusal::Ours(Error::Damaged(Reason::JxlBroken { message }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Format, Limits, Pixels, decode};

    /// 16 x 12 pixels without loss: red grows by 16 a column, green by 20 a row, blue is 128.
    const GRADIENT: &[u8] = b"\xff\x0a\x58\x30\x10\x50\x5c\x08\x08\x02\x01\x00\xa8\x00\x4b\x28\x34\x34\x7e\xa2\xb0\x10\x20\xe1\xa1\x11\xa7\xeb\
        \x10\x24\x28\xa3\x7f\xb1\x85\x08\x30\x00\x10\xcd\xa2\x77\x00\x00\x46\x59\x0e\x40\x79\x59\xf0\x97\x00\x00\xda\x01";

    #[test]
    fn a_picture_with_and_without_boxes_is_decoded() {
        let size = (GRADIENT.len() as u32 + 8).to_be_bytes();
        let boxed = [b"\0\0\0\x0cJXL \r\n\x87\n", &size[..], b"jxlc", GRADIENT].concat();
        for file in [GRADIENT, &boxed] {
            let decoded = decode(file, &Limits::default(), |frame| {
                let Pixels::Rgb8(rgb) = frame.picture.pixels() else {
                    panic!("it has colours")
                };
                for (i, pixel) in (0..).zip(rgb.chunks(3)) {
                    assert_eq!(pixel, [i % 16 * 16, i / 16 * 20, 128]);
                }
            });
            let decoded = decoded.unwrap();
            assert_eq!(
                (decoded.format, decoded.width, decoded.height),
                (Format::Jxl, 16, 12)
            );
            assert_eq!((decoded.frames, decoded.partial), (1, None));
        }
        for end in 0..boxed.len() {
            assert!(
                decode(&boxed[..end], &Limits::default(), |_| {}).is_err(),
                "cut at {end}"
            );
        }
    }

    #[test]
    fn boxes_are_opened_and_broken_ones_end_the_file() {
        let part = |kind: &[u8; 4], content: &[u8]| {
            let size = (content.len() as u32 + 8).to_be_bytes();
            [&size[..], kind, content].concat()
        };
        let file = [
            part(b"JXL ", b"\r\n\x87\n"),
            part(b"jxlp", b"\0\0\0\0one"),
            part(b"brob", b"Exif..."),
            part(b"jxlp", b"\x80\0\0\x01two"),
            part(b"jxlc", b"three"),
        ]
        .concat();
        assert_eq!(
            code_streams(&file),
            [vec![&b"one"[..], b"two"], vec![b"three"]]
        );
        for end in 0..file.len() {
            assert!(code_streams(&file[..end]).concat().concat().len() < 11);
        }
        assert_eq!(code_streams(b"\0\0\0\x04jxlcabc").len(), 0);
        assert_eq!(code_streams(b"\0\0\0\0jxlcabc"), [[b"abc"]]);
        assert_eq!(
            code_streams(b"\0\0\0\x01jxlc\0\0\0\0\0\0\0\x12ab.."),
            [[b"ab"]]
        );
        assert_eq!(code_streams(b"\0\0\0\x01jxlc\0\0\0\0\0\0\0\0ab").len(), 0);
    }

    #[test]
    fn a_second_code_stream_is_looked_at() {
        let size = (GRADIENT.len() as u32 + 8).to_be_bytes();
        let stream = [&size[..], b"jxlc", GRADIENT].concat();
        let broken = [b"\0\0\0\x0ejxlc", &GRADIENT[..6]].concat();
        let start = b"\0\0\0\x0cJXL \r\n\x87\n";
        let twice = [start, &stream[..], &stream].concat();
        assert_eq!(
            decode(&twice, &Limits::default(), |_| {}).unwrap().frames,
            2
        );
        let decoded = decode(
            &[start, &broken[..], &stream].concat(),
            &Limits::default(),
            |_| {},
        );
        let decoded = decoded.unwrap();
        assert_eq!((decoded.frames, decoded.partial.is_some()), (1, true));
    }

    /// The limit is met in the middle of a decode, too: a sound picture is never called broken for it.
    #[test]
    fn a_limit_on_memory_is_no_damage() {
        let render = |bytes: usize| {
            let image = JxlImage::builder()
                .pool(JxlThreadPool::none())
                .alloc_tracker(AllocTracker::with_limit(bytes))
                .read(GRADIENT)?;
            image.render_frame(0).map(|_| ())
        };
        let refused: Vec<Refusal> = (0..64)
            .filter_map(|step| render(step * 512).err().map(refusal))
            .collect();
        assert!(refused.len() > 1);
        for refusal in refused {
            assert!(matches!(refusal, Refusal::Memory));
        }
    }
}
