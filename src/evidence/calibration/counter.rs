//! Findings among lawful files to counts. Bytes that come again count once: an error is a share of different files.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{CalibratedList, Corpus, Rate, Stratified};
use crate::Result;
use crate::disk::external_sort::{Keyed, Sorter};
use crate::error::Problem;
use crate::hash::HashType;
use crate::hasher::Stratum;
use crate::matcher::Tier;
use crate::scan::{Finding, Status};

/// The memory that observations may take before they go to a file.
const MEMORY_BYTES: usize = 64 << 20;

/// The name of the row of files without a picture.
pub(super) const OTHER: &str = "other";

/// The name of the row of all pictures and clips.
pub(super) const ALL: &str = "all";

/// The number that stands for no list.
const NO_LIST: u32 = u32::MAX;

/// The rows of a table: the strata, and files without a picture.
const ROWS: usize = Stratum::ALL.len() + 1;

/// What was found of one file and one list.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Observation {
    sha256: [u8; 32],
    list: [u8; 4],
    row: u8,
    tier: u8,
}

impl Keyed for Observation {
    const KEY_BYTES: usize = 32;
}

/// How many files of each row match by each tier.
type Matched = [[u64; Tier::ALL.len()]; ROWS];

/// Counts the findings of a scan of lawful files. The [hasher](crate::hasher::Hasher::with_strata) judges their strata
/// and computes their SHA-256.
pub struct Counter {
    observations: Sorter<Observation>,
    lists: HashMap<String, u32>,
    discovered: u64,
    not_examined: BTreeMap<String, u64>,
}

impl Counter {
    /// A counter that keeps what exceeds some MiB in a nameless file in this folder.
    pub fn new(folder: &Path) -> Counter {
        Counter {
            observations: Sorter::new(folder, MEMORY_BYTES),
            lists: HashMap::new(),
            discovered: 0,
            not_examined: BTreeMap::new(),
        }
    }

    /// Counts one finding.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if its SHA-256 was not computed; [`Error::Io`](crate::Error::Io).
    pub fn add(&mut self, finding: &Finding) -> Result<()> {
        self.discovered += 1;
        if !matches!(finding.status, Status::Matched | Status::NoMatch) {
            let name = finding.status.name().to_owned();
            *self.not_examined.entry(name).or_default() += 1;
            return Ok(());
        }
        let digests = finding.digests.iter();
        let sha256 = digests
            .filter(|digest| digest.hash_type() == HashType::Sha256)
            .find_map(|digest| digest.as_bytes().try_into().ok());
        let Some(sha256) = sha256 else {
            return Err(Problem::CalibrationWithoutDigest.into());
        };
        let row = finding.stratum.map_or(ROWS - 1, |stratum| stratum as usize) as u8;
        let mut observe = |list: u32, tier: u8| {
            self.observations.push(Observation {
                sha256,
                list: list.to_le_bytes(),
                row,
                tier,
            })
        };
        observe(NO_LIST, 0)?;
        for found in &finding.matches {
            let number = self.lists.len() as u32;
            let list = *self.lists.entry(found.list.clone()).or_insert(number);
            observe(list, found.tier as u8)?;
        }
        Ok(())
    }

    /// The counts: of the corpus, and of each of these lists.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) where the temporary file cannot be read.
    pub fn finish(self, lists: Vec<CalibratedList>) -> Result<(Corpus, Vec<CalibratedList>)> {
        let observations = self.observations.finish()?;
        let mut files = [0_u64; ROWS];
        let mut matched: Vec<Matched> = vec![[[0; Tier::ALL.len()]; ROWS]; self.lists.len()];
        let mut repeated = 0;
        let mut best: BTreeMap<u32, u8> = BTreeMap::new();
        let mut file: Option<([u8; 32], u8)> = None;
        let mut close = |file: Option<([u8; 32], u8)>, best: &mut BTreeMap<u32, u8>| {
            let Some((_, row)) = file else { return };
            files[usize::from(row)] += 1;
            for (list, tier) in std::mem::take(best) {
                matched[list as usize][usize::from(row)][usize::from(tier)] += 1;
            }
        };
        for observation in observations.iter() {
            let list = u32::from_le_bytes(observation.list);
            let is_same = file.is_some_and(|(sha256, _)| sha256 == observation.sha256);
            if !is_same {
                close(file, &mut best);
                file = Some((observation.sha256, observation.row));
            } else if list == NO_LIST {
                repeated += 1;
            }
            if list != NO_LIST {
                let known = best.entry(list).or_insert(observation.tier);
                *known = observation.tier.min(*known);
            }
        }
        close(file, &mut best);
        let corpus = Corpus {
            discovered: self.discovered,
            files: files.iter().sum(),
            repeated,
            not_examined: self.not_examined,
        };
        let none = [[0; Tier::ALL.len()]; ROWS];
        let lists = lists.into_iter().map(|list| {
            let number = self.lists.get(&list.list);
            let matched = number.map_or(&none, |number| &matched[*number as usize]);
            CalibratedList {
                strata: strata(&files, matched),
                ..list
            }
        });
        Ok((corpus, lists.collect()))
    }
}

/// The rows of a list: one for all pictures and clips, and one for each stratum that has files.
fn strata(files: &[u64; ROWS], matched: &Matched) -> Vec<Stratified> {
    let pictures = 0..Stratum::ALL.len();
    let of_all: [u64; Tier::ALL.len()] =
        std::array::from_fn(|tier| pictures.clone().map(|row| matched[row][tier]).sum());
    let mut rows = vec![stratified(
        ALL,
        files[pictures.clone()].iter().sum(),
        &of_all,
    )];
    let names = Stratum::ALL.map(Stratum::name).into_iter().chain([OTHER]);
    for (row, name) in names.enumerate().filter(|(row, _)| files[*row] > 0) {
        rows.push(stratified(name, files[row], &matched[row]));
    }
    rows
}

fn stratified(name: &str, files: u64, matched: &[u64; Tier::ALL.len()]) -> Stratified {
    let tiers = Tier::ALL.iter().zip(matched);
    Stratified {
        stratum: name.to_owned(),
        files,
        matched: Rate::of(matched.iter().sum(), files),
        tiers: tiers
            .map(|(tier, count)| (tier.name().to_owned(), Rate::of(*count, files)))
            .collect(),
    }
}
