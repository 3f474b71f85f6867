//! Another HMA: all of its contents, one after the other.
//!
//! HMA 1.1.7 has no page of all contents, tells of no changes, and leaves no trace of what was deleted. What it has is a
//! number for each content, given in rising order, and the count of its signals by type. So each refresh asks for every
//! number, and the counts tell whether all of it was seen:
//!
//! - As many signals of each type were seen as there were when the crawl began. What was added since has higher numbers,
//!   so that nothing older is missing.
//! - Fewer were seen, because contents were deleted before they were asked for: [`GAP_ENOUGH`] numbers in a row are not
//!   there, and no more signals are counted now than were seen.
//! - Fewer than are counted now were seen, and `gap_max` numbers in a row are not there: the job fails, and what is in
//!   force stays.
//!
//! The bank in the address of a content must exist, and HMA 1.1.7 does not compare it with that of the content. Services
//! that speak as it may. The first content that is found is asked for under a second bank, which shows it. Where banks are
//! compared, a number that is not there under one bank is asked for under the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::attempts::{Attempts, Failure};
use super::super::part::Download;
use super::super::url::{FetchUrl, percent_encoded};
use super::config::Hma;
use super::page::BYTES_MAX;
use super::state::Progress;
use super::{NOTE_BYTES, Pages, lock};
use crate::Error;
use crate::error::{FetchProblem, PageFault};
use crate::list::provider::hma;

/// How many numbers in a row must be missing where contents were deleted during the crawl.
const GAP_ENOUGH: u64 = 1000;

/// How many types of signals, or banks, an HMA may have.
const NAMES_MAX: usize = 10_000;

/// How far a crawl has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crawl {
    /// How many signals there were at its beginning, by type. Nothing before the first answer.
    begun: Option<Sizes>,
    /// The number that was asked for last.
    last: u64,
    /// How many numbers before it, and with it, are not there.
    missing: u64,
    /// How many signals were seen, by type.
    seen: Sizes,
}

/// How many signals an HMA has, by type.
type Sizes = BTreeMap<String, u64>;

#[derive(Deserialize)]
struct IndexStatus {
    db_size: u64,
}

#[derive(Deserialize)]
struct Bank {
    name: String,
}

/// The banks under which contents are asked for, the one that answered last before the others.
struct Banks {
    names: Vec<String>,
    /// Whether it is known if the service compares the bank of an address with that of the content.
    is_tried: bool,
}

impl Crawl {
    pub(super) fn is_new(&self) -> bool {
        *self == Crawl::default()
    }

    /// Whether as many signals of each type were seen.
    fn has_seen(&self, sizes: &Sizes) -> bool {
        let seen = |name: &String| self.seen.get(name).copied().unwrap_or_default();
        sizes.iter().all(|(name, size)| seen(name) >= *size)
    }

    /// Whether as many signals of each type were seen, and no more.
    fn has_seen_exactly(&self, sizes: &Sizes) -> bool {
        let counted = |name: &String| sizes.get(name).copied().unwrap_or_default();
        self.has_seen(sizes) && self.seen.iter().all(|(name, seen)| *seen == counted(name))
    }
}

