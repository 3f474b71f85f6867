//! Who holds the lock of a store.

use super::kinds::kinds;
use super::message::Moment;

kinds! {
    /// Who holds the lock of a store, in an [`Error::Busy`](super::Error::Busy).
    LockHolder in "holder" {
        Known { action: String, by: String, process: u32, since: Moment } "known" "{action} by {by}, process {process}, since {since}";
        Unknown "unknown" "another process";
    }
}
