use std::fs;
use std::time::{Duration, SystemTime};

use super::super::tests::{TestFolders, problem};
use super::*;

fn nothing() -> Known {
    Known::default()
}

#[test]
fn of_snapshots_the_newest_by_name_counts() {
    let place = TestFolders::new();
    let origin = place.feed();
    place.drop_file("2026-01-31.csv", b"january");
    place.drop_file("2026-02-01.csv", b"february");
    let first = place.fetch(&origin, Mode::Snapshot, &nothing());
    assert_eq!(first.files().len(), 1);
    assert_eq!(first.files()[0].name, "2026-02-01.csv");
    let known = first.files()[0].known.clone();
    place.fetch(&origin, Mode::Snapshot, &known).unchanged();

    place.drop_file("2026-02-02.csv", b"february");
    let same = place.fetch(&origin, Mode::Snapshot, &known);
    let known = same.unchanged().clone();
    assert_eq!(known.name.as_deref(), Some("2026-02-02.csv"));

    fs::remove_file(place.feed_path("2026-02-02.csv")).unwrap();
    let back = place.try_fetch(&origin, Mode::Snapshot, &known, &|| false);
    assert!(matches!(problem(back), FetchProblem::Back { .. }));
}

#[test]
fn of_deltas_all_that_are_outstanding_count_in_the_order_of_their_names() {
    let place = TestFolders::new();
    let origin = place.feed();
    for (name, bytes) in [("b", b"2"), ("a", b"1"), ("B", b"0")] {
        place.drop_file(name, bytes);
    }
    let first = place.fetch(&origin, Mode::Delta, &nothing());
    let names = |fetched: &Fetched| -> Vec<String> {
        fetched.files().iter().map(|f| f.name.clone()).collect()
    };
    assert_eq!(names(&first), ["B", "a", "b"]);
    let after_two = first.files()[1].known.clone();
    let rest = place.fetch(&origin, Mode::Delta, &after_two);
    assert_eq!(names(&rest), ["b"], "what was not applied comes again");

    let known = rest.files()[0].known.clone();
    let stored = serde_json::to_string(&known).unwrap();
    let known: Known = serde_json::from_str(&stored).unwrap();
    place.fetch(&origin, Mode::Delta, &known).unchanged();
    // What was taken may be moved away.
    fs::remove_file(place.feed_path("a")).unwrap();
    place.drop_file("c", b"3");
    let next = place.fetch(&origin, Mode::Delta, &known);
    assert_eq!(names(&next), ["c"]);
    assert_eq!(place.raw_names().len(), 4);
}

#[test]
fn a_delta_that_was_altered_or_comes_late_is_an_error() {
    let place = TestFolders::new();
    let origin = place.feed();
    place.drop_file("2", b"two");
    let first = place.fetch(&origin, Mode::Delta, &nothing());
    let known = first.files()[0].known.clone();
    place.drop_file("2", b"TWO");
    let fetch = || place.try_fetch(&origin, Mode::Delta, &known, &|| false);
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
    let place = TestFolders::new();
    let origin = place.feed();
    let fetch = |mode| place.try_fetch(&origin, mode, &nothing(), &|| false);
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
    assert_eq!(problem(fetch(Mode::Snapshot)), FetchProblem::Empty);
    place.warnings.borrow_mut().clear();
    fetch(Mode::Delta).unwrap().unchanged();
    let told = place.warnings.take().join("\n");
    assert!(told.contains("none is a list by its name"), "{told}");

    place.drop_file("a", b"one");
    place.drop_file("c", b"three");
    fs::write(place.feed_path("b"), "written just now").unwrap();
    let deltas = fetch(Mode::Delta).unwrap();
    assert_eq!(deltas.files().len(), 1, "c waits for b");
    assert_eq!(fetch(Mode::Snapshot).unwrap().files()[0].name, "c");
}

