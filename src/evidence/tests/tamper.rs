//! What is done to a case is found, and the first record that does not hold is named.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;

/// A case of two examiners with a scan, decisions, and a remark in three scripts; and another case.
struct Cases {
    lines: Vec<String>,
    details: Vec<u8>,
    other: Vec<String>,
}

fn cases() -> &'static Cases {
    static CASES: OnceLock<Cases> = OnceLock::new();
    CASES.get_or_init(|| {
        let desk = desk();
        let (path, mut case) = begin(desk.path(), "case");
        let examiner = Examiner {
            person: person("ben"),
            key: key(desk.path(), "ben").public().to_string(),
            expires: None,
        };
        case.add(Body::Examiner(examiner)).unwrap();
        let first = scan(&mut case, 4);
        let decision = decide(&mut case, first, Choice::Reject, None);
        drop(case);
        let mut case = again(desk.path(), &path, "ben").unwrap();
        decide(&mut case, first, Choice::Reject, Some(decision));
        let text = "\u{202e}بصمة\u{200d}é \"kind\":\"opened\"".to_owned();
        case.add(Body::Note(Note { text, about: None })).unwrap();
        drop(case);
        let (other, mut case) = begin(desk.path(), "other");
        scan(&mut case, 4);
        drop(case);
        Cases {
            lines: lines(&path),
            details: fs::read(path.join("details/000001.jsonl")).unwrap(),
            other: lines(&other),
        }
    })
}

/// The same case with other records, in a folder of its own.
fn changed(lines: &[String]) -> tempfile::TempDir {
    let desk = desk();
    fs::create_dir(desk.path().join("details")).unwrap();
    let details = desk.path().join("details/000001.jsonl");
    fs::write(details, &cases().details).unwrap();
    put(desk.path(), lines);
    desk
}

#[test]
fn a_case_that_nobody_touched_holds() {
    let case = changed(&cases().lines);
    let verified = verify(case.path(), &Expected::default()).unwrap();
    assert_eq!(verified.head.number, cases().lines.len() as u64);
    assert_eq!(
        (verified.kinds["finding"], verified.kinds["decision"]),
        (4, 2)
    );
    assert_eq!((verified.details, verified.details_absent), (13, 0));
    let signed: Vec<u64> = verified.keys.iter().map(|key| key.records).collect();
    assert_eq!(signed.iter().sum::<u64>(), verified.head.number);
    assert!(verified.unfinished_scans.is_empty());
}

#[test]
fn a_chain_that_is_cut_at_its_end_is_seen_by_a_digest_from_elsewhere() {
    let lines = &cases().lines;
    let case = changed(lines);
    let whole = verify(case.path(), &Expected::default()).unwrap();
    let expected = Expected::default().with_head(whole.head.sha256);
    verify(case.path(), &expected).unwrap();
    for length in 1..lines.len() {
        let case = changed(&lines[..length]);
        let cut = verify(case.path(), &expected).unwrap_err();
        assert!(cut.to_string().contains("removed"), "{cut}");
    }
}

#[test]
fn a_case_is_known_by_the_key_of_who_opened_it() {
    let desk = desk();
    let other = *key(desk.path(), "carl").public();
    let case = changed(&cases().lines);
    let refused = verify(case.path(), &Expected::default().with_key(other)).unwrap_err();
    assert!(refused.to_string().contains(&other.id()), "{refused}");
}

