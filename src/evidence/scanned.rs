//! Records of a scan: what was scanned with which lists, each finding, each gap, and counts that add up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use jiff::Zoned;

use super::details::{Detail, Details};
use super::folder::private_options;
use super::record::{
    Calibration, Coverage, FileFacts, FileHash, Finding, Gap, List, Match, Root, Scan, Sealed,
};
use super::seal::{Recipient, SealedWriter};
use super::verify::sha256_of;
use super::{Body, CaseWriter};
use crate::error::Action;
use crate::report::{self, Conditions};
use crate::{Error, Result, escape};

/// The most hashes of its own that are kept of a file: by them it can be listed or allowed later.
const HASHES_MAX: usize = 16;

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

/// The file of paths that a case seals.
struct SealedPaths {
    name: String,
    path: PathBuf,
    file: SealedWriter<BufWriter<File>>,
}

impl std::fmt::Debug for SealedPaths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl ScanRecorder {
    /// Records that a scan begins, and each list that it looks up in.
    ///
    /// # Errors
    /// Those of [`CaseWriter::add`]; [`Error::Case`] if a recipient of the case is none.
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
        let roots = roots.enumerate().map(|(place, root)| Root {
            path: details.commit(format!("roots/{place}/path"), root),
            device: device(root),
        });
        let body = Scan {
            tool: conditions.tool.clone(),
            binary: terms.binary,
            utc_offset: Zoned::now().offset().seconds().into(),
            clock: "system".to_owned(),
            roots: roots.collect(),
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
                list: used.list.clone(),
                format: used.format.clone(),
                entries: used.entries,
                sha256: used.sha256.clone(),
                version: used.version,
                generation: used.generation,
                published: used.published.clone(),
                as_of: used.as_of.clone(),
                at_most: used.at_most.as_ref().map(ToString::to_string),
                purpose: used.purpose.clone(),
                legal_basis: used.legal_basis.clone(),
                ..List::default()
            };
            recorder.case.add(Body::List(Box::new(list)))?;
            if let Some(calibration) = calibration(used) {
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
        let codes = reason_codes(found);
        for code in &codes {
            *self.reasons.entry(code.clone()).or_default() += 1;
        }
        let is_finding =
            !found.matches.is_empty() || !found.suppressed.is_empty() || !found.weak.is_empty();
        let mut details = Details::default();
        let path = details.commit("path", &found.path);
        if is_finding {
            let body = Finding {
                scan: self.scan,
                status: standing(found).to_owned(),
                path,
                file: facts(found, &mut details),
                hashes: hashes(found, &mut details),
                flags: found.flags.iter().map(ToString::to_string).collect(),
                reason_codes: codes,
                matches: matches(found, &mut details),
                more: found.more,
            };
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

impl SealedPaths {
    fn new(case: &CaseWriter, number: u64) -> Result<SealedPaths> {
        let recipients = case.recipients()?;
        let name = format!("paths-{number:06}.age");
        let path = case.sealed().join(&name);
        SealedPaths::open(path, name, &recipients)
    }

    fn open(path: PathBuf, name: String, recipients: &[Recipient]) -> Result<SealedPaths> {
        // A killed scan of this number left a file that no record names.
        let file = private_options()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path);
        let file = file.map_err(Error::io(Action::Create, &path))?;
        let file = SealedWriter::new(BufWriter::new(file), recipients);
        let file = file.map_err(Error::io(Action::Write, &path))?;
        Ok(SealedPaths { name, path, file })
    }

    fn add(&mut self, detail: &Detail) -> Result<()> {
        let line = serde_json::to_string(detail).expect("texts and a number") + "\n";
        let written = self.file.write_all(line.as_bytes());
        written.map_err(Error::io(Action::Write, &self.path))
    }

    fn finish(self) -> Result<Sealed> {
        let finished = self.file.finish().and_then(|file| {
            let file = file
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()
        });
        finished.map_err(Error::io(Action::Write, &self.path))?;
        Ok(Sealed {
            sha256: sha256_of(&self.path)?.unwrap_or_default(),
            file: self.name,
        })
    }
}

/// What a file of calibration says of a list; none where it says nothing.
fn calibration(used: &report::UsedList) -> Option<Calibration> {
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
        list: used.list.clone(),
        list_sha256: used.content().unwrap_or_default().to_owned(),
        sha256: quote.sha256.clone()?,
        made: quote.made.clone()?,
        statement: statement
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
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

fn reason_codes(found: &report::Finding) -> Vec<String> {
    if found.reason_codes.is_empty() {
        found.reason_code.iter().map(ToString::to_string).collect()
    } else {
        found.reason_codes.iter().map(ToString::to_string).collect()
    }
}

fn standing(found: &report::Finding) -> &'static str {
    match found {
        found if !found.matches.is_empty() => "matched",
        found if !found.suppressed.is_empty() => "suppressed",
        _ => "weak",
    }
}

fn facts(found: &report::Finding, details: &mut Details) -> FileFacts {
    let mut digest = |name: &str, value: &Option<String>| {
        value
            .as_ref()
            .map(|value| details.commit(format!("file/{name}"), value))
    };
    FileFacts {
        sha256: digest("sha256", &found.sha256),
        sha1: digest("sha1", &found.sha1),
        md5: digest("md5", &found.md5),
        bytes: found.bytes,
        media: found.media.clone(),
        width: found.width,
        height: found.height,
        clip_ms: found.clip_ms,
    }
}

/// The hashes of the stored pixels, of the picture or of the frames that match.
fn hashes(found: &report::Finding, details: &mut Details) -> Vec<FileHash> {
    let stored = found.hashes.iter().filter(|hash| hash.view.is_none());
    let stored = stored.map(|hash| (hash.hash_type.to_string(), &hash.hash, hash.quality));
    let matched: BTreeSet<u32> = found.matches.iter().filter_map(|m| m.frame).collect();
    let frames = found
        .frames
        .iter()
        .filter(|frame| matched.contains(&frame.index));
    let frames = frames.filter_map(|frame| {
        let hash = frame.hash.as_ref()?;
        Some(("pdq".to_owned(), hash, frame.quality))
    });
    let all = stored.chain(frames).take(HASHES_MAX).enumerate();
    let all = all.map(|(place, (algorithm, hash, quality))| FileHash {
        algorithm,
        hash: details.commit(format!("hashes/{place}/hash"), hash),
        quality,
    });
    all.collect()
}

fn matches(found: &report::Finding, details: &mut Details) -> Vec<Match> {
    let of = |standing: Option<&'static str>| move |m| (standing, m);
    let matched = found.matches.iter().map(of(None));
    let suppressed = found.suppressed.iter().map(of(Some("suppressed")));
    let weak = found.weak.iter().map(of(Some("weak")));
    let all = matched.chain(suppressed).chain(weak).enumerate();
    let all = all.map(|(place, (standing, m))| Match {
        list: m.list.clone(),
        entry: m.id.clone(),
        algorithm: m.hash_type.to_string(),
        hash: details.commit(format!("matches/{place}/hash"), &m.hash),
        distance: m.distance,
        radius: m.radius,
        tier: m.tier.as_ref().map(ToString::to_string),
        quality: quality(found, m),
        view: m.view.clone(),
        area: m.region,
        frame: m.frame,
        ms: m.ms,
        labels: m.labels.clone(),
        at_most: m.at_most.as_ref().map(ToString::to_string),
        generation: m.generation,
        confirmed_by: confirmed_by(found, m),
        standing: standing.map(str::to_owned),
    });
    all.collect()
}

/// The quality of the hash that matches.
fn quality(found: &report::Finding, m: &report::Match) -> Option<u8> {
    if let Some(frame) = m.frame {
        let frame = found.frames.iter().find(|known| known.index == frame);
        return frame.map(|frame| frame.quality);
    }
    let is_meant = |hash: &&report::Hash| {
        hash.hash_type == m.hash_type
            && hash.view.as_deref().unwrap_or("original") == m.view.as_deref().unwrap_or("original")
    };
    found.hashes.iter().find(is_meant).map(|hash| hash.quality)
}

/// The other types of hash by which the file matches the same item.
fn confirmed_by(found: &report::Finding, m: &report::Match) -> Vec<String> {
    let is_same = |other: &&report::Match| {
        m.id.is_some() && other.list == m.list && other.id == m.id && other.hash_type != m.hash_type
    };
    let others = found.matches.iter().filter(is_same);
    let names: BTreeSet<String> = others.map(|other| other.hash_type.to_string()).collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
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
}
