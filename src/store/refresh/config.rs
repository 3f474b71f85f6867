//! What the operator wrote: `sources.toml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::checker::{Checker, CheckerTable};
use super::super::fetch::{Interface, Origin};
use super::guard::Shares;
use super::inline;
use crate::error::{Action, Problem};
use crate::hash::{HashType, Pdq};
use crate::list::provider::Provider;
use crate::list::{Mapping, Protected, VicsProfile};
use crate::store::fetch::signature::Keys;
use crate::store::layout::folder::read_bounded;
use crate::store::layout::terms::{Kind, MaxAction, OnFailure, Terms};
use crate::store::layout::uses::UseRule;
use crate::{Error, Result, escape};

/// The sources of a store.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// How many generations stay for a rollback, the one in force included.
    pub keep: usize,
    /// Lists of harmless pictures, which no entry may match.
    pub canaries: Vec<PathBuf>,
    /// What lists may be used for where; of the rules that apply the last counts.
    pub rules: Vec<UseRule>,
    /// The sources, in the order in which they are refreshed.
    pub sources: Vec<Source>,
    /// The services that can be asked about single hashes.
    pub checkers: Vec<Checker>,
}

/// One source: a list, its terms, and where it comes from.
#[derive(Clone, Debug)]
pub struct Source {
    terms: Terms,
    /// Where it is fetched from; nowhere, if it is the institution's own.
    pub(super) from: Option<Origin>,
    /// Whom it must be signed by.
    pub(super) keys: Option<Keys>,
    pub(super) shares: Shares,
    /// Labels that every entry gets.
    pub(super) labels: Vec<String>,
    hash_type: Option<HashType>,
    pub(super) skip_unsupported: bool,
    pub(super) lenient_hex: bool,
    pub(super) allow_unusual_pdq: bool,
    pub(super) columns: Option<Vec<String>>,
    pub(super) vics_profile: Option<VicsProfile>,
    pub(super) map: Option<Mapping>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    store: StoreTable,
    #[serde(default, rename = "rule")]
    rules: Vec<UseRule>,
    #[serde(default, rename = "source")]
    sources: Vec<SourceTable>,
    #[serde(default, rename = "checker")]
    checkers: Vec<CheckerTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StoreTable {
    keep: usize,
    canaries: Vec<PathBuf>,
}

impl Default for StoreTable {
    fn default() -> StoreTable {
        StoreTable {
            keep: 8,
            canaries: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    list: String,
    purpose: String,
    kind: Kind,
    at_most: MaxAction,
    fail: Option<OnFailure>,
    #[serde(default)]
    uses: Vec<String>,
    legal_basis: Option<String>,
    expires: Option<String>,
    protects: Option<Protected>,
    from: Option<Origin>,
    keys: Option<Vec<String>>,
    max_age: Option<String>,
    #[serde(default)]
    guards: Shares,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    radius: std::collections::BTreeMap<String, u32>,
    min_quality: Option<u8>,
    #[serde(default)]
    suppresses: Vec<String>,
    #[serde(default)]
    authentic: bool,
    #[serde(default)]
    beyond_appeal: bool,
    #[serde(default)]
    unreviewed: bool,
    #[serde(rename = "type")]
    hash_type: Option<String>,
    #[serde(default)]
    skip_unsupported: bool,
    #[serde(default)]
    lenient_hex: bool,
    #[serde(default)]
    allow_unusual_pdq: bool,
    columns: Option<Vec<String>>,
    vics_profile: Option<String>,
    map: Option<Mapping>,
}

/// A source that publishes each night, a night and half a day late.
const EXPECTED_WITHIN: u64 = 36 * 3600;

/// The largest configuration, in bytes.
const BYTES_MAX: u64 = 4 << 20;

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`Error::Store`] names the file, the place and what is wrong there.
    pub fn read(path: &Path) -> Result<Config> {
        let bytes = read_bounded(path, BYTES_MAX).map_err(Error::io(Action::Read, path))?;
        let wrong = |problem: Problem| Error::Store {
            path: path.to_owned(),
            problem,
        };
        let text = String::from_utf8(bytes).map_err(|_| wrong(Problem::SourcesNotUtf8))?;
        let mut config = Config::parse(&text).map_err(|error| match error {
            Error::Argument(problem) => wrong(problem),
            other => Error::At {
                place: escape::path(path).into_owned(),
                error: Box::new(other),
            },
        })?;
        // A nightly job runs wherever its scheduler likes.
        config.resolve(crate::disk::atomic_file::folder(path));
        Ok(config)
    }

