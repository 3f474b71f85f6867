//! Workers against what files do to them, and against what they say when they were taken over.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::message::{self, Answer, Message, Start, decode, encoded};
use super::setup::Setup;
use super::wire::{SentFingerprint, SentParts};
use super::{Workers, not_started, serve};
use crate::error::{Limit, Reason, ReasonCode};
use crate::hash::HashType;
use crate::hasher::{Fingerprint, Hasher, Sampling, Views};
use crate::matcher::Matcher;
use crate::media::Limits;
use crate::sandbox::Wall;
use crate::scan::{Finding, Scan, Status};
use crate::{CancelToken, Error};

/// The name of the test that a worker runs, and the word by which it knows that it is one.
const INSIDE: &str = "hasher::workers::tests::the_inside_of_a_worker";
const WORD: &str = "open-media-for-tests";

/// What files of these tests begin with that do something to a worker.
const MARK: &[u8] = b"GIF89a misbehave: ";

/// This program, whose processes are workers.
fn workers() -> Workers {
    let arguments = ["--exact", INSIDE, WORD, "--nocapture", "--test-threads=1"];
    Workers::new(std::env::current_exe().unwrap(), arguments).unwrap()
}

/// Does nothing unless it is asked to.
#[test]
fn the_inside_of_a_worker() {
    if std::env::args().any(|argument| argument == WORD) {
        serve().unwrap();
    }
}

/// Does to this worker what a file asks for.
pub(super) fn misbehave(head: &[u8]) {
    let Some(word) = head.strip_prefix(MARK) else {
        return;
    };
    match word {
        b"abort" => std::process::abort(),
        b"exit" => std::process::exit(3),
        b"panic" => panic!("a file made it panic"),
        b"hang" => std::thread::sleep(Duration::from_secs(1000)),
        b"spin" => loop {
            std::hint::black_box(());
        },
        b"memory" => {
            let mut all = Vec::new();
            loop {
                all.push(Vec::<u8>::with_capacity(64 << 20));
            }
        }
        b"garbage" | b"huge" => {
            use std::os::fd::AsFd as _;
            let owner = std::io::stdin().as_fd().try_clone_to_owned().unwrap();
            let mut owner = std::os::unix::net::UnixStream::from(owner);
            let length = if word == b"huge" { u32::MAX } else { 5 };
            owner.write_all(&length.to_le_bytes()).unwrap();
            owner.write_all(b"\xff\xff\xff\xff\xff").unwrap();
        }
        _ => {}
    }
}

fn png(seed: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::GrayImage::from_fn(96, 64, |x, y| {
        image::Luma([((x * 7 + y * 3) as u8).wrapping_mul(seed)])
    });
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Scans a folder; findings by file name.
fn scan(folder: &Path, hasher: Hasher) -> BTreeMap<String, Finding> {
    let mut findings = BTreeMap::new();
    let scan = Scan::new(Matcher::new([]))
        .with_hasher(hasher)
        .with_jobs(NonZeroUsize::new(2).unwrap());
    scan.run([folder], |finding| {
        let path = finding.path.strip_prefix(folder).unwrap();
        findings.insert(path.display().to_string(), finding);
        ControlFlow::Continue(())
    })
    .unwrap();
    findings
}

#[test]
fn what_a_file_does_to_a_worker_costs_that_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let words = [
        "abort", "exit", "panic", "spin", "memory", "garbage", "huge",
    ];
    for (seed, word) in (1..).zip(words) {
        let file = [MARK, word.as_bytes()].concat();
        fs::write(folder.path().join(format!("{seed}-{word}.gif")), file).unwrap();
        fs::write(folder.path().join(format!("{seed}-good.png")), png(seed)).unwrap();
    }
    // The time that a worker is given follows from that of a decode.
    let limits = Limits::default().with_time(Duration::from_millis(300));
    let hasher = Hasher::new([HashType::Pdq, HashType::Sha256]).with_limits(limits);
    let findings = scan(folder.path(), hasher.with_workers(workers()));
    assert_eq!(findings.len(), 2 * words.len());
    for (name, finding) in &findings {
        let code = finding.reason.as_ref().map(|reasons| reasons.code());
        let expected = match name.split(['-', '.']).nth(1).unwrap() {
            "good" => (Status::NoMatch, None),
            "abort" | "memory" => (Status::Damaged, Some(ReasonCode::SandboxSignal)),
            "exit" => (Status::Damaged, Some(ReasonCode::SandboxExit)),
            "panic" => (Status::Damaged, Some(ReasonCode::ProgramDefect)),
            "spin" => (Status::OverLimit, Some(ReasonCode::TooMuchTime)),
            _ => (Status::Damaged, Some(ReasonCode::SandboxAnswer)),
        };
        assert_eq!((finding.status, code), expected, "{name}");
        // Digests are those of the bytes, whatever a worker says.
        assert_eq!(finding.digests.len(), 1, "{name}");
    }
}

