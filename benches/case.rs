//! How long do records of a million findings take to write, to verify and to make papers of, and how much memory and disk?
//!
//! `cargo bench --bench case` makes a case of a million findings in a temporary folder, each with five details, checks it,
//! and makes every paper of the library, with the peak of memory of each. `-- N` makes another number.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

use basma::Result;
use basma::evidence::record::{Choice, Decision, Opened, Seen};
use basma::evidence::{
    Body, CaseWriter, Expected, Person, ScanRecorder, ScanTerms, SigningKey, verify,
};
use basma::papers::{
    Carried, CaseFile, Dossier, Out, case_uco, cybertip, dsa, ecs, stix, table, vics, workbook,
};
use basma::report::{self, Conditions};

fn main() {
    let numbers = std::env::args().filter_map(|word| word.parse::<u64>().ok());
    let count = numbers.max().unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case");
    let key = SigningKey::create(&folder.path().join("key"), None).unwrap();
    let case = CaseWriter::create(&path, Opened::default(), key, person()).unwrap();
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
    confirm(&path, folder.path(), count);
    let begun = Instant::now();
    let verified = verify(&path, &Expected::default()).unwrap();
    tell("verified with decisions", count, begun, &path);
    let begun = Instant::now();
    let (dossier, case) = CaseFile::read(&path, &verified).unwrap();
    tell("facts", count, begun, &path);
    for (name, holds_all, writer) in PAPERS {
        forget_peak();
        let begun = Instant::now();
        let mut out = Counted(0);
        let carried = writer(&dossier, &case, &mut Out::new(&mut out, name)).unwrap();
        let expected = if holds_all {
            count
        } else {
            count.div_ceil(CONFIRMED)
        };
        assert_eq!(carried.written, expected, "{name}");
        let what = format!("{name}, {} MB,", out.0 / 1_000_000);
        tell(&what, count, begun, &path);
    }
}

/// One finding of so many is confirmed.
const CONFIRMED: u64 = 100;

fn confirm(path: &Path, folder: &Path, count: u64) {
    let key = SigningKey::read(&folder.join("key"), || None).unwrap();
    let mut case = CaseWriter::open(path, key, person()).unwrap();
    let first = case.head().number - count;
    for number in (0..count).step_by(CONFIRMED as usize) {
        let decision = Decision {
            finding: first + number,
            decision: Choice::Confirm,
            why: "compared".to_owned(),
            seen: Seen::Viewed,
            seconds: None,
            in_force: true,
            effects: Vec::new(),
        };
        case.add(Body::Decision(decision)).unwrap();
    }
    case.sync().unwrap();
}

fn person() -> Person {
    Person {
        id: "amina".to_owned(),
        role: "examiner".to_owned(),
    }
}

/// Counts what is written.
struct Counted(u64);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lets the system measure the peak of memory anew: that of one paper is not hidden by that of another.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

type Writer = fn(&Dossier, &CaseFile, &mut Out<'_>) -> Result<Carried>;

/// The papers of the library; whether each holds every finding, or confirmed ones alone.
const PAPERS: [(&str, bool, Writer); 9] = [
    ("case-uco", true, case_uco::write),
    ("ecs", true, ecs::write),
    ("stix", true, stix::write),
    ("vics", true, |d, f, out| {
        vics::write(d, f, vics::Version::V2_0, None, out)
    }),
    ("vics-1-3", true, |d, f, out| {
        vics::write(d, f, vics::Version::V1_3, None, out)
    }),
    ("rows", true, |d, f, out| {
        table::each(d, f, &mut |row| {
            row.iter().try_for_each(|cell| out.text(&cell.shown()))
        })?;
        Ok(Carried::all(d.tally.findings))
    }),
    ("xlsx", true, workbook::write),
    ("dsa", false, |d, f, out| {
        let category = dsa::Category::ChildAbuse;
        let ground = dsa::Ground::new(category, "Article 1", "It is illegal.")?;
        dsa::write(d, f, &ground, out)
    }),
    ("ncmec", false, |d, f, out| {
        cybertip::write(d, f, cybertip::IncidentType::default(), out)
    }),
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

fn tell(what: &str, count: u64, begun: Instant, path: &Path) {
    let seconds = begun.elapsed().as_secs_f64();
    let size = |name: &str| -> u64 {
        let path = path.join(name);
        let of = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
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
