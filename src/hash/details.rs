//! The details of a picture that a list can hold beside its PDQ hash: hashes of tiles, and local features.
//!
//! PDQ sees a picture as a whole, so a large caption or crop hides it. Tiles are parts at fixed places with a PDQ hash each.
//! A local feature is a corner with a binary descriptor of 256 bits. Both are found where the rest of the picture changed.

use serde::{Deserialize, Serialize};

use super::{Pdq, decode_hex, write_hex};

/// One corner of a picture: where it is, and what surrounds it.
///
/// ```
/// use basma::hash::LocalFeature;
/// let feature = LocalFeature::new([128, 64], [0; 32]);
/// assert_eq!((feature.x, feature.y), (128, 64));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct LocalFeature {
    /// From the left side, in 256ths of the width.
    pub x: u8,
    /// From the top, in 256ths of the height.
    pub y: u8,
    /// The size in the high three bits, as a power of 1.25. The direction in the low five, as 32nds of a circle.
    pub pose: u8,
    /// Which of 256 pairs of samples around it fall from the first to the second.
    pub descriptor: [u8; 32],
}

/// The size that marks a tile among features.
const TILE: u8 = 7 << 5;

impl LocalFeature {
    /// The number of bytes that stand for one.
    pub(crate) const BYTES: usize = 35;

    /// The number of sizes.
    #[cfg(feature = "media")]
    pub(crate) const SIZES: usize = 7;

    /// How many bits of a descriptor can choose where it is searched for.
    pub(crate) const DOUBTS: usize = 24;

    /// Those bits, the first first. Bit 0 is the highest of the first byte. Of 35,000 features of 390 photographs each of them
    /// halves those that agree in the ones before as evenly as any other bit does. So few features agree in all.
    pub(crate) const KEY: [u8; LocalFeature::DOUBTS] = [
        248, 44, 175, 154, 172, 17, 80, 121, 130, 37, 67, 6, 98, 59, 70, 116, 255, 213, 56, 23,
        102, 190, 110, 228,
    ];

    /// A feature at a place, of the smallest size.
    pub fn new([x, y]: [u8; 2], descriptor: [u8; 32]) -> LocalFeature {
        LocalFeature {
            x,
            y,
            pose: 0,
            descriptor,
        }
    }

    /// The tile of this number as a feature, so that both are searched for together.
    pub(crate) fn of_tile(number: usize, hash: Pdq) -> LocalFeature {
        LocalFeature {
            x: number as u8,
            y: 0,
            pose: TILE,
            descriptor: hash.0,
        }
    }

    /// The number of the tile that it stands for, if it does.
    pub(crate) fn tile(&self) -> Option<usize> {
        let number = usize::from(self.x);
        let is_tile = self.pose & TILE == TILE;
        (is_tile && number < Details::TILES + Details::GRID).then_some(number)
    }

    pub(crate) fn bytes(&self) -> [u8; LocalFeature::BYTES] {
        let mut bytes = [0; LocalFeature::BYTES];
        bytes[..3].copy_from_slice(&[self.x, self.y, self.pose]);
        bytes[3..].copy_from_slice(&self.descriptor);
        bytes
    }

    pub(crate) fn from_bytes([x, y, pose, descriptor @ ..]: [u8; LocalFeature::BYTES]) -> Self {
        LocalFeature {
            x,
            y,
            pose,
            descriptor,
        }
    }
}

