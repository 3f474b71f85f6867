//! Cases with any findings and texts.

use super::*;

/// Texts in three scripts, with what breaks tables, pages and documents.
pub(super) fn hostile() -> impl Strategy<Value = String> {
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

pub(super) fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    prop::option::of(prop::sample::select(Outcome::ALL.to_vec()))
}

pub(super) fn finding() -> impl Strategy<Value = CaseFinding> {
    let texts = prop::collection::vec(hostile(), 6);
    let kinds = (any::<[bool; 4]>(), outcome(), 0_usize..3);
    (texts, kinds).prop_map(
        |(texts, ([has_md5, has_sha256, has_path, is_weak], outcome, matches))| {
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
        },
    )
}

pub(super) fn case() -> impl Strategy<Value = (Dossier, Vec<CaseFinding>)> {
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
