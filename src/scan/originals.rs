//! Files of findings, read again: plain files, and members of archives by the readers of a scan, behind the same walls.
//!
//! A path of a finding leads to a file, or to an archive and, behind `!/`, to a member of it. Content counts only if it
//! has the SHA-256 that the finding states. What is not there any more is told, by kind.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::log::path_of_bytes;
use super::task::member_path;
use super::walk::open_regular;
use super::{ArchiveLimits, Carving, Passwords};
use crate::Result;
use crate::archive::{Content, Gap, GapKind, Kind};
use crate::error::Reasons;
use crate::hash::HashType;
use crate::hasher::{Container, Digests, Hasher, Known};
use crate::media::Format;

/// Why the content of a finding cannot be read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Absence {
    /// There is no file at its path.
    NotThere,
    /// The archive is there, and holds no such member.
    MemberNotThere,
    /// It is there, and its content is another.
    Changed,
    /// It is larger than the limits allow.
    OverLimit,
    /// The system or the reader of the archive refuses it.
    Unreadable,
    /// It is encrypted, or what it is in, and no password that was given opens it.
    Locked,
}

named!(Absence {
    NotThere = "not-there",
    MemberNotThere = "member-not-there",
    Changed = "changed",
    OverLimit = "over-limit",
    Unreadable = "unreadable",
    Locked = "locked",
});

/// Where the content of a finding is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The file.
    pub file: PathBuf,
    /// Whether the finding is a member of the file.
    pub is_member: bool,
}

impl Origin {
    /// The file that a path of a finding leads to. A name on disk may hold `!/` itself: the file that holds nothing
    /// counts first, then the shortest path of an archive.
    ///
    /// # Errors
    /// [`Absence::NotThere`] if no part of the path is a file.
    pub fn of(path: &Path) -> Result<Origin, Absence> {
        // Opening a pipe waits for its writer.
        let is_file = |path: &Path| path.metadata().is_ok_and(|metadata| metadata.is_file());
        let whole = std::iter::once((path.to_owned(), false));
        let bytes = path.as_os_str().as_encoded_bytes();
        let archives = memchr::memmem::find_iter(bytes, b"!/");
        let archives = archives.filter_map(|at| Some((path_of_bytes(bytes[..at].to_vec())?, true)));
        let mut places = whole.chain(archives);
        let (file, is_member) = places
            .find(|(path, _)| is_file(path))
            .ok_or(Absence::NotThere)?;
        Ok(Origin { file, is_member })
    }
}

/// Reads files of findings again.
///
/// ```
/// use basma::hasher::Hasher;
/// use basma::scan::{Absence, Originals};
/// let originals = Originals::new(Hasher::new([]));
/// let absent = originals.read("no/such/file".as_ref(), &"0".repeat(64));
/// assert_eq!(absent, Err(Absence::NotThere));
/// ```
#[derive(Clone, Debug)]
pub struct Originals {
    hasher: Hasher,
    archives: ArchiveLimits,
    passwords: Passwords,
    carving: Option<Carving>,
}

impl Originals {
    /// Reads with the limits and behind the walls of this hasher.
    pub fn new(hasher: Hasher) -> Originals {
        Originals {
            hasher,
            archives: ArchiveLimits::default(),
            passwords: Passwords::default(),
            carving: None,
        }
    }

    /// Searches files of unknown content by signatures, as a scan with this option did.
    #[must_use]
    pub fn with_carving(self, carving: Option<Carving>) -> Originals {
        Originals { carving, ..self }
    }

    /// Tries these passwords on what is encrypted.
    #[must_use]
    pub fn with_passwords(self, passwords: Passwords) -> Originals {
        Originals { passwords, ..self }
    }

    /// Sets the limits within which archives are looked into.
    #[must_use]
    pub fn with_archives(self, archives: ArchiveLimits) -> Originals {
        Originals { archives, ..self }
    }

    /// The content of a finding, by its path and SHA-256.
    ///
    /// # Errors
    /// Why it cannot be read any more.
    pub fn read(&self, path: &Path, sha256: &str) -> Result<Vec<u8>, Absence> {
        let origin = Origin::of(path)?;
        if !origin.is_member {
            let content = self.whole(&origin.file)?;
            return is_of(&content, sha256)
                .then_some(content)
                .ok_or(Absence::Changed);
        }
        let mut found = Vec::new();
        let wanted = [(path.to_owned(), sha256.to_owned())];
        let absent = self.members(&origin.file, &wanted, &mut |_, content| {
            found = content.to_vec();
            Ok(())
        });
        match absent.map_err(|_| Absence::Unreadable)?[..] {
            [Some(absence)] => Err(absence),
            _ => Ok(found),
        }
    }

