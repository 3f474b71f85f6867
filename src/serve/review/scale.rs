//! A distance beside its radius, drawn.

use crate::cli::html::html;

/// The width of the drawing, in its own units.
const WIDTH: f64 = 320.0;

/// What stands at each side, so that a mark at an end is whole.
const SIDE: f64 = 10.0;

/// A bar from 0 to the radius with a mark at the distance. `text` says the same in words. None for hashes that are equal or
/// not.
pub(super) fn scale(text: &str, distance: u32, radius: u32) -> String {
    if radius == 0 {
        return String::new();
    }
    let last = f64::from(radius.max(distance));
    let place = |bits: u32| SIDE + (WIDTH - 2.0 * SIDE) * f64::from(bits) / last;
    let (mark, end) = (place(distance), place(radius));
    format!(
        "<svg class=\"scale\" viewBox=\"0 0 {WIDTH} 44\" role=\"img\" aria-label=\"{}\">\
         <rect class=\"track\" x=\"{SIDE}\" y=\"10\" width=\"{:.1}\" height=\"10\" rx=\"5\"/>\
         <rect class=\"matched\" x=\"{SIDE}\" y=\"10\" width=\"{:.1}\" height=\"10\" rx=\"5\"/>\
         <line class=\"radius\" x1=\"{end:.1}\" y1=\"4\" x2=\"{end:.1}\" y2=\"26\"/>\
         <circle class=\"matched\" cx=\"{mark:.1}\" cy=\"15\" r=\"7\"/>\
         <text x=\"{SIDE}\" y=\"40\">0</text>\
         <text x=\"{end:.1}\" y=\"40\" text-anchor=\"end\">{radius}</text></svg>\n",
        html(text),
        WIDTH - 2.0 * SIDE,
        mark - SIDE,
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_mark_stands_within_the_drawing(distance in 0_u32..=512, radius in 0_u32..=512) {
            let svg = scale("a<b", distance, radius);
            prop_assert_eq!(svg.is_empty(), radius == 0);
            if let Some((_, rest)) = svg.split_once("cx=\"") {
                let at: f64 = rest.split('"').next().unwrap().parse().unwrap();
                prop_assert!((SIDE - 0.1..=WIDTH - SIDE + 0.1).contains(&at), "{}", at);
                prop_assert!(svg.contains("a&lt;b"));
            }
        }
    }
}
