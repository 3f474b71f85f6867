//! A case as rows: one for each match, and one for a finding whose matches were erased.

use super::{CaseFinding, Dossier, Findings, ListedMatch};
use crate::{Result, escape};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text, which stays a text: an id of digits keeps its zeros.
    Text(String),
    /// A number to count with.
    Number(u64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text. What does not print as itself is shown as an escape.
    fn text(text: &str) -> Cell {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(escape::message(text).into_owned())
        }
    }

    fn some(text: Option<&str>) -> Cell {
        text.map_or(Cell::Empty, Cell::text)
    }

    fn number(number: Option<impl Into<u64>>) -> Cell {
        number.map_or(Cell::Empty, |number| Cell::Number(number.into()))
    }

    /// The cell as text.
    pub fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        }
    }
}

/// The names of the columns.
pub const COLUMNS: [&str; 40] = [
    "case",
    "head_record",
    "head_sha256",
    "finding",
    "record",
    "time",
    "status",
    "path",
    "bytes",
    "media",
    "width",
    "height",
    "md5",
    "sha1",
    "sha256",
    "erased",
    "list",
    "entry",
    "type",
    "hash",
    "distance",
    "radius",
    "tier",
    "view",
    "frame",
    "ms",
    "labels",
    "generation",
    "decision",
    "appealed",
    "decided",
    "decided_by",
    "role",
    "second",
    "seen",
    "why",
    "stratum",
    "calibrated_files",
    "calibrated_matched",
    "calibrated_high_ppb",
];

/// Gives the rows of all findings.
///
/// # Errors
/// Those of the findings and of the reader.
pub fn each(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    take: &mut dyn FnMut(&[Cell]) -> Result<()>,
) -> Result<()> {
    each_of(dossier, findings, &mut |_, row| take(row))
}

/// The same with the number of the finding of each row.
pub(super) fn each_of(
    dossier: &Dossier,
    findings: &(impl Findings + ?Sized),
    take: &mut dyn FnMut(u64, &[Cell]) -> Result<()>,
) -> Result<()> {
    findings.each(&mut |finding| {
        if finding.matches.is_empty() {
            return take(finding.record, &row(dossier, finding, None));
        }
        let mut matches = finding.matches.iter();
        matches.try_for_each(|listed| take(finding.record, &row(dossier, finding, Some(listed))))
    })
}

fn row(dossier: &Dossier, finding: &CaseFinding, listed: Option<&ListedMatch>) -> Vec<Cell> {
    let decision = finding.decision.as_ref();
    let of = |text: &Option<String>| Cell::some(text.as_deref());
    let yes = |is: bool| Cell::text(if is { "yes" } else { "no" });
    let mut row = vec![
        Cell::text(&dossier.case),
        Cell::Number(dossier.head.number),
        Cell::text(&dossier.head.digest),
        Cell::text(&finding.id),
        Cell::Number(finding.record),
        Cell::text(&finding.time),
        Cell::text(&finding.status),
        of(&finding.path),
        Cell::number(finding.bytes),
        of(&finding.media),
        Cell::number(finding.width),
        Cell::number(finding.height),
        of(&finding.md5),
        of(&finding.sha1),
        of(&finding.sha256),
        yes(finding.is_erased),
    ];
    match listed {
        Some(listed) => row.extend([
            Cell::text(&listed.list),
            of(&listed.entry),
            Cell::text(&listed.hash_type),
            of(&listed.hash),
            Cell::Number(listed.distance.into()),
            Cell::Number(listed.radius.into()),
            of(&listed.tier),
            of(&listed.view),
            Cell::number(listed.frame),
            Cell::number(listed.ms),
            Cell::text(&listed.labels.join("|")),
            Cell::number(listed.generation),
        ]),
        None => row.extend(std::iter::repeat_n(Cell::Empty, 12)),
    }
    row.extend([
        Cell::text(finding.outcome()),
        yes(finding.is_appealed),
        Cell::some(decision.map(|decision| decision.time.as_str())),
        Cell::some(decision.map(|decision| decision.by.id.as_str())),
        Cell::some(decision.map(|decision| decision.by.role.as_str())),
        Cell::some(decision.and_then(|decision| Some(decision.second.as_ref()?.id.as_str()))),
        Cell::some(decision.map(|decision| decision.seen.name())),
        Cell::some(decision.map(|decision| decision.why.as_str())),
        of(&finding.stratum),
    ]);
    let measured = listed.and_then(|listed| dossier.calibration(finding, listed));
    row.extend(match measured {
        Some(measured) => [measured.files, measured.matched, measured.high_ppb].map(Cell::number),
        None => [Cell::Empty, Cell::Empty, Cell::Empty],
    });
    row
}
