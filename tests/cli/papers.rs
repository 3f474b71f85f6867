//! Papers of a case: each is made of a case that holds, is a record of it, and is nobody else's to read.

use std::fs;

use serde_json::Value;

use super::test_dir::{Outcome, TestDir};

/// A desk with a case of one confirmed finding.
fn desk() -> TestDir {
    let desk = TestDir::new();
    desk.picture("dump/a.png", 1);
    desk.picture("dump/b.png", 2);
    confirm_all(&desk);
    desk
}

/// Scans the dump into a case, and confirms all findings.
fn confirm_all(desk: &TestDir) {
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
    for record in records(desk).iter().filter(|r| r["kind"] == "finding") {
        let finding = record["number"].to_string();
        let decided = desk.run(&[
            "case", "decide", "c", &finding, "confirm", "--why", "compared", "--seen", "viewed",
            "--key", "amina",
        ]);
        assert_eq!(decided.code, 0, "{decided:?}");
    }
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

/// A picture is shown where it was asked for, and the record of the export names it.
#[test]
fn small_pictures_are_shown_where_asked_for_and_are_on_the_record() {
    let desk = desk();
    let finding = finding(&desk);
    let image = "<img class=\"blurred\"";
    let without = export(&desk, "html", &["--output", "without.html"]);
    assert_eq!(without.code, 0, "{without:?}");
    let page = fs::read_to_string(desk.path("without.html")).unwrap();
    assert!(!page.contains("<img") && !page.contains("img-src"));
    let last = records(&desk).pop().unwrap();
    assert!(last["body"]["thumbnails"].is_null(), "{last}");
    for asked in [finding.as_str(), "all"] {
        let more = [
            "--thumbnails",
            "blurred",
            "--thumbnail-of",
            asked,
            "--output",
            "with.html",
        ];
        let made = export(&desk, "html", &more);
        assert_eq!(made.code, 0, "{made:?}");
        let page = fs::read_to_string(desk.path("with.html")).unwrap();
        // Once for each language.
        assert_eq!(page.matches(image).count(), 3);
        assert!(page.contains("img-src data:;"));
        let last = records(&desk).pop().unwrap();
        assert_eq!(last["body"]["thumbnails"]["style"], "blurred");
        let shown = last["body"]["thumbnails"]["findings"].to_string();
        assert_eq!(shown, format!("[{finding}]"));
        assert_eq!(last["by"]["id"], "amina");
    }
    let shown = desk.run(&["case", "show", "c"]);
    assert!(shown.stdout.contains("(blurred)"), "{shown:?}");
    // A file that is another by now gives no picture.
    desk.picture("dump/a.png", 7);
    let more = ["--thumbnails", "grey", "--thumbnail-of", "all"];
    let made = export(
        &desk,
        "html",
        &[&more[..], &["--output", "with.html"]].concat(),
    );
    assert_eq!(made.code, 0, "{made:?}");
    let page = fs::read_to_string(desk.path("with.html")).unwrap();
    assert!(!page.contains("<img"));
    assert!(page.contains("the file has changed since the scan"));
    let last = records(&desk).pop().unwrap();
    assert_eq!(
        last["body"]["thumbnails"]["absent"].to_string(),
        format!("[{finding}]")
    );
    assert_eq!(last["body"]["thumbnails"]["findings"].to_string(), "[]");
    assert_eq!(desk.run(&["verify", "c"]).code, 0);
}

#[test]
fn pictures_of_what_is_no_finding_are_refused() {
    let desk = desk();
    for (more, why) in [
        (
            &["--thumbnails", "grey", "--thumbnail-of", "1"][..],
            "record 1 is no finding",
        ),
        (
            &["--thumbnails", "grey", "--thumbnail-of", "999"],
            "record 999 is no finding",
        ),
        (
            &["--thumbnails", "grey", "--thumbnail-of", "x"],
            "--thumbnail-of",
        ),
        (&["--thumbnails", "grey"], "--thumbnail-of"),
        (&["--thumbnail-of", "all"], "--thumbnails"),
    ] {
        let made = export(&desk, "html", more);
        assert_eq!(made.code, 2, "{made:?}");
        assert!(made.stderr.contains(why), "{why}: {made:?}");
    }
    let made = export(
        &desk,
        "csv",
        &["--thumbnails", "grey", "--thumbnail-of", "all"],
    );
    assert!(
        made.stderr.contains("--thumbnails is not for csv"),
        "{made:?}"
    );
}

/// Members of archives are taken out of them, at any depth; what is not there any more is named with a code.
#[cfg(feature = "archives")]
#[test]
fn the_media_of_archives_are_in_the_container_and_what_is_gone_is_named() {
    use crate::write::{deflated, stored, zip};
    let desk = TestDir::new();
    desk.picture("a.png", 1);
    let picture = fs::read(desk.path("a.png")).unwrap();
    let inner = zip(&[deflated("deep.png", &picture)]);
    let archive = zip(&[
        stored("same.png", b"another file of that name"),
        stored("same.png", &picture),
        deflated("inner.zip", &inner),
    ]);
    let locked = zip(&[stored("same.png", &picture)]);
    for (name, bytes) in [
        ("dump/kept.zip", &archive),
        ("dump/lost.zip", &archive),
        ("dump/cut.zip", &archive),
        ("dump/locked.zip", &locked),
        ("dump/gone.png", &picture),
        ("dump/other.png", &picture),
        ("dump/plain!/own.png", &picture),
    ] {
        desk.file(name, bytes);
    }
    confirm_all(&desk);
    let empty = zip(&[deflated("x.txt", b"x")]);
    desk.file("dump/lost.zip", &empty);
    let closed = zip(&[stored("same.png", &picture).locked(b"secret")]);
    desk.file("dump/locked.zip", &closed);
    desk.file("dump/cut.zip", &archive[..archive.len() / 3]);
    fs::remove_file(desk.path("dump/gone.png")).unwrap();
    desk.file("dump/other.png", "another");
    let made = export(&desk, "bundle", &["--with-media", "--output", "bundle.zip"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.stderr.contains("media.csv"), "{made:?}");
    let members = unpacked(&fs::read(desk.path("bundle.zip")).unwrap());
    let table = String::from_utf8(members["media.csv"].clone()).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|l| l.split(',').collect())
        .collect();
    let paths = paths(&desk);
    let of = |end: &str| -> Vec<&str> {
        let end = format!("/{end}");
        let rows = rows.iter().filter(|row| paths[row[0]].ends_with(&end));
        rows.map(|row| if row[2] == "yes" { "yes" } else { row[3] })
            .collect()
    };
    assert_eq!(of("kept.zip!/same.png"), ["yes"]);
    assert_eq!(of("kept.zip!/inner.zip!/deep.png"), ["yes"]);
    assert_eq!(of("lost.zip!/same.png"), ["member-not-there"]);
    assert!(
        !of("cut.zip!/inner.zip!/deep.png").contains(&"yes"),
        "{rows:?}"
    );
    assert_eq!(of("locked.zip!/same.png"), ["locked"]);
    assert_eq!(of("gone.png"), ["not-there"]);
    assert_eq!(of("other.png"), ["changed"]);
    assert_eq!(of("own.png"), ["yes"]);
    assert_eq!(rows.len(), paths.len());
    // What is taken is what was found, under the name that the table says.
    let keys = basma::evidence::Identity::read(&desk.path("box")).unwrap();
    let sealed = std::io::Cursor::new(members["media.zip.age"].clone());
    let opened = basma::evidence::SealedReader::new("media.zip.age".as_ref(), sealed, &keys);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut opened.unwrap(), &mut bytes).unwrap();
    let media = unpacked(&bytes);
    let taken: Vec<&&str> = rows
        .iter()
        .filter(|r| r[2] == "yes")
        .map(|r| &r[4])
        .collect();
    assert_eq!(media.len(), taken.len());
    assert!(taken.iter().all(|name| media[**name] == picture));
}

