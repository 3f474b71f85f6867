//! The small pictures of a report: of the findings that were asked for, and of no others.

use std::collections::BTreeSet;

use basma::papers::CaseFinding;
use basma::scan::Passwords;

use crate::cli::args::papers::{ExportArgs, Pictured};
use crate::cli::html::picture;
use crate::cli::html::thumbnail::{Pictures, Thumbnails, Wanted, without};
use crate::cli::prose::Prose;

/// What was asked for.
pub(super) struct Asked<'p> {
    style: Thumbnails,
    passwords: &'p Passwords,
    are_all: bool,
    findings: BTreeSet<u64>,
}

impl<'p> Asked<'p> {
    /// What the arguments ask for; none where they ask for no picture.
    pub(super) fn of(args: &ExportArgs, passwords: &'p Passwords) -> Option<Asked<'p>> {
        let named = args.thumbnail_of.iter();
        let number = |asked: &Pictured| match asked {
            Pictured::Finding(number) => Some(*number),
            Pictured::All => None,
        };
        Some(Asked {
            style: args.thumbnails?,
            passwords,
            are_all: args.thumbnail_of.contains(&Pictured::All),
            findings: named.filter_map(number).collect(),
        })
    }

    /// Whether a finding was asked for by its number: the report shows it then.
    pub(super) fn names(&self, finding: u64) -> bool {
        self.findings.contains(&finding)
    }

    /// The findings that were asked for by their numbers.
    pub(super) fn named(&self) -> impl Iterator<Item = u64> + '_ {
        self.findings.iter().copied()
    }

    fn is_of(&self, finding: u64) -> bool {
        self.are_all || self.names(finding)
    }

    /// Makes the pictures of the findings that the report shows.
    pub(super) fn make(&self, shown: &[CaseFinding]) -> Shown {
        let asked: Vec<&CaseFinding> = shown.iter().filter(|f| self.is_of(f.record)).collect();
        let pictures = asked.iter().filter_map(|finding| wanted(finding));
        let pictures = Pictures::make(self.style, self.passwords, pictures);
        let has =
            |finding: &CaseFinding| wanted(finding).is_some_and(|wanted| pictures.has(&wanted));
        let (made, absent): (Vec<_>, Vec<_>) = asked.into_iter().partition(|f| has(f));
        let numbers = |of: Vec<&CaseFinding>| {
            let numbers: BTreeSet<u64> = of.iter().map(|finding| finding.record).collect();
            numbers.into_iter().collect::<Vec<u64>>()
        };
        Shown {
            made: numbers(made),
            absent: numbers(absent),
            pictures,
        }
    }
}

/// What a picture of a finding is of; none where the case does not show its path or its digest.
fn wanted(finding: &CaseFinding) -> Option<Wanted> {
    Some((finding.path.clone()?, finding.sha256.clone()?))
}

/// The pictures of a report.
pub(super) struct Shown {
    pictures: Pictures,
    made: Vec<u64>,
    absent: Vec<u64>,
}

impl Shown {
    /// The picture of a finding as HTML, or why there is none; nothing where it was not asked for.
    pub(super) fn of(&self, prose: &Prose, finding: &CaseFinding) -> String {
        let number = &finding.record;
        let is_asked = [&self.made, &self.absent];
        if !is_asked.iter().any(|of| of.binary_search(number).is_ok()) {
            return String::new();
        }
        match wanted(finding) {
            Some(wanted) => self.pictures.shown(prose, &wanted),
            None if finding.path.is_none() => without(prose, "page-thumbnail-sealed"),
            None => without(prose, picture::NOT_THERE),
        }
    }

    /// What the record of the export says of them.
    pub(super) fn recorded(&self) -> basma::evidence::record::Thumbnails {
        basma::evidence::record::Thumbnails {
            style: self.pictures.style().name().to_owned(),
            findings: self.made.clone(),
            absent: self.absent.clone(),
        }
    }
}
