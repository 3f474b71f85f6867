//! Drawings of a page: SVG within the page, readable without colours and without a script.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use basma::report::Clip;

use super::evidence::Distances;
use crate::cli::html::html;
use crate::cli::prose::Prose;

/// The width of a drawing, in its own units.
const WIDTH: f64 = 640.0;

/// One bar of parts in proportion to their counts. Each part has a class, a name and a count.
pub(super) fn bar(title: &str, parts: &[(&str, String, u64)]) -> String {
    /// A single file among millions is seen too.
    const LEAST: f64 = 2.0;
    let parts: Vec<_> = parts.iter().filter(|part| part.2 > 0).collect();
    let total: f64 = parts.iter().map(|part| part.2 as f64).sum();
    let shared = WIDTH - LEAST * parts.len() as f64;
    // Read from the side where the language begins, as the table below it is.
    let mut svg = open(title, 28).replacen("<svg ", "<svg class=\"parts\" ", 1);
    let mut left = 0.0;
    for (class, name, count) in parts {
        let width = LEAST + shared * *count as f64 / total;
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"2\" width=\"{width:.1}\" height=\"24\"><title>{}: {count}</title></rect>",
            html(name)
        );
        left += width;
    }
    svg + "</svg>\n"
}

/// How many files are how near, with the radius marked.
pub(super) fn histogram(prose: &Prose, title: &str, distances: &Distances) -> String {
    const HEIGHT: f64 = 120.0;
    const BASE: f64 = 140.0;
    let keys = distances.matches.keys().chain(distances.leads.keys());
    let last = keys
        .copied()
        .max()
        .unwrap_or(0)
        .max(distances.radius)
        .max(8);
    let step = (WIDTH - 40.0) / f64::from(last + 2);
    let count = |counts: &BTreeMap<u32, u64>, at: u32| counts.get(&at).copied().unwrap_or(0);
    let both = (0..=last).map(|at| count(&distances.matches, at) + count(&distances.leads, at));
    let most = both.max().unwrap_or(0).max(1);
    let scale = |count: u64| HEIGHT * count as f64 / most as f64;
    let mut svg = open(title, 184);
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"30\" y1=\"{BASE}\" x2=\"{WIDTH}\" y2=\"{BASE}\"/><text x=\"24\" y=\"28\" text-anchor=\"end\">{most}</text>"
    );
    for at in 0..=last {
        let left = 32.0 + step * f64::from(at);
        let mut top = BASE;
        for (class, counts) in [("matched", &distances.matches), ("lead", &distances.leads)] {
            let count = count(counts, at);
            if count == 0 {
                continue;
            }
            let height = scale(count).max(1.5);
            top -= height;
            let width = (step - 1.0).max(1.0);
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{at}: {count}</title></rect>"
            );
        }
        let every = if last > 64 { 32 } else { 4 };
        if at % every == 0 {
            let middle = left + step / 2.0;
            let _ = write!(
                svg,
                "<text x=\"{middle:.1}\" y=\"156\" text-anchor=\"middle\">{at}</text>"
            );
        }
    }
    let mark = 32.0 + step * f64::from(distances.radius + 1);
    let radius = prose.say("page-radius-mark", [("radius", distances.radius.into())]);
    let (anchor, at) = if mark > WIDTH / 2.0 {
        ("end", mark - 4.0)
    } else {
        ("start", mark + 4.0)
    };
    let _ = write!(
        svg,
        "<line class=\"radius\" x1=\"{mark:.1}\" y1=\"6\" x2=\"{mark:.1}\" y2=\"{BASE}\"/><text x=\"{at:.1}\" y=\"14\" text-anchor=\"{anchor}\">{}</text>",
        html(&radius)
    );
    let bits = prose.word("page-axis-bits");
    let _ = write!(
        svg,
        "<text x=\"{WIDTH}\" y=\"180\" text-anchor=\"end\">{}</text>",
        html(&bits)
    );
    svg + "</svg>\n"
}

