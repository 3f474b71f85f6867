//! What is remembered from one refresh to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::http::pages::Standing;
use super::{Fetched, Fresh, Request};
use crate::disk::file_stamp::FileStamp;
use crate::store::layout::raw::Digest;

/// The state after the last success. The caller keeps it, as JSON for instance, and looks at nothing in it but what is public.
///
/// It holds no secret: the URL stands in it as a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// The digest of the last file.
    pub(crate) digest: Option<Digest>,
    /// Of when that is, in seconds since 1970 UTC.
    pub(crate) as_of: Option<i64>,
    /// Its name, escaped.
    pub(crate) name: Option<String>,
    /// Which place all this is of: of another one, nothing is assumed to be unchanged.
    pub(super) place: Option<Digest>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) stamp: Option<FileStamp>,
    /// Of an interface, where its next window begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) interface: Option<Standing>,
    /// Of a folder of deltas, each file that was applied, by its escaped name.
    #[serde(default)]
    pub(super) applied: BTreeMap<String, Applied>,
}

/// A delta that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Applied {
    pub(super) digest: Digest,
    pub(super) stamp: Option<FileStamp>,
}

impl Known {
    /// Whether this is of a place, and the bytes it speaks of are still kept.
    pub(super) fn holds(&self, place: &Digest, request: &Request<'_>) -> bool {
        let kept = self
            .digest
            .is_some_and(|digest| request.raw.contains(&digest));
        kept && self.place.as_ref() == Some(place)
    }
}

impl Fresh {
    /// A file that was kept; where the last one had the same bytes, nothing has changed.
    pub(super) fn or_unchanged(self, before: &Known) -> Fetched {
        if before.digest == Some(self.digest) && before.place == self.known.place {
            Fetched::Unchanged {
                signature: self.signature,
                known: Box::new(self.known),
            }
        } else {
            Fetched::Files(vec![self])
        }
    }
}
