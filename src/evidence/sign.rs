//! A detached signature of all records up to one, which the program minisign checks without this one.
//!
//! `minisign -V -p KEY.pub -m records.jsonl` checks it, as long as no record was added since. Its trusted comment names
//! the record and its digest.

use std::fs::{self, File};
use std::io::{Read as _, Take};

use minisign_verify::Signature;

use super::folder::{Folder, failed, open_part};
use super::keyring::Keyring;
use super::keys::SigningKey;
use super::record::Head;
use crate::disk::atomic_file::AtomicFile;
use crate::error::{Action, CaseProblem};
use crate::{Error, Result};

/// The largest file of a signature.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Signs the first bytes of the records, which end with this record. Gives whether the key can do it.
pub(super) fn sign(folder: &Folder, key: &SigningKey, head: &Head, bytes: u64) -> Result<bool> {
    let comment = format!(
        "case records: number:{} sha256:{} bytes:{bytes}",
        head.number, head.sha256
    );
    let path = folder.records();
    let Some(text) = key.sign_file(&path, records(folder, bytes)?, &comment)? else {
        return Ok(false);
    };
    let path = folder.signature();
    let mut file = AtomicFile::private(&path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
        .map_err(Error::io(Action::Write, &path))?;
    file.publish()?;
    Ok(true)
}

/// Checks the signature, if there is one, and gives the record up to which it is.
pub(super) fn verify(folder: &Folder, keys: &Keyring) -> Result<Option<Head>> {
    let path = folder.signature();
    if !fs::exists(&path).map_err(Error::io(Action::Open, &path))? {
        return Ok(None);
    }
    let wrong = || {
        let file = "records.jsonl.minisig".to_owned();
        failed(folder.root(), CaseProblem::SignatureOfOther { file })
    };
    let mut text = String::new();
    let read = open_part(&path)?
        .take(FILE_BYTES_MAX)
        .read_to_string(&mut text);
    read.map_err(|_| wrong())?;
    let signature = Signature::decode(&text).map_err(|_| wrong())?;
    let (head, bytes) = parse(signature.trusted_comment()).ok_or_else(wrong)?;
    let mut part = vec![0; 1 << 16];
    // The signature names no key by more than eight bytes: one of the case has to fit.
    for key in keys.all() {
        let key = minisign_verify::PublicKey::from_base64(&key.key.to_string());
        let key = key.map_err(|_| wrong())?;
        let Ok(mut stream) = key.verify_stream(&signature) else {
            continue;
        };
        let mut file = records(folder, bytes)?;
        loop {
            let read = file.read(&mut part);
            match read.map_err(Error::io(Action::Read, &folder.records()))? {
                0 => break,
                read => stream.update(&part[..read]),
            }
        }
        if stream.finalize().is_ok() {
            return Ok(Some(head));
        }
    }
    Err(wrong())
}

fn records(folder: &Folder, bytes: u64) -> Result<Take<File>> {
    let path = folder.records();
    Ok(open_part(&path)?.take(bytes))
}

/// What a trusted comment states.
fn parse(comment: &str) -> Option<(Head, u64)> {
    let mut words = comment.strip_prefix("case records: ")?.split(' ');
    let number = words.next()?.strip_prefix("number:")?.parse().ok()?;
    let sha256 = words.next()?.strip_prefix("sha256:")?.to_owned();
    let bytes = words.next()?.strip_prefix("bytes:")?.parse().ok()?;
    Some((Head { number, sha256 }, bytes))
}
