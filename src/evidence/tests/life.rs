//! Cases that are opened, added to, interrupted and erased from.

use super::*;
use crate::error::LockHolder;

#[test]
fn one_adds_at_a_time_and_the_others_are_told_who() {
    let desk = desk();
    let (path, case) = begin(desk.path(), "case");
    let refused = again(desk.path(), &path, "amina").unwrap_err();
    let Error::Case {
        problem: CaseProblem::Locked { holder },
        ..
    } = &refused
    else {
        panic!("{refused}")
    };
    assert!(
        matches!(holder, LockHolder::Known { by, .. } if by == "amina"),
        "{refused}"
    );
    assert_eq!(refused.code(), "case-busy");
    drop(case);
    again(desk.path(), &path, "amina").unwrap();
}

#[test]
fn a_case_that_was_cut_anywhere_goes_on_and_says_so() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    scan(&mut case, 1);
    drop(case);
    let records = path.join("records.jsonl");
    let whole = fs::read(&records).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in (first..whole.len()).step_by(7) {
        fs::write(&records, &whole[..length]).unwrap();
        let before = whole[..length]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u64;
        let mut case = again(desk.path(), &path, "amina").unwrap();
        let note = Note {
            text: "again".to_owned(),
            about: None,
        };
        case.add(Body::Note(note)).unwrap();
        drop(case);
        let verified = verify(&path, &Expected::default()).unwrap();
        let is_cut = whole[length - 1] != b'\n';
        assert_eq!(
            verified.head.number,
            before + 1 + u64::from(is_cut),
            "{length}"
        );
        assert_eq!(verified.kinds.contains_key("recovered"), is_cut, "{length}");
        assert_eq!(verified.details_beyond, 0, "{length}");
    }
}

#[test]
fn what_is_erased_leaves_a_case_that_holds_and_says_nothing_of_it() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let first = scan(&mut case, 3);
    let hash = format!("{:064x}", 1);
    let erased = case.erase(|detail| detail.value == hash).unwrap();
    assert_eq!(erased, [first + 1, first + 1]);
    let withdrawn = record::Withdrawn {
        list: "demo".to_owned(),
        why: "asked".to_owned(),
        erased: erased.len() as u64,
        records: vec![first + 1],
        ..record::Withdrawn::default()
    };
    case.add(Body::Withdrawn(withdrawn)).unwrap();
    drop(case);
    let verified = verify(&path, &Expected::default()).unwrap();
    assert_eq!((verified.details_absent, verified.details_erased), (2, 2));
    for entry in walkdir::WalkDir::new(&path) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let text = fs::read_to_string(entry.path()).unwrap();
            assert!(!text.contains(&hash), "{:?}", entry.path());
        }
    }
    let reader = CaseReader::open(&path).unwrap();
    assert_eq!(reader.detail(first + 1, "file/sha256").unwrap(), None);
    assert_eq!(
        reader.detail(first + 1, "path").unwrap().unwrap(),
        "/disk/1.jpg"
    );
}

#[test]
fn minisign_checks_the_records_and_so_does_this() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    scan(&mut case, 1);
    assert!(case.sign().unwrap());
    let head = case.head().clone();
    drop(case);
    let verified = verify(&path, &Expected::default()).unwrap();
    assert_eq!(verified.signed_up_to, Some(head.clone()));
    // What is added later is beyond the signature.
    let mut case = again(desk.path(), &path, "amina").unwrap();
    scan(&mut case, 1);
    drop(case);
    assert_eq!(
        verify(&path, &Expected::default()).unwrap().signed_up_to,
        Some(head)
    );
    let signature = path.join("records.jsonl.minisig");
    let text = fs::read_to_string(&signature).unwrap();
    fs::write(&signature, text.replace("number:", "nomber:")).unwrap();
    let refused = verify(&path, &Expected::default()).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("no signature of these records"),
        "{refused}"
    );
}

#[test]
fn a_clock_that_was_set_back_is_on_the_record() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    case.set_time("2100-01-01T00:00:00Z".parse().unwrap());
    scan(&mut case, 0);
    drop(case);
    let verified = verify(&path, &Expected::default()).unwrap();
    assert_eq!(verified.kinds["clock"], 1);
}

#[test]
fn a_key_that_expired_adds_nothing() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let examiner = Examiner {
        person: person("ben"),
        key: key(desk.path(), "ben").public().to_string(),
        expires: Some("2020-01-01T00:00:00Z".to_owned()),
    };
    case.add(Body::Examiner(examiner)).unwrap();
    drop(case);
    let refused = again(desk.path(), &path, "ben").unwrap_err();
    assert!(refused.to_string().contains("expired on 2020"), "{refused}");
    verify(&path, &Expected::default()).unwrap();
}

#[test]
fn a_text_beyond_the_limit_is_refused_and_the_case_goes_on() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let text = "x".repeat(2 << 20);
    let refused = case
        .add(Body::Note(Note { text, about: None }))
        .unwrap_err();
    assert!(refused.to_string().contains("over the limit"), "{refused}");
    scan(&mut case, 1);
    drop(case);
    verify(&path, &Expected::default()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_case_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    scan(&mut case, 1);
    drop(case);
    for entry in walkdir::WalkDir::new(&path) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let refused = again(desk.path(), &path, "amina").unwrap_err();
    assert!(refused.to_string().contains("0755"), "{refused}");
}

#[test]
fn a_folder_that_holds_something_becomes_no_case() {
    let desk = desk();
    let path = desk.path().join("case");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("letter.txt"), "mine").unwrap();
    let refused = CaseWriter::create(&path, opened(), key(desk.path(), "amina"), person("amina"));
    assert!(refused.unwrap_err().to_string().contains("not empty"));
    let absent = CaseReader::open(&desk.path().join("none")).unwrap_err();
    assert!(absent.to_string().contains("basma case new"), "{absent}");
}
