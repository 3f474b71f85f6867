//! Logs that are written, cut, damaged, confused, and read again.

use std::fs;
use std::path::PathBuf;

use super::record::tests::record;
use super::*;
use crate::error::Reason;
use crate::hasher::Hasher;
use crate::matcher::Matcher;
use crate::media::Limits;
use crate::scan::examined::Examined;
use crate::scan::{ArchiveLimits, Scan};

struct Place {
    folder: tempfile::TempDir,
    scan: Scan,
    stamp: FileStamp,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let stamp = FileStamp::of(&fs::metadata(folder.path()).unwrap());
        Place {
            scan: scan(Hasher::new([HashType::Pdq, HashType::Md5])),
            folder,
            stamp,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn journal(&self) -> Log {
        Log::journal(&self.path(), &self.scan.settings()).unwrap()
    }

    fn cache(&self, bytes_max: u64) -> Log {
        Log::cache(&self.path(), &self.scan.settings(), None, bytes_max).unwrap()
    }

    /// What is known of each of the files, by what was made of it.
    fn known(&self, log: &Log, files: u8) -> Vec<Option<Examined>> {
        let known = (0..files).map(|file| log.recall(&spot(file), self.stamp, None).unwrap());
        known.map(|record| record.map(|r| r.examined)).collect()
    }

    fn keep(&self, log: &Log, file: u8, seed: u8) {
        let record = Record::new(self.stamp, examined(seed));
        log.keep(&spot(file), None, &record).unwrap();
    }
}

fn scan(hasher: Hasher) -> Scan {
    Scan::new(Matcher::new([])).with_hasher(hasher)
}

fn spot(file: u8) -> FileLocation {
    FileLocation {
        path: PathBuf::from(format!("/root/dir/{file}")),
        stand_in: None,
        root: 0,
        depth: 2,
    }
}

/// As the hasher of these tests makes it: MD5 is wanted, SHA-256 beside it is not.
fn examined(seed: u8) -> Examined {
    record(seed).examined
}

/// As it is recalled.
fn recalled(seed: u8) -> Examined {
    let mut examined = examined(seed);
    examined.digests.retain(|d| d.hash_type() == HashType::Md5);
    examined
}

#[test]
fn what_was_kept_is_known_and_the_newest_counts() {
    let place = Place::new();
    let log = place.journal();
    for file in 0..5 {
        place.keep(&log, file, file);
    }
    place.keep(&log, 2, 77);
    log.sync().unwrap();
    drop(log);
    let log = place.journal();
    assert_eq!((log.records(), log.dropped()), (5, 0));
    let seeds = [0, 1, 77, 3, 4].map(|seed| Some(recalled(seed)));
    assert_eq!(place.known(&log, 6), [&seeds[..], &[None]].concat());
}

#[test]
fn another_stamp_place_or_setting_is_not_known() {
    let place = Place::new();
    let log = place.cache(u64::MAX);
    place.keep(&log, 0, 1);
    drop(log);
    let log = place.cache(u64::MAX);
    let known =
        |spot: &FileLocation, stamp, member| log.recall(spot, stamp, member).unwrap().is_some();
    assert!(known(&spot(0), place.stamp, None));
    assert!(!known(&spot(0), place.stamp, Some(0)));
    let other = place.folder.path().join("other");
    fs::write(&other, "longer than nothing").unwrap();
    assert!(!known(
        &spot(0),
        FileStamp::of(&fs::metadata(other).unwrap()),
        None
    ));
    drop(log);
    let limits = Limits {
        frames: 1,
        ..Limits::default()
    };
    let wants = |types: &[HashType]| Hasher::new(types.iter().copied());
    let (pdq, md5, sha1) = (HashType::Pdq, HashType::Md5, HashType::Sha1);
    let both = || scan(wants(&[pdq, md5]));
    let shallow = ArchiveLimits {
        depth: 1,
        ..ArchiveLimits::default()
    };
    for (scan, is_known) in [
        (both(), true),
        (scan(wants(&[pdq])), true),
        (scan(wants(&[pdq, HashType::Sha256])), true),
        (scan(wants(&[pdq, sha1])), false),
        (scan(wants(&[md5])), false),
        (scan(wants(&[pdq, md5]).with_exact(true)), false),
        (scan(wants(&[pdq, md5]).with_limits(limits)), false),
        (
            both().with_archives(Some(shallow)),
            !cfg!(feature = "archives"),
        ),
        (both().with_archives(None), false),
    ] {
        let log = Log::cache(&place.path(), &scan.settings(), None, u64::MAX).unwrap();
        let known = log.recall(&spot(0), place.stamp, None).unwrap().is_some();
        assert_eq!(known, is_known, "{scan:?}");
    }
}

#[test]
fn a_journal_follows_what_is_scanned_and_a_cache_does_not() {
    let place = Place::new();
    let moved = FileLocation {
        path: PathBuf::from("/elsewhere/dir/0"),
        ..spot(0)
    };
    let other_root = FileLocation { root: 1, ..spot(0) };
    place.keep(&place.journal(), 0, 1);
    let log = place.journal();
    assert!(log.recall(&moved, place.stamp, None).unwrap().is_some());
    assert!(
        log.recall(&other_root, place.stamp, None)
            .unwrap()
            .is_none()
    );
    drop(log);
    fs::remove_file(place.path()).unwrap();
    place.keep(&place.cache(u64::MAX), 0, 1);
    let log = place.cache(u64::MAX);
    assert!(log.recall(&moved, place.stamp, None).unwrap().is_none());
    assert!(
        log.recall(&other_root, place.stamp, None)
            .unwrap()
            .is_some()
    );
}

/// Cut at every byte: whole records before the cut are known, nothing else, and the log can be written on.
#[test]
fn a_log_that_was_cut_holds_what_was_whole() {
    let place = Place::new();
    let log = place.journal();
    let mut ends = vec![HEADER_BYTES as u64];
    for file in 0..3 {
        place.keep(&log, file, file);
        ends.push(log.tail.lock().unwrap().end);
    }
    drop(log);
    let whole = fs::read(place.path()).unwrap();
    for length in 0..=whole.len() {
        fs::write(place.path(), &whole[..length]).unwrap();
        let log = place.journal();
        let kept = ends.iter().filter(|&&end| end <= length as u64).count();
        let kept = u8::try_from(kept.saturating_sub(1)).unwrap();
        let known: Vec<_> = (0..3)
            .map(|file| (file < kept).then(|| recalled(file)))
            .collect();
        assert_eq!(place.known(&log, 3), known, "cut at {length}");
        place.keep(&log, 2, 9);
        drop(log);
        let log = place.journal();
        assert_eq!(log.dropped(), 0);
        assert_eq!(place.known(&log, 3)[2], Some(recalled(9)));
    }
}

/// A bit of every byte turned over: an error, or nothing is known but what was recorded.
#[test]
fn a_damaged_log_never_tells_what_was_not_recorded() {
    let place = Place::new();
    let log = place.journal();
    for file in 0..2 {
        place.keep(&log, file, file);
    }
    drop(log);
    let whole = fs::read(place.path()).unwrap();
    let (mut errors, mut losses) = (0, 0);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(place.path(), bytes).unwrap();
        let Ok(log) = Log::journal(&place.path(), &place.scan.settings()) else {
            errors += 1;
            continue;
        };
        for (file, known) in (0..).zip(place.known(&log, 2)) {
            assert!(known.is_none_or(|k| k == recalled(file)), "byte {at}");
        }
        losses += 1;
        assert!(log.dropped() > 0);
    }
    assert_eq!(errors, HEADER_BYTES);
    assert_eq!(losses, whole.len() - HEADER_BYTES);
}

