//! What a list says about itself: which edition it is, and how much of it there should be.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::line::{Fault, quoted};
use crate::hash::{Hash, HashType};

/// The manifest in the first line of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Manifest {
    /// The list's name.
    pub list: Option<String>,
    /// The number of this edition of the list.
    pub version: Option<u64>,
    /// Whether the file is the whole list or a change to it.
    pub mode: Option<Mode>,
    /// The edition that a delta changes.
    pub prev: Option<u64>,
    /// The names of the purposes that the list may be used for; any, if there is none.
    pub uses: Vec<String>,
    /// Whom the list protects, where it says so.
    pub protects: Option<Protected>,
}

/// Whether a file is a whole list or a change to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The whole list: what it does not hold is withdrawn.
    Snapshot,
    /// Additions and removals, to be applied to the edition before.
    Delta,
}

/// Whom a list protects. Lists for children and lists for adults stand on different laws, and are never merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Protected {
    /// Children.
    Children,
    /// Adults.
    Adults,
}

named!(Protected {
    Children = "children",
    Adults = "adults",
});

/// A manifest as it stands in its line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    list: Option<String>,
    version: Option<u64>,
    mode: Option<String>,
    prev: Option<u64>,
    count: Option<u64>,
    sha256: Option<String>,
    #[serde(default)]
    uses: Vec<String>,
    protects: Option<Protected>,
}

impl Raw {
    /// What it says of the list, and what of the lines after it.
    pub(super) fn split(self) -> Result<(Manifest, Totals), Fault> {
        let mode = match self.mode {
            None => None,
            Some(name) => Some(name.parse().map_err(|_| {
                let message = format!(
                    "a mode is snapshot or delta; got {}",
                    quoted(name.as_bytes())
                );
                Fault::fatal(0, "E060", message)
            })?),
        };
        let manifest = Manifest {
            list: self.list,
            version: self.version,
            mode,
            prev: self.prev,
            uses: self.uses,
            protects: self.protects,
        };
        let totals = Totals {
            count: self.count,
            sha256: self.sha256,
        };
        Ok((manifest, totals))
    }
}

/// What a manifest says of the lines after it.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) count: Option<u64>,
    pub(super) sha256: Option<String>,
}

impl Totals {
    /// Compares them with what stands after the manifest, calling `pass` for every part that was looked at.
    pub(super) fn check(
        &self,
        count: u64,
        body: &[u8],
        mut pass: impl FnMut(usize),
    ) -> Result<(), Fault> {
        if let Some(promised) = self.count
            && promised != count
        {
            let message = format!(
                "the manifest counts {promised} lines, the list has {count}: it was cut short or joined; fetch it again"
            );
            return Err(Fault::fatal(0, "E061", message));
        }
        if let Some(promised) = &self.sha256 {
            let mut digest = Sha256::new();
            for part in body.chunks(1 << 20) {
                digest.update(part);
                pass(part.len());
            }
            let found = Hash::new(HashType::Sha256, &digest.finalize())
                .expect("a digest of 32 bytes")
                .to_string();
            if !promised.eq_ignore_ascii_case(&found) {
                let message = format!(
                    "the manifest gives sha256 {}, the list has \"{found}\": it was changed on the way; fetch it again",
                    quoted(promised.as_bytes())
                );
                return Err(Fault::fatal(0, "E061", message));
            }
        }
        Ok(())
    }
}