    /// Makes paths of lists whole that are not: they are of this folder.
    fn resolve(&mut self, folder: &Path) {
        let mut paths: Vec<&mut PathBuf> = self.canaries.iter_mut().collect();
        for source in &mut self.sources {
            match &mut source.from {
                Some(Origin::File(file)) => {
                    paths.push(&mut file.path);
                    paths.extend(&mut file.signature);
                }
                Some(Origin::Folder(of)) => paths.push(&mut of.path),
                Some(Origin::Http(_)) | None => {}
            }
        }
        for path in paths {
            *path = folder.join(&path);
        }
    }

    /// Takes a configuration apart; paths in it that are not whole are of the working directory.
    ///
    /// # Errors
    /// [`Error::Argument`] names the place and what is wrong there.
    pub fn parse(text: &str) -> Result<Config> {
        inline::check(text)?;
        let file: File = toml::from_str(text).map_err(|error| inline::told(text, &error))?;
        let sources: Vec<Source> = file
            .sources
            .into_iter()
            .map(Source::new)
            .collect::<Result<_>>()?;
        let mut names = BTreeSet::new();
        for source in &sources {
            if !names.insert(&source.terms.list) {
                let list = source.shown();
                return Err(Problem::SourcesListTwice { list }.into());
            }
        }
        for source in &sources {
            let mut named = source.terms.suppresses.iter().filter(|name| *name != "*");
            if let Some(unknown) = named.find(|name| !names.contains(name)) {
                return Err(Problem::SourcesSuppressesUnknown {
                    list: source.shown(),
                    name: escape::escape(unknown.as_bytes()).into_owned(),
                }
                .into());
            }
        }
        let checkers: Vec<Checker> = file
            .checkers
            .into_iter()
            .map(CheckerTable::check)
            .collect::<Result<_>>()?;
        let mut names = BTreeSet::new();
        if let Some(twice) = checkers
            .iter()
            .find(|checker| !names.insert(checker.name()))
        {
            let name = twice.name().to_owned();
            return Err(Problem::CheckerTwice { name }.into());
        }
        if file.store.keep < 2 {
            return Err(Problem::SourcesKeep.into());
        }
        file.rules.iter().try_for_each(UseRule::check)?;
        Ok(Config {
            rules: file.rules,
            keep: file.store.keep,
            canaries: file.store.canaries,
            sources,
            checkers,
        })
    }

    /// The checker of a name.
    ///
    /// # Errors
    /// [`Error::Argument`] names those that there are.
    pub fn checker(&self, name: &str) -> Result<&Checker> {
        let mut checkers = self.checkers.iter();
        checkers
            .find(|checker| checker.name() == name)
            .ok_or_else(|| {
                let known: Vec<&str> = self.checkers.iter().map(Checker::name).collect();
                let name = escape::escape(name.as_bytes()).into_owned();
                if known.is_empty() {
                    return Problem::CheckerNone { name }.into();
                }
                let known = known.join(", ");
                Problem::CheckerUnknown { name, known }.into()
            })
    }

    /// A commented configuration to begin with.
    pub const TEMPLATE: &'static str = include_str!("sources.toml");
}

impl Source {
    fn new(table: SourceTable) -> Result<Source> {
        let terms = Terms {
            list: table.list,
            purpose: table.purpose,
            kind: table.kind,
            at_most: table.at_most,
            radius: table.radius,
            min_quality: table.min_quality,
            suppresses: table.suppresses,
            authentic: table.authentic,
            beyond_appeal: table.beyond_appeal,
            unreviewed: table.unreviewed,
            max_age: table.max_age.as_deref().map(duration).transpose()?,
            fail: table.fail,
            uses: table.uses,
            legal_basis: table.legal_basis,
            expires: table.expires.as_deref().map(end).transpose()?,
            protects: table.protects,
        };
        terms.check()?;
        let list = escape::escape(terms.list.as_bytes()).into_owned();
        match (terms.kind, &table.from) {
            (Kind::Local, Some(_)) => {
                return Err(Problem::SourcesLocalOrigin { list }.into());
            }
            (Kind::Snapshot | Kind::Delta, None) => {
                return Err(Problem::SourcesOriginMissing { list }.into());
            }
            (_, from) => from.as_ref().map_or(Ok(()), Origin::check)?,
        }
        if let Some(Origin::Http(http)) = &table.from
            && http.interface.is_some()
        {
            if terms.kind != Kind::Delta {
                return Err(Problem::SourcesInterfaceKind { list }.into());
            }
            if table.keys.is_some() {
                return Err(Problem::SourcesInterfaceKeys { list }.into());
            }
        }
        if terms.kind == Kind::Local && (table.keys.is_some() || terms.max_age.is_some()) {
            return Err(Problem::SourcesLocalKeys { list }.into());
        }
        table.guards.check(&list)?;
        table.map.as_ref().map_or(Ok(()), Mapping::check)?;
        let keys = table.keys.map(Keys::parse).transpose()?;
        Ok(Source {
            terms,
            from: table.from,
            keys,
            shares: table.guards,
            labels: table.labels,
            hash_type: table.hash_type.as_deref().map(str::parse).transpose()?,
            skip_unsupported: table.skip_unsupported,
            lenient_hex: table.lenient_hex,
            allow_unusual_pdq: table.allow_unusual_pdq,
            columns: table.columns,
            map: table.map,
            vics_profile: table.vics_profile.as_deref().map(str::parse).transpose()?,
        })
    }

