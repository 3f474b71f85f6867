//! The conditions of a scan: what was looked for where, with which options and which lists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::state::time;
use super::{CalibrationQuote, Name, escaped, is_zero};
use crate::Result;
use crate::escape;
use crate::hash::HashType;
use crate::index::Index;
use crate::list::{self, List};
use crate::matcher::{Lists, Policy};
use crate::store::{Kind, Store, Use};

/// The largest number of lists that are named; further ones are counted.
const LISTS_MAX: usize = 1000;

/// The conditions of a scan. What a scan found means nothing without them.
///
/// ```
/// use basma::matcher::{Lists, Policy};
/// use basma::{hash::HashType, list::ReadOptions, report::Conditions};
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let lists = Lists::open(["hashsets/demo.csv"], &ReadOptions::default())?;
/// let conditions = Conditions::of_lists(&lists)?.with_rules(&[HashType::Pdq], &Policy::default());
/// assert_eq!(conditions.lists[0].list, "demo");
/// assert_eq!(conditions.radii["pdq"], 31);
/// # Ok::<(), basma::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Conditions {
    /// The program and its version.
    pub tool: String,
    /// The files and folders that were scanned, escaped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
    /// The file that names what was scanned, escaped; `-` is standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roots_from: Option<String>,
    /// The patterns of names that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Whether archives were opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archives: Option<bool>,
    /// At which places files of unknown content were searched by signatures, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carve: Option<Name>,
    /// The types of hash that were looked up.
    pub types: Vec<Name>,
    /// The radius by type of perceptual hash. A list of a store can have its own; each match states the one that counted.
    pub radii: BTreeMap<String, u32>,
    /// The PDQ quality below which pictures were not looked up.
    pub min_quality: u8,
    /// The largest number of matches of one file that are named.
    pub limit: u64,
    /// The rule of vPDQ, if it decided whether clips match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpdq_rule: Option<Name>,
    /// What was hashed of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<Name>,
    /// Which pictures of a clip were hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<String>,
    /// Whether PDQ was computed from every pixel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
    /// The name of the purpose, if one was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The name of the region, if one was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The law or decision that allows the scan, if one was stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// The lists that were looked up in.
    pub lists: Vec<UsedList>,
    /// The number of further lists.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lists_more: u64,
}

/// A list that a scan looked up in. Times are RFC 3339, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UsedList {
    /// The list.
    pub list: String,
    /// The file that it was read from, or the folder of its store, escaped.
    pub path: String,
    /// Its format; `store` for a list of a store.
    pub format: String,
    /// The number of entries, if it is known without reading all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
    /// The SHA-256 of the file, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The id of the key whose signature of the file was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// The edition that the list names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The generation of the store when the scan began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// The time at which that generation was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The time of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The age from which it counts as stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u64>,
    /// What a match may lead to at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Name>,
    /// What the institution may use it for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The names of the purposes that it may be used for; any, if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// The law or decision that allows its use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// The time from which it may not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether that had come when the scan began: the list matched nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<bool>,
    /// Whom it protects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protects: Option<Name>,
    /// The radius by type of hash, where the list has its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub radii: BTreeMap<String, u32>,
    /// The PDQ quality below which hashes were not looked up in it, where the list has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_quality: Option<u8>,
    /// The SHA-256 of the entries of a list of a store that no single file holds, where it was computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries_sha256: Option<String>,
    /// How often it matched lawful files, where a file of calibration was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<CalibrationQuote>,
    /// Whether a single file does not hold all of it.
    #[serde(skip)]
    is_composed: bool,
}

impl Conditions {
    /// The lists of a lookup. Stores are added by [`Conditions::add_store`].
    ///
    /// # Errors
    /// [`Error::Index`](crate::Error::Index) if an index is damaged.
    pub fn of_lists(lists: &Lists) -> Result<Conditions> {
        let mut conditions = Conditions {
            tool: concat!("basma ", env!("CARGO_PKG_VERSION")).to_owned(),
            ..Conditions::default()
        };
        for list in &lists.read {
            conditions.add(UsedList::of_text(list));
        }
        // The last index is compiled of the text lists.
        let compiled = lists.indexes.len() - usize::from(!lists.read.is_empty());
        for index in &lists.indexes[..compiled] {
            conditions.add_index(index)?;
        }
        Ok(conditions)
    }

