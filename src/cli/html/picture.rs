//! Small pictures of matched files.
//!
//! A picture is made of the file that a finding names, or of the member of an archive. Its content must still have the
//! digest that the finding states.

use std::io::Cursor;
use std::path::Path;

use basma::hash::HashType;
use basma::hasher::Hasher;
use basma::media::SmallPicture;
#[cfg(feature = "serve")]
use basma::scan::ArchiveLimits;
use basma::scan::{Absence, Originals, Passwords};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

use crate::cli::args::Sandbox;
use crate::cli::walls;

/// Why there is no picture: the name of the message that says so.
pub(crate) type Missing = &'static str;

pub(crate) const NOT_THERE: Missing = "page-thumbnail-missing";
const CHANGED: Missing = "page-thumbnail-changed";
const LOCKED: Missing = "page-thumbnail-locked";
const UNREADABLE: Missing = "page-thumbnail-unreadable";
pub(crate) const NOT_DECODED: Missing = "page-thumbnail-not-decoded";

/// The first frame of a file, or of a member of an archive, as PNG: its longer side has so many pixels at most. No more of
/// an archive is read than these limits allow.
#[cfg(feature = "serve")]
pub(crate) fn png(
    path: &Path,
    sha256: &str,
    (limits, passwords): (ArchiveLimits, &Passwords),
    side: u32,
    is_grey: bool,
) -> Result<Vec<u8>, Missing> {
    let originals = originals(passwords).map_err(|_| NOT_DECODED)?;
    let originals = originals.with_archives(limits);
    let content = originals.read(path, sha256).map_err(missing)?;
    small(&content, side, is_grey)
}

/// The passwords in a file; none without one.
///
/// # Errors
/// Those of [`Passwords::read`].
pub(crate) fn passwords(file: Option<&Path>) -> basma::Result<Passwords> {
    file.map_or_else(|| Ok(Passwords::default()), Passwords::read)
}

/// Files of findings, read again behind the walls.
pub(crate) fn originals(passwords: &Passwords) -> basma::Result<Originals> {
    // What parts of a picture are is told by its own hash.
    let hasher = Hasher::new([HashType::Pdq]);
    let originals = Originals::new(walls::around(hasher, Sandbox::Best)?);
    Ok(originals.with_passwords(passwords.clone()))
}

/// Why there is no picture of content that is absent.
pub(crate) fn missing(absence: Absence) -> Missing {
    match absence {
        Absence::Changed => CHANGED,
        Absence::OverLimit => NOT_DECODED,
        Absence::Locked => LOCKED,
        Absence::Unreadable => UNREADABLE,
        _ => NOT_THERE,
    }
}

/// The first frame of content as PNG.
pub(crate) fn small(content: &[u8], side: u32, is_grey: bool) -> Result<Vec<u8>, Missing> {
    let hasher = walls::around(Hasher::new([]), Sandbox::Best).map_err(|_| NOT_DECODED)?;
    let small = hasher.small_picture(content, side, is_grey);
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
