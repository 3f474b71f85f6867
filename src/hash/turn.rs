//! The eight ways to turn and mirror a rectangle.

/// One of the eight ways to turn and mirror a picture: by quarters, in a mirror, or both.
///
/// Turns are clockwise, names are those of `jpegtran` and EXIF tools. Meta's PDQ code names the mirrorings by their
/// axis and turns the other way round. Its `flipx` is `FlipVertical`, its `flipy` `FlipHorizontal`, its `rotate90`
/// `Rotate270`, and its `flipplus1` `Transpose`. Its `flipminus1` is `Transverse`.
///
/// ```
/// use basma::hash::Turn;
/// // A camera held upright stores the picture lying and asks for a quarter turn.
/// let turn = Turn::from_exif(6).unwrap();
/// assert_eq!(turn, Turn::Rotate90);
/// assert_eq!(turn.inverse().name(), "rotate270");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub enum Turn {
    /// As it is.
    #[default]
    Original,
    /// A quarter turn clockwise.
    Rotate90,
    /// Half a turn.
    Rotate180,
    /// A quarter turn counter-clockwise.
    Rotate270,
    /// Left and right exchanged, as in a mirror.
    FlipHorizontal,
    /// Top and bottom exchanged.
    FlipVertical,
    /// Mirrored at the diagonal from the top left corner: rows become columns.
    Transpose,
    /// Mirrored at the diagonal from the top right corner.
    Transverse,
}

use Turn::*;

impl Turn {
    /// The turn that undoes this one.
    pub const fn inverse(self) -> Turn {
        match self {
            Rotate90 => Rotate270,
            Rotate270 => Rotate90,
            own_inverse => own_inverse,
        }
    }

    /// The turn that shows stored pixels upright, from the EXIF tag `Orientation` (0x0112), 1 to 8. `None` for a value
    /// that EXIF 2.32 does not define.
    pub const fn from_exif(orientation: u16) -> Option<Turn> {
        Some(match orientation {
            1 => Original,
            2 => FlipHorizontal,
            3 => Rotate180,
            4 => FlipVertical,
            5 => Transpose,
            6 => Rotate90,
            7 => Transverse,
            8 => Rotate270,
            _ => return None,
        })
    }

    /// This turn and then another, as one turn.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) fn then(self, next: Turn) -> Turn {
        let (columns, rows) = (self.flips_columns(), self.flips_rows());
        // A flip of what was transposed is the other flip before that.
        let (next_columns, next_rows) = if self.swaps_sides() {
            (next.flips_rows(), next.flips_columns())
        } else {
            (next.flips_columns(), next.flips_rows())
        };
        let both = |turn: &Turn| {
            turn.flips_columns() == (columns != next_columns)
                && turn.flips_rows() == (rows != next_rows)
                && turn.swaps_sides() == (self.swaps_sides() != next.swaps_sides())
        };
        let turn = Turn::ALL.into_iter().find(both);
        turn.expect("two flips and a transposition are a turn")
    }

    /// Whether rows become columns, so that width and height change places.
    pub const fn swaps_sides(self) -> bool {
        matches!(self, Rotate90 | Rotate270 | Transpose | Transverse)
    }

    /// Whether left and right are exchanged, before sides are swapped.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) const fn flips_columns(self) -> bool {
        matches!(self, Rotate180 | Rotate270 | FlipHorizontal | Transverse)
    }

    /// Whether top and bottom are exchanged, before sides are swapped.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) const fn flips_rows(self) -> bool {
        matches!(self, Rotate90 | Rotate180 | FlipVertical | Transverse)
    }
}

named!(Turn {
    Original = "original",
    Rotate90 = "rotate90",
    Rotate180 = "rotate180",
    Rotate270 = "rotate270",
    FlipHorizontal = "flip-horizontal",
    FlipVertical = "flip-vertical",
    Transpose = "transpose",
    Transverse = "transverse",
});

#[cfg(test)]
mod tests {
    use super::*;
    use image::metadata::Orientation;
    use image::{DynamicImage, GrayImage};

    fn turned(image: &DynamicImage, turn: Turn) -> DynamicImage {
        match turn {
            Original => image.clone(),
            Rotate90 => image.rotate90(),
            Rotate180 => image.rotate180(),
            Rotate270 => image.rotate270(),
            FlipHorizontal => image.fliph(),
            FlipVertical => image.flipv(),
            Transpose => image.rotate90().fliph(),
            Transverse => image.rotate270().fliph(),
        }
    }

    fn three_by_two() -> DynamicImage {
        GrayImage::from_raw(3, 2, (0..6).collect()).unwrap().into()
    }

    #[test]
    fn a_turn_and_its_inverse_cancel() {
        for (i, turn) in Turn::ALL.into_iter().enumerate() {
            assert_eq!(turn as usize, i);
            let there = turned(&three_by_two(), turn);
            assert_eq!(there.width() == 2, turn.swaps_sides());
            assert_eq!(turned(&there, turn.inverse()), three_by_two());
        }
    }

    #[test]
    fn two_turns_in_a_row_are_one() {
        for first in Turn::ALL {
            for next in Turn::ALL {
                let steps = turned(&turned(&three_by_two(), first), next);
                assert_eq!(
                    turned(&three_by_two(), first.then(next)),
                    steps,
                    "{first} {next}"
                );
            }
        }
    }

    #[test]
    fn exif_orientations_mean_what_the_image_crate_makes_of_them() {
        for exif in 1..=8u8 {
            let mut upright = three_by_two();
            upright.apply_orientation(Orientation::from_exif(exif).unwrap());
            let turn = Turn::from_exif(exif.into()).unwrap();
            assert_eq!(turned(&three_by_two(), turn), upright, "{exif}");
        }
        assert_eq!(Turn::from_exif(0), None);
        assert_eq!(Turn::from_exif(9), None);
    }

    #[test]
    fn every_turn_is_flips_and_then_a_transposition() {
        for turn in Turn::ALL {
            let mut steps = three_by_two();
            if turn.flips_columns() {
                steps = steps.fliph();
            }
            if turn.flips_rows() {
                steps = steps.flipv();
            }
            if turn.swaps_sides() {
                steps = turned(&steps, Transpose);
            }
            assert_eq!(steps, turned(&three_by_two(), turn), "{turn}");
        }
    }
}
