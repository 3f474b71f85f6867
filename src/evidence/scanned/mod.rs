//! Records of a scan: what was scanned with which lists, each finding, each gap, and counts that add up.

mod facts;
mod sealed_paths;

use std::collections::BTreeMap;

use jiff::Zoned;

use super::details::{Detail, Details};
use super::record::{Calibration, Coverage, Gap, List, Refused, Root, Scan};
use super::{Body, CaseWriter};
use crate::report::{self, Conditions};
use crate::{Result, escape};
use sealed_paths::SealedPaths;

/// The most roots that a record names; further ones are counted.
const ROOTS_MAX: usize = 1000;

/// What a scan is, beside its conditions.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScanTerms {
    /// The SHA-256 of the program's file.
    pub binary: Option<String>,
    /// What kept decoders apart from the system.
    pub sandbox: String,
    /// The purpose that the scan states.
    pub purpose: Option<String>,
    /// The report that it answers.
    pub report: Option<u64>,
}

setters!(ScanTerms {
    with_binary binary?: String;
    with_sandbox sandbox: String;
    with_purpose purpose?: String;
    with_report report?: u64;
});

/// Records a scan in a case, finding by finding.
#[derive(Debug)]
pub struct ScanRecorder {
    case: CaseWriter,
    scan: u64,
    findings: u64,
    gaps: u64,
    reasons: BTreeMap<String, u64>,
    paths: Option<SealedPaths>,
}

impl ScanRecorder {
    /// Records that a scan begins, and each list that it looks up in.
    ///
    /// # Errors
    /// Those of [`CaseWriter::add`]; [`Error::Case`](crate::Error::Case) if a recipient of the case is none.
    pub fn begin(
        case: CaseWriter,
        conditions: &Conditions,
        terms: ScanTerms,
    ) -> Result<ScanRecorder> {
        let number = case.head().number + 1;
        let mut paths = None;
        if case.opened().policy.sealed_paths {
            paths = Some(SealedPaths::new(&case, number)?);
        }
        let mut details = Details::default();
        let roots = conditions.roots.iter().chain(&conditions.roots_from);
        let roots_more = roots.clone().skip(ROOTS_MAX).count() as u64;
        let roots = roots.take(ROOTS_MAX).enumerate().map(|(place, root)| Root {
            path: details.commit(format!("roots/{place}/path"), root),
            device: device(root),
        });
        let body = Scan {
            tool: conditions.tool.clone(),
            binary: terms.binary,
            utc_offset: Zoned::now().offset().seconds().into(),
            clock: "system".to_owned(),
            roots: roots.collect(),
            roots_more,
            sandbox: terms.sandbox,
            options: options(conditions),
            purpose: terms.purpose,
            report: terms.report,
        };
        let mut recorder = ScanRecorder {
            case,
            scan: 0,
            findings: 0,
            gaps: 0,
            reasons: BTreeMap::new(),
            paths,
        };
        recorder.scan = recorder.add(Body::Scan(Box::new(body)), details)?;
        for used in &conditions.lists {
            let list = List {
                scan: recorder.scan,
                list: facts::shortened(&used.list),
                format: facts::shortened(&used.format),
                entries: used.entries,
                sha256: used.sha256.clone(),
                version: used.version,
                generation: used.generation,
                published: used.published.clone(),
                as_of: used.as_of.clone(),
                at_most: used.at_most.as_ref().map(ToString::to_string),
                purpose: used.purpose.as_deref().map(facts::shortened),
                legal_basis: used.legal_basis.as_deref().map(facts::shortened),
                expires: used.expires.clone(),
                signed_by: used.signed_by.clone(),
                uses: used.uses.clone(),
                protects: used.protects.as_ref().map(ToString::to_string),
            };
            recorder.case.add(Body::List(Box::new(list)))?;
            if let Some(calibration) = calibration(used, recorder.scan) {
                recorder
                    .case
                    .add(Body::Calibration(Box::new(calibration)))?;
            }
        }
        recorder.case.sync()?;
        Ok(recorder)
    }

