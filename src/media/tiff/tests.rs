//! Files of every layout, written here.

use std::io::{Cursor, Write};

use image::{ImageFormat, Luma};

use crate::media::{Decoded, Frame, Limits, PartialCause, Pixels, decode};
use crate::{Error, Result};

/// A page to be written.
#[derive(Clone, Default)]
struct Page {
    /// Tag, type (1, 3 or 4), values.
    fields: Vec<(u16, u16, Vec<u32>)>,
    chunks: Vec<Vec<u8>>,
    /// The tags of the offsets and the lengths of the chunks.
    chunk_tags: (u16, u16),
    /// A chain of pages below this one for each entry.
    below: Vec<Vec<Page>>,
}

impl Page {
    fn new(size: (u32, u32), fields: &[(u16, u32)], chunks: Vec<Vec<u8>>) -> Page {
        let all = [(256, size.0), (257, size.1)];
        let all = all.iter().chain(fields);
        Page {
            fields: all.map(|&(tag, value)| (tag, 4, vec![value])).collect(),
            chunks,
            chunk_tags: (273, 279),
            below: Vec::new(),
        }
    }

    fn with(mut self, tag: u16, kind: u16, values: &[u32]) -> Page {
        self.fields.push((tag, kind, values.to_vec()));
        self
    }

    /// Grey of one shade.
    fn grey(shade: u8) -> Page {
        let fields = [(258, 8), (259, 1), (262, 1)];
        Page::new((20, 10), &fields, vec![vec![shade; 200]])
    }
}

/// A file as it is written.
struct Writer {
    bytes: Vec<u8>,
    big_endian: bool,
}

impl Writer {
    fn number(&self, value: u32, width: usize) -> Vec<u8> {
        if self.big_endian {
            value.to_be_bytes()[4 - width..].to_vec()
        } else {
            value.to_le_bytes()[..width].to_vec()
        }
    }

    /// Writes a chain of pages and gives the place of the first.
    fn chain(&mut self, pages: &[Page]) -> u32 {
        let mut next = 0;
        for page in pages.iter().rev() {
            next = self.page(page, next);
        }
        next
    }

    fn page(&mut self, page: &Page, next: u32) -> u32 {
        let mut fields = page.fields.clone();
        let mut offsets = Vec::new();
        for chunk in &page.chunks {
            offsets.push(self.bytes.len() as u32);
            self.bytes.extend(chunk);
        }
        if !offsets.is_empty() {
            fields.push((page.chunk_tags.0, 4, offsets));
            let lengths = page.chunks.iter().map(|chunk| chunk.len() as u32);
            fields.push((page.chunk_tags.1, 4, lengths.collect()));
        }
        let below: Vec<u32> = page.below.iter().map(|pages| self.chain(pages)).collect();
        if !below.is_empty() {
            fields.push((330, 4, below));
        }
        fields.sort();
        let mut directory = self.number(fields.len() as u32, 2);
        for (tag, kind, values) in fields {
            let width = [0, 1, 1, 2, 4][usize::from(kind)];
            directory.extend(self.number(tag.into(), 2));
            directory.extend(self.number(kind.into(), 2));
            directory.extend(self.number(values.len() as u32, 4));
            let all: Vec<u8> = values.iter().flat_map(|&v| self.number(v, width)).collect();
            if all.len() <= 4 {
                directory.extend(&all);
                directory.resize(directory.len() + 4 - all.len(), 0);
            } else {
                directory.extend(self.number(self.bytes.len() as u32, 4));
                self.bytes.extend(all);
            }
        }
        directory.extend(self.number(next, 4));
        let at = self.bytes.len() as u32;
        self.bytes.extend(directory);
        at
    }
}

fn file(pages: &[Page], big_endian: bool) -> Vec<u8> {
    let start = if big_endian {
        b"MM\0\x2a\0\0\0\0"
    } else {
        b"II\x2a\0\0\0\0\0"
    };
    let mut writer = Writer {
        bytes: start.to_vec(),
        big_endian,
    };
    let first = writer.chain(pages);
    let first = writer.number(first, 4);
    writer.bytes[4..8].copy_from_slice(&first);
    writer.bytes
}

/// The samples of each picture, and what was decoded.
fn pictures(bytes: &[u8]) -> (Vec<Vec<u8>>, Result<Decoded>) {
    let mut pictures = Vec::new();
    let decoded = decode(bytes, &Limits::default(), |frame: Frame| {
        let (Pixels::Rgb8(found) | Pixels::Luma8(found)) = frame.picture.pixels() else {
            unreachable!("every pixel is decoded")
        };
        pictures.push(found.to_vec());
    });
    (pictures, decoded)
}