#[test]
fn a_list_is_held_to_the_checksums_beside_it() {
    let place = TestFolders::new();
    let origin = place.feed();
    let fetch = |mode| place.try_fetch(&origin, mode, &nothing(), &|| false);
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
            for mode in [Mode::Snapshot, Mode::Delta] {
                place.drop_file("b.csv", b"abc");
                place.drop_file(&by, text.as_bytes());
                let fetched = fetch(mode).unwrap();
                assert_eq!(fetched.files()[0].name, "b.csv", "{by}");
                let known = fetched.files()[0].known.clone();
                place.drop_file("b.csv", b"abd");
                let refused = fetch(mode).unwrap_err();
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
                if mode == Mode::Snapshot {
                    let again = place.try_fetch(&origin, mode, &known, &|| false);
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
    fetch(Mode::Snapshot).unwrap();
    place.drop_file("b.csv.md5", b"junk");
    assert!(matches!(
        problem(fetch(Mode::Snapshot)),
        FetchProblem::NoChecksum { .. }
    ));
}

#[test]
fn what_seems_newer_than_what_is_taken_is_told() {
    let place = TestFolders::new();
    let origin = place.feed();
    let taken = |mode| {
        place.warnings.borrow_mut().clear();
        let fetched = place.fetch(&origin, mode, &nothing());
        let names: Vec<String> = fetched.files().iter().map(|f| f.name.clone()).collect();
        let known = fetched.files().last().unwrap().known.clone();
        let told = std::mem::take(&mut *place.warnings.borrow_mut());
        if mode == Mode::Snapshot {
            place.fetch(&origin, mode, &known).unchanged();
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
    assert_eq!(taken(Mode::Snapshot), (vec!["list-09".to_owned()], vec![]));
    place.drop_file("list-9", b"nine");
    place.drop_file("list-10", b"ten");
    let (names, told) = taken(Mode::Snapshot);
    assert_eq!(names, ["list-9"]);
    assert!(
        told[0].contains("'list-10'") && told[0].contains("'list-9'"),
        "{told:?}"
    );
    assert!(!taken(Mode::Delta).1.is_empty());
    fs::remove_file(place.feed_path("list-9")).unwrap();
    assert_eq!(taken(Mode::Snapshot).1, Vec::<String>::new());
    // The order of names is right, and the time speaks against it.
    place.drop_file("list-07", b"seven");
    place.modified("list-07", SystemTime::now() - Duration::from_secs(9));
    let (names, told) = taken(Mode::Snapshot);
    assert!(
        names == ["list-10"] && told[0].contains("'list-07'"),
        "{told:?}"
    );
    fs::remove_file(place.feed_path("list-07")).unwrap();
    // Half an upload of what would be next.
    place.drop_file("list-11.filepart", b"half");
    let (_, told) = taken(Mode::Snapshot);
    assert!(told[0].contains("list-11.filepart"), "{told:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_process_has_open_for_writing_is_not_taken() {
    let place = TestFolders::new();
    let origin = place.feed();
    place.drop_file("1", b"one");
    place.drop_file("2", b"half");
    let writer = fs::File::options()
        .append(true)
        .open(place.feed_path("2"))
        .unwrap();
    let while_ago = SystemTime::now() - Duration::from_secs(60);
    writer.set_modified(while_ago).unwrap();
    let fetch = || place.fetch(&origin, Mode::Snapshot, &nothing());
    assert_eq!(fetch().files()[0].name, "1");
    drop(writer);
    assert_eq!(fetch().files()[0].name, "2");
}

#[test]
fn a_snapshot_that_is_written_anew_is_waited_for() {
    let place = TestFolders::new();
    let origin = place.feed();
    place.drop_file("1", b"old");
    place.drop_file("2", b"new");
    let first = place.fetch(&origin, Mode::Snapshot, &nothing());
    let known = first.files()[0].known.clone();
    fs::write(place.feed_path("2"), "newer").unwrap();
    let fetched = place.fetch(&origin, Mode::Snapshot, &known);
    assert_eq!(*fetched.unchanged(), known);
}

#[test]
fn a_time_that_is_still_to_come_is_no_reason_to_wait() {
    let place = TestFolders::new();
    let origin = place.feed();
    place.drop_file("1", b"one");
    place.modified("1", SystemTime::now() + Duration::from_secs(9999));
    assert_eq!(
        place.fetch(&origin, Mode::Delta, &nothing()).files().len(),
        1
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let place = TestFolders::new();
    let origin = place.feed();
    place.drop_file("1", b"one");
    symlink("1", place.feed_path("2")).unwrap();
    let fetch = || place.try_fetch(&origin, Mode::Snapshot, &nothing(), &|| false);
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
    let place = TestFolders::new();
    let origin = place.feed();
    let name = std::ffi::OsStr::from_bytes(b"a\xff\n");
    let path = place.feed_path("").join(name);
    place.drop_at(&path, b"one");
    let first = place.fetch(&origin, Mode::Delta, &nothing());
    assert_eq!(first.files()[0].name, "a\\xff\\n");
    let known = first.files()[0].known.clone();
    place.fetch(&origin, Mode::Delta, &known).unchanged();
}

#[test]
fn signatures_stand_beside_the_files() {
    let mut place = TestFolders::new();
    place.signed = true;
    let origin = place.feed();
    place.drop_file("1", b"one");
    let fetch = || place.try_fetch(&origin, Mode::Snapshot, &nothing(), &|| false);
    assert!(matches!(problem(fetch()), FetchProblem::NoSignature { .. }));
    place.drop_file("1.minisig", b"signed");
    let fetched = fetch().unwrap();
    let fresh = &fetched.files()[0];
    assert_eq!(fresh.signature.as_deref(), Some(&b"signed"[..]));
    let again = place.fetch(&origin, Mode::Snapshot, &fresh.known);
    assert!(matches!(
        again,
        Fetched::Unchanged {
            signature: Some(_),
            ..
        }
    ));
}
