//! What is erased of a case: what a withdrawn entry left, and what is old.

use std::collections::BTreeSet;

use super::*;
use crate::hash::Hash;

#[test]
fn what_a_withdrawn_entry_left_is_erased_and_the_case_still_holds() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let first = scan(&mut case, 3);
    let hash = Hash::new(crate::hash::HashType::Pdq, &{
        let mut bytes = [0; 32];
        bytes[31] = 1;
        bytes
    });
    let hashes = BTreeSet::from([hash.unwrap()]);
    let before = case.reader().unwrap().details(first + 1).unwrap().len();
    assert_eq!(before, 3);
    assert_eq!(case.erase_hashes("own", &hashes, "withdrawn").unwrap(), 2);
    drop(case);
    let reader = CaseReader::open(&path).unwrap();
    // The path is no hash; the findings of other entries keep theirs.
    assert_eq!(reader.details(first + 1).unwrap().len(), 1);
    assert_eq!(reader.details(first).unwrap().len(), 3);
    let verified = verify(&path, &Expected::default()).unwrap();
    assert_eq!(verified.details_absent, verified.details_erased);
    let text = hashes.first().unwrap().to_string();
    let records = std::fs::read_to_string(reader.records_path()).unwrap();
    assert!(!records.contains(&text));
}

#[test]
fn details_whose_time_is_over_are_erased_and_the_case_still_holds() {
    let desk = desk();
    let (path, mut case) = begin(desk.path(), "case");
    let first = scan(&mut case, 3);
    let long_ago = jiff::Timestamp::UNIX_EPOCH;
    assert_eq!(case.purge(long_ago, "tests").unwrap(), (0, 0));
    assert_eq!(case.purge(jiff::Timestamp::MAX, "tests").unwrap(), (10, 0));
    drop(case);
    let reader = CaseReader::open(&path).unwrap();
    assert!(reader.details(first).unwrap().is_empty());
    let verified = verify(&path, &Expected::default()).unwrap();
    assert_eq!(verified.details_absent, verified.details_erased);
}

#[test]
fn a_sealed_identity_goes_with_its_time_and_a_later_one_stays() {
    let desk = desk();
    let (path, mut case, _) = begin_sealed(desk.path(), false);
    let identity = case.seal("reporter", b"a reporter").unwrap();
    let report = super::super::record::Report {
        reporter: "victim".to_owned(),
        identity: Some(identity.clone()),
        ..Default::default()
    };
    case.add(Body::Report(report)).unwrap();
    case.sync().unwrap();
    let file = path.join("sealed").join(&identity.file);
    assert_eq!(
        case.purge(jiff::Timestamp::UNIX_EPOCH, "tests").unwrap().1,
        0
    );
    assert!(file.exists());
    assert_eq!(case.purge(jiff::Timestamp::MAX, "tests").unwrap().1, 1);
    assert!(!file.exists());
    drop(case);
    verify(&path, &Expected::default()).unwrap();
}