/// The only picture of a sound file.
fn picture(bytes: &[u8]) -> Vec<u8> {
    let (mut pictures, decoded) = pictures(bytes);
    let decoded = decoded.unwrap();
    assert_eq!((decoded.frames, decoded.partial), (1, None));
    pictures.remove(0)
}

const WIDTH: usize = 37;
const HEIGHT: usize = 29;

fn sample(x: usize, y: usize, channel: usize) -> u8 {
    (x * 5 + y * 3 + channel * 71 + x * y / 9) as u8
}

/// What stands in a rectangle of the picture, with 8 or 16 bits a sample; beyond the edge, zeros.
fn rectangle(
    (left, top): (usize, usize),
    (width, height): (usize, usize),
    channels: &[usize],
    (bytes, big_endian): (usize, bool),
    predicted: bool,
) -> Vec<u8> {
    let mut all = Vec::new();
    for y in top..top + height {
        let value = |x: usize, channel: usize| {
            let inside = x < WIDTH && y < HEIGHT;
            let upper = if inside { sample(x, y, channel) } else { 0 };
            // The lower byte changes too.
            u16::from(upper) << 8 | (x * 50 % 256) as u16
        };
        for x in left..left + width {
            for &channel in channels {
                let before = if predicted && x > left {
                    value(x - 1, channel)
                } else {
                    0
                };
                if bytes == 1 {
                    all.push((value(x, channel) >> 8).wrapping_sub(before >> 8) as u8);
                } else {
                    let stored = value(x, channel).wrapping_sub(before);
                    all.extend(if big_endian {
                        stored.to_be_bytes()
                    } else {
                        stored.to_le_bytes()
                    });
                }
            }
        }
    }
    all
}

fn compressed(number: u32, bytes: Vec<u8>) -> Vec<u8> {
    match number {
        5 => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            .encode(&bytes)
            .unwrap(),
        8 => {
            let level = flate2::Compression::fast();
            let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), level);
            packed.write_all(&bytes).unwrap();
            packed.finish().unwrap()
        }
        32_773 => {
            let run = |run: &[u8]| [&[run.len() as u8 - 1], run].concat();
            bytes.chunks(100).flat_map(run).collect()
        }
        _ => bytes,
    }
}

fn reversed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes
        .iter_mut()
        .for_each(|byte| *byte = byte.reverse_bits());
    bytes
}

#[test]
fn every_layout_shows_the_same_picture() {
    let expected: Vec<u8> = (0..HEIGHT)
        .flat_map(|y| (0..WIDTH).flat_map(move |x| (0..3).map(move |c| sample(x, y, c))))
        .collect();
    let mut tried = 0;
    for number in [1, 5, 8, 32_773] {
        for options in 0..64u32 {
            let option = |i: u32| options >> i & 1 == 1;
            let (backwards, tiled, planar) = (option(0), option(1), option(2));
            let (predicted, wide, big_endian) = (option(3), option(4), option(5));
            let bits = if wide { 16 } else { 8 };
            let size = if tiled { (16, 16) } else { (WIDTH, 10) };
            let groups: &[&[usize]] = if planar {
                &[&[0], &[1], &[2]]
            } else {
                &[&[0, 1, 2]]
            };
            let mut chunks = Vec::new();
            for channels in groups {
                for top in (0..HEIGHT).step_by(size.1) {
                    for left in (0..WIDTH).step_by(size.0) {
                        let height = if tiled {
                            size.1
                        } else {
                            size.1.min(HEIGHT - top)
                        };
                        let kind = (bits as usize / 8, big_endian);
                        let bytes =
                            rectangle((left, top), (size.0, height), channels, kind, predicted);
                        let bytes = compressed(number, bytes);
                        chunks.push(if backwards { reversed(bytes) } else { bytes });
                    }
                }
            }
            let mut page = Page::new(
                (WIDTH as u32, HEIGHT as u32),
                &[
                    (259, number),
                    (262, 2),
                    (266, 1 + u32::from(backwards)),
                    (277, 3),
                    (284, 1 + u32::from(planar)),
                    (317, 1 + u32::from(predicted)),
                ],
                chunks,
            )
            .with(258, 3, &[bits; 3]);
            if tiled {
                page = page.with(322, 3, &[16]).with(323, 3, &[16]);
                page.chunk_tags = (324, 325);
            } else {
                page = page.with(278, 3, &[10]);
            }
            assert_eq!(
                picture(&file(&[page], big_endian)),
                expected,
                "{number} {options:06b}"
            );
            tried += 1;
        }
    }
    assert_eq!(tried, 256);
}

