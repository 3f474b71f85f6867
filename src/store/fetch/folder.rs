//! A folder into which a new file is put each time, each with a name that comes after the last.
//!
//! Of snapshots the newest counts, of deltas all that were not applied, in the order of their names: that of their
//! bytes, as `LC_ALL=C ls` shows them, so that `2026-01-31.csv` comes before `2026-02-01.csv`; where people would order
//! them otherwise, or the newest by time is another, a warning tells. It skips folders, files that are no lists by
//! their names, files that are open for writing, and files that changed some seconds ago. A delta waits for those
//! before it. Checksums beside a list are checked where they name it. Files may be moved away once they were taken.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::file::{Copy, Links, copy, open, read_signature, settled, signature_path};
use super::known::Applied;
use super::listing::{Candidate, Listing, inside, name_of};
use super::{
    Fetched, Fresh, Kind, Known, Request, SourceWarning, at, checksum, names, settle_seconds,
    size_max,
};
use crate::error::{Action, FetchProblem};
use crate::store::layout::raw::{CHUNK_BYTES, Digest};
use crate::{Error, Result, escape};

/// A folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Its path. Folders in it are ignored.
    pub path: PathBuf,
    /// The age in seconds that a file needs to be read.
    #[serde(default = "settle_seconds")]
    pub settle_seconds: u32,
    /// The largest size of a file in bytes.
    #[serde(default = "size_max")]
    pub size_max: u64,
}