/// Whether a fault is named at this record, which is one that exists or follows the last.
fn is_found(lines: &[String], at: std::ops::RangeInclusive<u64>) -> Result<(), TestCaseError> {
    let case = changed(lines);
    let (record, fault) = match verify(case.path(), &Expected::default()) {
        Err(Error::Case {
            problem: CaseProblem::Broken { record, fault },
            ..
        }) => (record, fault),
        other => return Err(TestCaseError::fail(format!("{other:?}"))),
    };
    prop_assert!(
        at.contains(&record),
        "{record}: {fault}, expected at {at:?}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_byte_that_is_changed_is_found_at_its_record(line in 0_usize..1000, place in 0_usize..100_000, by in 1_u8..=255) {
        let mut lines = cases().lines.clone();
        let line = line % lines.len();
        let mut bytes = lines[line].clone().into_bytes();
        let place = place % bytes.len();
        bytes[place] ^= by;
        // A line end makes two records of one, and what is no UTF-8 cannot be put as text.
        prop_assume!(bytes[place] != b'\n');
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        lines[line] = text;
        let number = line as u64 + 1;
        is_found(&lines, number..=number)?;
    }

    #[test]
    fn a_record_that_is_cut_out_is_found_at_the_next(line in 0_usize..1000) {
        let mut lines = cases().lines.clone();
        let line = line % (lines.len() - 1);
        lines.remove(line);
        let number = line as u64 + 1;
        is_found(&lines, number..=number)?;
    }

    #[test]
    fn records_that_change_places_are_found_at_the_first(a in 0_usize..1000, b in 0_usize..1000) {
        let mut lines = cases().lines.clone();
        let (a, b) = (a % lines.len(), b % lines.len());
        prop_assume!(a != b);
        lines.swap(a, b);
        let first = a.min(b) as u64 + 1;
        is_found(&lines, first..=first)?;
    }

    #[test]
    fn a_record_that_is_put_in_twice_is_found(from in 0_usize..1000, to in 0_usize..1000) {
        let mut lines = cases().lines.clone();
        let (from, to) = (from % lines.len(), to % (lines.len() + 1));
        lines.insert(to, lines[from].clone());
        // Before or after itself it is the second of the two.
        let first = if to == from { to as u64 + 2 } else { to as u64 + 1 };
        is_found(&lines, first..=first)?;
    }

    #[test]
    fn a_record_of_another_case_is_found(from in 0_usize..1000, to in 0_usize..1000, is_in_place in any::<bool>()) {
        let mut lines = cases().lines.clone();
        let record = cases().other[from % cases().other.len()].clone();
        let to = to % lines.len();
        if is_in_place {
            lines[to] = record;
        } else {
            lines.insert(to, record);
        }
        // A case that begins with a record of another is the other case up to the first record of this one.
        let first = to as u64 + 1;
        is_found(&lines, first..=first + 1)?;
    }

    #[test]
    fn a_file_that_is_cut_within_a_record_is_found(length in 1_usize..1_000_000) {
        let text: String = cases().lines.iter().map(|line| format!("{line}\n")).collect();
        let mut length = length % text.len();
        while !text.is_char_boundary(length) { length -= 1; }
        let before = text[..length].matches('\n').count() as u64;
        let case = changed(&[]);
        fs::write(case.path().join("records.jsonl"), &text[..length]).unwrap();
        let verified = verify(case.path(), &Expected::default());
        if length == 0 || text[..length].ends_with('\n') {
            // A whole chain that is shorter: details of later records tell of it.
            let is_told = verified.as_ref().map_or(true, |v| v.head.number == before);
            prop_assert!(is_told);
            if let Ok(verified) = verified {
                prop_assert!(before >= 7 || verified.details_beyond > 0);
            }
        } else {
            prop_assert_eq!(fault(case.path()), (before + 1, RecordFault::Unfinished));
        }
    }

    #[test]
    fn a_detail_that_is_changed_is_found(place in 0_usize..1_000_000, by in 1_u8..=255) {
        let case = changed(&cases().lines);
        let path = case.path().join("details/000001.jsonl");
        let mut bytes = fs::read(&path).unwrap();
        let place = place % bytes.len();
        bytes[place] ^= by;
        fs::write(&path, &bytes).unwrap();
        // A salt in other letters is the same salt, and a line in no known form counts as an absent detail.
        let verified = verify(case.path(), &Expected::default());
        let is_told = verified.as_ref().map_or(true, |v| {
            v.details_absent > v.details_erased || v.details_beyond > 0 || bytes[place].eq_ignore_ascii_case(&(bytes[place] ^ by))
        });
        prop_assert!(is_told, "{verified:?}");
    }
}

#[test]
fn what_a_case_says_must_make_sense() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let first = scan(&mut case, 1);
    // A decision on a finding that is not there.
    decide(&mut case, first + 5, Choice::Confirm, None);
    drop(case);
    let kind = "finding".to_owned();
    let number = first + 5;
    assert_eq!(fault(&path), (5, RecordFault::Reference { number, kind }));

    let (path, mut case) = begin(desk.path(), "seconds");
    let first = scan(&mut case, 1);
    let decision = decide(&mut case, first, Choice::Confirm, None);
    decide(&mut case, first, Choice::Confirm, Some(decision));
    drop(case);
    let person = "amina".to_owned();
    assert_eq!(fault(&path), (6, RecordFault::SamePerson { person }));

    let (path, mut case) = begin(desk.path(), "counts");
    let body = Body::Scan(Box::default());
    let scan = case.add(body).unwrap();
    let coverage = Coverage {
        scan,
        discovered: 3,
        statuses: BTreeMap::from([("no_match".to_owned(), 2)]),
        ..Coverage::default()
    };
    case.add(Body::Coverage(Box::new(coverage))).unwrap();
    drop(case);
    let (found, expected) = (2, 3);
    assert_eq!(fault(&path), (3, RecordFault::Counts { found, expected }));
}

