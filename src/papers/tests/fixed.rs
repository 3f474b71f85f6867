//! What papers say of cases that were chosen.

use super::*;

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
