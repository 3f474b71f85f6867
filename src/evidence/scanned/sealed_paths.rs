//! The paths of a scan in a file of age, where a case seals them.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use crate::error::Action;
use crate::evidence::CaseWriter;
use crate::evidence::details::Detail;
use crate::evidence::folder::private_options;
use crate::evidence::record::Sealed;
use crate::evidence::seal::{Recipient, SealedWriter};
use crate::evidence::verify::sha256_of;
use crate::{Error, Result};

/// The file.
pub(super) struct SealedPaths {
    name: String,
    path: PathBuf,
    file: SealedWriter<BufWriter<File>>,
}

impl std::fmt::Debug for SealedPaths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl SealedPaths {
    pub(super) fn new(case: &CaseWriter, number: u64) -> Result<SealedPaths> {
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

    pub(super) fn add(&mut self, detail: &Detail) -> Result<()> {
        let line = serde_json::to_string(detail).expect("texts and a number") + "\n";
        let written = self.file.write_all(line.as_bytes());
        written.map_err(Error::io(Action::Write, &self.path))
    }

    pub(super) fn finish(self) -> Result<Sealed> {
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