    /// On what terms the list is matched against.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Whether the source is the interface of a provider, whose answers hold what has changed, or all.
    pub(super) fn is_interface(&self) -> bool {
        matches!(&self.from, Some(Origin::Http(http)) if http.interface.is_some())
    }

    /// The provider whose interface the source is.
    pub(in crate::store) fn provider(&self) -> Option<Provider> {
        match &self.from {
            Some(Origin::Http(http)) => http.interface.as_ref().map(Interface::provider),
            _ => None,
        }
    }

    pub(super) fn hash_type(&self) -> Option<HashType> {
        self.hash_type
    }

    /// Within how many seconds another edition is to be expected.
    pub(super) fn expected_within(&self) -> i64 {
        let seconds = self.terms.max_age.unwrap_or(EXPECTED_WITHIN);
        i64::try_from(seconds).unwrap_or(i64::MAX)
    }

    pub(super) fn import_quality(&self) -> u8 {
        self.terms.min_quality.unwrap_or(Pdq::QUALITY)
    }

    /// Its name as it can be shown.
    pub(super) fn shown(&self) -> String {
        escape::escape(self.terms.list.as_bytes()).into_owned()
    }

    /// Where a file of it came from, as far as that may be told.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        match &self.from {
            Some(Origin::File(file)) => file.path.clone(),
            Some(Origin::Folder(folder)) => folder.path.join(name),
            Some(Origin::Http(http)) => http.url.shown().into(),
            None => name.into(),
        }
    }

    /// What reads its files: another release, or other options, may read what this one set aside.
    pub(super) fn reader(&self) -> String {
        let options = (
            self.terms.kind.name(),
            &self.labels,
            self.hash_type.map(HashType::name),
            self.import_quality(),
            self.skip_unsupported,
            self.lenient_hex,
            self.allow_unusual_pdq,
            &self.columns,
        );
        let profile = self.vics_profile.map(VicsProfile::name);
        // An edition is taken for what it may be used for.
        let uses = (&self.terms.uses, self.terms.protects);
        let options = if self.terms.uses.is_empty() && self.terms.protects.is_none() {
            format!("{options:?}")
        } else {
            format!("{options:?} {uses:?}")
        };
        let mut options = options;
        if let Some(profile) = profile {
            options += &format!(" {profile}");
        }
        if let Some(map) = &self.map {
            options += &format!(" {map:?}");
        }
        let digest = blake3::hash(options.as_bytes()).to_hex();
        format!(
            "basma {} {}",
            env!("CARGO_PKG_VERSION"),
            &digest.as_str()[..16]
        )
    }
}

/// The time at which something ends: of RFC 3339, or a day, at whose beginning in UTC it ends.
fn end(text: &str) -> Result<i64> {
    let wrong = || {
        let text = escape::escape(text.as_bytes()).into_owned();
        Error::from(Problem::SourcesExpires { text })
    };
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.as_second());
    }
    let day = text.parse::<jiff::civil::Date>().ok();
    let day = day.filter(|_| text.len() == "2026-01-31".len());
    let begins = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let begins = begins.ok_or_else(wrong)?;
    Ok(begins.timestamp().as_second())
}

/// A time with its unit: `90s`, `30m`, `36h`, `7d`.
fn duration(text: &str) -> Result<u64> {
    let wrong = || {
        let text = escape::escape(text.as_bytes()).into_owned();
        Error::from(Problem::SourcesMaxAge { text })
    };
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let number: u64 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(seconds)
        .filter(|age| *age > 0)
        .ok_or_else(wrong)
}
