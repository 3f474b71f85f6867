//! The output of `pdq-photo-hasher`, in its four forms. The file name comes last and is not quoted.
//!
//! ```text
//! <hex>,<quality>,name                                         one hash
//! <hex>,<hex>, ... <hex>,<quality>,name                        --pdqdih-across: eight hashes
//! hash=<hex>,norm=128,delta=0,quality=100,filename=name        -d
//! hash=<hex>,xform=rot90,filename=name                         -d --pdqdih
//! hash=<hex>,quality=100,orig=<hex>,rot90=<hex>, ...,filename=name
//! ```
//!
//! The name is the id of the entry, escaped as in [`crate::escape`], and the hashes of the picture turned are further
//! entries of the same id, whose metadata names the turn under `xform`.

use super::ReadOptions;
use super::entry::Entry;
use super::field;
use super::kind;
use super::line::{Fate, Fault, Line, quoted};
use crate::escape;
use crate::hash::{Hash, HashType};

/// The turns, in the order in which they are printed.
const XFORMS: [&str; 8] = [
    "orig", "rot90", "rot180", "rot270", "flipx", "flipy", "flipp", "flipm",
];

/// Whether this format would make something of a line.
pub(super) fn recognises(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"hash=").unwrap_or(text);
    let hex = text
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    hex == 64 && text.get(hex) == Some(&b',')
}

pub(super) fn parse(line: &Line<'_>, options: &ReadOptions) -> Result<Fate, Fault> {
    if line.text.starts_with(b"hash=") {
        detailed(line, options)
    } else {
        plain(line, options)
    }
}

fn plain(line: &Line<'_>, options: &ReadOptions) -> Result<Fate, Fault> {
    let mut hashes: Vec<Hash> = Vec::new();
    let mut at = 0;
    loop {
        let rest = &line.text[at..];
        let Some(end) = rest.iter().position(|&byte| byte == b',') else {
            let message = format!(
                "a line is hash, quality and file name with commas between; got {}",
                quoted(line.text)
            );
            return Err(Fault::new(line.text.len(), "E031", message));
        };
        let field = &rest[..end];
        // A quality has at most three digits.
        let is_quality = !hashes.is_empty() && field.len() < HashType::Pdq.bytes();
        if is_quality {
            let quality = quality(field).map_err(|fault| fault.shifted(at))?;
            let turned = hashes.len() > 1;
            let id = escape::escape(&rest[end + 1..]);
            let entries = hashes.into_iter().enumerate().map(|(i, hash)| {
                let mut entry = Entry::new(hash, line.number);
                entry.id = Some(id.clone().into_owned());
                entry.quality = Some(quality);
                if turned {
                    entry.meta = vec![("xform".to_owned(), XFORMS[i].to_owned())];
                }
                entry
            });
            return Ok(Fate::Entries(entries.collect()));
        }
        if hashes.len() == XFORMS.len() {
            let message = format!(
                "eight hashes are followed by a quality; got {}",
                quoted(field)
            );
            return Err(Fault::new(at, "E030", message));
        }
        hashes.push(pdq(field, at, options)?);
        at += end + 1;
    }
}

fn detailed(line: &Line<'_>, options: &ReadOptions) -> Result<Fate, Fault> {
    let mut hashes: Vec<(Hash, Option<&str>)> = Vec::new();
    let mut common = Vec::new();
    let mut id = None;
    let mut stated = None;
    let mut at = 0;
    while at < line.text.len() {
        let rest = &line.text[at..];
        if let Some(name) = rest.strip_prefix(b"filename=") {
            id = Some(escape::escape(name).into_owned());
            break;
        }
        let end = rest
            .iter()
            .position(|&byte| byte == b',')
            .unwrap_or(rest.len());
        let pair = std::str::from_utf8(&rest[..end]).ok();
        let Some((key, value)) = pair.and_then(|pair| pair.split_once('=')) else {
            let message = format!(
                "fields are KEY=VALUE with commas between; got {}",
                quoted(rest)
            );
            return Err(Fault::new(at, "E031", message));
        };
        let value_at = at + key.len() + 1;
        match key {
            "hash" => hashes.push((pdq(value.as_bytes(), value_at, options)?, None)),
            "quality" => {
                stated = Some(quality(value.as_bytes()).map_err(|fault| fault.shifted(value_at))?);
            }
            key if XFORMS.contains(&key) => {
                let hash = pdq(value.as_bytes(), value_at, options)?;
                // The picture as it is comes twice.
                if hashes.iter().all(|(known, _)| *known != hash) || key != "orig" {
                    hashes.push((hash, Some(key)));
                }
            }
            key => common.push((key.to_owned(), value.to_owned())),
        }
        at += end + 1;
    }
    let entries = hashes.into_iter().map(|(hash, xform)| {
        let mut entry = Entry::new(hash, line.number);
        entry.id = id.clone();
        entry.quality = stated;
        entry.meta = common.clone();
        entry
            .meta
            .extend(xform.map(|xform| ("xform".to_owned(), xform.to_owned())));
        entry
    });
    Ok(Fate::Entries(entries.collect()))
}

fn pdq(field: &[u8], at: usize, options: &ReadOptions) -> Result<Hash, Fault> {
    let text = String::from_utf8_lossy(field);
    kind::hash(HashType::Pdq, &text, at, options.lenient_hex)
}

fn quality(field: &[u8]) -> Result<u8, Fault> {
    field::quality(&String::from_utf8_lossy(field), "E030")
}
