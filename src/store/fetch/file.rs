//! One file, copied as it stood at one moment.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::listing::{claims_beside, is_settled};
use super::writing::open_for_writing;
use super::{Fetched, Fresh, Known, Request, at, checksum};
use crate::disk::file_stamp::FileStamp;
use crate::error::{Action, FetchProblem};
use crate::store::fetch::signature;
use crate::store::layout::raw::{Digest, within};
use crate::{Error, Result, escape};

/// How often a file that changes while it is read is read again.
const TRIES: u32 = 3;

/// How many times as long as a file must have been left alone is waited for that.
const SETTLING: u64 = 6;

/// How long it is left alone before that.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) fn fetch(request: &Request<'_>, origin: &super::File) -> Result<Fetched> {
    let path = &origin.path;
    let place = Digest::of(path.as_os_str().as_encoded_bytes());
    let beside = origin.signature.clone();
    let signature_path = beside.unwrap_or_else(|| signature_path(path));
    let known = request.known;
    if known.stamp.is_some() && known.holds(&place, request) && settled(path) == known.stamp {
        return Ok(Fetched::Unchanged {
            signature: read_signature(request, &signature_path, Links::Follow)?,
            known: Box::new(known.clone()),
        });
    }
    wait_until_settled(request, path, origin.settle_seconds)?;
    // First: without it nothing of the list is of use.
    let signature = read_signature(request, &signature_path, Links::Follow)?;
    let copy = copy(request, path, Links::Follow, origin.size_max)?;
    checksum::check(request, path, &copy.digest, &claims_beside(request, path)?)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = escape::escape(name.as_encoded_bytes()).into_owned();
    let fresh = Fresh {
        mode: None,
        signature,
        digest: copy.digest,
        bytes: copy.bytes,
        as_of: copy.as_of,
        known: Known {
            digest: Some(copy.digest),
            as_of: copy.as_of,
            name: Some(name.clone()),
            place: Some(place),
            stamp: copy.stamp,
            ..Known::default()
        },
        name,
    };
    Ok(fresh.or_unchanged(known))
}

/// Waits until a file is unchanged for a while. A file that is cut between two writes shows no other sign.
fn wait_until_settled(request: &Request<'_>, path: &Path, seconds: u32) -> Result<()> {
    let patience = Duration::from_secs(u64::from(seconds) * SETTLING);
    let begun = Instant::now();
    loop {
        let whole = fs::canonicalize(path).map_err(Error::io(Action::Open, path))?;
        let metadata = fs::metadata(&whole).map_err(Error::io(Action::Read, path))?;
        let is_settled = is_settled(&metadata, SystemTime::now(), seconds);
        let is_written = is_settled && open_for_writing(&whole).contains(&whole);
        if is_settled && !is_written {
            return Ok(());
        }
        if begun.elapsed() >= patience {
            let problem = if is_written {
                FetchProblem::Written
            } else {
                FetchProblem::Changing
            };
            return Err(at(path)(problem));
        }
        if (request.stop)() {
            return Err(Error::Cancelled);
        }
        std::thread::sleep(PAUSE);
    }
}

/// What was copied into the store.
pub(super) struct Copy {
    pub(super) digest: Digest,
    pub(super) bytes: u64,
    pub(super) as_of: Option<i64>,
    /// What tells next time that the file is the same, where that can be told without reading it.
    pub(super) stamp: Option<FileStamp>,
}

