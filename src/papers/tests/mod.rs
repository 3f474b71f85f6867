//! Every paper of any texts is well-formed, and the texts are in it.

mod read;
mod validated;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::evidence::record::Seen;
use crate::{Result, escape};

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

/// The members of a zip file, by the reader of archives, which checks their checksums.
#[cfg(feature = "archives")]
fn members(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    use crate::archive::{Archive, ArchiveLimits, Content, Kind};
    let kind = Kind::sniff(bytes).unwrap();
    let (source, name) = (Cursor::new(bytes.to_vec()), Path::new("paper.zip"));
    let (len, limits) = (bytes.len() as u64, ArchiveLimits::default());
    let mut archive = Archive::open(kind, source, len, name, &limits, 1 << 26);
    let mut members = BTreeMap::new();
    while let Some(member) = archive.next_member(&|_| false) {
        assert_eq!(member.gap, None);
        let Content::Bytes(content) = member.content else {
            panic!("{member:?}")
        };
        members.insert(String::from_utf8(member.path).unwrap(), content);
    }
    assert_eq!(archive.end(), None);
    members
}

/// XML has no such characters: they are shown as escapes.
#[cfg(feature = "archives")]
fn visible(text: &str) -> String {
    text.replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}

/// The text of a cell as a program reads it, with what `_x005F_` stands for.
#[cfg(feature = "archives")]
fn sheet_rows(xml: &[u8]) -> Vec<Vec<String>> {
    let document = roxmltree::Document::parse(std::str::from_utf8(xml).unwrap()).unwrap();
    let rows = document.descendants().filter(|node| {
        node.has_tag_name((
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "row",
        ))
    });
    let cells = |row: roxmltree::Node<'_, '_>| {
        let cells = row.children().map(|cell| {
            let texts = cell
                .descendants()
                .filter(roxmltree::Node::is_text)
                .map(|node| node.text().unwrap());
            texts.collect::<String>().replace("_x005F_", "_")
        });
        cells.collect()
    };
    rows.map(cells).collect()
}

/// The rules of the transparency database, as its documentation has them.
fn check_statement(statement: &Value) {
    let text = |field: &str| {
        statement[field]
            .as_str()
            .unwrap_or_else(|| panic!("{field}"))
    };
    let length = |field: &str| text(field).chars().count();
    let visibility = [
        "DECISION_VISIBILITY_CONTENT_REMOVED",
        "DECISION_VISIBILITY_CONTENT_DISABLED",
    ];
    assert!(visibility.contains(&statement["decision_visibility"][0].as_str().unwrap()));
    assert_eq!(text("decision_ground"), "DECISION_GROUND_ILLEGAL_CONTENT");
    assert!((1..=500).contains(&length("illegal_content_legal_ground")));
    assert!((1..=2000).contains(&length("illegal_content_explanation")));
    assert!((1..=5000).contains(&length("decision_facts")));
    let types = statement["content_type"].as_array().unwrap();
    assert!(
        types
            .iter()
            .all(|kind| kind.as_str().unwrap().starts_with("CONTENT_TYPE_"))
    );
    assert!(text("category").starts_with("STATEMENT_CATEGORY_"));
    assert!(
        statement["category_specification"][0]
            .as_str()
            .unwrap()
            .starts_with("KEYWORD_")
    );
    let _: jiff::civil::Date = text("application_date").parse().unwrap();
    let sources = [
        "SOURCE_ARTICLE_16",
        "SOURCE_TRUSTED_FLAGGER",
        "SOURCE_TYPE_OTHER_NOTIFICATION",
        "SOURCE_VOLUNTARY",
    ];
    assert!(sources.contains(&text("source_type")));
    assert_eq!(text("automated_detection"), "Yes");
    assert_eq!(
        text("automated_decision"),
        "AUTOMATED_DECISION_NOT_AUTOMATED"
    );
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    assert!((1..=500).contains(&length("puid")) && text("puid").chars().all(is_allowed));
    let known = 13;
    assert_eq!(statement.as_object().unwrap().len(), known);
}

