//! Papers of a case: each is made of a case that holds, is a record of it, and is nobody else's to read.

use std::fs;

use serde_json::Value;

use super::test_dir::{Outcome, TestDir};

/// A desk with a case of one confirmed finding.
fn desk() -> TestDir {
    let desk = TestDir::new();
    desk.picture("dump/a.png", 1);
    desk.picture("dump/b.png", 2);
    desk.list("list.txt", &[1]);
    for arguments in [
        &["case", "keygen", "amina"][..],
        &["case", "keygen", "box", "--age"],
    ] {
        let made = desk.run(arguments);
        assert_eq!(made.code, 0, "{made:?}");
        desk.file(format!("{}.text", arguments[2]), made.stdout.trim());
    }
    let recipient = fs::read_to_string(desk.path("box.text")).unwrap();
    let new = [
        "case",
        "new",
        "c",
        "--purpose",
        "tests",
        "--legal-basis",
        "article 1",
        "--title",
        "=cmd|' \u{202e}قضية",
        "--person",
        "amina",
        "--key",
        "amina",
        "--recipient",
        &recipient,
    ];
    let made = desk.run(&new);
    assert_eq!(made.code, 0, "{made:?}");
    let scan = desk.run(&[
        "scan", "dump", "-l", "list.txt", "--case", "c", "--key", "amina",
    ]);
    assert_eq!(scan.code, 1, "{scan:?}");
    let finding = finding(&desk);
    let decided = desk.run(&[
        "case", "decide", "c", &finding, "confirm", "--why", "compared", "--seen", "viewed",
        "--key", "amina",
    ]);
    assert_eq!(decided.code, 0, "{decided:?}");
    desk
}

