//! Draws a terminal as SVG: a command, and what it printed.
//!
//! `BASMA_BLESS=1 cargo test --test docs` draws `docs/src/terminal.svg` anew. What differs from run to run, times and
//! memory, is left out, so that the same program gives the same picture.

use std::fmt::Write as _;

/// The width of a character and the height of a line, in units of the picture.
const CELL: (usize, usize) = (8, 19);
/// The space around the text.
const MARGIN: usize = 18;
/// The height of the bar above the text.
const BAR: usize = 30;
/// How many columns the terminal has.
const COLUMNS: usize = 140;

/// The picture of a terminal in which a command ran.
pub(crate) fn draw(command: &str, output: &str) -> String {
    let mut lines = vec![format!("$ {command}")];
    lines.extend(shown(output));
    let width = COLUMNS * CELL.0 + 2 * MARGIN;
    let height = BAR + lines.len() * CELL.1 + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#151b23\"/>\n",
        escaped(command)
    );
    for (at, color) in ["#e5665c", "#e0b34f", "#68b26b"].into_iter().enumerate() {
        let x = MARGIN + at * 18;
        let _ = writeln!(
            svg,
            "<circle cx=\"{x}\" cy=\"16\" r=\"5\" fill=\"{color}\"/>"
        );
    }
    // Attributes rather than a style sheet, which some programs do not read.
    svg += "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"13\">\n";
    for (at, line) in lines.iter().enumerate() {
        let y = BAR + (at + 1) * CELL.1 - 5;
        let look = match () {
            () if line.starts_with('$') => "fill=\"#8fd19e\"",
            () if line.contains(": MATCH ") => "fill=\"#ffffff\"",
            () if line.contains(": DAMAGED ") || line.contains(": UNSUPPORTED ") => {
                "fill=\"#f2cc60\""
            }
            () => "fill=\"#d6dde6\"",
        };
        let indent = line.chars().take_while(|c| *c == ' ').count();
        let text = line.trim_start();
        // The length holds columns together in any font.
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{y}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" {look}>{}</text>",
            MARGIN + indent * CELL.0,
            text.chars().count() * CELL.0,
            escaped(text)
        );
    }
    svg + "</g>\n</svg>\n"
}

/// The lines of an output that make the picture: some matches, some files that were not examined, and the counts.
fn shown(output: &str) -> Vec<String> {
    let lines: Vec<&str> = output.lines().collect();
    let first = |part: &str| lines.iter().position(|line| line.contains(part));
    let (Some(matches), Some(gaps), Some(counts)) =
        (first(": MATCH "), first(": DAMAGED "), first("  matched"))
    else {
        panic!("the output has no matches or no counts: {output}");
    };
    let is_count = |line: &&&str| line.starts_with("  ") && !line.starts_with("    ");
    let counts = lines[counts..]
        .iter()
        .take_while(|line| line.starts_with(' '));
    let parts = [
        lines[matches..matches + 7].to_vec(),
        vec!["..."],
        lines[gaps..gaps + 3].to_vec(),
        vec!["..."],
        counts.filter(is_count).copied().collect(),
    ];
    parts.concat().into_iter().map(cut).collect()
}

/// A line as wide as the terminal.
fn cut(line: &str) -> String {
    assert!(line.chars().count() <= COLUMNS, "{line:?} is too wide");
    line.to_owned()
}

fn escaped(text: &str) -> String {
    // Blanks that follow each other are one in some browsers.
    text.replace("  ", "\u{a0}\u{a0}")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
