//! CASE/UCO by the validator of its project, where it is installed: `case_validate` of the Python package case-utils.

use std::path::PathBuf;
use std::process::Command;

use super::*;

/// The gate installs it into an environment in `target`.
fn validator() -> Option<PathBuf> {
    let of_gate = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = std::iter::once(of_gate).chain(folders);
    let mut places = places.map(|folder| folder.join("case_validate"));
    places.find(|place| place.is_file())
}

fn sample() -> (Dossier, Vec<CaseFinding>) {
    let hostile = "\u{202e}gpj.exe \u{200d} بلاغ =cmd| </x> \" \\ \u{1b}[2J";
    let listed = ListedMatch {
        list: hostile.to_owned(),
        entry: Some("0012".to_owned()),
        hash_type: "pdq".to_owned(),
        distance: 4,
        radius: 31,
        ..ListedMatch::default()
    };
    let finding = CaseFinding {
        id: "7".to_owned(),
        record: 7,
        time: "2026-11-29T10:00:00Z".to_owned(),
        status: "matched".to_owned(),
        path: Some(escape::escape(hostile.as_bytes()).into_owned()),
        bytes: Some(9786),
        media: Some("image/jpeg".to_owned()),
        md5: Some("0123456789abcdef".repeat(2)),
        sha256: Some("0123456789abcdef".repeat(4)),
        hashes: vec![FileHash {
            hash_type: "pdq".to_owned(),
            hash: "0123456789abcdef".repeat(4),
        }],
        matches: vec![listed],
        decision: Some(Decision {
            time: "2026-11-29T11:00:00Z".to_owned(),
            why: hostile.to_owned(),
            ..Decision::new(Outcome::Confirmed)
        }),
        ..CaseFinding::default()
    };
    let undecided = CaseFinding {
        id: "8".to_owned(),
        record: 8,
        path: None,
        decision: None,
        matches: Vec::new(),
        hashes: Vec::new(),
        ..finding.clone()
    };
    let dossier = Dossier {
        case: "0f8b6a52-6a3c-4d55-9d5b-1a4f5d3f0c11".to_owned(),
        title: hostile.to_owned(),
        opened: "2026-11-29T09:00:00Z".to_owned(),
        scans: vec![ScanRun {
            record: 5,
            started: "2026-11-29T09:30:00Z".to_owned(),
            ..ScanRun::default()
        }],
        coverage: vec![CoverageCount {
            scan: 5,
            ended: "2026-11-29T10:30:00Z".to_owned(),
            ..CoverageCount::default()
        }],
        ..Dossier::default()
    };
    (dossier, vec![finding, undecided])
}

#[test]
fn case_uco_conforms_where_its_validator_is_installed() {
    let Some(validator) = validator() else {
        eprintln!("NOT CHECKED: case_validate is not installed");
        return;
    };
    let (dossier, findings) = sample();
    let (bytes, _) = write(case_uco::write, &dossier, &findings);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.jsonld");
    let validate = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let mut command = Command::new(&validator);
        let command = command.args(["--built-version", "case-1.4.0"]).arg(&path);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), said)
    };
    let (conforms, said) = validate(&bytes);
    assert!(conforms && said.contains("Conforms: True"), "{said}");
    // The validator sees a hash without its method.
    let text = String::from_utf8(bytes).unwrap();
    let broken = text.replace("\"uco-types:hashMethod\":\"MD5\",", "");
    assert_ne!(broken, text);
    assert!(!validate(broken.as_bytes()).0);
}
