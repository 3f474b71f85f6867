//! What was done to a case, and what `basma verify` says.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::test_dir::TestDir;

fn done(desk: &TestDir, line: &str, code: i32) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let outcome = desk.run(&words);
    assert_eq!(outcome.code, code, "{line}: {outcome:?}");
    outcome.stderr + &outcome.stdout
}

/// A case of two persons with all that a case can hold, and another case.
fn desk() -> TestDir {
    let desk = TestDir::new();
    desk.picture("dump/a.png", 1);
    desk.picture("dump/b.png", 2);
    desk.list("list.txt", &[1, 2]);
    for key in ["amina", "ben"] {
        done(&desk, &format!("case keygen {key} --quiet"), 0);
    }
    let told = done(&desk, "case keygen box --age --quiet", 0);
    let at = told.find("age1").unwrap();
    let recipient = told[at..].split_whitespace().next().unwrap();
    for case in ["c", "d"] {
        let line = format!(
            "case new {case} --title t --purpose tests --legal-basis law --person amina --recipient {recipient} --key amina"
        );
        done(&desk, &line, 0);
        done(&desk, &format!("case note {case} first --key amina"), 0);
    }
    done(&desk, "case admit c ben.pub --person ben --key amina", 0);
    desk.file("reporter", "Fatima B.");
    done(
        &desk,
        "case receive c --from victim --channel portal --reporter reporter --key amina",
        0,
    );
    done(
        &desk,
        "scan dump --list list.txt --quiet --case c --key amina",
        1,
    );
    let finding = records(&desk.path("c"), "finding").next().unwrap();
    let decide = format!("case decide c {finding} confirm --why same --key");
    done(&desk, &format!("{decide} amina"), 0);
    done(&desk, "case note c second --key ben", 0);
    done(&desk, "case export c --as csv --key amina", 0);
    done(&desk, "case sign c --key amina", 0);
    desk
}

/// The numbers of the records of a kind.
fn records(case: &Path, kind: &str) -> std::vec::IntoIter<u64> {
    let all = lines(case);
    let all = all
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_kind = all.filter(|record| record["kind"] == kind);
    let numbers: Vec<u64> = of_kind
        .map(|record| record["number"].as_u64().unwrap())
        .collect();
    numbers.into_iter()
}

fn lines(case: &Path) -> Vec<String> {
    let text = fs::read_to_string(case.join("records.jsonl")).unwrap();
    text.split_inclusive('\n').map(str::to_owned).collect()
}

/// Changes the lines of the records.
fn edit(change: impl Fn(&mut Vec<String>) + 'static) -> Change {
    Box::new(move |case| {
        let mut all = lines(case);
        change(&mut all);
        fs::write(case.join("records.jsonl"), all.concat()).unwrap();
    })
}

/// Changes a record, which stays in canonical JSON.
fn record(number: usize, change: impl Fn(&mut Value) + 'static) -> Change {
    edit(move |all| {
        let mut value: Value = serde_json::from_str(&all[number - 1]).unwrap();
        change(&mut value);
        all[number - 1] = value.to_string() + "\n";
    })
}

fn only(folder: &Path) -> std::path::PathBuf {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files.remove(0)
}

fn append(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes.push(b'x');
    fs::write(path, bytes).unwrap();
}

