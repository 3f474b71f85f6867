//! A dossier says what the records of a case say.

use std::collections::BTreeMap;
use std::path::Path;

use crate::evidence::record::{
    Appeal, AppealDecided, Calibration, Choice, Coverage, Decision, Examiner, FileFacts, FileHash,
    Finding, List, Match, Opened, Policy, Report, Root, Scan, Seen,
};
use crate::evidence::{Body, CaseWriter, Details, Expected, Person, SigningKey, verify};
use crate::papers::{CaseFile, CaseFinding, Dossier, Findings as _, Outcome};

fn person(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        role: "examiner".to_owned(),
    }
}

fn key(desk: &Path, id: &str) -> SigningKey {
    let path = desk.join(format!("{id}.key"));
    if path.exists() {
        SigningKey::read(&path, || None).unwrap()
    } else {
        SigningKey::create(&path, None).unwrap()
    }
}

/// A case of two persons: four findings, of which the numbers are given.
fn sample(desk: &Path) -> (std::path::PathBuf, [u64; 4]) {
    let path = desk.join("case");
    let opened = Opened {
        title: "dossier 7 \u{202e}قضية".to_owned(),
        purpose: "research of copies".to_owned(),
        legal_basis: "article 1".to_owned(),
        policy: Policy {
            two_persons: true,
            ..Policy::default()
        },
        ..Opened::default()
    };
    let mut case = CaseWriter::create(&path, opened, key(desk, "amina"), person("amina")).unwrap();
    let examiner = Examiner {
        person: person("bilal"),
        key: key(desk, "bilal").public().to_string(),
        expires: None,
    };
    case.add(Body::Examiner(examiner)).unwrap();
    let report = Report {
        channel: "portal".to_owned(),
        reporter: "victim".to_owned(),
        received: "2026-11-29T08:00:00Z".to_owned(),
        deadline: Some("2026-12-01T08:00:00Z".to_owned()),
        ..Report::default()
    };
    case.add(Body::Report(report)).unwrap();
    let mut details = Details::default();
    let root = Root {
        path: details.commit("roots/0/path", "/media/disk"),
        device: None,
    };
    let body = Scan {
        tool: "basma 0.1.0".to_owned(),
        binary: Some("cd".repeat(32)),
        roots: vec![root],
        sandbox: "none".to_owned(),
        options: BTreeMap::from([("radius".to_owned(), "31".to_owned())]),
        ..Scan::default()
    };
    let scan = case.add_with(Body::Scan(Box::new(body)), details).unwrap();
    let list = List {
        scan,
        list: "demo".to_owned(),
        generation: Some(7),
        sha256: Some("ef".repeat(32)),
        ..List::default()
    };
    case.add(Body::List(Box::new(list))).unwrap();
    let findings = [0, 1, 2, 3].map(|number| add_finding(&mut case, scan, number));
    let coverage = Coverage {
        scan,
        discovered: 9,
        findings: 4,
        statuses: BTreeMap::from([("matched".to_owned(), 4), ("no_match".to_owned(), 5)]),
        ..Coverage::default()
    };
    case.add(Body::Coverage(Box::new(coverage))).unwrap();
    let calibration = Calibration {
        list: "demo".to_owned(),
        list_sha256: "ef".repeat(32),
        made: "2026-11-01T00:00:00Z".to_owned(),
        statement: BTreeMap::from([("pictures".to_owned(), "3000000".to_owned())]),
        ..Calibration::default()
    };
    case.add(Body::Calibration(Box::new(calibration))).unwrap();
    let first = decide(&mut case, findings[0], Choice::Confirm, None);
    let alone = decide(&mut case, findings[1], Choice::Confirm, None);
    let rejected = decide(&mut case, findings[2], Choice::Reject, None);
    drop(case);
    let mut case = CaseWriter::open(&path, key(desk, "bilal"), person("bilal")).unwrap();
    decide(&mut case, findings[0], Choice::Confirm, Some(first));
    decide(&mut case, findings[2], Choice::Reject, Some(rejected));
    let _ = alone;
    case.sync().unwrap();
    (path, findings)
}

