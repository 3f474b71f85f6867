//! What a hash was made of: the pixels as they are stored or shown, a part of them, and turned.

use std::fmt;

use crate::hash::{Area, AreaKind, Rendering, Turn};

/// What a hash of a picture was made of.
///
/// ```
/// use basma::hash::{Rendering, Turn, View};
/// let view = View::ORIGINAL.with_rendering(Rendering::OverWhite).with_turn(Turn::Rotate90);
/// assert_eq!(view.to_string(), "over-white+rotate90");
/// assert_eq!(View::ORIGINAL.to_string(), "original");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub struct View {
    /// The colours: those that are stored, or those that a viewer shows.
    pub rendering: Rendering,
    /// The part of the picture.
    pub area: Area,
    /// How the picture was turned.
    pub turn: Turn,
}

impl View {
    /// The stored colours, not turned.
    pub const ORIGINAL: View = View {
        rendering: Rendering::Stored,
        area: Area::WHOLE,
        turn: Turn::Original,
    };

    /// Whether it is of the whole picture in a position that the file asks for.
    pub fn is_upright(self) -> bool {
        self.area.kind == AreaKind::Whole
    }

    /// One byte for the rendering and the turn, as logs hold them.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) fn code(self) -> u8 {
        self.rendering as u8 * 8 + self.turn as u8
    }

    /// The view of a whole picture with this code.
    #[cfg_attr(
        not(feature = "media"),
        allow(dead_code, reason = "decoding and scanning need it")
    )]
    pub(crate) fn from_code(code: u8) -> Option<View> {
        Some(View {
            rendering: *Rendering::ALL.get(usize::from(code / 8))?,
            area: Area::WHOLE,
            turn: Turn::ALL[usize::from(code % 8)],
        })
    }
}

setters!(View {
    with_rendering rendering: Rendering;
    with_area area: Area;
    with_turn turn: Turn;
});

impl From<Turn> for View {
    /// The stored colours, turned.
    fn from(turn: Turn) -> View {
        View {
            turn,
            ..View::ORIGINAL
        }
    }
}

impl fmt::Display for View {
    /// The names of the rendering, the area and the turn, with `+` between them. Those of the original are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rendering = match self.rendering {
            Rendering::Stored => "",
            rendering => rendering.name(),
        };
        let turn = match self.turn {
            Turn::Original => "",
            turn => turn.name(),
        };
        let area = if self.area.kind.is_whole() {
            ""
        } else {
            self.area.kind.name()
        };
        let names = [rendering, area, turn];
        let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return f.pad(Turn::Original.name());
        }
        f.pad(&names.join("+"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_view_has_a_code_and_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        for rendering in Rendering::ALL {
            for turn in Turn::ALL {
                let view = View {
                    rendering,
                    turn,
                    ..View::ORIGINAL
                };
                assert_eq!(View::from_code(view.code()), Some(view));
                assert!(names.insert(view.to_string()), "{view}");
            }
        }
        assert_eq!(View::from_code(names.len() as u8), None);
    }
}