    /// Sets the types that are looked up, and the rules by which they match.
    #[must_use]
    pub fn with_rules(mut self, types: &[HashType], policy: &Policy) -> Conditions {
        let perceptual = types.iter().filter(|t| t.is_perceptual());
        let radii = perceptual.map(|t| (t.name().to_owned(), policy.radius(*t)));
        self.radii = radii.collect();
        self.types = types.iter().map(|t| t.name().into()).collect();
        self.min_quality = policy.min_quality;
        self.limit = policy.limit as u64;
        self.vpdq_rule = policy.vpdq.map(|rule| rule.name().into());
        self
    }

    /// Sets what the lists are looked up for.
    #[must_use]
    pub fn with_use(self, wanted: &Use) -> Conditions {
        Conditions {
            purpose: wanted.purpose.clone(),
            region: wanted.region.clone(),
            legal_basis: wanted.legal_basis.as_deref().map(escaped),
            ..self
        }
    }

    fn add(&mut self, list: UsedList) {
        if self.lists.len() < LISTS_MAX {
            self.lists.push(list);
        } else {
            self.lists_more += 1;
        }
    }

    fn add_index(&mut self, index: &Index) -> Result<()> {
        for source in index.sources()? {
            self.add(UsedList::of_source(&source));
        }
        Ok(())
    }

    /// Adds the lists of a store that is looked up in.
    ///
    /// # Errors
    /// Those of [`Store::status`].
    pub fn add_store(&mut self, store: &Store) -> Result<()> {
        let status = store.state()?;
        for list in status.lists {
            let is_expired = list.is_expired();
            self.add(UsedList {
                list: escaped(&list.terms.list),
                path: escape::path(store.path()).into_owned(),
                format: "store".to_owned(),
                entries: Some(list.entries),
                sha256: list.sha256,
                signed_by: list.signed_by,
                version: list.version,
                generation: Some(status.generation),
                published: Some(time(status.created)),
                as_of: list.as_of.map(time),
                max_age_seconds: list.terms.max_age,
                at_most: Some(list.terms.at_most.name().into()),
                purpose: Some(escaped(&list.terms.purpose)),
                uses: list.terms.uses,
                legal_basis: list.terms.legal_basis.as_deref().map(escaped),
                expires: list.terms.expires.map(time),
                expired: is_expired.then_some(true),
                protects: list.terms.protects.map(|protects| protects.name().into()),
                min_quality: list.terms.min_quality,
                // What was done by hand, and the changes before the last, are in no single file.
                is_composed: list.terms.kind != Kind::Snapshot
                    || list.added + list.revoked + list.unbuilt > 0,
                radii: list.terms.radius,
                ..UsedList::default()
            });
        }
        Ok(())
    }

    /// Computes the digests of the lists of a store that no single file holds. All of their entries are read.
    ///
    /// # Errors
    /// Those of [`Store::digest_entries`].
    pub fn digest_entries(&mut self, store: &Store) -> Result<()> {
        let path = escape::path(store.path());
        let lists = self.lists.iter_mut();
        for list in lists.filter(|list| list.is_composed && list.path == path) {
            list.entries_sha256 = Some(store.digest_entries(&list.list)?);
        }
        Ok(())
    }
}

impl UsedList {
    /// The SHA-256 that names the content of the list; none where nothing does.
    pub fn content(&self) -> Option<&str> {
        if self.is_composed {
            self.entries_sha256.as_deref()
        } else {
            self.sha256.as_deref()
        }
    }

    fn of_source(source: &list::Source) -> UsedList {
        let digits = source.sha256.iter().map(|byte| format!("{byte:02x}"));
        // What is no file, such as a folder of pictures, has a digest of zeros.
        let is_file = source.sha256.iter().any(|byte| *byte != 0);
        UsedList {
            list: escaped(&source.list),
            path: source.path.clone(),
            format: source.format.clone(),
            sha256: is_file.then(|| digits.collect()),
            uses: source.uses.iter().map(|name| escaped(name)).collect(),
            protects: source.protects.map(|protects| protects.name().into()),
            ..UsedList::default()
        }
    }

    fn of_text(list: &List) -> UsedList {
        UsedList {
            entries: Some(list.counts.imported),
            version: list.manifest.as_ref().and_then(|m| m.version),
            uses: list
                .stated_uses()
                .1
                .iter()
                .map(|name| escaped(name))
                .collect(),
            protects: list.stated_uses().0.map(|protects| protects.name().into()),
            ..UsedList::of_source(&list.source)
        }
    }
}