/// Keeps the content of a file. A file that changes meanwhile is not kept.
pub(super) fn copy(
    request: &Request<'_>,
    path: &Path,
    links: Links,
    size_max: u64,
) -> Result<Copy> {
    let sized = |error| too_large(path, error);
    for attempt in 0..TRIES {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        let mut file = open(path, links)?;
        let of = |file: &File| file.metadata().map_err(Error::io(Action::Read, path));
        let before = of(&file)?;
        within(before.len(), size_max).map_err(sized)?;
        let read = |buffer: &mut [u8]| file_read(&mut file, buffer, path);
        let received = request.raw.receive(read, size_max, request.stop);
        let received = received.map_err(sized)?;
        let stamp = FileStamp::of(&before);
        let same = |metadata: &Metadata| FileStamp::of(metadata) == stamp;
        // By its path as well: another file may have been put in its place.
        let there = fs::metadata(path).is_ok_and(|there| same(&there));
        if same(&of(&file)?) && there && received.bytes() == before.len() {
            return Ok(Copy {
                bytes: received.bytes(),
                digest: received.keep()?,
                as_of: before.modified().ok().map(seconds),
                stamp: stamp.is_settled(SystemTime::now()).then_some(stamp),
            });
        }
    }
    Err(at(path)(FetchProblem::Changing))
}

/// The stamp of a file, if it tells its content.
pub(super) fn settled(path: &Path) -> Option<FileStamp> {
    let stamp = FileStamp::of(&fs::metadata(path).ok()?);
    stamp.is_settled(SystemTime::now()).then_some(stamp)
}

pub(super) fn signature_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(signature::SUFFIX);
    PathBuf::from(name)
}

/// The bytes of a signature, where the list is signed.
pub(super) fn read_signature(
    request: &Request<'_>,
    path: &Path,
    links: Links,
) -> Result<Option<Vec<u8>>> {
    if !request.signed {
        return Ok(None);
    }
    let file = match open(path, links) {
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            let location = escape::path(path).into_owned();
            return Err(at(path)(FetchProblem::NoSignature { location }));
        }
        file => file?,
    };
    let mut bytes = Vec::new();
    let mut most = file.take(signature::BYTES_MAX + 1);
    let read = most.read_to_end(&mut bytes);
    read.map_err(Error::io(Action::Read, path))?;
    let whole = within(bytes.len() as u64, signature::BYTES_MAX);
    whole.map_err(|error| too_large(path, error))?;
    Ok(Some(bytes))
}

/// Seconds since 1970 UTC, before it negative; whole ones, towards the past.
pub(super) fn seconds(time: SystemTime) -> i64 {
    let whole = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => whole(since),
        Err(before) if before.duration().subsec_nanos() > 0 => -whole(before.duration()) - 1,
        Err(before) => -whole(before.duration()),
    }
}

/// What is over the limit, by its name.
fn too_large(path: &Path, error: Error) -> Error {
    match error {
        Error::OverLimit { limit, .. } => at(path)(FetchProblem::TooLarge { limit }),
        error => error,
    }
}

/// Whether a path may be a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    Follow,
    Refuse,
}

/// Opens a regular file. A pipe or a device, which could block, is refused.
pub(super) fn open(path: &Path, links: Links) -> Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        flags.set(rustix::fs::OFlags::NOFOLLOW, links == Links::Refuse);
        options.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(not(unix))]
    let _ = links;
    let file = options.open(path).map_err(Error::io(Action::Open, path))?;
    let metadata = file.metadata().map_err(Error::io(Action::Read, path))?;
    if metadata.is_file() {
        Ok(file)
    } else {
        Err(at(path)(FetchProblem::NotAFile))
    }
}

