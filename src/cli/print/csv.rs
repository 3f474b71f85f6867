//! Comma-separated values (RFC 4180) that open in a spreadsheet as text and nothing else.

use basma::escape;
use basma::hash::Hash;
use basma::matcher::{Found, Match};
use basma::scan::Finding;

pub(super) fn scan_head() -> String {
    row(&[
        "path", "status", "reason", "media", "bytes", "sha256", "list", "id", "type", "hash",
        "distance", "radius", "view", "frame", "labels", "severity", "opinion",
    ])
}

/// One row for each match; one row for a file without any.
pub(super) fn finding(finding: &Finding) -> String {
    let sha256 = finding
        .digests
        .iter()
        .find(|d| d.hash_type().name() == "sha256");
    let file = [
        path(finding),
        finding.status.name().to_owned(),
        finding.reason.clone().unwrap_or_default(),
        finding.mime.as_deref().unwrap_or_default().to_owned(),
        finding.bytes.map(|b| b.to_string()).unwrap_or_default(),
        sha256.map(Hash::to_string).unwrap_or_default(),
    ];
    if finding.matches.is_empty() {
        let mut cells = file.to_vec();
        cells.resize(17, String::new());
        return row(&cells);
    }
    let rows = finding
        .matches
        .iter()
        .map(|m| row(&[&file[..], &matched(m)].concat()));
    rows.collect()
}

pub(super) fn hash_head() -> String {
    row(&["id", "type", "hash", "quality", "frame", "view", "flags"])
}

/// One row for each hash: the rows of a list, so a file without hashes has none. Neither has an empty file, whose
/// digests are those of every other.
pub(super) fn hashes(finding: &Finding) -> String {
    if finding.bytes == Some(0) {
        return String::new();
    }
    let flags: Vec<&str> = finding.flags.iter().map(|f| f.name()).collect();
    let line = |hash: &Hash, quality: String, frame: String, view: &str| {
        row(&[
            path(finding),
            hash.hash_type().name().to_owned(),
            hash.to_string(),
            quality,
            frame,
            view.to_owned(),
            flags.join(" "),
        ])
    };
    let prints = finding.prints.iter().map(|print| {
        let (quality, frame) = (print.quality.to_string(), print.frame.to_string());
        line(&print.hash, quality, frame, print.view.name())
    });
    let digests = finding
        .digests
        .iter()
        .map(|digest| line(digest, String::new(), String::new(), ""));
    prints.chain(digests).collect()
}

pub(super) fn lookup_head() -> String {
    row(&[
        "query", "list", "id", "type", "hash", "distance", "radius", "view", "frame", "labels",
        "severity", "opinion",
    ])
}

/// One row for each match; one row for a hash without any.
pub(super) fn lookup(hash: &Hash, found: &Found) -> String {
    let query = hash.to_string();
    if found.matches.is_empty() {
        let mut cells = vec![query];
        cells.resize(12, String::new());
        return row(&cells);
    }
    let rows = found
        .matches
        .iter()
        .map(|m| row(&[&[query.clone()][..], &matched(m)].concat()));
    rows.collect()
}

/// The file's name, escaped without loss, also where it begins as a formula does.
fn path(finding: &Finding) -> String {
    let path = escape::path(&finding.path);
    match path.chars().next() {
        Some(first) if is_formula(first) => format!("\\x{:02x}{}", u32::from(first), &path[1..]),
        _ => path.into_owned(),
    }
}

fn matched(m: &Match) -> [String; 11] {
    [
        m.list.clone(),
        m.id.clone().unwrap_or_default(),
        m.hash.hash_type().name().to_owned(),
        m.hash.to_string(),
        m.distance.to_string(),
        m.radius.to_string(),
        m.view.name().to_owned(),
        m.frame.to_string(),
        m.labels.join("|"),
        m.severity.map(|s| s.name().to_owned()).unwrap_or_default(),
        m.opinion.name().to_owned(),
    ]
}

fn row(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quote(cell.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// Quotes a cell where RFC 4180 asks for it, and disarms one that a spreadsheet would run as a formula.
fn quote(cell: &str) -> String {
    let cell = match cell.chars().next() {
        Some(first) if is_formula(first) => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    if cell.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

/// Whether a spreadsheet takes a cell that begins so for something to run.
fn is_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        assert_eq!(
            row(&["a,b", "say \"x\"", "=1+1", ""]),
            "\"a,b\",\"say \"\"x\"\"\",'=1+1,\r\n"
        );
        assert_eq!(
            quote("=HYPERLINK(\"x\",\"y\")"),
            "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""
        );
    }
}