/// Each case writes whole documents with long texts.
fn fewer() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    config.cases = config.cases.div_ceil(4);
    config
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn vics_holds_the_texts_and_counts_what_it_leaves_out((dossier, findings) in case(), category in prop::option::of(0_u32..9)) {
        for version in [vics::Version::V1_3, vics::Version::V2_0] {
            let mut bytes = Vec::new();
            let mut out = Out::new(&mut bytes, "paper");
            let carried = vics::write(&dossier, &findings[..], version, category, &mut out).unwrap();
            let read = json(&bytes);
            let media = read["value"][0]["Media"].as_array().unwrap();
            prop_assert_eq!(media.len() as u64, carried.written);
            prop_assert_eq!(&read["value"][0]["TotalMediaFiles"], carried.written);
            let all = carried.written + carried.by_decision + carried.without_digest;
            prop_assert_eq!(all, findings.len() as u64);
            prop_assert!(bytes.windows(64).any(|part| part == dossier.head.digest.as_bytes()));
            for media in media {
                let finding = findings.iter().find(|f| media["MediaID"] == f.record).unwrap();
                prop_assert!(finding.is_handed_on());
                prop_assert_eq!(media["MD5"].as_str().unwrap(), finding.md5.as_ref().unwrap().to_uppercase());
                prop_assert_eq!(media["MediaFiles"][0]["FilePath"].as_str(), finding.path.as_deref());
                let expected = category.filter(|_| finding.is_confirmed());
                prop_assert_eq!(&media["Category"], &serde_json::json!(expected));
                let labels: Vec<&str> = finding.matches.iter().map(|m| m.labels[0].as_str()).collect();
                prop_assert_eq!(media["Tags"].as_str().unwrap_or_default(), labels.join(", "));
            }
        }
    }

    #[test]
    fn case_uco_has_each_finding_with_its_texts((dossier, findings) in case()) {
        let (bytes, carried) = write(case_uco::write, &dossier, &findings);
        let read = json(&bytes);
        let graph = read["@graph"].as_array().unwrap();
        let of = |class: &str| graph.iter().filter(|node| node["@type"] == class).collect::<Vec<_>>();
        prop_assert_eq!(carried.written, findings.len() as u64);
        prop_assert_eq!(of("uco-observable:File").len(), findings.len());
        let decided = findings.iter().filter(|finding| finding.decision.is_some());
        prop_assert_eq!(of("uco-core:Annotation").len(), decided.count());
        let mut ids = BTreeSet::new();
        for node in graph.iter().filter(|node| node["@type"] != "uco-identity:Identity") {
            prop_assert!(ids.insert(node["@id"].as_str().unwrap()), "{node}");
        }
        for (node, finding) in of("uco-analysis:AnalyticResult").iter().zip(&findings) {
            let classes = &node["uco-core:hasFacet"][0]["uco-analysis:classification"];
            for (at, listed) in finding.matches.iter().enumerate() {
                let class = classes[at]["uco-analysis:class"][0].as_str().unwrap();
                prop_assert!(class.contains(&listed.list));
            }
        }
        let description = of("case-investigation:Investigation")[0]["uco-core:description"].as_str().unwrap();
        prop_assert!(description.contains(&dossier.head.digest) && description.contains(&dossier.purpose));
    }

    #[test]
    fn each_event_is_one_line_without_null((dossier, findings) in case()) {
        let (bytes, _) = write(ecs::write, &dossier, &findings);
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.split_terminator('\n').collect();
        prop_assert_eq!(lines.len(), findings.len());
        for (line, finding) in lines.iter().zip(&findings) {
            let event: Value = serde_json::from_str(line).unwrap();
            prop_assert_eq!(event["file"]["path"].as_str(), finding.path.as_deref());
            prop_assert_eq!(event["rule"]["ruleset"].as_str(), finding.matches.first().map(|m| m.list.as_str()));
            prop_assert_eq!(event["event"]["hash"].as_str(), Some(dossier.head.digest.as_str()));
            prop_assert!(!line.contains(":null"));
        }
    }

    #[test]
    fn the_references_of_a_stix_bundle_are_in_it((dossier, findings) in case()) {
        let (bytes, carried) = write(stix::write, &dossier, &findings);
        let read = json(&bytes);
        let objects = read["objects"].as_array().unwrap();
        let ids: BTreeSet<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
        prop_assert_eq!(objects.len() as u64, 1 + 3 * carried.written);
        for object in objects {
            let references = object["object_refs"].as_array().into_iter().flatten();
            for reference in references.chain(object.get("created_by_ref")) {
                prop_assert!(ids.contains(reference.as_str().unwrap()), "{reference}");
            }
        }
    }

    #[test]
    fn each_statement_of_reasons_keeps_the_rules((dossier, findings) in case()) {
        let (bytes, carried) = write(|d, f, out| dsa::write(d, f, &ground(), out), &dossier, &findings);
        let text = String::from_utf8(bytes).unwrap();
        let mut written = 0;
        for line in text.lines() {
            let read: Value = serde_json::from_str(line).unwrap();
            let statements = read["statements"].as_array().unwrap();
            prop_assert!((1..=100).contains(&statements.len()));
            written += statements.len() as u64;
            statements.iter().for_each(check_statement);
        }
        prop_assert_eq!(written, carried.written);
        prop_assert_eq!(written, dossier.tally.confirmed);
    }

    #[cfg(feature = "archives")]
    #[test]
    fn a_draft_for_ncmec_is_xml_in_order((dossier, findings) in case()) {
        let (bytes, carried) = write(|d, f, out| cybertip::write(d, f, cybertip::IncidentType::Material, out), &dossier, &findings);
        let members = members(&bytes);
        prop_assert_eq!(members.len() as u64, carried.written + 2);
        let order = |xml: &[u8]| {
            let text = std::str::from_utf8(xml).unwrap();
            let document = roxmltree::Document::parse(text).unwrap();
            let elements = document.root_element().children().filter(|node| node.is_element());
            let elements = elements.map(|node| (node.tag_name().name().to_owned(), node.text().unwrap_or_default().to_owned()));
            elements.collect::<Vec<_>>()
        };
        let names = |elements: &[(String, String)]| elements.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let report = order(&members["report.xml"]);
        prop_assert_eq!(names(&report), ["incidentSummary", "reporter", "additionalInfo"]);
        prop_assert!(report[2].1.contains(&dossier.head.digest));
        for finding in findings.iter().filter(|finding| finding.is_confirmed()) {
            let details = order(&members[&format!("files/{:09}.xml", finding.record)]);
            let sequence = ["originalFileName", "fileViewedByEsp", "fileRelevance", "originalFileHash", "additionalInfo"];
            let places: Vec<usize> = details.iter().map(|(name, _)| sequence.iter().position(|known| known == name).unwrap()).collect();
            prop_assert!(places.is_sorted());
            prop_assert_eq!(&details.iter().find(|(name, _)| name == "fileViewedByEsp").unwrap().1, "false");
            let name = details.iter().find(|(name, _)| name == "originalFileName").map(|(_, text)| text.as_str());
            // The names of the test are shorter than the limit, unless they hold the longest part.
            let shown = finding.file_name().filter(|name| name.chars().count() <= 3000);
            let shown = shown.map(visible);
            prop_assert!(shown.is_none() || name == shown.as_deref());
        }
    }

    #[cfg(feature = "archives")]
    #[test]
    fn a_workbook_gives_each_cell_back((dossier, findings) in case(), rows_max in 2_u64..5, bytes_max in 0_u64..40_000) {
        let mut bytes = Vec::new();
        let limits = workbook::SheetLimits { rows: rows_max, bytes: bytes_max };
        let carried = workbook::write_in_sheets(&dossier, &findings[..], limits, &mut Out::new(&mut bytes, "paper")).unwrap();
        prop_assert_eq!(carried.written, findings.len() as u64);
        let members = members(&bytes);
        for (name, content) in &members {
            let text = std::str::from_utf8(content).unwrap();
            prop_assert!(roxmltree::Document::parse(text).is_ok(), "{name}");
        }
        let mut expected = Vec::new();
        table::each(&dossier, &findings[..], &mut |row| {
            expected.push(row.iter().map(table::Cell::shown).collect::<Vec<_>>());
            Ok(())
        }).unwrap();
        let mut read = Vec::new();
        for sheet in 2.. {
            let Some(sheet) = members.get(&format!("xl/worksheets/sheet{sheet}.xml")) else { break };
            let rows = sheet_rows(sheet);
            prop_assert!(rows.len() as u64 <= rows_max);
            prop_assert_eq!(&rows[0], &table::COLUMNS);
            read.extend(rows.into_iter().skip(1));
        }
        prop_assert_eq!(read.len(), expected.len());
        for (cell, expected) in read.iter().flatten().zip(expected.iter().flatten()) {
            prop_assert_eq!(cell, &visible(expected));
        }
    }
}

