//! Banks, which are lists of the store.
//!
//! A bank that is made here is a list of its own in `sources.toml`. It is named like its bank, unless that name was taken by
//! another: a bank that is renamed keeps its list, and so does the audit.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use axum::http::StatusCode;
use basma::disk::atomic_file::AtomicFile;
use basma::store::{Config, Guard, Refresh};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::answer::Refusal;
use super::curation::Bank;
use super::decide::{full, internal, refusal};
use super::service::Service;

/// The longest name of a bank, in bytes. Its list may need a few more.
const NAME_MAX: usize = 190;

impl Service {
    /// The banks: lists that were there before the service, then those made or changed through it, in that order.
    pub(super) fn banks(&self) -> Vec<Bank> {
        let (known, state) = (self.known(), self.curation.state());
        let in_force = |bank: &&Bank| known.lists.contains_key(&bank.list);
        let others = known.lists.keys();
        let others = others.filter(|list| state.bank_of(list).is_none());
        let others = others.map(|list| Bank {
            name: list.clone(),
            list: list.clone(),
            ratio: 1.0,
        });
        let own = state.banks().iter().filter(in_force).cloned();
        others.chain(own).collect()
    }

    /// The bank of a name.
    pub(super) fn bank(&self, name: &str) -> Option<Bank> {
        self.banks().into_iter().find(|bank| bank.name == name)
    }

    /// Builds what was decided into the files of the store once it is much. Every further decision reads what waits. On the
    /// thread of a change.
    pub(super) fn fold(&self) -> Result<(), Refusal> {
        let known = self.known();
        let own = known.lists.keys().find(|list| known.is_own(list)).cloned();
        let (Some(list), Ok(config)) = (own, Config::read(&self.store.sources_path())) else {
            return Ok(());
        };
        let only = std::slice::from_ref(&list);
        let refreshed = self
            .store
            .refresh(&config, &Refresh::new("service").with_only(only));
        refreshed.map(drop).map_err(|error| refusal(&error))
    }

    /// Makes a bank. On the thread of a change.
    pub(super) fn make_bank(&self, name: &str, ratio: f64, by: &str) -> Result<Bank, Refusal> {
        check_name(name)?;
        if self.bank(name).is_some() {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "Bank already exists"));
        }
        let list = self.free_list(name)?;
        self.change_sources(
            |sources| add_source(sources, &list),
            &Refresh::new(by).with_only(std::slice::from_ref(&list)),
        )?;
        let bank = Bank {
            name: name.to_owned(),
            list,
            ratio,
        };
        self.curation.set_bank(bank.clone())?;
        Ok(bank)
    }

    /// Gives a bank another name or ratio. On the thread of a change.
    pub(super) fn set_bank(&self, bank: Bank, name: Option<&str>) -> Result<Bank, Refusal> {
        let name = name.unwrap_or(&bank.name).to_owned();
        if name != bank.name {
            check_name(&name)?;
            if self.bank(&name).is_some() {
                let message = "Bank name already exists";
                return Err(Refusal::new(StatusCode::FORBIDDEN, message));
            }
        }
        let bank = Bank { name, ..bank };
        self.curation.set_bank(bank.clone())?;
        Ok(bank)
    }

    /// Deletes a bank with its contents. On the thread of a change.
    pub(super) fn delete_bank(&self, bank: &Bank, by: &str) -> Result<(), Refusal> {
        if !self.known().is_own(&bank.list) {
            let message = format!(
                "bank '{}' is a published list; take its source out of sources.toml",
                bank.name
            );
            return Err(Refusal::new(StatusCode::FORBIDDEN, message));
        }
        let only = std::slice::from_ref(&bank.list);
        let how = Refresh::new(by).with_only(only);
        let how = how.with_overridden([Guard::Dropped].into_iter().collect());
        let how = how.with_reason("bank deleted through the service");
        self.change_sources(|sources| take_source(sources, &bank.list), &how)?;
        self.curation.drop_bank(&bank.list)
    }

    /// How a list is fetched, as `sources.toml` says: `file`, `folder` or `http`.
    pub(super) fn origin(&self, list: &str) -> Option<String> {
        let document = read_sources(&self.store.sources_path()).ok()?;
        let table = sources(&document)?.get(place_of(&document, list)?)?;
        let from = table.get("from")?.as_table_like()?;
        from.iter().next().map(|(name, _)| name.to_owned())
    }

    /// A name for the list of a new bank, which no list has or had.
    fn free_list(&self, name: &str) -> Result<String, Refusal> {
        let sources = read_sources(&self.store.sources_path())?;
        let (known, state) = (self.known(), self.curation.state());
        let is_taken = |list: &String| {
            known.lists.contains_key(list)
                || state.is_gone(list)
                || state.bank_of(list).is_some()
                || place_of(&sources, list).is_some()
        };
        let first = if is_device(name) { 2 } else { 1 };
        let names = (first..).map(|number: u64| match number {
            1 => name.to_owned(),
            number => format!("{name}-{number}"),
        });
        let mut free = names.filter(|list| !is_taken(list));
        free.next().ok_or_else(internal)
    }

    /// Changes `sources.toml` and refreshes. If that fails, the file is as it was.
    fn change_sources(
        &self,
        change: impl FnOnce(&mut DocumentMut),
        how: &Refresh<'_>,
    ) -> Result<(), Refusal> {
        let path = self.store.sources_path();
        let mut sources = read_sources(&path)?;
        let before = sources.to_string();
        change(&mut sources);
        let after = sources.to_string();
        let config = Config::parse(&after).map_err(|_| unreadable())?;
        write(&path, &after)?;
        let refreshed = self.store.refresh(&config, how);
        let failed = match refreshed {
            Err(error) => Some(refusal(&error)),
            Ok(refreshed) => {
                let mut failed = refreshed.lists.into_iter().filter(|list| !list.is_good());
                failed.next().map(|_| internal())
            }
        };
        if let Some(failed) = failed {
            write(&path, &before)?;
            return Err(failed);
        }
        self.catch_up().map_err(|error| refusal(&error))
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let is_good = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    if name.is_empty() || !name.bytes().all(is_good) {
        let message = "Bank names must be UPPER_WITH_UNDERSCORE";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    if name.len() > NAME_MAX {
        let message = format!("Bank names have at most {NAME_MAX} characters");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    Ok(())
}

/// Whether Windows keeps a name for a device, so that no list has it.
fn is_device(name: &str) -> bool {
    let device = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.len() - device.len();
    match device {
        "CON" | "PRN" | "AUX" | "NUL" => digits == 0,
        "COM" | "LPT" => digits == 1,
        _ => false,
    }
}

fn read_sources(path: &Path) -> Result<DocumentMut, Refusal> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|_| unreadable())?,
    };
    text.parse().map_err(|_| unreadable())
}