fn records(desk: &TestDir) -> Vec<Value> {
    let text = fs::read_to_string(desk.path("c/records.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn finding(desk: &TestDir) -> String {
    let records = records(desk);
    let finding = records.iter().find(|record| record["kind"] == "finding");
    finding.unwrap()["number"].to_string()
}

fn export(desk: &TestDir, paper: &str, more: &[&str]) -> Outcome {
    let arguments = ["case", "export", "c", "--as", paper, "--key", "amina"];
    desk.run(&[&arguments[..], more].concat())
}

const DSA: [&str; 6] = [
    "--ground",
    "intimate-images",
    "--law",
    "Article 447-1",
    "--explanation",
    "No consent.",
];

#[test]
fn each_paper_is_written_and_is_a_record_of_the_case() {
    let desk = desk();
    let papers = [
        ("html", "html"),
        ("bundle", "zip"),
        ("vics", "json"),
        ("vics-1-3", "json"),
        ("case-uco", "jsonld"),
        ("ncmec", "zip"),
        ("dsa", "jsonl"),
        ("csv", "csv"),
        ("xlsx", "xlsx"),
        ("stix", "json"),
        ("ecs", "jsonl"),
    ];
    for (paper, end) in papers {
        let before = records(&desk).len();
        let more = if paper == "dsa" { &DSA[..] } else { &[] };
        let made = export(&desk, paper, more);
        assert_eq!(made.code, 0, "{paper}: {made:?}");
        let records = records(&desk);
        assert_eq!(records.len(), before + 1);
        let export = &records.last().unwrap()["body"];
        assert_eq!(export["paper"], paper);
        assert_eq!(export["head"]["number"], before);
        let file = export["file"].as_str().unwrap();
        assert_eq!(file, format!("{paper}-{before:06}.{end}"));
        let path = desk.path("c/exports").join(file);
        let head = export["head"]["sha256"].as_str().unwrap();
        let bytes = fs::read(&path).unwrap();
        // What is packed shows no digest.
        if !matches!(end, "zip" | "xlsx") {
            assert!(
                bytes.windows(64).any(|part| part == head.as_bytes()),
                "{paper}"
            );
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{paper}: others may read it");
        }
        let verified = desk.run(&["verify", "c", "--head", head]);
        assert_eq!(verified.code, 0, "{verified:?}");
    }
}

#[test]
fn a_case_that_was_changed_gives_no_paper() {
    let desk = desk();
    let path = desk.path("c/records.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let changed = text.replacen("article 1", "article 2", 1);
    assert_ne!(text, changed);
    fs::write(&path, changed).unwrap();
    let made = export(&desk, "html", &["--output", "report.html"]);
    assert_eq!(made.code, 2, "{made:?}");
    assert!(made.stderr.contains("record 1 "), "{made:?}");
    assert!(!desk.path("report.html").exists());
}

#[test]
fn options_of_another_paper_are_refused() {
    let desk = desk();
    for (paper, more) in [
        ("html", &["--category", "1"][..]),
        ("csv", &["--with-media"]),
        ("vics", &["--browser", "chromium"]),
        ("html", &["--incident", "material"]),
    ] {
        let made = export(&desk, paper, more);
        assert_eq!(made.code, 2, "{made:?}");
        let said = format!("{} is not for {paper}", more[0]);
        assert!(made.stderr.contains(&said), "{made:?}");
    }
    let made = export(&desk, "dsa", &[]);
    assert_eq!(made.code, 2, "{made:?}");
    assert!(made.stderr.contains("--law"), "{made:?}");
    let records = records(&desk);
    assert!(records.iter().all(|record| record["kind"] != "export"));
}

/// A paper must not take the place of the records that it is made of.
#[test]
fn a_paper_is_not_written_over_the_case() {
    let desk = desk();
    let before = records(&desk);
    for output in [
        "c/records.jsonl",
        "c/new.html",
        "c/keys/../details/000001.jsonl",
    ] {
        let made = export(&desk, "html", &["--output", output]);
        assert_eq!(made.code, 2, "{made:?}");
        assert!(made.stderr.contains("into the case"), "{made:?}");
    }
    assert_eq!(records(&desk), before);
}

/// A program that is no browser must not leave a paper that is none.
#[cfg(unix)]
#[test]
fn a_browser_that_prints_nothing_is_an_error() {
    let desk = desk();
    let made = export(
        &desk,
        "pdf",
        &["--browser", "/bin/true", "--output", "report.pdf"],
    );
    assert_eq!(made.code, 2, "{made:?}");
    assert!(made.stderr.contains("did not print the PDF"), "{made:?}");
    assert!(!desk.path("report.pdf").exists());
    let made = export(&desk, "pdf", &["--browser", "/no/such/browser"]);
    assert!(made.stderr.contains("/no/such/browser"), "{made:?}");
}

/// The bundle is unpacked by the scan itself, which reads archives by code of its own.
#[cfg(feature = "archives")]
#[test]
fn the_bundle_holds_what_checks_it_and_the_media_sealed() {
    let desk = desk();
    let original = fs::read(desk.path("dump/a.png")).unwrap();
    fs::copy(desk.path("c/records.jsonl"), desk.path("before.jsonl")).unwrap();
    let made = export(&desk, "bundle", &["--with-media", "--output", "bundle.zip"]);
    assert_eq!(made.code, 0, "{made:?}");
    let hashed = desk.run(&["hash", "bundle.zip", "--type", "sha256", "-f", "jsonl"]);
    let objects = hashed.objects();
    let paths: Vec<&str> = objects
        .iter()
        .filter_map(|object| object["path"].as_str())
        .collect();
    for name in [
        "VERIFY.txt",
        "report.html",
        "lists.csv",
        "case/records.jsonl",
        "case/details/000001.jsonl",
        "media.zip.age",
        "media.csv",
        "SHA256SUMS",
    ] {
        let path = format!("bundle.zip!/{name}");
        assert!(paths.contains(&path.as_str()), "{name}: {paths:?}");
    }
    // The picture is not in the bundle but sealed.
    let bundle = fs::read(desk.path("bundle.zip")).unwrap();
    let part = &original[original.len() / 2..original.len() / 2 + 32];
    assert!(!bundle.windows(part.len()).any(|found| found == part));
    // The records are those of before the export.
    let digest = |outcome: &Outcome, path: &str| outcome.object(path)["sha256"].clone();
    let before = desk.run(&["hash", "before.jsonl", "--type", "sha256", "-f", "jsonl"]);
    assert_eq!(
        digest(&hashed, "bundle.zip!/case/records.jsonl"),
        digest(&before, "before.jsonl")
    );
}

/// Texts of others stand in a table as text.
#[test]
fn a_table_of_a_case_runs_nothing() {
    let desk = desk();
    let made = export(&desk, "csv", &["--output", "case.csv"]);
    assert_eq!(made.code, 0, "{made:?}");
    let text = fs::read_to_string(desk.path("case.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |name: &str| rows[0][heads.iter().position(|head| head == name).unwrap()].to_owned();
    assert_eq!(rows.len(), 1);
    assert_eq!(cell("decision"), "confirmed");
    assert_eq!(cell("seen"), "viewed");
    assert_eq!(cell("path"), "dump/a.png");
    assert_eq!(cell("distance"), "0");
}
