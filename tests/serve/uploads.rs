//! Files that tests send.

use image::{ImageFormat, RgbImage};

use crate::pictures::{encode, scene};

/// A picture full of detail, and another one for each number.
pub(crate) fn picture(number: u64) -> Vec<u8> {
    encode(&scene(number), ImageFormat::Png)
}

/// The same as JPEG, of which any beginning can be decoded.
pub(crate) fn jpeg(number: u64) -> Vec<u8> {
    encode(&scene(number), ImageFormat::Jpeg)
}

/// A picture too flat for a hash.
pub(crate) fn flat() -> Vec<u8> {
    let grey = image::Rgb([128; 3]);
    encode(&RgbImage::from_pixel(64, 64, grey), ImageFormat::Png)
}

/// An animation of two pictures in turn, of 64 x 64 pixels.
pub(crate) fn animation(frames: usize) -> Vec<u8> {
    let small = |number| image::imageops::thumbnail(&scene(number), 64, 64);
    let pictures = [1, 2].map(|number| image::DynamicImage::ImageRgb8(small(number)).into_rgba8());
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new_with_speed(&mut gif, 30);
    let frames = pictures.iter().cycle().take(frames).cloned();
    encoder
        .encode_frames(frames.map(image::Frame::new))
        .unwrap();
    drop(encoder);
    gif
}

/// A zip file of members as they are.
pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let length = (content.len() as u32).to_le_bytes();
        // Version, flags, method, time and date; checksum and sizes; the length of the name, and no extra field.
        let about = [
            [20, 0, 0, 0, 0, 0, 0, 0, 0, 0].as_slice(),
            &crc.sum().to_le_bytes(),
            &length,
            &length,
            &(name.len() as u16).to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        let start = (file.len() as u32).to_le_bytes();
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&about);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&about);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&start);
        directory.extend_from_slice(name.as_bytes());
    }
    let count = (members.len() as u16).to_le_bytes();
    let (size, start) = (directory.len() as u32, file.len() as u32);
    let end = [
        b"PK\x05\x06\0\0\0\0".as_slice(),
        &count,
        &count,
        &size.to_le_bytes(),
        &start.to_le_bytes(),
        &[0, 0],
    ];
    [file, directory, end.concat()].concat()
}
