//! Pictures that tests make.

use basma::hasher::pdq;
use basma::media::Picture;
use image::{ImageFormat, RgbImage};

/// A picture with much to see, unlike that of any other number: value noise of three sizes in three colours.
pub(crate) fn scene(number: u64) -> RgbImage {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut random = || {
        // xorshift64* (Vigna 2016).
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1u32 << 24) as f32
    };
    let grids = [5usize, 11, 23].map(|side| {
        let cells: Vec<f32> = (0..(side + 1) * (side + 1) * 3).map(|_| random()).collect();
        (side, cells)
    });
    let (width, height) = (256, 192);
    RgbImage::from_fn(width, height, |x, y| {
        let mut colour = [0.0; 3];
        for (side, cells) in &grids {
            let place = |at: u32, of: u32| at as f32 / of as f32 * *side as f32;
            let (u, v) = (place(x, width), place(y, height));
            let (i, j) = (u as usize, v as usize);
            let (a, b) = (u - i as f32, v - j as f32);
            for (channel, value) in colour.iter_mut().enumerate() {
                let cell = |i: usize, j: usize| cells[(j * (side + 1) + i) * 3 + channel];
                let top = cell(i, j) * (1.0 - a) + cell(i + 1, j) * a;
                let bottom = cell(i, j + 1) * (1.0 - a) + cell(i + 1, j + 1) * a;
                *value += (top * (1.0 - b) + bottom * b) * 85.0;
            }
        }
        image::Rgb(colour.map(|value| value as u8))
    })
}

pub(crate) fn hash_of(scene: u64) -> String {
    pdq_of(&self::scene(scene))
}

/// The PDQ hash of a picture that is rich in detail.
pub(crate) fn pdq_of(picture: &RgbImage) -> String {
    let (width, height) = picture.dimensions();
    let pixels = picture.clone().into_raw();
    let rated = pdq(&Picture::from_rgb8(width, height, pixels).unwrap());
    assert!(rated.quality >= 50, "a picture must be rich in detail");
    rated.hash.to_string()
}

pub(crate) fn encode(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
