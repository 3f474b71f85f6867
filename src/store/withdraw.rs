//! Withdrawal by a token: the entry of a person goes, and so does all that was kept of it.
//!
//! An entry that was added by hand can carry the SHA-256 of a token. With the token, the entry is erased: from the lists,
//! from what was withdrawn by hand and could be lifted, and from the generations that were kept for a rollback. The
//! generation that no longer holds it is put in force at once, as any other. Older generations are removed after that. A
//! process that dies in between leaves them to the next change of the store, which removes them.
//!
//! The audit never holds the hash of such an entry. It holds the digest of the token, when the entry is added and when
//! it is withdrawn.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::time::Duration;

use serde_json::{Map, Value};

use super::layout::manifest::{ListManifest, Pointer, hex_sha256};
use super::view::build::IndexFactory;
use super::view::by_hand;
use super::view::open::Opened;
use super::view::withdrawn::WithdrawnEntries;
use super::writer::{NewGeneration, Writer, sweep};
use super::{Store, Terms};
use crate::disk::lock::Lock;
use crate::error::{Action, Problem};
use crate::hash::Hash;
use crate::list::Entry;
use crate::{Error, Result, escape};

/// The key under which an entry carries the digest of its token.
pub const WITHDRAWAL: &str = "withdrawal";

/// A token, which the person keeps. Only its digest is kept here.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; Token::BYTES]);

impl Token {
    const BYTES: usize = 32;

    /// A token of random bytes.
    ///
    /// # Errors
    /// [`Error::Io`] if the system has none.
    pub fn random() -> Result<Token> {
        let mut bytes = [0; Token::BYTES];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::io(Action::Read, std::path::Path::new("random"))(std::io::Error::other(error))
        })?;
        Ok(Token(bytes))
    }

    /// Reads a token as it was printed: 64 hexadecimal digits, with blanks and hyphens where a person put them.
    ///
    /// # Errors
    /// [`Error::Argument`] for any other text, which it does not repeat.
    pub fn parse(text: &str) -> Result<Token> {
        let is_digit = |c: &char| !c.is_whitespace() && *c != '-';
        let digits: String = text.chars().filter(is_digit).collect();
        let wrong = || Error::from(Problem::WithdrawalToken);
        if digits.len() != 2 * Token::BYTES || !digits.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; Token::BYTES];
        for (byte, place) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[place..place + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Token(bytes))
    }

    /// The SHA-256, in hexadecimal, which entries carry.
    pub fn digest(&self) -> String {
        hex_sha256(&self.0)
    }

    /// The text that the person keeps.
    pub fn text(&self) -> String {
        super::layout::manifest::hex(&self.0)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({})", self.digest())
    }
}

/// What a withdrawal erased.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Erased {
    /// The lists that held entries.
    pub lists: Vec<String>,
    /// The number of entries.
    pub entries: u64,
    /// The published generation, from which on none of them is held.
    pub generation: u64,
    /// The number of records of the audit that name one of the hashes still: withdrawals by hash, before the token.
    pub in_audit: u64,
    /// Steps that failed afterwards, such as removing files. The next writer repeats them.
    pub warnings: Vec<Error>,
}

/// The digest of the token that an entry carries.
pub(super) fn token_of(entry: &Entry) -> Option<&str> {
    let mut meta = entry.meta.iter();
    let found = meta.find(|(key, _)| key == WITHDRAWAL);
    found.map(|(_, digest)| digest.as_str())
}

/// What was taken out of a list.
#[derive(Default)]
pub(super) struct Withdrawal {
    pub(super) digest: String,
    pub(super) lists: BTreeSet<String>,
    /// The hashes, which stand in no withdrawal of the institution's own lists either.
    pub(super) hashes: BTreeSet<Hash>,
}

impl Withdrawal {
    pub(super) fn holds(&self, entry: &Entry) -> bool {
        token_of(entry) == Some(&self.digest)
    }
}

