//! Every layout of a page shows the same picture.

use super::*;

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
