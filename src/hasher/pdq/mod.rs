//! PDQ: 256 bits that say which low frequencies of a picture are strong.
//!
//! Source: "PDQ & TMK + PDQF: A Test Drive of Facebook's Perceptual Hashing Algorithms", Facebook, 2019. The
//! canonical hash is that of the picture at full resolution, as the PyPI package `pdqhash` makes it:
//!
//! 1. luma, 0.299 red + 0.587 green + 0.114 blue, not rounded;
//! 2. two passes of a box filter along both axes, sampled at 64x64 points ([`axis`](crate::hash::axis), [`grid`]);
//! 3. the quality: how much neighbouring points of those 64x64 differ ([`grid`]);
//! 4. the cosine transform, 16x16 low frequencies without the constant one ([`block`]);
//! 5. one bit for each of them: whether it is greater than their median ([`block`]).
//!
//! The filter is linear and separable, so steps 1 and 2 are one matrix product. 64x64 = R * luma * C^T, with narrow
//! bands of weights in R and C. The decoder of large JPEG files computes the same product from the coefficients of the
//! file, without pixels. Any other picture at a reduced scale is different. Each sample enters with the weights of all pixels
//! that it stands for. Taking the small picture for the input would move windows and samples, and cost 3 to 21 bits.
//!
//! That product touches every pixel once instead of eight times and needs no copy of the picture. The reference keeps
//! running sums in 32-bit floats. On 278 synthetic pictures of up to 4000x3000 pixels their rounding errors reached
//! 0.0016 grey levels (a test allows 0.005). Here the sums are exact. A coefficient or a step of the quality can lie within
//! such an error of its threshold. There the two may disagree. 3,888 random pictures (noise, smooth, rectangles) of 1x1 to
//! 1999x1501 pixels were compared. Of these, 3 differed from `pdqhash` 0.2.8, by 2, 2 and 10 bits. 4 had a quality greater by
//! one. Of the 35 published vectors, decoded by the same decoder, none differs.
//!
//! Pictures that vary along one axis only, or not at all, have nothing but coefficients of zero. Their hash is rounding
//! noise in every implementation. Where they are striped even their quality does not tell. The same holds in part of
//! drawings with symmetries, whose coefficients are equal by the dozen. Where the median is one of those, so many bits
//! are noise. The 8-bit pictures of PngSuite have 5 to 32 pixels a side. Of these, 44 differ from the reference, by up to 125
//! bits. Each bit that differs has a coefficient within 0.0002 of the median, among coefficients of hundreds. It shares that
//! place with at least 15 others.

mod block;
#[cfg_attr(
    not(fuzzing),
    allow(unreachable_pub, reason = "fuzzing compares grids")
)]
mod grid;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod textbook;
#[cfg(test)]
mod ties;

pub(super) use block::{Block, cosines};
#[cfg(fuzzing)]
pub use grid::Grid;
#[cfg(not(fuzzing))]
pub(super) use grid::Grid;
pub(super) use grid::{LUMA, sum_rows};

use std::collections::BTreeMap;

use crate::Result;
use crate::hash::{Pdq, Turn};
use crate::media::{Picture, Pixels};

/// Below this many pixels a side a picture has the hash zero and the quality zero, as in the reference.
const SIDE_MIN: u32 = 5;

/// A PDQ hash and what it is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct RatedPdq {
    /// The hash.
    pub hash: Pdq,
    /// How much there is to see, 0 to 100. Below [`Pdq::QUALITY`] unlike pictures may have like hashes.
    pub quality: u8,
}

/// The PDQ hashes of a picture turned and mirrored in all eight ways.
///
/// ```
/// use basma::hasher::{pdq, pdq_dihedral};
/// use basma::hash::Turn;
/// use basma::media::Picture;
/// let shade = |x: u32, y: u32| [x as u8, y as u8, (x * y / 99) as u8];
/// let shown: Vec<u8> = (0..240).flat_map(|y| (0..320).flat_map(move |x| shade(x, y))).collect();
/// let mirrored: Vec<u8> = (0..240).flat_map(|y| (0..320).flat_map(move |x| shade(319 - x, y))).collect();
/// let listed = pdq(&Picture::from_rgb8(320, 240, shown)?);
/// let turned = pdq_dihedral(&Picture::from_rgb8(320, 240, mirrored)?);
/// assert!(turned.hash(Turn::FlipHorizontal).distance(&listed.hash) <= 2);
/// assert!(turned.hash(Turn::Original).distance(&listed.hash) > 31);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DihedralPdq([RatedPdq; 8]);

impl DihedralPdq {
    /// The hash of the picture turned in this way.
    ///
    /// Where it meets a listed hash, the picture is the listed one after the [`inverse`](Turn::inverse) turn.
    pub fn hash(&self, turn: Turn) -> Pdq {
        self.rated(turn).hash
    }