#[test]
fn a_worker_that_hangs_ends_with_the_job() {
    let token = CancelToken::new();
    let hasher = Hasher::new([HashType::Pdq])
        .with_workers(workers())
        .with_cancel(token.clone());
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        token.cancel();
    });
    let fingerprint = hasher.hash_bytes(&[MARK, b"hang"].concat());
    canceller.join().unwrap();
    assert!(matches!(fingerprint.error, Some(Error::Cancelled)));
}

#[test]
fn a_program_that_opens_no_media_is_told() {
    for (program, arguments) in [
        ("/nowhere/at/all", vec![]),
        ("/bin/sh", vec!["-c", "exit 3"]),
    ] {
        let workers = Workers::new(program, arguments).unwrap();
        let error = workers.wall().unwrap_err();
        assert_eq!(error.code(), "sandbox-not-started", "{error}");
        let hasher = Hasher::new([HashType::Pdq]).with_workers(workers);
        let fingerprint = hasher.hash_bytes(&png(3));
        let error = fingerprint.error.unwrap();
        assert_eq!(error.code(), "sandbox-not-started", "{error}");
    }
}

#[test]
fn what_the_system_lacks_is_named_and_the_program_is_not_blamed() {
    use std::io;

    let missing = || io::Error::from(io::ErrorKind::NotFound);
    let null = Path::new("/dev/null");
    let without_null = io::Error::new(
        io::ErrorKind::NotFound,
        Error::io(crate::error::Action::Open, null)(missing()),
    );
    let this = Path::new("/proc/self/exe");
    let needs = |error: &io::Error, program: &Path| match not_started(program, error) {
        Reason::SandboxNeedsFile { path, problem } => Some((path, problem)),
        _ => None,
    };
    let problem = missing().to_string();
    let expected = Some(("/dev/null".to_owned(), problem.clone()));
    assert_eq!(needs(&without_null, this), expected);
    // A system without /proc.
    let absent = Path::new("/proc/nowhere/exe");
    let expected = Some(("/proc/nowhere/exe".to_owned(), problem));
    assert_eq!(needs(&missing(), absent), expected);
    // This program is there, and what went wrong is its own.
    assert_eq!(needs(&missing(), this), None);
    assert_eq!(needs(&missing(), Path::new("/nowhere")), None);
}

#[test]
fn a_process_that_ends_before_its_wall_stands_tells_how_it_ended() {
    for (script, expected) in [
        ("exit 3", "exit status: 3"),
        ("kill -SEGV $$", "signal: 11"),
    ] {
        let workers = Workers::new("/bin/sh", ["-c", script]).unwrap();
        let hasher = Hasher::new([HashType::Pdq]).with_workers(workers);
        let Some(Reason::SandboxNotStarted { problem, .. }) = hasher.missing_wall() else {
            panic!("{:?}", hasher.missing_wall());
        };
        assert_eq!(problem, expected);
        assert_eq!(hasher.wall(), Wall::NONE);
    }
}

/// The same files by the same hasher, in this process and by workers.
#[test]
fn what_is_found_is_the_same_behind_walls() {
    let dump = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dump"));
    let types = [HashType::Pdq, HashType::MeanIh3, HashType::Md5];
    for views in [Views::Upright, Views::Fast] {
        let hasher = Hasher::new(types).with_views(views);
        let walled = scan(dump, hasher.clone().with_workers(workers()));
        let here = scan(dump, hasher);
        assert!(here.len() > 20);
        assert_eq!(
            here.keys().collect::<Vec<_>>(),
            walled.keys().collect::<Vec<_>>()
        );
        for (name, finding) in here {
            let untimed = |finding: &Finding| Finding {
                elapsed: Duration::ZERO,
                ..finding.clone()
            };
            assert_eq!(
                format!("{:?}", untimed(&finding)),
                format!("{:?}", untimed(&walled[&name])),
                "{name}"
            );
        }
    }
}

/// A picture of the copy finder is found again by what its worker sends of it.
#[test]
fn a_fingerprint_that_was_sent_is_the_same() {
    let bytes = png(5);
    for views in Views::ALL {
        let hasher = Hasher::new([HashType::Pdq]).with_views(views);
        let mut fingerprint = hasher.hash_bytes(&bytes);
        let mut further = hasher.hash_bytes(&bytes);
        further.error = Some(Error::OverLimit {
            what: Limit::Boxes,
            found: 3,
            limit: 2,
        });
        fingerprint.tracks.push(further);
        let message = "two lines".to_owned();
        let error = Error::Damaged(Reason::H264Broken { message });
        fingerprint.error = Some(error.transient());
        fingerprint.mime = None;
        let sent: SentFingerprint = decode(&encoded(&SentFingerprint::new(&fingerprint))).unwrap();
        let received = sent.received().unwrap();
        let text = |fingerprint: &Fingerprint| {
            format!(
                "{:?}",
                (
                    &fingerprint.prints,
                    &fingerprint.media,
                    &fingerprint.planes,
                    fingerprint.error.as_ref().map(ToString::to_string)
                )
            )
        };
        assert_eq!(text(&received), text(&fingerprint), "{views}");
        let error = received.tracks[0].error.as_ref().unwrap();
        assert_eq!(error.to_string(), "3 boxes are over the limit of 2");
    }
}

