//! What stands in a picture at the place of a listed one: its hash and those of its tiles.

use super::axis::Axis;
use super::grid::Lines;
use super::luma::Levels;
use super::plane::Plane;
use super::{DOCUMENT_SHARE, fullest_share};
use crate::hash::{Details, Pdq, Placement, Region, Turn};

/// The side of the square to which the place is sampled.
const SIDE: usize = 160;

/// Into how many parts a document is divided, across and down, and the side of each in samples.
const GRID: [usize; 2] = [3, 5];
const PART_SIDE: usize = 64;
const _: () = assert!(GRID[0] * GRID[1] == Details::GRID);

/// Over which share of a side what lies beyond the picture fades to the mean, as for views.
const FADE: f64 = 0.1;

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) hash: Pdq,
    pub(crate) quality: u8,
    /// The tiles that are rich enough in detail to be trusted.
    pub(crate) tiles: [Option<Pdq>; Details::TILES],
    pub(crate) region: Region,
    pub(crate) is_document: bool,
}

/// A tile, and the bits in which a near one is likely to differ.
pub(super) type Tile = (Pdq, Pdq);

impl Look {
    /// What stands at a place of these levels. `None` where that has no size, or is far away.
    pub(super) fn at(levels: &Levels, placement: &Placement) -> Option<Look> {
        let region = placement.region([levels.width as f64, levels.height as f64]);
        let square = square(levels, placement)?;
        let (hash, _, quality) = hashed(&square, [0, 0], SIDE);
        let tiles = tiles_of(&square).map(|tile| Some(tile?.0));
        let part = levels.rectangle(&region);
        Some(Look {
            hash,
            quality,
            tiles,
            region,
            is_document: part.area() > 0 && fullest_share(levels, &part) >= DOCUMENT_SHARE,
        })
    }
}

/// The tiles at a place of these levels, those that can be trusted.
pub(super) fn tiles(levels: &Levels, placement: &Placement) -> [Option<Tile>; Details::TILES] {
    square(levels, placement).map_or([None; Details::TILES], |square| tiles_of(&square))
}

fn tiles_of(square: &Plane) -> [Option<Tile>; Details::TILES] {
    Details::TILE_PLACES.map(|[top, left]| {
        let corner = [top, left].map(|quarters| usize::from(quarters) * SIDE / 4);
        let (hash, doubts, quality) = hashed(square, corner, SIDE / 2);
        (quality >= Pdq::QUALITY).then_some((hash, doubts))
    })
}

/// The hash of a square part of a square, its doubts, and its quality.
fn hashed(square: &Plane, [top, left]: [usize; 2], side: usize) -> (Pdq, Pdq, u8) {
    let part = super::plane::Rectangle {
        top,
        bottom: top + side,
        left,
        right: left + side,
    };
    let axis = Axis::new(0.0..side as f64, 0..side);
    let lines = Lines::columns(square.part(&part), &axis);
    let quality = lines.quality(&axis);
    let (hash, doubts) = lines.frequencies(&axis).hash_and_doubts(Turn::Original);
    (hash, doubts, quality)
}

/// The hashes of the parts of a document at a place, those that can be trusted. `None` where no document is.
pub(super) fn grid(levels: &Levels, placement: &Placement) -> Option<Vec<Option<Pdq>>> {
    let region = placement.region([levels.width as f64, levels.height as f64]);
    let part = levels.rectangle(&region);
    if part.area() == 0 || fullest_share(levels, &part) < DOCUMENT_SHARE {
        return None;
    }
    let [columns, rows] = GRID;
    let page = page(levels, placement, GRID.map(|parts| parts * PART_SIDE))?;
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| [row, column]));
    let hashes = places.map(|place| {
        let (hash, _, quality) = hashed(&page, place.map(|part| part * PART_SIDE), PART_SIDE);
        (quality >= Pdq::QUALITY).then_some(hash)
    });
    Some(hashes.collect())
}

/// The place as a square with its mean taken off.
fn square(levels: &Levels, placement: &Placement) -> Option<Plane> {
    page(levels, placement, [SIDE; 2])
}

