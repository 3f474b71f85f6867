//! A folder into which a new file is put each time, each with a name that comes after the last.
//!
//! Of snapshots the newest counts, of deltas all that were not applied. They follow each other in the byte order of
//! their names, as `LC_ALL=C ls` shows them: `2026-01-31.csv` comes before `2026-02-01.csv`. A warning tells where
//! people would order them otherwise, or where the newest by time is another. Folders are not taken, nor files that
//! `names` tells from lists. A file that is open for writing can still grow, and is not taken either. The same holds
//! for one that was modified a few seconds ago. A delta waits for those before it. Checksums beside a list are checked
//! where they name it. Files may be moved away once they were taken.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::file::{Copy, Links, copy, open, read_signature, settled, signature_path};
use super::known::Applied;
use super::listing::{FileCandidate, Listing, inside, name_of};
use super::{
    Fetched, Fresh, Known, Request, SourceWarning, at, checksum, names, settle_seconds, size_max,
};
use crate::error::{Action, FetchProblem};
use crate::list::Mode;
use crate::store::layout::raw::{CHUNK_BYTES, Digest};
use crate::{Error, Result, escape};

/// A folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Folder {
    /// Its path. Folders in it are ignored.
    pub(crate) path: PathBuf,
    /// The age in seconds that a file needs to be read.
    #[serde(default = "settle_seconds")]
    pub(crate) settle_seconds: u32,
    /// The largest size of a file in bytes.
    #[serde(default = "size_max")]
    pub(crate) size_max: u64,
}

pub(super) fn fetch(request: &Request<'_>, origin: &Folder) -> Result<Fetched> {
    let listing = Listing::read(origin)?;
    let fetched = match request.mode {
        Mode::Snapshot => newest(request, origin, &listing)?,
        Mode::Delta => outstanding(request, origin, &listing)?,
    };
    let known = match &fetched {
        Fetched::Unchanged { known, .. } => Some(&**known),
        Fetched::Files(files) => files.last().map(|fresh| &fresh.known),
    };
    let last = known.and_then(|known| escape::unescape(known.name.as_ref()?));
    warn_of_later(request, origin, &listing, &last.unwrap_or_default());
    Ok(fetched)
}

/// Tells what is not taken although it comes after what was taken last.
fn warn_of_later(request: &Request<'_>, origin: &Folder, listing: &Listing, last: &[u8]) {
    let shown = |name: &[u8]| escape::escape(name).into_owned();
    let folder = || escape::path(&origin.path).into_owned();
    if listing.lists.is_empty() && listing.passed_over > 0 && last.is_empty() {
        (request.warn)(SourceWarning::NoListByName {
            folder: folder(),
            files: listing.passed_over as u64,
        });
    }
    for upload in listing.uploads.iter().filter(|name| name.as_slice() > last) {
        (request.warn)(SourceWarning::StillWritten {
            folder: folder(),
            name: shown(upload),
        });
    }
    for orphan in listing.orphans(last).filter(|name| *name > last) {
        (request.warn)(SourceWarning::Orphan {
            folder: folder(),
            name: shown(orphan),
        });
    }
}

fn newest(request: &Request<'_>, origin: &Folder, listing: &Listing) -> Result<Fetched> {
    let failed = at(&origin.path);
    let place = place(origin);
    let candidates = &listing.lists;
    let mut settled_ones = candidates.iter().filter(|(_, candidate)| candidate.settled);
    let Some((bytes, newest)) = settled_ones.next_back() else {
        return Err(failed(FetchProblem::Empty));
    };
    warn_of_order(request, origin, listing, bytes, newest);
    let known = request.known;
    let name = escape::escape(bytes).into_owned();
    if known.place == Some(place)
        && let Some(last) = &known.name
        && let Some(last_bytes) = escape::unescape(last)
        && *bytes < last_bytes
    {
        // The last may be there, and be written anew at this moment.
        if let Some(last) = candidates.get(&last_bytes) {
            return unchanged(request, origin, known, last);
        }
        let last = last.clone();
        return Err(failed(FetchProblem::Back { name, last }));
    }
    if known.stamp.is_some()
        && known.name.as_ref() == Some(&name)
        && known.holds(&place, request)
        && settled(&newest.path) == known.stamp
    {
        // What stands beside it may have come later.
        let digest = known
            .digest
            .expect("the bytes that it holds are of a digest");
        hold_to_checksums(request, listing, bytes, newest, &digest)?;
        return unchanged(request, origin, known, newest);
    }
    let signature = signature_of(request, origin, newest)?;
    let copy = copy(request, &newest.path, Links::Refuse, origin.size_max)?;
    hold_to_checksums(request, listing, bytes, newest, &copy.digest)?;
    let after = Known {
        digest: Some(copy.digest),
        as_of: copy.as_of,
        name: Some(name.clone()),
        place: Some(place),
        stamp: copy.stamp,
        ..Known::default()
    };
    Ok(fresh(newest, signature, copy, after).or_unchanged(known))
}

