//! Small pictures of matched files.
//!
//! A picture is made of the file that a finding names. The file must still have the digest that the finding states.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

use basma::hash::HashType;
use basma::hasher::{Digests, Hasher};
use basma::media::{Limits, SmallPicture};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

use crate::cli::args::Sandbox;
use crate::cli::walls;

/// Why there is no picture: the name of the message that says so.
pub(crate) type Missing = &'static str;

const NOT_THERE: Missing = "page-thumbnail-missing";
const CHANGED: Missing = "page-thumbnail-changed";
const NOT_DECODED: Missing = "page-thumbnail-not-decoded";

/// The first frame of a file as PNG: its longer side has so many pixels at most.
pub(crate) fn png(path: &Path, sha256: &str, side: u32, is_grey: bool) -> Result<Vec<u8>, Missing> {
    let bytes = read(path, sha256)?;
    let hasher = walls::around(Hasher::new([]), Sandbox::Best).map_err(|_| NOT_DECODED)?;
    let small = hasher.small_picture(&bytes, side, is_grey);
    let small = small.map_err(|_| NOT_DECODED)?;
    let image = image(small).ok_or(NOT_DECODED)?;
    let mut png = Cursor::new(Vec::new());
    let written = image.write_to(&mut png, ImageFormat::Png);
    written.map_err(|_| NOT_DECODED)?;
    Ok(png.into_inner())
}

fn image(small: SmallPicture) -> Option<DynamicImage> {
    let (width, height) = (small.width, small.height);
    Some(if small.is_grey {
        GrayImage::from_raw(width, height, small.samples)?.into()
    } else {
        RgbImage::from_raw(width, height, small.samples)?.into()
    })
}

/// The bytes of the file, if they are still those of the digest.
fn read(path: &Path, sha256: &str) -> Result<Vec<u8>, Missing> {
    // Opening a pipe waits for its writer.
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        return Err(NOT_THERE);
    }
    let most = Limits::default().file_bytes;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|_| NOT_THERE)?;
    let read = file.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|_| NOT_THERE)?;
    if bytes.len() as u64 > most {
        return Err(NOT_DECODED);
    }
    let mut digests = Digests::new([HashType::Sha256]);
    digests.update(&bytes);
    let is_same = digests.finish().iter().any(|d| d.to_string() == sha256);
    is_same.then_some(bytes).ok_or(CHANGED)
}