#[test]
fn codes_of_fax_are_read_in_both_orders_of_bits() {
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    let is_black = |x: u16, y: u16| x * 3 % 17 < 8 && y % 7 < 5;
    for y in 0..20 {
        let color = |x| {
            if is_black(x, y) {
                fax::Color::Black
            } else {
                fax::Color::White
            }
        };
        encoder.encode_line((0..60).map(color), 60).unwrap();
    }
    let data = encoder.finish().unwrap().finish();
    let shades = |white: u8| {
        let shade = move |x, y| if is_black(x, y) { 255 - white } else { white };
        (0..20)
            .flat_map(move |y| (0..60).map(move |x| shade(x, y)))
            .collect::<Vec<u8>>()
    };
    for (order, data) in [(1, data.clone()), (2, reversed(data))] {
        for (photometric, white) in [(0, 255), (1, 0)] {
            let fields = [(258, 1), (259, 4), (262, photometric), (266, order)];
            let page = Page::new((60, 20), &fields, vec![data.clone()]);
            assert_eq!(picture(&file(&[page], false)), shades(white));
        }
    }
}

#[test]
fn palettes_of_every_size_are_looked_up() {
    for (bits, packed) in [
        (1, vec![0b0110_0000]),
        (2, vec![0b00_01_10_11]),
        (4, vec![0x01, 0x23]),
        (8, vec![0, 1, 2, 3]),
    ] {
        let count = 1u32 << bits;
        let color = |i: u32, channel: u32| i * 40 + channel * 10;
        let map = |scale: u32| -> Vec<u32> {
            let values = (0..3).flat_map(|c| (0..count).map(move |i| color(i % 4, c) * scale));
            values.collect()
        };
        let indices: [u32; 4] = if bits == 1 {
            [0, 1, 1, 0]
        } else {
            [0, 1, 2, 3]
        };
        let expected = indices
            .iter()
            .flat_map(|&i| (0..3).map(move |c| color(i, c) as u8));
        let expected: Vec<u8> = expected.collect();
        for scale in [1, 256] {
            let fields = [(258, bits), (259, 1), (262, 3)];
            let page = Page::new((4, 1), &fields, vec![packed.clone()]);
            let whole = file(&[page.clone().with(320, 3, &map(scale))], false);
            assert_eq!(picture(&whole), expected, "{bits} bits");
            let short = file(&[page.with(320, 3, &map(scale)[1..])], false);
            assert!(matches!(pictures(&short).1, Err(Error::Damaged(_))));
        }
    }
}

#[test]
fn colours_of_every_kind_are_shown() {
    let page = |photometric, bits: &[u32], data: &[u8], width| {
        let fields = [(259, 1), (262, photometric), (277, bits.len() as u32)];
        Page::new((width, 1), &fields, vec![data.to_vec()]).with(258, 3, bits)
    };
    for (page, expected) in [
        (page(0, &[4], &[0x0F, 0x80], 3), vec![255, 0, 119]),
        (page(1, &[2], &[0b00_01_10_11], 4), vec![0, 85, 170, 255]),
        (page(1, &[12], &[0x12, 0x3A, 0xBC], 2), vec![0x12, 0xAB]),
        (page(1, &[16], &[9, 200], 1), vec![200]),
        (
            page(1, &[8, 8], &[7, 255, 200, 0], 2).with(338, 3, &[2]),
            vec![7, 200],
        ),
        (
            page(2, &[8; 4], &[100, 50, 0, 200], 1).with(338, 3, &[1]),
            vec![127, 63, 0],
        ),
        (
            page(2, &[8; 4], &[100, 50, 0, 200], 1).with(338, 3, &[2]),
            vec![100, 50, 0],
        ),
        (page(2, &[8; 4], &[100, 50, 0, 200], 1), vec![100, 50, 0]),
        (
            page(5, &[8; 4], &[0, 255, 51, 0, 9, 9, 9, 255], 2),
            vec![255, 0, 204, 0, 0, 0],
        ),
        (
            page(6, &[8; 3], &[81, 90, 240], 1).with(530, 3, &[1, 1]),
            vec![238, 14, 14],
        ),
        (page(4, &[1], &[0b1010_0000], 3), vec![255, 0, 255]),
    ] {
        assert_eq!(picture(&file(&[page], false)), expected);
    }
    // Four pixels of luma for one of chroma, in two units.
    let data = [10, 20, 30, 40, 128, 128, 50, 60, 70, 80, 128, 128];
    let shared = page(6, &[8; 3], &data, 4);
    let mut shared = shared.with(530, 3, &[2, 2]);
    shared.fields.retain(|field| field.0 != 257);
    let shared = shared.with(257, 4, &[2]);
    let luma: Vec<u8> = picture(&file(&[shared], false))
        .into_iter()
        .step_by(3)
        .collect();
    assert_eq!(luma, [10, 20, 50, 60, 30, 40, 70, 80]);
    let half: Vec<u8> = [0x3800u16, 0x3C00, 0]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    let fractions = page(2, &[16; 3], &half, 1).with(339, 3, &[3, 3, 3]);
    assert_eq!(picture(&file(&[fractions], false)), [128, 255, 0]);
}

