//! What an archive gives.

use std::sync::Arc;

use super::{Gap, GapKind, Kind};
use crate::error::Reasons;

/// A member of an archive.
#[derive(Debug, PartialEq)]
pub(crate) struct Member {
    /// Its place among all that is given, from 0.
    pub(crate) number: u64,
    /// Its name as stored, behind those of the nested archives that it is in: `inner.zip!/dir/a.jpg`.
    pub(crate) path: Vec<u8>,
    pub(crate) content: Content,
    /// What is wrong with content that is given nevertheless: a checksum that does not hold, an end that is missing.
    pub(crate) gap: Option<Gap>,
    /// Of a part of a picture that is a member itself: the bytes of that picture.
    pub(crate) holder: Option<Arc<Vec<u8>>>,
    /// A container that it is in could not be read to its end, and may be the next time.
    pub(crate) is_in_torn: bool,
}

impl Member {
    /// Whether another try may give more of it.
    pub(crate) fn is_transient(&self) -> bool {
        let inner = match &self.content {
            Content::Refused(_, reasons) => Some(reasons),
            Content::Archive { gap, .. } => gap.as_ref().map(|(_, reasons)| reasons),
            Content::Bytes(_) | Content::Known => None,
        };
        let own = self.gap.iter().map(|(_, reasons)| reasons);
        self.is_in_torn || own.chain(inner).any(Reasons::is_transient)
    }
}

/// The content of a member.
#[derive(PartialEq)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    /// The caller knows it already.
    Known,
    /// An archive, after its members: its own bytes, and why not all of it was looked into.
    Archive {
        kind: Kind,
        bytes: Vec<u8>,
        gap: Option<Gap>,
    },
    /// It could not, or must not, be looked into.
    Refused(GapKind, Reasons),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Content::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Content::Known => write!(f, "Known"),
            Content::Archive { kind, bytes, gap } => {
                write!(f, "Archive({kind:?}, {}, {gap:?})", bytes.len())
            }
            Content::Refused(status, reason) => write!(f, "Refused({status:?}, {reason:?})"),
        }
    }
}