/// Counts how often the findings are read.
struct Counting {
    findings: Vec<CaseFinding>,
    passes: std::cell::Cell<u64>,
}

impl Findings for Counting {
    fn each(&self, take: &mut dyn FnMut(&CaseFinding) -> Result<()>) -> Result<()> {
        self.passes.set(self.passes.get() + 1);
        self.findings.iter().try_for_each(take)
    }
}

/// A case of a million findings takes a minute to read: no paper reads it for each of its sheets or sections.
#[test]
fn papers_read_the_findings_once_or_twice_however_many_there_are() {
    type Written = fn(&Dossier, &Counting, &mut Out<'_>) -> Result<Carried>;
    let papers: [(Written, u64); 7] = [
        (
            |d, f, out| vics::write(d, f, vics::Version::V2_0, None, out),
            2,
        ),
        (case_uco::write, 2),
        (stix::write, 2),
        (ecs::write, 1),
        (|d, f, out| dsa::write(d, f, &ground(), out), 2),
        (
            |d, f, out| {
                let limits = workbook::SheetLimits {
                    rows: 3,
                    bytes: 1 << 31,
                };
                workbook::write_in_sheets(d, f, limits, out)
            },
            1,
        ),
        (
            |d, f, out| cybertip::write(d, f, cybertip::IncidentType::default(), out),
            2,
        ),
    ];
    let dossier = Dossier::default();
    for count in [0_u64, 50] {
        let finding = |record| CaseFinding {
            record,
            id: record.to_string(),
            status: "matched".to_owned(),
            md5: Some("0".repeat(32)),
            sha256: Some("0".repeat(64)),
            ..CaseFinding::default()
        };
        for (place, (write, most)) in papers.iter().enumerate() {
            let counting = Counting {
                findings: (0..count).map(finding).collect(),
                passes: std::cell::Cell::new(0),
            };
            write(
                &dossier,
                &counting,
                &mut Out::new(&mut std::io::sink(), "paper"),
            )
            .unwrap();
            let passes = counting.passes.get();
            assert!(passes <= *most, "paper {place}: {passes} passes");
        }
    }
}

#[test]
fn a_statement_of_reasons_names_no_file_and_no_person() {
    let mut finding = CaseFinding {
        path: Some("dump/NAME-OF-FILE.jpg".to_owned()),
        sha256: Some("DIGEST-OF-FILE".to_owned()),
        decision: Some(Decision::new(Outcome::Confirmed)),
        ..CaseFinding::default()
    };
    finding.decision.as_mut().unwrap().by.id = "NAME-OF-PERSON".to_owned();
    let (bytes, _) = write(
        |d, f, out| dsa::write(d, f, &ground(), out),
        &Dossier::default(),
        &[finding],
    );
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("decision_facts"));
    for name in ["NAME-OF-FILE", "DIGEST-OF-FILE", "NAME-OF-PERSON"] {
        assert!(!text.contains(name), "{text}");
    }
}