fn file_read(file: &mut File, buffer: &mut [u8], path: &Path) -> Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.map_err(Error::io(Action::Read, path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TestFolders, problem};
    use super::*;
    use crate::list::Mode;
    use std::cell::Cell;

    #[test]
    fn a_file_is_fetched_once_and_again_when_it_changes() {
        let place = TestFolders::new();
        let path = place.write("list.csv", b"one");
        let origin = place.file("list.csv");
        let first = place.fetch(&origin, Mode::Snapshot, &Known::default());
        let fresh = &first.files()[0];
        assert_eq!(fresh.name, "list.csv");
        assert_eq!((fresh.digest, fresh.bytes), (Digest::of(b"one"), 3));
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(fresh.as_of, Some(seconds(modified)));
        assert_eq!(place.raw_names(), [fresh.digest.to_string()]);

        let same = place.fetch(&origin, Mode::Snapshot, &fresh.known);
        let known = same.unchanged();
        place.write("list.csv", b"two");
        let changed = place.fetch(&origin, Mode::Snapshot, known);
        assert_eq!(changed.files()[0].digest, Digest::of(b"two"));
    }

    #[test]
    fn the_stamp_tells_only_when_it_has_settled_and_only_of_its_own_path() {
        let place = TestFolders::new();
        let path = place.write("list.csv", b"one");
        let origin = place.file("list.csv");
        assert_eq!(settled(&path), None, "written just now");
        std::thread::sleep(Duration::from_millis(60));
        let fresh = place.fetch(&origin, Mode::Snapshot, &Known::default());
        let known = fresh.files()[0].known.clone();
        assert!(known.stamp.is_some());
        place.fetch(&origin, Mode::Snapshot, &known).unchanged();

        // The same size and time, but other bytes: the system's own time of change tells.
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        place.write("list.csv", b"two");
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
        drop(file);
        assert_eq!(
            place.fetch(&origin, Mode::Snapshot, &known).files()[0].digest,
            Digest::of(b"two")
        );

        place.write("other.csv", b"one");
        let other = place.file("other.csv");
        assert_eq!(place.fetch(&other, Mode::Snapshot, &known).files().len(), 1);
    }

    #[test]
    fn a_file_that_is_cut_between_two_writes_is_waited_for() {
        use std::io::Write as _;
        let place = TestFolders::new();
        let path = place.write("list.csv", b"first\n");
        let mut origin = place.file("list.csv");
        let super::super::Origin::File(file) = &mut origin else {
            unreachable!()
        };
        file.settle_seconds = 1;
        // The writer goes on when the fetch has begun, which asks whether to stop.
        let asked = Cell::new(0);
        let stop = || {
            asked.set(asked.get() + 1);
            if asked.get() == 2 {
                let mut more = File::options().append(true).open(&path).unwrap();
                more.write_all(b"second\n").unwrap();
            }
            false
        };
        let known = Known::default();
        let fetched = place.try_fetch(&origin, Mode::Snapshot, &known, &stop);
        assert_eq!(fetched.unwrap().files()[0].bytes, 13);
        assert!(asked.get() >= 2);
        let stopped = || true;
        place.write("list.csv", b"third\n");
        let fetched = place.try_fetch(&origin, Mode::Snapshot, &known, &stopped);
        assert!(matches!(fetched, Err(Error::Cancelled)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_a_process_has_open_for_writing_is_not_taken() {
        let place = TestFolders::new();
        let path = place.write("list.csv", b"first\n");
        let origin = place.file("list.csv");
        let fetch = || place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &|| false);
        let writer = File::options().append(true).open(&path).unwrap();
        assert_eq!(problem(fetch()), FetchProblem::Written);
        drop(writer);
        fetch().unwrap();
    }

    #[test]
    fn a_file_is_held_to_the_checksum_that_is_named_after_it() {
        let place = TestFolders::new();
        place.write("list.csv", b"abd");
        place.write(
            "list.csv.md5",
            b"900150983cd24fb0d6963f7d28e17f72  list.csv\n",
        );
        let origin = place.file("list.csv");
        let fetch = || place.try_fetch(&origin, Mode::Snapshot, &Known::default(), &|| false);
        assert!(matches!(problem(fetch()), FetchProblem::Checksum { .. }));
        place.write("list.csv", b"abc");
        fetch().unwrap();
    }

    #[test]
    fn what_was_removed_from_the_store_is_fetched_again() {
        let place = TestFolders::new();
        place.write("list.csv", b"one");
        std::thread::sleep(Duration::from_millis(60));
        let origin = place.file("list.csv");
        let fresh = place.fetch(&origin, Mode::Snapshot, &Known::default());
        let known = &fresh.files()[0].known;
        fs::remove_file(place.raw.path(&Digest::of(b"one"))).unwrap();
        place.fetch(&origin, Mode::Snapshot, known).unchanged();
        assert!(place.raw.contains(&Digest::of(b"one")));
    }

    #[test]
    fn a_file_that_changes_while_it_is_copied_is_copied_again() {
        let place = TestFolders::new();
        let path = place.write("list.csv", b"one");
        let origin = place.file("list.csv");
        let asked = Cell::new(0);
        let changes = Cell::new(1);
        let stop = || {
            asked.set(asked.get() + 1);
            if changes.get() > 0 {
                changes.set(changes.get() - 1);
                fs::write(&path, format!("one{}", asked.get())).unwrap();
            }
            false
        };
        let known = Known::default();
        let once = place.try_fetch(&origin, Mode::Snapshot, &known, &stop);
        assert_eq!(once.unwrap().files()[0].digest, Digest::of(b"one1"));
        assert_eq!(place.raw_names().len(), 1);

        changes.set(1000);
        let always = place.try_fetch(&origin, Mode::Snapshot, &known, &stop);
        assert_eq!(problem(always), FetchProblem::Changing);
        assert_eq!(place.raw_names().len(), 1);
    }

    #[test]
    fn what_is_no_file_too_large_or_missing_is_named() {
        let place = TestFolders::new();
        let known = Known::default();
        let fetch = |origin| place.try_fetch(&origin, Mode::Snapshot, &known, &|| false);
        assert!(matches!(fetch(place.file("none")), Err(Error::Io { .. })));
        assert_eq!(problem(fetch(place.file(""))), FetchProblem::NotAFile);
        place.write("list.csv", b"12345678901");
        let large = fetch(place.file("list.csv"));
        assert!(large.is_ok());
        let small = super::super::Origin::File(super::super::File {
            settle_seconds: 0,
            path: place.folder.path().join("list.csv"),
            signature: None,
            size_max: 10,
        });
        assert!(problem(fetch(small)) == FetchProblem::TooLarge { limit: 10 });
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let place = TestFolders::new();
        let pipe = place.folder.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR;
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
        let known = Known::default();
        let error = place.try_fetch(&place.file("pipe"), Mode::Snapshot, &known, &|| false);
        assert_eq!(problem(error), FetchProblem::NotAFile);
    }

    #[test]
    fn a_signed_file_is_not_taken_without_its_signature() {
        let mut place = TestFolders::new();
        place.signed = true;
        place.write("list.csv", b"one");
        let origin = place.file("list.csv");
        let known = Known::default();
        let fetch = || place.try_fetch(&origin, Mode::Snapshot, &known, &|| false);
        assert!(matches!(problem(fetch()), FetchProblem::NoSignature { .. }));
        place.write("list.csv.minisig", &[b'x'; 16 * 1024 + 1]);
        assert_eq!(
            problem(fetch()),
            FetchProblem::TooLarge {
                limit: signature::BYTES_MAX
            }
        );
        place.write("list.csv.minisig", b"signed");
        let fresh = fetch().unwrap();
        let signature = &fresh.files()[0].signature;
        assert_eq!(signature.as_deref(), Some(&b"signed"[..]));

        // The list has not changed, but its signature has.
        place.write("list.csv.minisig", b"signed again");
        let known = fresh.files()[0].known.clone();
        let again = place.fetch(&origin, Mode::Snapshot, &known);
        let Fetched::Unchanged { signature, .. } = again else {
            panic!("{again:?}")
        };
        assert_eq!(signature.as_deref(), Some(&b"signed again"[..]));
    }

    #[test]
    fn seconds_are_whole_and_count_from_1970() {
        assert_eq!(seconds(UNIX_EPOCH + Duration::from_millis(1500)), 1);
        assert_eq!(seconds(UNIX_EPOCH - Duration::from_millis(1500)), -2);
        assert_eq!(seconds(UNIX_EPOCH - Duration::from_secs(2)), -2);
    }
}
