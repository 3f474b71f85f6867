//! How files were looked into, so that a summary can say how much was, and how.

use super::Finding;
use crate::archive::Kind;
use crate::error::{ReasonCode, Reasons};

/// How a file was looked into.
///
/// ```
/// use basma::scan::{Examination, Finding, Status};
/// let finding = Finding::new("a.xyz", Status::Unsupported);
/// assert_eq!(Examination::of(&finding), Examination::Nothing);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Examination {
    /// As a picture: its pixels were hashed.
    Pictures,
    /// As a clip: pictures of it were hashed.
    Clips,
    /// As an archive, a message or a document: what is in it was looked for.
    Containers,
    /// By the signatures of pictures, clips and archives alone.
    Carved,
    /// As bytes: digests were computed.
    Digests,
    /// Not at all.
    Nothing,
}

named!(Examination {
    Pictures = "pictures",
    Clips = "clips",
    Containers = "containers",
    Carved = "carved",
    Digests = "digests",
    Nothing = "nothing",
});

/// So many files, of so many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Looked {
    /// How many files and members.
    pub files: u64,
    /// Their sizes together. Members count beside the archive that they are in.
    pub bytes: u64,
}

impl Examination {
    /// How the file of a finding was looked into.
    pub fn of(finding: &Finding) -> Examination {
        let reasons = || finding.reason.iter().flat_map(Reasons::iter);
        let has = |codes: &[ReasonCode]| reasons().any(|one| codes.contains(&one.reason.code()));
        let is_container = finding.mime.as_deref().is_some_and(Kind::is_mime);
        let is_closed = has(&[
            ReasonCode::FormatNotDecoded,
            ReasonCode::ArchiveNotBuiltIn,
            ReasonCode::ArchiveDepth,
            ReasonCode::RarNotOpened,
            ReasonCode::RarVolume,
        ]);
        if finding.clip_ms.is_some() {
            Examination::Clips
        } else if !finding.prints.is_empty() {
            Examination::Pictures
        } else if has(&[ReasonCode::CarvedOnly]) {
            Examination::Carved
        } else if is_container && !is_closed {
            Examination::Containers
        } else if !finding.digests.is_empty() {
            Examination::Digests
        } else {
            Examination::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Reason;
    use crate::hash::{Hash, HashType};
    use crate::scan::Status;

    #[test]
    fn a_file_is_counted_by_the_most_that_was_looked_into() {
        let plain = || Finding::new("a", Status::NoMatch);
        let of = Examination::of;
        let zip = || Finding {
            mime: Some("application/zip".into()),
            ..plain()
        };
        let digest = Hash::parse(HashType::Md5, "900150983cd24fb0d6963f7d28e17f72").unwrap();
        assert_eq!(of(&plain()), Examination::Nothing);
        assert_eq!(of(&zip()), Examination::Containers);
        let closed = Finding {
            reason: Some(Reason::ArchiveNotBuiltIn.into()),
            ..zip()
        };
        assert_eq!(of(&closed), Examination::Nothing);
        let hashed = Finding {
            digests: vec![digest],
            ..closed.clone()
        };
        assert_eq!(of(&hashed), Examination::Digests);
        let carved = Finding {
            reason: Some(Reason::CarvedOnly.into()),
            ..hashed
        };
        assert_eq!(of(&carved), Examination::Carved);
        let clip = Finding {
            clip_ms: Some(1),
            ..carved
        };
        assert_eq!(of(&clip), Examination::Clips);
    }
}