fn add_finding(case: &mut CaseWriter, scan: u64, number: u64) -> u64 {
    let mut details = Details::default();
    let hash = format!("{number:064x}");
    let finding = Finding {
        scan,
        status: "matched".to_owned(),
        path: details.commit("path", &format!("/media/disk/{number}.jpg")),
        file: FileFacts {
            md5: Some(details.commit("file/md5", &hash[..32])),
            sha256: Some(details.commit("file/sha256", &hash)),
            bytes: Some(9786),
            media: Some("image/jpeg".to_owned()),
            ..FileFacts::default()
        },
        hashes: vec![FileHash {
            algorithm: "pdq".to_owned(),
            hash: details.commit("hashes/0/hash", &hash),
            quality: 100,
        }],
        matches: vec![Match {
            list: "demo".to_owned(),
            entry: Some("0012".to_owned()),
            algorithm: "pdq".to_owned(),
            hash: details.commit("matches/0/hash", &hash),
            distance: 4,
            radius: 31,
            labels: vec!["=cmd|".to_owned()],
            ..Match::default()
        }],
        ..Finding::default()
    };
    case.add_with(Body::Finding(Box::new(finding)), details)
        .unwrap()
}

fn decide(case: &mut CaseWriter, finding: u64, decision: Choice, seconds: Option<u64>) -> u64 {
    let decision = Decision {
        finding,
        decision,
        why: "compared with the listed picture".to_owned(),
        // The second person reads the record alone.
        seen: if seconds.is_some() {
            Seen::Facts
        } else {
            Seen::Viewed
        },
        seconds,
        in_force: seconds.is_some(),
        effects: Vec::new(),
    };
    case.add(Body::Decision(decision)).unwrap()
}

fn read(path: &Path) -> (Dossier, Vec<CaseFinding>) {
    let verified = verify(path, &Expected::default()).unwrap();
    let (dossier, case) = CaseFile::read(path, &verified).unwrap();
    let mut findings = Vec::new();
    case.each(&mut |finding| {
        findings.push(finding.clone());
        Ok(())
    })
    .unwrap();
    (dossier, findings)
}

#[test]
fn a_dossier_has_the_facts_of_the_records() {
    let desk = tempfile::tempdir().unwrap();
    let (path, numbers) = sample(desk.path());
    let (dossier, findings) = read(&path);
    let records = std::fs::read_to_string(path.join("records.jsonl")).unwrap();
    assert_eq!(dossier.head.number, records.lines().count() as u64);
    assert_eq!(dossier.head.digest.len(), 64);
    assert!(records.contains(&dossier.head.time) && records.contains(&dossier.opened));
    assert_eq!(dossier.title, "dossier 7 \u{202e}قضية");
    assert!(dossier.two_persons);
    let holders: Vec<&str> = dossier.keys.iter().map(|key| key.holder.as_str()).collect();
    assert_eq!(holders, ["amina", "bilal"]);
    assert_eq!(
        dossier.clocks[0].deadline.as_deref(),
        Some("2026-12-01T08:00:00Z")
    );
    assert_eq!(dossier.scans[0].roots, [Some("/media/disk".to_owned())]);
    assert_eq!(dossier.lists[0].generation, Some(7));
    assert_eq!(dossier.coverage[0].discovered, 9);
    assert_eq!(dossier.calibrations[0].statement[0].1, "3000000");
    let ids: Vec<u64> = findings.iter().map(|finding| finding.record).collect();
    assert_eq!(ids, numbers);
    assert_eq!(findings[1].path.as_deref(), Some("/media/disk/1.jpg"));
    assert_eq!(findings[1].matches[0].hash, Some(format!("{:064x}", 1)));
    assert_eq!(findings[1].hashes[0].hash, format!("{:064x}", 1));
    assert!(findings.iter().all(|finding| !finding.is_erased));
}