fn unreadable() -> Refusal {
    let message = "sources.toml of the store cannot be read; its operator must look at it";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}

fn write(path: &Path, text: &str) -> Result<(), Refusal> {
    let written = || -> basma::Result<()> {
        let mut draft = AtomicFile::create(path)?;
        draft
            .write_all(text.as_bytes())
            .map_err(|source| basma::Error::Io {
                action: basma::error::Action::Write,
                path: path.to_owned(),
                source,
            })?;
        draft.publish()
    };
    written().map_err(|error| match refusal(&error) {
        told if told.status == StatusCode::INSUFFICIENT_STORAGE => full(),
        told => told,
    })
}

fn sources(document: &DocumentMut) -> Option<&ArrayOfTables> {
    document.get("source").and_then(Item::as_array_of_tables)
}

fn place_of(document: &DocumentMut, list: &str) -> Option<usize> {
    let mut tables = sources(document)?.iter();
    tables.position(|table| table.get("list").and_then(Item::as_str) == Some(list))
}

fn add_source(document: &mut DocumentMut, list: &str) {
    let mut table = Table::new();
    table.insert("list", value(list));
    table.insert("purpose", value("a bank of the service"));
    table.insert("kind", value("local"));
    table.insert("at_most", value("review"));
    let sources = document.entry("source");
    let sources = sources.or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    if let Some(sources) = sources.as_array_of_tables_mut() {
        sources.push(table);
    }
}

fn take_source(document: &mut DocumentMut, list: &str) {
    let place = place_of(document, list);
    let sources = document
        .get_mut("source")
        .and_then(Item::as_array_of_tables_mut);
    if let (Some(sources), Some(place)) = (sources, place) {
        sources.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_comes_and_goes_and_comments_stay() {
        let written = "# first\n[store]\nkeep = 8 # eight\n\n# ours\n[[source]]\nlist = \"own\"\npurpose = \"p\"\n\
                       kind = \"local\"\nat_most = \"review\"\n";
        let mut document: DocumentMut = written.parse().unwrap();
        add_source(&mut document, "NEW");
        let config = Config::parse(&document.to_string()).unwrap();
        let lists = config
            .sources
            .iter()
            .map(|source| source.terms().list.clone());
        assert_eq!(lists.collect::<Vec<_>>(), ["own", "NEW"]);
        take_source(&mut document, "NEW");
        assert_eq!(document.to_string(), written);
        let mut empty = DocumentMut::new();
        add_source(&mut empty, "NEW");
        assert_eq!(Config::parse(&empty.to_string()).unwrap().sources.len(), 1);
    }

    #[test]
    fn a_list_can_have_the_name_that_a_bank_of_a_devices_name_gets() {
        for name in ["CON", "COM1", "LPT9", "COM", "COM12", "A", "_", "0"] {
            check_name(name).unwrap();
            let list = if is_device(name) {
                format!("{name}-2")
            } else {
                name.to_owned()
            };
            let mut document = DocumentMut::new();
            add_source(&mut document, &list);
            assert!(Config::parse(&document.to_string()).is_ok(), "{name}");
        }
        for name in ["", "a", "A-B", "É", "A/B", "..", &"A".repeat(191)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
