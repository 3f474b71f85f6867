//! What each paper says of any case.

use super::*;

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