    /// Gives the members of an archive that are wanted, in their stored order: the place in `wanted`, and the content.
    /// Also returns for each wanted member why it was not given, if so. The archive is read once.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn members(
        &self,
        archive: &Path,
        wanted: &[(PathBuf, String)],
        take: &mut dyn FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<Vec<Option<Absence>>> {
        let mut open = match self.open(archive) {
            Ok(open) => open,
            Err(_) => return Ok(vec![Some(Absence::Unreadable); wanted.len()]),
        };
        let mut absences = vec![Some(Absence::MemberNotThere); wanted.len()];
        let mut left = wanted.len();
        let mut places: HashMap<&Path, Vec<usize>> = HashMap::new();
        for (place, (path, _)) in wanted.iter().enumerate() {
            places.entry(path).or_default().push(place);
        }
        while let Some((member, _)) = open.next_member(&|_| false) {
            let path = member_path(archive, &member.path);
            if let Content::Archive { gap: Some(gap), .. } = &member.content {
                within(&path, gap, wanted, &mut absences);
            }
            let Some(of_path) = places.get(path.as_path()) else {
                continue;
            };
            for place in of_path {
                // Two members of an archive can have one name.
                if absences[*place].is_none() {
                    continue;
                }
                absences[*place] = match &member.content {
                    Content::Bytes(bytes) | Content::Archive { bytes, .. } => {
                        if is_of(bytes, &wanted[*place].1) {
                            take(*place, bytes)?;
                            left -= 1;
                            None
                        } else {
                            Some(Absence::Changed)
                        }
                    }
                    Content::Refused(kind, reasons) => Some(absence_of(*kind, reasons)),
                    Content::Known => Some(Absence::Unreadable),
                };
            }
            if left == 0 {
                return Ok(absences);
            }
        }
        // What lies behind the place where the reader stopped was not looked for.
        if let Some((kind, reasons)) = open.end() {
            let stopped = absence_of(kind, &reasons);
            let not_reached = absences.iter_mut().flatten();
            not_reached
                .filter(|absence| **absence == Absence::MemberNotThere)
                .for_each(|absence| *absence = stopped);
        }
        Ok(absences)
    }

    fn open(&self, archive: &Path) -> io::Result<crate::hasher::OpenContainer> {
        let mut file = open_regular(archive)?;
        let bytes = file.metadata()?.len();
        // Of a picture that holds others nothing is known: all of them are given.
        let known = Known {
            size: None,
            prints: Cow::Borrowed(&[]),
        };
        let head = Format::head(&mut file)?;
        let kind = Kind::sniff(&head);
        let asked = match Format::sniff(&head) {
            Some(_) => kind,
            None => {
                let named = Kind::named(kind, archive.as_os_str().as_encoded_bytes());
                Kind::carved(named, self.carving)
            }
        };
        let container = match asked.filter(|asked| Some(*asked) != kind) {
            Some(asked) => Container::Archive(asked),
            None => self.hasher.container_of(&mut file, bytes, &known, true)?,
        };
        let name = Path::new(archive.file_name().unwrap_or_default());
        let opened = (name, file, bytes);
        let limits = Some(self.archives);
        Ok(self
            .hasher
            .open_container(&container, opened, (limits, &self.passwords), false))
    }

    /// A file, if it is not too large.
    fn whole(&self, path: &Path) -> Result<Vec<u8>, Absence> {
        let most = self.hasher.limits().file_bytes;
        let mut content = Vec::new();
        let file = open_regular(path).map_err(|_| Absence::Unreadable)?;
        let read = file.take(most + 1).read_to_end(&mut content);
        read.map_err(|_| Absence::Unreadable)?;
        if content.len() as u64 > most {
            return Err(Absence::OverLimit);
        }
        Ok(content)
    }
}

/// Why content is absent that an archive does not give.
fn absence_of(kind: GapKind, reasons: &Reasons) -> Absence {
    let mut occurrences = reasons.iter();
    if occurrences.any(|occurrence| occurrence.reason.is_locked()) {
        return Absence::Locked;
    }
    match kind {
        GapKind::OverLimit => Absence::OverLimit,
        _ => Absence::Unreadable,
    }
}

/// Notes why members are absent of a nested archive that was not read whole.
fn within(
    archive: &Path,
    (kind, reasons): &Gap,
    wanted: &[(PathBuf, String)],
    absences: &mut [Option<Absence>],
) {
    let mut begin = archive.as_os_str().as_encoded_bytes().to_vec();
    begin.extend(b"!/");
    for ((path, _), absence) in wanted.iter().zip(absences) {
        let is_within = path.as_os_str().as_encoded_bytes().starts_with(&begin);
        if is_within && *absence == Some(Absence::MemberNotThere) {
            *absence = Some(absence_of(*kind, reasons));
        }
    }
}

fn is_of(content: &[u8], sha256: &str) -> bool {
    let mut digests = Digests::new([HashType::Sha256]);
    digests.update(content);
    digests.finish().iter().any(|d| d.to_string() == sha256)
}
