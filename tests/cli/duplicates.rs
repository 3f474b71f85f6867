//! Copies without a list: of one folder in another, and among the files of folders.

use crate::test_dir::TestDir;

fn test_dir() -> TestDir {
    let test_dir = TestDir::new();
    test_dir.picture("known/1.png", 1);
    test_dir.picture("dump/a.jpg", 1);
    test_dir.picture("dump/b/again.jpg", 1);
    test_dir.picture("dump/c.gif", 1);
    test_dir.picture("dump/other.png", 2);
    test_dir.file("dump/note.txt", "text");
    test_dir.file("dump/cut.jpg", b"\xff\xd8\xff\xe0cut");
    test_dir
}

#[test]
fn copies_of_a_folder_are_found_in_another_without_a_list() {
    let test_dir = test_dir();
    for reference in ["known", "known/1.png"] {
        let outcome = test_dir.run(&["compare", reference, "dump"]);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        let lines: Vec<&str> = outcome.stdout.lines().collect();
        assert_eq!(lines.len(), 4, "{outcome:?}");
        for (line, name) in lines.iter().zip(["a.jpg", "b/again.jpg", "c.gif"]) {
            assert!(line.starts_with(&format!("dump/{name}: MATCH ")), "{line}");
            assert!(line.contains(":1.png, "), "{line}");
        }
        assert!(
            lines[3].starts_with("dump/cut.jpg: DAMAGED "),
            "{outcome:?}"
        );
        assert!(outcome.stderr.contains("used as a list"), "{outcome:?}");
    }
    let before = test_dir.run(&["hash", "known", "-f", "csv"]).stdout;
    assert!(before.contains("known/1.png,pdq,"));
    for (reference, path) in [("dump/b", "dump"), ("dump", "dump/b"), ("dump", "./dump")] {
        let outcome = test_dir.run(&["compare", reference, path]);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains("basma duplicates"), "{outcome:?}");
    }
}

#[test]
fn copies_are_grouped_with_the_same_bytes_first_in_every_form() {
    let test_dir = test_dir();
    let outcome = test_dir.run(&["duplicates", "dump", "dump/b"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(
        lines[..2],
        ["dump/a.jpg", "    dump/b/again.jpg: the same bytes"],
        "{outcome:?}"
    );
    assert!(lines[2].starts_with("    dump/c.gif: "), "{outcome:?}");
    assert!(lines[2].ends_with(" of 31 bits"), "{outcome:?}");
    assert_eq!(lines.len(), 3);
    assert!(
        outcome.stderr.contains("dump/cut.jpg: DAMAGED"),
        "{outcome:?}"
    );
    assert!(!outcome.stderr.contains("note.txt"), "{outcome:?}");
    assert!(outcome.stderr.contains("1 group of copies"), "{outcome:?}");

    let jsonl = test_dir.run(&["duplicates", "dump", "dump/b", "-f", "jsonl"]);
    let objects = jsonl.objects();
    assert_eq!(objects[0]["first"]["path"], "dump/a.jpg");
    assert_eq!(objects[0]["copies"][0]["path"], "dump/b/again.jpg");
    assert_eq!(objects[0]["copies"][0]["near"], serde_json::Value::Null);
    assert_eq!(objects[0]["copies"][1]["near"]["type"], "pdq");
    let summary = &objects[1]["summary"];
    assert_eq!(
        (&summary["groups"], &summary["identical"], &summary["near"]),
        (&1.into(), &1.into(), &1.into())
    );

    let csv = test_dir.run(&["duplicates", "dump", "-f", "csv"]).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let kinds: Vec<(&str, &str)> = rows.iter().map(|row| (&row[1], &row[2])).collect();
    assert_eq!(
        kinds,
        [
            ("dump/a.jpg", "first"),
            ("dump/b/again.jpg", "same"),
            ("dump/c.gif", "near")
        ]
    );

    let none = test_dir.run(&["duplicates", "dump/other.png", "known"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, ""), "{none:?}");
    let gaps = test_dir.run(&["duplicates", "dump/other.png", "dump/cut.jpg"]);
    assert_eq!(gaps.code, 3, "{gaps:?}");
    assert_eq!(test_dir.run(&["duplicates", "missing"]).code, 2);
}