#[test]
fn what_is_no_log_of_this_kind_is_refused_and_left_alone() {
    let place = Place::new();
    let error = |log: Result<Log>| log.unwrap_err().to_string();
    for content in ["not a log", &"x".repeat(100)] {
        fs::write(place.path(), content).unwrap();
        let error = error(Log::journal(&place.path(), &place.scan.settings()));
        assert!(error.contains("log: is no journal and no cache"), "{error}");
        assert_eq!(fs::read_to_string(place.path()).unwrap(), content);
    }
    fs::remove_file(place.path()).unwrap();
    drop(place.journal());
    let refused = error(Log::cache(
        &place.path(),
        &place.scan.settings(),
        None,
        u64::MAX,
    ));
    assert!(refused.contains("is a journal, not a cache"), "{refused}");
    let other = Hasher::new([HashType::Pdq]).with_exact(true);
    let refused = error(Log::journal(&place.path(), &scan(other).settings()));
    assert!(
        refused.contains("other types, limits or options"),
        "{refused}"
    );
    let refused = error(Log::read(place.folder.path().join("missing").as_path()));
    assert!(refused.contains("cannot open"), "{refused}");
}

#[cfg(unix)]
#[test]
fn one_scan_at_a_time_writes_and_nobody_else_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let log = place.journal();
    let refused = Log::journal(&place.path(), &place.scan.settings()).unwrap_err();
    assert!(refused.to_string().contains("in use by another scan"));
    let refused = Log::read(&place.path()).unwrap_err().to_string();
    assert!(refused.contains("in use by a scan"), "{refused}");
    drop(log);
    let readers = [Log::read(&place.path()), Log::read(&place.path())];
    assert!(readers.iter().all(Result::is_ok));
    let mode = fs::metadata(place.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_cache_stays_within_its_bounds_and_forgets_the_oldest() {
    let place = Place::new();
    let log = place.cache(u64::MAX);
    place.keep(&log, 0, 0);
    let one = log.tail.lock().unwrap().end - HEADER_BYTES as u64;
    drop(log);
    let bytes_max = HEADER_BYTES as u64 + 8 * one;
    let log = place.cache(bytes_max);
    for file in 1..20 {
        place.keep(&log, file, file);
    }
    assert_eq!(log.left_out(), 12);
    drop(log);
    let log = place.cache(bytes_max);
    let known: Vec<bool> = place.known(&log, 20).iter().map(Option::is_some).collect();
    let newest: Vec<bool> = (0..20).map(|file| (4..8).contains(&file)).collect();
    assert_eq!(known, newest);
    drop(log);
    // What is outdated goes first.
    for round in 0..9 {
        let log = place.cache(u64::MAX);
        for file in 4..8 {
            place.keep(&log, file, 100 + round);
        }
    }
    let log = place.cache(u64::MAX);
    let size = fs::metadata(place.path()).unwrap().len();
    assert!(size <= HEADER_BYTES as u64 + 12 * one, "{size}");
    assert_eq!(place.known(&log, 8)[4..], vec![Some(recalled(108)); 4]);
}

#[test]
fn without_paths_nothing_but_a_keyed_digest_tells_the_file() {
    let place = Place::new();
    let key_path = place.folder.path().join("key");
    let open = |key: &std::path::Path| {
        let key = PathKey::open(key).unwrap();
        Log::cache(&place.path(), &place.scan.settings(), Some(key), u64::MAX)
    };
    let log = open(&key_path).unwrap();
    let record = Record {
        member: Some(b"secret/member".to_vec()),
        ..Record::new(place.stamp, examined(1))
    };
    log.keep(&spot(0), None, &record).unwrap();
    drop(log);
    let bytes = fs::read(place.path()).unwrap();
    for secret in [&b"root"[..], b"dir", b"secret"] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
    }
    let log = open(&key_path).unwrap();
    assert_eq!(place.known(&log, 1), [Some(recalled(1))]);
    drop(log);
    let refused = open(&place.folder.path().join("other key")).unwrap_err();
    assert!(refused.to_string().contains("its key is needed"));
    let refused = Log::cache(&place.path(), &place.scan.settings(), None, u64::MAX).unwrap_err();
    assert!(refused.to_string().contains("its key is needed"));
    assert!(
        PathKey::open(&place.path()).is_err(),
        "no key has that size"
    );
}