#[test]
fn a_page_that_cannot_be_decoded_hides_no_other() {
    let foreign = Page::new((9, 9), &[(262, 32_845), (258, 16)], vec![vec![0; 400]]);
    let broken = Page::new(
        (20, 10),
        &[(258, 8), (259, 8), (262, 1)],
        vec![vec![1, 2, 3]],
    );
    for (page, cause) in [
        (foreign, PartialCause::Unsupported),
        (broken, PartialCause::Damaged),
    ] {
        for place in 0..3 {
            let mut pages = vec![Page::grey(50), Page::grey(90)];
            pages.insert(place, page.clone());
            let (found, decoded) = pictures(&file(&pages, true));
            let decoded = decoded.unwrap();
            assert_eq!(found.iter().map(|p| p[0]).collect::<Vec<_>>(), [50, 90]);
            assert_eq!(
                (decoded.partial.is_some(), decoded.partial_cause),
                (true, cause)
            );
            assert_eq!((decoded.width, decoded.height), (20, 10));
        }
    }
}

#[test]
fn pages_below_pages_and_their_chains_are_looked_at() {
    let mut first = Page::grey(10);
    let mut below = Page::grey(20);
    below.below = vec![vec![Page::grey(30)]];
    first.below = vec![vec![below, Page::grey(40)], vec![Page::grey(50)]];
    let (found, decoded) = pictures(&file(&[first, Page::grey(60)], false));
    assert_eq!(
        found.iter().map(|p| p[0]).collect::<Vec<_>>(),
        [10, 20, 30, 40, 50, 60]
    );
    assert_eq!(decoded.unwrap().partial, None);
}

#[test]
fn pages_that_lead_in_a_circle_end_and_are_counted() {
    let mut circle = file(&[Page::grey(10)], false);
    let first = circle[4..8].to_vec();
    let end = circle.len() - 4;
    circle[end..].copy_from_slice(&first);
    assert_eq!(pictures(&circle).0.len(), 1);
    let many: Vec<Page> = (0..30).map(Page::grey).collect();
    let limits = Limits {
        frames: 7,
        ..Limits::default()
    };
    let decoded = decode(&file(&many, false), &limits, |_| {}).unwrap();
    assert_eq!((decoded.frames, decoded.capped), (7, true));
    // A directory of nothing.
    let nothing = b"II\x2a\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00";
    assert!(matches!(pictures(nothing).1, Err(Error::Damaged(_))));
}

