//! The 64-bit hashes of the `img_hash` crates.

use std::fmt;

use img_hash::{HashAlg, Hasher, HasherConfig};

use super::resize;
use crate::error::{Limit, Problem};
use crate::hash::{Hash, HashType};
use crate::media::Picture;
use crate::{Error, Result};

/// The 64-bit hashes of `image_hasher` 3, the maintained continuation of `img_hash`: 8x8, Lanczos3, least
/// significant bit first.
///
/// Made once and used for many pictures, from many threads: the cosine tables are built here.
///
/// ```
/// use basma::hash::HashType;
/// use basma::hasher::Family;
/// use basma::media::Picture;
/// let family = Family::new([HashType::GradientIh3, HashType::Sha256]);
/// let ramp = (0..80).flat_map(|_| 0..90).collect();
/// let hashes = family.hash(&Picture::from_luma8(90, 80, ramp)?)?;
/// assert_eq!(hashes.len(), 1, "SHA-256 is not of this family");
/// assert_eq!(hashes[0].to_string(), "ffffffffffffffff");
/// # Ok::<(), basma::Error>(())
/// ```
pub struct Family(Vec<(HashType, Hasher<[u8; 8]>)>);

impl Family {
    /// The longest side that is hashed, in pixels. `image_hasher` counts in 32-bit floats, which are whole numbers up
    /// to here. Its blockhash would run out of its blocks beyond.
    pub const SIDE_MAX: u32 = 1 << 24;

    /// The most pixels that are hashed. The block sums of `image_hasher` are 32-bit. This many white pixels (255 in three
    /// channels) in one of 64 blocks still fit.
    pub const PIXELS_MAX: u64 = 1 << 28;

    /// Prepares the members of the family among `types`; the other types are ignored.
    pub fn new(types: impl IntoIterator<Item = HashType>) -> Family {
        let mut types: Vec<HashType> = types.into_iter().collect();
        types.sort_unstable();
        types.dedup();
        let prepare = |t| config(t).map(|config| (t, config.to_hasher()));
        Family(types.into_iter().filter_map(prepare).collect())
    }

    /// The hashes of a picture, in the order of [`HashType::ALL`].
    ///
    /// # Errors
    /// [`Error::OverLimit`] beyond [`SIDE_MAX`](Self::SIDE_MAX) or [`PIXELS_MAX`](Self::PIXELS_MAX);
    /// [`Error::Argument`] for a picture at a reduced scale, which these hashes do not bear.
    pub fn hash(&self, picture: &Picture) -> Result<Vec<Hash>> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let (width, height) = (picture.width(), picture.height());
        limit(
            Limit::PixelsASide,
            width.max(height).into(),
            Self::SIDE_MAX.into(),
        )?;
        limit(
            Limit::Pixels,
            u64::from(width) * u64::from(height),
            Self::PIXELS_MAX,
        )?;

        let colours = picture
            .as_image()
            .ok_or_else(|| Error::from(Problem::WholePicturesOnly))?;
        // Every member but blockhash begins by making the picture grey, which is done once for all of them, and small.
        let mut grey = None;
        let hash = |(hash_type, hasher): &(HashType, Hasher<[u8; 8]>)| {
            let bits = match size(*hash_type) {
                None => hasher.hash_image(colours),
                Some((width, height)) => {
                    let grey = grey.get_or_insert_with(|| colours.to_luma8());
                    hasher.hash_image(&resize::lanczos3(grey, width, height))
                }
            };
            Hash::new(*hash_type, bits.as_bytes()).expect("64 bits")
        };
        Ok(self.0.iter().map(hash).collect())
    }
}

/// To how many pixels a member shrinks a picture; `None` where it does not.
fn size(hash_type: HashType) -> Option<(u32, u32)> {
    Some(match hash_type {
        HashType::MeanIh3 => (8, 8),
        HashType::GradientIh3 => (9, 8),
        HashType::VertGradientIh3 => (8, 9),
        HashType::DoubleGradientIh3 => (5, 5),
        // Twice as many each way, of which the cosine transform leaves the lower half of the frequencies.
        HashType::MeanDctIh3 => (16, 16),
        HashType::GradientDctIh3 => (18, 16),
        HashType::VertGradientDctIh3 => (16, 18),
        HashType::DoubleGradientDctIh3 => (10, 10),
        _ => return None,
    })
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(t, _)| t))
            .finish()
    }
}

/// The configuration that a type's name stands for; `None` outside the family.
fn config(hash_type: HashType) -> Option<HasherConfig<[u8; 8]>> {
    let (algorithm, dct) = match hash_type {
        HashType::MeanIh3 => (HashAlg::Mean, false),
        HashType::MeanDctIh3 => (HashAlg::Mean, true),
        HashType::GradientIh3 => (HashAlg::Gradient, false),
        HashType::GradientDctIh3 => (HashAlg::Gradient, true),
        HashType::VertGradientIh3 => (HashAlg::VertGradient, false),
        HashType::VertGradientDctIh3 => (HashAlg::VertGradient, true),
        HashType::DoubleGradientIh3 => (HashAlg::DoubleGradient, false),
        HashType::DoubleGradientDctIh3 => (HashAlg::DoubleGradient, true),
        HashType::BlockhashIh3 => (HashAlg::Blockhash, false),
        HashType::Pdq | HashType::Md5 | HashType::Sha1 | HashType::Sha256 => return None,
    };
    let config = HasherConfig::with_bytes_type().hash_alg(algorithm);
    Some(if dct { config.preproc_dct() } else { config })
}

