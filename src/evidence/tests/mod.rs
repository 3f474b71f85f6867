//! Cases as a whole.

mod life;
mod tamper;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::record::{
    Choice, Commitment, Coverage, Decision, Examiner, FileFacts, Finding, Match, Note, Opened,
    Root, Scan, Seen,
};
use super::*;
use crate::Error;
use crate::error::{CaseProblem, RecordFault};

/// A folder that removes itself.
pub(super) fn desk() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn person(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        role: "examiner".to_owned(),
    }
}

/// The key of a person, which is made when it is asked for first.
fn key(desk: &Path, id: &str) -> SigningKey {
    let path = desk.join(format!("{id}.key"));
    if path.exists() {
        SigningKey::read(&path, || None).unwrap()
    } else {
        SigningKey::create(&path, None).unwrap()
    }
}

fn opened() -> Opened {
    Opened {
        title: "case 7".to_owned(),
        purpose: "tests".to_owned(),
        legal_basis: "none".to_owned(),
        ..Opened::default()
    }
}

/// A case in the desk, by amina.
fn begin(desk: &Path, name: &str) -> (PathBuf, CaseWriter) {
    let path = desk.join(name);
    let writer = CaseWriter::create(&path, opened(), key(desk, "amina"), person("amina"));
    (path, writer.unwrap())
}

/// A case that seals to a key, and paths too if asked to.
pub(super) fn begin_sealed(desk: &Path, sealed_paths: bool) -> (PathBuf, CaseWriter, Identity) {
    let identity = Identity::create();
    let mut opened = opened();
    opened.recipients = vec![identity.recipient().to_string()];
    opened.policy.sealed_paths = sealed_paths;
    let path = desk.join(format!("sealed-{sealed_paths}"));
    let writer = CaseWriter::create(&path, opened, key(desk, "amina"), person("amina"));
    (path, writer.unwrap(), identity)
}

fn again(desk: &Path, path: &Path, id: &str) -> crate::Result<CaseWriter> {
    CaseWriter::open(path, key(desk, id), person(id))
}

/// A scan with so many findings. Gives the number of its first finding.
fn scan(case: &mut CaseWriter, findings: u64) -> u64 {
    let mut details = Details::default();
    let root = Root {
        path: details.commit("roots/0/path", "/disk"),
        device: None,
    };
    let body = Scan {
        tool: "basma".to_owned(),
        roots: vec![root],
        ..Scan::default()
    };
    let scan = case.add_with(Body::Scan(Box::new(body)), details).unwrap();
    for number in 0..findings {
        let mut details = Details::default();
        let body = finding(scan, number, &mut details);
        case.add_with(Body::Finding(Box::new(body)), details)
            .unwrap();
    }
    let coverage = Coverage {
        scan,
        discovered: findings,
        findings,
        statuses: BTreeMap::from([("matched".to_owned(), findings)]),
        ..Coverage::default()
    };
    case.add(Body::Coverage(Box::new(coverage))).unwrap();
    scan + 1
}

fn finding(scan: u64, number: u64, details: &mut Details) -> Finding {
    let hash = format!("{number:064x}");
    Finding {
        scan,
        status: "matched".to_owned(),
        path: details.commit("path", &format!("/disk/{number}.jpg")),
        file: FileFacts {
            sha256: Some(details.commit("file/sha256", &hash)),
            bytes: Some(number),
            ..FileFacts::default()
        },
        matches: vec![Match {
            list: "demo".to_owned(),
            algorithm: "pdq".to_owned(),
            hash: details.commit("matches/0/hash", &hash),
            radius: 31,
            ..Match::default()
        }],
        ..Finding::default()
    }
}

fn decide(case: &mut CaseWriter, finding: u64, decision: Choice, seconds: Option<u64>) -> u64 {
    let body = Decision {
        finding,
        decision,
        why: "looked".to_owned(),
        seen: Seen::Facts,
        seconds,
        in_force: seconds.is_some(),
        effects: Vec::new(),
    };
    case.add(Body::Decision(body)).unwrap()
}

/// The fault of a case, with the record that it names.
fn fault(path: &Path) -> (u64, RecordFault) {
    match verify(path, &Expected::default()) {
        Err(Error::Case {
            problem: CaseProblem::Broken { record, fault },
            ..
        }) => (record, fault),
        other => panic!("{other:?}"),
    }
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path.join("records.jsonl")).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn put(path: &Path, lines: &[String]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(path.join("records.jsonl"), text).unwrap();
}
