//! What is in a folder of lists: those that could be taken, and what stands beside them.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::checksum::{self, Claim, StatedChecksum};
use super::file::{Links, open};
use super::names::{self, Role};
use super::writing::open_for_writing;
use super::{Folder, Request, SourceWarning, at};
use crate::error::{Action, FetchProblem};
use crate::{Error, Result, escape};

/// How many files are looked at: 270 years of nights.
const FILES_MAX: usize = 100_000;

/// A file that could be taken.
pub(super) struct FileCandidate {
    /// Where it stands in the folder, beside its signature.
    pub(super) entry: PathBuf,
    /// Itself, where the entry is a link.
    pub(super) path: PathBuf,
    /// Whether it may be read now.
    pub(super) settled: bool,
    pub(super) modified: Option<SystemTime>,
}

/// What a folder holds, by the bytes of names, which is the order in which lists count.
pub(super) struct Listing {
    pub(super) lists: BTreeMap<Vec<u8>, FileCandidate>,
    /// Files with checksums, each with itself.
    checksums: BTreeMap<Vec<u8>, PathBuf>,
    /// Halves of uploads.
    pub(super) uploads: Vec<Vec<u8>>,
    /// How many files are passed over for their names, hidden ones aside.
    pub(super) passed_over: usize,
}

impl Listing {
    pub(super) fn read(origin: &Folder) -> Result<Listing> {
        let io = |error| Error::io(Action::Read, &origin.path)(error);
        let now = SystemTime::now();
        let whole = fs::canonicalize(&origin.path).map_err(io)?;
        let mut listing = Listing {
            lists: BTreeMap::new(),
            checksums: BTreeMap::new(),
            uploads: Vec::new(),
            passed_over: 0,
        };
        let mut wrapped = Vec::new();
        for (index, entry) in fs::read_dir(&whole).map_err(io)?.enumerate() {
            if index >= FILES_MAX {
                let limit = FILES_MAX as u64;
                return Err(at(&origin.path)(FetchProblem::Crowded { limit }));
            }
            let name = entry.map_err(io)?.file_name();
            let bytes = name.as_encoded_bytes().to_vec();
            let role = names::role(&bytes);
            if role != Role::List && !bytes.starts_with(b".") {
                listing.passed_over += 1;
            }
            match role {
                Role::Companion => continue,
                Role::Upload => {
                    listing.uploads.push(bytes);
                    continue;
                }
                Role::Checksums | Role::Wrapping | Role::List => {}
            }
            let entry = whole.join(&name);
            let Some((path, metadata)) = inside(origin, &whole, &entry)? else {
                continue;
            };
            if role == Role::Checksums {
                listing.checksums.insert(bytes, path);
                continue;
            }
            if role == Role::Wrapping {
                wrapped.push(bytes.clone());
            }
            let candidate = FileCandidate {
                entry,
                path,
                settled: is_settled(&metadata, now, origin.settle_seconds),
                modified: metadata.modified().ok(),
            };
            listing.lists.insert(bytes, candidate);
        }
        for name in wrapped {
            let beside = names::subject(&name);
            let is_signature = beside.is_some_and(|of| {
                listing.lists.contains_key(of) || listing.checksums.contains_key(of)
            });
            if is_signature {
                listing.lists.remove(&name);
            }
        }
        listing.uploads.sort_unstable();
        let written = open_for_writing(&whole);
        for candidate in listing.lists.values_mut() {
            candidate.settled &= !written.contains(&candidate.path);
        }
        Ok(listing)
    }

    /// The checksums in files beside a single list: those that are named after it. Those of other lists are not read.
    pub(super) fn claims(&self, request: &Request<'_>, name: &[u8]) -> Result<Vec<Claim>> {
        let mut claims = Vec::new();
        for (by, path) in &self.checksums {
            let of = self.list_of(by);
            if of.is_none_or(|of| of == name) {
                claims.extend(read_claims(request, path, by, name, of.is_some())?);
            }
        }
        Ok(claims)
    }

    /// The list that a file with checksums is named after. `2026-01-31.csv.md5` is named after `2026-01-31.csv`. So is
    /// `2026-01-31.md5` where there is only one such list.
    fn list_of(&self, checksums: &[u8]) -> Option<&[u8]> {
        let subject = names::subject(checksums)?;
        let from = self.lists.range(subject.to_vec()..);
        let from = from.map(|(name, _)| name.as_slice());
        let begin_so = from.take_while(|name| name.starts_with(subject));
        let mut named = begin_so.filter(|name| matches!(name[subject.len()..], [] | [b'.', ..]));
        let first = named.next()?;
        (first == subject || named.next().is_none()).then_some(first)
    }

