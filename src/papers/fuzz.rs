//! The doorway of the fuzzer: whatever a key of the case signs, as a case and as its papers.
//!
//! A person with a key can sign any record. It holds or it does not, and a case that holds gives every paper.

use std::fs;

use serde_json::Value;

use super::{
    Carried, CaseFile, Dossier, Findings, Out, case_uco, cybertip, dsa, ecs, stix, table, vics,
    workbook,
};
use crate::Result;
use crate::evidence::record::Opened;
use crate::evidence::{Body, CaseWriter, Expected, Person, SigningKey, verify};

/// How many records are signed.
const RECORDS_MAX: usize = 40;

/// Signs each line that is the body of a record, and makes papers of the case if it holds.
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzzer calls it"))]
pub fn hold_to(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = SigningKey::create(&folder.path().join("key"), None).expect("a new key");
    let path = folder.path().join("case");
    let by = Person::default();
    let mut case = CaseWriter::create(&path, Opened::default(), key, by).expect("a new case");
    let bodies = bytes.split(|byte| *byte == b'\n').take(RECORDS_MAX);
    for body in bodies.filter_map(|line| serde_json::from_slice::<Body>(line).ok()) {
        // One that cannot be a record is refused, and leaves the others as they are.
        let _ = case.add(body);
    }
    drop(case);
    let Ok(verified) = verify(&path, &Expected::default()) else {
        return;
    };
    let read = CaseFile::read(&path, &verified);
    let (dossier, case) = read.expect("a case that holds is read");
    let papers = PAPERS.iter().map(|(name, write)| {
        let mut paper = Vec::new();
        let written = write(&dossier, &case, &mut Out::new(&mut paper, *name));
        written.expect("a case that holds gives every paper");
        (*name, paper)
    });
    for (name, paper) in papers {
        let text = String::from_utf8_lossy(&paper);
        let is_json = |text: &str| serde_json::from_str::<Value>(text).is_ok();
        match name {
            "vics" | "case-uco" | "stix" => assert!(is_json(&text), "{name}"),
            "ecs" | "dsa" => assert!(text.lines().all(is_json), "{name}"),
            _ => {}
        }
    }
    // What made the papers changed nothing.
    assert!(verify(&path, &Expected::default()).is_ok());
    assert!(fs::metadata(&path).is_ok());
}

