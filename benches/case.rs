//! How long do records of a million findings take to write, to verify and to make papers of, and how much memory and disk?
//!
//! `cargo bench --bench case` makes a case of a million findings in a temporary folder, each with five details, and
//! checks it. `-- N` makes another number.

use std::fs;
use std::io;
use std::time::Instant;

use basma::Result;
use basma::evidence::record::Opened;
use basma::evidence::{CaseWriter, Expected, Person, ScanRecorder, ScanTerms, SigningKey, verify};
use basma::papers::{Carried, CaseFile, Dossier, Out, case_uco, ecs, stix, vics, workbook};
use basma::report::{self, Conditions};

fn main() {
    let numbers = std::env::args().filter_map(|word| word.parse::<u64>().ok());
    let count = numbers.max().unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case");
    let key = SigningKey::create(&folder.path().join("key"), None).unwrap();
    let by = Person {
        id: "amina".to_owned(),
        role: "examiner".to_owned(),
    };
    let case = CaseWriter::create(&path, Opened::default(), key, by).unwrap();
    let begun = Instant::now();
    let conditions = Conditions::default();
    let mut scan = ScanRecorder::begin(case, &conditions, ScanTerms::default()).unwrap();
    for number in 0..count {
        scan.take(&finding(number)).unwrap();
    }
    let summary = format!(
        r#"{{"discovered":{count},"matched":{count},"no_match":0,"low_quality":0,"unsupported":0,"damaged":0,
        "unreadable":0,"over_limit":0,"skipped":0,"bytes":0,"examined":{count},"unsupported_kinds":{{}},"interrupted":false}}"#
    );
    drop(scan.end(&serde_json::from_str(&summary).unwrap()).unwrap());
    tell("written", count, begun, &path);
    let begun = Instant::now();
    let verified = verify(&path, &Expected::default()).unwrap();
    assert_eq!(
        (verified.kinds["finding"], verified.details),
        (count, 5 * count)
    );
    tell("verified", count, begun, &path);
    let (dossier, case) = CaseFile::read(&path, &verified).unwrap();
    for (name, writer) in PAPERS {
        let begun = Instant::now();
        let carried = writer(&dossier, &case, &mut Out::new(&mut io::sink(), name)).unwrap();
        assert_eq!(carried.written, count);
        tell(name, count, begun, &path);
    }
}

type Writer = fn(&Dossier, &CaseFile, &mut Out<'_>) -> Result<Carried>;

/// Papers that hold every finding.
const PAPERS: [(&str, Writer); 5] = [
    ("case-uco", case_uco::write),
    ("ecs", ecs::write),
    ("stix", stix::write),
    ("vics", |d, f, out| {
        vics::write(d, f, vics::Version::V2_0, None, out)
    }),
    ("xlsx", workbook::write),
];

fn finding(number: u64) -> report::Finding {
    let hash = format!("{number:064x}");
    let line = format!(
        r#"{{"v":1,"path":"/media/disk/DCIM/{number}.jpg","status":"matched","media":"image/jpeg","bytes":{number},"md5":"{}","sha256":"{hash}",
        "width":4000,"height":3000,"hashes":[{{"type":"pdq","hash":"{hash}","quality":90}}],
        "matches":[{{"list":"national","id":"entry-{number}","type":"pdq","hash":"{hash}","distance":4,"radius":31,"tier":"near","view":"original","labels":["A1"]}}]}}"#,
        &hash[..32]
    );
    serde_json::from_str(&line).unwrap()
}

fn tell(what: &str, count: u64, begun: Instant, path: &std::path::Path) {
    let seconds = begun.elapsed().as_secs_f64();
    let size = |name: &str| -> u64 {
        let path = path.join(name);
        let of = |path: &std::path::Path| fs::metadata(path).map_or(0, |file| file.len());
        match fs::read_dir(&path) {
            Ok(files) => files.map(|file| of(&file.unwrap().path())).sum(),
            Err(_) => of(&path),
        }
    };
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    println!(
        "{count} findings {what} in {seconds:.1} s; records {} MB, details {} MB; {peak}",
        size("records.jsonl") / 1_000_000,
        size("details") / 1_000_000
    );
}
