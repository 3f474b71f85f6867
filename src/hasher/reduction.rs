//! Smaller copies of a picture in the picture itself: thumbnails and previews, which give no findings of their own.
//!
//! A copy that shows something else is a finding. Editors keep the old thumbnail, and a listed picture may hide there.

use super::{Known, pdq, pdq_dihedral};
use crate::hash::{Pdq, Turn, View};
use crate::media::{Limits, Picture, decode_luma};

/// How many bits a thumbnail may be off, which is the radius of PDQ. There were 22 photographs with faithful thumbnails, from
/// cameras and editors. These were off by 4 to 28 bits, 18 in the median. So few pixels tell little.
const DISTANCE_MAX: u32 = 31;
const THUMBNAIL_SIDE_MAX: u32 = 320;

/// How many bits a larger preview may be off.
const PREVIEW_DISTANCE_MAX: u32 = 12;

/// Pictures this small show nothing.
const SIDE_MIN: u32 = 6;

/// Below this quality a hash tells nothing of a picture (PDQ, "quality metric").
const QUALITY_MIN: u8 = 50;

/// How dark the bars are that fill a thumbnail of another shape.
const BAR_MAX: u8 = 24;

/// Whether a part of a picture is a smaller copy of the picture in any position. A part too small to show anything counts too.
/// `holder` is the picture, of which this was found out.
pub(super) fn is_reduction(part: &[u8], holder: &[u8], known: &Known<'_>, limits: &Limits) -> bool {
    let Some((whole, quality, pixels)) = rated(holder, known, limits) else {
        return false;
    };
    // A larger picture is refused before it is decoded.
    let limits = Limits {
        pixels: limits.pixels.min(pixels),
        ..*limits
    };
    let mut frame = None;
    let decoded = decode_luma(part, &limits, |each| {
        frame.get_or_insert(each.picture);
    });
    let (Ok(decoded), Some(small)) = (decoded, frame) else {
        return false;
    };
    if decoded.width < SIDE_MIN || decoded.height < SIDE_MIN {
        return true;
    }
    if decoded.frames > 1 || decoded.partial.is_some() {
        return false;
    }
    // Two pictures of one size are a pair.
    if u64::from(decoded.width) * u64::from(decoded.height) >= pixels {
        return false;
    }
    // What viewers show of it may be another picture than the one that is stored.
    if small.is_rendered() {
        return false;
    }
    let is_thumbnail = decoded.width.max(decoded.height) <= THUMBNAIL_SIDE_MAX;
    let most = if is_thumbnail {
        DISTANCE_MAX
    } else {
        PREVIEW_DISTANCE_MAX
    };
    let without_bars = without_bars(&small);
    [Some(&small), without_bars.as_ref()]
        .into_iter()
        .flatten()
        .any(|small| {
            let views = pdq_dihedral(small);
            let is_flat =
                quality < QUALITY_MIN && views.rated(Turn::Original).quality < QUALITY_MIN;
            is_flat || views.iter().any(|(_, hash)| hash.distance(&whole) <= most)
        })
}

/// The hash and quality of a picture, and how many pixels it has.
fn rated(picture: &[u8], known: &Known<'_>, limits: &Limits) -> Option<(Pdq, u8, u64)> {
    let measured = known.size.and_then(|(width, height)| {
        let first = known.prints.iter().find(|print| {
            print.view == View::ORIGINAL && print.frame == 0 && print.hash.as_pdq().is_some()
        })?;
        let hash = first.hash.as_pdq()?;
        Some((hash, first.quality, u64::from(width) * u64::from(height)))
    });
    if measured.is_some() {
        return measured;
    }
    let mut first = None;
    decode_luma(picture, limits, |frame| {
        if frame.index == 0 {
            let picture = frame.picture;
            let pixels = u64::from(picture.width()) * u64::from(picture.height());
            first = Some((pdq(&picture), pixels));
        }
    })
    .ok()?;
    first.map(|(rated, pixels)| (rated.hash, rated.quality, pixels))
}

/// The picture without dark bars at two opposite sides; `None` where it has none.
fn without_bars(picture: &Picture) -> Option<Picture> {
    let image = picture.as_image()?;
    let grey = image.to_luma8();
    let (width, height) = grey.dimensions();
    let is_dark = |x: u32, y: u32| grey.get_pixel(x, y)[0] <= BAR_MAX;
    let row = |y: &u32| (0..width).all(|x| is_dark(x, *y));
    let column = |x: &u32| (0..height).all(|y| is_dark(*x, y));
    let top = (0..height).take_while(row).count() as u32;
    let bottom = (0..height).rev().take_while(row).count() as u32;
    let left = (0..width).take_while(column).count() as u32;
    let right = (0..width).rev().take_while(column).count() as u32;
    let rest = |side: u32, bars: u32| side.checked_sub(bars).filter(|rest| *rest >= SIDE_MIN);
    let (inner_width, inner_height) = (rest(width, left + right)?, rest(height, top + bottom)?);
    if (inner_width, inner_height) == (width, height) {
        return None;
    }
    let inner = image.crop_imm(left, top, inner_width, inner_height);
    Picture::new(inner)
}
