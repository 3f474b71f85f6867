//! The files of confirmed findings, sealed to the recipients of the case.
//!
//! A file or a member of an archive is taken only if it still has the SHA-256 of its finding. The table beside the
//! container names each confirmed finding, and why its file was not taken. A clip is taken as a whole: the table names
//! the frame that matched.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use basma::Result;
use basma::error::{Action, CaseProblem};
use basma::escape::unescape_path;
use basma::evidence::{Recipient, SealedWriter};
use basma::papers::zip::Archive;
use basma::papers::{CaseFinding, Findings as _, Out};
use basma::scan::{Absence, Origin, Originals};
use sha2::{Digest as _, Sha256};

use super::{Source, io_error};
use crate::cli::html::picture::originals;
use crate::cli::print::Table;

/// How many members of one archive are looked for in one read of it.
const MEMBERS_AT_ONCE: usize = 10_000;

/// Whether a file is in the container, and why not.
#[derive(Clone, Copy)]
enum Taken {
    Yes,
    /// The case does not show its path.
    Sealed,
    /// The case holds no SHA-256 of it.
    WithoutDigest,
    Absent(Absence),
}

impl Taken {
    /// Why it is not there, as a code.
    fn reason(self) -> &'static str {
        match self {
            Taken::Yes => "",
            Taken::Sealed => "path-sealed",
            Taken::WithoutDigest => "no-digest",
            Taken::Absent(absence) => absence.name(),
        }
    }
}

/// Adds the container, and a table of what is in it. Gives how many files of confirmed findings are not.
pub(super) fn add(source: &Source<'_>, archive: &mut Archive<'_, '_>) -> Result<u64> {
    let recipients = recipients(source)?;
    let originals = originals(source.passwords)?;
    let mut rows = TABLE.row(&COLUMNS);
    let mut absent = 0;
    archive.fill("media.zip.age", u64::MAX, |writer| {
        let failed = io_error(Action::Write, Path::new("media.zip.age"));
        let mut sealed = SealedWriter::new(writer, &recipients).map_err(&failed)?;
        {
            let mut out = Out::new(&mut sealed, "media.zip.age");
            let mut taker = Taker {
                originals: &originals,
                inner: Archive::new(&mut out),
                members: None,
                rows: &mut rows,
                absent: 0,
            };
            source.findings.each(&mut |finding| {
                if finding.is_confirmed() {
                    taker.take(finding)?;
                }
                Ok(())
            })?;
            taker.take_members()?;
            absent = taker.absent;
            taker.finish()?;
        }
        Ok(sealed.finish().map(|_| ()))
    })?;
    archive.add("media.csv", rows.as_bytes())?;
    Ok(absent)
}

const TABLE: Table = Table {
    separator: ',',
    bom: false,
};

const COLUMNS: [&str; 7] = [
    "finding", "sha256", "taken", "reason", "name", "frame", "ms",
];

/// The keys to which the case seals.
fn recipients(source: &Source<'_>) -> Result<Vec<Recipient>> {
    if source.recipients.is_empty() {
        let path = source.root.to_owned();
        let problem = CaseProblem::RecipientsNone;
        return Err(basma::Error::Case { path, problem });
    }
    let texts = source.recipients.iter();
    texts.map(|text| Recipient::parse(text)).collect()
}

/// Puts files into the container, one after the other.
struct Taker<'t, 'o, 'w> {
    originals: &'t Originals,
    inner: Archive<'o, 'w>,
    /// An archive, and findings in it that follow each other: it is read once for all of them.
    members: Option<(PathBuf, Vec<Member>)>,
    rows: &'t mut String,
    absent: u64,
}

/// A finding that is a member of an archive.
struct Member {
    finding: Row,
    path: PathBuf,
    sha256: String,
}

/// What the table says of a finding.
struct Row {
    id: String,
    sha256: String,
    name: String,
    frame: Option<(u32, u64)>,
}

impl Row {
    fn of(finding: &CaseFinding, name: String) -> Row {
        let of_clip = |listed: &basma::papers::ListedMatch| Some((listed.frame?, listed.ms?));
        Row {
            id: finding.id.clone(),
            sha256: finding.sha256.clone().unwrap_or_default(),
            name,
            frame: finding.matches.iter().find_map(of_clip),
        }
    }
}

