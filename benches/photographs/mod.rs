//! Photographs of a folder, and what benches do with each.

use std::path::Path;

use basma::hash::Pdq;
use basma::hasher::pdq;
use basma::media::{Limits, Picture, Pixels, decode};
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

/// Hands on every whole picture below a folder whose PDQ quality is high enough to be trusted, by path.
pub(crate) fn each(folder: &Path, mut each: impl FnMut(RgbImage)) {
    for entry in walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .flatten()
    {
        let Ok(bytes) = std::fs::read(entry.path()) else {
            continue;
        };
        let mut first = None;
        let decoded = decode(&bytes, &Limits::default(), |frame| {
            first.get_or_insert_with(|| rgb(&frame.picture));
        });
        if decoded.is_ok_and(|d| d.partial.is_none())
            && let Some(photograph) = first
            && pdq(&picture(photograph.clone())).quality >= Pdq::QUALITY
        {
            each(photograph);
        }
    }
}

/// The pixels as a picture of the library.
pub(crate) fn picture(image: RgbImage) -> Picture {
    let (width, height) = image.dimensions();
    Picture::from_rgb8(width, height, image.into_raw()).expect("it has pixels")
}

/// The pixels of a picture at full size.
pub(crate) fn rgb(picture: &Picture) -> RgbImage {
    let samples = match picture.pixels() {
        Pixels::Rgb8(samples) => samples.to_vec(),
        Pixels::Luma8(samples) => samples.iter().flat_map(|&grey| [grey; 3]).collect(),
        Pixels::Reduced { .. } => unreachable!("pictures are decoded at full size"),
    };
    RgbImage::from_raw(picture.width(), picture.height(), samples).expect("it has all pixels")
}

/// The picture after JPEG of this quality.
pub(crate) fn jpeg(p: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(p)
        .expect("an encoded picture");
    image::load_from_memory(&bytes)
        .expect("what was just encoded")
        .into_rgb8()
}