impl Pages<'_> {
    /// Asks for all contents, from where the crawl stands.
    pub(super) fn crawl(
        &self,
        part: &mut Download<'_, Progress>,
        progress: &mut Progress,
        of: &Hma,
    ) -> Result<(), Failure> {
        let mut banks = Banks {
            names: self.banks(of)?,
            is_tried: false,
        };
        if banks.names.is_empty() {
            // Without banks there are no contents.
            return Ok(());
        }
        let begun = match progress.crawl.begun.clone() {
            Some(begun) => begun,
            None => self.sizes()?,
        };
        progress.crawl.begun = Some(begun.clone());
        // A job that ended before a gap looks beyond it now.
        progress.crawl.missing = 0;
        while !progress.crawl.has_seen(&begun) {
            let crawl = &progress.crawl;
            let is_over = crawl.missing >= of.gap_max;
            if is_over || (crawl.missing > 0 && crawl.missing.is_multiple_of(GAP_ENOUGH)) {
                let sizes = self.sizes()?;
                // One that was seen and then deleted could stand for one that is behind the gap.
                if crawl.has_seen_exactly(&sizes) {
                    return Ok(());
                }
                if is_over {
                    return Err(Failure::Final(FetchProblem::Incomplete {
                        found: sizes.keys().filter_map(|name| crawl.seen.get(name)).sum(),
                        counted: sizes.values().sum(),
                        gap: crawl.missing,
                    }));
                }
            }
            self.content(part, progress, &mut banks)?;
            part.mark(progress.clone(), NOTE_BYTES)?;
        }
        Ok(())
    }

    /// Asks for the next number, under the bank that answered last before the others.
    fn content(
        &self,
        part: &mut Download<'_, Progress>,
        progress: &mut Progress,
        banks: &mut Banks,
    ) -> Result<(), Failure> {
        let id = progress.crawl.last + 1;
        let mut found = None;
        for (place, bank) in banks.names.iter().enumerate() {
            if let Some(bytes) = self.answer(&self.place_of(bank, id)?)? {
                found = Some((place, bytes));
                break;
            }
        }
        let Some((place, bytes)) = found else {
            progress.crawl.last = id;
            progress.crawl.missing += 1;
            return Ok(());
        };
        let signals = hma::signals(&bytes).filter(|signals| signals.id == id);
        let Some(signals) = signals else {
            *lock(&self.letter) = Some(bytes);
            return Err(broken(id));
        };
        banks.names.swap(0, place);
        if !banks.is_tried {
            banks.is_tried = true;
            let other = banks.names.get(1);
            let other = other.map(|bank| self.place_of(bank, id)).transpose()?;
            let is_there = other.map(|place| self.answer(&place)).transpose()?;
            if is_there.flatten().is_some() {
                banks.names.truncate(1);
            }
        }
        let limit = self.http.size_max;
        if part.bytes() + bytes.len() as u64 > limit {
            return Err(Failure::Final(FetchProblem::TooLarge { limit }));
        }
        part.write(bytes.trim_ascii())?;
        part.write(b"\n")?;
        progress.pages += 1;
        progress.records += 1;
        let crawl = &mut progress.crawl;
        (crawl.last, crawl.missing) = (id, 0);
        for name in signals.types {
            if crawl.seen.len() >= NAMES_MAX && !crawl.seen.contains_key(&name) {
                return Err(broken(id));
            }
            *crawl.seen.entry(name).or_default() += 1;
        }
        Ok(())
    }

    fn place_of(&self, bank: &str, id: u64) -> Result<FetchUrl, FetchProblem> {
        let bank = percent_encoded(bank);
        self.place.below(&format!(
            "c/bank/{bank}/content/{id}?include_signals=true&include_metadata=true"
        ))
    }

    /// The banks that there are. Each that is wanted must be there: of a wrong name nothing would ever come.
    fn banks(&self, of: &Hma) -> Result<Vec<String>, Failure> {
        let banks: Vec<Bank> = self.json("c/banks")?;
        let is_there = |name: &String| banks.iter().any(|bank| bank.name == *name);
        if let Some(missing) = of.banks.iter().find(|name| !is_there(name)) {
            let bank = crate::escape::escape(missing.as_bytes()).into_owned();
            return Err(Failure::Final(FetchProblem::BankUnknown { bank }));
        }
        let names: Vec<String> = banks.into_iter().map(|bank| bank.name).collect();
        // HMA itself allows capital letters, digits and underscores; services that speak as it have more names.
        let is_wrong = |name: &String| matches!(name.as_str(), "" | "." | "..");
        if names.len() > NAMES_MAX || names.iter().any(is_wrong) {
            return Err(broken(0));
        }
        Ok(names)
    }

    fn sizes(&self) -> Result<Sizes, Failure> {
        let status: BTreeMap<String, IndexStatus> = self.json("c/signal_type/index")?;
        if status.len() > NAMES_MAX {
            return Err(broken(0));
        }
        let sizes = status.into_iter();
        Ok(sizes.map(|(name, status)| (name, status.db_size)).collect())
    }

    /// An answer that must be there, as JSON.
    fn json<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, Failure> {
        let place = self.place.below(path)?;
        let attempts = Attempts::new(self.http, self.client, self.stopped);
        attempts.run(|| {
            let bytes = self.once(&place)?;
            // It may have been cut on its way, and be whole the next time.
            serde_json::from_slice(&bytes).map_err(|error| {
                let fault = if error.is_eof() {
                    PageFault::Cut
                } else {
                    PageFault::Broken
                };
                *lock(&self.letter) = Some(bytes.clone());
                Failure::Again(FetchProblem::Page { page: 0, fault }, None)
            })
        })
    }

    /// An answer, or nothing where the server has none.
    fn answer(&self, place: &FetchUrl) -> Result<Option<Vec<u8>>, Failure> {
        let attempts = Attempts::new(self.http, self.client, self.stopped);
        match attempts.run(|| self.once(place)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Failure::Final(FetchProblem::Status { status: 404, .. })) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    fn once(&self, place: &FetchUrl) -> Result<Vec<u8>, Failure> {
        if self.is_stopped() {
            return Err(Failure::Here(Error::Cancelled));
        }
        let answer = self.client.get(place, &self.headers)?;
        answer.whole(BYTES_MAX)
    }
}

fn broken(page: u64) -> Failure {
    let fault = PageFault::Broken;
    Failure::Final(FetchProblem::Page { page, fault })
}

#[cfg(test)]
mod tests;
