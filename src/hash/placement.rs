//! Where a listed picture lies in another picture: scaled, turned, mirrored, cut.

use super::{LocalFeature, Region};

/// An affine map. What lies at a share of a listed picture's sides lies at a share of another one's, and may lie beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placement {
    /// Where the top left corner lies: from the left and from the top.
    pub(crate) from: [f64; 2],
    /// The way from there to the top right corner.
    pub(crate) across: [f64; 2],
    /// The way from there to the bottom left corner.
    pub(crate) down: [f64; 2],
}

impl Placement {
    /// The whole picture as it is.
    pub(crate) const WHOLE: Placement = Placement {
        from: [0.0, 0.0],
        across: [1.0, 0.0],
        down: [0.0, 1.0],
    };

    /// A region that is not rotated.
    pub(crate) fn of(region: &Region) -> Placement {
        let share = |place: i16| f64::from(place) / 1000.0;
        let (left, top) = (share(region.left), share(region.top));
        Placement {
            from: [left, top],
            across: [share(region.right) - left, 0.0],
            down: [0.0, share(region.bottom) - top],
        }
    }

    /// The same with left and right exchanged.
    pub(crate) fn mirrored(self) -> Placement {
        Placement {
            from: self.at([1.0, 0.0]),
            across: self.across.map(|side| -side),
            down: self.down,
        }
    }

    /// Where a point lies.
    pub(crate) fn at(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|axis| self.from[axis] + u * self.across[axis] + v * self.down[axis])
    }

    /// Where this lies when the picture in which it lies is placed in a third.
    pub(crate) fn within(&self, outer: &Placement) -> Placement {
        let origin = outer.at([0.0, 0.0]);
        let way = |[u, v]: [f64; 2]| {
            let end = outer.at([u, v]);
            [end[0] - origin[0], end[1] - origin[1]]
        };
        Placement {
            from: outer.at(self.from),
            across: way(self.across),
            down: way(self.down),
        }
    }

    /// Whether left and right are exchanged.
    pub(crate) fn is_mirrored(&self) -> bool {
        self.across[0] * self.down[1] - self.across[1] * self.down[0] < 0.0
    }

    /// The rectangle about its middle, in a picture whose sides have this ratio, and how far that is rotated.
    pub(crate) fn region(&self, [width, height]: [f64; 2]) -> Region {
        let across = [self.across[0] * width, self.across[1] * height];
        let down = [self.down[0] * width, self.down[1] * height];
        let sign = if self.is_mirrored() { -1.0 } else { 1.0 };
        let angle = (sign * across[1]).atan2(sign * across[0]).to_degrees();
        let half = |way: [f64; 2], side: f64| way[0].hypot(way[1]) / side / 2.0;
        let (half_width, half_height) = (half(across, width), half(down, height));
        let [x, y] = self.at([0.5, 0.5]);
        // A float that is out of range becomes the nearest whole number.
        let permille = |share: f64| (share * 1000.0).round() as i16;
        Region {
            left: permille(x - half_width),
            right: permille(x + half_width),
            top: permille(y - half_height),
            bottom: permille(y + half_height),
            rotation: (angle * 10.0).round() as i16,
        }
    }
}

/// A feature of a picture that is looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeenFeature {
    /// Where it is, in samples of the plane in which it was found.
    pub(crate) place: [f64; 2],
    pub(crate) feature: LocalFeature,
    /// The places of [`LocalFeature::KEY`], those whose bits are most likely to differ first.
    pub(crate) doubts: [u8; LocalFeature::DOUBTS],
}

/// The features of one part of a picture, as it is or mirrored.
#[derive(Clone, Debug)]
pub(crate) struct FeatureSet {
    /// Where the part lies in the picture.
    pub(crate) placement: Placement,
    /// The sides of the plane in which they were found.
    pub(crate) sides: [f64; 2],
    pub(crate) features: Vec<SeenFeature>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_placed_twice_lies_where_both_say() {
        let region = Region {
            left: 250,
            top: 500,
            right: 750,
            bottom: 1000,
            rotation: 0,
        };
        let inner = Placement::of(&region);
        assert_eq!(inner.at([0.5, 0.5]), [0.5, 0.75]);
        assert_eq!(inner.region([400.0, 300.0]), region);
        let both = inner.within(&inner);
        for point in [[0.0, 0.0], [1.0, 0.0], [0.3, 0.9]] {
            assert_eq!(both.at(point), inner.at(inner.at(point)));
        }
        let mirrored = inner.mirrored();
        assert!(mirrored.is_mirrored() && !inner.is_mirrored());
        assert_eq!(mirrored.at([0.0, 0.5]), inner.at([1.0, 0.5]));
        assert_eq!(mirrored.region([400.0, 300.0]), region);
    }

    #[test]
    fn a_quarter_turn_is_told_as_one() {
        // Turned clockwise, what was at the top is at the right.
        let turned = Placement {
            from: [1.0, 0.0],
            across: [0.0, 1.0],
            down: [-1.0, 0.0],
        };
        let region = turned.region([300.0, 300.0]);
        assert_eq!((region.rotation, region.left, region.right), (900, 0, 1000));
    }
}