    /// Files with checksums whose list is absent: their names are like this one, or the folder has no list.
    pub(super) fn orphans(&self, like: &[u8]) -> impl Iterator<Item = &[u8]> {
        let ending = names::subject(like).map_or(&[][..], |before| &like[before.len()..]);
        let is_like = move |subject: &[u8]| !ending.is_empty() && subject.ends_with(ending);
        let names = self.checksums.keys().map(Vec::as_slice);
        names.filter(move |by| {
            let is_of_list = |subject| self.lists.is_empty() || is_like(subject);
            names::subject(by).is_some_and(is_of_list) && self.list_of(by).is_none()
        })
    }
}

/// What one file with checksums says of a list.
fn read_claims(
    request: &Request<'_>,
    path: &Path,
    by: &[u8],
    list: &[u8],
    is_own: bool,
) -> Result<Vec<Claim>> {
    let mut bytes = Vec::new();
    let file = open(path, Links::Refuse)?;
    let read = file.take(checksum::BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(Error::io(Action::Read, path))?;
    let name = escape::escape(by).into_owned();
    if bytes.len() as u64 > checksum::BYTES_MAX {
        let limit = checksum::BYTES_MAX;
        return Err(at(path)(FetchProblem::TooLarge { limit }));
    }
    match checksum::said(&bytes, by, list, is_own) {
        StatedChecksum::Claims(claims) => Ok(claims),
        StatedChecksum::OtherMethod => {
            (request.warn)(SourceWarning::ChecksumMethod { name });
            Ok(Vec::new())
        }
        StatedChecksum::Unclear => {
            let list = escape::escape(list).into_owned();
            Err(at(path)(FetchProblem::NoChecksum { list }))
        }
    }
}

/// What files beside a list say of it, where the list stands in no folder of lists. These files are named after it.
pub(super) fn claims_beside(request: &Request<'_>, path: &Path) -> Result<Vec<Claim>> {
    const ENDINGS: [&str; 12] = [
        "sha256",
        "sha512",
        "sha1",
        "md5",
        "sha384",
        "sha224",
        "sha256sum",
        "sha512sum",
        "sha1sum",
        "md5sum",
        "SHA256",
        "MD5",
    ];
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .as_encoded_bytes();
    let mut claims = Vec::new();
    for ending in ENDINGS {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{ending}"));
        let beside = PathBuf::from(beside);
        if fs::metadata(&beside).is_ok_and(|there| there.is_file()) {
            let by = beside.file_name().unwrap_or(beside.as_os_str());
            let path = fs::canonicalize(&beside).map_err(Error::io(Action::Read, &beside))?;
            claims.extend(read_claims(
                request,
                &path,
                by.as_encoded_bytes(),
                name,
                true,
            )?);
        }
    }
    Ok(claims)
}

/// Whether the file is unchanged for a while. A time in the future gives no information. A time that is still to come
/// tells nothing of when that was.
pub(super) fn is_settled(metadata: &Metadata, now: SystemTime, seconds: u32) -> bool {
    let Ok(modified) = metadata.modified() else {
        return true;
    };
    let ago = now.duration_since(modified);
    ago.is_ok_and(|ago| ago >= Duration::from_secs(seconds.into())) || modified > now
}

/// The file that an entry of the folder stands for; none where it is no file, or has gone.
pub(super) fn inside(
    origin: &Folder,
    whole: &Path,
    path: &Path,
) -> Result<Option<(PathBuf, Metadata)>> {
    let there = |path: &Path| match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        metadata => metadata.map(Some).map_err(Error::io(Action::Read, path)),
    };
    let Some(metadata) = there(path)? else {
        return Ok(None);
    };
    if !metadata.is_symlink() {
        return Ok(metadata.is_file().then(|| (path.to_owned(), metadata)));
    }
    let target = fs::canonicalize(path).ok();
    let target = target.filter(|target| target.parent() == Some(whole));
    let target = target.ok_or_else(|| {
        let name = name_of(path);
        at(&origin.path)(FetchProblem::Link { name })
    })?;
    let metadata = there(&target)?.filter(Metadata::is_file);
    Ok(metadata.map(|metadata| (target, metadata)))
}

pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    escape::escape(name.as_encoded_bytes()).into_owned()
}