#[test]
fn what_was_recorded_under_several_settings_is_remembered_together() {
    let place = Place::new();
    let keep = |types: &[HashType], examined: Examined| {
        let scan = scan(Hasher::new(types.iter().copied()));
        let log = Log::cache(&place.path(), &scan.settings(), None, u64::MAX).unwrap();
        let record = Record::new(place.stamp, examined);
        log.keep(&spot(0), None, &record).unwrap();
    };
    let whole = examined(1);
    let prints = Examined {
        digests: Vec::new(),
        sha256: None,
        ..whole.clone()
    };
    let digests = Examined {
        prints: Vec::new(),
        size: None,
        ..whole.clone()
    };
    keep(&[HashType::Pdq], prints);
    keep(&[HashType::Md5], digests);
    for _ in 0..2 {
        let log = Log::read(&place.path()).unwrap();
        let mut remembered = Vec::new();
        log.each(|record| {
            remembered.push(record.examined);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        assert_eq!(remembered, std::slice::from_ref(&whole));
        drop(log);
        // Nothing of it is lost by writing it anew.
        place.cache(u64::MAX).compact(u64::MAX).unwrap();
    }
}

#[test]
fn a_file_of_the_same_size_and_times_is_another_one() {
    let place = Place::new();
    let time = std::time::SystemTime::now();
    let stamp = |name: &str| {
        let path = place.folder.path().join(name);
        fs::write(&path, name).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(time).unwrap();
        FileStamp::of(&fs::metadata(path).unwrap())
    };
    assert_ne!(stamp("a"), stamp("b"));
}

#[test]
fn a_text_that_would_write_on_a_terminal_is_no_record() {
    let mut record = record(1);
    record.examined.gap = Some((
        crate::scan::Status::Damaged,
        Reason::MemberBroken {
            message: "\x1b[2J".to_owned(),
        }
        .into(),
    ));
    assert_eq!(Record::from_bytes(&record.to_bytes().unwrap()), None);
    record.examined.gap = None;
    record.examined.mime = Some("image/\n".into());
    assert_eq!(Record::from_bytes(&record.to_bytes().unwrap()), None);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let place = Place::new();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path())
        .status();
    if made.is_ok_and(|status| status.success()) {
        let refused = Log::journal(&place.path(), &place.scan.settings()).unwrap_err();
        assert!(refused.to_string().contains("is no file"), "{refused}");
    }
}

/// Another stick at the same mount point holds another file of the same name, size, times and inode.
#[cfg(target_os = "linux")]
#[test]
fn a_file_of_another_file_system_is_another() {
    let place = Place::new();
    fs::write(place.folder.path().join("version"), "").unwrap();
    let spot = |folder: &std::path::Path| FileLocation {
        path: folder.join("version"),
        stand_in: None,
        root: 0,
        depth: 1,
    };
    let (here, there) = (spot(place.folder.path()), spot("/proc".as_ref()));
    let log = place.journal();
    let record = Record::new(place.stamp, examined(1));
    log.keep(&here, None, &record).unwrap();
    drop(log);
    let log = place.journal();
    let known = |spot: &FileLocation| log.recall(spot, place.stamp, None).unwrap().is_some();
    assert!(known(&here) && !known(&there));
}
