//! What a scan examines: files and members of archives on their way through the pipeline.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Finding;
use super::log::{FileStamp, path_of_bytes};
use super::walk::{FileLocation, Found};
use crate::archive::Member;

/// What is to be examined.
pub(super) enum Task {
    Found(Found),
    Member(MemberTask),
}

impl Task {
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Task::Found(found) => found.spot.path.clone(),
            Task::Member(member) => member.path(),
        }
    }
}

/// One member to be examined.
pub(super) struct MemberTask {
    pub(super) of: Arc<Of>,
    pub(super) what: What,
    /// Whether another walk through the archive may give it another number.
    pub(super) fleeting: bool,
}

impl MemberTask {
    /// Where it is.
    pub(super) fn path(&self) -> PathBuf {
        match &self.what {
            What::Finding(finding) => finding.path.clone(),
            What::Member(member, ..) => member_path(&self.of.spot.path, &member.path),
        }
    }
}

pub(super) enum What {
    /// Its result is known.
    Finding(Box<Finding>),
    /// A member, and whether it is a smaller copy of the picture that holds it, where that is known.
    Member(Member, Option<bool>, Held),
}

/// Counts bytes in flight for as long as they are.
pub(super) struct Held(pub(super) u64, pub(super) InFlight);

impl Drop for Held {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// Which archive.
pub(super) struct Of {
    pub(super) spot: FileLocation,
    pub(super) stamp: FileStamp,
    /// Whether it may have changed since without its stamp's showing it.
    pub(super) fleeting: bool,
}

/// How many bytes of members wait to be examined.
pub(super) type InFlight = Arc<AtomicU64>;

/// `dump.zip` and `dir/a.jpg` to `dump.zip!/dir/a.jpg`.
pub(super) fn member_path(archive: &Path, member: &[u8]) -> PathBuf {
    let mut bytes = archive.as_os_str().as_encoded_bytes().to_vec();
    bytes.extend_from_slice(b"!/");
    bytes.extend_from_slice(member);
    path_of_bytes(bytes).unwrap_or_else(|| {
        let member = crate::escape::escape(member);
        PathBuf::from(format!("{}!/{member}", archive.display()))
    })
}