impl Store {
    /// Erases the entries that carry this token, with all that the store keeps of them. `first` is handed them before
    /// anything is changed, to erase what was kept of them elsewhere. Where it fails, nothing is changed.
    ///
    /// ```
    /// # #[cfg(feature = "refresh")] {
    /// use basma::hash::{Hash, HashType};
    /// use basma::list::Entry;
    /// use basma::store::{Act, Config, Decision, Refresh, Store, Token, WITHDRAWAL};
    /// # let folder = tempfile::tempdir().unwrap();
    /// let store = Store::create(&folder.path().join("store"))?;
    /// store.refresh(&Config::parse(Config::TEMPLATE)?, &Refresh::new("ana"))?;
    /// let token = Token::random()?;
    /// let mut entry = Entry::new(Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72")?, 1);
    /// entry.meta.push((WITHDRAWAL.to_owned(), token.digest()));
    /// store.decide(&[Decision::new("own", Act::Add(Box::new(entry)), 0)])?;
    /// let erased = store.withdraw(&token, "ana", "asked for", |_| Ok(()))?;
    /// assert_eq!(erased.entries, 1);
    /// # }
    /// # Ok::<(), basma::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] if no entry carries the token; [`Error::Busy`]; [`Error::Io`]; those of `first`.
    pub fn withdraw(
        &self,
        token: &Token,
        by: &str,
        reason: &str,
        first: impl FnOnce(&[Entry]) -> Result<()>,
    ) -> Result<Erased> {
        let folder = &self.folder;
        let _lock = Lock::take(&folder.refresh_lock(), "withdrawal", by, Duration::ZERO)?;
        let writer = Writer::begin(folder, "withdrawal", by)?;
        // What a withdrawal that was interrupted left.
        sweep(folder, usize::MAX)?;
        let pointer = Pointer::read(folder)?.ok_or_else(|| Error::Store {
            path: folder.root().to_owned(),
            problem: Problem::StoreWithoutLists {
                store: escape::shell(folder.root()),
            },
        })?;
        let mut current = Opened::to_mend(folder, pointer)?;
        current.read_decisions(folder)?;
        let mut withdrawal = Withdrawal {
            digest: token.digest(),
            ..Withdrawal::default()
        };
        let entries = find(self, &current, &mut withdrawal)?;
        if entries.is_empty() {
            return Err(Problem::WithdrawalUnknown.into());
        }
        first(&entries)?;
        let generation = current.pointer.generation + 1;
        let factory = IndexFactory::new(folder, generation);
        let mut record = Map::new();
        record.insert("did".into(), "withdraw".into());
        record.insert(WITHDRAWAL.into(), withdrawal.digest.clone().into());
        let lists: Vec<String> = withdrawal.lists.iter().cloned().collect();
        record.insert("withdrawn_from".into(), lists.clone().into());
        record.insert("entries".into(), entries.len().into());
        record.insert("reason".into(), reason.into());
        let hashes = withdrawal.hashes.clone();
        let draft = NewGeneration {
            lists: current.manifest.lists.clone(),
            record,
            rules: current.manifest.rules.clone(),
            refused: Default::default(),
            withdrawal: Some(withdrawal),
        };
        let published = writer.publish(Some(&current), &factory, draft)?;
        let mut warnings = published.warnings;
        warnings.extend(sweep(folder, usize::MAX).err());
        let in_audit = self.named_in_audit(&hashes)?;
        Ok(Erased {
            lists,
            entries: entries.len() as u64,
            generation: published.generation,
            in_audit,
            warnings,
        })
    }

    /// How many records of the audit name one of these hashes.
    fn named_in_audit(&self, hashes: &BTreeSet<Hash>) -> Result<u64> {
        let path = self.folder.audit();
        let file = File::open(&path).map_err(Error::io(Action::Open, &path))?;
        let names: Vec<String> = hashes.iter().map(Hash::to_string).collect();
        let mut count = 0;
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(Error::io(Action::Read, &path))?;
            let line = String::from_utf8_lossy(&line);
            count += u64::from(names.iter().any(|name| line.contains(name)));
        }
        Ok(count)
    }
}

/// The entries that carry the token: those that count, and those that were withdrawn by hand since.
fn find(store: &Store, current: &Opened, withdrawal: &mut Withdrawal) -> Result<Vec<Entry>> {
    let decided = by_hand::decisions(&store.folder, current)?;
    let manifest = &current.manifest;
    let mut found = Vec::new();
    for list in manifest.lists.iter().chain(&manifest.dormant) {
        let shelved = WithdrawnEntries::after(current, list, &decided)?.kept();
        let entries = by_hand::entries(current, list)?.into_iter().chain(shelved);
        let before = found.len();
        let entries = entries.filter(|entry| withdrawal.holds(entry));
        found.extend(entries.map(|entry| entry.with_list(list.terms.list.clone())));
        if found.len() > before {
            withdrawal.lists.insert(list.terms.list.clone());
        }
    }
    withdrawal
        .hashes
        .extend(found.iter().map(|entry| entry.hash));
    Ok(found)
}

/// Whether a withdrawal of this list by hand stays: of the institution's own lists it would hold the hash for nothing.
pub(super) fn stays(withdrawal: &Withdrawal, terms: &Terms, hash: Option<&Hash>) -> bool {
    let is_own = terms.kind == super::Kind::Local;
    !is_own || hash.is_none_or(|hash| !withdrawal.hashes.contains(hash))
}

/// The entry as the audit holds it: without its hash, where it carries a token.
pub(super) fn told(entry: &Entry) -> Option<Value> {
    let digest = token_of(entry)?;
    let mut told = Map::new();
    told.insert("type".into(), entry.hash.hash_type().name().into());
    if let Some(id) = &entry.id {
        told.insert("id".into(), id.clone().into());
    }
    told.insert(WITHDRAWAL.into(), digest.into());
    Some(told.into())
}

/// The lists of a generation that hold what is withdrawn.
pub(super) fn concerns(withdrawal: Option<&Withdrawal>, list: &ListManifest) -> bool {
    withdrawal.is_some_and(|withdrawal| withdrawal.lists.contains(&list.terms.list))
}