    /// The hash of the picture turned in this way, and how much there is to see.
    pub fn rated(&self, turn: Turn) -> RatedPdq {
        self.0[turn as usize]
    }

    /// Every turn with its hash, the original first.
    pub fn iter(&self) -> impl Iterator<Item = (Turn, Pdq)> + '_ {
        Turn::ALL.into_iter().map(|turn| (turn, self.hash(turn)))
    }
}

/// The PDQ hash of a picture. Of a whole one it is the canonical hash at full resolution, that of the PyPI package `pdqhash`
/// 0.2.8. Of one at a [reduced scale](crate::media::Pixels::Reduced) it is within a few bits of that hash.
///
/// Sums are exact here and 32-bit there, so a bit whose coefficient is within rounding of the median may differ. In
/// fewer than one picture of 1,000. Some pictures vary along one axis only, such as a ramp or stripes. Their hash is rounding
/// noise in every implementation. Stripes can have a high quality all the same. A picture of fewer than 5 pixels a side has the
/// hash zero and the quality 0.
///
/// ```
/// use basma::media::Picture;
/// let black = Picture::from_luma8(640, 480, vec![0; 640 * 480])?;
/// assert_eq!(basma::hasher::pdq(&black).quality, 0);
/// # Ok::<(), basma::Error>(())
/// ```
pub fn pdq(picture: &Picture) -> RatedPdq {
    if too_small(picture) {
        return RatedPdq::default();
    }
    RatedPdq::of(&Grid::new(picture))
}

/// [`pdq`] of pixels that are held elsewhere, without a copy of them.
///
/// ```
/// use basma::hasher::{pdq, pdq_of_pixels};
/// use basma::media::{Picture, Pixels};
/// let grey: Vec<u8> = (0..320 * 240).map(|i| (i % 251) as u8).collect();
/// let rated = pdq_of_pixels(320, 240, Pixels::Luma8(&grey))?;
/// assert_eq!(rated, pdq(&Picture::from_luma8(320, 240, grey)?));
/// assert!(pdq_of_pixels(320, 240, Pixels::Rgb8(&[0; 3])).is_err());
/// # Ok::<(), basma::Error>(())
/// ```
///
/// # Errors
/// [`Error::PixelCount`](crate::Error::PixelCount) for another number of bytes,
/// [`Error::Argument`](crate::Error::Argument) for a picture without pixels.
pub fn pdq_of_pixels(width: u32, height: u32, pixels: Pixels<'_>) -> Result<RatedPdq> {
    pixels.check(width, height)?;
    if width.min(height) < SIDE_MIN {
        return Ok(RatedPdq::default());
    }
    Ok(RatedPdq::of(&Grid::of_pixels((width, height), pixels)))
}

/// The PDQ hashes of a picture turned and mirrored in eight ways. They take two passes over its pixels instead of one.
///
/// The original is exactly [`pdq`]. So are the others of the turned pixels, but for bits whose coefficients are equal
/// within rounding. The weights are turned and not the pixels. The filter of the reference reaches half a pixel farther
/// to the right and down where its window is even. So turning the hash instead would cost up to 166 bits.
pub fn pdq_dihedral(picture: &Picture) -> DihedralPdq {
    let rated = pdq_turned(picture, &Turn::ALL).try_into();
    DihedralPdq(rated.expect("one hash for each turn"))
}

/// The PDQ hash of a picture turned in each of these ways.
pub(super) fn pdq_turned(picture: &Picture, turns: &[Turn]) -> Vec<RatedPdq> {
    if too_small(picture) {
        return vec![RatedPdq::default(); turns.len()];
    }
    let grids = Grid::turned(picture, turns);
    grids.iter().map(RatedPdq::of).collect()
}

/// The PDQ hash of a picture turned in each of these ways. With each are the bits in which a near hash is likely to differ.
pub(super) fn pdq_turned_and_doubts(picture: &Picture, turns: &[Turn]) -> Vec<(RatedPdq, Pdq)> {
    if too_small(picture) {
        return vec![Default::default(); turns.len()];
    }
    let grids = Grid::turned(picture, turns);
    // An exchange of rows and columns leaves all steps.
    let mut qualities = BTreeMap::new();
    let turned = turns.iter().zip(&grids).map(|(turn, grid)| {
        let flips = (turn.flips_rows(), turn.flips_columns());
        let quality = *qualities.entry(flips).or_insert_with(|| grid.quality());
        let (hash, doubts) = Block::new(grid).hash_and_doubts();
        (RatedPdq { hash, quality }, doubts)
    });
    turned.collect()
}

impl RatedPdq {
    fn of(grid: &Grid) -> RatedPdq {
        RatedPdq {
            hash: Block::new(grid).hash(),
            quality: grid.quality(),
        }
    }
}

fn too_small(picture: &Picture) -> bool {
    picture.width().min(picture.height()) < SIDE_MIN
}
