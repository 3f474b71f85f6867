//! The end of a case: the last record that holds, and what a killed process left after it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::ControlFlow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use crate::error::{Action, CaseProblem, RecordFault};
use crate::evidence::details::hex;
use crate::evidence::folder::{Folder, failed, read_bounded, write_new};
use crate::evidence::keyring::Keyring;
use crate::evidence::reader::{CaseReader, Line, Lines, RECORD_BYTES_MAX};
use crate::evidence::record::{Head, Opened, Record, Recovered};
use crate::evidence::verify::without_signature;
use crate::{Error, Result};

/// The end of a case, and what a writer must know of what comes before.
pub(super) struct End {
    pub(super) keyring: Keyring,
    pub(super) opened: Opened,
    pub(super) last: Record,
    pub(super) head: Head,
    /// How many bytes are whole records.
    pub(super) bytes: u64,
}

impl End {
    pub(super) fn read(folder: &Folder) -> Result<End> {
        let root = folder.root();
        let broken = |record, fault| failed(root, CaseProblem::Broken { record, fault });
        let reader = CaseReader::open(root)?;
        let (opened, _) = reader.opened()?;
        let mut keyring = Keyring::default();
        reader.each(&["opened", "examiner"], |record, _| {
            let number = record.number;
            keyring
                .take(&record)
                .map_err(|fault| broken(number, fault))?;
            Ok(ControlFlow::Continue(()))
        })?;
        let (mut last, mut number) = (Vec::new(), 0);
        let mut lines = Lines::open(folder)?;
        while let Some(Line::Whole(line)) = lines.next_line()? {
            number = line.number;
            last.clear();
            last.extend_from_slice(line.text);
        }
        // A chain goes on from a record that holds, or not at all.
        let none = || broken(number, RecordFault::NotARecord);
        let text = String::from_utf8(last).map_err(|_| none())?;
        let record: Record = serde_json::from_str(&text).map_err(|_| none())?;
        if record.number != number {
            let number = record.number;
            return Err(broken(number, RecordFault::Missing { number }));
        }
        let key = keyring
            .signer(&record)
            .map_err(|fault| broken(number, fault))?;
        let signed = without_signature(&text, &record.signature).ok_or_else(none)?;
        let signature = BASE64_STANDARD.decode(&record.signature);
        if !signature.is_ok_and(|signature| key.verifies(signed.as_bytes(), &signature)) {
            return Err(broken(number, RecordFault::Signature));
        }
        Ok(End {
            keyring,
            opened,
            last: record,
            head: Head {
                number,
                sha256: hex(&Sha256::digest(&text)),
            },
            bytes: lines.end,
        })
    }
}

/// Sets aside what a killed process left of a record, and says what it was.
pub(super) fn set_aside(folder: &Folder, end: &End) -> Result<Option<Recovered>> {
    let path = folder.records();
    let length = std::fs::metadata(&path).map_err(Error::io(Action::Open, &path))?;
    let bytes = length.len() - end.bytes;
    if bytes == 0 {
        return Ok(None);
    }
    let file = File::options().read(true).write(true).open(&path);
    let mut file = file.map_err(Error::io(Action::Open, &path))?;
    let mut left = Vec::new();
    let read = file.seek(SeekFrom::Start(end.bytes));
    let read = read.and_then(|_| (&mut file).take(RECORD_BYTES_MAX).read_to_end(&mut left));
    read.map_err(Error::io(Action::Read, &path))?;
    let name = Folder::unfinished(end.head.number + 1);
    let aside = folder.root().join(&name);
    if aside.exists() {
        // The writer before was killed between this file and the cut.
        let known = read_bounded(&aside, RECORD_BYTES_MAX)?;
        if known != left {
            std::fs::remove_file(&aside).map_err(Error::io(Action::Remove, &aside))?;
        }
    }
    if !aside.exists() {
        write_new(&aside, &left)?;
    }
    let cut = file.set_len(end.bytes).and_then(|()| file.sync_all());
    cut.map_err(Error::io(Action::SetAside, &path))?;
    Ok(Some(Recovered {
        bytes,
        sha256: hex(&Sha256::digest(&left)),
        file: name,
    }))
}