/// The values of paths, by the number of the finding.
#[cfg(feature = "archives")]
fn paths(desk: &TestDir) -> std::collections::HashMap<String, String> {
    let text = fs::read_to_string(desk.path("c/details/000001.jsonl")).unwrap();
    let numbers: Vec<String> = records(desk)
        .iter()
        .filter(|record| record["kind"] == "finding")
        .map(|record| record["number"].to_string())
        .collect();
    let details = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let paths = details
        .filter(|detail| detail["name"] == "path")
        .map(|detail| {
            let value = detail["value"].as_str().unwrap().to_owned();
            (detail["record"].to_string(), value)
        });
    paths
        .filter(|(number, _)| numbers.contains(number))
        .collect()
}

/// The members of a zip file by its directory (APPNOTE 6.3, section 4.3.12), in code that is not that of the product.
#[cfg(feature = "archives")]
pub(super) fn unpacked(zip: &[u8]) -> std::collections::HashMap<String, Vec<u8>> {
    use std::io::Read as _;
    let number = |at: usize, bytes: usize| {
        let field = zip[at..at + bytes].iter().rev();
        field.fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let end = memchr::memmem::rfind(zip, b"PK\x05\x06").unwrap();
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut members = std::collections::HashMap::new();
    for _ in 0..count {
        let (packed, name, extra) = (number(at + 20, 4), number(at + 28, 2), number(at + 30, 2));
        let local = number(at + 42, 4);
        let begin = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let mut content = Vec::new();
        let packed = &zip[begin..begin + packed];
        let read = flate2::read::DeflateDecoder::new(packed).read_to_end(&mut content);
        read.unwrap();
        let name_of = String::from_utf8(zip[at + 46..at + 46 + name].to_vec()).unwrap();
        members.insert(name_of, content);
        at += 46 + name + extra;
    }
    members
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
