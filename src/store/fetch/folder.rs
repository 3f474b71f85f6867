//! A folder into which a new file is put each time, each with a name that comes after the last.
//!
//! Of snapshots the newest counts, of deltas all that were not applied, in the order of their names: that of their bytes,
//! as `LC_ALL=C ls` shows them, so that `2026-01-31.csv` comes before `2026-02-01.csv`. Not taken are folders, hidden
//! files, `*.part` and `*.tmp`, signatures, and what was modified a few seconds ago and may still be growing; a delta waits
//! for those before it. Files may be moved away once they were taken.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::file::{Copy, Links, copy, open, read_signature, settled, signature_path};
use super::known::Applied;
use super::{Fetched, Fresh, Kind, Known, Problem, Request, at, size_max};
use crate::store::raw::{CHUNK_BYTES, Digest};
use crate::store::signature;
use crate::{Error, Result, escape};

/// How many files are looked at: 270 years of nights.
const FILES_MAX: usize = 100_000;

/// A folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Its path. Folders in it are not looked into.
    pub path: PathBuf,
    /// How many seconds ago a file must have been modified to be taken.
    #[serde(default = "settle_seconds")]
    pub settle_seconds: u32,
    /// How many bytes a file may have.
    #[serde(default = "size_max")]
    pub size_max: u64,
}

fn settle_seconds() -> u32 {
    5
}

/// A file that could be taken.
struct Candidate {
    /// Where it stands in the folder, beside its signature.
    entry: PathBuf,
    /// Itself, where the entry is a link.
    path: PathBuf,
    /// Whether it may be read now.
    settled: bool,
}

pub(super) fn fetch(request: &Request<'_>, origin: &Folder) -> Result<Fetched> {
    let candidates = candidates(origin)?;
    match request.kind {
        Kind::Snapshot => newest(request, origin, candidates),
        Kind::Delta => outstanding(request, origin, candidates),
    }
}

/// By the bytes of their names, which is the order in which they count.
fn candidates(origin: &Folder) -> Result<BTreeMap<Vec<u8>, Candidate>> {
    let io = |error| Error::io("read", &origin.path)(error);
    let now = SystemTime::now();
    let whole = fs::canonicalize(&origin.path).map_err(io)?;
    let mut candidates = BTreeMap::new();
    for (index, entry) in fs::read_dir(&whole).map_err(io)?.enumerate() {
        if index >= FILES_MAX {
            let limit = FILES_MAX;
            return Err(at(&origin.path)(Problem::Crowded { limit }));
        }
        let name = entry.map_err(io)?.file_name();
        if is_passed_over(name.as_encoded_bytes()) {
            continue;
        }
        let entry = whole.join(&name);
        let Some((path, metadata)) = inside(origin, &whole, &entry)? else {
            continue;
        };
        let candidate = Candidate {
            entry,
            path,
            settled: is_settled(&metadata, now, origin.settle_seconds),
        };
        candidates.insert(name.as_encoded_bytes().to_vec(), candidate);
    }
    Ok(candidates)
}

fn is_passed_over(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = [".part", ".tmp", signature::SUFFIX];
    name.starts_with(b".") || ends.iter().any(|end| name.ends_with(end.as_bytes()))
}

/// Whether nobody has written to it for a while. A time that is still to come tells nothing of when that was.
fn is_settled(metadata: &Metadata, now: SystemTime, seconds: u32) -> bool {
    let Ok(modified) = metadata.modified() else {
        return true;
    };
    let ago = now.duration_since(modified);
    ago.is_ok_and(|ago| ago >= Duration::from_secs(seconds.into())) || modified > now
}

/// The file that an entry of the folder stands for; none where it is no file, or has gone.
fn inside(origin: &Folder, whole: &Path, path: &Path) -> Result<Option<(PathBuf, Metadata)>> {
    let there = |path: &Path| match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        metadata => metadata.map(Some).map_err(Error::io("read", path)),
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
        at(&origin.path)(Problem::Link { name })
    })?;
    let metadata = there(&target)?.filter(Metadata::is_file);
    Ok(metadata.map(|metadata| (target, metadata)))
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    escape::escape(name.as_encoded_bytes()).into_owned()
}

fn newest(
    request: &Request<'_>,
    origin: &Folder,
    candidates: BTreeMap<Vec<u8>, Candidate>,
) -> Result<Fetched> {
    let failed = at(&origin.path);
    let place = place(origin);
    let mut settled_ones = candidates.iter().filter(|(_, candidate)| candidate.settled);
    let Some((bytes, newest)) = settled_ones.next_back() else {
        return Err(failed(Problem::Empty));
    };
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
        return Err(failed(Problem::Back { name, last }));
    }
    if known.stamp.is_some()
        && known.name.as_ref() == Some(&name)
        && known.holds(&place, request)
        && settled(&newest.path) == known.stamp
    {
        return unchanged(request, origin, known, newest);
    }
    let signature = signature_of(request, origin, newest)?;
    let copy = copy(request, &newest.path, Links::Refuse, origin.size_max)?;
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