/// What a list can hold of a picture beside its PDQ hash.
///
/// As JSON it is an object: `width` and `height`, `tiles` as five PDQ hashes or nulls, `features` as hexadecimal digits. A
/// document has `grid` too, 15 PDQ hashes or nulls.
///
/// ```
/// use basma::hash::{Details, LocalFeature, Pdq};
/// let mut details = Details::new(416, 312);
/// details.tiles[4] = Some(Pdq([0xf0; 32]));
/// details.features.push(LocalFeature::new([128, 64], [7; 32]));
/// let text = serde_json::to_string(&details)?;
/// assert_eq!(serde_json::from_str::<Details>(&text)?, details);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Text", try_from = "Text")]
#[non_exhaustive]
pub struct Details {
    /// How wide the picture was when its features were found, in samples.
    pub width: u16,
    /// How high it was.
    pub height: u16,
    /// PDQ of the top left, top right, bottom left and bottom right quarter, and of the middle. A tile that is too flat has
    /// none.
    pub tiles: [Option<Pdq>; Details::TILES],
    /// Of a document PDQ of three by five parts, row by row, which tell documents of one template apart. Of anything else
    /// there are none.
    pub grid: Vec<Option<Pdq>>,
    /// The features, at most [`Details::FEATURES_MAX`].
    pub features: Vec<LocalFeature>,
}

impl Details {
    /// The number of tiles.
    pub const TILES: usize = 5;

    /// The number of parts of a document.
    pub const GRID: usize = 15;

    /// The most features of a picture.
    pub const FEATURES_MAX: usize = 128;

    /// Where tiles lie, in quarters of the sides: top, left. Each is half as wide and high as the picture.
    #[cfg(feature = "media")]
    pub(crate) const TILE_PLACES: [[u8; 2]; Details::TILES] =
        [[0, 0], [0, 2], [2, 0], [2, 2], [1, 1]];

    /// Details of a picture of this size, so far none.
    pub fn new(width: u16, height: u16) -> Details {
        Details {
            width,
            height,
            tiles: [None; Details::TILES],
            grid: Vec::new(),
            features: Vec::new(),
        }
    }

    /// Whether nothing in them can be found.
    pub fn is_empty(&self) -> bool {
        let mut parts = self.tiles.iter().chain(&self.grid);
        self.features.is_empty() && parts.all(Option::is_none)
    }

    /// Tiles and features, the tiles first.
    pub(crate) fn all(&self) -> impl Iterator<Item = LocalFeature> + '_ {
        let tiles = self.tiles.iter().chain(&self.grid).enumerate();
        let tiles = tiles.filter_map(|(place, tile)| Some(LocalFeature::of_tile(place, (*tile)?)));
        tiles.chain(self.features.iter().copied())
    }

    /// From tiles and features in any order.
    pub(crate) fn of(
        [width, height]: [u16; 2],
        all: impl IntoIterator<Item = LocalFeature>,
    ) -> Details {
        let mut details = Details::new(width, height);
        for feature in all {
            match feature.tile() {
                Some(place) if place < Details::TILES => {
                    details.tiles[place] = Some(Pdq(feature.descriptor));
                }
                Some(place) => {
                    details.grid.resize(Details::GRID, None);
                    details.grid[place - Details::TILES] = Some(Pdq(feature.descriptor));
                }
                None => details.features.push(feature),
            }
        }
        details
    }
}

/// Details as text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    width: u16,
    height: u16,
    tiles: [Option<String>; Details::TILES],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grid: Option<[Option<String>; Details::GRID]>,
    features: String,
}

impl From<Details> for Text {
    fn from(details: Details) -> Text {
        let bytes = details.features.iter().flat_map(LocalFeature::bytes);
        let bytes: Vec<u8> = bytes.collect();
        Text {
            width: details.width,
            height: details.height,
            tiles: details.tiles.map(|tile| Some(tile?.to_string())),
            grid: details
                .grid
                .try_into()
                .ok()
                .map(|grid: [Option<Pdq>; Details::GRID]| grid.map(|part| Some(part?.to_string()))),
            features: Hex(&bytes).to_string(),
        }
    }
}

impl TryFrom<Text> for Details {
    type Error = String;

