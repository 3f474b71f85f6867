//! Whether a profile shows another picture than the one that is stored.
//!
//! PDQ sees luma. So the luma of what is shown is compared with that of what is stored. That is done along ramps of
//! grey, red, green and blue, and over a cube of 5x5x5 colours. A profile is far from sRGB in one of four cases. First,
//! a level of a ramp is shown 16 levels (a sixteenth of the range) lighter or darker. Second, neighbours on a ramp are shown 6
//! levels farther apart than they are stored. So what is nearly flat gets detail. Third, a ramp falls by 4, so that light and
//! dark change places. Fourth, a colour of the cube moves by 16 levels and a quarter of its saturation. That is more than a
//! wide gamut moves that is cut at the edge of sRGB. Display P3 and Adobe RGB are near by this measure; gamma 1.8, linear
//! colours and ProPhoto RGB are far. A change of gamma to 1.6 alone costs a hash 14 bits.

use super::Conversion;

/// The most levels of luma by which a near profile changes a level of a ramp, or a grey.
const SHIFT: i32 = 16;
/// The most levels by which neighbours on a ramp may be shown farther apart than they are stored.
const STEP: i32 = 6;
/// The most levels by which a ramp may fall.
const FALL: i32 = 4;
/// The most levels by which an ordinary profile of inks changes the luma of their plain mixture.
const INK_SHIFT: i32 = 96;

/// Those of the conversions that show another picture, of equal ones the first.
pub(super) fn far(conversions: Vec<Conversion>) -> Vec<Conversion> {
    let mut far: Vec<Conversion> = Vec::new();
    for conversion in conversions {
        if is_far(&conversion) && !far.contains(&conversion) {
            far.push(conversion);
        }
    }
    far
}

fn is_far(conversion: &Conversion) -> bool {
    distance(conversion).is_far()
}

pub(super) fn distance(conversion: &Conversion) -> Distance {
    let mut distance = Distance::default();
    let mut shown = conversion.shown.as_chunks::<3>().0;
    for ramp in ramps(conversion.is_grey) {
        let (of_ramp, rest) = shown.split_at(ramp.len());
        distance.add(&ramp, of_ramp);
        shown = rest;
    }
    for (stored, shown) in cube(conversion.is_grey).iter().zip(shown) {
        let range = stored.iter().max().zip(stored.iter().min());
        let saturation = range.map_or(0, |(max, min)| i32::from(max - min));
        let shift = (luma(*shown) - luma(*stored)).abs();
        distance.excess = distance.excess.max(shift - saturation / 4);
    }
    distance
}

/// What becomes of the colours that a profile is tried on.
pub(super) fn shown(conversion: &Conversion) -> Option<Vec<u8>> {
    let mut colours = ramps(conversion.is_grey).concat();
    colours.extend(cube(conversion.is_grey));
    let stored: Vec<u8> = if conversion.is_grey {
        colours.iter().map(|colour| colour[0]).collect()
    } else {
        colours.as_flattened().to_vec()
    };
    let mut shown = vec![0; colours.len() * 3];
    conversion.executor.transform(&stored, &mut shown).ok()?;
    Some(shown)
}

/// Grey from black to white and, of colours, red, green and blue.
fn ramps(is_grey: bool) -> Vec<Vec<[u8; 3]>> {
    let ramp = |weights: [u8; 3]| (0..=255).map(|level| weights.map(|w| w * level)).collect();
    let ways: &[[u8; 3]] = &[[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]];
    let ways = if is_grey { &ways[..1] } else { ways };
    ways.iter().map(|&weights| ramp(weights)).collect()
}

/// Colours over the whole of the cube.
fn cube(is_grey: bool) -> Vec<[u8; 3]> {
    const LEVELS: [u8; 5] = [0, 64, 128, 192, 255];
    if is_grey {
        return Vec::new();
    }
    let of = |r| {
        LEVELS
            .into_iter()
            .flat_map(move |g| LEVELS.map(|b| [r, g, b]))
    };
    LEVELS.into_iter().flat_map(of).collect()
}

/// How far what is shown is from what is stored, in levels of luma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Distance {
    /// Along ramps.
    pub(super) shift: i32,
    pub(super) step: i32,
    pub(super) fall: i32,
    /// Over the cube, beyond what saturation excuses.
    pub(super) excess: i32,
}

impl Distance {
    /// Adds a ramp from dark to light.
    pub(super) fn add(&mut self, stored: &[[u8; 3]], shown: &[[u8; 3]]) {
        let stored: Vec<i32> = stored.iter().map(|colour| luma(*colour)).collect();
        let shown: Vec<i32> = shown.iter().map(|colour| luma(*colour)).collect();
        let mut lightest = i32::MIN;
        for (stored, shown) in stored.iter().zip(&shown) {
            self.shift = self.shift.max((shown - stored).abs());
            lightest = lightest.max(*shown);
            self.fall = self.fall.max(lightest - shown);
        }
        for (stored, shown) in stored.windows(2).zip(shown.windows(2)) {
            let step = (shown[1] - shown[0]).abs() - (stored[1] - stored[0]).abs();
            self.step = self.step.max(step);
        }
    }

    pub(super) fn is_far(self) -> bool {
        self.shift.max(self.excess) > SHIFT || self.step > STEP || self.fall > FALL
    }

    /// The same of inks, whose plain mixture is a rough likeness at best.
    pub(super) fn is_far_for_inks(self) -> bool {
        self.shift > INK_SHIFT || self.fall > 4 * FALL
    }
}

/// Cyan, magenta, yellow, black and all colours together, from full ink to paper.
pub(super) fn ink_ramps() -> Vec<Vec<[u8; 4]>> {
    let ramp = |inks: [u8; 4]| {
        (0..=255)
            .rev()
            .map(|level| inks.map(|w| w * level))
            .collect()
    };
    let ways = [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
        [1, 1, 1, 0],
    ];
    ways.map(ramp).to_vec()
}

/// What inks look like without a profile.
pub(super) fn mixture([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    let paper = |ink: u8| u16::from(255 - ink);
    [c, m, y].map(|ink| (paper(ink) * paper(k) / 255) as u8)
}

fn luma([r, g, b]: [u8; 3]) -> i32 {
    (i32::from(r) * 299 + i32::from(g) * 587 + i32::from(b) * 114 + 500) / 1000
}