fn outstanding(
    request: &Request<'_>,
    origin: &Folder,
    candidates: BTreeMap<Vec<u8>, Candidate>,
) -> Result<Fetched> {
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
    for (bytes, candidate) in &candidates {
        let name = escape::escape(bytes).into_owned();
        if let Some(applied) = known.applied.get_mut(&name) {
            let stamp = settled(&candidate.path);
            if stamp.is_none() || stamp != applied.stamp {
                if digest(request, &candidate.path)? != applied.digest {
                    return Err(failed(Problem::Altered { name }));
                }
                applied.stamp = stamp;
            }
            continue;
        }
        if let Some((last, last_name)) = &last
            && last.as_ref().is_some_and(|last| bytes < last)
        {
            let last = last_name.clone();
            return Err(failed(Problem::Late { name, last }));
        }
        if !candidate.settled {
            break;
        }
        let signature = signature_of(request, origin, candidate)?;
        let copy = copy(request, &candidate.path, Links::Refuse, origin.size_max)?;
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
    match files.is_empty() {
        // Each delta has its own signature, which was checked when it was applied.
        true => Ok(Fetched::Unchanged {
            signature: None,
            known: Box::new(known),
        }),
        false => Ok(Fetched::Files(files)),
    }
}

fn fresh(candidate: &Candidate, signature: Option<Vec<u8>>, copy: Copy, known: Known) -> Fresh {
    Fresh {
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
    candidate: &Candidate,
) -> Result<Fetched> {
    Ok(Fetched::Unchanged {
        signature: signature_of(request, origin, candidate)?,
        known: Box::new(known.clone()),
    })
}

fn signature_of(
    request: &Request<'_>,
    origin: &Folder,
    candidate: &Candidate,
) -> Result<Option<Vec<u8>>> {
    if !request.signed {
        return Ok(None);
    }
    let entry = signature_path(&candidate.entry);
    let whole = crate::publish::folder(&entry);
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
            return Err(Error::Stopped);
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Digest::finish(hasher)),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io("read", path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Place, problem};
    use super::*;

    fn nothing() -> Known {
        Known::default()
    }

    #[test]
    fn of_snapshots_the_newest_by_name_counts() {
        let place = Place::new();
        let origin = place.feed();
        place.drop_file("2026-01-31.csv", b"january");
        place.drop_file("2026-02-01.csv", b"february");
        let first = place.fetch(&origin, Kind::Snapshot, &nothing());
        assert_eq!(first.files().len(), 1);
        assert_eq!(first.files()[0].name, "2026-02-01.csv");
        let known = first.files()[0].known.clone();
        place.fetch(&origin, Kind::Snapshot, &known).unchanged();

        place.drop_file("2026-02-02.csv", b"february");
        let same = place.fetch(&origin, Kind::Snapshot, &known);
        let known = same.unchanged().clone();
        assert_eq!(known.name.as_deref(), Some("2026-02-02.csv"));

        fs::remove_file(place.feed_path("2026-02-02.csv")).unwrap();
        let back = place.try_fetch(&origin, Kind::Snapshot, &known, &|| false);
        assert!(matches!(problem(back), Problem::Back { .. }));
    }

    #[test]
    fn of_deltas_all_that_are_outstanding_count_in_the_order_of_their_names() {
        let place = Place::new();
        let origin = place.feed();
        for (name, bytes) in [("b", b"2"), ("a", b"1"), ("B", b"0")] {
            place.drop_file(name, bytes);
        }
        let first = place.fetch(&origin, Kind::Delta, &nothing());
        let names = |fetched: &Fetched| -> Vec<String> {
            fetched.files().iter().map(|f| f.name.clone()).collect()
        };
        assert_eq!(names(&first), ["B", "a", "b"]);
        let after_two = first.files()[1].known.clone();
        let rest = place.fetch(&origin, Kind::Delta, &after_two);
        assert_eq!(names(&rest), ["b"], "what was not applied comes again");

        let known = rest.files()[0].known.clone();
        let stored = serde_json::to_string(&known).unwrap();
        let known: Known = serde_json::from_str(&stored).unwrap();
        place.fetch(&origin, Kind::Delta, &known).unchanged();
        // What was taken may be moved away.
        fs::remove_file(place.feed_path("a")).unwrap();
        place.drop_file("c", b"3");
        let next = place.fetch(&origin, Kind::Delta, &known);
        assert_eq!(names(&next), ["c"]);
        assert_eq!(place.raw_names().len(), 4);
    }

    #[test]
    fn a_delta_that_was_altered_or_comes_late_is_an_error() {
        let place = Place::new();
        let origin = place.feed();
        place.drop_file("2", b"two");
        let first = place.fetch(&origin, Kind::Delta, &nothing());
        let known = first.files()[0].known.clone();
        place.drop_file("2", b"TWO");
        let fetch = || place.try_fetch(&origin, Kind::Delta, &known, &|| false);
        assert!(matches!(problem(fetch()), Problem::Altered { .. }));
        // The same content under another stamp is the same.
        place.drop_file("2", b"two");
        fetch().unwrap().unchanged();
        place.drop_file("1", b"one");
        let late = problem(fetch());
        assert!(matches!(&late, Problem::Late { name, last } if name == "1" && last == "2"));
    }

    #[test]
    fn what_is_no_list_or_still_being_written_is_not_taken() {
        let place = Place::new();
        let origin = place.feed();
        let fetch = |kind| place.try_fetch(&origin, kind, &nothing(), &|| false);
        let passed_over = [".hidden", "a.part", "a.TMP", "a.csv.minisig"];
        passed_over
            .iter()
            .for_each(|name| place.drop_file(name, b"x"));
        fs::create_dir(place.feed_path("sub")).unwrap();
        assert_eq!(problem(fetch(Kind::Snapshot)), Problem::Empty);
        fetch(Kind::Delta).unwrap().unchanged();

        place.drop_file("a", b"one");
        place.drop_file("c", b"three");
        fs::write(place.feed_path("b"), "written just now").unwrap();
        let deltas = fetch(Kind::Delta).unwrap();
        assert_eq!(deltas.files().len(), 1, "c waits for b");
        assert_eq!(fetch(Kind::Snapshot).unwrap().files()[0].name, "c");
    }

    #[test]
    fn a_snapshot_that_is_written_anew_is_waited_for() {
        let place = Place::new();
        let origin = place.feed();
        place.drop_file("1", b"old");
        place.drop_file("2", b"new");
        let first = place.fetch(&origin, Kind::Snapshot, &nothing());
        let known = first.files()[0].known.clone();
        fs::write(place.feed_path("2"), "newer").unwrap();
        let fetched = place.fetch(&origin, Kind::Snapshot, &known);
        assert_eq!(*fetched.unchanged(), known);
    }

    #[test]
    fn a_time_that_is_still_to_come_is_no_reason_to_wait() {
        let place = Place::new();
        let origin = place.feed();
        place.drop_file("1", b"one");
        let file = fs::File::options()
            .write(true)
            .open(place.feed_path("1"))
            .unwrap();
        file.set_modified(SystemTime::now() + Duration::from_secs(9999))
            .unwrap();
        assert_eq!(
            place.fetch(&origin, Kind::Delta, &nothing()).files().len(),
            1
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_refused() {
        use std::os::unix::fs::symlink;
        let place = Place::new();
        let origin = place.feed();
        place.drop_file("1", b"one");
        symlink("1", place.feed_path("2")).unwrap();
        let fetch = || place.try_fetch(&origin, Kind::Snapshot, &nothing(), &|| false);
        let inside = fetch().unwrap();
        assert_eq!(inside.files()[0].name, "2");
        let outside = place.write("secret", b"secret");
        for target in [
            outside.as_path(),
            Path::new("../secret"),
            Path::new("none"),
            Path::new("3"),
        ] {
            let _ = fs::remove_file(place.feed_path("3"));
            symlink(target, place.feed_path("3")).unwrap();
            let refused = problem(fetch());
            assert!(
                matches!(&refused, Problem::Link { name } if name == "3"),
                "{target:?}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_are_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let place = Place::new();
        let origin = place.feed();
        let name = std::ffi::OsStr::from_bytes(b"a\xff\n");
        let path = place.feed_path("").join(name);
        place.drop_at(&path, b"one");
        let first = place.fetch(&origin, Kind::Delta, &nothing());
        assert_eq!(first.files()[0].name, "a\\xff\\n");
        let known = first.files()[0].known.clone();
        place.fetch(&origin, Kind::Delta, &known).unchanged();
    }

    #[test]
    fn signatures_stand_beside_the_files() {
        let mut place = Place::new();
        place.signed = true;
        let origin = place.feed();
        place.drop_file("1", b"one");
        let fetch = || place.try_fetch(&origin, Kind::Snapshot, &nothing(), &|| false);
        assert!(matches!(problem(fetch()), Problem::NoSignature { .. }));
        place.drop_file("1.minisig", b"signed");
        let fetched = fetch().unwrap();
        let fresh = &fetched.files()[0];
        assert_eq!(fresh.signature.as_deref(), Some(&b"signed"[..]));
        let again = place.fetch(&origin, Kind::Snapshot, &fresh.known);
        assert!(matches!(
            again,
            Fetched::Unchanged {
                signature: Some(_),
                ..
            }
        ));
    }
}