/// The place as a plane of this size with its mean taken off.
fn page(levels: &Levels, placement: &Placement, size: [usize; 2]) -> Option<Plane> {
    let sides = [levels.width as f64, levels.height as f64];
    let scaled = |way: [f64; 2]| [way[0] * sides[0], way[1] * sides[1]];
    let (from, across, down) = (
        scaled(placement.from),
        scaled(placement.across),
        scaled(placement.down),
    );
    let length = |[x, y]: [f64; 2]| x.hypot(y);
    // By how many samples of the levels those of the plane are apart, at most.
    let apart = (length(across) / size[0] as f64).max(length(down) / size[1] as f64);
    let longest = length(across).max(length(down));
    let is_sound = [from, across, down]
        .iter()
        .flatten()
        .all(|place| place.is_finite());
    let area = (across[0] * down[1] - across[1] * down[0]).abs();
    if !is_sound || longest > 16.0 * sides[0].max(sides[1]) || area < 64.0 {
        return None;
    }
    // Where samples are far apart, the plane is smaller first, so that nothing is passed over.
    let mut plane = levels.part(&levels.whole());
    let mut scale = 1.0;
    while apart * scale > 1.5 && plane.width.min(plane.height) >= 16 {
        let halved = plane.whole().halved();
        scale *= 0.5;
        plane = halved;
    }
    let step = |way: f64, count: usize| way * scale / count as f64;
    let steps = [
        step(across[0], size[0]),
        step(down[0], size[1]),
        step(across[1], size[0]),
        step(down[1], size[1]),
    ];
    let from = from.map(|place| place * scale);
    let extent = [sides[0] * scale, sides[1] * scale];
    Some(
        plane
            .centred()
            .faded(size, from, steps, extent.map(|side| side * FADE)),
    )
}

impl Plane {
    /// Samples at places that are steps apart. A sample of this plane has its middle at one half; beyond its sides the nearest
    /// one counts. The steps are those of x and then of y for each column and each row.
    pub(super) fn sampled(&self, size: [usize; 2], from: [f64; 2], steps: [f64; 4]) -> Plane {
        self.faded(size, from, steps, [f64::INFINITY; 2])
    }

    /// The same, where what lies beyond the sides fades to 0 over such lengths.
    fn faded(
        &self,
        [width, height]: [usize; 2],
        from: [f64; 2],
        [across_x, down_x, across_y, down_y]: [f64; 4],
        fades: [f64; 2],
    ) -> Plane {
        let (last_x, last_y) = (self.width as f64 - 1.0, self.height as f64 - 1.0);
        let mut samples = Vec::with_capacity(width * height);
        for row in 0..height {
            let v = row as f64 + 0.5;
            for column in 0..width {
                let u = column as f64 + 0.5;
                let x = from[0] + u * across_x + v * down_x - 0.5;
                let y = from[1] + u * across_y + v * down_y - 0.5;
                let (inner_x, inner_y) = (x.clamp(0.0, last_x), y.clamp(0.0, last_y));
                let (left, top) = (inner_x as usize, inner_y as usize);
                let (right, bottom) = (
                    (left + 1).min(self.width - 1),
                    (top + 1).min(self.height - 1),
                );
                let (part_x, part_y) = (
                    (inner_x - left as f64) as f32,
                    (inner_y - top as f64) as f32,
                );
                let at = |x: usize, y: usize| self.samples[y * self.width + x];
                let upper = at(left, top) + (at(right, top) - at(left, top)) * part_x;
                let lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * part_x;
                let mut sample = upper + (lower - upper) * part_y;
                // Half a sample beyond the middle of the last one is still the plane.
                let beyond = |place: f64, inner: f64| ((place - inner).abs() - 0.5).max(0.0);
                let outside = beyond(x, inner_x) / fades[0] + beyond(y, inner_y) / fades[1];
                if outside > 0.0 {
                    sample *= (-outside).exp() as f32;
                }
                samples.push(sample);
            }
        }
        Plane {
            width,
            height,
            samples,
        }
    }
}