impl Taker<'_, '_, '_> {
    /// Puts the file of a finding into the container, under the number of the finding.
    fn take(&mut self, finding: &CaseFinding) -> Result<()> {
        let path = finding.path.as_deref().map(unescape_path);
        let (path, digest) = match (path, &finding.sha256) {
            (None, _) => return self.tell(finding, Taken::Sealed),
            (_, None) => return self.tell(finding, Taken::WithoutDigest),
            (Some(None), _) => return self.tell(finding, Taken::Absent(Absence::NotThere)),
            (Some(Some(path)), Some(digest)) => (path, digest),
        };
        let origin = match Origin::of(&path) {
            Err(absence) => return self.tell(finding, Taken::Absent(absence)),
            Ok(origin) => origin,
        };
        let name = name(finding, &path);
        if !origin.is_member {
            self.take_members()?;
            let taken = self.take_file(&origin.file, digest, &name)?;
            self.add_row(&Row::of(finding, name), taken);
            return Ok(());
        }
        let goes_on = self.members.as_ref().is_some_and(|(archive, members)| {
            *archive == origin.file && members.len() < MEMBERS_AT_ONCE
        });
        if !goes_on {
            self.take_members()?;
        }
        let (_, members) = self
            .members
            .get_or_insert_with(|| (origin.file, Vec::new()));
        members.push(Member {
            finding: Row::of(finding, name),
            sha256: digest.clone(),
            path,
        });
        Ok(())
    }

    /// Ends the container.
    fn finish(self) -> Result<()> {
        self.inner.finish()
    }

    /// Says that a file is not taken.
    fn tell(&mut self, finding: &CaseFinding, taken: Taken) -> Result<()> {
        self.take_members()?;
        self.add_row(&Row::of(finding, String::new()), taken);
        Ok(())
    }

    /// Reads the archive whose members wait.
    fn take_members(&mut self) -> Result<()> {
        let Some((archive, members)) = self.members.take() else {
            return Ok(());
        };
        let wanted = members.iter();
        let wanted: Vec<(PathBuf, String)> = wanted
            .map(|member| (member.path.clone(), member.sha256.clone()))
            .collect();
        let inner = &mut self.inner;
        let absent = self
            .originals
            .members(&archive, &wanted, &mut |place, content| {
                inner.add(&members[place].finding.name, content)
            })?;
        for (member, absence) in members.iter().zip(absent) {
            let taken = absence.map_or(Taken::Yes, Taken::Absent);
            self.add_row(&member.finding, taken);
        }
        Ok(())
    }

    fn take_file(&mut self, path: &Path, digest: &str, name: &str) -> Result<Taken> {
        match sha256(path) {
            Err(_) => return Ok(Taken::Absent(Absence::Unreadable)),
            Ok(found) if found != *digest => return Ok(Taken::Absent(Absence::Changed)),
            Ok(_) => {}
        }
        let Ok(file) = File::open(path) else {
            return Ok(Taken::Absent(Absence::Unreadable));
        };
        let size = file.metadata().map_err(io_error(Action::Open, path))?.len();
        self.inner.add_reader(name, path, size, file)?;
        // Its digest is that of the bytes in the container.
        let is_same = self.inner.last_sum() == Some(digest);
        Ok(if is_same {
            Taken::Yes
        } else {
            Taken::Absent(Absence::Changed)
        })
    }

    fn add_row(&mut self, row: &Row, taken: Taken) {
        let is_taken = matches!(taken, Taken::Yes);
        self.absent += u64::from(!is_taken);
        let text =
            |of: fn((u32, u64)) -> u64| row.frame.map_or(String::new(), |f| of(f).to_string());
        let (frame, ms) = (text(|(frame, _)| frame.into()), text(|(_, ms)| ms));
        *self.rows += &TABLE.row(&[
            row.id.as_str(),
            &row.sha256,
            if is_taken { "yes" } else { "no" },
            taken.reason(),
            if is_taken { &row.name } else { "" },
            &frame,
            &ms,
        ]);
    }
}

/// The number of the finding, with the end of the name of the file if it is plain.
fn name(finding: &CaseFinding, path: &Path) -> String {
    let end = path.extension().and_then(|end| end.to_str());
    let end = end.filter(|end| end.len() <= 8 && end.chars().all(|c| c.is_ascii_alphanumeric()));
    match end {
        Some(end) => format!("{}.{end}", finding.record),
        None => finding.record.to_string(),
    }
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = BufReader::new(File::open(path)?);
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        digest.update(&chunk[..read]);
    }
    let digest = digest.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