#[test]
fn a_legal_ground_that_the_database_refuses_is_an_error() {
    let category = dsa::Category::ChildAbuse;
    for (law, explanation) in [
        ("", "why"),
        ("law", " "),
        (&"l".repeat(501), "why"),
        ("law", &"w".repeat(2001)),
    ] {
        let error = dsa::Ground::new(category, law, explanation).unwrap_err();
        assert!(error.to_string().contains("characters"), "{error}");
    }
    assert!(dsa::Ground::new(category, &"l".repeat(500), &"é".repeat(2000)).is_ok());
}

/// A request to the transparency database holds 100 statements at most.
#[test]
fn statements_are_cut_into_requests() {
    let finding = CaseFinding {
        decision: Some(Decision::new(Outcome::Confirmed)),
        ..CaseFinding::default()
    };
    let (bytes, carried) = write(
        |d, f, out| dsa::write(d, f, &ground(), out),
        &Dossier::default(),
        &vec![finding; 201],
    );
    let text = String::from_utf8(bytes).unwrap();
    let counts = text.lines().map(|line| {
        json(line.as_bytes())["statements"]
            .as_array()
            .unwrap()
            .len()
    });
    assert_eq!(counts.collect::<Vec<_>>(), [100, 100, 1]);
    assert_eq!(carried.written, 201);
}

