//! Which part of a picture was hashed, and how that part was found.

use std::fmt;

/// How the part of a picture that was hashed was chosen. Each kind undoes one way of changing a copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub enum AreaKind {
    /// The whole picture.
    #[default]
    Whole,
    /// The whole picture in a position that the file does not ask for.
    Turned,
    /// The whole picture, sampled without the half pixel by which the reference is shifted: for small copies.
    Resampled,
    /// The whole picture with dark and bright exchanged.
    Inverted,
    /// More than the picture, faded to its mean: for copies that were cropped.
    Extended,
    /// Less than the picture at one or more sides: for copies to which something was added.
    Cut,
    /// One half of the picture.
    Half,
    /// One quarter of the picture.
    Quarter,
    /// The picture without what is written at its top or bottom.
    Erased,
    /// The picture rotated by a few degrees.
    Rotated,
    /// The picture without its border.
    Trimmed,
    /// A part that stands on a flat ground, as in screenshots.
    Inset,
    /// A part between straight lines, as in posts and collages.
    Framed,
    /// A quadrilateral, as of a photographed screen.
    Screen,
    /// The place at which the details of a listed picture are found.
    Located,
    /// A part without what was put over it: stickers, captions, bars.
    Uncovered,
}

impl AreaKind {
    /// Whether it is half of the picture or a quarter of it.
    pub const fn is_half(self) -> bool {
        matches!(self, AreaKind::Half | AreaKind::Quarter)
    }

    /// Whether the frame of such an area is moved towards a listed hash that it is not far from. The whole picture is
    /// looked up as it is. Half of it has much in common with others. Of a quadrilateral no more is known than what is
    /// around it. What was uncovered was moved before.
    pub(crate) const fn can_align(self) -> bool {
        !matches!(
            self,
            AreaKind::Whole
                | AreaKind::Half
                | AreaKind::Quarter
                | AreaKind::Screen
                | AreaKind::Located
                | AreaKind::Uncovered
        )
    }

    /// Whether it is the whole picture, as it is stored or turned.
    pub const fn is_whole(self) -> bool {
        matches!(self, AreaKind::Whole | AreaKind::Turned)
    }
}

named!(AreaKind {
    Whole = "whole",
    Turned = "turned",
    Resampled = "resampled",
    Inverted = "inverted",
    Extended = "extended",
    Cut = "cut",
    Half = "half",
    Quarter = "quarter",
    Erased = "erased",
    Rotated = "rotated",
    Trimmed = "trimmed",
    Inset = "inset",
    Framed = "framed",
    Screen = "screen",
    Located = "located",
    Uncovered = "uncovered",
});

/// A rectangle of a picture, in thousandths of its sides. It may reach beyond the picture.
///
/// Of a quadrilateral it is the rectangle around it. A rotated one is rotated about its centre.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Region {
    /// From the left side of the picture.
    pub left: i16,
    /// From the top of the picture.
    pub top: i16,
    /// From the left side of the picture.
    pub right: i16,
    /// From the top of the picture.
    pub bottom: i16,
    /// By how many tenths of a degree it is rotated, clockwise.
    pub rotation: i16,
}

impl Region {
    /// All of a picture.
    pub const WHOLE: Region = Region {
        left: 0,
        top: 0,
        right: 1000,
        bottom: 1000,
        rotation: 0,
    };

    /// Whether it has sides, and lies within some pictures' lengths of the picture.
    #[cfg(all(feature = "media", target_os = "linux"))]
    pub(crate) fn is_near(self) -> bool {
        let places = [self.left, self.top, self.right, self.bottom, self.rotation];
        let is_near = places.iter().all(|place| place.unsigned_abs() <= 16_000);
        is_near && self.left < self.right && self.top < self.bottom
    }
}

impl Default for Region {
    fn default() -> Region {
        Region::WHOLE
    }
}

impl fmt::Display for Region {
    /// Left, top, right and bottom in percent, and the rotation in degrees where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |value: i16| f64::from(value) / 10.0;
        write!(
            f,
            "{:.1},{:.1},{:.1},{:.1}",
            percent(self.left),
            percent(self.top),
            percent(self.right),
            percent(self.bottom)
        )?;
        match self.rotation {
            0 => Ok(()),
            rotation => write!(f, ",{:.1}", percent(rotation)),
        }
    }
}

/// The part of a picture that was hashed.
///
/// ```
/// use basma::hash::{Area, AreaKind, Region};
/// let area = Area::new(AreaKind::Half, Region { bottom: 500, ..Region::WHOLE });
/// assert_eq!((area.kind.name(), area.region.to_string().as_str()), ("half", "0.0,0.0,100.0,50.0"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub struct Area {
    /// How it was chosen.
    pub kind: AreaKind,
    /// Where it is.
    pub region: Region,
    /// Whether it looks like a document: few grey levels fill most of it, so that different ones have like hashes.
    pub is_document: bool,
}

impl Area {
    /// The whole picture.
    pub const WHOLE: Area = Area {
        kind: AreaKind::Whole,
        region: Region::WHOLE,
        is_document: false,
    };

    /// A part that was chosen in this way, and does not look like a document.
    pub const fn new(kind: AreaKind, region: Region) -> Area {
        Area {
            kind,
            region,
            is_document: false,
        }
    }
}
