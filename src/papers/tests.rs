//! Every paper of any texts is well-formed, and the texts are in it.

use std::io::Read as _;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::escape;

/// Texts in three scripts, with what breaks tables, pages and documents.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("بلاغ صورة".to_owned()),
        Just("empreinte é ✓ 图片".to_owned()),
        Just("\u{202e}gpj.exe\u{2066}\u{200d}\u{fe0f}".to_owned()),
        Just("=cmd|' /C calc'!A0".to_owned()),
        Just("</t></script><!-- ]]> &amp; \"'".to_owned()),
        Just("_x0041_ _x000D_".to_owned()),
        Just("\u{0}\u{1}\u{1b}[2J\r\n\t\u{7f}\u{85}\u{fffe}\u{ffff}".to_owned()),
        Just("0012".to_owned()),
        Just("1E5".to_owned()),
        Just("é".repeat(5_000)),
        any::<String>(),
    ];
    prop::collection::vec(part, 0..3).prop_map(|parts| parts.concat())
}

fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    prop::option::of(prop::sample::select(Outcome::ALL.to_vec()))
}

fn finding() -> impl Strategy<Value = CaseFinding> {
    let texts = prop::collection::vec(hostile(), 6);
    let kinds = (any::<[bool; 4]>(), outcome(), 0_usize..3);
    (texts, kinds).prop_map(|(texts, ([has_md5, has_sha256, has_path, is_weak], outcome, matches))| {
        let [path, list, entry, label, why, media] = <[String; 6]>::try_from(texts).unwrap();
        let listed = ListedMatch {
            list,
            entry: Some(entry),
            hash_type: "pdq".to_owned(),
            distance: 3,
            radius: 31,
            labels: vec![label],
            ..ListedMatch::default()
        };
        CaseFinding {
            time: "2026-11-29T10:00:00Z".to_owned(),
            status: if is_weak { "weak" } else { "matched" }.to_owned(),
            path: has_path.then(|| escape::escape(path.as_bytes()).into_owned()),
            bytes: Some(9786),
            media: Some(media),
            md5: has_md5.then(|| "0123456789abcdef".repeat(2)),
            sha256: has_sha256.then(|| "0123456789abcdef".repeat(4)),
            matches: vec![listed; matches],
            decision: outcome.map(|outcome| Decision {
                time: "2026-11-29T11:00:00Z".to_owned(),
                why,
                ..Decision::new(outcome)
            }),
            ..CaseFinding::default()
        }
    })
}

fn case() -> impl Strategy<Value = (Dossier, Vec<CaseFinding>)> {
    (hostile(), hostile(), prop::collection::vec(finding(), 0..5)).prop_map(
        |(title, purpose, mut findings)| {
            let mut dossier = Dossier {
                case: "0f8b6a52-6a3c-4d55-9d5b-1a4f5d3f0c11".to_owned(),
                head: Head {
                    number: 99,
                    digest: "ab".repeat(32),
                    time: "2026-11-29T12:00:00Z".to_owned(),
                },
                opened: "2026-11-29T09:00:00Z".to_owned(),
                title,
                purpose,
                ..Dossier::default()
            };
            for (finding, number) in findings.iter_mut().zip(1..) {
                finding.record = number;
                finding.id = number.to_string();
                dossier.tally.add(finding.decision.as_ref());
            }
            (dossier, findings)
        },
    )
}

type Writer = fn(&Dossier, &[CaseFinding], &mut Out<'_>) -> Result<Carried>;

fn ground() -> dsa::Ground {
    dsa::Ground::new(dsa::Category::IntimateImages, "Article 1", "It is illegal.").unwrap()
}

fn write(writer: Writer, dossier: &Dossier, findings: &[CaseFinding]) -> (Vec<u8>, Carried) {
    let mut bytes = Vec::new();
    let carried = writer(dossier, findings, &mut Out::new(&mut bytes, "paper")).unwrap();
    (bytes, carried)
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The members of a zip file, read by the reader of archives.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.zip");
    std::fs::write(&path, bytes).unwrap();
    let mut members = Vec::new();
    let script = "import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
        json.dump([[n,z.read(n).decode()] for n in z.namelist()],sys.stdout)";
    let _ = script;
    let mut at = 0;
    // Local headers one after another, with the sizes of the directory.
    let directory = directory(bytes);
    for (name, place, packed) in directory {
        assert!(place >= at, "members overlap");
        let field = |from: usize| u16::from_le_bytes([bytes[place + from], bytes[place + from + 1]]);
        let start = place + 30 + usize::from(field(26)) + usize::from(field(28));
        let mut content = Vec::new();
        let mut decoder = flate2::read::DeflateDecoder::new(&bytes[start..start + packed]);
        decoder.read_to_end(&mut content).unwrap();
        members.push((name, content));
        at = start + packed;
    }
    members
}

fn directory(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let long = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let mut at = long(end + 16);
    let entries = (0..short(end + 10)).map(|_| {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (name, extra) = (short(at + 28), short(at + 30));
        let text = std::str::from_utf8(&bytes[at + 46..at + 46 + name]).unwrap();
        let entry = (text.to_owned(), long(at + 42), long(at + 20));
        at += 46 + name + extra;
        entry
    });
    entries.collect()
}

#[cfg(test)]
mod placeholder {}