/// Tells where another file is the newest by its time, or as people count.
fn warn_of_order(
    request: &Request<'_>,
    origin: &Folder,
    listing: &Listing,
    taken: &[u8],
    newest: &FileCandidate,
) {
    let settled = || {
        listing
            .lists
            .iter()
            .filter(|(_, candidate)| candidate.settled)
    };
    let by_name = settled()
        .map(|(name, _)| name)
        .max_by(|a, b| names::natural(a, b));
    let by_time = settled().max_by_key(|(_, candidate)| candidate.modified);
    let by_time = by_time.filter(|(_, candidate)| candidate.modified > newest.modified);
    let other = by_time.map(|(name, _)| name).or(by_name);
    if let Some(other) = other.filter(|name| name.as_slice() != taken) {
        (request.warn)(SourceWarning::SeemsNewer {
            folder: escape::path(&origin.path).into_owned(),
            other: escape::escape(other).into_owned(),
            taken: escape::escape(taken).into_owned(),
        });
    }
}

/// Holds a list that was kept to the checksums beside it.
fn hold_to_checksums(
    request: &Request<'_>,
    listing: &Listing,
    name: &[u8],
    candidate: &FileCandidate,
    digest: &Digest,
) -> Result<()> {
    let claims = listing.claims(request, name)?;
    checksum::check(request, &candidate.entry, digest, &claims)
}

fn outstanding(request: &Request<'_>, origin: &Folder, listing: &Listing) -> Result<Fetched> {
    let failed = at(&origin.path);
    let mut known = Known {
        place: Some(place(origin)),
        ..request.known.clone()
    };
    let names = known
        .applied
        .keys()
        .map(|name| (escape::unescape(name), name));
    let last = names.max().map(|(bytes, name)| (bytes, name.clone()));
    let mut files = Vec::new();
    let mut before = last.as_ref().and_then(|(bytes, _)| bytes.clone());
    for (bytes, candidate) in &listing.lists {
        let name = escape::escape(bytes).into_owned();
        if let Some(applied) = known.applied.get_mut(&name) {
            let stamp = settled(&candidate.path);
            if stamp.is_none() || stamp != applied.stamp {
                if digest(request, &candidate.path)? != applied.digest {
                    return Err(failed(FetchProblem::Altered { name }));
                }
                applied.stamp = stamp;
            }
            continue;
        }
        if let Some((last, last_name)) = &last
            && last.as_ref().is_some_and(|last| bytes < last)
        {
            let last = last_name.clone();
            return Err(failed(FetchProblem::Late { name, last }));
        }
        if !candidate.settled {
            break;
        }
        if let Some(before) = before.replace(bytes.clone())
            && names::natural(&before, bytes).is_gt()
        {
            (request.warn)(SourceWarning::AppliedBefore {
                folder: escape::path(&origin.path).into_owned(),
                before: escape::escape(&before).into_owned(),
                name: name.clone(),
            });
        }
        let signature = signature_of(request, origin, candidate)?;
        let copy = copy(request, &candidate.path, Links::Refuse, origin.size_max)?;
        hold_to_checksums(request, listing, bytes, candidate, &copy.digest)?;
        known.digest = Some(copy.digest);
        known.as_of = copy.as_of;
        known.name = Some(name.clone());
        let applied = Applied {
            digest: copy.digest,
            stamp: copy.stamp,
        };
        known.applied.insert(name, applied);
        files.push(fresh(candidate, signature, copy, known.clone()));
    }
    if files.is_empty() {
        // Each delta has its own signature, which was checked when it was applied.
        Ok(Fetched::Unchanged {
            signature: None,
            known: Box::new(known),
        })
    } else {
        Ok(Fetched::Files(files))
    }
}

fn fresh(candidate: &FileCandidate, signature: Option<Vec<u8>>, copy: Copy, known: Known) -> Fresh {
    Fresh {
        mode: None,
        name: name_of(&candidate.entry),
        digest: copy.digest,
        bytes: copy.bytes,
        as_of: copy.as_of,
        signature,
        known,
    }
}

fn unchanged(
    request: &Request<'_>,
    origin: &Folder,
    known: &Known,
    candidate: &FileCandidate,
) -> Result<Fetched> {
    Ok(Fetched::Unchanged {
        signature: signature_of(request, origin, candidate)?,
        known: Box::new(known.clone()),
    })
}

fn signature_of(
    request: &Request<'_>,
    origin: &Folder,
    candidate: &FileCandidate,
) -> Result<Option<Vec<u8>>> {
    if !request.signed {
        return Ok(None);
    }
    let entry = signature_path(&candidate.entry);
    let whole = crate::disk::atomic_file::folder(&entry);
    let path = inside(origin, whole, &entry)?.map_or(entry.clone(), |(path, _)| path);
    read_signature(request, &path, Links::Refuse)
}

fn place(origin: &Folder) -> Digest {
    Digest::of(origin.path.as_os_str().as_encoded_bytes())
}

fn digest(request: &Request<'_>, path: &Path) -> Result<Digest> {
    let mut file = open(path, Links::Refuse)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        if (request.stop)() {
            return Err(Error::Cancelled);
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Digest::finish(hasher)),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(Action::Read, path)(error)),
        }
    }
}

#[cfg(test)]
mod tests;
