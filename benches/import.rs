//! How fast are lists of documents and pages imported, and in how much memory?
//!
//! `cargo bench --bench import -- [--folder DIR] [vics|vics-cases|threatexchange=MEGABYTES]...` on Linux. It writes a document of so many
//! megabytes, with seeded hashes, and times from its first byte to the written index. By default these are 200 MB of each. The
//! folder, by default the system's for temporary files, needs three times the bytes. Memory is that of the whole job: all that
//! was resident, mapped files included, and what was the process's own.
//!
//! One job a row, on a virtual machine with two cores that other jobs used too, so that processor time says more than the clock:
//!
//! | format | MB | records | entries | s | MB a second | processor s | peak MiB | of them own |
//! |---|---|---|---|---|---|---|---|---|
//! | threatexchange | 402 | 1,098,902 | 1,098,902 | 8.2 | 49 | 7.8 | 212 | 184 |
//! | vics | 1,004 | 1,834,517 | 3,669,034 | 23.4 | 43 | 22.7 | 511 | 456 |
//! | vics | 5,018 | 9,164,396 | 18,328,792 | 357.4 | 14 | 105.3 | 694 | 488 |
//!
//! `benches/peers/run refresh` shows the same beside `threatexchange`.
//!
//! A record of VICS has some 550 bytes and two digests: it costs 12 microseconds of the processor, sorting and writing of the
//! index included. Records of cases, with names and pictures in them, have more bytes for the same two digests. Of 5 GB most of
//! the clock went by in waiting for the disk, which takes the document, its copy, and the sorted entries.

mod lists;

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use basma::index::Builder;
use basma::list::{ReadOptions, VicsProfile};
use lists::Random;

const SEED: u64 = 0xba53a;

/// A document: how it begins, a record of a number, and how it ends.
struct Document {
    name: &'static str,
    head: &'static str,
    record: fn(u64, &mut Random) -> String,
    between: &'static str,
    tail: &'static str,
}

const DOCUMENTS: [Document; 3] = [
    Document {
        name: "vics",
        head: "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media\",\"value\":[\n",
        record: medium,
        between: ",\n",
        tail: "\n]}\n",
    },
    Document {
        name: "vics-cases",
        head: "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases\",\"value\":[\
            {\"CaseID\":\"1\",\"CaseNumber\":\"2026-1\",\"TotalMediaFiles\":1,\"Media\":[\n",
        record: medium_of_case,
        between: ",\n",
        tail: "\n]}]}\n",
    },
    Document {
        name: "threatexchange",
        head: "{\"basma_pages\":1,\"provider\":\"threatexchange\",\"mode\":\"snapshot\"}\n{\"data\":[\n",
        record: update,
        between: ",\n",
        tail: "\n]}\n",
    },
];

/// A medium as police tools write it, with a PhotoDNA hash of 144 bytes that is kept and not looked up.
fn medium(number: u64, random: &mut Random) -> String {
    let (a, b) = (hex(&random.hash(true)), hex(&random.hash(true)));
    format!(
        "{{\"MediaID\":{number},\"Category\":{},\"MD5\":\"{}\",\"SHA1\":\"{}\",\"PhotoDNA\":\"{}\",\"MediaSize\":{},\
         \"DateUpdated\":\"2026-01-02T03:04:05.0000Z\",\"IsPrecategorized\":\"false\",\"VictimIdentified\":\"true\",\
         \"OffenderIdentified\":\"false\",\"IsDistributed\":\"true\",\"Series\":\"Synthetic {}\",\"Tags\":\"a, b\",\"Comments\":\"\"}}",
        number % 6,
        a[..32].to_uppercase(),
        a[24..].to_uppercase(),
        b.repeat(3),
        2000 + number % 90_000,
        number % 50,
    )
}

/// The same as it stands in a case: with its files and what cameras wrote into it.
fn medium_of_case(number: u64, random: &mut Random) -> String {
    let medium = medium(number, random);
    let digest = hex(&random.hash(true))[..32].to_uppercase();
    let path = format!(
        "Users\\\\someone\\\\Pictures\\\\Camera Roll\\\\{}\\\\IMG_{number:08}.jpg",
        number / 500
    );
    let exif = |name: &str, value: &str| {
        format!(
            "{{\"MD5\":\"{digest}\",\"PropertyName\":\"{name}\",\"PropertyValue\":\"{value}\"}}"
        )
    };
    let exifs = [
        ("Make", "Example"),
        ("Model", "Example 12 Pro"),
        ("DateTimeOriginal", "2026:01:02 03:04:05"),
        ("Software", "17.2"),
    ]
    .map(|(name, value)| exif(name, value));
    format!(
        "{},\"RelativeFilePath\":\"{path}\",\"MimeType\":\"image/jpeg\",\"PrecategorizationSource\":\"\",\"IsSuspected\":\"false\",\
         \"Exifs\":[{}],\"MediaFiles\":[{{\"MD5\":\"{digest}\",\"FileName\":\"IMG_{number:08}.jpg\",\"FilePath\":\"{path}\",\
         \"Created\":\"2026-01-02T03:04:05.0000Z\",\"Written\":\"2026-01-02T03:04:05.0000Z\",\"Accessed\":\"2026-01-03T03:04:05.0000Z\",\
         \"Unallocated\":\"false\",\"Deleted\":\"false\",\"SourceID\":\"Disk 1\",\"PhysicalLocation\":\"{}\"}}]}}",
        medium.trim_end_matches('}'),
        exifs.join(","),
        number * 4096,
    )
}

