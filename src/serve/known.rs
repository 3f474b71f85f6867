//! The lists of the store, as far as banks are concerned.

use std::collections::BTreeMap;

use basma::Result;
use basma::store::{Config, Kind, Refresh, Store};

/// The lists in force.
#[derive(Debug, Default)]
pub(super) struct KnownLists {
    pub(super) generation: Option<u64>,
    /// When that was published, in seconds since 1970-01-01 UTC.
    pub(super) created: i64,
    /// By name: how its source says what is withdrawn, where it has one.
    pub(super) lists: BTreeMap<String, Option<Kind>>,
}

impl KnownLists {
    /// The lists of the generation in force.
    ///
    /// # Errors
    /// Those of reading the store. A configuration that cannot be read is none.
    pub(super) fn read(store: &Store) -> Result<KnownLists> {
        let history = store.history()?;
        let Some(now) = history.into_iter().find(|generation| generation.in_force) else {
            return Ok(KnownLists::default());
        };
        let config = Config::read(&store.sources_path());
        let kind = |name: &str| {
            let mut sources = config.iter().flat_map(|config| &config.sources);
            let source = sources.find(|source| source.terms().list == name);
            source.map(|source| source.terms().kind)
        };
        let names = now.lists.into_iter().map(|list| list.list);
        Ok(KnownLists {
            generation: Some(now.number),
            created: now.created,
            lists: names.map(|name| (name.clone(), kind(&name))).collect(),
        })
    }

    /// Whether a list is the institution's own, of what is added by hand.
    pub(super) fn is_own(&self, list: &str) -> bool {
        self.lists.get(list) == Some(&Some(Kind::Local))
    }
}

/// Puts the institution's own lists in force, in a store that has never had a generation.
///
/// # Errors
/// Those of the refresh.
pub(super) fn publish_own(store: &Store) -> Result<()> {
    let path = store.sources_path();
    if store.generation()?.is_some() || !path.exists() {
        return Ok(());
    }
    let config = Config::read(&path)?;
    let terms = config.sources.iter().map(|source| source.terms());
    let own = terms.filter(|terms| terms.kind == Kind::Local);
    let own: Vec<String> = own.map(|terms| terms.list.clone()).collect();
    if own.is_empty() {
        return Ok(());
    }
    store.refresh(&config, &Refresh::new("service").with_only(&own))?;
    Ok(())
}