fn limit(what: Limit, found: u64, limit: u64) -> Result<()> {
    if found > limit {
        return Err(Error::OverLimit { what, found, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops::FilterType;
    use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};

    fn waves() -> Picture {
        let level = |x: u32, y: u32, n: u32| ((x * x / n + y * (y + x) / 90) % 256) as u8;
        let image = RgbImage::from_fn(203, 151, |x, y| Rgb([50, 70, 90].map(|n| level(x, y, n))));
        Picture::new(image.into()).unwrap()
    }

    fn all() -> Family {
        Family::new(HashType::ALL)
    }

    #[test]
    fn nine_types_of_64_bits_come_in_their_order() {
        let types: Vec<HashType> = all()
            .hash(&waves())
            .unwrap()
            .iter()
            .map(Hash::hash_type)
            .collect();
        let expected = HashType::ALL
            .into_iter()
            .filter(|t| t.is_perceptual() && *t != HashType::Pdq);
        assert!(types.iter().copied().eq(expected));
        assert_eq!(types.len(), 9);
        let reversed = Family::new(types.iter().rev().chain(&types).copied());
        assert_eq!(
            reversed.hash(&waves()).unwrap(),
            all().hash(&waves()).unwrap()
        );
    }

    #[test]
    fn each_hash_is_that_of_the_crate_alone() {
        let waves = waves();
        for (width, height) in [
            (203, 151),
            (1, 1),
            (8, 8),
            (9, 8),
            (7, 300),
            (640, 16),
            (700, 901),
        ] {
            let whole = waves.as_image().unwrap();
            let picture = whole.resize_exact(width, height, FilterType::Nearest);
            let picture = Picture::new(picture).unwrap();
            for hash in all().hash(&picture).unwrap() {
                let alone = config(hash.hash_type()).unwrap().to_hasher();
                let alone = alone.hash_image(picture.as_image().unwrap());
                assert_eq!(
                    alone.as_bytes(),
                    hash.as_bytes(),
                    "{hash:?} {width}x{height}"
                );
            }
        }
    }

    /// A change here means that listed hashes no longer match: it needs new names for the types. A new `image` can cause such a
    /// change as well.
    #[test]
    fn hashes_stay_those_of_image_hasher_3_1() {
        let found: Vec<String> = all()
            .hash(&waves())
            .unwrap()
            .iter()
            .map(|h| format!("{h:?}"))
            .collect();
        assert_eq!(
            found,
            [
                "mean64-ih3-lsb:d85848acb657fbed",
                "mean-dct64-ih3-lsb:2180388ee0158000",
                "gradient64-ih3-lsb:4f4f2fb7d35bacb6",
                "gradient-dct64-ih3-lsb:f640caad86cf4aae",
                "vert-gradient64-ih3-lsb:7f3f9f6738ce314c",
                "vert-gradient-dct64-ih3-lsb:9422d6a9556d5508",
                "double-gradient64-ih3-lsb:bb457ac392000000",
                "double-gradient-dct64-ih3-lsb:fe7f6a66a2000000",
                "blockhash64-ih3-lsb:b8d848eca6374b29",
            ]
        );
    }

    #[test]
    fn double_gradients_fill_40_bits() {
        let types = [HashType::DoubleGradientIh3, HashType::DoubleGradientDctIh3];
        for hash in Family::new(types).hash(&waves()).unwrap() {
            assert_eq!(hash.as_bytes()[5..], [0; 3]);
            assert_ne!(hash.as_bytes()[..5], [0; 5]);
        }
    }

    #[test]
    fn blockhash_ignores_the_cosine_transform() {
        let plain = config(HashType::BlockhashIh3).unwrap();
        let with_dct = config(HashType::BlockhashIh3).unwrap().preproc_dct();
        let hash = |config: HasherConfig<[u8; 8]>| {
            config.to_hasher().hash_image(waves().as_image().unwrap())
        };
        assert_eq!(hash(plain), hash(with_dct));
    }

    #[test]
    fn a_picture_of_one_pixel_has_hashes() {
        let dot = Picture::new(GrayImage::from_pixel(1, 1, Luma([9])).into()).unwrap();
        assert_eq!(all().hash(&dot).unwrap().len(), 9);
    }

    #[test]
    fn a_side_beyond_the_limit_is_an_error() {
        let long = DynamicImage::new_luma8(Family::SIDE_MAX + 1, 1);
        let error = all().hash(&Picture::new(long).unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "16777217 pixels a side are over the limit of 16777216"
        );
    }

    #[test]
    fn one_family_serves_many_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&all());
    }
}