fn update(number: u64, random: &mut Random) -> String {
    let hash = hex(&random.hash(number.is_multiple_of(2)));
    format!(
        "{{\"id\":\"{}\",\"indicator\":\"{hash}\",\"type\":\"HASH_PDQ\",\"last_updated\":{},\"should_delete\":false,\
         \"descriptors\":{{\"data\":[{{\"id\":\"{}\",\"owner\":{{\"id\":\"3000000000000001\"}},\"status\":\"MALICIOUS\",\
         \"added_on\":\"2026-01-01T00:00:00+0000\",\"tags\":{{\"data\":[{{\"id\":\"1\",\"text\":\"example_tag\"}}]}}}}]}}}}",
        1_000_000_000_000_000 + number,
        1_767_225_600 + number,
        2_000_000_000_000_000 + number,
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn main() {
    let mut folder = std::env::temp_dir();
    let mut jobs: Vec<(&Document, u64)> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {}
            "--folder" => folder = arguments.next().expect("a folder after --folder").into(),
            other => {
                let (name, megabytes) = other.split_once('=').expect("FORMAT=MEGABYTES");
                let document = DOCUMENTS.iter().find(|document| document.name == name);
                let megabytes = megabytes
                    .replace('_', "")
                    .parse()
                    .expect("a number of megabytes");
                jobs.push((document.expect("a format"), megabytes));
            }
        }
    }
    if jobs.is_empty() {
        jobs.extend(DOCUMENTS.iter().map(|document| (document, 200)));
    }
    println!(
        "| format | MB | records | entries | s | MB a second | processor s | peak MiB | of them own |"
    );
    println!("|{}", "---|".repeat(9));
    for (document, megabytes) in jobs {
        measure(&folder, document, megabytes);
    }
}

fn measure(folder: &Path, document: &Document, megabytes: u64) {
    let folder = tempfile::tempdir_in(folder).expect("a folder for the document");
    let (list, index) = (
        folder.path().join("list.json"),
        folder.path().join("list.basma"),
    );
    let records = write(&list, document, megabytes).expect("room for the document");
    let bytes = fs::metadata(&list).map_or(0, |file| file.len());
    let options = ReadOptions::default().with_vics_profile(Some(VicsProfile::Us));
    let peak = Peak::default();
    let (spent, start) = (processor(), Instant::now());
    let report = peak.during(|| {
        let mut builder = Builder::new().scratch(folder.path());
        builder.read(&list, &options).expect("a sound document");
        builder.write(&index).expect("room for the index")
    });
    let (seconds, spent) = (start.elapsed().as_secs_f64(), processor() - spent);
    println!(
        "| {} | {:.0} | {records} | {} | {seconds:.1} | {:.0} | {spent:.1} | {} | {} |",
        document.name,
        bytes as f64 / 1e6,
        report.rows,
        bytes as f64 / 1e6 / seconds,
        peak.all.load(Ordering::Relaxed) >> 10,
        peak.own.load(Ordering::Relaxed) >> 10,
    );
}

fn write(path: &Path, document: &Document, megabytes: u64) -> Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut random = Random(SEED);
    out.write_all(document.head.as_bytes())?;
    let (mut records, mut bytes) = (0, 0);
    while bytes < megabytes * 1_000_000 {
        if records > 0 {
            out.write_all(document.between.as_bytes())?;
        }
        let record = (document.record)(records, &mut random);
        out.write_all(record.as_bytes())?;
        bytes += record.len() as u64;
        records += 1;
    }
    out.write_all(document.tail.as_bytes())?;
    out.flush()?;
    Ok(records)
}

/// The most memory that was resident, in KiB: all, and what is not of a file.
#[derive(Default)]
struct Peak {
    all: AtomicU64,
    own: AtomicU64,
    is_over: AtomicBool,
}

impl Peak {
    fn during<T>(&self, job: impl FnOnce() -> T) -> T {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !self.is_over.load(Ordering::Relaxed) {
                    self.all.fetch_max(memory("VmRSS"), Ordering::Relaxed);
                    self.own.fetch_max(memory("RssAnon"), Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
            let done = job();
            self.is_over.store(true, Ordering::Relaxed);
            done
        })
    }
}

fn memory(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The processor time of this process, in seconds.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold blanks.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |place: usize| -> f64 {
        let field = fields.split_whitespace().nth(place);
        field.and_then(|field| field.parse().ok()).unwrap_or(0.0)
    };
    // The system counts in hundredths of a second, whatever its own clock does.
    (ticks(11) + ticks(12)) / 100.0
}
