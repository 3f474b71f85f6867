//! Small pictures of matched files, made only if they are asked for.
//!
//! A picture is made of the file that the findings name. The file must still have the digest that they state.

use std::fs::File;
use std::io::{Cursor, Read as _};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use basma::escape;
use basma::hash::HashType;
use basma::hasher::Digests;
use basma::media::{Frame, Limits, Pixels, decode};
use basma::report::Finding;
use clap::ValueEnum;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

use super::html::html;
use crate::cli::prose::Prose;

/// How small pictures look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Thumbnails {
    /// So few pixels that shapes are blurred
    Blurred,
    /// Small and without colours
    Grey,
}

impl Thumbnails {
    /// The longer side in pixels. A blurred picture has no more pixels than these: nothing sharper can be made of it.
    fn side(self) -> u32 {
        match self {
            Thumbnails::Blurred => 10,
            Thumbnails::Grey => 96,
        }
    }

    /// The picture of a file as HTML, or why there is none.
    pub(super) fn of(self, prose: &Prose, finding: &Finding) -> String {
        match self.png(finding) {
            Ok(png) => {
                let data = BASE64_STANDARD.encode(png);
                let class = match self {
                    Thumbnails::Blurred => "blurred",
                    Thumbnails::Grey => "grey",
                };
                format!("<img class=\"{class}\" alt=\"\" src=\"data:image/png;base64,{data}\">\n")
            }
            Err(why) => format!("<p class=\"image\">{}</p>\n", html(&prose.word(why))),
        }
    }

    /// The picture as PNG; the message that says why not.
    fn png(self, finding: &Finding) -> Result<Vec<u8>, &'static str> {
        let bytes = read(finding)?;
        let limits = Limits::default().with_frames(1);
        let mut first = None;
        let decoded = decode(&bytes, &limits, |frame| {
            first.get_or_insert(frame);
        });
        let frame = first.ok_or("page-thumbnail-not-decoded")?;
        decoded.map_err(|_| "page-thumbnail-not-decoded")?;
        let small = self.shrink(&frame).ok_or("page-thumbnail-not-decoded")?;
        let mut png = Cursor::new(Vec::new());
        let written = small.write_to(&mut png, ImageFormat::Png);
        written.map_err(|_| "page-thumbnail-not-decoded")?;
        Ok(png.into_inner())
    }

    fn shrink(self, frame: &Frame) -> Option<DynamicImage> {
        let (width, height) = (frame.picture.width(), frame.picture.height());
        let whole: DynamicImage = match frame.picture.pixels() {
            Pixels::Luma8(grey) => GrayImage::from_raw(width, height, grey.to_vec())?.into(),
            Pixels::Rgb8(rgb) => RgbImage::from_raw(width, height, rgb.to_vec())?.into(),
            Pixels::Reduced { .. } => return None,
        };
        // Each pixel is the mean of those that it stands for.
        let mut small = whole.thumbnail(self.side(), self.side());
        if self == Thumbnails::Grey {
            small = small.grayscale();
        }
        if let Some(orientation) = Orientation::from_exif(frame.orientation) {
            small.apply_orientation(orientation);
        }
        Some(small)
    }
}

/// The bytes of the file, if they are still those that were scanned.
fn read(finding: &Finding) -> Result<Vec<u8>, &'static str> {
    let missing = "page-thumbnail-missing";
    let sha256 = finding.sha256.as_deref().ok_or(missing)?;
    let path = escape::unescape_path(&finding.path).ok_or(missing)?;
    // Opening a pipe waits for its writer.
    let is_file = std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        return Err(missing);
    }
    let most = Limits::default().file_bytes;
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(|_| missing)?;
    let read = file.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|_| missing)?;
    if bytes.len() as u64 > most {
        return Err("page-thumbnail-not-decoded");
    }
    let mut digests = Digests::new([HashType::Sha256]);
    digests.update(&bytes);
    let is_same = digests.finish().iter().any(|d| d.to_string() == sha256);
    is_same.then_some(bytes).ok_or("page-thumbnail-changed")
}
