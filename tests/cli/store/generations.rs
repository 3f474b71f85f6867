//! Generations that are told apart, kept and gone back to.

use super::*;

#[test]
fn one_goes_back_and_sees_what_changed() {
    let test_dir = test_dir(&[1, 2]);
    test_dir.list("demo.txt", &[1, 2, 3]);
    test_dir.run(&["refresh", "--store", "st"]).expect(0);
    let diff = test_dir.run(&["diff", "--store", "st"]).expect(1);
    assert_eq!(diff.stdout, format!("+ demo pdq:{}\n", hash_of(3)));
    let diff = test_dir
        .run(&["diff", "2", "1", "--store", "st", "--format", "jsonl"])
        .expect(1);
    assert_eq!(records(&diff)[0]["change"], "removed");
    test_dir.run(&["diff", "1", "9", "--store", "st"]).expect(2);
    test_dir.run(&["rollback", "--store", "st"]).expect(2);
    test_dir
        .run(&["rollback", "--store", "st", "--reason", "scene 3 is lawful"])
        .expect(0);
    let hash = format!("pdq:{}", hash_of(3));
    test_dir.run(&["lookup", &hash, "--list", "st"]).expect(0);
    let held = test_dir.run(&["refresh", "--store", "st"]).expect(2);
    assert!(held.stderr.contains("rolled-back"), "{held:?}");
    test_dir.run(&["lookup", &hash, "--list", "st"]).expect(0);
}

#[test]
fn what_is_kept_is_listed_and_a_rollback_never_goes_to_what_was_left() {
    let test_dir = test_dir(&[1]);
    for scenes in [&[1, 2][..], &[1, 2, 3]] {
        test_dir.list("demo.txt", scenes);
        test_dir.run(&["refresh", "--store", "st"]).expect(0);
    }
    let back = || test_dir.run(&["rollback", "--store", "st", "--reason", "a bad edition"]);
    let to_second = back().expect(0);
    assert!(to_second.stderr.contains("generation 2"), "{to_second:?}");
    let to_first = back().expect(0);
    assert!(to_first.stderr.contains("generation 1"), "{to_first:?}");
    back().expect(2);
    let listed = test_dir
        .run(&["status", "--store", "st", "--generations"])
        .expect(0);
    let first_line = listed.stdout.lines().next().unwrap();
    assert!(first_line.starts_with("generation 5 of "), "{listed:?}");
    assert!(
        listed
            .stdout
            .contains("  in force\n  reason: a bad edition\n  demo: 1 entry"),
        "{listed:?}"
    );
    let listed = test_dir
        .run(&[
            "status",
            "--store",
            "st",
            "--generations",
            "--format",
            "jsonl",
        ])
        .expect(0);
    let records = records(&listed);
    let of: Vec<(u64, Option<u64>)> = records
        .iter()
        .map(|r| {
            (
                r["generation"].as_u64().unwrap(),
                r["rolled_back_by"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        of,
        [
            (5, None),
            (4, Some(5)),
            (3, Some(5)),
            (2, Some(5)),
            (1, None)
        ]
    );
    assert_eq!(records[0]["in_force"], true);
}

#[test]
fn a_store_is_a_list_and_matches_say_where_they_come_from() {
    let test_dir = test_dir(&[1]);
    test_dir.picture("in/a.png", 1);
    test_dir.picture("in/b.png", 2);
    let found = test_dir
        .run(&["scan", "in", "--list", "st", "--format", "jsonl"])
        .expect(1);
    let matched = &records(&found)[0]["matches"][0];
    assert_eq!(
        (&matched["list"], &matched["generation"]),
        (&"demo".into(), &1.into()),
        "{found:?}"
    );
    assert_eq!(matched["at_most"], "block");
    let table = test_dir
        .run(&["scan", "in", "--list", "st", "--format", "csv"])
        .expect(1);
    assert!(
        table
            .stdout
            .lines()
            .next()
            .unwrap()
            .ends_with("generation,at_most,reason_code,tier,region,quarantined"),
        "{table:?}"
    );
    // Beside other lists, and where nothing is written.
    test_dir.list("other.txt", &[2]);
    let both = test_dir
        .run(&[
            "scan",
            "in",
            "-l",
            "st",
            "-l",
            "other.txt",
            "--format",
            "jsonl",
        ])
        .expect(1);
    assert_eq!(records(&both)[1]["matches"][0]["generation"], Value::Null);
    test_dir
        .run(&["scan", "in", "-l", "st", "--output", "st/out.jsonl"])
        .expect(2);
}