#[test]
fn a_decision_counts_once_it_is_in_force() {
    let desk = tempfile::tempdir().unwrap();
    let (path, _) = sample(desk.path());
    let (dossier, findings) = read(&path);
    let outcomes: Vec<&str> = findings.iter().map(CaseFinding::outcome).collect();
    assert_eq!(outcomes, ["confirmed", "open", "rejected", "open"]);
    let decision = findings[0].decision.as_ref().unwrap();
    assert_eq!(decision.by.id, "amina");
    assert_eq!(decision.second.as_ref().unwrap().id, "bilal");
    assert!(findings[0].is_viewed());
    let tally = dossier.tally;
    assert_eq!(
        (
            tally.findings,
            tally.confirmed,
            tally.rejected,
            tally.open()
        ),
        (4, 1, 1, 2)
    );
}

#[test]
fn an_appeal_that_holds_turns_a_decision_about() {
    let desk = tempfile::tempdir().unwrap();
    let (path, numbers) = sample(desk.path());
    let mut case = CaseWriter::open(&path, key(desk.path(), "bilal"), person("bilal")).unwrap();
    for (finding, overturned) in [(numbers[0], true), (numbers[2], true), (numbers[3], false)] {
        let appeal = Appeal {
            finding,
            received: "2026-11-30T08:00:00Z".to_owned(),
            ..Appeal::default()
        };
        let appeal = case.add(Body::Appeal(appeal)).unwrap();
        let decided = AppealDecided {
            appeal,
            finding,
            overturned,
            why: "satire".to_owned(),
            seen: Seen::Facts,
            effects: Vec::new(),
        };
        case.add(Body::AppealDecided(decided)).unwrap();
    }
    case.sync().unwrap();
    let appeal = Appeal {
        finding: numbers[1],
        ..Appeal::default()
    };
    case.add(Body::Appeal(appeal)).unwrap();
    case.sync().unwrap();
    let (_, findings) = read(&path);
    let waiting: Vec<bool> = findings.iter().map(|finding| finding.is_appealed).collect();
    assert_eq!(waiting, [false, true, false, false]);
    let outcomes: Vec<&str> = findings.iter().map(CaseFinding::outcome).collect();
    assert_eq!(outcomes, ["rejected", "open", "confirmed", "open"]);
    let decision = findings[0].decision.as_ref().unwrap();
    assert_eq!(
        (decision.why.as_str(), decision.outcome),
        ("satire", Outcome::Rejected)
    );
}

#[test]
fn what_was_erased_is_not_there_and_the_paper_says_so() {
    let desk = tempfile::tempdir().unwrap();
    let (path, numbers) = sample(desk.path());
    let mut case = CaseWriter::open(&path, key(desk.path(), "amina"), person("amina")).unwrap();
    let erased = case.erase(|detail| detail.record == numbers[1]).unwrap();
    assert_eq!(erased.len(), 5);
    drop(case);
    let (_, findings) = read(&path);
    let finding = &findings[1];
    assert!(finding.is_erased);
    assert_eq!(
        (&finding.path, &finding.sha256, &finding.matches[0].hash),
        (&None, &None, &None)
    );
    assert!(!findings[0].is_erased && findings[0].sha256.is_some());
}

/// A paper is of the records that were verified, whatever is added meanwhile.
#[test]
fn a_record_that_is_added_meanwhile_is_in_no_paper() {
    let desk = tempfile::tempdir().unwrap();
    let (path, numbers) = sample(desk.path());
    let verified = verify(&path, &Expected::default()).unwrap();
    let mut case = CaseWriter::open(&path, key(desk.path(), "amina"), person("amina")).unwrap();
    let scan = case.add(Body::Scan(Box::default())).unwrap();
    add_finding(&mut case, scan, 9);
    case.sync().unwrap();
    let (dossier, case) = CaseFile::read(&path, &verified).unwrap();
    let mut count = 0;
    case.each(&mut |_| {
        count += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(count, numbers.len());
    assert_eq!(dossier.scans.len(), 1);
    assert_eq!(dossier.head.digest, verified.head.sha256);
}