    /// Records a file: what it matches, or why it was not wholly examined. Gives the number of its finding, if it has
    /// one. A file that was examined and matches nothing is only counted.
    ///
    /// # Errors
    /// Those of [`CaseWriter::add`].
    pub fn take(&mut self, found: &report::Finding) -> Result<Option<u64>> {
        let status = found.status.as_deref().unwrap_or_default();
        let codes = facts::reason_codes(found);
        for code in &codes {
            *self.reasons.entry(code.clone()).or_default() += 1;
        }
        let told = [
            &found.matches,
            &found.suppressed,
            &found.weak,
            &found.authentic,
        ];
        let is_finding = told.into_iter().any(|matches| !matches.is_empty());
        let mut details = Details::default();
        let path = details.commit("path", &found.path);
        if is_finding {
            let body = facts::finding(self.scan, found, path, codes, &mut details);
            self.findings += 1;
            return self.add(Body::Finding(Box::new(body)), details).map(Some);
        }
        if !codes.is_empty() || !matches!(status, "no_match" | "matched" | "") {
            let body = Gap {
                scan: self.scan,
                path,
                status: status.to_owned(),
                reason_codes: codes,
                bytes: found.bytes,
            };
            self.gaps += 1;
            self.add(Body::Gap(body), details)?;
        }
        Ok(None)
    }

    /// Records that the use of the lists was refused while the scan was running.
    ///
    /// # Errors
    /// Those of [`CaseWriter::add`].
    pub fn refuse(&mut self, refusal: report::Refusal) -> Result<()> {
        let scan = Some(self.scan);
        let refused = Refused { refusal, scan };
        self.case.add(Body::Refused(Box::new(refused))).map(|_| ())
    }

    /// Records the end of the scan.
    ///
    /// # Errors
    /// Those of [`CaseWriter::add`].
    pub fn end(mut self, summary: &report::Summary) -> Result<CaseWriter> {
        let statuses = [
            ("matched", summary.matched),
            ("no_match", summary.no_match.unwrap_or_default()),
            ("low_quality", summary.low_quality),
            ("unsupported", summary.unsupported),
            ("damaged", summary.damaged),
            ("unreadable", summary.unreadable),
            ("over_limit", summary.over_limit),
            ("skipped", summary.skipped),
        ];
        let paths = self.paths.take().map(SealedPaths::finish).transpose()?;
        let coverage = Coverage {
            scan: self.scan,
            interrupted: summary.interrupted,
            discovered: summary.discovered,
            statuses: statuses
                .map(|(name, count)| (name.to_owned(), count))
                .into(),
            reasons: self.reasons,
            bytes: summary.bytes,
            examined: summary.examined,
            members: summary.members,
            excluded: summary.excluded,
            bare_roots: summary.bare_roots,
            findings: self.findings,
            gaps: self.gaps,
            paths,
        };
        self.case.add(Body::Coverage(Box::new(coverage)))?;
        self.case.sync()?;
        Ok(self.case)
    }

    fn add(&mut self, body: Body, mut details: Details) -> Result<u64> {
        if let Some(paths) = &mut self.paths {
            let number = self.case.head().number + 1;
            let is_path = |detail: &mut Detail| detail.name.ends_with("path");
            for detail in details.values.extract_if(.., is_path) {
                paths.add(&Detail {
                    record: number,
                    ..detail
                })?;
            }
        }
        self.case.add_with(body, details)
    }
}

/// What a file of calibration says of a list; none where it says nothing.
fn calibration(used: &report::UsedList, scan: u64) -> Option<Calibration> {
    let quote = used.calibration.as_ref()?;
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    let statement = [
        ("files", number(quote.files)),
        ("matched", number(quote.matched)),
        ("low-ppb", number(quote.low_ppb)),
        ("high-ppb", number(quote.high_ppb)),
        ("population", quote.population.clone()),
        ("signed-by", quote.signed_by.clone()),
    ];
    let statement = statement.into_iter();
    Some(Calibration {
        list: facts::shortened(&used.list),
        list_sha256: used.content().unwrap_or_default().to_owned(),
        sha256: quote.sha256.clone()?,
        made: quote.made.clone()?,
        statement: statement
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
        scan: Some(scan),
        strata: quote.strata.clone(),
    })
}