fn swap(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

type Change = Box<dyn Fn(&Path)>;

/// A change, further arguments, the code, and what is said.
type Row = (&'static str, Change, String, i32, &'static str);

/// Changes of the records themselves.
fn of_records(desk: &TestDir, last: usize) -> Vec<Row> {
    let other = lines(&desk.path("d"));
    let (second, whole) = (other[1].clone(), other.clone());
    let plain = String::new;
    vec![
        ("nothing", Box::new(|_| {}), plain(), 0, "holds"),
        (
            "the last record is gone, and the signature stays",
            edit(|all| drop(all.pop())),
            plain(),
            2,
            "records were removed at the end",
        ),
        (
            "half of the last record",
            edit(|all| {
                let line = all.last_mut().unwrap();
                line.truncate(line.len() / 2);
            }),
            plain(),
            2,
            "is not finished",
        ),
        (
            "the first record is gone",
            edit(|all| drop(all.remove(0))),
            plain(),
            2,
            "record 1 is the first, and does not open a case",
        ),
        (
            "a record is gone",
            edit(|all| drop(all.remove(3))),
            plain(),
            2,
            "record 4 has the number 5",
        ),
        (
            "nothing is left",
            edit(Vec::clear),
            plain(),
            2,
            "holds no record",
        ),
        (
            "a word",
            edit(|all| all[1] = all[1].replacen("first", "third", 1)),
            plain(),
            2,
            "record 2 has a signature that is not of its bytes",
        ),
        (
            "a time",
            record(2, |record| record["time"] = "2020-01-01T00:00:00Z".into()),
            plain(),
            2,
            "record 2 has a signature that is not of its bytes",
        ),
        (
            "a person",
            record(2, |record| record["by"]["id"] = "ben".into()),
            plain(),
            2,
            "record 2 is signed by key",
        ),
        (
            "a blank",
            edit(|all| all[1] = all[1].replacen(':', ": ", 1)),
            plain(),
            2,
            "record 2 is no record in canonical JSON",
        ),
        (
            "two records change places",
            edit(|all| all.swap(3, 4)),
            plain(),
            2,
            "record 4 has the number 5",
        ),
        (
            "a record twice",
            edit(|all| {
                let line = all[3].clone();
                all.insert(4, line);
            }),
            plain(),
            2,
            "put in twice",
        ),
        (
            "an old record at the end",
            edit(|all| {
                let line = all[3].clone();
                all.push(line);
            }),
            plain(),
            2,
            "put in twice",
        ),
        (
            "a record of another case",
            edit(move |all| all[1] = second.clone()),
            plain(),
            2,
            "record 2 is of another case",
        ),
        (
            "all records of another case",
            edit(move |all| *all = whole.clone()),
            plain(),
            2,
            "error",
        ),
        (
            "two signatures change places",
            edit(move |all| {
                let mut two =
                    [last - 2, last - 1].map(|at| serde_json::from_str::<Value>(&all[at]).unwrap());
                let taken = two[0]["signature"].take();
                two[0]["signature"] = two[1]["signature"].take();
                two[1]["signature"] = taken;
                all[last - 2] = two[0].to_string() + "\n";
                all[last - 1] = two[1].to_string() + "\n";
            }),
            plain(),
            2,
            "has a signature that is not of its bytes",
        ),
        (
            "no signature",
            record(2, |record| record["signature"] = "".into()),
            plain(),
            2,
            "record 2 has a signature that is not of its bytes",
        ),
        (
            "a key that no record adds",
            record(2, |record| record["key"] = "0000000000000000".into()),
            plain(),
            2,
            "which no record before it adds",
        ),
    ]
}

/// Changes beside the records, and what is known from elsewhere.
fn beside_records(desk: &TestDir) -> Vec<Row> {
    let plain = String::new;
    let path = |name: &str| desk.path(name).to_str().unwrap().to_owned();
    let (link, ben) = (desk.path("elsewhere"), path("ben.pub"));
    let key = desk.path("ben.pub");
    vec![
        (
            "the key of who opened it is another",
            Box::new(|_| {}),
            format!("--opened-by {ben}"),
            2,
            "name the public key of who opened it",
        ),
        (
            "the digest is of no record",
            Box::new(|_| {}),
            format!("--head {}", "0".repeat(64)),
            2,
            "no record has the digest",
        ),
        (
            "a public key is another",
            Box::new(move |case| {
                let of_amina = fs::read_dir(case.join("keys"))
                    .unwrap()
                    .map(|file| file.unwrap().path());
                let ben = fs::read_to_string(&key).unwrap();
                let is_other = |path: &std::path::PathBuf| fs::read_to_string(path).unwrap() != ben;
                let of_amina = of_amina.filter(is_other).max().unwrap();
                fs::write(of_amina, &ben).unwrap();
            }),
            plain(),
            2,
            "is not the public key that the records name",
        ),
        (
            "a public key is gone",
            Box::new(|case| fs::remove_file(only(&case.join("keys"))).unwrap()),
            plain(),
            0,
            "public keys that the folder does not hold: 1",
        ),
        (
            "a paper was changed",
            Box::new(|case| append(&only(&case.join("exports")))),
            plain(),
            2,
            "which was changed",
        ),
        (
            "a paper is gone",
            Box::new(|case| fs::remove_file(only(&case.join("exports"))).unwrap()),
            plain(),
            0,
            "holds",
        ),
        (
            "a paper that nobody exported",
            Box::new(|case| fs::write(case.join("exports/report.html"), "x").unwrap()),
            plain(),
            0,
            "no record names: 1 (exports/report.html)",
        ),
        (
            "a sealed file was changed",
            Box::new(|case| append(&only(&case.join("sealed")))),
            plain(),
            2,
            "which was changed",
        ),
        (
            "a sealed file is gone",
            Box::new(|case| fs::remove_file(only(&case.join("sealed"))).unwrap()),
            plain(),
            0,
            "absent: 1",
        ),
        (
            "a sealed file that no record names",
            Box::new(|case| fs::write(case.join("sealed/identity-000009.age"), "x").unwrap()),
            plain(),
            0,
            "(sealed/identity-000009.age)",
        ),
        (
            "a file with a hostile name",
            Box::new(|case| fs::write(case.join("a\u{202e}b\n"), "x").unwrap()),
            plain(),
            0,
            "no record names: 1 (a\\",
        ),
        (
            "a detail was changed",
            Box::new(|case| {
                swap(
                    &only(&case.join("details")),
                    "\"value\":\"",
                    "\"value\":\"A",
                )
            }),
            plain(),
            2,
            "detail",
        ),
        (
            "the details are gone",
            Box::new(|case| fs::remove_file(only(&case.join("details"))).unwrap()),
            plain(),
            0,
            "details that no record erased, and that are absent",
        ),
        (
            "the signature of all is gone",
            Box::new(|case| fs::remove_file(case.join("records.jsonl.minisig")).unwrap()),
            plain(),
            0,
            "holds",
        ),
        (
            "the signature of all is of other records",
            Box::new(|case| swap(&case.join("records.jsonl.minisig"), "number:", "number:1")),
            plain(),
            2,
            "is no signature of these records",
        ),
        (
            "the records are a link",
            Box::new(move |case| {
                let _ = fs::remove_file(&link);
                fs::rename(case.join("records.jsonl"), &link).unwrap();
                #[cfg(unix)]
                std::os::unix::fs::symlink(&link, case.join("records.jsonl")).unwrap();
            }),
            plain(),
            2,
            "which no case holds",
        ),
    ]
}

#[test]
fn what_was_done_to_a_case_is_found_and_named() {
    let desk = desk();
    let last = lines(&desk.path("c")).len();
    let rows = of_records(&desk, last)
        .into_iter()
        .chain(beside_records(&desk));
    let mut count = 0;
    for (what, change, more, code, said) in rows {
        let copy = desk.path("copy");
        if copy.exists() {
            fs::remove_dir_all(&copy).unwrap();
        }
        copied(&desk.path("c"), &copy);
        change(&copy);
        let told = done(&desk, &format!("verify copy {more}"), code);
        assert!(told.contains(said), "{what}: {told}");
        // What is no case any more gives no paper either.
        if code == 2 && more.is_empty() {
            done(
                &desk,
                "case export copy --as csv --output copy.csv --key amina",
                2,
            );
            assert!(!desk.path("copy.csv").exists(), "{what}");
        }
        count += 1;
    }
    assert!(count > 30);
    // A whole folder of another case is told by what is known from elsewhere.
    done(&desk, "verify d", 0);
    let of_c = lines(&desk.path("c"));
    let digest = sha256(of_c[last - 1].trim_end());
    done(&desk, &format!("verify c --head {digest}"), 0);
    done(&desk, &format!("verify d --head {digest}"), 2);
}

pub(super) fn sha256(text: impl AsRef<[u8]>) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(text.as_ref());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn copied(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}
