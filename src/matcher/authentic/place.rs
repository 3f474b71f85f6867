//! Where a notice stands in a picture, and whether a match stands there too.

use crate::hash::{AreaKind, Region, View};

/// Two views show one place where each covers so much of the other, in percent.
const SHARED_PERCENT: i64 = 80;

/// Whether the view shows all of the picture that is listed. A part of a notice says nothing of the rest.
pub(super) fn shows_all(view: View) -> bool {
    matches!(
        view.area.kind,
        AreaKind::Whole
            | AreaKind::Turned
            | AreaKind::Resampled
            | AreaKind::Rotated
            | AreaKind::Trimmed
            | AreaKind::Inset
            | AreaKind::Framed
            | AreaKind::Screen
    )
}

/// Whether two views show the same place of one picture. What is around a trimmed picture is flat, and shows nothing. Views
/// without what stands at the sides are of the whole picture, too.
pub(super) fn is_one_place(one: View, other: View) -> bool {
    let widened = |view: View| match view.area.kind {
        AreaKind::Trimmed
        | AreaKind::Rotated
        | AreaKind::Cut
        | AreaKind::Erased
        | AreaKind::Extended => Region::WHOLE,
        _ => view.area.region,
    };
    one.rendering == other.rendering
        && (are_one(one.area.region, other.area.region) || are_one(widened(one), widened(other)))
}

/// Whether each of two regions covers most of the other, within the picture.
fn are_one(one: Region, other: Region) -> bool {
    let within = |side: i16| i64::from(side.clamp(0, 1000));
    let sides = |region: Region| [region.left, region.right, region.top, region.bottom].map(within);
    let area = |[left, right, top, bottom]: [i64; 4]| (right - left).max(0) * (bottom - top).max(0);
    let (one, other) = (sides(one), sides(other));
    let shared = area([
        one[0].max(other[0]),
        one[1].min(other[1]),
        one[2].max(other[2]),
        one[3].min(other[3]),
    ]);
    let covers = |of: i64| shared * 100 >= of * SHARED_PERCENT;
    shared > 0 && covers(area(one)) && covers(area(other))
}