    fn try_from(text: Text) -> Result<Details, String> {
        if text.width == 0 || text.height == 0 {
            return Err("details have a width and a height of 1 or more".to_owned());
        }
        let mut details = Details::new(text.width, text.height);
        let hash = |hex: &Option<String>| {
            let hash = hex.as_deref().map(str::parse::<Pdq>).transpose();
            hash.map_err(|error| format!("details with a tile that is no PDQ hash: {error}"))
        };
        for (tile, hex) in details.tiles.iter_mut().zip(&text.tiles) {
            *tile = hash(hex)?;
        }
        for hex in text.grid.iter().flatten() {
            details.grid.push(hash(hex)?);
        }
        // What says nothing is not kept.
        if details.grid.iter().all(Option::is_none) {
            details.grid.clear();
        }
        let digits = 2 * LocalFeature::BYTES;
        let count = text.features.len() / digits;
        if !text.features.len().is_multiple_of(digits) || count > Details::FEATURES_MAX {
            let most = Details::FEATURES_MAX;
            return Err(format!(
                "features are {digits} hexadecimal digits each, of at most {most}; got {} digits",
                text.features.len()
            ));
        }
        let mut bytes = vec![0; count * LocalFeature::BYTES];
        decode_hex(&text.features, &mut bytes)
            .map_err(|_| "features are written as hexadecimal digits".to_owned())?;
        let (all, _) = bytes.as_chunks::<{ LocalFeature::BYTES }>();
        for bytes in all {
            let feature = LocalFeature::from_bytes(*bytes);
            if feature.pose & TILE == TILE {
                return Err("a feature with the size 7, which is kept for tiles".to_owned());
            }
            details.features.push(feature);
        }
        Ok(details)
    }
}

struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_hex(self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_feature_takes_less_than_forty_bytes() {
        assert_eq!(
            LocalFeature::new([1, 2], [3; 32]).bytes().len(),
            LocalFeature::BYTES
        );
        // With its place in the order of search, and its share of the bucket starts.
        assert!(LocalFeature::BYTES as f64 + 4.0 + 0.5 <= 40.0);
    }

    #[test]
    fn wrong_details_are_refused() {
        let good = serde_json::to_value(Details::new(9, 9)).unwrap();
        assert!(serde_json::from_value::<Details>(good.clone()).is_ok());
        let pdq = "f0".repeat(32);
        let many = "00".repeat(LocalFeature::BYTES * (Details::FEATURES_MAX + 1));
        for (key, value) in [
            ("width", serde_json::json!(0)),
            ("height", serde_json::json!(70_000)),
            ("tiles", serde_json::json!([pdq, pdq])),
            ("tiles", serde_json::json!([null, null, null, null, "f0"])),
            ("features", serde_json::json!("00")),
            (
                "features",
                serde_json::json!("zz".repeat(LocalFeature::BYTES)),
            ),
            (
                "features",
                serde_json::json!("ff".repeat(LocalFeature::BYTES)),
            ),
            ("features", serde_json::json!(many)),
            ("more", serde_json::json!(1)),
        ] {
            let mut wrong = good.clone();
            wrong[key] = value;
            assert!(serde_json::from_value::<Details>(wrong).is_err(), "{key}");
        }
    }

    proptest! {
        #[test]
        fn details_read_back_the_same(
            sides: [u16; 2],
            tiles: [Option<[u8; 32]>; 5],
            grid: Option<[Option<[u8; 32]>; 15]>,
            features in prop::collection::vec(any::<([u8; 3], [u8; 32])>(), 0..9),
        ) {
            let mut details = Details::new(sides[0].max(1), sides[1].max(1));
            details.tiles = tiles.map(|tile| tile.map(Pdq));
            let grid = grid.filter(|grid| grid.iter().any(Option::is_some));
            details.grid = grid.iter().flatten().map(|part| part.map(Pdq)).collect();
            details.features = features
                .into_iter()
                .map(|([x, y, pose], descriptor)| LocalFeature { x, y, pose: pose % TILE, descriptor })
                .collect();
            let text = serde_json::to_string(&details).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Details>(&text).unwrap(), &details);
            let again = Details::of([details.width, details.height], details.all());
            prop_assert_eq!(again, details);
        }
    }
}