/// Two bars: the file above, the listed clip below, and between them what is the same in both.
pub(super) fn timeline(prose: &Prose, clip: &Clip, clip_ms: Option<u64>) -> String {
    let (here, there) = (prose.word("page-clip-file"), prose.word("page-clip-listed"));
    let ends = clip.segments.iter().map(|s| s.end_ms);
    let whole = clip_ms.unwrap_or(0).max(ends.max().unwrap_or(0)).max(1);
    let ends = clip.segments.iter().filter_map(|s| s.listed_end_ms);
    let listed = clip
        .listed_clip_ms
        .unwrap_or(0)
        .max(ends.max().unwrap_or(0));
    let at = |ms: u64, of: u64| (WIDTH - 2.0) * ms.min(of) as f64 / of as f64 + 1.0;
    let mut svg = open(&format!("{here}, {there}"), 110);
    let time = |ms| html(&prose.language().place(ms));
    let track = |svg: &mut String, top: u32, text: u32, name: &str, ms: u64| {
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{text}\">{}</text><text x=\"{WIDTH}\" y=\"{text}\" text-anchor=\"end\">{}</text><rect class=\"track\" x=\"1\" y=\"{top}\" width=\"{}\" height=\"14\"/>",
            html(name),
            time(ms),
            WIDTH - 2.0
        );
    };
    track(&mut svg, 20, 14, &here, whole);
    if listed > 0 {
        track(&mut svg, 72, 102, &there, listed);
    }
    for segment in &clip.segments {
        let (left, right) = (at(segment.start_ms, whole), at(segment.end_ms, whole));
        let right = right.max(left + 1.5);
        let width = right - left;
        let _ = write!(
            svg,
            "<rect class=\"matched\" x=\"{left:.1}\" y=\"20\" width=\"{width:.1}\" height=\"14\"/>"
        );
        let (Some(start), Some(end)) = (segment.listed_start_ms, segment.listed_end_ms) else {
            continue;
        };
        let (from, to) = (at(start, listed.max(1)), at(end, listed.max(1)));
        let to = to.max(from + 1.5);
        let width = to - from;
        let _ = write!(
            svg,
            "<rect class=\"matched\" x=\"{from:.1}\" y=\"72\" width=\"{width:.1}\" height=\"14\"/><polygon class=\"same\" points=\"{left:.1},34 {right:.1},34 {to:.1},72 {from:.1},72\"/>"
        );
    }
    svg + "</svg>\n"
}

fn open(title: &str, height: u32) -> String {
    let title = html(title);
    format!(
        "<svg role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {WIDTH} {height}\" xmlns=\"http://www.w3.org/2000/svg\"><title>{title}</title>"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cli::args::Language;

    /// The numbers in the attributes of a drawing.
    fn numbers(svg: &str) -> Vec<f64> {
        let attributes = svg.split('"').skip(1).step_by(2);
        let numbers = attributes.flat_map(|text| text.split([' ', ',']));
        numbers.filter_map(|text| text.parse().ok()).collect()
    }

    proptest! {
        #[test]
        fn no_clip_is_drawn_outside_its_bars(
            times in proptest::collection::vec(any::<[u64; 4]>(), 0..5),
            clip_ms in any::<Option<u64>>(),
            listed in any::<Option<u64>>(),
        ) {
            let segment = |t: &[u64; 4]| serde_json::json!({
                "start_ms": t[0], "end_ms": t[1], "listed_start_ms": t[2], "listed_end_ms": t[3],
                "hits": 1, "distance": 0,
            });
            let segments: Vec<_> = times.iter().map(segment).collect();
            let clip: Clip = serde_json::from_value(serde_json::json!({
                "segments": segments, "covered_ms": 0, "listed_covered_ms": 0, "listed_clip_ms": listed,
                "query_percent": 1.0, "compared_percent": null,
            })).unwrap();
            let svg = timeline(&Prose::new(Language::En), &clip, clip_ms);
            for number in numbers(&svg) {
                prop_assert!((0.0..=WIDTH + 2.0).contains(&number), "{number} in {svg}");
            }
        }

        #[test]
        fn no_part_of_a_bar_lies_outside(counts in proptest::collection::vec(any::<u32>(), 0..9)) {
            let parts: Vec<_> = counts.iter().map(|&n| ("matched", "a".to_owned(), n.into())).collect();
            for number in numbers(&bar("a", &parts)) {
                prop_assert!((0.0..=WIDTH + 0.1).contains(&number), "{number}");
            }
        }
    }
}