/// The options that change what is found.
fn options(conditions: &Conditions) -> BTreeMap<String, String> {
    let list = |names: &[report::Name]| names.join(",");
    let radii = conditions
        .radii
        .iter()
        .map(|(name, radius)| format!("{name}={radius}"));
    let mut options = BTreeMap::from([
        ("types".to_owned(), list(&conditions.types)),
        ("radii".to_owned(), radii.collect::<Vec<_>>().join(",")),
        ("min-quality".to_owned(), conditions.min_quality.to_string()),
        ("limit".to_owned(), conditions.limit.to_string()),
    ]);
    let mut put = |name: &str, value: Option<String>| {
        options.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("views", conditions.views.as_ref().map(ToString::to_string));
    put("frames", conditions.frames.clone());
    put(
        "vpdq-rule",
        conditions.vpdq_rule.as_ref().map(ToString::to_string),
    );
    put("exact", conditions.exact.map(|is| is.to_string()));
    put("archives", conditions.archives.map(|is| is.to_string()));
    put("carve", conditions.carve.as_ref().map(ToString::to_string));
    let exclude = (!conditions.exclude.is_empty()).then(|| conditions.exclude.join("\n"));
    put("exclude", exclude);
    options
}

/// The number of the device that holds a root.
#[cfg(unix)]
fn device(root: &str) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(escape::unescape_path(root)?).ok()?;
    let device = metadata.dev();
    Some(format!(
        "{}:{}",
        rustix::fs::major(device),
        rustix::fs::minor(device)
    ))
}