type Writer = fn(&Dossier, &CaseFile, &mut Out<'_>) -> Result<Carried>;

const PAPERS: [(&str, Writer); 8] = [
    ("vics", |d, f, out| {
        vics::write(d, f, vics::Version::V2_0, Some(1), out)
    }),
    ("case-uco", case_uco::write),
    ("stix", stix::write),
    ("ecs", ecs::write),
    ("dsa", |d, f, out| {
        let law = "Article 1";
        let ground = dsa::Ground::new(dsa::Category::ChildAbuse, law, "It is illegal.")?;
        dsa::write(d, f, &ground, out)
    }),
    ("ncmec", |d, f, out| {
        cybertip::write(d, f, cybertip::IncidentType::default(), out)
    }),
    ("xlsx", workbook::write),
    ("rows", |d, f: &CaseFile, out| {
        let mut rows = 0_u64;
        table::each(d, f, &mut |row| {
            rows += 1;
            assert_eq!(row.len(), table::COLUMNS.len());
            row.iter().try_for_each(|cell| out.text(&cell.shown()))
        })?;
        let mut findings = 0;
        f.each(&mut |_| {
            findings += 1;
            Ok(())
        })?;
        assert!(rows >= findings);
        Ok(Carried::all(findings))
    }),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(String::new()),
            Just("\u{202e}gpj.exe\u{2066}\u{200d}".to_owned()),
            Just("</t><!-- ]]> _x0041_ \"'".to_owned()),
            Just("=cmd|' /C calc'!A0\r\n\u{0}\u{fffe}".to_owned()),
            Just("2026-11-29T12:00:00Z".to_owned()),
            Just("بلاغ".repeat(700)),
            any::<String>(),
        ]
    }

    fn number() -> impl Strategy<Value = u64> {
        prop_oneof![0_u64..8, Just((1 << 53) - 1), Just(1 << 53), any::<u64>()]
    }

    /// A body of any kind, of these texts and numbers.
    fn body(kind: usize, t: &[String], n: &[u64], is: bool) -> Value {
        let digest = |text: &String| json!({ "commitment": text });
        let found = json!({
            "list": t[0], "entry": t[1], "algorithm": t[2], "hash": digest(&t[3]), "distance": n[0] as u32,
            "radius": n[1] as u32, "tier": t[4], "view": t[5], "frame": n[2] as u32, "ms": n[3], "labels": [t[6], t[7]],
        });
        match kind {
            0 => {
                json!({"kind": "scan", "body": {"tool": t[0], "utc_offset": n[0] as i32, "clock": t[1],
                "roots": [{"path": digest(&t[2])}], "sandbox": t[3], "options": {t[4].clone(): t[5]}, "purpose": t[6]}})
            }
            1 => {
                json!({"kind": "list", "body": {"scan": n[0], "list": t[0], "format": t[1], "sha256": t[2], "generation": n[1],
                "purpose": t[3], "legal_basis": t[4], "expires": t[5], "signed_by": t[6], "uses": [t[7]]}})
            }
            2 => {
                json!({"kind": "finding", "body": {"scan": n[0], "status": t[0], "path": digest(&t[1]), "file":
                {"sha256": digest(&t[2]), "bytes": n[1], "media": t[3], "width": n[2] as u32, "clip_ms": n[3]}, "stratum": t[4],
                "matches": [found], "more": n[4]}})
            }
            3 => {
                json!({"kind": "coverage", "body": {"scan": n[0], "interrupted": is, "discovered": n[1], "statuses": {"matched": n[1]},
                "reasons": {t[0].clone(): n[2]}, "bytes": n[3], "examined": n[4], "members": 0, "excluded": 0, "bare_roots": 0,
                "findings": n[5], "gaps": n[6]}})
            }
            4 => {
                json!({"kind": "decision", "body": {"finding": n[0], "decision": "confirm", "why": t[0], "seen": "viewed",
                "in_force": is}})
            }
            5 => {
                json!({"kind": "appeal", "body": {"finding": n[0], "why": t[0], "received": t[1]}})
            }
            6 => {
                json!({"kind": "appeal-decided", "body": {"appeal": n[0], "finding": n[1], "overturned": is, "why": t[0],
                "seen": "facts"}})
            }
            7 => {
                json!({"kind": "report", "body": {"channel": t[0], "reporter": t[1], "received": t[2], "deadline": t[3]}})
            }
            8 => {
                json!({"kind": "calibration", "body": {"list": t[0], "list_sha256": t[1], "sha256": t[2], "made": t[3],
                "statement": {t[4].clone(): t[5]}, "strata": [{"stratum": t[6], "files": n[0], "by_tier":
                [{"tier": t[7], "matched": n[1], "high_ppb": n[2]}]}]}})
            }
            9 => {
                json!({"kind": "refused", "body": {"code": t[0], "message": t[1], "list": t[2], "purpose": t[3]}})
            }
            10 => {
                json!({"kind": "export", "body": {"paper": t[0], "file": t[1], "sha256": t[2], "head": {"number": n[0], "sha256": t[3]},
                "thumbnails": {"style": t[4], "findings": [n[1]]}}})
            }
            11 => {
                json!({"kind": "examiner", "body": {"person": {"id": t[0], "role": t[1]}, "key": t[2]}})
            }
            _ => json!({"kind": "note", "body": {"text": t[0], "about": n[0]}}),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: ProptestConfig::default().cases.div_ceil(4),
            ..ProptestConfig::default()
        })]

        #[test]
        fn whatever_a_key_signs_holds_and_gives_papers_or_does_not_hold(
            kinds in prop::collection::vec(prop_oneof![0_usize..13, Just(2), Just(4)], 0..8),
            texts in prop::collection::vec(text(), 8),
            numbers in prop::collection::vec(number(), 8),
            is in any::<bool>(),
            is_plain in any::<bool>(),
        ) {
            // Half of them begin with a scan, so that findings refer to something.
            let scan = is_plain.then_some(0);
            let mut numbers = numbers;
            if is_plain {
                numbers.fill(2);
            }
            let bodies = scan.into_iter().chain(kinds).map(|kind| body(kind, &texts, &numbers, is).to_string());
            hold_to(bodies.collect::<Vec<_>>().join("\n").as_bytes());
        }
    }
}
