//! Calibrated errors: how often a list matches pictures that are known to be lawful.
//!
//! An institution scans its own lawful files, and signs what it counted. Reports quote the file, or say that the lists
//! are not calibrated on this population. A figure holds for the list, the rules and the population that it was counted
//! with, and for no other: [`Calibration::quote`] says which of them differs.
//!
//! The counts are of different files, by the stratum of the picture and by the tier of its best match.

mod bounds;
mod counter;
mod quote;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use bounds::{BILLION, Bounds, CONFIDENCE_PERCENT};
pub use counter::Counter;

use super::{PublicKey, SigningKey, statement};
use crate::error::Problem;
use crate::report::Conditions;
use crate::{Error, Result, escape};

/// The name of the format.
pub const SCHEMA: &str = "basma-calibration/1";

/// What an institution counted among its lawful files. Times are RFC 3339, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Calibration {
    /// When it was made.
    pub made: String,
    /// The program and its version.
    pub tool: String,
    /// What the files are, in the words of the institution.
    pub population: String,
    /// The share of experiments in which the bounds hold, in percent.
    pub confidence_percent: u64,
    /// The rules by which files matched.
    pub rules: BTreeMap<String, String>,
    /// The files.
    pub corpus: Corpus,
    /// What was counted for each list.
    pub lists: Vec<CalibratedList>,
}

/// The files that were counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// The number of files and members of archives.
    pub discovered: u64,
    /// The number of different files that were examined as a whole.
    pub files: u64,
    /// The number of further copies of these files.
    pub repeated: u64,
    /// The number of files that were not examined as a whole, by status. They count nowhere else.
    pub not_examined: BTreeMap<String, u64>,
}

/// What was counted for one list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibratedList {
    /// The list.
    pub list: String,
    /// The SHA-256 that names its content; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The number of entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
    /// Its own rules, which stand before those of the scan.
    pub rules: BTreeMap<String, String>,
    /// The counts: of all pictures and clips first, then of each stratum.
    pub strata: Vec<Stratified>,
}

/// The counts of one stratum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratified {
    /// The stratum: `all`, a [`Stratum`](crate::hasher::Stratum), or `other` of files without a picture.
    pub stratum: String,
    /// The number of different files.
    pub files: u64,
    /// How many of them match.
    pub matched: Rate,
    /// How many of them match, by the tier of the best match.
    pub tiers: BTreeMap<String, Rate>,
}

/// A number of matches, and the bounds of their share of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The number of matches.
    pub count: u64,
    /// The share is not smaller, in parts per billion.
    pub low_ppb: u64,
    /// The share is not larger.
    pub high_ppb: u64,
}

impl Rate {
    /// So many matches among so many files.
    pub fn of(count: u64, files: u64) -> Rate {
        let Bounds { low_ppb, high_ppb } = Bounds::of(count, files);
        Rate {
            count,
            low_ppb,
            high_ppb,
        }
    }
}

impl Calibration {
    /// What a counter counted, under the conditions of the scan.
    ///
    /// # Errors
    /// As [`Counter::finish`]; [`Error::Argument`] if no picture or clip was examined.
    pub fn new(
        counter: Counter,
        conditions: &Conditions,
        population: &str,
        made: String,
    ) -> Result<Calibration> {
        let lists = conditions.lists.iter().map(|list| CalibratedList {
            list: list.list.clone(),
            sha256: list.content().map(str::to_owned),
            entries: list.entries,
            rules: quote::own_rules(list),
            strata: Vec::new(),
        });
        let (corpus, lists) = counter.finish(lists.collect())?;
        let of_all = |list: &CalibratedList| list.strata.first().is_some_and(|row| row.files > 0);
        if !lists.iter().any(of_all) {
            return Err(Problem::CalibrationWithoutPictures.into());
        }
        Ok(Calibration {
            made,
            tool: conditions.tool.clone(),
            population: escape::escape(population.as_bytes()).into_owned(),
            confidence_percent: CONFIDENCE_PERCENT,
            rules: quote::rules(conditions),
            corpus,
            lists,
        })
    }

    /// Its text, signed where there is a key: a [`statement`].
    ///
    /// # Errors
    /// [`Error::Case`] if an agent refuses to sign.
    pub fn text(&self, key: Option<&SigningKey>) -> Result<String> {
        statement::write(SCHEMA, self, key)
    }

    /// Reads a text, and checks that its signature is of it and that its counts and bounds agree. Also returns the key of
    /// the signature, which may be anybody's.
    ///
    /// # Errors
    /// [`Error::Argument`] says what is wrong.
    pub fn parse(text: &[u8]) -> Result<(Calibration, Option<PublicKey>)> {
        let (calibration, key): (Calibration, _) = statement::read(SCHEMA, text)?;
        let rows = calibration.lists.iter().flat_map(|list| &list.strata);
        let is_right = |row: &Stratified| {
            let rates = || row.tiers.values().chain([&row.matched]);
            let sum = row.tiers.values().map(|rate| rate.count);
            row.matched.count <= row.files
                && sum.sum::<u64>() == row.matched.count
                && rates().all(|rate| *rate == Rate::of(rate.count, row.files))
        };
        let is_right = calibration.confidence_percent == CONFIDENCE_PERCENT
            && rows.into_iter().all(is_right)
            && calibration
                .lists
                .iter()
                .all(|list| adds_up(list, &calibration.corpus));
        if is_right {
            Ok((calibration, key))
        } else {
            let message = "counts and bounds do not agree".to_owned();
            Err(Problem::StatementDamaged { message }.into())
        }
    }

    /// Reads a file, and quotes it in the conditions of a scan. It must be signed by this key, if one is given.
    ///
    /// # Errors
    /// As [`Calibration::parse`]; [`Error::Io`]; [`Error::Argument`] if another key signed it.
    pub fn quote_file(
        path: &Path,
        trusted: Option<&PublicKey>,
        conditions: &mut Conditions,
    ) -> Result<()> {
        let text = statement::read_file(path)?;
        let checked = Calibration::parse(&text).and_then(|(calibration, key)| {
            if trusted.is_some() && key.as_ref() != trusted {
                return Err(Problem::StatementOtherKey.into());
            }
            Ok(calibration)
        });
        let calibration = checked.map_err(|error| Error::At {
            place: escape::path(path).into_owned(),
            error: Box::new(error),
        })?;
        let signed_by = trusted.map(PublicKey::id);
        let sha256 = statement::hex_sha256(&text);
        calibration.quote(&sha256, signed_by.as_deref(), conditions);
        Ok(())
    }

    /// The list of this name and content.
    pub fn list(&self, name: &str) -> Option<&CalibratedList> {
        self.lists.iter().find(|list| list.list == name)
    }
}

/// Whether the strata of a list are those of the corpus, after a row for all pictures.
fn adds_up(list: &CalibratedList, corpus: &Corpus) -> bool {
    let Some((all, rest)) = list.strata.split_first() else {
        return false;
    };
    let pictures = || rest.iter().filter(|row| row.stratum != counter::OTHER);
    let sum = |of: fn(&Stratified) -> u64| pictures().map(of).sum::<u64>();
    let files: u64 = rest.iter().map(|row| row.files).sum();
    all.stratum == counter::ALL
        && all.files == sum(|row| row.files)
        && all.matched.count == sum(|row| row.matched.count)
        && files == corpus.files
        && corpus.files + corpus.repeated + corpus.not_examined.values().sum::<u64>()
            == corpus.discovered
}
