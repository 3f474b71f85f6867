//! Letters, boxes, and numbers without an order.

use image::{Rgb, RgbImage};

pub(crate) fn share(of: u32, by: f32) -> u32 {
    (of as f32 * by) as u32
}

/// Numbers without an order, 0 to 1.
pub(crate) fn salt(place: u32) -> f32 {
    let mixed = (place ^ place >> 15).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    (mixed >> 8) as f32 / (1 << 24) as f32
}

/// A number between two, which a seed and a place decide.
pub(crate) fn drawn(seed: u32, place: u32, [from, to]: [f32; 2]) -> f32 {
    from + (to - from) * salt(seed.wrapping_mul(977).wrapping_add(place * 131 + 17))
}

pub(crate) fn fill(p: &mut RgbImage, [x, y]: [u32; 2], [width, height]: [u32; 2], colour: [u8; 3]) {
    for y in y..(y + height).min(p.height()) {
        for x in x..(x + width).min(p.width()) {
            p.put_pixel(x, y, Rgb(colour));
        }
    }
}

/// Words of a line, as bars of the size of letters.
pub(crate) fn words(
    p: &mut RgbImage,
    [x, y]: [u32; 2],
    [width, height]: [u32; 2],
    colour: [u8; 3],
) {
    let stroke = (height / 6).max(1);
    let mut at = x;
    let mut letter = x ^ y << 4;
    while at + height / 2 < x + width {
        letter += 1;
        let number = salt(letter);
        if number > 0.16 {
            fill(p, [at, y], [stroke, height], colour);
            let bar = if number > 0.55 { 0 } else { height / 2 };
            fill(p, [at, y + bar], [height / 2, stroke], colour);
            if number > 0.7 {
                fill(p, [at + height / 2 - stroke, y], [stroke, height], colour);
            }
        }
        at += height * 2 / 3;
    }
}