#[test]
fn the_orientation_of_the_first_page_goes_for_those_below_it() {
    let mut first = Page::grey(10).with(274, 4, &[6]);
    first.below = vec![
        vec![Page::grey(20)],
        vec![Page::grey(30).with(274, 3, &[3])],
    ];
    let mut turned = Vec::new();
    let each = |frame: Frame| turned.push(frame.orientation);
    let decoded = decode(&file(&[first], false), &Limits::default(), each).unwrap();
    assert_eq!((turned, decoded.orientation), (vec![6, 6, 3], 6));
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let shade = |x, y| Luma([(x / 3 + y / 2) as u8]);
    let picture = image::GrayImage::from_fn(width, height, shade);
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Raw as cameras write it: a thumbnail, a preview in JPEG below it, and the samples of the sensor.
fn raw(preview: Option<Vec<u8>>, hidden: &[u8]) -> Vec<u8> {
    let sensor = Page::new(
        (3000, 2000),
        &[(258, 14), (259, 34_713), (262, 32_803)],
        vec![vec![7; 900]],
    );
    let mut first = Page::grey(80);
    first.below.push(vec![sensor]);
    if let Some(preview) = preview {
        let mut page = Page::new((0, 0), &[(259, 6)], vec![preview]);
        page.chunk_tags = (513, 514);
        first.below.push(vec![page]);
    }
    [file(&[first], true), hidden.to_vec()].concat()
}

#[test]
fn a_raw_file_is_its_previews_and_says_what_is_missing() {
    let widths = |bytes: &[u8]| {
        let mut widths = Vec::new();
        let each = |frame: Frame| widths.push(frame.picture.width());
        (decode(bytes, &Limits::default(), each).unwrap(), widths)
    };
    // The preview is of the sensor's shape, and large enough.
    let (decoded, found) = widths(&raw(Some(jpeg(600, 400)), b""));
    assert_eq!((decoded.partial, found), (None, vec![20, 600]));
    // It stands where no field leads to.
    let (decoded, found) = widths(&raw(None, &jpeg(600, 400)));
    assert_eq!((decoded.partial, found), (None, vec![20, 600]));
    for preview in [None, Some(jpeg(150, 100)), Some(jpeg(400, 400))] {
        let (decoded, found) = widths(&raw(preview.clone(), b""));
        assert_eq!(decoded.partial_cause, PartialCause::Unsupported);
        assert!(decoded.partial.is_some());
        assert_eq!(found.len(), 1 + usize::from(preview.is_some()));
    }
}

#[test]
fn a_page_of_one_stream_of_jpeg_is_read_as_such() {
    for compression in [6, 7] {
        let fields = [(258, 8), (259, compression), (262, 1)];
        let page = Page::new((60, 40), &fields, vec![jpeg(60, 40)]);
        assert_eq!(picture(&file(&[page], false)).len(), 60 * 40);
        // In strips, each is a stream; the old layout has no rule for them.
        let strips = vec![jpeg(60, 16), jpeg(60, 16), jpeg(60, 8)];
        let page = Page::new((60, 40), &fields, strips).with(278, 3, &[16]);
        let (found, decoded) = pictures(&file(&[page], false));
        if compression == 7 {
            assert_eq!((found[0].len(), decoded.unwrap().partial), (60 * 40, None));
        } else {
            assert!(matches!(decoded, Err(Error::Unsupported(_))), "{decoded:?}");
        }
    }
}

#[test]
fn every_cut_and_every_flipped_byte_is_an_answer() {
    let limits = Limits {
        pixels: 10_000,
        ..Limits::default()
    };
    let mut first = Page::grey(10);
    first.below = vec![vec![Page::grey(20)]];
    let palette = Page::new(
        (4, 1),
        &[(258, 2), (259, 5), (262, 3)],
        vec![compressed(5, vec![0x1B])],
    )
    .with(320, 3, &[9; 12]);
    for whole in [file(&[first, palette], false), raw(Some(jpeg(40, 30)), b"")] {
        for at in 0..whole.len() {
            let (found, decoded) = pictures(&whole[..at]);
            assert_eq!(decoded.is_ok(), !found.is_empty(), "cut at {at}");
            for bit in [1, 0x80] {
                let mut damaged = whole.clone();
                damaged[at] ^= bit;
                let _ = decode(&damaged, &limits, |_| {});
            }
        }
    }
}

#[test]
fn what_a_page_would_need_is_asked_for_first() {
    for fields in [
        [(322, u32::MAX), (323, u32::MAX)],
        [(322, 60_000), (323, 60_000)],
    ] {
        let mut page = Page::new((10, 10), &[(258, 8), (262, 1)], vec![vec![0; 100]]);
        for (tag, value) in fields {
            page = page.with(tag, 4, &[value]);
        }
        page.chunk_tags = (324, 325);
        let decoded = pictures(&file(&[page], false)).1;
        assert!(
            matches!(decoded, Err(Error::OverLimit { .. })),
            "{decoded:?}"
        );
    }
    let page = Page::new(
        (u32::MAX, u32::MAX),
        &[(258, 8), (262, 1)],
        vec![vec![0; 100]],
    );
    let decoded = pictures(&file(&[page], false)).1;
    assert!(
        matches!(decoded, Err(Error::OverLimit { .. })),
        "{decoded:?}"
    );
}
