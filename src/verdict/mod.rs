//! What an answer states of a file, and whether the file passes.
//!
//! A file that could not be examined has a verdict of its own. So has one that the lists were not asked about. Neither is
//! ever "no match". The institution decides for each list what follows then.

mod policy;

use basma::error::{Reason, ReasonCode};
use basma::list::Opinion;
use basma::matcher::Match;
use basma::scan::{Finding, Flag, Status};
use basma::store::MaxAction;

pub(crate) use policy::{Outcome, Policy};

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It matches a list.
    Matched(Box<Matched>),
    /// Something speaks for a listed picture, but too little for a match. A person may look at it.
    Lead,
    /// All of it was examined, and nothing matches.
    NoMatch,
    /// Not all of it could be examined, and what could matches nothing.
    NotExamined(&'static str),
    /// The lists were not asked about it.
    NotChecked(Unchecked),
}

/// The match of a file that leads to most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matched {
    pub(crate) list: String,
    /// What may follow from it at most.
    pub(crate) action: MaxAction,
    /// Why not all of the file was examined, where it was not.
    pub(crate) not_examined: Option<&'static str>,
}

/// Why the lists were not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unchecked {
    /// They hold nothing.
    ListsEmpty,
    /// They cannot be read.
    ListsUnreadable,
    /// There was no time left.
    Deadline,
    /// The service had no room for the file, or is ending.
    Service,
}

impl Unchecked {
    /// Its code, as answers have it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Unchecked::ListsEmpty => "lists-empty",
            Unchecked::ListsUnreadable => "lists-unreadable",
            Unchecked::Deadline => "deadline",
            Unchecked::Service => "service",
        }
    }
}

impl From<&basma::Error> for Unchecked {
    fn from(error: &basma::Error) -> Unchecked {
        use basma::Error;
        use basma::error::Problem;
        match error {
            Error::Argument(Problem::ListsEmpty) => Unchecked::ListsEmpty,
            Error::Index { .. } | Error::Store { .. } => Unchecked::ListsUnreadable,
            _ => Unchecked::Service,
        }
    }
}

impl Verdict {
    /// That of a file with these matches, of which all was examined unless a code says otherwise.
    pub(crate) fn of<'m>(
        matches: impl IntoIterator<Item = &'m Match>,
        not_examined: Option<&'static str>,
    ) -> Verdict {
        let mut judgement = Judgement {
            gap: not_examined.map(|code| (Gravity::Unseen, code)),
            ..Judgement::default()
        };
        matches.into_iter().for_each(|found| judgement.take(found));
        judgement.verdict()
    }

    /// The word for it in answers.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Verdict::Matched(matched) => matched.action.name(),
            Verdict::Lead => "lead",
            Verdict::NoMatch => "no-match",
            Verdict::NotExamined(_) => "not-examined",
            Verdict::NotChecked(_) => "not-checked",
        }
    }

    /// Whether the lists were asked about all of the file.
    pub(crate) fn is_checked(&self) -> bool {
        self.unknown().is_none()
    }

    /// The code of what kept the file from being examined or checked.
    pub(crate) fn unknown(&self) -> Option<&'static str> {
        match self {
            Verdict::Matched(matched) => matched.not_examined,
            Verdict::Lead | Verdict::NoMatch => None,
            Verdict::NotExamined(code) => Some(code),
            Verdict::NotChecked(unchecked) => Some(unchecked.code()),
        }
    }
}

/// The findings of one file and of all that is in it, together.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    matched: Option<Matched>,
    has_lead: bool,
    /// The gravest reason, and how grave it is.
    gap: Option<(Gravity, &'static str)>,
}

/// How much may be hidden behind a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gravity {
    /// The picture was decoded, and shows too little.
    Flat,
    /// Anything.
    Unseen,
}

impl Judgement {
    /// Takes one finding into account.
    pub(crate) fn add(&mut self, finding: &Finding) {
        finding.matches.iter().for_each(|found| self.take(found));
        self.has_lead |= !finding.weak.is_empty();
        let gap = gap(finding);
        if gap.is_some_and(|(gravity, _)| self.gap.is_none_or(|(known, _)| gravity > known)) {
            self.gap = gap;
        }
    }

    fn take(&mut self, found: &Match) {
        let (action, known) = (action(found), self.matched.as_ref());
        if known.is_none_or(|known| action > known.action) {
            self.matched = Some(Matched {
                list: found.list.clone(),
                action,
                not_examined: None,
            });
        }
    }

    pub(crate) fn verdict(self) -> Verdict {
        let not_examined = self.gap.map(|(_, code)| code);
        match (self.matched, not_examined) {
            (Some(matched), not_examined) => Verdict::Matched(Box::new(Matched {
                not_examined,
                ..matched
            })),
            (None, Some(code)) => Verdict::NotExamined(code),
            (None, None) if self.has_lead => Verdict::Lead,
            (None, None) => Verdict::NoMatch,
        }
    }
}

/// What may follow from a match at most. A list outside a store has no terms: it is named for what it holds. An entry that
/// is not confirmed, or that contributors disagree about, needs a person.
fn action(found: &Match) -> MaxAction {
    let of_list = found.at_most.unwrap_or(MaxAction::Block);
    match found.opinion {
        Opinion::Positive => of_list,
        _ => of_list.min(MaxAction::Review),
    }
}

/// What kept a file from being examined as a whole. What has no content, such as a link, keeps nothing back.
fn gap(finding: &Finding) -> Option<(Gravity, &'static str)> {
    let code = || {
        let reasons = finding.reason.as_ref();
        reasons.map_or(ReasonCode::ProgramDefect, |reasons| reasons.code())
    };
    match finding.status {
        Status::Skipped => None,
        Status::LowQuality => Some((Gravity::Flat, code().name())),
        status if status.is_gap() || finding.reason.is_some() => {
            Some((Gravity::Unseen, code().name()))
        }
        _ if finding.flags.contains(&Flag::Sparse) => {
            let code = Reason::ClipTooFewPictures.code();
            Some((Gravity::Unseen, code.name()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
