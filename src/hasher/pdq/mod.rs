//! PDQ: 256 bits that say which low frequencies of a picture are strong.
//!
//! Source: "PDQ & TMK + PDQF: A Test Drive of Facebook's Perceptual Hashing Algorithms", Facebook, 2019. The
//! canonical hash is that of the picture at full resolution, as the PyPI package `pdqhash` makes it:
//!
//! 1. luma, 0.299 red + 0.587 green + 0.114 blue, not rounded;
//! 2. two passes of a box filter along both axes, sampled at 64x64 points ([`axis`], [`grid`]);
//! 3. the quality: how much neighbouring points of those 64x64 differ ([`grid`]);
//! 4. the cosine transform, 16x16 low frequencies without the constant one ([`block`]);
//! 5. one bit for each of them: whether it is greater than their median ([`block`]).
//!
//! The filter is linear and separable, so steps 1 and 2 are one matrix product: 64x64 = R * luma * C^T, with narrow
//! bands of weights in R and C. That touches every pixel once instead of eight times and needs no copy of the
//! picture. The reference keeps running sums in 32-bit floats and so gathers rounding errors of up to about 0.001
//! grey levels; here the sums are exact. Where a coefficient lies within such an error of the median the two may
//! disagree on its bit: 2 of 3,400 random pictures of all sizes, none of the 35 published vectors. Pictures that vary
//! along one axis only, or not at all, have nothing but such coefficients: their hash is rounding noise in every
//! implementation, and where they are striped even their quality does not tell.

mod axis;
mod block;
mod grid;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod textbook;

pub use block::Block;
pub use grid::Grid;

use super::View;
use crate::hash::Pdq;
use crate::media::Picture;

/// Below this many pixels a side a picture has the hash zero and the quality zero, as in the reference.
const SIDE_MIN: u32 = 5;

/// A PDQ hash and what it is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RatedPdq {
    /// The hash.
    pub hash: Pdq,
    /// How much there is to see, 0 to 100. Below [`Pdq::QUALITY`] unlike pictures may have like hashes.
    pub quality: u8,
}

/// The PDQ hashes of a picture in all eight [`View`]s.
///
/// ```
/// use basma::hasher::{View, pdq, pdq_dihedral};
/// use basma::media::Picture;
/// let picture = image::RgbImage::from_fn(320, 240, |x, y| image::Rgb([x as u8, y as u8, (x * y / 99) as u8]));
/// let mirrored = Picture::new(image::imageops::flip_horizontal(&picture).into()).unwrap();
/// let listed = pdq(&Picture::new(picture.into()).unwrap());
/// let views = pdq_dihedral(&mirrored);
/// assert!(views.hash(View::FlipHorizontal).distance(&listed.hash) <= 8);
/// assert!(views.hash(View::Original).distance(&listed.hash) > 31);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DihedralPdq {
    hashes: [Pdq; 8],
    /// How much there is to see, 0 to 100: the same from every side.
    pub quality: u8,
}

impl DihedralPdq {
    /// The hash of the picture as this view shows it.
    ///
    /// Where it meets a listed hash, the picture is the listed one after the view's [`inverse`](View::inverse).
    pub fn hash(&self, view: View) -> Pdq {
        self.hashes[view as usize]
    }

    /// Every view with its hash, the original first.
    pub fn iter(&self) -> impl Iterator<Item = (View, Pdq)> + '_ {
        View::ALL.into_iter().zip(self.hashes)
    }
}

/// The canonical PDQ hash of a picture at full resolution.
///
/// ```
/// use basma::media::Picture;
/// let black = Picture::new(image::GrayImage::new(640, 480).into()).unwrap();
/// assert_eq!(basma::hasher::pdq(&black).quality, 0);
/// ```
pub fn pdq(picture: &Picture) -> RatedPdq {
    if too_small(picture) {
        return RatedPdq::default();
    }
    let grid = Grid::new(picture);
    RatedPdq {
        hash: Block::new(&grid).hash(),
        quality: grid.quality(),
    }
}

/// The PDQ hashes of a picture in its eight views, for little more than the price of one.
///
/// The original is exactly [`pdq`]. The others are made by changing signs in the cosine transform; they differ by
/// up to about 8 bits from the hash of the turned pixels, because the reference's filter reaches half a pixel
/// farther to the right and down where its window is even.
pub fn pdq_dihedral(picture: &Picture) -> DihedralPdq {
    if too_small(picture) {
        return DihedralPdq::default();
    }
    let grid = Grid::new(picture);
    let block = Block::new(&grid);
    DihedralPdq {
        hashes: View::ALL.map(|view| block.view(view).hash()),
        quality: grid.quality(),
    }
}

fn too_small(picture: &Picture) -> bool {
    picture.width().min(picture.height()) < SIDE_MIN
}