#[test]
fn a_paper_or_a_time_stamp_is_of_a_record_that_is_there() {
    let desk = desk();
    for (name, is_right) in [("right", true), ("wrong", false)] {
        let (path, mut case) = begin(desk.path(), name);
        scan(&mut case, 1);
        let mut head = case.head().clone();
        if !is_right {
            head.number -= 1;
        }
        let export = record::Export {
            paper: "html".to_owned(),
            head: head.clone(),
            ..record::Export::default()
        };
        case.add(Body::Export(export)).unwrap();
        let stamp = record::Timestamp {
            of: head,
            ..record::Timestamp::default()
        };
        case.add(Body::Timestamp(stamp)).unwrap();
        drop(case);
        if is_right {
            verify(&path, &Expected::default()).unwrap();
        } else {
            let kind = "record of that digest".to_owned();
            assert_eq!(
                fault(&path),
                (5, RecordFault::Reference { number: 3, kind })
            );
        }
    }
}

#[test]
fn a_key_that_no_record_adds_signs_nothing() {
    let desk = desk();
    let (path, case) = begin(desk.path(), "case");
    drop(case);
    // A second case with the same id, whose records are signed by another.
    let stranger = CaseWriter::create(
        &desk.path().join("strange"),
        opened(),
        key(desk.path(), "carl"),
        person("carl"),
    );
    drop(stranger.unwrap());
    let refused = again(desk.path(), &path, "carl").unwrap_err();
    assert!(
        refused.to_string().contains("is no key of this case"),
        "{refused}"
    );
    let refused = CaseWriter::open(&path, key(desk.path(), "amina"), person("ben")).unwrap_err();
    assert!(
        refused.to_string().contains("is that of amina"),
        "{refused}"
    );
}

#[test]
fn a_commitment_is_not_told_by_its_value() {
    let mut details = Details::default();
    let commitments: Vec<Commitment> = (0..3).map(|_| details.commit("path", "/a")).collect();
    assert!(commitments[0] != commitments[1] && commitments[1] != commitments[2]);
}

/// A case can come from anybody. What leads out of its folder, or is waited for without end, is no part of it.
#[cfg(unix)]
#[test]
fn links_and_pipes_in_a_case_are_refused_and_nothing_outside_is_touched() {
    use std::os::unix::fs::symlink;
    let refused = |path: &Path| {
        let error = verify(path, &Expected::default()).unwrap_err();
        let problem = CaseProblem::NotAFile;
        assert!(
            matches!(&error, Error::Case { problem: found, .. } if *found == problem),
            "{error}"
        );
    };
    for part in ["records.jsonl", "details/000001.jsonl"] {
        let desk = desk();
        let (path, mut case) = begin(desk.path(), "case");
        scan(&mut case, 1);
        drop(case);
        let (inside, outside) = (path.join(part), desk.path().join("outside"));
        fs::rename(&inside, &outside).unwrap();
        symlink(&outside, &inside).unwrap();
        refused(&path);
        let before = fs::read(&outside).unwrap();
        // A writer must not add to what a link leads to.
        if let Ok(mut case) = again(desk.path(), &path, "amina") {
            let mut details = Details::default();
            let body = finding(2, 7, &mut details);
            let added = case.add_with(Body::Finding(Box::new(body)), details);
            let _ = added.and_then(|_| case.sync());
        }
        assert_eq!(fs::read(&outside).unwrap(), before, "{part}");
        fs::remove_file(&inside).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&inside).status();
        assert!(made.unwrap().success());
        refused(&path);
    }
}

/// A record of another examiner can name anything as a sealed file.
#[test]
fn a_sealed_file_outside_of_the_case_is_not_removed() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let outside = desk.path().join("outside");
    fs::write(&outside, "of somebody else").unwrap();
    for file in ["../../outside", outside.to_str().unwrap(), "..", ""] {
        let report = record::Report {
            identity: Some(record::Sealed {
                file: file.to_owned(),
                sha256: String::new(),
            }),
            ..record::Report::default()
        };
        case.add(Body::Report(report)).unwrap();
    }
    case.sync().unwrap();
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    case.purge(later, "its time is over").unwrap();
    assert_eq!(fs::read(&outside).unwrap(), b"of somebody else");
    assert!(path.join("sealed").is_dir());
    drop(case);
    assert!(verify(&path, &Expected::default()).is_err());
}