#[test]
fn what_a_worker_says_is_made_printable() {
    let message = "\u{1b}[2J".to_owned();
    let fingerprint = Fingerprint {
        error: Some(Error::Damaged(Reason::H264Broken { message })),
        ..Fingerprint::default()
    };
    let received = SentFingerprint::new(&fingerprint).received().unwrap();
    assert_eq!(received.error.unwrap().to_string(), "H.264: \\u{001b}[2J");
    let message = "x".repeat(5000);
    let fingerprint = Fingerprint {
        error: Some(Error::Damaged(Reason::H264Broken { message })),
        ..Fingerprint::default()
    };
    assert!(SentFingerprint::new(&fingerprint).received().is_none());
}

#[test]
fn a_hasher_is_made_anew_by_its_setup() {
    let hasher = Hasher::new([HashType::Pdq, HashType::BlockhashIh3])
        .with_views(Views::Thorough)
        .with_exact(true)
        .with_sampling(Sampling::Vpdq(Duration::from_millis(33)))
        .with_limits(
            Limits::default()
                .with_pixels(77)
                .with_time(Duration::from_millis(5)),
        );
    let setup = Setup::of(&hasher, false);
    let again = Setup::hasher(&setup).unwrap();
    assert_eq!(again.settings(), hasher.settings());
    assert_eq!(Setup::of(&again, false), setup);
    assert!(Setup::hasher(&setup[..setup.len() - 1]).is_none());
}

/// Workers that are started where some calls of the system fail, as on a kernel that lacks them.
fn without(calls: &'static [libc::c_long]) -> (Wall, Fingerprint) {
    use seccompiler::{SeccompAction, SeccompFilter, TargetArch, apply_filter};

    std::thread::spawn(move || {
        let rules = calls.iter().map(|call| (*call, Vec::new())).collect();
        let missing = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        let architecture = TargetArch::try_from(std::env::consts::ARCH).unwrap();
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, missing, architecture);
        let program: seccompiler::BpfProgram = filter.unwrap().try_into().unwrap();
        apply_filter(&program).unwrap();
        let workers = workers();
        let wall = workers.wall().unwrap();
        let hasher = Hasher::new([HashType::Pdq]).with_workers(workers);
        (wall, hasher.hash_bytes(&png(7)))
    })
    .join()
    .unwrap()
}

#[test]
fn what_a_system_lacks_of_a_wall_is_told_and_the_rest_stands() {
    let whole = workers().wall().unwrap();
    let hashed = Hasher::new([HashType::Pdq]).hash_bytes(&png(7));
    let landlock: &[libc::c_long] = &[libc::SYS_landlock_create_ruleset];
    let seccomp: &[libc::c_long] = &[libc::SYS_seccomp];
    let wall = |landlock, seccomp| Wall { landlock, seccomp };
    for (calls, expected) in [
        (landlock, wall(None, whole.seccomp)),
        (seccomp, wall(whole.landlock, false)),
    ] {
        let (stands, fingerprint) = without(calls);
        assert_eq!(stands, expected);
        assert_eq!(fingerprint.prints, hashed.prints);
    }
}

#[test]
fn an_idle_worker_that_was_ended_is_replaced() {
    let workers = workers();
    let hasher = Hasher::new([HashType::Pdq]).with_workers(workers.clone());
    let first = hasher.hash_bytes(&png(9));
    workers.end_idle();
    assert_eq!(hasher.hash_bytes(&png(9)).prints, first.prints);
}

proptest! {
    /// Whatever a worker sends is an answer within bounds, or none.
    #[test]
    fn any_bytes_are_answers_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut framed = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
        framed.extend_from_slice(&bytes);
        if let Ok(Answer::Looked { fingerprint, .. }) = message::read(&mut framed.as_slice(), 300) {
            let _ = fingerprint.received();
        }
        if let Some(sent) = decode::<SentFingerprint>(&bytes) {
            let _ = sent.received();
        }
        let _ = decode::<SentParts>(&bytes).and_then(SentParts::received);
        let _ = decode::<Message>(&bytes);
        let _ = decode::<Start>(&bytes);
        let _ = Setup::hasher(&bytes);
    }

    /// A fingerprint with some bytes changed is refused, or sound.
    #[test]
    fn a_lie_about_a_picture_is_refused_or_sound(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        static SENT: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut bytes = SENT
            .get_or_init(|| {
                let hasher = Hasher::new([HashType::Pdq]).with_views(Views::Fast);
                encoded(&SentFingerprint::new(&hasher.hash_bytes(&png(5))))
            })
            .clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let received = decode::<SentFingerprint>(&bytes).and_then(SentFingerprint::received);
        if let Some(fingerprint) = received {
            let matcher = Matcher::new([]);
            prop_assert!(matcher.find(&fingerprint).unwrap().matches.is_empty());
            prop_assert!(fingerprint.prints.iter().all(|print| print.quality <= 100));
        }
    }
}