#[cfg(not(unix))]
fn device(_: &str) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::evidence::tests::{begin_sealed, desk};
    use crate::evidence::{CaseReader, Expected, verify};

    fn lines() -> Vec<report::Finding> {
        let hash = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
        [
            format!(
                r#"{{"v":1,"path":"/disk/a.jpg","status":"matched","sha256":"{hash}","hashes":[{{"type":"pdq","hash":"{hash}","quality":90}}],
                "matches":[{{"list":"l","id":"7","type":"pdq","hash":"{hash}","distance":4,"radius":31,"view":"original","labels":[]}},
                {{"list":"l","id":"7","type":"sha256","hash":"{hash}","distance":0,"radius":0,"labels":[]}}]}}"#
            ),
            r#"{"v":1,"path":"/disk/b.jpg","status":"no_match"}"#.to_owned(),
            r#"{"v":1,"path":"/disk/c.jpg","status":"damaged","reason":"cut","reason_code":"picture-cut"}"#.to_owned(),
        ]
        .map(|line| serde_json::from_str(&line).unwrap())
        .to_vec()
    }

    fn summary() -> report::Summary {
        report::Summary {
            discovered: 3,
            matched: 1,
            no_match: Some(1),
            damaged: 1,
            ..report::Summary::default()
        }
    }

    #[test]
    fn a_scan_leaves_findings_gaps_and_counts_that_add_up() {
        let desk = desk();
        for is_sealed in [false, true] {
            let (path, case, identity) = begin_sealed(desk.path(), is_sealed);
            let conditions = Conditions {
                roots: vec!["/disk".to_owned()],
                lists: vec![report::UsedList::default()],
                ..Conditions::default()
            };
            let mut scan = ScanRecorder::begin(case, &conditions, ScanTerms::default()).unwrap();
            let taken: Vec<_> = lines()
                .iter()
                .map(|line| scan.take(line).unwrap())
                .collect();
            assert_eq!(taken, [Some(4), None, None]);
            drop(scan.end(&summary()).unwrap());
            let verified = verify(&path, &Expected::default()).unwrap();
            assert_eq!((verified.kinds["finding"], verified.kinds["gap"]), (1, 1));
            let reader = CaseReader::open(&path).unwrap();
            let Body::Finding(finding) = reader.record(4).unwrap().unwrap().body else {
                panic!("it is a finding")
            };
            assert_eq!(finding.matches[0].confirmed_by, ["sha256"]);
            assert_eq!(finding.matches[0].quality, Some(90));
            let name = reader.detail(4, "path").unwrap();
            assert_eq!(name.is_none(), is_sealed);
            assert_eq!(verified.details_absent, if is_sealed { 3 } else { 0 });
            if is_sealed {
                let sealed = path.join("sealed/paths-000002.age");
                let file = File::open(&sealed).unwrap();
                let keys = [identity];
                let opened = super::super::SealedReader::new(&sealed, file, &keys).unwrap();
                let text = std::io::read_to_string(opened).unwrap();
                assert_eq!(text.lines().count(), 3);
                assert!(text.contains("/disk/a.jpg"), "{text}");
            }
        }
    }

    #[test]
    fn counts_that_do_not_add_up_are_found() {
        let desk = desk();
        let (path, case, _) = begin_sealed(desk.path(), false);
        let terms = ScanTerms::default();
        let mut scan = ScanRecorder::begin(case, &Conditions::default(), terms).unwrap();
        scan.take(&lines()[0]).unwrap();
        let wrong = report::Summary {
            discovered: 4,
            ..summary()
        };
        drop(scan.end(&wrong).unwrap());
        assert!(verify(&path, &Expected::default()).is_err());
    }

    /// A list can give one entry a megabyte of labels. The scan that matches it goes on, and the record says that it was cut.
    #[test]
    fn an_entry_with_endless_texts_does_not_end_the_scan() {
        let desk = desk();
        let (path, case, _) = begin_sealed(desk.path(), false);
        let terms = ScanTerms::default();
        let mut scan = ScanRecorder::begin(case, &Conditions::default(), terms).unwrap();
        let mut hostile = lines().swap_remove(0);
        let endless = "\u{1}\u{202e}é".repeat(100_000);
        hostile.matches[0].labels = vec![endless.clone(); 3];
        hostile.matches[0].list = endless.clone();
        hostile.matches[1].id = Some(endless);
        hostile.matches[1].labels = vec!["x".to_owned(); 20_000];
        let small = lines()[0].matches[1].clone();
        hostile.matches.extend(vec![small; 2000]);
        // A clip can claim any length.
        hostile.clip_ms = Some(u64::MAX);
        hostile.more = u64::MAX;
        let number = scan.take(&hostile).unwrap().unwrap();
        scan.take(&lines()[1]).unwrap();
        scan.take(&lines()[2]).unwrap();
        drop(scan.end(&summary()).unwrap());
        assert!(verify(&path, &Expected::default()).is_ok());
        let reader = CaseReader::open(&path).unwrap();
        let Body::Finding(finding) = reader.record(number).unwrap().unwrap().body else {
            panic!("it is a finding")
        };
        assert!(finding.flags.contains(&"record-cut".to_owned()));
        assert!(finding.matches.len() >= 2 && finding.file.clip_ms.is_none());
        assert!(finding.matches[0].list.ends_with('…'));
    }

    #[test]
    fn more_roots_than_a_record_can_name_are_counted() {
        let desk = desk();
        let (path, case, _) = begin_sealed(desk.path(), false);
        let conditions = Conditions {
            roots: (0..ROOTS_MAX + 7)
                .map(|root| format!("/disk/{root}"))
                .collect(),
            ..Conditions::default()
        };
        let scan = ScanRecorder::begin(case, &conditions, ScanTerms::default()).unwrap();
        drop(scan.end(&report::Summary::default()).unwrap());
        assert!(verify(&path, &Expected::default()).is_ok());
        let reader = CaseReader::open(&path).unwrap();
        let Body::Scan(scan) = reader.record(2).unwrap().unwrap().body else {
            panic!("it is a scan")
        };
        assert_eq!((scan.roots.len(), scan.roots_more), (ROOTS_MAX, 7));
    }
}