pub(super) fn fetch(request: &Request<'_>, origin: &Folder) -> Result<Fetched> {
    let listing = Listing::read(origin)?;
    let fetched = match request.kind {
        Kind::Snapshot => newest(request, origin, &listing)?,
        Kind::Delta => outstanding(request, origin, &listing)?,
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
    newest: &Candidate,
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
    candidate: &Candidate,
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
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

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
        assert!(matches!(problem(back), FetchProblem::Back { .. }));
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
        assert!(matches!(problem(fetch()), FetchProblem::Altered { .. }));
        // The same content under another stamp is the same.
        place.drop_file("2", b"two");
        fetch().unwrap().unchanged();
        place.drop_file("1", b"one");
        let late = problem(fetch());
        assert!(matches!(&late, FetchProblem::Late { name, last } if name == "1" && last == "2"));
    }

    #[test]
    fn what_is_no_list_or_still_being_written_is_not_taken() {
        let place = Place::new();
        let origin = place.feed();
        let fetch = |kind| place.try_fetch(&origin, kind, &nothing(), &|| false);
        let passed_over = [
            ".hidden",
            "a.part",
            "a.TMP",
            "a.csv.minisig",
            "z.csv.sha512",
            "SHA256SUMS",
            "desktop.ini",
            "README",
            "~$z.csv",
        ];
        passed_over
            .iter()
            .for_each(|name| place.drop_file(name, b"x"));
        fs::create_dir(place.feed_path("sub")).unwrap();
        assert_eq!(problem(fetch(Kind::Snapshot)), FetchProblem::Empty);
        place.warnings.borrow_mut().clear();
        fetch(Kind::Delta).unwrap().unchanged();
        let told = place.warnings.take().join("\n");
        assert!(told.contains("none is a list by its name"), "{told}");

        place.drop_file("a", b"one");
        place.drop_file("c", b"three");
        fs::write(place.feed_path("b"), "written just now").unwrap();
        let deltas = fetch(Kind::Delta).unwrap();
        assert_eq!(deltas.files().len(), 1, "c waits for b");
        assert_eq!(fetch(Kind::Snapshot).unwrap().files()[0].name, "c");
    }

    #[test]
    fn a_list_is_held_to_the_checksums_beside_it() {
        let place = Place::new();
        let origin = place.feed();
        let fetch = |kind| place.try_fetch(&origin, kind, &nothing(), &|| false);
        let hex = |method: &str| match method {
            // printf abc | md5sum, and so on.
            "md5" => "900150983cd24fb0d6963f7d28e17f72",
            "sha1" => "a9993e364706816aba3e25717850c26c9cd0d89d",
            "sha256" => "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            _ => {
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                 2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            }
        };
        for method in ["md5", "sha1", "sha256", "sha512"] {
            let named = |name: &str| format!("{}  {name}\n", hex(method));
            for (by, text) in [
                (format!("b.csv.{method}"), named("b.csv")),
                (format!("b.csv.{method}.txt"), hex(method).to_owned()),
                (format!("b.{method}"), hex(method).to_owned()),
                (format!("{method}sums"), named("a.csv") + &named("b.csv")),
                (format!("all.{method}"), named("lists/b.csv")),
            ] {
                for kind in [Kind::Snapshot, Kind::Delta] {
                    place.drop_file("b.csv", b"abc");
                    place.drop_file(&by, text.as_bytes());
                    let fetched = fetch(kind).unwrap();
                    assert_eq!(fetched.files()[0].name, "b.csv", "{by}");
                    let known = fetched.files()[0].known.clone();
                    place.drop_file("b.csv", b"abd");
                    let refused = fetch(kind).unwrap_err();
                    let said = refused.to_string();
                    assert!(said.contains("b.csv") && said.contains(&by), "{said}");
                    assert!(matches!(
                        problem(Err(refused)),
                        FetchProblem::Checksum { .. }
                    ));
                    // What stands beside a list may come after it.
                    place.drop_file("b.csv", b"abc");
                    place.drop_file(
                        &by,
                        text.replace(hex(method), &"0".repeat(hex(method).len()))
                            .as_bytes(),
                    );
                    if kind == Kind::Snapshot {
                        let again = place.try_fetch(&origin, kind, &known, &|| false);
                        assert!(
                            matches!(problem(again), FetchProblem::Checksum { .. }),
                            "{by}"
                        );
                    }
                    fs::remove_file(place.feed_path(&by)).unwrap();
                }
            }
        }
        // Those of another list say nothing of this one; what says nothing at all is no checksum.
        place.drop_file("a.csv", b"old");
        place.drop_file("a.csv.md5", b"junk");
        fetch(Kind::Snapshot).unwrap();
        place.drop_file("b.csv.md5", b"junk");
        assert!(matches!(
            problem(fetch(Kind::Snapshot)),
            FetchProblem::NoChecksum { .. }
        ));
    }

    #[test]
    fn what_seems_newer_than_what_is_taken_is_told() {
        let place = Place::new();
        let origin = place.feed();
        let taken = |kind| {
            place.warnings.borrow_mut().clear();
            let fetched = place.fetch(&origin, kind, &nothing());
            let names: Vec<String> = fetched.files().iter().map(|f| f.name.clone()).collect();
            let known = fetched.files().last().unwrap().known.clone();
            let told = std::mem::take(&mut *place.warnings.borrow_mut());
            if kind == Kind::Snapshot {
                place.fetch(&origin, kind, &known).unchanged();
                assert_eq!(
                    place.warnings.take(),
                    told,
                    "nothing new is no reason to be silent"
                );
            }
            (names, told)
        };
        place.drop_file("list-08", b"8");
        place.drop_file("list-09", b"9");
        assert_eq!(taken(Kind::Snapshot), (vec!["list-09".to_owned()], vec![]));
        place.drop_file("list-9", b"nine");
        place.drop_file("list-10", b"ten");
        let (names, told) = taken(Kind::Snapshot);
        assert_eq!(names, ["list-9"]);
        assert!(
            told[0].contains("'list-10'") && told[0].contains("'list-9'"),
            "{told:?}"
        );
        assert!(!taken(Kind::Delta).1.is_empty());
        fs::remove_file(place.feed_path("list-9")).unwrap();
        assert_eq!(taken(Kind::Snapshot).1, Vec::<String>::new());
        // The order of names is right, and the time speaks against it.
        place.drop_file("list-07", b"seven");
        place.modified("list-07", SystemTime::now() - Duration::from_secs(9));
        let (names, told) = taken(Kind::Snapshot);
        assert!(
            names == ["list-10"] && told[0].contains("'list-07'"),
            "{told:?}"
        );
        fs::remove_file(place.feed_path("list-07")).unwrap();
        // Half an upload of what would be next.
        place.drop_file("list-11.filepart", b"half");
        let (_, told) = taken(Kind::Snapshot);
        assert!(told[0].contains("list-11.filepart"), "{told:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_process_has_open_for_writing_is_not_taken() {
        let place = Place::new();
        let origin = place.feed();
        place.drop_file("1", b"one");
        place.drop_file("2", b"half");
        let writer = fs::File::options()
            .append(true)
            .open(place.feed_path("2"))
            .unwrap();
        let while_ago = SystemTime::now() - Duration::from_secs(60);
        writer.set_modified(while_ago).unwrap();
        let fetch = || place.fetch(&origin, Kind::Snapshot, &nothing());
        assert_eq!(fetch().files()[0].name, "1");
        drop(writer);
        assert_eq!(fetch().files()[0].name, "2");
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
        place.modified("1", SystemTime::now() + Duration::from_secs(9999));
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
                matches!(&refused, FetchProblem::Link { name } if name == "3"),
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
        assert!(matches!(problem(fetch()), FetchProblem::NoSignature { .. }));
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
