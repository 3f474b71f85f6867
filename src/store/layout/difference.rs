//! How many entries a list wins and loses from one edition to the next.

/// The numbers of entries that are added, removed and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Entries before.
    pub before: u64,
    /// Entries after.
    pub after: u64,
    /// Added entries.
    pub added: u64,
    /// Entries with changed metadata.
    pub changed: u64,
    /// Removed entries.
    pub removed: u64,
    /// Removed entries that no longer counted.
    pub lapsed: u64,
    /// Entries that stay and no longer count. They have expired, will expire before the next edition, or declare that
    /// they are off the subject of the list.
    pub silenced: u64,
}

impl Difference {
    /// How many entries make matches no longer.
    pub(in crate::store) fn gone(&self) -> u64 {
        self.removed - self.lapsed + self.silenced
    }

    /// Whether anything changes.
    pub fn is_empty(&self) -> bool {
        self.added + self.changed + self.removed + self.silenced == 0
    }
}
