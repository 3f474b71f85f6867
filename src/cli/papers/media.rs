//! The files of confirmed findings, sealed to the recipients of the case.
//!
//! A file is taken only if it still has the SHA-256 of its finding. What is not taken is named with the reason.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use basma::Result;
use basma::error::{Action, CaseProblem};
use basma::escape::unescape_path;
use basma::evidence::{Recipient, SealedWriter};
use basma::papers::zip::Archive;
use basma::papers::{CaseFinding, Findings as _, Out};
use sha2::{Digest as _, Sha256};

use super::{Source, io_error};
use crate::cli::print::Table;

/// Whether a file is in the container, and why not.
#[derive(Clone, Copy)]
enum Taken {
    Yes,
    Sealed,
    WithoutDigest,
    InArchive,
    Absent,
    Changed,
}

impl Taken {
    fn name(self) -> &'static str {
        match self {
            Taken::Yes => "yes",
            Taken::Sealed => "no: the path is sealed or erased",
            Taken::WithoutDigest => "no: the case holds no SHA-256 of it",
            Taken::InArchive => "no: it is a member of an archive",
            Taken::Absent => "no: the file is not there or cannot be read",
            Taken::Changed => "no: the file was changed",
        }
    }
}

/// Adds the container, and a table of what is in it.
pub(super) fn add(source: &Source<'_>, archive: &mut Archive<'_, '_>) -> Result<()> {
    let recipients = recipients(source)?;
    let mut rows = TABLE.row(&["finding", "sha256", "taken"]);
    archive.fill("media.zip.age", u64::MAX, |writer| {
        let failed = io_error(Action::Write, Path::new("media.zip.age"));
        let mut sealed = SealedWriter::new(writer, &recipients).map_err(&failed)?;
        let mut out = Out::new(&mut sealed, "media.zip.age");
        let mut inner = Archive::new(&mut out);
        source.findings.each(&mut |finding| {
            if finding.is_confirmed() {
                let taken = take(finding, &mut inner)?;
                let digest = finding.sha256.clone().unwrap_or_default();
                rows += &TABLE.row(&[finding.id.as_str(), &digest, taken.name()]);
            }
            Ok(())
        })?;
        inner.finish()?;
        Ok(sealed.finish().map(|_| ()))
    })?;
    archive.add("media.csv", rows.as_bytes())
}

const TABLE: Table = Table {
    separator: ',',
    bom: false,
};

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

/// Puts the file of a finding into the container, under the number of the finding.
fn take(finding: &CaseFinding, inner: &mut Archive<'_, '_>) -> Result<Taken> {
    let Some(shown) = &finding.path else {
        return Ok(Taken::Sealed);
    };
    let Some(digest) = &finding.sha256 else {
        return Ok(Taken::WithoutDigest);
    };
    let Some(path) = unescape_path(shown) else {
        return Ok(Taken::Absent);
    };
    // Opening a pipe waits for its writer.
    if !fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        let is_member = shown.contains("!/");
        return Ok(if is_member {
            Taken::InArchive
        } else {
            Taken::Absent
        });
    }
    match sha256(&path) {
        Err(_) => return Ok(Taken::Absent),
        Ok(found) if found != *digest => return Ok(Taken::Changed),
        Ok(_) => {}
    }
    let file = File::open(&path).map_err(io_error(Action::Open, &path))?;
    let size = file
        .metadata()
        .map_err(io_error(Action::Open, &path))?
        .len();
    inner.add_reader(&name(finding, &path), &path, size, file)?;
    // Its digest is that of the bytes in the container.
    let is_same = inner.last_sum() == Some(digest);
    Ok(if is_same { Taken::Yes } else { Taken::Changed })
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

fn sha256(path: &PathBuf) -> io::Result<String> {
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