/// `fileViewedByEsp` is a statement to the authorities of what a person did.
#[cfg(feature = "archives")]
#[test]
fn a_file_was_viewed_only_where_the_decision_says_that_the_file_was_seen() {
    for (seen, viewed) in [
        (Seen::Facts, "false"),
        (Seen::Reduced, "false"),
        (Seen::Viewed, "true"),
    ] {
        let finding = CaseFinding {
            record: 7,
            decision: Some(Decision {
                seen,
                ..Decision::new(Outcome::Confirmed)
            }),
            ..CaseFinding::default()
        };
        let (bytes, _) = write(
            |d, f, out| cybertip::write(d, f, cybertip::IncidentType::Material, out),
            &Dossier::default(),
            &[finding],
        );
        let members = members(&bytes);
        let details = String::from_utf8(members["files/000000007.xml"].clone()).unwrap();
        assert!(details.contains(&format!("<fileViewedByEsp>{viewed}</fileViewedByEsp>")));
    }
}

#[cfg(feature = "archives")]
#[test]
fn a_cell_beyond_the_limit_is_cut_and_says_so() {
    let finding = CaseFinding {
        path: Some("é".repeat(40_000)),
        ..CaseFinding::default()
    };
    let mut bytes = Vec::new();
    workbook::write(
        &Dossier::default(),
        &[finding][..],
        &mut Out::new(&mut bytes, "paper"),
    )
    .unwrap();
    let rows = sheet_rows(&members(&bytes)["xl/worksheets/sheet2.xml"]);
    let at = table::COLUMNS
        .iter()
        .position(|name| *name == "path")
        .unwrap();
    assert!(rows[1][at].ends_with('…') && rows[1][at].encode_utf16().count() <= 32_767);
}

#[cfg(feature = "archives")]
#[test]
fn an_archive_names_the_digests_of_its_members() {
    let mut bytes = Vec::new();
    let mut out = Out::new(&mut bytes, "paper");
    let mut archive = zip::Archive::new(&mut out);
    archive.add("a/بصمة.txt", b"abc").unwrap();
    archive
        .add_reader("b.bin", Path::new("b.bin"), 3, &b"\0\0\0"[..])
        .unwrap();
    let sums = archive.sums();
    // A member that was announced as large has the fields of Zip64.
    archive
        .fill("large", u64::MAX, |writer| {
            Ok(std::io::Write::write_all(writer, b"small"))
        })
        .unwrap();
    archive.finish().unwrap();
    assert!(sums.starts_with(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a/بصمة.txt\n"
    ));
    assert_eq!(sums.lines().count(), 2);
    let members = members(&bytes);
    assert_eq!(members["a/بصمة.txt"], b"abc");
    assert_eq!(members["large"], b"small");
}
